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

  @CLI-81
  Scenario: The server is trusted by its authority and its address
    When I run `docker ps -q`
    Then it exits with 0

  @CLI-82
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
