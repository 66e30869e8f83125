//! nginx.

use super::served::{Served, body, status};
use runtime::service_program;

const CONF: &str = "
user www;
events { worker_connections 64; }
http {
    include types.conf;
    default_type application/octet-stream;
    log_format short '$remote_addr \"$request\" $status $body_bytes_sent \"$http_user_agent\"';
    access_log /var/log/nginx/access.log short;
    error_log /var/log/nginx/error.log;
    include /etc/nginx/conf.d/*.conf;
}
";

const SITE: &str = r#"
server {
    listen 80 default_server;
    server_name localhost;
    root /www;
    add_header X-Site "one ${host}";
    location = /exact { return 200 "exact $uri $args"; }
    location /pre { return 200 "prefix"; }
    location ^~ /pre/last { return 200 "last"; }
    location ~ \.php$ { return 403; }
    location ~* \.PNG$ { return 200 "picture"; }
    location /away { return 301 https://example.com$request_uri; }
    location /gone { return 410; }
    location /silent { return 444; }
    location /try { try_files $uri $uri/ /fallback.html; }
    location /named { try_files /nosuch @named; }
    location @named { return 202 "named"; }
    location /list/ { autoindex on; }
    location /alias/ { alias /www/sub/; }
    location /cycle { error_page 404 /cycle; return 404; }
    error_page 404 /404.html;
    error_page 403 = /forbidden.html;
}
server {
    listen 80;
    server_name other.example *.wild.example;
    location / { return 200 "other $host"; }
}
"#;

fn served() -> Served {
    let program = service_program("nginx", "1.11.10");
    let files: &[(&str, &[u8], u32)] = &[
        ("etc/nginx/", b"", 0o755),
        ("etc/nginx/conf.d/", b"", 0o755),
        ("etc/nginx/nginx.conf", CONF.as_bytes(), 0o644),
        (
            "etc/nginx/types.conf",
            b"types { text/html html; text/plain txt; }",
            0o644,
        ),
        ("etc/nginx/conf.d/site.conf", SITE.as_bytes(), 0o644),
        ("var/", b"", 0o755),
        ("var/run/", b"", 0o755),
        ("var/log/", b"", 0o755),
        ("var/log/nginx/", b"", 0o755),
        ("www/", b"", 0o755),
        ("www/index.html", b"<p>index</p>\n", 0o644),
        ("www/404.html", b"nothing here\n", 0o644),
        ("www/forbidden.html", b"not for you\n", 0o644),
        ("www/fallback.html", b"fallback\n", 0o644),
        ("www/ten.txt", b"0123456789", 0o644),
        ("www/sub/", b"", 0o755),
        ("www/sub/file.txt", b"sub file\n", 0o644),
        ("www/list/", b"", 0o755),
        ("www/list/a b.txt", b"x", 0o644),
        ("www/list/inner/", b"", 0o755),
        ("sbin/", b"", 0o755),
        ("sbin/nginx", &program, 0o755),
    ];
    let start = "echo www:x:33:33::/:/bin/sh >> /etc/passwd; /sbin/nginx";
    Served::start(files, start, 80)
}

fn get(path: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n").into_bytes()
}

#[test]
fn a_file_is_served_with_what_it_is_known_by() {
    let served = served();
    assert_eq!(
        served.ask_timeless(&get("/ten.txt", "")),
        "HTTP/1.1 200 OK\r\nServer: nginx/1.11.10\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\
         Last-Modified: Tue, 13 May 2014 16:53:20 GMT\r\nConnection: keep-alive\r\nETag: \"53724e00-a\"\r\n\
         Accept-Ranges: bytes\r\nX-Site: one localhost\r\n\r\n0123456789"
    );
    for (condition, expected) in [
        ("If-None-Match: \"53724e00-a\"", "HTTP/1.1 304 Not Modified"),
        (
            "If-None-Match: W/\"53724e00-a\", \"x\"",
            "HTTP/1.1 304 Not Modified",
        ),
        ("If-None-Match: \"x\"", "HTTP/1.1 200 OK"),
        (
            "If-Modified-Since: Tue, 13 May 2014 16:53:20 GMT",
            "HTTP/1.1 304 Not Modified",
        ),
        (
            "If-Modified-Since: Wed, 14 May 2014 16:53:20 GMT",
            "HTTP/1.1 200 OK",
        ),
        ("If-Modified-Since: nonsense", "HTTP/1.1 200 OK"),
        ("If-Match: \"x\"", "HTTP/1.1 412 Precondition Failed"),
        (
            "If-Unmodified-Since: Mon, 12 May 2014 16:53:20 GMT",
            "HTTP/1.1 412 Precondition Failed",
        ),
    ] {
        let answer = served.ask(&get("/ten.txt", &format!("{condition}\r\n")));
        assert_eq!(status(&answer), expected, "{condition}");
    }
}

#[test]
fn parts_of_a_file_are_served() {
    let served = served();
    let range = |range: &str, more: &str| {
        served.ask(&get("/ten.txt", &format!("Range: bytes={range}\r\n{more}")))
    };
    let answer = range("2-4", "");
    assert_eq!(
        (status(&answer), body(&answer)),
        ("HTTP/1.1 206 Partial Content", "234")
    );
    assert!(
        answer.contains("\r\nContent-Range: bytes 2-4/10\r\n"),
        "{answer}"
    );
    assert_eq!(body(&range("-2", "")), "89");
    let answer = range("20-", "");
    assert_eq!(
        status(&answer),
        "HTTP/1.1 416 Requested Range Not Satisfiable"
    );
    assert!(
        answer.contains("\r\nContent-Range: bytes */10\r\n"),
        "{answer}"
    );
    let answer = range("0-0,8-", "");
    assert!(
        answer.contains("Content-Length: 206\r\n")
            || answer.contains("Content-Type: multipart/byteranges; boundary="),
        "{answer}"
    );
    assert!(
        answer.contains("Content-Range: bytes 8-9/10\r\n\r\n89\r\n--"),
        "{answer}"
    );
    let whole = range("2-4", "If-Range: \"other\"\r\n");
    assert_eq!(
        (status(&whole), body(&whole)),
        ("HTTP/1.1 200 OK", "0123456789")
    );
}

