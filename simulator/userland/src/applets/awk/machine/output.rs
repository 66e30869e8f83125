//! print, printf and sprintf.

use super::super::code::{Redirect, special};
use super::super::format;
use super::super::value::Value;
use super::Machine;
use crate::applets::context::Fail;
use crate::kernel::Buffer;
use bytes::Bytes;

impl Machine<'_, '_> {
    pub(super) async fn print(&mut self, count: usize, redirect: Redirect) -> Result<(), Fail> {
        let name = self.output_name(redirect);
        let mut line = Buffer::new();
        if count == 0 {
            let record = self.load_field(0).await?;
            line.extend_from_slice(&self.to_text(&record));
        }
        let number_format = self.globals[special::OFMT].to_text(b"%.6g");
        let separator = self.globals[special::OFS].to_text(b"%.6g");
        let values = self.stack.split_off(self.stack.len() - count);
        for (index, value) in values.iter().enumerate() {
            if index > 0 {
                line.extend_from_slice(&separator);
            }
            line.extend_from_slice(&value.to_text(&number_format));
        }
        line.extend_from_slice(&self.globals[special::ORS].to_text(b"%.6g"));
        self.put(&line, name, redirect).await
    }

    pub(super) async fn printf(&mut self, count: usize, redirect: Redirect) -> Result<(), Fail> {
        let name = self.output_name(redirect);
        let text = self.sprintf(count)?;
        self.put(&text, name, redirect).await
    }

    /// Lays out the top values, the first of which is the format.
    pub(in super::super) fn sprintf(&mut self, count: usize) -> Result<Buffer, Fail> {
        let values = self.stack.split_off(self.stack.len() - count);
        let (source, values) = values.split_first().unwrap_or((&Value::Unset, &[]));
        let number_format = self.globals[special::CONVFMT].to_text(b"%.6g");
        let source = self.to_text(source);
        format::format(&source, values, &number_format).map_err(|error| self.fault(error.text()))
    }

    pub(super) fn output_name(&mut self, redirect: Redirect) -> Option<Bytes> {
        (redirect != Redirect::None).then(|| self.pop_text())
    }

    pub(super) async fn put(
        &mut self,
        bytes: &[u8],
        name: Option<Bytes>,
        redirect: Redirect,
    ) -> Result<(), Fail> {
        self.pay(50 + bytes.len() as u64 / 4).await;
        let Some(name) = name else {
            return self.cx.out.write(bytes).await;
        };
        match self.streams.output(self.cx, &name, redirect).await? {
            Some(writer) => writer.write(bytes).await,
            None => self.cx.out.write(bytes).await,
        }
    }
}
