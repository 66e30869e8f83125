//! SOCKS5: a user of the host reaches the addresses of an account, the private ones too.

use super::dial::{Caller, Destination, Dialer};
use super::relay::{join, reset};
use super::socks_wire::{self as wire, Answer};
use super::tokens::SocksTokens;
use crate::http::drain::Draining;
use crate::panics::Panics;
use std::io;
use std::net::{Ipv4Addr, SocketAddrV4};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use userland::kernel::OutsideError;
use zone::AccountId;

/// How many connections are served at once.
const CONNECTION_LIMIT: usize = 1024;
/// How long a client may take to say what it wants, in real time.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);
/// The address of a connection that there is not.
const NOWHERE: SocketAddrV4 = SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0);

/// What a SOCKS5 listener needs.
#[derive(Clone, Debug)]
pub(super) struct Socks {
    pub(super) dialer: Dialer,
    pub(super) tokens: SocksTokens,
}

/// Serves until the zone stops.
pub(super) async fn serve(
    listener: TcpListener,
    socks: Socks,
    panics: Panics,
    mut draining: Draining,
) {
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            biased;
            () = draining.begun() => break,
            Some(ended) = connections.join_next() => panics.note(ended),
            accepted = listener.accept(), if connections.len() < CONNECTION_LIMIT => {
                if let Ok((stream, _)) = accepted {
                    let socks = socks.clone();
                    connections.spawn(async move { socks.serve(stream).await });
                } else {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }
    connections.shutdown().await;
}

impl Socks {
    async fn serve(&self, mut stream: TcpStream) {
        if let Err(error) = self.connect(&mut stream).await {
            tracing::debug!("a SOCKS5 connection has ended: {error}");
            if error.kind() == io::ErrorKind::ConnectionReset {
                reset(&stream);
            }
        }
    }

    async fn connect(&self, stream: &mut TcpStream) -> io::Result<()> {
        let asked = tokio::time::timeout(REQUEST_LIMIT, self.hear(stream));
        let Some((account, asked)) = asked.await?? else {
            return Ok(());
        };
        let destination = match asked {
            Ok(destination) => destination,
            Err(answer) => return wire::answer(stream, answer, NOWHERE).await,
        };
        let Some(to) = self.dialer.resolve(account, &destination) else {
            return wire::answer(stream, Answer::HostUnreachable, NOWHERE).await;
        };
        match self.dialer.connect(Caller::Account(account), to).await {
            Ok(container) => {
                wire::answer(stream, Answer::Connected, to).await?;
                join(stream, container).await
            }
            Err(OutsideError::Refused) => wire::answer(stream, Answer::Refused, NOWHERE).await,
            Err(OutsideError::TimedOut) => {
                wire::answer(stream, Answer::HostUnreachable, NOWHERE).await
            }
        }
    }

    /// Who asks, and for what; `None`: the password is wrong, which the client was told.
    async fn hear(
        &self,
        stream: &mut TcpStream,
    ) -> io::Result<Option<(AccountId, Result<Destination, Answer>)>> {
        wire::greet(stream).await?;
        let login = wire::login(stream).await?;
        let view = self.dialer.driver().view();
        let account = view.account_by_login_or_id(&login.user);
        let account = account.map(|account| account.id);
        let admitted = account.filter(|id| self.tokens.is_right(*id, &login.password));
        wire::admit(stream, admitted.is_some()).await?;
        match admitted {
            None => Ok(None),
            Some(account) => Ok(Some((account, wire::request(stream).await?))),
        }
    }
}
