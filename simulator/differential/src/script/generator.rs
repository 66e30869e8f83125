//! A script: a preamble that its statements can rely on, statements, and sometimes an error put into it.

use std::collections::BTreeSet;

use super::mutation;
use crate::construct::Construct;
use crate::dice::Dice;

/// A random script.
#[derive(Debug)]
pub(crate) struct Script {
    pub(crate) text: Vec<u8>,
    pub(crate) constructs: BTreeSet<Construct>,
}

/// The script of a seed.
pub(crate) fn script(seed: u64) -> Script {
    let mut generator = Generator::new(seed);
    let text = generator.text();
    let mut text = super::texts::to_bytes(&text);
    if generator.dice.chance(6) {
        generator.used.insert(Construct::SyntaxError);
        mutation::mutate(&mut generator.dice, &mut text);
    }
    Script {
        text,
        constructs: generator.used,
    }
}

/// Makes the parts of one script.
pub(super) struct Generator {
    pub(super) dice: Dice,
    pub(super) used: BTreeSet<Construct>,
    /// Commands are traced or errors end the shell: what would be shown in no certain order is avoided.
    pub(super) traced: bool,
    /// Functions defined so far.
    pub(super) functions: Vec<String>,
    /// Makes names of files that belong to one statement.
    pub(super) serial: usize,
    /// Inside a function's body.
    pub(super) in_function: bool,
}

/// How deep commands and words are nested in each other.
const DEPTH: usize = 3;

impl Generator {
    fn new(seed: u64) -> Self {
        Self {
            dice: Dice::new(seed),
            used: BTreeSet::new(),
            traced: false,
            functions: Vec::new(),
            serial: 0,
            in_function: false,
        }
    }

    /// Notes that a construct occurs.
    pub(super) fn uses(&mut self, construct: Construct) {
        self.used.insert(construct);
    }

    /// A number that no other statement of the script has.
    pub(super) fn next_serial(&mut self) -> usize {
        self.serial += 1;
        self.serial
    }

    fn text(&mut self) -> String {
        let mut lines =
            vec!["show() { printf '%s:' \"$#\"; printf '<%s>' \"$@\"; echo; }".to_owned()];
        self.preamble(&mut lines);
        let count = self.dice.between(2, 8);
        for _ in 0..count {
            let statement = self.statement(DEPTH);
            lines.push(statement);
        }
        if self.dice.chance(30) {
            lines.push("echo \"st=$?\"".to_owned());
        }
        lines.join("\n")
    }

    /// What the statements find: variables, positional parameters, files, options.
    fn preamble(&mut self, lines: &mut Vec<String>) {
        for name in ["a", "b", "c", "s"] {
            if self.dice.chance(60) {
                let value = self.value();
                lines.push(format!("{name}={value}"));
            }
        }
        if self.dice.chance(50) {
            let number = self.dice.between(0, 12);
            lines.push(format!("n={number} e="));
        }
        if self.dice.chance(50) {
            let words = self.word_list(4, 1);
            lines.push(format!("set -- {words}"));
            self.uses(Construct::SetParameters);
        }
        if self.dice.chance(35) {
            lines.push("mkdir d; echo one >a.txt; echo two >b.txt; echo x y >d/c.log; : >.h; ln -s a.txt l".to_owned());
            self.uses(Construct::Output);
        }
        if self.dice.chance(20) {
            let statement = self.option();
            lines.push(statement);
        }
    }

    /// One or more complete lines.
    pub(super) fn statement(&mut self, depth: usize) -> String {
        let kind = self.dice.below(100);
        let mut statement = match kind {
            0..24 => self.simple(depth),
            24..42 => self.compound(depth),
            42..54 => self.redirected(depth),
            54..60 => self.process(depth),
            60..66 => self.signal(depth),
            66..86 => self.builtin(depth),
            _ => self.of_environment(depth),
        };
        if self.dice.chance(3) && !statement.contains("<<") {
            self.uses(Construct::Comment);
            statement += " # it's a `comment` \"";
        }
        statement
    }

    /// A command without a newline in it that may stand anywhere.
    pub(super) fn inline(&mut self, depth: usize) -> String {
        match self.dice.below(10) {
            0..6 => self.simple(depth),
            6 | 7 => self.test_command(depth),
            8 if depth > 0 => self.inline_compound(depth - 1),
            _ => {
                let status = self.dice.below(4);
                let word = self.word(depth);
                self.dice
                    .pick(
                        &[
                            "true".to_owned(),
                            "false".to_owned(),
                            ":".to_owned(),
                            format!("(exit {status})"),
                            format!("show {word}"),
                        ]
                        .each_ref(),
                    )
                    .clone()
            }
        }
    }
}
