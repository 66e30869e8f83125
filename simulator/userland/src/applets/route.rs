//! route, and the routing table that netstat shows too.

use super::context::{Context, Fail, Outcome};
use crate::kernel::Route;
use std::net::Ipv4Addr;

/// Which columns the table has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Columns {
    /// Metric, references, use.
    Metric,
    /// MSS, window, round trip time.
    Window,
}

/// Shows the routing table; what would change it is refused.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("A:ne")?;
    if let Some(family) = options.value(b'A')
        && family != "inet"
    {
        return Err(Fail::usage());
    }
    match options.operands.first().map(|word| &**word) {
        None => {}
        Some(b"add") => return Err(Fail::new("SIOCADDRT: Operation not permitted")),
        Some(b"del" | b"delete") => return Err(Fail::new("SIOCDELRT: Operation not permitted")),
        Some(_) => return Err(Fail::usage()),
    }
    let columns = match options.has(b'e') {
        true => Columns::Window,
        false => Columns::Metric,
    };
    show(cx, options.has(b'n'), columns).await
}

/// Writes the routing table.
pub(super) async fn show(cx: &mut Context<'_>, numeric: bool, columns: Columns) -> Outcome {
    let titles = match columns {
        Columns::Metric => "Flags Metric Ref    Use Iface",
        Columns::Window => "Flags   MSS Window  irtt Iface",
    };
    cx.out.put(format!(
        "Kernel IP routing table\nDestination     Gateway         Genmask         {titles}\n"
    ));
    for route in cx.sys.routes() {
        cx.out.write(row(&route, numeric, columns)).await?;
    }
    Ok(0)
}

fn row(route: &Route, numeric: bool, columns: Columns) -> String {
    let destination = match (route.prefix_len, numeric) {
        (0, false) => "default".to_owned(),
        _ => route.destination.to_string(),
    };
    let gateway = match (route.gateway, numeric) {
        (Some(gateway), _) => gateway.to_string(),
        (None, true) => Ipv4Addr::UNSPECIFIED.to_string(),
        (None, false) => "*".to_owned(),
    };
    let flags = if route.gateway.is_some() { "UG" } else { "U" };
    let (mask, interface) = (route.mask().to_string(), &route.interface);
    let rest = match columns {
        Columns::Metric => format!("{flags:<5} {:<6} {:<2} {:>7} {interface}", 0, 0, 0),
        Columns::Window => format!("{flags:<5} {:>5} {:<5} {:>6} {interface}", 0, 0, 0),
    };
    format!("{destination:<15.15} {gateway:<15.15} {mask:<16}{rest}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_have_the_columns_of_their_titles() {
        let route = Route {
            destination: Ipv4Addr::UNSPECIFIED,
            prefix_len: 0,
            gateway: Some(Ipv4Addr::new(192, 168, 128, 1)),
            interface: "eth0".into(),
            source: Ipv4Addr::new(192, 168, 128, 5),
        };
        assert_eq!(
            row(&route, true, Columns::Metric),
            "0.0.0.0         192.168.128.1   0.0.0.0         UG    0      0        0 eth0\n"
        );
        assert_eq!(
            row(&route, false, Columns::Window),
            "default         192.168.128.1   0.0.0.0         UG        0 0          0 eth0\n"
        );
    }
}
