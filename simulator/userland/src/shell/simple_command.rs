//! Simple commands: expansion, redirection, assignment, and then a function, a builtin or a program.

use std::sync::Arc;

use bytes::Bytes;

use super::builtins::{self, Builtin, Ran};
use super::expansion::Context;
use super::jobs::ForkMode;
use super::lookup::{Found, run_image};
use super::machine::{Call, Flags, Frame, Machine, Unwind};
use super::options::ShellOption;
use super::program::{Assignment, Node, NodeId, Program, Span};
use super::quote::trace_quoted;
use super::redirection::Saved;
use super::state::{Function, Parameters, Scope};
use super::variables::is_name;
use crate::kernel::{Buffer, List};

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
        let special = arguments
            .first()
            .filter(|name| !self.state.functions.contains_key(*name))
            .and_then(|name| Builtin::find(name))
            .is_some_and(Builtin::is_special);
        if special {
            return Err(Unwind::Error(1));
        }
        self.check_errexit(flags)
    }

    async fn expand_arguments(
        &mut self,
        program: &Arc<Program>,
        words: Span,
    ) -> Result<List<Bytes>, Unwind> {
        let mut arguments = List::new();
        let mut declares = false;
        for (index, word) in program.words[words.range()].iter().enumerate() {
            if index == 1 {
                declares = arguments
                    .first()
                    .is_some_and(|name: &Bytes| builtins::declares_variables(name));
            }
            if declares && is_assignment(program, *word) {
                let context = Context::Declaration;
                let text = self.expand_text(program, *word, context).await?;
                arguments.push_text(text);
            } else {
                self.expand_fields(program, *word, &mut arguments).await?;
            }
        }
        Ok(arguments)
    }

    async fn run_command(
        &mut self,
        program: &Arc<Program>,
        command: Command,
        assignments: Span,
        saved: &mut Saved,
    ) -> Result<(), Unwind> {
        let target = self.target(&command.arguments);
        let temporary = match &target {
            Target::Nothing => false,
            Target::Builtin(builtin) => !builtin.is_special(),
            Target::Function(_) | Target::Program => true,
        };
        let mut scope = Scope::new();
        let mut trace = Buffer::new();
        for index in assignments.range() {
            let assignment = program.assignments[index];
            let done = self
                .assign_before(program, assignment, temporary, &mut scope, &mut trace)
                .await;
            if let Err(unwind) = done {
                self.state.restore_scope(scope);
                return Err(unwind);
            }
        }
        if self.state.options.has(ShellOption::XTrace) {
            self.trace(trace, &command.arguments, saved).await;
        }
        match target {
            Target::Nothing => {
                self.state.status = self.state.substitution_status.unwrap_or(0);
                self.check_errexit(command.flags)
            }
            Target::Function(function) => self.call(function, command, scope),
            Target::Builtin(builtin) => self.run_builtin(builtin, command, scope, saved).await,
            Target::Program => {
                let result = self.run_program(&command.arguments, command.flags).await;
                self.state.restore_scope(scope);
                result?;
                self.check_errexit(command.flags)
            }
        }
    }

    fn target(&self, arguments: &[Bytes]) -> Target {
        let Some(name) = arguments.first() else {
            return Target::Nothing;
        };
        if let Some(function) = self.state.functions.get(name) {
            return Target::Function(function.clone());
        }
        match Builtin::find(name) {
            Some(builtin) => Target::Builtin(builtin),
            None => Target::Program,
        }
    }

    /// Does `name=value` before a command; `temporary`: only for that command.
    async fn assign_before(
        &mut self,
        program: &Arc<Program>,
        assignment: Assignment,
        temporary: bool,
        scope: &mut Scope,
        trace: &mut Buffer,
    ) -> Result<(), Unwind> {
        let name = program.bytes(assignment.name);
        let value = self
            .expand_text(program, assignment.value, Context::Assignment)
            .await?;
        if self.state.options.has(ShellOption::XTrace) {
            trace.push(b' ');
            trace.extend_from_slice(name);
            trace.push(b'=');
            trace_quoted(trace, &value);
        }
        if temporary {
            let before = self.state.variables.find(name).cloned();
            scope.push((Bytes::copy_from_slice(name), before));
        }
        self.assign(name, value)?;
        if temporary {
            self.state
                .variables
                .declare(name, |variable| variable.exported = true);
        }
        Ok(())
    }

    /// Prints a command as `set -x` does, where standard error was before its redirections.
    async fn trace(&mut self, assignments: Buffer, arguments: &[Bytes], saved: &Saved) {
        let prefix = self.state.variables.value(b"PS4").cloned();
        let mut line = self.expand_prompt_variables(&prefix.unwrap_or_default());
        let mut rest = assignments;
        for argument in arguments {
            rest.push(b' ');
            trace_quoted(&mut rest, argument);
        }
        line.extend_from_slice(rest.strip_prefix(b" ").unwrap_or(&rest));
        line.push(b'\n');
        self.flush().await;
        if let Some(fd) = saved.current(2) {
            let _ = self.sys.write_all(fd, &line).await;
        }
    }

    fn call(&mut self, function: Function, command: Command, scope: Scope) -> Result<(), Unwind> {
        if self.state.function_depth >= MAX_FUNCTION_DEPTH {
            self.state.restore_scope(scope);
            return Err(self.fail("recursion too deep"));
        }
        let Command {
            arguments, flags, ..
        } = command;
        let own = Parameters {
            zero: self.state.parameters.zero.clone(),
            values: Arc::new(List::from(&arguments[1..])),
            getopts_offset: 0,
            getopts_index: 1,
        };
        let parameters = std::mem::replace(&mut self.state.parameters, own);
        self.state.scopes.push(scope);
        self.state.function_depth += 1;
        self.frames.push(Frame::Call(Box::new(Call {
            parameters,
            flags: flags.inner(),
        })));
        self.frames.push(Frame::Evaluate {
            program: function.program,
            node: function.body,
            flags: flags.inner(),
        });
        Ok(())
    }

    async fn run_builtin(
        &mut self,
        builtin: Builtin,
        command: Command,
        scope: Scope,
        saved: &mut Saved,
    ) -> Result<(), Unwind> {
        let name = command.arguments[0].clone();
        let outer = self.state.command_name.replace(name.clone());
        let flags = command.flags;
        let base = self.frames.len();
        let result = builtins::run(self, builtin, &command.arguments, flags, outer.clone()).await;
        let printed = self.print().await;
        match result {
            Ok(Ran::Entered) => {
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
                self.flush().await;
                self.state.command_name = outer;
                self.state.restore_scope(scope);
                self.state.status = if printed { status } else { status.max(1) };
                self.check_errexit(flags)
            }
            Err(unwind) => {
                self.flush().await;
                self.state.command_name = outer;
                self.state.restore_scope(scope);
                match unwind {
                    // Only errors of special builtins end a shell that is not interactive.
                    Unwind::Error(status) if !builtin.is_special() => {
                        self.state.status = status;
                        self.check_errexit(flags)
                    }
                    other => Err(other),
                }
            }
        }
    }

    /// Writes what a builtin printed; false when that failed.
    pub(crate) async fn print(&mut self) -> bool {
        self.flush().await;
        if self.out.is_empty() {
            return true;
        }
        let text = std::mem::take(&mut self.out);
        match self.sys.write_all(1, &text).await {
            Ok(()) => true,
            Err(error) => {
                self.complain_as_applet(format!("write error: {error}").as_bytes());
                false
            }
        }
    }

    /// Runs a program found on the disk and waits for it.
    ///
    /// # Errors
    /// The shell is replaced by it, or no process can be made.
    pub(crate) async fn run_program(
        &mut self,
        arguments: &[Bytes],
        flags: Flags,
    ) -> Result<(), Unwind> {
        self.flush().await;
        let path = match self.find_program(&arguments[0]).await {
            Found::At(path) => path,
            Found::Failed { status, text } => {
                self.complain(&text, self.state.line);
                self.flush().await;
                self.state.status = status;
                return Ok(());
            }
        };
        if flags.exit && !self.must_stay() {
            return Err(self.become_program(&path, arguments.to_vec()).await);
        }
        let job = self.state.jobs.open(false);
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
            Box::pin(run_image(sys, path, arguments, environment, prefix))
        })?;
        self.state.status = self.wait_for_job(job).await;
        Ok(())
    }
}

/// A simple command whose words are expanded.
struct Command {
    arguments: List<Bytes>,
    flags: Flags,
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
