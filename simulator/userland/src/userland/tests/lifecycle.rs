//! Starts, ends, statuses and execs of containers.

use super::harness::{PATIENCE, Zone, child, command, program};
use crate::kernel::{Errno, OpenFlags, WaitFlags, WaitFor};
use bytes::Bytes;
use runtime::console::Stream;
use runtime::{Disk, Runtime, RuntimeError, RuntimeEvent, Signal, StartSpec};
use std::time::Instant;

#[test]
fn a_command_runs_from_start_to_exit_and_its_output_comes_first() {
    let zone = Zone::new(program!(sys, {
        sys.write_all(2, b"err\n").await.map(|()| 7)
    }));
    assert_eq!(
        zone.run(command(&["echo", "hi", "there"])),
        (0, "hi there\n".into())
    );
    zone.start(command(&["test"]));
    assert_eq!(zone.exit_status(), 7);
    let chunk = zone.next_chunk().expect("there was output");
    assert_eq!(
        (chunk.stream, &chunk.bytes[..]),
        (Stream::Stderr, &b"err\n"[..])
    );
    let events = zone.reports.all();
    assert!(matches!(events[0], RuntimeEvent::Started { .. }));
    assert!(matches!(events[1], RuntimeEvent::Exited { .. }));
    assert_eq!(events.len(), 4);
}

#[test]
fn a_command_that_cannot_run_ends_with_its_code() {
    let zone = Zone::new(program!(sys, {
        Ok(u8::from(sys.cwd()? != "/tmp/new/dir"))
    }));
    let check = |spec: StartSpec, code| {
        let argv = spec.argv.clone();
        assert_eq!(zone.run(spec).0, code, "{argv:?}");
    };
    check(command(&[]), 13);
    check(command(&["nosuchcmd"]), 17);
    check(command(&["data"]), 17);
    check(command(&["/bin/nosuch"]), 25);
    check(command(&["/bin"]), 26);
    check(command(&["/bin/data"]), 27);
    check(command(&["/bin/text"]), 3);
    check(command(&["/bin/foreign"]), 3);
    let with = |change: fn(&mut StartSpec)| {
        let mut spec = command(&["test"]);
        change(&mut spec);
        spec
    };
    check(with(|spec| spec.user = "who".into()), 29);
    check(with(|spec| spec.user = "bin:who".into()), 5);
    check(with(|spec| spec.workdir = "/bin/data".into()), 2);
    check(with(|spec| spec.workdir = "/bin/data/sub".into()), 49);
    check(with(|spec| spec.workdir = "tmp/new/dir".into()), 0);
    // It runs, elsewhere than it expects.
    check(with(|spec| spec.workdir = "/d".repeat(2_000).into()), 1);
    check(with(|spec| spec.workdir = "/d".repeat(100_000).into()), 49);
    let log = zone
        .userland
        .files(zone.instance)
        .expect("the container exists");
    let log = log.lock().expect("nobody panicked");
    let notes = log
        .resolve(b"/var/log/sdc-dockerinit.log", true)
        .expect("notes are kept");
    let mut text = vec![0; 8192];
    let count = log.read(notes, 0, &mut text).expect("a file");
    let text = String::from_utf8_lossy(&text[..count]);
    assert!(
        text.contains("/bin/foreign is a program for a real Linux kernel"),
        "{text}"
    );
    assert!(
        text.contains("FATAL (code: 17): 'nosuchcmd' not found in PATH"),
        "{text}"
    );
}

#[test]
fn a_process_has_the_environment_user_and_stdin_of_its_specification() {
    let zone = Zone::new(program!(sys, {
        let mut lines = sys.environ();
        lines.push(format!("{}:{}", sys.uid(), sys.gid()).into());
        let mut buffer = [0; 8];
        lines.push(format!("{:?}", sys.read(0, &mut buffer).await).into());
        sys.write_all(1, &lines.join(&b'\n')).await.map(|()| 0)
    }));
    let mut spec = command(&["test"]);
    spec.env = ["A=1", "BAD", "TERM=vt100"].map(Bytes::from).to_vec();
    spec.user = "bin".into();
    let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    let expected = format!("TERM=vt100\nHOME=/bin\n{path}\nHOSTNAME=web\nA=1\n2:2\nOk(0)");
    assert_eq!(zone.run(spec), (0, expected));
}

