Feature: docker inspect

  @CTR-70 @not-bollard:its-types-drop-what-they-do-not-know
  Scenario: What every version is told
    Given the container "web" runs `sh -c 'sleep 1000'`
    Then inspect of "web" shows:
      | /Id                            | /^"[0-9a-f]{64}"$/                          |
      | /Path                          | "sh"                                        |
      | /Args                          | ["-c", "sleep 1000"]                        |
      | /Name                          | "/web"                                      |
      | /Image                         | /^"sha256:[0-9a-f]{64}"$/                   |
      | /RestartCount                  | 0                                           |
      | /State/Running                 | true                                        |
      | /State/Paused                  | false                                       |
      | /State/ExitCode                | 0                                           |
      | /State/Error                   | ""                                          |
      | /Config/Image                  | "busybox"                                   |
      | /Config/Cmd                    | ["sh", "-c", "sleep 1000"]                  |
      | /Config/Entrypoint             | null                                        |
      | /Config/Tty                    | false                                       |
      | /Config/OpenStdin              | false                                       |
      | /Config/Env                    | ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"] |
      | /HostConfig/LogConfig          | {"Type": "json-file", "Config": {}}         |
      | /HostConfig/Privileged         | false                                       |
      | /HostConfig/Binds              | null                                        |
      | /HostConfig/RestartPolicy      | {"Name": "", "MaximumRetryCount": 0}        |
      | /State/Pid                     | /^[1-9][0-9]*$/                             |
      | /State/Restarting              | false                                       |
      | /State/OOMKilled               | false                                       |
      | /State/StartedAt               | /^"20[0-9-]+T[0-9:.]+Z"$/                   |
      | /State/FinishedAt              | "0001-01-01T00:00:00Z"                      |
      | /Config/Hostname               | /^"[0-9a-f]{12}"$/                          |
      | /NetworkSettings/IPAddress     | /^"[0-9]+\\.[0-9]+\\.[0-9]+\\.[0-9]+"$/       |
    And inspect of "web" shows:
      | /Created                       | /^"20[0-9-]+T[0-9:]+\\.[0-9]{3}Z"$/          |
      | /Driver                        | "sdc"                                       |
      | /ExecDriver                    | "sdc-0.1"                                   |
      | /HostnamePath                  | "/etc/hostname"                             |
      | /HostsPath                     | "/etc/hosts"                                |
      | /ResolvConfPath                | "/etc/resolv.conf"                          |
      | /State/Status                  | absent                                      |
      | /Config/Cpuset                 | ""                                          |
      | /Config/Labels                 | {"com.joyent.package": "sample-1G"}         |
      | /HostConfig/PortBindings       | {}                                          |
      | /Mounts                        | absent                                      |
      | /GraphDriver                   | absent                                      |
      | /NetworkSettings/Networks      | absent                                      |
    But on the engine inspect of "web" shows:
      | /Created                         | /^"20[0-9-]+T[0-9:]+\\.[0-9]{4,9}Z"$/               |
      | /Driver                          | /^"[a-z0-9-]+"$/                                  |
      | /ExecDriver                      | absent                                            |
      | /HostnamePath                    | /^".*/containers/[0-9a-f]{64}/hostname"$/         |
      | /HostsPath                       | /^".*/containers/[0-9a-f]{64}/hosts"$/            |
      | /ResolvConfPath                  | /^".*/containers/[0-9a-f]{64}/resolv\\.conf"$/     |
      | /State/Status                    | "running"                                         |
      | /Config/Cpuset                   | absent                                            |
      | /Config/Labels                   | {}                                                |
      | /HostConfig/PortBindings         | null                                              |
      | /Mounts                          | []                                                |
      | /GraphDriver/Name                | /^"[a-z0-9-]+"$/                                  |
      | /NetworkSettings/Networks/bridge | /^\\{.*"NetworkID":"[0-9a-f]{64}"/                 |

  @CTR-70.typed @bollard
  Scenario: What a typed client is told
    Given the container "web" runs `sh -c 'sleep 1000'`
    Then inspect of "web" shows:
      | /Id                            | /^"[0-9a-f]{64}"$/                          |
      | /Created                       | /^"20[0-9-]+T[0-9:.]+Z"$/                   |
      | /Path                          | "sh"                                        |
      | /Args                          | ["-c", "sleep 1000"]                        |
      | /Name                          | "/web"                                      |
      | /Image                         | /^"sha256:[0-9a-f]{64}"$/                   |
      | /RestartCount                  | 0                                           |
      | /Driver                        | "sdc"                                       |
      | /HostnamePath                  | "/etc/hostname"                             |
      | /HostsPath                     | "/etc/hosts"                                |
      | /ResolvConfPath                | "/etc/resolv.conf"                          |
      | /State/Running                 | true                                        |
      | /State/Paused                  | false                                       |
      | /State/Restarting              | false                                       |
      | /State/OOMKilled               | false                                       |
      | /State/Pid                     | /^[1-9][0-9]*$/                             |
      | /State/ExitCode                | 0                                           |
      | /State/Error                   | ""                                          |
      | /State/StartedAt               | /^"20[0-9-]+T[0-9:.]+Z"$/                   |
      | /State/FinishedAt              | "0001-01-01T00:00:00Z"                      |
      | /State/Status                  | absent                                      |
      | /Config/Hostname               | /^"[0-9a-f]{12}"$/                          |
      | /Config/Image                  | "busybox"                                   |
      | /Config/Cmd                    | ["sh", "-c", "sleep 1000"]                  |
      | /Config/Tty                    | false                                       |
      | /Config/OpenStdin              | false                                       |
      | /Config/Labels                 | {"com.joyent.package": "sample-1G"}         |
      | /HostConfig/LogConfig          | {"Type": "json-file", "Config": {}}         |
      | /HostConfig/RestartPolicy      | {"Name": "", "MaximumRetryCount": 0}        |
      | /Mounts                        | absent                                      |
      | /GraphDriver                   | absent                                      |

  @CTR-13 @engine
  Scenario: No policy has no name
    Given the container "web" is created with `true`
    Then inspect of "web" shows:
      | /HostConfig/RestartPolicy/Name              | "" |
      | /HostConfig/RestartPolicy/MaximumRetryCount | 0  |

  @CTR-13.named @raw
  Scenario: No policy has no name, though it was asked for by one
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"], "HostConfig": {"RestartPolicy": {"Name": "no"}}}
      """
    And I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /HostConfig/RestartPolicy/Name              | ""   |
    But on the engine the body shows:
      | /HostConfig/RestartPolicy/Name              | "no" |
    And the body shows:
      | /HostConfig/RestartPolicy/MaximumRetryCount | 0    |

  @CTR-09 @engine
  Scenario: A policy that the zone does not have
    When I run `docker create --name web --restart unless-stopped busybox true`
    Then it exits, by client:
      | 1.8       | 1 |
      | 1.9-1.12  | 0 |
      | bollard   | 0 |

  @CTR-09.shown @from:1.9
  Scenario: A policy that the zone does not have, as a command line asks for it and is shown it
    When I run `docker create --name web --restart unless-stopped busybox true`
    Then it exits with 0
    And inspect of "web" shows:
      | /HostConfig/RestartPolicy/Name | "" |
    But on the engine inspect of "web" shows:
      | /HostConfig/RestartPolicy/Name | "unless-stopped" |

  @CTR-09.inspect @raw
  Scenario: A policy that the zone does not have is none
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "HostConfig": {"RestartPolicy": {"Name": "unless-stopped"}}}
      """
    Then the status is 200
    But on the engine the status is 201
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /HostConfig/RestartPolicy/Name | "" |
    But on the engine the body shows:
      | /HostConfig/RestartPolicy/Name | "unless-stopped" |

  @CTR-30
  Scenario: A network of the zone is shown as a bridge
    Given the container "web" runs `sleep 1000`
    Then inspect of "web" shows:
      | /HostConfig/NetworkMode | "bridge" |
    But on the engine inspect of "web" shows:
      | /HostConfig/NetworkMode | "default" |

  @CTR-71 @NET-17 @not-bollard:its-types-drop-what-they-do-not-know @alone
  Scenario: The address of the first interface
    Given the container "web" runs `sleep 1000`
    Then inspect of "web" shows:
      | /NetworkSettings/Bridge      | "net0"                                    |
      | /NetworkSettings/IPAddress   | /^"192\\.168\\.128\\.[0-9]+"$/               |
      | /NetworkSettings/Gateway     | "192.168.128.1"                           |
      | /NetworkSettings/IPPrefixLen | 22                                        |
      | /NetworkSettings/MacAddress  | /^"90:b8:d0:[0-9a-f:]{8}"$/               |
      | /NetworkSettings/PortMapping | null                                      |
      | /NetworkSettings/Networks    | absent                                    |
    But on the engine inspect of "web" shows:
      | /NetworkSettings/Bridge                           | ""                            |
      | /NetworkSettings/IPAddress                        | /^"172\\.17\\.[0-9]+\\.[0-9]+"$/ |
      | /NetworkSettings/Gateway                          | "172.17.0.1"                  |
      | /NetworkSettings/IPPrefixLen                      | 16                            |
      | /NetworkSettings/MacAddress                       | /^"02:42:ac:11:[0-9a-f:]{5}"$/ |
      | /NetworkSettings/PortMapping                      | absent                        |
      | /NetworkSettings/Networks/bridge/IPAddress        | /^"172\\.17\\.[0-9]+\\.[0-9]+"$/ |
      | /NetworkSettings/Networks/bridge/IPPrefixLen      | 16                            |
    And inspect of "web" shows:
      | /NetworkSettings/Ports                            | {}                            |

  @CTR-71.typed @bollard
  Scenario: Other interfaces are not shown, and networks neither
    When I run `docker run -d --name web -p 80 busybox sleep 1000`
    Then inspect of "web" shows:
      | /NetworkSettings/Networks       | absent |
      | /NetworkSettings/Ports/80~1tcp/0/HostPort | "80" |

  @RUN-inspect-unknown @engine
  Scenario: What is not there
    When I run `docker inspect nosuch`
    Then it exits with 1
    And stdout is "[]\n"
    And stderr, by client, is:
      | 1.8-1.11 | Error: No such image or container: nosuch\n       |
      | 1.12     | Error: No such image, container or task: nosuch\n |
      | bollard  | Error: No such image, container or task: nosuch\n |

  @RUN-inspect-format @engine
  Scenario: One member of it
    Given the container "web" runs `sleep 1000`
    When I run `docker inspect -f '{{.State.Running}} {{.Name}}' web`
    Then it exits with 0
    And stdout is "true /web\n"

  @CLI-98 @bollard
  Scenario: A typed client can read it
    Given the container "web" runs `sleep 1000`
    When I run `docker inspect web`
    Then it exits with 0

  @CLI-98.shown @cli
  Scenario: Its words are those that typed clients know
    Given I have pulled busybox
    When I run `docker run -d --name web --restart always --entrypoint sleep busybox 1000`
    Then inspect of "web" shows:
      | /HostConfig/RestartPolicy/Name | "always"  |
      | /Config/Entrypoint             | ["sleep"] |
      | /Config/Cmd                    | ["1000"]  |
    And inspect of "web" shows:
      | /State/Status                  | absent    |
      | /HostConfig/Isolation          | absent    |
    But on the engine inspect of "web" shows:
      | /State/Status                  | "running" |
      | /HostConfig/Isolation          | ""        |

  @CLI-95 @bollard
  Scenario: A typed client can read the list
    Given the container "web" runs `sleep 1000`
    When I run `docker ps -q`
    Then it exits with 0
    And stdout is "{short}\n"

  @CLI-95.ports
  Scenario: A port has its number and the name of its protocol
    When I run `docker run -d -p 80 -p 53/udp busybox sleep 1000`
    And I run `docker ps --format {{.Ports}}`
    Then stdout matches `^[0-9.]+:53->53/udp, [0-9.]+:80->80/tcp\n$`
    But on the engine (drift) stdout matches `^0\.0\.0\.0:[0-9]+->53/udp, :::[0-9]+->53/udp, 0\.0\.0\.0:[0-9]+->80/tcp, :::[0-9]+->80/tcp\n$`
