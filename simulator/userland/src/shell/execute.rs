//! Evaluation of nodes: what each kind of command begins.

use std::sync::Arc;

use super::expansion::Context;
use super::jobs::ForkMode;
use super::machine::{Flags, Frame, Machine, Unwind};
use super::options::ShellOption;
use super::pattern;
use super::program::{CaseArm, Node, NodeId, Program, Span, Word};
use super::redirection::Ready;
use super::state::Function;
use crate::kernel::{Charge, Errno, Fd, List, Sys};

/// What a function costs beside its name and its large tables.
const FUNCTION_BYTES: usize = 2048;

impl Machine {
    /// Begins a node: simple commands run, compound ones leave a frame for each thing that follows.
    ///
    /// # Errors
    /// The frames around it are to be left.
    pub(crate) async fn evaluate(
        &mut self,
        program: Arc<Program>,
        node: NodeId,
        flags: Flags,
    ) -> Result<(), Unwind> {
        if self.state.options.has(ShellOption::NoExec) && !self.state.is_interactive() {
            return Ok(());
        }
        let (mut node, mut flags) = (node, flags);
        loop {
            match program.node(node) {
                Node::Simple { .. } => return self.simple(&program, node, flags).await,
                Node::Sequence { items } => {
                    let first = program.children[items.start as usize];
                    let items = Span {
                        start: items.start + 1,
                        end: items.end,
                    };
                    self.frames.push(Frame::Sequence {
                        program: program.clone(),
                        items,
                        flags,
                    });
                    node = first;
                    flags = flags.inner();
                }
                Node::And { left, right } | Node::Or { left, right } => {
                    self.frames.push(Frame::AndOr {
                        program: program.clone(),
                        right,
                        or: matches!(program.node(node), Node::Or { .. }),
                        flags,
                    });
                    node = left;
                    flags = flags.tested();
                }
                Node::Not { body } => {
                    self.frames.push(Frame::Not);
                    node = body;
                    flags = flags.tested();
                }
                Node::If {
                    condition,
                    then,
                    otherwise,
                } => {
                    self.frames.push(Frame::If {
                        program: program.clone(),
                        then,
                        otherwise,
                        flags,
                    });
                    node = condition;
                    flags = flags.tested();
                }
                Node::Loop {
                    condition,
                    body,
                    until,
                } => {
                    self.state.loop_depth += 1;
                    self.frames.push(Frame::Loop {
                        program: program.clone(),
                        condition,
                        body,
                        until,
                        in_condition: true,
                        status: 0,
                        flags: flags.inner(),
                    });
                    node = condition;
                    flags = flags.tested();
                }
                Node::For {
                    name,
                    words,
                    body,
                    line,
                } => {
                    return self
                        .begin_for(&program, name, words, body, line, flags)
                        .await;
                }
                Node::Case {
                    subject,
                    arms,
                    line,
                } => {
                    self.state.line = line;
                    let base = self.process_fds.len();
                    let chosen = self.choose(&program, subject, arms).await;
                    // As in busybox nobody closes these.
                    self.process_fds.truncate(base);
                    match chosen? {
                        Some(body) => node = body,
                        None => return Ok(()),
                    }
                }
                Node::Function { name, body } => {
                    self.define(&program, name, body);
                    return Ok(());
                }
                Node::Background { body } => return self.background(&program, body, flags).await,
                Node::Pipeline { commands } => {
                    return self.pipeline(&program, commands, flags).await;
                }
                Node::Redirected {
                    body,
                    redirections,
                    line,
                } => {
                    self.state.line = line;
                    match self.redirect(&program, redirections).await? {
                        Some(saved) => self.frames.push(Frame::Redirected(saved)),
                        None => {
                            self.state.status = 1;
                            return Ok(());
                        }
                    }
                    node = body;
                    flags = flags.inner();
                }
                Node::Subshell {
                    body,
                    redirections,
                    line,
                } => {
                    self.state.line = line;
                    // The shell around it expands the targets: what that sets stays.
                    let ready = self.prepare_all(&program, redirections).await?;
                    if !flags.exit || self.must_stay() {
                        return self.subshell(&program, node, body, ready, flags).await;
                    }
                    self.redirect_for_good(&program, ready).await?;
                    node = body;
                }
            }
        }
    }