#[test]
fn input_reaches_a_container_that_keeps_stdin_open() {
    let zone = Zone::new(program!(_sys, { Ok(0) }));
    let mut spec = command(&["cat"]);
    spec.open_stdin = true;
    zone.start(spec);
    zone.send(b"one\n");
    zone.expect_output("one\n");
    zone.send(b"two");
    zone.console.close_input();
    assert_eq!(zone.exit_status(), 0);
    assert_eq!(zone.output(), "two");
}

#[test]
fn a_slow_attacher_makes_the_writer_wait_and_loses_nothing() {
    let zone = Zone::new(program!(sys, {
        for _ in 0..100 {
            sys.write_all(1, &[b'x'; 40_000]).await?;
        }
        Ok(0)
    }));
    zone.start(command(&["test"]));
    zone.settle();
    assert!(zone.reports.all().len() == 1, "the writer did not wait");
    let mut seen = 0;
    while seen < 4_000_000 {
        zone.settle();
        seen += zone.output().len();
    }
    assert_eq!((zone.exit_status(), seen), (0, 4_000_000));
}

#[test]
fn an_exec_runs_beside_the_first_process_and_reports_its_own_end() {
    let zone = Zone::new(program!(sys, {
        sys.pause().await;
        Ok(0)
    }));
    zone.start(command(&["test"]));
    let (exec, console) = zone.exec(&["echo", "from", "exec"], false, false);
    let mut cursor = console.attach(runtime::console::StreamSet::BOTH);
    assert_eq!(zone.exec_status(exec), 0);
    let (missing, console) = zone.exec(&["nosuchcmd"], false, false);
    drop(cursor);
    cursor = console.attach(runtime::console::StreamSet::BOTH);
    assert_eq!(zone.exec_status(missing), 17);
    drop(cursor);
    let rows = zone.userland.processes(zone.instance).expect("it runs");
    let lines: Vec<_> = rows
        .iter()
        .map(|row| (row.pid, &row.command_line[..]))
        .collect();
    assert_eq!(lines, [(0, &b"zsched"[..]), (1, b"test")]);
    zone.userland.halt(zone.instance).expect("it runs");
    assert_eq!(zone.exit_status(), -9);
    assert_eq!(
        zone.userland.signal(zone.instance, Signal::Term),
        Err(RuntimeError::NotRunning)
    );
}

#[test]
fn a_container_ends_with_its_first_process_and_takes_the_others_along() {
    let zone = Zone::new(program!(sys, {
        for _ in 0..3 {
            sys.fork(child!(|sys| {
                loop {
                    sys.burn(100).await;
                }
            }))?;
        }
        sys.fork(child!(|sys| {
            sys.pause().await;
            Ok(0)
        }))?;
        Ok(5)
    }));
    assert_eq!(zone.run(command(&["test"])).0, 5);
    assert_eq!(zone.userland.leaks(), (0, 0));
}

#[test]
fn a_panic_ends_only_its_process() {
    let zone = Zone::new(program!(sys, {
        sys.fork(child!(|_sys| { panic!("on purpose") }))?;
        let waited = sys.wait(WaitFor::Any, WaitFlags::default()).await?;
        let text = format!("{:?}", waited.map(|(_, status)| status));
        sys.write_all(1, text.as_bytes()).await.map(|()| 0)
    }));
    assert_eq!(
        zone.run(command(&["test"])),
        (0, "Some(Signaled(Abrt))".into())
    );
    assert_eq!(zone.userland.panics(), 1);
    std::mem::forget(zone);
}

