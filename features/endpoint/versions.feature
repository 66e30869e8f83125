Feature: Versions of the Remote API

  @API-06 @raw
  Scenario Outline: What is too old
    When I request `GET /<version>/info`
    Then the body is "(InvalidVersion) client API version (<number>) is less than the minimum required API version (1.20) ({uuid})"
    But on the engine the body matches `<answer>`
    And on the engine the status is <code>
    And on the zone the status is 400

    Examples:
      | version | number | code | answer                                                                           |
      | v1.19   | 1.19   | 200  | ^\\{"ID":"                                                                       |
      | v1      | 1      | 400  | ^client version 1 is too old. Minimum supported API version is 1.12, please upgrade your client to a newer version\\n$ |
      | v1.9    | 1.9    | 400  | ^client version 1.9 is too old. Minimum supported API version is 1.12, please upgrade your client to a newer version\\n$ |

  @API-06.client @from:1.10
  Scenario: A client that speaks 1.19 is refused
    When I run `DOCKER_API_VERSION=1.19 docker ps`
    Then it is refused with "(InvalidVersion) client API version (1.19) is less than the minimum required API version (1.20)"
    But on the engine it exits with 0
    And on the engine stdout has 1 lines

  @API-05 @raw @engine
  Scenario Outline: Every version of the clients' time is served
    Given the container "web" runs `sleep 1000`
    When I request `GET /<version>/containers/json`
    Then the status is 200
    And the body shows:
      | /0/Names | ["/web"] |

    Examples:
      | version |
      | v1.20   |
      | v1.24   |

  @API-05.next @raw @zone-only:engine-20.10-answers-alike
  Scenario: The version after that time is not too new
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.25/containers/json`
    Then the status is 200
    And the body shows:
      | /0/Names | ["/web"] |

  @API-05.newer @raw
  Scenario Outline: There is nothing that is too new
    When I request `GET /<version>/containers/json`
    Then the status is 200
    But on the engine the status is 400
    And on the zone the body is "[]"
    But on the engine (drift) the body is "{\"message\":\"<answer>\"}\n"

    Examples:
      | version | answer                                                                |
      | v1.43   | client version 1.43 is too new. Maximum supported API version is 1.41 |
      | v2      | client version 2 is too new. Maximum supported API version is 1.41    |

  @API-05.client @from:1.10 @engine
  Scenario Outline: A client that speaks another version is served
    When I run `DOCKER_API_VERSION=<version> docker ps -q`
    Then it exits with 0
    And stdout is empty

    Examples:
      | version |
      | 1.20    |
      | 1.22    |
      | 1.24    |

  @CLI-02 @from:1.10
  Scenario: A version out of the future is served
    When I run `DOCKER_API_VERSION=1.99 docker ps -q`
    Then it exits with 0
    But on the engine it exits with 1
    And on the engine (drift) stderr contains "client version 1.99 is too new. Maximum supported API version is 1.41"
    And stdout is empty

  @APIX-04 @raw
  Scenario: Versions are compared as numbers
    When I request `GET /v1.100/containers/json`
    Then the status is 200
    But on the engine the status is 400
    When I request `GET /v1.3/containers/json`
    Then the status is 400

  @APIX-04.client @from:1.10
  Scenario: So is the version that a client is told to speak
    When I run `DOCKER_API_VERSION=1.100 docker ps -q`
    Then it exits with 0
    But on the engine it exits with 1
    And on the engine (drift) stderr contains "client version 1.100 is too new. Maximum supported API version is 1.41"
    And stdout is empty
    When I run `DOCKER_API_VERSION=1.3 docker ps -q`
    Then it is refused with "(InvalidVersion) client API version (1.3) is less than the minimum required API version (1.20)"
    But on the engine stderr contains "client version 1.3 is too old. Minimum supported API version is 1.12"

  @APIX-04.form @raw
  Scenario Outline: What is no version
    When I request `GET /<version>/containers/json`
    Then the body is "(InvalidVersion) client and server don't have same API version (client : /<version>, server: 1.21) ({uuid})"
    But on the engine the body is "<answer>\n"
    And on the engine the status is <code>
    And on the zone the status is 400

    Examples:
      | version | code | answer                                                                                                                |
      | v1.2.3  | 400  | client version 1.2.3 is too old. Minimum supported API version is 1.12, please upgrade your client to a newer version |
      | v1.     | 400  | client version 1. is too old. Minimum supported API version is 1.12, please upgrade your client to a newer version    |
      | vbogus  | 404  | {\\"message\\":\\"page not found\\"}                                                                                  |

  @API-07 @raw
  Scenario: The answer does not depend on the version
    Given the container "web" is created with `true`
    When I request `GET /v1.20/containers/web/json`
    And I save the body as "old"
    And I request `GET /v1.24/containers/web/json`
    Then the body is "{old}"
    But on the engine the body shows:
      | /NetworkSettings/Networks | /^\\{/ |
    When I request `GET /v1.20/containers/web/json`
    Then the body shows:
      | /NetworkSettings/Networks | absent |

  @API-07.client @cli
  Scenario: So every command line shows the same of a container
    Given the container "web" is created with `true`
    When I run `docker inspect web`
    Then stdout contains "\"ExecDriver\": \"sdc-0.1\""
    But on the engine stdout does not contain "ExecDriver"
    And on the zone stdout does not contain "\"Networks\""
