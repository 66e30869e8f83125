Feature: The Docker CLI of 2025

  @RUN-docker-28-ps @docker-28.2.2
  Scenario: It lists, looks and removes, once it is told the version
    Given the container "web" runs `sleep 1000`
    When I run `DOCKER_API_VERSION=1.24 docker ps --format {{.Names}}`
    Then stdout is "web\n"
    When I run `DOCKER_API_VERSION=1.24 docker exec web echo hello`
    Then stdout is "hello\n"
    When I run `DOCKER_API_VERSION=1.24 docker logs web`
    Then it exits with 0
    When I run `DOCKER_API_VERSION=1.24 docker inspect -f {{.State.Running}} web`
    Then stdout is "true\n"
    When I run `DOCKER_API_VERSION=1.24 docker rm -f web`
    Then stdout is "web\n"

  @RUN-docker-28-version @docker-28.2.2
  Scenario: What it takes the zone for
    When I run `docker version --format '{{.Client.APIVersion}} {{.Server.APIVersion}} {{.Server.Version}}'`
    Then stdout is "1.24 1.21 1.9.0\n"

  @RUN-docker-28-run @docker-28.2.2
  Scenario: It waits for events that the zone does not have
    Given I have pulled busybox
    When I run `DOCKER_API_VERSION=1.24 docker run --name web busybox echo hello`
    Then it exits with 125
    And stdout is "hello\n"
    And stderr contains "error getting events from daemon: "

  @RUN-docker-28-detached @docker-28.2.2
  Scenario: In the background it says so and goes on
    Given I have pulled busybox
    When I run `DOCKER_API_VERSION=1.24 docker run -d --name web busybox sleep 1000`
    Then it exits with 0
    When I run `DOCKER_API_VERSION=1.24 docker ps --format {{.Names}}`
    Then stdout is "web\n"

  @RUN-docker-28-ext @docker-28.2.2 @ext
  Scenario: With the extensions of the zone it runs containers
    Given I have pulled busybox
    When I run `docker run --rm busybox sh -c 'echo hello; exit 3'`
    Then it exits with 3
    And stdout is "hello\n"
    When I run `docker run --rm busybox nosuchcommand`
    Then it exits with 17
    When I run `docker ps -aq`
    Then stdout is ""

  @RUN-docker-28-ext-version @docker-28.2.2 @ext
  Scenario: With the extensions of the zone it knows the version
    When I run `docker version --format '{{.Client.APIVersion}} {{.Server.APIVersion}} {{.Server.Version}}'`
    Then stdout is "1.24 1.24 1.9.0\n"

  @RUN-docker-28-build @docker-28.2.2
  Scenario: It builds with the classic builder, pulls and lists
    Given I have pulled busybox
    And my folder has the file "Dockerfile":
      """
      FROM busybox
      RUN echo made > /file
      """
    When I run `DOCKER_API_VERSION=1.24 DOCKER_BUILDKIT=0 docker build -t built:1 .`
    Then it exits with 0
    And stdout contains "Successfully built"
    When I run `DOCKER_API_VERSION=1.24 docker images built`
    Then stdout contains "built"

  @RUN-docker-28-iidfile @docker-28.2.2
  Scenario: It cannot write the id of what it has built, which the cloud does not tell apart
    Given I have pulled busybox
    And my folder has the file "Dockerfile":
      """
      FROM busybox
      """
    When I run `DOCKER_API_VERSION=1.24 DOCKER_BUILDKIT=0 docker build --iidfile id .`
    Then it exits with 1
    And stdout contains "Successfully built"
    And stderr contains "Server did not provide an image ID."

  @RUN-docker-28-iidfile-ext @docker-28.2.2 @ext
  Scenario: With the extensions of the zone it can
    Given I have pulled busybox
    And my folder has the file "Dockerfile":
      """
      FROM busybox
      """
    When I run `DOCKER_BUILDKIT=0 docker build --iidfile id -t built .`
    Then it exits with 0
    And stdout contains "Successfully built"