    async fn begin_for(
        &mut self,
        program: &Arc<Program>,
        name: Span,
        words: Option<Span>,
        body: NodeId,
        line: u32,
        flags: Flags,
    ) -> Result<(), Unwind> {
        self.state.line = line;
        let base = self.process_fds.len();
        let values = match words {
            None => List::clone(&self.state.parameters.values),
            Some(words) => {
                let mut values = List::new();
                for word in &program.words[words.range()] {
                    self.expand_fields(program, *word, &mut values).await?;
                }
                values
            }
        };
        if values.is_empty() {
            self.state.status = 0;
        }
        // As in busybox nobody closes these.
        self.process_fds.truncate(base);
        self.state.loop_depth += 1;
        self.frames.push(Frame::For {
            program: program.clone(),
            name,
            values: values.into_iter(),
            body,
            flags: flags.inner(),
        });
        Ok(())
    }

    /// The body of the first arm that matches.
    async fn choose(
        &mut self,
        program: &Arc<Program>,
        subject: Word,
        arms: Span,
    ) -> Result<Option<NodeId>, Unwind> {
        let subject = self.expand_text(program, subject, Context::Text).await?;
        for CaseArm { patterns, body } in &program.arms[arms.range()] {
            for word in &program.words[patterns.range()] {
                let pattern = self.expand_pattern(program, *word).await?;
                self.sys.burn(pattern.len() as u64 + 20).await;
                if pattern::matches_in_steps(&self.sys, &pattern, &subject).await {
                    if body.is_none() {
                        self.state.status = 0;
                    }
                    return Ok(*body);
                }
            }
        }
        self.state.status = 0;
        Ok(None)
    }

    fn define(&mut self, program: &Arc<Program>, name: Span, body: NodeId) {
        let name = bytes::Bytes::copy_from_slice(program.bytes(name));
        let function = Function {
            program: program.clone(),
            body,
            _charge: Arc::new(Charge::of(FUNCTION_BYTES + name.len())),
        };
        Arc::make_mut(&mut self.state.functions).insert(name, function);
        self.state.status = 0;
    }

    async fn background(
        &mut self,
        program: &Arc<Program>,
        body: NodeId,
        flags: Flags,
    ) -> Result<(), Unwind> {
        self.flush().await;
        let job = self.open_job();
        let (commands, count) = match program.node(body) {
            Node::Pipeline { commands } => {
                (program.children[commands.range()].to_vec(), commands.len())
            }
            _ => (vec![body], 1),
        };
        let flags = Flags {
            tested: false,
            ..flags
        };
        if let Node::Redirected {
            body: inner,
            redirections,
            line,
        } = program.node(body)
        {
            self.state.line = line;
            let ready = self.prepare_all(program, redirections).await?;
            let frame = redirecting(program, ready, inner, flags);
            self.fork_frame(program, body, frame, ForkMode::Background, job, |_| Ok(()))?;
        } else if count == 1 {
            let child = Flags {
                exit: true,
                ..flags
            };
            self.fork_node(program, body, child, ForkMode::Background, job, |_| Ok(()))?;
        } else {
            self.fork_pipeline(program, &commands, flags, ForkMode::Background, job)
                .await?;
        }
        self.describe_background(program, body, job);
        self.state.status = 0;
        Ok(())
    }

    fn describe_background(&mut self, program: &Arc<Program>, body: NodeId, job: usize) {
        if !self.state.controls_jobs() {
            return;
        }
        let text = super::job_text::job_text(program, body);
        if let Some(entry) = self.state.jobs.find_mut(job) {
            entry.text = text;
        }
        if self.state.is_interactive()
            && let Some(pid) = self.state.last_background
        {
            let line = format!("[{job}] {pid}\n");
            self.err.extend_from_slice(line.as_bytes());
        }
    }

