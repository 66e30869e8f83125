Feature: docker search

  @RUN-search-found @cli @registry
  Scenario: What is found is told with its description
    When I run `docker search busybox`
    Then it exits with 0
    And stdout matches `^NAME +DESCRIPTION +STARS +OFFICIAL +AUTOMATED *\nbusybox +Small Unix utilities in one program\. +[0-9]+ +\[OK\] *\n`

  @RUN-search-members @raw @registry
  Scenario: The members of a result
    When I request `GET /v1.24/images/search?term=busybox`
    Then the status is 200
    And the header "Content-Type" is "application/json"
    And the body shows:
      | /0/name         | "busybox"       |
      | /0/description  | /^".+"$/        |
      | /0/star_count   | /^[1-9][0-9]*$/ |
      | /0/is_official  | true            |
      | /0/is_automated | false           |
      | /0/is_trusted   | false           |

  @RUN-search-description @raw @registry
  Scenario: A description is searched, too, whatever its case
    When I request `GET /v1.24/images/search?term=unix`
    Then the body shows:
      | /0/name | "busybox" |

  @RUN-search-order @raw @registry
  Scenario: By stars, then by name
    When I request `GET /v1.24/images/search?term=busybox`
    Then the body shows:
      | /0/name | "busybox"                                   |
      | /1/name | "joyentunsupported/busybox_with_label_test" |

  @RUN-search-nothing @raw @registry
  Scenario: Nothing is found
    When I request `GET /v1.24/images/search?term=nosuchimage`
    Then the status is 200
    And the body shows:
      |  | [] |

  @IMG-52 @raw @registry
  Scenario: Neither a limit nor a filter has an effect
    When I request `GET /v1.24/images/search?term=busybox&limit=1&filters={"is-official":["true"]}`
    Then the status is 200
    And the body shows:
      | /0/is_official | true  |
      | /1/is_official | false |

  @IMG-52.cli @cli @registry @from:1.12
  Scenario: Neither has one that a client asks for
    When I run `docker search --limit 1 --filter is-official=true busybox`
    Then it exits with 0
    And stdout contains "\nbusybox "
    And stdout contains "\njoyentunsupported/busybox_with_label_test "

  @IMG-52.stars @cli @registry
  Scenario: A client leaves out by itself what has few stars
    When I run `docker search --stars=1 busybox`
    Then it exits with 0
    And stdout contains "\nbusybox "
    And stdout does not contain "busybox_with_label_test"

  @IMG-53 @cli
  Scenario: A host where nobody listens
    When I run `docker search localhost:4321/foo`
    Then it exits with 1
    And stdout is empty
    And stderr matches `^Error response from daemon: localhost:4321 host not found \([0-9a-f-]{36}\)\n$`
    But on the engine (drift) stderr contains "invalid registry endpoint"

  @IMG-53.v2 @cli @registry
  Scenario: A registry that cannot search
    When I run `docker search quay.io/joyent/triton_alpine_inherit_test`
    Then it exits with 1
    And stdout is empty

  @RUN-search-term @raw @registry
  Scenario Outline: A term that is none
    When I request `GET /v1.24/images/search<query>`
    Then the status is 422
    And the body matches `^\(Validation\) .+ \([0-9a-f-]{36}\)$`

    Examples:
      | query     |
      |           |
      | ?term=    |
      | ?term=a/b |

  @IMG-11.search @raw
  Scenario: A term with a capital letter
    When I request `GET /v1.24/images/search?term=localhost:4321/Foo`
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) invalid repository name, may only contain [a-z0-9_/.-] characters: Foo ({uuid})"
    But on the engine (drift) the body contains "invalid registry endpoint"
