//! `httpd.conf`.

use crate::applets::io::Reader;
use crate::kernel::{Errno, OpenFlags, Sys};
use std::net::Ipv4Addr;

/// The longest line.
const LINE_BYTES: usize = 159;
/// Rules of a file at most.
const RULES: usize = 1000;

/// What configuration files say.
#[derive(Clone, Debug, Default)]
pub(super) struct Config {
    /// Served for a directory.
    pub(super) index: Option<Vec<u8>>,
    /// Home directory.
    pub(super) home: Option<Vec<u8>>,
    /// Page of an error.
    pub(super) error_pages: Vec<(u16, Vec<u8>)>,
    /// `.ext` and the type of such files, the latest first.
    pub(super) types: Vec<(Vec<u8>, Vec<u8>)>,
    /// `.ext` and the program that runs such files, the latest first.
    pub(super) interpreters: Vec<(Vec<u8>, Vec<u8>)>,
    /// Path and `USER:PASSWORD`, the longest path first.
    pub(super) passwords: Vec<(Vec<u8>, Vec<u8>)>,
    access: Access,
}

/// Who may ask.
#[derive(Clone, Debug, Default)]
struct Access {
    denied: Vec<Network>,
    allowed: Vec<Network>,
    deny_others: bool,
}

/// Addresses that agree with `address` in the bits of `mask`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Network {
    address: u32,
    mask: u32,
}

impl Network {
    fn contains(self, address: Ipv4Addr) -> bool {
        u32::from(address) & self.mask == self.address
    }

    /// `10.`, `10.0.0.0/25` or `10.0.0.0/255.255.255.128`.
    fn read(text: &str) -> Option<Self> {
        let (address, mask) = match text.split_once('/') {
            None => (text, None),
            Some((address, mask)) => (address, Some(mask)),
        };
        let parts: Vec<&str> = address.trim_end_matches('.').split('.').collect();
        if parts.len() > 4 || address.is_empty() {
            return None;
        }
        let mut octets = [0; 4];
        for (octet, part) in octets.iter_mut().zip(&parts) {
            *octet = part.parse().ok()?;
        }
        let bits = |len: u32| u32::MAX.checked_shl(32 - len).unwrap_or(0);
        let mask = match mask {
            None => bits(8 * u32::try_from(parts.len()).ok()?),
            Some(dotted) if dotted.contains('.') => u32::from(dotted.parse::<Ipv4Addr>().ok()?),
            Some(len) => bits(len.parse().ok().filter(|len| *len <= 32)?),
        };
        Some(Self {
            address: u32::from_be_bytes(octets),
            mask,
        })
    }
}

impl Config {
    /// What a configuration that is read again starts from.
    pub(super) fn renewed(&self) -> Self {
        Self {
            index: self.index.clone(),
            home: self.home.clone(),
            error_pages: self.error_pages.clone(),
            ..Self::default()
        }
    }

    /// Whether a client may ask.
    pub(super) fn admits(&self, client: Ipv4Addr) -> bool {
        let within = |networks: &[Network]| networks.iter().any(|one| one.contains(client));
        if within(&self.access.denied) {
            return false;
        }
        within(&self.access.allowed) || !self.access.deny_others
    }

    /// Adds what a file says; what it has wrong is given back, a line each. `directory`: the one below the home directory
    /// that the file is for, which may not set what is for all.
    pub(super) async fn read(
        &mut self,
        sys: &Sys,
        path: &[u8],
        directory: Option<&[u8]>,
    ) -> Result<Vec<Vec<u8>>, Errno> {
        let fd = sys.open(path, OpenFlags::READ, 0).await?;
        let mut reader = Reader::owned(sys, fd);
        self.access = Access::default();
        let (mut line, mut wrong) = (Vec::new(), Vec::new());
        for _ in 0..RULES {
            if !reader.read_line(&mut line).await?.is_some() {
                break;
            }
            line.truncate(LINE_BYTES);
            let text: Vec<u8> = line
                .iter()
                .copied()
                .take_while(|byte| *byte != b'#')
                .filter(|byte| !b" \t\r".contains(byte))
                .collect();
            if !text.is_empty() && self.add(&text, directory).is_none() {
                wrong.push(text);
            }
        }
        Ok(wrong)
    }

    /// One line; `None`: it means nothing.
    fn add(&mut self, line: &[u8], directory: Option<&[u8]>) -> Option<()> {
        let at = line.iter().position(|byte| *byte == b':')?;
        let (key, value) = (&line[..at], &line[at + 1..]);
        if value.is_empty() {
            return None;
        }
        match (line[0].to_ascii_uppercase(), directory) {
            (b'I', _) => self.index = Some(value.to_vec()),
            (b'H', None) => self.home = Some(value.to_vec()),
            (b'A' | b'D', _) => self.add_access(line[0].to_ascii_uppercase(), value),
            (b'E', None) => {
                let status = std::str::from_utf8(&key[1..]).ok()?.parse().ok()?;
                self.error_pages.push((status, value.to_vec()));
            }
            (b'.', _) => self.types.insert(0, (key.to_vec(), value.to_vec())),
            (b'*', _) if key.get(1) == Some(&b'.') => {
                self.interpreters
                    .insert(0, (key[1..].to_vec(), value.to_vec()));
            }
            (b'/', _) => self.add_password(key, value, directory.unwrap_or_default()),
            _ => return None,
        }
        Some(())
    }

