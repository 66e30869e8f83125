//! A target that the suite did not start: who it is, and how scenarios keep to themselves there.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use clients::raw::Request;
use clients::{RawClient, Target};

use crate::failure::Failure;

/// An endpoint that the suite is pointed at.
#[derive(Debug, Clone)]
pub struct Foreign {
    /// Where it is.
    pub target: Target,
    /// Whose answers it has to give.
    pub kind: Kind,
    /// What it says of itself, as in `Docker/20.10.24+dfsg1 (linux)`.
    pub says: String,
    /// The arguments of `certify` that lead there.
    pub arguments: String,
    /// What the names of this run begin with there.
    run: String,
    /// How many scenarios have names already.
    named: Arc<AtomicU64>,
}

/// Whose answers are the right ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Docker Inc's engine.
    Engine,
    /// A zone.
    Zone,
}

impl Foreign {
    /// Asks a target who it is; `arguments` are those that led here.
    ///
    /// # Errors
    ///
    /// [`Failure::Zone`] when it does not answer as a Docker endpoint does.
    pub async fn meet(target: Target, arguments: String) -> Result<Foreign, Failure> {
        let client = RawClient::new(target.clone());
        let answer = client
            .exchange(&Request::new("GET", "/v1.24/version"))
            .await?;
        let server = answer.head.header("Server").unwrap_or_default().to_owned();
        let version = answer.json().unwrap_or_default();
        if answer.status() != 200 || !version["Version"].is_string() {
            let text = format!("no Docker endpoint: {} {}", answer.status(), answer.text());
            return Err(Failure::Zone(text));
        }
        Ok(Foreign {
            target,
            kind: match server.starts_with("Triton/") {
                true => Kind::Zone,
                false => Kind::Engine,
            },
            says: server,
            arguments,
            run: format!("zs{:08x}", RandomState::new().build_hasher().finish() >> 32),
            named: Arc::default(),
        })
    }

    /// What the names of the next scenario begin with: what one leaves behind is in no other's way.
    pub(crate) fn next_prefix(&self) -> String {
        let place = self.named.fetch_add(1, Ordering::Relaxed);
        format!("{}x{place}-", self.run)
    }

    /// Whether it has to give the engine's answers.
    pub fn is_engine(&self) -> bool {
        self.kind == Kind::Engine
    }
}
