//! nslookup: asks resolvers and shows what they say.

use super::context::{Context, Fail, Outcome, text};
use super::dns::{self, Socket};
use super::{endpoint, numbers, resolve};
use crate::kernel::{Errno, Fd, SocketAddress, SocketKind, Timestamp};
use simple_dns::rdata::RData;
use simple_dns::{Packet, PacketFlag, QTYPE, RCODE, ResourceRecord, TYPE};
use std::fmt::Write as _;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// Types of records by name, in the order in which they are asked for.
const TYPES: [(&str, QTYPE); 10] = [
    ("soa", QTYPE::TYPE(TYPE::SOA)),
    ("ns", QTYPE::TYPE(TYPE::NS)),
    ("a", QTYPE::TYPE(TYPE::A)),
    ("aaaa", QTYPE::TYPE(TYPE::AAAA)),
    ("cname", QTYPE::TYPE(TYPE::CNAME)),
    ("mx", QTYPE::TYPE(TYPE::MX)),
    ("txt", QTYPE::TYPE(TYPE::TXT)),
    ("srv", QTYPE::TYPE(TYPE::SRV)),
    ("ptr", QTYPE::TYPE(TYPE::PTR)),
    ("any", QTYPE::ANY),
];
/// Options in the order in which an abbreviation is matched.
const OPTIONS: [&str; 7] = [
    "type",
    "querytype",
    "port",
    "retry",
    "debug",
    "t",
    "timeout",
];
const MOST: u64 = 0x7fff_ffff;

/// What the arguments say.
struct Plan {
    types: Vec<QTYPE>,
    port: u16,
    retries: u64,
    timeout_s: u64,
    debug: bool,
    operands: Vec<Vec<u8>>,
}

/// One question.
struct Query {
    name: String,
    wanted: QTYPE,
}

/// A resolver, as it is shown and as it is asked.
struct Server {
    name: String,
    address: SocketAddrV4,
}

fn plan(cx: &Context<'_>) -> Result<Plan, Fail> {
    let mut plan = Plan {
        types: Vec::new(),
        port: dns::PORT,
        retries: 2,
        timeout_s: 5,
        debug: false,
        operands: Vec::new(),
    };
    let mut wanted = [false; TYPES.len()];
    let mut args = cx.args.iter().peekable();
    while let Some(arg) = args.next_if(|arg| arg.starts_with(b"-")) {
        let text = String::from_utf8_lossy(&arg[1..]).into_owned();
        let (name, value) = text.split_once('=').unwrap_or((&text, ""));
        let option = OPTIONS.iter().find(|option| option.starts_with(name));
        let ranged = |most: u64| -> Result<u64, Fail> {
            let number = numbers::decimal(value.as_bytes());
            let number = number.ok_or_else(|| numbers::invalid(value.as_bytes()))?;
            match (1..=most).contains(&number) {
                true => Ok(number),
                false => Err(Fail::new(format!(
                    "number {number} is not in 1..{most} range"
                ))),
            }
        };
        match option.copied() {
            Some("type" | "querytype") => {
                let known = TYPES
                    .iter()
                    .position(|(name, _)| name.eq_ignore_ascii_case(value));
                let known =
                    known.ok_or_else(|| Fail::new(format!("invalid query type \"{value}\"")))?;
                wanted[known] = true;
            }
            Some("port") => plan.port = u16::try_from(ranged(65_535)?).unwrap_or(dns::PORT),
            Some("retry") => plan.retries = ranged(MOST)?,
            Some("debug") => plan.debug = true,
            Some(_) => plan.timeout_s = ranged(MOST / 1000)?,
            None => return Err(Fail::usage()),
        }
    }
    plan.operands = args.map(|arg| arg.to_vec()).collect();
    let wanted = TYPES.iter().zip(wanted).filter(|(_, wanted)| *wanted);
    plan.types = wanted.map(|((_, wanted), _)| *wanted).collect();
    match plan.operands.len() {
        1 | 2 => Ok(plan),
        _ => Err(Fail::usage()),
    }
}

/// Asks about a host.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let plan = plan(cx)?;
    let config = resolve::config(cx.sys).await;
    let servers = match plan.operands.get(1) {
        Some(text) => {
            let address = endpoint::address(cx.sys, text, plan.port).await?;
            let name = String::from_utf8_lossy(text).into_owned();
            vec![Server { name, address }]
        }
        None => {
            let resolvers = config.resolvers.iter();
            let server = |resolver: &Ipv4Addr| Server {
                name: resolver.to_string(),
                address: SocketAddrV4::new(*resolver, plan.port),
            };
            resolvers.map(server).collect()
        }
    };
    let queries = queries(&plan, &config.search);
    for server in &servers {
        if let Some(status) = ask_all(cx, &plan, server, &queries).await? {
            return Ok(status);
        }
    }
    let text = ";; connection timed out; no servers could be reached\n\n";
    cx.out.write(text).await?;
    Ok(1)
}

