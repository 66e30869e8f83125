//! ping.

use super::context::{Context, Fail, Outcome, text};
use super::dns::Socket;
use super::{endpoint, numbers, resolve};
use crate::kernel::{Disposition, Errno, Signal, SocketAddress, SocketKind, Timestamp};
use std::net::SocketAddrV4;
use std::time::Duration;

/// Bytes before the data of a message.
const HEADER_BYTES: usize = 8;
/// Messages with at least so much data carry the time.
const TIMED_BYTES: usize = 4;
/// How long the first answer is waited for.
const PATIENCE_S: u64 = 10;

/// What the arguments say.
struct Plan {
    host: Vec<u8>,
    to: SocketAddrV4,
    /// How many are sent; 0: without end.
    count: u64,
    data_bytes: usize,
    pattern: u8,
    interval: Duration,
    /// After the last one was sent, while nothing has come.
    patience: Duration,
    deadline: Option<Timestamp>,
    quiet: bool,
    adaptive: bool,
}

/// What has been sent and received.
#[derive(Default)]
struct Tally {
    sent: u64,
    received: u64,
    duplicates: u64,
    /// Round trips, microseconds.
    shortest: Option<u64>,
    longest: u64,
    sum: u64,
    seen: Vec<u16>,
}

async fn plan(cx: &Context<'_>) -> Result<(Plan, Option<u8>), Fail> {
    let options = cx.options("qvAc:s:t:w:W:I:np:i:46")?;
    let [host] = options.operands.as_slice() else {
        return Err(Fail::usage());
    };
    let most = u64::from(u32::MAX);
    let data_bytes = options
        .number_in(b's', 0..=u64::from(u16::MAX))?
        .unwrap_or(56);
    let pattern = match options.value(b'p') {
        None => 0,
        Some(text) => hex_byte(text).ok_or_else(|| numbers::invalid(text))?,
    };
    let interval = match options.value(b'i') {
        None => Duration::from_secs(1),
        Some(text) => numbers::duration(text).ok_or_else(|| numbers::invalid(text))?,
    };
    let deadline = options
        .number_in(b'w', 0..=most)?
        .filter(|seconds| *seconds > 0);
    let ttl = options
        .number_in(b't', 0..=255)?
        .and_then(|ttl| u8::try_from(ttl).ok());
    let count = options.number_in(b'c', 0..=most)?.unwrap_or(0);
    let patience = options.number_in(b'W', 0..=most)?.unwrap_or(PATIENCE_S);
    let to = match options.has(b'6') {
        true => return Err(endpoint::bad_address(host)),
        false => endpoint::address(cx.sys, host, 0).await?,
    };
    if let Some(source) = options.value(b'I') {
        check_source(cx, source)?;
    }
    let plan = Plan {
        host: host.to_vec(),
        to: SocketAddrV4::new(*to.ip(), 0),
        count,
        data_bytes: usize::try_from(data_bytes).unwrap_or(56),
        pattern,
        interval,
        patience: Duration::from_secs(patience),
        deadline: deadline.map(|seconds| cx.sys.now() + Duration::from_secs(seconds)),
        quiet: options.has(b'q'),
        adaptive: options.has(b'A'),
    };
    Ok((plan, ttl.filter(|ttl| *ttl > 0)))
}

fn hex_byte(text: &[u8]) -> Option<u8> {
    u8::from_str_radix(std::str::from_utf8(text).ok()?, 16).ok()
}

/// The packets leave as the routes say; another interface or address can only be the one that they leave by.
fn check_source(cx: &Context<'_>, source: &[u8]) -> Result<(), Fail> {
    let interfaces = cx.sys.interfaces();
    let address = resolve::numeric(source);
    let known = interfaces
        .iter()
        .any(|own| own.name.as_bytes() == source || Some(own.address) == address);
    match (known, address) {
        (true, _) => Ok(()),
        (false, Some(_)) => Err(Fail::new(text!("bind: ", Errno::EADDRNOTAVAIL.message()))),
        (false, None) => Err(endpoint::bad_address(source)),
    }
}

/// Sends echo requests and shows what comes back.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let (plan, ttl) = plan(cx).await?;
    let failed = |error: Errno| Fail::new(text!("can't create raw socket: ", error.message()));
    let sys = cx.sys;
    let socket = Socket::new(sys, SocketKind::Echo).map_err(failed)?;
    if let Some(ttl) = ttl {
        sys.set_ttl(socket.fd, ttl).map_err(failed)?;
    }
    let title = format!(" ({}): {} data bytes\n", plan.to.ip(), plan.data_bytes);
    cx.out.put(text!("PING ", plan.host, title));
    cx.out.flush().await?;
    if sys.disposition(Signal::Int) == Disposition::Default {
        sys.set_disposition(Signal::Int, Disposition::Catch);
    }
    let mut tally = Tally::default();
    converse(cx, &plan, socket.fd, &mut tally).await?;
    cx.out.put(tally.text(&plan.host));
    let missed = plan.deadline.is_some() && tally.received < plan.count;
    Ok(u8::from(tally.received == 0 || missed))
}

