//! Simple commands: expansion, redirection, assignment, and then a function, a builtin or a program.

use std::sync::Arc;

use bytes::Bytes;

use super::builtins::{self, Builtin, Ran};
use super::expansion::Context;
use super::jobs::ForkMode;
use super::lookup::{program_error, run_image};
use super::machine::{Call, Flags, Frame, Machine, Unwind};
use super::options::ShellOption;
use super::parser::is_keyword;
use super::program::{Assignment, Node, NodeId, Program, Span};
use super::quote::{single_quoted, trace_quoted};
use super::redirection::Saved;
use super::state::{Function, Parameters, Scope};
use super::variables::is_name;
use crate::kernel::{Buffer, Errno, List};

/// The deepest functions may call each other.
const MAX_FUNCTION_DEPTH: u32 = 20_000;

/// What a command's name means.
enum Target {
    /// There is no command, only assignments and redirections.
    Nothing,
    Function(Function),
    Builtin(Builtin),
    Program,
}

impl Machine {
    /// Runs a simple command.
    ///
    /// # Errors
    /// The frames around it are to be left.
    pub(crate) async fn simple(
        &mut self,
        program: &Arc<Program>,
        node: NodeId,
        flags: Flags,
    ) -> Result<(), Unwind> {
        let base = self.process_fds.len();
        let result = self.expand_and_run(program, node, flags).await;
        if !matches!(result, Err(Unwind::Exec(_))) {
            self.close_processes(base);
        }
        result
    }

    async fn expand_and_run(
        &mut self,
        program: &Arc<Program>,
        node: NodeId,
        flags: Flags,
    ) -> Result<(), Unwind> {
        let processes = self.process_fds.len();
        let Node::Simple {
            assignments,
            words,
            redirections,
            line,
        } = program.node(node)
        else {
            return Ok(());
        };
        self.state.line = line;
        self.state.substitution_status = None;
        let arguments = self.expand_arguments(program, words).await?;
        let saved = if redirections.is_empty() {
            Some(Saved::default())
        } else {
            self.redirect(program, redirections).await?
        };
        let Some(saved) = saved else {
            return self.redirection_failed(&arguments, flags);
        };
        let command = Command { arguments, flags };
        let base = self.frames.len();
        let mut saved = saved;
        let result = self
            .run_command(program, command, assignments, &mut saved)
            .await;
        saved.add_open(self.process_fds.split_off(processes));
        if saved.is_empty() {
            return result;
        }
        match &result {
            // A command that goes on (a function, `eval`) keeps its redirections until its frames end.
            Ok(()) if self.frames.len() > base => {
                self.frames.insert(base, Frame::Redirected(saved));
            }
            // The program that takes over keeps them.
            Err(Unwind::Exec(_)) => {}
            _ => self.undo(saved).await,
        }
        result
    }

    fn redirection_failed(&mut self, arguments: &[Bytes], flags: Flags) -> Result<(), Unwind> {
        self.state.status = 1;
        if self.is_special(arguments) {
            return Err(Unwind::Error(1));
        }
        self.check_errexit(flags)
    }

    /// Whether the command is a special builtin: not one behind `command`.
    fn is_special(&self, arguments: &[Bytes]) -> bool {
        arguments
            .first()
            .filter(|name| !self.state.functions.contains_key(*name))
            .and_then(|name| Builtin::find(name))
            .is_some_and(Builtin::is_special)
    }

    async fn expand_arguments(
        &mut self,
        program: &Arc<Program>,
        words: Span,
    ) -> Result<List<Bytes>, Unwind> {
        let mut arguments = List::new();
        for word in &program.words[words.range()] {
            let declares = is_assignment(program, *word) && self.declares(&arguments);
            if declares {
                let context = Context::Declaration;
                let text = self.expand_text(program, *word, context).await?;
                arguments.push_text(text);
            } else {
                self.expand_fields(program, *word, &mut arguments).await?;
            }
        }
        Ok(arguments)
    }

    /// Whether arguments of the form `name=value` that follow these are expanded like assignments.
    fn declares(&self, arguments: &[Bytes]) -> bool {
        let Prefix { length, .. } = self.command_prefix(arguments);
        let name = arguments.get(length);
        name.is_some_and(|name| {
            (length > 0 || !self.state.functions.contains_key(name))
                && builtins::declares_variables(name)
        })
    }

