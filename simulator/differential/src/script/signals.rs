//! Traps.

use super::generator::Generator;
use crate::construct::Construct;

impl Generator {
    pub(super) fn signal(&mut self, depth: usize) -> String {
        match self.dice.below(16) {
            0..4 => self.exit_trap(depth),
            4..8 => self.signal_trap(depth),
            8..10 => self.listed(),
            10..12 => self.delayed(),
            12..15 => self.interrupted_wait(),
            _ => self.wrong_trap(),
        }
    }

    fn exit_trap(&mut self, depth: usize) -> String {
        self.uses(Construct::ExitTrap);
        let inner = self.inline(depth.saturating_sub(1));
        self.dice
            .pick(&[
                format!("trap 'echo \"bye $?\"' EXIT; {inner}"),
                format!("(trap 'echo \"bye $?\"' EXIT; {inner})"),
                format!("(trap 'echo one' EXIT; trap 'echo two' 0; {inner}; exit 4); echo $?"),
                "(trap 'exit 5' EXIT; exit 3); echo $?".to_owned(),
                "(trap 'echo t; false' EXIT; exit 3); echo $?".to_owned(),
                "trap 'echo outer' EXIT; (echo sub); (trap); $(exit 2); trap - EXIT".to_owned(),
                "(trap 'trap \"echo again\" EXIT; echo first' EXIT); echo $?".to_owned(),
                "(trap 'echo \"$a\"' EXIT; a=late; exit)".to_owned(),
                "sh -c 'trap \"echo bye\" EXIT; exit 3; echo no'; echo $?".to_owned(),
                "sh -c 'trap \"echo bye\" EXIT; kill -TERM $$; echo no'; echo $?".to_owned(),
                "(trap '' EXIT; exit 3); echo $?; (trap 'nosuch' EXIT; true); echo $?".to_owned(),
                "fx() { trap 'echo in f $1' EXIT; }; (fx arg; echo after)".to_owned(),
                "(trap 'return 3' EXIT; true); echo $?; (trap 'break' EXIT; for i in 1; do exit 2; done); echo $?".to_owned(),
                "(trap 'echo a\necho b' EXIT; exit); (trap 'if' EXIT; true); echo $?".to_owned(),
                "(set -e; trap 'echo \"e $?\"' EXIT; false); (trap 'echo u $?' EXIT; set -u; echo $u); echo $?".to_owned(),
                "a=$(trap 'echo in' EXIT; echo out); show \"$a\"; (trap 'echo p' EXIT; true) | cat".to_owned(),
                "(trap 'echo x' EXIT; exec true); (trap 'echo y' EXIT; (exit 3)); echo $?".to_owned(),
            ].each_ref())
            .clone()
    }

    fn signal_trap(&mut self, depth: usize) -> String {
        self.uses(Construct::SignalTrap);
        self.uses(Construct::Kill);
        let signal = self.dice.pick(&[
            "TERM", "USR1", "INT", "HUP", "USR2", "15", "QUIT", "ALRM", "SIGTERM", "term",
        ]);
        let name = signal.trim_start_matches("SIG").to_uppercase();
        let inner = self.inline(depth.saturating_sub(1));
        self.dice
            .pick(&[
                format!("trap 'echo \"got {name} $?\"' {signal}; kill -{name} $$; echo \"after $?\"; trap - {signal}"),
                format!("sh -c 'trap \"echo got; exit 7\" {signal}; kill -{name} $$; echo no'; echo $?"),
                format!("sh -c 'trap \"\" {signal}; kill -{name} $$; echo ignored; trap; sh -c \"kill -{name} \\$\\$; echo too\"'; echo $?"),
                format!("sh -c 'trap \"echo x\" {signal}; trap - {signal}; kill -{name} $$; echo no'; echo $?"),
                format!("trap 'false' {signal}; true; kill -{name} $$; echo $?; trap - {signal}"),
                format!("trap 'echo caught' {signal}; f() {{ kill -{name} $$; {inner}; }}; f; trap - {signal}"),
                format!("trap 'echo par' {signal}; (trap; kill -{name} $$; echo sub); echo done; trap - {signal}"),
                format!("sh -c 'trap \"break\" {signal}; for i in 1 2 3; do echo $i; kill -{name} $$; done; echo end'; echo $?"),
                format!("sh -c 'f() {{ trap \"return 4\" {signal}; kill -{name} $$; echo no; }}; f; echo $?'"),
                format!("trap 'echo a; echo b; a=trapped' {signal}; kill -{name} $$ && echo \"$a\"; trap - {signal}"),
                format!("sh -c 'trap \"trap - {signal}; echo once; kill -{name} \\$\\$\" {signal}; kill -{name} $$; echo end'; echo $?"),
                format!("sh -c 'trap \"echo one\" {signal} USR2; kill -{name} $$; kill -USR2 $$; trap - {signal} USR2; trap'; echo $?"),
                format!("sh -c 'trap \"echo \\$?; (exit 9)\" {signal}; (exit 5); kill -{name} $$; echo $?'"),
                format!("x=$(trap 'echo sig' {signal}; sh -c \"kill -{name} $$\" </dev/null; echo in) 2>/dev/null; : $x").replace("$$", "$PPID").replace("kill -", "kill -0 -"),
            ].each_ref())
            .clone()
    }

