//! Processes in the background and what is known of them.

use super::generator::Generator;
use crate::construct::Construct;

impl Generator {
    /// Whatever runs in the background writes to files, and the script waits for it: the order is certain.
    pub(super) fn process(&mut self, depth: usize) -> String {
        let list = self.list(depth.saturating_sub(1));
        let serial = self.next_serial();
        let file = format!("p{serial}");
        self.uses(Construct::Background);
        match self.dice.below(20) {
            0 | 1 => {
                self.uses(Construct::Wait);
                format!("{{ {list}; exit 3; }} >{file} 2>&1 & wait $!; echo $?; cat {file}")
            }
            2 => {
                self.uses(Construct::Wait);
                format!("({list}) >{file} 2>&1 & wait; echo $?; cat {file}")
            }
            3 => {
                self.uses(Construct::Wait);
                "(exit 3) & x=$!; (exit 4) & y=$!; wait $x $y; echo $?; wait $x; echo $?".to_owned()
            }
            4 => {
                self.uses(Construct::Wait);
                self.dice
                    .pick(&[
                        "wait 99999; echo $?",
                        "wait; echo $?",
                        "wait x; echo $?",
                        "wait %1; echo $?",
                        "true & wait $!; wait $!; echo $?",
                        "wait -n; echo $?",
                        "(exit 5) & wait %1; echo $?",
                        "true & false & wait; echo $?",
                    ])
                    .to_owned()
            }
            5 => {
                self.uses(Construct::Jobs);
                self.uses(Construct::Kill);
                "sleep 5 & jobs; kill $!; wait $!; echo $?; jobs".to_owned()
            }
            6 => {
                self.uses(Construct::Jobs);
                self.uses(Construct::Kill);
                "sleep 4 & sleep 5 & jobs; kill %1 %2; wait; jobs; echo $?".to_owned()
            }
            7 => {
                self.uses(Construct::Jobs);
                self.uses(Construct::Wait);
                "true & wait; jobs; echo $?; jobs %1; echo $?; jobs; jobs %7; echo $?".to_owned()
            }
            8 => {
                self.uses(Construct::Kill);
                "sleep 5 & kill -9 $!; wait $!; echo $?; kill $!; echo $?".to_owned()
            }
            9 => {
                self.uses(Construct::Kill);
                self.dice
                    .pick(&[
                        "kill -l 9; kill -l TERM; kill -l 137; kill -l x; echo $?",
                        "kill; echo $?",
                        "kill -FOO $$; echo $?",
                        "kill -0 $$; echo $?",
                        "kill -s INT; echo $?",
                        "kill x; echo $?",
                        "kill -l | head -n 3",
                        "kill 99999; echo $?",
                        "kill -USR1; echo $?",
                        "kill -0 99999 $$; echo $?",
                        "kill %9; echo $?",
                        "kill -s; echo $?",
                        "kill -15 ''; echo $?",
                    ])
                    .to_owned()
            }
            10 => {
                self.uses(Construct::Kill);
                let signal = self.dice.pick(&[
                    "TERM", "KILL", "HUP", "USR1", "INT", "QUIT", "PIPE", "ALRM", "SEGV", "ABRT",
                ]);
                format!("sh -c 'kill -{signal} $$'; echo $?; (kill -{signal} $$ & wait) >/dev/null 2>&1; sh -c 'sh -c \"kill -{signal} \\$\\$\"; exit $?'; echo $?").replace("(kill", "(: kill")
            }
            11 => {
                self.uses(Construct::Kill);
                "sh -c 'kill -9 $$' | cat; echo $?; a=$(sh -c 'kill -15 $$'); echo $?; { sh -c 'kill -1 $$'; } 2>/dev/null; echo $?".to_owned()
            }
            12 => {
                self.uses(Construct::Wait);
                format!(
                    "[ -z \"$!\" ] || echo set; : & [ \"$!\" -gt 1 ] && echo pid; wait; {{ sleep 0.01; echo late >{file}; }} & wait; cat {file}"
                )
            }
            13 => {
                self.uses(Construct::Wait);
                format!("cat <<E >{file} &\n$a text\nE\nwait; cat {file}")
            }
            14 => {
                self.uses(Construct::Wait);
                format!("read x & wait $!; echo $?; cat >{file} & wait; wc -c <{file}")
            }
            15 => {
                self.uses(Construct::Wait);
                "(exit 6) | (exit 7) & wait $!; echo $?; (set -o pipefail; (exit 6) | true & wait $!; echo $?)".to_owned()
            }
            16 => {
                self.uses(Construct::Wait);
                "for i in 1 2 3; do (exit $i) & eval p$i=$!; done; wait $p2; echo $?; wait $p1; echo $?; wait $p3; echo $?".to_owned()
            }
            17 => {
                self.uses(Construct::Jobs);
                self.dice
                    .pick(&[
                        "fg; echo $?",
                        "bg; echo $?",
                        "fg %1; echo $?",
                        "jobs -x; echo $?",
                        "jobs -l; echo $?",
                        "jobs -p; echo $?",
                        "sleep 5 & jobs -p | wc -l; kill %%; wait; echo $?",
                        "sleep 5 & kill %sle; echo $?; kill %+; wait %+; echo $?",
                    ])
                    .to_owned()
            }
            18 => {
                self.uses(Construct::Wait);
                "f() { (exit 3) & wait $!; echo $?; }; f; ( (exit 4) & wait $!; echo $? ); a=$( (exit 5) & wait $!; echo $?); echo $a".to_owned()
            }
            _ => {
                self.uses(Construct::Wait);
                "sleep 0.02 & x=$!; wait $x && echo slept; (sleep 0.01; exit 2) & wait; echo $?; ! true & wait $!; echo $?".to_owned()
            }
        }
    }
}
