Feature: What a package limits

  Background:
    Given I have pulled busybox

  @RUN-memory @cli
  Scenario: A first process that asks for more memory than there is ends its container as by a KILL
    When I run `docker run --name web -m 128m busybox tail /dev/zero` while the clock runs
    Then it exits with 247
    But on the engine it exits with 137
    And inspect of "web" shows:
      | /State/ExitCode  | -9    |
      | /State/OOMKilled | false |
    But on the engine inspect of "web" shows:
      | /State/ExitCode  | 137  |
      | /State/OOMKilled | true |

  @RUN-memory-child @cli @engine
  Scenario: Any other process that does is killed alone
    When I run `docker run --rm -m 128m busybox sh -c 'sh -c "a=x; while :; do a=\$a\$a; done"; echo $?'` while the clock runs
    Then it exits with 0
    And stdout is "137\n"
    And stderr is "Killed\n"

  @VOL-24
  Scenario: What a container may write is its package's quota
    Given the setting "disk_free_bytes" is 1048576
    When I run `docker run --name web busybox sh -c 'head -c 900000 /dev/zero > /a; head -c 900000 /dev/zero > /b; echo $?; rm /a; head -c 900000 /dev/zero > /b; echo $?'`
    Then it exits with 0
    And stdout is "1\n0\n"
    And stderr contains "Disk quota exceeded"

  @RUN-descriptors @cli
  Scenario: A process has only so many descriptors
    When I run `docker run --rm busybox sh -c 'ulimit -n; ulimit -Hn'`
    Then stdout is "1024\n65536\n"
    But on the engine stdout matches `\A([0-9]+|unlimited)\n([0-9]+|unlimited)\n\z`

  @RUN-descriptors-gone @cli @engine
  Scenario: A process that has used up its descriptors opens nothing more
    When I run `docker run --rm busybox sh -c 'ulimit -n 5; exec 3</etc/passwd; exec 4</etc/passwd; cat /etc/group; echo $?'`
    Then it exits with 0
    And stdout is "1\n"
    And stderr is "cat: can't open '/etc/group': Too many open files\n"

  @RUN-processes @cli
  Scenario: A container that has used up its processes forks no more
    When I run `docker run --rm -m 1g busybox sh -c 'while :; do sleep 1000 & done'` while the clock runs
    Then it exits with 2
    But on the engine it exits with 137
    And stderr is "sh: can't fork: Resource temporarily unavailable\n"
    But on the engine stderr is empty
