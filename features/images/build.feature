Feature: docker build

  A context given by raw bytes is an archive of one Dockerfile, whose first line fills it.

  Background:
    Given I have pulled busybox

  @RUN-build @engine
  Scenario: A folder becomes an image
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL gone=fishing
      ENV WHO=world
      COPY greeting /greetings/
      RUN echo "hello $WHO" > /hello && cat /hello
      CMD ["cat", "/hello", "/greetings/greeting"]
      """
    And the file "greeting" of the context with "good day"
    When I run `docker build -t app {context}`
    Then it exits with 0
    And stdout contains "Step 5/6 : RUN echo"
    And stdout matches `\nSuccessfully built [0-9a-f]{12}\n`
    When I run `docker run --rm app`
    Then stdout is "hello world\ngood day"

  @IMG-57 @engine
  Scenario: A zone builds images
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo built
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nbuilt\n"

  @IMG-57.2
  Scenario: A zone may be set not to build
    Given the setting "build" is false
    And the file "Dockerfile" of the context:
      """
      FROM busybox
      """
    When I run `docker build {context}`
    Then it is refused with "(NotImplemented) docker build is not implemented"

  @IMG-57.status @raw
  Scenario: A zone that does not build says so before it reads the context
    Given the setting "build" is false
    When I request `POST /v1.24/build?t=UP&dockerfile=../x`
    Then the status is 400
    And the body is "(NotImplemented) docker build is not implemented ({uuid})"

  @IMG-68
  Scenario: What a build says
    Given the file "Dockerfile" of the context:
      """
      from busybox
      env A=1 B=2
      RUN echo hi
      cmd ["echo", "$A"]
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "Step 1/4 : FROM busybox\n ---> {short}\nStep 2/4 : ENV A=1 B=2\n ---> {short}\nStep 3/4 : RUN echo hi\n ---> Running in {short}\nhi\n ---> {short}\nStep 4/4 : CMD echo $A\n ---> {short}\nSuccessfully built {short}\n"
    But on the engine stdout contains " A=1 B=2\n ---> Running in {short}\nRemoving intermediate container {short}\n ---> {short}\n"

  @IMG-68.scratch
  Scenario: What a build from nothing says
    Given the file "Dockerfile" of the context:
      """
      FROM scratch
      COPY Dockerfile /
      CMD ["/x"]
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "Step 1/3 : FROM scratch\n --->\nStep 2/3 : COPY Dockerfile /\n ---> {short}\nStep 3/3 : CMD /x\n ---> {short}\nSuccessfully built {short}\n"
    But on the engine stdout contains "Step 1/3 : FROM scratch\n ---> \nStep 2/3 : COPY Dockerfile /\n ---> {short}\nStep 3/3 : CMD [\"/x\"]\n"

  @IMG-68.cached @engine
  Scenario: What a build says that has nothing to do
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENV A=1
      RUN echo hi
      """
    When I run `docker build {context}`
    And I run `docker build {context}`
    Then it exits with 0
    And stdout contains "Step 1/3 : FROM busybox\n ---> {short}\nStep 2/3 : ENV A=1\n ---> Using cache\n ---> {short}\nStep 3/3 : RUN echo hi\n ---> Using cache\n ---> {short}\nSuccessfully built {short}\n"
    And stdout does not contain "Running in"

  @IMG-68.chunks @raw
  Scenario: Each message of a build is an object and a line break
    When I request `POST /v1.24/build?rm=1` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................###############################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      ENV A=1
      RUN echo hi
      """
    Then the status is 200
    And the header "Content-Type" is "application/json"
    And the header "Transfer-Encoding" is "chunked"
    And the body matches `^(\{"stream":"([^"\\]|\\.)*"\}\n){9}$`
    But on the engine the body matches `^(\{"(stream|aux)":("([^"\\]|\\.)*"|\{"ID":"[^"]*"\})\}\r\n)+$`
    And on the zone the body matches `^\{"stream":"Step 1/3 : FROM busybox\\n"\}\n\{"stream":" ---> [0-9a-f]{12}\\n"\}\n\{"stream":"Step 2/3 : ENV A=1\\n"\}\n\{"stream":" ---> [0-9a-f]{12}\\n"\}\n\{"stream":"Step 3/3 : RUN echo hi\\n"\}\n\{"stream":" ---> Running in [0-9a-f]{12}\\n"\}\n\{"stream":"hi\\n"\}\n\{"stream":" ---> [0-9a-f]{12}\\n"\}\n\{"stream":"Successfully built [0-9a-f]{12}\\n"\}\n$`

  @IMG-68.streams @engine
  Scenario: What a command writes to either of its streams is told
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo out && echo err >&2
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "out\n"
    And stdout contains "err\n"

  @IMG-69
  Scenario: A command that fails ends the build with 1
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN exit 13
      """
    When I run `docker build -t failed {context}`
    Then it exits with 1
    But on the engine it exits with 13
    And stderr contains "Build failed: The command '/bin/sh -c exit 13' returned a non-zero code: 13 (req_id: {uuid})\n"
    But on the engine stderr is "The command '/bin/sh -c exit 13' returned a non-zero code: 13\n"
    When I request `GET /v1.24/images/failed/json`
    Then the status is 404

  @IMG-69.object @raw
  Scenario: A failed build is told twice over, without the number
    When I request `POST /v1.24/build?rm=1` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#######################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      RUN exit 13
      """
    Then the status is 200
    And the body matches `\n\{"error":"Build failed: The command '/bin/sh -c exit 13' returned a non-zero code: 13 \(req_id: [0-9a-f-]{36}\)","errorDetail":\{"message":"Build failed: The command '/bin/sh -c exit 13' returned a non-zero code: 13 \(req_id: [0-9a-f-]{36}\)"\}\}\n$`
    But on the engine the body matches `\n\{"errorDetail":\{"code":13,"message":"The command '/bin/sh -c exit 13' returned a non-zero code: 13"\},"error":"The command '/bin/sh -c exit 13' returned a non-zero code: 13"\}\r\n$`

  @IMG-69.pull @raw
  Scenario: A base that cannot be pulled is told as a pull, and as a build
    When I request `POST /v1.24/build?rm=1` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#########################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM zonesim/missing:1
      """
    Then the status is 200
    And the body matches `\n\{"error":"Error: image zonesim/missing:1 not found \([0-9a-f-]{36}\)","errorDetail":\{"message":"Error: image zonesim/missing:1 not found \([0-9a-f-]{36}\)"\}\}\r?\n\{"error":"Build failed: could not pull image: zonesim/missing:1 [^"]*\(req_id: [0-9a-f-]{36}\)","errorDetail":\{"message":"[^"]*"\}\}\n$`
    But on the engine the body matches `\{"errorDetail":\{"message":".+"\},"error":".+"\}\r\n$`

  @IMG-69.pull-cli @registry
  Scenario: A base that cannot be pulled, as clients show it
    Given the file "Dockerfile" of the context:
      """
      FROM zonesim/nosuch:1
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stderr contains "Error: image zonesim/nosuch:1 not found ({uuid})"

  @RUN-build-pulls @raw @registry
  Scenario: What the pull of a base says comes between the steps
    When I request `POST /v1.24/build?rm=1` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#####################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM hello-world
      LABEL a=1
      """
    Then the body matches `^\{"stream":"Step 1/2 : FROM hello-world\\n"\}\n\{"status":"latest: Pulling from hello-world \([0-9a-f-]{36}\)"\}\n`
    And the body matches `\{"status":"Status: Downloaded newer image for hello-world:latest"\}\r?\n\{"stream":" ---> [0-9a-f]{12}\\n"\}\n\{"stream":"Step 2/2 : LABEL a=1\\n"\}\n`

  @RUN-build-pulls-cli @registry
  Scenario: A base that is not known is pulled
    Given the file "Dockerfile" of the context:
      """
      FROM hello-world
      LABEL a=1
      """
    When I run `docker build -t app {context}`
    Then it exits with 0
    And stdout contains "Downloaded newer image for hello-world:latest"
    When I run `docker run --rm app`
    Then it exits with 0
    And stdout contains "Hello from Docker"
    When I request `GET /v1.24/images/json`
    Then the body contains "hello-world:latest"

  @IMG-59
  Scenario: What is at a URL is not added
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ADD http://h/f /x
      """
    When I run `docker build {context}`
    Then it exits with 1
    And stderr contains "Build failed: Not implemented: Add Remote: {\"name\":\"ADD\",\"lineno\":2,\"args\":[\"http://h/f\",\"/x\"],\"raw\":\"ADD http://h/f /x\",\"ctx\":{}} (req_id: {uuid})"
    But on the engine stderr contains "ADD failed: "

  @IMG-60 @cli @zone-only:others-containers-are-hidden
  Scenario: Shares of processors and of memory beyond the package's have no effect
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN true
      """
    When I run `docker build --rm=false --no-cache --cpu-shares=7 --cpuset-cpus=0 --cpuset-mems=0 --cpu-period=50000 --cpu-quota=25000 {context}`
    Then it exits with 0
    When I request `GET /v1.24/containers/json?all=1`
    And I save the JSON at "/0/Id" as "container"
    And I request `GET /v1.24/containers/{container}/json`
    Then the body shows:
      | /HostConfig/CpusetCpus | ""     |
      | /HostConfig/CpuQuota   | absent |

  @IMG-60.shm @cli @from:1.10 @engine
  Scenario: The size of shared memory has no effect
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN true
      """
    When I run `docker build --shm-size=1g {context}`
    Then it exits with 0

  @IMG-61 @cli
  Scenario: Limits of processes are not looked at
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN ulimit -n
      """
    When I run `docker build --no-cache --ulimit=nofile=77:77 {context}`
    Then it exits with 0
    And stdout does not contain "\n77\n"
    But on the engine stdout contains "\n77\n"

  @IMG-61.isolation @cli @from:1.10 @zone-only:20.10-refuses-it-on-linux
  Scenario: A kind of isolation is not looked at
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN true
      """
    When I run `docker build --isolation=hyperv {context}`
    Then it exits with 0

  @IMG-62 @cli @from:1.11 @engine
  Scenario: Labels of the request are the image's
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL gone=fishing
      """
    When I run `docker build --label sdcdockertest=true -t app {context}`
    Then it exits with 0
    And stdout contains "LABEL gone=fishing\n"
    When I request `GET /v1.24/images/app/json`
    Then the body shows:
      | /Config/Labels | {"gone": "fishing", "sdcdockertest": "true"} |

  @IMG-62.bollard @bollard
  Scenario: So are bollard's
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL gone=fishing
      """
    When I run `docker build --label gone=home --label b=2 -t app {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/app/json`
    Then the body shows:
      | /Config/Labels | {"gone": "home", "b": "2"} |

  @IMG-62.wrong @raw
  Scenario Outline: Labels that cannot be read
    When I request `POST /v1.24/build?rm=1&labels=<labels>` with the body:
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
    And the body matches `\n?\{"error":"Build failed: Error parsing labels: [^"]+ \(req_id: [0-9a-f-]{36}\)",`
    But on the engine the body contains "error reading labels: "

    Examples:
      | labels  |
      | x       |
      | {"a":1} |
      | ["a"]   |

  @IMG-63
  Scenario: A build cannot be quiet
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo loud
      """
    When I run `docker build -q {context}`
    Then it exits with 0
    And stdout contains "Step 1/2 : FROM busybox\n"
    But on the engine stdout matches `sha256:[0-9a-f]{64}\n$`
    And stdout contains "\nloud\n"
    But on the engine stdout matches `^(\r|Sending.*|sha256:[0-9a-f]{64}|\n)*$`

  @IMG-64 @APIX-20
  Scenario: A base is asked for again when that is wanted
    Given a registry
    And the file "Dockerfile" of the context:
      """
      FROM {registry}/app:1
      LABEL a=1
      """
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    And I run `docker build {context}`
    Then it exits with 0
    And the registry was never asked for `GET /v2/app/manifests/1`
    When I run `docker build --pull {context}`
    Then it exits with 0
    And the registry was asked for `GET /v2/app/manifests/1` 1 time

  @IMG-64.fails
  Scenario: A known base that cannot be pulled fails a build that is to pull
    Given the file "Dockerfile" of the context:
      """
      FROM zonesim/mine
      LABEL a=1
      """
    And I run `docker tag busybox zonesim/mine`
    When I run `docker build {context}`
    Then it exits with 0
    When I run `docker build --pull {context}`
    Then it exits with 1
    And stderr contains "Error: image zonesim/mine:latest not found ({uuid})"
    But on the engine stderr is not empty
    When I run `docker rmi zonesim/mine`
    Then it exits with 0

  @IMG-65 @raw
  Scenario: A context elsewhere is not asked for
    When I request `POST /v1.24/build?rm=1&remote=http://127.0.0.1:1/x.tar` with the body:
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
    But on the engine the status is 500
    And the body matches `Successfully built [0-9a-f]{12}\\n"\}\n$`
    But on the engine the body matches `"message":".*127\.0\.0\.1`

  @IMG-66 @APIX-19 @cli @from:1.10 @engine
  Scenario: An image gets all its names
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      """
    When I run `docker build -t app -t other/app:2 {context}`
    Then it exits with 0
    When I run `docker inspect -f {{.Id}} app`
    And I save stdout as "id"
    And I run `docker inspect -f {{.Id}} other/app:2`
    Then stdout is "{id}\n"

  @IMG-66.old @raw @engine
  Scenario: So it is by an old version
    When I request `POST /v1.21/build?rm=1&t=app&t=other/app:2` with the body:
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
    When I request `GET /v1.24/images/app/json`
    And I save the JSON at "/Id" as "image"
    And I request `GET /v1.24/images/other/app:2/json`
    Then the body shows:
      | /Id | "{image}" |

  @IMG-66.moves @engine
  Scenario: A name moves to the new image
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      """
    And I run `docker tag busybox app`
    When I run `docker build -t app {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/app/json`
    Then the body shows:
      | /Config/Labels | {"a": "1"} |

  @IMG-66.failed @engine
  Scenario: A name stays where it is when a build fails
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      RUN exit 1
      """
    When I run `docker build -t staying -` with an archive of:
      | Dockerfile | FROM busybox\nLABEL before=1\n |
    And I run `docker build -t staying {context}`
    Then it exits with 1
    When I request `GET /v1.24/images/staying/json`
    Then the body shows:
      | /Config/Labels | {"before": "1"} |

  @IMG-66.empty @raw @engine
  Scenario: An empty name is none
    When I request `POST /v1.20/build?rm=1&t=` with the body:
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

  @RUN-build-bad-name @raw
  Scenario: A name that is none is refused before anything is done
    When I request `POST /v1.24/build?rm=1&t=app&t=UP` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................###################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      """
    Then the status is 500
    And the body matches `^Error: .+ \([0-9a-f-]{36}\)$`
    But on the engine the body contains "invalid reference format: repository name must be lowercase"

  @IMG-79 @API-04.build
  Scenario: An account that may not provision may not build
    Given my account is not approved for provisioning
    And the file "Dockerfile" of the context:
      """
      FROM busybox
      """
    When I run `docker build {context}`
    Then it is refused with "(NotAuthorized) demo does not have permission to pull or provision"

  @IMG-79.order @raw
  Scenario: Permission to build is asked for first
    Given my account is not approved for provisioning
    When I request `POST /v1.24/build?t=UP&dockerfile=../x`
    Then the status is 403
    And the body is "(NotAuthorized) demo does not have permission to pull or provision ({uuid})"

  @CLI-26 @cli @engine
  Scenario: A Dockerfile on standard input
    When I run `docker build -t app -` with the input:
      """
      FROM busybox
      CMD ["echo", "from stdin"]
      """
    Then it exits with 0
    When I run `docker run --rm app`
    Then stdout is "from stdin\n"

  @CLI-26.tar @engine
  Scenario: An archive on standard input
    When I run `docker build -t app -` with an archive of:
      | Dockerfile | FROM busybox\nCOPY a /b\nCMD ["cat", "/b"]\n |
      | a          | from tar\n                                   |
    Then it exits with 0
    When I run `docker run --rm app`
    Then stdout is "from tar\n"

  @CLI-26.empty @raw @engine
  Scenario: An empty name of the Dockerfile is the usual one
    When I request `POST /v1.24/build?rm=1&dockerfile=` with the body:
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

  @RUN-build-file @cli @engine
  Scenario: A Dockerfile of another name
    Given the file "files/other" of the context:
      """
      FROM busybox
      COPY files/other /other
      """
    And the file "Dockerfile" of the context with "NOTHING"
    When I run `docker build -f {context}/files/other {context}`
    Then it exits with 0
    And stdout contains "COPY files/other /other"

  @RUN-build-lower-case @engine
  Scenario: A Dockerfile in lower case
    When I run `docker build -` with an archive of:
      | dockerfile | FROM busybox\nLABEL a=1\n |
    Then it exits with 0

  @RUN-build-results @raw
  Scenario: What the image of a build is
    When I request `POST /v1.24/build?rm=1&t=app` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      ENV A=1
      LABEL b=2
      """
    Then the status is 200
    When I request `GET /v1.24/images/app/json`
    Then the body shows:
      | /Architecture          | "amd64"                                                                      |
      | /Config/Env            | ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1"] |
      | /Config/Cmd            | ["sh"]                                                                       |
      | /Config/Labels         | {"b": "2"}                                                                   |
      | /Config/Image          | /^"sha256:[0-9a-f]{64}"$/                                                    |
      | /Parent                | /^"sha256:[0-9a-f]{64}"$/                                                    |
      | /ContainerConfig/Cmd/0 | "/bin/sh"                                                                    |
      | /ContainerConfig/Cmd/2 | "#(nop) LABEL b=2"                                                           |
      | /Author                | absent                                                                       |
      | /DockerVersion         | absent                                                                       |
    But on the engine the body shows:
      | /ContainerConfig/Cmd/2 | "#(nop) " |
      | /DockerVersion         | /^"20/    |
    When I save the JSON at "/Parent" as "parent"
    Then the body shows:
      | /Config/Image | "{parent}" |
    When I request `GET /v1.24/images/{parent}/json`
    Then the body shows:
      | /Config/Labels | /^(null\|\\{\\})$/ |
    When I save the JSON at "/Parent" as "base"
    And I request `GET /v1.24/images/busybox/json`
    Then the body shows:
      | /Id | "{base}" |

  @RUN-build-short @raw @engine
  Scenario: An image by the short id that a build tells
    When I request `POST /v1.24/build?rm=1&nocache=1&labels={"sdcdockertest":"true"}` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL gone=fishing
      """
    And I save what `Successfully built ([0-9a-f]{12})` finds in the body as "image"
    And I request `GET /v1.24/images/{image}/json`
    Then the body shows:
      | /Config/Labels | {"gone": "fishing", "sdcdockertest": "true"} |
    When I request `DELETE /v1.24/images/{image}`
    Then the status is 200
    When I request `GET /v1.24/images/{image}/json`
    Then the status is 404

  @RUN-build-push
  Scenario: An image from nothing goes to a registry
    Given a registry
    And the file "Dockerfile" of the context:
      """
      FROM scratch
      LABEL a=1
      ADD Dockerfile /
      """
    When I run `docker build -t {registry}/app:1 {context}`
    And I run `docker push {registry}/app:1`
    Then it exits with 0
    When I run `docker rmi {registry}/app:1`
    And I run `docker pull {registry}/app:1`
    Then it exits with 0
    When I request `GET /v1.24/images/{registry}/app:1/json`
    Then the body shows:
      | /Config/Labels | {"a": "1"} |

  @RUN-build-login @cli
  Scenario: A base of a registry that asks for a password
    Given a registry for "me" with the password "secret"
    And the file "Dockerfile" of the context:
      """
      FROM {registry}/app:1
      LABEL a=1
      """
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker build {context}`
    Then it exits with 0
    When I run `docker build --pull {context}`
    Then it exits with 1
    When I run `docker login -e me@example.com -u me -p secret http://{registry}`
    And I run `docker push {registry}/app:1`
    And I run `docker build --pull {context}`
    Then it exits with 0

  @RUN-build-records @cli @zone-only:others-images-are-listed
  Scenario: Each instruction is an image, and only the last of them is listed
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      LABEL b=2
      ADD Dockerfile /
      LABEL c=3
      LABEL d=4
      """
    When I request `GET /v1.24/images/json?all=1`
    Then the body shows:
      | /1 | absent |
    When I run `docker build -t app {context}`
    And I request `GET /v1.24/images/json?all=1`
    Then the body shows:
      | /5/Id | /^"sha256:/ |
      | /6    | absent      |
    When I request `GET /v1.24/images/json`
    Then the body shows:
      | /1/Id | /^"sha256:/ |
      | /2    | absent      |
    When I request `GET /v1.24/images/app/json`
    Then the body shows:
      | /RootFS/Layers/1 | /^"sha256:/ |
      | /RootFS/Layers/2 | absent      |
    When I run `docker rmi app`
    Then it exits with 0
    When I request `GET /v1.24/images/json?all=1`
    Then the body shows:
      | /1 | absent |

  @RUN-build-history @raw
  Scenario: The steps of a build are its history
    When I request `POST /v1.24/build?rm=1&t=app` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#####################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL a=1
      RUN echo hi >/hi
      CMD ["cat", "/hi"]
      """
    When I request `GET /v1.24/images/app/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/Parent" as "parent"
    And I request `GET /v1.24/images/app/history`
    Then the body shows:
      | /0/Id        | "{image}"                                     |
      | /0/CreatedBy | "/bin/sh -c #(nop) CMD [\\"cat\\" \\"/hi\\"]" |
      | /0/Size      | 0                                             |
      | /0/Tags      | ["app:latest"]                                |
      | /1/Id        | "{parent}"                                    |
      | /1/CreatedBy | "/bin/sh -c echo hi >/hi"                     |
      | /1/Size      | /^[1-9][0-9]*$/                               |
      | /2/Id        | /^"sha256:/                                   |
      | /2/CreatedBy | "/bin/sh -c #(nop) LABEL a=1"                 |
      | /2/Size      | 0                                             |
      | /3/Tags      | ["busybox:latest"]                            |
    But on the engine the body shows:
      | /0/CreatedBy | "/bin/sh -c #(nop)  CMD [\\"cat\\" \\"/hi\\"]" |
      | /2/CreatedBy | "/bin/sh -c #(nop)  LABEL a=1"                 |

  @RUN-build-shares @cli @engine
  Scenario: Two builds share what they do alike
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo one > /one
      LABEL only=first
      """
    And the file "other" of the context:
      """
      FROM busybox
      RUN echo one > /one
      LABEL only=second
      """
    When I run `docker build --no-cache -t first {context}`
    And I run `docker build -t second -f {context}/other {context}`
    And I run `docker history -q --no-trunc first`
    Then it exits with 0
    When I request `GET /v1.24/images/first/json`
    And I save the JSON at "/Parent" as "parent"
    And I request `GET /v1.24/images/second/json`
    Then the body shows:
      | /Parent | "{parent}" |
    When I request `GET /v1.24/images/first/history`
    And I save the body as "history"
    And I run `docker rmi second`
    Then it exits with 0
    When I request `GET /v1.24/images/first/history`
    Then the body is "{history}"

  @IMG-18 @cli
  Scenario: The image of an earlier step is shown with no name and not by default
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      LABEL b=2
      """
    When I run `docker build -t app {context}`
    And I request `GET /v1.24/images/app/json`
    And I save the JSON at "/Parent" as "step"
    And I run `docker tag {step} step`
    And I run `docker images -q --no-trunc step`
    Then it exits with 0
    And stdout is empty
    But on the engine stdout is not empty
    When I run `docker images -a --no-trunc`
    Then stdout contains "\n<none>              <none>              {step} "
    But on the engine stdout contains "\nstep                latest              {step} "

  @IMG-18.raw @raw @zone-only:others-images-are-listed
  Scenario: So it is listed
    When I request `POST /v1.24/build?rm=1&t=app` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................###############################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL a=1
      LABEL b=2
      """
    And I request `GET /v1.24/images/app/json`
    And I save the JSON at "/Parent" as "step"
    And I request `POST /v1.24/images/{step}/tag?repo=step&tag=1`
    And I request `GET /v1.24/images/json`
    Then the body shows:
      | /1/Id | /^./   |
      | /2    | absent |
    When I request `GET /v1.24/images/json?all=1`
    Then the body matches `"RepoTags":\["<none>:<none>"\]`
    When I request `GET /v1.24/images/step:1/json`
    Then the body shows:
      | /Id | "{step}" |

  @IMG-24.build @cli
  Scenario: An image with a child keeps its last name
    Given the file "Dockerfile" of the context:
      """
      FROM zonesim/base
      RUN echo child > /child
      """
    And the file "base" of the context:
      """
      FROM busybox
      RUN echo base > /base
      """
    When I run `docker build --no-cache -t zonesim/base -f {context}/base {context}`
    And I run `docker build {context}`
    And I request `GET /v1.24/images/zonesim/base/json`
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I run `docker rmi zonesim/base`
    Then it exits with 1
    But on the engine it exits with 0
    And it is refused with "conflict: unable to delete {short} (cannot be forced) - image has dependent child images"
    But on the engine stdout contains "Untagged: zonesim/base:latest\n"

  @IMG-25.build @cli
  Scenario: A derivative without files of its own counts as the image that is in use
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      """
    And the container "web" runs `sleep 1000`
    And I run `docker build -t app {context}`
    When I request `GET /v1.24/containers/web/json`
    And I save what `"Id":"([0-9a-f]{12})` finds in the body as "container"
    And I request `GET /v1.24/images/app/json`
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I run `docker rmi app`
    Then it exits with 1
    But on the engine it exits with 0
    And it is refused with "conflict: unable to remove repository reference \"app:latest\" (must force) - container {container} is using its referenced image {short}"
    But on the engine stdout contains "Untagged: app:latest\n"

  @IMG-26.build @cli
  Scenario: The images of earlier steps go with the last, whatever is asked for
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      LABEL b=2
      """
    When I run `docker build --no-cache -t app {context}`
    And I request `GET /v1.24/images/app/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/Parent" as "parent"
    And I run `docker rmi --no-prune app`
    Then it exits with 0
    And stdout is "Untagged: app:latest\nDeleted: {image}\nDeleted: {parent}\n"
    But on the engine stdout is "Untagged: app:latest\nDeleted: {image}\n"
    When I request `GET /v1.24/images/{parent}/json`
    Then the status is 404
    But on the engine the status is 200

  @IMG-27.build @cli
  Scenario: Of an image that was built its ids are told, then its layers
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      RUN echo b > /b
      """
    When I run `docker build --no-cache -t app {context}`
    And I request `GET /v1.24/images/app/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/Parent" as "parent"
    And I save the JSON at "/RootFS/Layers/1" as "layer"
    And I run `docker rmi app`
    Then it exits with 0
    And stdout is "Untagged: app:latest\nDeleted: {image}\nDeleted: {parent}\nDeleted: {layer}\n"
    But on the engine stdout matches `^Untagged: app:latest\n(Deleted: sha256:[0-9a-f]{64}\n)+$`

  @RUN-build-other-registry @registry @rows:1.12
  Scenario Outline: The base is of another registry
    Given the file "Dockerfile" of the context:
      """
      FROM quay.io/joyent/triton_alpine_inherit_test
      LABEL a=1
      """
    When I run `docker build -t <name> {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/<name>/json`
    Then the body shows:
      | /Config/Labels/a | "1" |

    Examples:
      | name            |
      | app             |
      | quay.io/demo/my |