#[test]
fn places_are_chosen_as_they_are_written() {
    let served = served();
    for (path, expected_status, expected_body) in [
        ("/", "200", "<p>index</p>\n"),
        ("/exact?x=1", "200", "exact /exact x=1"),
        ("/prefix", "200", "prefix"),
        ("/pre/x.php", "403", ""),
        ("/pre/last/x.php", "200", "last"),
        ("/x.png", "200", "picture"),
        ("/gone", "410", ""),
        ("/try/x", "200", "fallback\n"),
        ("/named", "202", "named"),
        ("/alias/file.txt", "200", "sub file\n"),
        ("/sub/../ten.txt", "200", "0123456789"),
        ("/nowhere", "404", "nothing here\n"),
    ] {
        let answer = served.ask(&get(path, ""));
        let number = status(&answer).split(' ').nth(1).unwrap_or_default();
        if path == "/pre/x.php" {
            assert_eq!((number, body(&answer)), ("200", "not for you\n"), "{path}");
        } else if expected_body.is_empty() {
            assert_eq!(number, expected_status, "{path}");
        } else {
            assert_eq!(
                (number, body(&answer)),
                (expected_status, expected_body),
                "{path}"
            );
        }
    }
    assert_eq!(served.ask(&get("/silent", "")), "");
    let answer = served.ask(&get("/sub?a=b", ""));
    assert!(
        answer.contains("\r\nLocation: http://localhost/sub/?a=b\r\n"),
        "{answer}"
    );
    let answer = served.ask(&get("/away/x?y", ""));
    assert!(
        answer.contains("\r\nLocation: https://example.com/away/x?y\r\n"),
        "{answer}"
    );
    let answer = served.ask(&get("/list/", ""));
    assert!(answer.contains("<a href=\"inner/\">inner/</a>"), "{answer}");
    assert!(
        answer.contains("<a href=\"a%20b.txt\">a b.txt</a>"),
        "{answer}"
    );
    assert_eq!(status(&served.ask(&get("/sub/", ""))), "HTTP/1.1 200 OK");
    let other = served.ask(b"GET / HTTP/1.1\r\nHost: A.Wild.Example:80\r\n\r\n");
    assert_eq!(body(&other), "other a.wild.example");
}

