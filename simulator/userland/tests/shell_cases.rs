//! Scripts with the output, messages and status that busybox's shell gives them. A file of `tests/cases` is a list
//! of cases: the script behind `==== script`, what it prints behind `---- out` and `---- err`, and its status.
//! `\xHH` is a byte, `\\` a backslash, and a backslash at the end of a line says that there is no newline.

#[expect(dead_code, reason = "the terminal test uses what this one does not")]
mod root;

use std::path::Path;

use root::Root;

#[derive(Debug, Default)]
struct Case {
    script: Vec<u8>,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    status: i32,
}

fn parse(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut section = "";
    for line in text.lines() {
        if line == "==== script" {
            cases.push(Case::default());
            section = "script";
            continue;
        }
        let case = cases.last_mut().expect("a case begins with its script");
        if let Some(name) = line.strip_prefix("---- ") {
            if let Some(status) = name.strip_prefix("status ") {
                case.status = status.parse().expect("a status");
            }
            section = name;
            continue;
        }
        let target = match section {
            "script" => &mut case.script,
            "out" => &mut case.stdout,
            _ => &mut case.stderr,
        };
        unescape(line, target);
    }
    cases
}

fn unescape(line: &str, out: &mut Vec<u8>) {
    let mut rest = line.as_bytes();
    while let Some((first, behind)) = rest.split_first() {
        rest = behind;
        match (first, behind) {
            (b'\\', []) => return,
            (b'\\', [b'x', ..]) => {
                let digits = std::str::from_utf8(&behind[1..3]).expect("two digits");
                out.push(u8::from_str_radix(digits, 16).expect("two digits"));
                rest = &behind[3..];
            }
            (b'\\', _) => {
                out.push(behind[0]);
                rest = &behind[1..];
            }
            _ => out.push(*first),
        }
    }
    out.push(b'\n');
}

/// Runs every case of a file; panics with all that differ.
fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/cases")
        .join(file);
    let text = std::fs::read_to_string(&path).expect("the cases are part of the project");
    let mut differing = Vec::new();
    let cases = parse(&text);
    assert!(!cases.is_empty(), "{file} has no case");
    for case in cases {
        let script = case.script.strip_suffix(b"\n").unwrap_or(&case.script);
        let found = Root::new().run(script);
        if found.stdout == case.stdout
            && found.stderr == case.stderr
            && found.status == Some(case.status)
        {
            continue;
        }
        let show = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        differing.push(format!(
            "==== {}\n---- expected, status {}\n{}{}\n---- found, status {:?}\n{}{}",
            show(script),
            case.status,
            show(&case.stdout),
            show(&case.stderr),
            found.status,
            show(&found.stdout),
            show(&found.stderr),
        ));
    }
    assert!(
        differing.is_empty(),
        "{} cases of {file} differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

#[test]
fn errors_are_told_as_busybox_tells_them() {
    check("errors.txt");
}

#[test]
fn constructs_of_the_language_do_what_they_do_in_busybox() {
    check("language.txt");
}

#[test]
fn statuses_pass_from_command_to_command_as_in_busybox() {
    check("status.txt");
}

#[test]
fn arithmetic_is_evaluated_as_in_busybox() {
    check("arithmetic.txt");
}

#[test]
fn bytes_that_are_no_text_pass_as_in_busybox() {
    check("binary.txt");
}

#[test]
fn commands_are_found_and_told_as_in_busybox() {
    check("commands.txt");
}

#[test]
fn eval_exec_and_dot_do_what_they_do_in_busybox() {
    check("eval_exec.txt");
}

#[test]
fn fields_are_split_as_in_busybox() {
    check("fields.txt");
}

#[test]
fn functions_and_locals_do_what_they_do_in_busybox() {
    check("functions.txt");
}

#[test]
fn patterns_match_names_as_in_busybox() {
    check("globs.txt");
}

#[test]
fn here_documents_are_read_as_in_busybox() {
    check("here_documents.txt");
}

#[test]
fn jobs_are_kept_as_in_busybox() {
    check("jobs.txt");
}

#[test]
fn options_do_what_they_do_in_busybox() {
    check("options.txt");
}

#[test]
fn parameters_expand_as_in_busybox() {
    check("parameters.txt");
}

#[test]
fn pipelines_and_lists_do_what_they_do_in_busybox() {
    check("pipelines.txt");
}

#[test]
fn quotes_are_removed_as_in_busybox() {
    check("quoting.txt");
}

#[test]
fn read_and_getopts_do_what_they_do_in_busybox() {
    check("read_getopts.txt");
}

#[test]
fn redirections_are_made_and_undone_as_in_busybox() {
    check("redirections.txt");
}

#[test]
fn commands_are_substituted_as_in_busybox() {
    check("substitution.txt");
}

#[test]
fn syntax_errors_are_told_as_in_busybox() {
    check("syntax_errors.txt");
}

#[test]
fn test_and_printf_do_what_they_do_in_busybox() {
    check("tests_printf.txt");
}

#[test]
fn traps_and_signals_do_what_they_do_in_busybox() {
    check("traps.txt");
}
