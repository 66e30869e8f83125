Feature: What a container finds inside

  Background:
    Given I have pulled busybox

  @CTR-42
  Scenario: TERM is there without a terminal
    When I run `docker run --rm busybox sh -c 'echo $TERM'`
    Then stdout is "xterm\n"
    But on the engine stdout is "\n"

  @CTR-41
  Scenario: A variable without a value is dropped
    When I run `docker run --rm -e TERM busybox sh -c 'echo $TERM'`
    Then stdout is "xterm\n"
    But on the engine stdout is "\n"

  @RUN-env
  Scenario: The environment of a process
    When I run `docker run --rm -h box -e A=1 busybox env`
    Then it exits with 0
    And the lines of stdout, sorted, are:
      """
      A=1
      HOME=/root
      HOSTNAME=box
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
      TERM=xterm
      """
    But on the engine the lines of stdout, sorted, are:
      """
      A=1
      HOME=/root
      HOSTNAME=box
      PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
      """

  @RUN-hostname @engine
  Scenario: Its name
    When I run `docker run --rm -h box busybox hostname`
    Then stdout is "box\n"
    When I run `docker run --rm busybox sh -c 'hostname | wc -c'`
    Then stdout is "13\n"

  @CTR-39 @until:1.10
  Scenario: A name that no host may have
    When I run `docker create -h a_b busybox true`
    Then it is refused with "(ValidationFailed) problem creating container: Invalid VM parameters: \"hostname\" (Invalid) String does not match regexp: /^[a-z0-9][a-z0-9\\-]{0,62}(?:\\.[a-z0-9][a-z0-9\\-]{0,62})*$/i"

  @CTR-39.late @cli @from:1.12
  Scenario: A name that no host may have, told by the zone again
    When I run `docker create -h a_b busybox true`
    Then it is refused with "(ValidationFailed) problem creating container: Invalid VM parameters: \"hostname\" (Invalid) String does not match regexp: /^[a-z0-9][a-z0-9\\-]{0,62}(?:\\.[a-z0-9][a-z0-9\\-]{0,62})*$/i"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"], "Hostname": "a_b", "HostConfig": {}}
      """
    Then the status is 409
    But on the engine the status is 201

  @CTR-39.client @cli @from:1.11 @until:1.11 @limited
  Scenario: A name that no host may have does not leave this client
    When I run `docker create -h a_b busybox true`
    Then it exits with 1
    And stderr contains "invalid hostname format for --hostname: a_b."

  @CTR-48 @alone
  Scenario: The file of hosts
    When I run `docker run --rm -h box --add-host foo:1.2.3.4 busybox cat /etc/hosts`
    Then it exits with 0
    And stdout matches `^192\.168\.128\.[0-9]+\tbox\n127\.0\.0\.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nff00::0\tip6-mcastprefix\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n1\.2\.3\.4\tfoo\n$`
    But on the engine stdout matches `(?s)^127\.0\.0\.1\tlocalhost\n.*\tip6-allrouters\n1\.2\.3\.4\tfoo\n[0-9.]+\tbox\n$`

  @CTR-40 @cli @until:1.10
  Scenario: A domain is one to search in, and no part of the name
    When I run `docker run --rm -h box.example.test busybox sh -c 'hostname; cat /etc/resolv.conf'`
    Then it exits with 0
    And stdout matches `^box\n(nameserver [0-9.]+\n)+search example\.test\n$`

  @CTR-40.field @raw
  Scenario: A domain by its member
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "busybox", "Cmd": ["sh", "-c", "hostname; cat /etc/resolv.conf"],
       "Hostname": "box", "Domainname": "example.test", "HostConfig": {"Dns": ["192.0.2.53"]}}
      """
    And I request `POST /v1.24/containers/web/start`
    And I request `POST /v1.24/containers/web/wait`
    And I request `GET /v1.24/containers/web/logs?stdout=1`
    Then the body contains "box\n\x01\0\0\0\0\0\0\x16nameserver 192.0.2.53\n\x01\0\0\0\0\0\0\x14search example.test\n"
    But on the engine (drift) the body is "\x01\0\0\0\0\0\0\x04box\n\x01\0\0\0\0\0\0\x16nameserver 192.0.2.53\n"
    And on the zone the stream is:
      | stdout | box\nnameserver 192.0.2.53\nsearch example.test\n |
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /Config/Domainname | "example.test" |

  @RUN-uname
  Scenario: The system
    When I run `docker run --rm -h box busybox uname -a`
    Then stdout is "Linux box 3.12.0-1-amd64 BrandZ virtual linux x86_64 Linux\n"
    But on the engine stdout matches `^Linux box [0-9]+\.[0-9]+\.\S+ #.* x86_64 (GNU/)?Linux\n$`

  @CTR-45
  Scenario: Files of the zone
    When I run `docker run --rm busybox sh -c 'test -e /var/log/sdc-dockerinit.log && readlink /etc/mtab'`
    Then it exits with 0
    But on the engine it exits with 1
    And stdout matches `^/?(\.\./)?proc/mounts\n$`
    But on the engine stdout is empty

  @CTR-45.mounts
  Scenario: File systems of the zone
    Given the container "web" runs `sleep 1000`
    When I run `docker exec web cat /proc/mounts`
    Then it exits with 0
    And stdout contains "/native /native lofs ro"
    But on the engine stdout does not contain "/native"
    And stdout contains "objfs /system/object objfs"
    But on the engine stdout does not contain "objfs"
    And stdout contains "ctfs /system/contract ctfs"
    But on the engine stdout does not contain "ctfs"
    When I run `docker exec web touch /native/x`
    Then it exits with 1
    And stderr contains "touch: /native/x: Read-only file system"
    But on the engine stderr contains "touch: /native/x: No such file or directory"

  @CTR-45.shm
  Scenario: Shared memory is half of the package's RAM
    When I run `docker run --rm -m 1g busybox df -m /dev/shm`
    Then it exits with 0
    And stdout matches `tmpfs +512 +0 +512 +0% /dev/shm\n$`
    But on the engine stdout matches `shm +64 +0 +64 +0% /dev/shm\n$`

  @CTR-45.metadata
  Scenario: What the zone tells a container of itself
    Given the container "web" runs `sleep 1000`
    When I run `docker exec web /native/usr/sbin/mdata-get sdc:server_uuid`
    Then it exits with 0
    But on the engine it exits with 126
    And stdout matches `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n$`
    But on the engine (drift) stdout contains "stat /native/usr/sbin/mdata-get: no such file or directory"
    When on the zone I run `docker exec web /native/usr/sbin/mdata-get sdc:nosuch`
    Then on the zone it exits with 1
    And on the zone stderr contains "No metadata for 'sdc:nosuch'"
    When on the zone I run `docker exec web /native/usr/sbin/mdata-put motto hello`
    And on the zone I run `docker restart -t 0 web`
    And on the zone I run `docker exec web sh -c '/native/usr/sbin/mdata-list; /native/usr/sbin/mdata-get motto'`
    Then on the zone stdout is "motto\nhello\n"

  @RUN-files @engine
  Scenario: Files are there as long as the container
    Given the container "web" is created with `sh -c 'cat /x 2>/dev/null; echo a >> /x'`
    When I run `docker start -a web`
    Then stdout is empty
    When I run `docker start -a web`
    Then stdout is "a\n"

  @CTR-38 @raw
  Scenario: Nothing to run
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": [], "HostConfig": {}}
      """
    Then the status is 500
    But on the engine the status is 201
    And the body is "No command specified ({uuid})"
    But on the engine the body shows:
      | /Id | /^"[0-9a-f]{64}"$/ |

  @CTR-38.client
  Scenario: Nothing to run, for clients
    Given the container "web" is created with `true`
    When I run `docker commit -c 'CMD []' web nothing:1`
    And I run `docker create nothing:1`
    Then it is refused with "No command specified"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"

  @IMG-88 @raw
  Scenario: An empty list is given, null is not
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": null, "HostConfig": {}}
      """
    Then the status is 200
    But on the engine the status is 201
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": [], "HostConfig": {}}
      """
    Then the status is 500
    But on the engine the status is 201

  @CTR-24 @zone-only:what-an-engine-can-give-depends-on-its-own-privileges
  Scenario: Privileges are ignored
    When I run `docker run --rm --privileged --cap-add ALL busybox echo hi`
    Then it exits with 0
    And stdout is "hi\n"
    And stderr is empty
    When I run `docker run --name web --privileged --cap-add ALL -h box busybox sh -c 'hostname other; hostname'`
    Then stdout is "box\n"
    And stderr is "hostname: sethostname: Operation not permitted\n"
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /HostConfig/Privileged | false |
      | /HostConfig/CapAdd     | null  |

  @CTR-24.drop @cli
  Scenario: A capability that is dropped is there
    When I run `docker run --rm --cap-drop CHOWN busybox chown nobody /tmp`
    Then it exits with 0
    But on the engine it exits with 1
    And stderr is empty
    But on the engine stderr is "chown: /tmp: Operation not permitted\n"

  @CTR-25 @cli
  Scenario: So are limits that are no package's
    When I run `docker run --rm --cpu-shares 512 --memory-swap -1 --ulimit nofile=100 busybox sh -c 'ulimit -n'`
    Then it exits with 0
    And stdout is "1024\n"
    But on the engine stdout is "100\n"
    And stderr is empty

  @CTR-25.client @engine
  Scenario: Limits that are no package's are ignored for every client
    When I run `docker run --rm --cpu-shares 512 --memory-swap -1 busybox echo hi`
    Then it exits with 0
    And stdout is "hi\n"
    And stderr is empty
