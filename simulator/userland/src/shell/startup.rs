//! How a shell begins: its arguments, its environment and what it reads first.

use std::sync::Arc;

use bytes::Bytes;

use super::commands::CommandsFrame;
use super::lookup::DEFAULT_PATH;
use super::machine::{Flags, Frame, Machine, Unwind};
use super::options::{Options, ShellOption};
use super::state::State;
use super::variables::is_name;
use crate::kernel::{BoxFuture, Errno, Exit, Fd, List, OpenFlags, Sys};

/// The file executed to run a script that names no interpreter.
pub(crate) const SHELL_PATH: &[u8] = b"/bin/sh";

/// The arguments of a shell that runs the script at `path`.
pub(crate) fn script_arguments(path: &Bytes, arguments: &[Bytes]) -> Vec<Bytes> {
    let mut all = vec![Bytes::from_static(b"ash"), path.clone()];
    all.extend_from_slice(arguments.get(1..).unwrap_or(&[]));
    all
}

/// The shell as a program.
pub fn main(sys: Sys) -> BoxFuture<'static, Exit> {
    Box::pin(async move {
        let arguments = sys.argv().to_vec();
        let name = arguments
            .first()
            .cloned()
            .unwrap_or_else(|| Bytes::from_static(b"sh"));
        let state = State::new(name, sys.pid());
        let mut machine = Machine::new(sys, state);
        match begin(&mut machine, &arguments).await {
            Ok(()) => machine.run().await,
            Err(status) => {
                machine.print(false).await;
                Exit::Status(status)
            }
        }
    })
}

/// What the arguments ask for.
#[derive(Debug, Default)]
struct Invocation {
    options: Options,
    command: Option<Bytes>,
    script: Option<Bytes>,
    login: bool,
    parameters: Vec<Bytes>,
}

/// Sets the shell up; `Err` is the status to end with at once.
async fn begin(machine: &mut Machine, arguments: &[Bytes]) -> Result<(), u8> {
    let mut invocation = parse(machine, arguments)?;
    import_environment(machine);
    let terminals = machine.sys.is_tty(0) && machine.sys.is_tty(1);
    let reads_stdin = invocation.command.is_none() && invocation.script.is_none();
    if reads_stdin {
        invocation.options.set(ShellOption::Stdin, true);
        if terminals {
            invocation.options.set(ShellOption::Interactive, true);
        }
    }
    machine.print(false).await;
    machine.state.options = invocation.options;
    machine.state.parameters.values = Arc::new(List::from(invocation.parameters.as_slice()));
    let interactive = invocation.options.has(ShellOption::Interactive);
    if interactive {
        machine.state.options.set(ShellOption::Monitor, true);
    }
    // A shell that reads its script from standard input leaves Ctrl-C to its default action.
    let interrupts = interactive || !invocation.options.has(ShellOption::Stdin);
    let traps = &mut machine.state.traps;
    traps.guard(&machine.sys, interrupts, interactive);
    machine.apply_job_control();
    let main = match (invocation.command, invocation.script) {
        (Some(command), _) => CommandsFrame::command_string(&command, &machine.state),
        (None, Some(script)) => {
            let fd = open_script(machine, &script).await?;
            machine.state.script_fds.push(fd);
            machine.state.name = script.clone();
            machine.state.command_name = Some(script.clone());
            machine.state.parameters.zero = script;
            CommandsFrame::file(fd, &machine.state)
        }
        (None, None) if interactive && machine.sys.is_tty(0) => {
            CommandsFrame::terminal(&machine.state)
        }
        (None, None) => CommandsFrame::file(0, &machine.state),
    };
    machine.frames.push(Frame::Commands(Box::new(main)));
    read_profiles(machine, invocation.login, interactive).await;
    Ok(())
}

