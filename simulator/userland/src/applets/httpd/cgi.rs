//! Programs that answer requests.

use super::path::Path;
use super::response::{Stop, suffix};
use super::session::Session;
use crate::applets::context::text;
use crate::kernel::{Disposition, Errno, Exit, Fd, Signal, Sys};
use bytes::Bytes;

/// Bytes that one step moves.
const STEP_BYTES: usize = 8192;

/// A script and what surrounds it.
struct Script {
    /// Its path without what follows it.
    path: Vec<u8>,
    info: Vec<u8>,
}

impl Session<'_> {
    /// Where the script ends in a path: at the first part that is no directory.
    fn script(&self, path: &[u8]) -> Script {
        let ends = (1..path.len()).filter(|at| path[*at] == b'/');
        for end in ends {
            let part = self.sys.stat(&path[1..end]);
            if !part.is_ok_and(|stat| stat.is_directory()) {
                return Script {
                    path: path[..end].to_vec(),
                    info: path[end..].to_vec(),
                };
            }
        }
        Script {
            path: path.to_vec(),
            info: Vec::new(),
        }
    }

    fn environment(&self, script: &Script, path: &Path, user: Option<&[u8]>) -> Vec<Bytes> {
        let mut own: Vec<Vec<u8>> = vec![
            text!("PATH_INFO=", script.info),
            text!("REQUEST_METHOD=", self.asked.method),
            match &path.query {
                Some(query) => text!("REQUEST_URI=", path.path, "?", query),
                None => text!("REQUEST_URI=", path.path),
            },
            text!("SCRIPT_NAME=", script.path),
            text!("QUERY_STRING=", path.query.as_deref().unwrap_or_default()),
            text!("SERVER_SOFTWARE=busybox httpd/1.35.0"),
            text!("SERVER_PROTOCOL=HTTP/1.1"),
            text!("GATEWAY_INTERFACE=CGI/1.1"),
        ];
        if self.settings.home.first() == Some(&b'/') {
            let home = self.settings.home.strip_suffix(b"/");
            let home = home.unwrap_or(&self.settings.home);
            own.push(text!("SCRIPT_FILENAME=", home, script.path));
        }
        if let Some(peer) = self.peer {
            own.push(text!("REMOTE_ADDR=", peer.ip().to_string()));
            own.push(text!("REMOTE_PORT=", peer.port().to_string()));
        }
        if self.asked.body_bytes > 0 {
            own.push(text!(format!("CONTENT_LENGTH={}", self.asked.body_bytes)));
        }
        if let Some(user) = user {
            own.push(text!("REMOTE_USER=", user));
            own.push(text!("AUTH_TYPE=Basic"));
        }
        for (name, value) in &self.asked.headers {
            own.push(text!(variable(name), "=", value));
        }
        let name = |entry: &[u8]| entry.split(|byte| *byte == b'=').next().map(<[u8]>::to_vec);
        let mut all = self.sys.environ();
        all.retain(|entry| !own.iter().any(|other| name(other) == name(entry)));
        all.extend(own.into_iter().map(Bytes::from));
        all
    }

    /// Runs a script, whose path may go on behind it, with the body as its input and sends what it prints.
    pub(super) async fn run_program(
        &mut self,
        whole: &[u8],
        path: &Path,
        user: Option<&[u8]>,
    ) -> Result<(), Stop> {
        let script = self.script(whole);
        let environment = self.environment(&script, path, user);
        let interpreter = suffix(&script.path).and_then(|suffix| {
            let mut known = self.config.interpreters.iter();
            known
                .find(|(of, _)| of == suffix)
                .map(|(_, program)| program.clone())
        });
        let (from_script, script_out) = self.sys.pipe()?;
        let (script_in, to_script) = self.sys.pipe()?;
        let ends = [from_script, to_script];
        let script_path = script.path.clone();
        self.sys.fork(move |child| {
            Box::pin(async move {
                let streams = (script_in, script_out);
                begin(
                    &child,
                    streams,
                    ends,
                    &script_path,
                    interpreter,
                    environment,
                )
                .await
            })
        })?;
        self.sys.close(script_in)?;
        self.sys.close(script_out)?;
        self.sys.set_disposition(Signal::Pipe, Disposition::Ignore);
        if self.asked.body_bytes > 0 {
            self.send_body(from_script, to_script)?;
        }
        self.sys.close(to_script)?;
        let sent = self.send_output(from_script).await;
        let _ = self.sys.close(from_script);
        sent
    }

    /// A child that gives the program the body, so that neither waits for the other.
    fn send_body(&mut self, from_script: Fd, to_script: Fd) -> Result<(), Errno> {
        let mut left = self.asked.body_bytes;
        let buffered = self.input.buffered();
        let count = usize::try_from(left).map_or(buffered.len(), |left| left.min(buffered.len()));
        let first = buffered[..count].to_vec();
        left -= count as u64;
        self.sys.fork(move |child| {
            Box::pin(async move {
                let _ = child.close(from_script);
                let _ = child.write_all(to_script, &first).await;
                let mut buffer = vec![0; STEP_BYTES];
                while left > 0 {
                    let count = child.read(0, &mut buffer).await.unwrap_or(0);
                    let part =
                        &buffer[..usize::try_from(left).map_or(count, |left| left.min(count))];
                    if part.is_empty() || child.write_all(to_script, part).await.is_err() {
                        break;
                    }
                    left -= part.len() as u64;
                }
                Exit::Status(0)
            })
        })?;
        Ok(())
    }

    /// Moves what the program prints to the client.
    async fn send_output(&self, from_script: Fd) -> Result<(), Stop> {
        let mut output = Output::default();
        let mut buffer = vec![0; STEP_BYTES];
        loop {
            let count = self.sys.read(from_script, &mut buffer).await?;
            if let Some(bytes) = output.take(&buffer[..count]) {
                self.sys.write_all(1, &bytes).await?;
            }
            if count == 0 {
                return Ok(());
            }
        }
    }
}

