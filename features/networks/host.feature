Feature: What the zone's host reaches

  @NET-12 @gateway
  Scenario: Two containers publish one port, each at an address of its own
    Given I have pulled busybox
    When I run `docker run -d --name one -p 8080:8080 busybox sh -c 'mkdir /www; echo one > /www/a; exec httpd -f -p 8080 -h /www'`
    Then it exits with 0
    When I run `docker run -d --name two -p 8080:8080 busybox sh -c 'mkdir /www; echo two > /www/a; exec httpd -f -p 8080 -h /www'`
    Then it exits with 0
    When the host fetches "/a" from port 8080 of "one" until it is "one\n"
    And the host fetches "/a" from port 8080 of "two" until it is "two\n"
    Then the host serves port 8080 of "one"
    And the host serves port 8080 of "two"

  @RUN-gateway-follows @gateway
  Scenario: What nobody listens at is refused
    Given I have pulled busybox
    When I run `docker run -d --name web -p 8080:8080 busybox sh -c 'mkdir /www; echo here > /www/a; exec httpd -f -p 8080 -h /www'`
    And the host fetches "/a" from port 8080 of "web" until it is "here\n"
    And I run `docker kill web`
    And the host fetches "/a" from port 8080 of "web" until it is "refused"
    And I run `docker start web`
    And the host fetches "/a" from port 8080 of "web" until it is "here\n"

  @RUN-gateway-unpublished @gateway
  Scenario: What listens and is not published is refused
    Given I have pulled busybox
    When I run `docker run -d --name web -p 8080:8080 busybox sh -c 'mkdir /www; echo here > /www/a; httpd -p 9090 -h /www; exec httpd -f -p 8080 -h /www'`
    And the host fetches "/a" from port 8080 of "web" until it is "here\n"
    And the host fetches "/a" from port 9090 of "web"
    Then what came is "refused"

  @RUN-socks @socks
  Scenario: SOCKS5 leads to an account's private addresses
    Given I have pulled busybox
    When I run `docker run -d --name web busybox sh -c 'mkdir /www; echo private > /www/a; httpd -p 8080 -h /www; echo up; sleep 1000'`
    And the log of "web" contains "up"
    And "demo" fetches "/a" from port 8080 of "192.168.128.5" over SOCKS5
    Then what came is "private\n"
    When "demo" fetches "/a" from port 8080 of "web" over SOCKS5
    Then what came is "private\n"
    When "demo" fetches "/a" from port 8081 of "web" over SOCKS5
    Then what came is "refused"
    When "demo" fetches "/a" from port 8080 of "nosuch" over SOCKS5
    Then what came is "unreachable"
    When "demo" fetches "/a" from port 8080 of "web" over SOCKS5 with another token
    Then what came is "not let in"

  @RUN-socks-tenants @socks
  Scenario: SOCKS5 leads nobody to another account's addresses
    Given the account "jill"
    And I have pulled busybox
    When I run `docker run -d --name web busybox sh -c 'mkdir /www; echo private > /www/a; httpd -p 8080 -h /www; echo up; sleep 1000'`
    And the log of "web" contains "up"
    And "jill" fetches "/a" from port 8080 of "web" over SOCKS5
    Then what came is "unreachable"
    When "jill" fetches "/a" from port 8080 of "192.168.128.5" over SOCKS5 while the clock runs
    Then what came is "unreachable"
    And the clock has advanced by 127 s or a little more
