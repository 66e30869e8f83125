Feature: Networks of containers

  @NET-02 @not-bollard:its-types-drop-what-they-do-not-know @alone
  Scenario Outline: The network of the account, whatever it is called
    Given I have pulled busybox
    When I run `docker run -d --name web --net=<name> busybox sleep 1000`
    Then it exits with 0
    And inspect of "web" shows:
      | /NetworkSettings/IPAddress | /^"192\\.168\\.1[23][0-9]\\.[0-9]+"$/ |
    But on the engine inspect of "web" shows:
      | /NetworkSettings/IPAddress | /^"172\\.17\\.[0-9]+\\.[0-9]+"$/ |

    Examples:
      | name    |
      | bridge  |
      | default |

  @NET-25 @cli @from:1.10
  Scenario: What the engine's networks have is ignored
    Given I have pulled busybox
    When I run `docker create --name web --mac-address 02:00:00:00:00:01 busybox true`
    Then it exits with 0
    And inspect of "web" shows:
      | /Config/MacAddress | "" |
    But on the engine inspect of "web" shows:
      | /Config/MacAddress | "02:00:00:00:00:01" |

  @NET-27
  Scenario: An address stays over stop and start
    Given the container "web" runs `sleep 1000`
    When I run `docker inspect -f '{{.NetworkSettings.IPAddress}} {{.NetworkSettings.MacAddress}}' web`
    And I save stdout as "address"
    And I run `docker restart -t 0 web`
    And I run `docker inspect -f '{{.NetworkSettings.IPAddress}} {{.NetworkSettings.MacAddress}}' web`
    Then on the zone stdout is "{address}\n"
    When I run `docker stop -t 0 web`
    And I run `docker run -d --name second busybox sleep 1000`
    And I run `docker run -d --name third busybox sleep 1000`
    And I run `docker start web`
    And I run `docker inspect -f '{{.NetworkSettings.IPAddress}} {{.NetworkSettings.MacAddress}}' web`
    Then stdout is "{address}\n"
    But on the engine stdout matches `^172\.17\.[0-9]+\.[0-9]+ 02:42:ac:11:[0-9a-f:]{5}\n$`

  @NET-29 @engine
  Scenario: There is no resolver of the engine's
    Given I have pulled busybox
    When I run `docker run --rm busybox cat /etc/resolv.conf`
    Then it exits with 0
    And stdout does not contain "127.0.0.11"

  @NET-18
  Scenario: The resolvers of the network are shown
    Given the container "web" is created with `true`
    Then inspect of "web" shows:
      | /HostConfig/Dns | /^\\["[0-9.]+"/ |
    But on the engine inspect of "web" shows:
      | /HostConfig/Dns | null |

  @NET-07
  Scenario: A port has one number
    Given I have pulled busybox
    When I run `docker create -p 8080:80 busybox true`
    Then it is refused with "publish port: remapping of port numbers not allowed"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"
