Feature: Bodies of requests

  @APIX-03 @raw
  Scenario: An empty body is an empty object
    When I request `POST /v1.24/containers/create`
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) \"Image\" must be a string ({uuid})"
    But on the engine the body is "{\"message\":\"EOF\"}\n"

  @RUN-malformed-json @raw
  Scenario: A body that is no JSON
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": busybox}
      """
    Then the status is 400
    But on the engine the status is 500
    And the body is "(InvalidContent) Invalid JSON: {any} ({uuid})"
    But on the engine the body is "{\"message\":\"invalid character 'b' looking for beginning of value\"}\n"

  @RUN-malformed @raw
  Scenario Outline: Neither is it anywhere else
    Given the container "web" runs `sleep 1000`
    When I request `POST /v1.24/containers/<route>` with the body:
      """
      <body>
      """
    Then the body is "<text> ({uuid})"
    But on the <worded> the body is "{\"message\":\"<words>\"}\n"
    And on the <coded> the status is <code>
    And on the zone the status is <status>

    Examples:
      | route    | body             | status | text                                               | coded          | code | worded         | words                                                                                       |
      | create   | [                | 400    | (InvalidContent) Invalid JSON: {any}               | engine         | 500  | engine         | unexpected EOF                                                                              |
      | create   | "busybox"        | 422    | (Validation) \\"Image\\" must be a string          | engine         | 500  | engine         | json: cannot unmarshal string into Go value of type runconfig.ContainerConfigWrapper        |
      | create   | null             | 422    | (Validation) \\"Image\\" must be a string          | engine (drift) | 400  | engine         | Config cannot be empty in order to create a container                                       |
      | create   | {"Image": 1}     | 422    | (Validation) \\"Image\\" must be a string          | engine         | 500  | engine (drift) | json: cannot unmarshal number into Go struct field ContainerConfigWrapper.Image of type string |
      | web/exec | {"Cmd": ["true"] | 400    | (InvalidContent) Invalid JSON: {any}               | engine (drift) | 400  | engine         | unexpected EOF                                                                              |
      | web/exec | {}               | 422    | (Validation) \\"Cmd\\" must be an array of strings | engine (drift) | 400  | engine         | No exec command specified                                                                   |
      | web/exec | {"Cmd": "true"}  | 422    | (Validation) \\"Cmd\\" must be an array of strings | engine (drift) | 400  | engine (drift) | json: cannot unmarshal string into Go struct field ExecConfig.Cmd of type []string          |

  @RUN-body-coding @raw
  Scenario: A body that is not coded as its headers say
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
    But on the engine the body is "{\"message\":\"Config cannot be empty in order to create a container\"}\n"

  @RUN-body-digest @raw
  Scenario: A body whose digest is another
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
    But on the engine the body is "{\"message\":\"Config cannot be empty in order to create a container\"}\n"

  @RUN-body-of-another-type @raw
  Scenario: A body of another type has no fields
    When I request `POST /v1.24/containers/create` with the headers:
      | Content-Type | text/plain |
    Then the status is 422
    But on the engine (drift) the status is 400
    And the body is "(Validation) \"Image\" must be a string ({uuid})"
    But on the engine the body is "{\"message\":\"Content-Type specified (text/plain) must be 'application/json'\"}\n"

  @API-20 @raw
  Scenario: A container needs a host configuration
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Cmd": ["true"]}
      """
    Then the status is 422
    But on the engine the status is 201
    And the body is "(Validation) \"HostConfig\" must be an object ({uuid})"
    But on the engine the body shows:
      | /Id | /^"[0-9a-f]{64}"$/ |

  @APIX-13 @raw
  Scenario: No host configuration is none, too
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": null}
      """
    Then the status is 422
    But on the engine the status is 201
    And the body is "(Validation) \"HostConfig\" must be an object ({uuid})"
    But on the engine the body shows:
      | /Id | /^"[0-9a-f]{64}"$/ |

  @API-21 @raw
  Scenario Outline: A command and an entry point are lists
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "<field>": "echo hi", "HostConfig": {}}
      """
    Then the status is 422
    But on the engine the status is <code>
    And the body is "(Validation) \"<field>\" must be an array of strings ({uuid})"
    But on the <worded> the body shows:
      | <member> | <words> |

    Examples:
      | field      | code | worded         | member   | words                                                                                            |
      | Cmd        | 201  | engine         | /Id      | /^"[0-9a-f]{64}"$/                                                                               |
      | Entrypoint | 201  | engine         | /Id      | /^"[0-9a-f]{64}"$/                                                                               |
      | Env        | 500  | engine (drift) | /message | "json: cannot unmarshal string into Go struct field ContainerConfigWrapper.Env of type []string" |

  @RUN-validation @raw
  Scenario Outline: What else is refused before anything is looked up
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {<host>}}
      """
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) \"HostConfig.<field>\" must be <type> ({uuid})"
    But on the engine (drift) the body shows:
      | /message | "json: cannot unmarshal <sent> into Go struct field HostConfig.HostConfig.<member> of type <go>" |

    Examples:
      | host                     | field           | type                | sent   | member          | go                    |
      | "Links": "a"             | Links           | an array of strings | string | Links           | []string              |
      | "ExtraHosts": 1          | Entrypoint      | an array of strings | number | ExtraHosts      | []string              |
      | "PublishAllPorts": "yes" | PublishAllPorts | a boolean           | string | PublishAllPorts | bool                  |
      | "PortBindings": []       | PortBindings    | an object           | array  | PortBindings    | nat.PortMap           |
      | "LogConfig": "json-file" | LogConfig       | an object           | string | LogConfig       | container.LogConfig   |
      | "NetworkMode": 1         | NetworkMode     | a string            | number | NetworkMode     | container.NetworkMode |

  @RUN-validation-values @raw
  Scenario Outline: So is what an engine makes a container of
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {<host>}}
      """
    Then the status is <status>
    But on the engine the status is 201
    And the body is "<text> ({uuid})"
    But on the engine the body shows:
      | /Id | /^"[0-9a-f]{64}"$/ |

    Examples:
      | host                            | status | text                                                                                              |
      | "PortBindings": {"80": []}      | 422    | (Validation) HostConfig.PortBindings: port specification incorrect: must be \\"number/protocol\\" |
      | "PortBindings": {"0/tcp": []}   | 422    | (Validation) HostConfig.PortBindings: invalid port number                                         |
      | "PortBindings": {"80/sctp": []} | 422    | (Validation) HostConfig.PortBindings: unknown protocol: must be tcp or udp                        |
      | "NetworkMode": "container:a"    | 400    | (NotImplemented) Container networking is not supported is not implemented                         |
      | "Binds": ["/host:/x"]           | 422    | (Validation) Invalid binds: /host:/x: /host is not a valid volume name                            |

  @APIX-18 @raw
  Scenario: A wrong type anywhere else is told, never a fault
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "Hostname": 1, "HostConfig": {}}
      """
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) \"Hostname\" must be a string ({uuid})"
    But on the engine (drift) the body shows:
      | /message | "json: cannot unmarshal number into Go struct field ContainerConfigWrapper.Hostname of type string" |

  @APIX-18.inside @raw
  Scenario Outline: So is one inside a host configuration
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {<host>}}
      """
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) \"HostConfig.<field>\" must be <type> ({uuid})"
    But on the engine (drift) the body shows:
      | /message | "json: cannot unmarshal <sent> into Go struct field <in>.HostConfig.<member> of type <go>" |

    Examples:
      | host                                           | field                           | type                      | sent   | in            | member                          | go                |
      | "LogConfig": {"Type": 1}                       | LogConfig.Type                  | a string                  | number | LogConfig     | LogConfig.Type                  | string            |
      | "LogConfig": {"Config": ["max-size"]}          | LogConfig.Config                | an object                 | array  | LogConfig     | LogConfig.Config                | map[string]string |
      | "RestartPolicy": {"Name": 1}                   | RestartPolicy.Name              | a string                  | number | RestartPolicy | RestartPolicy.Name              | string            |
      | "RestartPolicy": {"MaximumRetryCount": "3"}    | RestartPolicy.MaximumRetryCount | a number                  | string | RestartPolicy | RestartPolicy.MaximumRetryCount | int               |
      | "PortBindings": {"80/tcp": "80"}               | PortBindings.80/tcp             | an array of port bindings | string | HostConfig    | PortBindings                    | []nat.PortBinding |
      | "PortBindings": {"80/tcp": [80]}               | PortBindings.80/tcp             | an array of port bindings | number | HostConfig    | PortBindings                    | nat.PortBinding   |
      | "PortBindings": {"80/tcp": [{"HostPort": []}]} | PortBindings.80/tcp             | an array of port bindings | array  | PortBinding   | PortBindings.HostPort           | string            |
      | "VolumesFrom": "web"                           | VolumesFrom                     | an array of strings       | string | HostConfig    | VolumesFrom                     | []string          |
      | "Dns": [8]                                     | Dns                             | an array of strings       | number | HostConfig    | Dns                             | string            |

  @RUN-nul @raw
  Scenario Outline: No process can be told a NUL
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "<field>": <value>, "HostConfig": {}}
      """
    Then the status is 422
    But on the engine the status is <code>
    And the body is "(Validation) \"<field>\" must be <type> without \\0 ({uuid})"
    But on the engine the body shows:
      | <member> | <words> |

    Examples:
      | field      | value                    | type                | code | member   | words                                     |
      | Cmd        | ["echo", "a\\u0000b"]    | an array of strings | 201  | /Id      | /^"[0-9a-f]{64}"$/                        |
      | Env        | ["A=\\u0000"]            | an array of strings | 201  | /Id      | /^"[0-9a-f]{64}"$/                        |
      | Entrypoint | ["\\u0000"]              | an array of strings | 201  | /Id      | /^"[0-9a-f]{64}"$/                        |
      | User       | "root\\u0000"            | a string            | 201  | /Id      | /^"[0-9a-f]{64}"$/                        |
      | WorkingDir | "/\\u0000"               | a string            | 500  | /message | /^"lstat .+\\/\\\\u0000: invalid argument"$/ |

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
    But on the engine the status is 201
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
    But on the engine the status is 201

  @VOL-02
  Scenario: A path of the host is no volume
    Given I have pulled busybox
    When I run `docker create -v /host:/x busybox true`
    Then it is refused with "(Validation) Invalid binds: /host:/x: /host is not a valid volume name"
    But on the engine it exits with 0
    And on the engine stdout is "{id}\n"

  @CLI-53 @raw @engine
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
    But on the engine the status is <code>
    And the body is "(Validation) Invalid binds: <text> ({uuid})"
    But on the <worded> the body shows:
      | <member> | <words> |

    Examples:
      | binds                 | text                                                                                                                                | code | worded         | member   | words                                                                                                                                |
      | "data:/x:z"           | data:/x:z: \\"z\\" is not a valid flag                                                                                              | 201  | engine         | /Id      | /^"[0-9a-f]{64}"$/                                                                                                                   |
      | "data:/x:ro,z"        | data:/x:ro,z: \\"ro,z\\" is not a valid flag                                                                                        | 201  | engine         | /Id      | /^"[0-9a-f]{64}"$/                                                                                                                   |
      | "/h::"                | /h::: /h is not a valid volume name,/h:::  must be a non-empty string,/h::: an empty flag is not a valid flag                       | 500  | engine (drift) | /message | "invalid volume specification: '/h::': invalid mount config for type \\"bind\\": field Target must not be empty"                     |
      | "data", "d:/x", "e:f" | data: data is not of the form: volumeName:/mount/point[:flags],d:/x: d is not a valid volume name,e:f: e is not a valid volume name | 500  | engine (drift) | /message | "invalid volume specification: 'data': invalid mount config for type \\"volume\\": invalid mount path: 'data' mount path must be absolute" |

  @VOL-25 @raw
  Scenario Outline: Where a volume cannot be
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "nosuch", "Volumes": {"<key>": {}}, "HostConfig": {}}
      """
    Then the status is 500
    But on the <looks> the status is 404
    And the body is "<text> ({uuid})"
    But on the <looks> the body is "{\"message\":\"No such image: nosuch:latest\"}\n"

    Examples:
      | key       | text                                                           | looks          |
      |           | Invalid volume name \\"\\" must start with \\"/\\"             | engine (drift) |
      | data      | Invalid volume name \\"data\\" must start with \\"/\\"         | engine (drift) |
      | /a\\u0000 | Invalid volume name: cannot contain \\\\0                      | engine         |
      | //        | Invalid volume name: must contain at least one non-/ character | engine (drift) |
      | /a/..     | Invalid volume name: must contain at least one non-/ character | engine (drift) |

  @VOL-01 @raw
  Scenario: Eight volumes and no more
    Given I have pulled busybox
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {},
       "Volumes": {"/1": {}, "/2": {}, "/3": {}, "/4": {}, "/5": {}, "/6": {}, "/7": {}, "/8": {}}}
      """
    Then the status is 200
    But on the engine the status is 201
    When I request `POST /v1.24/containers/create` with the body:
      """
      {"Image": "busybox", "HostConfig": {},
       "Volumes": {"/1": {}, "/2": {}, "/3": {}, "/4": {}, "/5": {}, "/6": {}, "/7": {}, "/8": {}, "/9": {}}}
      """
    Then the status is 500
    But on the engine the status is 201
    And the body is "too many data volumes: max 8 ({uuid})"
    But on the engine the body shows:
      | /Id | /^"[0-9a-f]{64}"$/ |
