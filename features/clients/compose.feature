Feature: Compose

  Background:
    Given I have pulled busybox
    And my folder has the file "docker-compose.yml":
      """
      web:
        image: busybox
        command: sh -c "grep db_1 /etc/hosts | cut -f2; echo up; sleep 1000"
        links:
          - db
      db:
        image: busybox
        command: sh -c "echo ready; sleep 1000"
      """

  @RUN-compose-up @compose-1.8.1 @compose-1.29.2
  Scenario: Two services with a link, in the first format
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p up -d`
    Then it exits with 0
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p ps -q`
    Then stdout has 2 lines
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p logs`
    Then it exits with 0
    And stdout contains "db_1 "
    And stdout contains "p_db_1\n"
    And stdout contains "ready"
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p down` while the clock runs
    Then it exits with 0
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p ps -q`
    Then stdout is ""

  @RUN-compose-scale @compose-1.8.1 @compose-1.29.2
  Scenario: More of a service, and fewer
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p up -d`
    And I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p scale db=3`
    Then it exits with 0
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p ps -q db`
    Then stdout has 3 lines
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p scale db=1` while the clock runs
    Then it exits with 0
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p ps -q db`
    Then stdout has 1 lines

  @RUN-compose-exec @compose-1.8.1 @compose-1.29.2
  Scenario: A command in a service: Compose looks for what the zone does not tell of an exec
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p up -d db`
    And I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p exec -T db true`
    Then it exits with 1
    And stderr contains "KeyError: 'ProcessConfig'"

  @RUN-compose-run @compose-1.8.1 @compose-1.29.2
  Scenario: A command in a container of its own
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p run --rm -T db sh -c 'echo once; exit 5'`
    Then stdout contains "once"
    And it exits with 5
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p ps -q`
    Then stdout is ""

  @RUN-compose-events @compose-1.8.1
  Scenario: There are no events to follow
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p events`
    Then it exits with 1
    And stderr contains "(NotImplemented) events is not implemented"

  @RUN-compose-events-quiet @compose-1.29.2
  Scenario: The last Compose takes the refusal for a stream without events
    When I run `docker-compose -p p events`
    Then it exits with 0
    And stdout is ""

  @RUN-compose-bridge @compose-1.8.1 @compose-1.29.2
  Scenario: The second format on the default network
    Given my folder has the file "second.yml":
      """
      version: '2'
      services:
        web:
          image: busybox
          command: sleep 1000
          network_mode: bridge
      """
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p -f second.yml up -d`
    Then it exits with 0
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p -f second.yml ps -q`
    Then stdout has 1 lines

  @RUN-compose-tls @compose-1.8.1
  Scenario: The version of TLS that Compose of 2016 chooses by itself is too old
    When I run `docker-compose -p p ps`
    Then it exits with 1
    And stderr contains "SSL error: "

  @RUN-compose-ext @compose-1.8.1 @compose-1.29.2 @ext
  Scenario: With the extensions of the zone it follows its services in the foreground
    Given my folder has the file "once.yml":
      """
      once:
        image: busybox
        command: sh -c "echo working; exit 3"
      """
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p -f once.yml up`
    Then it exits with 0
    And stdout contains "working"
    And stdout contains "exited with code 3"

  @RUN-compose-build @compose-1.8.1 @compose-1.29.2
  Scenario: It builds the image of a service, and again only what is new
    Given my folder has the file "Dockerfile":
      """
      FROM busybox
      COPY page /page
      CMD cat /page
      """
    And my folder has the file "page":
      """
      first
      """
    And my folder has the file "build.yml":
      """
      page:
        build: .
      """
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 COMPOSE_DOCKER_CLI_BUILD=0 docker-compose -p p -f build.yml build`
    Then it exits with 0
    And stdout contains "Successfully built"
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 COMPOSE_DOCKER_CLI_BUILD=0 docker-compose -p p -f build.yml run --rm -T page`
    Then stdout contains "first"
    Given my folder has the file "page":
      """
      second
      """
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 COMPOSE_DOCKER_CLI_BUILD=0 docker-compose -p p -f build.yml up -d --build`
    Then it exits with 0
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 COMPOSE_DOCKER_CLI_BUILD=0 docker-compose -p p -f build.yml logs`
    Then stdout contains "second"
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 COMPOSE_DOCKER_CLI_BUILD=0 docker-compose -p p -f build.yml build`
    Then stdout contains "Using cache"
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 COMPOSE_DOCKER_CLI_BUILD=0 docker-compose -p p -f build.yml down --rmi all` while the clock runs
    Then it exits with 0

  @RUN-compose-pull @compose-1.8.1 @compose-1.29.2
  Scenario: It pulls the images of its services
    Given my folder has the file "pull.yml":
      """
      web:
        image: nginx
      """
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p -f pull.yml pull`
    Then it exits with 0
    And stderr contains "Pulling web"
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p -f pull.yml up -d`
    Then it exits with 0
    When I run `COMPOSE_TLS_VERSION=TLSv1_2 docker-compose -p p -f pull.yml ps -q`
    Then stdout has 1 lines
