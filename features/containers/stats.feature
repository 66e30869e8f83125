Feature: docker stats

  # An engine's stream ends when its container is gone, which AutoRemove sees to there.
  @API-26 @raw
  Scenario: One sample unless a stream is asked for
    Given I have pulled busybox
    When I request `POST /v1.25/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "Cmd": ["sleep", "4"], "HostConfig": {"AutoRemove": true}}
      """
    And I request `POST /v1.24/containers/web/start`
    And I request `GET /v1.24/containers/web/stats` while the clock runs
    Then the status is 200
    And there is no header "Content-Type"
    And the header "Transfer-Encoding" is "chunked"
    And the body matches `^\{"read":"[^"]+Z",.*\}\r\n$`
    But on the engine the body matches `^\{"read":"[^"]+Z",.*\}\n\{"read":"[^"]+Z",.*\}\n`
    And line 1 of the body shows:
      | /precpu_stats/cpu_usage/total_usage | 0 |
    And line 1 of the body shows:
      | /precpu_stats/system_cpu_usage      | 0 |
    But on the engine (drift) line 1 of the body shows:
      | /precpu_stats/system_cpu_usage      | absent |
    # So nothing is in the way of whoever cleans up there.
    When I request `POST /v1.30/containers/web/wait?condition=removed` while the clock runs

  @CTR-76 @raw
  Scenario: What a sample has
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/containers/web/stats?stream=0`
    Then the body shows:
      | /cpu_stats/throttling_data/periods           | 0          |
      | /cpu_stats/throttling_data/throttled_periods | 0          |
      | /cpu_stats/throttling_data/throttled_time    | 0          |
      | /memory_stats/usage                          | /^[1-9]/   |
      | /blkio_stats/io_service_bytes_recursive      | []         |
      | /blkio_stats/io_serviced_recursive           | []         |
      | /blkio_stats/io_queue_recursive              | []         |
      | /blkio_stats/io_service_time_recursive       | []         |
      | /blkio_stats/io_wait_time_recursive          | []         |
      | /blkio_stats/io_merged_recursive             | []         |
      | /blkio_stats/io_time_recursive               | []         |
      | /blkio_stats/sectors_recursive               | []         |
    And the body shows:
      | /cpu_stats/cpu_usage/percpu_usage/1          | absent     |
      | /cpu_stats/cpu_usage/usage_in_kernelmode     | 0          |
      | /cpu_stats/system_cpu_usage                  | 100        |
      | /memory_stats/limit                          | 1073741824 |
      | /memory_stats/max_usage                      | 0          |
      | /memory_stats/failcnt                        | 0          |
      | /memory_stats/stats/total_active_anon        | /^[1-9]/   |
      | /memory_stats/stats/inactive_anon            | 0          |
      | /memory_stats/stats/swap                     | 0          |
      | /memory_stats/stats/total_swap               | 0          |
      | /memory_stats/stats/cache                    | 0          |
      | /pids_stats                                  | absent     |
    But on the engine the body shows:
      | /cpu_stats/system_cpu_usage                  | /^[1-9][0-9]{8,}$/ |
      | /memory_stats/limit                          | /^[1-9][0-9]{9,}$/ |
      | /pids_stats/current                          | 1                  |
    And the body shows:
      | /preread                                     | absent     |
      | /name                                        | absent     |
      | /id                                          | absent     |
    But on the engine (drift) the body shows:
      | /preread                                     | /^"20.*Z"$/        |
      | /name                                        | "/web"             |
      | /id                                          | /^"[0-9a-f]{64}"$/ |

  @CTR-76.client
  Scenario: What a client shows of a sample
    Given the container "web" runs `sleep 1000`
    When I run `docker stats --no-stream web`
    Then it exits with 0
    And stdout matches `(?m)^web +0\.00% +[1-9]\S* (kB|KiB|MB|MiB) ?/ ?1(\.074 GB| GiB) +0\.\d\d% +0 B ?/ ?0 B( +0 B ?/ ?0 B)?( +0)?$`
    But on the engine stdout matches `(?m)^web +\d+\.\d\d% +\S+ [KM]iB / [1-9][\d.]* [GT]iB +0\.0\d% +\S+ k?B / \S+ k?B +\S+ k?B / \S+ k?B +1$`

  @CTR-76.interface @raw
  Scenario: An interface has the name that the zone gives it
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/containers/web/stats?stream=0`
    Then the body shows:
      | /networks/net0/rx_errors  | 0      |
      | /networks/net0/tx_errors  | 0      |
      | /networks/net0/tx_dropped | 0      |
      | /networks/eth0            | absent |
    But on the engine the body shows:
      | /networks/eth0/rx_errors  | 0      |
      | /networks/eth0/tx_errors  | 0      |
      | /networks/eth0/tx_dropped | 0      |
      | /networks/net0            | absent |
    And the body shows:
      | /network                  | absent |

  @RUN-stats-stopped @raw @zone-only:an-engine's-stream-goes-on-until-the-container-is-removed
  Scenario: What does not run has little to show
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/web/stats?stream=1`
    Then the body shows:
      | /read        | /T.*Z"$/             |
      | /blkio_stats | /sectors_recursive/  |
      | /cpu_stats   | absent               |
      | /networks    | absent               |

  @RUN-stats-stopped-once @raw
  Scenario: Nor has it more when one sample is asked for
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/web/stats?stream=0`
    Then the body shows:
      | /read                             | /^"20.*Z"$/            |
      | /blkio_stats/sectors_recursive    | []                     |
      | /cpu_stats                        | absent                 |
    But on the engine the body shows:
      | /read                             | "0001-01-01T00:00:00Z" |
      | /blkio_stats/sectors_recursive    | null                   |
      | /cpu_stats/cpu_usage/total_usage  | 0                      |
    And the body shows:
      | /networks                         | absent                 |

  @RUN-stats-live
  Scenario: The figures are live
    Given the container "web" runs `sh -c 'a=$(seq 200000); i=0; while [ $i -lt 50000 ]; do i=$((i+1)); done; echo done; sleep 1000; :'`
    And the log of "web" contains "done" while the clock runs
    When I run `docker stats --no-stream web`
    Then it exits with 0
    And stdout matches `(?m)^web +[1-9]\d?\.\d\d% +[1-9][\d.]* Mi?B */ *1(\.074 GB| GiB) +0\.[1-9]\d%`
    But on the engine stdout matches `(?m)^web +\d+\.\d\d% +[1-9][\d.]* MiB / [1-9][\d.]* [GT]iB +0\.0\d%`

  @CTRX-09 @raw @alone @zone-only:an-engine-adds-no-interface-for-a-published-port
  Scenario: Every interface is counted
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "Cmd": ["sh", "-c", "ping -c 2 192.168.128.1; ping -c 3 203.0.113.1; echo done; sleep 1000"],
       "HostConfig": {"PortBindings": {"80/tcp": [{}]}}}
      """
    And I request `POST /v1.24/containers/web/start`
    And the log of "web" contains "done" while the clock runs
    And I request `GET /v1.24/containers/web/stats`
    Then the body shows:
      | /networks/net0/rx_packets | 2      |
      | /networks/net0/tx_packets | 2      |
      | /networks/net0/rx_dropped | 0      |
      | /networks/net1/rx_packets | 3      |
      | /networks/net1/tx_packets | 3      |
      | /networks/net1/tx_errors  | 0      |
      | /networks/net2            | absent |
      | /network                  | absent |
    When I request `GET /v1.20/containers/web/stats`
    Then the body shows:
      | /network/rx_packets | 5      |
      | /network/tx_packets | 5      |
      | /network/rx_errors  | 0      |
      | /network/tx_dropped | 0      |
      | /networks           | absent |

  @CTRX-09.client @alone @zone-only:an-engine-adds-no-interface-for-a-published-port
  Scenario: Clients add up every interface
    When I run `docker run -d --name web -p 80 busybox sh -c 'ping -c 2 192.168.128.1; ping -c 3 203.0.113.1; echo done; sleep 1000'`
    And the log of "web" contains "done" while the clock runs
    And I run `docker stats --no-stream web`
    Then it exits with 0
    And stdout matches ` 580 B ?/ ?580 B`

  @CLI-51
  Scenario: The first sample comes at once
    Given the container "web" runs `sleep 1000`
    When I run `docker stats --no-stream web`
    Then it exits with 0
    And stdout matches `(?m)^web +\d+\.\d\d% +\S+ \S+ ?/ ?1(\.074 GB| GiB) +0\.00% +0 B ?/ ?0 B`
    But on the engine stdout matches `(?m)^web +\d+\.\d\d% +\S+ [KM]iB / [1-9][\d.]* [GT]iB +0\.0\d% +\S+ k?B / \S+ k?B`

  @RUN-stats-stream
  Scenario: A stream shows a sample each second and ends with its container
    Given the container "web" runs `sleep 1000`
    When I start `docker stats web` as "stats"
    And "stats" shows "web"
    And the clock advances by 2 s
    And I run `docker kill web`
    And the clock advances by 2 s
    And "stats" ends
    Then it exits with 0

  @RUN-stats-unknown @raw
  Scenario: A container that is not there has no statistics
    When I request `GET /v1.24/containers/web/stats`
    Then the status is 404
    And the body is "No such container: web ({uuid})"
    But on the engine the body is "{\"message\":\"No such container: web\"}\n"
