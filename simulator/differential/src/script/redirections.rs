//! Redirections.

use super::generator::Generator;
use crate::construct::Construct;

impl Generator {
    pub(super) fn redirected(&mut self, depth: usize) -> String {
        match self.dice.below(14) {
            0..5 => self.here_document(depth),
            5 | 6 => self.output(depth),
            7 | 8 => self.duplicated(depth),
            9 => self.closed(depth),
            10 => self.input(depth),
            11 => self.exec_descriptors(depth),
            12 => self.compound_redirected(depth),
            _ => self.wrong_redirection(depth),
        }
    }

    fn file(&mut self) -> String {
        let number = self.dice.below(3);
        format!("f{number}")
    }

    fn here_document(&mut self, depth: usize) -> String {
        self.uses(Construct::HereDocument);
        let delimiter = self.dice.pick(&["E", "EOF", "x"]);
        let tabs = self.dice.chance(20);
        let quoted = self.dice.chance(25);
        let dash = if tabs {
            self.uses(Construct::TabHereDocument);
            "-"
        } else {
            ""
        };
        let written = if quoted {
            self.uses(Construct::QuotedHereDocument);
            let form = self.dice.pick(&["'D'", "\"D\"", "\\D"]);
            form.replace('D', delimiter)
        } else {
            delimiter.to_owned()
        };
        let mut body = String::new();
        for _ in 0..self.dice.below(4) {
            if self.dice.chance(30) {
                body += self.dice.pick(&["\t", "\t\t", " ", " \t"]);
            }
            for _ in 0..self.dice.between(0, 3) {
                body += &self
                    .quoted_piece(depth.min(2))
                    .replace('"', if quoted { "\"" } else { "" });
                body += self.dice.pick(&["", " "]);
            }
            body.push('\n');
        }
        let indent = if tabs && self.dice.chance(50) {
            "\t"
        } else {
            ""
        };
        let command = match self.dice.below(10) {
            0 => format!("while read -r x y; do show \"$x\" \"$y\"; done <<{dash}{written}"),
            1 => format!("{{ read a; cat; }} <<{dash}{written}"),
            2 => format!("cat <<{dash}{written} >f1; cat f1"),
            3 => format!("cat <<{dash}{written} | tr a-z A-Z"),
            4 => format!("cat 3<<{dash}{written} <&3"),
            5 => format!(
                "a=$(cat <<{dash}{written}\n{body}{indent}{delimiter}\n); show \"$a\"; cat <<{dash}{written}"
            ),
            6 if !quoted => format!(
                "cat <<{dash}{written} - <<Z2\n{body}{indent}{delimiter}\nsecond $a\nZ2\ncat <<{dash}{written}"
            ),
            7 => format!("(cat; echo end) <<{dash}{written}"),
            _ => format!("cat <<{dash}{written}"),
        };
        if command.contains('\n') && self.dice.chance(30) {
            return command;
        }
        format!("{command}\n{body}{indent}{delimiter}")
    }

    fn output(&mut self, depth: usize) -> String {
        let command = self.inline(depth);
        let file = self.file();
        let (operator, construct) = match self.dice.below(6) {
            0 | 1 => (">", Construct::Output),
            2 | 3 => (">>", Construct::Append),
            4 => (">|", Construct::Clobber),
            _ => ("&>", Construct::BothOutputs),
        };
        self.uses(construct);
        format!("{{ {command}; }} {operator}{file}; cat {file}")
    }

    fn duplicated(&mut self, depth: usize) -> String {
        self.uses(Construct::Duplicate);
        let command = self.inline(depth);
        let file = self.file();
        let form = self.dice.pick(&[
            "2>&1",
            ">F 2>&1",
            "2>&1 >F",
            "3>&1 >F 1>&3",
            "3>&1 1>&2 2>&3 3>&-",
            ">&2",
            "2>&1 >&2",
            "4>F >&4 2>&4",
            "1>&1",
            "9>&1",
            ">F 5>&1 6>&5",
            "2>/dev/null",
            ">&2 2>&1",
        ]);
        format!("{{ {command}; }} {}", form.replace('F', &file))
    }