fn queries(plan: &Plan, search: &[String]) -> Vec<Query> {
    let host = String::from_utf8_lossy(&plan.operands[0]).into_owned();
    let mut queries = Vec::new();
    if plan.types.is_empty()
        && let Ok(address) = host.parse::<Ipv4Addr>()
    {
        let [a, b, c, d] = address.octets();
        queries.push(Query {
            name: format!("{d}.{c}.{b}.{a}.in-addr.arpa"),
            wanted: TYPE::PTR.into(),
        });
        return queries;
    }
    let types = match plan.types.is_empty() {
        true => vec![TYPE::A.into(), TYPE::AAAA.into()],
        false => plan.types.clone(),
    };
    for wanted in types {
        if host.contains('.') || search.is_empty() || wanted == TYPE::PTR.into() {
            let name = host.clone();
            queries.push(Query { name, wanted });
            continue;
        }
        for end in search {
            let name = format!("{host}.{end}");
            queries.push(Query { name, wanted });
        }
    }
    queries
}

/// A question that waits for its answer.
struct Pending<'a> {
    place: usize,
    name: &'a str,
    bytes: Vec<u8>,
}

/// Shows a server's answers; `None`: there are none.
async fn ask_all(
    cx: &mut Context<'_>,
    plan: &Plan,
    server: &Server,
    queries: &[Query],
) -> Result<Option<u8>, Fail> {
    let failed = |error: Errno| Fail::new(text!("can't create socket: ", error.message()));
    let socket = Socket::new(cx.sys, SocketKind::Udp).map_err(failed)?;
    let fd = socket.fd;
    let address = SocketAddress::Inet(server.address);
    if let Err(error) = cx.sys.connect(fd, &address, None).await {
        return Err(endpoint::cannot_connect(server.address, error));
    }
    let mut pending = Vec::new();
    for (place, query) in queries.iter().enumerate() {
        let bytes = dns::question(resolve::query_id(cx.sys), &query.name, query.wanted);
        if let Ok(bytes) = bytes {
            let name = query.name.as_str();
            pending.push(Pending { place, name, bytes });
        }
    }
    let attempts = u32::try_from(plan.retries).unwrap_or(u32::MAX);
    let pause = Duration::from_secs(plan.timeout_s) / attempts;
    let mut status = None;
    let asked = cx.sys.now();
    for _ in 0..attempts {
        for query in &pending {
            if let Err(error) = cx.sys.write(fd, &query.bytes).await {
                let name = &server.name;
                let message = format!("write to '{name}': {error}");
                cx.complain(message).await;
                return Ok(status);
            }
        }
        let until = cx.sys.now() + pause;
        while let Some(answer) = next_answer(cx, fd, until).await {
            let query = pending
                .iter()
                .position(|query| query.bytes.get(..2) == answer.get(..2));
            let Some(query) = query.map(|at| pending.remove(at)) else {
                continue;
            };
            if status.is_none() {
                let Server { name, address } = server;
                let head = format!("Server:\t\t{name}\nAddress:\t{address}\n\n");
                cx.out.put(head);
            }
            if plan.debug {
                let (place, took) = (query.place, cx.sys.now().since(asked).as_millis());
                cx.out
                    .put(format!("Query #{place} completed in {took}ms:\n"));
            }
            let (text, found) = shown(query.name, &answer, plan.debug);
            cx.out.write(text).await?;
            status = Some(status.unwrap_or(0).max(u8::from(!found)));
            if pending.is_empty() {
                return Ok(status);
            }
        }
    }
    if status.is_some() {
        for query in &pending {
            let name = query.name;
            cx.out.put(format!("*** Can't find {name}: No answer\n"));
        }
        cx.out.put("\n");
    }
    Ok(status)
}

/// The next message; `None`: none in time.
async fn next_answer(cx: &mut Context<'_>, fd: Fd, until: Timestamp) -> Option<Vec<u8>> {
    loop {
        let left = until.since(cx.sys.now());
        let ready = cx.sys.poll_read(&[fd], Some(left)).await;
        if ready.is_ok_and(|ready| ready.is_empty()) {
            return None;
        }
        let mut answer = vec![0; dns::ANSWER_BYTES];
        match cx.sys.read(fd, &mut answer).await {
            Ok(count) => {
                answer.truncate(count);
                return Some(answer);
            }
            Err(error) => cx.complain(text!("read: ", error.message())).await,
        }
    }
}

