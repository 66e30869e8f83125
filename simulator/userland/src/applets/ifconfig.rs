//! ifconfig.

use super::context::{Context, Fail, Outcome, text};
use crate::kernel::{Count, InterfaceStat};
use std::net::Ipv4Addr;

/// Shows interfaces: all, or the one that is named. What would change one is refused.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut args = std::mem::take(&mut cx.args);
    if args.first().is_some_and(|arg| arg == "-a") {
        args.remove(0);
    }
    let mut interfaces = cx.sys.interfaces();
    interfaces.sort_by(|a, b| a.name.cmp(&b.name));
    let Some(name) = args.first() else {
        for own in &interfaces {
            cx.out.write(description(own)).await?;
        }
        return Ok(0);
    };
    let named = interfaces.iter().find(|own| own.name.as_bytes() == &**name);
    let Some(own) = named else {
        return Err(Fail::new(text!(
            name,
            ": error fetching interface information: Device not found"
        )));
    };
    match args.get(1) {
        None => {
            cx.out.write(description(own)).await?;
            Ok(0)
        }
        Some(change) => Err(Fail::new(text!(
            request(change),
            ": Operation not permitted"
        ))),
    }
}

/// The system call that a change needs.
fn request(change: &[u8]) -> &'static str {
    match change {
        b"up" | b"down" | b"arp" | b"-arp" | b"promisc" | b"-promisc" | b"allmulti"
        | b"-allmulti" | b"multicast" | b"-multicast" | b"trailers" | b"dynamic" => "SIOCSIFFLAGS",
        b"netmask" => "SIOCSIFNETMASK",
        b"broadcast" => "SIOCSIFBRDADDR",
        b"mtu" => "SIOCSIFMTU",
        b"metric" => "SIOCSIFMETRIC",
        b"hw" => "SIOCSIFHWADDR",
        b"txqueuelen" => "SIOCSIFTXQLEN",
        _ => "SIOCSIFADDR",
    }
}

fn description(own: &InterfaceStat) -> String {
    let loopback = own.index == 1;
    let name = &own.name;
    let bits = u32::MAX
        .checked_shl(32 - u32::from(own.prefix_len))
        .unwrap_or(0);
    let mask = Ipv4Addr::from(bits);
    let (hardware, broadcast, flags) = match loopback {
        true => (
            "Local Loopback".to_owned(),
            String::new(),
            "LOOPBACK RUNNING",
        ),
        false => (
            format!("Ethernet  HWaddr {}", hardware_address(own.mac)),
            format!("  Bcast:{}", Ipv4Addr::from(u32::from(own.address) | !bits)),
            "BROADCAST RUNNING MULTICAST",
        ),
    };
    let (received, sent) = (own.counts.received, own.counts.sent);
    let pad = " ".repeat(10);
    format!(
        "{name:<9} Link encap:{hardware}  \n\
         {pad}inet addr:{}{broadcast}  Mask:{mask}\n\
         {pad}UP {flags}  MTU:{}  Metric:1\n\
         {pad}RX packets:{} errors:0 dropped:0 overruns:0 frame:0\n\
         {pad}TX packets:{} errors:0 dropped:0 overruns:0 carrier:0\n\
         {pad}collisions:0 txqueuelen:1000 \n\
         {pad}RX bytes:{}  TX bytes:{}\n\n",
        own.address,
        own.mtu,
        received.packets,
        sent.packets,
        size(received),
        size(sent)
    )
}

fn hardware_address(mac: [u8; 6]) -> String {
    let bytes: Vec<String> = mac.iter().map(|byte| format!("{byte:02X}")).collect();
    bytes.join(":")
}

/// Bytes, and the same in the largest unit that is not below one, cut off after a digit.
fn size(count: Count) -> String {
    let (mut whole, mut tenths, mut unit) = (count.bytes, 0, "B");
    for larger in ["KiB", "MiB", "GiB", "TiB"] {
        if whole < 1024 {
            break;
        }
        tenths = whole % 1024 * 10 / 1024;
        whole /= 1024;
        unit = larger;
    }
    format!("{} ({whole}.{tenths} {unit})", count.bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_shown_twice() {
        for (bytes, expected) in [
            (0, "0 (0.0 B)"),
            (656, "656 (656.0 B)"),
            (2048, "2048 (2.0 KiB)"),
            (5_000_000, "5000000 (4.7 MiB)"),
        ] {
            assert_eq!(size(Count { bytes, packets: 1 }), expected);
        }
    }
}
