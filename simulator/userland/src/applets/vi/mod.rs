//! vi.

mod change;
mod command;
mod editor;
mod ex;
mod motion;
mod screen;
mod search;
mod substitute;
mod text;

use super::context::{Context, Fail, Outcome};
use super::keyboard::{Keyboard, Mode};
use bytes::Bytes;
use editor::{Editor, Next};
use std::collections::VecDeque;

/// The terminal's other screen, and back.
const ENTER_SCREEN: &str = "\x1b[?1049h";
const LEAVE_SCREEN: &str = "\x1b[?1049l";

/// Edits files.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("c:R")?;
    let is_readonly = options.has(b'R');
    let commands: Vec<_> = options.values(b'c').cloned().collect();
    let files: VecDeque<_> = options.operands.clone().into();
    if !cx.sys.is_tty(1) {
        return Err(Fail::new("standard output is not a terminal"));
    }
    let keyboard = Keyboard::open(cx.sys, Mode::Raw).await;
    let keyboard = keyboard.map_err(|error| Fail::new(error.message()))?;
    cx.out.put(ENTER_SCREEN);
    let mut editor = Editor::new(cx, keyboard, files, is_readonly);
    let edited = loop {
        let file = editor.files.pop_front();
        editor.load(file).await;
        editor.is_readonly |= is_readonly;
        let edited = begin(&mut editor, &commands).await;
        if edited.is_err() || editor.files.is_empty() {
            break edited;
        }
    };
    let rows = editor.keyboard.size().0;
    editor
        .cx
        .out
        .put(format!("\x1b[{rows};1H\x1b[K{LEAVE_SCREEN}"));
    let flushed = editor.cx.out.flush().await;
    let status = editor.status;
    editor.keyboard.close();
    edited.and(flushed)?;
    Ok(status)
}

/// Does what commands say, and edits the file unless one of them leaves it.
async fn begin(editor: &mut Editor<'_, '_>, commands: &[Bytes]) -> Result<(), Fail> {
    for command in commands {
        if editor.execute(command).await? == Next::Quit {
            return Ok(());
        }
    }
    editor.edit().await
}
