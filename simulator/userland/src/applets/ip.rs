//! ip: interfaces, addresses and routes. They are the zone's: whatever would change them is refused.

use super::context::{Context, Fail, Outcome, text};
use super::glob;
use super::resolve;
use crate::kernel::{Errno, InterfaceStat, Route};
use bytes::Bytes;
use std::net::Ipv4Addr;

/// Length of the queues that interfaces have.
const QUEUE_LEN: u32 = 1000;

/// Of which kind the shown addresses are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    Any,
    Inet,
    Inet6,
    Link,
}

/// The options before the object.
#[derive(Clone, Copy, Debug)]
struct Manner {
    family: Family,
    /// One line for each thing.
    oneline: bool,
}

impl Manner {
    /// What separates the parts of one thing.
    fn separator(self) -> char {
        if self.oneline { '\\' } else { '\n' }
    }
}

/// The words of a command line that are left.
struct Words(std::vec::IntoIter<Bytes>);

impl Words {
    fn next(&mut self) -> Option<Bytes> {
        self.0.next()
    }

    /// The value of a keyword.
    fn value(&mut self) -> Result<Bytes, Fail> {
        self.next()
            .ok_or_else(|| Fail::new("command line is not complete, try \"help\""))
    }
}

fn invalid(word: &[u8], of: &str) -> Fail {
    Fail::new(text!("invalid argument '", word, "' to '", of, "'"))
}

/// What is said when something is asked for that only the zone decides.
fn refused() -> Fail {
    Fail::Message(2, b"RTNETLINK answers: Operation not permitted".to_vec())
}

/// The first keyword that begins with a word.
fn keyword<'a>(word: &[u8], keywords: &[&'a str]) -> Option<&'a str> {
    if word.is_empty() {
        return None;
    }
    let mut all = keywords.iter();
    all.find(|keyword| keyword.as_bytes().starts_with(word))
        .copied()
}

fn manner(words: &mut Words) -> Result<(Manner, Option<Bytes>), Fail> {
    const OPTIONS: [&str; 5] = ["oneline", "family", "4", "6", "0"];
    let mut manner = Manner {
        family: Family::Any,
        oneline: false,
    };
    loop {
        let Some(word) = words.next() else {
            return Ok((manner, None));
        };
        let Some(option) = word.strip_prefix(b"-") else {
            return Ok((manner, Some(word)));
        };
        let option = option.strip_prefix(b"-").unwrap_or(option);
        if option.is_empty() {
            return Ok((manner, words.next()));
        }
        match keyword(option, &OPTIONS).ok_or_else(Fail::usage)? {
            "oneline" => manner.oneline = true,
            "4" => manner.family = Family::Inet,
            "6" => manner.family = Family::Inet6,
            "0" => manner.family = Family::Link,
            _ => {
                let name = words.next().ok_or_else(Fail::usage)?;
                manner.family = match &*name {
                    b"inet" => Family::Inet,
                    b"inet6" => Family::Inet6,
                    b"link" => Family::Link,
                    _ => return Err(invalid(&name, "family")),
                };
            }
        }
    }
}

/// Shows what the zone has given the container.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    const OBJECTS: [&str; 6] = ["address", "route", "r", "link", "rule", "neigh"];
    let mut words = Words(std::mem::take(&mut cx.args).into_iter());
    let (manner, object) = manner(&mut words)?;
    let object = object.ok_or_else(Fail::usage)?;
    match keyword(&object, &OBJECTS).ok_or_else(Fail::usage)? {
        "address" => address(cx, words, manner).await,
        "link" => link(cx, words, manner).await,
        "rule" => rules(cx, words).await,
        "neigh" => neighbours(words),
        _ => route(cx, words, manner).await,
    }
}

