//! Runs a script over input.

use super::super::context::{Context, Fail, Outcome, cannot_open, text};
use super::super::io::{Reader, Writer};
use super::input::{Input, InputLine};
use super::script::{Action, Address, Command, End, RegexIndex, Script, Substitution, When};
use super::substitute::substitute;
use crate::kernel::{Buffer, Fd, OpenFlags, Sys};
use crate::regex::{Context as RegexContext, RegexError};

/// Fuel that is paid for at once.
const PAID_TOGETHER: u64 = 4_000;
/// Fuel of one command beside what it copies.
const COMMAND_FUEL: u64 = 40;

/// How far a command's range has come.
#[derive(Clone, Copy, Debug, Default)]
struct Range {
    inside: bool,
    /// A range that began at a line number does not begin again.
    dead: bool,
    /// The last line, once known for `addr,+N`.
    end_line: Option<u64>,
}

/// What comes out when the cycle ends.
enum Appended {
    Text(Vec<u8>),
    File(Vec<u8>),
}

/// Where the text under work ends up.
enum Step {
    /// On to this command.
    Go(usize),
    /// The cycle ends, the pattern space is printed.
    EndCycle,
    /// The cycle ends without printing.
    Discard,
    /// Begin again with what is there.
    Restart,
}

/// An output and whether its last line lacks its newline.
struct Output<'a> {
    writer: Option<Writer<'a>>,
    unfinished: bool,
}

/// A script with its state.
pub(super) struct Editor<'c, 'a> {
    cx: &'c mut Context<'a>,
    script: Script,
    ranges: Vec<Range>,
    /// `None` writer: standard output.
    main: Output<'a>,
    files: Vec<(Fd, Output<'a>)>,
    pattern: InputLine,
    hold: Buffer,
    appended: Vec<Appended>,
    line_number: u64,
    substituted: bool,
    last_regex: Option<RegexIndex>,
    fuel: u64,
}

impl<'c, 'a> Editor<'c, 'a> {
    /// Opens the files that the script writes.
    pub(super) async fn new(cx: &'c mut Context<'a>, script: Script) -> Result<Self, Fail> {
        let mut files = Vec::new();
        for path in &script.files {
            let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
            let fd = cx.sys.open(path, flags, 0o666).await;
            let fd = fd.map_err(|error| Fail::new(cannot_open(path, error)))?;
            files.push((fd, Output::new(Some(Writer::new(cx.sys, fd)))));
        }
        Ok(Self {
            ranges: vec![Range::default(); script.commands.len()],
            last_regex: script.last_regex,
            script,
            main: Output::new(None),
            files,
            pattern: InputLine::default(),
            hold: Buffer::new(),
            appended: Vec::new(),
            line_number: 0,
            substituted: false,
            fuel: 0,
            cx,
        })
    }

    pub(super) fn sys(&self) -> &'a Sys {
        self.cx.sys
    }

    pub(super) async fn complain_of(&mut self, path: &[u8], error: crate::kernel::Errno) {
        self.cx.complain_of(path, error).await;
    }

    /// Sends the edited lines elsewhere.
    pub(super) fn write_to(&mut self, writer: Option<Writer<'a>>) {
        self.main = Output::new(writer);
    }

    /// Writes out what goes to a file in place of standard output.
    pub(super) async fn finish_file(&mut self) -> Result<(), Fail> {
        if let Some(mut writer) = self.main.writer.take() {
            writer.flush().await?;
        }
        Ok(())
    }

    /// Every range may begin again, as for a new file.
    pub(super) fn reset_ranges(&mut self) {
        for range in &mut self.ranges {
            range.dead = false;
            range.end_line = None;
        }
    }

    /// Edits all of the input.
    pub(super) async fn edit(&mut self, mut input: Input<'a>) -> Outcome {
        self.line_number = 0;
        let mut restart = false;
        loop {
            if !restart {
                let Some(line) = input.next(self.cx).await else {
                    break;
                };
                self.take(line);
            }
            restart = self.cycle(&mut input).await?;
        }
        for (_, output) in &mut self.files {
            if let Some(writer) = &mut output.writer {
                writer.flush().await?;
            }
        }
        Ok(u8::from(input.failed))
    }

