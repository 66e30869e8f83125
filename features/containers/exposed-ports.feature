Feature: The ports that an image exposes

  @CTRX-07 @registry @raw
  Scenario: Ports of both protocols are told, published or not
    Given I have pulled consul
    When I request `POST /v1.24/containers/create?name=agent` with the body:
      """
      {"Image": "consul", "HostConfig": {"PortBindings": {"53/udp": [{}], "80/tcp": [{}]}}}
      """
    Then the status is 200
    When I request `GET /v1.24/containers/agent/json`
    Then the body shows:
      | /Config/ExposedPorts/8300~1tcp | {} |
      | /Config/ExposedPorts/8301~1tcp | {} |
      | /Config/ExposedPorts/8301~1udp | {} |
      | /Config/ExposedPorts/8600~1tcp | {} |
      | /Config/ExposedPorts/8600~1udp | {} |
      | /Config/ExposedPorts/53~1udp   | {} |
      | /Config/ExposedPorts/80~1tcp   | {} |

  @CTRX-07.unpublished @registry
  Scenario: Unpublished ports of UDP do not hide those of TCP
    Given I have pulled consul
    When I run `docker create --name agent consul`
    Then it exits with 0
    And inspect of "agent" shows:
      | /Config/ExposedPorts | {"8300/tcp": {}, "8301/tcp": {}, "8301/udp": {}, "8302/tcp": {}, "8302/udp": {}, "8500/tcp": {}, "8600/tcp": {}, "8600/udp": {}} |
