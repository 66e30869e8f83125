//! From names of hosts to addresses: what is written in numbers, `/etc/hosts`, the resolvers of `/etc/resolv.conf`.

use super::dns::{self, Manner, Unanswered};
use super::io::Reader;
use crate::kernel::{OpenFlags, Sys};
use simple_dns::rdata::RData;
use simple_dns::{Packet, RCODE, TYPE};
use std::net::{Ipv4Addr, SocketAddrV4};

/// Resolvers that are asked at most.
const RESOLVERS: usize = 3;

/// What `/etc/resolv.conf` says.
#[derive(Debug, Default)]
pub(super) struct Config {
    /// Resolvers in order.
    pub(super) resolvers: Vec<Ipv4Addr>,
    /// What is appended to names.
    pub(super) search: Vec<String>,
}

/// An address as `inet_aton` reads it: one to four numbers, decimal, octal or hexadecimal.
pub(super) fn numeric(text: &[u8]) -> Option<Ipv4Addr> {
    let text = std::str::from_utf8(text).ok()?;
    let parts: Vec<u32> = text.split('.').map(number).collect::<Option<_>>()?;
    let (last, first) = parts.split_last()?;
    if first.len() > 3 || first.iter().any(|part| *part > 255) {
        return None;
    }
    let bits = 8 * (4 - first.len());
    if bits < 32 && *last >= 1 << bits {
        return None;
    }
    let mut address = *last;
    for (place, part) in first.iter().enumerate() {
        address |= part << (24 - 8 * place);
    }
    Some(address.into())
}

fn number(text: &str) -> Option<u32> {
    let (digits, radix) = match text.strip_prefix("0x").or(text.strip_prefix("0X")) {
        Some(digits) => (digits, 16),
        None if text.len() > 1 && text.starts_with('0') => (&text[1..], 8),
        None => (text, 10),
    };
    let plain = digits.bytes().all(|byte| byte.is_ascii_alphanumeric());
    u32::from_str_radix(digits, radix).ok().filter(|_| plain)
}

/// The lines of a file, split into words, comments left out.
async fn word_lines(sys: &Sys, path: &[u8]) -> Vec<Vec<String>> {
    let mut lines = Vec::new();
    let Ok(fd) = sys.open(path, OpenFlags::READ, 0).await else {
        return lines;
    };
    let mut reader = Reader::owned(sys, fd);
    let mut line = Vec::new();
    while reader
        .read_line(&mut line)
        .await
        .is_ok_and(|found| found.is_some())
    {
        let text = String::from_utf8_lossy(&line);
        let text = text.split(['#', ';']).next().unwrap_or_default();
        let words: Vec<String> = text.split_whitespace().map(str::to_owned).collect();
        if !words.is_empty() {
            lines.push(words);
        }
    }
    lines
}

/// What `/etc/hosts` has for a name.
pub(super) async fn in_hosts(sys: &Sys, name: &str) -> Vec<Ipv4Addr> {
    let lines = word_lines(sys, b"/etc/hosts").await;
    let matching = lines.iter().filter(|words| {
        words[1..]
            .iter()
            .any(|word| word.eq_ignore_ascii_case(name))
    });
    matching.filter_map(|words| words[0].parse().ok()).collect()
}

/// The name that `/etc/hosts` has for an address.
pub(super) async fn name_in_hosts(sys: &Sys, address: Ipv4Addr) -> Option<String> {
    let lines = word_lines(sys, b"/etc/hosts").await;
    let line = lines.iter().find(|words| words[0].parse() == Ok(address))?;
    line.get(1).cloned()
}

/// Reads `/etc/resolv.conf`; without a resolver there the container itself is asked.
pub(super) async fn config(sys: &Sys) -> Config {
    let mut config = Config::default();
    for words in word_lines(sys, b"/etc/resolv.conf").await {
        match words[0].as_str() {
            "nameserver" => {
                let address = words.get(1).and_then(|word| word.parse::<Ipv4Addr>().ok());
                config.resolvers.extend(address);
            }
            "search" | "domain" => config.search = words[1..].to_vec(),
            _ => {}
        }
    }
    config.resolvers.truncate(RESOLVERS);
    if config.resolvers.is_empty() {
        config.resolvers.push(Ipv4Addr::LOCALHOST);
    }
    config
}

