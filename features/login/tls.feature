Feature: TLS of the Docker endpoint

  @CLI-80 @raw
  Scenario Outline: Both versions of TLS that clients speak
    Given I speak TLS <version> only
    When I request `GET /_ping`
    Then the body is "OK"

    Examples:
      | version |
      | 1.2     |
      | 1.3     |

  @CLI-80.client @zone-only:the-socket-of-an-engine-has-no-TLS
  Scenario: Every client finds a version and a suite
    When I run `docker run --rm busybox echo hi`
    Then it exits with 0
    And stdout is "hi\n"

  @CLI-81 @zone-only:the-socket-of-an-engine-has-no-TLS
  Scenario: The server is trusted by its authority and its address
    When I run `docker ps -q`
    Then it exits with 0

  @CLI-82 @zone-only:an-engine-takes-only-certificates-that-its-authority-issued
  Scenario: A certificate that nobody but its owner issued is presented
    When I run `docker ps -q`
    Then it exits with 0

  @ACC-13 @raw
  Scenario: The served authority is the one that clients trust
    When I request `GET /ca.pem`
    Then the body is the certificate of the authority

  @ACC-19 @raw
  Scenario: A certificate whose key the client does not have
    Given I use the certificate of my account with another key
    Then the handshake of `GET /v1.24/info` fails with "decrypt_error"

  @ACC-19.short @cli
  Scenario: A key that is too short proves nothing
    Given I use a certificate whose key is too short
    When I run `docker ps`
    Then it exits with 1
    And stderr contains "remote error: tls: error decrypting message"

  @RUN-unix-socket
  Scenario: The socket speaks as the demo account
    Given I use the unix socket
    When I run `docker ps -q`
    Then it exits with 0

  @CLI-01 @raw
  Scenario: An empty host on the socket
    Given I use the unix socket
    When I send:
      """
      GET /v1.24/info HTTP/1.1
      Host:

      """
    Then the status is 200
    And the body shows:
      | /DriverStatus | [["SDCAccount", "demo"]] |

  @CLI-01.client
  Scenario: The host on the socket is whatever clients say
    Given I use the unix socket
    When I run `docker run --rm busybox echo hi`
    Then it exits with 0
    And stdout is "hi\n"

  @ACC-11 @raw
  Scenario: No certificate is refused by HTTP, not by TLS
    Given I use no certificate
    When I request `GET /v1.24/info`
    Then the status is 401

  @ACC-15 @raw
  Scenario: Nor is one that nobody knows
    Given I use a certificate signed by an unknown key
    When I request `GET /v1.24/info`
    Then the status is 401

  @ACC-16 @raw
  Scenario: No authority is named when a certificate is asked for
    When I request `GET /_ping`
    Then the handshake showed:
      | authorities named | 0 |

  @ACC-17 @raw
  Scenario: The server's certificate is a leaf of the authority that is served
    When I request `GET /ca.pem`
    Then the handshake showed:
      | certificates | 1 |
    And the body is the certificate of the authority

  @ACC-18 @raw
  Scenario: The client's signature is checked in TLS 1.2, too
    Given I speak TLS 1.2 only
    And I use the certificate of my account with another key
    Then the handshake of `GET /v1.24/info` fails with "decrypt_error"

  @ACC-20 @raw
  Scenario: The suite that every client has
    Given I speak TLS 1.2 only
    And I offer the cipher suite "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" only
    When I request `GET /_ping`
    Then the handshake showed:
      | version      | TLSv1_2                                 |
      | cipher suite | TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256 |

  @ACC-21 @raw
  Scenario: HTTP/1.1 is chosen of what is offered
    Given I offer the protocols "h2" and "http/1.1"
    When I request `GET /_ping`
    Then the handshake showed:
      | protocol | http/1.1 |

  @ACC-24 @raw
  Scenario: A certificate with an empty list of names
    Given the account "jill@example"
    When I am "jill@example"
    And I request `GET /v1.24/info`
    Then the status is 200

  @ACC-22 @ACC-25 @not-bollard:its-library-takes-no-certificate-of-version-1
  Scenario: The old style: the key of the account itself
    Given I use an old-style certificate
    When I run `docker ps -q`
    Then it exits with 0

  @ACC-26 @not-bollard:its-library-takes-no-certificate-of-version-1
  Scenario: The time of an old-style certificate is not looked at
    Given I use an old-style certificate whose time is over
    When I run `docker ps -q`
    Then it exits with 0

  @ACC-41 @raw
  Scenario: Plain HTTP speaks as the administrator
    Given I use the plain port
    When I request `GET /v1.24/info`
    Then the body shows:
      | /DriverStatus | [["SDCAccount", "admin"]] |