    fn take(&mut self, line: InputLine) {
        self.pattern = line;
        self.line_number += 1;
        self.substituted = false;
    }

    /// Runs the commands once; true: again with the same pattern space.
    async fn cycle(&mut self, input: &mut Input<'a>) -> Result<bool, Fail> {
        let mut at = 0;
        let mut restart = false;
        let mut print = true;
        while at < self.script.commands.len() {
            self.fuel += COMMAND_FUEL;
            if self.fuel >= PAID_TOGETHER {
                self.pay(0).await;
            }
            match self.step(at, input).await? {
                Step::Go(next) => at = next,
                Step::EndCycle => break,
                Step::Discard => {
                    print = false;
                    break;
                }
                Step::Restart => {
                    print = false;
                    restart = true;
                    break;
                }
            }
        }
        if print && !self.script.quiet {
            self.print_pattern().await?;
        }
        if !self.appended.is_empty() {
            self.flush_appended().await?;
        }
        Ok(restart)
    }

    async fn pay(&mut self, fuel: u64) {
        self.fuel += fuel;
        if self.fuel >= PAID_TOGETHER {
            self.cx.sys.burn(std::mem::take(&mut self.fuel)).await;
        }
    }

    async fn step(&mut self, at: usize, input: &mut Input<'a>) -> Result<Step, Fail> {
        let matched = match self.script.commands[at].start {
            Some(_) => self.matches(at, input.at_end()).await?,
            None => true,
        };
        let command = &self.script.commands[at];
        let selected = matched != command.invert;
        if let Action::Block(end) = command.action {
            return match (selected, end) {
                (true, _) => Ok(Step::Go(at + 1)),
                (false, Some(end)) => Ok(Step::Go(end)),
                (false, None) => Err(Fail::new("unterminated {")),
            };
        }
        if !selected {
            return Ok(Step::Go(at + 1));
        }
        if let Some(Address::Regex(index)) = command.start {
            self.last_regex = Some(index);
        }
        self.act(at, input).await
    }

    /// Whether the addresses of a command select the present line; moves its range on.
    async fn matches(&mut self, at: usize, at_end: bool) -> Result<bool, Fail> {
        let Command { start, end, .. } = self.script.commands[at];
        let Some(start) = start else {
            return Ok(true);
        };
        let was_inside = self.ranges[at].inside;
        let begins = was_inside
            || match start {
                Address::Line(_) if self.ranges[at].dead => false,
                Address::Line(0) => false,
                // A range whose first line has passed still begins, and so selects one line.
                Address::Line(line) if end.is_some() => line <= self.line_number,
                Address::Line(line) => line == self.line_number,
                Address::Last => at_end,
                Address::Regex(index) => self.found(index).await?,
            };
        if !begins {
            return Ok(false);
        }
        let Some(end) = end else {
            return Ok(true);
        };
        let range = &mut self.ranges[at];
        range.dead = matches!(start, Address::Line(_));
        let ends = match end {
            End::Line(line) => line <= self.line_number,
            End::Last => at_end,
            End::Plus(count) => {
                let line = *range.end_line.get_or_insert(self.line_number + count);
                line <= self.line_number
            }
            End::Regex(index) => was_inside && self.found(index).await?,
        };
        let range = &mut self.ranges[at];
        range.inside = !ends;
        if ends {
            range.end_line = None;
        }
        Ok(true)
    }

    async fn found(&mut self, index: RegexIndex) -> Result<bool, Fail> {
        let regex = &mut self.script.regexes[index];
        let context = RegexContext::default();
        let found = regex
            .search(self.cx.sys, &self.pattern.text, 0, context)
            .await;
        Ok(found.map_err(give_up)?.is_some())
    }

