Feature: docker kill

  @APIX-01.kill @engine
  Scenario: A signal that the process catches
    Given the container "web" runs `sh -c 'trap "echo got it" USR1; echo up; while true; do sleep 1; done'`
    And the log of "web" contains "up"
    When I run `docker kill -s USR1 web`
    Then it exits with 0
    And the log of "web" contains "got it" while the clock runs
    And inspect of "web" shows:
      | /State/Running | true |

  @RUN-signal-names @engine @rows:1.12
  Scenario Outline: Names of signals
    Given the container "web" runs `sleep 1000`
    When I run `docker kill -s <signal> web`
    Then it exits with 0

    Examples:
      | signal  |
      | SIGUSR2 |
      | HUP     |
      | WINCH   |
      | URG     |

  @CTR-18 @raw
  Scenario Outline: Signals that the zone does not have
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/web/kill?signal=<signal>`
    Then the status is 409
    But on the <engine> the status is <status>
    And the body is "problem sending signal to container ({uuid})"
    But on the engine the body is "<body>"

    Examples:
      | signal | engine         | status | body                                     |
      | NOSUCH | engine (drift) | 400    | {\\"message\\":\\"Invalid signal: NOSUCH\\"}\\n |
      | 7      | engine         | 204    |                                          |
      | 38     | engine         | 204    |                                          |
      | 64     | engine         | 204    |                                          |

  @CTR-18.client
  Scenario: A signal that the zone does not have, from a client
    Given the container "web" runs `sleep 1000`
    When I run `docker kill -s NOSUCH web`
    Then it is refused with "problem sending signal to container"
    But on the engine stderr is "Error response from daemon: Invalid signal: NOSUCH\n"

  @CTR-18.numbers @raw
  Scenario: Numbers are those of the zone's kernel
    Given the container "web" runs `sh -c 'trap "exit 7" USR1; trap "exit 8" 16; echo up; while sleep 1; do :; done'`
    And the log of "web" contains "up"
    When I request `POST /v1.24/containers/web/kill?signal=16`
    Then the status is 204
    When I request `POST /v1.24/containers/web/wait` while the clock runs
    Then the body is "{\"StatusCode\":7}"
    But on the engine the body shows:
      | /StatusCode | 8 |

  @RUN-pid-1 @engine
  Scenario: The first process ignores what it does not catch
    Given the container "web" runs `sleep 1000`
    When I run `docker kill -s TERM web`
    Then it exits with 0
    And inspect of "web" shows:
      | /State/Running | true |

  @CLI-49 @engine
  Scenario: A client that sends URG at random harms nothing
    Given the container "web" runs `sleep 1000`
    When I run `docker kill -s URG web`
    Then it exits with 0
    And inspect of "web" shows:
      | /State/Running | true |

  @RUN-sig-proxy @engine
  Scenario: A signal of the client becomes one of the container
    Given I have pulled busybox
    When I start `docker run --name web busybox sh -c 'trap "exit 9" INT; echo up; while true; do sleep 1; done'` as "run"
    And "run" shows "up"
    And I send INT to "run"
    And "run" ends while the clock runs
    Then it exits with 9
