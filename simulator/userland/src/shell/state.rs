//! Everything a fork of the shell inherits.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;

use super::aliases::Aliases;
use super::command_table::CommandTable;
use super::dynamic::{Dynamic, Moment};
use super::job_table::Jobs;
use super::options::{Options, ShellOption};
use super::parser::{Parser, Rules};
use super::program::{NodeId, Program};
use super::traps::Traps;
use super::variables::{ReadOnly, Variable, Variables};
use crate::kernel::{Charge, Fd, List, Pid, Sys};

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

/// What a function's `local` or a command's assignments have hidden.
#[derive(Debug, Default, Clone)]
pub(crate) struct Scope {
    /// Oldest first.
    variables: Vec<(Bytes, Option<Variable>)>,
    options: Option<Options>,
    /// A name that no variable can have; that is found out when the scope ends.
    bad_name: Option<Bytes>,
}

impl Scope {
    pub(crate) fn is_empty(&self) -> bool {
        self.variables.is_empty()
    }

    pub(crate) fn holds(&self, name: &[u8]) -> bool {
        self.variables.iter().any(|(saved, _)| saved == name)
    }

    pub(crate) fn save(&mut self, name: Bytes, before: Option<Variable>) {
        self.variables.push((name, before));
    }

    pub(crate) fn save_options(&mut self, options: Options) {
        self.options.get_or_insert(options);
    }

    pub(crate) fn note_bad_name(&mut self, name: Bytes) {
        self.bad_name.get_or_insert(name);
    }
}

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
    pub(crate) commands: Arc<CommandTable>,
    /// `$?`
    pub(crate) status: u8,
    /// Status of the last command substitution of the command being expanded.
    pub(crate) substitution_status: Option<u8>,
    pub(crate) last_background: Option<Pid>,
    /// `$$`
    pub(crate) shell_pid: Pid,
    /// It runs under the name of another shell: messages tell the line, and `<(…)` is a syntax error.
    pub(crate) poses: bool,
    /// What messages begin with.
    pub(crate) name: Bytes,
    /// The builtin or script whose messages name a line.
    pub(crate) command_name: Option<Bytes>,
    /// What messages of builtins that are applets too begin with.
    pub(crate) applet_name: Bytes,
    pub(crate) line: u32,
    /// The line that the script was read to when this process was forked.
    pub(crate) base_line: u32,
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
    pub(crate) dynamic: Dynamic,
    /// The name of the function that runs.
    pub(crate) function: Option<Bytes>,
    /// The action for commands that fail is running.
    pub(crate) in_error_trap: bool,
    /// PS4 is being expanded: nothing is traced.
    pub(crate) in_prompt: bool,
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
            commands: Arc::default(),
            status: 0,
            substitution_status: None,
            last_background: None,
            shell_pid,
            poses: matches!(base_name(&name), b"bash" | b"dash"),
            applet_name: Bytes::copy_from_slice(base_name(&name)),
            name,
            command_name: None,
            line: 0,
            base_line: 1,
            loop_depth: 0,
            function_depth: 0,
            is_subshell: false,
            script_fds: Vec::new(),
            terminal: None,
            trap_status: None,
            directory: None,
            users: None,
            dynamic: Dynamic::new(shell_pid),
            function: None,
            in_error_trap: false,
            in_prompt: false,
        }
    }

    pub(crate) fn is_interactive(&self) -> bool {
        self.options.has(ShellOption::Interactive)
    }

    /// Whether jobs get process groups of their own.
    pub(crate) fn controls_jobs(&self) -> bool {
        self.options.has(ShellOption::Monitor) && !self.is_subshell
    }

    /// What texts are read by from now on.
    pub(crate) fn parser_rules(&self) -> Rules {
        Rules {
            process_substitution: !self.poses,
            // While the action of a trap runs busybox counts no lines.
            counts_lines: self.trap_status.is_none() && !self.in_error_trap,
        }
    }

    /// A parser for a text whose first line is `line`.
    pub(crate) fn parser(&self, line: u32) -> Parser {
        Parser::new(line, self.parser_rules())
    }

    /// Sets a variable with the side effects some have.
    pub(crate) fn set_variable(&mut self, name: &[u8], value: Bytes) -> Result<(), ReadOnly> {
        match name {
            b"PATH" => self.commands = Arc::default(),
            b"OPTIND" => self.parameters.reset_getopts(&value),
            _ => {}
        }
        if self.dynamic.set(name) {
            return Ok(());
        }
        self.variables.set(name, value)?;
        if self.options.has(ShellOption::AllExport) {
            self.variables
                .declare(name, |variable| variable.exported = true);
        }
        Ok(())
    }

    /// A variable's value now.
    pub(crate) fn lookup(&mut self, name: &[u8], sys: &Sys) -> Option<Bytes> {
        let moment = Moment {
            line: self.line,
            function: self.function.as_ref(),
            sys,
        };
        let computed = self.dynamic.value(name, moment);
        computed.or_else(|| self.variables.value(name).cloned())
    }

    /// As [`State::lookup`], without a copy of what is there already.
    pub(crate) fn look_at(&mut self, name: &[u8], sys: &Sys) -> Option<Cow<'_, [u8]>> {
        if Dynamic::has(name) {
            return Some(Cow::Owned(self.lookup(name, sys)?.to_vec()));
        }
        Some(Cow::Borrowed(self.variables.value(name)?))
    }

    /// Whether the locale says that texts are UTF-8.
    pub(crate) fn counts_characters(&self) -> bool {
        let locale = [&b"LC_ALL"[..], b"LC_CTYPE", b"LANG"]
            .into_iter()
            .find_map(|name| self.variables.value(name));
        let says = |locale: &Bytes, text: &[u8]| locale.windows(4).any(|part| part == text);
        locale.is_some_and(|locale| says(locale, b".utf") || says(locale, b".UTF"))
    }

    /// Removes a variable.
    ///
    /// # Errors
    /// It is read-only.
    pub(crate) fn unset_variable(&mut self, name: &[u8]) -> Result<(), ReadOnly> {
        self.variables.unset(name)?;
        self.dynamic.unset(name);
        if name == b"PATH" {
            self.commands = Arc::default();
        }
        Ok(())
    }

    /// Puts back what a scope has hidden, latest first; the name that was none.
    pub(crate) fn restore_scope(&mut self, scope: Scope) -> Option<Bytes> {
        for (name, saved) in scope.variables.into_iter().rev() {
            match name.as_ref() {
                b"PATH" => self.commands = Arc::default(),
                b"OPTIND" => {
                    let value = saved.as_ref().and_then(|saved| saved.value.as_ref());
                    self.parameters
                        .reset_getopts(value.map_or(&b""[..], |value| value));
                }
                _ => {}
            }
            self.variables.restore(name, saved);
        }
        if let Some(options) = scope.options {
            self.options = options;
        }
        scope.bad_name
    }
}

impl Parameters {
    /// `OPTIND` has been set: `getopts` begins there.
    fn reset_getopts(&mut self, value: &[u8]) {
        let index = std::str::from_utf8(value)
            .ok()
            .filter(|_| value.iter().all(u8::is_ascii_digit));
        self.getopts_index = index.and_then(|text| text.parse().ok()).unwrap_or(1).max(1);
        self.getopts_offset = 0;
    }
}

/// The part behind the last slash, without the dash of a login shell.
pub(crate) fn base_name(path: &[u8]) -> &[u8] {
    let base = path.rsplit(|byte| *byte == b'/').next().unwrap_or(path);
    base.strip_prefix(b"-").unwrap_or(base)
}
