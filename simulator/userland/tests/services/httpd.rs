//! The Apache HTTP server.

use super::served::{Served, body, status};
use runtime::service_program;

const CONF: &str = r#"
ServerRoot "/usr/local/apache2"
ServerName www.example.com
Listen 80
LoadModule dir_module modules/mod_dir.so
<IfModule dir_module>
    DirectoryIndex index.html
</IfModule>
<IfModule nosuch_module>
    Nonsense
</IfModule>
<IfDefine LOUD>
    ServerTokens Prod
</IfDefine>
<Directory />
    Require all denied
</Directory>
DocumentRoot "/www"
<Directory "/www">
    Options Indexes
    Require all granted
</Directory>
<Directory "/www/private">
    Options None
</Directory>
<Directory "/www/far">
    Require ip 10.0.0.0/8
</Directory>
<Files ".ht*">
    Require all denied
</Files>
AddType text/plain .txt
ErrorDocument 404 /missing.html
ErrorDocument 403 "keep out"
Redirect permanent /old http://example.com/new
Alias /elsewhere /srv
ErrorLog logs/error_log
LogFormat "%h \"%r\" %>s %b \"%{User-Agent}i\"" short
CustomLog logs/access_log short
"#;

fn served() -> Served {
    let program = service_program("httpd", "2.4.25");
    let files: &[(&str, &[u8], u32)] = &[
        ("usr/", b"", 0o755),
        ("usr/local/", b"", 0o755),
        ("usr/local/apache2/", b"", 0o755),
        ("usr/local/apache2/bin/", b"", 0o755),
        ("usr/local/apache2/conf/", b"", 0o755),
        ("usr/local/apache2/logs/", b"", 0o755),
        ("usr/local/apache2/bin/httpd", &program, 0o755),
        ("usr/local/apache2/conf/httpd.conf", CONF.as_bytes(), 0o644),
        ("srv/", b"", 0o755),
        ("srv/x.txt", b"elsewhere\n", 0o644),
        ("www/", b"", 0o755),
        ("www/index.html", b"It works!\n", 0o644),
        ("www/missing.html", b"nothing\n", 0o644),
        ("www/ten.txt", b"0123456789", 0o644),
        ("www/.htaccess", b"secret", 0o644),
        ("www/private/", b"", 0o755),
        ("www/list/", b"", 0o755),
        ("www/list/<a>.txt", b"x", 0o644),
        ("www/far/", b"", 0o755),
        ("www/far/x.txt", b"x", 0o644),
    ];
    Served::start(files, "/usr/local/apache2/bin/httpd -k start", 80)
}

fn get(path: &str, more: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{more}\r\n").into_bytes()
}

