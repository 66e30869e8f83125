//! Commands of single keys.

use super::super::context::Fail;
use super::super::keyboard::Key;
use super::change::Target;
use super::editor::{Editor, Mode, Next};
use super::motion::{self, CharacterSearch};
use super::text::Position;

const fn control(letter: u8) -> u8 {
    letter & 0x1f
}

impl Editor<'_, '_> {
    /// Edits the present text until the file is done with.
    pub(super) async fn edit(&mut self) -> Result<(), Fail> {
        loop {
            self.settle();
            self.begin_command();
            let Some(key) = self.key().await? else {
                return Ok(());
            };
            let Some((key, count)) = self.count(key).await? else {
                continue;
            };
            if self.command(key, count).await? == Next::Quit {
                return Ok(());
            }
        }
    }

    /// Reads the digits before a command; the command's key, and the number if there is one.
    pub(super) async fn count(&mut self, first: Key) -> Result<Option<(Key, Option<usize>)>, Fail> {
        const MOST: usize = 1_000_000;
        let mut key = first;
        let mut count = None;
        loop {
            let digit = match key {
                Key::Byte(digit @ b'1'..=b'9') => digit,
                Key::Byte(b'0') if count.is_some() => b'0',
                _ => return Ok(Some((key, count))),
            };
            let number = count.unwrap_or(0) * 10 + usize::from(digit - b'0');
            count = Some(number.min(MOST));
            match self.key().await? {
                Some(next) => key = next,
                None => return Ok(None),
            }
        }
    }

    async fn command(&mut self, key: Key, count: Option<usize>) -> Result<Next, Fail> {
        if let Some(target) = self.motion(key, count).await? {
            self.cursor = target.to;
            return Ok(Next::Edit);
        }
        let times = count.unwrap_or(1);
        let Key::Byte(byte) = key else {
            match key {
                Key::PageDown => self.page(true, false),
                Key::PageUp => self.page(false, false),
                Key::Insert => self.insert(Mode::Insert).await?,
                Key::Delete => self.delete_characters(times, true),
                _ => {}
            }
            return Ok(Next::Edit);
        };
        match byte {
            b'i' | b'a' | b'I' | b'A' | b'o' | b'O' => self.start_insert(byte).await?,
            b'R' => self.insert(Mode::Replace).await?,
            b'x' => self.delete_characters(times, true),
            b'X' => self.delete_characters(times, false),
            b'd' | b'c' | b'y' | b'>' | b'<' => self.operate(byte, count).await?,
            b'D' | b'C' => self.operate_to_end(byte).await?,
            b'Y' => self.yank_lines(times),
            b's' => {
                self.delete_characters(times, true);
                self.insert(Mode::Insert).await?;
            }
            b'S' => self.change_lines(times).await?,
            b'r' => self.replace_characters(times).await?,
            b'J' => self.join_lines(times),
            b'~' => self.swap_case(times),
            b'p' | b'P' => self.put(byte == b'p', times),
            b'u' => self.undo(),
            b'.' => self.repeat_change(),
            b':' => return self.colon().await,
            b'Z' => match self.byte().await? {
                Some(b'Z') => return self.execute(b"x").await,
                Some(b'Q') => return self.execute(b"q!").await,
                _ => self.beep(),
            },
            _ if byte == control(b'f') => self.page(true, false),
            _ if byte == control(b'b') => self.page(false, false),
            _ if byte == control(b'd') => self.page(true, true),
            _ if byte == control(b'u') => self.page(false, true),
            _ if byte == control(b'e') => self.scroll(true),
            _ if byte == control(b'y') => self.scroll(false),
            _ if byte == control(b'l') || byte == control(b'r') => self.redraw(),
            _ if byte == control(b'g') => {}
            0x1b | 3 => {}
            _ => self.beep(),
        }
        Ok(Next::Edit)
    }

    /// A page on or back, or half of one.
    fn page(&mut self, forwards: bool, is_half: bool) {
        let height = self.screen.height();
        let lines = match is_half {
            true => height / 2,
            false => height.saturating_sub(1),
        };
        let lines = lines.max(1);
        let last = self.text.len() - 1;
        let offset = self.cursor.line - self.screen.top;
        if forwards {
            self.screen.top = (self.screen.top + lines).min(last);
        } else {
            self.screen.top = self.screen.top.saturating_sub(lines);
        }
        let offset = if is_half {
            offset
        } else if forwards {
            0
        } else {
            height - 1
        };
        self.cursor.line = (self.screen.top + offset).min(last);
        self.cursor.column = motion::first_visible(&self.text, self.cursor.line).column;
    }

    /// The window moves by a line; the cursor stays in it.
    fn scroll(&mut self, down: bool) {
        let last = self.text.len() - 1;
        self.screen.top = match down {
            true => (self.screen.top + 1).min(last),
            false => self.screen.top.saturating_sub(1),
        };
        let (top, bottom) = (self.screen.top, self.screen.top + self.screen.height() - 1);
        self.cursor.line = self.cursor.line.clamp(top, bottom).min(last);
    }

