//! Words: quoting and what is expanded in them.

use super::generator::Generator;
use crate::construct::Construct;

impl Generator {
    /// Words joined by blanks, perhaps none.
    pub(super) fn word_list(&mut self, most: usize, depth: usize) -> String {
        let count = self.dice.below(most + 1);
        let words: Vec<String> = (0..count).map(|_| self.word(depth)).collect();
        words.join(" ")
    }

    /// One word; unquoted expansions may make it none or several.
    pub(super) fn word(&mut self, depth: usize) -> String {
        let mut word = String::new();
        if self.dice.chance(4) {
            word += self.tilde();
        }
        let pieces = [1, 1, 1, 2, 2, 3][self.dice.below(6)];
        for _ in 0..pieces {
            word += &self.piece(depth);
        }
        word
    }

    /// The right side of an assignment.
    pub(super) fn value(&mut self) -> String {
        match self.dice.below(8) {
            0 => format!("'{}'", self.spaced()),
            1 => "'a b  c'".to_owned(),
            2 => "abcabcd".to_owned(),
            3 => "/usr/local/lib".to_owned(),
            4 => "'a:b::c:'".to_owned(),
            5 => self
                .dice
                .pick(&["12", "-3", "007", "0x1f", "''"])
                .to_owned(),
            _ => self.word(2),
        }
    }

    fn tilde(&mut self) -> &'static str {
        self.uses(Construct::Tilde);
        self.dice
            .pick(&["~", "~/", "~root", "~/x", "~nobody", "~root/y", "a:~"])
    }

    fn piece(&mut self, depth: usize) -> String {
        match self.dice.below(24) {
            0..6 => self.plain().to_owned(),
            6 | 7 => {
                self.uses(Construct::SingleQuotes);
                format!("'{}'", self.spaced())
            }
            8..12 => self.double_quotes(depth),
            12 => {
                self.uses(Construct::Backslash);
                self.dice
                    .pick(&[
                        "\\ ", "\\$", "\\'", "\\\"", "\\*", "\\\\", "\\a", "\\~", "\\;", "\\#",
                        "\\}",
                    ])
                    .to_owned()
            }
            13 => self.dollar_quotes(),
            14 => {
                self.uses(Construct::Globbing);
                self.glob().to_owned()
            }
            15 if depth > 0 => self.arithmetic_expansion(depth - 1),
            16 if depth > 0 => self.substitution(depth - 1, false),
            17 if self.dice.chance(30) => {
                self.uses(Construct::Braces);
                self.dice
                    .pick(&["{a,b}", "{1..3}", "x{a,}", "{}", "a}", "{a"])
                    .to_owned()
            }
            18 if self.dice.chance(30) => self.raw_byte().to_string(),
            19 if self.dice.chance(20) => {
                self.uses(Construct::Continuation);
                "\\\n".to_owned()
            }
            _ => self.parameter(depth, false),
        }
    }

    fn glob(&mut self) -> &'static str {
        self.literal_pattern()
    }

    pub(super) fn double_quotes(&mut self, depth: usize) -> String {
        self.uses(Construct::DoubleQuotes);
        let mut text = "\"".to_owned();
        for _ in 0..self.dice.between(0, 3) {
            text += &self.quoted_piece(depth);
        }
        text.push('"');
        text
    }

    /// A piece between double quotes or in a here-document.
    pub(super) fn quoted_piece(&mut self, depth: usize) -> String {
        match self.dice.below(16) {
            0..4 => self.plain().to_owned(),
            4 | 5 => self.spaced().replace('$', "\\$"),
            6 => {
                self.uses(Construct::Backslash);
                self.dice
                    .pick(&[
                        "\\$", "\\\"", "\\\\", "\\a", "\\`", "\\'", "\\*", "\\n", "\\}",
                    ])
                    .to_owned()
            }
            7 => self
                .dice
                .pick(&["'", "'q'", "$", "$ ", "}", "{"])
                .to_owned(),
            8 if depth > 0 => self.arithmetic_expansion(depth - 1),
            9 | 10 if depth > 0 => self.substitution(depth - 1, true),
            11 if self.dice.chance(20) => "\n".to_owned(),
            12 if self.dice.chance(20) => self.raw_byte().to_string(),
            13 if self.dice.chance(20) => {
                self.uses(Construct::Continuation);
                "\\\n".to_owned()
            }
            _ => self.parameter(depth, true),
        }
    }

    fn dollar_quotes(&mut self) -> String {
        self.uses(Construct::DollarQuotes);
        let text = self.dice.pick(&[
            "a\\tb", "\\n", "\\x41", "\\101", "it\\'s", "\\\\", "\\\"", "\\e", "\\q", "a b", "\\x",
            "\\0", "\\xfg", "\\1", "\\1234", "x\\ny", "",
        ]);
        format!("$'{text}'")
    }

    /// `$(…)` or backquotes; `quoted`: between double quotes.
    pub(super) fn substitution(&mut self, depth: usize, quoted: bool) -> String {
        let command = match self.dice.below(8) {
            0 => String::new(),
            1 => {
                let word = self.word(depth);
                format!("printf '%s\\n' {word}")
            }
            2 => {
                let word = self.word(depth);
                let status = self.dice.below(3);
                format!("echo {word}; exit {status}")
            }
            3 => "printf 'a b\\n c\\n\\n'".to_owned(),
            _ => self.inline(depth),
        };
        if self.dice.chance(30) && !command.contains('`') {
            self.uses(Construct::Backquotes);
            let mut inner = command.replace('\\', "\\\\");
            if quoted {
                inner = inner.replace('"', "\\\"");
            }
            return format!("`{inner}`");
        }
        self.uses(Construct::CommandSubstitution);
        let blank = if command.starts_with('(') { " " } else { "" };
        format!("$({blank}{command})")
    }
}
