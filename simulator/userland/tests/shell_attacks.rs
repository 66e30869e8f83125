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

#[test]
fn widths_and_precisions_are_counted_and_not_made() {
    for (script, expected) in [
        ("printf '%2000000000d' 1 | head -c 3 | wc -c", "3\n"),
        ("printf '%.2000000000f' 1 | head -c 6", "1.0000"),
        ("printf '%-2000000000s' x | head -c 2", "x "),
        ("printf '%99999999999999999999s' x; echo $?", "1\n"),
        ("printf '%.99999999999999999999d' 1; echo $?", "1\n"),
        ("printf '%*.*s' -3 1 xyz", "x  "),
    ] {
        check(script, (expected, "", 0));
    }
    let (stdout, stderr, status) = run(b"a=$(printf '%300000000s' x); echo ${#a}");
    assert_eq!((stdout.as_str(), stderr.as_str(), status), ("", "", -9));
}

#[test]
fn options_may_be_asked_for_in_wrong_ways() {
    let usage = "sh: getopts: line 0: usage: getopts optstring var [arg]\n";
    for (script, expected) in [
        ("getopts; getopts a; echo $?", ("2\n", &*usage.repeat(2), 0)),
        (
            "OPTIND=99999999999999999999; getopts a o -a; echo $o $OPTIND",
            ("a 2\n", "", 0),
        ),
        (
            "OPTIND=-5; getopts a o -a; echo $o $OPTIND",
            ("a 2\n", "", 0),
        ),
        (
            "OPTIND=4; set -- -a; getopts a o; echo $? $OPTIND",
            ("0 2\n", "", 0),
        ),
        (
            "set -- -ab; getopts ab o; set --; getopts ab o; echo $? $o",
            ("1 ?\n", "", 0),
        ),
        (
            "getopts : o -:; echo $o; getopts '' o -x; echo $o",
            (":\n?\n", "", 0),
        ),
    ] {
        check(script, expected);
    }
}

#[test]
fn nothing_is_read_from_what_is_closed() {
    check(
        "read x <&-; echo $?; exec 5<&-; read -u 5 y; echo $?; read -u 99999 z; echo $?; read -t 0.1 <&-; echo $?",
        ("1\n1\n1\n1\n", "", 0),
    );
    check(
        "read -n 99999999999 x </dev/null; echo $?",
        ("2\n", "sh: read: line 0: invalid count\n", 0),
    );
}

#[test]
fn aliases_that_name_each_other_end() {
    for (script, name) in [
        ("alias a='b ' b='a '; a b a b; echo $?", "a"),
        ("alias l='l; l'; l; echo $?", "l"),
        ("alias x='x x x x'; eval 'x x'; echo $?", "x"),
    ] {
        let (stdout, stderr, status) = run(script.as_bytes());
        assert!(
            stderr.ends_with(&format!("{name}: not found\n")),
            "{stderr}"
        );
        assert_eq!((stdout.as_str(), status), ("127\n", 0), "{script}");
    }
}

#[test]
fn long_texts_are_read_once() {
    for (script, expected) in [
        (
            "eval \"$(printf 'eval %.0s' $(seq 300)) echo deep\"",
            "deep\n",
        ),
        ("echo $((`printf '1+%.0s' $(seq 50000)`1))", "50001\n"),
        ("echo $((`printf '2**%.0s' $(seq 50000)`1))", "4\n"),
        (
            "case $(printf 'x%.0s' $(seq 50000)) in $(printf '*x%.0s' $(seq 1000))y) echo m;; *) echo n;; esac",
            "n\n",
        ),
        (
            "eval \"case q in $(printf 'a) ;; %.0s' $(seq 20000)) q) echo y;; esac\"",
            "y\n",
        ),
        (
            "eval \"echo $(printf '${a-~x}%.0s' $(seq 3000))\" | wc -c",
            "6001\n",
        ),
        (
            "eval \"a=$(printf '~:%.0s' $(seq 5000))\"; echo ${#a}",
            "30000\n",
        ),
        (
            "eval \"x=a; echo $(printf '${x/%.0s' $(seq 1000))a$(printf '}%.0s' $(seq 1000))\"; echo $?",
            "a\n0\n",
        ),
        (
            "{ echo 'cat <<X'; head -c 300000 /dev/zero | tr '\\0' y; printf '\\nX\\n'; } >s; . ./s | wc -c",
            "300001\n",
        ),
    ] {
        check(script, (expected, "", 0));
    }
}

#[test]
fn bytes_that_are_no_text_pass() {
    let (stdout, stderr, status) =
        run(b"printf 'echo a\\0b \\377\\376 \"\\300$((1+1))\"\\n' >s; sh s | od -An -tx1; x=\xff\xc3; echo \"${#x}\"");
    assert_eq!(
        (stdout.as_str(), stderr.as_str(), status),
        (" 61 62 20 ff fe 20 c0 32 0a\n2\n", "", 0)
    );
    // Neither a name nor a keyword is in it; it ends all the same.
    let garbage: Vec<u8> = (1..=255).cycle().take(5000).collect();
    run(&[
        b"eval '",
        &*garbage
            .iter()
            .copied()
            .filter(|byte| *byte != b'\'')
            .collect::<Vec<_>>(),
        b"'",
    ]
    .concat());
}

#[test]
fn traps_belong_to_their_shell() {
    check(
        "trap 'echo out' EXIT; (trap 'echo in; (exit 5)' EXIT; (exit 3)); echo $?; (trap)",
        ("in\n3\nout\n", "", 0),
    );
    check(
        "f() { trap 'f' USR1; kill -USR1 $$; }; f",
        ("", "sh: recursion too deep\n", 2),
    );
}

#[test]
fn numbers_that_are_none_are_refused() {
    for (script, stdout, lines) in [
        (
            "kill -99 $$; kill -l 99999999999999999999; trap x 65 99; echo $?",
            "1\n",
            4,
        ),
        ("umask 99999999999; umask u=zzz; umask", "0022\n", 2),
        (
            "ulimit -n 99999999999999999999999; ulimit -n -5; echo $?",
            "1\n",
            2,
        ),
        ("wait %999999999; jobs %x; fg %; bg %-; echo $?", "2\n", 4),
        (
            "test 99999999999999999999 -gt 1; [ 1 -eq x ]; echo $?",
            "2\n",
            2,
        ),
    ] {
        let (found, stderr, status) = run(script.as_bytes());
        assert_eq!((found.as_str(), status), (stdout, 0), "{script}: {stderr}");
        assert_eq!(stderr.lines().count(), lines, "{script}: {stderr}");
    }
}
