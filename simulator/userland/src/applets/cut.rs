//! cut.

use super::context::{Context, Fail, Outcome};
use super::inputs::Inputs;
use super::numbers;

/// Ranges of positions, from 1, in the order given.
type Ranges = Vec<(u64, u64)>;

/// Writes parts of lines.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options(
        "b:c:f:d:O:snD",
        &[
            ("output-delimiter", true, b'O'),
            ("fields", true, b'f'),
            ("delimiter", true, b'd'),
            ("only-delimited", false, b's'),
            ("bytes", true, b'b'),
            ("characters", true, b'c'),
        ],
    )?;
    let lists: Vec<(u8, &bytes::Bytes)> = options
        .given
        .iter()
        .filter(|(letter, _)| b"bcf".contains(letter))
        .filter_map(|(letter, value)| Some((*letter, value.as_ref()?)))
        .collect();
    let (letter, list) = match lists.as_slice() {
        [] => return Err(Fail::new("expected a list of bytes, characters, or fields")),
        [one] => *one,
        _ => return Err(Fail::usage()),
    };
    let by_field = letter == b'f';
    if !by_field && (options.has(b'd') || options.has(b's')) {
        let what = if options.has(b'd') {
            "a delimiter may be specified only when operating on fields"
        } else {
            "suppressing non-delimited lines makes sense only when operating on fields"
        };
        return Err(Fail::new(what));
    }
    let delimiter = match options.value(b'd').map(AsRef::as_ref) {
        None => b'\t',
        Some([]) => 0,
        Some([byte, ..]) => *byte,
    };
    let joiner = options
        .value(b'O')
        .cloned()
        .unwrap_or_else(|| match by_field {
            true => bytes::Bytes::copy_from_slice(&[delimiter]),
            false => bytes::Bytes::new(),
        });
    let ranges = parse_list(list, !options.has(b'D'))?;
    let mut inputs = Inputs::new(options.operands.clone());
    let mut line = Vec::new();
    while let Some((_, mut reader)) = inputs.next(cx).await {
        loop {
            match reader.read_text_line(&mut line).await {
                Ok(found) if found.is_some() => {}
                // A file that cannot be read, such as a directory, counts as empty.
                Ok(_) | Err(_) => break,
            }
            let out = cx.out.buffer();
            let (shown, fuel) = match by_field {
                true => {
                    let shown = fields(&line, delimiter, &joiner, &ranges, options.has(b's'), out);
                    (shown, line.len() as u64 * 2)
                }
                false => {
                    bytes_of(&line, &joiner, &ranges, out);
                    (true, line.len() as u64 / 16)
                }
            };
            if shown {
                out.push(b'\n');
            }
            cx.out.spill().await?;
            cx.sys.burn(100 + fuel).await;
        }
    }
    Ok(inputs.status)
}

/// `1,3-5,7-,-2`; sorted and joined when `collate`. A range that ends before it starts is its start.
fn parse_list(list: &[u8], collate: bool) -> Result<Ranges, Fail> {
    let bound = |text: &[u8], open: u64| match text {
        b"" => Ok(open),
        _ => numbers::unsigned(text),
    };
    let mut ranges = Ranges::new();
    for item in list
        .split(|byte| *byte == b',')
        .filter(|item| !item.is_empty())
    {
        let (from, to) = match item.iter().position(|byte| *byte == b'-') {
            None => (numbers::unsigned(item)?, None),
            Some(at) => (
                bound(&item[..at], 1)?,
                Some(bound(&item[at + 1..], u64::MAX)?),
            ),
        };
        let to = to.unwrap_or(from).max(from);
        ranges.push((from.max(1), to.max(1)));
    }
    if list.iter().all(|byte| *byte == b',') {
        return Err(Fail::new("missing list of positions"));
    }
    if !collate {
        return Ok(ranges);
    }
    ranges.sort_unstable();
    let mut joined: Ranges = Vec::new();
    for (from, to) in ranges {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    Ok(joined)
}

fn bytes_of(line: &[u8], joiner: &[u8], ranges: &Ranges, out: &mut Vec<u8>) {
    let mut first = true;
    for (from, to) in ranges {
        let start = (*from as usize - 1).min(line.len());
        let end = usize::try_from(*to).unwrap_or(usize::MAX).min(line.len());
        if start >= end {
            continue;
        }
        if !first {
            out.extend_from_slice(joiner);
        }
        first = false;
        out.extend_from_slice(&line[start..end]);
    }
}

/// False when the line is left out.
fn fields(
    line: &[u8],
    delimiter: u8,
    joiner: &[u8],
    ranges: &Ranges,
    only_delimited: bool,
    out: &mut Vec<u8>,
) -> bool {
    if !line.contains(&delimiter) {
        if !only_delimited {
            out.extend_from_slice(line);
        }
        return !only_delimited;
    }
    let parts: Vec<&[u8]> = line.split(|byte| *byte == delimiter).collect();
    let mut first = true;
    for (from, to) in ranges {
        let start = (*from as usize - 1).min(parts.len());
        let end = usize::try_from(*to).unwrap_or(usize::MAX).min(parts.len());
        for part in &parts[start..end.max(start)] {
            if !first {
                out.extend_from_slice(joiner);
            }
            first = false;
            out.extend_from_slice(part);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_select_fields_and_bytes() {
        for (list, expected) in [
            ("2,3", "b:c"),
            ("3,1", "a:c"),
            ("2-", "b:c:d"),
            ("-2", "a:b"),
            ("9", ""),
            ("1-2,2-3", "a:b:c"),
            ("3-2", "c"),
            ("0-2", "a:b"),
            ("1,,2", "a:b"),
            ("0", "a"),
        ] {
            let mut out = Vec::new();
            let ranges = parse_list(list.as_bytes(), true).ok().expect("is a list");
            assert!(fields(b"a:b:c:d", b':', b":", &ranges, false, &mut out));
            assert_eq!(String::from_utf8_lossy(&out), expected, "{list}");
        }
        for list in ["", ",", "a", "1-x"] {
            assert!(parse_list(list.as_bytes(), true).is_err(), "{list}");
        }
        let mut out = Vec::new();
        bytes_of(b"abcdef", b"", &vec![(2, 4), (6, u64::MAX)], &mut out);
        assert_eq!(out, b"bcdf");
    }
}
