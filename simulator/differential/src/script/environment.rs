//! What a shell keeps: options, variables and their attributes, parameters, limits, directories.

use super::generator::Generator;
use crate::construct::Construct;

impl Generator {
    pub(super) fn of_environment(&mut self, depth: usize) -> String {
        match self.dice.below(20) {
            0..4 => self.option(),
            4..6 => self.set_parameters(depth),
            6 => self.unset(),
            7 | 8 => self.export(depth),
            9 => self.readonly(depth),
            10 | 11 => self.ulimit_or_times(),
            12 => self.umask(),
            13 | 14 => self.directory(depth),
            15 => self.precedence(),
            16 => self.exit(depth),
            17 => self.local_outside(),
            18 => self.tested_errors(depth),
            _ => self.nested_scopes(),
        }
    }

    /// `set` with an option, for the rest of the script or for a subshell.
    pub(super) fn option(&mut self) -> String {
        let kind = self.dice.below(20);
        match kind {
            0 | 1 => {
                self.uses(Construct::ErrExit);
                "set -e".to_owned()
            }
            3 | 4 => {
                self.uses(Construct::NoUnset);
                "set -u".to_owned()
            }
            5 | 6 => {
                self.uses(Construct::XTrace);
                self.traced = true;
                self.dice
                    .pick(&[
                        "set -x",
                        "set -x",
                        "PS4='> '; set -x",
                        "PS4='$LINENO+'; set -x",
                        "set -ex",
                    ])
                    .to_owned()
            }
            7 | 8 => {
                self.uses(Construct::PipeFail);
                "set -o pipefail; (exit 2) | (exit 3) | cat; echo $?; true | (exit 4) | true; echo $?".to_owned()
            }
            9 => {
                self.uses(Construct::NoGlob);
                "set -f; echo *; show [a-z]*; a='*'; show $a".to_owned()
            }
            2 | 10 => {
                self.uses(Construct::NoClobber);
                "set -C; echo a >c1; echo b >c1; echo $?; echo c >|c1; echo d >>c1; cat c1; echo e >/dev/null; echo $?; set +C".to_owned()
            }
            11 => {
                self.uses(Construct::ErrExit);
                let inner = self.inline(2);
                format!("(set -e; {inner}; echo alive); echo \"e=$?\"")
            }
            12 => {
                self.uses(Construct::NoUnset);
                let word = self.word(2);
                format!("(set -u; show {word}; echo alive); echo \"u=$?\"")
            }
            13 => {
                self.uses(Construct::XTrace);
                let inner = self.assignment(1);
                let word = self.word(1);
                let traced = std::mem::replace(&mut self.traced, true);
                let list = self.inline(1);
                self.traced = traced;
                format!("(set -x; {inner}; echo {word}; {list})")
            }
            14 => {
                self.uses(Construct::OtherOptions);
                self.dice
                    .pick(&[
                        "set -o | sort | head -n 20",
                        "set +o",
                        "echo $-; set -a; ea=1; set +a; sh -c 'echo $ea'",
                        "(set -n; echo no)",
                        "set -o nosuch; echo $?",
                        "(set -Z; echo $?); echo $?",
                        "set -o noglob; echo $-; set +o noglob; echo $-",
                        "set -v\necho verbose\nset +v",
                        "set -eu +x; echo $-; set +eu",
                        "set - x y; show \"$@\"; set -; show \"$@\"",
                        "set -o errexit; set +o errexit; echo $-",
                        "set -b -h; echo $?; echo $-",
                    ])
                    .to_owned()
            }
            15 => {
                self.uses(Construct::ErrExit);
                self.dice
                    .pick(&[
                        "(set -e; f() { false; echo in; }; f || echo or; f; echo no); echo $?",
                        "(set -e; if false; then :; fi; ! true; false || true; echo ok; (exit 3); echo no); echo $?",
                        "(set -e; a=$(false); echo no); echo $?", "(set -e; local_=1; echo $(false) x; echo ok)",
                        "(set -e; false && true; echo ok; true && false; echo no); echo $?",
                        "(set -e; { false; echo no; } | cat; echo ok)", "(set -e; while false; do :; done; until true; do :; done; for i in; do :; done; case x in y) ;; esac; echo ok)",
                        "(set -e; eval false; echo no); echo $?", "(set -e; trap 'echo trap $?' EXIT; false; echo no); echo $?",
                        "(set -e; (false; echo no) || echo or; echo ok)", "(set -e; ! { false; }; echo ok; ! { true; }; echo ok2)",
                        "(set -e; f() { return 3; }; f; echo no); echo $?", "(set -e; x=$(echo a; false; echo b); echo no $x); echo $?",
                        "(set -e; command false; echo no); echo $?", "(set -e; nosuch; echo no); echo $?", "(set -e; false | true; echo ok; true | false; echo no); echo $?",
                        "(set -e; : >nodir/x; echo no); echo $?", "(set -e; echo x >nodir/x; echo no); echo $?", "set +e; false; echo ok",
                        "(set -e; if true; then false; fi; echo no); echo $?", "(set -e; for i in 1 2; do false; echo $i; done; echo no); echo $?",
                        "(set -e; . ./nosuch; echo no); echo $?", "(set -e; test -e nosuch; echo no); echo $?", "(set -e; (set +e; false; echo in); echo ok)",
                    ])
                    .to_owned()
            }
            16 => {
                self.uses(Construct::PipeFail);
                self.uses(Construct::Pipeline);
                self.dice
                    .pick(&[
                        "(set -o pipefail; false | cat; echo $?; ! (exit 3) | cat; echo $?; set +o pipefail; false | cat; echo $?)",
                        "(set -e -o pipefail; (exit 5) | cat; echo no); echo $?",
                        "(set -o pipefail; if (exit 3) | cat; then echo y; else echo n $?; fi)",
                        "(set -o pipefail; a=$( (exit 6) | cat ); echo $?)",
                    ])
                    .to_owned()
            }
            17 => {
                self.uses(Construct::XTrace);
                self.dice
                    .pick(&[
                        "(set -x; a='b c' d=; echo \"$a\" '' 'it'\\''s' \"a\\b\"; for i in 1 2; do : $i; done)",
                        "(set -x; case x in x) echo y;; esac; [ a = b ] || true; if [[ a == a ]]; then :; fi)",
                        "(set -x; f() { echo \"$1\"; local v=1; }; f arg; ( echo sub ); a=$(echo inner); echo >f0 x)",
                        "(PS4='+$a+'; a=1; set -x; a=2; echo; cat <<E\nx\nE\n)",
                        "sh -xc 'a=1; echo $a; b=$a c=\"x y\" true; : a\"b\"c \"~\" \"*\" \"{\" é'",
                        "(set -x; x=1 y='2 3' true; export z='a b'; : \"$(printf 'a\\nb')\" a=b \"a=b c\" -x)",
                        "(set -x; while read l; do echo \"$l\"; done </etc/passwd; set +x; echo off)",
                        "(set -x; $u; '' || true; nosuch 2>/dev/null; exec 3>&1; command echo c; eval echo e)",
                    ])
                    .to_owned()
            }
            18 => {
                self.uses(Construct::NoUnset);
                self.dice
                    .pick(&[
                        "(set -u; echo $u; echo no); echo $?",
                        "(set -u; echo ${u-x} ${u:-y} ${#e}; echo ${#u}; echo no); echo $?",
                        "(set -u; set --; echo \"$@\" $* $#; echo $1; echo no); echo $?",
                        "(set -u; echo ${u%x}; echo no); echo $?",
                        "(set -u; echo $((u+1)); echo $((u)) ok); echo $?",
                        "(set -u; unset a; a=$a; echo no); echo $?",
                        "(set -u; echo $!; echo ok); echo $?",
                        "(set -u; echo ${u+x}; [ \"$u\" ]; echo no); echo $?",
                        "set -u; echo ${u:1:2}; echo no",
                    ])
                    .to_owned()
            }
            _ => {
                self.uses(Construct::OtherOptions);
                "set +e +u +x +f +C; echo $-".to_owned()
            }
        }
    }

