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

  @RUN-malformed @raw
  Scenario Outline: Neither is it anywhere else
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/<route>` with the body:
      """
      <body>
      """
    Then the status is <status>
    And the body is "<text> ({uuid})"

    Examples:
      | route    | body             | status | text                                                |
      | create   | [                | 400    | (InvalidContent) Invalid JSON: {any}                |
      | create   | "busybox"        | 422    | (Validation) \\"Image\\" must be a string           |
      | create   | null             | 422    | (Validation) \\"Image\\" must be a string           |
      | create   | {"Image": 1}     | 422    | (Validation) \\"Image\\" must be a string           |
      | web/exec | {"Cmd": ["true"] | 400    | (InvalidContent) Invalid JSON: {any}                |
      | web/exec | {}               | 422    | (Validation) \\"Cmd\\" must be an array of strings   |
      | web/exec | {"Cmd": "true"}  | 422    | (Validation) \\"Cmd\\" must be an array of strings   |

  @RUN-body-coding @raw
  Scenario: A body that is not what its headers say
    When I send:
      """
      POST /v1.24/containers/create HTTP/1.1
      Host: zone
      Content-Type: application/json
      Content-Encoding: gzip
      Content-Length: 2

      {}
      """
    Then the status is 400
    And the body is "(InvalidContent) Invalid gzip body ({uuid})"
    When I send:
      """
      POST /v1.24/containers/create HTTP/1.1
      Host: zone
      Content-Type: application/json
      Content-MD5: AAAAAAAAAAAAAAAAAAAAAA==
      Content-Length: 2

      {}
      """
    Then the status is 400
    And the body is "(BadDigest) Content-MD5 'AAAAAAAAAAAAAAAAAAAAAA==' didn't match 'mZFLkyvTelC5g8XnyQrpOw==' ({uuid})"

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

  @APIX-18.inside @raw
  Scenario Outline: So is one inside a host configuration
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {<host>}}
      """
    Then the status is 422
    And the body is "(Validation) \"HostConfig.<field>\" must be <type> ({uuid})"

    Examples:
      | host                                           | field                           | type                      |
      | "LogConfig": {"Type": 1}                       | LogConfig.Type                  | a string                  |
      | "LogConfig": {"Config": ["max-size"]}          | LogConfig.Config                | an object                 |
      | "RestartPolicy": {"Name": 1}                   | RestartPolicy.Name              | a string                  |
      | "RestartPolicy": {"MaximumRetryCount": "3"}    | RestartPolicy.MaximumRetryCount | a number                  |
      | "PortBindings": {"80/tcp": "80"}               | PortBindings.80/tcp             | an array of port bindings |
      | "PortBindings": {"80/tcp": [80]}               | PortBindings.80/tcp             | an array of port bindings |
      | "PortBindings": {"80/tcp": [{"HostPort": []}]} | PortBindings.80/tcp             | an array of port bindings |
      | "VolumesFrom": "web"                           | VolumesFrom                     | an array of strings       |
      | "Dns": [8]                                     | Dns                             | an array of strings       |

  @RUN-nul @raw
  Scenario Outline: No process can be told a NUL
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "<field>": <value>, "HostConfig": {}}
      """
    Then the status is 422
    And the body is "(Validation) \"<field>\" must be <type> without \\0 ({uuid})"

    Examples:
      | field      | value                    | type                |
      | Cmd        | ["echo", "a\\u0000b"]    | an array of strings |
      | Env        | ["A=\\u0000"]            | an array of strings |
      | Entrypoint | ["\\u0000"]              | an array of strings |
      | User       | "root\\u0000"            | a string            |
      | WorkingDir | "/\\u0000"               | a string            |

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

  @VOL-20 @raw
  Scenario Outline: Every fault of a bind is told
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {"Binds": [<binds>]}}
      """
    Then the status is 422
    And the body is "(Validation) Invalid binds: <text> ({uuid})"

    Examples:
      | binds                 | text                                                                                                                       |
      | "data:/x:z"           | data:/x:z: \\"z\\" is not a valid flag                                                                                     |
      | "data:/x:ro,z"        | data:/x:ro,z: \\"ro,z\\" is not a valid flag                                                                               |
      | "/h::"                | /h::: /h is not a valid volume name,/h:::  must be a non-empty string,/h::: an empty flag is not a valid flag              |
      | "data", "d:/x", "e:f" | data: data is not of the form: volumeName:/mount/point[:flags],d:/x: d is not a valid volume name,e:f: e is not a valid volume name |

  @VOL-25 @raw
  Scenario Outline: Where a volume cannot be
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "nosuch", "Volumes": {"<key>": {}}, "HostConfig": {}}
      """
    Then the status is 500
    And the body is "<text> ({uuid})"

    Examples:
      | key       | text                                                              |
      |           | Invalid volume name \\"\\" must start with \\"/\\"                |
      | data      | Invalid volume name \\"data\\" must start with \\"/\\"            |
      | /a\\u0000 | Invalid volume name: cannot contain \\\\0                         |
      | //        | Invalid volume name: must contain at least one non-/ character    |
      | /a/..     | Invalid volume name: must contain at least one non-/ character    |

  @VOL-01 @raw
  Scenario: Eight volumes and no more
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {},
       "Volumes": {"/1": {}, "/2": {}, "/3": {}, "/4": {}, "/5": {}, "/6": {}, "/7": {}, "/8": {}}}
      """
    Then the status is 200
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {},
       "Volumes": {"/1": {}, "/2": {}, "/3": {}, "/4": {}, "/5": {}, "/6": {}, "/7": {}, "/8": {}, "/9": {}}}
      """
    Then the status is 500
    And the body is "too many data volumes: max 8 ({uuid})"
