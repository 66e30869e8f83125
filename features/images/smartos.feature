Feature: Images of SmartOS

  @IMG-08 @CTR-95 @zone-only:an-engine-has-no-such-images
  Scenario: A container by the UUID of an image
    When I run `docker run --name web 7b5981c4-1889-11e7-b4c5-3f3bdfc9b88b sh -c "head -n 1 /etc/inet/hosts | cut -f 2; ls -l /etc/hosts | sed 's/.* //'"`
    Then it exits with 0
    And stdout matches `^[0-9a-f]{12}\ninet/hosts\n$`
    When I run `docker ps -a --format {{.Image}}`
    Then stdout is "7b5981c4-1889-11e7-b4c5-3f3bdfc9b88b\n"

  @IMG-08.inspect @raw @zone-only:an-engine-has-no-such-images
  Scenario: Its image has no id, and brings nothing along
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "7b5981c4-1889-11e7-b4c5-3f3bdfc9b88b", "Cmd": ["sleep", "1000"], "HostConfig": {}}
      """
    Then the status is 200
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /Image        | "<none>"                               |
      | /Config/Image | "7b5981c4-1889-11e7-b4c5-3f3bdfc9b88b" |
      | /Config/Env   | []                                     |
    When I request `GET /v1.24/images/json?all=1`
    Then the body is "[]"
    When I request `GET /v1.24/images/7b5981c4-1889-11e7-b4c5-3f3bdfc9b88b/json`
    Then the status is 404
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "7b5981c4-1889-11e7-b4c5-3f3bdfc9b88b", "HostConfig": {}}
      """
    Then the status is 500
    And the body is "No command specified ({uuid})"
    When I request `POST /v1.24/commit?container=web`
    Then the status is 500
    And the body is "No docker:imageid in vm internal metadata ({uuid})"

  @CTR-95.processes @zone-only:an-engine-has-no-such-images
  Scenario: It has the daemon of SmartOS, and those of Linux have not
    Given I have pulled busybox
    When I run `docker run -d --name web 7b5981c4-1889-11e7-b4c5-3f3bdfc9b88b sleep 1000`
    And I run `docker top web`
    Then stdout contains "/lib/inet/ipmgmtd"
    When I run `docker run -d --name linux busybox sleep 1000`
    And I run `docker top linux`
    Then stdout does not contain "ipmgmtd"
    When I run `docker stop -t 0 web`
    Then it exits with 0
