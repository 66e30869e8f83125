//! Permission bits: shown as letters, changed by `u+x,go-w`.

use super::numbers;
use crate::kernel::{FileKind, Stat};

/// `-rwxr-xr-x`.
pub(super) fn letters(stat: &Stat) -> [u8; 10] {
    let kind = match stat.kind {
        FileKind::File => b'-',
        FileKind::Directory => b'd',
        FileKind::Symlink => b'l',
        FileKind::CharDevice { .. } => b'c',
        FileKind::BlockDevice { .. } => b'b',
        FileKind::Fifo => b'p',
        FileKind::Socket => b's',
    };
    let mut shown = *b"-rwxrwxrwx";
    shown[0] = kind;
    for (at, letter) in shown.iter_mut().enumerate().skip(1) {
        if stat.mode >> (9 - at) & 1 == 0 {
            *letter = b'-';
        }
    }
    for (bit, at, set, unset) in [
        (0o4000, 3, b's', b'S'),
        (0o2000, 6, b's', b'S'),
        (0o1000, 9, b't', b'T'),
    ] {
        if stat.mode & bit != 0 {
            shown[at] = if shown[at] == b'x' { set } else { unset };
        }
    }
    shown
}

/// Applies an octal or symbolic mode to `old`, an empty one changes nothing; `None` when it is neither.
pub(crate) fn apply(text: &[u8], old: u32, is_directory: bool, umask: u32) -> Option<u32> {
    if let Some(mode) = numbers::octal_mode(text) {
        return Some(mode);
    }
    if text.is_empty() {
        return Some(old);
    }
    if text[0].is_ascii_digit() {
        return None;
    }
    text.split(|byte| *byte == b',')
        .filter(|clause| !clause.is_empty())
        .try_fold(old, |mode, clause| {
            apply_clause(clause, mode, is_directory, umask)
        })
}

const USER: u32 = 0o4700;
const GROUP: u32 = 0o2070;
const OTHER: u32 = 0o0007;

fn apply_clause(clause: &[u8], old: u32, is_directory: bool, umask: u32) -> Option<u32> {
    let mut at = 0;
    let mut who = 0;
    while let Some(letter) = clause.get(at) {
        who |= match letter {
            b'u' => USER,
            b'g' => GROUP,
            b'o' => OTHER,
            b'a' => 0o7777,
            _ => break,
        };
        at += 1;
    }
    let (who, allowed) = match who {
        0 => (0o7777, !umask),
        who => (who, 0o7777),
    };
    let mut mode = old;
    if at == clause.len() {
        return None;
    }
    while at < clause.len() {
        let operator = clause[at];
        at += 1;
        // The bits of others are copied or letters name some, not both.
        let mut bits = match clause.get(at) {
            Some(b'u') => spread(mode >> 6),
            Some(b'g') => spread(mode >> 3),
            Some(b'o') => spread(mode),
            _ => 0,
        };
        let copies = matches!(clause.get(at), Some(b'u' | b'g' | b'o'));
        at += usize::from(copies);
        while let Some(letter) = clause.get(at).filter(|_| !copies) {
            bits |= match letter {
                b'r' => 0o444,
                b'w' => 0o222,
                b'x' => 0o111,
                b'X' if is_directory || mode & 0o111 != 0 => 0o111,
                b'X' => 0,
                b's' => 0o6000,
                b't' => 0o1000,
                b'+' | b'-' | b'=' => break,
                _ => return None,
            };
            at += 1;
        }
        let bits = bits & who & allowed;
        mode = match operator {
            b'+' => mode | bits,
            b'-' => mode & !bits,
            b'=' => mode & !(who & 0o777 | if is_directory { 0 } else { who & 0o6000 }) | bits,
            _ => return None,
        };
    }
    Some(mode & 0o7777)
}

/// Three permission bits for everybody.
fn spread(bits: u32) -> u32 {
    (bits & 7) * 0o111
}

#[cfg(test)]
mod tests {
    use super::apply;

    #[test]
    fn modes_are_octal_or_clauses() {
        for (text, old, expected) in [
            ("755", 0, Some(0o755)),
            ("u+x", 0o640, Some(0o740)),
            ("u+x,o-r", 0o644, Some(0o740)),
            ("go=", 0o777, Some(0o700)),
            ("a=rx", 0o640, Some(0o555)),
            ("+x", 0o644, Some(0o755)),
            ("-w", 0o666, Some(0o466)),
            ("g=u", 0o640, Some(0o660)),
            ("u=rwX", 0o644, Some(0o644)),
            ("a+X", 0o744, Some(0o755)),
            ("+t", 0o755, Some(0o1755)),
            ("u+s", 0o755, Some(0o4755)),
            ("u+r-w", 0o200, Some(0o400)),
            ("xyz", 0o644, None),
            ("u", 0o644, None),
            ("9", 0o644, None),
            ("", 0o644, Some(0o644)),
        ] {
            assert_eq!(
                apply(text.as_bytes(), old, false, 0o022),
                expected,
                "{text}"
            );
        }
    }
}
