//! The shell at a terminal: prompt, line editing, history and job control.

#[expect(dead_code, reason = "the corpus uses what this test does not")]
mod root;

use root::Root;

const PROMPT: &str = "/work # ";

#[test]
fn lines_are_echoed_run_and_prompted_for_again() {
    let root = Root::new();
    let mut terminal = root.terminal(&["sh"]);
    assert_eq!(terminal.expect(PROMPT), PROMPT);
    terminal.send(b"echo hi\r");
    assert_eq!(
        terminal.expect(PROMPT),
        format!("echo hi\r\nhi\r\n{PROMPT}")
    );
    terminal.send(b"cd /\r");
    terminal.expect("/ # ");
    terminal.send(b"exit 3\r");
    assert_eq!(terminal.status(), 3);
}

#[test]
fn keys_edit_and_history_comes_back() {
    let root = Root::new();
    let mut terminal = root.terminal(&["sh"]);
    terminal.expect(PROMPT);
    terminal.send(b"echo ac\x1b[Db\r");
    assert!(terminal.expect(PROMPT).contains("\nabc\r\n"));
    terminal.send(b"\x1b[A\x7fd\r");
    assert!(terminal.expect(PROMPT).contains("\nabd\r\n"));
    terminal.send(b"garbage\x15echo clean\r");
    assert!(terminal.expect(PROMPT).contains("\nclean\r\n"));
    terminal.send(b"if true\r");
    terminal.expect("> ");
    terminal.send(b"then echo more; fi\r");
    assert!(terminal.expect(PROMPT).contains("\nmore\r\n"));
    terminal.send(b"\x04");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn interrupts_end_the_command_and_not_the_shell() {
    let root = Root::new();
    let mut terminal = root.terminal(&["sh"]);
    terminal.expect(PROMPT);
    terminal.send(b"half a line\x03");
    terminal.expect(&format!("^C\r\n{PROMPT}"));
    terminal.send(b"echo $?\r");
    assert!(terminal.expect(PROMPT).contains("\n130\r\n"));
    // Keys are signals only once the line has been read, which its output tells.
    terminal.send(b"echo on; sleep 1000\r");
    terminal.expect("\r\non\r\n");
    terminal.send(b"\x03");
    terminal.expect(PROMPT);
    terminal.send(b"echo $?\r");
    assert!(terminal.expect(PROMPT).contains("\n130\r\n"));
    terminal.send(b"echo on; while :; do :; done\r");
    terminal.expect("\r\non\r\n");
    terminal.send(b"\x03");
    terminal.expect(PROMPT);
    terminal.send(b"exit\r");
    terminal.status();
}

#[test]
fn jobs_stop_and_go_on() {
    let root = Root::new();
    let mut terminal = root.terminal(&["sh"]);
    terminal.expect(PROMPT);
    terminal.send(b"cat\r");
    terminal.expect("cat\r\n");
    terminal.send(b"here\r");
    terminal.expect("here\r\nhere\r\n");
    terminal.send(b"\x1a");
    assert!(
        terminal
            .expect(PROMPT)
            .contains("[1]+  Stopped                    cat\r\n")
    );
    terminal.send(b"jobs\r");
    assert!(
        terminal
            .expect(PROMPT)
            .contains("[1]+  Stopped                    cat\r\n")
    );
    terminal.send(b"fg\r");
    terminal.expect("fg\r\ncat\r\n");
    terminal.send(b"back\r");
    terminal.expect("back\r\nback\r\n");
    terminal.send(b"\x04");
    terminal.expect(PROMPT);
    terminal.send(b"sleep 1000 &\r");
    assert!(terminal.expect(PROMPT).contains("[1] "));
    terminal.send(b"kill %1; wait\r");
    terminal.expect(PROMPT);
    terminal.send(b"exit 5\r");
    assert_eq!(terminal.status(), 5);
}

/// Types `keys` behind a command that shows its words; what it shows.
fn words(terminal: &mut root::Terminal<'_>, keys: &str) -> String {
    terminal.send(format!("{keys}\r").as_bytes());
    let shown = terminal.expect(PROMPT);
    let lines: Vec<&str> = shown.split("\r\n").collect();
    lines[lines.len() - 2].to_owned()
}

#[test]
fn every_key_does_what_it_is_for() {
    let root = Root::new();
    let mut terminal = root.terminal(&["sh"]);
    terminal.expect(PROMPT);
    for (keys, expected) in [
        // Arrows to the left and the right, in both forms.
        ("echo ad\x1b[Dc\x1b[Db", "abcd"),
        ("echo bd\x1bOD\x1bODa\x1b[Cc", "abcd"),
        // Home, end, ^A and ^E.
        ("cho 1\x1b[He\x1b[F2", "12"),
        ("cho 3\x1b[1~e\x1b[4~4", "34"),
        ("cho 5\x01e\x056", "56"),
        ("cho 7\x1bOHe\x1bOF8", "78"),
        // ^U takes what is before the cursor, ^W a word.
        ("garbage\x15echo clean", "clean"),
        ("xcho bye\x1b[D\x1b[D\x1b[D\x15echo ", "bye"),
        ("echo one two\x17three", "one three"),
        ("echo a bc\x1b[D\x17", "a c"),
        // Delete, backspace and ^K.
        ("echo abx\x7fc", "abc"),
        ("echo abxc\x1b[D\x1b[D\x1b[3~", "abc"),
        ("echo ab rest\x1b[D\x1b[D\x1b[D\x1b[D\x1b[D\x0b", "ab"),
        // ^D in a line takes the character below the cursor.
        ("echo xabc\x01\x06\x06\x06\x06\x06\x04", "abc"),
        // History: up, up and down, ^P, and what was being typed comes back.
        ("echo first", "first"),
        ("echo second", "second"),
        ("\x1b[A\x1b[A", "first"),
        ("\x1b[A\x1b[A\x1b[B!", "first!"),
        ("echo dra\x1b[A\x1b[Bft", "draft"),
        ("\x10", "draft"),
        // ^R finds the newest line that has the text, and again an older one.
        ("\x12sec", "second"),
        ("\x12irst\x12", "first"),
    ] {
        assert_eq!(words(&mut terminal, keys), expected, "{keys:?}");
    }
    // ^C gives a line up.
    terminal.send(b"echo no\x03");
    terminal.expect(&format!("^C\r\n{PROMPT}"));
    assert_eq!(words(&mut terminal, "echo yes $?"), "yes 130");
    // ^L clears the screen and shows the line again.
    terminal.send(b"echo kept\x0c");
    let shown = terminal.expect("\x1b[H\x1b[J\r/work # echo kept\x1b[J");
    assert!(shown.starts_with("echo kept"), "{shown:?}");
    terminal.send(b"\r");
    terminal.expect(&format!("\r\nkept\r\n{PROMPT}"));
    // ^Z at the prompt stops nobody; a job it stops.
    assert_eq!(words(&mut terminal, "\x1aecho here"), "here");
    terminal.send(b"sleep 1000\r");
    terminal.expect("sleep 1000\r\n");
    terminal.send(b"\x1a");
    assert!(terminal.expect(PROMPT).contains("[1]+  Stopped"));
    assert_eq!(words(&mut terminal, "echo $?"), "148");
    terminal.send(b"fg\r");
    terminal.expect("fg\r\nsleep 1000\r\n");
    terminal.send(b"\x03");
    terminal.expect(PROMPT);
    assert_eq!(words(&mut terminal, "echo end $?"), "end 130");
    // ^D on an empty line ends the shell.
    terminal.send(b"\x04");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn history_lasts_as_long_as_the_login() {
    let root = Root::new();
    let mut terminal = root.terminal(&["sh"]);
    terminal.expect(PROMPT);
    assert_eq!(words(&mut terminal, "echo mine"), "mine");
    // A shell inside has lines of its own, and leaves those outside alone.
    terminal.send(b"sh\r");
    terminal.expect(PROMPT);
    terminal.send(b"\x1b[A");
    assert_eq!(words(&mut terminal, "echo inner"), "inner");
    terminal.send(b"exit\r");
    terminal.expect(PROMPT);
    assert_eq!(words(&mut terminal, "\x1b[A\x1b[A"), "mine");
    terminal.send(b"exit\r");
    assert_eq!(terminal.status(), 0);
}

#[test]
fn a_calculator_at_a_terminal_outlives_errors() {
    let root = Root::new();
    let mut terminal = root.terminal(&["sh"]);
    terminal.expect(PROMPT);
    terminal.send(b"bc -l\r");
    terminal.expect("bc -l\r\n");
    terminal.send(b"define f(x){return 1/x}\r");
    terminal.expect("x}\r\n");
    terminal.send(b"f(0)\r");
    terminal.expect("bc: divide by zero\r\n");
    terminal.send(b"2+\r");
    terminal.expect("bc: bad expression at ''\r\n");
    terminal.send(b"f(8)\r");
    terminal.expect("\r\n.12500000000000000000\r\n");
    terminal.send(b"quit\r");
    terminal.expect(PROMPT);
    terminal.send(b"dc\r");
    terminal.expect("dc\r\n");
    terminal.send(b"+\r");
    terminal.expect("dc: stack has too few elements\r\n");
    terminal.send(b"2 3+p\r");
    terminal.expect("\r\n5\r\n");
    terminal.send(b"q\r");
    terminal.expect(PROMPT);
    terminal.send(b"exit\r");
    assert_eq!(terminal.status(), 0);
}

/// Names are completed as by the reference; so are its columns.
#[test]
fn names_are_completed_and_listed() {
    let root = Root::new();
    let mut terminal = root.terminal(&["sh"]);
    terminal.expect(PROMPT);
    terminal.send(b"mkdir alp alpha; touch beta betamax 'gam ma' uniq; clear() { :; }\r");
    terminal.expect(PROMPT);
    let mut line = |keys: &str, expected: &str| {
        terminal.send(format!("echo {keys}\r").as_bytes());
        let shown = terminal.expect(PROMPT);
        assert!(shown.contains(&format!("\r\n{expected}\r\n")), "{shown:?}");
    };
    line("u\t", "uniq");
    line("g\t", "gam ma");
    line("b\tm\t", "betamax");
    line("\"un\t", "uniq");
    line("alpha\t.", "alpha/.");
    line("/bi\tech\t", "/bin/echo");
    line("zz\t", "zz");
    line("; ech\tx", "x");
    terminal.send(b"echo b\t\t");
    let listed = terminal.expect("\r\nbeta     betamax\r\n\r/work # echo beta\x1b[J");
    assert!(listed.contains('\x07'), "{listed:?}");
    terminal.send(b"\x15cd al\t\t");
    terminal.expect("\r\nalp/    alpha/\r\n\r/work # cd alp\x1b[J");
    terminal.send(b"h\t\r");
    terminal.expect("/work/alpha # ");
    terminal.send(b"echo one\r");
    terminal.expect("/work/alpha # ");
    terminal.send(b"\x12alp alp");
    let found = terminal.expect("clear() { :; }\x1b[J");
    assert!(found.contains("(reverse-i-search)'alp "), "{found:?}");
    terminal.send(b"\x07echo done\r");
    terminal.expect("\r\ndone\r\n");
}