async fn address(cx: &mut Context<'_>, mut words: Words, manner: Manner) -> Outcome {
    const COMMANDS: [&str; 9] = [
        "add", "change", "chg", "replace", "delete", "list", "show", "lst", "flush",
    ];
    match words.next() {
        None => show_interfaces(cx, words, manner).await,
        Some(word) => match keyword(&word, &COMMANDS).ok_or_else(|| invalid(&word, "ip"))? {
            "list" | "show" | "lst" => show_interfaces(cx, words, manner).await,
            "flush" if words.0.len() == 0 => Err(Fail::new("flush requires an argument")),
            "flush" => Err(refused()),
            _ => Err(change_address(cx, words)?),
        },
    }
}

/// Reads what should be changed, as far as it can be wrong, before it is refused.
fn change_address(cx: &Context<'_>, mut words: Words) -> Result<Fail, Fail> {
    let mut device = None;
    while let Some(word) = words.next() {
        match &*word {
            b"dev" => device = Some(words.value()?),
            b"peer" | b"remote" | b"broadcast" | b"brd" | b"anycast" | b"valid_lft"
            | b"preferred_lft" | b"scope" | b"label" | b"local" => drop(words.value()?),
            b"noprefixroute" => {}
            _ => drop(prefix(&word)?),
        }
    }
    let device = device.ok_or_else(|| Fail::new("need \"dev IFACE\""))?;
    find_interface(&cx.sys.interfaces(), &device)?;
    Ok(refused())
}

async fn link(cx: &mut Context<'_>, mut words: Words, manner: Manner) -> Outcome {
    const COMMANDS: [&str; 6] = ["add", "delete", "set", "show", "lst", "list"];
    let manner = Manner {
        family: Family::Link,
        ..manner
    };
    let Some(word) = words.next() else {
        return show_interfaces(cx, words, manner).await;
    };
    match keyword(&word, &COMMANDS).ok_or_else(|| invalid(&word, "ip"))? {
        "show" | "lst" | "list" => show_interfaces(cx, words, manner).await,
        "set" => {
            let mut device = words.value()?;
            if device == "dev" {
                device = words.value()?;
            }
            find_interface(&cx.sys.interfaces(), &device)?;
            Err(Fail::new("SIOCSIFFLAGS: Operation not permitted"))
        }
        _ => Err(refused()),
    }
}

fn find_interface<'a>(
    interfaces: &'a [InterfaceStat],
    name: &[u8],
) -> Result<&'a InterfaceStat, Fail> {
    let found = interfaces.iter().find(|own| own.name.as_bytes() == name);
    found.ok_or_else(|| Fail::new(text!("can't find device '", name, "'")))
}

/// `ADDRESS` or `ADDRESS/LENGTH`, or a word for any address.
fn prefix(word: &[u8]) -> Result<(Ipv4Addr, u8), Fail> {
    if matches!(word, b"default" | b"any" | b"all") {
        return Ok((Ipv4Addr::UNSPECIFIED, 0));
    }
    let bad = || Fail::new(text!("invalid argument '", word, "' to 'IP address'"));
    let (address, len) = match word.iter().position(|byte| *byte == b'/') {
        None => (word, Some(32)),
        Some(at) => {
            let len = super::numbers::decimal(&word[at + 1..]);
            (&word[..at], len.and_then(|len| u8::try_from(len).ok()))
        }
    };
    let len = len.filter(|len| *len <= 32).ok_or_else(bad)?;
    let address = std::str::from_utf8(address).ok();
    let address = address.and_then(|text| text.parse().ok()).ok_or_else(bad)?;
    Ok((address, len))
}

/// Which interfaces and addresses are shown.
#[derive(Default)]
struct Selection {
    device: Option<Bytes>,
    label: Option<Bytes>,
    to: Option<(Ipv4Addr, u8)>,
    scope: Option<Bytes>,
}

impl Selection {
    fn read(words: &mut Words) -> Result<Self, Fail> {
        let mut selection = Self::default();
        while let Some(word) = words.next() {
            match &*word {
                b"to" => selection.to = Some(prefix(&words.value()?)?),
                b"scope" => selection.scope = Some(words.value()?),
                b"up" => {}
                b"label" => selection.label = Some(words.value()?),
                b"dev" => selection.device = Some(words.value()?),
                _ => selection.device = Some(word),
            }
        }
        Ok(selection)
    }

