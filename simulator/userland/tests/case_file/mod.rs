//! Files of cases. A file is a list of cases: the script behind `==== script`, what it prints behind `---- out` and
//! `---- err`, and its status. `\xHH` is a byte, `\\` a backslash, and a backslash at the end of a line says that there
//! is no newline.

#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Case {
    pub(crate) script: Vec<u8>,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: Vec<u8>,
    pub(crate) status: i32,
}

/// The cases of a file.
///
/// # Panics
/// The file is wrong.
pub(crate) fn parse(text: &str) -> Vec<Case> {
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
    for case in &mut cases {
        if case.script.last() == Some(&b'\n') {
            case.script.pop();
        }
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

/// A case as [`parse`] reads it.
pub(crate) fn render(case: &Case) -> String {
    let mut text = "==== script\n".to_owned();
    escape(&[&case.script[..], b"\n"].concat(), &mut text);
    text += "---- out\n";
    escape(&case.stdout, &mut text);
    text += "---- err\n";
    escape(&case.stderr, &mut text);
    text += &format!("---- status {}\n", case.status);
    text
}

fn escape(bytes: &[u8], out: &mut String) {
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        let (body, ends) = match line.strip_suffix(b"\n") {
            Some(body) => (body, true),
            None => (line, false),
        };
        // What looks like a heading is kept apart from them.
        let heading = body.starts_with(b"---- ") || body == b"==== script";
        for (at, byte) in body.iter().enumerate() {
            match byte {
                b'\\' => *out += "\\\\",
                b'-' | b'=' if heading && at == 0 => *out += &format!("\\x{byte:02x}"),
                b'\t' | b' '..=b'~' => out.push(char::from(*byte)),
                _ => *out += &format!("\\x{byte:02x}"),
            }
        }
        *out += if ends { "\n" } else { "\\\n" };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cases_come_back_as_they_were_written() {
        let case = Case {
            script: b"a\\b\n\n---- out\n\xff\tx\n".to_vec(),
            stdout: b"no newline".to_vec(),
            stderr: b"==== script\n\\\n".to_vec(),
            status: 3,
        };
        assert_eq!(parse(&render(&case)), [case]);
        let empty = Case::default();
        assert_eq!(parse(&render(&empty)), [empty]);
    }
}