    /// Where a motion leads; `None`: it is none. One that cannot be done stays where it is.
    pub(super) async fn motion(
        &mut self,
        key: Key,
        count: Option<usize>,
    ) -> Result<Option<Target>, Fail> {
        let from = self.cursor;
        let times = count.unwrap_or(1);
        let last = self.text.len() - 1;
        let line = |line: usize| Position {
            line: line.min(last),
            column: from.column,
        };
        let repeated =
            |text: &super::text::Text, step: &dyn Fn(&super::text::Text, Position) -> Position| {
                let mut at = from;
                for _ in 0..times {
                    let next = step(text, at);
                    if next == at {
                        break;
                    }
                    at = next;
                }
                at
            };
        let text = &self.text;
        let byte = match key {
            Key::Byte(byte) => byte,
            Key::Left => b'h',
            Key::Right => b'l',
            Key::Up => b'k',
            Key::Down => b'j',
            Key::Home => b'0',
            Key::End => b'$',
            _ => return Ok(None),
        };
        Ok(Some(match byte {
            b'h' | 8 | 0x7f => Target::before(repeated(text, &|text, at| text.left(at))),
            b'l' | b' ' => Target::before(repeated(text, &|text, at| text.right(at))),
            // Farther than the text goes is nowhere.
            b'j' | b'\n' | 14 => match from.line.saturating_add(times) {
                to if to <= last => Target::lines(line(to)),
                _ => self.nowhere(),
            },
            b'k' | 16 => match from.line.checked_sub(times) {
                Some(to) => Target::lines(line(to)),
                None => self.nowhere(),
            },
            b'\r' | b'+' => {
                let to = from.line.saturating_add(times).min(last);
                Target::lines(motion::first_visible(text, to))
            }
            b'-' => {
                let to = from.line.saturating_sub(times);
                Target::lines(motion::first_visible(text, to))
            }
            b'0' => Target::before(Position { column: 0, ..from }),
            b'^' => Target::before(motion::first_visible(text, from.line)),
            b'$' => {
                let to = from.line.saturating_add(times - 1).min(last);
                let column = text.line(to).len();
                Target::before(Position { line: to, column })
            }
            b'w' | b'W' => {
                let big = byte == b'W';
                Target::before(repeated(text, &|text, at| {
                    motion::word_forward(text, at, big)
                }))
            }
            b'b' | b'B' => {
                let big = byte == b'B';
                Target::before(repeated(text, &|text, at| motion::word_back(text, at, big)))
            }
            b'e' | b'E' => {
                let big = byte == b'E';
                Target::on(repeated(text, &|text, at| motion::word_end(text, at, big)))
            }
            b'{' | b'}' => {
                let forwards = byte == b'}';
                let to = motion::paragraph(text, from.line, forwards);
                // Behind the last paragraph is the end of the text.
                let is_end = forwards && to == last;
                let column = if is_end { text.line(to).len() } else { 0 };
                Target::before(Position { line: to, column })
            }
            b'%' => match motion::matching_bracket(text, from) {
                Some(to) => Target::on(to),
                None => self.nowhere(),
            },
            b'G' => {
                let to = count
                    .map_or(last, |count| count.saturating_sub(1))
                    .min(last);
                Target::lines(motion::first_visible(text, to))
            }
            b'H' | b'M' | b'L' => {
                let (top, height) = (self.screen.top, self.screen.height());
                let shown = (top + height - 1).min(last);
                let to = match byte {
                    b'H' => (top + times - 1).min(shown),
                    b'L' => shown.saturating_sub(times - 1).max(top),
                    _ => (top + shown) / 2,
                };
                Target::lines(motion::first_visible(text, to))
            }
            b'g' => match self.byte().await? {
                Some(b'g') => {
                    let to = (times - 1).min(last);
                    Target::lines(motion::first_visible(&self.text, to))
                }
                _ => self.nowhere(),
            },
            b'f' | b'F' | b't' | b'T' => {
                let Some(wanted) = self.byte().await? else {
                    return Ok(Some(self.nowhere()));
                };
                let search = CharacterSearch {
                    byte: wanted,
                    forwards: byte.is_ascii_lowercase(),
                    before: byte.eq_ignore_ascii_case(&b't'),
                };
                self.character = Some(search);
                self.find_character(search, times)
            }
            b';' | b',' => match self.character {
                Some(search) => {
                    let forwards = search.forwards == (byte == b';');
                    self.find_character(CharacterSearch { forwards, ..search }, times)
                }
                None => self.nowhere(),
            },
            b'/' | b'?' => self.ask_search(byte == b'/').await?,
            b'n' | b'N' => self.search_again(byte == b'n').await?,
            _ => return Ok(None),
        }))
    }

    /// The cursor stays, with a sound.
    pub(super) fn nowhere(&mut self) -> Target {
        self.beep();
        Target::failed(self.cursor)
    }

    fn find_character(&mut self, search: CharacterSearch, times: usize) -> Target {
        let mut at = self.cursor;
        for _ in 0..times {
            match search.find(&self.text, at) {
                Some(found) => at = found,
                None => return self.nowhere(),
            }
        }
        match search.forwards {
            true => Target::on(at),
            false => Target::before(at),
        }
    }
}
