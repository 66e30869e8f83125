Feature: docker login

  @IMG-50 @raw
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
      | {"serveraddress": "https://reg.example/", "username": "u", "password": ""} | missing "password"                                              |
      | {"serveraddress": 5}                                                       | "serveraddress" must be a string                                |

  @APIX-03.auth @raw
  Scenario: A login without a body is one without members
    When I request `POST /v1.24/auth`
    Then the status is 422
    And the body is "(Validation) missing \"serveraddress\", missing \"username\", missing \"password\" ({uuid})"

  @RUN-auth-json @raw
  Scenario: A login that is no JSON
    When I request `POST /v1.24/auth` with the body:
      """
      {"username":
      """
    Then the status is 400
    And the body contains "(InvalidContent) Invalid JSON: "
