//! Every command line under test says which release it is: to people and on the wire.

use std::sync::{Arc, Mutex, PoisonError};

use clients::build::{self, CliBinary};
use clients::version::CliVersion;
use clients::{CliClient, Client as _, Endpoint, Invocation, Target};
use features::session::target_dir;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// The heads of the requests that came.
type Heads = Arc<Mutex<Vec<String>>>;

/// Answers a request with an empty object.
async fn answer(mut socket: TcpStream, heads: Heads) {
    const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\
        Content-Length: 2\r\nConnection: close\r\n\r\n{}";
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(socket.read_u8().await.expect("a whole head"));
    }
    let head = String::from_utf8(head).expect("a head is text");
    heads
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .push(head);
    socket.write_all(ANSWER).await.expect("is read");
}

async fn check(binary: &CliBinary) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = listener.local_addr().expect("is bound").port();
    let heads = Heads::default();
    let served = heads.clone();
    let serving = tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            answer(socket, served.clone()).await;
        }
    });
    let target = Target::plain(Endpoint::loopback(port));
    let client = CliClient::of(binary, target).expect("is set up");
    let said = client.run(Invocation::new(["--version"])).await;
    let said = said.expect("ends").stdout_text().trim().to_owned();
    assert_eq!(said, binary.version_text);
    let shown = client.run(Invocation::new(["version"])).await;
    let shown = shown.expect("ends").stdout_text().into_owned();
    serving.abort();
    let release = &binary.release;
    let own = format!("Client:\n Version:      {release}\n");
    assert!(shown.starts_with(&own), "{shown}");
    let heads = heads.lock().unwrap_or_else(PoisonError::into_inner);
    let [head] = heads.as_slice() else {
        panic!("{heads:?}");
    };
    let line = format!("GET /v{}/version HTTP/1.1\r\n", binary.minor.api());
    assert!(head.starts_with(&line), "{head}");
    let agent = format!(
        "\r\nUser-Agent: Docker-Client/{release} ({})\r\n",
        std::env::consts::OS
    );
    assert!(head.contains(&agent), "{head}");
}

#[tokio::test]
async fn a_command_line_says_its_release_to_people_and_on_the_wire() {
    let binaries = build::resolve_all(&CliVersion::ALL, &target_dir(), &mut |_| {});
    for binary in binaries.unwrap_or_else(|error| panic!("{error}")) {
        check(&binary).await;
    }
}
