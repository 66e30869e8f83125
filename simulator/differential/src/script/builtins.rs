//! Builtins that take words apart or run them.

use super::generator::Generator;
use crate::construct::Construct;

impl Generator {
    pub(super) fn builtin(&mut self, depth: usize) -> String {
        match self.dice.below(16) {
            0 | 1 => self.read(depth),
            2 => self.getopts(),
            3 | 4 => self.splitting(depth),
            5 | 6 => self.eval(depth),
            7 => self.exec(depth),
            8 | 9 => self.dot(depth),
            10 => self.alias(),
            11 => self.command(depth),
            12 => self.type_of(),
            13 => self.shell_process(depth),
            14 => self.globbing(depth),
            _ => self.let_command(),
        }
    }

    fn read(&mut self, depth: usize) -> String {
        self.uses(Construct::Read);
        let option = self.dice.pick(&[
            "-r ",
            "",
            "",
            "",
            "-r ",
            "-n 3 ",
            "-d : ",
            "-n 2 -r ",
            "-d '' ",
            "-p prompt ",
            "-t 5 ",
            "-s ",
            "-x ",
            "-n x ",
            "-d x -r ",
        ]);
        let names = self
            .dice
            .pick(&["a", "a b", "a b c", "", "a a", "1x", "a b c s"]);
        let ifs = if self.dice.chance(40) {
            self.uses(Construct::FieldSplitting);
            self.dice
                .pick(&["IFS=: ", "IFS= ", "IFS=', ' ", "IFS=x ", "IFS='\\' "])
        } else {
            ""
        };
        let line = self.dice.pick(&[
            "a b c",
            "  lead trail  ",
            "a:b::c",
            ":a:",
            "back\\\\slash\\tq",
            "one\\\ntwo",
            "",
            "a\\ b c",
            "x,y, z ,w",
            "::",
            "  ",
            "a  b  c  d",
            "tab\tsep",
            "a\\:b:c",
            "last no newline",
            "é",
            "a,,b",
            "axbxxc",
        ]);
        let line = if self.dice.chance(20) {
            self.word(depth.min(1)).replace('\n', " ")
        } else {
            format!("'{line}'")
        };
        let show = "echo $?; show \"$a\" \"$b\" \"$c\" \"$REPLY\"";
        match self.dice.below(5) {
            0 => format!("printf %s {line} >f0; {ifs}read {option}{names} <f0; {show}"),
            1 if !self.traced => {
                format!("printf '%s\\n' {line} | {{ {ifs}read {option}{names}; {show}; cat; }}")
            }
            2 => format!(
                "printf '%s\\n' {line} more >f0; {{ {ifs}read {option}{names}; {show}; read x; show \"$x\"; }} <f0"
            ),
            3 => format!(
                "printf '%s\\n' {line} >f0; exec 3<f0; {ifs}read {option}-u 3 {names}; {show}; exec 3<&-"
            ),
            _ => format!("printf '%s\\n' {line} >f0; {ifs}read {option}{names} <f0; {show}"),
        }
    }

    fn getopts(&mut self) -> String {
        self.uses(Construct::Getopts);
        let options = self.dice.pick(&["ab:c", ":ab:c", "a", ":a:", "ab", "x:y:"]);
        let arguments = self.dice.pick(&[
            "-a -b val x",
            "-abc",
            "-bval -c",
            "-a -- -b",
            "-x",
            "-b",
            "-ab",
            "",
            "x -a",
            "-c -b",
            "-",
            "-a- -b x",
            "-acb v w",
            "--a",
            "-a '' -b ''",
        ]);
        let body = "echo \"$o [${OPTARG-unset}] $OPTIND\"";
        match self.dice.below(5) {
            0 => format!(
                "set -- {arguments}; while getopts {options} o; do {body}; done; echo \"$? $o $OPTIND\"; shift $((OPTIND-1)); show \"$@\"; OPTIND=1"
            ),
            1 => format!(
                "OPTIND=1; while getopts {options} o {arguments}; do {body}; done; echo \"$? $o $OPTIND\""
            ),
            2 => format!(
                "go() {{ local OPTIND=1 o; while getopts {options} o; do {body}; done; shift $((OPTIND-1)); show \"$@\"; }}; go {arguments}; go -a"
            ),
            3 => format!(
                "set -- {arguments}; getopts {options} o; {body}; getopts {options} o; {body}; echo $?"
            ),
            _ => format!(
                "OPTERR=0; while getopts {options} o {arguments}; do case $o in a) echo A;; b) echo \"B=$OPTARG\";; \\?) echo \"bad ${{OPTARG-}}\";; :) echo \"no arg $OPTARG\";; esac; done 2>&1; OPTERR=1"
            ),
        }
    }

