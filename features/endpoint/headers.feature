Feature: Headers and bodies of answers

  @API-08 @raw
  Scenario: Every answer says what serves it, which request it was and how long it took
    When I request `GET /v1.24/version`
    Then the status is 200
    And the header "Server" is "Triton/1.9.0 (linux)"
    And the header "x-request-id" is "{uuid}"
    And the header "x-response-time" is "{number}"
    And the header "Date" is "{date}"
    And the header "Connection" is "keep-alive"
    And the header "Content-Type" is "application/json"
    And there is no header "Api-Version"
    And there is no header "Docker-Experimental"

  @APIX-05 @raw
  Scenario: A request id of the caller comes back, whatever it is
    When I request `POST /v1.24/containers/create` with the headers:
      | request-id | not a uuid |
    Then the status is 422
    And the header "x-request-id" is "not a uuid"
    And the body is "(Validation) \"Image\" must be a string (not a uuid)"

  @API-09 @raw
  Scenario Outline: Errors are plain text in every version
    When I request `GET /<version>/containers/nosuch/json` with the headers:
      | Accept | application/json |
    Then the status is 404
    And the header "Content-Type" is "text/plain"
    And the body is "No such container: nosuch ({uuid})"

    Examples:
      | version |
      | v1.20   |
      | v1.23   |
      | v1.24   |

  @API-10
  Scenario: An error names the request it belongs to
    When I run `docker stop nosuch`
    Then it is refused with "No such container: nosuch"

  @RUN-accept-html @raw
  Scenario: Who accepts nothing that is offered gets nothing
    When I request `GET /v1.24/version` with the headers:
      | Accept | text/html |
    Then the status is 406
    And the body is empty

  @RUN-accept-text @raw
  Scenario: The same JSON as text for who prefers text
    When I request `GET /v1.24/containers/json` with the headers:
      | Accept | text/plain |
    Then the status is 200
    And the header "Content-Type" is "text/plain"
    And the body is "[]"

  @RUN-keep-alive @raw
  Scenario: A connection serves several requests, and ends when it is asked to
    When I request `GET /_ping`
    Then the connection stays open
    When I request `GET /_ping` with the headers:
      | Connection | close |
    Then the header "Connection" is "close"
    And the connection ends