#[test]
fn what_is_no_request_is_answered_and_the_connection_ends() {
    let served = served();
    let long = "x".repeat(9000);
    for (request, expected) in [
        ("nonsense\r\n\r\n".to_owned(), "HTTP/1.1 400 Bad Request"),
        (
            "get / HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
            "HTTP/1.1 400 Bad Request",
        ),
        (
            "GET / HTTP/1.1\r\n\r\n".to_owned(),
            "HTTP/1.1 400 Bad Request",
        ),
        (
            "GET /../x HTTP/1.1\r\nHost: a\r\n\r\n".to_owned(),
            "HTTP/1.1 400 Bad Request",
        ),
        (
            "GET / HTTP/2.0\r\nHost: a\r\n\r\n".to_owned(),
            "HTTP/1.1 505 HTTP Version Not Supported",
        ),
        (
            format!("GET /{long} HTTP/1.1\r\nHost: a\r\n\r\n"),
            "HTTP/1.1 414 Request-URI Too Large",
        ),
        (
            format!("GET / HTTP/1.1\r\nHost: a\r\nX: {long}\r\n\r\n"),
            "HTTP/1.1 400 Bad Request",
        ),
        (
            "POST /ten.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc".to_owned(),
            "HTTP/1.1 405 Not Allowed",
        ),
        (
            "POST /ten.txt HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n".to_owned(),
            "HTTP/1.1 405 Not Allowed",
        ),
    ] {
        let answer = served.ask(request.as_bytes());
        assert_eq!(
            status(&answer),
            expected,
            "{}",
            &request[..request.len().min(60)]
        );
    }
    assert_eq!(served.ask(b"GET /ten.txt\r\n"), "0123456789");
    assert_eq!(
        served.ask(b"\xff\xfe\x00\x01\n"),
        served.ask(b"\xff\xfe\x00\x01\n")
    );
}

#[test]
fn requests_may_follow_each_other_at_once() {
    let served = served();
    let mut requests = get("/ten.txt", "");
    requests.extend(
        b"POST /exact HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\nabcde".iter(),
    );
    requests.extend(b"HEAD /ten.txt HTTP/1.0\r\nConnection: keep-alive\r\n\r\n".iter());
    requests.extend(get("/exact", "Connection: close\r\n"));
    requests.extend(get("/never", ""));
    let answers = served.ask(&requests);
    let count = |text: &str| answers.matches(text).count();
    assert_eq!(count("HTTP/1.1 200 OK\r\n"), 4, "{answers}");
    assert_eq!(
        (
            count("Connection: keep-alive\r\n"),
            count("Connection: close\r\n")
        ),
        (3, 1)
    );
    assert!(answers.ends_with("\r\n\r\nexact /exact "), "{answers}");
}

#[test]
fn requests_and_troubles_are_logged() {
    let served = served();
    served.ask(&get("/exact?\"\\", "User-Agent: a\"b\r\n"));
    served.ask(&get("/nowhere", ""));
    served.ask(&get("/cycle", ""));
    served.expect(
        "cat /var/log/nginx/access.log",
        "127.0.0.1 \"GET /exact?\\x22\\x5C HTTP/1.1\" 200 15 \"a\\x22b\"\n\
         127.0.0.1 \"GET /nowhere HTTP/1.1\" 404 13 \"-\"\n\
         127.0.0.1 \"GET /cycle HTTP/1.1\" 404 170 \"-\"\n",
    );
    let errors = served.run("cat /var/log/nginx/error.log");
    assert!(errors.contains("open() \"/www/nowhere\" failed (2: No such file or directory), client: 127.0.0.1, server: localhost, request: \"GET /nowhere HTTP/1.1\", host: \"localhost\""), "{errors}");
    // A log that was moved away is written until USR1 comes.
    served.expect(
        "cd /var/log/nginx; mv access.log old; nginx=/sbin/nginx; $nginx -s reopen; sleep 1",
        "",
    );
    served.ask(&get("/exact", ""));
    served.expect(
        "wc -l < /var/log/nginx/old; wc -l < /var/log/nginx/access.log",
        "3\n1\n",
    );
}

