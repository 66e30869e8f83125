Feature: Steps that a build need not do again

  Background:
    Given I have pulled busybox

  @IMG-72
  Scenario: Modes do not count
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENV ANEW=1
      COPY file dir /there/
      """
    And the file "file" of the context with "mode"
    And the file "dir/other" of the context with "mode"
    When I run `docker build --no-cache {context}`
    And the mode of "file" in the context becomes 700
    And the mode of "dir/other" in the context becomes 700
    And I run `docker build {context}`
    Then it exits with 0
    And stdout contains "/there/\n ---> Using cache\n"
    But on the engine stdout contains "/there/\n ---> {short}\n"

  @IMG-72.names
  Scenario: Names within a directory do not count
    When I run `docker build --no-cache -` with an archive of:
      | Dockerfile | FROM busybox\nENV ANEW=1\nCOPY dir /there/\n |
      | dir/a      | names                                        |
    And I run `docker build -` with an archive of:
      | Dockerfile | FROM busybox\nENV ANEW=1\nCOPY dir /there/\n |
      | dir/b      | names                                        |
    Then it exits with 0
    And stdout contains "/there/\n ---> Using cache\n"
    But on the engine stdout contains "/there/\n ---> {short}\n"

  @IMG-72.name
  Scenario: Nor does the name of a file
    When I run `docker build --no-cache -` with an archive of:
      | Dockerfile | FROM busybox\nENV ANEW=1\nCOPY a /name-of-it\n |
      | a          | name                                           |
    And I run `docker build -` with an archive of:
      | Dockerfile | FROM busybox\nENV ANEW=1\nCOPY b /name-of-it\n |
      | b          | name                                           |
    Then it exits with 0
    And stdout contains "COPY b /name-of-it\n ---> Using cache\n"
    But on the engine stdout contains "COPY b /name-of-it\n ---> {short}\n"

  @IMG-72.content @engine @rows:1.12
  Scenario Outline: Contents count
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      <words> /there/
      RUN cat /there/file
      """
    And the file "dir/file" of the context with "before"
    When I run `docker build {context}`
    And the file "dir/file" of the context becomes "after"
    And I run `docker build {context}`
    Then it exits with 0
    And on the zone stdout contains "\nafter"
    And on the zone stdout does not contain "Using cache"
    When the file "dir/file" of the context becomes "before"
    And I run `docker build {context}`
    Then it exits with 0
    And stdout contains "/there/\n ---> Using cache\n"
    And stdout does not contain "Running in"

    Examples:
      | words             |
      | COPY dir          |
      | ADD dir/file      |
      | COPY dir/file dir |

  @IMG-72.miss @cli @engine
  Scenario: Behind a step that was not done before, none was
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL a=1
      RUN echo behind
      """
    And the file "other" of the context:
      """
      FROM busybox
      LABEL a=1
      ENV MISS=1
      RUN echo behind
      """
    When I run `docker build {context}`
    And I run `docker build -f {context}/other {context}`
    Then it exits with 0
    And stdout contains "Step 2/4 : LABEL a=1\n ---> Using cache\n"
    And on the zone stdout contains "\nbehind\n"

  @IMG-72.no-cache @engine
  Scenario: Nothing is taken from before where that is not wanted
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo again
      """
    When I run `docker build {context}`
    And I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains "\nagain\n"
    And stdout does not contain "Using cache"

  @IMG-72.labels @from:1.11
  Scenario: Labels of the request count at the last step
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ENV LABELLED=1
      RUN echo labelled
      """
    When I run `docker build --label a=1 {context}`
    And I run `docker build --label a=2 {context}`
    Then it exits with 0
    And stdout contains "Step 2/3 : ENV LABELLED=1\n ---> Using cache\n ---> {short}\nStep 3/3 : RUN echo labelled\n ---> Running in {short}\nlabelled\n"
    But on the engine stdout contains "Step 3/4 : RUN echo labelled\n ---> Using cache\n"
    When I run `docker build --label a=1 {context}`
    Then it exits with 0
    And stdout contains "Step 3/3 : RUN echo labelled\n ---> Using cache\n"
    But on the engine stdout contains "Step 4/4 : LABEL a=1\n ---> Using cache\n"

  @IMG-72.accounts
  Scenario: What another account has built does not help
    Given the account "jill"
    And the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo mine
      """
    When I run `docker build {context}`
    And I am "jill"
    And I run `docker pull busybox`
    And I run `docker build {context}`
    Then it exits with 0
    And stdout contains "\nmine\n"
    And stdout does not contain "Using cache"

  @IMG-72.pulled @registry
  Scenario: What was pulled does not help
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo child > /etc/child
      """
    When I run `docker pull joyentunsupported/test-image-with-parent`
    And I run `docker build {context}`
    Then it exits with 0
    And stdout contains "Running in"
    And stdout does not contain "Using cache"

  @IMG-72.arguments @cli @from:1.9 @engine
  Scenario: Another argument is another command
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ARG WHO
      ENV ARGUED=2
      RUN echo "it is $WHO"
      """
    When I run `docker build --build-arg WHO=jill {context}`
    And I run `docker build --build-arg WHO=jack {context}`
    Then it exits with 0
    And stdout contains "ENV ARGUED=2\n ---> Using cache\n"
    And on the zone stdout contains "\nit is jack\n"
    When I run `docker build --build-arg WHO=jill {context}`
    Then it exits with 0
    And stdout does not contain "it is jill\n"

  @IMG-72.head @cli @engine
  Scenario: A step of before becomes an image of its own
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL head=1
      LABEL head=2
      """
    And the file "short" of the context:
      """
      FROM busybox
      LABEL head=1
      """
    When I run `docker build -t long {context}`
    And I run `docker build -t short -f {context}/short {context}`
    Then it exits with 0
    And stdout contains "Using cache"
    When I run `docker images short`
    Then stdout contains "short               latest"

  @IMG-72.head-again @raw @engine
  Scenario: A step of before that became an image is listed
    When I request `POST /v1.24/build?rm=1&t=long` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................#########################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL head=3
      LABEL head=4
      """
    And I request `POST /v1.24/build?rm=1&t=short` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................######################################################################################################################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      LABEL head=3
      """
    Then the body contains " Using cache\\n"
    When I request `GET /v1.24/images/json`
    Then the body contains "\"RepoTags\":[\"short:latest\"]"

  @IMG-72.names-of-steps @raw
  Scenario: What steps are called
    When I request `POST /v1.24/build?rm=1&t=called&buildargs={"A":"1"}` with the body:
      """
      ./././././././././././././././././././././././././././././././././././././././././././././Dockerfile0000644 0000000 0000000 00000001000 00000000000 056462  0
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ...........................................................
      ......................................................##################################################################################################################################################################################################################################################################################################################################################################################################
      FROM busybox
      ARG A
      ENV V=x W="y z"
      LABEL v=$V
      RUN ["echo", "a b"]
      ENTRYPOINT e f
      EXPOSE 80 53/UDP
      VOLUME /v
      WORKDIR w
      USER $V
      """
    Then the body contains "\"Step 4/10 : LABEL v=$V"
    When I request `GET /v1.24/images/called/history`
    Then the body shows:
      | /0/CreatedBy | "/bin/sh -c #(nop) USER x"                                        |
      | /2/CreatedBy | "/bin/sh -c #(nop) VOLUME /v"                                     |
      | /4/CreatedBy | "/bin/sh -c #(nop) ENTRYPOINT [\\"/bin/sh\\" \\"-c\\" \\"e f\\"]" |
      | /5/CreatedBy | "\|1 A=1 echo a b"                                                |
      | /6/CreatedBy | "/bin/sh -c #(nop) LABEL v=x"                                     |
    But on the engine the body shows:
      | /0/CreatedBy | /nop.  USER /   |
      | /2/CreatedBy | /nop.  VOLUME / |

  @IMG-72.hash @rows:1.12
  Scenario Outline: What is copied is called after its contents
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      COPY <sources> /x/
      """
    And the file "a" of the context with "content"
    And the file "b" of the context with "other"
    And the file "dir/b" of the context with "other"
    And the file "dir/sub/a" of the context with "content"
    When I run `docker build --no-cache -t hashed {context}`
    Then it exits with 0
    When I request `GET /v1.24/images/hashed/history`
    Then the body contains "\"CreatedBy\":\"/bin/sh -c #(nop) COPY <hash> in /x/\""
    But on the engine the body contains "\"CreatedBy\":\"/bin/sh -c #(nop) COPY <kind>:"

    Examples:
      | sources | kind  | hash                                                                   |
      | a       | file  | file:ed7002b439e9ac845f22357d822bac1444730fbdb6016d3ec9432297b9ec9f73  |
      | dir     | dir   | dir:883efb2732d573073401fead3c136b2f3c8a33e1302c1c4708bf425be85fea4a   |
      | a b     | multi | multi:8806d3dfbb2bab809466708099285c04ec9497741ddb2b48a09c701c61fe53c1 |

  @IMG-72.failed @cli @engine
  Scenario: The steps of a build that failed help
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo failing
      RUN exit 1
      """
    And the file "mended" of the context:
      """
      FROM busybox
      RUN echo failing
      RUN exit 0
      """
    When I run `docker build --no-cache {context}`
    And I run `docker build -f {context}/mended {context}`
    Then it exits with 0
    And stdout contains "RUN echo failing\n ---> Using cache\n"

  @RUN-cache-words @engine
  Scenario: A command whose words are others is another one, though it reads the same
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN ["/bin/sh", "-c", "echo $0-$1 > /o", "a b", "c"]
      """
    When I run `docker build -t one {context}`
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN ["/bin/sh", "-c", "echo $0-$1 > /o", "a", "b c"]
      """
    When I run `docker build -t two {context}`
    Then stdout does not contain "Using cache"
    When I run `docker run --rm two cat /o`
    Then stdout is "a-b c\n"

  @RUN-onbuild-quotes @engine
  Scenario: A trigger keeps its quotes until it runs
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      ONBUILD ENV A="b c"
      ONBUILD RUN echo one two | awk '{print $2}' > /o
      ONBUILD CMD ["cat", "/o"]
      """
    When I run `docker build -t base {context}`
    Given the file "Dockerfile" of the context:
      """
      FROM base
      """
    When I run `docker build -t child {context}`
    Then it exits with 0
    When I run `docker run --rm child`
    Then stdout is "two\n"
    When I run `docker run --rm child sh -c 'echo $A'`
    Then stdout is "b c\n"

  @IMG-72.commit @engine
  Scenario: What was committed is as good as what was built
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN echo hi > /q
      """
    And the container "web" is created with `/bin/sh -c "echo hi > /q"`
    When I run `docker start -a web`
    And I run `docker commit web`
    And I run `docker build {context}`
    Then it exits with 0
    And stdout contains " ---> Using cache\n"

  @IMG-72.times @engine
  Scenario: A step finds the same times, whether those before were known or not
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      RUN touch /a
      RUN stat -c "made %y" /a
      """
    When I run `docker build --no-cache {context}`
    Then it exits with 0
    And stdout contains ".000000000 "
