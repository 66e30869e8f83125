//! The container of a build (IMG-58).

use super::builder::Builder;
use super::output::Characters;
use crate::docker::session::OUTPUT_PIECE_BYTES;
use crate::driver::Driver;
use crate::http::flight::Subject;
use images::dockerfile::parse_labels;
use rootfs::RootFs;
use runtime::InstanceId;
use runtime::console::StreamSet;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Mutex as AsyncMutex;
use zone::{
    AccountId, BuildStep, Command, CreateRequest, Digest, LabelValue, Operation, Preparation,
    Reply, StopTimeout,
};

/// What a build's container has as its command until it runs a step.
const SETUP: &str = "# nop (build setup)";

/// A container that serves all steps of one build.
pub(super) struct BuildContainer {
    driver: Driver,
    account: AccountId,
    /// All of its id.
    id: String,
    instance: InstanceId,
    /// The image that its files began with; `None`: not said yet.
    image: AsyncMutex<Option<Option<Digest>>>,
}

impl BuildContainer {
    /// Makes it, of no image; the text of a refusal.
    pub(super) async fn make(builder: &Builder) -> Result<Self, String> {
        let request = &builder.request;
        let labels = match request.labels.as_str() {
            "" => Vec::new(),
            text => parse_labels(text).map_err(|error| error.to_string())?,
        };
        let labels = labels.into_iter();
        #[expect(clippy::cast_precision_loss, reason = "a double is what clients send")]
        let memory_bytes = (request.memory_bytes > 0).then_some(request.memory_bytes as f64);
        let create = CreateRequest {
            builds: true,
            cmd: Some(vec![SETUP.to_owned()]),
            labels: labels
                .map(|(name, value)| (name, LabelValue::Text(value)))
                .collect(),
            memory_bytes,
            ..CreateRequest::default()
        };
        let command = Command::CreateContainer {
            account: builder.account.id,
            name: Some(format!("build_{}", builder.request_id)),
            request: Box::new(create),
        };
        let concerns = |instance| {
            if let Some(flight) = builder.flight.upgrade() {
                flight.concerns(Subject {
                    registry: true,
                    ..Subject::instance(instance)
                });
            }
        };
        let created = {
            let flight = builder.flight.upgrade();
            let _waiting = flight.as_ref().map(|flight| flight.wait());
            builder.driver.create(command, concerns).await
        };
        match created.map_err(|error| error.to_string())? {
            Reply::Created { id } => Ok(Self {
                driver: builder.driver.clone(),
                account: builder.account.id,
                id: id.hex(),
                instance: id.instance(),
                image: AsyncMutex::new(None),
            }),
            _ => Err("the container was not made".to_owned()),
        }
    }

    /// The first 12 digits of its id.
    pub(super) fn short(&self) -> &str {
        &self.id[..12]
    }

    /// Its files.
    pub(super) fn files(&self) -> Result<Arc<Mutex<RootFs>>, String> {
        let files = self.driver.runtime().files(self.instance);
        files.map_err(|error| error.to_string())
    }

    /// A copy of its files as they are now.
    pub(super) fn snapshot(&self) -> Result<RootFs, String> {
        let files = self.files()?;
        let files = files.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(files.clone())
    }

    /// The same, once it has all that a start would make besides: only what comes behind is a step's.
    pub(super) fn snapshot_before_start(&self) -> Result<RootFs, String> {
        let laid = self.driver.runtime().lay(self.instance);
        laid.map_err(|error| error.to_string())?;
        self.snapshot()
    }

    /// Gives it the files of an image, unless it has begun with them.
    pub(super) async fn be_of(&self, image: Option<Digest>) -> Result<bool, String> {
        let mut current = self.image.lock().await;
        if *current == Some(image) {
            return Ok(false);
        }
        self.prepare(Preparation::Image(image)).await?;
        *current = Some(image);
        Ok(true)
    }

    /// Its files are now those of this image.
    pub(super) async fn has_become(&self, image: Option<Digest>) {
        *self.image.lock().await = Some(image);
    }

    async fn prepare(&self, preparation: Preparation) -> Result<(), String> {
        let command = Command::PrepareBuild {
            account: self.account,
            reference: self.id.clone(),
            preparation,
        };
        let prepared = self.driver.run(command).await;
        prepared.map(drop).map_err(|error| error.to_string())
    }

    /// Runs a step and says what it prints; its status.
    pub(super) async fn run(&self, builder: &Builder, step: BuildStep) -> Result<i32, String> {
        self.prepare(Preparation::Step(Box::new(step))).await?;
        let text = |error: zone::Error| error.to_string();
        let attached = self.driver.attach(self.account, &self.id, StreamSet::BOTH);
        let mut attached = attached.await.map_err(text)?;
        let flight = builder.flight.upgrade();
        let waiting = || flight.as_ref().map(|flight| flight.wait());
        {
            let _waiting = waiting();
            let started = self
                .driver
                .operate(self.account, &self.id, Operation::Start);
            started.await.map_err(text)?;
        }
        let mut characters = Characters::default();
        if let Some(cursor) = &mut attached.cursor {
            loop {
                let mut next = {
                    let _waiting = waiting();
                    cursor.next().await
                };
                if next.is_none() {
                    break;
                }
                let mut said = String::new();
                while let Some(chunk) = next {
                    said.push_str(&characters.take(&chunk.bytes));
                    next = match said.len() < OUTPUT_PIECE_BYTES {
                        true => cursor.next_now(),
                        false => None,
                    };
                }
                if !said.is_empty() {
                    builder.output.say(&said).await;
                }
            }
        }
        let rest = characters.rest();
        if !rest.is_empty() {
            builder.output.say(&rest).await;
        }
        let _waiting = waiting();
        let waited = self.driver.wait(self.account, &self.id).await;
        match waited.map_err(text)? {
            Reply::Waited { status } => Ok(status.0),
            _ => Err("the container has no status".to_owned()),
        }
    }

    /// Ends what it runs.
    pub(super) async fn stop(&self) {
        let stop = Operation::Stop {
            timeout: StopTimeout::Seconds(0),
        };
        // It may have been removed by somebody.
        let _ = self.driver.operate(self.account, &self.id, stop).await;
    }

    /// Removes it.
    pub(super) async fn remove(&self) {
        let delete = Operation::Delete {
            force: true,
            link: false,
        };
        let _ = self.driver.operate(self.account, &self.id, delete).await;
    }
}
