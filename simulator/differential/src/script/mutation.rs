//! Errors put into scripts.

use crate::dice::Dice;

const TOKENS: &[&str] = &[
    ")",
    "(",
    ";;",
    "fi",
    "done",
    "}",
    "{",
    "\"",
    "'",
    "`",
    "|",
    "&&",
    "&",
    ";",
    "then",
    "do",
    "esac",
    "<<E\n",
    "$(",
    "${",
    "$((",
    "\\",
    "\n",
    "in",
    "if ",
    "case ",
    "for ",
    "<",
    ">",
    "||",
    " while ",
    "else ",
    "elif ",
    "function ",
    "((",
    "<&",
    "!",
];

/// Removes, doubles or inserts something somewhere.
pub(super) fn mutate(dice: &mut Dice, text: &mut Vec<u8>) {
    let at = dice.below(text.len() + 1);
    match dice.below(10) {
        0 | 1 => {
            let end = (at + dice.between(1, 3)).min(text.len());
            text.drain(at..end);
        }
        2 => {
            let line_end = text[at..].iter().position(|byte| *byte == b'\n');
            let end = line_end.map_or(text.len(), |length| at + length + 1);
            text.drain(at..end);
        }
        3 => text.truncate(at),
        _ => {
            let token = TOKENS[dice.below(TOKENS.len())];
            let spaced = match dice.below(3) {
                0 => format!(" {token} "),
                1 => format!("\n{token}\n"),
                _ => token.to_owned(),
            };
            text.splice(at..at, spaced.into_bytes());
        }
    }
}
