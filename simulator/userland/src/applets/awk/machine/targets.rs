//! Variables, fields and elements: reading and setting them.

use super::super::code::{Target, special};
use super::super::record::{Separator, split};
use super::super::value::{Value, to_i32};
use super::{ELEMENT_BYTES, Machine, as_input, plain};
use crate::applets::context::Fail;

impl Machine<'_, '_> {
    pub(super) fn field_number(&self, value: &Value) -> Result<usize, Fail> {
        let number = to_i32(value.number());
        usize::try_from(number).map_err(|_| self.fault("Access to negative field"))
    }

    pub(in super::super) async fn load(&mut self, target: Target) -> Result<Value, Fail> {
        match target {
            Target::Global(special::NF) => {
                self.split_record().await?;
                Ok(self.record_count())
            }
            Target::Global(global) => Ok(plain(self.globals[global].clone())),
            Target::Local(local) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                Ok(plain(self.stack[base + local].clone()))
            }
            Target::Field => {
                let index = self.pop();
                let number = self.field_number(&index)?;
                self.load_field(number).await
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
        match target {
            Target::Global(special::NF) => {
                self.split_record().await?;
                let count = value.number().clamp(0.0, 1e9) as usize;
                self.record.resize(count);
            }
            Target::Global(global) => {
                if global == special::FS {
                    // The record that is there was read with the old separator.
                    self.split_record().await?;
                }
                self.globals[global] = value;
            }
            Target::Local(local) => {
                let base = self.frames.last().map_or(0, |frame| frame.base);
                self.stack[base + local] = value;
            }
            Target::Field => {
                let index = self.pop();
                let number = self.field_number(&index)?;
                if number == 0 {
                    self.record.set(as_input(self.to_text(&value)));
                } else {
                    self.split_record().await?;
                    self.record.set_field(number, value);
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

    pub(super) async fn increment(
        &mut self,
        target: Target,
        by: f64,
        old: bool,
    ) -> Result<(), Fail> {
        if target.has_index() {
            let index = self.stack.last().cloned().unwrap_or_default();
            self.stack.push(index);
        }
        let before = self.load(target).await?.number();
        self.store(target, Value::Number(before + by)).await?;
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
        if !self.record.is_joined() {
            let separator = self.globals[special::OFS].to_text(b"%.6g");
            let format = self.globals[special::CONVFMT].to_text(b"%.6g");
            self.record.join(&separator, &format);
            self.pay(self.record.count() as u64 * 10).await;
        }
        Ok(self.record.whole().clone())
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
        let fields = split(
            self.cx.sys,
            &mut self.regexes,
            &whole,
            &separator,
            ignore_case,
        )
        .await?;
        self.record.set_fields(fields);
        Ok(())
    }
}
