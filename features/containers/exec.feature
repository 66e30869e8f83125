Feature: docker exec

  Background:
    Given the container "web" runs `sleep 1000`

  @RUN-exec @engine
  Scenario: A command in a running container
    When I run `docker exec web sh -c 'echo out; echo err >&2; exit 3'`
    Then it exits with 3
    And stdout is "out\n"
    And stderr is "err\n"

  @RUN-exec-stdin @engine
  Scenario: Standard input and its end
    When I run `docker exec -i web sh -c 'cat; echo end'` with the input "one\n"
    Then it exits with 0
    And stdout is "one\nend\n"

  @RUN-exec-tty @engine
  Scenario: A terminal of its own
    When I start `docker exec -it web sh` as "shell" on a terminal
    And "shell" shows "# "
    And I type "tty; exit 4\r" into "shell"
    And "shell" ends
    Then it exits with 4
    And the screen contains "/dev/"

  @CTR-85 @engine
  Scenario: A detached one goes on by itself
    When I run `docker exec -d web sh -c 'echo done > /tmp/x'`
    Then it exits with 0
    And stdout is empty
    And running `docker exec web cat /tmp/x` comes to print "done\n"

  @CTR-85.create @raw
  Scenario: A detached one runs before it is started
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["sleep", "1000"], "Detach": true}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `GET /v1.24/exec/{exec}/json`
    Then the body is "{\"Running\":true}"
    But on the engine the body shows:
      | /Running  | false |
      | /ExitCode | null  |

  @API-23 @API-30 @raw
  Scenario: The statuses of a detached one
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["true"], "Detach": true}
      """
    Then the status is 200
    But on the engine the status is 201
    And the body is "{\"Id\":\"{id}\"}"
    But on the engine the body is "{\"Id\":\"{id}\"}\n"
    When I save the JSON at "/Id" as "exec"
    And I request `POST /v1.24/exec/{exec}/start` with the body:
      """
      {"Detach": true, "Tty": false}
      """
    Then the status is 201
    But on the engine the status is 200
    And the body is empty

  @API-31 @raw
  Scenario: What the start says is not read
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["echo", "hi"], "AttachStdout": true}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `POST /v1.24/exec/{exec}/start` with the body:
      """
      {"Detach": true, "Tty": true}
      """
    Then the status is 101
    But on the engine the status is 200
    And on the engine the body is empty
    And on the zone the stream is:
      | stdout | hi\n |
    And on the zone the connection ends

  @API-32 @raw
  Scenario: An inspect has two members and stays
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["sh", "-c", "exit 3"]}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `GET /v1.24/exec/{exec}/json`
    Then the body is "{\"Running\":false}"
    But on the engine the body shows:
      | /ID                       | "{exec}"           |
      | /Running                  | false              |
      | /ExitCode                 | null               |
      | /ProcessConfig/entrypoint | "sh"               |
      | /ProcessConfig/arguments  | ["-c", "exit 3"]   |
      | /ContainerID              | /^"[0-9a-f]{64}"$/ |
    When I request `POST /v1.24/exec/{exec}/start` with the body:
      """
      {"Detach": false, "Tty": false}
      """
    Then the connection ends
    # An engine hears of the end of a process a little later than its stream ends.
    When I request `GET /v1.24/containers/web/stats?stream=0`
    And I request `GET /v1.24/exec/{exec}/json`
    Then the body is "{\"Running\":false,\"ExitCode\":3}"
    But on the engine the body shows:
      | /ID          | "{exec}"           |
      | /Running     | false              |
      | /ExitCode    | 3                  |
      | /ContainerID | /^"[0-9a-f]{64}"$/ |

  @APIX-16 @raw @engine
  Scenario: A second look finds it, too
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["true"]}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `GET /v1.24/exec/{exec}/json`
    And I request `GET /v1.24/exec/{exec}/json`
    Then the status is 200
    And the body shows:
      | /Running | false |

  @APIX-15 @raw
  Scenario Outline: One that is not there
    When I request `<request>`
    Then the status is 404
    And the body is "(ResourceNotFound) no such exec instance ({uuid})"
    But on the engine (drift) the body is "{\"message\":\"No such exec instance: 0123\"}\n"

    Examples:
      | request                               |
      | GET /v1.24/exec/0123/json             |
      | POST /v1.24/exec/0123/resize?w=1&h=1  |

  @CTR-89
  Scenario: A container that does not run
    Given the container "off" is created with `true`
    When I run `docker exec off true`
    Then it is refused with "(DockerContainerNotRunning) Container off is not running"
    But on the engine it exits with 1
    And on the engine stderr is "Error response from daemon: Container {id} is not running\n"
    When I request `POST /v1.24/containers/off/exec` with the body:
      """
      {"Cmd": ["true"]}
      """
    Then the status is 409

  @CTR-88
  Scenario: A command that is not there
    When I run `docker exec web nosuchcommand`
    Then it exits with 17
    But on the engine it exits with 126
    And stderr matches `^[0-9T:.-]+Z FATAL \(code: 17\): 'nosuchcommand' not found in PATH\r?\n$`
    But on the engine stderr is empty
    And on the engine (drift) stdout matches `^OCI runtime exec failed: .* not found in \$PATH: unknown\r\n$`

  @CTRX-12 @engine
  Scenario: As another user
    When I run `docker exec -u nobody web id -u`
    Then it exits with 0
    And stdout is "65534\n"

  @CTR-86 @zone-only:what-an-engine-can-give-depends-on-its-own-privileges
  Scenario: A privilege makes no difference
    When I run `docker exec --privileged web id -u`
    Then it exits, by client:
      | 1.8      | 2 |
      | 1.9-1.12 | 0 |
      | bollard  | 0 |

  @CTR-86.power @raw @zone-only:what-an-engine-can-give-depends-on-its-own-privileges
  Scenario: Who has it may no more than others
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["hostname", "other"], "Privileged": true}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `POST /v1.24/exec/{exec}/start` with the body:
      """
      {"Detach": false, "Tty": false}
      """
    Then the stream is:
      | stderr | hostname: sethostname: Operation not permitted\n |
    When I request `GET /v1.24/exec/{exec}/json`
    Then the body is "{\"Running\":false,\"ExitCode\":1}"

  @CTR-86.env @raw @engine
  Scenario: Nor does a variable
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["sh", "-c", "echo [$A]"], "Env": ["A=1"], "AttachStdout": true}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `POST /v1.24/exec/{exec}/start` with the body:
      """
      {"Detach": false, "Tty": false}
      """
    Then the stream is:
      | stdout | []\n |
    But on the engine (drift) the stream is:
      | stdout | [1]\n |

  @CTR-87 @raw
  Scenario: Both outputs are sent, whatever was asked for
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["sh", "-c", "echo out; echo err >&2"], "AttachStdout": false, "AttachStderr": false}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `POST /v1.24/exec/{exec}/start` with the body:
      """
      {"Detach": false, "Tty": false}
      """
    Then the stream is:
      | stdout | out\n |
      | stderr | err\n |
    But on the engine the rest of the connection is ""

  @CLI-74.exec @raw @engine
  Scenario: The head comes by itself
    When I send:
      """
      POST /v1.24/containers/web/exec HTTP/1.1
      Host: zone
      Connection: close
      Content-Type: application/json
      Content-Length: 45

      {"Cmd": ["echo", "hi"], "AttachStdout": true}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `POST /v1.24/exec/{exec}/start` with the body:
      """
      {"Detach": false, "Tty": false}
      """
    Then the head came in a read of its own

  @CLI-25
  Scenario: One that is never started goes with its container
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["true"]}
      """
    Then the status is 200
    But on the engine the status is 201
    When I run `docker rm -f web`
    Then it exits with 0

  @CLI-48 @raw
  Scenario: A start that comes too late gets the stream and its end
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["echo", "hi"]}
      """
    And I save the JSON at "/Id" as "exec"
    And the clock advances by 31 s
    And I request `POST /v1.24/exec/{exec}/start`
    Then the status is 101
    And the connection ends
    And the body is empty

  @CLI-48.client
  Scenario: What cannot run is told where clients read it
    When I run `docker kill web`
    And I run `docker exec web true`
    Then it is refused with "(DockerContainerNotRunning) Container web is not running"
    But on the engine it exits with 1
    And on the engine stderr is "Error response from daemon: Container {id} is not running\n"

  @CLI-11 @raw
  Scenario: A start is not read, whatever its type
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["echo", "hi"], "AttachStdout": true}
      """
    And I save the JSON at "/Id" as "exec"
    And I request `POST /v1.20/exec/{exec}/start` with the headers:
      | Content-Type | text/plain |
      | Connection   | Upgrade    |
      | Upgrade      | tcp        |
    Then the status is 101
    But on the engine (drift) the status is 400
    And on the engine (drift) the body is "got EOF while reading request body\n"
    And on the zone the stream is:
      | stdout | hi\n |

  @CLI-11.client @cli @until:1.9
  Scenario: Nor is one that says it is text
    When I run `docker exec web echo hi`
    Then it exits with 0
    And stdout is "hi\n"

  @APIX-07 @raw
  Scenario: What goes wrong behind the head is no text in the stream
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["echo", "hi"]}
      """
    And I save the JSON at "/Id" as "exec"
    And I request on another connection `POST /v1.24/containers/web/stop?t=0`
    And I request `POST /v1.24/exec/{exec}/start` with the body:
      """
      {"Detach": false, "Tty": false}
      """
    Then the status is 101
    But on the engine the status is 404
    And on the engine (drift) the body is "{\"message\":\"No such exec instance: {exec}\"}\n"
    And on the zone the rest of the connection is ""

  @RUN-exec-nul @raw
  Scenario Outline: A NUL is in no command and in no user
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": [<cmd>], "User": "<user>"}
      """
    Then the status is 422
    But on the engine the status is 201
    And the body is "(Validation) \"<field>\" must be <type> without \\0 ({uuid})"
    But on the engine the body is "{\"Id\":\"{id}\"}\n"

    Examples:
      | cmd                   | user        | field | type                |
      | "echo", "a\\u0000b"   |             | Cmd   | an array of strings |
      | "true"                | root\\u0000 | User  | a string            |

  @RUN-exec-truthy @raw
  Scenario: A terminal is whatever JavaScript takes for true
    When I request `POST /v1.24/containers/web/exec` with the body:
      """
      {"Cmd": ["echo", "hi"], "Tty": 1}
      """
    Then the status is 200
    But on the engine (drift) the status is 400
    And on the engine (drift) the body shows:
      | /message | "json: cannot unmarshal number into Go struct field ExecConfig.Tty of type bool" |
    When on the zone I save the JSON at "/Id" as "exec"
    And on the zone I request `POST /v1.24/exec/{exec}/start`
    Then on the zone the rest of the connection is "hi\n"
