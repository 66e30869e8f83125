//! sed.

mod edit;
mod input;
mod script;
mod substitute;

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::Writer;
use crate::kernel::OpenFlags;
use edit::Editor;
use input::Input;
use script::ScriptBuilder;

const LONG: &[super::args::Long] = &[
    ("in-place", false, b'i'),
    ("regexp-extended", false, b'r'),
    ("quiet", false, b'n'),
    ("silent", false, b'n'),
    ("expression", true, b'e'),
    ("file", true, b'f'),
];

/// Edits lines.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    if cx.args.first().is_some_and(|arg| arg == "--version") {
        // Scripts that look for GNU's find out that this is another.
        cx.out.write("This is not GNU sed version 4.0\n").await?;
        return Ok(0);
    }
    let options = cx.long_options("i::rEne:f:", LONG)?;
    let extended = options.has(b'r') || options.has(b'E');
    let mut builder = ScriptBuilder::new(extended);
    for text in options.values(b'e') {
        builder.block(text)?;
    }
    for path in options.values(b'f') {
        let failed = |error: crate::kernel::Errno| Fail::new(text!(path, ": ", error.message()));
        let mut reader = cx.open_input(path).await.map_err(failed)?;
        let all = reader.read_all().await.map_err(failed)?;
        builder.block(all.strip_suffix(b"\n").unwrap_or(&all))?;
    }
    let mut operands = options.operands.clone().into_iter();
    if !options.has(b'e') && !options.has(b'f') {
        builder.block(&operands.next().ok_or_else(Fail::usage)?)?;
    }
    let mut script = builder.finish()?;
    script.quiet |= options.has(b'n');
    let paths: Vec<_> = operands.collect();
    let suffix = options.value(b'i').cloned().unwrap_or_default();
    let mut editor = Editor::new(cx, script).await?;
    if !options.has(b'i') {
        return editor.edit(Input::new(paths)).await;
    }
    if paths.is_empty() {
        return Err(Fail::new("-i requires an argument"));
    }
    let mut status = 0;
    for path in paths {
        status |= in_place(&mut editor, path, &suffix).await?;
    }
    Ok(status)
}

/// Writes the edited lines of one file to a new one that takes its place.
async fn in_place(editor: &mut Editor<'_, '_>, path: bytes::Bytes, suffix: &[u8]) -> Outcome {
    let sys = editor.sys();
    let stat = match sys.stat(&path) {
        Ok(stat) => stat,
        Err(error) => {
            editor.complain_of(&path, error).await;
            return Ok(1);
        }
    };
    let (temporary, fd) = new_file_beside(sys, &path).await?;
    // As the original sed of this image: owner and mode, without the set-id bits that the owner's change clears.
    let _ = sys.chmod(&temporary, stat.mode);
    let _ = sys.chown(&temporary, Some(stat.uid), Some(stat.gid), false);
    editor.write_to(Some(Writer::new(sys, fd)));
    let edited = editor.edit(Input::new(vec![path.clone()])).await;
    let flushed = editor.finish_file().await;
    let _ = sys.close(fd);
    let status = match edited.and_then(|status| flushed.map(|()| status)) {
        Ok(status) => status,
        Err(fail) => {
            let _ = sys.unlink(&temporary);
            return Err(fail);
        }
    };
    let failed = |error: crate::kernel::Errno| {
        Fail::new(text!("can't move '", temporary, "': ", error.message()))
    };
    if !suffix.is_empty() {
        sys.rename(&path, &backup_name(&path, suffix))
            .map_err(failed)?;
    }
    sys.rename(&temporary, &path).map_err(failed)?;
    editor.reset_ranges();
    Ok(status)
}

/// The suffix behind the name; with `*` in it, that is the name.
fn backup_name(path: &[u8], suffix: &[u8]) -> Vec<u8> {
    let split = path
        .iter()
        .rposition(|byte| *byte == b'/')
        .map_or(0, |at| at + 1);
    let (directory, base) = path.split_at(split);
    let mut name = directory.to_vec();
    if !suffix.contains(&b'*') {
        name.extend_from_slice(base);
        name.extend_from_slice(suffix);
        return name;
    }
    for byte in suffix {
        match byte {
            b'*' => name.extend_from_slice(base),
            other => name.push(*other),
        }
    }
    name
}

async fn new_file_beside(
    sys: &crate::kernel::Sys,
    path: &[u8],
) -> Result<(Vec<u8>, crate::kernel::Fd), Fail> {
    let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::EXCL;
    for attempt in 0..1000_u32 {
        let name = text!(path, format!("{:02}{:04}", sys.pid() % 100, attempt));
        match sys.open(&name, flags, 0o600).await {
            Ok(fd) => return Ok((name, fd)),
            Err(crate::kernel::Errno::EEXIST) => {}
            Err(error) => {
                return Err(Fail::new(text!(
                    "can't create temp file '",
                    path,
                    "XXXXXX': ",
                    error.message()
                )));
            }
        }
    }
    Err(Fail::new(cannot_open(path, crate::kernel::Errno::EEXIST)))
}

/// Parses a script for tests.
#[cfg(test)]
fn parse(text: &[u8], extended: bool) -> Result<script::Script, Fail> {
    let mut builder = ScriptBuilder::new(extended);
    builder.block(text)?;
    builder.finish()
}