/// An answer as text, and whether it says that there is such a name.
fn shown(name: &str, answer: &[u8], debug: bool) -> (String, bool) {
    let Ok(packet) = Packet::parse(answer) else {
        let text = format!("*** Can't find {name}: Parse error\n\n");
        return (text, false);
    };
    if packet.rcode() != RCODE::NoError {
        let reason = reason(packet.rcode());
        let text = format!("** server can't find {name}: {reason}\n\n");
        return (text, false);
    }
    let mut text = String::new();
    match packet.has_flags(PacketFlag::AUTHORITATIVE_ANSWER) {
        false => text.push_str("Non-authoritative answer:\n"),
        true if debug => text.push_str("authoritative answer:\n"),
        true => {}
    }
    for record in &packet.answers {
        push_record(&mut text, record);
    }
    text.push('\n');
    (text, true)
}

fn reason(code: RCODE) -> &'static str {
    match code {
        RCODE::NoError => "NOERROR",
        RCODE::FormatError => "FORMERR",
        RCODE::ServerFailure => "SERVFAIL",
        RCODE::NameError => "NXDOMAIN",
        RCODE::NotImplemented => "NOTIMP",
        RCODE::Refused => "REFUSED",
        RCODE::YXDOMAIN => "YXDOMAIN",
        RCODE::YXRRSET => "YXRRSET",
        RCODE::NXRRSET => "NXRRSET",
        RCODE::NOTAUTH => "NOTAUTH",
        RCODE::NOTZONE => "NOTZONE",
        _ => "unknown",
    }
}

fn push_record(text: &mut String, record: &ResourceRecord<'_>) {
    let name = &record.name;
    // Writing to a string always works.
    let _ = match &record.rdata {
        RData::A(a) => {
            let address = Ipv4Addr::from(a.address);
            writeln!(text, "Name:\t{name}\nAddress: {address}")
        }
        RData::AAAA(a) => {
            let address = std::net::Ipv6Addr::from(a.address);
            writeln!(text, "Name:\t{name}\nAddress: {address}")
        }
        RData::NS(ns) => writeln!(text, "{name}\tnameserver = {}", ns.0),
        RData::CNAME(cname) => writeln!(text, "{name}\tcanonical name = {}", cname.0),
        RData::PTR(ptr) => writeln!(text, "{name}\tname = {}", ptr.0),
        RData::MX(mx) => {
            let (preference, exchange) = (mx.preference, &mx.exchange);
            writeln!(text, "{name}\tmail exchanger = {preference} {exchange}")
        }
        RData::TXT(txt) => {
            let whole = String::try_from(txt.clone()).unwrap_or_default();
            writeln!(text, "{name}\ttext = \"{whole}\"")
        }
        RData::SRV(srv) => {
            let (priority, weight, port) = (srv.priority, srv.weight, srv.port);
            let target = &srv.target;
            writeln!(
                text,
                "{name}\tservice = {priority} {weight} {port} {target}"
            )
        }
        RData::SOA(soa) => writeln!(
            text,
            "{name}\n\torigin = {}\n\tmail addr = {}\n\tserial = {}\n\trefresh = {}\n\tretry = {}\n\texpire = {}\n\tminimum = {}",
            soa.mname, soa.rname, soa.serial, soa.refresh, soa.retry, soa.expire, soa.minimum
        ),
        _ => Ok(()),
    };
}

#[cfg(test)]
mod tests {
    use super::*;
    use simple_dns::rdata::A;
    use simple_dns::{CLASS, Name};

    fn answer(rcode: RCODE, addresses: &[u32]) -> Vec<u8> {
        let mut packet = Packet::new_reply(7);
        *packet.rcode_mut() = rcode;
        for address in addresses {
            let record = ResourceRecord::new(
                Name::new_unchecked("db.example"),
                CLASS::IN,
                60,
                RData::A(A { address: *address }),
            );
            packet.answers.push(record);
        }
        packet.build_bytes_vec().expect("an answer")
    }

    #[test]
    fn answers_read_as_nslookup_writes_them() {
        let check = |answer: &[u8], expected: (&str, bool)| {
            let (text, found) = shown("db.example", answer, false);
            assert_eq!((text.as_str(), found), expected);
        };
        check(
            &answer(RCODE::NoError, &[0x0a01_0203]),
            (
                "Non-authoritative answer:\nName:\tdb.example\nAddress: 10.1.2.3\n\n",
                true,
            ),
        );
        check(
            &answer(RCODE::NameError, &[]),
            ("** server can't find db.example: NXDOMAIN\n\n", false),
        );
        check(b"x", ("*** Can't find db.example: Parse error\n\n", false));
    }
}
