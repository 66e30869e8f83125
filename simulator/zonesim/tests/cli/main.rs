//! The program from outside: its ready file, its exit statuses, how it stops.

mod big_context;
mod big_layer;
mod gateway;
mod import;
mod program;
mod replay;

use program::{complaint, output, start, zonesim};
use std::net::TcpListener;
use std::path::Path;
use std::process::Output;
use tempfile::TempDir;

#[test]
fn a_zone_says_where_it_is_and_tidies_up() {
    let home = TempDir::new().expect("a directory");
    let data = home.path().join(".zonesim");
    let running = start(home.path(), &[]);
    let on_disk = std::fs::read_to_string(data.join("ready.json")).expect("the ready file");
    assert_eq!(
        serde_json::from_str::<serde_json::Value>(&on_disk).ok(),
        Some(running.ready.clone())
    );
    let ready = &running.ready;
    assert_eq!(
        (&ready["account"], &ready["seed"], &ready["zone"]),
        (&"demo".into(), &7.into(), &"ro-1".into())
    );
    assert_eq!(ready["pid"], running.child.id());
    let cert_path = ready["cert_path"].as_str().expect("a path");
    for name in ["ca.pem", "cert.pem", "key.pem"] {
        let text = std::fs::read_to_string(Path::new(cert_path).join(name)).expect(name);
        assert!(text.starts_with("-----BEGIN "), "{name}");
    }
    let exports = output(zonesim(home.path()).arg("env"));
    assert!(exports.status.success());
    assert_eq!(
        String::from_utf8_lossy(&exports.stdout),
        format!(
            "export DOCKER_HOST={}\nexport DOCKER_CERT_PATH={cert_path}\nexport DOCKER_TLS_VERIFY=1\n",
            ready["docker"].as_str().expect("an address")
        )
    );
    let socket = ready["socket"].as_str().expect("a path").to_owned();
    assert!(Path::new(&socket).exists());
    assert_eq!(running.stop(), Some(0));
    assert!(!Path::new(&socket).exists());
    assert!(!data.join("ready.json").exists());
    let nobody = output(zonesim(home.path()).arg("env"));
    assert_eq!(nobody.status.code(), Some(5));
    assert!(complaint(&nobody).starts_with("zonesim: no zone is running"));
}

