//! One build from its context to its image.

use super::container::BuildContainer;
use super::output::Output;
use super::request::Request;
use super::step::Progress;
use crate::docker::images::{Base, Pull, credentials};
use crate::docker::route::AccountRef;
use crate::driver::Driver;
use crate::http::flight::Flight;
use http::HeaderMap;
use images::context::Context;
use images::dockerfile::{BuildError, Dockerfile, Document, Instruction, Keyword, parse_labels};
use images::store::Layer;
use rootfs::{ArchiveLimits, Memory, Source};
use std::collections::VecDeque;
use std::sync::{Arc, Weak};
use zone::{Command, Digest, ImageRecord, ImageReference, LayerId, NewImage, NewName, Origin};

/// What the names of a context may take of memory, bytes.
const CONTEXT_MEMORY_BYTES: u64 = 1 << 30;
/// What its files may take, bytes.
const CONTEXT_BYTES: u64 = 20 << 30;

/// What a build has at hand.
pub(super) struct Builder {
    pub(super) driver: Driver,
    pub(super) account: AccountRef,
    pub(super) request: Arc<Request>,
    pub(super) headers: HeaderMap,
    pub(super) request_id: String,
    pub(super) output: Output,
    /// The request, as long as its client is there.
    pub(super) flight: Weak<Flight>,
}

/// How a build ends.
pub(super) enum Ended {
    /// With an image.
    Succeeded,
    /// Without; the text.
    Failed(String),
    /// The client has gone.
    Cancelled,
}

impl Builder {
    /// Goes over the Dockerfile in a context.
    pub(super) async fn build(&self, container: &BuildContainer, context: Source) -> Ended {
        match self.steps(container, context).await {
            Ok(()) => Ended::Succeeded,
            Err(text) => Ended::Failed(text),
        }
    }

    async fn steps(&self, container: &BuildContainer, context: Source) -> Result<(), String> {
        let text = |error: BuildError| error.to_string();
        let context = Arc::new(read_context(context).await?);
        let name = &self.request.dockerfile;
        let bytes = context.dockerfile(name).map_err(text)?;
        let dockerfile = Dockerfile::parse(name, &bytes).map_err(text)?;
        let labels = match self.request.labels.as_str() {
            "" => Vec::new(),
            labels => parse_labels(labels).map_err(text)?,
        };
        let mut progress = Progress::new(self, container, context, labels).map_err(text)?;
        let total = dockerfile.instructions.len();
        let mut due = VecDeque::from(dockerfile.instructions);
        let mut number = 0;
        while let Some(next) = due.pop_front() {
            number += 1;
            let header = next.step_text();
            let header = format!("Step {number}/{total} : {header}\n");
            self.output.say(&header).await;
            let keyword = next.check(number == 1).map_err(text)?;
            if keyword == Keyword::From {
                let triggers = self.begin_from(&mut progress, &next).await?;
                self.announce(&mut due, triggers).await?;
            } else {
                let is_last = due.is_empty();
                progress.step(&next, is_last).await?;
            }
        }
        self.finish(&progress).await
    }

    /// Puts the triggers of a base image before what is left to do.
    async fn announce(
        &self,
        due: &mut VecDeque<Instruction>,
        triggers: Vec<String>,
    ) -> Result<(), String> {
        if triggers.is_empty() {
            return Ok(());
        }
        let count = triggers.len();
        self.output
            .say(&format!("# Executing {count} build triggers\n"))
            .await;
        for trigger in triggers.iter().rev() {
            let parsed = Instruction::parse_trigger(trigger).map_err(|error| error.to_string())?;
            due.push_front(parsed);
        }
        Ok(())
    }