#[test]
fn a_configuration_is_tested_read_again_and_kept_when_the_new_one_is_wrong() {
    let served = served();
    served.expect(
        "/sbin/nginx -t",
        "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok\n\
         nginx: configuration file /etc/nginx/nginx.conf test is successful\n",
    );
    let site = "/etc/nginx/conf.d/site.conf";
    served.expect(&format!("cp {site} /tmp/site"), "");
    for (text, what) in [
        ("bogus x;", "unknown directive \"bogus\""),
        (
            "server { listen x; }",
            "host not found in \"x\" of the \"listen\" directive",
        ),
        (
            "server { root; }",
            "invalid number of arguments in \"root\" directive",
        ),
        (
            "server { server { } }",
            "\"server\" directive is not allowed here",
        ),
        (
            "server { return 200 $nosuch; }",
            "unknown \"nosuch\" variable",
        ),
        (
            "server { access_log /x nosuch; }",
            "unknown log format \"nosuch\"",
        ),
        (
            "server { proxy_pass http://x; }",
            "\"proxy_pass\" directive is not supported by this nginx",
        ),
        (
            "server { location ~ ( { } }",
            "pattern \"(\" cannot be used: Unmatched ( or \\(",
        ),
        ("server { gzip on }", "unexpected \"}\""),
        ("}", "unexpected \"}\""),
        (
            "include /nosuch;",
            "open() \"/nosuch\" failed (2: No such file or directory)",
        ),
    ] {
        served.expect(&format!("echo '{text}' > {site}"), "");
        let said = served.run("/sbin/nginx -t; echo $?");
        assert!(
            said.contains(&format!("nginx: [emerg] {what} in {site}:1\n")),
            "{text}: {said}"
        );
        assert!(
            said.ends_with("nginx: configuration file /etc/nginx/nginx.conf test failed\n1\n"),
            "{said}"
        );
    }
    // The master keeps what it has.
    served.expect("kill -HUP $(cat /var/run/nginx.pid); sleep 1", "");
    assert_eq!(body(&served.ask(&get("/exact", ""))), "exact /exact ");
    served.expect(
        &format!(
            "sed 's/exact \\$uri/anew $uri/' /tmp/site > {site}; /sbin/nginx -s reload; sleep 1"
        ),
        "",
    );
    assert_eq!(body(&served.ask(&get("/exact", ""))), "anew /exact ");
    served.expect(
        "ps -o user,args | grep 'nginx: [mw]'",
        "root     nginx: master process /sbin/nginx\nwww      nginx: worker process\n",
    );
    served.expect(
        "sed -i '1i worker_processes auto;' /etc/nginx/nginx.conf; /sbin/nginx -s reload; sleep 2; \
         test $(ps -o args | grep -c 'nginx: [w]orker process$') = $(nproc) && echo same",
        "same\n",
    );
    served.expect(
        "/sbin/nginx -s quit; sleep 2; ps -o args | grep -c '^nginx'; ls /var/run; true",
        "0\n",
    );
}

#[test]
fn requests_that_run_are_finished_and_idle_connections_closed_when_it_quits() {
    let served = served();
    // One client has begun a request and sends the rest later; another waits after its answer.
    let script = "
        (printf 'GET /ten.txt HTTP/1.1\\r\\n'; sleep 5; printf 'Host: localhost\\r\\nConnection: close\\r\\n\\r\\n'; sleep 100) | nc 127.0.0.1 80 | tail -n 1 > /tmp/slow &
        (printf 'GET /ten.txt HTTP/1.1\\r\\nHost: localhost\\r\\n\\r\\n'; sleep 1000) | nc 127.0.0.1 80 > /tmp/idle &
        sleep 1; /sbin/nginx -s quit; sleep 1
        nc -z 127.0.0.1 80 2> /dev/null || echo refused
        ps -o args | grep '^nginx'
        sleep 10; cat /tmp/slow; ps -o args | grep -c '^nginx'; true";
    let said = served.run(script);
    assert_eq!(
        said,
        "refused\nnginx: master process /sbin/nginx\nnginx: worker process is shutting down\n01234567890\n"
    );
}

#[test]
fn a_worker_that_is_killed_is_replaced() {
    let served = served();
    served.expect(
        "pkill -9 -f '^nginx: worker'; sleep 1; ps -o args | grep -c '^nginx: worker'",
        "1\n",
    );
    assert_eq!(body(&served.ask(&get("/ten.txt", ""))), "0123456789");
    let log = served.run("cat /var/log/nginx/error.log");
    assert!(
        log.contains("[alert]") && log.contains("exited on signal 9\n"),
        "{log}"
    );
}
