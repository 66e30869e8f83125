Feature: A registry beside the zone

  @RUN-registry-round-trip
  Scenario: What is pushed comes back
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 0
    When I run `docker rmi {registry}/app:1`
    And I run `docker pull {registry}/app:1`
    Then it exits with 0
    And stdout contains "Status: Image is up to date for {registry}/app:1"
    When I run `docker run --rm {registry}/app:1 echo hello`
    Then stdout is "hello\n"

  @IMG-46 @zone-only:engine->=-20.10-does-the-same @rows:1.12
  Scenario Outline: An image of any form comes back as it went, and has its digest
    Given a registry
    When I run `docker pull <image>`
    And I request `GET /v1.24/images/<image>/json`
    And I save what `"RepoDigests":\["[^@"]+@(sha256:[0-9a-f]{64})"\]` finds in the body as "digest"
    And I save the JSON at "/Id" as "image"
    When I run `docker tag <image> {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 0
    And stdout contains "1: digest: {digest} size: {number}"
    When I run `docker rmi <image> {registry}/app:1`
    Then it exits with 0
    When I run `docker pull {registry}/app:1`
    Then it exits with 0
    And stdout contains "Digest: {digest}\nStatus: Downloaded newer image for {registry}/app:1\n"
    When I run `docker inspect --type image -f {{.Id}} {registry}/app:1`
    Then stdout is "{image}\n"
    When I run `docker run --rm {registry}/app:1 <command>`
    Then it exits with 0
    And stdout contains "<said>"

    Examples:
      | image                                                     | command    | said               |
      | busybox:latest                                            | echo hello | hello |
      | busybox:buildroot-2013.08.1                               | echo hello | hello |
      | alpine:latest                                             | echo hello | hello |
      | hello-world:latest                                        |            | Hello from Docker! |
      | ubuntu:14.04                                              | echo hello | hello |
      | nginx:latest                                              | echo hello | hello |
      | joyentunsupported/test-image-without-history:latest       | echo hello | hello |
      | joyentunsupported/test-image-with-uncompressed-layer:latest | echo hello | hello |

  @RUN-registry-digest
  Scenario: An image is pulled by its digest
    Given a registry
    And I have pulled busybox
    When I request `GET /v1.24/images/busybox/json`
    And I save what `"RepoDigests":\["busybox@(sha256:[0-9a-f]{64})"\]` finds in the body as "digest"
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    And I run `docker rmi busybox {registry}/app:1`
    And I run `docker pull {registry}/app@{digest}`
    Then it exits with 0
    And stdout contains "Digest: {digest}\nStatus: Downloaded newer image for {registry}/app@{digest}\n"
    And the registry was asked for `GET /v2/app/manifests/sha256:[0-9a-f]{64}` 1 time
    When I run `docker inspect --type image -f ok {registry}/app:1`
    Then it exits with 1
    When I run `docker run --rm {registry}/app@{digest} echo hello`
    Then stdout is "hello\n"

  @RUN-registry-run
  Scenario: A run pulls what only a registry has
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    And I run `docker rmi busybox {registry}/app:1`
    And I run `docker run --rm {registry}/app:1 echo hello`
    Then it exits with 0
    And stdout contains "hello\n"

  @IMG-01.registry
  Scenario: What one account has pushed the other has to pull
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 0
    Given the account "jill"
    When I am "jill"
    And I run `docker push {registry}/app:1`
    Then it exits with 1
    And stderr contains "An image does not exist locally with the tag: {registry}/app"
    When I run `docker rmi {registry}/app:1`
    Then it exits with 1
    When I run `docker images -q`
    Then stdout is empty

  @IMG-02.registry
  Scenario: What another account has is not fetched from a registry again
    Given a registry
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Given the account "jill"
    When I am "jill"
    And I run `docker pull {registry}/app:1`
    Then it exits with 0
    And stdout contains "Already exists"
    And stdout contains "Status: Image is up to date for {registry}/app:1\n"
    And stdout does not contain "Pull complete"
    When I am "demo"
    And I run `docker rmi busybox {registry}/app:1`
    Then it exits with 0
    When I am "jill"
    And I run `docker run --rm {registry}/app:1 echo hello`
    Then stdout is "hello\n"

  @IMG-02.layers @raw
  Scenario: Of what another account has only the configuration is fetched
    Given a registry
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    Given the account "jill"
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1`
    Then the body matches `^\{"status":"1: Pulling from \S+/app \([0-9a-f-]{36}\)"\}\r\n\{"id":"([0-9a-f]{12})","status":"Pulling fs layer","progressDetail":\{\}\}\r\n\{"id":"[0-9a-f]{12}","status":"Already exists","progressDetail":\{\}\}\r\n\{"status":"Digest: sha256:[0-9a-f]{64}"\}\r\n\{"status":"Status: Image is up to date for \S+/app:1"\}\r\n$`
    And the registry was asked for `GET /v2/app/blobs/.*` 1 time

  @IMG-31.registry @raw
  Scenario: The first line has the registry's name
    Given a registry
    And I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo={registry}/ab/app&tag=1`
    And I request `POST /v1.24/images/{registry}/ab/app/push?tag=1`
    And I request `POST /v1.24/images/create?fromImage={registry}/ab/app:1`
    Then line 1 of the body shows:
      | /status | /^"1: Pulling from localhost:[0-9]+/ab/app .[0-9a-f-]{36}."$/ |

  @IMG-34.registry
  Scenario Outline: What a registry does not have
    Given a registry
    When I run `docker pull {registry}/<image>`
    Then it exits with 1
    And stderr contains "Error: image {registry}/<image> not found ({uuid})"
    And stderr does not contain "unauthorized"

    Examples:
      | image                                                                           |
      | nosuch:1                                                                        |
      | nosuch@sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef |

  @IMG-35.refused @raw
  Scenario: Nobody listens
    Given a registry
    When I request `POST /v1.24/images/create?fromImage=localhost:1/ab/c&tag=1`
    Then the status is 200
    And the body matches `^\{"error":"Error pulling image: \(RemoteSourceError\) localhost:1 host not found \([0-9a-f-]{36}\)","errorDetail":\{"message":"Error pulling image: \(RemoteSourceError\) localhost:1 host not found \([0-9a-f-]{36}\)"\}\}\r\n$`

  @IMG-40 @zone-only:engine->=-20.10-does-the-same
  Scenario: A registry without version 2 is not asked for version 1
    Given a registry that answers:
      | GET | /v2/                     | 404 |                                               |                |
      | GET | /v1/_ping                | 200 | X-Docker-Registry-Version: 0.9                | {}             |
      | GET | /v1/repositories/app/tags | 200 |                                              | {"1": "ab12"} |
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error: image {registry}/app:1 not found ({uuid})"
    And stdout does not contain "Pulling repository"
    And the registry was asked for `GET /v2/` 1 time
    And the registry was never asked for `.* /v1/.*`

  @IMG-40.push
  Scenario: A registry without version 2 gets nothing
    Given a registry that answers:
      | GET | /v2/ | 404 | | |
    And I have pulled busybox
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error: registry {registry} does not support v2 ({uuid})"
    And the registry was never asked for `.* /v1/.*`
    And the registry was never asked for `(POST|PUT) .*`

  @IMG-41 @cli
  Scenario: Content trust is the client's business
    Given a registry
    And I have pulled busybox
    When I request `GET /v1.24/images/busybox/json`
    And I save what `"RepoDigests":\["busybox@(sha256:[0-9a-f]{64})"\]` finds in the body as "digest"
    And I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    And I run `DOCKER_CONTENT_TRUST=1 docker pull {registry}/app:1`
    Then it does not exit with 0
    And the registry was never asked for `GET /v2/app/.*`
    When I run `DOCKER_CONTENT_TRUST=1 docker pull --disable-content-trust {registry}/app:1`
    Then it exits with 0
    And the registry was asked for `GET /v2/app/manifests/1` 1 time
    When I run `DOCKER_CONTENT_TRUST=1 docker pull {registry}/app@{digest}`
    Then it exits with 0
    When I run `docker run --rm --disable-content-trust {registry}/app:1 echo hello`
    Then stdout is "hello\n"
    And the registry was never asked for `.*(_trust|notary).*`

  @IMG-42
  Scenario: An authority that the zone does not know, until it does
    Given a registry with TLS that the zone knows as "reg.example.test"
    And I have pulled busybox
    When I run `docker tag busybox reg.example.test/app:1`
    And I run `docker push reg.example.test/app:1`
    Then it exits with 1
    And stderr contains "Error: (RemoteSourceError) reg.example.test certificate not trusted ({uuid})"
    When I run `docker pull reg.example.test/app:1`
    Then it exits with 1
    And stderr contains "Error pulling image: (RemoteSourceError) reg.example.test certificate not trusted ({uuid})"
    When the zone trusts the authority of that registry
    And I run `docker push reg.example.test/app:1`
    Then it exits with 0
    When I run `docker pull reg.example.test/app:1`
    Then it exits with 0

  @IMG-42.own
  Scenario: A certificate that a server has made for itself, until the zone is told of it
    Given a registry with TLS and a certificate of its own that the zone knows as "reg.example.test"
    And I have pulled busybox
    When I run `docker tag busybox reg.example.test/app:1`
    And I run `docker push reg.example.test/app:1`
    Then it exits with 1
    And stderr contains "Error: (RemoteSourceError) reg.example.test certificate not trusted ({uuid})"
    When the zone trusts the authority of that registry
    And I run `docker push reg.example.test/app:1`
    Then it exits with 0
    When I run `docker pull reg.example.test/app:1`
    Then it exits with 0

  @IMG-42.switch
  Scenario: The switch of the operator
    Given a registry with TLS that the zone knows as "reg.example.test:5443"
    And certificates of registries are not looked at
    And I have pulled busybox
    When I run `docker tag busybox reg.example.test:5443/app:1`
    And I run `docker push reg.example.test:5443/app:1`
    Then it exits with 0
    When I run `docker rmi busybox reg.example.test:5443/app:1`
    And I run `docker pull reg.example.test:5443/app:1`
    Then it exits with 0
    And stdout contains "Status: Downloaded newer image for reg.example.test:5443/app:1\n"

  @RUN-registry-moved @raw
  Scenario: A tag moves with the registry's, and what had it stays without
    Given a registry
    And I have pulled busybox
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "old"
    And I request `POST /v1.24/images/busybox/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    And I request `DELETE /v1.24/images/busybox`
    Then the body shows:
      |  | [{"Untagged": "busybox:latest"}] |
    Given the account "jill"
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage=alpine&tag=latest`
    And I request `POST /v1.24/images/alpine/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    Then the body contains "1: digest: sha256:{id}"
    When I am "demo"
    And I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1`
    Then the body contains "Status: Image is up to date for {registry}/app:1"
    When I request `GET /v1.24/images/json?filters={"dangling":["true"]}`
    Then the body shows:
      | /0/Id | "{old}" |
      | /1    | absent  |
    When I request `GET /v1.24/images/{registry}/app:1/json`
    Then the body contains "\"RepoTags\":[\"{registry}/app:1\"]"
    And the body matches `"Cmd":\["/bin/sh"\]`

  @RUN-registry-layers @raw
  Scenario: Five layers come at once, and then one after the other
    Given a registry
    When I request `POST /v1.24/images/create?fromImage=ubuntu&tag=14.04`
    And I request `POST /v1.24/images/ubuntu:14.04/tag?repo={registry}/app&tag=1`
    And I request `POST /v1.24/images/{registry}/app/push?tag=1`
    And I request `DELETE /v1.24/images/ubuntu:14.04`
    And I request `DELETE /v1.24/images/{registry}/app:1`
    And I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1`
    Then the body matches `^\{"status":"1: Pulling from [^\n]+\n(\{"id":"[0-9a-f]{12}","status":"Pulling fs layer","progressDetail":\{\}\}\r\n){10}`
    And the body matches `"status":"Download complete","progressDetail":\{\}\}\r\n(\{"id":"[0-9a-f]{12}","status":"Activating image","progressDetail":\{\}\}\r\n\{"id":"[0-9a-f]{12}","status":"Pull complete","progressDetail":\{\}\}\r\n){5}\{"status":"Digest: sha256:[0-9a-f]{64}"\}\r\n`
    And every chunk is a JSON object and a line break

  @IMG-38.registry @rows:1.12
  Scenario Outline: A registry's list leads to this machine's manifest
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 200 |  | <list> |
      | GET | /v2/app/manifests/sha256:9cef0bc6b18b28bd554f076321174a9ad24ca545284e0a829fe761f06415a29e | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":210,"digest":"sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]} |
      | GET | /v2/app/blobs/sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 200 |  |  |
    When I run `docker pull {registry}/app:1`
    Then it exits with 0
    And stdout contains "Digest: sha256:9cef0bc6b18b28bd554f076321174a9ad24ca545284e0a829fe761f06415a29e\nStatus: Downloaded newer image for {registry}/app:1\n"
    And the registry was asked for `GET /v2/app/manifests/sha256:9cef0bc6b18b28bd554f076321174a9ad24ca545284e0a829fe761f06415a29e` 1 time
    When I run `docker inspect --type image -f {{.RepoDigests}} {registry}/app:1`
    Then stdout is "[{registry}/app@sha256:9cef0bc6b18b28bd554f076321174a9ad24ca545284e0a829fe761f06415a29e]\n"
    When I run `docker inspect --type image -f ok {registry}/app@<digest>`
    Then stdout is "ok\n"

    Examples:
      | list | digest |
      | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":2,"digest":"sha256:ddf7ff5ebd9d66ce161466c1c0262430fa04de32b0e420ee3f489e2e2112e386","platform":{"os":"linux","architecture":"arm"}},{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":2,"digest":"sha256:823a3180dad3c9c3c4dea43ab2baf9f04bac9c3a7711745ff5f702551496d735","platform":{"os":"windows","architecture":"amd64"}},{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":416,"digest":"sha256:9cef0bc6b18b28bd554f076321174a9ad24ca545284e0a829fe761f06415a29e","platform":{"os":"linux","architecture":"amd64"}}]} | sha256:0abd6a057b6d1b888b84e8c7632fde2cde832301fc2538a2098ed9d7fc4f022a |
      | {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":2,"digest":"sha256:ddf7ff5ebd9d66ce161466c1c0262430fa04de32b0e420ee3f489e2e2112e386","platform":{"os":"linux","architecture":"arm"}},{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":2,"digest":"sha256:823a3180dad3c9c3c4dea43ab2baf9f04bac9c3a7711745ff5f702551496d735","platform":{"os":"windows","architecture":"amd64"}},{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":416,"digest":"sha256:9cef0bc6b18b28bd554f076321174a9ad24ca545284e0a829fe761f06415a29e","platform":{"os":"linux","architecture":"amd64"}}]} | sha256:7c2267ddddbb18022afe424bd9504118e822e6b45c0b38711f8b29616d565819 |

  @IMG-12.known
  Scenario: An image that is known is found by the digest of its other manifest
    Given a registry whose images "one" and "two" differ in the packing of their layer
    When I run `docker pull {registry}/one:latest`
    And I run `docker pull {registry}/two@{digest}`
    Then it exits with 0
    When I run `docker inspect --type image -f ok {registry}/two@{digest}`
    Then stdout is "ok\n"
    When I run `docker create --name web {registry}/two@{digest} true`
    Then it exits with 0
    When I run `docker rm web`
    And I run `docker inspect --type image -f {{.RepoDigests}} {registry}/one`
    Then stdout contains " {registry}/two@{digest}]\n"

  @IMG-02.repacked @raw
  Scenario: Layers that no image of the zone has are not kept
    Given a registry whose images "one" and "two" differ in the packing of their layer
    And the account "jill"
    When I request `POST /v1.24/images/create?fromImage={registry}/one&tag=latest`
    And I request `POST /v1.24/images/create?fromImage={registry}/two&tag=latest`
    Then the body contains "Downloaded newer image for {registry}/two:latest"
    When I request `DELETE /v1.24/images/{registry}/one`
    And I request `DELETE /v1.24/images/{registry}/two`
    Then the status is 200
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage={registry}/two&tag=latest`
    Then the body contains "Downloading"
    And the body contains "Downloaded newer image for {registry}/two:latest"