    /// The words `command` and their options in front of the command that they run.
    fn command_prefix(&self, arguments: &[Bytes]) -> Prefix {
        let mut prefix = Prefix::default();
        loop {
            let rest = &arguments[prefix.length..];
            let is_command = rest.first().is_some_and(|name| name == "command")
                && (prefix.length > 0 || !self.state.functions.contains_key(&b"command"[..]));
            let mut length = 1;
            let mut standard_path = prefix.standard_path;
            let runs = is_command
                && loop {
                    match rest.get(length).map(Bytes::as_ref) {
                        None => break false,
                        Some(b"--") => {
                            length += 1;
                            break length < rest.len();
                        }
                        Some([b'-', letters @ ..]) if !letters.is_empty() => {
                            if letters.iter().any(|letter| *letter != b'p') {
                                break false;
                            }
                            standard_path = true;
                            length += 1;
                        }
                        Some(_) => break true,
                    }
                };
            if !runs {
                return prefix;
            }
            prefix.length += length;
            prefix.standard_path = standard_path;
        }
    }

    async fn run_command(
        &mut self,
        program: &Arc<Program>,
        command: Command,
        assignments: Span,
        saved: &mut Saved,
    ) -> Result<(), Unwind> {
        let prefix = self.command_prefix(&command.arguments);
        let target = self.target(&command.arguments, prefix.length);
        let keeping = match &target {
            Target::Nothing => Keeping::Stays,
            Target::Builtin(Builtin::Exec) if command.arguments.len() > 1 => Keeping::Exported,
            Target::Builtin(builtin) if prefix.length == 0 && builtin.is_special() => {
                Keeping::Stays
            }
            _ => Keeping::Temporary,
        };
        let mut scope = Scope::default();
        let mut trace = Buffer::new();
        for index in assignments.range() {
            let assignment = program.assignments[index];
            let done = self
                .assign_before(program, assignment, keeping, &mut scope, &mut trace)
                .await;
            if let Err(unwind) = done {
                let _ = self.state.restore_scope(scope);
                return Err(unwind);
            }
        }
        if self.state.options.has(ShellOption::XTrace) && !self.state.in_prompt {
            // `command` is not shown in front of what it runs.
            self.trace(trace, &command.arguments[prefix.length..], saved)
                .await;
        }
        match target {
            Target::Nothing => {
                self.state.status = self.state.substitution_status.unwrap_or(0);
                self.check_errexit(command.flags)
            }
            Target::Function(function) => {
                let name = command.arguments[0].clone();
                self.call(
                    function,
                    name,
                    &command.arguments[1..],
                    command.flags,
                    scope,
                )
            }
            Target::Builtin(builtin) => {
                // Behind `command` no builtin is special.
                let special = prefix.length == 0 && builtin.is_special();
                let arguments = &command.arguments[prefix.length..];
                let run = RunBuiltin {
                    builtin,
                    special,
                    scope,
                    flags: command.flags,
                };
                self.run_builtin(run, arguments, saved).await
            }
            Target::Program => {
                let arguments = &command.arguments[prefix.length..];
                let result = self
                    .run_program(arguments, prefix.standard_path, command.flags)
                    .await;
                let _ = self.state.restore_scope(scope);
                if result? {
                    return Ok(());
                }
                self.check_errexit(command.flags)
            }
        }
    }

    fn target(&self, arguments: &[Bytes], prefix: usize) -> Target {
        let Some(name) = arguments.get(prefix) else {
            return Target::Nothing;
        };
        if prefix == 0
            && let Some(function) = self.state.functions.get(name)
        {
            return Target::Function(function.clone());
        }
        match Builtin::find(name) {
            Some(builtin) => Target::Builtin(builtin),
            None => Target::Program,
        }
    }

