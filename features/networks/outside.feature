Feature: What containers reach outside the zone

  Background:
    Given I have pulled busybox

  @RUN-outside
  Scenario: Nothing that operators have not listed
    Given an echo is "there.example.com:7"
    When I run `docker run --rm busybox nc -w 5 there.example.com 8` while the clock runs
    Then it exits with 1
    And stderr contains "nc: timed out"
    When I run `docker run --rm busybox nslookup elsewhere.example.com`
    Then it exits with 1
    And stdout contains "NXDOMAIN"

  @RUN-outside-stream @rows:1.12
  Scenario Outline: A stream to a name or an address
    Given an echo is "<receiver>:7"
    When I run `docker run --rm busybox sh -c 'echo hello | nc <receiver> 7'`
    Then it exits with 0
    And stdout is "hello\n"

    Examples:
      | receiver          |
      | there.example.com |
      | 198.51.100.7      |

  @RUN-outside-much
  Scenario: Much goes there and comes back
    Given an echo is "there.example.com:7"
    When I run `docker run --rm busybox sh -c 'head -c 3000000 /dev/zero | nc there.example.com 7 | wc -c'`
    Then it exits with 0
    And stdout is "3000000\n"

  @RUN-outside-messages
  Scenario: Messages and their answers
    Given an echo is "there.example.com:7"
    When I run `docker run -d --name web busybox sh -c 'echo hello | nc -u there.example.com 7'`
    Then the log of "web" contains "hello\n"

  @RUN-outside-refused
  Scenario: Where nobody listens any more
    Given an echo is "there.example.com:7"
    When the receiver "there.example.com:7" ends
    And I run `docker run --rm busybox nc there.example.com 7`
    Then it exits with 1
    And stderr contains "nc: can't connect to remote host (198.19.0.1): Connection refused"

  @RUN-outside-lost
  Scenario: A connection ends with what it leads to
    Given an echo is "there.example.com:7"
    And the container "web" runs `sh -c 'nc there.example.com 7; echo gone; sleep 1000'` with its input open
    When I start `docker attach web` as "attach" with its input open
    And I type "hello\n" into "attach"
    And "attach" shows "hello"
    And the receiver "there.example.com:7" ends
    And "attach" shows "gone"
    Then the log of "web" contains "gone\n"
