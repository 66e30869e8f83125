Feature: The language of a Dockerfile

  Background:
    Given I have pulled busybox

  @IMG-70
  Scenario Outline: Instructions that a zone has not
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      <instruction>
      """
    When I run `docker build {context}`
    Then it exits with 1
    But on the engine it exits with 0
    And stderr contains "Build failed: Unknown instruction: <name> (req_id: {uuid})\n"
    But on the engine stderr is empty

    Examples:
      | instruction             | name        |
      | HEALTHCHECK NONE        | HEALTHCHECK |
      | SHELL ["/bin/sh", "-c"] | SHELL       |

  @IMG-70.unknown
  Scenario: An instruction that nobody has
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      foo bar
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stderr contains "Build failed: Unknown instruction: FOO (req_id: {uuid})\n"
    But on the engine stderr contains "nknown instruction: FOO\n"

  @IMG-78 @rows:1.12
  Scenario Outline: What is wrong with one instruction
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      <instruction>
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stderr contains "Build failed: <text> (req_id: {uuid})\n"
    But on the engine stderr contains "<engine>"

    Examples:
      | instruction          | text                                                                                                 | engine                                         |
      | EXPOSE 8010-8000     | Invalid containerPort: 8010-8000                                                                     | Invalid containerPort: 8010-8000               |
      | VOLUME [""]          | Volume specified can not be an empty string                                                          | VOLUME specified can not be an empty string    |
      | ADD x                | Invalid ADD format - at least two arguments required                                                 | ADD requires at least two arguments            |
      | COPY x               | Invalid COPY format - at least two arguments required                                                | COPY requires at least two arguments           |
      | COPY x* /            | No source files were specified                                                                       | COPY failed: no source files were specified    |
      | ADD x* /             | No source files were specified                                                                       | ADD failed: no source files were specified     |
      | COPY D* Dockerf?le x | When using COPY with more than one source file, the destination must be a directory and end with a / | When using COPY with more than one source file |
      | ADD D* Dockerf?le x  | When using ADD with more than one source file, the destination must be a directory and end with a /  | When using ADD with more than one source file  |
      | COPY missing /       | stat missing: no such file or directory                                                              | stat missing:                                  |
      | COPY /missing /      | stat missing: no such file or directory                                                              | stat missing:                                  |
      | COPY ./missing/a /   | stat missing/a: no such file or directory                                                            | stat missing/a:                                |
      | COPY http://h/f /    | Source can't be a URL for COPY                                                                       | ource can't be a URL for COPY                  |
      | ENV a=${b            | Missing ":" in substitution: ${b                                                                     | failed to process "${b"                        |
      | ENV a=${b:*c}        | Unsupported modifier (*) in substitution: ${b:*c}                                                    | nsupported modifier (*) in substitution        |

  @IMG-78.outside-source @rows:1.12
  Scenario Outline: A source outside the context
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      <instruction>
      """
    And the link "out" of the context to "/etc"
    And the folder "a" of the context
    When I run `docker build {context}`
    Then it exits with 1
    And stderr contains "Build failed: Forbidden path outside the build context: <path>  (req_id: {uuid})\n"
    But on the engine stderr is not empty

    Examples:
      | instruction       | path       |
      | COPY ../x /       | ../x       |
      | ADD a/../../x /   | a/../../x  |
      | COPY out/passwd / | out/passwd |

  @IMG-78.arg
  Scenario Outline: An argument is one
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ARG <words>
      """
    When I run `docker build {context}`
    Then it exits with 1
    But on the engine (drift) it exits with 0
    And stderr contains "Build failed: ARG requires exactly one argument definition (req_id: {uuid})\n"
    But on the engine (drift) stderr is empty

    Examples:
      | words   |
      | a=1 b=2 |
      | a b     |

  @IMG-78.arguments @cli @from:1.9
  Scenario Outline: Build arguments that no instruction takes
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ARG known
      LABEL what=<label>
      """
    When I run `docker build -t unused <arguments> {context}`
    Then it exits with 1
    But on the engine it exits with 0
    And stderr contains "Build failed: One or more build-args [<told>] were not consumed, failing build. (req_id: {uuid})\n"
    But on the engine stdout contains "[Warning] One or more build-args ["
    When I request `GET /v1.24/images/unused/json`
    Then the status is 404
    But on the engine the status is 200

    Examples:
      | label | arguments                           | told |
      | one   | --build-arg known=1 --build-arg A=1 | A    |
      | two   | --build-arg A=1 --build-arg B=2     | A,B  |

  @IMG-78.kept @raw @zone-only:others-images-are-listed
  Scenario: What was built is kept without a name where arguments are left
    When I request `POST /v1.24/build?rm=1&t=app&buildargs={"A":"1"}` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#########################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL a=1
      """
    Then the body matches `\{"error":"Build failed: One or more build-args \[A\] were not consumed, failing build\. \(req_id: `
    When I request `GET /v1.24/images/json`
    Then the body shows:
      | /0/RepoTags | ["<none>:<none>"] |
      | /0/Labels   | {"a": "1"}        |
      | /2          | absent            |

  @IMG-78.buildargs @raw
  Scenario: Build arguments that cannot be read
    When I request `POST /v1.24/build?rm=1&buildargs=x` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#########################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL a=1
      """
    Then the status is 200
    But on the engine the status is 400
    And the body matches `\{"error":"Build failed: Error parsing buildargs: [^"]+ \(req_id: `
    But on the engine the body contains "error reading build args: "

  @IMG-78.null @raw @engine
  Scenario: No build arguments, labels and limits, as clients say it
    When I request `POST /v1.24/build?rm=1&buildargs=null&labels=null&ulimits=null` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#########################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL a=1
      """
    Then the status is 200
    And the body contains "Successfully built "

  @IMG-78.dockerfile @from:1.10
  Scenario Outline: A Dockerfile that is not there
    When I run `docker build -` with an archive of:
      | <name> | FROM busybox |
    Then it exits with 1
    And stderr contains "Build failed: Error: No such file or directory 'Dockerfile' (req_id: {uuid})\n"
    But on the engine stderr contains "Cannot locate specified Dockerfile: Dockerfile\n"

    Examples:
      | name       |
      | Dockerfil  |
      | DOCKERFILE |

  @IMG-78.empty
  Scenario: A Dockerfile without a byte
    When I run `docker build -` with an archive of:
      | Dockerfile |  |
    Then it exits with 1
    And stderr contains "Build failed: The Dockerfile (Dockerfile) cannot be empty (req_id: {uuid})\n"
    But on the engine stderr contains "(Dockerfile) cannot be empty\n"

  @IMG-78.long @cli
  Scenario: A Dockerfile that is too long
    When I run `docker build -` with 10485776 bytes of input
    Then it exits with 1
    And stderr contains "Build failed: Dockerfile exceeds max length: {number} (req_id: {uuid})\n"
    But on the engine stderr is not empty

  @IMG-78.outside @raw
  Scenario Outline: A Dockerfile outside the context is refused before anything is done
    When I request `POST /v1.24/build?rm=1&dockerfile=<path>` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#########################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL a=1
      """
    Then the status is 500
    And the body is "Forbidden path outside the build context: <told> ({uuid})"
    But on the engine the body contains "\"message\":"

    Examples:
      | path      | told  |
      | ../x      | ../x  |
      | a/../../x | {any} |

  @RUN-no-image
  Scenario: A base without a base and without a step
    Given the file "Dockerfile" of the context:
      """
      FROM scratch
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stderr contains "Build failed: No image was generated. Is your Dockerfile empty? (req_id: {uuid})\n"
    But on the engine stderr is "No image was generated. Is your Dockerfile empty?\n"
    And stdout contains "Step 1/1 : FROM scratch\n --->\n"
    But on the engine stdout contains "Step 1/1 : FROM scratch\n ---> \n"

  @RUN-build-invalid-layer
  Scenario: A step that leaves what no layer may have
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN i=0; d=$(printf %0200d 0); while [ $i -lt 25 ]; do mkdir $d && cd $d || break; i=$((i + 1)); done
      """
    When I run `docker build -t deep {context}`
    Then it exits with 1
    But on the engine it exits with 0
    And stderr contains "Build failed: invalid layer: archive exceeds the limit on path bytes (4096) (req_id: {uuid})\n"
    But on the engine stdout contains "Successfully tagged"

  @RUN-build-big-layer @zone-only:an-engine-would-write-all-of-it
  Scenario: A step that leaves more than a layer may have
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN truncate -s 200G /x
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stderr contains "Build failed: invalid layer: archive exceeds the limit on unpacked bytes (107374182400) (req_id: {uuid})\n"

  @RUN-from-first
  Scenario Outline: What stands before the base
    Given the file "Dockerfile" of the context:
      """
      <instruction>
      FROM busybox
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stderr contains "Build failed: Please provide a source image with `from` prior to commit (req_id: {uuid})\n"
    But on the engine stderr is not empty

    Examples:
      | instruction |
      | RUN true    |
      | ENV a=1     |

  @RUN-from-first-arg
  Scenario: Nor may an argument stand before the base
    Given the file "Dockerfile" of the context:
      """
      ARG a=1
      FROM busybox
      """
    When I run `docker build {context}`
    Then it exits with 1
    But on the engine (drift) it exits with 0
    And stderr contains "Build failed: Please provide a source image with `from` prior to commit (req_id: {uuid})\n"
    But on the engine (drift) stderr is empty

  @RUN-from-only @engine
  Scenario: A Dockerfile that is only a base
    Given the file "Dockerfile" of the context:
      """
      # just this
      FROM busybox
      """
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "base"
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "begin"
    And I run `docker build -t only {context}`
    Then it exits with 0
    And stdout contains "Successfully built {begin}\n"
    When I request `GET /v1.24/images/only/json`
    Then the body shows:
      | /Id | "{base}" |
    When I run `docker rmi only`
    Then it exits with 0

  @RUN-from-again @engine
  Scenario: A second base begins anew
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL first=1
      RUN echo one > /one
      FROM busybox
      LABEL second=2
      RUN ls /one 2> /dev/null || echo no one
      """
    When I run `docker build --no-cache -t again {context}`
    Then it exits with 0
    And stdout contains "Step 4/6 : FROM busybox\n"
    And stdout contains "\nno one\n"
    When I request `GET /v1.24/images/again/json`
    Then the body shows:
      | /Config/Labels | {"second": "2"} |

  @RUN-from-digest @registry
  Scenario: A base by its digest
    When I run `docker pull hello-world`
    And I request `GET /v1.24/images/hello-world/json`
    And I save what `hello-world@(sha256:[0-9a-f]{64})` finds in the body as "digest"
    And I save the JSON at "/Id" as "base"
    And the file "Dockerfile" of the context becomes:
      """
      FROM hello-world@{digest}
      LABEL a=1
      """
    And I run `docker build -t app {context}`
    Then it exits with 0
    And stdout does not contain "Pulling"
    When I request `GET /v1.24/images/app/json`
    Then the body shows:
      | /Parent | "{base}" |
    When I run `docker rmi app hello-world`
    And I run `docker build -t app {context}`
    Then it exits with 0
    And stdout contains "Pulling"

  @RUN-scratch @engine
  Scenario: An image from nothing
    Given the file "Dockerfile" of the context:
      """
      FROM scratch
      LABEL a=1
      ADD Dockerfile /
      LABEL b=2
      """
    When I run `docker build --no-cache -t nothing {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/nothing/json`
    Then the body shows:
      | /Config/Labels | {"a": "1", "b": "2"} |
    And the body shows:
      | /RootFS/Layers/0 | /^"sha256:/ |
      | /RootFS/Layers/1 | absent      |

  @IMG-71 @rows:1.12
  Scenario Outline: What the engine refuses is taken
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      <instruction>
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    But on the engine it exits with 1

    Examples:
      | instruction              |
      | ONBUILD ONBUILD RUN true |
      | ONBUILD FROM busybox     |
      | ONBUILD MAINTAINER me    |
      | STOPSIGNAL SIGNOTHING    |
      | EXPOSE zonesim           |

  @IMG-71.stopsignal @engine
  Scenario: The signal to stop is kept
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      STOPSIGNAL SIGUSR1
      """
    When I run `docker build -t signal {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/signal/json`
    Then the body shows:
      | /Config/StopSignal | "SIGUSR1" |

  @IMG-71.onbuild
  Scenario: Triggers run when their image is a base
    Given the file "Dockerfile" of the context:
      """
      FROM zonesim/triggers
      RUN cat /there
      """
    When I run `docker build -t zonesim/triggers -` with an archive of:
      | Dockerfile | FROM busybox\nONBUILD LABEL a=1\nONBUILD RUN echo triggered > /there\n |
    Then it exits with 0
    When I run `docker build --no-cache -t triggered {context}`
    Then it exits with 0
    And stdout contains "Step 1/2 : FROM zonesim/triggers\n ---> {short}\n# Executing 2 build triggers\nStep 2/2 : LABEL a=1\n ---> {short}\nStep 3/2 : RUN echo triggered > /there\n ---> Running in {short}\n ---> {short}\nStep 4/2 : RUN cat /there\n"
    But on the engine stdout contains "Step 1/2 : FROM zonesim/triggers\n# Executing 2 build triggers\n ---> Running in"
    And stdout contains "\ntriggered\n"
    When I request `GET /v1.24/images/triggered/json`
    Then the body shows:
      | /Config/Labels | {"a": "1"} |
    And the body contains "\"OnBuild\":null"
    When I request `GET /v1.24/images/zonesim/triggers/json`
    Then the body shows:
      | /Config/OnBuild | ["LABEL a=1", "RUN echo triggered > /there"] |

  @IMG-71.onbuild-pulled @registry
  Scenario: So do those of an image that is pulled
    Given the file "Dockerfile" of the context:
      """
      FROM joyentunsupported/test-image-with-onbuild
      RUN ls /usr/src/app
      """
    When I run `docker build {context}`
    Then it exits with 0
    And stdout contains "# Executing 2 build triggers\nStep 2/2 : COPY . /usr/src/app\n"
    And stdout contains "\nDockerfile\nbuilt\n"

  @RUN-run-fails @rows:1.12
  Scenario Outline: A command that fails is told with its words
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN <command>
      """
    When I run `docker build {context}`
    Then it does not exit with 0
    And on the zone it exits with 1
    And stderr contains "Build failed: The command '<told>' returned a non-zero code: <code> (req_id: {uuid})\n"
    But on the engine stderr contains "<engine>"

    Examples:
      | command                | told                       | code | engine                                                                    |
      | exit 13                | /bin/sh -c exit 13         | 13   | The command '/bin/sh -c exit 13' returned a non-zero code: 13\\n          |
      | ["sh", "-c", "exit 7"] | sh -c exit 7               | 7    | The command 'sh -c exit 7' returned a non-zero code: 7\\n                 |
      | nothing-like-it        | /bin/sh -c nothing-like-it | 127  | The command '/bin/sh -c nothing-like-it' returned a non-zero code: 127\\n |
      | ["/etc/passwd"]        | /etc/passwd                | 27   | permission denied                                                         |
      | ["/missing"]           | /missing                   | 25   | no such file or directory                                                 |
      | ["/etc"]               | /etc                       | 26   | permission denied                                                         |
      | ["nothing-like-it"]    | nothing-like-it            | 17   | executable file not found in $PATH                                        |

  @RUN-run-package-manager @registry @rows:1.12
  Scenario Outline: The programs of another kernel do not run
    Given the file "Dockerfile" of the context:
      """
      FROM <image>
      RUN <program> update
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stdout contains "/bin/sh: <program>: Exec format error\n"
    And stderr contains "Build failed: The command '/bin/sh -c <program> update' returned a non-zero code: 126 (req_id: {uuid})\n"

    Examples:
      | image  | program |
      | debian | apt-get |
      | ubuntu | apt-get |
      | alpine | apk     |

  @RUN-run-foreign @registry
  Scenario: The programs of another kernel, without a shell
    Given the file "Dockerfile" of the context:
      """
      FROM debian
      RUN ["apt-get", "update"]
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stdout does not contain "Exec format error"
    And stderr contains "Build failed: The command 'apt-get update' returned a non-zero code: 3 (req_id: {uuid})\n"

  @RUN-run-state @engine
  Scenario: Where and as whom a command runs
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN pwd && id -un && echo $PATH
      USER daemon
      WORKDIR /tmp
      RUN pwd && id -un && echo "A is $A"
      ENV A=there
      RUN echo "A is $A"
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\n/\nroot\n/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
    And stdout contains "\n/tmp\ndaemon\nA is \n"
    And stdout contains "A is there\n"

  @RUN-run-input @engine
  Scenario: A command has no input, and without a shell no variables
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENV A=1
      RUN cat && echo "read all"
      RUN ["echo", "it is $A"]
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nread all\n"
    And stdout contains "\nit is $A\n"

  @RUN-run-user @engine @rows:1.12
  Scenario Outline: As whom a command runs
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      USER <user>
      RUN echo "$(id -u):$(id -g)" <user>
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\n<ids> <user>\n"

    Examples:
      | user   | ids |
      | daemon | 1:1 |
      | 1      | 1:1 |
      | 7:8    | 7:8 |
      | 1:bin  | 1:2 |

  @RUN-run-characters @engine
  Scenario: What a command prints is told as it is
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN printf 'a"b\tc<d>&\303\244 no end'
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "a\"b\tc<d>&ä no end"

  @RUN-label @engine @rows:1.12
  Scenario Outline: Labels
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL first=1
      LABEL <words>
      """
    When I run `docker build -t labels {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/labels/json`
    Then the body shows:
      | /Config/Labels | <labels> |

    Examples:
      | words            | labels                              |
      | a b c            | {"first": "1", "a": "b c"}          |
      | a=b c=d          | {"first": "1", "a": "b", "c": "d"}  |
      | "a b"="c d"      | {"first": "1", "a b": "c d"}        |
      | a= first=2       | {"first": "2", "a": ""}             |
      | a.b-c/d=e        | {"first": "1", "a.b-c/d": "e"}      |
      | a="say \\"hi\\"" | {"first": "1", "a": "say \\"hi\\""} |

  @RUN-cmd @engine @rows:1.12
  Scenario Outline: What a container runs
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      <first>
      <second>
      """
    When I run `docker build -t runs {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/runs/json`
    Then the body shows:
      | /Config/Cmd        | <cmd>        |
      | /Config/Entrypoint | <entrypoint> |

    Examples:
      | first            | second           | cmd                              | entrypoint               |
      | CMD ["a", "b c"] | LABEL a=1        | ["a", "b c"]                     | null                     |
      | CMD a "b c"      | LABEL a=1        | ["/bin/sh", "-c", "a \\"b c\\""] | null                     |
      | CMD ['a']        | LABEL a=1        | ["/bin/sh", "-c", "['a']"]       | null                     |
      | ENTRYPOINT ["e"] | LABEL a=1        | null                             | ["e"]                    |
      | ENTRYPOINT e f   | LABEL a=1        | null                             | ["/bin/sh", "-c", "e f"] |
      | CMD ["a"]        | ENTRYPOINT ["e"] | ["a"]                            | ["e"]                    |
      | ENTRYPOINT ["e"] | CMD ["a"]        | ["a"]                            | ["e"]                    |
      | CMD ["a"]        | CMD ["b"]        | ["b"]                            | null                     |

  @RUN-env @engine @rows:1.12
  Scenario Outline: Variables
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENV PATH=/bin V=1
      ENV <words>
      """
    When I run `docker build -t vars {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/vars/json`
    Then the body shows:
      | /Config/Env | <env> |

    Examples:
      | words           | env                                    |
      | A b c           | ["PATH=/bin", "V=1", "A=b c"]          |
      | A=b C=d         | ["PATH=/bin", "V=1", "A=b", "C=d"]     |
      | V=2             | ["PATH=/bin", "V=2"]                   |
      | A="b c" D='e f' | ["PATH=/bin", "V=1", "A=b c", "D=e f"] |
      | A=b\\ c         | ["PATH=/bin", "V=1", "A=b c"]          |
      | A=$V            | ["PATH=/bin", "V=1", "A=1"]            |
      | A=${V}x         | ["PATH=/bin", "V=1", "A=1x"]           |
      | A=${V:-w}       | ["PATH=/bin", "V=1", "A=1"]            |
      | A=${N:-w}       | ["PATH=/bin", "V=1", "A=w"]            |
      | A=${V:+w}       | ["PATH=/bin", "V=1", "A=w"]            |
      | A=${N:+w}       | ["PATH=/bin", "V=1", "A="]             |
      | A=\\$V          | ["PATH=/bin", "V=1", "A=$V"]           |
      | A='$V'          | ["PATH=/bin", "V=1", "A=$V"]           |
      | A="$V"          | ["PATH=/bin", "V=1", "A=1"]            |
      | V=2 A=$V        | ["PATH=/bin", "V=2", "A=1"]            |

  @RUN-substituted
  Scenario: Where variables are replaced
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENV V=word
      LABEL what=$V
      EXPOSE 80$N
      VOLUME /$V
      USER $V
      WORKDIR /$V
      COPY Dockerfile /$V.txt
      STOPSIGNAL $V
      ONBUILD LABEL a=$V
      """
    When I run `docker build -t replaced {context}`
    Then it exits with 0
    But on the engine it exits with 1
    When I request `GET /v1.24/images/replaced/json`
    Then the status is 200
    But on the engine the status is 404
    And on the zone the body shows:
      | /Config/Labels       | {"what": "word"} |
      | /Config/ExposedPorts | {"80/tcp": {}}   |
      | /Config/Volumes      | {"/word": {}}    |
      | /Config/User         | "word"           |
      | /Config/WorkingDir   | "/word"          |
      | /Config/StopSignal   | "word"           |
      | /Config/OnBuild      | ["LABEL a=word"] |

  @RUN-not-substituted @engine
  Scenario: Where no variables are replaced
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENV V=word
      MAINTAINER $V
      CMD ["$V"]
      """
    When I run `docker build -t kept {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/kept/json`
    Then the body shows:
      | /Author     | "$V"   |
      | /Config/Cmd | ["$V"] |

  @RUN-arg @cli @from:1.9 @engine
  Scenario: Arguments of a build
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ARG GIVEN=default
      ARG DEFAULT=default
      ARG NONE
      ENV BOTH=env
      ARG BOTH
      RUN echo "<$GIVEN><$DEFAULT><$NONE><$BOTH>"
      LABEL given=$GIVEN both=$BOTH
      """
    When I run `docker build --no-cache -t arguments --build-arg GIVEN=mine --build-arg BOTH=arg {context}`
    Then it exits with 0
    And stdout contains "<mine><default><><env>\n"
    When I request `GET /v1.24/images/arguments/json`
    Then the body shows:
      | /Config/Labels | {"given": "mine", "both": "env"}                                                  |
      | /Config/Env    | ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "BOTH=env"] |

  @RUN-arg-bollard @bollard
  Scenario: Arguments of a build by bollard
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ARG GIVEN=default
      RUN echo "<$GIVEN>"
      """
    When I run `docker build --no-cache --build-arg GIVEN=mine {context}`
    Then it exits with 0
    And stdout contains "<mine>\n"

  @RUN-arg-predefined @cli @from:1.9 @engine
  Scenario: Arguments that need not be declared
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo "<$HTTP_PROXY><$HTTPS_PROXY><$FTP_PROXY><$NO_PROXY><$http_proxy><$https_proxy><$ftp_proxy><$no_proxy>"
      """
    When I run `docker build --no-cache --build-arg HTTP_PROXY=1 --build-arg HTTPS_PROXY=2 --build-arg FTP_PROXY=3 --build-arg NO_PROXY=4 --build-arg http_proxy=5 --build-arg https_proxy=6 --build-arg ftp_proxy=7 --build-arg no_proxy=8 {context}`
    Then it exits with 0
    And stdout contains "<1><2><3><4><5><6><7><8>\n"

  @RUN-expose @engine @rows:1.12
  Scenario Outline: Ports
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      EXPOSE <ports>
      """
    When I run `docker build -t ports {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/ports/json`
    Then the body shows:
      | /Config/ExposedPorts | <exposed> |

    Examples:
      | ports         | exposed                                          |
      | 80            | {"80/tcp": {}}                                   |
      | 53/UDP 80/tcp | {"53/udp": {}, "80/tcp": {}}                     |
      | 8000-8002     | {"8000/tcp": {}, "8001/tcp": {}, "8002/tcp": {}} |
      | 70-71/udp     | {"70/udp": {}, "71/udp": {}}                     |

  @RUN-volume @engine
  Scenario Outline: Volumes
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      VOLUME <paths>
      """
    When I run `docker build -t volumes {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/volumes/json`
    Then the body shows:
      | /Config/Volumes | <volumes> |

    Examples:
      | paths    | volumes              |
      | /a /b    | {"/a": {}, "/b": {}} |
      | ["/a b"] | {"/a b": {}}         |

  @RUN-workdir @engine @rows:1.12
  Scenario Outline: Working directories
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      WORKDIR <first>
      WORKDIR <second>
      """
    When I run `docker build -t works {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/works/json`
    Then the body shows:
      | /Config/WorkingDir | "<composed>" |

    Examples:
      | first | second  | composed |
      | /a    | b       | /a/b     |
      | /a    | /c      | /c       |
      | a     | b       | /a/b     |
      | /a/b  | ../c/   | /a/c     |
      | /a    | ../..   | /        |
      | /a    | ./b/./c | /a/b/c   |

  @RUN-workdir-missing @engine
  Scenario: A working directory is not made by being one
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      WORKDIR /made/later
      USER daemon
      """
    When I run `docker build --no-cache -t works {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/works/history`
    Then the body shows:
      | /1/Size | 0 |
    And on the zone the body shows:
      | /2/Tags | ["busybox:latest"] |

  @RUN-user @engine
  Scenario: Who runs
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      USER daemon
      """
    When I run `docker build -t who {context}`
    Then it exits with 0
    When I run `docker run --rm who id -un`
    Then stdout is "daemon\n"

  @RUN-maintainer @engine
  Scenario: Who maintains an image is its author
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      MAINTAINER Jill <jill@example.com>
      """
    When I run `docker build -t authored {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/authored/json`
    Then the body shows:
      | /Author | "Jill <jill@example.com>" |

  @RUN-dockerfile-lines @engine
  Scenario: Comments, blank lines and lines that go on
    Given the file "Dockerfile" of the context:
      """
      # a comment

      from busybox
        # another
      RUN echo one \
        two \  
        three
      label a="b \
        c"
      """
    When I run `docker build --no-cache -t lines {context}`
    Then it exits with 0
    And stdout contains "one two three\n"
    When I request `GET /v1.24/images/lines/json`
    Then the body shows:
      | /Config/Labels | {"a": "b   c"} |

  @RUN-dockerfile-escape @engine
  Scenario: Another character goes on
    Given the file "Dockerfile" of the context:
      """
      # escape=`
      FROM busybox
      RUN echo one `
        two \
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "one two \\\n"

  @RUN-dockerfile-comment
  Scenario: A comment among lines that go on is part of the instruction
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo one \
      # comment \
      two
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\none\n"
    But on the engine stdout contains "\none two\n"
