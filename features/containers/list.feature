Feature: docker ps

  @RUN-ps @engine
  Scenario: Only what runs, unless all are asked for
    Given the container "a" is created with `true`
    And the container "b" runs `sleep 1000`
    When I run `docker ps --format {{.Names}}`
    Then stdout is "b\n"
    When I run `docker ps -a --format {{.Names}}`
    Then stdout is "b\na\n"

  @CTR-60 @raw
  Scenario: The keys of an entry
    Given the container "web" runs `sh -c 'sleep 1000'`
    When I request `GET /v1.24/containers/json`
    Then the body shows:
      | /0/Id      | /^"[0-9a-f]{64}"$/   |
      | /0/Names   | ["/web"]             |
      | /0/Image   | "busybox"            |
      | /0/Command | "sh -c 'sleep 1000'" |
      | /0/Created | /^[0-9]{10}$/        |
      | /0/Ports   | []                   |
      | /0/SizeRw  | absent               |
    And the body shows:
      | /0/ImageID         | absent |
      | /0/State           | absent |
      | /0/HostConfig      | absent |
      | /0/NetworkSettings | absent |
      | /0/Mounts          | absent |
    But on the engine the body shows:
      | /0/ImageID                                   | /^"sha256:[0-9a-f]{64}"$/   |
      | /0/State                                     | "running"                   |
      | /0/HostConfig                                | {"NetworkMode": "default"}  |
      | /0/NetworkSettings/Networks/bridge/IPAddress | /^"[0-9.]+"$/               |
      | /0/Mounts                                    | []                          |

  @CTR-60.client @engine
  Scenario: An entry as clients show it
    Given the container "web" runs `sh -c 'sleep 1000'`
    When I run `docker ps --no-trunc --format '{{.ID}} {{.Names}} {{.Image}} {{.Command}} [{{.Ports}}] {{.RunningFor}}'`
    Then it exits with 0
    And stdout matches `^[0-9a-f]{64} web busybox "sh -c 'sleep 1000'" \[\] [A-Z0-9][a-z0-9 ]+\n$`

  @CTR-61 @engine
  Scenario: A container that was never started
    Given the container "web" is created with `true`
    When I run `docker ps -a --format {{.Status}}`
    Then stdout is "Created\n"

  @CTR-61.times @rows:1.12
  Scenario Outline: How long it has been up
    Given the container "web" runs `sleep 100000000`
    When I save the zone's time less 0 s as "then"
    And the clock advances by <time>
    And I run `docker ps --format {{.Status}}`
    Then stdout is "Up <text>\n"
    When I request `GET /v1.24/containers/json`
    Then the body shows:
      | /0/Created | {then} |

    Examples:
      | time    | text         |
      | 5 s     | 5 seconds    |
      | 61 s    | About a minute |
      | 125 s   | 2 minutes    |
      | 3700 s  | About an hour |
      | 7300 s  | 2 hours      |

  @CTR-61.exited
  Scenario: How it ended and when
    Given the container "web" is created with `sh -c 'exit 3'`
    When I run `docker start web`
    And I run `docker wait web`
    And the clock advances by 90 s
    And I run `docker ps -a --format {{.Status}}`
    Then stdout is "Exited (3) About a minute ago\n"

  @RUN-ps-last @engine
  Scenario: The last ones imply all
    Given the container "a" is created with `true`
    And the container "b" is created with `true`
    When I run `docker ps -l --format {{.Names}}`
    Then stdout is "b\n"
    When I run `docker ps -n 2 --format {{.Names}}`
    Then stdout is "b\na\n"

  @RUN-ps-quiet @engine
  Scenario: Only ids
    Given the container "web" is created with `true`
    When I run `docker ps -aq`
    Then stdout is "{short}\n"
    When I run `docker ps -aq --no-trunc`
    Then stdout is "{id}\n"

  @CTR-62
  Scenario: Exited means stopped, also what was never started
    Given the container "a" is created with `true`
    And the container "b" runs `sleep 1000`
    When I run `docker ps -f status=exited --format {{.Names}}`
    Then stdout is "a\n"
    But on the engine stdout is empty
    When I run `docker ps -f status=running --format {{.Names}}`
    Then stdout is "b\n"
    When I run `docker ps -f status=paused --format {{.Names}}`
    Then stdout is empty

  @CTR-62.unknown
  Scenario: A state that there is not
    Given the container "a" is created with `true`
    When I run `docker ps -f status=dead`
    Then it is refused with "Unrecognised filter value for status"
    But on the engine it exits with 0
    And on the engine stdout has 1 lines

  @CTRX-19
  Scenario: Several states are alternatives
    Given the container "a" is created with `true`
    And the container "b" runs `sleep 1000`
    When I run `docker ps -f status=exited -f status=running --format {{.Names}}`
    Then stdout is "b\na\n"
    But on the engine stdout is "b\n"

  @CTRX-19.ended @engine
  Scenario: Several states are alternatives, of containers that were started
    Given the container "a" is created with `true`
    And the container "b" runs `sleep 1000`
    When I run `docker start a`
    And I run `docker wait a`
    And I run `docker ps -f status=exited -f status=running --format {{.Names}}`
    Then stdout is "b\na\n"

  @CTR-63 @engine
  Scenario: By status, which does not imply all
    Given the container "web" is created with `sh -c 'exit 3'`
    When I run `docker start web`
    And I run `docker wait web`
    And I run `docker ps -a -f exited=3 --format {{.Names}}`
    Then stdout is "web\n"
    When I run `docker ps -f exited=3 --format {{.Names}}`
    Then stdout is empty

  @RUN-ps-name @engine
  Scenario: By a part of the name
    Given the container "web-1" is created with `true`
    And the container "db-1" is created with `true`
    When I run `docker ps -a -f name=eb --format {{.Names}}`
    Then stdout is "web-1\n"

  @RUN-ps-label @engine
  Scenario: By labels, all of which must be there
    When I run `docker create --name a --label tier=web --label env=test busybox true`
    And I run `docker create --name b --label tier=web busybox true`
    And I run `docker ps -a -f label=tier --format {{.Names}}`
    Then stdout is "b\na\n"
    When I run `docker ps -a -f label=tier=web -f label=env=test --format {{.Names}}`
    Then stdout is "a\n"

  @CTR-64 @raw
  Scenario: A filter that the zone does not know matches everything
    Given the container "web" is created with `true`
    And the container "db" runs `sleep 1000`
    When I request `GET /v1.24/containers/json?all=1&filters={"ancestor":["nosuch"],"status":["exited"]}`
    Then the status is 200
    And the body shows:
      | /0/Names | ["/web"] |
      | /1       | absent   |
    But on the engine the body is "[]\n"

  @CTR-64.client
  Scenario: A filter that the zone does not know matches everything for clients, too
    Given the container "web" is created with `true`
    When I run `docker ps -a -f ancestor=nosuch --format {{.Names}}`
    Then it exits with 0
    And stdout is "web\n"
    But on the engine stdout is empty

  @CLI-20 @raw
  Scenario Outline: Both encodings of filters in every version
    Given the container "web" is created with `true`
    When I request `GET /<version>/containers/json?filters=<filters>`
    Then the body shows:
      | /0/Names | ["/web"] |
    But on the engine the body is "[]\n"

    Examples:
      | version | filters                       |
      | v1.20   | {"status":["exited"]}         |
      | v1.20   | {"status":{"exited":true}}    |
      | v1.24   | {"status":["exited"]}         |
      | v1.24   | {"status":{"exited":true}}    |

  @CLI-20.keys @raw
  Scenario: Of an object the keys count
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/json?filters={"status":{"exited":false}}`
    Then the body shows:
      | /0/Names | ["/web"] |
    But on the engine the body is "[]\n"

  @CLI-20.running @raw @engine
  Scenario Outline: Both encodings of filters, for what runs
    Given the container "web" runs `sleep 1000`
    And the container "db" is created with `true`
    When I request `GET /<version>/containers/json?all=1&filters=<filters>`
    Then the body shows:
      | /0/Names | ["/web"] |
      | /1       | absent   |

    Examples:
      | version | filters                      |
      | v1.20   | {"status":["running"]}       |
      | v1.20   | {"status":{"running":true}}  |
      | v1.24   | {"status":["running"]}       |
      | v1.24   | {"status":{"running":true}}  |
      | v1.24   | {"status":{"running":false}} |

  @CLI-20.client @engine
  Scenario Outline: The encodings of clients, in their own version and in another
    Given the container "a" is created with `true`
    And the container "b" runs `sleep 1000`
    When I run `<docker> ps -a -f status=running --format {{.Names}}`
    Then stdout is "b\n"

    Examples:
      | docker                         |
      | docker                         |
      | DOCKER_API_VERSION=1.20 docker |

  @APIX-12 @raw
  Scenario: Filters that are no JSON
    When I request `GET /v1.24/containers/json?filters={bad`
    Then the status is 500
    And the body is "invalid filters: {any} ({uuid})"
    But on the engine the body shows:
      | /message | "invalid character 'b' looking for beginning of object key string" |

  @CTRX-06
  Scenario: An expression that is none
    Given the container "web" is created with `true`
    When I run `docker ps -a -f 'name=['`
    Then it does not exit with 0
    But on the engine it exits with 0
    And on the engine stdout has 1 lines
    And stderr contains "invalid filters: "
    But on the engine stderr is empty
    When I request `GET /v1.24/containers/json?all=1&filters={"name":["["]}`
    Then the status is 500
    But on the engine the status is 200

  @CLI-72 @raw @engine
  Scenario Outline: No limit, and not all
    Given the container "a" is created with `true`
    And the container "b" runs `sleep 1000`
    When I request `GET /v1.24/containers/json?<query>`
    Then the body shows:
      | /0/Names | ["/b"] |
      | /1       | absent |

    Examples:
      | query    |
      | limit=-1 |
      | limit=0  |
      | all=0    |

  @CLI-72.client @engine
  Scenario: No limit, as clients ask for it
    Given the container "a" runs `sleep 1000`
    And the container "b" runs `sleep 1000`
    And the container "c" is created with `true`
    When I run `docker ps -n 0 --format {{.Names}}`
    Then stdout is "b\na\n"

  @RUN-ps-since @cli @until:1.11 @engine
  Scenario: Since and before another one
    Given the container "a" is created with `true`
    And the container "b" is created with `true`
    And the container "c" is created with `true`
    When I run `docker ps --since b --format {{.Names}}`
    Then stdout is "c\n"
    But on the engine (drift) stdout is empty
    When I run `docker ps --before b --format {{.Names}}`
    Then stdout is "a\n"
    But on the engine (drift) stdout is empty

  @RUN-ps-since-filter @from:1.12 @engine
  Scenario: Since and before another one, as filters
    Given the container "a" is created with `true`
    And the container "b" is created with `true`
    When I run `docker ps -a -f since=a --format {{.Names}}`
    Then stdout is "b\n"

  @RUN-ps-since-unknown @raw
  Scenario: Since one that is not there
    Given the container "a" is created with `true`
    When I request `GET /v1.24/containers/json?since=nosuch`
    Then the status is 500
    But on the engine (drift) the status is 200
    And the body is "Could not find container with name or id nosuch ({uuid})"
    But on the engine (drift) the body is "[]\n"

  @CTR-66 @cli
  Scenario: There are no sizes
    Given the container "web" is created with `true`
    When I run `docker ps -as`
    Then it exits with 0
    And stdout contains "0 B"
    And stdout does not contain "virtual"
    But on the engine stdout matches `0 B \(virtual [0-9.]+ [kM]?B\)`

  @CLI-71 @raw @engine
  Scenario Outline: What a flag may be
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/json?all=<value>`
    Then the body shows:
      | /0/Names | <names> |
    And on the zone the body matches `<shown>`

    Examples:
      | value | names    | shown        |
      | 1     | ["/web"] | "/web"       |
      | True  | ["/web"] | "/web"       |
      | nope  | ["/web"] | "/web"       |
      | NO    | absent   | ^\\[\\]$ |
      | none  | absent   | ^\\[\\]$ |
      | False | absent   | ^\\[\\]$ |
      |       | absent   | ^\\[\\]$ |

  @CLI-71.client @engine
  Scenario: The words of clients for what is on and what is off
    Given the container "a" is created with `true`
    And the container "b" runs `sleep 1000`
    When I run `docker ps -a --format {{.Names}}`
    Then stdout is "b\na\n"
    When I run `docker stats --no-stream b`
    Then it exits with 0

  @CTR-68
  Scenario: The package label without a value matches every container
    Given the container "web" is created with `true`
    When I run `docker ps -a -f label=com.joyent.package --format {{.Names}}`
    Then stdout is "web\n"
    But on the engine stdout is empty
    When I run `docker ps -a -f label=com.joyent.package=sample-2G --format {{.Names}}`
    Then stdout is empty
