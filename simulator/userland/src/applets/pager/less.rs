//! less.

use super::super::cat;
use super::super::context::{Context, Fail, Outcome, cannot_open, text};
use super::super::keyboard::{Key, Keyboard, Mode};
use super::document::Document;
use crate::kernel::Errno;
use crate::regex::{Regex, Syntax};
use bytes::Bytes;

const REVERSE: &str = "\x1b[7m";
const NORMAL: &str = "\x1b[m";
/// What a line's number takes of its row.
const NUMBER_COLUMNS: usize = 8;

/// What options say.
struct Look {
    numbers: bool,
    chops: bool,
    tildes: bool,
    /// The prompt tells lines and percents.
    status: bool,
    ignores_case: bool,
    quits_at_end: bool,
    strips_colors: bool,
    quits_if_small: bool,
}

/// A search that can be repeated.
struct Search {
    regex: Regex,
    backwards: bool,
}

struct Pager<'c, 'a> {
    cx: &'c mut Context<'a>,
    keyboard: Keyboard<'a>,
    look: Look,
    files: Vec<Bytes>,
    file: usize,
    document: Document<'a>,
    /// The row at the top.
    top: usize,
    search: Option<Search>,
    /// Shown instead of the prompt.
    message: Option<Vec<u8>>,
    /// The number typed before a command.
    count: Option<usize>,
}

/// Whether to go on.
#[derive(PartialEq)]
enum Next {
    Show,
    Wait,
    Quit,
}

/// Shows files on a terminal and goes back and forth in them.
pub(in super::super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("EFIMmNSR~")?;
    let mut files = options.operands.clone();
    if files.is_empty() {
        if cx.sys.is_tty(0) {
            return Err(Fail::Usage(1, Some(b"missing filename".to_vec())));
        }
        files.push("-".into());
    }
    let keyboard = match cx.sys.is_tty(1) {
        true => Keyboard::open(cx.sys, Mode::Raw).await.ok(),
        false => None,
    };
    let Some(keyboard) = keyboard else {
        cx.args = files;
        return cat::run(cx).await;
    };
    let look = Look {
        numbers: options.has(b'N'),
        chops: options.has(b'S'),
        tildes: !options.has(b'~'),
        status: options.has(b'M') || options.has(b'm'),
        ignores_case: options.has(b'I'),
        quits_at_end: options.has(b'E'),
        strips_colors: options.has(b'R'),
        quits_if_small: options.has(b'F'),
    };
    let document = match open(cx, &keyboard, &look, &files[0]).await {
        Ok(document) => document,
        Err(fail) => {
            keyboard.close();
            return Err(fail);
        }
    };
    let mut pager = Pager {
        cx,
        keyboard,
        look,
        files,
        file: 0,
        document,
        top: 0,
        search: None,
        message: None,
        count: None,
    };
    let outcome = pager.page().await;
    let rows = pager.keyboard.size().0;
    let left = pager.cx.out.write(format!("\x1b[{rows};0H\x1b[K")).await;
    let flushed = pager.cx.out.flush().await;
    pager.keyboard.close();
    left.and(flushed)?;
    outcome
}

async fn open<'a>(
    cx: &mut Context<'a>,
    keyboard: &Keyboard<'a>,
    look: &Look,
    path: &Bytes,
) -> Result<Document<'a>, Fail> {
    let reader = cx.open_input(path).await;
    let reader = reader.map_err(|error| Fail::new(cannot_open(path, error)))?;
    let width = text_columns(keyboard, look);
    let width = (!look.chops).then_some(width);
    Ok(Document::new(reader, width, look.strips_colors))
}

/// Columns of a row beside the number of its line.
fn text_columns(keyboard: &Keyboard<'_>, look: &Look) -> usize {
    let width = keyboard.size().1;
    match look.numbers {
        true => width.saturating_sub(NUMBER_COLUMNS).max(1),
        false => width,
    }
}

fn failed(error: Errno) -> Fail {
    Fail::new(error.message())
}

impl Pager<'_, '_> {
    /// Rows for text.
    fn height(&self) -> usize {
        self.keyboard.size().0 - 1
    }

