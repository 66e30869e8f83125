Feature: docker cp

  @RUN-cp-out @engine
  Scenario: A file comes out as an archive of its base name
    Given the container "web" runs `sleep 1000`
    When I run `docker exec web sh -c 'mkdir -p /data/in; echo one >/data/in/a; ln -s a /data/in/l; ln /data/in/a /data/in/h'`
    And I run `docker cp web:/data/in/a -`
    Then it exits with 0
    And stdout is an archive of:
      | a | one\\n |
    When I run `docker cp web:/data -`
    Then it exits with 0
    And stdout is an archive of:
      | data/     |        |
      | data/in/  |        |
      | data/in/a | one\\n |
      | data/in/h | = data/in/a |
      | data/in/l | -> a   |

  @RUN-cp-in @engine
  Scenario: An archive goes in, with its owners
    Given the container "web" runs `sleep 1000`
    When I run `docker cp - web:/tmp` with an archive of:
      | d/    |       |
      | d/f   | two\n |
      | d/l   | -> f  |
    And I run `docker exec web sh -c 'cat /tmp/d/l; stat -c "%u %g %a %Y %n" /tmp/d/f'`
    Then stdout is "two\n1234 1234 640 1000000000 /tmp/d/f\n"

  @RUN-cp-files @cli @engine
  Scenario: Files beside the client
    Given the container "web" is created with `cat /tmp/greeting`
    And my folder has the file "greeting" with "hello\n"
    When I run `docker cp greeting web:/tmp`
    And I run `docker cp web:/tmp/greeting back`
    Then it exits with 0
    And my file "back" is "hello\n"
    When I run `docker start -a web`
    Then stdout is "hello\n"
    When I run `docker cp web:/tmp folder`
    Then it exits with 0
    And my file "folder/greeting" is "hello\n"

  @CTRX-13 @cli @from:1.10 @engine
  Scenario: A link is followed when that is asked for
    Given the container "web" runs `sleep 1000`
    When I run `docker exec web sh -c 'echo far >/target; ln -s /target /link'`
    And I run `docker cp -L web:/link got`
    Then it exits with 0
    And my file "got" is "far\n"

  @CTRX-13.into @cli @engine
  Scenario: A copy goes where a link leads
    Given the container "web" runs `sleep 1000`
    And my folder has the file "greeting" with "hello\n"
    When I run `docker exec web sh -c 'mkdir /far; ln -s /far /near'`
    And I run `docker cp greeting web:/near`
    Then it exits with 0
    When I run `docker exec web cat /far/greeting`
    Then stdout is "hello\n"

  @CTR-91 @raw
  Scenario: What the header says of a path
    Given the container "web" runs `sh -c 'mkdir /d; echo 1234 >/d/f; ln -s ../d/f /d/l; touch -d @1000000000 /d/f; echo made; sleep 1000'`
    And the log of "web" contains "made"
    When I request `HEAD /v1.24/containers/web/archive?path=/d/../d/f`
    Then the status is 200
    And the body is empty
    And the header "x-docker-container-path-stat" holds the JSON:
      | /size       | 5  |
      | /linkTarget | "" |
    And the header "x-docker-container-path-stat" holds the JSON:
      | /name  | "d/f"                      |
      | /mode  | 0                          |
      | /mtime | "2001-09-09T01:46:40.000Z" |
    But on the engine the header "x-docker-container-path-stat" holds the JSON:
      | /name  | "f"                    |
      | /mode  | 420                    |
      | /mtime | "2001-09-09T01:46:40Z" |
    When I request `HEAD /v1.24/containers/web/archive?path=d/l`
    Then the header "x-docker-container-path-stat" holds the JSON:
      | /name       | "d/l"     |
      | /mode       | 134217728 |
      | /linkTarget | "../d/f"  |
    But on the engine the header "x-docker-container-path-stat" holds the JSON:
      | /name       | "l"       |
      | /mode       | 134218239 |
      | /linkTarget | "/d/f"    |
    When I request `HEAD /v1.24/containers/web/archive?path=/d`
    Then the header "x-docker-container-path-stat" holds the JSON:
      | /mode | 2147483648 |
    But on the engine the header "x-docker-container-path-stat" holds the JSON:
      | /mode | 2147484141 |

  @CTR-91.client @cli @engine
  Scenario: A command line asks the header for what it copies
    Given the container "web" is created with `true`
    When I run `docker cp web:/etc got/`
    Then it exits with 0
    When I run `docker cp web:/etc/passwd none/`
    Then it does not exit with 0

  @APIX-06.cp @cli
  Scenario: A client that copies to a path through a file is told so
    Given my folder has the file "f" with "x"
    And the container "web" is created with `true`
    When I run `docker cp f web:/etc/passwd/x`
    Then it is refused with "(PathNotDirectory) path was not to a directory"
    But on the engine (drift) stderr contains "extraction point is not a directory"

  @API-25 @raw
  Scenario: What an archive is called
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/containers/web/archive?path=/etc/hostname`
    Then the status is 200
    And the header "content-type" is "application/tar"
    But on the engine the header "content-type" is "application/x-tar"

  @API-24 @raw
  Scenario: The old way to copy is there for every version
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/web/copy` with the body:
      """
      {"Resource": "/etc/hostname"}
      """
    Then the status is 200
    But on the engine the status is 404
    And on the engine the body is empty
    And on the zone the header "content-type" is "application/tar"
    And on the zone the body contains "hostname"
    When I request `POST /v1.20/containers/web/copy` with the body:
      """
      {"Resource": "/none"}
      """
    Then the status is 500
    But on the engine (drift) the status is 404
    And the body is "file not found ({uuid})"
    But on the engine the body is "Could not find the file /none in container web\n"
    When I request `POST /v1.20/containers/web/copy` with the body:
      """
      {"Resource": 5}
      """
    Then the status is 422
    But on the engine (drift) the status is 400
    And the body is "(Validation) \"Resource\" must be a string ({uuid})"
    But on the engine (drift) the body matches `^json: .* number .* field CopyConfig.Resource of type string\n$`

  @RUN-cp-refusals @raw
  Scenario: What cannot be copied
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/containers/web/archive?path=/none`
    Then the status is 404
    And the body is "(FileNotFound) no such file or directory ({uuid})"
    But on the engine (drift) the body is "{\"message\":\"Could not find the file /none in container web\"}\n"
    When I request `HEAD /v1.24/containers/web/archive?path=/none`
    Then the status is 404
    When I request `GET /v1.24/containers/web/archive`
    Then the status is 422
    But on the engine the status is 400
    And the body is "(Validation) \"path\" must be a string ({uuid})"
    But on the engine (drift) the body is "{\"message\":\"bad parameter: pathcannot be empty\"}\n"
    When I request `GET /v1.24/containers/web/archive?path=/etc/hostname/x`
    Then the status is 404
    But on the engine the status is 500
    And the body is "(PathNotDirectory) path was not to a directory ({uuid})"
    But on the engine the body is "{\"message\":\"lstat {word}/etc/hostname/x: not a directory\"}\n"
    When I request `PUT /v1.24/containers/web/archive?path=/etc/hostname`
    Then the status is 404
    But on the engine the status is 500
    And the body is "(PathNotDirectory) path was not to a directory ({uuid})"
    But on the engine the body is "{\"message\":\"extraction point is not a directory\"}\n"
    When I request `PUT /v1.24/containers/web/archive?path=/none`
    Then the status is 404
    And the body is "(FileNotFound) no such file or directory ({uuid})"
    But on the engine (drift) the body is "{\"message\":\"Could not find the file /none in container web\"}\n"
    When I request `GET /v1.24/containers/none/archive?path=/`
    Then the status is 404
    And the body is "No such container: none ({uuid})"
    But on the engine the body is "{\"message\":\"No such container: none\"}\n"
    When I request `PUT /v1.24/containers/web/archive?path=/tmp`
    Then the status is 200
    And the header "content-type" is "text/plain"
    But on the engine (drift) there is no header "content-type"
    And the body is empty

  @CTRX-14
  Scenario: An archive that cannot be unpacked is told
    Given the container "web" runs `sleep 1000`
    When I run `docker cp - web:/tmp` with an archive of:
      | ../out | x |
    Then it exits with 1
    And it is refused with "problem copying to container"
    But on the engine (drift) stderr contains "tar file(exit status 1): \"../out\" is outside of \"/tmp\"\n"
    When I run `docker cp - web:/tmp` with half an archive of:
      | whole | 0123456789 |
    Then it exits with 1
    And it is refused with "problem copying to container"
    But on the engine stderr contains "tar file(exit status 1): unexpected EOF\n"
    When I request `PUT /v1.24/containers/web/archive?path=/tmp` with the body:
      """
      no archive
      """
    Then the status is 500
    When I run `docker exec web ls /`
    Then stdout does not contain "out"

  @CTR-93
  Scenario: Copies of one container come one after the other
    Given the container "web" runs `sleep 1000`
    When I start `docker cp - web:/tmp` as "first" with its input open
    And the zone is busy with 1 request
    And I start `docker cp web:/etc/hostname -` as "second"
    And the zone is busy with 2 requests
    And I run `docker inspect -f '{{.State.Running}}' web`
    Then stdout is "true\n"
    When I close the input of "first"
    And "first" ends
    Then it exits with 0
    When "second" ends
    Then it exits with 0
    And stdout is an archive of:
      | hostname | {any} |

  @RUN-cp-gone
  Scenario: A client that goes in the middle leaves nothing behind
    Given the container "web" runs `sleep 1000`
    When I start `docker cp - web:/tmp` as "first" with its input open
    And the zone is busy with 1 request
    And I send KILL to "first"
    And "first" ends
    And I run `docker cp web:/etc/hostname -`
    Then it exits with 0

  @CLI-32 @cli @engine
  Scenario: An upload is answered with the one status that the command line takes for success
    Given the container "web" is created with `true`
    When I run `docker cp - web:/tmp` with an archive of:
      | d/f | two\n |
    Then it exits with 0
    And stderr is ""

  @CLI-91.client @bollard
  Scenario: An archive whose type is told twice
    Given the container "web" runs `sleep 1000`
    When I run `docker cp - web:/tmp` with an archive of:
      | f | two\n |
    Then it exits with 0
    When I run `docker exec web cat /tmp/f`
    Then stdout is "two\n"

  @APIX-06 @raw
  Scenario: Of the classes whose status or code slipped, one has what was meant and one what clients know
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/web/archive?path=/etc/passwd/x`
    Then the status is 404
    But on the engine the status is 500
    And the body is "(PathNotDirectory) path was not to a directory ({uuid})"
    But on the engine the body is "{\"message\":\"lstat {word}/etc/passwd/x: not a directory\"}\n"
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"], "HostConfig": {"NetworkMode": "nosuch"}}
      """
    Then the status is 404
    But on the engine the status is 201
    And the body is "(Error) network nosuch not found ({uuid})"
    But on the engine the body shows:
      | /Id | /^"[0-9a-f]{64}"$/ |
