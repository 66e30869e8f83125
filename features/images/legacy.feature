Feature: Images from before ids were digests

  @IMG-09 @zone-only:an-engine-of-1.10-or-later-has-no-such-images
  Scenario: An old image is listed, run and removed, and not tagged or committed
    Given the account has the old image "team/old:1" of "busybox:latest"
    When I request `GET /v1.24/images/json`
    Then the body matches `^\[\{"Created":\d+,"Id":"[0-9a-f]{64}",.*"RepoDigests":\[\],"RepoTags":\["team/old:1"\],`
    When I request `GET /v1.24/images/team/old:1/json`
    And I save the JSON at "/Id" as "id"
    And I run `docker inspect --type image -f {{.Id}} team/old:1`
    Then stdout is "{id}\n"
    When I run `docker run --name web team/old:1 echo hello`
    Then stdout is "hello\n"
    When I run `docker inspect -f {{.Image}} web`
    Then stdout is "{id}\n"
    When I run `docker tag team/old:1 new:1`
    Then it exits with 1
    And stderr contains "This is a deprecated image which cannot be tagged - please repull or rebuild the image"
    When I run `docker commit web new:1`
    Then it exits with 1
    And stderr contains "This container uses a deprecated image which cannot be committed - please repull or rebuild the image"
    When I run `docker push team/old:1`
    Then it exits with 1
    And stderr contains "An image does not exist locally with the tag: team/old"
    When I run `docker rmi team/old:1`
    Then it exits with 1
    And stderr matches `Conflict, cannot delete team/old:1 because the container [0-9a-f]{12} is using it, use -f to force`
    When I run `docker rmi -f team/old:1`
    Then it exits with 0
    And stdout is "Untagged: team/old:1\nDeleted: {id}\n"
    When I request `GET /v1.24/images/json?all=1`
    Then the body is "[]"

  @IMG-09.list @cli @zone-only:an-engine-of-1.10-or-later-has-no-such-images
  Scenario: It is listed with its own id
    Given the account has the old image "old:1" of "busybox:latest"
    When I run `docker images --no-trunc old`
    Then stdout matches `(?m)^old +1 +[0-9a-f]{64} `
    When I run `docker history -q --no-trunc old:1`
    Then stdout matches `^[0-9a-f]{64}\n$`

  @IMG-09.running @zone-only:an-engine-of-1.10-or-later-has-no-such-images @rows:1.12
  Scenario Outline: A running container keeps it
    Given the account has the old image "old:1" of "busybox:latest"
    When I run `docker run -d --name web old:1 sleep 1000`
    And I run `docker rmi <option> old:1`
    Then it exits with 1
    And stderr matches `Conflict, cannot <word> old:1 because the running container [0-9a-f]{12} is using it, stop it and use -f to force`

    Examples:
      | option | word   |
      |        | delete |
      | -f     | force delete |

  @IMG-09.build @zone-only:an-engine-of-1.10-or-later-has-no-such-images
  Scenario: Nothing is built on it
    Given the account has the old image "old:1" of "busybox:latest"
    And the file "Dockerfile" of the context with "FROM old:1"
    When I run `docker build -t new {context}`
    Then it exits with 1
    And stderr contains "old:1 is a deprecated image which cannot be used by docker build - please repull or rebuild the image"

  @IMG-09.registries @raw @zone-only:an-engine-of-1.10-or-later-has-no-such-images
  Scenario: An id of two registries means neither
    Given the account has the old image "old:1" of "busybox:latest"
    And the account has the old image "quay.io/team/old:1" of "busybox:latest"
    When I request `GET /v1.24/images/old:1/json`
    And I save the JSON at "/Id" as "id"
    And I request `GET /v1.24/images/{id}/json`
    Then the status is 422
    And the body is "(AmbiguousDockerImageId) image id \"{id}\" does not unambiguously identify a single image because it has been pulled from multiple registries: docker.io, quay.io; use \"repo:tag\" if possible ({uuid})"
    When I request `GET /v1.24/images/quay.io/team/old:1/json`
    Then the status is 200
    When I request `DELETE /v1.24/images/old:1`
    Then the status is 200
    When I request `GET /v1.24/images/{id}/json`
    Then the status is 200

  @IMG-09.shadow @zone-only:an-engine-of-1.10-or-later-has-no-such-images
  Scenario: A new image of its name hides it
    Given the account has the old image "busybox:latest" of "busybox:latest"
    When I run `docker pull busybox`
    And I run `docker inspect --type image -f {{.Id}} busybox`
    Then stdout matches `^sha256:[0-9a-f]{64}\n$`
    When I run `docker tag busybox new:1`
    Then it exits with 0
    When I run `docker rmi busybox new:1`
    And I run `docker inspect --type image -f {{.Id}} busybox`
    Then stdout matches `^[0-9a-f]{64}\n$`

  @IMG-09.layers @raw @zone-only:an-engine-of-1.10-or-later-has-no-such-images
  Scenario: Each layer is a record, which goes with the last image that needs it
    Given the account has the old image "old:1" of "nginx:latest"
    When I request `GET /v1.24/images/json?all=1`
    Then the body matches `("Id".*){3}`
    When I request `GET /v1.24/images/old:1/json`
    And I save the JSON at "/Parent" as "parent"
    And I save the JSON at "/Id" as "id"
    And I request `GET /v1.24/images/{parent}/json`
    Then the status is 200
    When I request `DELETE /v1.24/images/{parent}?force=1`
    Then the status is 500
    And the body matches `^Conflict, [0-9a-f]{12} wasn't deleted because it is an intermediate layer being referenced by [0-9a-f]{12} \(.*\)$`
    When I request `DELETE /v1.24/images/old:1`
    Then the body matches `^\[\{"Untagged":"old:1"\},(\{"Deleted":"[0-9a-f]{64}"\},?){3}\]$`
    When I request `GET /v1.24/images/json?all=1`
    Then the body is "[]"
