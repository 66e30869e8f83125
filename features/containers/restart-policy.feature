Feature: Restart policies

  @RUN-restart-always
  Scenario: Always, with longer and longer delays
    When I run `docker run -d --name web --restart always busybox sh -c 'exit 1'`
    And the clock advances by 1 s
    And I run `docker inspect -f '{{.RestartCount}}' web`
    Then stdout matches `^[2-4]\n$`

  @RUN-restart-on-failure
  Scenario: On failure, up to a number of times
    When I run `docker run -d --name web --restart on-failure:2 busybox sh -c 'exit 1'`
    And the clock advances by 60 s
    And I run `docker inspect -f '{{.RestartCount}} {{.State.Running}} {{.State.ExitCode}}' web`
    Then stdout is "2 false 1\n"

  @RUN-restart-success
  Scenario: A success is no failure
    When I run `docker run -d --name web --restart on-failure busybox true`
    And I run `docker wait web`
    And the clock advances by 60 s
    And I run `docker inspect -f '{{.RestartCount}} {{.State.Running}}' web`
    Then stdout is "0 false\n"

  @CTR-11
  Scenario: What is killed is started again
    When I run `docker run -d --name web --restart always busybox sleep 1000`
    And I run `docker kill web`
    And the clock advances by 5 s
    And I run `docker inspect -f '{{.RestartCount}} {{.State.Running}}' web`
    Then stdout is "1 true\n"

  @RUN-restart-stop
  Scenario: What is stopped is not
    When I run `docker run -d --name web --restart always busybox sleep 1000`
    And I run `docker stop -t 0 web`
    And the clock advances by 60 s
    And I run `docker inspect -f '{{.RestartCount}} {{.State.Running}}' web`
    Then stdout is "0 false\n"

  @RUN-restart-policy-inspect @engine
  Scenario: The policy is shown
    When I run `docker create --name web --restart on-failure:3 busybox true`
    Then inspect of "web" shows:
      | /HostConfig/RestartPolicy/Name              | "on-failure" |
      | /HostConfig/RestartPolicy/MaximumRetryCount | 3            |
