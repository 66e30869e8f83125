Feature: Credentials of registries

  @IMG-51 @cli @registry
  Scenario: A user that the hub does not know
    When I run `docker login -e me@example.com -u me -p secret`
    Then it exits with 1
    And it is refused with "incorrect username or password"

  @IMG-51.status @raw @registry
  Scenario Outline: A login that a registry refuses is refused
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "<address>"}
      """
    Then the status is 401
    And the body is "incorrect username or password ({uuid})"

    Examples:
      | address                     |
      | https://index.docker.io/v1/ |
      | docker.io                   |

  @RUN-login-unreachable @raw
  Scenario: A registry that is not there
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "registry.example.test"}
      """
    Then the status is 500
    And the body contains "registry.example.test host not found"
    But on the engine (drift) the body contains "Get \\\"https://registry.example.test/v2/\\\": dial tcp: lookup registry.example.test"

  @IMG-11.login @raw
  Scenario Outline: An address that none may have
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "<address>"}
      """
    Then the status is 500
    And the body is "<text> ({uuid})"
    But on the engine (drift) the body contains "<engine>"

    Examples:
      | address                           | text                                                                                 | engine                       |
      | https://registry.example.test/v1/ | invalid index, trailing repo: https://registry.example.test/v1/                      | lookup registry.example.test |
      | ftp://registry.example.test       | invalid index scheme, must be \\"http\\" or \\"https\\": ftp://registry.example.test | lookup ftp                   |
      | registry                          | invalid index, \\"registry\\" does not look like a valid host: registry              | lookup registry              |

  @IMG-43 @raw @registry
  Scenario: An identity token is refused
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest` with the headers:
      | X-Registry-Auth | eyJpZGVudGl0eXRva2VuIjoiYWJjIn0= |
    Then the status is 200
    And the body matches `^\{"error":"Could not pull from registry docker\.io: OAuth to Docker registry is not yet supported, please \\"docker logout\\" and \\"docker login\\" and try again \([0-9a-f-]{36}\)","errorDetail":\{"message":"Could not pull from registry docker\.io: OAuth to Docker registry is not yet supported, please \\"docker logout\\" and \\"docker login\\" and try again \([0-9a-f-]{36}\)"\}\}\r\n$`

  @IMG-33.credentials @raw @registry
  Scenario: Credentials that the hub does not know
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest` with the headers:
      | X-Registry-Auth | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJubyJ9 |
    Then the status is 200
    And the body matches `^\{"error":"unauthorized: incorrect username or password \([0-9a-f-]{36}\)","errorDetail":\{"message":"unauthorized: incorrect username or password \([0-9a-f-]{36}\)"\}\}\r\n$`

  @RUN-auth-unreadable @raw @registry
  Scenario: Credentials that cannot be read are none
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest` with the headers:
      | X-Registry-Auth | !! |
    Then the body contains "Status: Downloaded newer image for busybox:latest"
