Feature: docker login

  @IMG-50 @raw @registry
  Scenario Outline: A login lists what it lacks
    When I request `POST /v1.24/auth` with the body:
      """
      <body>
      """
    Then the status is 422
    And the body is "(Validation) <missing> ({uuid})"

    Examples:
      | body                                                                       | missing                                                         |
      | {}                                                                         | missing "serveraddress", missing "username", missing "password" |
      | {"username": "u", "password": null}                                        | missing "serveraddress", missing "password"                     |

  @IMG-50.empty @raw
  Scenario: A password that is empty is missing, and no registry is asked
    When I request `POST /v1.24/auth` with the body:
      """
      {"serveraddress": "https://reg.example/", "username": "u", "password": ""}
      """
    Then the status is 422
    But on the engine (drift) the status is 500
    And the body is "(Validation) missing \"password\" ({uuid})"
    But on the engine (drift) the body contains "Get \\\"https://reg.example/v2/\\\": dial tcp: lookup reg.example"

  @IMG-50.type @raw
  Scenario: The address of a registry is a text
    When I request `POST /v1.24/auth` with the body:
      """
      {"serveraddress": 5}
      """
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) \"serveraddress\" must be a string ({uuid})"
    But on the engine (drift) the body shows:
      | /message | "json: cannot unmarshal number into Go struct field AuthConfig.serveraddress of type string" |

  @APIX-03.auth @raw
  Scenario: A login without a body is one without members
    When I request `POST /v1.24/auth`
    Then the status is 422
    But on the engine the status is 500
    And the body is "(Validation) missing \"serveraddress\", missing \"username\", missing \"password\" ({uuid})"
    But on the engine the body is "{\"message\":\"EOF\"}\n"

  @RUN-auth-json @raw
  Scenario: A login that is no JSON
    When I request `POST /v1.24/auth` with the body:
      """
      {"username":
      """
    Then the status is 400
    But on the engine the status is 500
    And the body contains "(InvalidContent) Invalid JSON: "
    But on the engine the body is "{\"message\":\"unexpected EOF\"}\n"
