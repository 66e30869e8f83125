//! Log drivers and their options (containers.md 9).

use crate::{ContainerId, Error, LogConfig, LogConfigRequest, Settings};
use std::collections::BTreeMap;
use std::str::FromStr;

/// What a value must be.
#[derive(Clone, Copy)]
enum Requirement {
    Size,
    Count,
    SyslogAddress,
    Facility,
    Text,
    FluentdAddress,
    GelfAddress,
}

/// Name, what its value must be, whether it must be there.
type LogOption = (&'static str, Requirement, bool);

/// The drivers and their options.
const DRIVERS: [(&str, &[LogOption]); 5] = [
    (
        "json-file",
        &[
            ("max-size", Requirement::Size, false),
            ("max-file", Requirement::Count, false),
        ],
    ),
    (
        "syslog",
        &[
            ("syslog-address", Requirement::SyslogAddress, true),
            ("syslog-facility", Requirement::Facility, false),
            ("syslog-tag", Requirement::Text, false),
        ],
    ),
    (
        "fluentd",
        &[
            ("fluentd-address", Requirement::FluentdAddress, true),
            ("fluentd-tag", Requirement::Text, false),
        ],
    ),
    (
        "gelf",
        &[
            ("gelf-address", Requirement::GelfAddress, true),
            ("gelf-tag", Requirement::Text, false),
        ],
    ),
    ("none", &[]),
];

/// Checks what the client sent, in the order of the rules; `None` when it sent nothing.
pub(super) fn check(
    settings: &Settings,
    request: Option<&LogConfigRequest>,
) -> Result<Option<LogConfig>, Error> {
    let Some(request) = request else {
        return Ok(None);
    };
    let driver = match request.driver.as_str() {
        "" => "json-file",
        driver => driver,
    };
    let known = DRIVERS.iter().find(|(name, _)| *name == driver);
    let enabled = settings.log_drivers.iter().any(|name| name == driver);
    let Some((_, options)) = known.filter(|_| enabled) else {
        return refuse(format!("unsupported log driver: {driver}"));
    };
    for (name, _, required) in *options {
        if *required && !request.options.iter().any(|(option, _)| option == name) {
            return refuse(format!(
                "missing required log opt '{name}' for log driver: {driver}"
            ));
        }
    }
    if options.is_empty() && !request.options.is_empty() {
        return refuse(format!("log driver: {driver} does not support options"));
    }
    let mut checked = BTreeMap::new();
    for (name, value) in &request.options {
        let option = options.iter().find(|(option, _, _)| option == name);
        let Some((_, requirement, _)) = option else {
            return refuse(format!("unknown log opt: '{name}' for {driver} driver"));
        };
        let value = requirement
            .check(value.as_deref())
            .map_err(|must| Error::Validation(format!("\"log opt '{name}'\" must be {must}")))?;
        checked.insert(name.clone(), value);
    }
    Ok(Some(LogConfig {
        driver: driver.to_owned(),
        options: checked,
    }))
}

/// Fills in what the client left out: the tag is the short id, the facility `daemon`.
pub(super) fn fill_in(config: &mut LogConfig, id: ContainerId) {
    let tag = match config.driver.as_str() {
        "syslog" => {
            let facility = config.options.entry("syslog-facility".to_owned());
            facility.or_insert_with(|| "daemon".to_owned());
            "syslog-tag"
        }
        "fluentd" => "fluentd-tag",
        "gelf" => "gelf-tag",
        _ => return,
    };
    let tag = config.options.entry(tag.to_owned());
    tag.or_insert_with(|| id.short());
}

fn refuse<T>(text: String) -> Result<T, Error> {
    Err(Error::Validation(text))
}

const SYSLOG: &str = "a syslog address \"<udp|tcp>://<host>[:port]\"";
const FLUENTD: &str = "a fluentd address \"<host>:<port>\"";
const GELF: &str = "a gelf address \"udp://<host>:<port>\"";

/// Names and numbers.
const FACILITIES: [(&str, u8); 20] = [
    ("kern", 0),
    ("user", 1),
    ("mail", 2),
    ("daemon", 3),
    ("auth", 4),
    ("syslog", 5),
    ("lpr", 6),
    ("news", 7),
    ("uucp", 8),
    ("cron", 9),
    ("authpriv", 10),
    ("ftp", 11),
    ("local0", 16),
    ("local1", 17),
    ("local2", 18),
    ("local3", 19),
    ("local4", 20),
    ("local5", 21),
    ("local6", 22),
    ("local7", 23),
];

impl Requirement {
    /// The value as it is kept, or what it must be.
    fn check(self, value: Option<&str>) -> Result<String, String> {
        let good = match self {
            Requirement::Size => value.filter(|value| is_size(value)),
            Requirement::Count => value.filter(|value| digits(value).is_some_and(|n: u64| n > 0)),
            Requirement::Facility => value.filter(|value| facility_number(value).is_some()),
            Requirement::Text => value,
            Requirement::SyslogAddress => {
                return with_fault(SYSLOG, syslog_address(value.unwrap_or_default()));
            }
            Requirement::FluentdAddress => {
                let address = host_port(value.unwrap_or_default());
                return with_fault(FLUENTD, address.map(|_| owned(value)));
            }
            Requirement::GelfAddress => {
                let address = value.unwrap_or_default().strip_prefix("udp://");
                let address = address.ok_or(Some("protocol")).and_then(host_port);
                return with_fault(GELF, address.map(|_| owned(value)));
            }
        };
        good.map(str::to_owned).ok_or_else(|| {
            match self {
                Requirement::Size => "a positive integer size ([0-9+][k|m|g])",
                Requirement::Count => "a positive integer",
                Requirement::Facility => {
                    "one of: kern,user,mail,daemon,auth,syslog,lpr,news,uucp,authpriv,ftp,cron,local[0-7] or [0-23]"
                }
                _ => "a string",
            }
            .to_owned()
        })
    }
}

fn owned(value: Option<&str>) -> String {
    value.unwrap_or_default().to_owned()
}

/// Puts what is wrong in parentheses behind the requirement.
fn with_fault(requirement: &str, result: Result<String, Option<&str>>) -> Result<String, String> {
    result.map_err(|part| match part {
        Some(part) => format!("{requirement} (invalid {part})"),
        None => requirement.to_owned(),
    })
}

/// Digits and a unit (CTR-53).
fn is_size(value: &str) -> bool {
    let number = value.strip_suffix(['k', 'm', 'g']).and_then(digits);
    number.is_some_and(|n: u64| n > 0)
}

/// A number in digits only.
fn digits<N: FromStr>(text: &str) -> Option<N> {
    let plain = text.bytes().all(|c| c.is_ascii_digit());
    text.parse().ok().filter(|_| plain)
}

/// The number of a facility, by its name or its number (RFC 5424, 6.2.1).
pub(in crate::container) fn facility_number(value: &str) -> Option<u8> {
    let named = FACILITIES.iter().find(|(name, _)| *name == value);
    let number = named.map(|(_, number)| *number);
    number.or_else(|| digits(value).filter(|number| *number <= 23))
}

/// `udp` or `tcp`, a host, and a port that is 514 when absent.
fn syslog_address(value: &str) -> Result<String, Option<&'static str>> {
    let (protocol, rest) = value.split_once("://").ok_or(None)?;
    if protocol != "udp" && protocol != "tcp" {
        return Err(Some("protocol"));
    }
    let (host, port) = rest.split_once(':').unwrap_or((rest, "514"));
    if !is_host(host) {
        return Err(Some("host"));
    }
    if !is_port(port) {
        return Err(Some("port"));
    }
    Ok(format!("{protocol}://{host}:{port}"))
}