    fn splitting(&mut self, depth: usize) -> String {
        self.uses(Construct::FieldSplitting);
        let ifs = self.dice.pick(&[
            "':'", "' '", "''", "':, '", "ab", "' :'", "\"$u\"", "-", "'\\'", "'*'", "x", "$'\\n'",
            "0123",
        ]);
        let value = self.dice.pick(&[
            "a:b:c",
            ":a::b:",
            "a b  c",
            " a : b ",
            "x,y, z",
            "abcabc",
            "",
            "::",
            "a\\:b",
            "1-2-3",
            "*:?",
            "a:*.txt",
            " ",
            "xax",
            "a\nb\n\nc",
            "\\a\\b",
        ]);
        let use_of = match self.dice.below(10) {
            0 => "show $v".to_owned(),
            1 => "show \"$v\"".to_owned(),
            2 => "set -- $v; show \"$@\"; show \"$*\"; show $*; show $@".to_owned(),
            3 => "for i in $v; do echo \"<$i>\"; done".to_owned(),
            4 => "show x${v}y ${u-$v} \"${u-$v}\" ${v+$v z}".to_owned(),
            5 => "w=$v; show \"$w\"; w=$*; show \"$w\"; w=$@; show \"$w\"".to_owned(),
            6 => "show $(printf %s \"$v\") \"$(printf %s \"$v\")\"".to_owned(),
            7 => "set -- $v 'p q'; show ${1+\"$@\"} ${u-\"$@\"} \"x$@y\" x$*y; show \"${*}\" \"${@#a}\" ${*%b}".to_owned(),
            8 => "show $((10203)) ${#v} ${v:1} ${v#a} ${v/a/q r} ${v/a} \"${v//b}\"".to_owned(),
            _ => {
                let word = self.word(depth);
                let other = self.word(depth);
                format!("show {word} $v {other}; case $v in $v) echo same;; esac")
            }
        };
        if self.dice.chance(70) {
            format!("(IFS={ifs}; v='{value}'; {use_of})")
        } else {
            format!("v='{value}'; IFS={ifs}; {use_of}; unset IFS; {use_of}")
        }
    }

    fn eval(&mut self, depth: usize) -> String {
        self.uses(Construct::Eval);
        match self.dice.below(10) {
            0 => {
                let command = self.inline(depth.saturating_sub(1)).replace('\'', "'\\''");
                format!("eval '{command}'; echo $?")
            }
            1 => {
                let word = self.word(depth);
                format!("eval echo {word}; echo $?")
            }
            2 => "eval; echo $?; false; eval ''; echo $?".to_owned(),
            3 => "eval 'a=1' 'b=2;' echo '$a$b'".to_owned(),
            4 => "v=a; eval \"\\$v=new\" \"x=\\$$v\"; show \"$x\"".to_owned(),
            5 => self
                .dice
                .pick(&[
                    "eval 'if'; echo $?",
                    "(eval 'echo x; )'; echo $?)",
                    "eval 'echo \"'; echo $?",
                    "(eval 'for'); echo $?",
                    "command eval 'fi'; echo $?",
                ])
                .to_owned(),
            6 => "eval 'echo a\necho b; false'; echo $?".to_owned(),
            7 => "eval 'exit 4' | cat; (eval 'exit 5'); echo $?".to_owned(),
            8 => "fe() { eval 'return 6'; echo no; }; fe; echo $?".to_owned(),
            _ => "for i in 1 2; do eval 'continue; echo no'; done; eval 'eval \"eval echo deep\"'"
                .to_owned(),
        }
    }

    fn exec(&mut self, depth: usize) -> String {
        self.uses(Construct::Exec);
        let word = self.word(depth.min(1));
        self.dice
            .pick(&[
                format!("(exec echo {word}; echo no); echo $?"),
                "(exec nosuch; echo no); echo $?".to_owned(),
                "(exec /; echo no); echo $?".to_owned(),
                "(exec /etc/passwd); echo $?".to_owned(),
                format!("(x=1 exec sh -c 'echo $x'); (exec sh -c 'exit 3'); echo $?; (exec >f0 echo {word}); cat f0"),
                "(trap 'echo bye' EXIT; exec true); echo $?".to_owned(),
                "(exec -a zero sh -c 'echo $0'); echo $?".to_owned(),
                "(exec echo); exec; echo $?".to_owned(),
                "(echo 'echo script $1' >f1; chmod +x f1; exec ./f1 arg)".to_owned(),
                "(exec ''); echo $?".to_owned(),
            ].each_ref())
            .clone()
    }

