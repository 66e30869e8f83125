Feature: Connections between containers

  @RUN-stream @engine @alone
  Scenario: A stream between two containers of an account
    Given the container "server" runs `nc -l -p 7000` with its input open
    When I run `docker exec server hostname -i`
    Then on the zone stdout is "192.168.128.5\n"
    When I save stdout as "ip"
    And I run `docker run --rm busybox sh -c 'until echo hello | nc {ip} 7000; do sleep 1; done'` while the clock runs
    Then it exits with 0
    And the log of "server" contains "hello\n"

  @RUN-refused @engine @alone
  Scenario: A port that nobody listens at refuses at once
    Given the container "server" runs `sleep 1000`
    When I run `docker exec server hostname -i`
    Then on the zone stdout is "192.168.128.5\n"
    When I save stdout as "ip"
    And I run `docker run --rm busybox nc {ip} 7000` while the clock runs
    Then it exits with 1
    And stderr contains "nc: can't connect to remote host ({ip}): Connection refused"
    And on the zone the clock has advanced by less than 2 s

  @RUN-silence @clock @rows:1.12
  Scenario Outline: Whoever does not answer is given up after 127 seconds
    Given the container "server" is created with `true`
    When I run `docker run --rm busybox nc <address> 80` while the clock runs
    Then it exits with 1
    And stderr contains "nc: can't connect to remote host (<address>): Connection timed out"
    And the clock has advanced by 127 s or a little more

    Examples:
      | address       |
      | 192.168.128.5 |
      | 192.168.129.9 |
      | 198.51.100.7  |

  @RUN-silence-beside @alone
  Scenario: An address beside one's own that nobody has
    Given I have pulled busybox
    When I run `docker run --rm busybox sh -c 'own=$(hostname -i); nc ${own%.*}.250 80'` while the clock runs
    Then it exits with 1
    And stderr contains ".250): Connection timed out"
    But on the engine stderr contains ".250): No route to host"
    And the clock has advanced by 127 s or a little more
    But on the engine the clock has advanced by less than 20 s

  @RUN-tenants
  Scenario: Another account does not reach a container, though the address is the same
    Given the account "other"
    And the container "server" runs `nc -ll -p 7000 -e echo secret`
    And I am "other"
    And the container "first" is created with `true`
    When I run `docker run --rm busybox nc -w 5 192.168.128.5 7000` while the clock runs
    Then it exits with 1
    And stderr contains "nc: timed out"
    And stdout is empty

  @RUN-published
  Scenario: A published port is open to everybody and another one to nobody else
    Given the account "other"
    And I have pulled busybox
    And I run `docker run -d -p 80:80 --name web busybox sh -c 'nc -ll -p 81 -e echo private & nc -ll -p 80 -e echo public'`
    When I run `docker run --rm busybox sh -c 'until nc 192.168.128.5 81; do sleep 1; done'` while the clock runs
    Then stdout is "private\n"
    Given I am "other"
    And I have pulled busybox
    When I run `docker run --rm busybox nc 203.0.113.10 80` while the clock runs
    Then stdout is "public\n"
    When I run `docker run --rm busybox nc -w 5 203.0.113.10 81` while the clock runs
    Then it exits with 1
    And stderr contains "nc: timed out"