    async fn act(&mut self, at: usize, input: &mut Input<'a>) -> Result<Step, Fail> {
        let next = Ok(Step::Go(at + 1));
        match &self.script.commands[at].action {
            Action::Block(_) | Action::BlockEnd | Action::Label(_) | Action::Nothing => {}
            Action::Substitute(_) => self.substitute(at).await?,
            Action::Append(text) => self.appended.push(Appended::Text(text.clone())),
            Action::ReadFile(path) => self.appended.push(Appended::File(path.clone())),
            Action::Insert(text) => self.main.text(self.cx, text).await?,
            Action::Change(text) => {
                if !self.ranges[at].inside {
                    self.main.text(self.cx, text).await?;
                }
                return Ok(Step::Discard);
            }
            Action::WriteFile(file) => {
                let line = &self.pattern;
                let output = &mut self.files[*file].1;
                output.line(self.cx, &line.text, line.terminated).await?;
                output.flush().await?;
            }
            Action::Branch(when, label, target) => {
                let taken = match when {
                    When::Always => true,
                    When::Substituted => std::mem::take(&mut self.substituted),
                    When::NotSubstituted => !std::mem::take(&mut self.substituted),
                };
                return match (taken, target) {
                    (false, _) => next,
                    (true, Some(target)) => Ok(Step::Go(*target)),
                    (true, None) if label.is_empty() => Ok(Step::EndCycle),
                    (true, None) => Err(Fail::new(text!(
                        "can't find label for jump to '",
                        label,
                        "'"
                    ))),
                };
            }
            Action::Translate(table) => {
                for step in self.pattern.text.chunks_mut(4096) {
                    for byte in &mut *step {
                        *byte = table[usize::from(*byte)];
                    }
                    self.cx.sys.burn(step.len() as u64).await;
                }
            }
            Action::Next | Action::NextAppend => return self.next_line(at, input).await,
            Action::Quit => {
                input.stop();
                return Ok(Step::EndCycle);
            }
            Action::Delete => return Ok(Step::Discard),
            Action::DeleteFirst => {
                let newline = self.pattern.text.iter().position(|byte| *byte == b'\n');
                return Ok(match newline {
                    Some(newline) => {
                        self.pattern.text.drop_front(newline + 1);
                        Step::Restart
                    }
                    None => Step::Discard,
                });
            }
            Action::Print => {
                // A missing last newline is kept only where the line ends by itself.
                let text = &self.pattern.text;
                self.main.line(self.cx, text, true).await?;
            }
            Action::PrintFirst => {
                let text = &self.pattern.text;
                let newline = text.iter().position(|byte| *byte == b'\n');
                let first = &text[..newline.unwrap_or(text.len())];
                self.main.line(self.cx, first, true).await?;
            }
            Action::LineNumber => {
                let number = format!("{}\n", self.line_number);
                self.main.text(self.cx, number.as_bytes()).await?;
            }
            Action::Get
            | Action::GetAppend
            | Action::Hold
            | Action::HoldAppend
            | Action::Exchange => self.hold_command(at).await?,
        }
        next
    }

    async fn hold_command(&mut self, at: usize) -> Result<(), Fail> {
        let (hold, pattern) = (&mut self.hold, &mut self.pattern.text);
        match self.script.commands[at].action {
            Action::Get => copy_space(hold, pattern),
            Action::GetAppend => append_line(pattern, hold),
            Action::Hold => copy_space(pattern, hold),
            Action::HoldAppend => append_line(hold, pattern),
            _ => std::mem::swap(hold, pattern),
        }
        self.pay(self.pattern.text.len() as u64 / 8).await;
        Ok(())
    }

    /// `n` and `N`.
    async fn next_line(&mut self, at: usize, input: &mut Input<'a>) -> Result<Step, Fail> {
        let append = self.script.commands[at].action == Action::NextAppend;
        if !append && !self.script.quiet {
            self.print_pattern().await?;
        }
        if input.at_end() {
            return Ok(if append {
                Step::EndCycle
            } else {
                Step::Discard
            });
        }
        self.flush_appended().await?;
        let Some(line) = input.next(self.cx).await else {
            return Ok(Step::Discard);
        };
        if append {
            append_line(&mut self.pattern.text, &line.text);
            self.pattern.terminated = line.terminated;
            self.line_number += 1;
        } else {
            self.take(line);
        }
        Ok(Step::Go(at + 1))
    }

