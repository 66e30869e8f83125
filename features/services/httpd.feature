Feature: httpd, as a container of its image

  @RUN-httpd @cli @gateway
  Scenario: The container's file decides which httpd runs, and a graceful restart loses nothing
    Given I have pulled httpd
    When I run `docker run -d --name web -p 80:80 httpd`
    Then it exits with 0
    When the host runs `curl -s -f http://ADDRESS/` at the address of "web" until it exits with 0
    Then stdout is "<html><body><h1>It works!</h1></body></html>\n"
    When the host runs `curl -s -i http://ADDRESS/nowhere` at the address of "web"
    Then stdout contains "HTTP/1.1 404 Not Found\r\n"
    And stdout contains "\r\nServer: Apache/2.4.25 (Unix)\r\nContent-Length: 205\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n<!DOCTYPE HTML PUBLIC"
    And the log of "web" contains "AH00489: Apache/2.4.25 (Unix) configured -- resuming normal operations"
    And the log of "web" contains "\"GET /nowhere HTTP/1.1\" 404 205\n"
    When I run `docker exec web httpd -t`
    Then it exits with 0
    And stderr contains "Syntax OK"
    When I run `docker exec web sh -c 'echo Nonsense >> conf/httpd.conf; httpd -t'`
    Then it exits with 1
    And stderr contains "Invalid command 'Nonsense', perhaps misspelled or defined by a module not included in the server configuration"
    When I run `docker kill -s TERM web`
    And I run `docker wait web`
    Then stdout is "0\n"
    And the log of "web" contains "AH00491: caught SIGTERM, shutting down"