    fn set_parameters(&mut self, depth: usize) -> String {
        self.uses(Construct::SetParameters);
        let words = self.word_list(5, depth);
        match self.dice.below(8) {
            0 => format!("set -- {words}; shift; show \"$@\"; echo $#"),
            1 => format!("set -- {words}; shift 2; echo $?; show \"$@\""),
            2 => format!("set -- {words}; while [ $# -gt 0 ]; do show \"$1\"; shift; done"),
            3 => "(shift 99; echo no); echo $?".to_owned(),
            4 => self
                .dice
                .pick(&[
                    "(shift x; echo no); echo $?",
                    "(shift -1; echo $?); echo $?",
                    "set -- a b; shift 0; echo $#; shift 1 2; echo $#",
                    "set x y; echo $1; set --; echo $#",
                    "set -- '' \" \"; show \"$@\"; show $@",
                ])
                .to_owned(),
            5 => "set -- 1 2 3 4 5 6 7 8 9 ten eleven; echo $10 ${10} ${11} $#; shift 9; echo $1"
                .to_owned(),
            6 => format!("set -- {words}; show \"$*\" $* \"$@\"; for i do echo \"$i\"; done"),
            _ => format!("set {words}; echo $?; show \"$@\""),
        }
    }

    fn unset(&mut self) -> String {
        self.uses(Construct::Unset);
        self.dice
            .pick(&[
                "unset a b; echo ${a-unset} ${b-unset}",
                "unset nosuch; echo $?; unset -v a; unset -f show; show x; show() { printf '<%s>' \"$@\"; echo; }",
                "fu() { echo f; }; fu=v; unset fu; fu; echo $fu; unset -f fu; fu; echo $?",
                "(unset 1x; echo no); echo $?",
                "unset PATH; echo $?; cat </dev/null; echo $?; PATH=/bin",
                "unset IFS; set -- a b; echo \"$*\"; unset -x; echo $?",
                "unset HOME; echo ~; cd; echo $?; HOME=/work; echo ~",
                "unset OPTIND; echo ${OPTIND-u}; unset PS4; unset; echo $?",
            ])
            .to_owned()
    }