fn parse(machine: &mut Machine, arguments: &[Bytes]) -> Result<Invocation, u8> {
    let mut invocation = Invocation {
        login: arguments.first().is_some_and(|name| name.starts_with(b"-")),
        ..Invocation::default()
    };
    let mut wants_command = false;
    let mut rest = arguments.get(1..).unwrap_or(&[]);
    while let Some((first, behind)) = rest.split_first() {
        let (on, letters) = match first.as_ref() {
            b"--" | b"-" => {
                rest = behind;
                break;
            }
            [b'-', b'-', name @ ..] => {
                // Other long options are passed over.
                invocation.login |= name == b"login";
                rest = behind;
                continue;
            }
            [b'-', letters @ ..] => (true, letters),
            [b'+', letters @ ..] => (false, letters),
            _ => break,
        };
        rest = behind;
        for letter in letters {
            match letter {
                b'c' => wants_command = true,
                b's' => invocation.options.set(ShellOption::Stdin, true),
                b'i' => invocation.options.set(ShellOption::Interactive, true),
                b'l' => invocation.login = true,
                b'o' => {
                    let Some((name, behind)) = rest.split_first() else {
                        list_options(machine, on);
                        continue;
                    };
                    rest = behind;
                    match ShellOption::from_name(name) {
                        Some(option) => invocation.options.set(option, on),
                        // Said, and the end, but no failure, as in busybox.
                        None => {
                            let text: &[u8] = if on {
                                b"illegal option -o "
                            } else {
                                b"illegal option +o "
                            };
                            refuse(machine, text, name);
                            return Err(0);
                        }
                    }
                }
                _ => match ShellOption::from_letter(*letter) {
                    Some(option) => invocation.options.set(option, on),
                    None => {
                        let sign: &[u8] = if on {
                            b"illegal option -"
                        } else {
                            b"illegal option +"
                        };
                        return Err(refuse(machine, sign, &[*letter]));
                    }
                },
            }
        }
    }
    if wants_command {
        invocation.options.set(ShellOption::Command, true);
        let Some((command, behind)) = rest.split_first() else {
            return Err(refuse(machine, b"-c requires an argument", b""));
        };
        invocation.command = Some(command.clone());
        rest = behind;
        if let Some((zero, behind)) = rest.split_first() {
            machine.state.parameters.zero = zero.clone();
            machine.state.name = zero.clone();
            machine.state.command_name = Some(zero.clone());
            rest = behind;
        }
    } else if !invocation.options.has(ShellOption::Stdin)
        && let Some((script, behind)) = rest.split_first()
    {
        invocation.script = Some(script.clone());
        rest = behind;
    }
    invocation.parameters = rest.to_vec();
    Ok(invocation)
}

/// What `-o` without a name prints: before anything is set, everything counts as on.
fn list_options(machine: &mut Machine, readable: bool) {
    for (name, _) in Options::default().named() {
        let line = if readable {
            format!("{name:<16}on\n")
        } else {
            format!("set -o {name}\n")
        };
        machine.out.extend_from_slice(line.as_bytes());
    }
}

fn refuse(machine: &mut Machine, text: &[u8], what: &[u8]) -> u8 {
    machine.complain(&[text, what].concat(), 0);
    2
}

fn import_environment(machine: &mut Machine) {
    let state = &mut machine.state;
    for (name, value) in [
        (&b"IFS"[..], &b" \t\n"[..]),
        (b"OPTIND", b"1"),
        (b"PS1", b"\\w \\$ "),
        (b"PS2", b"> "),
        (b"PS4", b"+ "),
        (b"PATH", DEFAULT_PATH),
    ] {
        let _ = state.set_variable(name, Bytes::from_static(value));
    }
    state
        .variables
        .declare(b"PATH", |variable| variable.exported = true);
    for entry in machine.sys.environ() {
        let Some(at) = entry.iter().position(|byte| *byte == b'=') else {
            continue;
        };
        let name = entry.slice(..at);
        if !is_name(&name) || name == "IFS" || name == "OPTIND" {
            continue;
        }
        let _ = state.set_variable(&name, entry.slice(at + 1..));
        state
            .variables
            .declare(&name, |variable| variable.exported = true);
    }
    let level = state
        .variables
        .value(b"SHLVL")
        .and_then(|level| std::str::from_utf8(level).ok()?.parse::<u32>().ok())
        .unwrap_or(0);
    let parent = machine.sys.ppid().to_string();
    let _ = state.set_variable(b"PPID", Bytes::from(parent));
    if state.variables.find(b"HOSTNAME").is_none() {
        let _ = state.set_variable(b"HOSTNAME", machine.sys.hostname());
    }
    set_exported(
        state,
        b"SHLVL",
        Bytes::from(level.saturating_add(1).to_string()),
    );
    let directory = working_directory(&machine.sys, state);
    set_exported(state, b"PWD", directory.clone());
    state.directory = Some(directory);
}

