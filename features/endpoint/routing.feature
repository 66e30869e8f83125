Feature: Routes of the Docker endpoint

  What has no route answers before anything is asked of the client: no account, no version.

  @API-03 @raw
  Scenario: An unknown path is told by its name without the query
    When I request `GET /v1.24/no/such/thing?x=1`
    Then the status is 404
    And the body is "(ResourceNotFound) /v1.24/no/such/thing does not exist ({uuid})"
    And there is no header "Server"
    And there is no header "x-request-id"

  @API-03.method @raw
  Scenario Outline: A wrong method names those of the first pattern that matches
    When I request `<request>`
    Then the status is 405
    And the header "Allow" is "<allow>"
    And the body is "<method> is not allowed ({uuid})"
    And there is no header "Server"

    Examples:
      | request                          | method | allow          |
      | DELETE /v1.24/version            | DELETE | GET            |
      | POST /containers/a/archive       | POST   | GET, PUT, HEAD |
      | POST /v1.24/containers/a/update  | POST   | DELETE         |
      | GET /v1.24/images/get            | GET    | DELETE         |
      | POST /v1.24/images/load          | POST   | DELETE         |
      | POST /containers/prune           | POST   | DELETE         |

  @API-03.head @raw
  Scenario: A HEAD has no body to tell it in
    When I request `HEAD /_ping`
    Then the status is 405
    And the header "Allow" is "GET"
    And the body is empty

  @API-36 @raw
  Scenario Outline: Engine routes that the zone does not have
    When I request `<request>`
    Then the status is 404
    And the body is "(ResourceNotFound) <path> does not exist ({uuid})"

    Examples:
      | request                              | path                    |
      | POST /v1.24/swarm/init               | /v1.24/swarm/init |
      | GET /v1.24/nodes                     | /v1.24/nodes |
      | GET /v1.24/services                  | /v1.24/services |
      | GET /v1.24/tasks                     | /v1.24/tasks |
      | GET /v1.24/plugins/a/json            | /v1.24/plugins/a/json |
      | GET /v1.24/containers/a/attach/ws    | /v1.24/containers/a/attach/ws |
      | GET /system/df                       | /system/df              |

  @API-36.slash @raw
  Scenario: A slash at the end is significant
    When I request `GET /containers/json/`
    Then the status is 404

  @ACC-14 @raw
  Scenario: A path that does not exist is refused before the certificate is asked for
    Given I use no certificate
    When I request `GET /x`
    Then the status is 404
    And the body is "(ResourceNotFound) /x does not exist ({uuid})"

  @RUN-accept-version @raw
  Scenario: A range of versions that the service is not in
    When I request `GET /v1.24/version` with the headers:
      | Accept-Version | ~1.0 |
    Then the status is 400
    And the body is "(InvalidVersion) ~1.0 is not supported by GET /v1.24/version ({uuid})"

  @RUN-preflight @raw
  Scenario: A preflight of another origin is answered with the methods of the route
    When I request `OPTIONS /version` with the headers:
      | Origin                        | http://example.test |
      | Access-Control-Request-Method | GET                 |
    Then the status is 200
    And the body is empty
    And the header "Access-Control-Allow-Origin" is "*"
    And the header "Access-Control-Allow-Methods" is "GET"
    And the header "Access-Control-Max-Age" is "3600"

  @APIX-02 @raw
  Scenario: The last of several values of a flag counts
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/json?all=0&all=1`
    Then the status is 200
    And the body shows:
      | /0/Names/0 | "/web" |
    When I request `GET /v1.24/containers/json?all=1&all=0`
    Then the body is "[]"

  @CLI-10 @raw
  Scenario: A bare question mark and keys in any order
    When I request `GET /v1.20/containers/json?`
    Then the status is 200
    And the body is "[]"