    fn listed(&mut self) -> String {
        self.uses(Construct::SignalTrap);
        self.dice
            .pick(&[
                "trap 'echo q' QUIT; trap \"it's\" HUP; trap '' INT; trap; trap - QUIT HUP INT; trap",
                "trap 'echo u' USR1; (trap); trap -- - USR1; trap",
                "trap 'a' EXIT; trap 'b' 15; trap; a=$(trap); show \"$a\"; trap - EXIT TERM",
                "trap 'x' KILL; trap; trap - KILL; trap 'y' CHLD; trap; trap - CHLD",
                "trap 1 2; trap; trap '' 1; trap 1; trap; echo $?",
            ])
            .to_owned()
    }

    /// A trap waits for the child in the foreground.
    fn delayed(&mut self) -> String {
        self.uses(Construct::DelayedTrap);
        self.uses(Construct::SignalTrap);
        self.dice
            .pick(&[
                "trap 'echo trapped' TERM; sh -c 'kill -TERM $PPID; echo child'; echo after; trap - TERM",
                "trap 'echo trapped' USR1; sh -c 'kill -USR1 $PPID; sleep 0.02; echo child'; echo after; trap - USR1",
                "trap 'echo trapped' USR1; (sleep 0.02; kill -USR1 $$) & sleep 0.06; echo after; wait; trap - USR1",
                "trap 'echo trapped' HUP; a=$(kill -HUP $$; echo sub); show \"$a\"; trap - HUP",
                "trap 'echo trapped' TERM; (kill -TERM $$; echo sub); echo after; trap - TERM",
                "trap 'echo trapped; exit 4' INT; sh -c 'kill -INT $PPID; echo child'; echo no",
                "trap 'echo trapped' TERM; if sh -c 'kill -TERM $PPID; exit 3'; then echo y; else echo \"n $?\"; fi; trap - TERM",
                "trap 'echo trapped' TERM; sh -c 'kill -TERM $PPID; echo x' | cat; echo after; trap - TERM",
                "sh -c 'sh -c \"kill -TERM \\$PPID; sleep 0.01; echo late\"; echo no'; echo $?",
            ])
            .to_owned()
    }

    fn interrupted_wait(&mut self) -> String {
        self.uses(Construct::InterruptedWait);
        self.uses(Construct::SignalTrap);
        self.uses(Construct::Wait);
        self.uses(Construct::Background);
        self.dice
            .pick(&[
                "trap 'echo got' TERM; (sleep 0.02; kill -TERM $$) & sleep 5 & x=$!; wait $x; echo $?; kill $x; wait $x; echo $?; trap - TERM",
                "trap 'echo got' USR1; (sleep 0.02; kill -USR1 $$; sleep 0.02) & wait; echo $?; wait; echo $?; trap - USR1",
                "trap '' TERM; (sleep 0.01; kill -TERM $$; exit 3) & wait $!; echo $?; trap - TERM",
                "sh -c '(sleep 0.01; kill -TERM $$) & wait; echo no'; echo $?",
                "trap 'echo got; exit 6' TERM; (sleep 0.01; kill -TERM $$) & wait; echo no",
                "trap 'echo chld' CHLD; (exit 3) & wait $!; echo $?; trap - CHLD",
                "trap 'echo got' INT; (sleep 0.01; kill -INT $$) & wait $!; echo $?; wait $!; echo $?; trap - INT",
                "trap 'echo alarm' ALRM; (sleep 0.02; kill -ALRM $$) >/dev/null 2>&1 & read x </dev/null; wait $!; echo $?; wait; trap - ALRM",
            ])
            .to_owned()
    }

    fn wrong_trap(&mut self) -> String {
        self.uses(Construct::SignalTrap);
        self.dice
            .pick(&[
                "trap 'x' NOSUCH; echo $?; trap 'y' 99 TERM; echo $?; trap; trap - TERM",
                "trap - ; echo $?; trap 'only'; echo $?",
                "trap -l; echo $?; trap -p; echo $?; trap -- ; echo $?",
                "trap 'echo x' '' ; echo $?; trap '' ''; echo $?",
                "trap 'if' USR1; kill -USR1 $$; echo no; trap - USR1",
                "trap 'nosuch' USR1; kill -USR1 $$; echo $?; trap - USR1",
            ])
            .to_owned()
    }
}
