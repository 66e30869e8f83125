use std::time::{Duration, Instant};

use bytes::Bytes;
use sha2::Digest;

use super::*;
use crate::client::{Endpoint, EventKind, Exit, Keep, PtySize, Reader, Signal, Stdin, TlsFiles};

fn shell_for(target: Target) -> CliClient {
    CliClient::new(CliVersion::V1_12, "/bin/sh", target).expect("a shell is there")
}

fn shell() -> CliClient {
    shell_for(Target::plain(Endpoint::loopback(1)))
}

fn script(text: &str) -> Invocation {
    Invocation::new(["-c", text])
}

#[tokio::test]
async fn outputs_and_status_are_kept_apart() {
    let outcome = shell()
        .run(script("echo out; echo err >&2; exit 3"))
        .await
        .expect("ends");
    assert_eq!(outcome.stdout_text(), "out\n");
    assert_eq!(outcome.stderr_text(), "err\n");
    assert_eq!(outcome.status, Exit::Code(3));
    let kinds: Vec<_> = outcome
        .transcript
        .events()
        .iter()
        .map(|event| &event.what)
        .collect();
    assert!(matches!(
        kinds.first(),
        Some(EventKind::Started {
            client: "docker-1.12",
            ..
        })
    ));
    assert!(matches!(
        kinds.last(),
        Some(EventKind::Exited { .. } | EventKind::Stdout { .. } | EventKind::Stderr { .. })
    ));
}

#[tokio::test]
async fn the_environment_is_the_targets_and_nothing_else() {
    let target = Target::tls(Endpoint::loopback(7), TlsFiles::new("CA", "CERT", "KEY"))
        .with_api_version("1.22");
    let client = shell_for(target);
    let outcome = client
        .run(script("env | sort; cat \"$DOCKER_CERT_PATH\"/*.pem; pwd").env("EXTRA", "yes"))
        .await
        .expect("ends");
    let text = outcome.stdout_text();
    for line in [
        "DOCKER_HOST=tcp://127.0.0.1:7",
        "DOCKER_TLS_VERIFY=1",
        "DOCKER_API_VERSION=1.22",
        "EXTRA=yes",
        "GODEBUG=asyncpreemptoff=1",
    ] {
        assert!(text.lines().any(|found| found == line), "{line} in {text}");
    }
    assert!(text.contains("CACERTKEY"), "{text}");
    assert!(!text.contains("CARGO"), "{text}");
    let home = client.home().to_path_buf();
    assert!(text.ends_with(&format!("{}\n", home.display())), "{text}");
    drop(client);
    assert!(!home.exists());
}

#[tokio::test]
async fn input_is_written_and_closed() {
    let input = Bytes::from(vec![b'x'; 3 << 20]);
    let outcome = shell()
        .run(script("cat").stdin(Stdin::Bytes(input.clone())))
        .await
        .expect("ends");
    assert_eq!(outcome.stdout, input);
}

#[tokio::test]
async fn held_input_is_written_later() {
    let running = shell()
        .start(script("echo ready; cat; echo done").stdin(Stdin::Held))
        .expect("starts");
    running
        .wait_for_output(|so_far| so_far.contains("ready\n"))
        .await
        .expect("ready");
    running.write("one\n").expect("writes");
    running
        .wait_for_output(|so_far| so_far.contains("one\n"))
        .await
        .expect("echoes");
    running.close_stdin().expect("closes");
    assert!(running.write("two\n").is_err());
    let outcome = running.wait().await.expect("ends");
    assert_eq!(outcome.stdout_text(), "ready\none\ndone\n");
}

#[tokio::test]
async fn a_big_output_is_hashed_behind_a_reader_that_is_held() {
    let invocation =
        script("i=0; while [ $i -lt 16 ]; do head -c 1048576 /dev/zero; i=$((i+1)); done")
            .reader(Reader::Held)
            .keep_stdout(Keep::Digest);
    let running = shell().start(invocation).expect("starts");
    assert!(running.so_far(|so_far| so_far.stdout.is_empty()));
    let outcome = running.wait().await.expect("ends");
    let expected = hex::encode(sha2::Sha256::digest(vec![0; 16 << 20]));
    assert_eq!(outcome.stdout_len, 16 << 20);
    assert_eq!(outcome.stdout_sha256.as_deref(), Some(expected.as_str()));
    assert!(outcome.stdout.is_empty());
    let released = |event: &crate::client::Event| matches!(event.what, EventKind::ReaderReleased);
    assert!(outcome.transcript.events().iter().any(released));
}

