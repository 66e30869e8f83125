Feature: What the zone does not do

  Every such route has a text of its own. What a client makes of it is one line and status 1.

  @API-35 @zone-only:an-engine-tells-events-until-it-is-stopped
  Scenario: docker events
    When I run `docker events`
    Then it exits with 1
    And it is refused with "(NotImplemented) events is not implemented"
    When I request `GET /v1.24/events`
    Then the status is 400

  @API-35.until @cli
  Scenario: docker events up to a time
    Given the container "heard-of" is created with `true`
    When I run `docker events --since 10m --until=-1s --filter container=heard-of`
    Then it exits with 1
    But on the engine it exits with 0
    And it is refused with "(NotImplemented) events is not implemented"
    But on the engine stdout matches `^\S+ container create [0-9a-f]{64} \(image=busybox, name=heard-of\)\n$`
    When I request `GET /v1.24/events?since=1&until=2`
    Then the status is 400
    But on the engine the status is 200

  @API-35.diff
  Scenario: docker diff
    Given the container "web" is created with `true`
    When I run `docker diff web`
    Then it exits with 1
    But on the engine it exits with 0
    And it is refused with "(NotImplemented) changes is not implemented"
    But on the engine stdout is empty
    When I request `GET /v1.24/containers/web/changes`
    Then the status is 400
    But on the engine the status is 200

  @API-35.export
  Scenario: docker export
    Given the container "web" is created with `true`
    When I run `docker export web`
    Then it exits with 1
    But on the engine it exits with 0
    And stdout is empty
    But on the engine stdout contains "bin/busybox\0"
    And it is refused with "(NotImplemented) export is not implemented"
    But on the engine stderr is empty
    When I request `GET /v1.24/containers/web/export`
    Then the status is 400
    But on the engine the status is 200

  @CTR-08
  Scenario: docker pause and unpause
    Given the container "web" runs `sleep 1000`
    When I run `docker pause web`
    Then it is refused with "(NotImplemented) pause is not implemented"
    But on the engine it exits with 0
    And on the engine stdout is "web\n"
    When I run `docker unpause web`
    Then it is refused with "(NotImplemented) unpause is not implemented"
    But on the engine it exits with 0
    And on the engine stdout is "web\n"
    When I request `POST /v1.24/containers/web/pause`
    Then the status is 400
    But on the engine the status is 204
    When I request `POST /v1.24/containers/web/unpause`
    Then the status is 400
    But on the engine the status is 204

  @API-35.unknown
  Scenario: Whether the container exists is asked first
    When I run `docker pause nosuch`
    Then it is refused with "No such container: nosuch"
    But on the engine stderr is "Error response from daemon: No such container: nosuch\n"
    And on the engine it exits with 1
    When I request `POST /v1.24/containers/nosuch/pause`
    Then the status is 404

  @IMG-29 @registry
  Scenario: docker pull -a
    When I run `docker pull -a busybox`
    Then it exits with 1
    And it is refused with "(NotImplemented) docker pull -a is not implemented"

  @IMG-30 @raw @registry
  Scenario Outline: A pull that spells neither tag nor digest is a pull of all
    When I request `POST /v1.24/images/create?<query>`
    Then the status is 400
    And the body is "(NotImplemented) docker pull -a is not implemented ({uuid})"

    Examples:
      | query                   |
      | fromImage=busybox       |
      | fromImage=busybox:      |
      | fromImage=busybox&tag=  |

  @IMG-54
  Scenario: docker import
    When I run `docker import http://127.0.0.1/x.tar a:b`
    Then it exits with 1
    And it is refused with "(NotImplemented) image create is not implemented"
    But on the engine (drift) stderr is:
      """
      Error response from daemon: Get "http://127.0.0.1/x.tar": dial tcp 127.0.0.1:80: connect: connection refused
      """

  @API-36.update @PLC-26 @from:1.10
  Scenario: docker update
    Given the container "web" is created with `true`
    When I run `docker update -m 512m web`
    Then it exits with 1
    And it is refused with "POST is not allowed"
    But on the engine (drift) stderr contains "Cannot update container {id}: Memory limit should be smaller than"
    When I request `POST /v1.24/containers/web/update` with the body:
      """
      {"Memory": 536870912}
      """
    Then the status is 405
    But on the engine (drift) the status is 409

  @API-35.save @cli @until:1.8
  Scenario: docker save, as the oldest client does it
    When I run `docker save busybox`
    Then it exits with 1
    And it is refused with "(NotImplemented) image get is not implemented"

  @API-36.save @from:1.9
  Scenario: docker save
    When I run `docker save busybox`
    Then it exits with 1
    But on the engine it exits with 0
    And it is refused with "GET is not allowed"
    But on the engine stdout contains "manifest.json\0"
    When I request `GET /v1.24/images/get?names=busybox`
    Then the status is 405
    But on the engine the status is 200

  @API-36.load @cli
  Scenario: docker load
    When I run `docker load` with the input "no archive"
    Then it exits with 1
    And it is refused with "POST is not allowed"
    But on the engine (drift) stderr is "Error processing tar file(exit status 1): unexpected EOF\n"

  @IMG-55 @raw
  Scenario: docker load
    When I request `POST /v1.24/images/load`
    Then the status is 405
    But on the engine the status is 200
    And the body is "POST is not allowed ({uuid})"
    But on the engine the body contains "errorDetail"

  @IMG-55.name @raw
  Scenario Outline: An image is not loaded under a name
    When I request `POST /v1.24/images/<name>/load`
    Then the status is 400
    But on the engine the status is 404
    And the body is "(NotImplemented) image load is not implemented ({uuid})"
    But on the engine the body contains "page not found"

    Examples:
      | name               |
      | busybox            |
      | nosuch             |
      | quay.io/joyent/x:1 |

  @IMG-56 @raw
  Scenario: docker save
    When I request `GET /v1.24/images/get?names=nosuch`
    Then the status is 405
    But on the engine the status is 404
    And the body is "GET is not allowed ({uuid})"
    But on the engine the body is "{\"message\":\"No such image: nosuch\"}\n"

  @IMG-56.name @raw
  Scenario Outline: An image is not saved under its name
    When I request `GET /v1.24/images/<name>/get`
    Then the status is 400
    But on the engine the status is 404
    And the body is "(NotImplemented) image get is not implemented ({uuid})"
    But on the engine the body matches `^\{"message":"(No such image: nosuch|reference does not exist)"\}\n$`

    Examples:
      | name               |
      | nosuch             |
      | quay.io/joyent/x:1 |

  @API-35.network @cli @from:1.9
  Scenario: docker network create
    When I run `docker network create zonesim-net`
    Then it exits with 1
    But on the engine it exits with 0
    And it is refused with "(NotImplemented) network create is not implemented"
    But on the engine stdout is "{id}\n"
    When I run `docker network rm zonesim-net`
    Then it is refused with "(Error) network zonesim-net not found"
    But on the engine it exits with 0
    And on the engine stdout is "zonesim-net\n"
    When I request `POST /v1.24/networks/create` with the body:
      """
      {"Name": "zonesim-net"}
      """
    Then the status is 400
    But on the engine the status is 201
    When I request `DELETE /v1.24/networks/zonesim-net`
    Then the status is 404
    But on the engine the status is 204

  @API-36.swarm @from:1.12 @zone-only:it-would-make-the-engine-a-swarm
  Scenario: docker swarm
    When I run `docker swarm init`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) /v1.24/swarm/init does not exist"

  @API-36.service @from:1.12
  Scenario: docker service ls
    When I run `docker service ls -q`
    Then it is refused with "(ResourceNotFound) /v1.24/services does not exist"
    But on the engine stderr matches `^(Error response from daemon: This node is not a swarm manager\. .*\n)?$`
    And on the zone it exits with 1
    When on the zone I request `GET /v1.24/services`
    Then on the zone the status is 404

  @API-36.node @from:1.12
  Scenario: docker node ls
    When I run `docker node ls -q`
    Then it is refused with "(ResourceNotFound) /v1.24/nodes does not exist"
    But on the engine stderr matches `^(Error response from daemon: This node is not a swarm manager\. .*\n)?$`
    And on the zone it exits with 1
    When on the zone I request `GET /v1.24/nodes`
    Then on the zone the status is 404

  @NET-06
  Scenario Outline: A network of the host or none
    Given I have pulled busybox
    When I run `docker run --net=<mode> busybox true`
    Then it is refused with "(NotImplemented) NetworkMode <mode> is not supported is not implemented"
    But on the engine it exits with 0
    And on the zone it exits, by client:
      | 1.8-1.9   | 1   |
      | 1.10-1.12 | 125 |
      | bollard   | 125 |

    Examples:
      | mode |
      | host |
      | none |
