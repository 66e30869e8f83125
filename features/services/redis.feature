Feature: redis, as a container of its image

  @RUN-redis @cli @gateway
  Scenario: A real client of the host works with it, and what is saved outlives a restart
    Given I have pulled redis
    When I run `docker run -d --name cache -p 6379:6379 redis`
    Then it exits with 0
    When the host runs `redis-cli -h ADDRESS ping` at the address of "cache" until it exits with 0
    Then stdout is "PONG\n"
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

  @RUN-redis-benchmark @cli @from:1.12 @gateway
  Scenario: The benchmark of the real one passes
    Given I have pulled redis
    When I run `docker run -d --name cache -p 6379:6379 redis`
    And the host runs `redis-cli -h ADDRESS ping` at the address of "cache" until it exits with 0
    And the host runs `redis-benchmark -h ADDRESS -t set,get -n 10000 -q` at the address of "cache" as the clock advances
    Then it exits with 0
    And stdout matches `SET: [0-9.]+ requests per second`
    And stdout matches `GET: [0-9.]+ requests per second`

  @RUN-link-to-redis @cli @registry
  Scenario: Another container works with it by the name of a link
    Given I have pulled redis
    When I run `docker run -d --name cache redis`
    And the log of "cache" contains "ready to accept connections"
    And I run `docker run --rm --link cache:db redis redis-cli -h db set greeting hello`
    Then stdout is "OK\n"
    When I run `docker exec cache redis-cli get greeting`
    Then stdout is "hello\n"
