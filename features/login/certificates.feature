Feature: Who a client is

  A client certificate is the identity: its subject names the account, its issuer the key that signed it.

  @ACC-27 @zone-only:an-engine-has-no-accounts-whose-keys-sign-certificates
  Scenario: A certificate signed by a key of the account
    When I run `docker ps -q`
    Then it exits with 0
    And stdout is empty

  @ACC-27.kinds
  Scenario Outline: A certificate signed by a key of another kind
    Given the account "jill" with a key of type <type>
    When I am "jill"
    And I run `docker ps -q`
    Then it exits with 0

    Examples:
      | type    |
      | RSA     |
      | P-384   |
      | Ed25519 |

  @ACC-27.second
  Scenario: Any of the account's keys will do
    Given my account has a key "work" of type RSA, too
    When I use a certificate of my account signed by the key "work"
    And I run `docker ps -q`
    Then it exits with 0

  @ACC-10 @raw
  Scenario: The account of a request is that of its certificate
    Given the account "jill"
    When I am "jill"
    And I request `GET /v1.24/info`
    Then the body shows:
      | /DriverStatus | [["SDCAccount", "jill"]] |

  @ACC-28
  Scenario: A certificate that has expired
    Given I use an expired certificate
    When I run `docker ps`
    Then it is refused with "Client certificate expired"

  @ACC-28.early
  Scenario: A certificate that is not valid yet
    Given I use a certificate that is not valid yet
    When I run `docker ps`
    Then it is refused with "Client certificate expired"

  @ACC-29
  Scenario: A certificate whose issuer names no key
    Given I use a certificate with an unreadable issuer
    When I run `docker ps`
    Then it is refused with "Client certificate is not self-signed, and the issuer DN could not be parsed"

  @ACC-30
  Scenario: No certificate
    Given I use no certificate
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-30.login
  Scenario: An account that does not exist
    Given I use a certificate of the unknown login "nobody"
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-30.key
  Scenario: A key that the account does not have
    Given I use a certificate signed by an unknown key
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-30.signature
  Scenario: The right fingerprint with the signature of another key
    Given I use a certificate with a forged signature
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-30.account
  Scenario: The key of another account
    Given the account "jill"
    And I use a certificate of "jill" signed by my key
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-30.purpose
  Scenario: A certificate of another purpose
    Given I use a certificate without the Docker purpose
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-30.garbage @raw
  Scenario Outline: Something that is no certificate
    Given I use <what>
    When I request `GET /v1.24/info`
    Then the status is 401
    And the body is "Unauthorized ({uuid})"
    When I request `GET /_ping`
    Then the status is 200

    Examples:
      | what                              |
      | an empty certificate              |
      | garbage for a certificate         |
      | half a certificate                |
      | a certificate with more behind it |

  @ACC-30.no-keys
  Scenario: An account without keys
    Given the account "nokeys" without a key
    And I use a certificate of "nokeys" signed by my key
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-32
  Scenario: The account by its id
    Given I use a certificate that names my account by its id
    When I run `docker ps -q`
    Then it exits with 0

  @ACC-23 @raw
  Scenario: A login that is no host name
    Given the account "jill_doe"
    When I am "jill_doe"
    And I request `GET /v1.24/info`
    Then the body shows:
      | /DriverStatus | [["SDCAccount", "jill_doe"]] |

  @ACC-34 @raw
  Scenario: A refusal says no more than that
    Given I use no certificate
    When I request `GET /v1.24/info`
    Then the status is 401
    And the header "Content-Type" is "text/plain"
    And the header "Server" is "Triton/1.9.0 (linux)"
    And the header "x-request-id" is "{uuid}"
    And the body is "Unauthorized ({uuid})"

  @ACC-34.client
  Scenario: A refusal as a client shows it
    Given I use no certificate
    When I run `docker ps`
    Then it exits with 1
    And stdout is empty
    And stderr matches `^(Error response from daemon: )?Error response from daemon: Unauthorized \([0-9a-f-]{36}\)\n$`

  @ACC-34.plain @cli
  Scenario: Without TLS the client is told of TLS
    Given I speak without TLS to the port with TLS
    When I run `docker ps`
    Then it exits with 1
    And stderr contains "malformed HTTP response"
    And stderr contains "* Are you trying to connect to a TLS-enabled daemon without TLS?"

  @ACC-34.authority @cli
  Scenario: A client that trusts another authority does not trust the zone
    Given I trust another authority than the zone's
    When I run `docker ps`
    Then it exits with 1
    And stderr contains "x509: certificate signed by unknown authority"

  @ACC-12 @raw
  Scenario: Everything but three routes needs an account
    Given I use no certificate
    When I request `GET /_ping`
    Then the status is 200
    When I request `GET /ca.pem`
    Then the status is 200
    When I request `GET /events`
    Then the status is 400
    And the body is "(NotImplemented) events is not implemented ({uuid})"
    When I request `GET /version`
    Then the status is 401

  @RUN-order @raw
  Scenario: Who is not known is told so before the version is looked at
    Given I use no certificate
    When I request `GET /v1.19/info`
    Then the status is 401

  @ACC-36
  Scenario: An account that is disabled
    Given my account is disabled
    When I run `docker ps`
    Then it is refused with "Forbidden"

  @API-04
  Scenario: An account that may not provision sees what it has
    Given the container "web" is created with `true`
    And my account is not approved for provisioning
    When I run `docker ps -aq`
    Then it exits with 0
    And stdout is not empty
    When I run `docker create busybox true`
    Then it is refused with "(NotAuthorized) demo does not have permission to pull or provision"

  @API-04.status @raw
  Scenario Outline: An account that may not provision neither pulls nor creates
    Given I have pulled busybox
    And my account is not approved for provisioning
    When I request `POST /v1.24/<request>` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"], "HostConfig": {}}
      """
    Then the status is 403
    And the body is "(NotAuthorized) demo does not have permission to pull or provision ({uuid})"

    Examples:
      | request                                  |
      | containers/create                        |
      | images/create?fromImage=busybox&tag=latest |

  @API-04.rest
  Scenario: An account that may not provision goes on with what it has
    Given the container "web" is created with `sleep 1000`
    And my account is not approved for provisioning
    When I run `docker start web`
    Then it exits with 0
    And inspect of "web" shows:
      | /State/Running | true |
    When I run `docker stop -t 0 web`
    Then it exits with 0
    And inspect of "web" shows:
      | /State/Running | false |
    When I run `docker rm web`
    Then it exits with 0
    When I run `docker ps -aq`
    Then stdout is empty

  @IMG-37
  Scenario: An account that may not provision may not pull
    Given my account is not approved for provisioning
    When I run `docker pull busybox`
    Then it is refused with "(NotAuthorized) demo does not have permission to pull or provision"

  @ACC-33.signature @raw
  Scenario: As long as it is remembered, a key needs no other proof than that it is held
    When I request `GET /v1.24/info`
    Then the status is 200
    Given I use another certificate of the same key with a forged signature
    When I request `GET /v1.24/info`
    Then the status is 200
    When the clock advances by 121 s
    And I request `GET /v1.24/info`
    Then the status is 401

  @ACC-33.expiry @raw
  Scenario: What is remembered does not save a certificate from its end
    When I request `GET /v1.24/info`
    Then the status is 200
    Given I use another certificate of the same key that has expired
    When I request `GET /v1.24/info`
    Then the status is 401
    And the body is "Client certificate expired ({uuid})"

  @ACC-33.other-key @raw
  Scenario: What is remembered is of use to one key only
    When I request `GET /v1.24/info`
    Then the status is 200
    Given I use a certificate with a forged signature
    When I request `GET /v1.24/info`
    Then the status is 401

  @ACC-33.renewed @raw
  Scenario: Being used does not prolong what is remembered
    When I request `GET /v1.24/info`
    Then the status is 200
    Given the key of my account is removed
    When the clock advances by 100 s
    And I request `GET /v1.24/info`
    Then the status is 200
    When the clock advances by 21 s
    And I request `GET /v1.24/info`
    Then the status is 401

  @ACC-33 @raw
  Scenario: A key that was taken away works until the cache forgets it
    When I request `GET /v1.24/info`
    Then the status is 200
    Given the key of my account is removed
    When I request `GET /v1.24/info`
    Then the status is 200
    When the clock advances by 121 s
    And I request `GET /v1.24/info`
    Then the status is 401

  @ACC-40 @raw
  Scenario: Each request of a connection is judged anew
    When I request `GET /v1.24/version`
    Then the status is 200
    And the connection stays open
    Given my account is disabled
    When I request `GET /v1.24/version`
    Then the status is 403