#[test]
fn files_directories_and_refusals() {
    let served = served();
    assert_eq!(
        served.ask_timeless(&get("/ten.txt", "")),
        "HTTP/1.1 200 OK\r\nServer: Apache/2.4.25 (Unix)\r\nLast-Modified: Tue, 13 May 2014 16:53:20 GMT\r\n\
         ETag: \"a-4f94ae6af8000\"\r\nAccept-Ranges: bytes\r\nContent-Length: 10\r\nConnection: close\r\n\
         Content-Type: text/plain\r\n\r\n0123456789"
    );
    for (path, expected, text) in [
        ("/", "HTTP/1.1 200 OK", "It works!\n"),
        ("/nowhere", "HTTP/1.1 404 Not Found", "nothing\n"),
        ("/.htaccess", "HTTP/1.1 403 Forbidden", "keep out"),
        ("/private/", "HTTP/1.1 403 Forbidden", "keep out"),
        ("/far/x.txt", "HTTP/1.1 403 Forbidden", "keep out"),
        ("/elsewhere/x.txt", "HTTP/1.1 403 Forbidden", "keep out"),
    ] {
        let answer = served.ask(&get(path, ""));
        assert_eq!((status(&answer), body(&answer)), (expected, text), "{path}");
    }
    let answer = served.ask(&get("/list/", ""));
    assert!(
        answer.contains("<li><a href=\"%3ca%3e.txt\"> &lt;a&gt;.txt</a></li>"),
        "{answer}"
    );
    let answer = served.ask(&get("/list?x", ""));
    assert!(
        answer.contains("\r\nLocation: http://www.example.com/list/?x\r\n"),
        "{answer}"
    );
    let answer = served.ask(&get("/old/page?q", ""));
    assert_eq!(status(&answer), "HTTP/1.1 301 Moved Permanently");
    assert!(
        answer.contains("\r\nLocation: http://example.com/new/page?q\r\n"),
        "{answer}"
    );
    let answer = served.ask(&get("/ten.txt", "Range: bytes=3-4\r\n"));
    assert_eq!(
        (status(&answer), body(&answer)),
        ("HTTP/1.1 206 Partial Content", "34")
    );
    let answer = served.ask(&get(
        "/ten.txt",
        "If-Modified-Since: Wed, 14 May 2014 16:53:20 GMT\r\n",
    ));
    assert_eq!(status(&answer), "HTTP/1.1 304 Not Modified");
    let answer = served.ask(b"PUT /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    assert_eq!(status(&answer), "HTTP/1.1 405 Method Not Allowed");
    let answer = served.ask(b"BREW /x HTTP/1.1\r\nHost: a\r\n\r\n");
    assert_eq!(status(&answer), "HTTP/1.1 501 Not Implemented");
    assert_eq!(
        status(&served.ask(b"x\r\n\r\n")),
        "HTTP/1.1 400 Bad Request"
    );
    let log = served.run("head -n 1 /usr/local/apache2/logs/access_log");
    assert_eq!(log, "127.0.0.1 \"GET /ten.txt HTTP/1.1\" 200 10 \"-\"\n");
    let log = served.run("cat /usr/local/apache2/logs/error_log");
    assert!(
        log.contains("AH01630: client denied by server configuration: /www/.htaccess\n"),
        "{log}"
    );
    assert!(log.contains("AH01276: Cannot serve directory /www/private/: No matching DirectoryIndex (index.html) found"), "{log}");
}

#[test]
fn the_server_is_told_what_to_do() {
    let served = served();
    let httpd = "/usr/local/apache2/bin/httpd";
    let conf = "/usr/local/apache2/conf/httpd.conf";
    served.expect(&format!("{httpd} -t"), "Syntax OK\n");
    served.expect(&format!("sed -i 's/^DocumentRoot.*/DocumentRoot \"\\/srv\"/; s/Directory \"\\/www\"/Directory \"\\/srv\"/' {conf}; {httpd} -k graceful; sleep 2"), "");
    let answer = served.ask(&get("/x.txt", ""));
    assert_eq!(body(&answer), "elsewhere\n");
    served.expect(
        &format!("{httpd} -k graceful-stop; sleep 2; pgrep httpd | wc -l"),
        "0\n",
    );
    let log = served.run("cat /usr/local/apache2/logs/error_log");
    for what in [
        "AH00493: SIGUSR1 received.  Doing graceful restart",
        "AH00492: caught SIGWINCH, shutting down gracefully",
    ] {
        assert!(log.contains(what), "{log}");
    }
    for (line, what) in [
        ("Nonsense", "Invalid command 'Nonsense', perhaps misspelled"),
        (
            "ProxyPass / http://x",
            "'ProxyPass' is not supported by this httpd",
        ),
        ("<Directory /x>", "<directory> was not closed."),
        ("Listen x", "Port must be specified"),
        ("Require nosuch", "Unknown Authz provider: nosuch"),
        ("LogFormat \"%y\" x", "Unrecognized LogFormat directive %y"),
        (
            "DocumentRoot /nosuch",
            "DocumentRoot '/nosuch' is not a directory, or is not readable",
        ),
    ] {
        let said = served.run(&format!(
            "cp {conf} /tmp/conf; echo '{line}' >> /tmp/conf; {httpd} -t -f /tmp/conf; echo $?"
        ));
        assert!(said.contains("AH00526: Syntax error"), "{line}: {said}");
        assert!(
            said.contains(what) && said.ends_with("\n1\n"),
            "{line}: {said}"
        );
    }
}
