Feature: docker push

  @RUN-push
  Scenario: A push and what it says
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 0
    And stdout matches `^The push refers to a repository \[localhost:[0-9]+/app\]( \(len: 1\))?\n`
    And stdout contains "Preparing\n"
    And stdout contains "Pushed\n"
    And stdout contains "1: digest: sha256:{id} size: {number}"
    And the registry was asked for `PUT /v2/app/manifests/1` 1 time

  @IMG-48 @raw
  Scenario: The stream of a push
    Given a registry
    And I have pulled busybox
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    And I save what `"id":"([0-9a-f]{12})","status":"Pulling fs layer"` finds in the body as "layer"
    And I save what `"Digest: (sha256:[0-9a-f]{64})"` finds in the body as "digest"
    And I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    Then the status is 200
    And the header "Content-Type" is "application/json"
    And line 1 of the body shows:
      |  | {"status": "The push refers to a repository [{registry}/app]"} |
    And line 2 of the body shows:
      |  | {"id": "{layer}", "status": "Preparing", "progressDetail": {}} |
    And line 3 of the body shows:
      | /id                     | "{layer}"       |
      | /status                 | "Pushing"       |
      | /progressDetail/current | /^[1-9][0-9]*$/ |
      | /progressDetail/total   | /^[1-9][0-9]*$/ |
    And line 4 of the body shows:
      |  | {"id": "{layer}", "status": "Pushed", "progressDetail": {}} |
    And the body contains "{\"status\":\"1: digest: {digest} size: {number}\"}\r\n"
    And line 6 of the body shows:
      | /aux/Tag        | "1"             |
      | /aux/Digest     | "{digest}"      |
      | /aux/Size       | /^[1-9][0-9]*$/ |
      | /progressDetail | {}              |
    And every chunk is a JSON object and a line break

  @IMG-48.again @raw
  Scenario: The configuration goes every time
    Given a registry
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    Then the body matches `^\{"status":"The push refers to a repository \[[^\]]+\]"\}\r\n\{"id":"[0-9a-f]{12}","status":"Preparing","progressDetail":\{\}\}\r\n\{"id":"[0-9a-f]{12}","status":"Layer already exists","progressDetail":\{\}\}\r\n\{"status":"1: digest: `
    And the registry was asked for `HEAD /v2/app/blobs/sha256:[0-9a-f]{64}` 2 times
    And the registry was asked for `POST /v2/app/blobs/uploads/` 3 times
    And the registry was asked for `PUT /v2/app/blobs/uploads/.*` 3 times
    And the registry was asked for `PUT /v2/app/manifests/1` 2 times

  @IMG-48.mount
  Scenario: Nothing is mounted from another repository
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker tag busybox {registry}/ab/other:1`
    And I run `docker push {registry}/app:1`
    And I run `docker push {registry}/ab/other:1`
    Then it exits with 0
    And stdout contains "Pushed\n"
    And stdout does not contain "Mounted"
    And stdout does not contain "Waiting"
    And the registry was asked for `POST /v2/ab/other/blobs/uploads/` 2 times
    And the registry was never asked for `.*mount=.*`
    And the registry was never asked for `PATCH .*`

  @IMG-48.parallel @raw
  Scenario: Three layers at once, and the others when there is room
    Given a registry
    When I request `POST /v1.24/images/create?fromImage=ubuntu&tag=14.04`
    And I request `POST /v1.24/images/ubuntu:14.04/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    Then the body matches `^\{"status":"The push [^"]+"\}\r\n(\{"id":"[0-9a-f]{12}","status":"Preparing","progressDetail":\{\}\}\r\n){3}\{"id":"[0-9a-f]{12}","status":"P(ushing|ushed)"`
    And the body matches `("status":"Pushed"(?s:.*)){5}"status":"1: digest: `

  @IMG-48.words @cli
  Scenario: What a push again says
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 0
    And stdout contains ": Layer already exists\n"
    And stdout does not contain "Pushed"

  @IMG-46.refused
  Scenario: A manifest that is refused goes in no other form
    Given a registry that answers:
      | GET  | /v2/                    | 200 |                     |                                                                        |
      | HEAD | /v2/app/blobs/.*        | 200 |                     |                                                                        |
      | POST | /v2/app/blobs/uploads/  | 202 | Location: HERE/put  |                                                                        |
      | PUT  | /put                    | 201 |                     |                                                                        |
      | PUT  | /v2/app/manifests/.*    | 400 |                     | {"errors":[{"code":"MANIFEST_INVALID","message":"manifest invalid"}]} |
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error: manifest invalid ({uuid})"
    And the registry was asked for `PUT /v2/app/manifests/1` 1 time
    And the registry was asked for `PUT /put\?digest=sha256:[0-9a-f]{64}` 1 time

  @IMG-46.location @raw
  Scenario Outline: The registry says where an upload goes
    Given a registry that answers:
      | GET  | /v2/                   | 200 |                                  | |
      | HEAD | /v2/app/blobs/.*       | 404 |                                  | |
      | POST | /v2/app/blobs/uploads/ | 202 | Location: <location>  | |
      | PUT  | /put                   | 201 |                                  | |
      | PUT  | /v2/app/manifests/1    | 201 |                                  | |
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    Then the body contains "\"status\":\"1: digest: sha256:{id} size: {number}\""
    And the registry was asked for `PUT /put\?_state=a%2Fb&digest=sha256:[0-9a-f]{64}` 2 times

    Examples:
      | location                 |
      | HERE/put?_state=a%2Fb    |
      | /put?_state=a%2Fb        |

  @IMG-46.bytes @raw
  Scenario: The manifest goes as it came
    Given a registry
    When I request `POST /v1.24/images/create?fromImage=alpine&tag=latest`
    And I save what `"Digest: (sha256:[0-9a-f]{64})"` finds in the body as "digest"
    And I request `POST /v1.24/images/alpine/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    Then the body contains "\"Digest\":\"{digest}\""
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1`
    Then the body contains "{\"status\":\"Digest: {digest}\"}"
    When I request `GET /v1.24/images/{registry}/app:1/json`
    Then the body contains "\"{registry}/app@{digest}\""
    When I request `POST /v1.24/images/create?fromImage={registry}/app@{digest}`
    Then the body contains "Status: Image is up to date for {registry}/app@{digest}"

  @IMG-47 @raw
  Scenario Outline: What is not there cannot be pushed
    Given a registry
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/<name>/push<query>`
    Then the status is 404
    And the body is "(ResourceNotFound) An image does not exist locally with the tag: <name> ({uuid})"
    And the registry was never asked for `.*`

    Examples:
      | name              | query  |
      | {registry}/nosuch | ?tag=1 |
      | {registry}/app    | ?tag=2 |
      | {registry}/nosuch |        |
      | docker.io/busybox |        |

  @IMG-47.cli @cli
  Scenario: What is not there is an error of the whole
    Given a registry
    When I run `docker push {registry}/nosuch:1`
    Then it exits with 1
    And stdout does not contain "digest:"
    And stderr contains "(ResourceNotFound) An image does not exist locally with the tag: {registry}/nosuch ({uuid})"

  @RUN-push-one
  Scenario: One tag of two
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:one`
    And I run `docker tag busybox {registry}/app:two`
    And I run `docker push {registry}/app:one`
    Then it exits with 0
    And stdout contains "one: digest: sha256:{id}"
    And stdout does not contain "two: digest"
    And the registry was never asked for `PUT /v2/app/manifests/two`

  @RUN-push-all
  Scenario: A repository goes with all its tags
    Given a registry
    And I have pulled busybox
    And I have pulled alpine
    When I run `docker tag busybox {registry}/app:one`
    And I run `docker tag alpine {registry}/app:two`
    And I run `docker tag alpine {registry}/other:three`
    And I run `docker push {registry}/app`
    Then it exits with 0
    And stdout contains "one: digest: sha256:{id}"
    And stdout contains "two: digest: sha256:{id}"
    And stdout does not contain "three"
    When I run `docker rmi {registry}/app:one {registry}/app:two`
    And I run `docker pull {registry}/app:two`
    Then it exits with 0
    When I run `docker run --rm {registry}/app:two cat /etc/alpine-release`
    Then it exits with 0

  @RUN-push-all-raw @raw
  Scenario Outline: A tag that is not told means all
    Given a registry
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=one`
    And I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=two`
    And I request `POST /v1.24/images/{registry}/app/push<query>`
    Then the body matches `"aux":\{"Tag":"one",(?s:.*)"aux":\{"Tag":"two",`

    Examples:
      | query |
      |       |
      | ?tag= |

  @IMG-49
  Scenario: A push that nobody may
    Given a registry for "me" with the password "secret"
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error: Unauthorized: authentication required ({uuid})"
    And stdout does not contain "digest:"
    And the registry was never asked for `(POST|PUT) .*`

  @IMG-49.token
  Scenario: A push without a token that allows it
    Given a registry whose token server knows "me" with the password "secret"
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error: Unauthorized: authentication required ({uuid})"

  @IMG-49.hub
  Scenario: Nobody may push to the hub
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox zonesim/app:1`
    And I run `docker push zonesim/app:1`
    Then it exits with 1
    And stderr contains "Error: authentication required ({uuid})"

  @IMG-49.raw @raw
  Scenario: A failure has no old-style error
    Given a registry for "me" with the password "secret"
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1` with the headers:
      | X-Registry-Auth | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJubyJ9 |
    Then the status is 200
    And the body matches `^\{"status":"The push refers to a repository \[[^\]]+\]"\}\r\n\{"id":"[0-9a-f]{12}","status":"Preparing","progressDetail":\{\}\}\r\n\{"id":"[0-9a-f]{12}","status":"Image push failed","progressDetail":\{\}\}\r\n\{"errorDetail":\{"message":"Error: Unauthorized: authentication required \([0-9a-f-]{36}\)"\}\}\r\n$`

  @IMG-49.texts @raw
  Scenario Outline: What a registry says to a push
    Given a registry that answers:
      | GET  | /v2/                   | 200            |                    |             |
      | HEAD | /v2/app/blobs/.*       | <head status>  |                    |             |
      | POST | /v2/app/blobs/uploads/ | <post status>  | Location: HERE/put | <post body> |
      | PUT  | /put                   | <put status>   |                    | <put body>  |
      | PUT  | /v2/app/manifests/.*   | 201            |                    |             |
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    Then the status is 200
    And the body matches `\r\n\{"id":"[0-9a-f]{12}","status":"Image push failed","progressDetail":\{\}\}\r\n\{"errorDetail":\{"message":"Error: <text> \([0-9a-f-]{36}\)"\}\}\r\n$`

    Examples:
      | head status | post status | post body                                                            | put status | put body                                                                                        | text                                               |
      | 401         | 202         |                                                                      | 201        |                                                                                                 | Unauthorized: authentication required              |
      | 404         | 403         | {"errors":[{"code":"DENIED","message":"requested access is denied"}]} | 201       |                                                                                                 | requested access is denied                         |
      | 404         | 202         |                                                                      | 400        | {"errors":[{"code":"DIGEST_INVALID","message":"provided digest did not match uploaded content"}]} | provided digest did not match uploaded content |

  @IMG-49.host @raw
  Scenario: A push to where nobody listens
    Given a registry
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo=localhost:1/app&tag=1`
    And I request `POST /v1.24/images/localhost:1/app/push?tag=1`
    Then the status is 200
    And the body matches `^\{"status":"The push refers to a repository \[localhost:1/app\]"\}\r\n\{"errorDetail":\{"message":"Error: \(RemoteSourceError\) localhost:1 host not found \([0-9a-f-]{36}\)"\}\}\r\n$`

  @IMG-37.push
  Scenario: A push needs no approval
    Given a registry
    And I have pulled busybox
    And my account is not approved for provisioning
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 0
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
