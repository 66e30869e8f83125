Feature: Bodies of requests

  @APIX-03 @raw
  Scenario: An empty body is an empty object
    When I request `POST /v1.24/containers/create`
    Then the status is 422
    And the body is "(Validation) \"Image\" must be a string ({uuid})"

  @RUN-malformed-json @raw
  Scenario: A body that is no JSON
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": busybox}
      """
    Then the status is 400
    And the body is "(InvalidContent) Invalid JSON: {any} ({uuid})"

  @RUN-body-of-another-type @raw
  Scenario: A body of another type has no fields
    When I request `POST /v1.24/containers/create` with the headers:
      | Content-Type | text/plain |
    Then the status is 422
    And the body is "(Validation) \"Image\" must be a string ({uuid})"

  @API-20 @raw
  Scenario: A container needs a host configuration
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"]}
      """
    Then the status is 422
    And the body is "(Validation) \"HostConfig\" must be an object ({uuid})"

  @APIX-13 @raw
  Scenario: No host configuration is none, too
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": null}
      """
    Then the status is 422
    And the body is "(Validation) \"HostConfig\" must be an object ({uuid})"

  @API-21 @raw
  Scenario Outline: A command and an entry point are lists
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "<field>": "echo hi", "HostConfig": {}}
      """
    Then the status is 422
    And the body is "(Validation) \"<field>\" must be an array of strings ({uuid})"

    Examples:
      | field      |
      | Cmd        |
      | Entrypoint |
      | Env        |

  @RUN-validation @raw
  Scenario Outline: What else is refused before anything is looked up
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {<host>}}
      """
    Then the status is <status>
    And the body is "<text> ({uuid})"

    Examples:
      | host                                        | status | text                                                                                                  |
      | "Links": "a"                                | 422    | (Validation) \\"HostConfig.Links\\" must be an array of strings                                         |
      | "ExtraHosts": 1                             | 422    | (Validation) \\"HostConfig.Entrypoint\\" must be an array of strings                                    |
      | "PublishAllPorts": "yes"                    | 422    | (Validation) \\"HostConfig.PublishAllPorts\\" must be a boolean                                         |
      | "PortBindings": []                          | 422    | (Validation) \\"HostConfig.PortBindings\\" must be an object                                            |
      | "PortBindings": {"80": []}                  | 422    | (Validation) HostConfig.PortBindings: port specification incorrect: must be \\"number/protocol\\"       |
      | "PortBindings": {"0/tcp": []}               | 422    | (Validation) HostConfig.PortBindings: invalid port number                                             |
      | "PortBindings": {"80/sctp": []}             | 422    | (Validation) HostConfig.PortBindings: unknown protocol: must be tcp or udp                            |
      | "LogConfig": "json-file"                    | 422    | (Validation) \\"HostConfig.LogConfig\\" must be an object                                               |
      | "NetworkMode": 1                            | 422    | (Validation) \\"HostConfig.NetworkMode\\" must be a string                                              |
      | "NetworkMode": "container:a"                | 400    | (NotImplemented) Container networking is not supported is not implemented                             |
      | "Binds": ["/host:/x"]                       | 422    | (Validation) Invalid binds: /host:/x: /host is not a valid volume name                                |

  @APIX-18 @raw
  Scenario: A wrong type anywhere else is told, never a fault
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Hostname": 1, "HostConfig": {}}
      """
    Then the status is 422
    And the body is "(Validation) \"Hostname\" must be a string ({uuid})"

  @CLI-22 @raw
  Scenario: What a client sends for "not set" is not set
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": null, "Entrypoint": null, "Volumes": {}, "Labels": {},
       "HostConfig": {"MemorySwappiness": -1, "Memory": 0, "Binds": null, "Ulimits": null,
                      "Devices": [], "Dns": [], "LogConfig": {"Type": "", "Config": {}},
                      "RestartPolicy": {"Name": "no", "MaximumRetryCount": 0}, "ConsoleSize": [0, 0]}}
      """
    Then the status is 200
    And the body shows:
      | /Warnings | [] |

  @CLI-23 @raw
  Scenario: What the zone does not know is ignored
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "NoSuchField": {"a": 1}, "NetworkingConfig": {"EndpointsConfig": {}},
       "HostConfig": {"NanoCpus": 1, "Mounts": null, "AutoRemove": true}}
      """
    Then the status is 200

  @VOL-02
  Scenario: A path of the host is no volume
    Given I have pulled busybox
    When I run `docker create -v /host:/x busybox true`
    Then it is refused with "(Validation) Invalid binds: /host:/x: /host is not a valid volume name"

  @CLI-53 @raw
  Scenario Outline: An answer with a body has a type
    Given the container "web" is created with `true`
    When I request `GET /v1.24<path>`
    Then the header "Content-Type" is "application/json"

    Examples:
      | path                 |
      | /version             |
      | /info                |
      | /containers/json     |
      | /containers/web/json |
      | /images/json         |
