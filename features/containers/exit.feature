Feature: How a container ends

  @CTR-06
  Scenario: A container that is killed has the signal's number with a minus
    Given the container "web" runs `sleep 1000`
    When I run `docker kill web`
    And I run `docker wait web`
    Then it exits with 0
    And stdout is "-9\n"
    But on the engine stdout is "137\n"
    And inspect of "web" shows:
      | /State/Running | false |
    And inspect of "web" shows:
      | /State/ExitCode | -9 |
    But on the engine inspect of "web" shows:
      | /State/ExitCode | 137 |
    When I run `docker ps -a --format {{.Status}}`
    Then stdout matches `^Exited \(-9\) .* ago\n$`
    But on the engine stdout matches `^Exited \(137\) .* ago\n$`

  @CTR-06.run
  Scenario: The status of the client is modulo 256
    Given I have pulled busybox
    When I start `docker run --name web busybox sh -c 'echo up; sleep 1000'` as "run"
    And "run" shows "up"
    And I run `docker kill web`
    And "run" ends
    Then it exits with 247
    But on the engine it exits with 137

  @CTR-06.exec
  Scenario: A shell that kills itself in an exec
    Given the container "web" runs `sleep 1000`
    When I run `docker exec web sh -c 'kill -15 $$'`
    Then it exits with 241
    But on the engine it exits with 143

  @CTR-07
  Scenario: A command that is not there
    Given I have pulled busybox
    When I run `docker run busybox nosuchcommand`
    Then it exits with 17
    But on the engine it exits with 127

  @CTR-07.25
  Scenario: A path that is not there
    Given I have pulled busybox
    When I run `docker run busybox /no/such/path`
    Then it exits with 25
    But on the engine it exits with 127

  @CTR-07.26
  Scenario: A path that is a directory
    Given I have pulled busybox
    When I run `docker run busybox /etc`
    Then it exits with 26
    But on the engine it exits with 126

  @CTR-07.27
  Scenario: A file that is not executable
    Given I have pulled busybox
    When I run `docker run busybox /etc/passwd`
    Then it exits with 27
    But on the engine it exits with 126

  @CTR-07.3
  Scenario: A program that is none
    Given the container "web" runs `sleep 1000`
    When I run `docker exec web sh -c 'mkdir -p /usr/local/bin && echo hello > /usr/local/bin/sleep && chmod +x /usr/local/bin/sleep'`
    Then it exits with 0
    When I run `docker stop -t 0 web`
    And I run `docker start -a web`
    Then it exits with 3
    But on the engine it exits with 1
    And on the engine (drift) stderr is "exec /usr/local/bin/sleep: exec format error\n"
    And stdout is empty

  @CTR-07.elf @registry
  Scenario: A program for a real Linux kernel
    Given I have pulled debian
    When I run `docker run debian apt-get update`
    Then it exits with 3
    And stdout is empty
    And stderr is empty
    When I run `docker run debian sh -c 'apt-get update; echo $?; tail -n 1 /var/log/sdc-dockerinit.log'`
    Then it exits with 0
    And stdout is "126\n/usr/bin/apt-get is a program for a real Linux kernel: it needs the `linux` runtime\n"
    And stderr is "sh: apt-get: Exec format error\n"

  @CTR-07.5
  Scenario: A user and a group that are not there
    Given I have pulled busybox
    When I run `docker run -u nosuchuser busybox true`
    Then it exits with 29
    But on the engine it exits with 125
    When I run `docker run -u root:nosuchgroup busybox true`
    Then it exits with 5
    But on the engine it exits with 125

  @CTR-07.start @raw
  Scenario: The start of a command that cannot run succeeds
    Given the container "web" is created with `nosuchcommand`
    When I request `POST /v1.24/containers/web/start`
    Then the status is 204
    But on the engine (drift) the status is 400
    And on the engine (drift) the body contains "executable file not found in $PATH: unknown"
    When I request `POST /v1.24/containers/web/wait`
    Then the body is "{\"StatusCode\":17}"
    But on the engine the body shows:
      | /StatusCode | 127 |

  @CTRX-21 @raw @engine
  Scenario: Waiting for a container that never ran
    Given the container "web" is created with `true`
    When I request `POST /v1.24/containers/web/wait`
    Then the status is 200
    And the body is "{\"StatusCode\":0}"
    But on the engine (drift) the body is "{\"Error\":null,\"StatusCode\":0}\n"

  @CTRX-21.client @engine
  Scenario: A client that waits for a container that never ran
    Given the container "web" is created with `true`
    When I run `docker wait web`
    Then it exits with 0
    And stdout is "0\n"

  @CTRX-15
  Scenario: A container that is deleted while somebody waits
    Given the container "web" runs `sleep 1000`
    When I start `docker wait web` as "wait"
    And the zone is busy with 1 request
    And I run `docker rm -f web`
    And "wait" ends
    Then it exits with 0
    And stdout is "-9\n"

  @CTR-14
  Scenario: It has a start while it runs and an end when it has stopped
    Given the container "web" runs `sleep 1000`
    Then inspect of "web" shows:
      | /State/StartedAt  | /^"20[0-9T:.-]+Z"$/    |
      | /State/FinishedAt | "0001-01-01T00:00:00Z" |
    When I run `docker kill web`
    And I run `docker wait web`
    Then inspect of "web" shows:
      | /State/FinishedAt | /^"20[0-9T:.-]+Z"$/ |
    And inspect of "web" shows:
      | /State/StartedAt | "0001-01-01T00:00:00Z" |
    But on the engine inspect of "web" shows:
      | /State/StartedAt | /^"20[0-9T:.-]+Z"$/ |

  @APIX-11 @clock
  Scenario: Waiting is not cut, however long it takes
    Given the container "web" runs `sleep 600`
    When I run `docker wait web` while the clock runs
    Then it exits with 0
    And stdout is "0\n"
    And the clock has advanced by 600 s or a little more
