//! Scripts that nest or recurse deeply: what busybox can do works, what is endless ends with one line, and the stack of
//! the thread that runs them is never used up.

#[expect(dead_code, reason = "other tests use what this one does not")]
mod root;

use root::Root;

/// How deep commands must nest at least.
const LEVELS: usize = 10_000;

/// Runs a script; what it printed on both streams and its status.
fn run(script: &str) -> (String, String, i32) {
    let outcome = Root::new().run(script.as_bytes());
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (
        text(&outcome.stdout),
        text(&outcome.stderr),
        outcome.status.expect("the script ends"),
    )
}

/// A script that prints one line and nothing else.
fn check(script: &str, expected: &str) {
    let (stdout, stderr, status) = run(script);
    let shown = &script[..script.len().min(60)];
    assert_eq!(
        (stdout.as_str(), stderr.as_str(), status),
        (expected, "", 0),
        "{shown}"
    );
}

/// A script that never comes to an end of its own.
fn check_endless(script: &str) {
    let (stdout, stderr, status) = run(script);
    assert_eq!(
        (stdout.as_str(), stderr.as_str(), status),
        ("", "sh: recursion too deep\n", 2),
        "{script}"
    );
}

/// A script that runs `begin`, so many times `open`, `middle`, as often `close`, and `end`, which are too long for an
/// argument.
fn nested(begin: &str, open: &str, middle: &str, close: &str, end: &str, levels: usize) -> String {
    let repeat = |text: &str| format!("$(yes '{text}' | head -n {levels} | tr -d '\\n')");
    let (open, close) = (repeat(open), repeat(close));
    format!("a=; eval '{begin}'\"{open}\"'{middle}'\"{close}\"'{end}'")
}

#[test]
fn commands_nest() {
    for (open, close) in [
        ("(", ")"),
        ("{ ", ";}"),
        ("if ", ";then :;fi"),
        ("if :;then ", ";fi"),
        ("if false;then :;else ", ";fi"),
        ("while ", ";do break;done"),
        ("until false;do ", ";break;done"),
        ("for i in 1;do ", ";done"),
        ("case a in a) ", ";;esac"),
        ("! { ", ";}"),
        ("true && ", ""),
        ("false || ", ""),
    ] {
        let script = nested("", open, "echo deep", close, "", LEVELS);
        check(&script, "deep\n");
    }
}

#[test]
fn what_is_not_run_may_nest_deeper() {
    for (open, close) in [
        ("(", ")"),
        ("{ ", ";}"),
        ("if ", ";then :;fi"),
        ("$(", ")"),
        ("${a-", "}"),
        ("\"${a-\"", "\"}\""),
        ("$((", "))"),
        ("$(($(", ")))"),
    ] {
        let script = nested(
            "if false; then ",
            open,
            ":",
            close,
            "; fi; echo end",
            10 * LEVELS,
        );
        check(&script, "end\n");
    }
}

#[test]
fn words_nest() {
    let sum = format!("{}\n", LEVELS + 1);
    for (begin, open, middle, close, end, expected) in [
        ("echo ", "${a:-", "deep", "}", "", "deep\n"),
        ("echo ", "\"${a:-\"", "deep", "\"}\"", "", "deep\n"),
        ("echo ", "$((1+", "1", "))", "", sum.as_str()),
        ("echo $((", "(", "1", ")", "))", "1\n"),
        ("echo $((", "- ", "1", "", "))", "1\n"),
        ("echo $((", "(1 ? ", "1", " : 0)", "))", "1\n"),
        ("", "command ", "echo deep", "", "", "deep\n"),
        ("[ ", "! ", "deep", "", " ]; echo $?", "0\n"),
    ] {
        check(&nested(begin, open, middle, close, end, LEVELS), expected);
    }
    check(&nested("echo ", "$(echo ", "deep", ")", "", 300), "deep\n");
}

#[test]
fn functions_recurse() {
    check(
        "f() { if [ $1 -gt 0 ]; then f $(($1-1)); else echo deep; fi; }; f 7000",
        "deep\n",
    );
    check(
        "f() { local n=$1; case $n in 0) echo deep;; *) f $((n-1));; esac; }; f 7000",
        "deep\n",
    );
}

#[test]
fn eval_and_dot_recurse() {
    check(
        "n=900; e='n=$((n-1)); if [ $n -gt 0 ]; then eval \"$e\"; else echo deep; fi'; eval \"$e\"",
        "deep\n",
    );
    check(
        "n=200; echo 'n=$((n-1)); if [ $n -gt 0 ]; then . ./f; else echo deep; fi' >f; . ./f",
        "deep\n",
    );
}

#[test]
fn what_recurses_without_end_says_so() {
    for script in [
        "f() { f; }; f",
        "f() { g; }; g() { f && f; }; f",
        "e='eval \"$e\"'; eval \"$e\"",
        "f() { eval f; }; f",
        "trap 'kill -USR1 $$' USR1; kill -USR1 $$; :",
        "alias f='f2 '; f() { f; }; f",
    ] {
        check_endless(script);
    }
}

#[test]
fn variables_that_name_each_other_end() {
    let (stdout, stderr, status) = run("a=b b=a; echo $((a))");
    assert_eq!(
        (stdout.as_str(), stderr.as_str(), status),
        ("", "sh: expression recursion loop detected\n", 2)
    );
}
