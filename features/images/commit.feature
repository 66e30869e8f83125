Feature: docker commit

  Background:
    Given I have pulled busybox

  @RUN-commit
  Scenario: What a container has changed becomes an image
    When I run `docker run --name web busybox sh -c "echo beer > /drink; rm /etc/group; mkdir -p /a/b"`
    And I run `docker commit -a "cli tests" -m "Beer is great" -c "LABEL test=1" web pub:1`
    Then it exits with 0
    And stdout matches `^sha256:[0-9a-f]{64}\n$`
    When I run `docker run --rm pub:1 sh -c "cat /drink; ls -d /a/b /etc/passwd; ls /etc/group || echo gone"`
    Then stdout is:
      """
      beer
      /a/b
      /etc/passwd
      gone
      """

  @CLI-12 @cli
  Scenario: The body of a command line says nothing
    When I run `docker run --name web busybox true`
    And I run `docker commit web`
    Then it exits with 0
    And stdout matches `^sha256:[0-9a-f]{64}\n$`
