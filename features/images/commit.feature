Feature: docker commit

  Background:
    Given I have pulled busybox

  @RUN-commit @engine
  Scenario: What a container has changed becomes an image
    When I run `docker run --name web busybox sh -c "echo beer > /drink; rm /etc/group; mkdir -p /a/b"`
    And I run `docker commit -a "cli tests" -m "Beer is great" -c "LABEL test=1" web pub:1`
    Then it exits with 0
    And stdout matches `^sha256:[0-9a-f]{64}\n$`
    When I run `docker run --rm pub:1 sh -c "cat /drink; ls -d /a/b /etc/passwd; ls /etc/group || echo gone"`
    Then stdout is:
      """
      beer
      /a/b
      /etc/passwd
      gone
      """
    When I request `GET /v1.24/images/pub:1/json`
    Then the body shows:
      | /Author          | "cli tests"     |
      | /Comment         | "Beer is great" |
      | /Config/Labels   | {"test": "1"}   |
      | /RootFS/Layers/1 | /^"sha256:/     |
      | /RootFS/Layers/2 | absent          |
    When I save the JSON at "/Parent" as "base"
    And I request `GET /v1.24/images/busybox/json`
    Then the body shows:
      | /Id | "{base}" |

  @RUN-commit-gone @cli
  Scenario: The base stays when the image goes
    When I run `docker run --name web busybox sh -c "echo beer > /drink"`
    And I run `docker commit -m "Beer is great" web pub:gone`
    And I request `GET /v1.24/images/pub:gone/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RootFS/Layers/1" as "layer"
    And I run `docker rmi pub:gone`
    Then it exits with 0
    And stdout is "Untagged: pub:gone\nDeleted: {image}\nDeleted: {layer}\n"
    But on the engine stdout matches `^Untagged: pub:gone\n(Deleted: sha256:[0-9a-f]{64}\n)+$`
    When I run `docker run --rm busybox ls /drink`
    Then it does not exit with 0

  @CLI-12 @cli @engine
  Scenario: The body of a command line says nothing
    When I run `docker run --name web busybox true`
    And I run `docker commit web`
    Then it exits with 0
    And stdout matches `^sha256:[0-9a-f]{64}\n$`

  @RUN-commit-answer @raw
  Scenario: The answer to a commit
    Given the container "web" is created with `true`
    When I request `POST /v1.24/commit?container=web&repo=answer&tag=1`
    Then the status is 201
    And the body matches `^\{"Id":"sha256:[0-9a-f]{64}"\}\n$`
    And there is no header "Content-Type"
    But on the engine the header "Content-Type" is "application/json"
    When I save the JSON at "/Id" as "image"
    And I request `GET /v1.24/images/answer:1/json`
    Then the body shows:
      | /Id | "{image}" |

  @RUN-commit-history @raw
  Scenario: A commit is a step, with its author and its comment
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "Cmd": ["sh", "-c", "echo 1 > /1"], "HostConfig": {}}
      """
    And I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    And I request `POST /v1.24/commit?container=web&repo=stepped&author=me&comment=why`
    And I request `GET /v1.24/images/stepped/history`
    Then the body shows:
      | /0/CreatedBy | "sh -c echo 1 > /1" |
      | /0/Comment   | absent              |
      | /0/Size      | /^[1-9][0-9]*$/     |
      | /0/Tags      | ["stepped:latest"]  |
      | /1/Tags      | ["busybox:latest"]  |
    But on the engine the body shows:
      | /0/Comment | "why" |
    When I request `GET /v1.24/images/stepped/json`
    Then the body shows:
      | /Author  | "me"  |
      | /Comment | "why" |

  @IMG-80 @cli @engine @rows:1.12
  Scenario Outline: A container that runs goes on
    Given the container "web" runs `sh -c "echo 1 > /1; echo ready; sleep 1000"`
    And the log of "web" contains "ready"
    When I run `docker commit <flag> web went:on`
    Then it exits with 0
    And inspect of "web" shows:
      | /State/Running | true  |
      | /State/Paused  | false |
    When I run `docker exec web echo still`
    Then stdout is "still\n"
    When I run `docker run --rm went:on cat /1`
    Then stdout is "1\n"

    Examples:
      | flag          |
      |               |
      | --pause=true  |
      | --pause=false |

  @IMG-80.hold
  Scenario: A container is never shown paused
    Given the container "web" runs `sleep 100000`
    And the commit of "web" hangs
    When I start `docker commit web held` as "commit"
    And the zone is busy with 1 request
    Then inspect of "web" shows:
      | /State/Running | true  |
      | /State/Paused  | false |
    When I run `docker ps --format {{.Status}}`
    Then stdout does not contain "Paused"
    When "commit" ends while the clock runs
    Then it exits with 1
    And inspect of "web" shows:
      | /State/Running | true  |
      | /State/Paused  | false |

  @IMG-81 @CTR-90 @engine
  Scenario: What the container was made with is the image's
    When I run `docker create --name web -e A=1 --label b=2 --expose 81 -w /tmp -u daemon busybox sh -c "id -un; pwd; echo $A"`
    And I run `docker commit web made`
    Then it exits with 0
    When I request `GET /v1.24/images/made/json`
    Then the body shows:
      | /Config/Cmd        | ["sh", "-c", "id -un; pwd; echo $A"] |
      | /Config/Labels     | {"b": "2"}                           |
      | /Config/User       | "daemon"                             |
      | /Config/WorkingDir | "/tmp"                               |
      | /Config/Env/0      | /PATH\|A=1/                          |
      | /Config/Env/1      | /PATH\|A=1/                          |
      | /Config/Env/2      | absent                               |
    When I run `docker run --rm made`
    Then stdout is "daemon\n/tmp\n1\n"

  @IMG-81.ports @cli @engine
  Scenario: Ports that are published are the image's
    When I run `docker create --name web -p 81 --expose 82 busybox true`
    And I run `docker commit web ported`
    Then it exits with 0
    When I request `GET /v1.24/images/ported/json`
    Then the body shows:
      | /Config/ExposedPorts/81~1tcp | {} |

  @IMG-81.body @raw
  Scenario: The body of the request does not count
    Given the container "web" is created with `true`
    When I request `POST /v1.24/commit?container=web&repo=body` with the body:
      """
      {"Env": ["B=2"], "Cmd": ["other"], "Labels": {"c": "3"}}
      """
    Then the status is 201
    When I request `GET /v1.24/images/body/json`
    Then the body shows:
      | /Config/Cmd    | ["true"]         |
      | /Config/Labels | /^(null\|.{2})$/ |
      | /Config/Env/1  | absent           |
    But on the engine the body shows:
      | /Config/Cmd    | ["other"]  |
      | /Config/Labels | {"c": "3"} |

  @IMG-81.garbage @raw
  Scenario: Nor need it be readable
    Given the container "web" is created with `true`
    When I request `POST /v1.24/commit?container=web&repo=garbage` with the body:
      """
      {"Env":
      """
    Then the status is 201
    But on the engine the status is 500

  @IMG-81.entrypoint @engine
  Scenario: An entrypoint of the container is the image's
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENTRYPOINT ["echo", "image"]
      CMD ["cmd"]
      """
    When I run `docker build -t pointed {context}`
    And I run `docker create --name web --entrypoint /bin/echo pointed mine`
    And I run `docker commit web repointed`
    Then it exits with 0
    When I request `GET /v1.24/images/repointed/json`
    Then the body shows:
      | /Config/Entrypoint | ["/bin/echo"] |
      | /Config/Cmd        | ["mine"]      |

  @IMG-82 @cli
  Scenario: A container whose image has gone cannot become one
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo going > /going
      """
    When I run `docker build -t going {context}`
    And I request `GET /v1.24/images/going/json`
    And I save the JSON at "/Id" as "image"
    And I run `docker create --name web going true`
    And I run `docker rmi -f going`
    Then it exits with 0
    When I run `docker commit web gone`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) No such image: {image}"
    But on the engine stderr is not empty

  @IMG-82.status @raw @zone-only:an-engine-keeps-it
  Scenario: So it is told as something that is not there
    Given the container "web" is created with `true`
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I request `DELETE /v1.24/images/busybox?force=1`
    And I request `POST /v1.24/commit?container=web&repo=gone`
    Then the status is 404
    And the body is "(ResourceNotFound) No such image: {image} ({uuid})"

  @IMG-83 @cli @engine
  Scenario: An image with changes is listed
    Given the container "web" is created with `sh -c "echo 1"`
    When I run `docker commit -c "LABEL a=1" web listed`
    And I run `docker images listed`
    Then it exits with 0
    And stdout contains "listed              latest"

  @IMG-83.history @raw @engine
  Scenario: What made it is the container's command
    Given the container "web" is created with `true`
    When I request `POST /v1.24/commit?container=web&repo=listed&changes=LABEL%20a=1`
    Then the status is 201
    When I request `GET /v1.24/images/listed/history`
    Then the body shows:
      | /0/CreatedBy | "true"            |
      | /0/Tags      | ["listed:latest"] |
      | /1/Tags/0    | "busybox:latest"  |

  @RUN-commit-change @engine @rows:1.12
  Scenario Outline: Changes
    Given the container "web" is created with `true`
    When I run `docker commit -c '<change>' web changed`
    Then it exits with 0
    When I request `GET /v1.24/images/changed/json`
    Then the body shows:
      | /Config/<member> | <value> |

    Examples:
      | change           | member       | value                    |
      | CMD ["a", "b"]   | Cmd          | ["a", "b"]               |
      | CMD a b          | Cmd          | ["/bin/sh", "-c", "a b"] |
      | ENTRYPOINT ["e"] | Entrypoint   | ["e"]                    |
      | ENV A=1          | Env/1        | "A=1"                    |
      | ENV A 1 2        | Env/1        | "A=1 2"                  |
      | EXPOSE 81        | ExposedPorts | {"81/tcp": {}}           |
      | LABEL a=1        | Labels       | {"a": "1"}               |
      | ONBUILD RUN true | OnBuild      | ["RUN true"]             |
      | USER daemon      | User         | "daemon"                 |
      | VOLUME /v        | Volumes      | {"/v": {}}               |
      | WORKDIR /w       | WorkingDir   | "/w"                     |
      | label a=1        | Labels       | {"a": "1"}               |

  @RUN-commit-stopsignal
  Scenario: The signal to stop may be changed
    Given the container "web" is created with `true`
    When I run `docker commit -c "STOPSIGNAL SIGUSR1" web signalled`
    Then it exits with 0
    But on the engine it exits with 1
    When I request `GET /v1.24/images/signalled/json`
    Then the status is 200
    But on the engine the status is 404
    And on the zone the body shows:
      | /Config/StopSignal | "SIGUSR1" |

  @RUN-commit-changes @cli @engine
  Scenario: Several changes
    Given the container "web" is created with `true`
    When I run `docker commit -c "ENV A=1" -c "LABEL a=$A" -c "CMD [\"x\"]" web changed`
    Then it exits with 0
    When I request `GET /v1.24/images/changed/json`
    Then the body shows:
      | /Config/Env/1  | "A=1"      |
      | /Config/Labels | {"a": "1"} |
      | /Config/Cmd    | ["x"]      |

  @RUN-commit-not-a-change @rows:1.12
  Scenario Outline: What only a Dockerfile may have
    Given the container "web" is created with `true`
    When I run `docker commit -c "<change>" web changed`
    Then it does not exit with 0
    And it is refused with "<name> is not a valid change command"
    But on the engine stderr contains "<lower> is not a valid change command"

    Examples:
      | change        | name       | lower      |
      | ADD a /b      | ADD        | add        |
      | ARG a=1       | ARG        | arg        |
      | COPY a /b     | COPY       | copy       |
      | FROM busybox  | FROM       | from       |
      | MAINTAINER me | MAINTAINER | maintainer |
      | RUN true      | RUN        | run        |
      | run true      | RUN        | run        |

  @RUN-commit-unknown-change
  Scenario: A change that nobody knows
    Given the container "web" is created with `true`
    When I run `docker commit -c "FOO bar" web changed`
    Then it does not exit with 0
    And it is refused with "Unknown instruction: FOO"
    But on the engine stderr contains "foo is not a valid change command"

  @RUN-commit-change-status @raw
  Scenario Outline: A change that is none is refused
    Given the container "web" is created with `true`
    When I request `POST /v1.24/commit?container=web&changes=<change>`
    Then the status is 500
    But on the engine the status is 400
    And the body is "<text> ({uuid})"
    But on the engine the body contains "\"message\":"

    Examples:
      | change                          | text                              |
      | RUN%20true                      | RUN is not a valid change command |
      | FOO                             | Unknown instruction: FOO          |
      | LABEL%20a=1&changes=ADD%20a%20b | ADD is not a valid change command |

  @RUN-commit-unknown
  Scenario: A container that is not there
    When I run `docker commit nosuch`
    Then it does not exit with 0
    And it is refused with "No such container: nosuch"
    But on the engine stderr contains "No such container: nosuch"

  @RUN-commit-unknown-status @raw @engine
  Scenario: So it is told
    When I request `POST /v1.24/commit?container=nosuch&repo=UP`
    Then the status is 404

  @RUN-commit-bad-name @raw
  Scenario: A name that is none
    Given the container "web" is created with `true`
    When I request `POST /v1.24/commit?container=web&repo=UP`
    Then the status is 500
    And the body matches ` \([0-9a-f-]{36}\)$`
    But on the engine the body contains "invalid reference format"

  @RUN-commit-dangling @cli @engine
  Scenario: An image without a name
    Given the container "web" is created with `true`
    When I run `docker commit web`
    And I save the first 71 characters of stdout as "image"
    And I run `docker images -q --no-trunc -f dangling=true`
    Then it exits with 0
    And stdout contains "{image}\n"

  @RUN-commit-volumes @engine
  Scenario: What is in volumes is not part of the image
    When I run `docker run --name web -v /data busybox sh -c "echo out > /data/file; echo in > /file"`
    And I run `docker commit web apart`
    Then it exits with 0
    When I run `docker run --rm apart sh -c "cat /file; ls /data"`
    Then stdout is "in\n"
    When I request `GET /v1.24/images/apart/json`
    Then the body shows:
      | /Config/Volumes | {"/data": {}} |

  @RUN-commit-created @engine
  Scenario: A container that never ran
    Given the container "web" is created with `true`
    When I run `docker commit web never:ran`
    Then it exits with 0
    When I run `docker run --rm never:ran echo ran`
    Then stdout is "ran\n"

  @RUN-commit-moves @engine
  Scenario: A name moves to the new image
    Given the container "web" is created with `true`
    When I run `docker commit web moved`
    And I run `docker commit -m second web moved`
    Then it exits with 0
    When I request `GET /v1.24/images/moved/json`
    Then the body shows:
      | /Comment | "second" |

  @IMG-74.commit
  Scenario: What never becomes part of an image
    When I run `docker run --name web busybox sh -c "mkdir -p /native /system /var/run /kept; for file in /native/f /system/f /var/run/f /kept/f; do echo content > $file; done"`
    And I run `docker commit web parts`
    And I run `docker run --rm parts sh -c "ls /native/f /system/f /var/run/f /kept/f 2> /dev/null"`
    Then stdout is "/kept/f\n"
    But on the engine stdout contains "/native/f\n"

  @IMG-76.commit @zone-only:an-engine-knows-no-packages
  Scenario: The package of the container is not the image's
    When I run `docker create --name web --label a=1 --label com.joyent.package=sample-2G busybox true`
    And I run `docker commit web packaged`
    Then it exits with 0
    When I request `GET /v1.24/images/packaged/json`
    Then the body shows:
      | /Config/Labels | {"a": "1"} |

  @API-04.commit
  Scenario: A commit needs no approval
    Given the container "web" is created with `true`
    And my account is not approved for provisioning
    When I run `docker commit web approved`
    Then it exits with 0

  @RUN-commit-accounts
  Scenario: The container of another account
    Given the container "web" is created with `true`
    And the account "jill"
    When I am "jill"
    And I run `docker commit web`
    Then it is refused with "No such container: web"

  @RUN-commit-fails
  Scenario: A commit that fails
    Given the container "web" runs `sleep 100000`
    And the commit of "web" fails
    When I run `docker commit web failed`
    Then it is refused with "Unexpected commit error"
    And inspect of "web" shows:
      | /State/Running | true |
    When I run `docker commit web failed`
    Then it exits with 0

  @RUN-commit-hangs @raw
  Scenario: A commit that does not end
    Given the container "web" runs `sleep 100000`
    And the commit of "web" hangs
    When I request `POST /v1.24/commit?container=web&repo=hung` while the clock runs
    Then the status is 500
    And the body is "Commit operation has timed out ({uuid})"
    And the clock has advanced by 600 s or a little more
    When I request `GET /v1.24/images/hung/json`
    Then the status is 404

  @RUN-commit-provisioning @cli
  Scenario: A container that is not made yet
    Given nodes take 1000 s to provision
    When I start `docker create --name web busybox true` as "create"
    Then running `docker ps -a --format {{.Names}}` comes to print "web\n"
    When I run `docker commit web`
    Then it is refused with "Container state \"provisioning\" not allowed for this command"
