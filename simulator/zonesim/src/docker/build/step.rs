//! The steps behind `FROM`.

use super::builder::Builder;
use super::cache::earlier;
use super::container::BuildContainer;
use crate::docker::images::{Base, changed_layer};
use crate::docker::time::rfc3339;
use images::context::{Context, Sources, make_volume};
use images::dockerfile::{
    BuildArgs, BuildError, Document, EXCLUDED_FROM_LAYERS, Instruction, Keyword, Step,
};
use images::store::Layer;
use rootfs::{Lend as _, RootFs};
use std::collections::BTreeSet;
use std::sync::Arc;
use zone::{BuildStep, Digest, NewImage};

/// How far a build is.
pub(super) struct Progress<'b> {
    builder: &'b Builder,
    container: &'b BuildContainer,
    context: Arc<Context>,
    /// Of the parameter `labels`; the last image gets them (IMG-62).
    labels: Vec<(String, String)>,
    args: BuildArgs,
    document: Document,
    base: Base,
    /// The image of the last step; `None`: `scratch`.
    image: Option<Digest>,
    /// Its layers, base first.
    chain: Vec<Arc<Layer>>,
    /// Whether all steps so far were known.
    cached: bool,
    /// The container's files after the last step that changed them.
    before: Option<RootFs>,
}

impl<'b> Progress<'b> {
    /// Nothing yet.
    pub(super) fn new(
        builder: &'b Builder,
        container: &'b BuildContainer,
        context: Arc<Context>,
        labels: Vec<(String, String)>,
    ) -> Result<Self, BuildError> {
        let args = match builder.request.build_args.as_str() {
            "" => BuildArgs::default(),
            text => BuildArgs::parse(text)?,
        };
        Ok(Self {
            builder,
            container,
            context,
            labels,
            args,
            document: Document::scratch(),
            base: Base::default(),
            image: None,
            chain: Vec::new(),
            cached: false,
            before: None,
        })
    }

    /// Goes on from a base image.
    pub(super) fn begin(
        &mut self,
        document: Document,
        base: Base,
        image: Option<Digest>,
        chain: Vec<Arc<Layer>>,
    ) {
        self.document.begin(document);
        self.base = base;
        self.image = image;
        self.chain = chain;
        self.cached = self.builder.request.uses_cache;
        self.before = None;
    }

    /// The triggers of the base, which are inherited no further.
    pub(super) fn take_triggers(&mut self) -> Vec<String> {
        self.document.take_triggers()
    }

    /// The image so far.
    pub(super) fn image(&self) -> Option<Digest> {
        self.image
    }

    /// Its layers.
    pub(super) fn chain(&self) -> Vec<Arc<Layer>> {
        self.chain.clone()
    }

    /// Whether all build arguments were declared.
    pub(super) fn check_consumed(&self) -> Result<(), BuildError> {
        self.args.check_consumed()
    }

    /// Gives the container the files of the image so far.
    pub(super) async fn reset(&mut self) -> Result<(), String> {
        if self.container.be_of(self.image).await? {
            self.before = None;
        }
        Ok(())
    }

    /// One instruction.
    pub(super) async fn step(
        &mut self,
        instruction: &Instruction,
        is_last: bool,
    ) -> Result<(), String> {
        let text = |error: BuildError| error.to_string();
        let environment = self.document.environment();
        let instruction = instruction
            .substitute(&environment, &self.args)
            .map_err(text)?;
        let keyword = instruction.keyword();
        let sources = match keyword {
            Some(Keyword::Add | Keyword::Copy) => Some(self.sources(&instruction).await?),
            _ => None,
        };
        let command = self.apply(&instruction, sources.as_ref(), is_last)?;
        if self.find_earlier(&command).await? {
            return Ok(());
        }
        let layer = match (keyword, sources) {
            (Some(Keyword::Run), _) => Some(self.run(&instruction).await?),
            (_, Some((sources, _))) => Some(self.copy(sources).await?),
            _ => None,
        };
        self.record(&command, layer).await?;
        self.say_image().await;
        Ok(())
    }

    /// What an instruction does to the configuration; the words of the step's name.
    fn apply(
        &mut self,
        instruction: &Instruction,
        sources: Option<&(Sources, String)>,
        is_last: bool,
    ) -> Result<Vec<String>, String> {
        let text = |error: BuildError| error.to_string();
        match instruction.keyword() {
            Some(Keyword::Run | Keyword::Add | Keyword::Copy) => {}
            Some(Keyword::Arg) => self.args.declare(instruction).map_err(text)?,
            _ => self.document.apply(instruction).map_err(text)?,
        }
        if is_last {
            let labels = self.labels.iter();
            let labels = labels.map(|(name, value)| (name.as_str(), value.as_str()));
            self.document.merge_labels(labels);
        }
        // IMG-76
        self.document.take_package_label();
        let hash = sources.map(|(_, hash)| hash.as_str());
        Ok(instruction.command(&self.args, hash))
    }

