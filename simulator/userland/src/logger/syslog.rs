//! Records of syslog.

use super::record::Record;
use super::times::rfc3339;
use runtime::Timestamp;

/// `<PRIORITY>TIME HOSTNAME logger/TAG[PID]: LINE` and a newline; the time has whole seconds.
pub(super) fn line(
    facility: u8,
    tag: &str,
    hostname: &str,
    pid: u32,
    record: &Record<'_>,
) -> Vec<u8> {
    let priority = u32::from(facility) * 8 + u32::from(record.severity());
    let time = rfc3339(Timestamp::from_secs(record.at.as_secs()));
    let head = format!("<{priority}>{time} {hostname} logger/{tag}[{pid}]: ");
    [head.as_bytes(), record.line, b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::console::Stream;

    #[test]
    fn a_record_is_one_line_with_its_priority() {
        let at = Timestamp::from_secs(1_500_000_000);
        let check = |stream, text: &str, expected: &str| {
            let record = Record::new(stream, at, text.as_bytes());
            let line = line(3, "web", "host", 2, &record);
            assert_eq!(String::from_utf8_lossy(&line), expected);
        };
        check(
            Stream::Stdout,
            "hello\n",
            "<30>2017-07-14T02:40:00Z host logger/web[2]: hello\n",
        );
        check(
            Stream::Stderr,
            "rest",
            "<27>2017-07-14T02:40:00Z host logger/web[2]: rest\n",
        );
    }
}
