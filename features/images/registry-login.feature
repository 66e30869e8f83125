Feature: Who comes to a registry

  @RUN-registry-login @cli @rows:1.12
  Scenario Outline: Who is known pushes and pulls
    Given a registry <kind> "me" with the password "secret"
    And I have pulled busybox
    When I run `docker login -e me@example.com -u me -p secret http://{registry}`
    Then it exits with 0
    And stdout contains "Login Succeeded\n"
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 0
    When I run `docker rmi busybox {registry}/app:1`
    And I run `docker pull {registry}/app:1`
    Then it exits with 0
    When I run `docker rmi {registry}/app:1`
    And I run `docker run --rm {registry}/app:1 echo hello`
    Then it exits with 0
    And stdout contains "hello\n"
    When I run `docker logout http://{registry}`
    And I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error: image {registry}/app:1 not found ({uuid})"

    Examples:
      | kind                     |
      | for                      |
      | whose token server knows |

  @IMG-51.basic @cli
  Scenario: A wrong password is refused at a registry that takes passwords
    Given a registry for "me" with the password "secret"
    When I run `docker login -e me@example.com -u me -p wrong http://{registry}`
    Then it exits with 1
    And it is refused with "authentication required"

  @IMG-51.token @cli
  Scenario: A wrong password is refused by a token server
    Given a registry whose token server knows "me" with the password "secret"
    When I run `docker login -e me@example.com -u me -p wrong http://{registry}`
    Then it exits with 1
    And it is refused with "incorrect username or password"

  @IMG-51.open @cli
  Scenario: A registry that asks nobody takes everybody
    Given a registry
    When I run `docker login -e me@example.com -u me -p anything http://{registry}`
    Then it exits with 0
    And stdout contains "Login Succeeded\n"
    And the registry was asked for `GET /v2/` 1 time

  @IMG-51.mapped @cli
  Scenario: A login by the name that the zone knows a registry by
    Given a registry for "me" with the password "secret"
    And the zone knows the registry as "reg.example.test"
    When I run `docker login -e me@example.com -u me -p wrong reg.example.test`
    Then it is refused with "authentication required"
    When I run `docker login -e me@example.com -u me -p secret reg.example.test`
    Then it exits with 0
    And stdout contains "Login Succeeded\n"

  @API-18 @raw
  Scenario Outline: A login gives no identity token
    Given a registry <kind>
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "http://{registry}"}
      """
    Then the status is 200
    And the header "Content-Type" is "application/json"
    And the body is "{\"Status\":\"Login Succeeded\"}"

    Examples:
      | kind                                                    |
      | for "me" with the password "secret"                      |
      | whose token server knows "me" with the password "secret" |

  @API-18.client @cli @from:1.11
  Scenario: So a client keeps the password
    Given a registry for "me" with the password "secret"
    When I run `docker --config kept login -e me@example.com -u me -p secret http://{registry}`
    Then it exits with 0
    And my file "kept/config.json" is "{\n\t\"auths\": {\n\t\t\"http://{registry}\": {\n\t\t\t\"auth\": \"bWU6c2VjcmV0\"\n\t\t}\n\t}\n}"

  @API-18.open @raw
  Scenario: Nor does one at a registry that asks nobody
    Given a registry
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "email": "me@example.com", "serveraddress": "http://{registry}"}
      """
    Then the status is 200
    And the body is "{\"Status\":\"Login Succeeded\"}"

  @IMG-51.wrong @raw
  Scenario Outline: A wrong password is 401
    Given a registry <kind>
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "no", "serveraddress": "http://{registry}"}
      """
    Then the status is 401
    And the body is "<text> ({uuid})"

    Examples:
      | kind                                                     | text                           |
      | for "me" with the password "secret"                      | authentication required        |
      | whose token server knows "me" with the password "secret" | incorrect username or password |

  @IMG-51.answers @raw
  Scenario Outline: What a registry may say to a login
    Given a registry that answers:
      | GET | /v2/ | <said> | <header> | <said body> |
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "email": "me@example.com", "serveraddress": "http://{registry}"}
      """
    Then the status is <status>
    And the body matches `^<text> \([0-9a-f-]{36}\)$`
    And the registry was never asked for `.* /v1/.*`

    Examples:
      | said | header                                     | said body                                               | status | text                                                                       |
      | 404  |                                            | {"errors":[{"code":"NOT_FOUND","message":"no v2 here"}]} | 404   | no v2 here                                                                 |
      | 401  |                                            |                                                         | 401    | missing WWW-Authenticate header in 401 response to "GET /v2/".*            |
      | 401  | WWW-Authenticate: Digest realm="x"         |                                                         | 401    | unsupported auth scheme: "[Dd]igest"                                       |
      | 401  | WWW-Authenticate: Basic realm="x"          | {"errors":[{"code":"UNAUTHORIZED","message":"go away"}]} | 401   | go away                                                                    |

  @IMG-51.asks @raw
  Scenario: A token server is told who comes and for what
    Given a registry that answers:
      | GET | /v2/                 | 401 | WWW-Authenticate: Bearer realm="HERE/token",service="reg.test" |                |
      | GET | /token               | 200 |                                                                | {"token":"ab"} |
      | GET | /v2/ab/app/manifests/1 | 404 |                                                              |                |
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "http://{registry}"}
      """
    Then the status is 200
    And the registry was asked for `GET /token\?service=reg\.test&account=me authorized` 1 time
    When I request `POST /v1.24/images/create?fromImage={registry}/ab/app&tag=1` with the headers:
      | X-Registry-Auth | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJzZWNyZXQifQ== |
    Then the body contains "Error: image {registry}/ab/app:1 not found"
    And the registry was asked for `GET /token\?service=reg\.test&scope=repository(:|%3A)ab(/|%2F)app(:|%3A)pull&account=me authorized` 1 time
    And the registry was asked for `GET /v2/ab/app/manifests/1 authorized` 1 time
    When I request `POST /v1.24/images/create?fromImage={registry}/ab/app&tag=1`
    Then the body contains "Error: image {registry}/ab/app:1 not found"
    And the registry was asked for `GET /token\?service=reg\.test&scope=repository(:|%3A)ab(/|%2F)app(:|%3A)pull` 1 time
    And the registry was never asked for `GET /v2/ authorized`

  @RUN-auth-config @raw
  Scenario: Credentials of several registries, of which one counts
    Given a registry for "me" with the password "secret"
    And the zone knows the registry as "reg.example.test"
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo=reg.example.test/app&tag=1`
    And I request `POST /v1.24/images/reg.example.test/app/push?tag=1` with the headers:
      | X-Registry-Auth | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJzZWNyZXQifQ== |
    Then the body contains "1: digest: sha256:{id} size: {number}"
    When I request `POST /v1.24/images/create?fromImage=reg.example.test/app&tag=1` with the headers:
      | X-Registry-Config | eyJodHRwczovL2luZGV4LmRvY2tlci5pby92MS8iOnsidXNlcm5hbWUiOiJ5b3UiLCJwYXNzd29yZCI6Im5vIn0sInJlZy5leGFtcGxlLnRlc3QiOnsidXNlcm5hbWUiOiJtZSIsInBhc3N3b3JkIjoic2VjcmV0In19 |
    Then the body contains "Status: Image is up to date for reg.example.test/app:1"
    When I request `POST /v1.24/images/create?fromImage=reg.example.test/app&tag=1` with the headers:
      | X-Registry-Config | eyJyZWcuZXhhbXBsZS50ZXN0Ijp7InVzZXJuYW1lIjoibWUiLCJwYXNzd29yZCI6Im5vIn19 |
      | X-Registry-Auth | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJzZWNyZXQifQ== |
    Then the body contains "Status: Image is up to date for reg.example.test/app:1"
    When I request `POST /v1.24/images/create?fromImage=reg.example.test/app&tag=1` with the headers:
      | X-Registry-Config | eyJyZWcuZXhhbXBsZS50ZXN0Ijp7InVzZXJuYW1lIjoibWUiLCJwYXNzd29yZCI6Im5vIn19 |
    Then the body contains "Error: image reg.example.test/app:1 not found"

  @RUN-auth-base64 @raw
  Scenario Outline: Either form of base64
    Given a registry that answers:
      | GET | /v2/                | 401 | WWW-Authenticate: Basic realm="x" |  |
      | GET | /v2/app/manifests/1 | 404 |                                   |  |
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1` with the headers:
      | X-Registry-Auth | <credentials> |
    Then the body contains "Error: image {registry}/app:1 not found"
    And the registry was asked for `GET /v2/app/manifests/1 authorized` 1 time

    Examples:
      | credentials |
      | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJzZWNyZXQiLCJlbWFpbCI6Im0_fj4-PyJ9 |
      | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJzZWNyZXQiLCJlbWFpbCI6Im0/fj4+PyJ9 |

  @IMG-36 @rows:1.12
  Scenario Outline: A registry that knows nobody has nothing
    Given a registry <kind> "me" with the password "secret"
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error: image {registry}/app:1 not found ({uuid})"
    And stderr does not contain "nauthorized"

    Examples:
      | kind                     |
      | for                      |
      | whose token server knows |

  @IMG-36.wrong @raw
  Scenario Outline: Wrong credentials
    Given a registry <kind> "me" with the password "secret"
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1` with the headers:
      | X-Registry-Auth | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJubyJ9 |
    Then the status is 200
    And the body matches `^\{"error":"<text> \([0-9a-f-]{36}\)","errorDetail":\{"message":"<text> \([0-9a-f-]{36}\)"\}\}\r\n$`

    Examples:
      | kind                     | text                                           |
      | for                      | Error: image localhost:[0-9]+/app:1 not found  |
      | whose token server knows | unauthorized: incorrect username or password   |

  @IMG-36.challenge @raw
  Scenario: A challenge that cannot be met
    Given a registry that answers:
      | GET | /v2/ | 401 | WWW-Authenticate: Digest realm="x" | |
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1`
    Then the body matches `^\{"error":"unauthorized: [^"]`
    And the registry was never asked for `GET /v2/app/.*`

  @IMG-42.login @cli
  Scenario: A login at a registry whose authority the zone does not know, until it does
    Given a registry with TLS that the zone knows as "reg.example.test"
    When I run `docker login -e me@example.com -u me -p secret reg.example.test`
    Then it exits with 1
    And it is refused with "reg.example.test certificate not trusted"
    When the zone trusts the authority of that registry
    And I run `docker login -e me@example.com -u me -p secret reg.example.test`
    Then it exits with 0
    And stdout contains "Login Succeeded\n"

  @IMG-42.login-switch @raw
  Scenario: A login with the switch of the operator
    Given a registry with TLS that the zone knows as "reg.example.test"
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "https://reg.example.test"}
      """
    Then the status is 500
    And the body is "reg.example.test certificate not trusted ({uuid})"
    Given certificates of registries are not looked at
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "https://reg.example.test"}
      """
    Then the status is 200

  @IMG-42.login-plain @raw
  Scenario Outline: Only http:// makes a login speak without TLS
    Given a registry
    And certificates of registries are not looked at
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "<address>"}
      """
    Then the status is <status>
    And the body contains "<text>"
    And the registry was asked for `GET /v2/` <times> times

    Examples:
      | address            | status | text                      | times |
      | {registry}         | 500    | {registry} does not speak TLS | 0 |
      | https://{registry} | 500    | {registry} does not speak TLS | 0 |
      | http://{registry}  | 200    | Login Succeeded           | 1     |

  @IMG-43.registry @raw
  Scenario: An identity token is refused before anybody is asked
    Given a registry
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1` with the headers:
      | X-Registry-Auth | eyJpZGVudGl0eXRva2VuIjoiYWJjIn0= |
    Then the status is 200
    And the body matches `^\{"error":"Could not pull from registry localhost:[0-9]+: OAuth to Docker registry is not yet supported, please \\"docker logout\\" and \\"docker login\\" and try again \([0-9a-f-]{36}\)","errorDetail":`
    And the registry was never asked for `GET /v2/app/.*`

  @IMG-43.push @raw
  Scenario: An identity token pushes nothing
    Given a registry
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1` with the headers:
      | X-Registry-Auth | eyJpZGVudGl0eXRva2VuIjoiYWJjIn0= |
    Then the status is 200
    And the body contains "OAuth to Docker registry is not yet supported"
    And the registry was never asked for `(POST|PUT) .*`

  @IMG-53.index
  Scenario: An index of version 1 is searched
    Given a registry that answers:
      | GET | /v1/search | 200 | | {"num_results":2,"results":[{"name":"ab/app","description":"One of two","star_count":7,"is_official":false,"is_automated":true,"is_trusted":true},{"name":"app","description":"The other","star_count":3,"is_official":true,"is_automated":false,"is_trusted":false}]} |
    When I run `docker search {registry}/app`
    Then it exits with 0
    And stdout matches `\nab/app +One of two +7 +\[OK\] *\n`
    And stdout matches `\napp +The other +3 +\[OK\] *\n`
    And the registry was asked for `GET /v1/search\?q=app` 1 time
    And the registry was never asked for `.* /v2/.*`

  @IMG-53.verbatim @raw
  Scenario: What an index finds is told as it says it
    Given a registry that answers:
      | GET | /v1/search | 200 | | {"num_results":9,"results":[{"name":"x","stars":"many"},7],"query":"q"} |
    When I request `GET /v1.24/images/search?term={registry}/app` with the headers:
      | X-Registry-Auth | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJzZWNyZXQifQ== |
    Then the status is 200
    And the body is "[{\"name\":\"x\",\"stars\":\"many\"},7]"
    And the registry was asked for `GET /v1/search\?q=app authorized` 1 time

  @IMG-52.index @raw
  Scenario: An index is told neither a limit nor a filter
    Given a registry that answers:
      | GET | /v1/search | 200 | | {"results":[{"name":"x","star_count":0,"is_official":false},{"name":"y","star_count":0,"is_official":false}]} |
    When I request `GET /v1.24/images/search?term={registry}/ab/app&limit=1&filters={"is-official":["true"]}`
    Then the status is 200
    And the body shows:
      | /1/name | "y" |
    And the registry was asked for `GET /v1/search\?q=ab(/|%2F)app` 1 time

  @IMG-52.index-cli @cli @from:1.12
  Scenario: An index is told nothing that a client asks for
    Given a registry that answers:
      | GET | /v1/search | 200 | | {"results":[{"name":"x","star_count":0,"is_official":false},{"name":"y","star_count":0,"is_official":false}]} |
    When I run `docker search --limit 1 --filter is-official=true {registry}/app`
    Then it exits with 0
    And stdout contains "\nx "
    And stdout contains "\ny "
    And the registry was asked for `GET /v1/search\?q=app` 1 time

  @IMG-53.registry
  Scenario: A registry of version 2 cannot search
    Given a registry
    When I run `docker search {registry}/foo`
    Then it exits with 1
    And stdout is empty
    And stderr contains "({uuid})"
    And the registry was asked for `GET /v1/search\?q=foo` 1 time

  @IMG-51.hub @cli
  Scenario: Who is known to the hub
    Given the hub knows "me" with the password "secret"
    And I have pulled busybox
    When I run `docker login -e me@example.com -u me -p wrong`
    Then it is refused with "incorrect username or password"
    When I run `docker login -e me@example.com -u me -p secret`
    Then it exits with 0
    And stdout contains "Login Succeeded\n"
    When I run `docker pull alpine`
    Then it exits with 0
    When I run `docker tag busybox zonesim/app:1`
    And I run `docker push zonesim/app:1`
    Then it exits with 1
    And stderr contains "Error: denied: requested access to the resource is denied ({uuid})"