    async fn page(&mut self) -> Outcome {
        self.document.want(self.cx.sys, self.height() + 1).await?;
        let is_small = self.document.is_whole && self.document.len() <= self.height();
        self.show().await?;
        if is_small && (self.look.quits_if_small || self.look.quits_at_end) {
            return Ok(0);
        }
        loop {
            let Some(key) = self.keyboard.key().await.map_err(failed)? else {
                return Ok(0);
            };
            match self.command(key).await? {
                Next::Quit => return Ok(0),
                Next::Show => self.show().await?,
                Next::Wait => {}
            }
        }
    }

    /// The last row that may be at the top: one row behind the text is shown too.
    fn last_top(&self) -> usize {
        (self.document.len() + 1).saturating_sub(self.height())
    }

    /// Puts a row at the top, or as near as it can be.
    async fn go(&mut self, row: usize) -> Result<Next, Fail> {
        let wanted = row.saturating_add(self.height() + 1);
        self.document.want(self.cx.sys, wanted).await?;
        let was_at_end = self.document.is_whole && self.top >= self.last_top();
        let last = match self.document.is_whole {
            true => self.last_top(),
            false => usize::MAX,
        };
        let before = self.top;
        self.top = row.min(last);
        let goes_on = row > before && was_at_end && self.look.quits_at_end;
        Ok(if goes_on { Next::Quit } else { Next::Show })
    }

    async fn command(&mut self, key: Key) -> Result<Next, Fail> {
        self.message = None;
        let height = self.height();
        let top = self.top;
        if let Key::Byte(digit @ b'0'..=b'9') = key {
            let digit = usize::from(digit - b'0');
            let count = self.count.unwrap_or(0).saturating_mul(10);
            self.count = Some(count.saturating_add(digit).min(1_000_000_000));
            let shown = format!(":{}", self.count.unwrap_or(0));
            self.prompt(shown.as_bytes()).await?;
            return Ok(Next::Wait);
        }
        let count = self.count.take();
        let times = count.unwrap_or(1);
        match key {
            Key::Byte(b'q' | b'Q' | 3) => Ok(Next::Quit),
            Key::Byte(b'j' | b'e' | b'\r' | b'\n' | 5 | 14) | Key::Down => {
                self.go(top.saturating_add(times)).await
            }
            Key::Byte(b'k' | b'y' | 25 | 16) | Key::Up => self.go(top.saturating_sub(times)).await,
            Key::Byte(b' ' | b'f' | b'z' | 6 | 22) | Key::PageDown => {
                self.go(top.saturating_add(height)).await
            }
            Key::Byte(b'b' | b'w' | 2) | Key::PageUp => self.go(top.saturating_sub(height)).await,
            Key::Byte(b'd' | 4) => self.go(top.saturating_add(height / 2)).await,
            Key::Byte(b'u' | 21) => self.go(top.saturating_sub(height / 2)).await,
            Key::Byte(b'g' | b'<') | Key::Home => self.go(times - 1).await,
            Key::Byte(b'G' | b'>') | Key::End if count.is_none() => {
                self.document.want(self.cx.sys, usize::MAX).await?;
                self.go(usize::MAX / 2).await
            }
            Key::Byte(b'G' | b'>') => self.go(times.saturating_sub(1)).await,
            Key::Byte(b'p' | b'%') => {
                self.document.want(self.cx.sys, usize::MAX).await?;
                let last = self.document.len().saturating_sub(1);
                self.go(last.saturating_mul(count.unwrap_or(0).min(100)) / 100)
                    .await
            }
            Key::Byte(sign @ (b'/' | b'?')) => self.read_search(sign).await,
            Key::Byte(b'n') => self.repeat(false).await,
            Key::Byte(b'N') => self.repeat(true).await,
            Key::Byte(b'=') => {
                self.message = Some(self.position());
                Ok(Next::Show)
            }
            Key::Byte(b':') => self.file_command().await,
            Key::Byte(b'r' | b'R' | 12 | 18) => Ok(Next::Show),
            _ => Ok(Next::Wait),
        }
    }