#[test]
fn scripts_run_their_interpreter_and_exec_keeps_the_process() {
    let zone = Zone::new(program!(sys, {
        let argv = vec![Bytes::from("script"), Bytes::from("arg")];
        let before = sys.pid();
        let child = sys.fork(move |sys| {
            Box::pin(async move {
                match sys.exec(b"/bin/script", argv, sys.environ()) {
                    Ok(exit) => exit,
                    Err(_) => crate::kernel::Exit::Status(98),
                }
            })
        })?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        assert_eq!((waited.map(|(pid, _)| pid), before), (Some(child), 1));
        assert_eq!(
            sys.exec(b"/bin/text", Vec::new(), Vec::new()).err(),
            Some(Errno::ENOEXEC)
        );
        assert_eq!(
            sys.exec(b"/bin/data", Vec::new(), Vec::new()).err(),
            Some(Errno::EACCES)
        );
        assert_eq!(
            sys.exec(b"/bin/none", Vec::new(), Vec::new()).err(),
            Some(Errno::ENOENT)
        );
        assert_eq!(
            sys.exec(b"/bin/foreign", Vec::new(), Vec::new()).err(),
            Some(Errno::ENOSYS)
        );
        Ok(0)
    }));
    assert_eq!(
        zone.run(command(&["test"])),
        (
            0,
            "/bin/echo one two /bin/script arg\n".replace("/bin/echo ", "")
        )
    );
}

#[test]
fn managed_files_are_laid_over_the_image_and_links_replaced() {
    let zone = Zone::new(program!(sys, {
        sys.symlink(b"/tmp/elsewhere", b"/etc/hostname")?;
        Ok(0)
    }));
    zone.run(command(&["test"]));
    let mut spec = command(&["cat"]);
    spec.files.hostname = "web\n".into();
    spec.files.hosts = "127.0.0.1\tlocalhost\n".into();
    spec.open_stdin = true;
    zone.start(spec);
    zone.console.close_input();
    assert_eq!(zone.exit_status(), 0);
    let files = zone
        .userland
        .files(zone.instance)
        .expect("the container exists");
    let files = files.lock().expect("nobody panicked");
    let mut buffer = [0; 64];
    for (path, content) in [
        ("/etc/hostname", "web\n"),
        ("/etc/hosts", "127.0.0.1\tlocalhost\n"),
    ] {
        let ino = files
            .resolve(path.as_bytes(), false)
            .expect("it was written");
        let count = files.read(ino, 0, &mut buffer).expect("a file, not a link");
        assert_eq!(&buffer[..count], content.as_bytes());
    }
}

#[test]
fn a_program_for_a_real_kernel_is_named_in_the_notes_alone() {
    let zone = Zone::new(program!(sys, {
        let _ = sys;
        Ok(0)
    }));
    assert_eq!(zone.run(command(&["/bin/foreign"])), (3, String::new()));
    let files = zone.userland.files(zone.instance);
    let files = files.expect("the container exists");
    let files = files.lock().expect("nobody panicked");
    let notes = files.resolve(b"/var/log/sdc-dockerinit.log", true);
    let mut buffer = [0; 4096];
    let count = files.read(notes.expect("there are notes"), 0, &mut buffer);
    let notes = String::from_utf8_lossy(&buffer[..count.expect("they are a file")]);
    let line = "/bin/foreign is a program for a real Linux kernel: it needs the `linux` runtime\n";
    assert!(notes.contains(line), "{notes}");
}

#[test]
fn descriptors_are_limited_and_closed_on_exec() {
    let zone = Zone::new(program!(sys, {
        let mut opened = 0;
        let error = loop {
            match sys.open(b"/dev/null", OpenFlags::READ, 0).await {
                Ok(_) => opened += 1,
                Err(error) => break error,
            }
        };
        assert_eq!((opened, error), (1021, Errno::EMFILE));
        for fd in 3..1024 {
            sys.set_cloexec(fd, true)?;
        }
        let child = sys.fork(|sys| {
            Box::pin(async move {
                let argv = vec![Bytes::from("true")];
                sys.exec(b"/bin/true", argv, Vec::new())
                    .unwrap_or(crate::kernel::Exit::Status(98))
            })
        })?;
        let waited = sys.wait(WaitFor::Pid(child), WaitFlags::default()).await?;
        Ok(u8::from(waited.is_none()))
    }));
    assert_eq!(zone.run(command(&["test"])).0, 0);
}

