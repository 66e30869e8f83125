//! The lines of configurations, and their words.

/// Lines with their numbers; one that ends in a backslash goes on.
pub(super) fn lines(content: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let mut lines: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut goes_on = false;
    for (at, line) in content.split(|byte| *byte == b'\n').enumerate() {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        let (line, continues) = match line.strip_suffix(b"\\") {
            Some(line) => (line, true),
            None => (line, false),
        };
        match lines.last_mut() {
            Some((number, before)) if goes_on => {
                before.extend_from_slice(line);
                *number = at + 1;
            }
            _ => lines.push((at + 1, line.to_vec())),
        }
        goes_on = continues;
    }
    lines
}

/// Words; quotes keep blanks together.
pub(super) fn words(text: &[u8]) -> Vec<Vec<u8>> {
    let mut words = Vec::new();
    let mut rest = text.trim_ascii_start();
    while let Some(first) = rest.first().copied() {
        let mut word = Vec::new();
        let mut at = 0;
        if matches!(first, b'"' | b'\'') {
            at = 1;
            while at < rest.len() && rest[at] != first {
                if rest[at] == b'\\'
                    && rest
                        .get(at + 1)
                        .is_some_and(|next| matches!(next, b'\\') || *next == first)
                {
                    at += 1;
                }
                word.push(rest[at]);
                at += 1;
            }
            at = (at + 1).min(rest.len());
        } else {
            while at < rest.len() && !rest[at].is_ascii_whitespace() {
                word.push(rest[at]);
                at += 1;
            }
        }
        words.push(word);
        rest = rest[at..].trim_ascii_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_go_on_and_quotes_keep_words_together() {
        let found = lines(b"a \\\nb\nc");
        assert_eq!(found, [(2, b"a b".to_vec()), (3, b"c".to_vec())]);
        let word = |text: &str| text.as_bytes().to_vec();
        assert_eq!(
            words(b"LogFormat \"%h \\\"%r\\\"\" 'x y' z"),
            [word("LogFormat"), word("%h \"%r\""), word("x y"), word("z")]
        );
    }
}
