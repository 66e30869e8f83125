Feature: docker run

  @RUN-hello @engine
  Scenario: A command in the foreground
    When I run `docker run --rm busybox echo hi`
    Then it exits with 0
    And stdout is "hi\n"
    When I run `docker ps -aq`
    Then stdout is empty

  @RUN-status @engine @rows:1.12
  Scenario Outline: The status of the command is that of the client
    Given I have pulled busybox
    When I run `docker run --rm busybox <command>`
    Then it exits with <status>
    And stderr is empty

    Examples:
      | command               | status |
      | true                  | 0      |
      | false                 | 1      |
      | sh -c 'exit 3'        | 3      |
      | sh -c 'exit 255'      | 255    |

  @RUN-shell-status @engine @rows:1.12
  Scenario Outline: 126, 127 and 128+n are the shell's own
    Given I have pulled busybox
    When I run `docker run --rm busybox sh -c '<script>'`
    Then it exits with <status>

    Examples:
      | script                          | status |
      | exec 2>/dev/null; nosuchcommand | 127    |
      | exec 2>/dev/null; /etc/passwd   | 126    |
      | sh -c "kill -9 \\$\\$"; exit $?   | 137    |

  @RUN-streams @engine
  Scenario: Both outputs stay apart
    Given I have pulled busybox
    When I run `docker run --rm busybox sh -c 'echo out; echo err >&2'`
    Then it exits with 0
    And stdout is "out\n"
    And stderr is "err\n"

  @RUN-stdin @engine
  Scenario: Standard input comes from a pipe and ends
    Given I have pulled busybox
    When I run `docker run --rm -i busybox sh -c 'cat; echo end'` with the input "one\ntwo\n"
    Then it exits with 0
    And stdout is "one\ntwo\nend\n"

  @RUN-no-stdin @engine
  Scenario: Without -i standard input is at its end
    Given I have pulled busybox
    When I run `docker run --rm busybox sh -c 'cat; echo end'` with the input "one\n"
    Then it exits with 0
    And stdout is "end\n"

  @RUN-bytes @engine
  Scenario: Bytes that are no text come through as they are
    Given I have pulled busybox
    When I run `docker run --rm -i busybox cat` with the input "\x00\xff\xfe\x80a\r\n\xc3"
    Then it exits with 0
    And stdout is "\x00\xff\xfe\x80a\r\n\xc3"

  @RUN-detached @engine
  Scenario: A detached container prints its id and goes on
    When I run `docker run -d --name web busybox sleep 1000`
    Then it exits with 0
    And stdout is "{id}\n"
    And inspect of "web" shows:
      | /State/Running | true |

  @RUN-tty @engine
  Scenario: A terminal
    Given I have pulled busybox
    When I start `docker run -it --name web busybox sh` as "shell" on a terminal
    And "shell" shows "# "
    And I type "echo $((6*7)); exit 4\r" into "shell"
    And "shell" ends
    Then it exits with 4
    And the screen contains "\r\n42\r\n"

  @RUN-completion @engine
  Scenario: Names are completed
    Given I have pulled busybox
    When I start `docker run -it --name web busybox sh` as "shell" on a terminal
    And "shell" shows "# "
    And I type "cat /etc/host\tn\t\r" into "shell" until it shows "cat /etc/hostname"
    And I type "echo \x22six times seven is\x22 $((6*7))\r" into "shell" until it shows "seven is 42"
    And I type "exit 4\r" into "shell"
    And "shell" ends
    Then it exits with 4

  @RUN-search @zone-only:the-busybox-of-the-engine-is-built-without-a-search
  Scenario: Lines are found again
    Given I have pulled busybox
    When I start `docker run -it --name web busybox sh` as "shell" on a terminal
    And "shell" shows "# "
    And I type "echo \x22six times seven is\x22 $((6*7))\r" into "shell" until it shows "seven is 42"
    And I type "\x12times" into "shell" until it shows "(reverse-i-search)'times': echo"
    And I type "\rexit 4\r" into "shell"
    And "shell" ends
    Then it exits with 4

  @RUN-tty-size @engine
  Scenario: The size of the terminal reaches the container
    Given I have pulled busybox
    When I start `docker run -it --rm busybox sh` as "shell" on a terminal
    And "shell" shows "# "
    And I resize the terminal of "shell" to 50 rows and 132 columns until the shell knows
    And I type "exit\r" into "shell"
    And "shell" ends
    Then it exits with 0

  @RUN-environment @engine
  Scenario: Environment variables
    Given I have pulled busybox
    When I run `docker run --rm -e GREETING=hi -e 'EMPTY=' busybox sh -c 'echo "[$GREETING][${EMPTY-unset}]"'`
    Then stdout is "[hi][]\n"

  @RUN-workdir @engine
  Scenario: A working directory
    Given I have pulled busybox
    When I run `docker run --rm -w /etc busybox pwd`
    Then stdout is "/etc\n"

  @CTR-43
  Scenario: A working directory that does not exist is made, and ~ is the home
    Given I have pulled busybox
    When I run `docker run --rm -w /a/b/c busybox sh -c 'pwd; ls -ld /a/b'`
    Then it exits with 0
    And stdout matches `^/a/b/c\ndrwxr-xr-x .* /a/b\n$`
    When I run `docker run --rm -w '~/x' busybox pwd`
    Then stdout is "/root/x\n"
    But on the engine it exits with 125
    And on the engine (drift) stderr contains "the working directory '~/x' is invalid, it needs to be an absolute path."

  @RUN-user @engine @rows:1.12
  Scenario Outline: A user
    Given I have pulled busybox
    When I run `docker run --rm -u <user> busybox sh -c 'id -u; id -g'`
    Then it exits with 0
    And stdout is "<uid>\n<gid>\n"

    Examples:
      | user     | uid   | gid   |
      | 1000     | 1000  | 0     |
      | nobody   | 65534 | 65534 |
      | 1:2      | 1     | 2     |

  @CTRX-03 @engine
  Scenario: A number that is no user's
    Given I have pulled busybox
    When I run `docker run --rm -u 4242 busybox id -u`
    Then it exits with 0
    And stdout is "4242\n"

  @RUN-entrypoint @engine
  Scenario: An entry point
    Given I have pulled busybox
    When I run `docker run --rm --entrypoint echo busybox a b`
    Then stdout is "a b\n"

  @RUN-name @engine
  Scenario: A name
    When I run `docker run -d --name my.web_1-a busybox sleep 1000`
    Then it exits with 0
    And inspect of "my.web_1-a" shows:
      | /Name | "/my.web_1-a" |

  @RUN-random-name @engine
  Scenario: Without a name one is made up
    When I run `docker run -d busybox sleep 1000`
    And I save stdout as "web"
    Then inspect of "{web}" shows:
      | /Name | /^"\\/[a-z]+_[a-z]+"$/ |

  @CLI-34 @registry
  Scenario: A missing image is pulled
    When I run `docker run --rm busybox echo hi`
    Then it exits with 0
    And stdout is "hi\n"
    When I request `GET /v1.24/images/json`
    Then the body shows:
      | /0/RepoTags | ["busybox:latest"] |

  @CLI-34.text @raw
  Scenario: A missing image is told in the words that clients wait for
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "nosuch:latest", "Cmd": ["true"], "HostConfig": {}}
      """
    Then the status is 404
    And the body is "(ResourceNotFound) No such image: nosuch:latest ({uuid})"
    But on the engine the body is "{\"message\":\"No such image: nosuch:latest\"}\n"

  @RUN-unknown-image @registry
  Scenario: An image that the hub does not have
    When I run `docker run nosuch/image true`
    Then it does not exit with 0
    And stderr contains "image nosuch/image:latest not found"

  @CLI-37 @engine
  Scenario: --rm waits for the end and takes nothing but the container
    Given the container "other" runs `sleep 1000`
    When I run `docker run --rm --name web busybox sh -c 'exit 5'`
    Then it exits with 5
    When I run `docker ps -a --format {{.Names}}`
    Then stdout is "other\n"

  @RUN-big-output @slow @engine
  Scenario: Two million lines
    Given I have pulled busybox
    When I start `docker run --name web busybox seq 1 2000000` as "run" with its input open and its output unread
    And the container "web" comes to run
    And the log of "web" grows no more
    And I begin to read the output of "run"
    And "run" ends
    Then it exits with 0
    And the sha256 of stdout is "d2d7c0abc3eb76d91b0b5a2702e92a9f2908269c9c1b3604bdfe2521c71d6274"