    fn closed(&mut self, depth: usize) -> String {
        self.uses(Construct::CloseDescriptor);
        let word = self.word(depth.min(1));
        self.dice
            .pick(
                &[
                    format!("echo {word} >&-; echo $?"),
                    format!("{{ echo {word}; echo $?; }} 2>&- 1>&2"),
                    "cat <&-; echo $?".to_owned(),
                    "read x <&-; echo $?".to_owned(),
                    format!("exec 3>&1; echo {word} >&3; exec 3>&-; echo {word} >&3; echo $?"),
                    format!("(exec >&-; echo {word}); echo $?"),
                    format!("printf '%s' {word} 2>&- >&-; echo $?"),
                    "{ ls nosuch; echo $?; } 2>&-".to_owned(),
                    "echo x 3>&- 4<&-".to_owned(),
                ]
                .each_ref(),
            )
            .clone()
    }

    fn input(&mut self, depth: usize) -> String {
        self.uses(Construct::Input);
        let word = self.word(depth.min(1));
        match self.dice.below(5) {
            0 => "cat <a.txt; cat 0<b.txt".to_owned(),
            1 => {
                self.uses(Construct::ReadWrite);
                format!("echo {word} >f0; cat <>f0; echo ab 1<>f0; cat f0")
            }
            2 => "while read -r x; do echo \"[$x]\"; done <a.txt".to_owned(),
            3 => {
                self.uses(Construct::ReadWrite);
                "exec 4<>f2; echo hi >&4; cat <f2; exec 4>&-".to_owned()
            }
            _ => format!("echo {word} >f0; read a b <f0; show \"$a\" \"$b\""),
        }
    }

    fn exec_descriptors(&mut self, depth: usize) -> String {
        self.uses(Construct::Exec);
        self.uses(Construct::Duplicate);
        let word = self.word(depth.min(1));
        self.dice
            .pick(&[
                format!("exec 3>f1; echo {word} >&3; echo two >&3; exec 3>&-; cat f1"),
                format!("echo {word} >f1; exec 5<f1; read x <&5; exec 5<&-; show \"$x\""),
                format!("exec 6>&1; exec >f2; echo {word}; exec >&6 6>&-; cat f2"),
                format!("(exec 2>f1; nosuch; echo {word}); cat f1"),
                "exec 7<<E\nin $a here\nE\ncat <&7; exec 7<&-".to_owned(),
                format!("exec 3>f1 4>f2; {{ echo {word} >&3; echo b >&4; }}; cat f1 f2; exec 3>&- 4>&-"),
                "exec 8<nosuch; echo $?".to_owned(),
                "(exec 8<nosuch; echo not here); echo $?".to_owned(),
                format!("exec 1>&1 2>&2; echo {word}"),
            ].each_ref())
            .clone()
    }

    fn compound_redirected(&mut self, depth: usize) -> String {
        self.uses(Construct::Output);
        let body = self.list(depth.saturating_sub(1));
        let file = self.file();
        match self.dice.below(6) {
            0 => format!("for i in 1 2; do {body}; done >{file} 2>&1; cat {file}"),
            1 => format!("if true; then {body}; fi >{file}; cat {file}"),
            2 => format!("({body}) >{file} 2>&1; cat {file}"),
            3 => format!("case x in x) {body};; esac >{file}; cat {file}"),
            4 => format!(
                "while [ ! -e {file}x ]; do {body}; : >{file}x; done >{file}; cat {file}; rm -f {file}x"
            ),
            _ => format!("fr() {{ {body}; }} >{file}; fr; cat {file}"),
        }
    }

    fn wrong_redirection(&mut self, depth: usize) -> String {
        self.uses(Construct::Output);
        let word = self.word(depth.min(1));
        self.dice
            .pick(
                &[
                    format!("echo {word} >nodir/x; echo $?"),
                    "cat <nosuch; echo $?".to_owned(),
                    "echo x >/; echo $?".to_owned(),
                    ": >nodir/x; echo not here".to_owned(),
                    "(: <nosuch; echo not here); echo $?".to_owned(),
                    "echo x >&8; echo $?".to_owned(),
                    "echo x >&foo; echo $?".to_owned(),
                    "{ echo x; } <nosuch; echo $?".to_owned(),
                    "echo x >''; echo $?".to_owned(),
                    "> f0; ls -d f0".to_owned(),
                    "echo a > f* ; ls".to_owned(),
                    format!("echo x >{word}"),
                    format!("cat <{word}"),
                    "nosuch 2>f1; cat f1".to_owned(),
                    "x=1 >nodir/y; echo $? $x".to_owned(),
                    "eval echo y >nodir/x; echo $?".to_owned(),
                    "(set -C; echo a >f0; echo b >f0; echo $?; echo c >|f0; cat f0)".to_owned(),
                ]
                .each_ref(),
            )
            .clone()
    }
}
