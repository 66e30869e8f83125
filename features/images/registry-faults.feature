Feature: Registries in trouble

  @IMG-45
  Scenario: A layer of more than 20 GiB
    Given a registry that serves the layer of "app" so: huge
    When I run `docker pull {registry}/app:latest`
    Then it exits with 1
    And stderr contains "Error downloading {registry}/app:latest: Image file size, 22548578304, exceeds the maximum allowed file size, 20 GiB ({uuid})"
    And the registry was asked for `GET /v2/app/blobs/.*` 2 times
    When I run `docker inspect --type image -f ok {registry}/app`
    Then it exits with 1

  @IMG-45.stream @raw
  Scenario: It is said before anything of it has come
    Given a registry that serves the layer of "app" so: huge
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=latest`
    Then the status is 200
    And the body matches `"status":"Pulling fs layer","progressDetail":\{\}\}\r\n\{"error":"Error downloading localhost:[0-9]+/app:latest: Image file size, 22548578304, exceeds the maximum allowed file size, 20 GiB \([0-9a-f-]{36}\)","errorDetail":\{"message":"Error downloading localhost:[0-9]+/app:latest: Image file size, 22548578304, exceeds the maximum allowed file size, 20 GiB \([0-9a-f-]{36}\)"\}\}\r\n$`

  @RUN-attempts @rows:1.12
  Scenario Outline: Five attempts, a second apart
    Given a registry that serves the layer of "app" so: <fault>
    And the setting "registry_stall_ms" is 500
    When I run `docker pull {registry}/app:latest` while the clock runs
    Then it exits with 1
    And stderr contains "Error downloading {registry}/app:latest: <detail> ({uuid})"
    And the registry was asked for `GET /v2/app/blobs/.*` 6 times
    And the clock has advanced by 4 s or a little more
    When I run `docker inspect --type image -f ok {registry}/app`
    Then it exits with 1

    Examples:
      | fault | detail                                                                                    |
      | cut   | Download error: \\"Content-Length\\" header, {number}, does not match downloaded size, {number} |
      | reset | {any}                                                                                     |
      | stall | {any}                                                                                     |
      | mute  | Connection timed out                                                                      |
      | wrong | layer digest does not match, got sha256:{id}, expected sha256:{id}                        |
      | short | layer digest does not match, got sha256:{id}, expected sha256:{id}                        |
      | long  | Download error: \\"Content-Length\\" header, {number}, does not match downloaded size, {number} |
      | 503   | {any}                                                                                     |
      | 429   | {any}                                                                                     |

  @RUN-attempts-then-good @rows:1.12
  Scenario Outline: An attempt that succeeds
    Given a registry that serves the layer of "app" so: <faults>
    And the setting "registry_stall_ms" is 500
    When I run `docker pull {registry}/app:latest` while the clock runs
    Then it exits with 0
    And stdout contains "Status: Downloaded newer image for {registry}/app:latest\n"
    And the registry was asked for `GET /v2/app/blobs/.*` <times> times

    Examples:
      | faults                            | times |
      | 503, good                         | 3     |
      | cut, reset, wrong, stall, good    | 6     |
      | dribble                           | 2     |
      | endless                           | 2     |
      | elsewhere, good                   | 3     |
      | elsewhere, elsewhere, good        | 4     |

  @RUN-redirects
  Scenario: A layer that is always somewhere else
    Given a registry that serves the layer of "app" so: elsewhere
    When I run `docker pull {registry}/app:latest`
    Then it exits with 1
    And stderr contains "Error downloading {registry}/app:latest: "
    And the registry was asked for `GET /v2/app/blobs/.*` 4 times

  @RUN-blob-refused @rows:1.12
  Scenario Outline: A layer that a registry does not give is asked for once
    Given a registry that serves the layer of "app" so: <status>
    When I run `docker pull {registry}/app:latest`
    Then it exits with 1
    And stderr contains "({uuid})"
    And the registry was asked for `GET /v2/app/blobs/.*` 2 times

    Examples:
      | status |
      | 404    |
      | 403    |

  @RUN-progress @cli
  Scenario: Progress is told as it is made
    Given a registry that serves the layer of "app" so: held
    When I start `docker pull {registry}/app:latest` as "pull" on a terminal
    And "pull" shows "Downloading"
    And the registry sends the rest
    And "pull" ends
    Then it exits with 0
    And the screen contains "Pull complete"

  @IMG-44
  Scenario Outline: A pull goes on without its client
    Given a registry that serves the layer of "app" so: 503
    When I start `docker pull {registry}/app:latest` as "pull"
    And "pull" shows "Pulling fs layer"
    And I send <signal> to "pull"
    And "pull" ends
    And the clock advances by 1 s
    And I run `docker pull {registry}/app:latest` while the clock runs
    Then it exits with 1
    And the registry was asked for `GET /v2/app/blobs/.*` 12 times

    Examples:
      | signal |
      | KILL   |
      | INT    |

  @IMG-44.held @cli
  Scenario: A pull goes on without its client
    Given a registry that serves the layer of "app" so: held
    When I start `docker pull {registry}/app:latest` as "pull" on a terminal
    And "pull" shows "Downloading"
    And I send KILL to "pull"
    And "pull" ends
    And I run `docker inspect --type image -f ok {registry}/app`
    Then it exits with 1
    When the registry sends the rest
    Then running `docker inspect --type image -f ok {registry}/app` comes to print "ok\n"
    And the registry was asked for `GET /v2/app/blobs/.*` 2 times

  @IMG-44.silence @cli @clock
  Scenario: A client that hears nothing for 150 seconds is cut, and the pull goes on
    Given a registry that serves the layer of "app" so: held
    And the setting "registry_stall_ms" is 3600000
    When I start `docker pull {registry}/app:latest` as "pull" on a terminal
    And "pull" shows "Downloading"
    And the clock advances by 150 s
    And "pull" ends
    Then it exits with 1
    And the screen does not contain "Pull complete"
    When the registry sends the rest
    Then running `docker inspect --type image -f ok {registry}/app` comes to print "ok\n"

  @IMG-44.interrupted
  Scenario: A client that is told to stop says nothing to the zone
    Given a registry that serves the layer of "app" so: held
    When I start `docker pull {registry}/app:latest` as "pull"
    And "pull" shows "Pulling fs layer"
    And I send INT to "pull"
    And "pull" ends
    And the registry sends the rest
    Then running `docker inspect --type image -f ok {registry}/app` comes to print "ok\n"

  @RUN-progress-words @raw
  Scenario: Every half MiB is told
    Given a registry that serves the layer of "app" so: dribble
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=latest`
    Then the body matches `"status":"Downloading","progressDetail":\{"current":524288,"total":[0-9]+,"start":[0-9]+\}\}\r\n\{"id":"[0-9a-f]{12}","status":"Downloading","progressDetail":\{"current":1048576,"total":[0-9]+,"start":[0-9]+\}\}\r\n\{"id":"[0-9a-f]{12}","status":"Downloading","progressDetail":\{"current":[0-9]+,"total":[0-9]+,"start":[0-9]+\}\}\r\n\{"id":"[0-9a-f]{12}","status":"Download complete","progressDetail":\{\}\}\r\n`

  @RUN-progress-length @raw
  Scenario Outline: The last piece of progress is the whole
    Given a registry that serves the layer of "app" so: <fault>
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=latest` while the clock runs
    And I save what `"status":"Downloading","progressDetail":\{"current":([0-9]+),` finds in the body as "size"
    Then the body contains "\"status\":\"Downloading\",\"progressDetail\":{\"current\":{size},\"total\":{size},\"start\":"
    And the body matches `"start":[0-9]+\}\}\r\n\{"id":"[0-9a-f]{12}","status":"Download complete","progressDetail":\{\}\}\r\n`

    Examples:
      | fault     |
      | good      |
      | endless   |
      | cut, good |

  @RUN-registry-says @rows:1.12
  Scenario Outline: What a registry says instead of a manifest
    Given a registry that answers:
      | GET | /v2/                | 200      |  |        |
      | GET | /v2/app/manifests/1 | <status> |  | <body> |
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr contains "<text> ({uuid})"
    And the registry was asked for `GET /v2/app/manifests/1` 1 time

    Examples:
      | status | body | text |
      | 429 | {"errors":[{"code":"TOOMANYREQUESTS","message":"slow down"}]} | Error pulling image: (TOOMANYREQUESTS) slow down |
      | 429 |  | Error pulling image: Internal error |
      | 503 | {"errors":[{"code":"UNAVAILABLE","message":"come back later"}]} | Error pulling image: (UNAVAILABLE) come back later |
      | 503 |  | Error pulling image: Internal error |
      | 500 | <html> | Error pulling image: Internal error |
      | 403 | {"errors":[{"code":"DENIED","message":"requested access is denied"}]} | Error pulling image: (DENIED) requested access is denied |
      | 400 | {"errors":[{"code":"A","message":"a thing"},{"code":"B","message":"another"}]} | Error pulling image: (A) a thing, (B) another |
      | 400 | {"errors":[{"code":"MANIFEST_UNKNOWN","message":"manifest unknown"}]} | Error: image {registry}/app:1 not found |
      | 404 |  | Error: image {registry}/app:1 not found |
      | 404 | {"errors":[{"code":"NAME_UNKNOWN","message":"repository name not known"}]} | Error: image {registry}/app:1 not found |
      | 401 | {"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]} | Error: image {registry}/app:1 not found |
      | 200 | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","platform":{"os":"linux","architecture":"arm"}},{"mediaType":"application/vnd.docker.distribution.manifest.v2+json","size":2,"digest":"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a","platform":{"os":"windows","architecture":"amd64"}}]} | Error pulling image: Internal error |
      | 200 | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.list.v2+json","manifests":[]} | Error pulling image: Internal error |
      | 200 | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":117,"digest":"sha256:94b5580bbb418c9782143734475a56ee2f4b0f2b0a649d0f1f01a18f31734eae"},"layers":[]} | Error pulling image: Internal error |
      | 200 | { | Error pulling image: Internal error |
      | 200 | {"schemaVersion":7} | Error pulling image: Internal error |
      | 200 | {"schemaVersion":2,"mediaType":"application/vnd.unknown"} | Error pulling image: Internal error |

  @RUN-registry-stream @raw
  Scenario: A failure before the manifest is the only message
    Given a registry that answers:
      | GET | /v2/                | 200 |  |  |
      | GET | /v2/app/manifests/1 | 400 |  | {"errors":[{"code":"A","message":"a thing"},{"code":"B","message":"another"}]} |
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1`
    Then the status is 200
    And the body matches `^\{"error":"Error pulling image: .A. a thing, .B. another \([0-9a-f-]{36}\)","errorDetail":\{"message":"Error pulling image: .A. a thing, .B. another \([0-9a-f-]{36}\)"\}\}\r\n$`

  @RUN-token-says @rows:1.12
  Scenario Outline: What a token server says instead of a token
    Given a registry that answers:
      | GET | /v2/   | 401      | WWW-Authenticate: Bearer realm="HERE/token" |        |
      | GET | /token | <status> |                                             | <body> |
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr contains "<text>"
    And the registry was asked for `GET /token\?scope=.*` 1 time
    And the registry was never asked for `GET /v2/app/.*`

    Examples:
      | status | body | text |
      | 503 | {"errors":[{"code":"UNAVAILABLE","message":"come back later"}]} | Error pulling image: (UNAVAILABLE) come back later ({uuid}) |
      | 429 |  | Error pulling image: Internal error ({uuid}) |
      | 401 | {"details":"incorrect username or password"} | unauthorized: incorrect username or password ({uuid}) |
      | 200 | {} | unauthorized: |

  @RUN-small-image
  Scenario: An image of one layer with nothing in it
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":210,"digest":"sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]} |
      | GET | /v2/app/blobs/sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 200 |  |  |
    When I run `docker pull {registry}/app:1`
    Then it exits with 0
    And stdout contains "Status: Downloaded newer image for {registry}/app:1\n"

  @RUN-zstd
  Scenario: A layer that zstd has compressed
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json","size":210,"digest":"sha256:cedcf2dbd540a653e57fd0fe98d49f1201deb932235f5a6adf8149d88ca3f7d4"},"layers":[{"mediaType":"application/vnd.oci.image.layer.v1.tar+zstd","size":4,"digest":"sha256:242daddb4ed79680ac790d9f9c01ca43c8fc3a16f1af137f7cb090c086988782"}]} |
      | GET | /v2/app/blobs/sha256:cedcf2dbd540a653e57fd0fe98d49f1201deb932235f5a6adf8149d88ca3f7d4 | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:242daddb4ed79680ac790d9f9c01ca43c8fc3a16f1af137f7cb090c086988782"]},"history":[{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:242daddb4ed79680ac790d9f9c01ca43c8fc3a16f1af137f7cb090c086988782 | 200 |  | zstd |
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr matches `Error pulling image: .*application/vnd\.oci\.image\.layer\.v1\.tar\+zstd.* \([0-9a-f-]{36}\)`

  @RUN-config-digest
  Scenario: A configuration that is another
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":210,"digest":"sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]} |
      | GET | /v2/app/blobs/sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae | 200 |  | {} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 200 |  |  |
    When I run `docker pull {registry}/app:1` while the clock runs
    Then it exits with 1
    And stderr contains "Error downloading {registry}/app:1: config digest does not match, got sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a, expected sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae ({uuid})"
    And the registry was asked for `GET /v2/app/blobs/sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae` 5 times

  @RUN-config-history
  Scenario: More steps than layers
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":231,"digest":"sha256:fef8fbb04a0c78d96c433820780f0a2d4edab6182c153f2a577965e98d41fd60"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]} |
      | GET | /v2/app/blobs/sha256:fef8fbb04a0c78d96c433820780f0a2d4edab6182c153f2a577965e98d41fd60 | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"ADD"},{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 200 |  |  |
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error pulling image: Internal error ({uuid})"

  @RUN-diff-id
  Scenario: A layer that is another when it is unpacked
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":210,"digest":"sha256:86faa674e5dbeffbcee675f4c20f4ce292bc48f7d9e09dafa1ad1543725cd509"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]} |
      | GET | /v2/app/blobs/sha256:86faa674e5dbeffbcee675f4c20f4ce292bc48f7d9e09dafa1ad1543725cd509 | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:d9298a10d1b0735837dc4bd85dac641b0f3cef27a47e5d53a54f2f3f5b2fcffa"]},"history":[{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 200 |  |  |
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error pulling image: Internal error ({uuid})"
    When I run `docker inspect --type image -f ok {registry}/app:1`
    Then it exits with 1

  @RUN-cached
  Scenario: What a failed pull has got is kept
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":305,"digest":"sha256:38086402b711cc3e1ab4f53b6f1a6422884670e5768445cf2e1ec5e9194482a7"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":5,"digest":"sha256:6497e4b3d7bed16979a343a7db4efa6d57725529f5ac3cec45c1f08fabcbdafc"}]} |
      | GET | /v2/app/blobs/sha256:38086402b711cc3e1ab4f53b6f1a6422884670e5768445cf2e1ec5e9194482a7 | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855","sha256:6497e4b3d7bed16979a343a7db4efa6d57725529f5ac3cec45c1f08fabcbdafc"]},"history":[{"created_by":"ADD"},{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 200 |  |  |
      | GET | /v2/app/blobs/sha256:6497e4b3d7bed16979a343a7db4efa6d57725529f5ac3cec45c1f08fabcbdafc | 503 |  |  |
    When I run `docker pull {registry}/app:1` while the clock runs
    Then it exits with 1
    And stdout does not contain "Pull complete"
    When I run `docker pull {registry}/app:1` while the clock runs
    Then it exits with 1
    And stdout contains "Download complete (cached)\n"
    And the registry was asked for `GET /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855` 1 time
    And the registry was asked for `GET /v2/app/blobs/sha256:6497e4b3d7bed16979a343a7db4efa6d57725529f5ac3cec45c1f08fabcbdafc` 10 times

  @RUN-redirect-credentials @raw
  Scenario: Who comes is not told elsewhere
    Given a registry that answers:
      | GET | /v2/                | 401 | WWW-Authenticate: Basic realm="x" |  |
      | GET | /v2/app/manifests/1 | 307 | Location: HERE/elsewhere          |  |
      | GET | /elsewhere          | 302 | Location: HERE/further            |  |
      | GET | /further            | 404 |                                   |  |
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1` with the headers:
      | X-Registry-Auth | eyJ1c2VybmFtZSI6Im1lIiwicGFzc3dvcmQiOiJzZWNyZXQifQ== |
    Then the body contains "Error: image {registry}/app:1 not found"
    And the registry was asked for `GET /v2/app/manifests/1 authorized` 1 time
    And the registry was asked for `GET /elsewhere` 1 time
    And the registry was asked for `GET /further` 1 time
    And the registry was never asked for `GET /(elsewhere|further) authorized`

  @RUN-manifest-redirects @raw
  Scenario: A manifest that is always somewhere else
    Given a registry that answers:
      | GET | /v2/                | 200 |                                    |  |
      | GET | /v2/app/manifests/1 | 302 | Location: HERE/v2/app/manifests/1 |  |
    When I request `POST /v1.24/images/create?fromImage={registry}/app&tag=1`
    Then the body matches `^\{"error":"Error [^"]+ \([0-9a-f-]{36}\)","errorDetail":`
    And the registry was asked for `GET /v2/app/manifests/1` 3 times

  @IMG-35.token
  Scenario: A token server that is not there
    Given a registry that answers:
      | GET | /v2/ | 401 | WWW-Authenticate: Bearer realm="http://localhost:1/token" |  |
    When I run `docker pull {registry}/app:1`
    Then it exits with 1
    And stderr contains "Error pulling image: (RemoteSourceError) localhost:1 host not found ({uuid})"

  @RUN-manifest-digest @raw
  Scenario: Another manifest than was asked for
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/sha256:.* | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":210,"digest":"sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]} |
      | GET | /v2/app/blobs/sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 200 |  |  |
    When I request `POST /v1.24/images/create?fromImage={registry}/app@sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef`
    Then the body matches `^\{"error":"Error [^"]+ \([0-9a-f-]{36}\)","errorDetail":`

  @RUN-evil-layers @rows:1.12
  Scenario Outline: A layer with what no layer may have
    Given a registry whose image "app" has a layer with <what>
    When I run `docker pull {registry}/app:latest`
    Then it exits with 1
    And stderr contains "Error pulling image: Internal error ({uuid})"
    When I run `docker inspect --type image -f ok {registry}/app`
    Then it exits with 1

    Examples:
      | what                       |
      | an entry above its root    |
      | an entry above a directory |
      | an absolute entry          |
      | a hard link above its root |
      | an entry of 5,000 bytes    |
      | a file of 200 GiB          |

  @IMG-35.mute
  Scenario: A registry that says nothing is not waited for
    Given a registry that never answers
    And the setting "registry_connect_ms" is 300
    When I run `docker pull {registry}/app:latest`
    Then it exits with 1
    And stderr contains "Error pulling image: (RemoteSourceError) {registry} host not found ({uuid})"

  @IMG-35.mute-login @raw
  Scenario: Nor is it at a login
    Given a registry that never answers
    And the setting "registry_connect_ms" is 300
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "http://{registry}"}
      """
    Then the status is 500
    And the body is "Timeout connecting to host {registry} ({uuid})"

  @IMG-35.mute-push @cli
  Scenario: Nor is it at a push
    Given a registry that never answers
    And I have pulled busybox
    And the setting "registry_connect_ms" is 300
    When I run `docker tag busybox {registry}/app:1`
    And I run `docker push {registry}/app:1`
    Then it exits with 1
    And stderr contains "Timeout connecting to host {registry}"

  @RUN-mute-manifest
  Scenario: A manifest that does not come
    Given a registry that never answers for the manifest of "app"
    And the setting "registry_stall_ms" is 300
    When I run `docker pull {registry}/app:latest`
    Then it exits with 1
    And stderr contains "Error pulling image: Internal error ({uuid})"

  @IMG-35.layer
  Scenario: A layer that is at a host that is gone is asked for again, as the host may be back
    Given a registry that answers:
      | GET | /v2/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":210,"digest":"sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]} |
      | GET | /v2/app/blobs/sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 307 | Location: http://localhost:1/layer |  |
    When I run `docker pull {registry}/app:1` while the clock runs
    Then it exits with 1
    And stderr contains "Error pulling image: (RemoteSourceError) localhost:1 host not found ({uuid})"
    And the registry was asked for `GET /v2/app/blobs/sha256:e3b0.*` 5 times

  @RUN-diff-id-known
  Scenario: What the zone has of a layer is compared, too
    Given a registry whose images "good" and "bad" differ in what their layer is said to be
    When I run `docker pull {registry}/good:latest`
    Then it exits with 0
    When I run `docker pull {registry}/bad:latest`
    Then it exits with 1
    And stderr contains "Error pulling image: Internal error ({uuid})"
    When I run `docker inspect --type image -f ok {registry}/bad:latest`
    Then it exits with 1

  @RUN-redirected
  Scenario: A registry may have everything somewhere else
    Given a registry that answers:
      | GET | /v2/ | 307 | Location: /elsewhere/ |  |
      | GET | /elsewhere/ | 200 |  | {} |
      | GET | /v2/app/manifests/1 | 302 | Location: /manifest |  |
      | GET | /manifest | 200 |  | {"schemaVersion":2,"mediaType":"application/vnd.docker.distribution.manifest.v2+json","config":{"mediaType":"application/vnd.docker.container.image.v1+json","size":210,"digest":"sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae"},"layers":[{"mediaType":"application/vnd.docker.image.rootfs.diff.tar","size":0,"digest":"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]} |
      | GET | /v2/app/blobs/sha256:ef81bff923a6705963568d319cad10373e41161801e7cfa23f68a523cedd91ae | 200 |  | {"architecture":"amd64","os":"linux","config":{"Cmd":["true"]},"rootfs":{"type":"layers","diff_ids":["sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"]},"history":[{"created_by":"ADD"}]} |
      | GET | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 307 | Location: /layer |  |
      | GET | /layer | 200 |  |  |
      | HEAD | /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 | 307 | Location: /layer |  |
      | HEAD | /layer | 200 |  |  |
      | POST | /v2/app/blobs/uploads/ | 202 | Location: /upload |  |
      | PUT | /upload | 201 |  |  |
      | PUT | /v2/app/manifests/1 | 201 |  |  |
    When I run `docker pull {registry}/app:1`
    Then it exits with 0
    When I run `docker push {registry}/app:1`
    Then it exits with 0
    And stdout contains "Layer already exists\n"
    And the registry was asked for `HEAD /layer` 1 time
    And the registry was asked for `PUT /upload.*` 1 time

  @RUN-redirected-token @raw
  Scenario: So may a token server
    Given a registry that answers:
      | GET | /v2/ | 401 | WWW-Authenticate: Bearer realm="HERE/token",service="x" |  |
      | GET | /token | 307 | Location: /token/real |  |
      | GET | /token/real | 200 |  | {"token":"t"} |
    When I request `POST /v1.24/auth` with the body:
      """
      {"username": "me", "password": "secret", "serveraddress": "http://{registry}"}
      """
    Then the status is 200
    And the registry was asked for `GET /token/real.*` 1 time
