//! Compiled regular expressions, kept for their next use.

use super::super::context::{Fail, text};
use crate::kernel::Sys;
use crate::regex::{Context, Match, Options, Regex, RegexError, Syntax};
use std::collections::HashMap;

/// Most compiled expressions that are kept.
const KEPT_MAX: usize = 500;

/// All expressions of a running program.
#[derive(Debug, Default)]
pub(super) struct Regexes {
    compiled: Vec<Regex>,
    by_source: HashMap<(bool, Vec<u8>), usize>,
}

impl Regexes {
    /// The compiled form of a source. What is no extended expression may still be a basic one.
    pub(super) fn find(&mut self, source: &[u8], ignore_case: bool) -> Result<&mut Regex, Fail> {
        // The key is built for each look-up: sources are short.
        let key = (ignore_case, source.to_vec());
        let index = match self.by_source.get(&key) {
            Some(index) => *index,
            None => {
                if self.compiled.len() >= KEPT_MAX {
                    self.compiled.clear();
                    self.by_source.clear();
                }
                self.compiled.push(compile(source, ignore_case)?);
                self.by_source.insert(key, self.compiled.len() - 1);
                self.compiled.len() - 1
            }
        };
        Ok(&mut self.compiled[index])
    }
}

fn compile(source: &[u8], ignore_case: bool) -> Result<Regex, Fail> {
    let options = |syntax| Options {
        syntax,
        ignore_case,
        newline: false,
    };
    Regex::with(source, options(Syntax::Extended))
        .or_else(|_| Regex::with(source, options(Syntax::Basic)))
        .map_err(|error| Fail::new(text!("bad regex '", source, "': ", error.to_string())))
}

/// Searches a text that goes on from a match before it, or not.
pub(super) async fn search(
    regex: &mut Regex,
    sys: &Sys,
    bytes: &[u8],
    goes_on: bool,
    groups: bool,
) -> Result<Option<Match>, Fail> {
    let context = Context {
        not_line_start: goes_on,
        groups,
    };
    let found = regex.search(sys, bytes, 0, context).await;
    found.map_err(|error: RegexError| Fail::new(error.to_string()))
}
