//! Who is at the other end of a connection.

use crate::auth::certificate::ClientCertificate;
use std::sync::Arc;

/// What a connection says about its client, for all requests on it (ACC-40).
#[derive(Clone, Debug)]
pub(crate) enum Peer {
    /// TLS: the certificate that the client has proven to hold, if it sent one that can be read.
    Tls(Option<Arc<ClientCertificate>>),
    /// The unix socket or plain TCP: it speaks as this login.
    Plain(Arc<str>),
}

impl Peer {
    /// Whether the connection is TLS.
    pub(crate) fn is_secure(&self) -> bool {
        matches!(self, Peer::Tls(_))
    }
}