fn host_port(value: &str) -> Result<(), Option<&'static str>> {
    let (host, port) = value.split_once(':').ok_or(None)?;
    if !is_host(host) {
        return Err(Some("host"));
    }
    if !is_port(port) {
        return Err(Some("port"));
    }
    Ok(())
}

fn is_port(port: &str) -> bool {
    digits(port).is_some_and(|port: u16| port >= 1)
}

/// Lower-case letters, digits, `-` and `.`; the last two neither at an end nor in a row.
fn is_host(host: &str) -> bool {
    let special = |c: u8| c == b'-' || c == b'.';
    let bytes = host.as_bytes();
    let ends = [bytes.first(), bytes.last()];
    ends.iter().all(|end| end.is_some_and(|c| !special(*c)))
        && bytes
            .iter()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || special(*c))
        && !bytes
            .windows(2)
            .any(|pair| pair.iter().all(|c| special(*c)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(driver: &str, options: &[(&str, &str)]) -> Result<BTreeMap<String, String>, String> {
        let drivers = ["json-file", "syslog", "fluentd", "gelf", "none"];
        let settings = Settings {
            log_drivers: drivers.map(str::to_owned).into(),
            ..Settings::default()
        };
        let option = |(name, value): &(&str, &str)| ((*name).to_owned(), Some((*value).to_owned()));
        let request = LogConfigRequest {
            driver: driver.to_owned(),
            options: options.iter().map(option).collect(),
        };
        check(&settings, Some(&request))
            .map(|config| config.map(|config| config.options).unwrap_or_default())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn faults_come_in_the_order_of_the_rules() {
        let check = |driver: &str, options: &[(&str, &str)], text: &str| {
            assert_eq!(checked(driver, options), Err(text.to_owned()));
        };
        check("journald", &[], "unsupported log driver: journald");
        check(
            "syslog",
            &[("bad", "x")],
            "missing required log opt 'syslog-address' for log driver: syslog",
        );
        check(
            "none",
            &[("a", "b")],
            "log driver: none does not support options",
        );
        check(
            "",
            &[("tag", "b")],
            "unknown log opt: 'tag' for json-file driver",
        );
        check(
            "json-file",
            &[("max-size", "10")],
            "\"log opt 'max-size'\" must be a positive integer size ([0-9+][k|m|g])",
        );
        check(
            "syslog",
            &[("syslog-address", "unix://a")],
            "\"log opt 'syslog-address'\" must be a syslog address \"<udp|tcp>://<host>[:port]\" (invalid protocol)",
        );
        check(
            "gelf",
            &[("gelf-address", "udp://a:0")],
            "\"log opt 'gelf-address'\" must be a gelf address \"udp://<host>:<port>\" (invalid port)",
        );
    }

    #[test]
    fn numbers_are_digits_only() {
        let address = ("syslog-address", "tcp://a");
        for (facility, good) in [("cron", true), ("23", true), ("24", false), ("+3", false)] {
            let options = [address, ("syslog-facility", facility)];
            assert_eq!(checked("syslog", &options).is_ok(), good, "{facility}");
        }
        assert_eq!(facility_number("cron"), Some(9));
        for port in ["+1", "65536", ""] {
            let address = format!("udp://a:{port}");
            assert!(checked("gelf", &[("gelf-address", &address)]).is_err());
        }
        assert!(checked("json-file", &[("max-file", "+2")]).is_err());
    }

    #[test]
    fn defaults_are_filled_in() {
        let options = checked("syslog", &[("syslog-address", "udp://log.example.com")]);
        let options = options.expect("a good address");
        assert_eq!(options["syslog-address"], "udp://log.example.com:514");
        let mut config = LogConfig {
            driver: "syslog".to_owned(),
            options,
        };
        fill_in(&mut config, ContainerId([0xab; 32]));
        assert_eq!(config.options["syslog-facility"], "daemon");
        assert_eq!(config.options["syslog-tag"], "abababababab");
        assert!(checked("json-file", &[("max-size", "10m"), ("max-file", "2")]).is_ok());
    }

    #[test]
    fn a_driver_that_is_not_enabled_is_unsupported() {
        let request = LogConfigRequest {
            driver: "syslog".to_owned(),
            options: Vec::new(),
        };
        let error = check(&Settings::default(), Some(&request)).expect_err("not enabled");
        assert_eq!(error.to_string(), "unsupported log driver: syslog");
        assert_eq!(check(&Settings::default(), None), Ok(None));
    }
}
