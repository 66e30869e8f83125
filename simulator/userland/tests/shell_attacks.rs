//! Scripts that try to break the shell: each ends, with what busybox says or with one line, and nobody panics, hangs or
//! takes memory that is not charged.

#[expect(dead_code, reason = "other tests use what this one does not")]
mod root;

use root::Root;

/// CPU time that a script may spend, fuel.
const MOST_FUEL: u64 = 60_000_000_000;

/// Runs a script; what it printed on both streams and its status.
fn run(script: &[u8]) -> (String, String, i32) {
    let root = Root::new();
    let outcome = root.run(script);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let shown = String::from_utf8_lossy(&script[..script.len().min(80)]).into_owned();
    let fuel = root.userland().spent_nanos();
    assert!(fuel < MOST_FUEL, "{fuel} fuel: {shown}");
    (
        text(&outcome.stdout),
        text(&outcome.stderr),
        outcome
            .status
            .unwrap_or_else(|| panic!("it does not end: {shown}")),
    )
}

#[track_caller]
fn check(script: &str, expected: (&str, &str, i32)) {
    let (stdout, stderr, status) = run(script.as_bytes());
    let found = (stdout.as_str(), stderr.as_str(), status);
    assert_eq!(found, expected, "{}", &script[..script.len().min(200)]);
}

/// A variable `v` that holds `text` so many times.
fn long(text: &str, times: usize) -> String {
    format!("v=$(yes '{text}' | head -n {times} | tr -d '\\n'); ")
}

#[test]
fn replacing_in_long_values_takes_time_in_proportion() {
    for (pattern, text) in [
        ("a", "b"),
        ("a*", "b"),
        ("*b", "x"),
        ("[a]", "b"),
        ("?", "b"),
        ("*a*c", "x"),
        ("a*b*c", "x"),
        ("[!x]*y", ""),
        ("?*?*?*z", ""),
    ] {
        let script = long("a", 20_000) + &format!("v=${{v//{pattern}/{text}}}; echo ${{#v}}");
        let (stdout, stderr, status) = run(script.as_bytes());
        assert_eq!((stderr.as_str(), status), ("", 0), "{pattern}");
        assert!(stdout.ends_with('\n'), "{pattern}");
    }
    for operator in ["#*b", "##*b", "%b*", "%%b*", "##*[!a]*", "%%*a*b*"] {
        let script = long("a", 20_000) + &format!("v=${{v{operator}}}; echo ${{#v}}");
        check(&script, ("20000\n", "", 0));
    }
}
