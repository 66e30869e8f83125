//! Shell variables, shared between a shell and its forks until one of them changes.

use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;

use super::aliases::bucket;
use crate::kernel::Charge;

/// A variable's value and attributes; without a value it is declared but unset.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Variable {
    pub(crate) value: Option<Bytes>,
    pub(crate) exported: bool,
    pub(crate) read_only: bool,
}

/// An assignment to a variable that is read-only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ReadOnly(pub(crate) Bytes);

/// Variables that are there from the start: unset they keep their attributes, as in busybox.
const FIXED: [&[u8]; 6] = [b"IFS", b"OPTIND", b"PATH", b"PS1", b"PS2", b"PS4"];

/// What a variable with a short value costs beside its name; a long value is charged where it was made.
const VARIABLE_BYTES: usize = 384;

/// A variable, and the number it was made with: later ones have higher numbers.
#[derive(Debug, Clone, Default)]
struct Entry {
    variable: Variable,
    number: u64,
}

#[derive(Debug, Clone, Default)]
struct Table {
    by_name: BTreeMap<Bytes, Entry>,
    next_number: u64,
    charge: Charge,
    /// What [`Variables::environment`] has made of it, until an exported variable changes.
    environment: OnceLock<Environment>,
}

impl Table {
    /// The variable of this name, made when there is none.
    fn entry(&mut self, name: &[u8]) -> &mut Variable {
        self.environment.take();
        if !self.by_name.contains_key(name) {
            self.charge.add(VARIABLE_BYTES + name.len());
        }
        let next_number = &mut self.next_number;
        let entry = self
            .by_name
            .entry(Bytes::copy_from_slice(name))
            .or_insert_with(|| {
                *next_number += 1;
                Entry {
                    number: *next_number,
                    ..Entry::default()
                }
            });
        &mut entry.variable
    }

    fn remove(&mut self, name: &[u8]) {
        self.environment.take();
        if self.by_name.remove(name).is_some() {
            self.charge.give_back(VARIABLE_BYTES + name.len());
        }
    }
}

#[derive(Debug, Clone, Default)]
pub(crate) struct Variables(Arc<Table>);

impl Variables {
    pub(crate) fn find(&self, name: &[u8]) -> Option<&Variable> {
        self.0.by_name.get(name).map(|entry| &entry.variable)
    }

    pub(crate) fn value(&self, name: &[u8]) -> Option<&Bytes> {
        self.find(name)?.value.as_ref()
    }

    pub(crate) fn set(&mut self, name: &[u8], value: Bytes) -> Result<(), ReadOnly> {
        let table = Arc::make_mut(&mut self.0);
        if let Some(Entry { variable, .. }) = table.by_name.get_mut(name) {
            if variable.read_only {
                return Err(ReadOnly(Bytes::copy_from_slice(name)));
            }
            if variable.exported {
                table.environment.take();
            }
            variable.value = Some(value);
            return Ok(());
        }
        table.entry(name).value = Some(value);
        Ok(())
    }

    /// Changes attributes, declaring the variable when it is new.
    pub(crate) fn declare(&mut self, name: &[u8], change: impl FnOnce(&mut Variable)) {
        change(Arc::make_mut(&mut self.0).entry(name));
    }

    pub(crate) fn unset(&mut self, name: &[u8]) -> Result<(), ReadOnly> {
        match self.find(name) {
            None => Ok(()),
            Some(variable) if variable.read_only => Err(ReadOnly(Bytes::copy_from_slice(name))),
            Some(_) if FIXED.contains(&name) => {
                Arc::make_mut(&mut self.0).entry(name).value = None;
                Ok(())
            }
            Some(_) => {
                Arc::make_mut(&mut self.0).remove(name);
                Ok(())
            }
        }
    }

    /// Puts back what a scope saved.
    pub(crate) fn restore(&mut self, name: Bytes, saved: Option<Variable>) {
        let table = Arc::make_mut(&mut self.0);
        match saved {
            Some(variable) => *table.entry(&name) = variable,
            None => table.remove(&name),
        }
    }

    /// Sorted by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Bytes, &Variable)> {
        self.0
            .by_name
            .iter()
            .map(|(name, entry)| (name, &entry.variable))
    }

    /// `NAME=value` of every exported variable that has a value, in the order of busybox's hash table.
    pub(crate) fn environment(&self) -> Arc<[Bytes]> {
        let environment = self.0.environment.get_or_init(|| self.0.environment());
        environment.definitions.clone()
    }
}

/// What programs are given.
#[derive(Debug, Clone)]
struct Environment {
    definitions: Arc<[Bytes]>,
    _charge: Charge,
}

/// What a definition costs beside its text.
const DEFINITION_BYTES: usize = 64;

impl Table {
    fn environment(&self) -> Environment {
        let mut charge = Charge::new();
        let mut exported: Vec<_> = self
            .by_name
            .iter()
            .filter(|(_, entry)| entry.variable.exported)
            .filter_map(|(name, entry)| {
                let value = entry.variable.value.as_ref()?;
                charge.add(name.len() + value.len() + DEFINITION_BYTES);
                Some(((bucket(name), entry.number), definition(name, value)))
            })
            .collect();
        exported.sort_unstable_by_key(|(place, _)| *place);
        let definitions = exported.into_iter().map(|(_, text)| text);
        Environment {
            definitions: definitions.collect(),
            _charge: charge,
        }
    }
}

/// `name=value`.
pub(crate) fn definition(name: &[u8], value: &[u8]) -> Bytes {
    Bytes::from([name, b"=", value].concat())
}

/// The name that busybox takes a text for where it wants one: what stands before an `=`.
pub(crate) fn name_before_equals(text: &[u8]) -> &[u8] {
    let equals = text.iter().position(|byte| *byte == b'=');
    &text[..equals.unwrap_or(text.len())]
}

/// Whether `text` can name a variable.
pub(crate) fn is_name(text: &[u8]) -> bool {
    name_length(text) == text.len() && !text.is_empty()
}

/// Length of the name `text` begins with.
pub(crate) fn name_length(text: &[u8]) -> usize {
    match text.first() {
        Some(first) if first.is_ascii_alphabetic() || *first == b'_' => text
            .iter()
            .take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_')
            .count(),
        _ => 0,
    }
}