#[tokio::test]
async fn a_reader_that_sleeps_first_sees_everything_afterwards() {
    let sleep = Duration::from_millis(30);
    let started = Instant::now();
    let outcome = shell()
        .run(script("echo late").reader(Reader::SleepFirst(sleep)))
        .await
        .expect("ends");
    assert_eq!(outcome.stdout_text(), "late\n");
    assert!(started.elapsed() >= sleep);
}

#[tokio::test]
async fn a_terminal_is_one() {
    let size = PtySize { rows: 33, cols: 99 };
    let running = shell()
        .start(
            script("test -t 0 && test -t 1 && stty size; read line; echo \"<$line>\"; stty size")
                .pty(size),
        )
        .expect("starts");
    running
        .wait_for_output(|so_far| so_far.contains("33 99\r\n"))
        .await
        .expect("a size");
    running
        .resize(PtySize {
            rows: 40,
            cols: 100,
        })
        .expect("resizes");
    assert!(running.close_stdin().is_err());
    running.write("typed\n").expect("types");
    let outcome = running.wait().await.expect("ends");
    assert_eq!(
        outcome.screen_text(),
        "33 99\r\ntyped\r\n<typed>\r\n40 100\r\n"
    );
    assert_eq!(outcome.status, Exit::Code(0));
    assert!(outcome.stdout.is_empty() && outcome.stderr.is_empty());
}

#[tokio::test]
async fn the_program_is_called_docker_on_pipes_and_on_a_terminal() {
    let outcome = shell().run(script("echo $0")).await.expect("ends");
    assert_eq!(outcome.stdout_text(), "docker\n");
    let on_terminal = script("echo $0").pty(PtySize::default());
    let outcome = shell().run(on_terminal).await.expect("ends");
    assert_eq!(outcome.screen_text(), "docker\r\n");
}

#[tokio::test]
async fn a_signal_arrives_and_is_told_as_one() {
    let running = shell()
        .start(script("echo up; while :; do sleep 1; done"))
        .expect("starts");
    running
        .wait_for_output(|so_far| so_far.contains("up"))
        .await
        .expect("up");
    running.signal(Signal::TERM).expect("delivers");
    let outcome = running.wait().await.expect("ends");
    assert_eq!(outcome.status, Exit::Signal(15));
}

#[tokio::test]
async fn what_a_command_leaves_running_goes_with_it() {
    let client = shell();
    let outcome = client
        .run(script("sleep 1000 & echo $!"))
        .await
        .expect("ends");
    assert_eq!(outcome.status, Exit::Code(0));
    assert!(!runs(outcome.stdout_text().trim()));
    assert!(client.leftover_groups().is_empty());
}

#[tokio::test]
async fn dropping_a_command_ends_its_group() {
    for pty in [None, Some(PtySize::default())] {
        let client = shell();
        let mut invocation = script("sleep 1000 & echo $!; wait");
        invocation.pty = pty;
        let running = client.start(invocation).expect("starts");
        running
            .wait_for_output(|so_far| so_far.contains("\n"))
            .await
            .expect("prints");
        let pid = running.so_far(|so_far| {
            let both = [so_far.stdout, so_far.screen].concat();
            String::from_utf8_lossy(&both).trim().to_owned()
        });
        assert!(runs(&pid), "{pid}");
        drop(running);
        assert!(!runs(&pid), "{pid}");
        assert!(client.leftover_groups().is_empty());
    }
}

fn runs(pid: &str) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    !stat.is_empty() && !stat.contains(") Z ")
}

#[tokio::test]
async fn a_deadline_shows_the_last_output_and_kills() {
    let client = shell();
    let invocation = script("echo partial; sleep 1000").deadline(Duration::from_millis(300));
    let error = client.run(invocation).await.expect_err("is too slow");
    assert!(error.to_string().contains("partial"), "{error}");
    let ClientError::Deadline { outcome, .. } = error else {
        panic!("another error: {error}");
    };
    assert_eq!(outcome.stdout_text(), "partial\n");
    assert_eq!(outcome.status, Exit::Signal(9));
    assert!(client.leftover_groups().is_empty());
}

#[tokio::test]
async fn waiting_for_output_that_never_comes_says_what_came() {
    let running = shell()
        .start(script("echo something else"))
        .expect("starts");
    let error = running
        .wait_for_output(|so_far| so_far.contains("awaited"))
        .await
        .expect_err("never comes");
    assert!(
        matches!(
            error,
            ClientError::EndedEarly {
                exit: Exit::Code(0),
                ..
            }
        ),
        "{error:?}"
    );
    assert!(error.to_string().contains("something else"), "{error}");
}

#[test]
fn a_program_that_is_not_there_is_one_clear_error() {
    let target = Target::plain(Endpoint::loopback(1));
    let error =
        CliClient::new(CliVersion::V1_8, "/no/such/program", target).expect_err("not there");
    assert!(error.to_string().contains("/no/such/program"), "{error}");
}