    fn export(&mut self, depth: usize) -> String {
        self.uses(Construct::Export);
        let word = self.word(depth.min(1));
        self.dice
            .pick(&[
                format!("export x={word}; sh -c 'echo \"$x\"'; export -n x; sh -c 'echo \"${{x-none}}\"'"),
                format!("export x={word} y=2; sh -c 'echo \"$x$y\"'"),
                "export a; sh -c 'echo \"$a\"'; export | grep -c .; export -p | grep ' a='".to_owned(),
                "(export 1x=2; echo no); echo $?; (export a-b; echo no); echo $?".to_owned(),
                "export u; sh -c 'echo ${u-unset}'; u=now; sh -c 'echo $u'; unset u".to_owned(),
                "v='p q'; export x=$v y=\"$v\" z=~; show \"$x\" \"$y\" \"$z\"".to_owned(),
                "fx() { export lx=1; local ly; export ly=2; sh -c 'echo $lx$ly'; }; fx; sh -c 'echo ${ly-none}'".to_owned(),
                "export x='it'\\''s' y= ; export | grep -E '^export [xy]='".to_owned(),
                "set | grep -E '^(a|b|n)='; set | grep -c '^PATH='".to_owned(),
                "export -x; echo $?".to_owned(),
                "x=1; export x; x=2; sh -c 'echo $x'; (x=3; sh -c 'echo $x'); unset x; sh -c 'echo ${x-u}'".to_owned(),
            ].each_ref())
            .clone()
    }

