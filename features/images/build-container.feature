Feature: The container of a build

  Background:
    Given I have pulled busybox

  @IMG-58 @raw
  Scenario: One container runs all commands of a build
    When I request `POST /v1.24/build?nocache=1` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      RUN echo one
      ENV A=1
      RUN echo two
      """
    Then the status is 200
    When I save what `Running in ([0-9a-f]{12})` finds in the body as "last"
    Then the body contains "Step 2/4 : RUN echo one\\n\"}\n{\"stream\":\" ---> Running in {last}\\n\"}\n"
    But on the engine the body matches `Running in [0-9a-f]{12}\\n"\}\r\n\{"stream":"Removing intermediate`
    And on the zone the body contains "Step 4/4 : RUN echo two\\n\"}\n{\"stream\":\" ---> Running in {last}\\n\"}\n"

  @IMG-58.name @zone-only:others-containers-are-hidden
  Scenario: It is one of the account's
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENV A=1
      RUN true
      RUN true
      """
    When I run `docker build --rm=false {context}`
    And I run `docker ps -aq`
    Then stdout has 1 lines
    When I request `GET /v1.24/containers/json?all=1`
    Then the body shows:
      | /0/Names  | /^."/build_[0-9a-f-]{36}".$/ |
      | /0/Status | /^"Exited .0. /              |
      | /1        | absent                       |

  @IMG-58.fresh @zone-only:others-containers-are-hidden
  Scenario: One that never ran has a command that says so
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY Dockerfile /
      """
    When I run `docker build --rm=false {context}`
    And I request `GET /v1.24/containers/json?all=1`
    Then the body shows:
      | /0/Names   | /^."/build_[0-9a-f-]{36}".$/ |
      | /0/Command | "# nop (build setup)"        |
      | /0/Image   | "triton/scratch"             |

  @IMG-58.failed @zone-only:others-containers-are-hidden
  Scenario: It stays where a build fails
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo begun && exit 3
      """
    When I run `docker build {context}`
    Then it exits with 1
    When I request `GET /v1.24/containers/json?all=1`
    Then the body shows:
      | /0/Names  | /^."/build_[0-9a-f-]{36}".$/ |
      | /0/Status | /^"Exited .3. /              |
      | /1        | absent                       |
    When I save the JSON at "/0/Id" as "container"
    And I run `docker rm {container}`
    Then it exits with 0

  @IMG-58.gone @zone-only:others-containers-are-hidden @rows:1.12
  Scenario Outline: It goes where that is wanted
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN exit <code>
      """
    When I run `docker build --no-cache <flag> {context}`
    And I run `docker ps -aq`
    Then stdout is empty

    Examples:
      | code | flag                  |
      | 0    |                       |
      | 0    | --rm=true             |
      | 0    | --force-rm            |
      | 3    | --force-rm            |
      | 3    | --rm=false --force-rm |

  @IMG-58.state
  Scenario: What a command left in the container the next one finds
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN hostname > /first
      RUN hostname | cmp - /first && echo the same || echo another
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nthe same\n"
    But on the engine stdout contains "another\n"

  @IMG-58.processes @engine
  Scenario: No process outlives its command
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN sleep 1000 & echo begun
      RUN ps | grep -c "[s]leep" || echo none left
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nnone left\n"

  @IMG-58.address @engine
  Scenario: It has a network
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN ip addr | grep -c "inet " > /dev/null && cat /etc/resolv.conf > /dev/null && echo connected
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nconnected\n"

  @IMG-58.seen @zone-only:others-containers-are-hidden
  Scenario: It is seen while it runs
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo "be"gun && sleep 30
      """
    When I start `docker build {context}` as "build"
    And "build" shows "begun"
    And I request `GET /v1.24/containers/json`
    Then the body shows:
      | /0/Names   | /^."/build_[0-9a-f-]{36}".$/ |
      | /0/Command | /sleep 30/                   |
      | /0/Image   | "triton/scratch"             |
    When I save the JSON at "/0/Id" as "container"
    And I run `docker kill {container}`
    And "build" ends
    Then it exits with 1
    And stderr contains "returned a non-zero code: "

  @IMG-58.killed @zone-only:others-containers-are-hidden
  Scenario: It may be removed under the build
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo "be"gun && sleep 30
      """
    When I start `docker build -t removed {context}` as "build"
    And "build" shows "begun"
    And I request `GET /v1.24/containers/json`
    And I save the JSON at "/0/Id" as "container"
    And I run `docker rm -f {container}`
    And "build" ends
    Then it exits with 1
    And stderr contains "Build failed: "

  @IMG-67 @raw
  Scenario: Where nothing is said, the container stays
    When I request `POST /v1.24/build?nocache=1` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#####################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      RUN echo kept
      """
    Then the status is 200
    When I save what `Running in ([0-9a-f]{12})` finds in the body as "begin"
    And I request `GET /v1.24/containers/{begin}/json`
    Then the status is 200
    But on the engine the status is 404

  @IMG-67.rm @raw @engine
  Scenario Outline: Whether the container stays
    When I request `POST /v1.24/build?nocache=1&<query>` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#####################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      RUN echo kept
      """
    Then the status is 200
    When I save what `Running in ([0-9a-f]{12})` finds in the body as "begin"
    And I request `GET /v1.24/containers/{begin}/json`
    Then the status is <status>

    Examples:
      | query          | status |
      | rm=1           | 404    |
      | rm=0           | 200    |
      | rm=0&forcerm=1 | 404    |

  @IMG-76 @from:1.11 @zone-only:an-engine-knows-no-packages
  Scenario: A label chooses the package, and is not the image's
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL mine=1
      RUN true
      """
    When I run `docker build --rm=false --label com.joyent.package=sample-2G -t packaged {context}`
    Then it exits with 0
    And stdout contains "Running in {short}\n"
    When I request `GET /v1.24/images/packaged/json`
    Then the body shows:
      | /Config/Labels | {"mine": "1"} |
    When I request `GET /v1.24/containers/json?all=1`
    Then the body shows:
      | /0/Labels | {"com.joyent.package": "sample-2G"} |
    When I save the JSON at "/0/Id" as "container"
    And I request `GET /v1.24/containers/{container}/json`
    Then the body shows:
      | /HostConfig/Memory | 2147483648 |

  @IMG-76.dockerfile @zone-only:an-engine-knows-no-packages
  Scenario: So it is in a Dockerfile, but for the container
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL com.joyent.package=sample-2G mine=1
      """
    When I run `docker build -t packaged {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/packaged/json`
    Then the body shows:
      | /Config/Labels | {"mine": "1"} |

  @IMG-76.unknown @from:1.11 @zone-only:an-engine-knows-no-packages
  Scenario: A package that is not there
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      """
    When I run `docker build --label com.joyent.package=other {context}`
    Then it exits with 1
    And stderr contains "Build failed: "

  @RUN-build-memory @cli @zone-only:an-engine-knows-no-packages
  Scenario: The memory of a build chooses the package
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN true
      """
    When I run `docker build --rm=false -m 2g {context}`
    Then it exits with 0
    When I request `GET /v1.24/containers/json?all=1`
    Then the body shows:
      | /0/Labels | {"com.joyent.package": "sample-2G"} |

  @RUN-build-memory-much @cli @zone-only:an-engine-knows-no-packages
  Scenario: More memory than any package has
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN true
      """
    When I run `docker build -m 65g {context}`
    Then it exits with 1
    And stderr contains "Build failed: no package supports the given container constraints: memory=65g"

  @RUN-build-labels @from:1.11 @zone-only:others-containers-are-hidden
  Scenario: The labels of the request are the container's
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL not=me
      RUN true
      """
    When I run `docker build --rm=false --label mine=1 {context}`
    And I request `GET /v1.24/containers/json?all=1`
    Then the body shows:
      | /0/Labels/mine | "1"    |
      | /0/Labels/not  | absent |

  @IMG-77 @APIX-21 @zone-only:others-containers-are-hidden
  Scenario: A build whose client goes is given up
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo "be"gun && sleep 1000
      LABEL a=1
      """
    When I start `docker build -t left {context}` as "build"
    And "build" shows "begun"
    And I request `GET /v1.24/containers/json`
    And I save the JSON at "/0/Id" as "container"
    And I send KILL to "build"
    And "build" ends
    Then running `docker ps -q` comes to print ""
    And running `docker ps -aq --no-trunc` comes to print "{container}\n"
    When I request `GET /v1.24/images/left/json`
    Then the status is 404

  @IMG-77.removed @zone-only:others-containers-are-hidden
  Scenario: The container of a build that is given up goes where that is wanted
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo "be"gun && sleep 1000
      """
    When I start `docker build --force-rm {context}` as "build"
    And "build" shows "begun"
    And I send KILL to "build"
    And "build" ends
    Then running `docker ps -aq` comes to print ""

  @IMG-77.steps @engine
  Scenario: The steps of a build that was given up help
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL before=1
      RUN echo "be"gun && sleep 1000
      """
    When I start `docker build {context}` as "build"
    And "build" shows "begun"
    And I send KILL to "build"
    And "build" ends
    Then running `docker ps -q` comes to print ""
    When I run `docker build -t short -` with an archive of:
      | Dockerfile | FROM busybox\nLABEL before=1\nRUN echo ended\n |
    Then it exits with 0
    And stdout contains "Using cache"

  @IMG-77.pull
  Scenario: The pull of a build is given up with it
    Given a registry that serves the layer of "app" so: held
    And the file "Dockerfile" of the context:
      """
      FROM {registry}/app:latest
      RUN true
      """
    When I start `docker build {context}` as "build"
    And "build" shows "Pulling fs layer"
    And I send KILL to "build"
    And "build" ends
    Then running `docker ps -q` comes to print ""
    When the registry sends the rest
    And I run `docker pull busybox`
    And I request `GET /v1.24/images/{registry}/app:latest/json`
    Then the status is 404

  @IMG-77.end @raw @engine
  Scenario: A build goes to its end while its client waits
    When I request `POST /v1.24/build?nocache=1&rm=1` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................##########################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      RUN sleep 0 && echo done
      """
    Then the status is 200
    And the body contains "Successfully built "

  @RUN-build-slow-node
  Scenario: A build waits for its container
    Given nodes take 2 s to provision
    And the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo late
      """
    When I run `docker build {context}` while the clock runs
    Then it exits with 0
    And stdout contains "\nlate\n"

  @RUN-build-silence @cli @clock @zone-only:an-engine-waits-for-ever
  Scenario: A build that says nothing for an hour is cut
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo beg""un && sleep 3700 && echo in "time"
      """
    When I run `docker build -t late {context}` while the clock runs
    Then stdout contains "\nbegun\n"
    And stdout does not contain "Successfully"
    When I run `docker images -q late`
    Then stdout is ""

  @RUN-build-timeout @cli @clock
  Scenario: A build has an hour
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN sleep 3500 && echo in time
      """
    When I run `docker build {context}` while the clock runs
    Then it exits with 0
    And stdout contains "\nin time\n"
