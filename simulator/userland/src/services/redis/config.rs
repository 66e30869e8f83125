//! What is set, by a file, by arguments, by `CONFIG SET`.

use super::resp::inline;
use crate::applets::{numbers, text};
use bytes::Bytes;
use std::net::Ipv4Addr;

/// Databases at most.
const DATABASES: u64 = 1024;

/// Everything that is set.
#[derive(Clone, Debug)]
pub(super) struct Config {
    pub(super) port: u16,
    pub(super) binds: Vec<Ipv4Addr>,
    pub(super) backlog: i32,
    /// Seconds that a client may do nothing; 0: any.
    pub(super) timeout: u64,
    pub(super) databases: usize,
    /// Seconds, and so many changes in them.
    pub(super) save: Vec<(u64, u64)>,
    pub(super) stop_writes: bool,
    pub(super) file: Vec<u8>,
    pub(super) dir: Vec<u8>,
    pub(super) password: Vec<u8>,
    pub(super) max_clients: usize,
    /// Bytes; 0: what the container has.
    pub(super) max_memory: u64,
    pub(super) log_file: Vec<u8>,
    pub(super) log_level: Level,
    pub(super) daemonize: bool,
    pub(super) pid_file: Vec<u8>,
    /// Told by `INFO`.
    pub(super) version: String,
    pub(super) process_id: u32,
    pub(super) cpu_seconds: f64,
    /// Set and without effect.
    others: Vec<(Vec<u8>, Vec<u8>)>,
}

/// How important a line of the log is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Level {
    Debug,
    Verbose,
    Notice,
    Warning,
}

impl Level {
    const NAMES: [(&'static str, Level); 4] = [
        ("debug", Level::Debug),
        ("verbose", Level::Verbose),
        ("notice", Level::Notice),
        ("warning", Level::Warning),
    ];

    fn name(self) -> &'static str {
        Self::NAMES[self as usize].0
    }
}

/// What is about how the work is done, which is done otherwise here, and what it is unless set.
const OTHERS: &[(&str, &str)] = &[
    ("activerehashing", "yes"),
    ("client-output-buffer-limit", ""),
    ("hash-max-ziplist-entries", "512"),
    ("hash-max-ziplist-value", "64"),
    ("hll-sparse-max-bytes", "3000"),
    ("hz", "10"),
    ("latency-monitor-threshold", "0"),
    ("list-compress-depth", "0"),
    ("list-max-ziplist-size", "-2"),
    ("lua-time-limit", "5000"),
    ("protected-mode", "no"),
    ("rdbchecksum", "yes"),
    ("rdbcompression", "yes"),
    ("repl-disable-tcp-nodelay", "no"),
    ("set-max-intset-entries", "512"),
    ("slave-priority", "100"),
    ("slave-read-only", "yes"),
    ("slave-serve-stale-data", "yes"),
    ("slowlog-log-slower-than", "10000"),
    ("slowlog-max-len", "128"),
    ("supervised", "no"),
    ("tcp-keepalive", "300"),
    ("zset-max-ziplist-entries", "128"),
    ("zset-max-ziplist-value", "64"),
];

/// Why a directive is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// There is none of this name.
    Unknown,
    /// Its value cannot be.
    Value(String),
}

fn value(what: &str) -> Refused {
    Refused::Value(what.to_owned())
}

fn yes_or_no(text: &[u8]) -> Result<bool, Refused> {
    match &text.to_ascii_lowercase()[..] {
        b"yes" => Ok(true),
        b"no" => Ok(false),
        _ => Err(value("argument must be 'yes' or 'no'")),
    }
}

fn number(text: &[u8], least: u64, most: u64) -> Result<u64, Refused> {
    let number = numbers::decimal(text).filter(|number| (least..=most).contains(number));
    number.ok_or_else(|| value("argument couldn't be parsed into an integer, or is out of range"))
}

/// `100`, `100k`, `100kb`, `1gb`.
pub(super) fn memory(text: &[u8]) -> Option<u64> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let factor = match &text[digits..].to_ascii_lowercase()[..] {
        b"" | b"b" => 1,
        b"k" => 1000,
        b"kb" => 1 << 10,
        b"m" => 1_000_000,
        b"mb" => 1 << 20,
        b"g" => 1_000_000_000,
        b"gb" => 1 << 30,
        _ => return None,
    };
    numbers::decimal(&text[..digits])?.checked_mul(factor)
}

