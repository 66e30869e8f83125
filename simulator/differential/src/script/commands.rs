//! Simple commands: printing, testing, assignments, programs.

use super::generator::Generator;
use crate::construct::Construct;

impl Generator {
    pub(super) fn simple(&mut self, depth: usize) -> String {
        match self.dice.below(22) {
            0..5 => self.echo(depth),
            5..8 => self.printf(depth),
            8..11 => {
                let words = self.word_list(4, depth);
                format!("show {words}")
            }
            11..14 => self.assignment(depth),
            14 => self.test_command(depth),
            15..18 => self.program(depth),
            18 => self.temporary(depth),
            19 => {
                self.uses(Construct::NotFound);
                let name = self.dice.pick(&[
                    "nosuch",
                    "./nosuch",
                    "/bin/nosuch",
                    "/",
                    "''",
                    "nosuch*",
                    "a/b",
                ]);
                let words = self.word_list(1, depth);
                format!("{name} {words}")
            }
            20 => {
                let expression = self.expression(2).replace('\n', " ");
                self.uses(Construct::Arithmetic);
                format!(": $(({expression}))")
            }
            _ => match self.functions.is_empty() {
                true => self.echo(depth),
                false => self.call(depth),
            },
        }
    }

    pub(super) fn echo(&mut self, depth: usize) -> String {
        self.uses(Construct::Echo);
        let option = if self.dice.chance(15) {
            self.dice
                .pick(&["-n ", "-e ", "-ne ", "-E ", "-- ", "-x ", "-nx "])
        } else {
            ""
        };
        let words = self.word_list(4, depth);
        let tail = if self.dice.chance(10) {
            self.dice.pick(&[
                " 'a\\tb\\n'",
                " '\\c' x",
                " '\\0101\\x41'",
                " '\\\\n'",
                " '\\e[0m'",
                " '\\07' '\\q'",
            ])
        } else {
            ""
        };
        format!("echo {option}{words}{tail}")
    }

    pub(super) fn printf(&mut self, depth: usize) -> String {
        self.uses(Construct::Printf);
        let format = self.dice.pick(&[
            "%s\\n",
            "%s %s\\n",
            "[%5s]",
            "[%-5s]",
            "%d\\n",
            "%i %u\\n",
            "%x %X %o\\n",
            "%05d|",
            "%+d|",
            "% d|",
            "%c",
            "%b\\n",
            "%%\\n",
            "%.2s|",
            "%*d|",
            "%-*s|",
            "%.*s|",
            "a\\tb\\n",
            "\\101\\x41\\n",
            "%5.2f|",
            "%e %g\\n",
            "%#x %#o\\n",
            "%s",
            "plain\\n",
            "%q",
            "%",
            "%z",
            "%5",
            "%ld %lld\\n",
            "\\c x",
            "%s\\c%s",
            "%-08d|",
            "%08.3d|",
            "%+.3d|",
            "%.0d|",
            "%d%%\\n",
            "\\e\\a\\v\\f\\r\\0|",
            "%(x",
            "%hd|",
            "%10c|",
            "%-3c|",
        ]);
        let count = self.dice.below(4);
        let mut words = String::new();
        for _ in 0..count {
            words.push(' ');
            if self.dice.chance(50) {
                words += self.dice.pick(&[
                    "1",
                    "-5",
                    "0x10",
                    "010",
                    "abc",
                    "'a b'",
                    "'\\t'",
                    "\"'a\"",
                    "1.5",
                    "99999999999999999999",
                    "''",
                    "3x",
                    "+7",
                    "' 8'",
                    "1e3",
                    "-0",
                    "'\\0101'",
                    "'\\c'",
                    "8 ",
                    "-",
                    "inf",
                    "0",
                ]);
            } else {
                words += &self.word(depth);
            }
        }
        format!("printf '{format}'{words}")
    }

    pub(super) fn assignment(&mut self, depth: usize) -> String {
        let count = if self.dice.chance(80) { 1 } else { 2 };
        let mut parts = Vec::new();
        for _ in 0..count {
            let name = self.name();
            let value = if self.dice.chance(50) {
                self.value()
            } else {
                self.word(depth)
            };
            parts.push(format!("{name}={value}"));
        }
        parts.join(" ")
    }

    /// A program that reads nothing of the script's.
    pub(super) fn program(&mut self, depth: usize) -> String {
        self.uses(Construct::Program);
        match self.dice.below(12) {
            0 => {
                let words = self.word_list(2, depth);
                format!("/bin/echo {words}")
            }
            1 => "ls".to_owned(),
            2 => "cat a.txt".to_owned(),
            3 => {
                let word = self.word(depth);
                format!("basename {word}x")
            }
            4 => "expr 3 + 4".to_owned(),
            5 => "seq 3".to_owned(),
            6 => format!("touch f{}", self.dice.below(4)),
            7 => "rm -f f1 f2 d/f1".to_owned(),
            8 => "env -i A=1 env".to_owned(),
            9 => "cat nosuch".to_owned(),
            10 => "/bin/true".to_owned(),
            _ => {
                let words = self.word_list(3, depth);
                format!("sh -c 'echo \"$#\" \"$0\" \"$@\"' {words}")
            }
        }
    }

