//! The shell under the names of others: messages tell the line, and arrays and process substitution are syntax errors.

#[expect(dead_code, reason = "other tests use what this one does not")]
mod root;

use root::Root;

#[test]
fn other_names_tell_lines_and_know_no_process_substitution() {
    let unexpected = "line 1: syntax error: unexpected \"(\"";
    for (script, stdout, stderr, status) in [
        ("bash -c nosuch", "", "bash: line 1: nosuch: not found", 127),
        (
            "dash -c ':\n\nnosuch x'",
            "",
            "dash: line 3: nosuch: not found",
            127,
        ),
        (
            "bash -c ':\ncd /nodir'",
            "",
            "bash: line 2: cd: can't cd to /nodir: No such file or directory",
            2,
        ),
        (
            "dash -c 'fi'",
            "",
            "dash: line 1: syntax error: unexpected \"fi\"",
            2,
        ),
        ("bash -c '[ x'", "", "bash: line 1: missing ]", 2),
        ("bash -c 'echo ${a?gone}'", "", "bash: line 1: a: gone", 2),
        (
            "bash -c '(nosuch)'",
            "",
            "bash: line 1: nosuch: not found",
            127,
        ),
        ("bash -c 'a=(1 2)'", "", &format!("bash: {unexpected}"), 2),
        (
            "bash -c 'cat <(echo x)'",
            "",
            &format!("bash: {unexpected}"),
            2,
        ),
        (
            "dash -c 'cat >(cat)'",
            "",
            &format!("dash: {unexpected}"),
            2,
        ),
        (
            "bash -c 'eval \"cat <(:)\"'",
            "",
            &format!("bash: {}", unexpected.replacen(':', ": eval:", 1)),
            2,
        ),
        (
            "/bin/bash -c nosuch",
            "",
            "/bin/bash: line 1: nosuch: not found",
            127,
        ),
        (
            "printf 'echo $0 $1\\nnosuch\\n' >f; bash f arg",
            "f arg\n",
            "f: line 2: nosuch: not found",
            127,
        ),
        (
            "printf '#!/bin/dash\\ncat <(:)\\n' >f; chmod +x f; ./f",
            "",
            "./f: line 2: syntax error: unexpected \"(\"",
            2,
        ),
        (
            "echo nosuch | bash",
            "",
            "bash: line 1: nosuch: not found",
            127,
        ),
        // Under its own names it is busybox's.
        ("sh -c 'cat <(echo x)'", "x\n", "", 0),
        ("ash -c nosuch", "", "ash: nosuch: not found", 127),
    ] {
        let named = format!("cd /bin; ln -s sh bash; ln -s sh dash; cd /work; {script}");
        let outcome = Root::new().run(named.as_bytes());
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let found = (text(&outcome.stdout), text(&outcome.stderr), outcome.status);
        let stderr = if stderr.is_empty() {
            String::new()
        } else {
            format!("{stderr}\n")
        };
        let expected = (stdout.to_owned(), stderr, Some(status));
        assert_eq!(found, expected, "{script}");
    }
}
