//! redis-cli: asks a server, once, for each line of its input, or at a prompt.

mod answer;
mod input;
mod options;

use super::resp::{Reply, inline, integer};
use crate::applets::{resolve, text};
use crate::kernel::{Errno, Exit, Fd, SocketAddress, SocketKind, Sys};
use crate::services::program::{Program, fail, say};
use crate::services::stream::{Fill, Stream};
use answer::{Answer, Read, Reading};
use bytes::Bytes;
use input::Input;
use options::{Options, Wanted, read};
use std::net::SocketAddrV4;

pub(super) async fn run(sys: Sys) -> Exit {
    let program = Program::begin(&sys).await;
    let is_tty = sys.is_tty(1);
    let mut options = match read(&program.args, is_tty) {
        Ok(Wanted::Run(options)) => options,
        Ok(Wanted::Version) => {
            say(&sys, 1, format!("redis-cli {}", program.version).as_bytes()).await;
            return Exit::Status(0);
        }
        Ok(Wanted::Help) => {
            let text = "Usage: redis-cli [OPTIONS] [cmd [arg [arg ...]]]\n\
                \x20 -h <hostname>  Server hostname (default: 127.0.0.1).\n\
                \x20 -p <port>      Server port (default: 6379).\n\
                \x20 -a <password>  Password to use when connecting to the server.\n\
                \x20 -r <repeat>    Run the command N times, -1: for ever.\n\
                \x20 -i <interval>  With -r, wait <interval> seconds between them.\n\
                \x20 -n <db>        Database number.\n\
                \x20 -x             The last argument is standard input.\n\
                \x20 --raw          Answers as they are (default unless on a terminal).\n\
                \x20 --no-raw       Answers for people to read.\n\
                \x20 --version      Show the version.";
            say(&sys, 1, text.as_bytes()).await;
            return Exit::Status(0);
        }
        Err(what) => return fail(&sys, &what, 1).await,
    };
    if options.last_from_input {
        let mut input = Input::new(&sys);
        let Some(rest) = input.rest().await else {
            return fail(&sys, b"the input is too long", 1).await;
        };
        options.command.push(Bytes::from(rest));
    }
    let mut session = Session {
        sys: &sys,
        options: &options,
        db: options.db,
        stream: None,
    };
    let status = if options.command.is_empty() {
        session.lines().await
    } else {
        session.repeat().await
    };
    Exit::Status(status)
}

/// Fuel of reading an element of an answer.
const ELEMENT_FUEL: u64 = 100;

/// Why there is no answer.
enum Trouble {
    CannotConnect(Errno),
    Lost,
    Nonsense,
}

struct Session<'a> {
    sys: &'a Sys,
    options: &'a Options,
    db: i64,
    stream: Option<Stream<'a>>,
}

impl<'a> Session<'a> {
    async fn connect(&mut self) -> Result<(), Trouble> {
        if self.stream.is_some() {
            return Ok(());
        }
        let addresses = resolve::addresses(self.sys, &self.options.host).await;
        let first = addresses
            .first()
            .ok_or(Trouble::CannotConnect(Errno::ENETUNREACH))?;
        let to = SocketAddrV4::new(*first, self.options.port);
        let fd = self.connected(to).await.map_err(Trouble::CannotConnect)?;
        self.stream = Some(Stream::new(self.sys, fd, Some(to)));
        if let Some(password) = &self.options.password {
            self.ask(&[Bytes::from_static(b"AUTH"), password.clone()])
                .await?;
        }
        if self.db != 0 {
            self.ask(&[Bytes::from_static(b"SELECT"), self.db.to_string().into()])
                .await?;
        }
        Ok(())
    }

    async fn connected(&self, to: SocketAddrV4) -> Result<Fd, Errno> {
        let fd = self.sys.socket(SocketKind::Tcp)?;
        match self.sys.connect(fd, &SocketAddress::Inet(to), None).await {
            Ok(()) => Ok(fd),
            Err(error) => {
                let _ = self.sys.close(fd);
                Err(error)
            }
        }
    }

    /// Sends a command and waits for its answer.
    async fn ask(&mut self, words: &[Bytes]) -> Result<Answer, Trouble> {
        let mut request = Reply::default();
        request.bulks(words.iter());
        let stream = self.stream.as_ref().ok_or(Trouble::Lost)?;
        if stream.send(&request.0, None).await.is_err() {
            self.stream = None;
            return Err(Trouble::Lost);
        }
        self.answer().await
    }

