Feature: redis, as a container of its image

  @RUN-redis @cli @gateway
  Scenario: Real clients of the host work with it, and what is saved outlives a restart
    Given I have pulled redis
    When I run `docker run -d --name cache -p 6379:6379 redis`
    Then it exits with 0
    When the host runs `redis-cli -h ADDRESS ping` at the address of "cache" until it exits with 0
    Then stdout is "PONG\n"
    When the host runs `redis-benchmark -h ADDRESS -t set,get -n 10000 -q` at the address of "cache" as the clock advances
    Then it exits with 0
    And stdout contains "GET: "
    When the host runs `redis-cli -h ADDRESS rpush list a b c` at the address of "cache"
    Then stdout is "3\n"
    When the host runs `redis-cli -h ADDRESS incr list` at the address of "cache"
    Then stdout contains "WRONGTYPE Operation against a key holding the wrong kind of value"
    When I run `docker stop cache`
    And I run `docker start cache`
    And the host runs `redis-cli -h ADDRESS lrange list 0 -1` at the address of "cache" until it exits with 0
    Then stdout is "a\nb\nc\n"
    And the log of "cache" contains "# Redis is now ready to exit, bye bye...\n"
    When I run `docker exec cache redis-cli lrange list 0 -1`
    Then stdout is "a\nb\nc\n"
    When I run `docker exec cache redis-cli shutdown nosave`
    And I run `docker wait cache`
    Then stdout is "0\n"
