Feature: docker attach

  @RUN-attach
  Scenario: What is written from now on
    Given the container "web" runs `sh -c 'while read line; do echo "got $line"; done; exit 5'` with its input open
    When I start `docker attach web` as "attach" with its input open
    And the zone is busy with 1 request
    And I type "one\n" into "attach" until it shows "got one"
    And I close the input of "attach"
    And "attach" ends
    Then it exits with 5

  @RUN-attach-stopped @engine
  Scenario: A container that does not run
    Given the container "web" is created with `true`
    When I run `docker attach web`
    Then it exits with 1
    And stderr contains "You cannot attach to a stopped container, start it first"

  @RUN-attach-unknown @engine
  Scenario: A container that is not there
    When I run `docker attach nosuch`
    Then it does not exit with 0
    And stderr contains "No such container: nosuch"

  @CTR-78 @raw @engine
  Scenario: An attach before the start gets everything
    Given the container "web" is created with `echo hi`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=1&stderr=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    Then the status is 101
    When I request on another connection `POST /v1.24/containers/web/start`
    Then the stream is:
      | stdout | hi\n |
    And the connection ends

  @CTR-78.client @engine
  Scenario: A client that attaches before the start gets everything
    Given the container "web" is created with `echo hi`
    When I run `docker start -a web`
    Then it exits with 0
    And stdout is "hi\n"

  @CTR-78.timeout @raw
  Scenario: An attach that waits for a start for too long
    Given the container "web" is created with `echo hi`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=1`
    Then the status is 101
    When the clock advances by 61 s
    Then the connection ends

  @CTR-78.late @raw
  Scenario: An attach that waits for a start for almost too long
    Given the container "web" is created with `echo hi`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=1`
    Then the status is 101
    When the clock advances by 59 s
    And I request on another connection `POST /v1.24/containers/web/start`
    Then the stream is:
      | stdout | hi\n |
    And the connection ends

  @API-11 @raw
  Scenario: The head of a stream
    Given the container "web" runs `sleep 1`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=1`
    Then the head is:
      """
      HTTP/1.1 101 UPGRADED
      Content-Type: application/vnd.docker.raw-stream

      """
    But on the engine the head is:
      """
      HTTP/1.1 200 OK
      Content-Type: application/vnd.docker.raw-stream

      """

  @API-11.upgrade @raw
  Scenario: The head of a stream to who asked for an upgrade
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    Then the head is:
      """
      HTTP/1.1 101 UPGRADED
      Content-Type: application/vnd.docker.raw-stream

      """
    But on the engine the head is:
      """
      HTTP/1.1 101 UPGRADED
      Content-Type: application/vnd.docker.raw-stream
      Connection: Upgrade
      Upgrade: tcp

      """

  @API-11.client @from:1.12 @engine
  Scenario: Who goes on only when the protocol was switched goes on
    When I run `docker run --rm busybox echo hi`
    Then it exits with 0
    And stdout is "hi\n"

  @API-13 @raw
  Scenario: A stream that is refused
    When I request `POST /v1.24/containers/nosuch/attach?stream=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    Then the status line is "HTTP/1.1 404 Connection Not Upgraded"
    But on the engine the status line is "HTTP/1.1 404 Not Found"
    And the header "Connection" is "close"
    But on the engine there is no header "Connection"
    And the header "Date" is "{date}"
    But on the engine there is no header "Date"
    And there is no header "Server"
    And the body is empty
    But on the engine the body is "No such container: nosuch\r\n"
    And the connection ends

  @API-13.plain @raw
  Scenario: A stream that is refused to who asked for no upgrade
    When I request `POST /v1.24/containers/nosuch/attach?stream=1`
    Then the status is 404
    And the body is "No such container: nosuch ({uuid})"
    But on the engine the body is "No such container: nosuch\r\n"

  @API-13.client
  Scenario: Who has asked for a stream is told no more than that there is none
    Given the container "web" runs `sleep 1000`
    And the setting "read_only" is true
    When I run `docker attach web`
    Then stdout is empty
    And stderr, by client, is:
      | 1.8-1.11 |                                                                                                                                 |
      | 1.12     | persistent connection closed\n                                                                                                  |
      | bollard  | Error: request returned Service Unavailable for API route and version, check if the server supports the requested API version\n |

  @CTRX-17 @raw @engine
  Scenario: Only the streams that are asked for
    Given the container "web" is created with `sh -c 'echo out; echo err >&2'`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=0&stderr=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    And I request on another connection `POST /v1.24/containers/web/start`
    Then the stream is:
      | stderr | err\n |

  @CTRX-17.client @engine
  Scenario: Only the streams that a client asks for
    Given I have pulled busybox
    When I run `docker run -a stdout busybox sh -c 'echo out; echo err >&2'`
    Then it exits with 0
    And stdout is "out\n"
    And stderr is empty

  @CLI-73
  Scenario: Several attach, and each gets everything
    Given the container "web" runs `sh -c 'while read line; do echo "got $line"; done'` with its input open
    When I start `docker attach web` as "first" with its input open
    And I start `docker attach web` as "second" with its input open
    And the zone is busy with 2 requests
    And I type "one\n" into "first" until it shows "got one"
    And "second" shows "got one"
    And I close the input of "first"
    And I close the input of "second"
    And "second" ends
    Then stdout contains "got one\n"

  @CLI-40 @engine
  Scenario: Output from the first byte
    Given I have pulled busybox
    When I run `docker run busybox echo first`
    Then stdout is "first\n"

  @CLI-41 @engine
  Scenario: A client with nothing to send closes its side at once
    Given I have pulled busybox
    When I run `docker run busybox sh -c 'sleep 1; echo late'` while the clock runs
    Then it exits with 0
    And stdout is "late\n"

  @CLI-42 @ACC-39 @engine
  Scenario: A half-close without a word of TLS is the end of the input
    Given I have pulled busybox
    When I run `docker run -i busybox sh -c 'cat; echo end'` with the input "a\n"
    Then it exits with 0
    And stdout is "a\nend\n"

  @APIX-08 @CLI-44 @raw
  Scenario: The end of the input is forwarded
    Given the container "web" runs `sh -c 'cat; echo end'` with its input open
    When I request `POST /v1.24/containers/web/attach?stream=1&stdin=1&stdout=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    And I send the bytes "a\n"
    And I close my side
    Then the stream is:
      | stdout | a\nend\n |
    But on the engine the log of "web" contains "a\n"
    And the connection ends
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /State/Running | false |
    But on the engine the body shows:
      | /State/Running | true |

  @CLI-44.client @zone-only:an-engine-keeps-the-input-of-its-container-open
  Scenario: The end of a client's input is forwarded
    Given the container "web" runs `sh -c 'cat; echo end'` with its input open
    When I run `docker attach web` with the input "a\n"
    Then it exits with 0
    And stdout is "a\nend\n"

  @APIX-08.client @engine
  Scenario: What waits for the end of its input ends
    Given I have pulled busybox
    When I run `docker run --rm -i busybox wc -l` with the input "one\ntwo\n"
    Then it exits with 0
    And stdout is "2\n"

  @APIX-09 @raw @engine
  Scenario: Bytes are counted, not characters
    Given the container "web" is created with `printf '\303\244\377'`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    And I request on another connection `POST /v1.24/containers/web/start`
    Then the rest of the connection is "\x01\x00\x00\x00\x00\x00\x00\x03\xc3\xa4\xff"

  @APIX-09.client @engine
  Scenario: Every byte comes out of a container, and goes into it
    Given I have pulled busybox
    When I run `docker run --rm busybox printf '\303\244\377'`
    Then it exits with 0
    And the sha256 of stdout is "b723c0f5627c7d7599a8a0d6b30fdaeaf3a26c2eb4b8ea3216c393ba2d04a4a7"
    When I run `docker run --rm -i busybox sha256sum` with the input "\xc3\xa4\xff"
    Then stdout is "b723c0f5627c7d7599a8a0d6b30fdaeaf3a26c2eb4b8ea3216c393ba2d04a4a7  -\n"

  @CLI-45 @engine
  Scenario: The end is no reset, though input is left
    Given I have pulled busybox
    When I run `docker run -i busybox sh -c 'head -c 1 >/dev/null; exit 3'` with 1000000 bytes of input
    Then it exits with 3
    And stderr is empty

  @CLI-46 @engine
  Scenario: The state is final before the stream ends
    Given I have pulled busybox
    When I start `docker run -it busybox sh -c 'exit 9'` as "run" on a terminal
    And "run" ends
    Then it exits with 9

  @CLI-74 @raw @engine
  Scenario: The head comes by itself
    Given the container "web" is created with `echo hi`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdout=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    And I request on another connection `POST /v1.24/containers/web/start`
    Then the head came in a read of its own

  @CTR-79.chunk @raw @engine
  Scenario: Both keys in one piece are input like any other
    Given the container "web" is created on a terminal with `sh -c 'stty raw -echo; echo ready; head -c 2 | od -An -tx1'`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdin=1&stdout=1` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    And I request on another connection `POST /v1.24/containers/web/start`
    And the log of "web" contains "ready"
    And I send the bytes "\x10\x11"
    Then the rest of the connection contains "10 11"
    But on the engine (drift) the rest of the connection is "ready\n"

  @CTR-79.keys @raw
  Scenario: Other keys are input
    Given the container "web" is created on a terminal with `sh -c 'stty raw -echo; echo ready; head -c 1 | od -An -tx1'`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdin=1&stdout=1&detachKeys=a` with the headers:
      | Connection | Upgrade |
      | Upgrade    | tcp     |
    And I request on another connection `POST /v1.24/containers/web/start`
    And the log of "web" contains "ready"
    And I send the bytes "a"
    Then the rest of the connection contains "61"
    But on the engine the rest of the connection is "ready\n"

  @CTR-79 @engine
  Scenario: Ctrl-P Ctrl-Q leaves the container running
    Given I have pulled busybox
    When I start `docker run -it --name web busybox sh` as "shell" on a terminal
    And "shell" shows "# "
    And I press Ctrl-P and Ctrl-Q in "shell" until it ends
    Then it exits with 0
    And inspect of "web" shows:
      | /State/Running | true |


  @CTR-80 @engine
  Scenario: A new size comes with the next input
    Given I have pulled busybox
    When I start `docker run -it --rm busybox sh` as "shell" on a terminal
    And "shell" shows "# "
    And I resize the terminal of "shell" to 40 rows and 100 columns until the shell knows
    And I type "exit\r" into "shell"
    And "shell" ends
    Then it exits with 0

  @CTR-80.input @raw
  Scenario: A new size is not seen before there is input
    Given the container "web" is created on a terminal with `sh -c 'stty -echo; sleep 5; stty size; read x; stty size'`
    When I request `POST /v1.24/containers/web/attach?stream=1&stdin=1&stdout=1`
    And I request on another connection `POST /v1.24/containers/web/start`
    And I request on another connection `POST /v1.24/containers/web/resize?h=40&w=100`
    And the clock advances by 6 s
    And I send the bytes "x\n"
    Then the rest of the connection is "stty: standard input\r\n40 100\r\n"

  @CLI-33 @raw
  Scenario: A stream that is refused is the one error without a text
    When I request `POST /v1.24/exec/0123/start` with the body:
      """
      {"Detach": false, "Tty": false}
      """
    Then the status is 404
    And the body is empty
    But on the engine (drift) the body is "{\"message\":\"No such exec instance: 0123\"}\n"

  @CLI-33.client
  Scenario: Every other error has a text for clients
    When I run `docker stop -t 0 nosuch`
    Then it is refused with "No such container: nosuch"
    But on the engine stderr contains "Error response from daemon: No such container: nosuch\n"

  @CLI-77 @bollard
  Scenario: A client that never closes its side is not waited for
    Given the container "web" is created with `echo hi`
    When I run `docker start -a web`
    Then it exits with 0
    And stdout is "hi\n"

  @RUN-stall @slow
  Scenario: Who accepts nothing is cut, and nobody else loses a byte
    Given I have pulled busybox
    And the setting "attach_stall_ms" is 500
    When I start `docker run -i --name web busybox sh -c 'read go; seq 1 2000000'` as "run" with its input open and its output unread
    And the container "web" comes to run
    And somebody attaches to "web" and reads nothing
    And I type "go\n" into "run"
    And I close the input of "run"
    And the log of "web" grows no more
    And I begin to read the output of "run"
    And "run" ends
    Then it exits with 0
    And the sha256 of stdout is "d2d7c0abc3eb76d91b0b5a2702e92a9f2908269c9c1b3604bdfe2521c71d6274"
    And who reads nothing was cut

  @CLI-44.killed @cli @engine
  Scenario: A terminal whose client dies goes on
    Given I have pulled busybox
    When I start `docker run -it --name web busybox sh` as "shell" on a terminal
    And "shell" shows "/ # "
    And I send KILL to "shell"
    And "shell" ends
    And I run `docker exec web echo still here`
    Then stdout is "still here\n"
    When I run `docker inspect -f {{.State.Running}} web`
    Then stdout is "true\n"
