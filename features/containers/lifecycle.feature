Feature: Start, stop, restart

  @RUN-create-start @engine
  Scenario: A container is created, started, stopped and removed
    When I run `docker create --name web busybox sleep 1000`
    Then it exits with 0
    And stdout is "{id}\n"
    When I run `docker start web`
    Then it exits with 0
    And stdout is "web\n"
    When I run `docker stop -t 0 web`
    Then it exits with 0
    And stdout is "web\n"
    When I run `docker rm web`
    Then it exits with 0
    And stdout is "web\n"
    When I run `docker ps -aq`
    Then stdout is empty

  @CTR-01 @ACC-89
  Scenario: An id is two identifiers without their dashes
    When I run `docker create --name web busybox true`
    Then stdout matches `^[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}[0-9a-f]{12}4[0-9a-f]{3}[89ab][0-9a-f]{15}\n$`
    But on the engine stdout is "{id}\n"

  @API-19 @raw
  Scenario: A create is answered with 200
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"], "HostConfig": {}}
      """
    Then the status is 200
    But on the engine the status is 201
    And the body is "{\"Id\":\"{id}\",\"Warnings\":[]}"
    But on the engine the body is "{\"Id\":\"{id}\",\"Warnings\":[]}\n"

  @CTR-05 @raw
  Scenario Outline: What is so already is no error
    Given the container "web" <state>
    When I request `POST /v1.24/containers/web/<verb>`
    Then the status is 204
    But on the <engine> the status is <status>
    And on the <engine> the body is "<body>"
    And on the zone the body is empty
    And on the zone there is no header "Content-Type"

    Examples:
      | state                  | verb  | engine         | status | body                                                                       |
      | runs `sleep 1000`      | start | engine         | 304    |                                                                            |
      | is created with `true` | stop  | engine         | 304    |                                                                            |
      | is created with `true` | kill  | engine (drift) | 409    | {"message":"Cannot kill container: web: Container {id} is not running"}\\n |

  @CTR-05.client @engine
  Scenario: Starting what runs
    Given the container "web" runs `sleep 1000`
    When I run `docker start web`
    Then it exits with 0
    And stdout is "web\n"

  @RUN-stop-trap @engine
  Scenario: A process that catches the signal ends as it likes
    Given the container "web" runs `sh -c 'trap "exit 7" TERM; echo up; while true; do sleep 1; done'`
    And the log of "web" contains "up"
    When I run `docker stop -t 60 web` while the clock runs
    Then it exits with 0
    And inspect of "web" shows:
      | /State/ExitCode | 7 |

  @RUN-stop-timeout
  Scenario: One that does not is killed when its time is over
    Given the container "web" runs `sleep 1000`
    When I run `docker stop -t 10 web` while the clock runs
    Then it exits with 0
    And the clock has advanced by 10 s or a little more
    And inspect of "web" shows:
      | /State/ExitCode | -9 |
    But on the engine inspect of "web" shows:
      | /State/ExitCode | 137 |

  @RUN-stop-default
  Scenario: Without a wish it has ten seconds
    Given the container "web" runs `sleep 1000`
    When I run `docker stop web` while the clock runs
    Then it exits with 0
    And the clock has advanced by 10 s or a little more
    And inspect of "web" shows:
      | /State/ExitCode | -9 |
    But on the engine inspect of "web" shows:
      | /State/ExitCode | 137 |

  @CTRX-18
  Scenario: No time at all
    Given the container "web" runs `sleep 1000`
    When I run `docker stop -t 0 web`
    Then it exits with 0
    And the clock has advanced by less than 1 s
    And inspect of "web" shows:
      | /State/ExitCode | -9 |
    But on the engine inspect of "web" shows:
      | /State/ExitCode | 137 |

  @CTRX-08 @clock
  Scenario: A negative time is all the time that it needs
    Given the container "web" runs `sh -c 'trap "sleep 1000; exit 7" TERM; echo up; while true; do sleep 1; done'`
    And the log of "web" contains "up"
    When I run `docker stop -t -1 web` while the clock runs
    Then it exits with 0
    And the clock has advanced by 1000 s or a little more
    And inspect of "web" shows:
      | /State/ExitCode | 7 |

  @CTRX-08.short @engine
  Scenario: A negative time is more than the usual one
    Given the container "web" runs `sh -c 'trap "sleep 11; exit 7" TERM; echo up; while true; do sleep 1; done'`
    And the log of "web" contains "up"
    When I run `docker stop -t -1 web` while the clock runs
    Then it exits with 0
    And inspect of "web" shows:
      | /State/ExitCode | 7 |

  @CTR-98
  Scenario: Operations on a container wait for each other, and for two minutes at most
    Given the container "web" runs `sleep 1000`
    When I start `docker stop -t 300 web` as "stop"
    And the zone is busy with 1 request
    And I start `docker rename web other` as "rename"
    And the zone is busy with 2 requests
    And I run `docker inspect -f {{.State.Running}} web`
    Then stdout is "true\n"
    When "rename" ends while the clock runs
    Then it is refused with "problem renaming container"
    When "stop" ends while the clock runs
    Then it exits with 0

  @CTR-98.status
  Scenario: An operation that has waited for two minutes, and no less, is a 500
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/web/start`
    Then the status is 204
    When I start `docker stop -t 300 web` as "stop"
    And the zone is busy with 1 request
    And I run `docker inspect -f {{.State.Running}} web`
    And I send the bytes "POST /containers/web/rename?name=db HTTP/1.1\r\nHost: zone\r\nConnection: close\r\n\r\n"
    And the zone is busy with 2 requests
    And the clock advances by 119 s
    And I run `docker ps --format {{.Names}}`
    Then stdout is "web\n"
    When the zone is busy with 2 requests
    And the clock advances by 2 s
    Then the rest of the connection contains "HTTP/1.1 500 Internal Server Error\r\n"
    When "stop" ends while the clock runs
    Then it exits with 0

  @RUN-stop-bad-timeout @raw
  Scenario: A time that is no number
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/web/stop?t=soon`
    Then the status is 422
    But on the engine (drift) the status is 500
    And the body is "(Validation) stop timeout parameter must be an integer ({uuid})"
    But on the engine (drift) the body is "{\"message\":\"strconv.Atoi: parsing \\\"soon\\\": invalid syntax\"}\n"

  @APIX-01 @engine
  Scenario: The time of a restart is honoured
    Given the container "web" runs `sleep 1000`
    When I run `docker restart -t 3 web` while the clock runs
    Then it exits with 0
    And the clock has advanced by 3 s or a little more
    And inspect of "web" shows:
      | /State/Running | true |

  @RUN-restart-stopped @engine
  Scenario: Restarting what does not run starts it
    Given the container "web" is created with `sleep 1000`
    When I run `docker restart web`
    Then it exits with 0
    And inspect of "web" shows:
      | /State/Running | true |

  @RUN-start-attached @engine
  Scenario: A start that stays attached
    Given the container "web" is created with `sh -c 'echo hi; exit 6'`
    When I run `docker start -a web`
    Then it exits with 6
    And stdout is "hi\n"

  @RUN-start-again @engine
  Scenario: A container that has ended can be started again
    Given the container "web" is created with `sh -c 'echo once'`
    When I run `docker start -a web`
    Then stdout is "once\n"
    When I run `docker start -a web`
    Then stdout is "once\n"
    When I run `docker logs web`
    Then stdout is "once\nonce\n"

  @RUN-several
  Scenario: Several at once, and the one that is not there
    Given the container "a" runs `sleep 1000`
    And the container "b" runs `sleep 1000`
    When I run `docker stop -t 0 a nosuch b`
    Then it exits with 1
    And it is refused with "No such container: nosuch"
    But on the engine stderr contains "Error response from daemon: No such container: nosuch\n"
    And stdout is "a\nb\n"

  @API-38 @raw
  Scenario: A host configuration at the start is not read
    Given the container "web" is created with `sleep 1000`
    When I request `POST /v1.24/containers/web/start` with the body:
      """
      {"Memory": "no number"}
      """
    Then the status is 204
    But on the engine the status is 400
    And on the engine (drift) the body shows:
      | /message | /^"starting container with non-empty request body was deprecated .* removed in v1.24"$/ |
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /State/Running     | true       |
      | /HostConfig/Memory | 1073741824 |
    But on the engine the body shows:
      | /State/Running     | false      |
      | /HostConfig/Memory | 0          |

  @API-38.old @raw
  Scenario: Nor is it by the version that had it there
    Given the container "configured" is created with `sleep 1000`
    When I request `POST /v1.20/containers/configured/start` with the body:
      """
      {"Memory": 536870912}
      """
    Then the status is 204
    When I request `GET /v1.20/containers/configured/json`
    Then the body shows:
      | /State/Running     | true       |
    And the body shows:
      | /HostConfig/Memory | 1073741824 |
    But on the engine the body shows:
      | /HostConfig/Memory | 536870912  |