#[test]
fn a_destroyed_container_says_nothing_more() {
    let zone = Zone::new(program!(sys, {
        sys.pause().await;
        Ok(0)
    }));
    zone.start(command(&["test"]));
    zone.settle();
    zone.userland.destroy(zone.instance).expect("it exists");
    zone.settle();
    assert_eq!(zone.userland.leaks(), (0, 0));
    assert_eq!(zone.reports.all().len(), 1);
    let gone = zone.userland.usage(zone.instance);
    assert_eq!(gone, Err(RuntimeError::UnknownInstance));
}

#[test]
fn a_runtime_that_goes_away_ends_what_runs() {
    let zone = Zone::new(program!(sys, {
        for _ in 0..10 {
            sys.fork(child!(|sys| {
                loop {
                    sys.burn(100).await;
                }
            }))?;
        }
        sys.sleep(std::time::Duration::from_secs(1)).await?;
        Ok(0)
    }));
    zone.start(command(&["test"]));
    while zone.reports.all().is_empty() {
        std::thread::yield_now();
    }
}

#[test]
fn a_fork_bomb_stays_in_its_bounds_and_can_be_halted() {
    fn bomb(sys: crate::kernel::Sys) -> crate::kernel::BoxFuture<'static, crate::kernel::Exit> {
        Box::pin(async move {
            loop {
                let forked = sys.fork(bomb);
                assert!(forked.is_ok() || forked == Err(Errno::EAGAIN));
                sys.burn(1000).await;
            }
        })
    }
    let zone = Zone::new(bomb);
    let spec = command(&["test"]);
    let most = usize::try_from(spec.max_processes).expect("a small number");
    zone.start(spec);
    let until = Instant::now() + PATIENCE;
    while zone.userland.leaks().0 < most {
        let made = zone.userland.leaks().0;
        assert!(Instant::now() < until, "{made} of {most} processes");
        std::thread::yield_now();
    }
    zone.userland.halt(zone.instance).expect("it runs");
    assert_eq!(zone.exit_status(), -9);
}

#[test]
fn containers_of_two_nodes_run_on_two_workers() {
    use runtime::clock::{Clock, Mode};
    use runtime::console::Console;
    use runtime::{EventSink, Incarnation, InstanceId, NodeId, Timestamp};
    let (sender, receiver) = std::sync::mpsc::channel();
    let sink: EventSink = std::sync::Arc::new(move |event| {
        // The receiver may have seen enough.
        let _ = sender.send(event);
    });
    let mut registry = crate::registry::Registry::new();
    registry.add(
        "test",
        program!(sys, { sys.write_all(1, b"x").await.map(|()| 0) }),
    );
    let clock = Clock::starting_at(Mode::Stepped, Timestamp::from_secs(1));
    let userland = crate::Userland::new(1, clock, 2, registry, sink);
    let mut builder = rootfs::TreeBuilder::new(0);
    let added = builder.file("bin/test", runtime::PROGRAM_MARKER, 0o755);
    added.expect("a new file");
    let image = std::sync::Arc::new(builder.build());
    for number in 0..40u128 {
        let instance = InstanceId(super::harness::uuid(number));
        let node = NodeId(super::harness::uuid(number % 2));
        let created = userland.create(instance, node, image.clone(), Disk::of(1 << 20), &[]);
        created.expect("it is new");
        let started = userland.start(
            instance,
            Incarnation(1),
            command(&["test"]),
            Console::new(None),
        );
        started.expect("it does not run");
    }
    let mut exited = 0;
    while exited < 40 {
        let event = receiver.recv_timeout(super::harness::PATIENCE);
        let event = event.expect("every container ends");
        exited += usize::from(matches!(event, RuntimeEvent::Exited { .. }));
    }
}