    fn dot(&mut self, depth: usize) -> String {
        self.uses(Construct::Dot);
        let word = self.dice.pick(&[".", ".", "source"]);
        let serial = self.next_serial();
        let file = format!("./s{serial}");
        let body = match self.dice.below(9) {
            0 => "echo \"$1 $#\"; a=dotted".to_owned(),
            1 => "echo in; return 3; echo no".to_owned(),
            2 => "set -- new args; x=$LINENO\necho $LINENO".to_owned(),
            3 => "echo before\nif\necho after".to_owned(),
            4 => "nosuch\n\ncd /nodir\necho $?".to_owned(),
            5 => "fd() { echo \"fd $1\"; }\nalias al='echo aliased'\nal x".to_owned(),
            6 => String::new(),
            7 => "printf %s no-newline; false".to_owned(),
            _ => self.inline(depth.saturating_sub(1)),
        };
        let delimiter = "'END'";
        let body = if body.contains("END") {
            String::new()
        } else {
            body
        };
        let arguments = self.dice.pick(&["", "", " x y"]);
        let after = self
            .dice
            .pick(&["echo $?", "echo $?; show \"$@\"", "echo $? $a"]);
        match self.dice.below(6) {
            0 => self
                .dice
                .pick(&[
                    "(. ./nosuch; echo no); echo $?",
                    "(. nosuch); echo $?",
                    "(.); echo $?",
                    "command . ./nosuch; echo $?",
                    "(. /; echo $?)",
                    "(. d; echo $?)",
                ])
                .to_owned(),
            1 => format!(
                "cat >{file} <<{delimiter}\n{body}\nEND\n({word} {file}{arguments}; {after}); echo $?"
            ),
            2 => format!(
                "cat >s{serial} <<{delimiter}\n{body}\nEND\n(PATH=.:$PATH; {word} s{serial}{arguments}; {after})"
            ),
            _ => {
                format!("cat >{file} <<{delimiter}\n{body}\nEND\n{word} {file}{arguments}; {after}")
            }
        }
    }

    fn alias(&mut self) -> String {
        self.uses(Construct::Alias);
        self.dice
            .pick(&[
                "alias e='echo hi'\ne there",
                "alias e=echo x='y z'\ne x\nunalias e\ne",
                "alias e='echo '\nalias w=word\ne w w",
                "alias ls='ls -d'\nls .\nunalias ls; alias ls",
                "alias q1=q2 q2=q1\nq1; echo $?",
                "alias i='if true; then'\ni echo yes; fi",
                "alias p='echo a;'\np echo b",
                "alias e='echo in'; e; echo $?",
                "alias; alias nosuch; echo $?; unalias nosuch; echo $?",
                "alias a1='it'\\''s'; alias a1; unalias -a; alias",
                "alias f='echo fun'\n\\f; 'f'; echo $?",
                "alias g='g x'\ng; echo $?",
                "alias d='do echo'\nfor i in 1 2; d $i; done",
                "alias '=x'; alias a=; alias a; a echo gone",
                "alias t='echo \\\nlines'\nt",
                "alias e=echo\n(e sub); { e grp; }; $(echo e) no; x=1 e assigned",
                "alias and='&&'\ntrue and echo yes",
                "alias c='# comment'\nc echo no\necho yes",
                "alias semi='echo 1; echo'\nif semi 2; then semi 3; fi | cat",
            ])
            .to_owned()
    }

    fn command(&mut self, depth: usize) -> String {
        self.uses(Construct::Command);
        let word = self.word(depth.min(1));
        self.dice
            .pick(
                &[
                    "command -v echo cat nosuch if; echo $?".to_owned(),
                    "command -V echo; command -V cat; command -V if; command -V nosuch; echo $?"
                        .to_owned(),
                    format!("command echo {word}"),
                    "command; echo $?; command -p echo x".to_owned(),
                    "echo() { command echo \"[$*]\"; }; echo a b; unset -f echo; echo c".to_owned(),
                    "command export x=5; echo $x; command cd /nodir; echo $?".to_owned(),
                    "command exec 3>nodir/x; echo $?".to_owned(),
                    "command -v show; command -V show; echo $?".to_owned(),
                    "alias k=v\ncommand -v k; command -V k; unalias k".to_owned(),
                    "command nosuch; echo $?; command -x; echo $?".to_owned(),
                    "command -v ./a.txt /bin/cat; echo $?; command -v; echo $?".to_owned(),
                    "x=1 command eval 'echo $x'; echo $x".to_owned(),
                    "command command command echo thrice".to_owned(),
                    "command : ${u-x}; command readonly rr=1; command eval 'rr=2'; echo $?"
                        .to_owned(),
                    "command shift 99; echo $?; command set -Z; echo $?; command return 3; echo $?"
                        .to_owned(),
                    "command -pv cat; command -v -- cat; command -- echo dd".to_owned(),
                ]
                .each_ref(),
            )
            .clone()
    }

