Feature: Who may do what

  @ACC-02 @raw
  Scenario Outline: What a login may not be
    Then no account can be called "<login>"

    Examples:
      | login                             |
      |                                   |
      | jo                                |
      | 1jill                             |
      | _jill                             |
      | jill-doe                          |
      | jill doe                          |
      | jill/doe                          |
      | jïll                              |
      | local                             |
      | jillxxxxxxxxxxxxxxxxxxxxxxxxxxxxx |

  @ACC-02.shape @rows:1.12
  Scenario Outline: What a login may be, and how its certificate looks
    Given the account "<login>" whose key the zone keeps
    And I use the certificate that the zone makes for "<login>"
    When I run `docker ps -q`
    Then it exits with 0
    And my certificate is <shape> as that of a host

    Examples:
      | login                            | shape      |
      | jim                              | shaped     |
      | Jill2                            | shaped     |
      | jill.doe                         | shaped     |
      | jillxxxxxxxxxxxxxxxxxxxxxxxxxxxx | shaped     |
      | jill_doe                         | not shaped |
      | jill@example.com                 | not shaped |
      | jill.                            | not shaped |

  @RUN-own-resources @also:ACC-01
  Scenario: Accounts see what is theirs, and may use the same names
    Given the account "jill"
    And the container "web" is created with `true`
    When I am "jill"
    And I run `docker ps -aq`
    Then it exits with 0
    And stdout is empty
    When I run `docker images -q`
    Then stdout is empty
    Given the container "web" is created with `true`
    When I run `docker ps -aq`
    Then stdout has 1 lines
    When I run `docker rm web`
    Then it exits with 0
    When I am "demo"
    And I run `docker ps -aq`
    Then stdout has 1 lines

  @ACC-06 @raw
  Scenario: A name and a key stand once in an account
    Given my account has a key "work" of type ECDSA, too
    Then my account takes no other key called "work"
    And my account does not take the key "work" again as "home"
    And my account has 2 keys

  @ACC-06.shared
  Scenario: A key may belong to several accounts
    Given the account "jill" with the key of "demo"
    When I use a certificate of "jill" signed by my key
    And I run `docker ps -q`
    Then it exits with 0
    When I am "demo"
    And I run `docker ps -q`
    Then it exits with 0

  @RUN-key-removed-elsewhere @also:ACC-06
  Scenario: A key that one account gives up is still the other's
    Given the account "jill" with the key of "demo"
    And the key of my account is removed
    When I use a certificate of "jill" signed by my key
    And I run `docker ps -q`
    Then it exits with 0
    When I am "demo"
    And I run `docker ps -q`
    Then it is refused with "Unauthorized"

  @RUN-key-by-name @also:ACC-05
  Scenario: A key is removed by its name
    Given my account has a key "work" of type ECDSA, too
    And I use a certificate of my account signed by the key "work"
    And the key "work" of my account is removed
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @RUN-no-key-needed @also:ACC-07
  Scenario: A container needs no key of the account
    Given the container "web" is created with `true`
    And the key of my account is removed
    When I run `docker create busybox true`
    Then it exits with 0

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

  @ACC-35.other
  Scenario: An account that names other zones only
    Given the account "elsewhere"
    And the account "elsewhere" may use the zone "ro-2"
    When I am "elsewhere"
    And I run `docker ps -q`
    Then it exits with 0
    Given the zone admits only accounts that name it, and says "not here"
    When I run `docker ps`
    Then it is refused with "Forbidden (not here)"

  @RUN-forbidden-others
  Scenario: That one account is disabled is nothing to the others
    Given the account "dis_abled"
    And the account "dis_abled" is disabled
    When I run `docker ps -q`
    Then it exits with 0
    When I am "dis_abled"
    And I run `docker ps`
    Then it is refused with "Forbidden"

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
    But on the engine the status is 200
    And the body is "Unauthorized ({uuid})"
    But on the engine the body shows:
      | /ServerVersion | /^"[0-9.]+/ |

  @ACC-38.expired @raw
  Scenario: A token whose time is over
    Given a token of my account that expired as "token"
    When I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | {token} |
    Then the status is 401

  @ACC-38.garbage @raw
  Scenario Outline: What is no token of the zone's
    When I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | <token> |
    Then the status is 401
    But on the engine the status is 200
    And the body is "Unauthorized ({uuid})"
    But on the engine the body shows:
      | /ServerVersion | /^"[0-9.]+/ |

    Examples:
      | token                                                             |
      | .                                                                 |
      | a.b.c                                                             |
      | eyJhY2NvdW50Ijp7ImxvZ2luIjoiZGVtbyJ9fQ                            |
      | eyJhY2NvdW50Ijp7ImxvZ2luIjoiZGVtbyJ9fQ.                           |
      | eyJhY2NvdW50Ijp7ImxvZ2luIjoiZGVtbyJ9fQ.eyJhY2NvdW50Ijp7ImxvZ2luIj |
      | Basic ZGVtbzpkZW1v                                                |
      | tökén                                                             |

  @ACC-38.altered @raw
  Scenario: A token that was altered
    Given I use no certificate
    And a token of my account as "token"
    When I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | eyJhY2NvdW50Ijp7ImxvZ2luIjoiYWRtaW4ifX0{token} |
    Then the status is 401

  @ACC-38.expires @raw
  Scenario: A token is good until its time by the zone's clock
    Given I use no certificate
    And a token of my account for 60 s as "token"
    When I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | {token} |
    Then the status is 200
    When the clock advances by 61 s
    And I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | {token} |
    Then the status is 401

  @ACC-38.forbidden @raw
  Scenario: A token opens nothing that its account may not
    Given I use no certificate
    And a token of my account as "token"
    And my account is disabled
    When I request `GET /v1.24/info` with the headers:
      | X-Auth-Token | {token} |
    Then the status is 403
    And the body is "Forbidden ({uuid})"

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