    fn readonly(&mut self, depth: usize) -> String {
        self.uses(Construct::ReadOnly);
        let word = self.word(depth.min(1));
        self.dice
            .pick(&[
                format!("(readonly r={word}; show \"$r\"; r=2; echo no); echo $?"),
                "(readonly r=1; unset r; echo no); echo $?".to_owned(),
                "(r=5; readonly r; readonly | grep r=; readonly -p | grep -c .; export r=6; echo no); echo $?".to_owned(),
                "(readonly r=1; r=2 true; echo $? no); echo $?".to_owned(),
                "(readonly r=1; read r <a.txt; echo $?; for r in x; do :; done; echo no); echo $?".to_owned(),
                "(readonly r=1; f() { local r=2; echo $r; }; f; echo $?); echo $?".to_owned(),
                "(readonly r=1; echo $((r=2)); echo no); echo $?; (readonly r=1; : ${r:=2}; echo ok; unset -f r)".to_owned(),
                "(readonly r=1; getopts a r -a; echo $?; r=2 eval echo x; echo no); echo $?".to_owned(),
                "(readonly PATH; PATH=/x; echo no) 2>&1; echo $?".to_owned(),
            ].each_ref())
            .clone()
    }

    fn ulimit_or_times(&mut self) -> String {
        if self.dice.chance(35) {
            self.uses(Construct::Times);
            return self
                .dice
                .pick(&[
                    "times | tr 0-9 N",
                    "times >f0; wc -l <f0",
                    "times x | wc -l; echo $?",
                    "(times >&-); echo $?",
                    "times | sed 's/[0-9][0-9]*/N/g'",
                ])
                .to_owned();
        }
        self.uses(Construct::Ulimit);
        self.dice
            .pick(&[
                "(ulimit -n 64; ulimit -n; ulimit -Hn; ulimit -Sn)",
                "(ulimit -c 0; ulimit -c; ulimit -S -c)",
                "(ulimit -Sn 50; ulimit -n 40; ulimit -Hn; ulimit -n 60; echo $?)",
                "(ulimit -f 100; ulimit -f; ulimit; ulimit -f unlimited; echo $?)",
                "ulimit -n x; echo $?",
                "ulimit -Q; echo $?",
                "(ulimit -t 1000; ulimit -t; ulimit -v 10000000; ulimit -v)",
                "(ulimit -Sc 0; ulimit -c unlimited; ulimit -c)",
                "(ulimit -n 20; exec 19</dev/null; echo ok; exec 25</dev/null; echo no); echo $?",
                "(ulimit -n 8; (ulimit -n)); ulimit -n -5; echo $?",
                "(ulimit -s 4096; ulimit -s; ulimit -d 1000000; ulimit -d)",
                "ulimit -n 1 2; echo $?",
            ])
            .to_owned()
    }

    fn umask(&mut self) -> String {
        self.uses(Construct::Umask);
        self.dice
            .pick(&[
                "umask; umask -S",
                "umask 027; umask; umask -S; : >um1; ls -l um1 | cut -c1-10; umask 022",
                "umask u=rwx,g=rx,o=; umask",
                "umask g-w,o+r; umask; umask a=rx; umask",
                "umask x; echo $?",
                "umask 999; echo $?",
                "umask 0; umask; mkdir umd; ls -ld umd | cut -c1-10; umask 22",
                "(umask 077); umask",
                "umask u+w; umask -S; umask =; umask; umask 022",
                "umask 12345; echo $?; umask",
                "umask -x; echo $?",
                "umask g=u; umask; umask o=g-r; umask; umask 022",
                "umask 022 033; umask",
                "umask +x; umask -r 2>&1; umask 022",
            ])
            .to_owned()
    }

