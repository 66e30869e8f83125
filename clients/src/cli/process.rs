//! Starting a command, feeding it, reading it, ending it.

use std::io::{self, Read, Write};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use bytes::Bytes;
use rustix::process::{Pid, WaitId, WaitIdOptions, kill_process, waitid};

use super::environment::Environment;
use super::group::{self, Groups};
use super::terminal::{self, Terminal};
use crate::client::{
    Capture, Channel, ClientError, Control, EventKind, Exit, Invocation, PtySize, Reader,
    ReaderGate, Running, Signal, Stdin,
};

/// Bytes read at once from a command.
const READ_BYTES: usize = 64 * 1024;
/// How long a killed group may take to vanish.
const KILLED_GRACE: Duration = Duration::from_secs(5);

/// A descriptor of a terminal is for a moment inheritable by any program started meanwhile,
/// which would keep the terminal from ending; so one is started at a time.
static STARTING: Mutex<()> = Mutex::new(());

/// Collects a child that has exited, so that its id becomes free.
pub(super) type Collect = Box<dyn FnOnce() + Send>;

/// A started child and its ends of the pipes or the terminal.
pub(super) struct Started {
    pub(super) id: Pid,
    pub(super) collect: Collect,
    pub(super) outputs: Vec<(Channel, Box<dyn Read + Send>)>,
    pub(super) input: Option<Box<dyn Write + Send>>,
    pub(super) terminal: Option<Terminal>,
}

/// Starts a command.
pub(crate) fn start(
    client: &'static str,
    environment: &Arc<Environment>,
    groups: &Groups,
    invocation: Invocation,
) -> Result<Running, ClientError> {
    let failed = |detail: String| ClientError::Start {
        program: environment.program().display().to_string(),
        detail,
    };
    let on_terminal = invocation.pty.is_some();
    let capture = Arc::new(Capture::new(
        client,
        &invocation,
        if on_terminal { 1 } else { 2 },
    ));
    let started = {
        let _one_at_a_time = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
        match invocation.pty {
            Some(size) => terminal::start(environment, &invocation, size),
            None => on_pipes(environment, &invocation).map_err(|error| error.to_string()),
        }
        .map_err(failed)?
    };
    groups.started(started.id);
    let process = Process::supervise(started, groups, environment, &capture, &invocation)
        .map_err(|error| failed(error.to_string()))?;
    if let Stdin::Bytes(bytes) = &invocation.stdin {
        capture.input(bytes);
        // A command that has already ended takes nothing more; its outcome says the rest.
        let _ = process.write(bytes.clone());
        if !on_terminal {
            capture.note(EventKind::StdinClosed);
            let _ = process.close_stdin();
        }
    }
    Ok(Running::new(
        capture,
        Box::new(process),
        client,
        &invocation,
    ))
}

fn on_pipes(environment: &Environment, invocation: &Invocation) -> io::Result<Started> {
    let mut child = Command::new(environment.program())
        .arg0(environment.name())
        .args(&invocation.argv)
        .env_clear()
        .envs(environment.variables(invocation))
        .current_dir(environment.home())
        .stdin(match invocation.stdin {
            Stdin::Null => Stdio::null(),
            Stdin::Bytes(_) | Stdin::Held => Stdio::piped(),
        })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()?;
    let mut outputs: Vec<(Channel, Box<dyn Read + Send>)> = Vec::with_capacity(2);
    if let Some(stdout) = child.stdout.take() {
        outputs.push((Channel::Stdout, Box::new(stdout)));
    }
    if let Some(stderr) = child.stderr.take() {
        outputs.push((Channel::Stderr, Box::new(stderr)));
    }
    let input = child.stdin.take();
    Ok(Started {
        id: Pid::from_child(&child),
        outputs,
        input: input.map(|input| Box::new(input) as Box<dyn Write + Send>),
        terminal: None,
        collect: Box::new(move || drop(child.wait())),
    })
}

/// A running command; dropping it ends its group.
#[derive(Debug)]
struct Process {
    life: Arc<Life>,
    gate: Arc<ReaderGate>,
    input: Mutex<Option<mpsc::Sender<Bytes>>>,
    terminal: Option<Terminal>,
    groups: Groups,
    /// Kept for as long as the command may look at its files.
    _environment: Arc<Environment>,
}

/// How far a command's end has come.
#[derive(Debug)]
struct Life {
    id: Pid,
    stage: Mutex<Stage>,
    moved: Condvar,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// The id is the command's, running or not.
    Ours,
    /// The id may be someone else's by now.
    Collected,
    /// Nothing of its group is left, or what is left cannot be ended.
    Over,
}

impl Life {
    fn stage(&self) -> MutexGuard<'_, Stage> {
        self.stage.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn reach(&self, stage: Stage) {
        *self.stage() = stage;
        self.moved.notify_all();
    }

