//! What comes to containers from outside the zone, besides commands.

use bytes::Bytes;
use runtime::{ExecId, InstanceId, TtySize};
use serde::{Deserialize, Serialize};
use std::net::{SocketAddr, SocketAddrV4};
use zone::AccountId;

/// One thing that came. Numbers tell uploads and connections apart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum External {
    /// Bytes for a standard input.
    Input {
        /// Whose.
        to: Process,
        /// Which; base64 in the file, as all bytes.
        #[serde(with = "base64_text")]
        bytes: Bytes,
    },
    /// The end of a standard input.
    InputEnd {
        /// Whose.
        to: Process,
    },
    /// Another size of a terminal.
    Resize {
        /// Whose.
        of: Process,
        /// Lines and characters in a line.
        size: TtySize,
    },
    /// The beginning of an archive that is unpacked in a container.
    Archive {
        /// Its number.
        upload: u64,
        /// The container.
        instance: InstanceId,
        /// The directory that it is unpacked in, from the root and without a slash in front.
        directory: String,
        /// A file does not replace a directory, nor a directory a file.
        keeps_directories: bool,
    },
    /// Bytes of an archive.
    ArchiveBytes {
        /// Its number.
        upload: u64,
        /// Which.
        #[serde(with = "base64_text")]
        bytes: Bytes,
    },
    /// The end of an archive.
    ArchiveEnd {
        /// Its number.
        upload: u64,
        /// `false`: its client has gone or stalled before the end.
        whole: bool,
    },
    /// A connection between a container and the host.
    Connection {
        /// Its number.
        connection: u64,
        /// Who has called whom.
        ends: Ends,
    },
    /// A container has called a socket of the host in vain.
    Unreachable {
        /// Which.
        to: SocketAddr,
        /// Nobody listens there; else there was no answer.
        refused: bool,
    },
    /// Bytes that the container gets.
    ConnectionBytes {
        /// Number of the connection.
        connection: u64,
        /// Which.
        #[serde(with = "base64_text")]
        bytes: Bytes,
    },
    /// The host sends no more.
    ConnectionEnd {
        /// Number of the connection.
        connection: u64,
        /// As a reset, not in order.
        reset: bool,
    },
    /// A UDP message from the host.
    Message {
        /// Number of the connection.
        connection: u64,
        /// Which.
        #[serde(with = "base64_text")]
        bytes: Bytes,
    },
}

/// Who a connection is between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ends {
    /// The host has called a container.
    In {
        /// As a machine of this account; `None`: as anybody on the Internet.
        account: Option<AccountId>,
        /// Address and port as the container sees them.
        from: SocketAddrV4,
        /// The container's.
        to: SocketAddrV4,
    },
    /// A container has called a socket of the host.
    Out(SocketAddr),
    /// A container sends messages to a socket of the host.
    Messages(SocketAddr),
}

/// A process that clients are connected to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Process {
    /// The first one of a container.
    Container(InstanceId),
    /// That of an exec.
    Exec(InstanceId, ExecId),
}

mod base64_text {
    use base64::Engine;
    use base64::engine::general_purpose::STANDARD;
    use bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serializer, de};

    pub(super) fn serialize<S: Serializer>(bytes: &Bytes, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&STANDARD.encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Bytes, D::Error> {
        let text = String::deserialize(from)?;
        let bytes = STANDARD.decode(text).map_err(de::Error::custom)?;
        Ok(bytes.into())
    }
}