    /// What an `ADD` or `COPY` takes, and its hash.
    async fn sources(&self, instruction: &Instruction) -> Result<(Sources, String), String> {
        let (context, instruction) = (Arc::clone(&self.context), instruction.clone());
        let selecting = tokio::task::spawn_blocking(move || {
            let sources = context.select(&instruction)?;
            let hash = context.hash(&sources);
            Ok((sources, hash))
        });
        let selected = selecting.await.map_err(|error| error.to_string())?;
        selected.map_err(|error: BuildError| error.to_string())
    }

    /// Goes on from what an earlier build has made of this step, if all steps before were known, too.
    async fn find_earlier(&mut self, command: &[String]) -> Result<bool, String> {
        if !self.cached {
            return Ok(false);
        }
        let builder = self.builder;
        let view = builder.driver.view();
        let labels = self.document.labels();
        let account = builder.account.id;
        let Some((record, document)) = earlier(&view, account, self.image, command, &labels) else {
            self.cached = false;
            // What was known until now is what the container goes on from.
            self.reset().await?;
            return Ok(false);
        };
        self.document.adopt(document);
        self.base = Base::of(record);
        self.image = Some(record.id);
        self.chain = builder.chain(record)?;
        self.before = None;
        builder.output.say(" ---> Using cache\n").await;
        self.say_image().await;
        Ok(true)
    }

    async fn run(&mut self, instruction: &Instruction) -> Result<Layer, String> {
        let container = self.container;
        let running = format!(" ---> Running in {}\n", container.short());
        self.builder.output.say(&running).await;
        self.before = None;
        let before = container.snapshot_before_start()?;
        self.make_volumes()?;
        let environment = self.args.run_environment(&self.document.environment());
        let step = BuildStep {
            argv: instruction.argv(),
            env: first_of_each(environment),
            user: self.document.user().to_owned(),
            workdir: self.document.working_dir().to_owned(),
        };
        let code = container.run(self.builder, step).await?;
        if code != 0 {
            let command = instruction.command_text();
            return Err(BuildError::CommandFailed { command, code }.to_string());
        }
        self.changes(before).await
    }

    /// A command finds the directories of the volumes declared so far; what it leaves there is kept (IMG-74).
    fn make_volumes(&self) -> Result<(), String> {
        let now_ns = self.builder.driver.now().0;
        let files = self.container.files()?;
        for path in self.document.volumes() {
            // What else stands there stays.
            let made = files.lend(|fs| make_volume(fs, path, now_ns));
            if let Err(error) = made {
                tracing::debug!(path, %error, "no directory for a volume");
            }
        }
        Ok(())
    }

    async fn copy(&mut self, sources: Sources) -> Result<Layer, String> {
        let before = self.before()?;
        let files = self.container.files()?;
        let context = Arc::clone(&self.context);
        let workdir = self.document.working_dir().to_owned();
        let now_ns = self.builder.driver.now().0;
        let copying =
            tokio::task::spawn_blocking(move || context.copy(&sources, &*files, &workdir, now_ns));
        let copied = copying.await.map_err(|error| error.to_string())?;
        copied.map_err(|error| error.to_string())?;
        self.changes(before).await
    }

    /// The container's files before the step.
    fn before(&mut self) -> Result<RootFs, String> {
        match self.before.take() {
            Some(before) => Ok(before),
            None => self.container.snapshot(),
        }
    }

    /// What the step has changed.
    async fn changes(&mut self, before: RootFs) -> Result<Layer, String> {
        let files = self.container.files()?;
        let excluded = EXCLUDED_FROM_LAYERS.map(str::to_owned).to_vec();
        let layer = changed_layer(before, Arc::clone(&files), excluded).await?;
        // As if the image of this step were the one that the next begins with.
        files.lend(RootFs::cut_times);
        self.before = Some(self.container.snapshot()?);
        Ok(layer)
    }

    /// Keeps the image of the step.
    async fn record(&mut self, command: &[String], layer: Option<Layer>) -> Result<(), String> {
        let created = rfc3339(self.builder.driver.now());
        let changed = layer.is_some();
        let step = Step {
            command,
            parent: self.image,
            created: &created,
            diff_id: layer.as_ref().map(|layer| layer.descriptor.diff_id),
            comment: "",
        };
        self.document
            .record(&step)
            .map_err(|error| error.to_string())?;
        if let Some(layer) = layer {
            self.base = std::mem::take(&mut self.base).with_layer(&layer);
            self.chain.push(Arc::new(layer));
        }
        let image = NewImage {
            head: false,
            ..self.base.image(&self.document, self.image)
        };
        self.image = Some(image.id);
        if changed || self.before.is_some() {
            self.container.has_become(self.image).await;
        }
        self.builder.keep(image, self.chain(), Vec::new()).await
    }

    async fn say_image(&self) {
        let short = self.image.map(Digest::short).unwrap_or_default();
        self.builder.output.say(&format!(" ---> {short}\n")).await;
    }
}

/// Of several entries of one name the first.
fn first_of_each(environment: Vec<String>) -> Vec<String> {
    let mut names = BTreeSet::new();
    let is_first = |entry: &String| {
        let name = entry.split('=').next().unwrap_or_default().to_owned();
        names.insert(name)
    };
    environment.into_iter().filter(is_first).collect()
}
