Feature: What a zone with extensions says to modern clients

  @CLI-61 @ext @raw
  Scenario Outline: Every answer says what speaks
    When I request `<request>`
    Then the status is <status>
    And the header "Server" is "Docker/1.9.0 (linux)"
    And the header "Api-Version" is "1.24"
    And the header "OSType" is "linux"

    Examples:
      | request                           | status |
      | GET /_ping                        | 200    |
      | GET /v1.20/info                   | 200    |
      | GET /v1.24/containers/nosuch/json | 404    |
      | GET /nosuch                       | 404    |
      | DELETE /_ping                     | 405    |

  @CLI-62 @ext @raw
  Scenario: A ping that wants only the head
    When I request `HEAD /_ping`
    Then the status is 200
    And the header "Content-Length" is "2"
    And the header "Api-Version" is "1.24"
    When I request `GET /_ping`
    Then the status is 200
    And the body is "OK"

  @CLI-63 @CLI-64 @ext @raw
  Scenario: A zone is no swarm and can do everything
    When I request `GET /v1.24/info`
    Then the body shows:
      | /Swarm/LocalNodeState | "inactive" |
      | /MemoryLimit          | true       |
      | /SwapLimit            | true       |
      | /KernelMemory         | true       |
      | /OomKillDisable       | true       |
      | /CpuCfsQuota          | true       |
      | /CpuCfsPeriod         | true       |
      | /CPUShares            | true       |
      | /CPUSet               | true       |
      | /IPv4Forwarding       | true       |
      | /BridgeNfIptables     | true       |
      | /BridgeNfIp6tables    | true       |

  @CLI-64.quiet @ext
  Scenario: No client warns
    When I run `docker info`
    Then it exits with 0
    And stderr is empty

  @CLI-63.swarm @ext @cli @from:1.12
  Scenario: The newest client of the time takes the zone for no swarm
    When I run `docker info`
    Then stdout contains "Swarm: inactive\n"

  @CLI-99 @ext @raw
  Scenario: The zone speaks 1.24
    When I request `GET /version`
    Then the body shows:
      | /ApiVersion | "1.24"  |
      | /Version    | "1.9.0" |

  @CLI-99.client @ext
  Scenario: The zone speaks 1.24, as clients show it
    When I run `docker version`
    Then it exits with 0
    And stdout matches `(?s)Server:\n.* API version: +1\.24\n`

  @CLI-92 @ext
  Scenario: Every client reads the list of images
    Given I have pulled busybox
    When I run `docker images`
    Then it exits with 0
    And stdout contains "busybox"

  @CLI-92.members @ext @raw
  Scenario: Members that are always there
    Given I have pulled busybox
    When I request `GET /v1.20/images/json`
    Then the body shows:
      | /0/SharedSize | -1 |
      | /0/Containers | -1 |
      | /0/ParentId   | "" |

  @CLI-30 @ext @raw
  Scenario: An upgrade that was asked for
    Given the container "web" is created with `echo hi`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    Then the head is:
      """
      HTTP/1.1 101 UPGRADED
      Content-Type: application/vnd.docker.raw-stream
      Connection: Upgrade
      Upgrade: tcp

      """
    When I request on another connection `POST /v1.24/containers/web/start`
    Then the stream is:
      | stdout | hi\n |

  @CLI-30.plain @ext @raw
  Scenario: And one that was not
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["echo", "hi"]}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `POST /v1.24/exec/{exec}/start`
    Then the head is:
      """
      HTTP/1.1 200 OK
      Content-Type: application/vnd.docker.raw-stream

      """
    And the stream is:
      | stdout | hi\n |

  @CLI-30.run @ext
  Scenario: Every client attaches
    Given I have pulled busybox
    When I run `docker run --rm -i busybox cat` with the input "hello"
    Then it exits with 0
    And stdout is "hello"