/// The names to look up in turn: a name with a dot as it is first, another with the search list first.
pub(super) fn candidates(name: &str, search: &[String]) -> Vec<String> {
    if let Some(whole) = name.strip_suffix('.') {
        return vec![whole.to_owned()];
    }
    let mut names: Vec<String> = search.iter().map(|end| format!("{name}.{end}")).collect();
    match name.contains('.') {
        true => names.insert(0, name.to_owned()),
        false => names.push(name.to_owned()),
    }
    names
}

/// The addresses of a host; none: the name means nothing.
pub(crate) async fn addresses(sys: &Sys, host: &[u8]) -> Vec<Ipv4Addr> {
    if let Some(address) = numeric(host) {
        return vec![address];
    }
    let Ok(name) = std::str::from_utf8(host) else {
        return Vec::new();
    };
    let known = in_hosts(sys, name).await;
    if name.is_empty() || !known.is_empty() {
        return known;
    }
    let config = config(sys).await;
    for candidate in candidates(name, &config.search) {
        let found = look_up(sys, &candidate, &config.resolvers).await;
        if !found.is_empty() {
            return found;
        }
    }
    Vec::new()
}

/// Asks the resolvers in turn until one knows whether there is such a name.
async fn look_up(sys: &Sys, name: &str, resolvers: &[Ipv4Addr]) -> Vec<Ipv4Addr> {
    for resolver in resolvers {
        let id = query_id(sys);
        let Ok(question) = dns::question(id, name, TYPE::A.into()) else {
            return Vec::new();
        };
        let resolver = SocketAddrV4::new(*resolver, dns::PORT);
        match dns::ask(sys, resolver, &question, Manner::default()).await {
            Ok(answer) => match addresses_in(&answer) {
                Some(addresses) => return addresses,
                None => continue,
            },
            Err(Unanswered::BadName) => return Vec::new(),
            Err(Unanswered::TimedOut | Unanswered::Failed(_)) => {}
        }
    }
    Vec::new()
}

/// The addresses of an answer; `None`: the resolver cannot say.
fn addresses_in(answer: &[u8]) -> Option<Vec<Ipv4Addr>> {
    let packet = Packet::parse(answer).ok()?;
    match packet.rcode() {
        RCODE::NoError => {
            let records = packet.answers.iter();
            let addresses = records.filter_map(|record| match &record.rdata {
                RData::A(a) => Some(a.address.into()),
                _ => None,
            });
            Some(addresses.collect())
        }
        RCODE::NameError => Some(Vec::new()),
        _ => None,
    }
}

/// A number for a query, different from one to the next.
pub(super) fn query_id(sys: &Sys) -> u16 {
    let text = sys.random_uuid();
    let digits = text.get(..4).unwrap_or_default();
    u16::from_str_radix(digits, 16).unwrap_or(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_in_numbers_are_read_as_inet_aton_does() {
        let check = |text: &str, expected: Option<[u8; 4]>| {
            let read = numeric(text.as_bytes()).map(|address| address.octets());
            assert_eq!(read, expected, "{text}");
        };
        check("1.2.3.4", Some([1, 2, 3, 4]));
        check("127.1", Some([127, 0, 0, 1]));
        check("10.1.2", Some([10, 1, 0, 2]));
        check("2130706433", Some([127, 0, 0, 1]));
        check("0x7f.0.0.01", Some([127, 0, 0, 1]));
        check("256.1.1.1", None);
        check("1.2.3.4.5", None);
        check("1.2.3.", None);
        check("", None);
        check("+1", None);
        check("host", None);
    }

    #[test]
    fn names_with_a_dot_are_tried_as_they_are_first() {
        let search = ["a.example".to_owned()];
        assert_eq!(candidates("db", &search), ["db.a.example", "db"]);
        assert_eq!(candidates("db.b", &search), ["db.b", "db.b.a.example"]);
        assert_eq!(candidates("db.b.", &search), ["db.b"]);
    }
}
