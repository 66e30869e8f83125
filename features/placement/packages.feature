Feature: Packages

  @PLC-03
  Scenario: The smallest package that has the memory
    When I run `docker create --name web -m 300m busybox true`
    Then it exits with 0
    And inspect of "web" shows:
      | /Config/Labels/com.joyent.package | "sample-512M" |
      | /HostConfig/Memory                | 536870912     |
    But on the engine inspect of "web" shows:
      | /Config/Labels                    | {}            |
      | /HostConfig/Memory                | 314572800     |

  @PLC-04
  Scenario: Without a wish it is the default
    Given the container "web" is created with `true`
    Then inspect of "web" shows:
      | /Config/Labels/com.joyent.package | "sample-1G"  |
      | /HostConfig/Memory                | 1073741824   |
    But on the engine inspect of "web" shows:
      | /Config/Labels                    | {}           |
      | /HostConfig/Memory                | 0            |

  @PLC-05
  Scenario: More than any package has
    Given I have pulled busybox
    When I run `docker create -m 65g busybox true`
    Then it is refused with "(NoSufficientPackage) no package supports the given container constraints: memory=65g"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"

  @PLC-06
  Scenario: A package by its name, whatever the memory
    When I run `docker create --name web -m 4g --label com.joyent.package=sample-256M busybox true`
    Then it exits with 0
    And inspect of "web" shows:
      | /HostConfig/Memory | 268435456 |
    But on the engine inspect of "web" shows:
      | /HostConfig/Memory | 4294967296 |

  @PLC-06.unknown
  Scenario: A package that is not there
    Given I have pulled busybox
    When I run `docker create --label com.joyent.package=nosuch busybox true`
    Then it is refused with "no packages match parameters"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"

  @PLC-07 @cli
  Scenario: The package is shown as a label
    Given the container "web" is created with `true`
    When I run `docker ps -a --format '{{.Label "com.joyent.package"}}'`
    Then stdout is "sample-1G\n"
    But on the engine stdout is "\n"

  @PLC-08
  Scenario: The package as a filter
    When I run `docker create --name small -m 256m busybox true`
    And I run `docker create --name large -m 2g busybox true`
    And I run `docker ps -a -f label=com.joyent.package=sample-2G --format {{.Names}}`
    Then stdout is "large\n"
    But on the engine stdout is empty
