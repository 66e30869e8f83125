Feature: docker rm

  @CTR-19
  Scenario: A running container is not removed
    Given the container "web" runs `sleep 1000`
    When I run `docker rm web`
    Then it exits with 1
    And it is refused with "Conflict, You cannot remove a running container. Stop the container before attempting removal or use -f"
    But on the engine (drift) stderr contains "Error response from daemon: You cannot remove a running container {id}. "
    And on the engine (drift) stderr contains "Stop the container before attempting removal or force remove\n"

  @CTR-19.status @raw
  Scenario: A conflict is a 500
    Given the container "web" runs `sleep 1000`
    When I request `DELETE /v1.24/containers/web`
    Then the status is 500
    But on the engine the status is 409

  @RUN-rm-force @engine
  Scenario: Unless it is forced
    Given the container "web" runs `sleep 1000`
    When I run `docker rm -f web`
    Then it exits with 0
    And stdout is "web\n"
    When I run `docker ps -aq`
    Then stdout is empty

  @RUN-rm-unknown
  Scenario: A container that is not there
    When I run `docker rm nosuch`
    Then it exits with 1
    And it is refused with "No such container: nosuch"
    But on the engine stderr contains "Error response from daemon: No such container: nosuch\n"

  @CTR-16 @engine
  Scenario: -v makes no difference
    Given the container "web" is created with `true`
    When I run `docker rm -v web`
    Then it exits with 0
    When I run `docker ps -aq`
    Then stdout is empty

  @CTR-16.data @engine
  Scenario: Nor does it where there is a data volume
    When I run `docker create --name web -v /data busybox true`
    Then it exits with 0
    When I run `docker rm -v web`
    Then it exits with 0
    When I run `docker ps -aq`
    Then stdout is empty

  @RUN-link-default @raw
  Scenario: The default name is no link
    Given the container "web" is created with `true`
    When I request `DELETE /v1.24/containers/web?link=1`
    Then the status is 500
    And the body is "Conflict, cannot remove the default name of the container ({uuid})"
    But on the engine (drift) the body shows:
      | /message | "Conflict, cannot remove the default link name of the container" |

  @CTR-17 @raw
  Scenario: A link that is not there
    Given the container "web" is created with `true`
    When I request `DELETE /v1.24/containers/web/db`
    Then the status is 204
    But on the engine the status is 404
    And on the engine the body is "{\"message\":\"No such container: web/db\"}\n"
    When I request `GET /v1.24/containers/web/json`
    Then the status is 200

  @CTR-17.client
  Scenario: A client's link that is not there
    Given the container "web" is created with `true`
    When I run `docker rm -l web/db`
    Then it exits with 0
    But on the engine it exits with 1
    And on the engine stderr contains "No such container: web/db"
    When I run `docker ps -a --format {{.Names}}`
    Then stdout is "web\n"
