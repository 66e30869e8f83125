Feature: docker images

  Background:
    Given I have pulled busybox

  @RUN-images @raw
  Scenario: The keys of an entry
    When I request `GET /v1.24/images/json?filter=busybox`
    Then the body shows:
      | /0/Id          | /^"sha256:[0-9a-f]{64}"$/           |
      | /0/RepoTags    | ["busybox:latest"]                  |
      | /0/ParentId    | ""                                  |
      | /0/Created     | /^[0-9]+$/                          |
      | /0/Size        | /^[0-9]+$/                          |
      | /1             | absent                              |
    And the body shows:
      | /0/RepoDigests | /^\\["busybox@sha256:[0-9a-f]{64}"\\]$/ |
    But on the engine the body shows:
      | /0/RepoDigests | null                                |

  @IMG-03 @raw @zone-only:engine->=-20.10-does-the-same
  Scenario Outline: Ids have their algorithm in every version
    When I request `GET /<version>/images/json`
    Then the body shows:
      | /0/Id | /^"sha256:[0-9a-f]{64}"$/ |

    Examples:
      | version |
      | v1.20   |
      | v1.24   |

  @IMG-04 @raw
  Scenario: A tag that was never pushed has a digest, too
    When I request `GET /v1.24/images/busybox/json`
    Then the body shows:
      | /RepoDigests | /^\\["busybox@sha256:[0-9a-f]{64}"\\]$/ |
    But on the engine the body shows:
      | /RepoDigests | []                                  |

  @IMG-05 @cli @zone-only:clients-since-1.12-print-the-same-of-an-engine
  Scenario: Old clients print the digest as a row of its own
    When I run `docker images`
    Then it exits with 0
    And the number of lines of stdout is, by client:
      | 1.8-1.11 | 3 |
      | 1.12     | 2 |

  @IMG-14 @cli @engine
  Scenario: One repository
    When I run `docker images -q busybox`
    Then it exits with 0
    And stdout is not empty
    When I run `docker images -q nosuch`
    Then stdout is empty

  @IMG-14.malformed @raw
  Scenario Outline: A repository that there cannot be
    When I request `GET /v1.24/images/json?filter=<name>`
    Then the status is 500
    But on the engine the status is 200
    And the body is "<text> ({uuid})"
    But on the engine the body is "[]\n"

    Examples:
      | name | text                                                                            |
      | Abc  | invalid repository name, may only contain [a-z0-9_/.-] characters: Abc          |
      | a/b  | invalid repository namespace, must be between 2 and 255 characters: a           |

  @IMG-17 @raw
  Scenario: A filter that there is not
    When I request `GET /v1.24/images/json?filters={"before":["busybox"]}`
    Then the status is 500
    But on the engine the status is 200
    And the body is "problem loading images ({uuid})"
    But on the engine the body matches `^\[.*\]\n$`

  @IMG-12 @engine
  Scenario: An image that is not there
    When I run `docker inspect --type image nosuch`
    Then it exits with 1
    And stderr contains "No such image: nosuch"

  @IMG-19 @raw
  Scenario: An image as the zone knows it
    When I request `GET /v1.24/images/busybox/json`
    Then the status is 200
    And the body shows:
      | /Id           | /^"sha256:[0-9a-f]{64}"$/ |
      | /RepoTags     | ["busybox:latest"]        |
      | /Architecture | "amd64"                   |
      | /Container    | ""                        |
      | /Config/Cmd   | ["sh"]                    |
    And the body shows:
      | /Os           | "Linux"                   |
      | /VirtualSize  | absent                    |
    But on the engine the body shows:
      | /Os           | "linux"                   |
      | /VirtualSize  | /^[1-9][0-9]*$/           |

  @RUN-image-references @raw @engine
  Scenario Outline: The ways to name an image
    When I request `GET /v1.24/images/<name>/json`
    Then the status is 200

    Examples:
      | name                             |
      | busybox                          |
      | busybox:latest                   |
      | busybox%3Alatest                 |
      | docker.io/library/busybox:latest |

  @IMG-13 @raw @engine
  Scenario: An id, and the beginning of one
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I request `GET /v1.24/images/{image}/json`
    Then the status is 200

  @IMG-13.prefix @cli @from:1.10
  Scenario: The beginning of an id, however short and whatever tag stands behind it
    When I run `docker images -q busybox`
    And I save the first 1 characters of stdout as "digit"
    And I run `docker inspect --type image -f {{.Id}} {digit}`
    Then it exits with 0
    And stdout matches `^sha256:[0-9a-f]{64}\n$`
    When I run `docker inspect --type image -f {{.Id}} {digit}:anything`
    Then it exits with 0
    But on the engine it exits with 1
    And on the engine stderr is "Error: No such image: {digit}:anything\n"
    And on the zone stdout matches `^sha256:[0-9a-f]{64}\n$`

  @API-07.images @bollard
  Scenario: A typed client cannot read the list
    When I run `docker images`
    Then it exits with 1
    And stderr contains "missing field `SharedSize`"


  @IMG-15 @raw @engine
  Scenario Outline: What nobody has named
    When I request `GET /v1.24/images/json?filter=busybox&filters={"dangling":["<value>"]}`
    Then the body shows:
      | <at> | <shown> |

    Examples:
      | value | at          | shown              |
      | true  |             | []                 |
      | false | /0/RepoTags | ["busybox:latest"] |

  @IMG-16 @raw @engine
  Scenario: By a label that none has
    When I request `GET /v1.24/images/json?filters={"label":["no.such"]}`
    Then the body shows:
      |  | [] |

  @IMG-15.moved @CLI-50 @raw @registry
  Scenario: An image that has lost its name
    Given I have pulled alpine
    When I request `GET /v1.24/images/alpine/json`
    And I save the JSON at "/Id" as "image"
    And I request `POST /v1.24/images/busybox/tag?repo=alpine&tag=latest`
    And I request `GET /v1.24/images/json?filters={"dangling":["true"]}`
    Then the body shows:
      | /0/Id          | "{image}"         |
      | /0/RepoTags    | ["<none>:<none>"] |
      | /0/RepoDigests | ["<none>@<none>"] |
      | /1             | absent            |
    When I request `GET /v1.24/images/json?filters={"dangling":{"false":true}}`
    Then the body shows:
      | /0/RepoTags | ["alpine:latest", "busybox:latest"] |
      | /1          | absent                              |
    When I request `GET /v1.24/images/json?filter=alpine`
    Then the body shows:
      | /0/RepoTags | ["alpine:latest"] |
      | /1          | absent            |
    When I request `GET /v1.24/images/{image}/json`
    Then the body shows:
      | /RepoTags    | [] |
      | /RepoDigests | [] |

  @CLI-50.cli @cli @registry
  Scenario: An image that has lost its name, as clients show it
    Given I have pulled alpine
    And I run `docker tag busybox alpine`
    When I run `docker images -f dangling=true`
    Then it exits with 0
    And stdout has 2 lines
    And stdout matches `\n<none> +<none> `
    When I run `docker images -q -f dangling=false`
    Then it exits with 0
    And the number of lines of stdout is, by client:
      | 1.8-1.11 | 4 |
      | 1.12     | 2 |

  @CLI-50.typed @ext @bollard @registry
  Scenario: An image that has lost its name, as a typed client shows it
    Given I have pulled alpine
    And I run `docker tag busybox alpine`
    When I run `docker images -f dangling=true`
    Then it exits with 0
    And stdout has 2 lines
    And stdout matches `\n<none> +<none> `

  @CLI-50.forced @cli @registry
  Scenario: So has one that a container runs of
    Given the container "web" runs `sleep 1000`
    And I run `docker rmi -f busybox`
    When I run `docker images`
    Then it exits with 0
    And stdout has 2 lines
    And stdout matches `\n<none> +<none> `
    When I run `docker ps --format {{.Image}}`
    Then it exits with 0
    And stdout is "busybox\n"

  @IMG-15.parent @raw @registry
  Scenario: An image that others were made of does not dangle
    Given I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-parent&tag=latest`
    And I request `POST /v1.24/images/joyentunsupported/test-image-with-parent/tag?repo=busybox&tag=latest`
    When I request `GET /v1.24/images/json?filters={"dangling":["true"]}`
    Then the body shows:
      |  | [] |
    When I request `GET /v1.24/images/json?filters={"dangling":["false"]}`
    Then the body shows:
      | /0/RepoTags | ["<none>:<none>"] |

  @IMG-15.value @raw
  Scenario: An image dangles or it does not
    When I request `GET /v1.24/images/json?filters={"dangling":["maybe"]}`
    Then the status is 500
    But on the engine (drift) the status is 400
    And the body is "problem loading images ({uuid})"
    But on the engine (drift) the body shows:
      | /message | "Invalid filter 'dangling=[maybe]'" |

  @IMG-16.label @cli @registry @rows:1.12
  Scenario Outline: By a label
    Given I run `docker pull joyentunsupported/busybox_with_label_test`
    When I run `docker images -f <filter>`
    Then it exits with 0
    And the number of lines of stdout is, by client:
      | 1.8-1.11 | <before> |
      | 1.12     | <lines>  |

    Examples:
      | filter          | lines | before |
      | label=todd      | 2     | 3      |
      | label=todd=cool | 2     | 3      |
      | label=todd=hot  | 1     | 1      |
      | label=cool      | 1     | 1      |

  @IMG-16.several @raw @registry
  Scenario Outline: By several labels
    Given I request `POST /v1.24/images/create?fromImage=joyentunsupported/busybox_with_label_test&tag=latest`
    When I request `GET /v1.24/images/json?filters={"label":<labels>}`
    Then the body shows:
      | /0/Labels | <shown> |

    Examples:
      | labels                         | shown            |
      | ["todd","todd=cool"]           | {"todd": "cool"} |
      | {"todd":true,"todd=cool":true} | {"todd": "cool"} |
      | ["todd=cool","no.such"]        | absent           |

  @IMG-07 @registry
  Scenario: How many images an account has
    When I run `docker pull alpine`
    And I run `docker info`
    Then it exits with 0
    And stdout contains "Images: 2\n"
    Given the account "jill"
    When I am "jill"
    And I run `docker info`
    Then stdout contains "Images: 0\n"

  @IMG-07.untagged @raw @registry
  Scenario: An image counts with two names, and without any
    Given I have pulled alpine
    And I request `POST /v1.24/images/busybox/tag?repo=zonesim/two&tag=1`
    And I request `POST /v1.24/images/busybox/tag?repo=alpine&tag=latest`
    When I request `GET /v1.24/info`
    Then the body shows:
      | /Images | 2 |

  @IMG-12.run
  Scenario: A container of an image that is named by its digest
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RepoDigests/0" as "digest"
    Given the account "jill"
    When I am "jill"
    And I run `docker run --name web {digest} echo hi`
    Then it exits with 0
    And stdout contains "hi\n"
    And inspect of "web" shows:
      | /Config/Image | "{digest}" |
      | /Image        | "{image}"  |
    When I run `docker run --rm {digest} echo again`
    Then stdout is "again\n"

  @IMG-12.digest @raw @registry
  Scenario Outline: A digest that no image has
    When I request `<request>`
    Then the status is 404
    And the body is "(ResourceNotFound) No such image: busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000 ({uuid})"

    Examples:
      | request                                                                                                                     |
      | GET /v1.24/images/busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000/json                      |
      | DELETE /v1.24/images/busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000                        |
      | POST /v1.24/images/busybox@sha256:0000000000000000000000000000000000000000000000000000000000000000/tag?repo=zonesim/x&tag=1 |

  @IMG-12.names @raw
  Scenario: A digest names an image wherever a name does
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/RepoDigests/0" as "digest"
    Given the account "jill"
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    And I request `GET /v1.24/images/{digest}/json`
    Then the status is 200
    When I request `GET /v1.24/images/{digest}/history`
    Then the status is 200
    When I request `POST /v1.24/images/{digest}/tag?repo=zonesim/x&tag=1`
    Then the status is 201

  @IMG-39.cli @cli
  Scenario: An image that was pulled by its digest, as clients show it
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/RepoDigests/0" as "digest"
    And I save what `"busybox@(sha256:[0-9a-f]{64})"` finds in the body as "only"
    Given the account "jill"
    When I am "jill"
    And I run `docker pull {digest}`
    And I run `docker images --digests`
    Then it exits with 0
    And stdout contains "\nbusybox             <none>              {only} "
    And stdout has 2 lines

  @IMG-39.tagged @raw
  Scenario: A digest beside a name is not told twice
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/RepoDigests/0" as "digest"
    Given the account "jill"
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage={digest}`
    And I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    And I request `GET /v1.24/images/json`
    Then the body shows:
      | /0/RepoTags    | ["busybox:latest"] |
      | /0/RepoDigests | ["{digest}"]       |
      | /1             | absent             |

  @RUN-images-order @raw @registry
  Scenario: The newest image comes first
    Given I have pulled debian
    And I have pulled alpine
    When I request `GET /v1.24/images/json`
    Then the body shows:
      | /0/RepoTags | ["alpine:latest"]  |
      | /1/RepoTags | ["debian:latest"]  |
      | /2/RepoTags | ["busybox:latest"] |

  @IMG-19.names @raw @registry
  Scenario: An image by its name, its id and its digest
    Given I request `POST /v1.24/images/create?fromImage=ubuntu&tag=latest`
    When I request `GET /v1.24/images/ubuntu%3Alatest/json`
    Then the body shows:
      | /RepoTags        | ["ubuntu:latest"]                      |
      | /RepoDigests     | /^\\["ubuntu@sha256:[0-9a-f]{64}"\\]$/ |
      | /GraphDriver     | {"Data": null, "Name": "sdc-docker"}   |
      | /RootFS/Type     | "layers"                               |
      | /RootFS/Layers/4 | /^"sha256:/                            |
    When I save the JSON at "/Id" as "image"
    And I save the JSON at "/RepoDigests/0" as "digest"
    And I request `GET /v1.20/images/{image}/json`
    Then the body shows:
      | /RepoTags    | ["ubuntu:latest"] |
      | /RootFS/Type | "layers"          |
    When I request `GET /v1.24/images/{digest}/json`
    Then the body shows:
      | /Id | "{image}" |
