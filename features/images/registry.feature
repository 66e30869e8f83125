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