    fn add_access(&mut self, kind: u8, value: &[u8]) {
        if value[0] == b'*' {
            self.access.deny_others |= kind == b'D';
            return;
        }
        let text = std::str::from_utf8(value).ok();
        match (text.and_then(Network::read), kind) {
            (Some(network), b'A') => self.access.allowed.push(network),
            (Some(network), _) => self.access.denied.push(network),
            // What cannot be understood protects everything.
            (None, _) => self.access.denied.push(Network {
                address: 0,
                mask: 0,
            }),
        }
    }

    fn add_password(&mut self, path: &[u8], value: &[u8], directory: &[u8]) {
        let mut whole = Vec::new();
        for part in [directory, path] {
            let part = part.strip_prefix(b"/").unwrap_or(part);
            let part = part.strip_suffix(b"/").unwrap_or(part);
            if !part.is_empty() {
                whole.push(b'/');
                whole.extend_from_slice(part);
            }
        }
        if whole.is_empty() {
            whole.push(b'/');
        }
        let longer = |(other, _): &(Vec<u8>, Vec<u8>)| other.len() <= whole.len();
        let place = self.passwords.iter().position(longer);
        let place = place.unwrap_or(self.passwords.len());
        self.passwords.insert(place, (whole, value.to_vec()));
    }

    /// Who a client is that wants a path with these credentials: `Ok(None)` when nobody is asked for, an error when the
    /// credentials are wrong.
    pub(super) fn user<'c>(
        &self,
        path: &[u8],
        credentials: &'c [u8],
    ) -> Result<Option<&'c [u8]>, WrongPassword> {
        let mut guarding: Option<&[u8]> = None;
        for (prefix, expected) in &self.passwords {
            let guards = prefix == b"/"
                || path
                    .strip_prefix(&**prefix)
                    .is_some_and(|rest| rest.is_empty() || rest[0] == b'/');
            if !guards || guarding.is_some_and(|other| other != &**prefix) {
                continue;
            }
            guarding = Some(prefix);
            if is_right(expected, credentials) {
                let end = credentials.iter().position(|byte| *byte == b':');
                return Ok(Some(&credentials[..end.unwrap_or(credentials.len())]));
            }
        }
        match guarding {
            None => Ok(None),
            Some(_) => Err(WrongPassword),
        }
    }
}

/// The client has not shown who it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct WrongPassword;

/// Passwords stand in the file as they are; those of the system are not looked at.
fn is_right(expected: &[u8], given: &[u8]) -> bool {
    let split = |text: &[u8]| {
        let at = text.iter().position(|byte| *byte == b':')?;
        Some((text[..at].to_vec(), text[at + 1..].to_vec()))
    };
    match (split(expected), split(given)) {
        (Some((user, password)), Some((name, word))) => {
            (user.first() == Some(&b'*') || user == name) && password != b"*" && password == word
        }
        _ => expected == given,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(lines: &[&str]) -> Config {
        let mut config = Config::default();
        for line in lines {
            assert_eq!(config.add(line.as_bytes(), None), Some(()), "{line}");
        }
        config
    }

    #[test]
    fn denials_come_before_permissions() {
        let config = config(&["A:172.20.", "A:127.0.0.1", "D:172.20.9.0/24", "D:*"]);
        for (client, admitted) in [
            ([172, 20, 1, 1], true),
            ([172, 20, 9, 1], false),
            ([127, 0, 0, 1], true),
            ([10, 0, 0, 1], false),
        ] {
            assert_eq!(config.admits(client.into()), admitted, "{client:?}");
        }
        assert!(Config::default().admits([10, 0, 0, 1].into()));
    }

    #[test]
    fn the_longest_path_asks_for_the_password() {
        let config = config(&["/:all:open", "/adm:root:secret", "/adm:toor:other"]);
        let user = |path: &str, given: &'static str| {
            let found = config.user(path.as_bytes(), given.as_bytes());
            found.map(|user| user.map(<[u8]>::to_vec))
        };
        assert_eq!(user("/adm/x", "root:secret"), Ok(Some(b"root".to_vec())));
        assert_eq!(user("/adm", "toor:other"), Ok(Some(b"toor".to_vec())));
        assert_eq!(user("/adm/x", "all:open"), Err(WrongPassword));
        assert_eq!(user("/admx", "all:open"), Ok(Some(b"all".to_vec())));
        assert_eq!(user("/", ""), Err(WrongPassword));
    }

    #[test]
    fn lines_without_meaning_are_told() {
        let mut config = Config::default();
        for line in ["nonsense", "I:", "Exx:/a", "*php:/x"] {
            assert_eq!(config.add(line.as_bytes(), None), None, "{line}");
        }
    }
}
