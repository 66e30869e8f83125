Feature: Routes of the Docker endpoint

  What has no route answers before anything is asked of the client: no account, no version.

  @API-03 @raw
  Scenario: An unknown path is told by its name without the query
    When I request `GET /v1.24/no/such/thing?x=1`
    Then the status is 404
    And the body is "(ResourceNotFound) /v1.24/no/such/thing does not exist ({uuid})"
    But on the engine the body is "{\"message\":\"page not found\"}\n"
    And there is no header "Server"
    And there is no header "x-request-id"

  @API-03.method @raw
  Scenario Outline: A wrong method names those of the first pattern that matches
    When I request `<request>`
    Then the status is 405
    But on the <engine> the status is <code>
    And the header "Allow" is "<allow>"
    But on the engine there is no header "Allow"
    And the body is "<method> is not allowed ({uuid})"
    But on the <engine> the body matches `<answer>`
    And on the zone there is no header "Server"

    Examples:
      | request                          | method | allow          | engine         | code | answer                                                        |
      | DELETE /v1.24/version            | DELETE | GET            | engine         | 404  | ^\\{"message":"page not found"\\}\\n$                         |
      | POST /containers/a/archive       | POST   | GET, PUT, HEAD | engine         | 404  | ^\\{"message":"page not found"\\}\\n$                         |
      | POST /v1.24/containers/a/update  | POST   | DELETE         | engine         | 500  | ^\\{"message":"EOF"\\}\\n$                                    |
      | GET /v1.24/images/get            | GET    | DELETE         | engine         | 200  | ^manifest\\.json\\x00                                         |
      | POST /v1.24/images/load          | POST   | DELETE         | engine (drift) | 200  | "error":"open .+/repositories: no such file or directory"\\}\\r\\n$ |

  @API-03.client
  Scenario: A client shows which method it was
    Given I have pulled busybox
    When I run `docker save busybox busybox`
    Then it is refused with "GET is not allowed"
    But on the engine stdout contains "manifest.json\0"

  @API-03.prune @raw
  Scenario: So does a wrong method that an engine takes to remove containers
    When on the zone I request `POST /containers/prune`
    Then on the zone the status is 405
    And on the zone the header "Allow" is "DELETE"
    And on the zone the body is "POST is not allowed ({uuid})"
    And on the zone there is no header "Server"
    When I request `POST /containers/prune?filters=%7B%22label%22%3A%5B%22zonesim.no.such.label%22%5D%7D`
    Then the status is 405
    But on the engine (drift) the status is 200
    And the header "Allow" is "DELETE"
    But on the engine there is no header "Allow"
    And the body is "POST is not allowed ({uuid})"
    But on the engine (drift) the body is "{\"ContainersDeleted\":null,\"SpaceReclaimed\":0}\n"

  @API-03.head @raw
  Scenario: A HEAD has no body to tell it in
    When I request `HEAD /_ping`
    Then the status is 405
    But on the engine (drift) the status is 200
    And the header "Allow" is "GET"
    But on the engine there is no header "Allow"
    And the body is empty

  @API-36 @raw
  Scenario Outline: Engine routes that the zone does not have
    When I request `<request>`
    Then the body is "(ResourceNotFound) <path> does not exist ({uuid})"
    But on the <engine> the body matches `<answer>`
    And on the <engine> the status line is "HTTP/1.1 <code>"
    And on the zone the status is 404

    Examples:
      | request                                | path                               | engine         | code            | answer                                                          |
      | POST /v1.24/swarm/init                 | /v1.24/swarm/init                  | engine (drift) | 400 Bad Request | ^\\{"message":"got EOF while reading request body"\\}\\n$       |
      | GET /v1.24/nodes                       | /v1.24/nodes                       | engine         | {number} {any}  | ^(\\[.*\\]\|\\{"message":"This node is not a swarm manager.*\\})\\n$ |
      | GET /v1.24/services                    | /v1.24/services                    | engine         | {number} {any}  | ^(\\[.*\\]\|\\{"message":"This node is not a swarm manager.*\\})\\n$ |
      | GET /v1.24/tasks                       | /v1.24/tasks                       | engine         | {number} {any}  | ^(\\[.*\\]\|\\{"message":"This node is not a swarm manager.*\\})\\n$ |
      | GET /v1.24/plugins/a/json              | /v1.24/plugins/a/json              | engine (drift) | 404 Not Found   | ^\\{"message":"plugin \\\\"a\\\\" not found"\\}\\n$             |
      | GET /v1.24/containers/nosuch/attach/ws | /v1.24/containers/nosuch/attach/ws | engine         | 404 Not Found   | ^\\{"message":"No such container: nosuch"\\}\\n$                |
      | GET /system/df                         | /system/df                         | engine (drift) | 200 OK          | ^\\{"LayersSize":[0-9]+,"Images":                               |

  @API-36.slash @raw @engine
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
    But on the engine the status is 200
    And the body is "(InvalidVersion) ~1.0 is not supported by GET /v1.24/version ({uuid})"
    But on the engine the body shows:
      | /Os | "linux" |

  @RUN-preflight @raw
  Scenario: A preflight of another origin is answered with the methods of the route
    When I request `OPTIONS /version` with the headers:
      | Origin                        | http://example.test |
      | Access-Control-Request-Method | GET                 |
    Then the status is 200
    And the body is empty
    And the header "Access-Control-Allow-Origin" is "*"
    But on the engine there is no header "Access-Control-Allow-Origin"
    And the header "Access-Control-Allow-Methods" is "GET"
    But on the engine there is no header "Access-Control-Allow-Methods"
    And the header "Access-Control-Max-Age" is "3600"
    But on the engine there is no header "Access-Control-Max-Age"

  @APIX-02 @raw
  Scenario: The last of several values of a flag counts
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/json?all=0&all=1`
    Then the status is 200
    And the body shows:
      | /0/Names/0 | "/web" |
    But on the engine the body is "[]\n"
    When I request `GET /v1.24/containers/json?all=1&all=0`
    Then the body is "[]"
    But on the engine the body shows:
      | /0/Names/0 | "/web" |

  @CLI-10 @raw
  Scenario: A bare question mark and keys in any order
    When I request `GET /v1.20/containers/json?`
    Then the status is 200
    And the body is "[]"
    But on the engine the body is "[]\n"

  @CLI-10.client @engine
  Scenario: The queries of clients, and names with slashes and colons in their paths
    When I run `docker ps -q`
    Then it exits with 0
    And stdout is empty
    Given I have pulled busybox
    When I run `docker tag busybox reg.example.test:5000/ab/cd:e`
    And I run `docker inspect --type image -f {{.Id}} reg.example.test:5000/ab/cd:e`
    Then it exits with 0
    And stdout matches `^sha256:[0-9a-f]{64}\n$`
