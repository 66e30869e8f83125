Feature: docker top

  @CTR-75 @raw
  Scenario: Its columns and rows
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/containers/web/top?ps_args=aux`
    Then the status is 200
    And the body shows:
      | /Titles | ["UID", "PID", "PPID", "C", "STIME", "TTY", "TIME", "CMD"] |
    But on the engine the body shows:
      | /Titles | ["USER", "PID", "%CPU", "%MEM", "VSZ", "RSS", "TTY", "STAT", "START", "TIME", "COMMAND"] |
    And the body contains "\"sleep 1000\""
    And the body contains "\"zsched\""
    But on the engine the body shows:
      | /Processes/1 | absent |
    And the body matches `\["0","1","0","[0-9]+","[0-9]{10}\.[0-9]+","[0-9]+","[0-9]+\.[0-9]+","sleep 1000"\]`
    But on the engine the body matches `\["root","[0-9]+",("[0-9.]+",){4}"[^"]+","[^"]+","[^"]+","[0-9:]+","sleep 1000"\]`
    And on the zone the body matches `\["0","0","0","[0-9]+","[0-9]{10}\.[0-9]+","[0-9]+","[0-9]+\.[0-9]+","zsched"\]`

  @CTR-75.client
  Scenario: Its columns and rows as clients show them
    Given the container "web" runs `sleep 1000`
    When I run `docker top web aux`
    Then it exits with 0
    And stdout matches `^UID +PID +PPID +C +STIME +TTY +TIME +CMD *\n`
    But on the engine stdout matches `^USER +PID +%CPU +%MEM +VSZ +RSS +TTY +STAT +START +TIME +COMMAND *\n`
    And stdout matches `\n0 +1 +0 +[0-9]+ +[0-9]{10}\.[0-9]+ +[0-9]+ +[0-9]+\.[0-9]+ +sleep 1000\n`
    But on the engine stdout matches `\nroot +[0-9]+ +([0-9.]+ +){4}.* +[0-9:]+ +sleep 1000\n`

  @CTR-44
  Scenario: There is a process that no engine has
    Given the container "web" runs `sleep 1000`
    When I run `docker top web`
    Then it exits with 0
    And stdout contains "zsched"
    But on the engine stdout has 2 lines
    And stdout contains "sleep 1000"

  @API-29
  Scenario: What does not run has no processes
    Given the container "web" is created with `true`
    When I run `docker top web`
    Then it is refused with "Container state \"stopped\" not allowed for this command"
    But on the engine it exits with 1
    And on the engine stderr is "Error response from daemon: Container {id} is not running\n"
    When I request `GET /v1.24/containers/web/top`
    Then the status is 500
    But on the engine (drift) the status is 409
