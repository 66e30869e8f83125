Feature: What a container takes from its image

  @IMG-84
  Scenario: The variables of the image come first, and none replaces another
    Given I have pulled busybox
    When I run `docker create --name web -e A=1 -e PATH=/bin busybox true`
    Then it exits with 0
    And inspect of "web" shows:
      | /Config/Env | ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1", "PATH=/bin"] |
    But on the engine inspect of "web" shows:
      | /Config/Env | ["A=1", "PATH=/bin"] |

  @IMG-84.effect @engine
  Scenario: The last of two variables counts
    Given I have pulled busybox
    When I run `docker run --rm -e PATH=/nowhere:/bin busybox /bin/sh -c 'echo $PATH'`
    Then it exits with 0
    And stdout is "/nowhere:/bin\n"

  @IMG-85 @registry
  Scenario: A volume of the image is one of the container's
    When I run `docker run --name web joyentunsupported/test-image-with-volume`
    Then it exits with 0
    And inspect of "web" shows:
      | /Config/Volumes | {"/data": {}} |

  @IMG-85.content @registry
  Scenario: What the image has in a volume is there
    When I run `docker run --name web joyentunsupported/image-with-local-volume`
    Then it exits with 0
    And stdout contains "some-file\n"

  @IMG-85.limit @raw @registry
  Scenario: A volume of the image is not counted
    Given I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-volume&tag=latest`
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "joyentunsupported/test-image-with-volume", "HostConfig": {},
       "Volumes": {"/1": {}, "/2": {}, "/3": {}, "/4": {}, "/5": {}, "/6": {}, "/7": {}, "/8": {}}}
      """
    Then the status is 200
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "joyentunsupported/test-image-with-volume", "HostConfig": {},
       "Volumes": {"/1": {}, "/2": {}, "/3": {}, "/4": {}, "/5": {}, "/6": {}, "/7": {}, "/8": {}, "/9": {}}}
      """
    Then the status is 500
    And the body is "too many data volumes: max 8 ({uuid})"

  @IMG-86 @registry
  Scenario: The labels of the image are the container's
    When I run `docker run --name web joyentunsupported/busybox_with_label_test true`
    Then it exits with 0
    And inspect of "web" shows:
      | /Config/Labels/todd               | "cool"        |
      | /Config/Labels/com.joyent.package | /^"sample-.+/ |
    When I run `docker ps -a -q --no-trunc --filter label=todd=cool`
    Then stdout is "{id}\n"
    When I run `docker ps -a -q --filter label=todd=hot`
    Then stdout is empty

  @IMG-86.request @registry
  Scenario: A label of the request wins over the image's
    When I run `docker create --name web --label todd=hot joyentunsupported/busybox_with_label_test true`
    Then it exits with 0
    And inspect of "web" shows:
      | /Config/Labels/todd | "hot" |
    When I run `docker ps -a -q --no-trunc --filter label=todd=hot`
    Then stdout is "{id}\n"
    When I run `docker ps -a -q --filter label=todd=cool`
    Then stdout is empty
    When I request `GET /v1.24/images/joyentunsupported/busybox_with_label_test/json`
    Then the body shows:
      | /Config/Labels | {"todd": "cool"} |

  @IMG-86.triton @registry
  Scenario: A service that the image is labelled with is told by the container, too
    When I run `docker create --name web joyentunsupported/test-image-with-cns-services`
    Then it exits with 0
    And inspect of "web" shows:
      | /Config/Labels/triton.cns.services | "web" |

  @IMG-87 @registry
  Scenario: What is for builds only has no effect
    When I run `docker run joyentunsupported/test-image-with-onbuild ls /usr`
    Then it exits with 0
    And stdout does not contain "src"

  @IMG-87.inspect @raw @registry
  Scenario: The image tells it all the same, and the container does not
    Given I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-onbuild&tag=latest`
    When I request `GET /v1.24/images/joyentunsupported/test-image-with-onbuild/json`
    Then the body shows:
      | /Config/OnBuild | ["COPY . /usr/src/app", "RUN touch /usr/src/app/built"] |
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "joyentunsupported/test-image-with-onbuild", "HostConfig": {}}
      """
    And I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /Config/Cmd     | ["sh"] |
      | /Config/OnBuild | null   |

  @RUN-image-command @registry
  Scenario: The command of the image
    When I run `docker run hello-world`
    Then it exits with 0
    And stdout is not empty

  @RUN-image-entrypoint @raw @registry
  Scenario: The entry point, the command, the folder and the ports of the image
    Given I request `POST /v1.24/images/create?fromImage=redis&tag=latest`
    When I request `POST /v1.24/containers/create?name=web` with the body:
      """
      {"Image": "redis", "HostConfig": {}}
      """
    Then the status is 200
    When I request `GET /v1.24/containers/web/json`
    Then the body shows:
      | /Config/Entrypoint   | ["docker-entrypoint.sh"] |
      | /Config/Cmd          | ["redis-server"]         |
      | /Config/WorkingDir   | "/data"                  |
      | /Config/ExposedPorts | {"6379/tcp": {}}         |

  @RUN-image-name
  Scenario: A container has the name that its image had, also when that has gone
    Given I have pulled busybox
    When I request `POST /v1.24/images/busybox/tag?repo=zonesim/web&tag=1`
    And I run `docker create --name web zonesim/web:1 true`
    Then it exits with 0
    When I request `DELETE /v1.24/images/zonesim/web:1`
    Then the status is 200
    And inspect of "web" shows:
      | /Config/Image | "zonesim/web:1"           |
      | /Image        | /^"sha256:[0-9a-f]{64}"$/ |
    When I run `docker ps -a --format {{.Image}}`
    Then stdout is "zonesim/web:1\n"
    But on the engine stdout is "{short}\n"

  @RUN-schema-1 @registry
  Scenario: An image of the first schema
    When I run `docker run busybox:buildroot-2013.08.1 echo old`
    Then it exits with 0
    And stdout contains "old\n"

  @RUN-oci @registry
  Scenario: An image of the open container initiative
    When I run `docker run alpine cat /etc/alpine-release`
    Then it exits with 0
    And stdout matches `[0-9]+\.[0-9]+`

  @RUN-uncompressed @registry
  Scenario: An image whose layers are not compressed
    When I run `docker run joyentunsupported/test-image-with-uncompressed-layer true`
    Then it exits with 0

  @RUN-image-ports @cli @registry
  Scenario: The ports of the image, published or not
    When I run `docker pull joyentunsupported/test-nginx`
    And I run `docker run -d --name none joyentunsupported/test-nginx`
    And I run `docker run -d --name all -P joyentunsupported/test-nginx`
    And I run `docker run -d --name one -p 80:80 joyentunsupported/test-nginx`
    Then it exits with 0
    And inspect of "none" shows:
      | /NetworkSettings/Ports | {"443/tcp": null, "80/tcp": null} |
    And inspect of "all" shows:
      | /NetworkSettings/Ports/443~1tcp/0/HostPort | "443" |
      | /NetworkSettings/Ports/80~1tcp/0/HostPort  | "80"  |
    And inspect of "one" shows:
      | /NetworkSettings/Ports/443~1tcp           | null |
      | /NetworkSettings/Ports/80~1tcp/0/HostPort | "80" |
