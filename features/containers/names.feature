Feature: Names and ids of containers

  @CTR-02
  Scenario: A prefix of several ids is nobody's
    Given 17 containers that were created
    When I run `docker stop {ambiguous}`
    Then it exits with 1
    And it is refused with "No such container: {ambiguous}"
    But on the engine stderr contains "daemon: Multiple IDs found with provided prefix: {ambiguous}\n"
    When I request `POST /v1.24/containers/{ambiguous}/stop`
    Then the status is 404
    But on the engine the status is 500

  @RUN-unknown @engine @rows:1.12
  Scenario Outline: Nobody has this name
    When I run `docker <command>`
    Then it exits with 1
    And stdout is empty
    And stderr contains "No such container: nosuch"

    Examples:
      | command           |
      | start nosuch      |
      | stop nosuch       |
      | restart nosuch    |
      | kill nosuch       |
      | wait nosuch       |
      | rm -f nosuch      |
      | rename nosuch a   |
      | top nosuch        |
      | logs nosuch       |
      | attach nosuch     |
      | start -a nosuch   |
      | exec nosuch true  |

  @RUN-prefix @engine
  Scenario: A prefix of one id
    When I run `docker run -d busybox sleep 1000`
    And I save the first 12 characters of stdout as "short"
    And I run `docker inspect -f {{.State.Running}} {short}`
    Then it exits with 0
    And stdout is "true\n"

  @CTR-03
  Scenario: A name is taken
    Given the container "web" is created with `true`
    When I run `docker create --name web busybox true`
    Then it exits with 1
    And it is refused with "(ValidationFailed) problem creating container: Invalid VM parameters: \"alias\" (Duplicate) Already exists for this owner_uuid"
    But on the engine (drift) stderr contains "Conflict. The container name \"/web\" is already in use by container \"{id}\"."
    And on the engine (drift) stderr contains "You have to remove (or rename) that container to be able to reuse that name."

  @CTR-03.run
  Scenario: A name is taken, for a run
    Given the container "web" is created with `true`
    When I run `docker run --name web busybox true`
    Then it is refused with "(ValidationFailed) problem creating container: Invalid VM parameters: \"alias\" (Duplicate) Already exists for this owner_uuid"
    But on the engine (drift) stderr contains "Conflict. The container name \"/web\" is already in use by container \"{id}\"."
    And on the engine (drift) stderr contains "You have to remove (or rename) that container to be able to reuse that name."
    And it exits, by client:
      | 1.8-1.9   | 1   |
      | 1.10-1.12 | 125 |
      | bollard   | 125 |

  @CTR-03.short
  Scenario: A name of one character
    When I run `docker create --name 'a' busybox true`
    Then it exits with 0
    But on the engine it exits with 1
    And on the engine stderr contains "Invalid container name (a), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"

  @RUN-bad-name
  Scenario: A name with a character that none may have
    When I run `docker create --name 'a b' busybox true`
    Then it does not exit with 0
    And stderr contains "\"alias\" (Invalid) String does not match regexp: /^[a-zA-Z0-9][a-zA-Z0-9\\_\\.\\-]*$/"
    But on the engine stderr contains "Invalid container name (a b), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed"

  @APIX-14.client @until:1.8
  Scenario: No new name, from a client that asks all the same
    Given the container "web" is created with `true`
    When I run `docker rename web ''`
    Then it is refused with "Error when allocating new name: Invalid container name ()"
    But on the engine stderr contains "Neither old nor new names may be empty"

  @API-22 @raw
  Scenario: A rename is answered with an empty object
    Given the container "web" is created with `true`
    When I request `POST /v1.24/containers/web/rename?name=db`
    Then the status is 200
    But on the engine the status is 204
    And the body is "{}"
    But on the engine the body is empty

  @RUN-rename
  Scenario: A new name
    Given the container "web" runs `sleep 1000`
    When I run `docker rename web db`
    Then it exits with 0
    And inspect of "db" shows:
      | /Name | "/db" |
    When I run `docker stop -t 0 web`
    Then it exits with 1
    And it is refused with "No such container: web"
    But on the engine stderr contains "Error response from daemon: No such container: web\n"

  @RUN-rename-conflict
  Scenario: A new name that is taken
    Given the container "web" is created with `true`
    And the container "db" is created with `true`
    When I run `docker rename web db`
    Then it exits with 1
    And it is refused with "(ValidationFailed) problem renaming container: Invalid VM update parameters: \"alias\" (Duplicate) Already exists for this owner_uuid"
    But on the engine (drift) stderr contains "Error when allocating new name: Conflict. The container name \"/db\" is already in use by container \"{id}\"."
    And on the engine (drift) stderr contains "You have to remove (or rename) that container to be able to reuse that name."

  @RUN-rename-invalid
  Scenario: A new name that none may have
    Given the container "web" is created with `true`
    When I run `docker rename web a!`
    Then it exits with 1
    And it is refused with "Error when allocating new name: Invalid container name (a!)"
    But on the engine stderr contains "new name: Invalid container name (/a!), only [a-zA-Z0-9][a-zA-Z0-9_.-] are allowed\n"

  @APIX-14 @raw
  Scenario: No new name
    Given the container "web" is created with `true`
    When I request `POST /v1.24/containers/web/rename`
    Then the status is 500
    But on the engine (drift) the status is 400
    And the body is "Error when allocating new name: Invalid container name () ({uuid})"
    But on the engine the body is "{\"message\":\"Neither old nor new names may be empty\"}\n"

  @CTRX-01 @raw
  Scenario: A new name with a slash
    Given the container "web" is created with `true`
    When I request `POST /v1.24/containers/web/rename?name=/db`
    Then the status is 200
    But on the engine the status is 204
    When I request `GET /v1.24/containers/db/json`
    Then the status is 200

  @CTRX-01.client @engine
  Scenario: A client's new name with a slash
    Given the container "web" is created with `true`
    When I run `docker rename web /db`
    Then it exits with 0
    When I run `docker ps -a --format {{.Names}}`
    Then stdout is "db\n"

  @RUN-leading-slash @raw
  Scenario: A name with a slash and an id with dashes find nothing
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/%2Fweb/json`
    Then the status is 404
    But on the engine the status is 301
    And on the engine the header "Location" is "/v1.24/containers/web/json"
    And the body is "No such container: /web ({uuid})"
    But on the engine the body is empty
