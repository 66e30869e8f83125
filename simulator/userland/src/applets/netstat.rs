//! netstat: the sockets of the container, from `/proc/net`.

use super::context::{Context, Fail, Outcome, text};
use super::route::{self, Columns};
use std::collections::BTreeMap;
use std::net::{Ipv4Addr, SocketAddrV4};

/// What is shown.
#[derive(Clone, Debug)]
struct Selection {
    connected: bool,
    listening: bool,
    /// Letters of the kinds: `t`, `u`, `w`, `x`.
    kinds: Vec<u8>,
    /// Names of programs by inode, when they are shown.
    programs: Option<BTreeMap<u64, String>>,
    /// How wide an address is.
    width: usize,
}

impl Selection {
    fn which(&self) -> &'static str {
        match (self.listening, self.connected) {
            (true, true) => "(servers and established)",
            (true, false) => "(only servers)",
            (false, _) => "(w/o servers)",
        }
    }

    fn banner(&self) -> &'static str {
        match self.programs {
            Some(_) => "PID/Program name    ",
            None => "",
        }
    }

    fn program(&self, inode: u64) -> String {
        let Some(programs) = &self.programs else {
            return String::new();
        };
        let name = programs.get(&inode).map_or("-", String::as_str);
        format!("{name:<20}")
    }
}

/// Shows the sockets that are connected, that listen, or all.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("laentuwxrWp")?;
    if options.has(b'r') {
        let columns = match options.has(b'e') {
            true => Columns::Metric,
            false => Columns::Window,
        };
        return route::show(cx, options.has(b'n'), columns).await;
    }
    let all = options.has(b'a');
    let kinds: Vec<u8> = b"tuwx"
        .iter()
        .copied()
        .filter(|letter| options.has(*letter))
        .collect();
    let selection = Selection {
        connected: all || !options.has(b'l'),
        listening: all || options.has(b'l'),
        kinds: match kinds.is_empty() {
            true => b"tuwx".to_vec(),
            false => kinds,
        },
        programs: match options.has(b'p') {
            true => Some(programs(cx).await),
            false => None,
        },
        width: if options.has(b'W') { 51 } else { 23 },
    };
    if selection.kinds.iter().any(|kind| *kind != b'x') {
        cx.out.put(format!(
            "Active Internet connections {}\nProto Recv-Q Send-Q {:<width$} {:<width$} State       {}\n",
            selection.which(),
            "Local Address",
            "Foreign Address",
            selection.banner(),
            width = selection.width
        ));
    }
    for (kind, protocol) in [(b't', "tcp"), (b'u', "udp"), (b'w', "raw")] {
        if selection.kinds.contains(&kind) {
            for line in lines(cx, protocol).await {
                let shown = inet_line(&line, protocol, &selection);
                cx.out.write(shown.ok_or_else(bogus)?).await?;
            }
        }
    }
    if selection.kinds.contains(&b'x') {
        cx.out.put(format!(
            "Active UNIX domain sockets {}\nProto RefCnt Flags       Type       State         I-Node {}Path\n",
            selection.which(),
            selection.banner()
        ));
        for line in lines(cx, "unix").await {
            let shown = unix_line(&line, &selection);
            cx.out.write(shown.ok_or_else(bogus)?).await?;
        }
    }
    Ok(0)
}

fn bogus() -> Fail {
    Fail::new("bogus data in /proc/net")
}

/// The lines of a file of `/proc/net` behind the title.
async fn lines(cx: &mut Context<'_>, name: &str) -> Vec<String> {
    let path = format!("/proc/net/{name}");
    let mut found = Vec::new();
    let Some(mut reader) = cx.open_or_complain(path.as_bytes()).await else {
        return found;
    };
    let mut line = Vec::new();
    while reader
        .read_line(&mut line)
        .await
        .is_ok_and(|read| read.is_some())
    {
        found.push(String::from_utf8_lossy(&line).into_owned());
    }
    if !found.is_empty() {
        found.remove(0);
    }
    found
}

/// `0100007F:0050`.
fn address(text: &str) -> Option<SocketAddrV4> {
    let (address, port) = text.split_once(':')?;
    let address = u32::from_str_radix(address, 16).ok()?;
    let port = u16::from_str_radix(port, 16).ok()?;
    Some(SocketAddrV4::new(
        Ipv4Addr::from(address.to_le_bytes()),
        port,
    ))
}

fn shown(address: SocketAddrV4) -> String {
    match address.port() {
        0 => format!("{}:*", address.ip()),
        port => format!("{}:{port}", address.ip()),
    }
}