    async fn subshell(
        &mut self,
        program: &Arc<Program>,
        node: NodeId,
        body: NodeId,
        ready: Vec<Ready>,
        flags: Flags,
    ) -> Result<(), Unwind> {
        self.flush().await;
        let job = self.open_job();
        self.name_job(program, node, job);
        let frame = redirecting(program, ready, body, flags);
        self.fork_frame(program, node, frame, ForkMode::Foreground, job, |_| Ok(()))?;
        self.state.status = self.wait_for_job(job).await;
        self.check_errexit(flags)
    }

    /// Notes what `jobs` shows should the job be stopped.
    pub(crate) fn name_job(&mut self, program: &Arc<Program>, node: NodeId, job: usize) {
        if self.state.controls_jobs() {
            let text = super::job_text::job_text(program, node);
            if let Some(entry) = self.state.jobs.find_mut(job) {
                entry.text = text;
            }
        }
    }

    async fn pipeline(
        &mut self,
        program: &Arc<Program>,
        commands: Span,
        flags: Flags,
    ) -> Result<(), Unwind> {
        self.flush().await;
        let job = self.open_job();
        let nodes = program.children[commands.range()].to_vec();
        if self.state.controls_jobs() {
            let text = super::job_text::pipeline_text(program, &nodes);
            if let Some(entry) = self.state.jobs.find_mut(job) {
                entry.text = text;
            }
        }
        self.fork_pipeline(program, &nodes, flags, ForkMode::Foreground, job)
            .await?;
        self.state.status = self.wait_for_job(job).await;
        self.check_errexit(flags)
    }

    /// Forks every command of a pipeline, joined by pipes.
    async fn fork_pipeline(
        &mut self,
        program: &Arc<Program>,
        commands: &[NodeId],
        flags: Flags,
        mode: ForkMode,
        job: usize,
    ) -> Result<(), Unwind> {
        // What each command finds remembered. Nothing is waited for between the forks, so that they cost the same always.
        let mut known = Vec::with_capacity(commands.len());
        for node in commands {
            self.look_up(program, *node).await;
            known.push(self.state.commands.clone());
        }
        let mut input: Option<Fd> = None;
        for (index, node) in commands.iter().enumerate() {
            let is_last = index + 1 == commands.len();
            self.state.commands = known[index].clone();
            let output = if is_last {
                None
            } else {
                match self.sys.pipe() {
                    Ok(ends) => Some(ends),
                    Err(error) => {
                        // Without a pipe before it busybox closes one that is none, and tells that.
                        let error = match input {
                            Some(input) => self.sys.close(input).err().unwrap_or(error),
                            None => Errno::EBADF,
                        };
                        return Err(self.fail(&format!("can't create pipe: {error}")));
                    }
                }
            };
            let child = Flags {
                exit: true,
                ..flags
            };
            let setup = move |sys: &Sys| connect(sys, input, output);
            let forked = self.fork_node(program, *node, child, mode, job, setup);
            if let Some(input) = input {
                let _ = self.sys.close(input);
            }
            input = output.map(|(read_end, write_end)| {
                let _ = self.sys.close(write_end);
                read_end
            });
            if let Err(unwind) = forked {
                if let Some(input) = input {
                    let _ = self.sys.close(input);
                }
                return Err(unwind);
            }
        }
        Ok(())
    }
}

/// What a process begins with whose redirections hold to its end.
fn redirecting(program: &Arc<Program>, ready: Vec<Ready>, body: NodeId, flags: Flags) -> Frame {
    Frame::Redirecting {
        program: program.clone(),
        ready,
        body,
        flags: Flags {
            exit: true,
            ..flags
        },
    }
}

/// In a child of a pipeline: makes the pipes its standard input and output.
fn connect(sys: &Sys, input: Option<Fd>, output: Option<(Fd, Fd)>) -> Result<(), Errno> {
    if let Some((read_end, _)) = output {
        sys.close(read_end)?;
    }
    if let Some(input) = input
        && input != 0
    {
        sys.dup_to(input, 0)?;
        sys.close(input)?;
    }
    if let Some((_, write_end)) = output
        && write_end != 1
    {
        sys.dup_to(write_end, 1)?;
        sys.close(write_end)?;
    }
    Ok(())
}
