Feature: What the zone says of itself

  @API-16 @raw
  Scenario: The version is the service's, whatever the client's
    When I request `GET /v1.24/version`
    Then the status is 200
    And the body shows:
      | /ApiVersion    | "1.21"             |
      | /Arch          | "amd64"            |
      | /BuildTime     | "20170209T013037Z" |
      | /GoVersion     | "node6.17.1"       |
      | /Os            | "solaris"          |
      | /Version       | "1.9.0"            |
      | /KernelVersion | absent             |
      | /Experimental  | absent             |
    But on the engine the body shows:
      | /BuildTime     | /^"[0-9]{4}-[0-9]{2}-[0-9]{2}T/ |
      | /GoVersion     | /^"go1\\./                      |
      | /Os            | "linux"                         |
      | /KernelVersion | /^"[0-9]+\\./                   |
    And on the engine (drift) the body shows:
      | /ApiVersion    | "1.41"       |
      | /MinAPIVersion | "1.12"       |
      | /Version       | /^"20\\.10\\./ |

  @API-16.client
  Scenario: The version as a command line shows it
    When I run `docker version`
    Then it exits with 0
    And stdout contains "1.9.0"
    But on the engine (drift) stdout matches `\nServer:\n Version: +20\.10\..*\n API version: +1\.41\n`
    And stdout contains "solaris/amd64"
    But on the engine stdout matches `(?s)\nServer:\n.* OS/Arch: +linux/`
    And stdout contains "node6.17.1"
    But on the engine stdout matches `(?s)\nServer:\n.* Go version: +go1\.`

  @API-17 @raw @alone
  Scenario: The zone as one host
    When I request `GET /v1.24/info`
    Then the status is 200
    And the body shows:
      | /Architecture       | "x86_64"                      |
      | /Driver             | "sdc"                         |
      | /DriverStatus       | [["SDCAccount", "demo"]]      |
      | /ExecutionDriver    | "sdc-0.7.11"                  |
      | /KernelVersion      | "3.12.0-1-amd64"              |
      | /LoggingDriver      | "json-file"                   |
      | /OperatingSystem    | "SmartDataCenter"             |
      | /OSType             | "linux"                       |
      | /IndexServerAddress | "https://index.docker.io/v1/" |
      | /MemoryLimit        | true                          |
      | /Containers         | 0                             |
      | /Images             | 0                             |
      | /NCPU               | absent                        |
      | /ServerVersion      | absent                        |
    But on the engine the body shows:
      | /Driver          | /^"(aufs\|btrfs\|devicemapper\|overlay2?\|vfs\|zfs)"$/ |
      | /KernelVersion   | /^"[0-9]+\\./                                     |
      | /NCPU            | /^[1-9][0-9]*$/                                   |
      | /ServerVersion   | /^"[0-9]+\\./                                     |
    And on the engine (drift) the body shows:
      | /ExecutionDriver | "<not supported>" |

  @API-17.client
  Scenario: The zone as a command line shows it
    When I run `docker info`
    Then it exits with 0
    And stdout contains "Storage Driver: sdc"
    But on the engine stdout matches `\nStorage Driver: (aufs|btrfs|devicemapper|overlay2?|vfs|zfs)\n`
    And stdout contains " SDCAccount: demo"
    But on the engine stdout does not contain "SDCAccount"
    And stdout contains "Operating System: SmartDataCenter"
    But on the engine stdout does not contain "SmartDataCenter"

  @APIX-17 @engine @alone
  Scenario: The images of the account are counted
    Given I have pulled busybox
    When I run `docker info`
    Then it exits with 0
    And on the zone stdout contains "Images: 1"
    And stdout matches `Images: [1-9]`

  @API-01
  Scenario: One endpoint is the whole zone, and shows an account what is its own
    Given the container "web" runs `sleep 1000`
    And the account "jill"
    When I am "jill"
    And I run `docker ps -aq`
    Then it exits with 0
    And stdout is empty
    When I run `docker stop web`
    Then it is refused with "No such container: web"

  @API-02 @raw
  Scenario: A ping needs no account and no version
    Given I use no certificate
    When I request `GET /_ping`
    Then the status is 200
    And the header "Content-Type" is "text/plain; charset=utf-8"
    And the header "Content-Length" is "2"
    And there is no header "Api-Version"
    And there is no header "Docker-Experimental"
    And there is no header "Ostype"
    And the body is "OK"
    When I request `GET /vgolden/_ping`
    Then the body is "OK"

  @API-02.client
  Scenario: Who may not know anything else is told that there are no events
    Given I use no certificate
    When I run `docker events`
    Then it is refused with "(NotImplemented) events is not implemented"
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @API-15 @raw
  Scenario: The certificate of the authority is there for everybody
    Given I use no certificate
    When I request `GET /ca.pem`
    Then the status is 200
    And there is no header "Content-Type"
    And the body contains "-----BEGIN CERTIFICATE-----"
    When I request `GET /v1.24/ca.pem`
    Then the status is 404

  @PLC-25 @raw
  Scenario: How large the zone is, is nobody's business
    When I request `GET /v1.24/info`
    Then the body shows:
      | /NCPU     | absent |
      | /MemTotal | absent |
    But on the engine the body shows:
      | /NCPU     | /^[1-9][0-9]*$/ |
      | /MemTotal | /^[1-9][0-9]*$/ |

  @PLC-01 @engine
  Scenario: A client says nothing of where
    When I run `docker run --rm busybox echo anywhere`
    Then it exits with 0
    And stdout is "anywhere\n"
