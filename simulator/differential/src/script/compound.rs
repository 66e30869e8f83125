//! Compound commands, lists, pipelines and functions.

use super::generator::Generator;
use crate::construct::Construct;

impl Generator {
    /// Commands separated by `;`, ending without one.
    pub(super) fn list(&mut self, depth: usize) -> String {
        let count = self.dice.between(1, 2);
        let commands: Vec<String> = (0..count).map(|_| self.inline(depth)).collect();
        commands.join("; ")
    }

    pub(super) fn compound(&mut self, depth: usize) -> String {
        let inner = depth.saturating_sub(1);
        match self.dice.below(22) {
            0 => self.if_command(inner, "\n"),
            1 | 2 => self.while_loop(inner),
            3 | 4 => self.for_loop(inner),
            5..8 => self.case(inner),
            8..11 => self.function(inner),
            11 => self.and_or(inner),
            12..15 => self.pipeline(inner),
            15 => self.break_or_continue(inner),
            16 => self.background_list(inner),
            17 => self.until_loop(inner),
            _ => self.inline_compound(inner),
        }
    }

    /// A compound command on one line.
    pub(super) fn inline_compound(&mut self, depth: usize) -> String {
        match self.dice.below(10) {
            0 | 1 => {
                self.uses(Construct::Subshell);
                let list = self.list(depth);
                format!("( {list} )")
            }
            2 | 3 => {
                self.uses(Construct::Group);
                let list = self.list(depth);
                format!("{{ {list}; }}")
            }
            4 | 5 => self.if_command(depth, "; "),
            6 => self.for_loop(depth),
            7 => self.and_or(depth),
            8 => self.pipeline(depth),
            _ => self.case(depth),
        }
    }

    fn condition(&mut self, depth: usize) -> String {
        match self.dice.below(4) {
            0 => self
                .dice
                .pick(&["true", "false", "! true", "! false", "(exit 3)", ":"])
                .to_owned(),
            1 => self.list(depth),
            _ => self.test_command(depth),
        }
    }

    fn if_command(&mut self, depth: usize, separator: &str) -> String {
        self.uses(Construct::If);
        let condition = self.condition(depth);
        let body = self.list(depth);
        let mut text = format!("if {condition}{separator}then {body}{separator}");
        if self.dice.chance(30) {
            let condition = self.condition(depth);
            let body = self.list(depth);
            text += &format!("elif {condition}{separator}then {body}{separator}");
        }
        if self.dice.chance(40) {
            let body = self.list(depth);
            text += &format!("else {body}{separator}");
        }
        text + "fi"
    }

    /// The name of a counter that nothing else uses.
    fn counter(&mut self) -> String {
        format!("i{}", self.next_serial())
    }

    fn while_loop(&mut self, depth: usize) -> String {
        self.uses(Construct::While);
        let counter = self.counter();
        let most = self.dice.between(1, 4);
        let body = self.list(depth);
        let condition = match self.dice.below(3) {
            0 => format!("[ \"${counter}\" -lt {most} ]"),
            1 => format!("test ${counter} != {most}"),
            _ => format!("[ $(({counter} < {most})) = 1 ]"),
        };
        format!("{counter}=0; while {condition}; do {counter}=$(({counter}+1)); {body}; done")
    }

    fn until_loop(&mut self, depth: usize) -> String {
        self.uses(Construct::Until);
        let counter = self.counter();
        let most = self.dice.between(1, 3);
        let body = self.list(depth);
        format!(
            "{counter}=0\nuntil [ \"${counter}\" -ge {most} ]\ndo\n{body}\n{counter}=$(({counter}+1))\ndone"
        )
    }

    fn for_loop(&mut self, depth: usize) -> String {
        self.uses(Construct::For);
        let name = self.dice.pick(&["i", "x", "a"]);
        let body = self.list(depth);
        match self.dice.below(5) {
            0 => format!("for {name}; do {body}; done"),
            1 => format!("for {name} do show \"${name}\"; {body}; done"),
            2 => {
                let words = self.word_list(3, depth);
                format!("for {name} in {words}; do echo \"${name}\"; done")
            }
            _ => {
                let words = self.word_list(3, depth);
                format!("for {name} in {words}; do {body}; show \"${name}\"; done")
            }
        }
    }

    fn break_or_continue(&mut self, depth: usize) -> String {
        self.uses(Construct::BreakContinue);
        let word = self.dice.pick(&[
            "break",
            "continue",
            "break 2",
            "continue 2",
            "break 9",
            "continue 1",
            "break 0",
            "break x",
            "continue -1",
        ]);
        let test = self.test_command(0);
        let body = self.inline(depth);
        match self.dice.below(4) {
            0 => format!(
                "for i in 1 2 3; do for x in a b; do {test} && {word}; echo $i$x; done; echo $i; done"
            ),
            1 => {
                format!("for i in 1 2 3; do {body}; if [ $i = 2 ]; then {word}; fi; echo $i; done")
            }
            2 => format!(
                "i=0; while [ $i -lt 4 ]; do i=$((i+1)); case $i in 2) {word};; esac; echo $i; done"
            ),
            _ => format!("{word}; echo $?; (for i in 1 2; do {word} || echo no; echo $i; done)"),
        }
    }