    fn shows_address(&self, own: &InterfaceStat) -> bool {
        let in_scope = self
            .scope
            .as_ref()
            .is_none_or(|wanted| wanted == "all" || wanted == scope(own));
        let inside = self.to.is_none_or(|(network, len)| {
            let mask = u32::MAX.checked_shl(32 - u32::from(len)).unwrap_or(0);
            (u32::from(network) ^ u32::from(own.address)) & mask == 0
        });
        in_scope && inside
    }
}

fn is_loopback(own: &InterfaceStat) -> bool {
    own.index == 1
}

fn scope(own: &InterfaceStat) -> &'static str {
    if is_loopback(own) { "host" } else { "global" }
}

async fn show_interfaces(cx: &mut Context<'_>, mut words: Words, manner: Manner) -> Outcome {
    let selection = Selection::read(&mut words)?;
    let interfaces = cx.sys.interfaces();
    if let Some(device) = &selection.device {
        find_interface(&interfaces, device).map_err(|fail| match (manner.family, fail) {
            (Family::Link, Fail::Message(_, message)) => Fail::Message(2, message),
            (_, fail) => fail,
        })?;
    }
    for own in &interfaces {
        let named = selection
            .device
            .as_ref()
            .is_none_or(|name| name == &own.name);
        let labelled = selection
            .label
            .as_ref()
            .is_none_or(|label| glob::matches(label, own.name.as_bytes(), false));
        let has_address = manner.family != Family::Inet6 && selection.shows_address(own);
        let shown = match manner.family {
            Family::Any | Family::Link => true,
            Family::Inet | Family::Inet6 => has_address,
        };
        if !(named && labelled && shown) {
            continue;
        }
        if !manner.oneline || manner.family == Family::Link {
            cx.out.put(link_text(own, manner));
        }
        if manner.family != Family::Link && has_address {
            cx.out.put(address_text(own, manner));
        }
        cx.out.spill().await?;
    }
    Ok(0)
}

fn mac_text(mac: [u8; 6]) -> String {
    let bytes: Vec<String> = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(":")
}

fn link_text(own: &InterfaceStat, manner: Manner) -> String {
    let (flags, kind, broadcast) = match is_loopback(own) {
        true => ("LOOPBACK,UP,LOWER_UP", "loopback", [0; 6]),
        false => ("BROADCAST,MULTICAST,UP,LOWER_UP", "ether", [0xff; 6]),
    };
    let (index, name, mtu) = (own.index, &own.name, own.mtu);
    let mut line = format!("{index}: {name}: <{flags}> mtu {mtu} qdisc noqueue qlen {QUEUE_LEN}");
    if matches!(manner.family, Family::Any | Family::Link) {
        line.push(manner.separator());
        line += &format!(
            "    link/{kind} {} brd {}",
            mac_text(own.mac),
            mac_text(broadcast)
        );
    }
    line + "\n"
}

fn broadcast(own: &InterfaceStat) -> Ipv4Addr {
    let hosts = u32::MAX.checked_shr(u32::from(own.prefix_len)).unwrap_or(0);
    (u32::from(own.address) | hosts).into()
}

fn address_text(own: &InterfaceStat, manner: Manner) -> String {
    let mut line = match manner.oneline {
        true => format!("{}: {}", own.index, own.name),
        false => String::new(),
    };
    line += &format!("    inet {}/{} ", own.address, own.prefix_len);
    if !is_loopback(own) {
        line += &format!("brd {} ", broadcast(own));
    }
    line += &format!("scope {} {}", scope(own), own.name);
    line.push(manner.separator());
    line + "       valid_lft forever preferred_lft forever\n"
}