    async fn answer(&mut self) -> Result<Answer, Trouble> {
        let stream = self.stream.as_mut().ok_or(Trouble::Lost)?;
        let mut reading = Reading::default();
        loop {
            match reading.step(stream.input()) {
                Ok(Read::Part(used)) => {
                    stream.used(used);
                    self.sys.burn(ELEMENT_FUEL).await;
                    continue;
                }
                Ok(Read::Whole(used, answer)) => {
                    stream.used(used);
                    return Ok(answer);
                }
                Ok(Read::More) => {}
                Err(_) => {
                    self.stream = None;
                    return Err(Trouble::Nonsense);
                }
            }
            if !matches!(stream.fill(None, None).await, Ok(Fill::More)) {
                self.stream = None;
                return Err(Trouble::Lost);
            }
        }
    }

    async fn show(&self, answer: &Answer) {
        let shown = match self.options.raw {
            true => {
                let mut raw = answer.raw();
                raw.push(b'\n');
                raw
            }
            false => answer.formatted(0),
        };
        let _ = self.sys.write_all(1, &shown).await;
    }

    async fn complain(&self, trouble: &Trouble) {
        let what = match trouble {
            Trouble::CannotConnect(error) => text!(
                "Could not connect to Redis at ",
                self.options.host,
                format!(":{}: ", self.options.port),
                error.message()
            ),
            Trouble::Lost => b"Error: Server closed the connection".to_vec(),
            Trouble::Nonsense => b"Error: Protocol error, the answer is none".to_vec(),
        };
        say(self.sys, 2, &what).await;
    }

    /// Runs one command; whether there was an answer.
    async fn run(&mut self, words: &[Bytes]) -> bool {
        let ends = words
            .first()
            .is_some_and(|word| word.eq_ignore_ascii_case(b"shutdown"));
        let asked = match self.connect().await {
            Ok(()) => self.ask(words).await,
            Err(trouble) => Err(trouble),
        };
        let answer = match asked {
            Ok(answer) => answer,
            // That is how a server ends.
            Err(Trouble::Lost) if ends => return true,
            Err(trouble) => {
                self.complain(&trouble).await;
                return false;
            }
        };
        self.show(&answer).await;
        let word = words.first().map(|word| word.to_ascii_lowercase());
        match word.as_deref() {
            Some(b"select") if !matches!(answer, Answer::Error(_)) => {
                let db = words.get(1).and_then(|db| integer(db));
                self.db = db.unwrap_or(self.db);
                true
            }
            Some(b"subscribe" | b"psubscribe") if !matches!(answer, Answer::Error(_)) => {
                self.listen().await
            }
            _ => true,
        }
    }

    /// Shows what comes until the connection ends.
    async fn listen(&mut self) -> bool {
        if !self.options.raw {
            say(self.sys, 1, b"Reading messages... (press Ctrl-C to quit)").await;
        }
        loop {
            match self.answer().await {
                Ok(answer) => self.show(&answer).await,
                Err(trouble) => {
                    self.complain(&trouble).await;
                    return false;
                }
            }
        }
    }

    async fn repeat(&mut self) -> u8 {
        let words = self.options.command.clone();
        let mut left = self.options.repeat;
        while left != 0 {
            if !self.run(&words).await {
                return 1;
            }
            left = if left > 0 { left - 1 } else { left };
            if left != 0 && !self.options.pause.is_zero() {
                let _ = self.sys.sleep(self.options.pause).await;
            }
        }
        0
    }

    /// Runs each line of the input; on a terminal after a prompt.
    async fn lines(&mut self) -> u8 {
        let asks = self.sys.is_tty(0);
        let mut input = Input::new(self.sys);
        if asks && let Err(trouble) = self.connect().await {
            self.complain(&trouble).await;
        }
        loop {
            if asks {
                let prompt = match &self.stream {
                    None => b"not connected> ".to_vec(),
                    Some(_) => {
                        let db = if self.db == 0 {
                            String::new()
                        } else {
                            format!("[{}]", self.db)
                        };
                        text!(self.options.host, format!(":{}{db}> ", self.options.port))
                    }
                };
                let _ = self.sys.write_all(1, &prompt).await;
            }
            let Some(line) = input.line().await else {
                return 0;
            };
            let Some(mut words) = inline(&line) else {
                say(self.sys, 1, b"Invalid argument(s)").await;
                continue;
            };
            // A number before a command is how often it is run.
            let times = words
                .first()
                .and_then(|word| integer(word))
                .filter(|times| *times > 0 && words.len() > 1);
            if times.is_some() {
                words.remove(0);
            }
            match words
                .first()
                .map(|word| word.to_ascii_lowercase())
                .as_deref()
            {
                None => {}
                Some(b"quit" | b"exit") => return 0,
                Some(b"clear") => {
                    let _ = self.sys.write_all(1, b"\x1b[H\x1b[2J").await;
                }
                Some(_) => {
                    for _ in 0..times.unwrap_or(1) {
                        if !self.run(&words).await && !asks {
                            return 1;
                        }
                    }
                }
            }
        }
    }
}
