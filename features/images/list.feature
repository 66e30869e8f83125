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

  @IMG-03 @raw @zone-only:engines-since-1.10-answer-alike
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
    And the body is "problem loading images ({uuid})"
    But on the engine the body is "[]\n"

    Examples:
      | name |
      | Abc  |
      | a/b  |

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
