//! What the instructions about metadata change.

use super::paths::join;
use super::{Document, array_at, check_length, object_at, ports, strings};
use crate::dockerfile::{Arguments, BuildError, Instruction, Keyword};
use serde_json::{Map, Value, json};

impl Document {
    /// Does an instruction, substituted before, as far as it concerns the configuration; `FROM`, `RUN`, `ADD`, `COPY`
    /// and `ARG` change nothing. Apply it before the cache is asked, then [`Document::adopt`] what the cache has.
    pub fn apply(&mut self, instruction: &Instruction) -> Result<(), BuildError> {
        match instruction.check(false)? {
            Keyword::Add | Keyword::Arg | Keyword::Copy | Keyword::From | Keyword::Run => {
                return Ok(());
            }
            Keyword::Maintainer => self.set_author(&instruction.arguments.text()),
            Keyword::Cmd => {
                self.set("Cmd", json!(instruction.argv()));
                self.has_own_command = true;
            }
            Keyword::Entrypoint => self.set_entrypoint(instruction.argv()),
            Keyword::Env => self.set_variables(&instruction.arguments),
            Keyword::Label => {
                let pairs = pairs(&instruction.arguments);
                self.merge_labels(pairs.iter().map(|(k, v)| (k.as_str(), v.as_str())));
            }
            Keyword::Expose => self.expose(&instruction.words())?,
            Keyword::Volume => self.add_volumes(&instruction.words())?,
            Keyword::User => self.set("User", instruction.arguments.text().into()),
            Keyword::Stopsignal => self.set("StopSignal", instruction.arguments.text().into()),
            Keyword::Workdir => {
                let path = join(self.working_dir(), &instruction.arguments.text());
                self.set("WorkingDir", path.into());
            }
            Keyword::Onbuild => {
                let trigger = instruction.arguments.text();
                array_at(self.config_mut(), "OnBuild").push(trigger.into());
            }
        }
        check_length(self.member("config").to_string().len())
    }

    fn set(&mut self, name: &str, value: Value) {
        self.config_mut().insert(name.to_owned(), value);
    }

    fn set_entrypoint(&mut self, argv: Vec<String>) {
        let value = match argv.is_empty() {
            true => Value::Null,
            false => json!(argv),
        };
        self.set("Entrypoint", value);
        // The command of a base was meant for its own entrypoint.
        if !self.has_own_command {
            self.set("Cmd", Value::Null);
        }
    }

    fn set_variables(&mut self, arguments: &Arguments) {
        let mut environment = strings(self.setting("Env"));
        for (name, value) in pairs(arguments) {
            let entry = format!("{name}={value}");
            let same = |old: &&mut String| {
                let value = old.strip_prefix(name.as_str());
                value.is_some_and(|value| value.starts_with('='))
            };
            match environment.iter_mut().find(same) {
                Some(old) => *old = entry,
                None => environment.push(entry),
            }
        }
        self.set("Env", json!(environment));
    }

    fn expose(&mut self, arguments: &[String]) -> Result<(), BuildError> {
        let mut keys = Vec::new();
        for argument in arguments {
            keys.extend(ports::exposed(argument)?);
        }
        self.add_keys("ExposedPorts", keys);
        Ok(())
    }

    fn add_volumes(&mut self, paths: &[String]) -> Result<(), BuildError> {
        if paths.is_empty() || paths.iter().any(|path| path.trim().is_empty()) {
            return Err(BuildError::EmptyVolume);
        }
        self.add_keys("Volumes", paths.to_vec());
        Ok(())
    }

    /// Adds keys to a section that is a set.
    fn add_keys(&mut self, name: &str, keys: Vec<String>) {
        let set = object_at(self.config_mut(), name, || Value::Object(Map::new()));
        set.extend(keys.into_iter().map(|key| (key, json!({}))));
    }
}

fn pairs(arguments: &Arguments) -> &[(String, String)] {
    match arguments {
        Arguments::Pairs(pairs) => pairs,
        _ => &[],
    }
}