    /// Does `name=value` before a command.
    async fn assign_before(
        &mut self,
        program: &Arc<Program>,
        assignment: Assignment,
        keeping: Keeping,
        scope: &mut Scope,
        trace: &mut Buffer,
    ) -> Result<(), Unwind> {
        let name = program.bytes(assignment.name);
        let value = self
            .expand_text(program, assignment.value, Context::Assignment)
            .await?;
        if self.state.options.has(ShellOption::XTrace) && !self.state.in_prompt {
            trace.push(b' ');
            trace.extend_from_slice(name);
            trace.push(b'=');
            trace_quoted(trace, &value);
        }
        if keeping == Keeping::Temporary && !scope.holds(name) {
            let before = self.state.variables.find(name).cloned();
            scope.save(Bytes::copy_from_slice(name), before);
        }
        self.assign(name, value)?;
        if keeping != Keeping::Stays {
            self.state
                .variables
                .declare(name, |variable| variable.exported = true);
        }
        Ok(())
    }

    /// Prints a command as `set -x` does, where standard error was before its redirections.
    async fn trace(&mut self, assignments: Buffer, arguments: &[Bytes], saved: &Saved) {
        let prefix = self.state.variables.value(b"PS4").cloned();
        let mut line = self.expand_prompt(&prefix.unwrap_or_default()).await;
        let mut rest = assignments;
        for argument in arguments {
            rest.push(b' ');
            if is_keyword(argument) {
                single_quoted(&mut rest, argument);
            } else {
                trace_quoted(&mut rest, argument);
            }
        }
        line.extend_from_slice(rest.strip_prefix(b" ").unwrap_or(&rest));
        line.push(b'\n');
        self.flush().await;
        if let Some(fd) = saved.current(2) {
            let _ = self.sys.write_all(fd, &line).await;
        }
    }

    fn call(
        &mut self,
        function: Function,
        name: Bytes,
        arguments: &[Bytes],
        flags: Flags,
        scope: Scope,
    ) -> Result<(), Unwind> {
        if self.state.function_depth >= MAX_FUNCTION_DEPTH {
            let _ = self.state.restore_scope(scope);
            return Err(self.too_deep());
        }
        let own = Parameters {
            zero: self.state.parameters.zero.clone(),
            values: Arc::new(List::from(arguments)),
            getopts_offset: 0,
            getopts_index: 1,
        };
        let keeps_trap = self.state.options.has(ShellOption::ErrTrace);
        let call = Call {
            parameters: std::mem::replace(&mut self.state.parameters, own),
            flags: flags.inner(),
            line: self.state.line,
            function: self.state.function.replace(name),
            error_trap: if keeps_trap {
                None
            } else {
                self.state.traps.take_error()
            },
        };
        self.state.scopes.push(scope);
        self.state.function_depth += 1;
        self.frames.push(Frame::Call(Box::new(call)));
        self.frames.push(Frame::Evaluate {
            program: function.program,
            node: function.body,
            flags: flags.inner(),
        });
        Ok(())
    }

    async fn run_builtin(
        &mut self,
        run: RunBuiltin,
        arguments: &[Bytes],
        saved: &mut Saved,
    ) -> Result<(), Unwind> {
        let RunBuiltin {
            builtin,
            special,
            scope,
            flags,
        } = run;
        let outer = self.state.command_name.replace(arguments[0].clone());
        let base = self.frames.len();
        let result = builtins::run(self, builtin, arguments, flags, outer.clone()).await;
        let has_printed = !self.out.is_empty() || !self.is_quiet();
        let printed = !has_printed || self.print(builtin == Builtin::Echo).await;
        match result {
            Ok(Ran::Entered) => {
                if !special {
                    self.frames.insert(base, Frame::Guard { flags });
                }
                if !scope.is_empty() {
                    self.frames.insert(base, Frame::Scope(scope));
                }
                Ok(())
            }
            Ok(Ran::KeepRedirections) => {
                self.state.command_name = outer;
                let kept = std::mem::take(saved);
                self.keep(kept);
                self.state.status = 0;
                Ok(())
            }
            Ok(Ran::Status(status)) => {
                if !self.is_quiet() {
                    self.flush().await;
                }
                self.state.command_name = outer;
                let _ = self.state.restore_scope(scope);
                self.state.status = if printed { status } else { status | 1 };
                self.check_errexit(flags)
            }
            Err(unwind) => {
                self.flush().await;
                self.state.command_name = outer;
                let _ = self.state.restore_scope(scope);
                match unwind {
                    // Only errors of special builtins end a shell that is not interactive.
                    Unwind::Error(status) if !special => {
                        self.state.status = status;
                        self.check_errexit(flags)
                    }
                    other => Err(other),
                }
            }
        }
    }