    fn type_of(&mut self) -> String {
        self.uses(Construct::Type);
        self.uses(Construct::Hash);
        self.dice
            .pick(&[
                "type cat echo if nosuch; echo $?",
                "type show | head -n 1; type; echo $?",
                "alias t2='x y'\ntype t2; unalias t2",
                "type /bin/cat ./nosuch /etc/passwd; echo $?",
                "cat </dev/null; hash; hash -r; hash; echo $?",
                "hash nosuch; echo $?; hash cat; hash",
                "type export : . [ [[ test read; echo $?",
                "PATH=/nodir; type cat; cat; echo $?; hash",
                "type '{' '!' 'done' in function select time",
                "hash cat ls; type cat; cat() { :; }; type cat | head -n1; unset -f cat; hash -v cat",
                "type -p cat; type -t cat; echo $?; type -a echo",
            ])
            .to_owned()
    }

    fn shell_process(&mut self, depth: usize) -> String {
        self.uses(Construct::ShellProcess);
        self.uses(Construct::Program);
        let body = self.inline(depth.saturating_sub(1)).replace('\'', "'\\''");
        match self.dice.below(11) {
            0 => format!("sh -c '{body}' zero one two; echo $?"),
            1 => "sh -c 'echo \"$0|$*\"; exit 7' n a b; echo $?".to_owned(),
            2 => format!("printf '%s\\n' '{body}' 'echo end' >f1; sh f1 x y; echo $?"),
            3 if !self.traced => "printf '%s\\n' 'echo $#' 'read x' 'input line' 'echo \"$x\"' | sh -s p q".to_owned(),
            4 => "sh -e -c 'false; echo no'; echo $?; sh -ec 'echo $-'; sh -uc 'echo $u; echo no'; echo $?".to_owned(),
            5 => "printf 'nosuch\\ncd /nodir\\necho $LINENO $0\\nif\\n' >f1; sh f1; echo $?".to_owned(),
            6 => self.dice.pick(&["sh nosuch; echo $?", "sh -c; echo $?", "sh -o nosuch -c 'echo x'; echo $?", "sh -Q; echo $?", "sh d; echo $?", "sh +e -c 'echo $-'", "sh -xc 'echo x'", "sh -vc 'echo x'", "sh -c '' ; echo $?", "sh -c 'echo a' -c b"]).to_owned(),
            7 => "printf '#!/bin/sh\\necho \"$0 $1\"\\n' >f1; chmod +x f1; ./f1 arg; printf 'echo plain $#\\n' >f2; chmod 755 f2; ./f2 a b; chmod 644 f2; ./f2; echo $?".to_owned(),
            8 => "printf 'echo one\\nexit 3\\necho no\\n' >f1; sh <f1; echo $?; sh - f1; sh -- f1".to_owned(),
            9 => format!("a=1 sh -c 'echo $a; {body}'; export e=x; sh -c 'echo $e'"),
            _ => "sh -c 'kill -9 $$'; echo $?; sh -c 'kill -TERM $$; echo no'; echo $?".to_owned(),
        }
    }

    fn globbing(&mut self, depth: usize) -> String {
        self.uses(Construct::Globbing);
        let files = "mkdir -p g/sub; cd g; : >a; : >b1; : >'x y'; : >.dot; : >sub/f; : >'*'; : >b2";
        let pattern = self.literal_pattern();
        let other = self.dice.pick(&[
            "*",
            "sub/*",
            "*/f",
            "b?",
            "b[12]",
            ".*",
            "./*",
            "[!b]*",
            "'*'",
            "\\*",
            "*\" \"*",
            "sub/../a*",
            "nomatch*",
            "*/",
            "[ab]*",
            "\"$a\"*",
            "$a*",
            "?",
        ]);
        let word = self.word(depth.min(1));
        let serial = self.next_serial();
        let _ = serial;
        match self.dice.below(4) {
            0 => format!("({files}; show {pattern} {other})"),
            1 => format!(
                "({files}; for i in {other} {pattern}; do echo \"$i\"; done; a='{other}'; show $a \"$a\")"
            ),
            2 => format!(
                "({files}; set -f; show {other}; set +f; show {other}; a={other}; show \"$a\"; echo $a)"
            ),
            _ => format!("({files}; show {other}{word})"),
        }
    }

    fn let_command(&mut self) -> String {
        self.uses(Construct::Let);
        let expression = self.expression(2).replace(['\n', '\'', '"', '`', '$'], "");
        self.dice
            .pick(
                &[
                    format!("let '{expression}'; echo $?"),
                    format!("let n=3 'm = n * 2' '{expression}'; echo $? $n $m"),
                    "let; echo $?; let 0; echo $?; let 1 0; echo $?; let 5".to_owned(),
                ]
                .each_ref(),
            )
            .clone()
    }
}
