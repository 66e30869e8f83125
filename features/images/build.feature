Feature: docker build

  Background:
    Given I have pulled busybox

  @RUN-build
  Scenario: A folder becomes an image
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL gone=fishing
      ENV WHO=world
      COPY greeting /greetings/
      RUN echo "hello $WHO" > /hello && cat /hello
      CMD ["cat", "/hello", "/greetings/greeting"]
      """
    And the file "greeting" of the context with "good day"
    When I run `docker build -t app {context}`
    Then it exits with 0
    And stdout contains "Step 5/6 : RUN echo"
    And stdout contains "hello world"
    And stdout matches `Successfully built [0-9a-f]{12}\n$`
    When I run `docker run --rm app`
    Then stdout is "hello world\ngood day"