/// What a program prints: its first bytes say whether it speaks HTTP itself.
#[derive(Default)]
struct Output {
    held: Vec<u8>,
    begun: bool,
}

impl Output {
    /// What is to be sent after these bytes; none: wait for more.
    fn take(&mut self, bytes: &[u8]) -> Option<Vec<u8>> {
        const STATUS: &[u8] = b"Status: ";
        const OK: &[u8] = b"HTTP/1.1 200 OK\r\n";
        if self.begun {
            return (!bytes.is_empty()).then(|| bytes.to_vec());
        }
        self.held.extend_from_slice(bytes);
        let ended = bytes.is_empty();
        if self.held.is_empty() || (self.held.len() < STATUS.len() && !ended) {
            return None;
        }
        self.begun = true;
        let held = std::mem::take(&mut self.held);
        Some(match held.strip_prefix(STATUS) {
            Some(rest) => text!("HTTP/1.1 ", rest),
            None if held.starts_with(b"HTTP") => held,
            None => text!(OK, held),
        })
    }
}

/// The name of a header as a variable.
fn variable(name: &[u8]) -> Vec<u8> {
    let upper: Vec<u8> = name
        .iter()
        .map(|byte| match byte {
            b'a'..=b'z' => byte.to_ascii_uppercase(),
            b'A'..=b'Z' | b'0'..=b'9' => *byte,
            _ => b'_',
        })
        .collect();
    match &*upper {
        b"CONTENT_TYPE" => upper,
        _ => text!("HTTP_", upper),
    }
}

/// In the child: becomes the script, or answers that there is none.
async fn begin(
    child: &Sys,
    (script_in, script_out): (Fd, Fd),
    ends: [Fd; 2],
    path: &[u8],
    interpreter: Option<Vec<u8>>,
    environment: Vec<Bytes>,
) -> Exit {
    match prepare(child, (script_in, script_out), ends, path) {
        Ok(name) => {
            let name = Bytes::from(name);
            let argv = match interpreter {
                Some(program) => vec![program.into(), name],
                None => vec![name],
            };
            let program = argv[0].clone();
            if let Ok(exit) = child.exec(&program, argv, environment) {
                return exit;
            }
        }
        Err(_) => return Exit::Status(242),
    }
    let page = text!(
        "HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-type: text/html\r\n\r\n",
        "<HTML><HEAD><TITLE>404 Not Found</TITLE></HEAD>\n<BODY><H1>404 Not Found</H1>\n",
        "The requested URL was not found\n</BODY></HTML>\n"
    );
    let _ = child.write_all(1, &page).await;
    Exit::Status(242)
}

/// Joins the pipes and goes to the script's directory; the script's name there.
fn prepare(
    child: &Sys,
    (script_in, script_out): (Fd, Fd),
    ends: [Fd; 2],
    path: &[u8],
) -> Result<Vec<u8>, Errno> {
    for end in ends {
        child.close(end)?;
    }
    child.dup_to(script_in, 0)?;
    child.dup_to(script_out, 1)?;
    for fd in [script_in, script_out] {
        if fd > 1 {
            child.close(fd)?;
        }
    }
    for signal in [Signal::Chld, Signal::Pipe, Signal::Hup] {
        child.set_disposition(signal, Disposition::Default);
    }
    let at = path.iter().rposition(|byte| *byte == b'/').unwrap_or(0);
    if at > 0 {
        child.chdir(&path[1..at])?;
    }
    Ok(path[at + 1..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_may_speak_http_or_leave_it() {
        let check = |parts: &[&str], expected: &str| {
            let mut output = Output::default();
            let mut sent = Vec::new();
            for part in parts.iter().copied().chain([""]) {
                sent.extend(output.take(part.as_bytes()).unwrap_or_default());
            }
            assert_eq!(String::from_utf8_lossy(&sent), expected);
        };
        check(
            &["Con", "tent-type: a\r\n\r\nx"],
            "HTTP/1.1 200 OK\r\nContent-type: a\r\n\r\nx",
        );
        check(&["Status: 302 Found\r\n"], "HTTP/1.1 302 Found\r\n");
        check(&["HTTP/1.1 201 Created\r\n"], "HTTP/1.1 201 Created\r\n");
        check(&["x"], "HTTP/1.1 200 OK\r\nx");
        check(&[], "");
    }
}
