//! traceroute.

use super::context::{Context, Fail, Outcome, text};
use super::dns::Socket;
use super::{endpoint, resolve};
use crate::kernel::{Errno, NoticeKind, SocketAddress, SocketKind};
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;

/// Bytes of the headers of a probe.
const HEADERS_BYTES: u64 = 28;
/// Bytes of a probe unless the caller says otherwise.
const PACKET_BYTES: u64 = 46;
/// The shortest and the longest packet.
const PACKET_LEAST: u64 = PACKET_BYTES;
const PACKET_MOST: u64 = 32_768;
/// The port of the first probe is the one after it.
const BASE_PORT: u64 = 33_434;

/// What the arguments say.
struct Plan {
    host: Vec<u8>,
    to: Ipv4Addr,
    /// The first and the last time to live.
    first: u8,
    last: u8,
    probes: u64,
    base_port: u16,
    patience: Duration,
    pause: Duration,
    packet_bytes: u64,
    echo: bool,
    numeric: bool,
    shows_ttl: bool,
}

/// What came back for a probe.
#[derive(Clone, Copy, Debug)]
struct Answer {
    from: Ipv4Addr,
    /// The host itself has answered.
    arrived: bool,
    ttl: u8,
}

async fn plan(cx: &Context<'_>) -> Result<Plan, Fail> {
    let options = cx.options("FIlnrdvt:i:m:p:q:s:w:z:f:46")?;
    let (host, bytes) = match options.operands.as_slice() {
        [host] => (host, None),
        [host, bytes] => (host, Some(bytes)),
        _ => return Err(Fail::usage()),
    };
    let packet_bytes = match bytes {
        None => PACKET_BYTES,
        Some(text) => super::numbers::decimal(text)
            .ok_or_else(|| super::numbers::invalid(text))
            .and_then(|bytes| super::numbers::in_range(bytes, PACKET_LEAST..=PACKET_MOST))?,
    };
    let last = options.number_in(b'm', 1..=255)?.unwrap_or(30);
    let first = options.number_in(b'f', 1..=last)?.unwrap_or(1);
    let base_port = options.number_in(b'p', 1..=65_535)?.unwrap_or(BASE_PORT);
    let probes = options
        .number_in(b'q', 1..=u64::from(u32::MAX))?
        .unwrap_or(3);
    let wait = options.number_in(b'w', 1..=86_400)?.unwrap_or(3);
    let pause = options.number_in(b'z', 0..=86_400)?.unwrap_or(0);
    if options.has(b'6') {
        return Err(endpoint::bad_address(host));
    }
    let to = endpoint::address(cx.sys, host, 0).await?;
    Ok(Plan {
        host: host.to_vec(),
        to: *to.ip(),
        first: u8::try_from(first).unwrap_or(u8::MAX),
        last: u8::try_from(last).unwrap_or(u8::MAX),
        probes,
        base_port: u16::try_from(base_port).unwrap_or(u16::MAX),
        patience: Duration::from_secs(wait),
        pause: Duration::from_millis(pause),
        packet_bytes,
        echo: options.has(b'I'),
        numeric: options.has(b'n'),
        shows_ttl: options.has(b'l'),
    })
}

/// Shows the routers between the container and a host.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let plan = plan(cx).await?;
    let target = SocketAddrV4::new(plan.to, 0);
    let way = cx.sys.next_hop(plan.to);
    way.map_err(|error| endpoint::cannot_connect(target, error))?;
    let failed = |error: Errno| Fail::new(text!("socket: ", error.message()));
    let kind = match plan.echo {
        true => SocketKind::Echo,
        false => SocketKind::Udp,
    };
    let socket = Socket::new(cx.sys, kind).map_err(failed)?;
    let title = format!(
        " ({}), {} hops max, {} byte packets\n",
        plan.to, plan.last, plan.packet_bytes
    );
    cx.out.put(text!("traceroute to ", plan.host, title));
    let mut sequence = 0;
    for ttl in plan.first..=plan.last {
        cx.sys.set_ttl(socket.fd, ttl).map_err(failed)?;
        cx.out.put(format!("{ttl:2}"));
        let arrived = hop(cx, &plan, socket.fd, &mut sequence).await?;
        cx.out.put("\n");
        cx.out.flush().await?;
        if arrived {
            break;
        }
    }
    Ok(0)
}