    /// `:n`, `:p` and others.
    async fn file_command(&mut self) -> Result<Next, Fail> {
        self.prompt(text!(REVERSE, " :", NORMAL).as_slice()).await?;
        let key = self.keyboard.key().await.map_err(failed)?;
        let wanted = match key {
            Some(Key::Byte(b'q' | b'Q')) | None => return Ok(Next::Quit),
            Some(Key::Byte(b'n')) => self.file + 1,
            Some(Key::Byte(b'p')) => self.file.wrapping_sub(1),
            Some(Key::Byte(b'x')) => 0,
            Some(Key::Byte(b'f')) => {
                self.message = Some(self.position());
                return Ok(Next::Show);
            }
            _ => return Ok(Next::Show),
        };
        let Some(path) = self.files.get(wanted).cloned() else {
            let which = if wanted == self.files.len() {
                "next"
            } else {
                "previous"
            };
            self.message = Some(text!("No ", which, " file"));
            return Ok(Next::Show);
        };
        match open(self.cx, &self.keyboard, &self.look, &path).await {
            Ok(document) => {
                self.document = document;
                self.file = wanted;
                self.go(0).await
            }
            Err(Fail::Message(_, message)) => {
                self.message = Some(message);
                Ok(Next::Show)
            }
            Err(fail) => Err(fail),
        }
    }

    /// Reads a pattern on the last row and goes to its first match.
    async fn read_search(&mut self, sign: u8) -> Result<Next, Fail> {
        const LONGEST: usize = 1000;
        let mut pattern = Vec::new();
        loop {
            self.prompt(&text!([sign], pattern)).await?;
            match self.keyboard.key().await.map_err(failed)? {
                None => return Ok(Next::Quit),
                Some(Key::Byte(b'\r' | b'\n')) => break,
                Some(Key::Byte(0x1b | 3)) => return Ok(Next::Show),
                Some(Key::Byte(8 | 0x7f)) => {
                    if pattern.pop().is_none() {
                        return Ok(Next::Show);
                    }
                }
                Some(Key::Byte(byte)) if byte >= b' ' && pattern.len() < LONGEST => {
                    pattern.push(byte);
                }
                Some(_) => {}
            }
        }
        if pattern.is_empty() {
            return self.repeat(false).await;
        }
        match Regex::new(&pattern, Syntax::Extended, self.look.ignores_case) {
            Ok(regex) => {
                let backwards = sign == b'?';
                self.search = Some(Search { regex, backwards });
                self.find(self.top, backwards).await
            }
            Err(error) => {
                self.message = Some(text!("bad regex: ", error.to_string()));
                Ok(Next::Show)
            }
        }
    }

    /// Goes to the next match, or to the one before.
    async fn repeat(&mut self, other_way: bool) -> Result<Next, Fail> {
        let Some(search) = &self.search else {
            return Ok(Next::Wait);
        };
        let backwards = search.backwards != other_way;
        let from = match backwards {
            true => self.top.checked_sub(1),
            false => Some(self.top + 1),
        };
        match from {
            Some(from) => self.find(from, backwards).await,
            None => Ok(Next::Show),
        }
    }

    /// Goes to a match at a row or beyond it.
    async fn find(&mut self, from: usize, backwards: bool) -> Result<Next, Fail> {
        let sys = self.cx.sys;
        let Some(search) = &mut self.search else {
            return Ok(Next::Wait);
        };
        let mut at = from;
        loop {
            self.document.want(sys, at.saturating_add(1)).await?;
            let found = match self.document.row(at) {
                Some(row) => search.regex.find(sys, row, 0).await.is_some(),
                None => break,
            };
            if found {
                return self.go(at).await;
            }
            match (backwards, at.checked_sub(1)) {
                (true, Some(before)) => at = before,
                (true, None) => break,
                (false, _) => at += 1,
            }
        }
        self.message = Some(b"No matches found".to_vec());
        Ok(Next::Show)
    }

