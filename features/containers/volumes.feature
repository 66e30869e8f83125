Feature: Data volumes

  @VOL-07 @engine
  Scenario: A data volume is a directory of the container's own
    Given I have pulled busybox
    When I run `docker run --name web -v /data/deep busybox sh -c 'ls -ld /data/deep; echo hi > /data/deep/file'`
    Then it exits with 0
    And stdout matches `^drwxr-xr-x .* root +root .* /data/deep\n$`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker cp web:/data/deep/file -` with the input ""
    Then stdout is an archive of:
      | file | hi\\n |

  @VOL-07.kept @engine
  Scenario: What is in a volume stays when the container ends, and goes with it
    Given I have pulled busybox
    When I run `docker run --name web -v /data busybox sh -c 'cat /data/count 2>/dev/null; echo one >> /data/count'`
    Then stdout is ""
    When I run `docker start -a web`
    Then stdout is "one\n"
    When I run `docker rm web`
    And I run `docker run --name web -v /data busybox sh -c 'cat /data/count 2>/dev/null; true'`
    Then it exits with 0
    And stdout is ""

  @VOL-07.image @engine
  Scenario: What the image has below a volume is in it
    Given I have pulled busybox
    When I run `docker run --rm -v /etc busybox head -n 1 /etc/passwd`
    Then it exits with 0
    And stdout matches `^root:x:0:0:root:/root:/bin/sh\n$`

  @VOL-07.link @registry
  Scenario: A volume where the image has a link is no place
    Given I have pulled debian
    When I run `docker run --rm -v /bin/sh debian true`
    Then it does not exit with 0
    And stderr contains "problem creating container"