/// Sends the probes of one distance; whether the host has answered.
async fn hop(cx: &mut Context<'_>, plan: &Plan, fd: i32, sequence: &mut u16) -> Result<bool, Fail> {
    let mut arrived = false;
    let mut latest = None;
    for probe in 0..plan.probes {
        cx.out.flush().await?;
        if probe > 0 && !plan.pause.is_zero() {
            cx.sys.sleep(plan.pause).await.map_err(interrupted)?;
        }
        *sequence = sequence.wrapping_add(1);
        let sent = cx.sys.now();
        send(cx, plan, fd, *sequence).await?;
        let Some(answer) = answer(cx, plan, fd, *sequence).await? else {
            cx.out.put("  *");
            continue;
        };
        let trip = cx.sys.now().since(sent).as_micros();
        if latest != Some(answer.from) {
            let name = shown(cx, plan, answer.from).await;
            cx.out.put(name);
            latest = Some(answer.from);
        }
        cx.out
            .put(format!("  {}.{:03} ms", trip / 1000, trip % 1000));
        if plan.shows_ttl {
            cx.out.put(format!(" ({})", answer.ttl));
        }
        arrived |= answer.arrived;
    }
    Ok(arrived)
}

fn interrupted(error: Errno) -> Fail {
    Fail::new(error.message())
}

/// `  NAME (ADDRESS)`.
async fn shown(cx: &Context<'_>, plan: &Plan, address: Ipv4Addr) -> String {
    match plan.numeric {
        true => format!("  {address}"),
        false => {
            let name = resolve::name_in_hosts(cx.sys, address).await;
            let name = name.unwrap_or_else(|| address.to_string());
            format!("  {name} ({address})")
        }
    }
}

async fn send(cx: &Context<'_>, plan: &Plan, fd: i32, sequence: u16) -> Result<(), Fail> {
    let bytes = usize::try_from(plan.packet_bytes - HEADERS_BYTES).unwrap_or(0);
    let (message, port) = match plan.echo {
        false => (vec![0; bytes], plan.base_port.wrapping_add(sequence)),
        true => {
            let id = u16::try_from(cx.sys.pid() % 65_536).unwrap_or(0);
            let mut message = vec![0; bytes + 8];
            message[0] = 8;
            message[4..6].copy_from_slice(&id.to_be_bytes());
            message[6..8].copy_from_slice(&sequence.to_be_bytes());
            (message, 0)
        }
    };
    let to = SocketAddress::Inet(SocketAddrV4::new(plan.to, port));
    match cx.sys.send_to(fd, &message, &to).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Fail::new(text!("sendto: ", error.message()))),
    }
}

/// What comes back for the latest probe; `None`: nothing in time.
async fn answer(
    cx: &Context<'_>,
    plan: &Plan,
    fd: i32,
    sequence: u16,
) -> Result<Option<Answer>, Fail> {
    let until = cx.sys.now() + plan.patience;
    let mut buffer = [0; 8];
    loop {
        if let Some(notice) = cx.sys.take_notice(fd).map_err(interrupted)? {
            return Ok(Some(Answer {
                from: notice.from,
                arrived: notice.kind == NoticeKind::PortUnreachable,
                ttl: u8::MAX,
            }));
        }
        let left = until.since(cx.sys.now());
        let ready = cx.sys.poll_read(&[fd], Some(left)).await;
        if ready.map_err(interrupted)?.is_empty() {
            return Ok(None);
        }
        let received = cx.sys.receive(fd, &mut buffer).await.map_err(interrupted)?;
        let Some(received) = received else {
            return Ok(None);
        };
        // Later answers to earlier probes do not count.
        if plan.echo
            && buffer[6..8] == sequence.to_be_bytes()
            && let Some(from) = received.from.inet()
        {
            return Ok(Some(Answer {
                from: *from.ip(),
                arrived: true,
                ttl: received.ttl,
            }));
        }
    }
}
