//! What containers reach outside the zone: the receivers that operators list, and nothing else (network.md 6.1).

use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use std::net::{Ipv4Addr, SocketAddr};
use thiserror::Error;

/// Receivers at most.
const RECEIVERS: usize = 4096;

/// The receivers outside. A receiver is a name or an address with a port, as containers know it; a socket of the zone's
/// host stands for it, over TCP and UDP.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outside(Vec<Receiver>);

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Receiver {
    /// Name or address, in lower case.
    host: String,
    /// What the name means unless operators say so elsewhere.
    address: Ipv4Addr,
    port: u16,
    socket: SocketAddr,
}

/// Why a list of receivers is none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OutsideFault {
    /// Not a name or address and a port.
    #[error("{0} is no name or address with a port")]
    Receiver(String),
    /// Not an address and a port.
    #[error("{0} is no address with a port")]
    Socket(String),
    /// An address that means a container itself.
    #[error("{0} never leaves a container")]
    Own(Ipv4Addr),
    /// The list is too long.
    #[error("more than {RECEIVERS} receivers")]
    TooMany,
}

/// Labels of letters, digits and `-`.
fn is_name(host: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    host.len() <= 253 && host.split('.').all(is_label)
}

/// The addresses of names: of those that nobody has (RFC 2544), in the order of the names.
fn address_of_name(place: usize) -> Ipv4Addr {
    let place = u32::try_from(place).unwrap_or(u32::MAX - 1);
    let first = u32::from(Ipv4Addr::new(198, 19, 0, 1));
    Ipv4Addr::from(first.saturating_add(place))
}

fn split(receiver: &str) -> Option<(String, u16)> {
    let (host, port) = receiver.rsplit_once(':')?;
    let port = port.parse().ok().filter(|port: &u16| *port > 0)?;
    is_name(host).then(|| (host.to_ascii_lowercase(), port))
}

impl Outside {
    /// Reads a list: receivers (`logs.example.com:514`, `198.51.100.7:514`) and the sockets that stand for them
    /// (`127.0.0.1:5514`).
    pub fn read(list: &BTreeMap<String, String>) -> Result<Self, OutsideFault> {
        if list.len() > RECEIVERS {
            return Err(OutsideFault::TooMany);
        }
        let mut read = Vec::new();
        for (receiver, socket) in list {
            let known = split(receiver);
            let (host, port) = known.ok_or_else(|| OutsideFault::Receiver(receiver.clone()))?;
            let socket = socket
                .parse()
                .map_err(|_| OutsideFault::Socket(socket.clone()))?;
            read.push((host, port, socket));
        }
        let hosts = read.iter().map(|(host, _, _)| host.clone());
        let names: BTreeSet<String> = hosts
            .filter(|host| host.parse::<Ipv4Addr>().is_err())
            .collect();
        let assigned: BTreeMap<&String, Ipv4Addr> = names
            .iter()
            .enumerate()
            .map(|(place, name)| (name, address_of_name(place)))
            .collect();
        let mut receivers = Vec::new();
        for (host, port, socket) in read {
            let address = match assigned.get(&host) {
                Some(address) => *address,
                None => own_address(&host)?,
            };
            receivers.push(Receiver {
                host,
                address,
                port,
                socket,
            });
        }
        Ok(Self(receivers))
    }

    /// The list.
    pub fn list(&self) -> impl Iterator<Item = (String, SocketAddr)> + '_ {
        self.0.iter().map(|receiver| {
            let name = format!("{}:{}", receiver.host, receiver.port);
            (name, receiver.socket)
        })
    }

    /// What a name means, in lower case, when a receiver has it.
    pub(crate) fn address(&self, name: &str) -> Option<Ipv4Addr> {
        let receiver = self.0.iter().find(|receiver| receiver.host == name)?;
        Some(receiver.address)
    }

    /// The socket that stands for a port of an address. `also` are the names that operators have given the address.
    pub(crate) fn socket(
        &self,
        address: Ipv4Addr,
        port: u16,
        also: impl Fn(&str) -> bool,
    ) -> Option<SocketAddr> {
        let mut on_port = self.0.iter().filter(|receiver| receiver.port == port);
        let receiver =
            on_port.find(|receiver| receiver.address == address || also(&receiver.host))?;
        Some(receiver.socket)
    }
}

/// An address that packets leave a container for.
fn own_address(host: &str) -> Result<Ipv4Addr, OutsideFault> {
    let address: Ipv4Addr = host
        .parse()
        .map_err(|_| OutsideFault::Receiver(host.to_owned()))?;
    let [a, b, ..] = address.octets();
    match address.is_unspecified() || (a, b) == (127, 0) {
        true => Err(OutsideFault::Own(address)),
        false => Ok(address),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &[(&str, &str)]) -> Result<Outside, OutsideFault> {
        let owned = |(receiver, socket): &(&str, &str)| ((*receiver).into(), (*socket).into());
        Outside::read(&list.iter().map(owned).collect())
    }

    #[test]
    fn names_have_addresses_and_addresses_stay() {
        let outside = read(&[
            ("Logs.example.com:514", "127.0.0.1:5514"),
            ("logs.example.com:24224", "127.0.0.1:6000"),
            ("a:1", "[::1]:9"),
            ("198.51.100.7:80", "127.0.0.1:8080"),
        ]);
        let outside = outside.expect("a good list");
        let of_name = outside.address("logs.example.com").expect("it is listed");
        assert_eq!(outside.address("a"), Some([198, 19, 0, 1].into()));
        assert_eq!(of_name, Ipv4Addr::from([198, 19, 0, 2]));
        let socket = |address: Ipv4Addr, port| {
            let socket = outside.socket(address, port, |_| false);
            socket.map(|socket| socket.to_string())
        };
        assert_eq!(socket(of_name, 514).as_deref(), Some("127.0.0.1:5514"));
        assert_eq!(socket(of_name, 24224).as_deref(), Some("127.0.0.1:6000"));
        assert_eq!(socket(of_name, 80), None);
        let address = [198, 51, 100, 7].into();
        assert_eq!(socket(address, 80).as_deref(), Some("127.0.0.1:8080"));
        let given = outside.socket([10, 0, 0, 1].into(), 1, |name| name == "a");
        assert_eq!(given, Some("[::1]:9".parse().expect("a socket")));
    }

    #[test]
    fn what_is_no_receiver_is_refused() {
        let check = |receiver: &str, socket: &str, fault: OutsideFault| {
            assert_eq!(read(&[(receiver, socket)]), Err(fault), "{receiver}");
        };
        let receiver = |text: &str| OutsideFault::Receiver(text.to_owned());
        let good = "127.0.0.1:1";
        check("logs", good, receiver("logs"));
        check("logs:0", good, receiver("logs:0"));
        check("logs:x", good, receiver("logs:x"));
        check("a..b:1", good, receiver("a..b:1"));
        check(":1", good, receiver(":1"));
        check(
            "127.0.0.1:1",
            good,
            OutsideFault::Own([127, 0, 0, 1].into()),
        );
        check(
            "logs:1",
            "there:1",
            OutsideFault::Socket("there:1".to_owned()),
        );
    }
}