    /// File, lines and percent.
    fn position(&self) -> Vec<u8> {
        let mut text = self.files[self.file].to_vec();
        if self.files.len() > 1 {
            let place = format!(" (file {} of {})", self.file + 1, self.files.len());
            text.extend_from_slice(place.as_bytes());
        }
        let all = self.document.len().saturating_sub(1);
        let last = (self.top + self.height()).min(all);
        let mut place = format!(" lines {}-{last}", self.top + 1);
        if self.document.is_whole {
            place += &format!("/{all} ");
            match last >= all {
                true => place += "(END)",
                false => place += &format!("{}%", last * 100 / all.max(1)),
            }
        }
        text.extend_from_slice(place.as_bytes());
        text
    }

    fn prompt_text(&self) -> Vec<u8> {
        let most = self.keyboard.size().1 - 1;
        let reversed = |inner: &[u8]| text!(REVERSE, &inner[..inner.len().min(most)], NORMAL);
        if let Some(message) = &self.message {
            return reversed(message);
        }
        if self.look.status {
            return reversed(&self.position());
        }
        let is_end = self.document.is_whole && self.top + self.height() >= self.document.len();
        if self.top == 0 {
            let mut name = self.files[self.file].to_vec();
            if self.files.len() > 1 {
                let place = format!(" (file {} of {})", self.file + 1, self.files.len());
                name.extend_from_slice(place.as_bytes());
            }
            return reversed(&name);
        }
        match is_end {
            true => reversed(b"(END)"),
            false => b":".to_vec(),
        }
    }

    /// Writes the last row.
    async fn prompt(&mut self, shown: &[u8]) -> Result<(), Fail> {
        let rows = self.keyboard.size().0;
        self.cx
            .out
            .write(text!(format!("\x1b[{rows};0H\x1b[K"), shown))
            .await?;
        self.cx.out.flush().await
    }

    /// Draws everything.
    async fn show(&mut self) -> Result<(), Fail> {
        let height = self.height();
        let width = text_columns(&self.keyboard, &self.look);
        self.document
            .want(self.cx.sys, self.top.saturating_add(height + 1))
            .await?;
        let mut screen = b"\x1b[0;0H".to_vec();
        for at in self.top..self.top + height {
            screen.extend_from_slice(b"\x1b[K");
            match self.document.row(at).cloned() {
                Some(row) => {
                    if self.look.numbers {
                        let number = self.document.number(at);
                        let number = number.map(|number| number.to_string());
                        let number = format!("{:>7} ", number.unwrap_or_default());
                        screen.extend_from_slice(number.as_bytes());
                    }
                    self.draw(&row, width, &mut screen).await;
                }
                None if self.look.tildes => screen.push(b'~'),
                None => {}
            }
            screen.extend_from_slice(b"\r\n");
        }
        self.cx.out.write(screen).await?;
        let prompt = self.prompt_text();
        self.prompt(&prompt).await
    }

    /// One row, with its matches and what cannot be shown standing out.
    async fn draw(&mut self, row: &[u8], width: usize, screen: &mut Vec<u8>) {
        let mut marks = vec![false; row.len()];
        if let Some(search) = &mut self.search {
            let mut from = 0;
            while let Some((start, end)) = search.regex.find(self.cx.sys, row, from).await {
                marks[start..end].fill(true);
                from = end.max(start + 1);
                if from > row.len() {
                    break;
                }
            }
        }
        let mut column = 0;
        let mut is_marked = false;
        for (at, byte) in row.iter().copied().enumerate() {
            let is_control = (byte < b' ' && byte != b'\t') || byte == 0x7f;
            if self.look.chops && column >= width {
                break;
            }
            if (marks[at] || is_control) != is_marked {
                is_marked = !is_marked;
                let change = if is_marked { REVERSE } else { NORMAL };
                screen.extend_from_slice(change.as_bytes());
            }
            match byte {
                _ if is_control => screen.push((byte ^ 0x40) & 0x7f),
                _ => screen.push(byte),
            }
            column = match byte {
                b'\t' => (column / 8 + 1) * 8,
                0x80..=0xbf => column,
                _ => column + 1,
            };
        }
        if is_marked {
            screen.extend_from_slice(NORMAL.as_bytes());
        }
        self.cx.sys.burn(100 + 4 * row.len() as u64).await;
    }
}