#[test]
fn tokens_are_minted_by_the_running_zone() {
    let home = TempDir::new().expect("a directory");
    let running = start(home.path(), &["--socket-account", "jill"]);
    let token = |arguments: &[&str]| {
        let mut command = zonesim(home.path());
        output(command.args(["account", "token"]).args(arguments))
    };
    let header = |minted: &Output| {
        assert!(minted.status.success(), "{minted:?}");
        let text = String::from_utf8_lossy(&minted.stdout);
        format!("X-Auth-Token: {}\r\n", text.trim_end())
    };
    assert!(
        running
            .ask("GET", "/info", "", "")
            .contains("\"SDCAccount\",\"jill\"")
    );
    for arguments in [
        &["demo"][..],
        &["demo", "--expires", "2999-01-01"],
        &[
            "demo",
            "--devkey",
            "aa:bb",
            "--cloudapi",
            "/my/*",
            "--cloudapi",
            "/x",
        ],
    ] {
        let answer = running.ask("GET", "/info", &header(&token(arguments)), "");
        assert!(answer.contains("\"SDCAccount\",\"demo\""), "{answer}");
    }
    let expired = token(&["demo", "--expires", "2001-01-01T00:00:00Z"]);
    assert!(
        running
            .ask("GET", "/info", &header(&expired), "")
            .starts_with("HTTP/1.1 401 ")
    );
    for (arguments, text) in [
        (&["nobody"][..], "zonesim: nobody does not exist"),
        (&["../x"], "zonesim: ../x does not exist"),
        (
            &["demo", "--expires", "soon"],
            "zonesim: expires: \"soon\" is no ISO date",
        ),
    ] {
        let refused = token(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert_eq!(complaint(&refused), text);
    }
    assert_eq!(running.stop(), Some(0));
    assert_eq!(token(&["demo"]).status.code(), Some(5));
}

#[test]
fn beyond_the_limit_of_memory_the_largest_process_is_killed() {
    let home = TempDir::new().expect("a directory");
    let running = start(home.path(), &["--memory-limit", "64m"]);
    let pull = "/images/create?fromImage=busybox&tag=latest";
    running.ask("POST", pull, "", "");
    for (name, command) in [("small", "sleep 1000"), ("large", "tail /dev/zero")] {
        let body = serde_json::json!({
            "Image": "busybox",
            "Cmd": ["sh", "-c", format!("exec {command}")],
            "HostConfig": {"Memory": 1 << 30},
        });
        let path = format!("/containers/create?name={name}");
        running.ask("POST", &path, "", &body.to_string());
        running.ask("POST", &format!("/containers/{name}/start"), "", "");
    }
    let waited = running.ask("POST", "/containers/large/wait", "", "");
    assert!(waited.contains("\"StatusCode\":-9"), "{waited}");
    let shown = running.ask("GET", "/containers/small/json", "", "");
    assert!(shown.contains("\"Running\":true"), "{shown}");
    assert_eq!(running.stop(), Some(0));
}

#[test]
fn certificates_outlive_the_zone() {
    let home = TempDir::new().expect("a directory");
    let data = home.path().join("data");
    let argument = data.display().to_string();
    let read = |name: &str| std::fs::read_to_string(data.join(name)).expect(name);
    let first = start(home.path(), &["--data-dir", &argument]);
    let (ca, key) = (read("ca.pem"), read("keys/demo.pem"));
    assert_eq!(first.stop(), Some(0));
    let second = start(home.path(), &["--data-dir", &argument]);
    assert_eq!((read("ca.pem"), read("keys/demo.pem")), (ca, key));
    assert_eq!(second.stop(), Some(0));
}

#[test]
fn an_address_in_use_is_one_line_and_status_3() {
    let home = TempDir::new().expect("a directory");
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("bound").port().to_string();
    let refused = output(zonesim(home.path()).args(["--port", &port, "--control-port", "0"]));
    assert_eq!(refused.status.code(), Some(3));
    assert!(complaint(&refused).contains(&format!("127.0.0.1:{port} is in use")));
    let file = home.path().join("file");
    std::fs::write(&file, "precious").expect("a file");
    let refused = output(
        zonesim(home.path())
            .args(["--port", "0", "--control-port", "0", "--socket"])
            .arg(&file),
    );
    assert_eq!(refused.status.code(), Some(3));
    assert!(complaint(&refused).contains("exists and is no socket"));
    assert_eq!(
        std::fs::read_to_string(&file).ok().as_deref(),
        Some("precious")
    );
}

#[test]
fn a_file_of_no_use_is_one_line_and_status_4() {
    let home = TempDir::new().expect("a directory");
    let file = home.path().join("file");
    std::fs::write(&file, "x").expect("a file");
    let free = ["--port", "0", "--control-port", "0"];
    let socket = home.path().join("s").display().to_string();
    let refused = output(
        zonesim(home.path())
            .args(free)
            .args(["--socket", &socket, "--data-dir"])
            .arg(&file),
    );
    assert_eq!(refused.status.code(), Some(4));
    complaint(&refused);
    let refused = output(zonesim(home.path()).args(free).arg("--data-dir").arg(&file));
    assert_eq!(refused.status.code(), Some(4));
    assert!(complaint(&refused).contains("File exists"));
    let data = home.path().join("data");
    std::fs::create_dir(&data).expect("a directory");
    std::fs::write(data.join("ca.pem"), "x").expect("a file");
    std::fs::write(data.join("ca-key.pem"), "garbage").expect("a file");
    let refused = output(zonesim(home.path()).args(free).arg("--data-dir").arg(&data));
    assert_eq!(refused.status.code(), Some(4));
    assert!(complaint(&refused).contains("ca-key.pem"));
}

#[test]
#[cfg(target_os = "linux")]
fn addresses_that_cannot_be_leased_are_one_line_and_status_4() {
    let home = TempDir::new().expect("a directory");
    let free = ["--port", "0", "--control-port", "0"];
    let file = home.path().join("file");
    std::fs::write(&file, "x").expect("a file");
    let refused = output(zonesim(home.path()).args(free).env("TMPDIR", &file));
    assert_eq!(refused.status.code(), Some(4));
    let text = complaint(&refused);
    assert!(text.ends_with("; --no-gateway does without"), "{text}");
}

#[test]
fn wrong_arguments_are_status_2() {
    let home = TempDir::new().expect("a directory");
    for arguments in [
        &["--port", "x"][..],
        &["--nosuch"],
        &["nosuch"],
        &["--clock", "fast"],
    ] {
        let refused = output(zonesim(home.path()).args(arguments));
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        let text = complaint(&refused);
        assert!(
            text.starts_with("zonesim: ") && text.contains("zonesim --help"),
            "{text}"
        );
    }
    let help = output(zonesim(home.path()).arg("--help"));
    assert_eq!(help.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&help.stdout).contains("--ready-file"));
}

#[test]
fn a_login_that_cannot_be_is_a_wrong_argument() {
    let home = TempDir::new().expect("a directory");
    for login in ["1x", "../../x"] {
        let arguments = [
            "--port",
            "0",
            "--control-port",
            "0",
            "--socket-account",
            login,
        ];
        let refused = output(zonesim(home.path()).args(arguments));
        assert_eq!(refused.status.code(), Some(2));
        let text = format!("zonesim: account {login}: login {login} is invalid");
        assert_eq!(complaint(&refused), text);
    }
    assert!(!home.path().join("x.pem").exists());
}

#[test]
fn routes_are_listed_as_data() {
    let home = TempDir::new().expect("a directory");
    let listed = output(zonesim(home.path()).args(["routes", "--json"]));
    let routes: serde_json::Value = serde_json::from_slice(&listed.stdout).expect("JSON");
    let routes = routes.as_array().expect("an array");
    let find = |name: &str| {
        routes
            .iter()
            .find(|route| route["name"] == name)
            .expect("a route")
    };
    assert_eq!(find("ping")["state"], "built");
    assert_eq!(find("events")["state"], "not_implemented");
    assert_eq!(find("image push")["pattern"], "/images/:name*/push");
}

#[test]
fn whoever_reads_may_have_read_enough() {
    let home = TempDir::new().expect("a directory");
    for arguments in [
        &["divergences"][..],
        &["divergences", "--json"],
        &["routes"],
    ] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let ended = output(
            zonesim(home.path())
                .args(arguments)
                .stdout(writer)
                .stderr(std::process::Stdio::piped()),
        );
        assert!(ended.status.success(), "{ended:?}");
        assert!(ended.stderr.is_empty(), "{ended:?}");
    }
}

#[test]
fn a_zone_that_is_too_large_is_refused() {
    let home = TempDir::new().expect("a directory");
    for arguments in [
        ["--fabric", "0.0.0.0/0"],
        ["--fabric", "203.0.113.0/25"],
        ["--fabric", "127.1.0.0/16"],
        ["--servers", "1001"],
    ] {
        let refused = output(zonesim(home.path()).arg("serve").args(arguments));
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        complaint(&refused);
    }
}
