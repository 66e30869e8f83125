Feature: docker events of a zone with extensions

  @CLI-55 @ext @raw
  Scenario: What has happened to a container, in the words of every client
    Given the container "web" is created with `sh -c 'exit 3'`
    And I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    And I request `POST /v1.24/containers/web/rename?name=other`
    And I request `DELETE /v1.24/containers/other`
    When the clock advances by 1 s
    And I save the zone's time less 0 s as "now"
    And I request `GET /v1.20/events?since=1&until={now}`
    Then the status is 200
    And the header "Content-Type" is "application/json"
    And the lines of the body have at "/status" the texts "pull, create, start, die, rename, destroy"
    And the lines of the body have at "/Action" the texts "pull, create, start, die, rename, destroy"
    And line 1 of the body shows:
      | /Type                  | "image"                  |
      | /id                    | "busybox:latest"         |
      | /Actor/ID              | "busybox:latest"         |
      | /Actor/Attributes/name | "busybox"                |
    And line 4 of the body shows:
      | /Type                      | "container"                  |
      | /id                        | /^"[0-9a-f]{64}"$/           |
      | /from                      | "busybox"                    |
      | /Actor/ID                  | /^"[0-9a-f]{64}"$/           |
      | /Actor/Attributes/image    | "busybox"                    |
      | /Actor/Attributes/name     | "web"                        |
      | /Actor/Attributes/exitCode | "3"                          |
      | /time                      | /^[0-9]{10}$/                |
      | /timeNano                  | /^[0-9]{19}$/                |

  @CLI-55.signals @ext @raw
  Scenario: Signals, stops and execs are told, too
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["true"]}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `POST /v1.24/exec/{exec}/start`
    And I request `POST /v1.24/containers/web/resize?h=24&w=80`
    And I request `POST /v1.24/containers/web/restart?t=0`
    And I request `POST /v1.24/containers/web/stop?t=0`
    And I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/kill?signal=KILL`
    And I request `POST /v1.24/containers/web/wait`
    And the clock advances by 1 s
    And I save the zone's time less 0 s as "now"
    And I request `GET /v1.24/events?since=1&until={now}&filters={"type":["container"]}`
    Then the lines of the body have at "/status" the texts "create, start, exec_create, exec_start, resize, kill, die, stop, start, restart, kill, die, stop, start, kill, die"
    And line 6 of the body shows:
      | /Actor/Attributes/signal | "9" |

  @CLI-55.filters @ext @raw
  Scenario Outline: Only what was asked for
    Given the container "web" is created with `true`
    And the container "other" is created with `true`
    When I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    And the clock advances by 1 s
    And I save the zone's time less 0 s as "now"
    And I request `GET /v1.24/events?since=1&until={now}&filters=<filters>`
    Then the lines of the body have at "/status" the texts "<texts>"

    Examples:
      | filters                                             | texts                       |
      | {"container":["other"]}                             | create                      |
      | {"event":{"die":true,"start":true}}                 | start, die                  |
      | {"type":["image"]}                                  | pull                        |
      | {"image":["busybox"]}                               | pull, create, create, start, die |
      | {"label":["none"]}                                  |                             |

  @CLI-55.tenants @ext @raw
  Scenario: Nobody hears of another account
    Given the account "other"
    And the container "web" is created with `true`
    And I am "other"
    When the clock advances by 1 s
    And I save the zone's time less 0 s as "now"
    And I request `GET /v1.24/events?since=1&until={now}`
    Then the status is 200
    And the body is ""
    Given I use no certificate
    When I request `GET /v1.24/events`
    Then the status is 401

  @CLI-55.live @ext
  Scenario: What happens is told as it happens
    Given I have pulled busybox
    When I start `docker events` as "events"
    And the zone is busy with 1 request
    And I run `docker run --name web busybox sh -c 'exit 3'`
    Then it exits with 3
    When "events" shows "die"

  @CLI-96 @ext @bollard
  Scenario: Every event is of a kind that clients know
    When I start `docker events` as "events"
    And the zone is busy with 1 request
    And I run `docker pull busybox`
    And I run `docker run --name web busybox true`
    And I run `docker rm web`
    And "events" shows "image pull busybox:latest"
    And "events" shows "container destroy"
    Then it exits with 0

  @CLI-96.shown @ext @cli @from:1.10
  Scenario: A command line shows the kind of each
    Given I have pulled busybox
    When I run `docker run --name web busybox true`
    And I run `docker rm web`
    And the clock advances by 1 s
    And I save the zone's time less 0 s as "now"
    And I run `docker events --since 1 --until {now}`
    Then it exits with 0
    And stdout matches `^(\S+ (container|image) [a-z]+ \S+ \(.*\)\n)+$`

  @CLI-70 @ext @raw
  Scenario: A command that cannot run dies, too
    Given the container "web" is created with `nosuchcommand`
    And I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    When the clock advances by 1 s
    And I save the zone's time less 0 s as "now"
    And I request `GET /v1.24/events?since=1&until={now}&filters={"event":["die"]}`
    Then the lines of the body have at "/status" the texts "die"
    And line 1 of the body shows:
      | /Actor/Attributes/exitCode | "17" |

  @CLI-70.client @ext
  Scenario: A command that cannot run dies, too, for clients
    Given I have pulled busybox
    When I start `docker events` as "events"
    And the zone is busy with 1 request
    And I run `docker run --name web busybox nosuchcommand`
    Then it exits with 17
    When "events" shows "die"

  @CLI-70.code @ext @cli @from:1.10
  Scenario: And tells with what
    Given I have pulled busybox
    When I start `docker events` as "events"
    And the zone is busy with 1 request
    And I run `docker run --name web busybox nosuchcommand`
    Then it exits with 17
    When "events" shows "exitCode=17"
