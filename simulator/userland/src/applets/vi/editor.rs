//! The editor: its state, keys and the line below the text.

use super::super::context::{Context, Fail, text};
use super::super::keyboard::{Key, Keyboard};
use super::motion::CharacterSearch;
use super::screen::Screen;
use super::text::{Pieces, Position, Text};
use crate::kernel::Errno;
use crate::regex::Regex;
use bytes::Bytes;
use std::collections::VecDeque;

pub(super) const ESCAPE: u8 = 0x1b;
const REVERSE: &str = "\x1b[7m";
const NORMAL: &str = "\x1b[m";
/// Keys that a repeated change may have.
const RECORDED_MAX: usize = 64 * 1024;

/// What was yanked or deleted last.
#[derive(Debug, Default)]
pub(super) struct Register {
    pub(super) pieces: Pieces,
    /// Whole lines.
    pub(super) is_lines: bool,
}

/// A pattern that was searched.
pub(super) struct Search {
    pub(super) regex: Regex,
    pub(super) forwards: bool,
}

/// What keys mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Command,
    Insert,
    Replace,
}

/// What follows a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Edit,
    /// The present file is done with.
    Quit,
}

/// A text on a terminal.
pub(super) struct Editor<'c, 'a> {
    pub(super) cx: &'c mut Context<'a>,
    pub(super) keyboard: Keyboard<'a>,
    pub(super) screen: Screen,
    pub(super) text: Text,
    pub(super) cursor: Position,
    pub(super) mode: Mode,
    pub(super) file: Option<Bytes>,
    /// Files that are still to be edited.
    pub(super) files: VecDeque<Bytes>,
    pub(super) is_readonly: bool,
    pub(super) register: Register,
    pub(super) search: Option<Search>,
    pub(super) character: Option<CharacterSearch>,
    message: Option<Vec<u8>>,
    /// Keys that come before those of the keyboard.
    replay: VecDeque<Key>,
    /// Keys of the present command, and of the last change.
    recorded: Vec<Key>,
    last_change: Vec<Key>,
    pub(super) status: u8,
}

impl<'c, 'a> Editor<'c, 'a> {
    pub(super) fn new(
        cx: &'c mut Context<'a>,
        keyboard: Keyboard<'a>,
        files: VecDeque<Bytes>,
        is_readonly: bool,
    ) -> Self {
        let (rows, columns) = keyboard.size();
        let mut screen = Screen::default();
        screen.resize(rows, columns);
        Self {
            cx,
            keyboard,
            screen,
            text: Text::new(b""),
            cursor: Position::default(),
            mode: Mode::Command,
            file: None,
            files,
            is_readonly,
            register: Register::default(),
            search: None,
            character: None,
            message: None,
            replay: VecDeque::new(),
            recorded: Vec::new(),
            last_change: Vec::new(),
            status: 0,
        }
    }

    /// Says something until the next key.
    pub(super) fn say(&mut self, message: impl AsRef<[u8]>) {
        let most = self.screen.width().saturating_sub(1);
        let message = message.as_ref();
        self.message = Some(message[..message.len().min(most)].to_vec());
    }

    /// Says what went wrong.
    pub(super) fn warn(&mut self, message: impl AsRef<[u8]>) {
        self.say(message);
        self.replay.clear();
        if let Some(message) = &mut self.message {
            *message = text!(REVERSE, message, NORMAL);
        }
    }

    /// A key that means nothing.
    pub(super) fn beep(&mut self) {
        self.replay.clear();
        self.cx.out.put([7]);
    }

    /// The next key, with everything drawn before; `None` when the terminal is gone.
    pub(super) async fn key(&mut self) -> Result<Option<Key>, Fail> {
        let key = match self.replay.pop_front() {
            Some(key) => key,
            None => {
                self.draw(None).await?;
                let key = self.keyboard.key().await;
                let Some(key) = key.map_err(|error| Fail::new(error.message()))? else {
                    return Ok(None);
                };
                key
            }
        };
        self.message = None;
        if self.recorded.len() < RECORDED_MAX {
            self.recorded.push(key);
        }
        self.cx.sys.burn(100).await;
        Ok(Some(key))
    }

