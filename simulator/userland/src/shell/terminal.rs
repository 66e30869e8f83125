//! Reading commands from a terminal.

use bytes::Bytes;

use super::completion::Word;
use super::job_table::Job;
use super::line_editor::{Edit, LineEditor};
use super::machine::{Machine, Unwind};
use super::options::ShellOption;
use crate::kernel::{Errno, Termios};

/// Columns assumed when the terminal does not tell.
const DEFAULT_COLUMNS: usize = 80;

impl Machine {
    /// Asks for a line; `None` at the end of input.
    ///
    /// # Errors
    /// Ctrl-C.
    pub(crate) async fn read_line(&mut self, continuing: bool) -> Result<Option<Bytes>, Unwind> {
        if !continuing {
            while let Ok(Some(_)) = self.reap(None, true).await {}
            self.report_jobs();
        }
        self.flush().await;
        let prompt = self.prompt(continuing);
        let edited = match self.sys.termios(0) {
            Ok(settings) => self.edit_line(&prompt, settings).await,
            Err(_) => self.plain_line(&prompt).await,
        };
        match edited {
            Edit::Line(mut line) => {
                self.history.add(&line);
                line.push(b'\n');
                Ok(Some(Bytes::from(line)))
            }
            Edit::Interrupt => Err(Unwind::Interrupt),
            Edit::End | Edit::Goes | Edit::Complete | Edit::List => {
                self.err.push(b'\n');
                Ok(None)
            }
        }
    }

    /// Edits a line with the terminal in raw mode, and puts its mode back.
    async fn edit_line(&mut self, prompt: &[u8], settings: Termios) -> Edit {
        let mut raw = settings;
        raw.local &= !(Termios::ICANON | Termios::ECHO | Termios::ECHONL | Termios::ISIG);
        raw.characters[Termios::VMIN] = 1;
        raw.characters[Termios::VTIME] = 0;
        if self.sys.set_termios(0, &raw).is_err() {
            return self.plain_line(prompt).await;
        }
        let columns = match self.sys.window_size(0) {
            Ok(size) if size.columns > 0 => usize::from(size.columns),
            _ => DEFAULT_COLUMNS,
        };
        let history = std::mem::take(&mut self.history);
        let mut editor = LineEditor::new(prompt, columns, &history);
        let edited = loop {
            let shown = std::mem::take(&mut editor.output);
            let _ = self.sys.write_all(2, &shown).await;
            let Some(byte) = self.key().await else {
                break Edit::End;
            };
            match editor.type_byte(byte) {
                Edit::Goes => {}
                request @ (Edit::Complete | Edit::List) => {
                    let word = Word::before(editor.before_cursor());
                    let start = word.start;
                    let completion = self.complete(word).await;
                    let names = completion.names();
                    match (names, request) {
                        ([], _) => editor.ring(),
                        ([_], _) => editor.replace(start, &completion.completed()),
                        (_, Edit::List) => editor.list(names),
                        _ => {
                            editor.ring();
                            editor.replace(start, &completion.completed());
                        }
                    }
                }
                edited => break edited,
            }
        };
        let shown = std::mem::take(&mut editor.output);
        self.history = history;
        let _ = self.sys.write_all(2, &shown).await;
        let _ = self.sys.set_termios(0, &settings);
        edited
    }

    /// One typed byte; `None` at the end of input. Trapped signals wait until the line is complete.
    async fn key(&mut self) -> Option<u8> {
        let mut buffer = [0];
        loop {
            match self.sys.read(0, &mut buffer).await {
                Ok(1) => {
                    self.sys.burn(200).await;
                    return Some(buffer[0]);
                }
                Err(Errno::EINTR) => {
                    // Ctrl-C arrives as a byte here; a signal of that name interrupts like it.
                    if self.collect_signals().is_err() {
                        return Some(0x03);
                    }
                }
                _ => return None,
            }
        }
    }

    /// Reads a line as it comes, without editing.
    async fn plain_line(&mut self, prompt: &[u8]) -> Edit {
        let _ = self.sys.write_all(2, prompt).await;
        let mut line = Vec::new();
        loop {
            match self.key().await {
                Some(b'\n') => return Edit::Line(line),
                Some(0x03) => return Edit::Interrupt,
                Some(byte) => line.push(byte),
                None if line.is_empty() => return Edit::End,
                None => return Edit::Line(line),
            }
        }
    }

    /// Begins or ends job control as `set -m` says; without a terminal there is none.
    pub(crate) fn apply_job_control(&mut self) {
        let wanted = self.state.options.has(ShellOption::Monitor);
        if self.state.is_subshell || wanted == self.state.terminal.is_some() {
            return;
        }
        if !wanted {
            if let Some(terminal) = self.state.terminal.take() {
                let _ = self.sys.close(terminal);
            }
            self.state.traps.guard_terminal(&self.sys, false);
            return;
        }
        let terminal = [2, 1, 0].into_iter().find(|fd| self.sys.is_tty(*fd));
        let private = terminal.and_then(|fd| self.sys.dup_above(fd, 10, true).ok());
        let Some(private) = private else {
            self.state.options.set(ShellOption::Monitor, false);
            self.complain(b"can't access tty; job control turned off", self.state.line);
            return;
        };
        self.state.terminal = Some(private);
        self.state.traps.guard_terminal(&self.sys, true);
        let own = self.sys.pid();
        if self.sys.pgid() != own {
            let _ = self.sys.set_pgid(own, own);
        }
        let _ = self.sys.set_foreground(private, self.sys.pgid());
    }

    /// Tells what background jobs have done since the last prompt.
    fn report_jobs(&mut self) {
        let changed: Vec<usize> = self
            .state
            .jobs
            .iter()
            .filter(|job| job.changed)
            .map(|job| job.number)
            .collect();
        for number in changed {
            let line = self.describe_job(number, false);
            self.err.extend_from_slice(&line);
            let done = self.state.jobs.find(number).is_some_and(Job::is_done);
            if done {
                self.state.jobs.close(number);
            } else if let Some(job) = self.state.jobs.find_mut(number) {
                job.changed = false;
            }
        }
    }

    /// At the end of input a shell with stopped jobs warns once instead of ending.
    pub(crate) fn keep_for_stopped_jobs(&mut self) -> bool {
        let stopped = self.state.jobs.iter().any(Job::is_stopped);
        if !stopped || self.warned_of_stopped_jobs {
            return false;
        }
        self.warned_of_stopped_jobs = true;
        self.err.extend_from_slice(b"You have stopped jobs.\n");
        true
    }
}