    /// An assignment that holds for one command.
    fn temporary(&mut self, depth: usize) -> String {
        self.uses(Construct::TemporaryAssignment);
        let name = self.name();
        let value = self.word(depth);
        let command = match self.dice.below(9) {
            0 => format!("sh -c 'echo \"${{{name}-unset}}\"'"),
            1 => format!("eval 'echo \"${name}\"'"),
            2 => "env | grep -c '^[abcsneu]='".to_owned(),
            3 => ":".to_owned(),
            4 => format!("export {name}"),
            5 => "echo".to_owned(),
            6 => format!("show \"${name}\""),
            7 => "command :".to_owned(),
            _ => match self.functions.is_empty() {
                true => "true".to_owned(),
                false => self.call(0),
            },
        };
        format!("{name}={value} {command}; show \"${{{name}-unset}}\"")
    }

    pub(super) fn test_command(&mut self, depth: usize) -> String {
        if self.dice.chance(30) {
            return self.double_bracket(depth);
        }
        self.uses(Construct::Test);
        let expression = self.test_expression(depth);
        let negation = if self.dice.chance(15) { "! " } else { "" };
        if self.dice.chance(50) {
            format!("[ {negation}{expression} ]")
        } else {
            format!("test {negation}{expression}")
        }
    }

    fn test_expression(&mut self, depth: usize) -> String {
        match self.dice.below(20) {
            0..4 => {
                let operator = self.dice.pick(&["-n", "-z"]);
                let word = self.test_word(depth);
                format!("{operator} {word}")
            }
            4..8 => {
                let operator = self.dice.pick(&["=", "!=", "==", "\\<", "\\>"]);
                let left = self.test_word(depth);
                let right = self.test_word(depth);
                format!("{left} {operator} {right}")
            }
            8..12 => {
                let operator = self.dice.pick(&["-eq", "-ne", "-lt", "-le", "-gt", "-ge"]);
                let left = self.number_word();
                let right = self.number_word();
                format!("{left} {operator} {right}")
            }
            12..15 => {
                let operator = self.dice.pick(&[
                    "-e", "-f", "-d", "-s", "-r", "-w", "-x", "-L", "-h", "-p", "-S", "-b", "-c",
                    "-u", "-g", "-k", "-O", "-G", "-t",
                ]);
                let file = self.dice.pick(&[
                    "a.txt",
                    "d",
                    "l",
                    "nosuch",
                    ".",
                    "/dev/null",
                    "''",
                    "/bin/sh",
                    "1",
                    ".h",
                ]);
                format!("{operator} {file}")
            }
            15 => {
                let operator = self.dice.pick(&["-ef", "-nt", "-ot"]);
                format!(
                    "a.txt {operator} {}",
                    self.dice.pick(&["l", "a.txt", "nosuch", "d"])
                )
            }
            16 => {
                let left = self.test_expression(0);
                let right = self.test_expression(0);
                let operator = self.dice.pick(&["-a", "-o"]);
                format!("{left} {operator} {right}")
            }
            17 => {
                let inner = self.test_expression(0);
                format!("\\( {inner} \\)")
            }
            18 => self.test_word(depth),
            _ => self
                .dice
                .pick(&[
                    "", "a b", "1 -eq", "-n", "= =", "a = b c", "1 -foo 2", "\\( a", "! ! a", "-e",
                    "a -a", "( a )", "! = !", "-n = -n", "a -o",
                ])
                .to_owned(),
        }
    }

    fn test_word(&mut self, depth: usize) -> String {
        if self.dice.chance(60) {
            format!(
                "\"{}\"",
                ["$a", "$b", "$u", "x", "a b", "$1", "abc", "-n", "!", "("][self.dice.below(10)]
            )
        } else {
            self.word(depth)
        }
    }

    fn number_word(&mut self) -> String {
        self.dice
            .pick(&[
                "1", "0", "-2", "$n", "\"$n\"", "010", "x", "''", "$#", "99", "' 3'", "3x", "+4",
                "0x10",
            ])
            .to_owned()
    }

    fn double_bracket(&mut self, depth: usize) -> String {
        self.uses(Construct::DoubleBracket);
        let expression = match self.dice.below(10) {
            0..3 => {
                let word = self.test_word(depth);
                let pattern = self.literal_pattern();
                let operator = self.dice.pick(&["==", "=", "!="]);
                format!("{word} {operator} {pattern}")
            }
            3 => {
                let word = self.test_word(depth);
                format!("{word} == \"{}\"", self.literal_pattern())
            }
            4 => {
                let regex = self
                    .dice
                    .pick(&["a", "^a", "b$", "^[a-z]+$", "a.c", "'a*'", "[0-9]", "x?y"]);
                format!("\"$a\" =~ {regex}")
            }
            5 => "-n $a && -z $u".to_owned(),
            6 => "$n -gt 3 || $n -eq 1".to_owned(),
            7 => "$a < $b".to_owned(),
            8 => {
                let inner = self.test_expression(0);
                format!("! {inner}")
            }
            _ => self.test_expression(depth),
        };
        format!("[[ {expression} ]]")
    }
}
