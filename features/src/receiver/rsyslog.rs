//! rsyslog, with a configuration and a folder of its own.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

use super::ANY_PORT;
use crate::failure::Failure;
use crate::program;

/// The program; distributions have it where only root looks.
const PROGRAM: &str = "rsyslogd";
/// How many ports are tried.
const TRIES: usize = 10;
/// How often it is looked at whether it listens.
const LOOKS: usize = 2000;
/// How long it is left alone between two looks.
const PAUSE: Duration = Duration::from_millis(5);

/// Whether a socket of the process has the port.
fn has_udp_port(process: u32, port: u16) -> bool {
    let sockets = std::fs::read_to_string(format!("/proc/{process}/net/udp")).unwrap_or_default();
    let end = format!(":{port:04X}");
    let rows = sockets.lines().map(|row| row.split_whitespace());
    let inodes = rows.filter_map(|mut fields| {
        let local = fields.nth(1)?;
        let inode = fields.nth(7)?;
        local.ends_with(&end).then(|| format!("socket:[{inode}]"))
    });
    let inodes: Vec<String> = inodes.collect();
    let files = std::fs::read_dir(format!("/proc/{process}/fd"));
    let mut files = files.into_iter().flatten().flatten();
    files.any(|file| {
        let target = std::fs::read_link(file.path());
        target.is_ok_and(|target| {
            inodes
                .iter()
                .any(|inode| target.as_os_str() == inode.as_str())
        })
    })
}

/// A running rsyslog that takes one transport.
#[derive(Debug)]
pub(crate) struct Rsyslog {
    process: Child,
    socket: SocketAddr,
    folder: TempDir,
}

fn configuration(folder: &Path, tcp: bool, port: u16) -> String {
    let folder = folder.display();
    let (module, listening) = match tcp {
        true => ("imtcp", format!(r#"listenPortFileName="{folder}/port""#)),
        false => ("imudp", String::new()),
    };
    format!(
        r#"global(workDirectory="{folder}" maxMessageSize="64k")
module(load="{module}")
template(name="record" type="list" option.jsonf="on") {{
  property(outname="facility" name="syslogfacility-text" format="jsonf")
  property(outname="severity" name="syslogseverity-text" format="jsonf")
  property(outname="time" name="timereported" dateFormat="rfc3339" format="jsonf")
  property(outname="hostname" name="hostname" format="jsonf")
  property(outname="tag" name="syslogtag" format="jsonf")
  property(outname="message" name="msg" format="jsonf")
}}
ruleset(name="records") {{ action(type="omfile" file="{folder}/records" template="record") }}
input(type="{module}" address="127.0.0.1" port="{port}" ruleset="records" {listening})
"#
    )
}

impl Rsyslog {
    /// Starts it on a free port and waits until it listens.
    pub(super) async fn start(tcp: bool) -> io::Result<Rsyslog> {
        for _ in 0..TRIES {
            // With TCP it takes one itself and says which.
            let wanted = match tcp {
                true => 0,
                false => UdpSocket::bind(ANY_PORT)?.local_addr()?.port(),
            };
            if let Some(rsyslog) = Rsyslog::start_at(tcp, wanted).await? {
                return Ok(rsyslog);
            }
        }
        Err(io::Error::other(format!("{PROGRAM} got no port")))
    }

    /// `None`: somebody else has taken the port.
    async fn start_at(tcp: bool, wanted: u16) -> io::Result<Option<Rsyslog>> {
        let program = program::find(PROGRAM).map_err(io::Error::other)?;
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("rsyslog.conf");
        std::fs::write(&file, configuration(folder.path(), tcp, wanted))?;
        let process = Command::new(program)
            .arg("-n")
            .arg("-f")
            .arg(&file)
            .arg("-i")
            .arg(folder.path().join("pid"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join("errors"))?)
            .spawn()?;
        let mut rsyslog = Rsyslog {
            process,
            socket: (Ipv4Addr::LOCALHOST, wanted).into(),
            folder,
        };
        for _ in 0..LOOKS {
            if let Some(port) = rsyslog.listens_at(tcp, wanted) {
                rsyslog.socket.set_port(port);
                return Ok(Some(rsyslog));
            }
            if rsyslog.errors().contains("Could not create udp listener") {
                return Ok(None);
            }
            if let Some(status) = rsyslog.process.try_wait()? {
                return Err(io::Error::other(format!("{PROGRAM} has ended: {status}")));
            }
            tokio::time::sleep(PAUSE).await;
        }
        let said = rsyslog.errors();
        Err(io::Error::other(format!(
            "{PROGRAM} does not listen: {said}"
        )))
    }

    /// What it has complained of.
    fn errors(&self) -> String {
        let path = self.folder.path().join("errors");
        std::fs::read_to_string(path).unwrap_or_default()
    }

    fn listens_at(&self, tcp: bool, wanted: u16) -> Option<u16> {
        if tcp {
            let port = std::fs::read_to_string(self.folder.path().join("port")).ok()?;
            return port.trim().parse().ok();
        }
        has_udp_port(self.process.id(), wanted).then_some(wanted)
    }

    pub(super) fn socket(&self) -> SocketAddr {
        self.socket
    }

    /// A line that is not whole yet does not count.
    pub(super) fn records(&self) -> Result<Vec<Value>, Failure> {
        let path = self.folder.path().join("records");
        let text = match std::fs::read(path) {
            Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
            Err(_) => return Ok(Vec::new()),
        };
        let lines = text
            .split_inclusive('\n')
            .filter(|line| line.ends_with('\n'));
        let read = lines.map(|line| {
            serde_json::from_str(line)
                .map_err(|error| Failure::Client(format!("{PROGRAM} wrote {line}: {error}")))
        });
        read.collect()
    }
}

impl Drop for Rsyslog {
    fn drop(&mut self) {
        // It may have ended itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
