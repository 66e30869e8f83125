Feature: nginx, as a container of its image

  @RUN-nginx @cli @gateway
  Scenario: A real client of the host gets pages, and the container's log tells of it
    Given I have pulled nginx
    When I run `docker run -d --name web -p 80:80 nginx`
    Then it exits with 0
    When the host runs `curl -s -f http://ADDRESS/` at the address of "web" until it exits with 0
    Then stdout contains "Welcome to nginx!"
    When the host runs `curl -s -i http://ADDRESS/nowhere?a=b` at the address of "web"
    Then stdout matches `^HTTP/1\.1 404 Not Found\r\nServer: nginx/1\.11\.10\r\nDate: [A-Z][a-z]{2}, .* GMT\r\nContent-Type: text/html\r\nContent-Length: 170\r\nConnection: keep-alive\r\n\r\n<html>`
    And the log of "web" contains "\"GET /nowhere?a=b HTTP/1.1\" 404 170 \"-\" \"curl/"
    And the log of "web" contains "[error] 2#2: *2 open() \"/usr/share/nginx/html/nowhere\" failed (2: No such file or directory), client: 198.18.0.1, server: localhost, request: \"GET /nowhere?a=b HTTP/1.1\", host: \""
    When I run `docker exec web ps -o pid,user,args`
    Then stdout contains "nginx: master process nginx -g daemon off;"
    And stdout contains "nginx    nginx: worker process"
    When I run `docker exec web sh -c 'echo return 200 ok > /etc/nginx/conf.d/default.conf; nginx -s reload'`
    Then it exits with 1
    And stderr contains "[emerg] unexpected end of file, expecting \";\" or \"}\" in /etc/nginx/conf.d/default.conf:2"
    When the host runs `curl -s -f http://ADDRESS/` at the address of "web"
    Then it exits with 0
    When I run `docker exec web sh -c 'echo "server { location / { return 200 anew; } }" > /etc/nginx/conf.d/default.conf'`
    And I run `docker kill -s HUP web`
    And the host fetches "/" from port 80 of "web" until it is "anew"
    And I run `docker top web`
    Then stdout contains "nginx: master process nginx -g daemon off;"
    And stdout contains "nginx: worker process"
    When I run `docker kill -s QUIT web`
    And I run `docker wait web`
    Then stdout is "0\n"
