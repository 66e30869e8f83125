//! What stays the same for as long as the process runs.

use bytes::Bytes;
use uuid::Uuid;

/// Facts about this process that a handler may show.
#[derive(Clone, Debug)]
pub(crate) struct Facts {
    /// PEM of the CA that issued the server's certificate (ACC-13).
    pub(crate) ca_pem: Bytes,
    /// UUID of the Docker service's instance.
    pub(crate) service_id: Uuid,
}
