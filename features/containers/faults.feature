Feature: What goes wrong behind the endpoint

  @RUN-fault-node @rows:1.12
  Scenario Outline: A node that fails
    Given the container "web" runs `sleep 1000`
    And the <job> of "web" fails
    When I run `docker <command>`
    Then it is refused with "<text>"
    When I run `docker inspect -f '{{.State.Running}}' web`
    Then stdout is "true\n"

    Examples:
      | job    | command          | text                                |
      | stop   | stop -t 0 web    | problem stopping container          |
      | stop   | restart -t 0 web | problem restarting container        |
      | kill   | kill web         | problem sending signal to container |
      | delete | rm -f web        | problem deleting container          |
      | wait   | wait web         | problem waiting for container to stop |

  @RUN-fault-exec @cli
  Scenario: A detached exec that fails
    Given the container "web" runs `sleep 1000`
    And the exec of "web" fails
    When I run `docker exec -d web true`
    Then it is refused with "problem executing command"

  @RUN-fault-start
  Scenario: A node that fails once
    Given the container "web" is created with `sleep 1000`
    And the start of "web" fails
    When I run `docker start web`
    Then it is refused with "problem starting container"
    When I run `docker inspect -f '{{.State.Running}}' web`
    Then stdout is "false\n"
    When I run `docker start web`
    Then it exits with 0
    When I run `docker inspect -f '{{.State.Running}}' web`
    Then stdout is "true\n"

  @RUN-fault-restart
  Scenario: A restart whose start fails has stopped its container
    Given the container "web" runs `sleep 1000`
    And the start of "web" fails
    When I run `docker restart -t 0 web`
    Then it is refused with "problem restarting container"
    When I run `docker inspect -f '{{.State.Running}}' web`
    Then stdout is "false\n"

  @RUN-fault-provision
  Scenario: A container that could not be made leaves its name free
    Given the provision of "web" fails
    When I run `docker create --name web busybox true`
    Then it is refused with "problem creating container"
    When I run `docker ps -aq`
    Then stdout is ""
    When I run `docker create --name web busybox true`
    Then it exits with 0

  @RUN-fault-ticket @rows:1.12
  Scenario Outline: An operation that gets no ticket
    Given the container "web" runs `sleep 1000`
    And the ticket of "web" fails
    When I run `docker <command>`
    Then it is refused with "<text>"

    Examples:
      | command        | text                       |
      | rename web one | problem renaming container |
      | stop -t 0 web  | problem stopping container |

  @CTRX-16 @raw
  Scenario: A download that gets no ticket is answered
    Given the container "web" runs `sleep 1000`
    And the ticket of "web" fails
    When I request `GET /v1.24/containers/web/archive?path=/etc/passwd`
    Then the status is 500
    And the body is "problem calling docker copy ({uuid})"

  @CTRX-16.client
  Scenario: A client's download that gets no ticket is answered
    Given the container "web" runs `sleep 1000`
    And the ticket of "web" fails
    When I run `docker cp web:/etc/passwd -`
    Then it is refused with "problem calling docker copy"

  @RUN-fault-copy @raw
  Scenario Outline: A copy that fails
    Given the container "web" runs `sleep 1000`
    And the copy of "web" fails
    When I request `<request>`
    Then the status is 500
    And the body is "<text>"

    Examples:
      | request                                            | text                                  |
      | GET /v1.24/containers/web/archive?path=/etc/passwd | problem calling docker copy ({uuid})  |
      | HEAD /v1.24/containers/web/archive?path=/etc       |                                       |
      | PUT /v1.24/containers/web/archive?path=/tmp        | problem copying to container ({uuid}) |

  @RUN-fault-copy-old @raw
  Scenario: A copy by the old route that fails
    Given the container "web" runs `sleep 1000`
    And the copy of "web" fails
    When I request `POST /v1.24/containers/web/copy` with the body:
      """
      {"Resource": "/etc/passwd"}
      """
    Then the status is 500
    And the body is "problem copying file ({uuid})"

  @RUN-fault-reads @raw
  Scenario Outline: What cannot be read
    Given the container "web" runs `sleep 1000`
    And the <point> of "web" fails <with>
    When I request `<method> /v1.24/containers/web/<what>`
    Then the status is <status>
    And the body is "<text> ({uuid})"

    Examples:
      | point     | with     | method | what     | status | text                                                          |
      | inventory | with 500 | GET    | json     | 500    | No such container: web                                        |
      | inventory | with 503 | GET    | json     | 503    | No such container: web                                        |
      | inventory | with 503 | GET    | top      | 503    | No such container: web                                        |
      | inventory | with 503 | GET    | logs     | 503    | No such container: web                                        |
      | inventory | with 503 | GET    | stats    | 503    | No such container: web                                        |
      | inventory | with 503 | POST   | start    | 503    | No such container: web                                        |
      | inventory | with 503 | POST   | wait     | 503    | No such container: web                                        |
      | inventory | with 503 | POST   | stop?t=0 | 503    | No such container: web                                        |
      | inspect   | with 500 | GET    | json     | 500    | problem inspecting container                                  |
      | inspect   | with 503 | GET    | json     | 503    | problem inspecting container                                  |
      | stats     | with 500 | GET    | stats    | 500    | problem calling docker stats                                  |
      | wait      | with 503 | POST   | wait     | 503    | problem waiting for container to stop                         |
      | top       | with 500 | GET    | top      | 409    | (DockerContainerNotRunning) Container web is not running      |

  @RUN-fault-links @raw
  Scenario: A link that cannot be looked up
    Given the container "web" is created with `true`
    And the links of "web" fails
    When I request `DELETE /v1.24/containers/web/db?link=1`
    Then the status is 500
    And the body is "Unable to find link: web/db ({uuid})"
    When I request `DELETE /v1.24/containers/web/db?link=1`
    Then the status is 204

  @RUN-fault-hangs @raw
  Scenario Outline: A node that never ends a job
    Given the container "web" runs `sleep 10000`
    And the <job> of "web" hangs
    When I request `<request>` while the clock runs
    Then the status is 500
    And the body is "<text> ({uuid})"
    And the clock has advanced by <seconds> s or a little more
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /State/Running | true |

    Examples:
      | job    | request                                     | text                                                        | seconds |
      | stop   | POST /v1.24/containers/web/stop?t=5         | problem stopping container                                  | 305     |
      | stop   | POST /v1.24/containers/web/restart?t=5      | problem restarting container                                | 305     |
      | kill   | POST /v1.24/containers/web/kill             | problem sending signal to container                         | 120     |
      | delete | DELETE /v1.24/containers/web?force=1        | problem deleting container                                  | 180     |
      | copy   | GET /v1.24/containers/web/archive?path=/etc | (CommandTimeout) timed-out waiting for request response     | 10      |
      | stats  | GET /v1.24/containers/web/stats             | (CommandTimeout) timed-out waiting for request response     | 60      |

  @RUN-fault-start-hangs @raw
  Scenario: A start that never ends
    Given the container "web" is created with `sleep 1000`
    And the start of "web" hangs
    When I request `POST /v1.24/containers/web/start` while the clock runs
    Then the status is 500
    And the body is "problem starting container ({uuid})"
    And the clock has advanced by 120 s or a little more
    When I request `POST /v1.24/containers/web/start`
    Then the status is 204

  @RUN-fault-exec-hangs @cli
  Scenario: An exec whose process is never started
    Given the container "web" runs `sleep 1000`
    And the exec of "web" hangs
    When I run `docker exec -d web true` while the clock runs
    Then it is refused with "(CommandTimeout) timed-out waiting for request response"
    And the clock has advanced by 60 s or a little more

  @APIX-07.client
  Scenario: An exec that fails after the connection was taken over just ends
    Given the container "web" runs `sleep 1000`
    And the exec of "web" fails
    When I run `docker exec web echo hello`
    Then stdout is ""
    When I run `docker exec web echo hello`
    Then stdout is "hello\n"

  @RUN-fault-count @raw
  Scenario: Containers that cannot be counted are not told of
    Given containers cannot be counted
    When I request `GET /v1.24/info`
    Then the status is 200
    And the body shows:
      | /Containers | absent |
    When I request `GET /v1.24/info`
    Then the body shows:
      | /Containers | 0 |

  @RUN-node-time
  Scenario: Nodes that take their time
    Given the container "web" is created with `sleep 10000`
    And nodes take 30 s to start
    And nodes take 20 s to stop
    And nodes take 40 s to delete
    When I run `docker start web` while the clock runs
    Then it exits with 0
    And the clock has advanced by 30 s or a little more
    When I run `docker stop -t 0 web` while the clock runs
    Then it exits with 0
    And the clock has advanced by 20 s or a little more
    When I run `docker rm web` while the clock runs
    Then it exits with 0
    And the clock has advanced by 40 s or a little more

  @RUN-provisioning
  Scenario: What can be done with a container that is being made
    Given nodes take 600 s to provision
    When I start `docker create --name web busybox true` as "create"
    Then running `docker ps -a --format {{.Names}}` comes to print "web\n"
    When the clock advances by 300 s
    And I run `docker ps -a --format '{{.Names}} {{.Status}}'`
    Then stdout is "web Provisioning 5 minutes\n"
    When I run `docker start web`
    Then it is refused with "problem starting container"
    When I run `docker kill web`
    Then it is refused with "problem sending signal to container"
    When I run `docker rename web other`
    Then it is refused with "problem renaming container"
    When I run `docker rm -f web`
    Then it is refused with "Container state \"provisioning\" not allowed for this command"
    When I run `docker exec web true`
    Then it is refused with "VM is still provisioning"
    When I run `docker top web`
    Then it is refused with "Container state \"provisioning\" not allowed for this command"
    When I run `docker wait web`
    Then stdout is "0\n"
    When I run `docker create --name web busybox true`
    Then it is refused with "(ValidationFailed) problem creating container: Invalid VM parameters: \"alias\" (Duplicate) Already exists for this owner_uuid"
    When "create" ends while the clock runs
    Then it exits with 0
    When I run `docker ps -a --format '{{.Names}} {{.Status}}'`
    Then stdout is "web Created\n"

  @CTR-10
  Scenario: What a server's reboot does is up to the policy
    When I run `docker run -d --name none busybox sleep 1000`
    And I run `docker run -d --name always --restart always busybox sh -c 'trap "exit 0" TERM; while :; do sleep 1; done'`
    And I run `docker run -d --name success --restart on-failure busybox sh -c 'trap "exit 0" TERM; echo up; while :; do sleep 1; done'`
    And I run `docker run -d --name failure --restart on-failure busybox sh -c 'trap "exit 3" TERM; echo up; while :; do sleep 1; done'`
    And I run `docker run -d --name stopped --restart always busybox sleep 1000`
    And I run `docker stop -t 0 stopped`
    And the log of "success" contains "up" while the clock runs
    And the log of "failure" contains "up" while the clock runs
    And every server reboots
    And the clock advances by 12 s
    And I run `docker ps --format {{.Names}}`
    Then stdout is "failure\nalways\n"
    When I run `docker inspect -f '{{.State.ExitCode}} {{.RestartCount}}' none failure`
    Then stdout is "-9 0\n0 0\n"

  @CTR-10.services
  Scenario: Services that restart do not touch containers
    Given the container "web" runs `sleep 1000`
    And the service "vmapi" of the zone is down
    When I run `docker ps`
    Then it is refused with "(ServiceUnavailableError) service is currently unavailable"
    When every service of the zone is up
    And I run `docker ps --format {{.Names}}`
    Then stdout is "web\n"

  @RUN-crash
  Scenario: A server that crashes leaves no statuses behind
    When I run `docker run -d --name none busybox sleep 1000`
    And I run `docker run -d --name always --restart always busybox sleep 1000`
    And I run `docker run -d --name failure --restart on-failure busybox sleep 1000`
    And every server crashes
    And the clock advances by 1 s
    And I run `docker ps -a --format '{{.Names}} {{.Status}}'`
    Then stdout matches `^failure Exited\nalways Up \S+ .*\nnone Exited\n$`

  @CTR-69
  Scenario: The package of a container may be offered no more
    Given the container "web" runs `sleep 1000`
    And the package "sample-1G" is no longer offered
    When I run `docker ps --format {{.Labels}}`
    Then stdout is "com.joyent.package=<unknown>\n"
    And inspect of "web" shows:
      | /Config/Labels/com.joyent.package | absent |
