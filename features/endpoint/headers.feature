Feature: Headers and bodies of answers

  @API-08 @raw
  Scenario: Every answer says what serves it, which request it was and how long it took
    When I request `GET /v1.24/version`
    Then the status is 200
    And the header "Server" is "Triton/1.9.0 (linux)"
    But on the engine the header "Server" is "Docker/{any} (linux)"
    And the header "x-request-id" is "{uuid}"
    But on the engine there is no header "x-request-id"
    And the header "x-response-time" is "{number}"
    But on the engine there is no header "x-response-time"
    And the header "Date" is "{date}"
    And the header "Connection" is "keep-alive"
    But on the engine there is no header "Connection"
    And the header "Content-Type" is "application/json"
    And there is no header "Api-Version"
    But on the engine (drift) the header "Api-Version" is "1.41"
    And there is no header "Docker-Experimental"
    But on the engine (drift) the header "Docker-Experimental" is "false"

  @APIX-05 @raw
  Scenario: A request id of the caller comes back, whatever it is
    When I request `POST /v1.24/containers/create` with the headers:
      | request-id | not a uuid |
    Then the status is 422
    But on the engine the status is 500
    And the header "x-request-id" is "not a uuid"
    But on the engine there is no header "x-request-id"
    And the body is "(Validation) \"Image\" must be a string (not a uuid)"
    But on the engine the body is "{\"message\":\"EOF\"}\n"

  @APIX-05.client @cli
  Scenario: So does that of a user whose client is told to send one
    Given my folder has the file "named/config.json" with "{\"HttpHeaders\": {\"request-id\": \"build 7\"}}"
    And I have pulled busybox
    When I run `docker --config named create busybox true`
    Then it exits with 0
    When I run `docker --config named create -v /host:/x busybox true`
    Then stderr contains "(Validation) Invalid binds: /host:/x: /host is not a valid volume name (build 7)"
    But on the engine it exits with 0

  @API-09 @raw
  Scenario Outline: Errors are plain text in every version
    When I request `GET /<version>/containers/nosuch/json` with the headers:
      | Accept | application/json |
    Then the status is 404
    And the header "Content-Type" is "text/plain"
    But on the engine the header "Content-Type" is "<type>"
    And the body is "No such container: nosuch ({uuid})"
    But on the engine the body is "<body>\n"

    Examples:
      | version | type                      | body                                            |
      | v1.20   | text/plain; charset=utf-8 | No such container: nosuch                       |
      | v1.23   | text/plain; charset=utf-8 | No such container: nosuch                       |
      | v1.24   | application/json          | {\\"message\\":\\"No such container: nosuch\\"} |

  @API-09.client @cli @until:1.11
  Scenario: Clients that know no others print them as they are
    When I run `docker stop nosuch`
    Then it is refused with "No such container: nosuch"
    But on the engine stderr contains "Error response from daemon: No such container: nosuch\n"

  @API-10
  Scenario: An error names the request it belongs to
    When I run `docker stop nosuch`
    Then it is refused with "No such container: nosuch"
    But on the engine stderr is "Error response from daemon: No such container: nosuch\n"
    And on the engine it exits with 1

  @RUN-accept-html @raw
  Scenario: Who accepts nothing that is offered gets nothing
    When I request `GET /v1.24/version` with the headers:
      | Accept | text/html |
    Then the status is 406
    But on the engine the status is 200
    And the body is empty
    But on the engine the body shows:
      | /Os | "linux" |

  @RUN-accept-text @raw
  Scenario: The same JSON as text for who prefers text
    When I request `GET /v1.24/containers/json` with the headers:
      | Accept | text/plain |
    Then the status is 200
    And the header "Content-Type" is "text/plain"
    But on the engine the header "Content-Type" is "application/json"
    And the body is "[]"
    But on the engine the body is "[]\n"

  @RUN-keep-alive @raw @engine
  Scenario: A connection serves several requests, and ends when it is asked to
    When I request `GET /_ping`
    Then the connection stays open
    When I request `GET /_ping` with the headers:
      | Connection | close |
    Then the header "Connection" is "close"
    And the connection ends
