Feature: Labels

  @RUN-labels
  Scenario: Labels come back, the package with them
    When I run `docker create --name web --label a=b --label c= busybox true`
    Then inspect of "web" shows:
      | /Config/Labels/a                   | "b"               |
      | /Config/Labels/c                   | ""                |
    And inspect of "web" shows:
      | /Config/Labels/com.joyent.package  | /^"sample-[^"]+"$/ |
    But on the engine inspect of "web" shows:
      | /Config/Labels                     | {"a": "b", "c": ""} |

  @CTR-22 @NET-24
  Scenario: Labels of the zone are checked
    When I run `docker create --label triton.nosuch=1 busybox true`
    Then it is refused with "(Validation) invalid label: Unrecognized special triton tag \"triton.nosuch\""
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"], "Labels": {"triton.nosuch": "1"}, "HostConfig": {}}
      """
    Then the status is 422
    But on the engine the status is 201

  @CTR-22.type
  Scenario: So is the type of their values
    When I run `docker create --label triton.cns.disable=perhaps busybox true`
    Then it is refused with "(Validation) invalid label: Triton tag \"triton.cns.disable\" value must be \"true\" or \"false\": \"perhaps\""
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"], "Labels": {"triton.cns.disable": "perhaps"}, "HostConfig": {}}
      """
    Then the status is 422
    But on the engine the status is 201

  @CTR-36 @raw
  Scenario: A value that is no text
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Labels": {"a": 1}, "HostConfig": {}}
      """
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) invalid label: label \"a\" value is not a string: 1 ({uuid})"
    But on the engine (drift) the body shows:
      | /message | "json: cannot unmarshal number into Go struct field ContainerConfigWrapper.Labels of type string" |
