Feature: Who may do what

  @ACC-35
  Scenario: An account that may not use this zone
    Given the zone admits only accounts that name it, and says "not here"
    When I run `docker ps`
    Then it is refused with "Forbidden (not here)"

  @ACC-35.named
  Scenario: An account that names the zone
    Given the zone admits only accounts that name it, and says "not here"
    And my account may use the zones "elsewhere" and "ro-1"
    When I run `docker ps -q`
    Then it exits with 0

  @ACC-37 @raw
  Scenario: Two reasons are one refusal
    Given the zone admits only accounts that name it, and says "not here"
    And my account is disabled
    When I request `GET /v1.24/info`
    Then the status is 403
    And the body is "Forbidden (not here) ({uuid})"

  @ACC-38 @raw
  Scenario: A token stands for a certificate
    Given I use no certificate
    And a token of my account as "token"
    When I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | {token} |
    Then the status is 200
    And the body shows:
      | /DriverStatus | [["SDCAccount", "demo"]] |

  @ACC-38.bad @raw
  Scenario: A bad token is no better for a good certificate
    When I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | bm90IGEgdG9rZW4 |
    Then the status is 401
    And the body is "Unauthorized ({uuid})"

  @ACC-38.expired @raw
  Scenario: A token whose time is over
    Given a token of my account that expired as "token"
    When I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | {token} |
    Then the status is 401

  @RUN-read-only
  Scenario: A zone in maintenance changes nothing
    Given the container "web" is created with `true`
    And the setting "read_only" is true
    When I run `docker start web`
    Then it is refused with "docker service is currently in read-only mode for maintenance"
    When I run `docker ps -aq`
    Then it exits with 0
    And stdout is not empty

  @RUN-read-only-first @raw
  Scenario: Maintenance is told before anything else is looked at
    Given the setting "read_only" is true
    And I use no certificate
    When I request `POST /v1.19/containers/create`
    Then the status is 503
    And the body is "docker service is currently in read-only mode for maintenance ({uuid})"

  @RUN-dependency
  Scenario: A zone without one of its services
    Given the service "vmapi" of the zone is down
    When I run `docker ps`
    Then it is refused with "(ServiceUnavailableError) service is currently unavailable"