impl Config {
    pub(super) fn new(dir: &[u8]) -> Self {
        Self {
            port: 6379,
            binds: vec![Ipv4Addr::UNSPECIFIED],
            backlog: 511,
            timeout: 0,
            databases: 16,
            save: vec![(3600, 1), (300, 100), (60, 10_000)],
            stop_writes: true,
            file: b"dump.rdb".to_vec(),
            dir: dir.to_vec(),
            password: Vec::new(),
            max_clients: 10000,
            max_memory: 0,
            log_file: Vec::new(),
            log_level: Level::Notice,
            daemonize: false,
            pid_file: Vec::new(),
            version: String::new(),
            process_id: 0,
            cpu_seconds: 0.0,
            others: OTHERS
                .iter()
                .map(|(name, value)| (name.as_bytes().to_vec(), value.as_bytes().to_vec()))
                .collect(),
        }
    }

    /// Follows the lines of a file. The error is what to say.
    pub(super) fn read(&mut self, content: &[u8]) -> Result<(), Vec<u8>> {
        let mut has_save = false;
        for (at, line) in content.split(|byte| *byte == b'\n').enumerate() {
            let line = line.trim_ascii();
            if line.is_empty() || line[0] == b'#' {
                continue;
            }
            let wrong = |what: &str| {
                let number = at + 1;
                text!(
                    format!(
                        "\n*** FATAL CONFIG FILE ERROR ***\nReading the configuration file, at line {number}\n>>> '"
                    ),
                    line,
                    "'\n",
                    what
                )
            };
            let words =
                inline(line).ok_or_else(|| wrong("Unbalanced quotes in configuration line"))?;
            let Some((name, args)) = words.split_first() else {
                continue;
            };
            let name = name.to_ascii_lowercase();
            if name == b"save" && !std::mem::replace(&mut has_save, true) {
                self.save.clear();
            }
            self.follow(&name, args).map_err(|refused| match refused {
                Refused::Unknown => wrong("Bad directive or wrong number of arguments"),
                Refused::Value(what) => wrong(&what),
            })?;
        }
        Ok(())
    }

    fn follow(&mut self, name: &[u8], args: &[Bytes]) -> Result<(), Refused> {
        match (name, args) {
            (b"save", [none]) if none.is_empty() => self.save.clear(),
            (b"save", [seconds, changes]) => {
                let seconds = number(seconds, 1, u64::MAX / 2000)?;
                self.save.push((seconds, number(changes, 0, u64::MAX)?));
            }
            (b"bind", [_, ..]) => {
                let mut binds = Vec::new();
                for text in args {
                    let text = std::str::from_utf8(text).unwrap_or_default();
                    match text.parse() {
                        Ok(address) => binds.push(address),
                        Err(_) if text.contains(':') => {}
                        Err(_) => return Err(value("Invalid address")),
                    }
                }
                self.binds = binds;
            }
            (b"port", [text]) => self.port = u16::try_from(number(text, 1, 65535)?).unwrap_or(6379),
            (b"tcp-backlog", [text]) => {
                self.backlog = i32::try_from(number(text, 0, 1 << 20)?).unwrap_or(511);
            }
            (b"databases", [text]) => {
                self.databases = usize::try_from(number(text, 1, DATABASES)?).unwrap_or(16);
            }
            (b"logfile", [path]) => self.log_file = path.to_vec(),
            (b"daemonize", [text]) => self.daemonize = yes_or_no(text)?,
            (b"pidfile", [path]) => self.pid_file = path.to_vec(),
            (b"client-output-buffer-limit", [_, _, _, _]) => {}
            (b"appendonly" | b"cluster-enabled", [text]) if yes_or_no(text)? => {
                return Err(value("this is not supported by this redis"));
            }
            (b"appendonly" | b"cluster-enabled", [_]) => {}
            (b"slaveof" | b"include" | b"loadmodule" | b"rename-command" | b"unixsocket", _) => {
                return Err(value("this is not supported by this redis"));
            }
            (_, [text]) => self.set(name, text)?,
            _ => return Err(Refused::Unknown),
        }
        Ok(())
    }

