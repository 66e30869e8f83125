Feature: docker create

  Background:
    Given I have pulled busybox

  @CTR-04 @engine
  Scenario: A container that is being made is there when the create returns
    When I run `docker create --name web busybox true`
    And I run `docker ps -a --format '{{.Names}} {{.Status}}'`
    Then stdout is "web Created\n"

  @CTR-37.both @not-bollard:its-types-drop-what-is-null @engine
  Scenario: An entry point takes the image's command away
    When I run `docker create --name web --entrypoint /bin/echo busybox`
    Then inspect of "web" shows:
      | /Path              | "/bin/echo"   |
      | /Args              | []            |
      | /Config/Cmd        | null          |
      | /Config/Entrypoint | ["/bin/echo"] |

  @CTR-50
  Scenario: A log driver that the zone does not have
    When I run `docker create --log-driver journald busybox true`
    Then it is refused with "(Validation) unsupported log driver: journald"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"

  @APIX-06.client @from:1.9
  Scenario: A network that is not there has the code that clients know
    When I run `docker create --net nosuch busybox true`
    Then it is refused with "(Error) network nosuch not found"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"

  @CTR-51 @raw
  Scenario: An option that a log driver needs
    Given the log drivers "json-file" and "syslog" are enabled
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {"LogConfig": {"Type": "syslog", "Config": {}}}}
      """
    Then the status is 422
    And the body is "(Validation) missing required log opt 'syslog-address' for log driver: syslog ({uuid})"

  @CTR-51.client
  Scenario: An option that a log driver needs, as clients are told
    Given the log drivers "json-file" and "syslog" are enabled
    When I run `docker create --log-driver syslog busybox true`
    Then it is refused with "(Validation) missing required log opt 'syslog-address' for log driver: syslog"

  @CTR-52 @raw
  Scenario: A syslog that is neither TCP nor UDP
    Given the log drivers "json-file" and "syslog" are enabled
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {"LogConfig": {"Type": "syslog",
       "Config": {"syslog-address": "unix:///dev/log"}}}}
      """
    Then the status is 422
    And the body contains "\"log opt 'syslog-address'\" must be a syslog address"

  @CTR-52.client
  Scenario: A syslog that is neither TCP nor UDP, as clients are told
    Given the log drivers "json-file" and "syslog" are enabled
    When I run `docker create --log-driver syslog --log-opt syslog-address=unix:///dev/log busybox true`
    Then it is refused with "(Validation) \"log opt 'syslog-address'\" must be a syslog address \"<udp|tcp>://<host>[:port]\" (invalid protocol)"

  @CTR-53
  Scenario: The size of a log has a unit
    When I run `docker create --log-opt max-size=1000 busybox true`
    Then it is refused with "(Validation) \"log opt 'max-size'\" must be a positive integer size ([0-9+][k|m|g])"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"max-size": "1000"}}}}
      """
    Then the status is 422
    But on the engine the status is 201

  @CTRX-05 @raw
  Scenario: An option that is no text
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"max-size": 5}}}}
      """
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) \"log opt 'max-size'\" must be a positive integer size ([0-9+][k|m|g]) ({uuid})"
    But on the engine (drift) the body shows:
      | /message | /^"json: cannot unmarshal number .* LogConfig.HostConfig.LogConfig.Config of type string"$/ |

  @RUN-log-config @raw
  Scenario: What was asked of the log is shown
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "HostConfig": {"LogConfig": {"Type": "json-file", "Config": {"max-size": "10m"}}}}
      """
    Then the status is 200
    But on the engine the status is 201
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /HostConfig/LogConfig/Type            | "json-file" |
      | /HostConfig/LogConfig/Config/max-size | "10m"       |

  @CLI-24 @raw
  Scenario: A create without a name and with an empty query
    When I request `POST /v1.20/containers/create?` with the body:
      """
      {"Image": "busybox", "HostConfig": {}}
      """
    Then the status is 200
    But on the engine the status is 201

  @CLI-24.client @engine
  Scenario: A create without a name, as clients ask for it
    When I run `docker create busybox true`
    Then it exits with 0
    And stdout is "{id}\n"

  @CLI-22.client @cli @engine
  Scenario: What a command line sends for "not set" is not set
    When I run `docker create --name web busybox true`
    Then it exits with 0
    And stderr is empty
    And inspect of "web" shows:
      | /HostConfig/Binds | null |

  @CLI-97 @raw
  Scenario: Keys of a query that the zone does not know
    When I request `POST /v1.24/containers/create?name=web&platform=&x[]=1` with the body:
      """
      {"Image": "busybox", "HostConfig": {}}
      """
    Then the status is 200
    But on the engine the status is 201
    When I request `POST /v1.24/containers/web/wait?condition=not-running`
    Then the status is 200

  @CLI-97.client @bollard
  Scenario: Keys of a newer client
    When I run `docker run --name web busybox echo hi`
    Then it exits with 0
    And stdout is "hi\n"
    When I run `docker logs web`
    Then it exits with 0
    And stdout is "hi\n"

  @CLI-91 @raw
  Scenario: A type of content that is told twice
    When I request `POST /v1.24/containers/create` with the headers:
      | Content-Type | application/json |
      | Content-Type | application/json |
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) \"Image\" must be a string ({uuid})"
    But on the engine the body is "{\"message\":\"EOF\"}\n"

  @CLI-90 @bollard
  Scenario: A client that says no version is served as any other
    When I run `DOCKER_API_VERSION= docker run --name web busybox sh -c 'echo hi; exit 3'`
    Then it exits with 3
    And stdout is "hi\n"
    When I run `DOCKER_API_VERSION= docker exec web true`
    Then it is refused with "(DockerContainerNotRunning) Container web is not running"

  @RUN-dns
  Scenario: Resolvers and domains
    When I run `docker run --rm --dns 192.0.2.53 --dns-search example.test busybox cat /etc/resolv.conf`
    Then it exits with 0
    And stdout is "nameserver 192.0.2.53\nsearch example.test\n"
    But on the engine stdout is "search example.test\nnameserver 192.0.2.53\n"

  @RUN-extra-hosts @engine
  Scenario: Extra hosts are shown
    When I run `docker create --name web --add-host foo:1.2.3.4 busybox true`
    Then inspect of "web" shows:
      | /HostConfig/ExtraHosts | ["foo:1.2.3.4"] |

  @PLC-02 @PLC-09 @not-bollard:its-types-have-no-such-members
  Scenario: A package is more than memory
    When I run `docker create --name web -m 512m --cpu-shares 7 busybox true`
    Then inspect of "web" shows:
      | /Config/Memory         | 536870912  |
      | /Config/MemorySwap     | 2147483648 |
      | /Config/CpuShares      | 32         |
      | /HostConfig/CpuShares  | 32         |
      | /HostConfig/CpuPeriod  | absent     |
    But on the engine inspect of "web" shows:
      | /Config/Memory         | absent     |
      | /Config/MemorySwap     | absent     |
      | /Config/CpuShares      | absent     |
      | /HostConfig/CpuShares  | 7          |
      | /HostConfig/CpuPeriod  | 0          |

  @PLC-19
  Scenario: No server has room
    Given the setting "fail_placement" is true
    When I run `docker create --name web busybox true`
    Then it is refused with "(NoAllocatableServersError) problem creating container: No compute resources available: forced failure"
    When I run `docker ps -aq`
    Then stdout is empty

  @PLC-21
  Scenario: Permission is asked for before the image is looked for
    Given my account is not approved for provisioning
    When I run `docker create nosuch/image true`
    Then it is refused with "(NotAuthorized) demo does not have permission to pull or provision"