    /// Waits for the child to exit, ends its group, and only then tells.
    fn supervise(&self, collect: Collect, groups: &Groups, capture: &Capture) {
        let exit = wait_without_collecting(self.id);
        {
            let mut stage = self.stage();
            // The child is a zombie, so the id still means its group.
            group::kill(self.id);
            collect();
            *stage = Stage::Collected;
        }
        groups.should_be_gone(self.id);
        if group::wait_gone(self.id, KILLED_GRACE) {
            groups.gone(self.id);
        } else {
            capture.leaked(self.id.as_raw_nonzero().get());
        }
        self.reach(Stage::Over);
        capture.exited(exit);
    }
}

fn wait_without_collecting(id: Pid) -> Exit {
    loop {
        match waitid(
            WaitId::Pid(id),
            WaitIdOptions::EXITED | WaitIdOptions::NOWAIT,
        ) {
            Ok(Some(status)) => {
                let signal = status.terminating_signal().map(Exit::Signal);
                let code = status.exit_status().map(Exit::Code);
                return signal.or(code).unwrap_or(Exit::Code(-1));
            }
            Err(rustix::io::Errno::INTR) | Ok(None) => {}
            // Someone else collected it, which nothing in this process does.
            Err(_) => return Exit::Code(-1),
        }
    }
}

impl Process {
    fn supervise(
        started: Started,
        groups: &Groups,
        environment: &Arc<Environment>,
        capture: &Arc<Capture>,
        invocation: &Invocation,
    ) -> io::Result<Process> {
        let life = Arc::new(Life {
            id: started.id,
            stage: Mutex::new(Stage::Ours),
            moved: Condvar::new(),
        });
        {
            let (life, groups, capture) = (life.clone(), groups.clone(), capture.clone());
            spawn("client-end", move || {
                life.supervise(started.collect, &groups, &capture);
            })?;
        }
        // From here on an error drops the process, which ends the group.
        let mut process = Process {
            life,
            gate: Arc::new(ReaderGate::new(invocation.reader == Reader::Normal)),
            input: Mutex::new(None),
            terminal: started.terminal,
            groups: groups.clone(),
            _environment: environment.clone(),
        };
        let sleep = match invocation.reader {
            Reader::SleepFirst(duration) => Some(duration),
            Reader::Normal | Reader::Held => None,
        };
        for (channel, output) in started.outputs {
            let (gate, capture) = (process.gate.clone(), capture.clone());
            spawn("client-output", move || {
                gate.pass_blocking(sleep);
                read_to_end(channel, output, &capture);
            })?;
        }
        if let Some(input) = started.input {
            let (sender, receiver) = mpsc::channel();
            spawn("client-input", move || write_all(input, &receiver))?;
            process.input = Mutex::new(Some(sender));
        }
        Ok(process)
    }
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    thread::Builder::new().name(name.to_owned()).spawn(work)?;
    Ok(())
}

fn read_to_end(channel: Channel, mut output: Box<dyn Read + Send>, capture: &Capture) {
    let mut buffer = vec![0; READ_BYTES];
    loop {
        match output.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => capture.output(channel, &buffer[..count]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            // A terminal whose last user is gone ends with an error; either way nothing more comes.
            Err(_) => break,
        }
    }
    capture.channel_ended();
}

/// Writes what is sent until the sender or the command's interest ends, then closes.
fn write_all(mut input: Box<dyn Write + Send>, receiver: &mpsc::Receiver<Bytes>) {
    for bytes in receiver {
        if input
            .write_all(&bytes)
            .and_then(|()| input.flush())
            .is_err()
        {
            break;
        }
    }
}

impl Control for Process {
    fn write(&self, bytes: Bytes) -> Result<(), String> {
        let input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        match &*input {
            Some(sender) => sender
                .send(bytes)
                .map_err(|_| "the client takes no more input".to_owned()),
            None => Err("it is not an open pipe".to_owned()),
        }
    }

    fn close_stdin(&self) -> Result<(), String> {
        if self.terminal.is_some() {
            return Err("a terminal has no end of input but the byte 0x04".to_owned());
        }
        let mut input = self.input.lock().unwrap_or_else(PoisonError::into_inner);
        match input.take() {
            Some(_) => Ok(()),
            None => Err("it is not an open pipe".to_owned()),
        }
    }

    fn signal(&self, signal: Signal) -> Result<(), String> {
        let stage = self.life.stage();
        if *stage != Stage::Ours {
            return Err("the client is gone".to_owned());
        }
        kill_process(self.life.id, signal.system()).map_err(|error| error.to_string())
    }

    fn resize(&self, size: PtySize) -> Result<(), String> {
        match &self.terminal {
            Some(terminal) => terminal.resize(size),
            None => Err("the client has no terminal".to_owned()),
        }
    }

    fn release_reader(&self) -> bool {
        self.gate.open()
    }

    fn kill(&self) {
        let stage = self.life.stage();
        if *stage == Stage::Ours {
            group::kill(self.life.id);
        }
        self.gate.open();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        self.groups.should_be_gone(self.life.id);
        let stage = self.life.stage();
        // KILL cannot be refused, so this is short; the limit is for a stuck kernel.
        let waited = self
            .life
            .moved
            .wait_timeout_while(stage, KILLED_GRACE, |stage| *stage != Stage::Over);
        drop(waited);
    }
}
