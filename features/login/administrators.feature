Feature: Who may stand in for an account

  The default members of an account's role "administrator" sign certificates for it with keys of their own.

  @ACC-31
  Scenario: A user who is an administrator
    Given the user "kim" of my account
    And the user "kim" is a default member of my role "administrator"
    And I use a certificate of my account signed by the key of "kim"
    When I run `docker ps -q`
    Then it exits with 0

  @ACC-31.account
  Scenario: Another account that is an administrator
    Given the account "jill"
    And the account "jill" is a default member of my role "administrator"
    And I use a certificate of my account signed by the key of "jill"
    When I run `docker ps -q`
    Then it exits with 0

  @ACC-31.identity @raw
  Scenario: An administrator is the account to the zone
    Given the account "jill"
    And the account "jill" is a default member of my role "administrator"
    And I use a certificate of my account signed by the key of "jill"
    When I request `GET /v1.24/info`
    Then the body shows:
      | /DriverStatus | [["SDCAccount", "demo"]] |

  @ACC-31.not-default
  Scenario: A member who has to ask for the role
    Given the user "kim" of my account
    And the user "kim" is a member of my role "administrator"
    And I use a certificate of my account signed by the key of "kim"
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-31.among-others
  Scenario: Of several members the default ones
    Given the user "kim" of my account
    And the user "lee" of my account
    And the user "lee" is a member of my role "administrator"
    And the user "kim" is a default member of my role "administrator"
    And I use a certificate of my account signed by the key of "kim"
    When I run `docker ps -q`
    Then it exits with 0
    When I use a certificate of my account signed by the key of "lee"
    And I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-31.other-role
  Scenario: A role of another name
    Given the user "kim" of my account
    And the user "kim" is a default member of my role "Administrator"
    And I use a certificate of my account signed by the key of "kim"
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-31.no-role
  Scenario: A user without a role
    Given the user "kim" of my account
    And I use a certificate of my account signed by the key of "kim"
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-31.users-of-member
  Scenario: The users of an administrator are none
    Given the account "jill"
    And the user "kim" of the account "jill"
    And the account "jill" is a default member of my role "administrator"
    And I use a certificate of my account signed by the key of "kim"
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-31.one-way
  Scenario: The account does not stand in for its administrator
    Given the account "jill"
    And the account "jill" is a default member of my role "administrator"
    And I use a certificate of "jill" signed by my key
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-31.role-removed @raw
  Scenario: An administrator of the past is one until the zone forgets
    Given the user "kim" of my account
    And the user "kim" is a default member of my role "administrator"
    And I use a certificate of my account signed by the key of "kim"
    When I request `GET /v1.24/info`
    Then the status is 200
    When my account has no administrators any more
    And I request `GET /v1.24/info`
    Then the status is 200
    When the clock advances by 121 s
    And I request `GET /v1.24/info`
    Then the status is 401

  @ACC-31.user-removed
  Scenario: A user who is gone is no administrator
    Given the user "kim" of my account
    And the user "kim" is a default member of my role "administrator"
    And the user "kim" of my account is removed
    And I use a certificate of my account signed by the key of "kim"
    When I run `docker ps`
    Then it is refused with "Unauthorized"

  @ACC-31.forbidden
  Scenario: What the account may not an administrator may not
    Given the account "jill"
    And the account "jill" is a default member of my role "administrator"
    And I use a certificate of my account signed by the key of "jill"
    And my account is disabled
    When I run `docker ps`
    Then it is refused with "Forbidden"
