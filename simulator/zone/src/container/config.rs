//! What a container was created with. It never changes afterwards, but for containers of builds.

use crate::{Digest, ImageRef};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// What a container's processes run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brand {
    /// Linux.
    Lx,
    /// SmartOS itself (CTR-95).
    JoyentMinimal,
}

impl Brand {
    /// The inventory's word.
    pub fn name(self) -> &'static str {
        match self {
            Brand::Lx => "lx",
            Brand::JoyentMinimal => "joyent-minimal",
        }
    }
}

/// The settled configuration of a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerConfig {
    /// The image as the client typed it.
    pub image_text: String,
    /// The image it was made from.
    pub image: ImageRef,
    /// What it runs on.
    pub brand: Brand,
    /// Host name.
    pub hostname: String,
    /// DNS domain, empty for none.
    pub domainname: String,
    /// User, empty for root.
    pub user: String,
    /// Working directory, empty for none.
    pub workdir: String,
    /// The image's environment entries; they come first.
    pub image_env: Arc<[String]>,
    /// The request's environment entries.
    pub env: Vec<String>,
    /// Command after merging (containers.md 6.1).
    pub cmd: Vec<String>,
    /// Entrypoint after merging.
    pub entrypoint: Vec<String>,
    /// Stdin, stdout and stderr are one terminal.
    pub tty: bool,
    /// Stdin is connected to attachers.
    pub open_stdin: bool,
    /// Echoed only.
    pub attach_stdin: bool,
    /// Echoed only.
    pub attach_stdout: bool,
    /// Echoed only.
    pub attach_stderr: bool,
    /// What happens after an exit.
    pub restart_policy: Option<RestartPolicy>,
    /// Where logs go, when the client said so: echoed with defaults filled in.
    pub log_config: Option<LogConfig>,
    /// `name:ip` entries.
    pub extra_hosts: Vec<String>,
    /// Resolvers of the request.
    pub dns: Vec<String>,
    /// Search list of the request and of the name service.
    pub dns_search: Vec<String>,
    /// Ports of image and request.
    pub ports: Ports,
    /// Mount points of anonymous data volumes.
    pub volumes: Vec<String>,
    /// It serves a build: its image and command change from step to step.
    pub builds: bool,
}

impl ContainerConfig {
    /// The image's id; those of SmartOS have none.
    pub fn image_id_text(&self) -> Option<String> {
        (self.brand == Brand::Lx).then(|| self.image.id_text())
    }

    /// The same as a digest.
    pub fn image_id(&self) -> Option<Digest> {
        (self.brand == Brand::Lx).then_some(self.image.id)
    }

    /// Entrypoint followed by command.
    pub fn argv(&self) -> impl Iterator<Item = &str> {
        self.entrypoint.iter().chain(&self.cmd).map(String::as_str)
    }

    /// Entries of image and request, in the order in which later ones win.
    pub fn environment(&self) -> impl Iterator<Item = &str> {
        self.image_env.iter().chain(&self.env).map(String::as_str)
    }

    /// `json-file` when the client chose none.
    pub fn log_driver(&self) -> &str {
        self.log_config
            .as_ref()
            .map_or("json-file", |log| &log.driver)
    }
}

/// When a container is started again after an exit (containers.md 7).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RestartPolicy {
    /// Always.
    Always,
    /// When the status is not zero.
    OnFailure {
        /// At most so often; `None`: no limit.
        maximum: Option<u32>,
    },
}

/// A log driver and its options, defaults filled in (containers.md 9).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogConfig {
    /// Name of the driver.
    pub driver: String,
    /// Options by name.
    pub options: BTreeMap<String, String>,
}

/// Transport protocol of a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// TCP.
    Tcp,
    /// UDP.
    Udp,
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Protocol::Tcp => "tcp",
            Protocol::Udp => "udp",
        })
    }
}

/// A port of a container, written `80/tcp`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Port {
    /// 1 to 65535.
    pub number: u16,
    /// Its protocol.
    pub protocol: Protocol,
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.number, self.protocol)
    }
}

/// The ports of a container. A port is in one of the lists only.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ports {
    /// Asked for with `-p`, and with `-P` what the image exposes; in the order received.
    pub published: Vec<Port>,
    /// Exposed by the image and not published, in image order.
    pub unpublished: Vec<Port>,
    /// `-P` was given.
    pub publish_all: bool,
}
