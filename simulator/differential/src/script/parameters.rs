//! Parameter expansions in all their forms.

use super::generator::Generator;
use crate::construct::Construct;

const NAMES: &[&str] = &["a", "b", "c", "s", "n", "e", "u", "a", "b"];
const SPECIAL: &[&str] = &["@", "*", "#", "?", "-", "0"];
const POSITIONAL: &[&str] = &["1", "2", "3"];

impl Generator {
    /// `$name` or `${name…}`; `quoted`: between double quotes.
    pub(super) fn parameter(&mut self, depth: usize, quoted: bool) -> String {
        match self.dice.below(20) {
            0..7 => self.simple_parameter(),
            7 => {
                self.uses(Construct::SpecialParameter);
                format!("${}", self.dice.pick(&["@", "*", "#", "?", "-", "0"]))
            }
            8 => {
                self.uses(Construct::SpecialParameter);
                self.dice
                    .pick(&["\"$@\"", "\"$*\"", "$@", "$*", "\"${@}\"", "${*}"])
                    .to_owned()
            }
            _ => self.operator(depth, quoted),
        }
    }

    pub(super) fn name(&mut self) -> &'static str {
        NAMES[self.dice.below(NAMES.len())]
    }

    /// The name of a parameter an operator stands behind.
    fn subject(&mut self) -> &'static str {
        match self.dice.below(10) {
            0 => {
                self.uses(Construct::Positional);
                POSITIONAL[self.dice.below(POSITIONAL.len())]
            }
            1 => {
                self.uses(Construct::SpecialParameter);
                SPECIAL[self.dice.below(SPECIAL.len())]
            }
            _ => self.name(),
        }
    }

    fn simple_parameter(&mut self) -> String {
        if self.dice.chance(25) {
            self.uses(Construct::Positional);
            return self
                .dice
                .pick(&["$1", "$2", "${1}", "${10}", "$10", "$3"])
                .to_owned();
        }
        self.uses(Construct::Parameter);
        let name = self.name();
        if self.dice.chance(60) {
            format!("${name}")
        } else {
            format!("${{{name}}}")
        }
    }

    fn operator(&mut self, depth: usize, quoted: bool) -> String {
        let subject = self.subject();
        let colon = if self.dice.chance(50) { ":" } else { "" };
        match self.dice.below(28) {
            0..5 => {
                self.uses(Construct::Default);
                let word = self.operand(depth, quoted);
                format!("${{{subject}{colon}-{word}}}")
            }
            5 | 6 => {
                self.uses(Construct::AssignDefault);
                let word = self.operand(depth, quoted);
                format!("${{{subject}{colon}={word}}}")
            }
            7 => {
                self.uses(Construct::ErrorIfUnset);
                let word = self.operand(depth, quoted);
                format!("${{{subject}{colon}?{word}}}")
            }
            8..12 => {
                self.uses(Construct::Alternative);
                let word = self.operand(depth, quoted);
                format!("${{{subject}{colon}+{word}}}")
            }
            12 | 13 => {
                self.uses(Construct::Length);
                format!("${{#{subject}}}")
            }
            14 | 15 => {
                self.uses(Construct::RemovePrefix);
                let pattern = self.pattern(depth);
                let operator = self.dice.pick(&["#", "##"]);
                format!("${{{subject}{operator}{pattern}}}")
            }
            16 | 17 => {
                self.uses(Construct::RemoveSuffix);
                let pattern = self.pattern(depth);
                let operator = self.dice.pick(&["%", "%%"]);
                format!("${{{subject}{operator}{pattern}}}")
            }
            18..21 => {
                self.uses(Construct::Substring);
                let offset = self.offset(depth);
                if self.dice.chance(50) {
                    format!("${{{subject}:{offset}}}")
                } else {
                    let length = self.offset(depth);
                    format!("${{{subject}:{offset}:{length}}}")
                }
            }
            21..24 => {
                self.uses(Construct::Replace);
                // In `"${@/…}"` the reference loses its place when characters of the first parameter are escaped.
                let subject = match subject {
                    "@" | "*" => "a",
                    other => other,
                };
                let pattern = self.pattern(depth);
                let operator = self.dice.pick(&["/", "//", "/#", "/%"]);
                // Without a slash the reference takes the next one of the word, or reads on behind its end.
                let text = if self.dice.chance(80) {
                    format!("/{}", self.operand(depth, quoted))
                } else {
                    "/".to_owned()
                };
                format!("${{{subject}{operator}{pattern}{text}}}")
            }
            24 if self.dice.chance(20) => {
                self.uses(Construct::BadSubstitution);
                self.dice
                    .pick(&[
                        "${a!b}", "${}", "${a b}", "${!a}", "${#a-x}", "${#}", "${##}", "${a^}",
                        "${a:}", "${-}", "${1x}", "${@Q}",
                    ])
                    .to_owned()
            }
            _ => {
                self.uses(Construct::Default);
                let word = self.operand(depth, quoted);
                format!("${{u-{word}}}")
            }
        }
    }

    /// The word behind an operator.
    fn operand(&mut self, depth: usize, quoted: bool) -> String {
        if depth == 0 || self.dice.chance(30) {
            return self
                .dice
                .pick(&[
                    "", "w", "a b", "'q r'", "\"q r\"", "x y z", "\\}", "*", "'*'", "~",
                ])
                .to_owned();
        }
        if quoted && self.dice.chance(60) {
            return self.quoted_piece(depth - 1);
        }
        let mut word = self.word(depth - 1);
        if self.dice.chance(30) {
            word.push(' ');
            word += &self.word(depth - 1);
        }
        word
    }

    /// A pattern behind `#`, `%` or `/`.
    pub(super) fn pattern(&mut self, depth: usize) -> String {
        match self.dice.below(8) {
            0..4 => self.literal_pattern().replace('/', "?"),
            4 => self
                .dice
                .pick(&["'*'", "\"?\"", "\\*", "b", "bc", "a", "c", "", "é"])
                .to_owned(),
            5 => self.simple_parameter(),
            6 => format!("\"{}\"", self.simple_parameter()),
            _ if depth > 0 => self.quoted_piece(0).replace(['/', '}', '`'], "?"),
            _ => "*".to_owned(),
        }
    }

    fn offset(&mut self, depth: usize) -> String {
        if depth > 0 && self.dice.chance(20) {
            let expression = self.expression(1);
            return format!("$(({expression}))");
        }
        self.dice
            .pick(&[
                "0", "1", "2", "3", "10", " -1", " -2", "(-3)", "${n:-1}", "n", "1+1", "", "0x1",
            ])
            .to_owned()
    }
}
