//! comm.

use super::context::{Context, Fail, Outcome, text};
use super::io::{Line, Reader};

/// Writes lines that are in the first, the second, or both of two sorted files.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("123")?;
    let [first, second] = options.operands.as_slice() else {
        return Err(Fail::usage());
    };
    let hidden = [b'1', b'2', b'3'].map(|column| options.has(column));
    let mut readers = Vec::new();
    for path in [first, second] {
        let reader = cx.open_input(path).await;
        readers.push(reader.map_err(|error| Fail::new(text!(path, ": ", error.message())))?);
    }
    let mut lines = [Vec::new(), Vec::new()];
    let mut present = [false; 2];
    for index in 0..2 {
        present[index] = next(&mut readers[index], &mut lines[index]).await?;
    }
    loop {
        let order = match present {
            [true, true] => lines[0].cmp(&lines[1]),
            [true, false] => std::cmp::Ordering::Less,
            [false, true] => std::cmp::Ordering::Greater,
            [false, false] => return Ok(0),
        };
        let column = match order {
            std::cmp::Ordering::Less => 0,
            std::cmp::Ordering::Greater => 1,
            std::cmp::Ordering::Equal => 2,
        };
        if !hidden[column] {
            let tabs = hidden[..column].iter().filter(|hidden| !**hidden).count();
            let line = &lines[usize::from(column == 1)];
            cx.out.write(text!("\t".repeat(tabs), line, "\n")).await?;
        }
        cx.sys.burn(100 + lines[0].len() as u64 / 4).await;
        for index in 0..2 {
            if column == index || column == 2 {
                present[index] = next(&mut readers[index], &mut lines[index]).await?;
            }
        }
    }
}

async fn next(reader: &mut Reader<'_>, line: &mut Vec<u8>) -> Result<bool, Fail> {
    let read = reader.read_line(line).await;
    read.map(Line::is_some)
        .map_err(|error| Fail::new(error.message()))
}
