//! Variables, fields and elements: reading and setting them.

use super::super::code::{ArrayName, Target, special};
use super::super::record::{Separator, find_parts};
use super::super::value::{Value, to_i32};
use super::{ELEMENT_BYTES, Machine, as_input, plain, size_of_value};
use crate::applets::context::Fail;

impl Machine<'_, '_> {
    pub(super) fn field_number(&self, value: &Value) -> Result<usize, Fail> {
        let number = to_i32(value.number());
        usize::try_from(number).map_err(|_| self.fault("Access to negative field"))
    }

    pub(in super::super) async fn load(&mut self, target: Target) -> Result<Value, Fail> {
        self.prepare_target(target).await?;
        self.load_now(target)
    }

    /// Whether `$0` or its fields have to be made before a target can be read or set.
    pub(super) fn is_prepared(&self, target: Target) -> bool {
        match target {
            Target::Global(special::NF | special::FS) => self.record.unsplit().is_none(),
            Target::Field => {
                let first = self.stack.last().map_or(0.0, Value::number);
                if to_i32(first) == 0 {
                    self.record.is_joined()
                } else {
                    self.record.unsplit().is_none()
                }
            }
            _ => true,
        }
    }

    /// Makes what a target needs; the index of the target is on the stack.
    pub(super) async fn prepare_target(&mut self, target: Target) -> Result<(), Fail> {
        match target {
            _ if self.is_prepared(target) => Ok(()),
            Target::Field if to_i32(self.stack.last().map_or(0.0, Value::number)) == 0 => {
                self.join_record().await;
                Ok(())
            }
            _ => self.split_record().await,
        }
    }

    /// The value of a target that is prepared; its index is popped.
    pub(super) fn load_now(&mut self, target: Target) -> Result<Value, Fail> {
        match target {
            Target::Global(special::NF) => Ok(self.record_count()),
            Target::Global(global) => Ok(plain(self.globals[global].clone())),
            Target::Local(local) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                Ok(plain(self.stack[base + local].clone()))
            }
            Target::Field => {
                let index = self.pop();
                match self.field_number(&index)? {
                    0 => Ok(self.record.whole().clone()),
                    number => Ok(self.record.field(number)),
                }
            }
            Target::Element(name) => {
                let key = self.pop_text();
                let array = self.array(name)?;
                let (value, is_new) = self.arrays[array].entry(&key);
                let value = value.clone();
                if is_new {
                    self.charge(ELEMENT_BYTES + key.len());
                }
                Ok(value)
            }
        }
    }

    pub(super) fn record_count(&self) -> Value {
        Value::Number(self.record.count() as f64)
    }

    /// Stores a value; the index of the target is popped.
    pub(in super::super) async fn store(
        &mut self,
        target: Target,
        value: Value,
    ) -> Result<(), Fail> {
        // The record that is there was read with the old separator.
        self.prepare_target(target).await?;
        self.store_now(target, value)
    }

    /// As [`Self::store`], of a target that is prepared.
    pub(super) fn store_now(&mut self, target: Target, value: Value) -> Result<(), Fail> {
        match target {
            Target::Global(special::NF) => {
                let count = value.number().clamp(0.0, 1e9) as usize;
                self.record.resize(count);
            }
            Target::Global(global) => self.globals[global] = value,
            Target::Local(local) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                self.stack[base + local] = value;
            }
            Target::Field => {
                let index = self.pop();
                match self.field_number(&index)? {
                    0 => self.record.set(as_input(self.to_text(&value))),
                    number => self.record.set_field(number, value),
                }
            }
            Target::Element(name) => {
                let key = self.pop_text();
                let array = self.array(name)?;
                self.set_element(array, &key, value);
            }
        }
        Ok(())
    }

    /// Adds to a target that is prepared.
    pub(super) fn increment(&mut self, target: Target, by: f64, old: bool) -> Result<(), Fail> {
        if let Target::Element(name) = target {
            return self.increment_element(name, by, old);
        }
        if target.has_index() {
            let index = self.stack.last().cloned().unwrap_or_default();
            self.stack.push(index);
        }
        let before = self.load_now(target)?.number();
        self.store_now(target, Value::Number(before + by))?;
        self.stack
            .push(Value::Number(if old { before } else { before + by }));
        Ok(())
    }

    fn increment_element(&mut self, name: ArrayName, by: f64, old: bool) -> Result<(), Fail> {
        let key = self.pop_text();
        let array = self.array(name)?;
        let (value, is_new) = self.arrays[array].entry(&key);
        let before = value.number();
        let replaced = std::mem::replace(value, Value::Number(before + by));
        self.release(size_of_value(&replaced));
        if is_new {
            self.charge(ELEMENT_BYTES + key.len());
        }
        self.stack
            .push(Value::Number(if old { before } else { before + by }));
        Ok(())
    }

    /// `$N`.
    pub(in super::super) async fn load_field(&mut self, number: usize) -> Result<Value, Fail> {
        if number > 0 {
            self.split_record().await?;
            return Ok(self.record.field(number));
        }
        self.join_record().await;
        Ok(self.record.whole().clone())
    }

    /// Makes `$0` from the fields if one was changed.
    async fn join_record(&mut self) {
        if !self.record.is_joined() {
            let separator = self.globals[special::OFS].to_text(b"%.6g");
            let format = self.globals[special::CONVFMT].to_text(b"%.6g");
            self.record.join(self.cx.sys, &separator, &format).await;
        }
    }

    /// Takes the record apart if that was not done.
    pub(in super::super) async fn split_record(&mut self) -> Result<(), Fail> {
        let Some(whole) = self.record.unsplit() else {
            return Ok(());
        };
        let whole = whole.to_text(b"%.6g");
        let by_paragraph = self.globals[special::RS].to_text(b"").is_empty();
        let separator = self.globals[special::FS].to_text(b"%.6g");
        let separator = Separator::parse(&separator, by_paragraph);
        let ignore_case = self.ignores_case();
        let mut spans = self.record.take_spans();
        find_parts(
            self.cx.sys,
            &mut self.regexes,
            &whole,
            &separator,
            ignore_case,
            &mut spans,
        )
        .await?;
        self.record.set_spans(whole, spans);
        Ok(())
    }
}