    /// `FROM`: the triggers of the base.
    async fn begin_from(
        &self,
        progress: &mut Progress<'_>,
        instruction: &Instruction,
    ) -> Result<Vec<String>, String> {
        let words = instruction.words();
        let name = words.first().map_or("", String::as_str);
        if name == "scratch" {
            progress.begin(Document::scratch(), Base::default(), None, Vec::new());
            self.output.say(" --->\n").await;
            progress.reset().await?;
            return Ok(Vec::new());
        }
        let record = self.base(name).await?;
        if record.registry.is_some() {
            // IMG-09
            return Err(format!(
                "{name} is a deprecated image which cannot be used by docker build - please repull or rebuild the image"
            ));
        }
        let document = Document::parse(&record.config).map_err(|error| error.to_string())?;
        let chain = self.chain(&record)?;
        progress.begin(document, Base::of(&record), Some(record.id), chain);
        let triggers = progress.take_triggers();
        progress.reset().await?;
        self.output
            .say(&format!(" ---> {}\n", record.id.short()))
            .await;
        Ok(triggers)
    }

    /// The base image, pulled when it is not known or is to be.
    async fn base(&self, name: &str) -> Result<ImageRecord, String> {
        let find = || {
            let view = self.driver.view();
            view.image(self.account.id, name).cloned()
        };
        if !self.request.pulls
            && let Ok(known) = find()
        {
            return Ok(known);
        }
        let reference = ImageReference::parse(name).map_err(|error| format!("Error: {error}"))?;
        let pull = Pull {
            driver: self.driver.clone(),
            account: self.account.clone(),
            credentials: credentials(&self.headers, &reference.index),
            reference,
            request_id: self.request_id.clone(),
            messages: self.output.messages().clone(),
            flight: self.flight.clone(),
        };
        if let Err(text) = pull.pull().await {
            self.output.messages().fail(&text).await;
            return Err(format!("could not pull image: {name}"));
        }
        find().map_err(|error| error.to_string())
    }

    pub(super) fn chain(&self, record: &ImageRecord) -> Result<Vec<Arc<Layer>>, String> {
        let layers = (1..=record.layers.len()).map(|count| {
            let id = LayerId::of_chain(&record.layers[..count]);
            self.driver.store().layer(id)
        });
        let chain: Option<Vec<Arc<Layer>>> = layers.collect();
        chain.ok_or_else(|| format!("No such image: {}", record.id))
    }

    /// The image of a step, for the account.
    pub(super) async fn keep(
        &self,
        image: NewImage,
        chain: Vec<Arc<Layer>>,
        names: Vec<NewName>,
    ) -> Result<(), String> {
        let command = Command::RecordImage {
            account: self.account.id,
            image: Box::new(image),
            names,
            origin: Origin::Build,
        };
        let kept = self.driver.record_image(command, chain, None).await;
        kept.map(drop).map_err(|error| error.to_string())
    }

    /// The last image is listed from now on, and gets its names when all is well.
    async fn finish(&self, progress: &Progress<'_>) -> Result<(), String> {
        let unused = progress.check_consumed().map_err(|error| error.to_string());
        let Some(id) = progress.image() else {
            unused?;
            return Err(BuildError::NoImage.to_string());
        };
        let names = match unused {
            Ok(()) => self.request.names.clone(),
            Err(_) => Vec::new(),
        };
        let names = names.into_iter();
        let names = names
            .map(|(repo, tag)| NewName::Tag { repo, tag })
            .collect();
        let listed = self.listed(id)?;
        self.keep(listed, progress.chain(), names).await?;
        unused?;
        if self.driver.view().settings().extensions {
            self.output.tell_id(&id.to_string()).await;
        }
        let built = format!("Successfully built {}\n", id.short());
        self.output.say(&built).await;
        Ok(())
    }

    /// An image that is known, as one that is listed.
    fn listed(&self, id: Digest) -> Result<NewImage, String> {
        let view = self.driver.view();
        let record = view.image_by_id(self.account.id, id);
        let record = record.ok_or_else(|| format!("No such image: {id}"))?;
        Ok(NewImage {
            head: true,
            ..NewImage::from(record)
        })
    }
}

/// Unpacks a context.
async fn read_context(body: Source) -> Result<Context, String> {
    let reading = tokio::task::spawn_blocking(move || {
        let memory = Memory::new(CONTEXT_MEMORY_BYTES);
        let limits = ArchiveLimits {
            unpacked_bytes: CONTEXT_BYTES,
            ..ArchiveLimits::default()
        };
        Context::read(body, &limits, &memory)
    });
    let read = reading.await.map_err(|error| error.to_string())?;
    read.map_err(|error| error.to_string())
}
