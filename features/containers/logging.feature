Feature: Where the output of containers goes

  Background:
    Given I have pulled busybox

  @CTR-50.never
  Scenario: journald is no log driver, whatever operators enable
    Given the log driver "journald" is enabled
    When I run `docker create --log-driver journald busybox true`
    Then it is refused with "(Validation) unsupported log driver: journald"

  @CTR-54
  Scenario: The node keeps a log whatever the driver
    Given the log driver "syslog" is enabled
    And a rsyslog with TCP is "logs.example.com:514"
    When I run `docker run -d --name web --log-driver syslog --log-opt syslog-address=tcp://logs.example.com busybox sh -c 'echo kept; sleep 1000'`
    Then it exits with 0
    And the log of "web" contains "kept\n"
    When I run `docker logs web`
    Then it exits with 1
    And stderr contains "(got: syslog)"

  @CTR-54.none @raw
  Scenario: But there is none without a driver
    Given the log driver "none" is enabled
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "Cmd": ["echo", "lost"], "HostConfig": {"LogConfig": {"Type": "none", "Config": {}}}}
      """
    Then the status is 200
    When I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    And I request `GET /v1.24/containers/web/logs?stdout=1`
    Then the status is 200
    And the rest of the connection is ""

  @CTR-54.rotation @engine
  Scenario: A log that is full starts again
    When I run `docker run --name web --log-opt max-size=1k busybox seq 1 1000`
    Then it exits with 0
    And stdout has 1000 lines
    When I run `docker logs web`
    Then stdout matches `\A([789][0-9]{2}\n)+1000\n\z`

  @CTR-54.quota
  Scenario: A log is part of what the container may have on its disk
    Given the setting "disk_free_bytes" is 1000000
    When I run `docker run --name web busybox sh -c 'seq 1 200000; echo new > /new'`
    Then it exits with 1
    And stderr contains "Disk quota exceeded"
    When I run `docker logs --tail 1 web`
    Then stdout matches `\A1[0-9]{5}\n\z`

  @CTR-55
  Scenario: A container ends when root inside ends what sends its output
    Given the log driver "syslog" is enabled
    And a rsyslog with TCP is "logs.example.com:514"
    When I run `docker run -d --name web --log-driver syslog --log-opt syslog-address=tcp://logs.example.com busybox sleep 1000`
    And I run `docker top web`
    Then stdout contains "logger syslog"
    When I run `docker exec web ps -o pid,args`
    Then stdout contains "    2 logger syslog\n"
    When I run `docker exec web kill -9 2`
    And the container "web" comes to stop
    Then inspect of "web" shows:
      | /State/ExitCode | -9 |

  @CTR-55.node
  Scenario: A container ends when its node loses what sends its output
    Given the log driver "syslog" is enabled
    And a rsyslog with TCP is "logs.example.com:514"
    When I run `docker run -d --name web --log-driver syslog --log-opt syslog-address=tcp://logs.example.com busybox sleep 1000`
    And the helper of "web" is killed
    And the container "web" comes to stop
    Then inspect of "web" shows:
      | /State/ExitCode | -9 |

  @CTR-55.lost @rows:1.12
  Scenario Outline: A container ends when its receiver does
    Given the log driver "<driver>" is enabled
    And a <receiver> is "logs.example.com:2000"
    When I run `docker run -d --name web --log-driver <driver> --log-opt <driver>-address=<address> busybox sh -c 'echo here; sleep 1000'`
    And the receiver "logs.example.com:2000" comes to have 1 record
    And the receiver "logs.example.com:2000" ends
    And the container "web" comes to stop
    Then inspect of "web" shows:
      | /State/ExitCode | -9 |

    Examples:
      | driver  | receiver         | address                     |
      | syslog  | rsyslog with TCP | tcp://logs.example.com:2000 |
      | fluentd | fluentd          | logs.example.com:2000       |

  @CTR-55.nobody
  Scenario: A container ends when nobody is there to receive
    Given the log driver "syslog" is enabled
    When I run `docker run -d --name web --log-driver syslog --log-opt syslog-address=tcp://nobody.example.com busybox sleep 1000`
    Then it exits with 0
    When the container "web" comes to stop
    Then inspect of "web" shows:
      | /State/ExitCode | -9 |

  @RUN-syslog @rows:1.12
  Scenario Outline: Lines become records of syslog
    Given the log driver "syslog" is enabled
    And a rsyslog with <transport> is "logs.example.com:514"
    When I run `docker run --name web -h host --log-driver syslog --log-opt syslog-address=<scheme>://logs.example.com --log-opt syslog-facility=local3 --log-opt syslog-tag=web busybox sh -c 'echo one; echo two >&2; printf three'`
    Then it exits with 0
    And stdout is "one\nthree"
    When the receiver "logs.example.com:514" comes to have 3 records
    Then record 1 of "logs.example.com:514" shows:
      | /facility | "local3"                                             |
      | /severity | "info"                                               |
      | /time     | /"20[0-9]{2}-.*T[0-9:]{8}.*"/ |
      | /hostname | "host"                                               |
      | /tag      | "logger/web[2]:"                                     |
      | /message  | " one"                                               |
    And record 2 of "logs.example.com:514" shows:
      | /severity | "err"  |
      | /message  | " two" |
    And record 3 of "logs.example.com:514" shows:
      | /severity | "info"   |
      | /message  | " three" |

    Examples:
      | transport | scheme |
      | TCP       | tcp    |
      | UDP       | udp    |

  @RUN-syslog-defaults
  Scenario: A record says which container it is from
    Given the log driver "syslog" is enabled
    And a rsyslog with UDP is "198.51.100.9:514"
    When I run `docker run -d --log-driver syslog --log-opt syslog-address=udp://198.51.100.9 busybox echo hello`
    And I save the first 12 characters of stdout as "web"
    And the receiver "198.51.100.9:514" comes to have 1 record
    Then record 1 of "198.51.100.9:514" shows:
      | /facility | "daemon"                |
      | /hostname | "{web}"                 |
      | /tag      | "logger/{web}[2]:"      |
      | /message  | " hello"                |

  @RUN-syslog-complete
  Scenario: A container does not end before everything is sent
    Given the log driver "syslog" is enabled
    And a rsyslog with TCP is "logs.example.com:514"
    When I run `docker run --name web --log-driver syslog --log-opt syslog-address=tcp://logs.example.com busybox seq 1 20000`
    Then it exits with 0
    When the receiver "logs.example.com:514" comes to have 20000 records
    Then the numbers in "/message" of the records of "logs.example.com:514" are 1 to 20000

  @RUN-syslog-stop
  Scenario: A container that is stopped has sent everything
    Given the log driver "syslog" is enabled
    And a rsyslog with TCP is "logs.example.com:514"
    When I run `docker run -d --name web --log-driver syslog --log-opt syslog-address=tcp://logs.example.com busybox sh -c 'trap "seq 101 1000; exit 3" TERM; seq 1 100; while :; do sleep 1; done'`
    And the receiver "logs.example.com:514" comes to have 100 records
    And I run `docker stop web` while the clock runs
    Then it exits with 0
    When the receiver "logs.example.com:514" comes to have 1000 records
    Then the numbers in "/message" of the records of "logs.example.com:514" are 1 to 1000
    And inspect of "web" shows:
      | /State/ExitCode | 3 |

  @RUN-gelf
  Scenario: Lines become messages of GELF
    Given the log driver "gelf" is enabled
    And a GELF receiver is "logs.example.com:12201"
    When I run `docker run --name web -h host --log-driver gelf --log-opt gelf-address=udp://logs.example.com:12201 --log-opt gelf-tag=mine busybox sh -c 'echo "  one "; echo two >&2'`
    Then it exits with 0
    When the receiver "logs.example.com:12201" comes to have 2 records
    Then record 1 of "logs.example.com:12201" shows:
      | /version         | "1.1"                          |
      | /host            | "host"                         |
      | /short_message   | "one"                          |
      | /timestamp       | /[0-9]{10}([.][0-9]{1,3})?/     |
      | /level           | 6                              |
      | /_container_id   | /"[0-9a-f]{64}"/               |
      | /_container_name | "web"                          |
      | /_image_id       | /"sha256:[0-9a-f]{64}"/        |
      | /_image_name     | "busybox"                      |
      | /_command        | /"sh -c echo .*"/              |
      | /_tag            | "mine"                         |
      | /_created        | /"20[0-9]{2}-.*Z"/             |
    And record 2 of "logs.example.com:12201" shows:
      | /short_message | "two" |
      | /level         | 3     |

  @RUN-gelf-chunks
  Scenario: A message that is too long for a datagram comes in chunks
    Given the log driver "gelf" is enabled
    And a GELF receiver is "logs.example.com:12201"
    When I run `docker run --name web --log-driver gelf --log-opt gelf-address=udp://logs.example.com:12201 busybox sh -c 'head -c 6000 /dev/urandom | base64 -w 0'`
    Then it exits with 0
    When the receiver "logs.example.com:12201" comes to have 1 record
    Then record 1 of "logs.example.com:12201" shows:
      | /short_message | /"[A-Za-z0-9+/]{8000}"/ |
    And more than one datagram of "logs.example.com:12201" was part of a record

  @RUN-fluentd
  Scenario: Lines become entries of fluentd
    Given the log driver "fluentd" is enabled
    And a fluentd is "logs.example.com:24224"
    When I run `docker run -d --name web --log-driver fluentd --log-opt fluentd-address=logs.example.com:24224 busybox sh -c 'echo one; echo two >&2'`
    And I save the first 12 characters of stdout as "short"
    And I save stdout as "full"
    And the receiver "logs.example.com:24224" comes to have 2 records
    Then record 1 of "logs.example.com:24224" shows:
      | /tag                   | "{short}"      |
      | /time                  | /^[0-9]{10}$/  |
      | /record/container_id   | "{full}"       |
      | /record/container_name | "web"          |
      | /record/source         | "stdout"       |
      | /record/log            | "one"          |
    And record 2 of "logs.example.com:24224" shows:
      | /record/source | "stderr" |
      | /record/log    | "two"    |

  @CTRX-04
  Scenario: A tag may be made from the container's name and id
    Given the log driver "fluentd" is enabled
    And a fluentd is "logs.example.com:24224"
    When I run `docker run -d --name web --log-driver fluentd --log-opt fluentd-address=logs.example.com:24224 --log-opt 'fluentd-tag={{.Name}}/{{.ID}}/{{.FullID}}' busybox echo one`
    And I save the first 12 characters of stdout as "short"
    And I save stdout as "full"
    And the receiver "logs.example.com:24224" comes to have 1 record
    Then record 1 of "logs.example.com:24224" shows:
      | /tag | "web/{short}/{full}" |
    And inspect of "web" shows:
      | /HostConfig/LogConfig/Config/fluentd-tag | "{{.Name}}/{{.ID}}/{{.FullID}}" |

  @RUN-deaf-receiver
  Scenario: A receiver that takes nothing holds up its container and nobody else
    Given the log driver "fluentd" is enabled
    And a deaf receiver is "logs.example.com:24224"
    When I run `docker run -d --name web --log-driver fluentd --log-opt fluentd-address=logs.example.com:24224 busybox sh -c 'yes 0123456789012345678901234567890123456789 | head -c 4000000'`
    And I run `docker run --name other busybox echo hello`
    Then it exits with 0
    And stdout is "hello\n"
    When I run `docker kill web`
    Then it exits with 0
    When I run `docker inspect -f '{{.State.Running}}' web`
    Then stdout is "true\n"
    When the clock advances by 10 s
    And the container "web" comes to stop
    Then inspect of "web" shows:
      | /State/ExitCode | -9 |
