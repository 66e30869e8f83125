//! dc.

mod machine;
mod registers;
mod text;
mod value;

use super::bc;
use super::context::{Context, Fail, Outcome, cannot_open};
use super::io::Reader;
use crate::kernel::OpenFlags;
use bytes::Bytes;
use machine::{Machine, Ran};

/// Runs what arguments, files or standard input say.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("xe:f:")?;
    let width = bc::line_length(cx, "DC_LINE_LENGTH");
    let mut machine = Machine::new(cx, width.map(|width| width - 1), options.has(b'x'));
    let given = options.given.iter();
    let given = given.filter_map(|(letter, value)| Some((*letter, value.clone()?)));
    let files = options.operands.iter().map(|path| (b'f', path.clone()));
    let sources: Vec<(u8, Bytes)> = given.chain(files).collect();
    for (letter, value) in &sources {
        let text = match letter {
            b'e' => value.clone(),
            _ => read_file(cx, value).await?,
        };
        if machine.run(cx, text).await? == Ran::Quit {
            return Ok(0);
        }
    }
    if !sources.is_empty() {
        return Ok(0);
    }
    let is_interactive = cx.sys.is_tty(0) && cx.sys.is_tty(1);
    while let Some(text) = machine.read_program(cx).await? {
        match machine.run(cx, text).await {
            Ok(Ran::On) => {}
            Ok(Ran::Quit) => break,
            Err(Fail::Message(_, message)) if is_interactive => {
                cx.complain(message).await;
                machine.unwind();
            }
            Err(fail) => return Err(fail),
        }
    }
    Ok(0)
}

async fn read_file(cx: &Context<'_>, path: &Bytes) -> Result<Bytes, Fail> {
    let fd = cx.sys.open(path, OpenFlags::READ, 0).await;
    let fd = fd.map_err(|error| Fail::new(cannot_open(path, error)))?;
    let text = Reader::owned(cx.sys, fd).read_all().await;
    let text = text.map_err(|error| Fail::new(error.message()))?;
    Ok(text.into_bytes())
}