fn set_exported(state: &mut State, name: &[u8], value: Bytes) {
    let _ = state.set_variable(name, value);
    state
        .variables
        .declare(name, |variable| variable.exported = true);
}

/// PWD of the environment when it is right, else the physical directory.
fn working_directory(sys: &Sys, state: &State) -> Bytes {
    let physical = sys.cwd().unwrap_or_default();
    let Some(inherited) = state.variables.value(b"PWD") else {
        return physical;
    };
    if inherited.starts_with(b"/") && *inherited != physical {
        let same = match (sys.stat(inherited), sys.stat(b".")) {
            (Ok(one), Ok(other)) => one.dev == other.dev && one.ino == other.ino,
            _ => false,
        };
        if same {
            return inherited.clone();
        }
    }
    physical
}

async fn open_script(machine: &mut Machine, path: &Bytes) -> Result<Fd, u8> {
    let opened = machine
        .sys
        .open(path, OpenFlags::READ | OpenFlags::CLOEXEC, 0)
        .await;
    let opened = opened.and_then(|fd| {
        let private = machine.sys.dup_above(fd, 10, true);
        let _ = machine.sys.close(fd);
        private
    });
    opened.map_err(|error| {
        let text = format!("can't open '{}': {error}", String::from_utf8_lossy(path));
        machine.complain(text.as_bytes(), 0);
        2
    })
}

/// Login shells read profiles, interactive ones the file ENV names. What runs first is pushed last.
async fn read_profiles(machine: &mut Machine, login: bool, interactive: bool) {
    let mut files: Vec<Bytes> = Vec::new();
    if login {
        files.push(Bytes::from_static(b"/etc/profile"));
        if let Some(home) = machine.state.variables.value(b"HOME") {
            files.push(Bytes::from([home.as_ref(), b"/.profile"].concat()));
        }
    }
    if interactive && let Some(file) = machine.state.variables.value(b"ENV") {
        files.push(file.clone());
    }
    for file in files.into_iter().rev() {
        let opened = machine
            .sys
            .open(&file, OpenFlags::READ | OpenFlags::CLOEXEC, 0)
            .await;
        let Ok(fd) = opened else {
            continue;
        };
        let private = machine.sys.dup_above(fd, 10, true);
        let _ = machine.sys.close(fd);
        if let Ok(fd) = private {
            let name = machine.state.command_name.clone();
            machine.push_dot(fd, Flags::default(), name, None);
        }
    }
}

impl Machine {
    /// The first `most` bytes of a file.
    ///
    /// # Errors
    /// It cannot be opened or read.
    pub(crate) async fn read_file(&mut self, path: &[u8], most: usize) -> Result<Vec<u8>, Errno> {
        let fd = self.sys.open(path, OpenFlags::READ, 0).await?;
        let mut text = Vec::new();
        let mut buffer = vec![0; 4096];
        let outcome = loop {
            match self.sys.read(fd, &mut buffer).await {
                Ok(0) => break Ok(text),
                Ok(count) => text.extend_from_slice(&buffer[..count]),
                Err(Errno::EINTR) => {
                    let interrupted = self.collect_signals();
                    self.interrupted |= matches!(interrupted, Err(Unwind::Interrupt));
                }
                Err(error) => break Err(error),
            }
            if text.len() >= most {
                break Ok(text);
            }
        };
        let _ = self.sys.close(fd);
        outcome
    }
}