async fn converse(
    cx: &mut Context<'_>,
    plan: &Plan,
    fd: i32,
    tally: &mut Tally,
) -> Result<(), Fail> {
    let mut next = cx.sys.now();
    loop {
        let now = cx.sys.now();
        if plan.deadline.is_some_and(|deadline| now >= deadline) {
            return Ok(());
        }
        if now >= next {
            if plan.count > 0 && tally.sent == plan.count {
                return Ok(());
            }
            send(cx, plan, fd, tally).await?;
            next = cx.sys.now() + pause(plan, tally);
        }
        let until = plan.deadline.map_or(next, |deadline| next.min(deadline));
        let left = until.since(cx.sys.now());
        match cx.sys.poll_read(&[fd], Some(left)).await {
            Ok(ready) if ready.is_empty() => {}
            Ok(_) => {
                receive(cx, plan, fd, tally).await?;
                if plan.count > 0 && tally.received >= plan.count {
                    return Ok(());
                }
                if plan.adaptive {
                    next = cx.sys.now();
                }
            }
            // Only SIGINT is caught.
            Err(_) => return Ok(()),
        }
    }
}

/// How long until the next one is sent, or, after the last, until nothing is waited for any more.
fn pause(plan: &Plan, tally: &Tally) -> Duration {
    if plan.count == 0 || tally.sent < plan.count {
        return plan.interval;
    }
    match tally.received {
        0 => plan.patience,
        // Two round trips.
        _ => Duration::from_secs((tally.longest / (512 * 1024)).max(1)),
    }
}

async fn send(cx: &Context<'_>, plan: &Plan, fd: i32, tally: &mut Tally) -> Result<(), Fail> {
    let sequence = u16::try_from(tally.sent % 65_536).unwrap_or(0);
    let id = u16::try_from(cx.sys.pid() % 65_536).unwrap_or(0);
    let mut message = vec![plan.pattern; HEADER_BYTES + plan.data_bytes];
    message[..4].copy_from_slice(&[8, 0, 0, 0]);
    message[4..6].copy_from_slice(&id.to_be_bytes());
    message[6..8].copy_from_slice(&sequence.to_be_bytes());
    if plan.data_bytes >= TIMED_BYTES {
        let time = microseconds(cx.sys.now()).to_be_bytes();
        message[HEADER_BYTES..HEADER_BYTES + TIMED_BYTES].copy_from_slice(&time);
    }
    tally.sent += 1;
    let seen = usize::from(sequence % 1024);
    tally.seen.retain(|other| usize::from(other % 1024) != seen);
    let to = SocketAddress::Inet(plan.to);
    let sent = cx.sys.send_to(fd, &message, &to).await;
    sent.map(drop)
        .map_err(|error| Fail::new(text!("sendto: ", error.message())))
}

/// The low part of a time, enough for differences.
fn microseconds(at: Timestamp) -> u32 {
    u32::try_from(at.0 / 1000 % (1 << 32)).unwrap_or(0)
}

async fn receive(
    cx: &mut Context<'_>,
    plan: &Plan,
    fd: i32,
    tally: &mut Tally,
) -> Result<(), Fail> {
    let mut buffer = vec![0; HEADER_BYTES + plan.data_bytes];
    let received = match cx.sys.receive(fd, &mut buffer).await {
        Ok(Some(received)) => received,
        Ok(None) => return Ok(()),
        Err(error) => {
            cx.complain(text!("recvfrom: ", error.message())).await;
            return Ok(());
        }
    };
    let sequence = u16::from_be_bytes([buffer[6], buffer[7]]);
    let trip = (plan.data_bytes >= TIMED_BYTES).then(|| {
        let data = &buffer[HEADER_BYTES..];
        let sent = u32::from_be_bytes([data[0], data[1], data[2], data[3]]);
        u64::from(microseconds(cx.sys.now()).wrapping_sub(sent))
    });
    if let Some(trip) = trip {
        tally.sum += trip;
        tally.shortest = Some(tally.shortest.map_or(trip, |shortest| shortest.min(trip)));
        tally.longest = tally.longest.max(trip);
    }
    let again = tally.seen.contains(&sequence);
    match again {
        true => tally.duplicates += 1,
        false => {
            tally.seen.push(sequence);
            tally.received += 1;
        }
    }
    if plan.quiet {
        return Ok(());
    }
    let from = received.from.inet().map(|from| from.ip().to_string());
    let from = from.unwrap_or_default();
    let time = trip.map_or(String::new(), |trip| {
        format!(" time={} ms", milliseconds(trip))
    });
    let suffix = if again { " (DUP!)" } else { "" };
    let (bytes, ttl) = (received.bytes, received.ttl);
    let line = format!("{bytes} bytes from {from}: seq={sequence} ttl={ttl}{time}{suffix}\n");
    cx.out.put(line);
    cx.out.flush().await
}

fn milliseconds(microseconds: u64) -> String {
    format!("{}.{:03}", microseconds / 1000, microseconds % 1000)
}

impl Tally {
    fn text(&self, host: &[u8]) -> Vec<u8> {
        let lost = match self.sent {
            0 => 0,
            sent => sent.saturating_sub(self.received) * 100 / sent,
        };
        let duplicates = match self.duplicates {
            0 => String::new(),
            count => format!("{count} duplicates, "),
        };
        let (sent, received) = (self.sent, self.received);
        let mut text = text!(
            "\n--- ",
            host,
            format!(
                " ping statistics ---\n{sent} packets transmitted, {received} packets received, {duplicates}{lost}% packet loss\n"
            )
        );
        if let Some(shortest) = self.shortest {
            let average = self.sum / (self.received + self.duplicates).max(1);
            let trips = format!(
                "round-trip min/avg/max = {}/{}/{} ms\n",
                milliseconds(shortest),
                milliseconds(average),
                milliseconds(self.longest)
            );
            text.extend_from_slice(trips.as_bytes());
        }
        text
    }
}
