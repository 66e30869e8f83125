Feature: docker rmi

  What an image is used by keeps it; of what goes with it, every name, then the image, then its layers are told.

  @RUN-rmi @cli @registry
  Scenario: An image by its name
    When I run `docker pull hello-world`
    And I request `GET /v1.24/images/hello-world/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RootFS/Layers/0" as "layer"
    And I run `docker rmi hello-world`
    Then it exits with 0
    And stdout is "Untagged: hello-world:latest\nDeleted: {image}\nDeleted: {layer}\n"
    When I run `docker rmi hello-world`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) No such image: hello-world"

  @RUN-rmi-unknown @cli
  Scenario: An image that is not there
    When I run `docker rmi nosuch`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) No such image: nosuch"
    But on the engine stderr is "Error response from daemon: No such image: nosuch:latest\n"

  @RUN-rmi-unknown-tag @raw
  Scenario: An image that is not there, as a client typed it
    When I request `DELETE /v1.24/images/nosuch:1`
    Then the status is 404
    And the body is "(ResourceNotFound) No such image: nosuch:1 ({uuid})"
    But on the engine the body is "{\"message\":\"No such image: nosuch:1\"}\n"

  @RUN-rmi-several @cli
  Scenario: Several images, of which one is not there
    Given I have pulled busybox
    And I run `docker tag busybox zonesim/several:1`
    When I run `docker rmi nosuch zonesim/several:1`
    Then it exits with 1
    And stdout is "Untagged: zonesim/several:1\n"
    And stderr, by client, is:
      | 1.8-1.9   | Error response from daemon: (ResourceNotFound) No such image: nosuch ({uuid})\nError: failed to remove images: [nosuch]\n |
      | 1.10      | Failed to remove image (nosuch): Error response from daemon: (ResourceNotFound) No such image: nosuch ({uuid})\n          |
      | 1.11-1.12 | Error response from daemon: (ResourceNotFound) No such image: nosuch ({uuid})\n                                           |
    But on the engine stderr is "Error response from daemon: No such image: nosuch:latest\n"

  @RUN-rmi-tagged-step @cli @engine
  Scenario: A step of a build that has got a name stays
    Given the file "Dockerfile" of the context:
      """
      FROM busybox
      LABEL one=1
      LABEL two=2
      """
    When I run `docker build -t stepped {context}`
    And I run `docker inspect -f {{.Parent}} stepped`
    And I save stdout as "step"
    And I run `docker tag {step} middle`
    And I run `docker rmi stepped`
    And I run `docker inspect --type image -f {{.Config.Labels.one}} middle`
    Then stdout is "1\n"
    When I run `docker rmi middle`
    Then it exits with 0

  @IMG-27 @raw @registry
  Scenario: What has gone is told from the top to the base
    Given I request `POST /v1.24/images/create?fromImage=joyentunsupported/image-with-local-volume&tag=latest`
    And I request `POST /v1.24/images/joyentunsupported/image-with-local-volume/tag?repo=zonesim/x&tag=1`
    When I request `GET /v1.24/images/zonesim/x:1/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RootFS/Layers/0" as "base"
    And I save the JSON at "/RootFS/Layers/1" as "top"
    And I request `DELETE /v1.24/images/{image}?force=1`
    Then the status is 200
    And the header "Content-Type" is "application/json"
    And the body shows:
      | /0 | {"Untagged": "joyentunsupported/image-with-local-volume:latest"} |
      | /1 | {"Untagged": "zonesim/x:1"}                                      |
      | /2 | {"Deleted": "{image}"}                                           |
      | /3 | {"Deleted": "{top}"}                                             |
      | /4 | {"Deleted": "{base}"}                                            |
      | /5 | absent                                                           |

  @IMG-02.rmi @raw @registry
  Scenario: A layer that another image needs stays
    Given I have pulled busybox
    And I request `POST /v1.24/images/create?fromImage=joyentunsupported/image-with-local-volume&tag=latest`
    When I request `GET /v1.24/images/joyentunsupported/image-with-local-volume/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RootFS/Layers/1" as "top"
    And I request `DELETE /v1.24/images/joyentunsupported/image-with-local-volume`
    Then the body shows:
      | /0 | {"Untagged": "joyentunsupported/image-with-local-volume:latest"} |
      | /1 | {"Deleted": "{image}"}                                           |
      | /2 | {"Deleted": "{top}"}                                             |
      | /3 | absent                                                           |

  @IMG-02.rmi-account @raw
  Scenario: A layer that another account needs stays
    Given I have pulled busybox
    And the account "jill"
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    And I request `DELETE /v1.24/images/busybox`
    Then the body shows:
      | /0         | {"Untagged": "busybox:latest"} |
      | /1/Deleted | /^"sha256:[0-9a-f]{64}"$/      |
      | /2         | absent                         |

  @IMG-26 @cli @registry
  Scenario: Nothing is kept because it is not to be pruned
    When I run `docker pull hello-world`
    And I request `GET /v1.24/images/hello-world/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RootFS/Layers/0" as "layer"
    And I run `docker rmi --no-prune hello-world`
    Then it exits with 0
    And stdout is "Untagged: hello-world:latest\nDeleted: {image}\nDeleted: {layer}\n"

  @RUN-rmi-one-of-two @cli @engine
  Scenario: One name of two
    Given I have pulled busybox
    And I run `docker tag busybox zonesim/two:1`
    When I run `docker rmi zonesim/two:1`
    Then it exits with 0
    And stdout is "Untagged: zonesim/two:1\n"
    When I run `docker inspect --type image -f ok busybox`
    Then it exits with 0

  @IMG-23 @cli
  Scenario: An image by its id, while it has two names
    Given I have pulled busybox
    And I run `docker tag busybox zonesim/two:1`
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I run `docker rmi {image}`
    Then it exits with 1
    And it is refused with "conflict: unable to delete {short} (must be forced) - image is referenced in one or more repositories"
    But on the engine stderr is "Error response from daemon: conflict: unable to delete {short} (must be forced) - image is referenced in multiple repositories\n"
    When I run `docker rmi zonesim/two:1`
    Then it exits with 0

  @IMG-23.tags @raw
  Scenario: So it is while both are of one repository
    Given I have pulled busybox
    And I request `POST /v1.24/images/busybox/tag?repo=busybox&tag=zonesim`
    When I request `GET /v1.24/images/busybox/json`
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I request `DELETE /v1.24/images/{short}`
    Then the status is 500
    But on the engine the status is 409
    And the body is "conflict: unable to delete {short} (must be forced) - image is referenced in one or more repositories ({uuid})"
    But on the engine the body is "{\"message\":\"conflict: unable to delete {short} (must be forced) - image is referenced in multiple repositories\"}\n"
    When I request `DELETE /v1.24/images/busybox:zonesim`
    Then the status is 200

  @IMG-23.forced @raw @registry
  Scenario: All names go with an image that is forced to
    Given I have pulled busybox
    And I request `POST /v1.24/images/busybox/tag?repo=zonesim/two&tag=1`
    When I request `GET /v1.24/images/busybox/json`
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I request `DELETE /v1.24/images/{short}?force=1`
    Then the status is 200
    When I request `GET /v1.24/images/json`
    Then the body shows:
      |  | [] |

  @IMG-23.id-running @cli @rows:1.12
  Scenario Outline: An image by its id, while a container runs
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/containers/web/json`
    And I save what `"Id":"([0-9a-f]{12})` finds in the body as "container"
    And I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I run `docker rmi <flag> {image}`
    Then it exits with 1
    And it is refused with "conflict: unable to delete {short} (cannot be forced) - image is being used by running container {container}"
    But on the engine stderr is "Error response from daemon: conflict: unable to delete {short} (cannot be forced) - image is being used by running container {container}\n"

    Examples:
      | flag          |
      | --force=false |
      | --force       |

  @IMG-23.forms @raw @registry
  Scenario Outline: The beginning of an id and a digest count as the id
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/containers/web/json`
    And I save what `"Id":"([0-9a-f]{12})` finds in the body as "container"
    And I request `GET /v1.24/images/busybox/json`
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I save what `"Id":"sha256:([0-9a-f])` finds in the body as "digit"
    And I save what `(busybox@sha256:[0-9a-f]{64})` finds in the body as "digest"
    And I request `DELETE /v1.24/images/<name>?force=1`
    Then the status is 500
    And the body is "conflict: unable to delete {short} (cannot be forced) - image is being used by running container {container} ({uuid})"

    Examples:
      | name           |
      | {short}        |
      | sha256:{short} |
      | {digit}        |
      | {digest}       |

  @IMG-23.id-stopped @cli
  Scenario: An image by its id, while a container does not run
    Given the container "web" is created with `true`
    When I request `GET /v1.24/containers/web/json`
    And I save what `"Id":"([0-9a-f]{12})` finds in the body as "container"
    And I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I run `docker rmi {image}`
    Then it exits with 1
    And it is refused with "conflict: unable to delete {short} (must be forced) - image is being used by stopped container {container}"
    But on the engine stderr is "Error response from daemon: conflict: unable to delete {short} (must be forced) - image is being used by stopped container {container}\n"

  @IMG-23.name @cli @rows:1.12
  Scenario Outline: An image by its name, while there is a container
    Given the container "web" <state>
    When I request `GET /v1.24/containers/web/json`
    And I save what `"Id":"([0-9a-f]{12})` finds in the body as "container"
    And I request `GET /v1.24/images/busybox/json`
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I run `docker rmi busybox`
    Then it exits with 1
    And it is refused with "conflict: unable to remove repository reference \"busybox:latest\" (must force) - container {container} is using its referenced image {short}"
    But on the engine stderr is "Error response from daemon: conflict: unable to remove repository reference \"busybox\" (must force) - container {container} is using its referenced image {short}\n"

    Examples:
      | state                  |
      | is created with `true` |
      | runs `sleep 1000`      |

  @IMG-23.status @raw
  Scenario Outline: A conflict is told as a fault
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I request `DELETE /v1.24/images/<name>`
    Then the status is 500
    But on the engine the status is 409
    And the body matches `^conflict: unable to .+ \([0-9a-f-]{36}\)$`
    But on the engine the body shows:
      | /message | /^"conflict: unable to .+"$/ |

    Examples:
      | name    |
      | busybox |
      | {image} |

  @IMG-23.stopped-forced @cli @registry @rows:1.12
  Scenario Outline: An image that no container runs of goes when it is forced to
    Given the container "web" is created with `echo again`
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RootFS/Layers/0" as "layer"
    And I run `docker rmi -f <name>`
    Then it exits with 0
    And stdout is "Untagged: busybox:latest\nDeleted: {image}\nDeleted: {layer}\n"
    When I run `docker images -q`
    Then stdout is empty
    When I run `docker start -a web`
    Then stdout is "again\n"

    Examples:
      | name    |
      | busybox |
      | {image} |

  @IMG-23.running-forced @cli @registry
  Scenario: An image that a container runs of loses its name when it is forced to
    Given the container "web" runs `sleep 1000`
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I run `docker rmi -f busybox`
    Then it exits with 0
    And stdout is "Untagged: busybox:latest\n"
    When I run `docker inspect --type image -f {{.Id}} {image}`
    Then stdout is "{image}\n"
    When I run `docker inspect --type image -f {{.Id}} busybox`
    Then it exits with 1
    When I run `docker pull busybox`
    Then stdout contains "Status: Image is up to date for busybox:latest"
    When I run `docker inspect --type image -f {{.Id}} busybox`
    Then stdout is "{image}\n"

  @IMG-23.removed @cli @registry
  Scenario: A container that is removed uses nothing
    Given the container "web" runs `sleep 1000`
    When I run `docker rmi busybox`
    Then it exits with 1
    When I run `docker rm -f web`
    And I run `docker rmi busybox`
    Then it exits with 0
    And stdout contains "Untagged: busybox:latest\nDeleted: sha256:"

  @IMG-23.other-account @raw
  Scenario: What another account runs keeps nobody from removing
    Given the container "web" runs `sleep 1000`
    And the account "jill"
    When I am "jill"
    And I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    And I request `DELETE /v1.24/images/busybox`
    Then the status is 200

  @IMG-01.rmi @raw
  Scenario Outline: What another account has is not there
    Given I have pulled busybox
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    Given the account "jill"
    When I am "jill"
    And I request `<method> /v1.24/images/<name><rest>`
    Then the status is 404
    And the body is "(ResourceNotFound) No such image: <name> ({uuid})"

    Examples:
      | method | name    | rest                      |
      | GET    | busybox | /json                     |
      | GET    | {image} | /history                  |
      | POST   | busybox | /tag?repo=zonesim/x&tag=1 |
      | DELETE | {image} | ?force=1                  |

  @IMG-25 @raw @registry
  Scenario: An image of the same layers counts as the one that a container was made of
    Given the container "web" runs `sleep 1000`
    And I request `POST /v1.24/images/create?fromImage=joyentunsupported/busybox_with_label_test&tag=latest`
    When I request `GET /v1.24/containers/web/json`
    And I save what `"Id":"([0-9a-f]{12})` finds in the body as "container"
    And I request `GET /v1.24/images/joyentunsupported/busybox_with_label_test/json`
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I request `DELETE /v1.24/images/joyentunsupported/busybox_with_label_test`
    Then the status is 500
    And the body is "conflict: unable to remove repository reference \"joyentunsupported/busybox_with_label_test:latest\" (must force) - container {container} is using its referenced image {short} ({uuid})"

  @IMG-24 @raw @registry
  Scenario Outline: The last name of an image with children
    Given I have pulled busybox
    And I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-parent&tag=latest`
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I request `DELETE /v1.24/images/<name>`
    Then the status is 500
    And the body is "conflict: unable to delete {short} (cannot be forced) - image has dependent child images ({uuid})"

    Examples:
      | name            |
      | busybox         |
      | busybox?force=1 |
      | {image}         |
      | {image}?force=1 |

  @IMG-24.child @raw @registry
  Scenario: A parent with a name stays when its child goes, and may go then
    Given I have pulled busybox
    And I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-parent&tag=latest`
    When I request `DELETE /v1.24/images/joyentunsupported/test-image-with-parent`
    Then the status is 200
    When I request `GET /v1.24/images/json`
    Then the body shows:
      | /0/RepoTags | ["busybox:latest"] |
      | /1          | absent             |
    When I request `DELETE /v1.24/images/busybox`
    Then the status is 200

  @IMG-24.orphan @raw @registry
  Scenario: An image whose parent nobody has can be removed
    Given I request `POST /v1.24/images/create?fromImage=joyentunsupported/test-image-with-parent&tag=latest`
    When I request `DELETE /v1.24/images/joyentunsupported/test-image-with-parent`
    Then the status is 200
    And the body shows:
      | /0 | {"Untagged": "joyentunsupported/test-image-with-parent:latest"} |

  @IMG-28 @cli @registry
  Scenario: An image with one name, by its digest
    Given I have pulled busybox
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RepoDigests/0" as "digest"
    And I save the JSON at "/RootFS/Layers/0" as "layer"
    And I run `docker rmi {digest}`
    Then it exits with 0
    And stdout is "Untagged: busybox:latest\nDeleted: {image}\nDeleted: {layer}\n"

  @IMG-28.two @raw @registry
  Scenario: An image with two names, by its digest
    Given I have pulled busybox
    And I request `POST /v1.24/images/busybox/tag?repo=zonesim/two&tag=1`
    When I request `GET /v1.24/images/busybox/json`
    And I save what `"(busybox@sha256:[0-9a-f]{64})"` finds in the body as "digest"
    And I save what `"Id":"sha256:([0-9a-f]{12})` finds in the body as "short"
    And I request `DELETE /v1.24/images/{digest}`
    Then the status is 500
    And the body is "conflict: unable to delete {short} (must be forced) - image is referenced in one or more repositories ({uuid})"

  @IMG-28.digest-only @cli @registry
  Scenario: An image that was pulled by its digest goes by its digest, and by no name
    When I run `docker pull ubuntu`
    And I request `GET /v1.24/images/ubuntu/json`
    And I save the JSON at "/Id" as "image"
    And I save the JSON at "/RepoDigests/0" as "digest"
    And I run `docker rmi ubuntu`
    Then it exits with 0
    When I run `docker pull {digest}`
    Then it exits with 0
    When I run `docker rmi ubuntu`
    Then it exits with 1
    And it is refused with "(ResourceNotFound) No such image: ubuntu"
    When I run `docker rmi {digest}`
    Then it exits with 0
    And stdout matches `^Untagged: ubuntu@sha256:[0-9a-f]{64}\nDeleted: sha256:[0-9a-f]{64}\n(Deleted: sha256:[0-9a-f]{64}\n)+$`
    When I run `docker images -q`
    Then stdout is empty

  @IMG-13.rmi @raw @registry
  Scenario Outline: The beginning of an id names what goes, whatever tag stands behind it
    Given I have pulled busybox
    When I request `GET /v1.24/images/busybox/json`
    And I save the JSON at "/Id" as "image"
    And I save what `"Id":"sha256:([0-9a-f])` finds in the body as "digit"
    And I request `DELETE /v1.24/images/<name>`
    Then the status is 200
    And the body shows:
      | /0 | {"Untagged": "busybox:latest"} |
      | /1 | {"Deleted": "{image}"}         |

    Examples:
      | name             |
      | {digit}          |
      | sha256:{digit}   |
      | {digit}:anything |

  @RUN-rmi-port @cli @registry
  Scenario: A name with a port
    When I run `docker pull registry-1.docker.io:443/joyentunsupported/test-nginx:1.0.0`
    Then it exits with 0
    When I run `docker inspect --type image -f {{.Os}} registry-1.docker.io:443/joyentunsupported/test-nginx:1.0.0`
    Then stdout is "Linux\n"
    When I request `GET /v1.24/images/registry-1.docker.io%3A443%2Fjoyentunsupported%2Ftest-nginx%3A1.0.0/json`
    Then the body shows:
      | /RepoTags | ["registry-1.docker.io:443/joyentunsupported/test-nginx:1.0.0"] |
    When I run `docker rmi registry-1.docker.io:443/joyentunsupported/test-nginx:1.0.0`
    Then it exits with 0
    And stdout contains "Untagged: registry-1.docker.io:443/joyentunsupported/test-nginx:1.0.0\nDeleted: sha256:"

  @RUN-rmi-two-registries @cli @registry
  Scenario: One image from two registries
    When I run `docker pull joyentunsupported/triton_alpine_inherit_test`
    And I run `docker pull quay.io/joyent/triton_alpine_inherit_test`
    Then stdout contains "Status: Image is up to date for quay.io/joyent/triton_alpine_inherit_test:latest"
    When I run `docker rmi joyentunsupported/triton_alpine_inherit_test`
    Then it exits with 0
    And stdout is "Untagged: joyentunsupported/triton_alpine_inherit_test:latest\n"
    When I run `docker rmi quay.io/joyent/triton_alpine_inherit_test`
    Then it exits with 0
    And stdout contains "Untagged: quay.io/joyent/triton_alpine_inherit_test:latest\nDeleted: sha256:"