    /// Writes what a builtin printed; false when that failed. `tells`: with a message.
    pub(crate) async fn print(&mut self, tells: bool) -> bool {
        self.flush().await;
        if self.out.is_empty() {
            return true;
        }
        let text = std::mem::take(&mut self.out);
        match self.sys.write_all(1, &text).await {
            Ok(()) => true,
            Err(error) if tells => {
                self.complain_as_applet(format!("write error: {error}").as_bytes());
                false
            }
            Err(_) => false,
        }
    }

    /// Runs a program found on the disk and waits for it; true when a function has begun that deals with its absence.
    ///
    /// # Errors
    /// The shell is replaced by it, or no process can be made.
    async fn run_program(
        &mut self,
        arguments: &[Bytes],
        standard_path: bool,
        flags: Flags,
    ) -> Result<bool, Unwind> {
        self.flush().await;
        let name = &arguments[0];
        let first = match self.locate(name, standard_path).await {
            Ok(first) => first,
            Err(error) => return self.program_missing(name, error, flags),
        };
        if flags.exit && !self.must_stay() {
            let candidates = self.candidates(name, first, standard_path);
            return Err(self
                .become_program(&candidates, arguments.to_vec(), name)
                .await);
        }
        if !self.state.controls_jobs() {
            let path = self.candidate(name, first, standard_path);
            if let Ok(pid) = self.spawn(&path, arguments) {
                self.state.status = self.wait_for_process(pid).await;
                return Ok(false);
            }
        }
        // What is not so simple, and what fails, does so in a fork.
        let candidates = self.candidates(name, first, standard_path);
        let job = self.open_job();
        if self.state.controls_jobs()
            && let Some(entry) = self.state.jobs.find_mut(job)
        {
            entry.text = Bytes::from(arguments.join(&b' '));
        }
        let environment = self.state.variables.environment();
        let arguments = arguments.to_vec();
        let mut traps = self.state.traps.clone();
        let reset = traps.enter_subshell();
        let prefix = self.message_prefix();
        self.fork_with(ForkMode::Foreground, job, reset, Vec::new(), move |sys| {
            Box::pin(run_image(sys, candidates, arguments, environment, prefix))
        })?;
        self.state.status = self.wait_for_job(job).await;
        Ok(false)
    }

    /// Says that there is no such program, or lets a function of the script's say it.
    fn program_missing(
        &mut self,
        name: &Bytes,
        error: Errno,
        flags: Flags,
    ) -> Result<bool, Unwind> {
        let hook = Bytes::from_static(b"command_not_found_handle");
        if let Some(function) = self.state.functions.get(&hook).cloned() {
            self.frames.push(Frame::NotFound { flags });
            let arguments = std::slice::from_ref(name);
            self.call(function, hook, arguments, flags.tested(), Scope::default())?;
            return Ok(true);
        }
        let text = program_error(name, error);
        self.complain(&text, self.state.line);
        self.state.status = 127;
        Ok(false)
    }
}

/// A simple command whose words are expanded.
struct Command {
    arguments: List<Bytes>,
    flags: Flags,
}

/// A builtin that is about to run.
struct RunBuiltin {
    builtin: Builtin,
    /// Its errors end the shell.
    special: bool,
    /// What assignments before it have hidden.
    scope: Scope,
    flags: Flags,
}

/// The words `command` in front of a command.
#[derive(Default)]
struct Prefix {
    /// How many words, with their options.
    length: usize,
    /// `-p` was among them.
    standard_path: bool,
}

/// What becomes of assignments before a command.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keeping {
    Stays,
    /// They stay and go into the environment of the program that takes over.
    Exported,
    Temporary,
}

/// Whether a word has the form `name=…`.
fn is_assignment(program: &Program, word: Span) -> bool {
    use super::program::Part;
    let Some(Part::Text {
        text,
        quoted: false,
    }) = program.parts[word.range()].first()
    else {
        return false;
    };
    let text = program.bytes(*text);
    match text.iter().position(|byte| *byte == b'=') {
        Some(at) => is_name(&text[..at]),
        None => false,
    }
}
