Feature: Versions of the Remote API

  @API-06 @raw
  Scenario Outline: What is too old
    When I request `GET /<version>/info`
    Then the status is 400
    And the body is "(InvalidVersion) client API version (<number>) is less than the minimum required API version (1.20) ({uuid})"

    Examples:
      | version | number |
      | v1.19   | 1.19   |
      | v1      | 1      |
      | v1.9    | 1.9    |

  @API-06.client @from:1.10
  Scenario: A client that speaks 1.19 is refused
    When I run `DOCKER_API_VERSION=1.19 docker ps`
    Then it is refused with "(InvalidVersion) client API version (1.19) is less than the minimum required API version (1.20)"

  @API-05 @raw
  Scenario Outline: There is nothing that is too new
    When I request `GET /<version>/containers/json`
    Then the status is 200

    Examples:
      | version |
      | v1.20   |
      | v1.24   |
      | v1.25   |
      | v1.43   |
      | v2      |

  @API-05.client @from:1.10
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
    And stdout is empty

  @APIX-04 @raw
  Scenario: Versions are compared as numbers
    When I request `GET /v1.100/containers/json`
    Then the status is 200
    When I request `GET /v1.3/containers/json`
    Then the status is 400

  @APIX-04.form @raw
  Scenario Outline: What is no version
    When I request `GET /<version>/containers/json`
    Then the status is 400
    And the body is "(InvalidVersion) client and server don't have same API version (client : /<version>, server: 1.21) ({uuid})"

    Examples:
      | version |
      | v1.2.3  |
      | v1.     |
      | vbogus  |

  @API-07 @raw
  Scenario: The answer does not depend on the version
    Given the container "web" is created with `true`
    When I request `GET /v1.20/containers/web/json`
    And I save the body as "old"
    And I request `GET /v1.24/containers/web/json`
    Then the body is "{old}"
