//! Arithmetic expressions.

use super::generator::Generator;
use crate::construct::Construct;

const BINARY: &[&str] = &[
    "+", "-", "*", "/", "%", "==", "!=", "<", "<=", ">", ">=", "&&", "||", "&", "|", "^", "<<",
    ">>", "**", "+", "-", "*",
];

impl Generator {
    pub(super) fn arithmetic_expansion(&mut self, depth: usize) -> String {
        self.uses(Construct::Arithmetic);
        let expression = self.expression(depth.min(2) + 1);
        format!("$(({expression}))")
    }

    /// An expression, now and then a wrong one.
    pub(super) fn expression(&mut self, depth: usize) -> String {
        if depth == 0 {
            return self.operand_of_arithmetic();
        }
        let space = self.dice.pick(&["", " ", " "]);
        match self.dice.below(20) {
            0..9 => {
                let left = self.expression(depth - 1);
                let right = self.expression(depth - 1);
                let operator = BINARY[self.dice.below(BINARY.len())];
                format!("{left}{space}{operator}{space}{right}")
            }
            9 | 10 => {
                let inner = self.expression(depth - 1);
                format!("({inner})")
            }
            11 => {
                let inner = self.expression(depth - 1);
                let operator = self.dice.pick(&["-", "+", "!", "~", "- ", "! "]);
                format!("{operator}{inner}")
            }
            12 => {
                let condition = self.expression(depth - 1);
                let then = self.expression(depth - 1);
                let otherwise = self.expression(depth - 1);
                format!("{condition}{space}?{space}{then}{space}:{space}{otherwise}")
            }
            13 | 14 => {
                self.uses(Construct::ArithmeticAssignment);
                let name = self.dice.pick(&["n", "m", "i", "x"]);
                let operator = self.dice.pick(&[
                    "=", "+=", "-=", "*=", "/=", "%=", "<<=", ">>=", "&=", "|=", "^=",
                ]);
                let value = self.expression(depth - 1);
                format!("{name}{space}{operator}{space}{value}")
            }
            15 => {
                self.uses(Construct::ArithmeticAssignment);
                self.dice
                    .pick(&["n++", "++n", "n--", "--n", "m++", "i--"])
                    .to_owned()
            }
            16 => {
                let left = self.expression(depth - 1);
                let right = self.expression(depth - 1);
                format!("{left}, {right}")
            }
            17 if self.dice.chance(15) => self
                .dice
                .pick(&[
                    "1 +", "* 2", "1 2", "(1", "08", "1 ? 2", "a b", "1++", "0x", "2#12", "65#1",
                    "1.5", "$", "", "@", "1=2", "5 : 2", "() + 1",
                ])
                .to_owned(),
            _ => self.operand_of_arithmetic(),
        }
    }

    fn operand_of_arithmetic(&mut self) -> String {
        match self.dice.below(12) {
            0..5 => self.dice.between(0, 20).to_string(),
            5 => self
                .dice
                .pick(&[
                    "0x1F",
                    "017",
                    "2#101",
                    "36#z",
                    "16#ff",
                    "64#_",
                    "1000000",
                    "9223372036854775807",
                    "0xffffffffffffffff",
                    "4294967296",
                    "10#9",
                    "0",
                ])
                .to_owned(),
            6..9 => self.dice.pick(&["n", "m", "i", "u", "e", "n"]).to_owned(),
            9 | 10 => self
                .dice
                .pick(&["$n", "${n}", "${u:-4}", "$#", "${#a}", "$?"])
                .to_owned(),
            _ => self
                .dice
                .pick(&["a", "$a", "b", "\"3\"", "$(echo 4)"])
                .to_owned(),
        }
    }
}
