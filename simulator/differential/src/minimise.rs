//! Making a script that differs smaller while it still differs.

/// The smallest text found by leaving out ever shorter pieces: lines first, then bytes.
///
/// # Errors
/// Those of `differs`.
pub(crate) fn minimise<E>(
    text: &[u8],
    mut differs: impl FnMut(&[u8]) -> Result<bool, E>,
) -> Result<Vec<u8>, E> {
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let lines = reduce(lines, &mut |lines: &[&[u8]]| differs(&lines.concat()))?;
    let text = lines.concat();
    let words: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b' ').collect();
    let words = reduce(words, &mut |words: &[&[u8]]| differs(&words.concat()))?;
    let bytes = words.concat();
    reduce(bytes, &mut |bytes: &[u8]| differs(bytes))
}

/// Leaves out runs of pieces, each half as long as the last, until no single piece can go.
fn reduce<T: Clone, E>(
    mut pieces: Vec<T>,
    differs: &mut impl FnMut(&[T]) -> Result<bool, E>,
) -> Result<Vec<T>, E> {
    let mut length = pieces.len().div_ceil(2);
    while length > 0 {
        let mut at = 0;
        let mut shrunk = false;
        while at < pieces.len() {
            let end = (at + length).min(pieces.len());
            let rest = [&pieces[..at], &pieces[end..]].concat();
            if rest.len() < pieces.len() && differs(&rest)? {
                pieces = rest;
                shrunk = true;
            } else {
                at = end;
            }
        }
        if !(shrunk && length == 1) {
            length /= 2;
        }
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::convert::Infallible;

    #[test]
    fn what_does_not_matter_goes() {
        let text = b"one\ntwo three X four\nfive Y\nsix";
        let needed =
            |text: &[u8]| Ok::<_, Infallible>(text.contains(&b'X') && text.contains(&b'Y'));
        let Ok(smallest) = minimise(text, needed);
        assert_eq!(smallest, b"XY");
    }
}
