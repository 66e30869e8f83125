Feature: docker history

  @IMG-20 @raw
  Scenario: The image that is known comes first, and its older steps are missing
    Given I have pulled busybox
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I request `GET /v1.24/images/busybox/history`
    Then the status is 200
    And the body shows:
      | /0/Id      | "{image}"          |
      | /0/Created | /^[1-9][0-9]*$/    |
      | /0/Tags    | ["busybox:latest"] |
    And the body shows:
      | /0/Comment | absent |
    But on the engine the body shows:
      | /0/Comment | /^"/ |
    And on the zone the body shows:
      | /0/CreatedBy | "/bin/sh -c #(nop)  CMD [\\"sh\\"]" |
      | /0/Size      | 0                                   |
      | /1/Id        | "<missing>"                         |
      | /1/Comment   | ""                                  |
      | /1/CreatedBy | /^"/bin/sh -c #.nop. ADD file:/     |
      | /1/Size      | /^[1-9][0-9]*$/                     |
      | /1/Tags      | null                                |
      | /2           | absent                              |

  @IMG-20.cli @cli @registry
  Scenario: The steps, as clients show them
    When I run `docker pull busybox`
    And I run `docker history --no-trunc busybox`
    Then it exits with 0
    And stdout has 3 lines
    And stdout matches `\nsha256:[0-9a-f]{64} +.* ago +/bin/sh -c #\(nop\)  CMD \["sh"\] +0 B +\n`
    And stdout matches `\n<missing> +.* ago +/bin/sh -c #\(nop\) ADD file:.* [1-9.]+ kB +\n$`

  @IMG-20.sizes @raw @registry
  Scenario: A layer is as large as its transfer, and a step without one has no size
    Given I request `POST /v1.24/images/create?fromImage=debian&tag=latest`
    When I request `GET /v1.24/images/debian/json`
    And I save what `"Size":([0-9]+)` finds in the body as "size"
    And I request `GET /v1.24/images/debian/history`
    Then the body shows:
      | /0/Size | 0      |
      | /1/Size | {size} |
      | /2      | absent |

  @IMG-20.total @raw @registry
  Scenario: An image whose last step has a layer has its whole size
    Given I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-parent&tag=latest`
    When I request `GET /v1.24/images/joyentunsupported/test-image-with-parent/json`
    And I save what `"Size":([0-9]+)` finds in the body as "size"
    And I request `GET /v1.24/images/joyentunsupported/test-image-with-parent/history`
    Then the body shows:
      | /0/Size | {size} |

  @IMG-20.parent @raw @registry
  Scenario: A parent that the account has is named, with its tags
    Given I have pulled busybox
    And I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-parent&tag=latest`
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "parent"
    And I request `GET /v1.24/images/joyentunsupported/test-image-with-parent/history`
    Then the body shows:
      | /0/Tags    | ["joyentunsupported/test-image-with-parent:latest"] |
      | /0/Comment | absent                                              |
      | /1/Id      | "{parent}"                                          |
      | /1/Tags    | ["busybox:latest"]                                  |
      | /1/Comment | absent                                              |
      | /2/Id      | "<missing>"                                         |
      | /3         | absent                                              |

  @IMG-20.orphan @raw @registry
  Scenario: A parent that nobody has ends what is known
    Given I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-parent&tag=latest`
    When I request `GET /v1.24/images/joyentunsupported/test-image-with-parent/history`
    Then the status is 200
    And the body shows:
      | /0/Tags | ["joyentunsupported/test-image-with-parent:latest"] |
      | /1/Id   | "<missing>"                                         |
      | /2/Id   | "<missing>"                                         |
      | /3      | absent                                              |

  @IMG-20.tags @raw @registry
  Scenario: All names of an image are told, or none
    Given I have pulled alpine
    And I request `POST /v1.24/images/alpine/tag?repo=zonesim/two&tag=1`
    When I request `GET /v1.24/images/alpine/json`
    And I save the JSON at "/Id" as "image"
    And I request `GET /v1.24/images/{image}/history`
    Then the body shows:
      | /0/Tags | ["alpine:latest", "zonesim/two:1"] |
    Given I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo=zonesim/two&tag=1`
    And I request `POST /v1.24/images/busybox/tag?repo=alpine&tag=latest`
    And I request `GET /v1.24/images/{image}/history`
    Then the body shows:
      | /0/Tags | [] |

  @RUN-history-unknown @cli
  Scenario: The history of what is not there
    When I run `docker history nosuch`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) No such image: nosuch"
    But on the engine stderr is "Error response from daemon: No such image: nosuch:latest\n"

  @RUN-history-none @cli @registry
  Scenario: An image that tells no history
    When I run `docker pull joyentunsupported/test-image-without-history`
    And I run `docker history -q joyentunsupported/test-image-without-history`
    Then it exits with 0
    And stdout is not empty