    async fn substitute(&mut self, at: usize) -> Result<(), Fail> {
        let Action::Substitute(substitution) = &self.script.commands[at].action else {
            return Ok(());
        };
        let Substitution {
            regex,
            replacement,
            which,
            print,
            file,
        } = &**substitution;
        let (print, file) = (*print, *file);
        let index = regex.or(self.last_regex);
        let index = index.ok_or_else(|| Fail::new("no previous regexp"))?;
        self.last_regex = Some(index);
        let changed = substitute(
            self.cx.sys,
            &mut self.script.regexes[index],
            replacement,
            *which,
            &self.pattern.text,
        )
        .await;
        let Some(changed) = changed.map_err(give_up)? else {
            return Ok(());
        };
        self.pattern.text = changed;
        self.substituted = true;
        if print {
            self.print_pattern().await?;
        }
        if let Some(file) = file {
            let output = &mut self.files[file].1;
            let line = &self.pattern;
            output.line(self.cx, &line.text, line.terminated).await?;
            output.flush().await?;
        }
        Ok(())
    }

    async fn print_pattern(&mut self) -> Result<(), Fail> {
        let line = &self.pattern;
        self.main.line(self.cx, &line.text, line.terminated).await
    }

    async fn flush_appended(&mut self) -> Result<(), Fail> {
        for appended in std::mem::take(&mut self.appended) {
            match appended {
                Appended::Text(text) => self.main.text(self.cx, &text).await?,
                Appended::File(path) => {
                    // A file that cannot be read is an empty one.
                    let Ok(fd) = self.cx.sys.open(&path, OpenFlags::READ, 0).await else {
                        continue;
                    };
                    let mut reader = Reader::owned(self.cx.sys, fd);
                    let mut line = Vec::new();
                    while let Ok(true) = reader.read_until(b'\n', &mut line).await {
                        let terminated = line.last() == Some(&b'\n');
                        let end = line.len() - usize::from(terminated);
                        self.main.line(self.cx, &line[..end], terminated).await?;
                    }
                }
            }
        }
        Ok(())
    }
}

/// Makes one space what the other is; its memory is used again.
fn copy_space(from: &[u8], to: &mut Buffer) {
    to.clear();
    to.extend_from_slice(from);
}

fn append_line(space: &mut Buffer, line: &[u8]) {
    space.push(b'\n');
    space.extend_from_slice(line);
}

fn give_up(error: RegexError) -> Fail {
    Fail::new(match error {
        RegexError::TooComplex => "out of memory".to_owned(),
        other => other.to_string(),
    })
}

impl<'a> Output<'a> {
    fn new(writer: Option<Writer<'a>>) -> Self {
        Self {
            writer,
            unfinished: false,
        }
    }

    /// Text that ends in a newline.
    async fn text(&mut self, cx: &mut Context<'a>, text: &[u8]) -> Result<(), Fail> {
        let (line, terminated) = match text.strip_suffix(b"\n") {
            Some(line) => (line, true),
            None => (text, false),
        };
        self.line(cx, line, terminated).await
    }

    /// A line; a missing newline of the line before is made up for.
    async fn line(
        &mut self,
        cx: &mut Context<'a>,
        line: &[u8],
        terminated: bool,
    ) -> Result<(), Fail> {
        let writer = self.writer.as_mut().unwrap_or(&mut cx.out);
        if std::mem::replace(&mut self.unfinished, !terminated) {
            writer.put(b"\n");
        }
        writer.put(line);
        if terminated {
            writer.put(b"\n");
        }
        writer.spill().await
    }

    async fn flush(&mut self) -> Result<(), Fail> {
        match &mut self.writer {
            Some(writer) => writer.flush().await,
            None => Ok(()),
        }
    }
}