    /// Sets what may be set while the server runs.
    pub(super) fn set(&mut self, name: &[u8], text: &[u8]) -> Result<(), Refused> {
        match name {
            b"timeout" => self.timeout = number(text, 0, u64::from(u32::MAX))?,
            b"save" => self.save = save_points(text)?,
            b"stop-writes-on-bgsave-error" => self.stop_writes = yes_or_no(text)?,
            b"dbfilename" => {
                if text.contains(&b'/') || text.is_empty() {
                    return Err(value("dbfilename can't be a path, just a filename"));
                }
                self.file = text.to_vec();
            }
            b"dir" => self.dir = text.to_vec(),
            b"requirepass" => self.password = text.to_vec(),
            b"maxclients" => {
                let most = number(text, 1, 1 << 20)?;
                self.max_clients = usize::try_from(most).unwrap_or(10000);
            }
            b"maxmemory" => {
                self.max_memory =
                    memory(text).ok_or_else(|| value("argument must be a memory value"))?;
            }
            b"maxmemory-policy" => {
                if !text.eq_ignore_ascii_case(b"noeviction") {
                    return Err(value("only noeviction is supported by this redis"));
                }
            }
            b"loglevel" => {
                let mut names = Level::NAMES.iter();
                let found = names.find(|(name, _)| name.as_bytes().eq_ignore_ascii_case(text));
                let what = "Invalid log level. Must be one of debug, verbose, notice, warning";
                self.log_level = found.ok_or_else(|| value(what))?.1;
            }
            _ => {
                let other = self.others.iter_mut().find(|(known, _)| known == name);
                other.ok_or(Refused::Unknown)?.1 = text.to_vec();
            }
        }
        Ok(())
    }

    /// Every name with its value, sorted.
    pub(super) fn pairs(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let yes = |set: bool| if set { b"yes".to_vec() } else { b"no".to_vec() };
        let number = |number: u64| number.to_string().into_bytes();
        let binds: Vec<String> = self.binds.iter().map(ToString::to_string).collect();
        let save: Vec<String> = self
            .save
            .iter()
            .map(|(seconds, changes)| format!("{seconds} {changes}"))
            .collect();
        let own: [(&str, Vec<u8>); 20] = [
            ("appendonly", yes(false)),
            ("bind", binds.join(" ").into_bytes()),
            ("daemonize", yes(self.daemonize)),
            ("databases", number(self.databases as u64)),
            ("dbfilename", self.file.clone()),
            ("dir", self.dir.clone()),
            ("logfile", self.log_file.clone()),
            ("loglevel", self.log_level.name().as_bytes().to_vec()),
            ("maxclients", number(self.max_clients as u64)),
            ("maxmemory", number(self.max_memory)),
            ("maxmemory-policy", b"noeviction".to_vec()),
            ("pidfile", self.pid_file.clone()),
            ("port", number(u64::from(self.port))),
            ("requirepass", self.password.clone()),
            ("save", save.join(" ").into_bytes()),
            ("slaveof", Vec::new()),
            ("stop-writes-on-bgsave-error", yes(self.stop_writes)),
            ("tcp-backlog", self.backlog.to_string().into_bytes()),
            ("timeout", number(self.timeout)),
            ("unixsocket", Vec::new()),
        ];
        let own = own
            .into_iter()
            .map(|(name, value)| (name.as_bytes().to_vec(), value));
        let mut pairs: Vec<_> = own.chain(self.others.iter().cloned()).collect();
        pairs.sort();
        pairs
    }
}

fn save_points(text: &[u8]) -> Result<Vec<(u64, u64)>, Refused> {
    let words: Vec<&[u8]> = text
        .split(|byte| *byte == b' ')
        .filter(|word| !word.is_empty())
        .collect();
    if !words.len().is_multiple_of(2) {
        return Err(value("Invalid save parameters"));
    }
    words
        .chunks(2)
        .map(|pair| {
            Ok((
                number(pair[0], 1, u64::MAX / 2000)?,
                number(pair[1], 0, u64::MAX)?,
            ))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_and_what_is_wrong_is_told_with_its_line() {
        let mut config = Config::new(b"/data");
        let content = b"# comment\nport 7000\nsave 60 1\nmaxmemory 10mb\nrequirepass \"a b\"\n";
        assert_eq!(config.read(content), Ok(()));
        assert_eq!(
            (config.port, config.max_memory, &config.password[..]),
            (7000, 10 << 20, &b"a b"[..])
        );
        assert_eq!(config.save, [(60, 1)]);
        for (content, what) in [
            (
                &b"port 1\nnonsense x\n"[..],
                "at line 2\n>>> 'nonsense x'\nBad directive or wrong number of arguments",
            ),
            (b"port x\n", "argument couldn't be parsed"),
            (b"appendonly yes\n", "not supported"),
            (b"save \"x\n", "Unbalanced quotes"),
            (b"dbfilename a/b\n", "can't be a path"),
        ] {
            let said = Config::new(b"/").read(content).expect_err("it is wrong");
            assert!(String::from_utf8_lossy(&said).contains(what), "{what}");
        }
        assert_eq!(memory(b"1gb"), Some(1 << 30));
        assert_eq!(memory(b"x"), None);
    }
}