async fn route(cx: &mut Context<'_>, mut words: Words, manner: Manner) -> Outcome {
    const COMMANDS: [&str; 13] = [
        "a", "add", "append", "change", "chg", "delete", "get", "list", "show", "prepend",
        "replace", "test", "flush",
    ];
    let Some(word) = words.next() else {
        return show_routes(cx, words, manner).await;
    };
    match keyword(&word, &COMMANDS).ok_or_else(|| invalid(&word, "ip"))? {
        "list" | "show" => show_routes(cx, words, manner).await,
        "get" => get_route(cx, words).await,
        "flush" if words.0.len() == 0 => Err(Fail::new("\"ip route flush\" requires an argument")),
        _ => Err(refused()),
    }
}

async fn show_routes(cx: &mut Context<'_>, mut words: Words, manner: Manner) -> Outcome {
    let interfaces = cx.sys.interfaces();
    let mut device = None;
    let mut within = None;
    while let Some(word) = words.next() {
        match &*word {
            b"dev" | b"oif" => device = Some(words.value()?),
            b"iif" | b"via" | b"table" | b"scope" | b"protocol" | b"proto" | b"from" => {
                drop(words.value()?);
            }
            b"cache" => return Ok(0),
            b"to" | b"root" | b"match" | b"exact" => {}
            b"default" | b"all" | b"any" => within = None,
            _ => within = Some(prefix(&word)?),
        }
    }
    if let Some(device) = &device {
        find_interface(&interfaces, device)?;
    }
    if manner.family == Family::Inet6 {
        return Ok(0);
    }
    for route in cx.sys.routes() {
        let near = device.as_ref().is_none_or(|name| name == &route.interface);
        let wanted = within
            .is_none_or(|(network, len)| (route.destination, route.prefix_len) == (network, len));
        if near && wanted {
            cx.out.write(route_text(&route)).await?;
        }
    }
    Ok(0)
}

fn route_text(route: &Route) -> String {
    let destination = match route.prefix_len {
        0 => "default".to_owned(),
        len => format!("{}/{len}", route.destination),
    };
    let (interface, source) = (&route.interface, route.source);
    match route.gateway {
        Some(gateway) => format!("{destination} via {gateway} dev {interface} \n"),
        None => format!("{destination} dev {interface} scope link  src {source} \n"),
    }
}

async fn get_route(cx: &mut Context<'_>, mut words: Words) -> Outcome {
    let mut destination = None;
    while let Some(word) = words.next() {
        match &*word {
            b"from" | b"iif" | b"oif" | b"dev" => drop(words.value()?),
            b"notify" | b"connected" | b"to" => {}
            _ => destination = Some(word),
        }
    }
    let missing = || Fail::new("need at least destination address");
    let destination = destination.ok_or_else(missing)?;
    let to = resolve::numeric(&destination).ok_or_else(missing)?;
    let unreachable = text!("RTNETLINK answers: ", Errno::ENETUNREACH.message());
    let hop = cx.sys.next_hop(to);
    let hop = hop.map_err(|_| Fail::Message(2, unreachable))?;
    let (local, via) = match (&*hop.interface, hop.gateway) {
        ("lo", _) => ("local ", String::new()),
        (_, Some(gateway)) => ("", format!("via {gateway} ")),
        (_, None) => ("", String::new()),
    };
    let (interface, source) = (&hop.interface, hop.source);
    let line = format!("{local}{to} {via}dev {interface}  src {source} \n");
    cx.out.write(line).await?;
    Ok(0)
}

async fn rules(cx: &mut Context<'_>, mut words: Words) -> Outcome {
    match words.next() {
        Some(word) if keyword(&word, &["list", "show", "lst"]).is_none() => Err(refused()),
        _ => {
            for (priority, table) in [(0, "local"), (32_766, "main"), (32_767, "default")] {
                let line = format!("{priority}:\tfrom all lookup {table} \n");
                cx.out.write(line).await?;
            }
            Ok(0)
        }
    }
}

/// Who is near is known without asking: there are no neighbours to remember.
fn neighbours(mut words: Words) -> Outcome {
    match words.next() {
        Some(word) if keyword(&word, &["show", "list"]).is_none() => Err(refused()),
        _ => Ok(0),
    }
}
