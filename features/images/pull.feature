Feature: docker pull

  @IMG-01
  Scenario: An account begins without images
    Given I have pulled busybox
    And the account "jill"
    When I am "jill"
    And I run `docker images -q`
    Then it exits with 0
    And stdout is empty

  @RUN-pull
  Scenario: A pull and what it says
    When I run `docker pull busybox`
    Then it exits with 0
    And stdout contains "Status: Downloaded newer image for busybox:latest"
    When I run `docker pull busybox`
    Then it exits with 0
    And stdout contains "Status: Image is up to date for busybox:latest"

  @IMG-31 @raw
  Scenario: The first line names the request
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    Then the status is 200
    And the header "Content-Type" is "application/json"
    And the body matches `^\{"status":"latest: Pulling from busybox \([0-9a-f-]{36}\)"\}\r\n`

  @IMG-32 @raw
  Scenario: The words of the progress
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    Then the body contains "\"status\":\"Pulling fs layer\""
    And the body contains "\"status\":\"Download complete\""
    And the body contains "\"status\":\"Activating image\""
    And the body contains "\"status\":\"Pull complete\""
    And the body matches `\{"status":"Digest: sha256:[0-9a-f]{64}"\}\r\n\{"status":"Status: Downloaded newer image for busybox:latest"\}\r\n$`

  @APIX-22 @raw
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

  @IMG-33 @IMG-34
  Scenario: An image that nobody has
    When I run `docker pull nosuch/image:1`
    Then it exits with 1
    And stderr matches `Error: image nosuch/image:1 not found \([0-9a-f-]{36}\)`

  @IMG-33.status @raw
  Scenario: A failure comes inside the stream
    When I request `POST /v1.24/images/create?fromImage=nosuch&tag=latest`
    Then the status is 200
    And the body matches `\{"error":"Error: image nosuch:latest not found \([0-9a-f-]{36}\)","errorDetail":\{"message":"Error: image nosuch:latest not found \([0-9a-f-]{36}\)"\}\}\r\n$`

  @CLI-21 @raw
  Scenario Outline: Where the tag is spelled
    When I request `POST /v1.24/images/create?<query>`
    Then the status is 200
    And the body contains "Status: Downloaded newer image for busybox:latest"

    Examples:
      | query                         |
      | fromImage=busybox:latest      |
      | fromImage=busybox&tag=latest  |

  @CLI-54 @cli
  Scenario: A failure inside a stream is one of the client
    When I run `docker pull nosuch/image`
    Then it exits with 1
