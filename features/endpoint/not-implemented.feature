Feature: What the zone does not do

  Every such route has a text of its own. What a client makes of it is one line and status 1.

  @API-35
  Scenario: docker events
    When I run `docker events`
    Then it exits with 1
    And it is refused with "(NotImplemented) events is not implemented"

  @API-35.diff
  Scenario: docker diff
    Given the container "web" is created with `true`
    When I run `docker diff web`
    Then it exits with 1
    And it is refused with "(NotImplemented) changes is not implemented"

  @API-35.export
  Scenario: docker export
    Given the container "web" is created with `true`
    When I run `docker export web`
    Then it exits with 1
    And stdout is empty
    And it is refused with "(NotImplemented) export is not implemented"

  @CTR-08
  Scenario: docker pause and unpause
    Given the container "web" runs `sleep 1000`
    When I run `docker pause web`
    Then it is refused with "(NotImplemented) pause is not implemented"
    When I run `docker unpause web`
    Then it is refused with "(NotImplemented) unpause is not implemented"

  @API-35.unknown
  Scenario: Whether the container exists is asked first
    When I run `docker pause nosuch`
    Then it is refused with "No such container: nosuch"

  @IMG-29
  Scenario: docker pull -a
    When I run `docker pull -a busybox`
    Then it exits with 1
    And it is refused with "(NotImplemented) docker pull -a is not implemented"

  @IMG-30 @raw
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

  @API-36.update @PLC-26 @from:1.10
  Scenario: docker update
    Given the container "web" is created with `true`
    When I run `docker update -m 512m web`
    Then it exits with 1
    And it is refused with "POST is not allowed"

  @API-35.save @cli @until:1.8
  Scenario: docker save, as the oldest client does it
    When I run `docker save busybox`
    Then it exits with 1
    And it is refused with "(NotImplemented) image get is not implemented"

  @API-36.save @from:1.9
  Scenario: docker save
    When I run `docker save busybox`
    Then it exits with 1
    And it is refused with "GET is not allowed"

  @API-36.load @cli
  Scenario: docker load
    When I run `docker load` with the input "no archive"
    Then it exits with 1
    And it is refused with "POST is not allowed"

  @API-35.network @cli @from:1.9
  Scenario: docker network create
    When I run `docker network create net`
    Then it exits with 1
    And it is refused with "(NotImplemented) network create is not implemented"

  @API-36.swarm @from:1.12
  Scenario: docker swarm
    When I run `docker swarm init`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) /v1.24/swarm/init does not exist"

  @API-36.service @from:1.12
  Scenario: docker service ls
    When I run `docker service ls -q`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) /v1.24/services does not exist"

  @API-36.node @from:1.12
  Scenario: docker node ls
    When I run `docker node ls -q`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) /v1.24/nodes does not exist"

  @NET-06
  Scenario Outline: A network of the host or none
    Given I have pulled busybox
    When I run `docker run --net=<mode> busybox true`
    Then it is refused with "(NotImplemented) NetworkMode <mode> is not supported is not implemented"
    And it exits, by client:
      | 1.8-1.9   | 1   |
      | 1.10-1.12 | 125 |
      | bollard   | 125 |

    Examples:
      | mode |
      | host |
      | none |
