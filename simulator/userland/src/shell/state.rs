//! Everything a fork of the shell inherits.

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

use super::aliases::Aliases;
use super::jobs::Jobs;
use super::options::{Options, ShellOption};
use super::program::{NodeId, Program};
use super::traps::Traps;
use super::variables::{ReadOnly, Variable, Variables};
use crate::kernel::{Charge, Fd, List, Pid};

/// A function's body.
#[derive(Debug, Clone)]
pub(crate) struct Function {
    pub(crate) program: Arc<Program>,
    pub(crate) body: NodeId,
    /// For the small tables of its program, and its name.
    pub(crate) _charge: Arc<Charge>,
}

/// `$0` and the positional parameters.
#[derive(Debug, Clone)]
pub(crate) struct Parameters {
    pub(crate) zero: Bytes,
    pub(crate) values: Arc<List<Bytes>>,
    /// Where `getopts` is inside a group of letters: 0 at the start of an argument.
    pub(crate) getopts_offset: usize,
    /// The argument `getopts` looks at next, counted from 1.
    pub(crate) getopts_index: usize,
}

/// Variables that a function's `local` or a command's assignments have hidden, oldest first.
pub(crate) type Scope = Vec<(Bytes, Option<Variable>)>;

/// The state of a shell.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) options: Options,
    pub(crate) variables: Variables,
    /// One per running function.
    pub(crate) scopes: Vec<Scope>,
    pub(crate) functions: Arc<BTreeMap<Bytes, Function>>,
    pub(crate) aliases: Aliases,
    pub(crate) parameters: Parameters,
    pub(crate) traps: Traps,
    pub(crate) jobs: Jobs,
    /// Paths that commands were found at.
    pub(crate) hashed: Arc<BTreeMap<Bytes, Bytes>>,
    /// `$?`
    pub(crate) status: u8,
    /// Status of the last command substitution of the command being expanded.
    pub(crate) substitution_status: Option<u8>,
    pub(crate) last_background: Option<Pid>,
    /// `$$`
    pub(crate) shell_pid: Pid,
    /// What messages begin with.
    pub(crate) name: Bytes,
    /// The builtin or script whose messages name a line.
    pub(crate) command_name: Option<Bytes>,
    /// What messages of builtins that are applets too begin with.
    pub(crate) applet_name: Bytes,
    pub(crate) line: u32,
    pub(crate) loop_depth: u32,
    pub(crate) function_depth: u32,
    /// Running inside a forked copy.
    pub(crate) is_subshell: bool,
    /// Descriptors of scripts, which forks close.
    pub(crate) script_fds: Vec<Fd>,
    /// The controlling terminal of an interactive shell.
    pub(crate) terminal: Option<Fd>,
    /// `$?` when the trap being run began.
    pub(crate) trap_status: Option<u8>,
    /// The logical working directory, when it is known.
    pub(crate) directory: Option<Bytes>,
    /// Names and home directories of `/etc/passwd`, once read.
    pub(crate) users: Option<Arc<[(Bytes, Bytes)]>>,
    pub(crate) random: u32,
}

impl State {
    pub(crate) fn new(name: Bytes, shell_pid: Pid) -> Self {
        Self {
            options: Options::default(),
            variables: Variables::default(),
            scopes: Vec::new(),
            functions: Arc::default(),
            aliases: Aliases::default(),
            parameters: Parameters {
                zero: name.clone(),
                values: Arc::default(),
                getopts_offset: 0,
                getopts_index: 1,
            },
            traps: Traps::default(),
            jobs: Jobs::default(),
            hashed: Arc::default(),
            status: 0,
            substitution_status: None,
            last_background: None,
            shell_pid,
            applet_name: Bytes::copy_from_slice(base_name(&name)),
            name,
            command_name: None,
            line: 0,
            loop_depth: 0,
            function_depth: 0,
            is_subshell: false,
            script_fds: Vec::new(),
            terminal: None,
            trap_status: None,
            directory: None,
            users: None,
            random: shell_pid.wrapping_mul(2_654_435_761) | 1,
        }
    }

    pub(crate) fn is_interactive(&self) -> bool {
        self.options.has(ShellOption::Interactive)
    }

    /// Whether jobs get process groups of their own.
    pub(crate) fn controls_jobs(&self) -> bool {
        self.options.has(ShellOption::Monitor) && !self.is_subshell
    }

    /// Sets a variable with the side effects some have.
    pub(crate) fn set_variable(&mut self, name: &[u8], value: Bytes) -> Result<(), ReadOnly> {
        match name {
            b"PATH" => self.hashed = Arc::default(),
            b"OPTIND" => {
                let index = std::str::from_utf8(&value)
                    .ok()
                    .and_then(|text| text.parse().ok());
                self.parameters.getopts_index = index.unwrap_or(1).max(1);
                self.parameters.getopts_offset = 0;
            }
            _ => {}
        }
        self.variables.set(name, value)?;
        if self.options.has(ShellOption::AllExport) {
            self.variables
                .declare(name, |variable| variable.exported = true);
        }
        Ok(())
    }

    /// The next value of `$RANDOM`.
    pub(crate) fn next_random(&mut self) -> u32 {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 17;
        self.random ^= self.random << 5;
        (self.random >> 8) & 0x7fff
    }

    /// Puts back the variables of a scope, latest first.
    pub(crate) fn restore_scope(&mut self, scope: Scope) {
        for (name, saved) in scope.into_iter().rev() {
            if name == "PATH" {
                self.hashed = Arc::default();
            }
            self.variables.restore(name, saved);
        }
    }
}

/// The part behind the last slash, without the dash of a login shell.
pub(crate) fn base_name(path: &[u8]) -> &[u8] {
    let base = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    base.strip_prefix(b"-").unwrap_or(base)
}