    pub(super) fn case(&mut self, depth: usize) -> String {
        self.uses(Construct::Case);
        let subject = self.word(depth);
        let arms = self.dice.below(3) + 1;
        let mut text = format!("case {subject} in ");
        for index in 0..arms {
            let open = if self.dice.chance(30) { "(" } else { "" };
            let mut patterns = self.case_pattern(depth);
            if self.dice.chance(30) {
                patterns += " | ";
                patterns += &self.case_pattern(depth);
            }
            let body = if self.dice.chance(10) {
                String::new()
            } else {
                self.list(depth)
            };
            text += &format!("{open}{patterns}) echo arm{index}; {body}");
            if body.is_empty() {
                text.truncate(text.trim_end_matches("; ").len());
            }
            text += " ;; ";
        }
        if self.dice.chance(40) {
            text += "*) echo other;; ";
        }
        text + "esac"
    }

    fn case_pattern(&mut self, depth: usize) -> String {
        match self.dice.below(6) {
            0..3 => self.literal_pattern().to_owned(),
            3 => format!("\"{}\"", self.literal_pattern()),
            4 => self
                .dice
                .pick(&[
                    "''",
                    "$a",
                    "\"$b\"",
                    "foo",
                    "a*c",
                    "${u-x}",
                    "\\*",
                    "$(echo a)",
                    "~",
                    "[a\"-\"c]",
                    "*'*'*",
                ])
                .to_owned(),
            _ => self.word(depth.min(1)).replace('\n', ""),
        }
    }

    pub(super) fn and_or(&mut self, depth: usize) -> String {
        self.uses(Construct::AndOr);
        let mut text = self.inline(depth);
        for _ in 0..self.dice.between(1, 2) {
            text += self.dice.pick(&[" && ", " || "]);
            if self.dice.chance(20) {
                self.uses(Construct::NegatedPipeline);
                text += "! ";
            }
            text += &self.inline(depth);
        }
        text
    }

    /// Only the first command may say anything but what it passes on, so that the order is certain.
    pub(super) fn pipeline(&mut self, depth: usize) -> String {
        if self.traced {
            return self.inline(depth);
        }
        self.uses(Construct::Pipeline);
        let mut text = if self.dice.chance(15) {
            self.uses(Construct::NegatedPipeline);
            "! ".to_owned()
        } else {
            String::new()
        };
        let first = self.inline(depth);
        text += &format!("{{ {first}; }}");
        for _ in 0..self.dice.between(0, 2) {
            text += " | ";
            text += self.dice.pick(&[
                "cat",
                "sort",
                "tr a-z A-Z",
                "{ cat; }",
                "(cat)",
                "sed s/a/b/",
                "cut -c1-5",
            ]);
        }
        text += " | ";
        text += &match self.dice.below(8) {
            0 => "{ cat; (exit 3); }".to_owned(),
            1 => "while read -r x; do show \"$x\"; done".to_owned(),
            2 => "wc -c".to_owned(),
            3 => "{ read a; cat; show \"$a\"; }".to_owned(),
            4 => "grep -c .".to_owned(),
            5 => "head -n 3 | cat -n".to_owned(),
            _ => "cat".to_owned(),
        };
        if self.dice.chance(40) {
            text += "; echo \"p=$?\"";
        }
        text
    }

    fn background_list(&mut self, depth: usize) -> String {
        self.uses(Construct::Background);
        self.uses(Construct::Wait);
        let list = self.list(depth);
        let serial = self.next_serial();
        format!("{{ {list}; }} >bg{serial} 2>&1 & wait $!; echo \"w=$?\"; cat bg{serial}")
    }

    fn function(&mut self, depth: usize) -> String {
        self.uses(Construct::Function);
        let name = self.dice.pick(&["f", "g", "h_1"]).to_owned();
        let outer = std::mem::replace(&mut self.in_function, true);
        let mut body = self.list(depth);
        if self.dice.chance(40) {
            self.uses(Construct::Local);
            let value = self.word(depth);
            let form = match self.dice.below(5) {
                0 => "local a b".to_owned(),
                1 => format!("local a={value} n=5"),
                2 => "local a; a=5; b=6".to_owned(),
                3 => "local IFS=:; show $a; unset a".to_owned(),
                _ => format!("local a b={value}; show \"$a\" \"$b\""),
            };
            body = format!("{form}; {body}");
        }
        if self.dice.chance(40) {
            self.uses(Construct::Return);
            let status = self
                .dice
                .pick(&["3", "0", "", "$n", "256", "x", "-1", "$?"]);
            body += &format!("; return {status}");
            if self.dice.chance(20) {
                body += "; echo not here";
            }
        }
        self.in_function = outer;
        let definition = match self.dice.below(6) {
            0 => format!("{name}() ( {body} )"),
            1 => format!("function {name} {{ {body}; }}"),
            2 => format!("{name} ()\n{{\n{body}\n}}"),
            3 => format!("{name}() {{ {body}; }} 2>&1"),
            4 => format!("{name}() if true; then {body}; fi"),
            _ => format!("{name}() {{ {body}; }}"),
        };
        if !self.functions.contains(&name) {
            self.functions.push(name.clone());
        }
        let words = self.word_list(3, depth);
        format!(
            "{definition}\n{name} {words}; echo \"f=$?\"; show \"$@\" \"${{a-u}}\" \"${{b-u}}\""
        )
    }

    /// A call of a function that is defined, unless its definition was not reached. Never inside a function, where it
    /// might not end.
    pub(super) fn call(&mut self, depth: usize) -> String {
        if self.in_function || self.functions.is_empty() {
            return ":".to_owned();
        }
        let name = self.functions[self.dice.below(self.functions.len())].clone();
        let words = self.word_list(2, depth.min(1));
        format!("{name} {words}")
    }
}
