Feature: Labels

  @RUN-labels
  Scenario: Labels come back, the package with them
    When I run `docker create --name web --label a=b --label c= busybox true`
    Then inspect of "web" shows:
      | /Config/Labels/a                   | "b"               |
      | /Config/Labels/c                   | ""                |
      | /Config/Labels/com.joyent.package  | /^"sample-[^"]+"$/ |

  @CTR-22 @NET-24
  Scenario: Labels of the zone are checked
    When I run `docker create --label triton.nosuch=1 busybox true`
    Then it is refused with "(Validation) invalid label: Unrecognized special triton tag \"triton.nosuch\""

  @CTR-22.type
  Scenario: So is the type of their values
    When I run `docker create --label triton.cns.disable=perhaps busybox true`
    Then it is refused with "(Validation) invalid label: Triton tag \"triton.cns.disable\" value must be \"true\" or \"false\": \"perhaps\""

  @CTR-36 @raw
  Scenario: A value that is no text
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Labels": {"a": 1}, "HostConfig": {}}
      """
    Then the status is 422
    And the body is "(Validation) invalid label: label \"a\" value is not a string: 1 ({uuid})"