    /// The next key, if it is a character.
    pub(super) async fn byte(&mut self) -> Result<Option<u8>, Fail> {
        Ok(match self.key().await? {
            Some(Key::Byte(byte)) if byte != ESCAPE => Some(byte),
            _ => None,
        })
    }

    /// A command begins.
    pub(super) fn begin_command(&mut self) {
        self.recorded.clear();
    }

    /// The present command is the one that `.` repeats.
    pub(super) fn finish_change(&mut self) {
        self.text.finish_change();
        self.last_change = self.recorded.clone();
    }

    /// The keys of the last change come once more.
    pub(super) fn repeat_change(&mut self) {
        self.replay = self.last_change.iter().copied().collect();
    }

    /// Draws what has changed, with `line` below the text.
    async fn draw(&mut self, line: Option<&[u8]>) -> Result<(), Fail> {
        let (rows, columns) = self.keyboard.size();
        self.screen.resize(rows, columns);
        let below = match (line, &self.message) {
            (Some(line), _) => line.to_vec(),
            (None, Some(message)) => message.clone(),
            (None, None) => self.status_line(),
        };
        let out = self.screen.draw(&self.text, self.cursor, &below);
        self.cx.sys.burn(1000 + 10 * out.len() as u64).await;
        self.cx.out.write(out).await?;
        self.cx.out.flush().await
    }

    fn status_line(&self) -> Vec<u8> {
        let mode = match self.mode {
            Mode::Command => "-",
            Mode::Insert => "I",
            Mode::Replace => "R",
        };
        let name = self.file.clone().unwrap_or_else(|| "No file".into());
        let readonly = if self.is_readonly { " [Readonly]" } else { "" };
        let modified = if self.text.is_modified {
            " [Modified]"
        } else {
            ""
        };
        let (line, all) = (self.cursor.line + 1, self.text.len());
        let place = format!("{readonly}{modified} {line}/{all} {}%", line * 100 / all);
        let mut line = text!(mode, " ", name, place);
        line.truncate(self.screen.width().saturating_sub(1));
        line
    }

    /// Reads a line below the text that begins with `sign`; `None` when it was given up.
    pub(super) async fn ask(&mut self, sign: u8) -> Result<Option<Vec<u8>>, Fail> {
        const LONGEST: usize = 2000;
        let mut line = vec![sign];
        loop {
            let key = match self.replay.pop_front() {
                Some(key) => Some(key),
                None => {
                    self.draw(Some(&line)).await?;
                    let key = self.keyboard.key().await;
                    key.map_err(|error: Errno| Fail::new(error.message()))?
                }
            };
            let Some(key) = key else { return Ok(None) };
            self.recorded.push(key);
            match key {
                Key::Byte(b'\r' | b'\n') => return Ok(Some(line.split_off(1))),
                Key::Byte(ESCAPE | 3) => return Ok(None),
                Key::Byte(8 | 0x7f) => {
                    line.pop();
                    if line.is_empty() {
                        return Ok(None);
                    }
                }
                Key::Byte(21) => line.truncate(1),
                Key::Byte(byte) if byte >= b' ' && line.len() < LONGEST => line.push(byte),
                _ => {}
            }
        }
    }

    /// The cursor stays where it can be: on a character, or behind the last one while text is put in.
    pub(super) fn settle(&mut self) {
        self.cursor.line = self.cursor.line.min(self.text.len() - 1);
        let len = self.text.line(self.cursor.line).len();
        self.cursor.column = self.cursor.column.min(len);
        if self.mode == Mode::Command && len > 0 && self.cursor.column == len {
            self.cursor = self.text.left(self.cursor);
        }
    }

    /// Draws everything once more.
    pub(super) fn redraw(&mut self) {
        self.screen.forget();
    }
}