    fn directory(&mut self, depth: usize) -> String {
        self.uses(Construct::ChangeDirectory);
        let word = self.word(depth.min(1));
        self.dice
            .pick(&[
                "mkdir -p m/n; cd m; pwd; cd ..; echo $OLDPWD; cd -; pwd; cd /work".to_owned(),
                "cd /nodir; echo $?; pwd".to_owned(),
                "echo x >plain; cd plain; echo $?".to_owned(),
                "mkdir -p m; ln -s m ln1; cd ln1; pwd; pwd -P; cd -P .; pwd; cd /work; cd -L ln1; cd ..; pwd; rm ln1".to_owned(),
                "(CDPATH=/:/work; mkdir -p m; cd /tmp; cd m; pwd; cd bin; pwd)".to_owned(),
                format!("(cd {word}; echo $?; pwd)"),
                "(cd; echo $?; HOME=/tmp; cd; pwd; HOME=; cd; echo $?; pwd)".to_owned(),
                "(cd ''; echo $?; cd . ; cd ./; cd //; pwd; cd /bin/../tmp/.; pwd)".to_owned(),
                "(OLDPWD=/tmp; cd -; echo $?; unset OLDPWD; cd -; echo $?)".to_owned(),
                "(cd / /tmp; echo $?; pwd; cd -x; echo $?; pwd -x; echo $?)".to_owned(),
                "(mkdir -p gone; cd gone; rmdir ../gone; pwd; cd .; echo $?; cd ..; pwd)".to_owned(),
                "(PWD=/x; pwd; cd /tmp; echo $PWD $OLDPWD; unset PWD; cd /; echo ${PWD-none})".to_owned(),
                "(cd /tmp && pwd; cd work || pwd); cd \"$PWD\"; show ~+ ~- ~/. ~root/x 'a:~' x=~ x~".to_owned(),
            ].each_ref())
            .clone()
    }

    fn precedence(&mut self) -> String {
        self.uses(Construct::Precedence);
        self.uses(Construct::Function);
        self.dice
            .pick(&[
                "cat() { echo fun \"$@\"; }; cat x; command cat /dev/null; unset -f cat; cat /dev/null; echo $?",
                "mkdir -p pb; printf 'echo mine\\n' >pb/ls; chmod +x pb/ls; (PATH=/work/pb:$PATH; ls; type ls)",
                "mkdir -p pb; printf 'echo mine\\n' >pb/echo; chmod +x pb/echo; (PATH=/work/pb:$PATH; echo builtin; command -v echo; env echo x)",
                "test() { echo t; }; test a; [ a ]; echo $?; unset -f test; test a; echo $?",
                "(PATH=; cat /dev/null; echo $?; PATH=/bin cat /dev/null; echo $?)",
                "mkdir -p pb/dir; printf 'x\\n' >pb/notexec; (PATH=/work/pb:/bin; dir; echo $?; notexec; echo $?)",
                "if() { :; }; echo no",
                "set() { echo my set; }; set x; unset -f set; set -- y; echo $1",
                ":() { echo colon; }; : x; unset -f :; : y",
                "(export() { echo mine; }; export a=1; a=2 export b=3)",
            ])
            .to_owned()
    }

    fn exit(&mut self, depth: usize) -> String {
        self.uses(Construct::Exit);
        let inner = self.inline(depth.saturating_sub(1));
        match self.dice.below(8) {
            0 => format!("({inner}; exit); echo $?"),
            1 => format!("({inner}; exit 3; echo no); echo $?"),
            2 => self
                .dice
                .pick(&[
                    "(exit x; echo no); echo $?",
                    "(exit -1); echo $?",
                    "(exit 256); echo $?",
                    "(exit 3 4); echo $?",
                    "(false; exit); echo $?",
                    "(exit 99999999999); echo $?",
                    "{ exit 0; } | cat; echo after",
                ])
                .to_owned(),
            3 => format!("{inner}; exit 5"),
            4 => format!("fq() {{ {inner}; exit 6; }}; (fq); echo $?"),
            5 => "while :; do while :; do (exit 7); break 2; done; done; echo $?".to_owned(),
            6 => "a=$(exit 9); echo $?; a=$(exit 3) b=$(exit 4); echo $?; a=x; echo $?".to_owned(),
            _ => "false; (exit); echo $?; true; echo $(false) $?".to_owned(),
        }
    }

