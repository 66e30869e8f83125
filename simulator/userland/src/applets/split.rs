//! split.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::io::Writer;
use super::numbers::{self, Suffixes};
use crate::kernel::{Errno, OpenFlags};

const SIZES: Suffixes = &[("b", 512), ("k", 1024), ("m", 1 << 20), ("g", 1 << 30)];

/// Cuts a file into parts of some lines or bytes.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("l:b:a:")?;
    let suffix_len = options.number(b'a')?.unwrap_or(2).clamp(1, 100) as usize;
    let bytes = match options.value(b'b') {
        Some(text) => Some(numbers::with_suffix(text, SIZES)?),
        None => None,
    };
    let lines = match options.value(b'l') {
        Some(text) => numbers::with_suffix(text, SIZES)?,
        None => 1000,
    };
    let size = bytes.unwrap_or(lines);
    if size == 0 {
        return Err(numbers::invalid(b"0"));
    }
    let input = options.operands.first().cloned().unwrap_or("-".into());
    let prefix = options.operands.get(1).cloned().unwrap_or("x".into());
    let mut reader = cx
        .open_input(&input)
        .await
        .map_err(|error| Fail::new(cannot_open(&input, error)))?;
    let (mut suffix, mut left, mut part) = (vec![b'a'; suffix_len], 0, None);
    loop {
        let more = reader.fill().await;
        if !more.map_err(|error: Errno| Fail::new(text!(input, ": ", error.message())))? {
            break;
        }
        if left == 0 {
            if let Some((mut writer, fd)) = part.take() {
                finish(cx, &mut writer, fd).await?;
                if !advance(&mut suffix) {
                    return Err(Fail::new("suffixes exhausted"));
                }
            }
            let path = text!(prefix, suffix);
            let flags = OpenFlags::WRITE | OpenFlags::CREATE | OpenFlags::TRUNC;
            let opened = cx.sys.open(&path, flags, 0o666).await;
            let fd = opened.map_err(|error| Fail::new(cannot_open(&path, error)))?;
            part = Some((Writer::new(cx.sys, fd), fd));
            left = size;
        }
        let buffered = reader.buffered();
        let count = if bytes.is_some() {
            let count = (buffered.len() as u64).min(left);
            left -= count;
            count as usize
        } else {
            let newline = super::io::find_byte(buffered, b'\n');
            left -= u64::from(newline.is_some());
            newline.map_or(buffered.len(), |at| at + 1)
        };
        if let Some((writer, _)) = &mut part {
            writer.write(&buffered[..count]).await?;
        }
        reader.consume(count);
        cx.sys.burn(100).await;
    }
    if let Some((mut writer, fd)) = part {
        finish(cx, &mut writer, fd).await?;
    }
    Ok(0)
}

async fn finish(
    cx: &Context<'_>,
    writer: &mut Writer<'_>,
    fd: crate::kernel::Fd,
) -> Result<(), Fail> {
    writer.flush().await?;
    let _ = cx.sys.close(fd);
    Ok(())
}

/// `aa`, `ab` … `zz`; false behind the last.
fn advance(suffix: &mut [u8]) -> bool {
    for letter in suffix.iter_mut().rev() {
        if *letter < b'z' {
            *letter += 1;
            return true;
        }
        *letter = b'a';
    }
    false
}

#[cfg(test)]
mod tests {
    use super::advance;

    #[test]
    fn suffixes_count_in_letters() {
        let mut suffix = *b"az";
        assert!(advance(&mut suffix));
        assert_eq!(&suffix, b"ba");
        let mut suffix = *b"zz";
        assert!(!advance(&mut suffix));
    }
}
