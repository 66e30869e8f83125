Feature: docker logs

  @RUN-logs @engine
  Scenario: Both streams, as they were written
    Given the container "web" is created with `sh -c 'echo out; echo err >&2'`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker logs web`
    Then it exits with 0
    And stdout is "out\n"
    And stderr is "err\n"

  @RUN-logs-tail @engine
  Scenario: The last lines
    Given the container "web" is created with `seq 1 100`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker logs --tail 3 web`
    Then stdout is "98\n99\n100\n"
    When I run `docker logs --tail 0 web`
    Then stdout is empty
    When I run `docker logs --tail all web`
    Then stdout has 100 lines

  @CTRX-10 @raw @engine
  Scenario Outline: A count that is none means all
    Given the container "web" is created with `seq 1 3`
    And I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    When I request `GET /v1.24/containers/web/logs?stdout=1<tail>`
    Then the body is "\x01\0\0\0\0\0\0\x021\n\x01\0\0\0\0\0\0\x022\n\x01\0\0\0\0\0\0\x023\n"
    And on the zone the stream is:
      | stdout | 1\n2\n3\n |

    Examples:
      | tail      |
      |           |
      | &tail=-1  |
      | &tail=few |

  @CTRX-10.client @engine
  Scenario: A count that is none means all for clients, too
    Given the container "web" is created with `seq 1 3`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker logs --tail=-1 web`
    Then it exits with 0
    And stdout is "1\n2\n3\n"

  @RUN-logs-timestamps @engine
  Scenario: With times
    Given the container "web" is created with `echo hi`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker logs -t web`
    Then stdout matches `^20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{9}Z hi\n$`

  @CTRX-11
  Scenario: Since a time
    Given the container "web" runs `sh -c 'echo old; sleep 100; echo new; sleep 1000'`
    When the clock advances by 101 s
    And the log of "web" contains "new"
    And I save the zone's time less 50 s as "since"
    And I run `docker logs --since {since} web`
    Then it exits with 0
    And stdout is "new\n"

  @RUN-logs-follow
  Scenario: What is still to come
    Given the container "web" runs `sh -c 'while read line; do echo "got $line"; done'` with its input open
    When I start `docker logs -f web` as "logs"
    And the zone is busy with 1 request
    And I start `docker attach web` as "attach" with its input open
    And I type "one\n" into "attach"
    And "logs" shows "got one"
    And I close the input of "attach"
    And "logs" ends
    Then it exits with 0
    And stdout is "got one\n"

  @CTRX-20 @engine
  Scenario: Following ends with the container
    Given the container "web" runs `sh -c 'echo up; read line; echo "got $line"; sleep 1000'` with its input open
    When I start `docker logs -f web` as "logs"
    And "logs" shows "up"
    And I start `docker attach web` as "attach" with its input open
    And I type "one\n" into "attach"
    And "logs" shows "got one"
    And I run `docker kill web`
    And "logs" ends
    Then it exits with 0

  @API-12 @raw
  Scenario: The head and the end of a log
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/web/logs?stdout=1`
    Then the head is:
      """
      HTTP/1.1 200 OK
      Content-Type: application/vnd.docker.raw-stream

      """
    But on the engine the status is 200
    And on the engine (drift) there is no header "Content-Type"
    And on the engine the header "Transfer-Encoding" is "chunked"
    And on the engine the connection stays open
    And on the zone the connection ends

  @CLI-53.client @cli @until:1.9
  Scenario: The first command lines look for a type
    Given the container "web" is created with `echo hi`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker logs web`
    Then stdout is "hi\n"
    And stderr is empty

  @API-12.client @cli @until:1.9
  Scenario: A client that asks for the type of a log finds one
    Given the container "web" is created with `echo hi`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker logs web`
    Then stdout is "hi\n"
    And stderr is empty
    But on the engine (drift) stderr contains "Error parsing media type"

  @APIX-10 @raw @engine
  Scenario: The log of a terminal is not framed
    Given the container "web" is created on a terminal with `echo hi`
    And I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    When I request `GET /v1.24/containers/web/logs?stdout=1`
    Then the body is "hi\r\n"
    And on the zone the rest of the connection is "hi\r\n"

  @APIX-10.client @engine
  Scenario: Nor does a client find frames in it
    Given the container "web" is created on a terminal with `echo hi`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker logs web`
    Then it exits with 0
    And stdout is "hi\r\n"

  @RUN-logs-unknown @engine
  Scenario: A container that is not there
    When I run `docker logs nosuch`
    Then it does not exit with 0
    And stderr contains "No such container: nosuch"

  @RUN-logs-streams @raw @engine
  Scenario: One stream of a log
    Given the container "web" is created with `sh -c 'echo out; echo err >&2'`
    And I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    When I request `GET /v1.24/containers/web/logs?stderr=1`
    Then the body is "\x02\0\0\0\0\0\0\x04err\n"
    And on the zone the stream is:
      | stderr | err\n |
