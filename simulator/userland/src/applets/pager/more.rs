//! more.

use super::super::cat;
use super::super::context::{Context, Fail, Outcome, cannot_open};
use super::super::io::Reader;
use super::super::keyboard::{Key, Keyboard, Mode};
use super::width_of;
use crate::kernel::FileKind;

/// What the keys do.
const HELP: &str = "(Enter: next line, Space: next page, R: the rest, Q: the end)";

/// What to do at a full page.
enum Answer {
    Page,
    Line,
    Rest,
    Quit,
}

/// Shows files page by page.
pub(in super::super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("")?;
    if !cx.sys.is_tty(1) {
        return cat::run(cx).await;
    }
    let Ok(mut keyboard) = Keyboard::open(cx.sys, Mode::Keys).await else {
        return cat::run(cx).await;
    };
    let mut paths = options.operands;
    if paths.is_empty() {
        paths.push("-".into());
    }
    let mut shown = Ok(0);
    let mut rows = 0;
    for path in &paths {
        let mut reader = match cx.open_input(path).await {
            Ok(reader) => reader,
            Err(error) => {
                cx.complain(cannot_open(path, error)).await;
                continue;
            }
        };
        match show(cx, &mut keyboard, &mut reader, &mut rows).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(fail) => {
                shown = Err(fail);
                break;
            }
        }
    }
    let flushed = cx.out.flush().await;
    keyboard.close();
    flushed?;
    shown
}

/// Shows a file, from the row where the one before ended; false when no more is wanted.
async fn show(
    cx: &mut Context<'_>,
    keyboard: &mut Keyboard<'_>,
    reader: &mut Reader<'_>,
    rows: &mut usize,
) -> Result<bool, Fail> {
    let stat = cx.sys.fstat(reader.fd()).ok();
    let size = stat.filter(|stat| stat.kind == FileKind::File);
    let size = size.map(|stat| stat.size);
    let mut line = Vec::new();
    let mut done = 0;
    let mut is_rest = false;
    let mut waits_for_key = false;
    loop {
        let read = reader.read_until(b'\n', &mut line).await;
        if !read.map_err(|error| Fail::new(error.message()))? {
            if is_rest {
                *rows = 0;
            }
            return Ok(true);
        }
        let (height, width) = keyboard.size();
        let needed = width_of(&line).div_ceil(width).max(1);
        if !is_rest && (waits_for_key || *rows + needed > height - 1) {
            waits_for_key = false;
            match ask(cx, keyboard, done, size).await? {
                Answer::Quit => return Ok(false),
                Answer::Page => *rows = 0,
                Answer::Line => waits_for_key = true,
                Answer::Rest => is_rest = true,
            }
        }
        *rows += needed;
        done += line.len() as u64;
        cx.out.write(&line).await?;
        cx.sys.burn(100 + line.len() as u64).await;
    }
}

async fn ask(
    cx: &mut Context<'_>,
    keyboard: &mut Keyboard<'_>,
    done: u64,
    size: Option<u64>,
) -> Result<Answer, Fail> {
    let mut prompt = match size {
        Some(size) => {
            let percent = done.saturating_mul(100) / size.max(1);
            format!("--More-- ({percent}% of {size} bytes)")
        }
        None => "--More-- ".to_owned(),
    };
    loop {
        cx.out.write(&prompt).await?;
        cx.out.flush().await?;
        let key = keyboard.key().await;
        let erase = format!("\r{}\r", " ".repeat(prompt.len()));
        cx.out.write(erase).await?;
        let key = key.map_err(|error| Fail::new(error.message()))?;
        let Some(Key::Byte(byte)) = key else {
            match key {
                None => return Ok(Answer::Quit),
                Some(_) => continue,
            }
        };
        match byte {
            b' ' => return Ok(Answer::Page),
            b'\n' | b'\r' => return Ok(Answer::Line),
            b'q' | b'Q' | 3 => return Ok(Answer::Quit),
            b'r' | b'R' => return Ok(Answer::Rest),
            _ => prompt = HELP.to_owned(),
        }
    }
}