/// One socket's line, empty when it is not selected; `None`: the file is not as it should be.
fn inet_line(line: &str, protocol: &str, selection: &Selection) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (local, remote) = (address(words.get(1)?)?, address(words.get(2)?)?);
    let state = u8::from_str_radix(words.get(3)?, 16).ok()?;
    let (unsent, unread) = words.get(4)?.split_once(':')?;
    let unsent = u64::from_str_radix(unsent, 16).ok()?;
    let unread = u64::from_str_radix(unread, 16).ok()?;
    let inode: u64 = words.get(9)?.parse().ok()?;
    let (state, connected) = match protocol {
        "tcp" => (tcp_state(state), remote.port() != 0),
        "udp" => {
            let state = match state {
                1 => "ESTABLISHED",
                7 => "",
                _ => "UNKNOWN",
            };
            (state, !remote.ip().is_unspecified())
        }
        _ => ("", !remote.ip().is_unspecified()),
    };
    let wanted = match connected {
        true => selection.connected,
        false => selection.listening,
    };
    if !wanted {
        return Some(String::new());
    }
    let (local, remote, width) = (shown(local), shown(remote), selection.width);
    let program = selection.program(inode);
    Some(format!(
        "{protocol}   {unread:6} {unsent:6} {local:<width$} {remote:<width$} {state:<12}{program}\n"
    ))
}

fn tcp_state(state: u8) -> &'static str {
    const STATES: [&str; 12] = [
        "",
        "ESTABLISHED",
        "SYN_SENT",
        "SYN_RECV",
        "FIN_WAIT1",
        "FIN_WAIT2",
        "TIME_WAIT",
        "CLOSE",
        "CLOSE_WAIT",
        "LAST_ACK",
        "LISTEN",
        "CLOSING",
    ];
    STATES.get(usize::from(state)).copied().unwrap_or("UNKNOWN")
}

/// As [`inet_line`], of a unix socket.
fn unix_line(line: &str, selection: &Selection) -> Option<String> {
    const LISTENS: u32 = 0x10000;
    // The path is what is left, blanks included.
    let mut rest = line.trim_start();
    let mut words = Vec::new();
    for _ in 0..7 {
        let (word, behind) = rest.split_once(' ').unwrap_or((rest, ""));
        words.push(word);
        rest = behind.trim_start();
    }
    let references = u32::from_str_radix(words.get(1)?, 16).ok()?;
    let flags = u32::from_str_radix(words.get(3)?, 16).ok()?;
    let kind = match *words.get(4)? {
        "0001" => "STREAM",
        "0002" => "DGRAM",
        _ => "UNKNOWN",
    };
    let listens = flags & LISTENS != 0;
    let state = match (*words.get(5)?, listens) {
        ("01", true) => "LISTENING",
        ("01", false) => "",
        ("03", _) => "CONNECTED",
        _ => "UNKNOWN",
    };
    let wanted = match listens {
        true => selection.listening,
        false => selection.connected,
    };
    if !wanted {
        return Some(String::new());
    }
    let inode: u64 = words.get(6)?.parse().ok()?;
    let path = rest;
    let flags = if listens { "[ ACC ]" } else { "[ ]" };
    let program = selection.program(inode);
    Some(format!(
        "{:<5} {references:<6} {flags:<11} {kind:<10} {state:<13} {inode:6} {program}{path}\n",
        "unix"
    ))
}

/// `PID/NAME` of the processes that have sockets open, by the socket's inode.
async fn programs(cx: &Context<'_>) -> BTreeMap<u64, String> {
    let mut found = BTreeMap::new();
    for process in cx.sys.processes() {
        let directory = format!("/proc/{}/fd", process.pid);
        let Ok(descriptors) = cx.sys.read_dir(directory.as_bytes()).await else {
            continue;
        };
        let argv0 = process.argv.first().unwrap_or(&process.comm);
        let name = argv0.rsplit(|byte| *byte == b'/').next().unwrap_or(argv0);
        for entry in descriptors {
            let path = text!(directory, "/", entry.name);
            let Ok(target) = cx.sys.readlink(&path) else {
                continue;
            };
            let target = String::from_utf8_lossy(&target);
            let inode = target
                .strip_prefix("socket:[")
                .and_then(|rest| rest.strip_suffix(']')?.parse().ok());
            if let Some(inode) = inode {
                let name = String::from_utf8_lossy(name);
                let shown: String = format!("{}/{name}", process.pid).chars().take(19).collect();
                found.entry(inode).or_insert(shown);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all() -> Selection {
        Selection {
            connected: true,
            listening: true,
            kinds: Vec::new(),
            programs: None,
            width: 23,
        }
    }

    #[test]
    fn lines_of_proc_become_rows() {
        let line = "   0: 0100007F:0050 00000000:0000 0A 00000000:00000002 00:00000000 00000000     0        0 10005 1 0";
        let row = inet_line(line, "tcp", &all()).expect("a good line");
        assert_eq!(
            row,
            "tcp        2      0 127.0.0.1:80            0.0.0.0:*               LISTEN      \n"
        );
        let unix = "0000000000000000: 00000002 00000000 00010000 0001 01 10007 /run/a socket";
        let row = unix_line(unix, &all()).expect("a good line");
        assert_eq!(
            row,
            "unix  2      [ ACC ]     STREAM     LISTENING      10007 /run/a socket\n"
        );
        assert_eq!(inet_line("what", "tcp", &all()), None);
    }

    #[test]
    fn what_is_not_asked_for_is_left_out() {
        let line = "   0: 0100007F:0050 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 10005 1 0";
        let connected = Selection {
            listening: false,
            ..all()
        };
        assert_eq!(inet_line(line, "tcp", &connected), Some(String::new()));
    }
}
