Feature: docker pull

  @IMG-01
  Scenario: An account begins without images
    Given I have pulled busybox
    And the account "jill"
    When I am "jill"
    And I run `docker images -q`
    Then it exits with 0
    And stdout is empty

  @RUN-pull @registry
  Scenario: A pull and what it says
    When I run `docker pull busybox`
    Then it exits with 0
    And stdout contains "Status: Downloaded newer image for busybox:latest"
    When I run `docker pull busybox`
    Then it exits with 0
    And stdout contains "Status: Image is up to date for busybox:latest"

  @IMG-31 @raw @registry
  Scenario: The first line names the request
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    Then the status is 200
    And the header "Content-Type" is "application/json"
    And the body matches `^\{"status":"latest: Pulling from busybox \([0-9a-f-]{36}\)"\}\r\n`

  @IMG-32 @raw @registry
  Scenario: The words of the progress
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    Then the body contains "\"status\":\"Pulling fs layer\""
    And the body contains "\"status\":\"Download complete\""
    And the body contains "\"status\":\"Activating image\""
    And the body contains "\"status\":\"Pull complete\""
    And the body matches `\{"status":"Digest: sha256:[0-9a-f]{64}"\}\r\n\{"status":"Status: Downloaded newer image for busybox:latest"\}\r\n$`

  @APIX-22.client @bollard @registry
  Scenario: A client that reads line by line tells the messages apart
    When I run `docker pull busybox`
    Then it exits with 0
    And stdout contains "Status: Downloaded newer image for busybox:latest"

  @APIX-22 @raw @registry
  Scenario: Every message is a chunk and ends with a line break
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    Then every chunk is a JSON object and a line break

  @IMG-02 @raw
  Scenario: What another account has pulled is there already
    Given I have pulled busybox
    And the account "jill"
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    Then the body contains "\"status\":\"Already exists\""
    And the body contains "Status: Image is up to date for busybox:latest"

  @IMG-33 @IMG-34 @registry
  Scenario: An image that nobody has
    When I run `docker pull nosuch/image:1`
    Then it exits with 1
    And stderr matches `Error: image nosuch/image:1 not found \([0-9a-f-]{36}\)`

  @IMG-33.status @raw @registry
  Scenario: A failure comes inside the stream
    When I request `POST /v1.24/images/create?fromImage=nosuch&tag=latest`
    Then the status is 200
    And the body matches `\{"error":"Error: image nosuch:latest not found \([0-9a-f-]{36}\)","errorDetail":\{"message":"Error: image nosuch:latest not found \([0-9a-f-]{36}\)"\}\}\r\n$`

  @CLI-21 @raw @registry
  Scenario Outline: Where the tag is spelled
    When I request `POST /v1.24/images/create?<query>`
    Then the status is 200
    And the body contains "Status: Downloaded newer image for busybox:latest"

    Examples:
      | query                         |
      | fromImage=busybox:latest      |
      | fromImage=busybox&tag=latest  |

  @CLI-21.client @registry
  Scenario: Where clients spell the tag
    When I run `docker run --rm busybox:latest echo hi`
    Then it exits with 0
    And stdout is "hi\n"
    When I run `docker pull busybox:latest`
    Then it exits with 0
    And stdout contains "Status: Image is up to date for busybox:latest"

  @CLI-54 @engine
  Scenario: A failure inside a stream is one of the client
    When I run `docker pull nosuch/image`
    Then it exits with 1

  @IMG-35
  Scenario: A registry that is not there
    When I run `docker pull registry.example.test/ab/c:1`
    Then it exits with 1
    And stderr matches `Error pulling image: \(RemoteSourceError\) registry\.example\.test host not found \([0-9a-f-]{36}\)`
    But on the engine (drift) stderr matches `Get "https://registry\.example\.test/v2/": dial tcp: lookup .*: no such host\n$`

  @IMG-11 @raw @registry
  Scenario Outline: A name that none may have
    When I request `POST /v1.24/images/create?fromImage=<name>&tag=latest`
    Then the status is 500
    And the body is "Error: <text> ({uuid})"

    Examples:
      | name  | text                                                                           |
      | x/abc | invalid repository namespace, must be between 2 and 255 characters: x          |
      | a--b/c | invalid repository namespace, cannot contain consecutive hyphens: a--b        |

  @IMG-11.repository @raw
  Scenario Outline: A name without a repository
    When I request `POST /v1.24/images/create?fromImage=<name>&tag=latest`
    Then the status is 500
    But on the engine (drift) the status is 400
    And the body is "Error: invalid repository name, may only contain [a-z0-9_/.-] characters:  ({uuid})"
    But on the engine (drift) the body is "{\"message\":\"invalid reference format\"}\n"

    Examples:
      | name     |
      | ab/      |
      | quay.io/ |
      | :x       |

  @IMG-11.case @raw
  Scenario: A name with a capital letter
    When I request `POST /v1.24/images/create?fromImage=Abc&tag=latest`
    Then the status is 500
    But on the engine (drift) the status is 400
    And the body is "Error: invalid repository name, may only contain [a-z0-9_/.-] characters: Abc ({uuid})"
    But on the engine (drift) the body is "{\"message\":\"invalid reference format: repository name must be lowercase\"}\n"

  @IMG-10 @raw @alone
  Scenario: A name that the engine refuses
    When I request `POST /v1.24/images/create?fromImage=https://docker.io/busybox&tag=latest`
    Then the status is 200
    But on the engine (drift) the status is 400
    And the body contains "Status: Downloaded newer image for busybox:latest"
    But on the engine (drift) the body is "{\"message\":\"invalid reference format\"}\n"

  @IMG-38 @raw @registry
  Scenario: The digest is that of this machine's manifest
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    Then the body matches `"Digest: sha256:[0-9a-f]{64}"`
    When I request `GET /v1.24/images/json`
    Then the body matches `"RepoDigests":\["busybox@sha256:[0-9a-f]{64}"\]`

  @IMG-39 @raw
  Scenario: An image that was pulled by its digest has no tag
    Given I have pulled busybox
    When I request `GET /v1.24/images/json`
    And I save the JSON at "/0/RepoDigests/0" as "name"
    Given the account "jill"
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage={name}`
    Then the body matches `^\{"status":"sha256:[0-9a-f]{64}: Pulling from busybox \([0-9a-f-]{36}\)"\}\r\n`
    And the body contains "Status: Image is up to date for {name}"
    When I request `GET /v1.24/images/json`
    Then the body shows:
      | /0/RepoTags      | []       |
      | /0/RepoDigests/0 | "{name}" |
      | /1               | absent   |
    When I request `GET /v1.24/images/json?filters={"dangling":["true"]}`
    Then the body shows:
      | /0/RepoDigests/0 | "{name}" |

  @IMG-06 @raw @registry
  Scenario: An image is as large as its transfer
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    And I save what `"Downloading","progressDetail":\{"current":[0-9]+,"total":([0-9]+)` finds in the body as "transfer"
    And I request `GET /v1.24/images/json`
    Then the body contains "\"Size\":{transfer},\"VirtualSize\":{transfer}"

  @RUN-shared-layer @cli @registry
  Scenario: A layer that another image has brought is there already
    Given I have pulled debian
    When I run `docker pull nginx`
    Then it exits with 0
    And stdout contains ": Already exists\n"
    And stdout contains "Status: Downloaded newer image for nginx:latest"

  @RUN-lost-layer
  Scenario: An image whose layer the zone has lost is not there, until it is pulled again
    Given the container "web" runs `sleep 1000`
    And I run `docker tag busybox zonesim/other:1`
    When the layer of "busybox" vanishes
    And I run `docker inspect --type image -f ok zonesim/other:1`
    Then it exits with 1
    When I run `docker exec web echo here`
    Then stdout is "here\n"
    When I run `docker pull busybox`
    Then it exits with 0
    When I run `docker run --rm busybox echo again`
    Then stdout is "again\n"