    fn local_outside(&mut self) -> String {
        self.uses(Construct::Local);
        self.dice
            .pick(&[
                "(local x=1; echo no); echo $?",
                "fl() { local a=in; fm; echo $a; }; fm() { echo \"fm $a\"; a=changed; }; a=out; fl; echo $a",
                "fl() { local a; echo \"${a-unset}\"; a=1; unset a; echo \"${a-unset}\"; }; a=out; fl; echo $a",
                "fl() { local a=1 b=$a; echo $b; local; echo $?; }; a=out; fl",
                "fl() { local - ; set -f; echo $-; }; fl; echo $-",
                "fl() { local a=1; local a=2; echo $a; }; fl; fr() { local n=$1; [ $n -gt 0 ] && fr $((n-1)); echo $n; }; fr 3",
                "fl() { local x=1; (x=2; echo $x); echo $x; eval 'x=3'; echo $x; }; fl; echo ${x-unset}",
                "fl() { local PATH=/nodir; cat /dev/null; echo $?; }; fl; cat /dev/null; echo $?",
                "fl() { local x=$(exit 3); echo $?; local 1y=2; echo no; }; (fl); echo $?",
                "fl() { local x y=a z; x=1; export y; sh -c 'echo $y'; }; fl; echo ${y-u}",
                "fl() { local a=\"p q\" b=$a; show \"$a\" \"$b\"; local c=$1; show \"$c\"; }; fl 'x  y'",
            ])
            .to_owned()
    }

    /// Errors in places where the shell goes on or ends.
    fn tested_errors(&mut self, depth: usize) -> String {
        let word = self.word(depth);
        self.uses(Construct::ErrorIfUnset);
        self.dice
            .pick(
                &[
                    format!("(echo ${{u?{word}}}; echo no); echo $?"),
                    "(: ${u:?}; echo no) || echo failed".to_owned(),
                    "(echo ${a:?unset} ${e:?empty}; echo no); echo $?".to_owned(),
                    "fq() { : ${u?in function}; echo no; }; (fq; echo no); echo $?".to_owned(),
                    "(eval 'echo ${u?}'; echo no); echo $?; (trap 'echo t $?' EXIT; : ${u?x})"
                        .to_owned(),
                    "a=$(echo ${u?inner}; echo no); echo \"$? $a\"".to_owned(),
                    "(command : ${u?x}; echo no); echo $?; (echo $((1/0)); echo no); echo $?"
                        .to_owned(),
                ]
                .each_ref(),
            )
            .clone()
    }

    fn nested_scopes(&mut self) -> String {
        self.uses(Construct::Function);
        self.dice
            .pick(&[
                "fn1() { fn2() { echo inner; }; fn2; }; fn1; fn2",
                "fn1() { echo one; fn1() { echo two; }; }; fn1; fn1",
                "fn1() { [ $1 -le 0 ] && return 9; fn1 $(($1-1)); echo \"$1 $?\"; }; fn1 3",
                "fn1() { echo \"$# $1 $0\"; shift; echo \"$#\"; set -- z; }; set -- p; fn1 a b; echo $1",
                "fn1() { for i in 1 2; do return 4; done; }; fn1; echo $?; return 3; echo after $?",
                "fn1() { cat; } <<E\nfrom $a\nE\nfn1; a=later; fn1",
                "fn1() { return; }; false; fn1; echo $?; (exit 3); fn1 || echo $?",
                "fn1() { trap 'echo fx' EXIT; echo in; }; (fn1; echo out)",
                "fn1() { echo $LINENO; }\n\nfn1; echo $LINENO",
                "fn1 () { unset -f fn1; echo still; }; fn1; fn1; echo $?",
                "a-b() { echo dash; }; a-b; echo $?",
                "fn1() { break; echo x; }; for i in 1 2; do fn1; echo $i; done",
                "while :; do fn1() { echo defined; }; break; done; fn1 | cat; fn1 >f0; cat f0",
            ])
            .to_owned()
    }
}
