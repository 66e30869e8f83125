Feature: docker tag

  Background:
    Given I have pulled busybox

  @RUN-tag @cli @engine
  Scenario: Another name, which can go again
    When I run `docker tag busybox zonesim/other:1`
    Then it exits with 0
    And stdout is empty
    When I run `docker inspect --type image -f ok zonesim/other:1`
    Then it exits with 0
    When I run `docker rmi zonesim/other:1`
    Then it exits with 0
    And stdout is "Untagged: zonesim/other:1\n"
    When I run `docker inspect --type image -f ok zonesim/other:1`
    Then it exits with 1
    When I run `docker inspect --type image -f ok busybox`
    Then it exits with 0

  @RUN-tag-answer @raw @engine
  Scenario: A tag is answered with 201 and nothing else
    When I request `POST /v1.24/images/busybox/tag?repo=zonesim/answer`
    Then the status is 201
    And the body is empty
    When I request `GET /v1.24/images/zonesim/answer:latest/json`
    Then the status is 200
    When I request `DELETE /v1.24/images/zonesim/answer`
    Then the status is 200
    And the body shows:
      |  | [{"Untagged": "zonesim/answer:latest"}] |

  @RUN-tag-unknown @raw
  Scenario: What is not there cannot be tagged, whatever the name
    When I request `POST /v1.24/images/nosuch:1/tag?repo=Abc`
    Then the status is 404
    And the body is "(ResourceNotFound) No such image: nosuch:1 ({uuid})"
    But on the engine the body is "{\"message\":\"No such image: nosuch:1\"}\n"

  @IMG-21 @raw @registry @zone-only:engine->=-20.10-does-the-same
  Scenario Outline: A tag moves, whether or not it is forced to
    Given I have pulled alpine
    When I request `POST /<version>/images/alpine/tag?repo=zonesim/moved&tag=1<force>`
    Then the status is 201
    When I request `POST /<version>/images/busybox/tag?repo=zonesim/moved&tag=1<force>`
    Then the status is 201
    And the body is empty
    When I request `GET /v1.24/images/busybox/json`
    Then the body shows:
      | /RepoTags | ["busybox:latest", "zonesim/moved:1"] |
    When I request `GET /v1.24/images/alpine/json`
    Then the body shows:
      | /RepoTags | ["alpine:latest"] |

    Examples:
      | version | force    |
      | v1.20   |          |
      | v1.21   | &force=0 |
      | v1.24   | &force=1 |

  @IMG-21.cli @cli @registry
  Scenario: Nobody is asked for -f
    Given I have pulled alpine
    When I run `docker tag busybox alpine`
    Then it exits with 0
    When I request `GET /v1.24/images/busybox/json`
    Then the body shows:
      | /RepoTags | ["alpine:latest", "busybox:latest"] |

  @IMG-21.flag @cli @registry @until:1.11
  Scenario: Whoever says -f gets no more
    Given I have pulled alpine
    When I run `docker tag -f busybox alpine`
    Then it exits with 0
    When I request `GET /v1.24/images/busybox/json`
    Then the body shows:
      | /RepoTags | ["alpine:latest", "busybox:latest"] |

  @IMG-22 @cli @engine
  Scenario: One image may have names at two registries
    When I run `docker tag busybox quay.io/joyent/zonesim-two:1`
    Then it exits with 0
    When I run `docker inspect --type image -f ok quay.io/joyent/zonesim-two:1`
    Then it exits with 0
    When I run `docker rmi quay.io/joyent/zonesim-two:1`
    Then stdout is "Untagged: quay.io/joyent/zonesim-two:1\n"
    When I run `docker inspect --type image -f ok busybox`
    Then it exits with 0

  @IMG-10.tag @raw
  Scenario Outline: Names that only the zone takes
    When I request `POST /v1.24/images/busybox/tag?repo=<repo>&tag=<tag>`
    Then the status is 201
    But on the engine the status is 500
    And the body is ""
    But on the engine the body is "{\"message\":\"<refusal>\"}\n"

    Examples:
      | repo                     | tag | refusal                  |
      | zonesim/odd              | .a* | invalid tag format       |
      | zonesim/a..b__-c         | 1   | invalid reference format |
      | https://quay.io/joyent/x | 1   | invalid reference format |

  @IMG-10.scheme @raw @registry
  Scenario: A scheme is no part of a name
    When I request `POST /v1.24/images/busybox/tag?repo=https://quay.io/joyent/x&tag=1`
    And I request `GET /v1.24/images/quay.io/joyent/x:1/json`
    Then the body shows:
      | /RepoTags | ["busybox:latest", "quay.io/joyent/x:1"] |

  @IMG-10.official @raw @engine
  Scenario: The official index is no part of a name
    When I request `POST /v1.24/images/busybox/tag?repo=docker.io/zonesim/plain&tag=1`
    Then the status is 201
    When I request `DELETE /v1.24/images/zonesim/plain:1`
    Then the body shows:
      |  | [{"Untagged": "zonesim/plain:1"}] |

  @IMG-11.namespace @raw
  Scenario Outline: Namespaces that only the zone refuses
    When I request `POST /v1.24/images/busybox/tag?repo=<repo>&tag=1`
    Then the status is 500
    But on the engine the status is 201
    And the body is "<text> ({uuid})"
    But on the engine the body is ""
    When I request `DELETE /v1.24/images/<repo>:1`
    Then the status is 500
    But on the engine the status is 200

    Examples:
      | repo              | text                                                                        |
      | z/sim             | invalid repository namespace, must be between 2 and 255 characters: z       |
      | localhost:1/z/sim | invalid repository namespace, must be between 2 and 255 characters: z       |
      | zone--sim/x       | invalid repository namespace, cannot contain consecutive hyphens: zone--sim |

  @IMG-11.tag @raw
  Scenario Outline: Names that are refused in other words
    When I request `POST /v1.24/images/busybox/tag?repo=<repo>&tag=1`
    Then the status is 500
    And the body is "<text> ({uuid})"
    But on the engine the body is "{\"message\":\"invalid reference format\"}\n"

    Examples:
      | repo                   | text                                                                              |
      | -zonesim-/x            | invalid repository namespace, cannot start or end with a hypen: -zonesim-         |
      | zone*sim/x             | invalid repository namespace, may only contain [a-z0-9._-] characters: zone*sim   |
      | zonesim/x*y            | invalid repository name, may only contain [a-z0-9_/.-] characters: x*y            |
      | ftp://quay.io/joyent/x | invalid index scheme, must be \\"http\\" or \\"https\\": ftp://quay.io/joyent/x:1 |
      | http://docker.io/x/y   | invalid index, HTTP to official index is disallowed: http://docker.io/x/y:1       |

  @IMG-11.empty @raw
  Scenario Outline: A name is not left out
    When I request `POST /v1.24/images/busybox/tag<query>`
    Then the status is 500
    And the body is "invalid repository name, may only contain [a-z0-9_/.-] characters:  ({uuid})"
    But on the engine the body is "{\"message\":\"invalid reference format\"}\n"

    Examples:
      | query        |
      |              |
      | ?repo=&tag=1 |

  @IMG-10.digest @raw
  Scenario: A digest is no name to give
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    When I request `POST /v1.24/images/busybox/tag?repo=zonesim/x@{image}`
    Then the status is 500
    But on the engine (drift) the status is 400
    And the body is "invalid repository name, cannot tag by digest: zonesim/x@{image} ({uuid})"
    But on the engine (drift) the body is "{\"message\":\"refusing to create a tag with a digest reference\"}\n"

  @IMG-11.cli @cli @from:1.10
  Scenario: A namespace of one character, which a client lets pass
    When I run `docker tag busybox z/sim`
    Then it is refused with "invalid repository namespace, must be between 2 and 255 characters: z"
    But on the engine it exits with 0
    And on the engine stdout is empty
    When I run `docker rmi z/sim`
    Then it exits with 1
    But on the engine it exits with 0

  @IMG-13.tag @raw
  Scenario: The beginning of an id names what is tagged, whatever tag stands behind it
    When I request `GET /v1.24/images/busybox/json`
    And I save what `"Id":"sha256:([0-9a-f])` finds in the body as "digit"
    When I request `POST /v1.24/images/{digit}/tag?repo=zonesim/digit&tag=1`
    Then the status is 201
    When I request `POST /v1.24/images/{digit}:anything/tag?repo=zonesim/digit&tag=1`
    Then the status is 201
    But on the engine the status is 404
    And the body is ""
    But on the engine the body is "{\"message\":\"No such image: {digit}:anything\"}\n"
    When I request `DELETE /v1.24/images/zonesim/digit:1`
    Then the status is 200

  @RUN-tag-before-id @raw @registry
  Scenario: A name wins over the beginning of an id
    Given I have pulled alpine
    When I request `GET /v1.24/images/busybox/json`
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    When I request `POST /v1.24/images/alpine/tag?repo={short}`
    And I request `GET /v1.24/images/{short}/json`
    Then the body shows:
      | /RepoTags | /"alpine:latest"/ |
