//! What sends the output of a container elsewhere, and what becomes of both when one ends.

use super::harness::{command, program};
use super::networks::{Containers, listen};
use crate::kernel::{KillTarget, Main, Signal};
use runtime::{LogDriver, LogForm};

/// Where the receiver of these tests listens.
const PORT: u16 = 514;

/// A receiver, and a container whose output goes there.
fn pair(receiver: Main, container: Main) -> Containers {
    let zone = Containers::create(&[("receiver", receiver), ("container", container)]);
    zone.begin(1, "receiver");
    zone.settle();
    let mut spec = command(&["container"]);
    spec.log_driver = Some(LogDriver {
        host: "10.0.0.1".to_owned(),
        port: PORT,
        form: LogForm::Syslog {
            tcp: true,
            facility: 3,
            tag: "t".to_owned(),
        },
    });
    zone.begin_with(2, spec);
    zone
}

/// Ends with 0 when it has got one connection with these two records in it.
const RECEIVER: Main = program!(sys, {
    let server = listen(&sys, PORT)?;
    let (fd, _) = sys.accept(server).await?;
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        match sys.read(fd, &mut buffer).await? {
            0 => break,
            count => seen.extend_from_slice(&buffer[..count]),
        }
    }
    let expected = "<30>2017-07-14T02:40:00Z web logger/t[2]: one\n\
                    <27>2017-07-14T02:40:00Z web logger/t[2]: two\n";
    Ok(u8::from(seen != expected.as_bytes()))
});

/// Takes a connection and nothing from it.
const DEAF: Main = program!(sys, {
    let server = listen(&sys, PORT)?;
    sys.accept(server).await?;
    sys.pause().await;
    Ok(0)
});

/// Ends its connection at once.
const LEAVING: Main = program!(sys, {
    let server = listen(&sys, PORT)?;
    let (fd, _) = sys.accept(server).await?;
    sys.close(fd)?;
    Ok(0)
});

const WAITING: Main = program!(sys, {
    sys.pause().await;
    Ok(0)
});

#[test]
fn a_container_ends_when_everything_is_sent() {
    let zone = pair(
        RECEIVER,
        program!(sys, {
            sys.write_all(1, b"on").await?;
            sys.write_all(1, b"e\n").await?;
            sys.write_all(2, b"two").await?;
            Ok(7)
        }),
    );
    assert_eq!((zone.status(2), zone.status(1)), (7, 0));
}

#[test]
fn a_helper_that_is_stopped_goes_on_at_the_end() {
    let zone = pair(
        RECEIVER,
        program!(sys, {
            sys.kill(KillTarget::Pid(2), Some(Signal::Stop))?;
            sys.write_all(1, b"one\n").await?;
            sys.write_all(2, b"two\n").await?;
            Ok(7)
        }),
    );
    assert_eq!((zone.status(2), zone.status(1)), (7, 0));
}

#[test]
fn a_container_ends_with_its_helper() {
    let zone = pair(
        DEAF,
        program!(sys, {
            sys.kill(KillTarget::Pid(2), Some(Signal::Kill))?;
            sys.pause().await;
            Ok(0)
        }),
    );
    assert_eq!(zone.status(2), -9);
}

#[test]
fn a_container_ends_when_its_receiver_leaves() {
    let zone = pair(LEAVING, WAITING);
    assert_eq!((zone.status(2), zone.status(1)), (-9, 0));
}

#[test]
fn a_container_ends_when_nobody_listens() {
    let zone = pair(WAITING, WAITING);
    assert_eq!(zone.status(2), -9);
}

#[test]
fn a_receiver_that_takes_nothing_is_waited_for_so_long() {
    let zone = pair(
        DEAF,
        program!(sys, {
            sys.write_all(1, &b"0123456789\n".repeat(60_000)).await?;
            Ok(7)
        }),
    );
    zone.run_out();
    assert_eq!(zone.status(2), 7);
}
