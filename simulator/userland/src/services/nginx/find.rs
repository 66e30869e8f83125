//! Which place of a server a path belongs to.

use super::site::{Kind, Location, Server};
use crate::kernel::Sys;
use crate::regex::{Regex, Syntax};

impl Server {
    /// The place of a path: the exact one, else the longest that it begins with, unless a pattern matches and that one
    /// does not forbid patterns.
    pub(super) async fn location(&self, sys: &Sys, path: &[u8]) -> Option<&Location> {
        let mut longest: Option<&Location> = None;
        for location in &self.locations {
            match &location.kind {
                Kind::Exact if location.text == path => return Some(location),
                Kind::Prefix { .. }
                    if path.starts_with(&location.text)
                        && longest.is_none_or(|other| other.text.len() < location.text.len()) =>
                {
                    longest = Some(location);
                }
                _ => {}
            }
        }
        if longest.is_some_and(|location| location.kind == Kind::Prefix { last: true }) {
            return longest;
        }
        for location in &self.locations {
            let Kind::Pattern { ignore_case } = location.kind else {
                continue;
            };
            // It was tried when the configuration was read.
            let pattern = Regex::new(&location.text, Syntax::Extended, ignore_case);
            if let Ok(mut pattern) = pattern
                && pattern.find(sys, path, 0).await.is_some()
            {
                return Some(location);
            }
        }
        longest
    }

    /// The place `@name`.
    pub(super) fn named(&self, name: &[u8]) -> Option<&Location> {
        let mut locations = self.locations.iter();
        locations.find(|location| location.kind == Kind::Named && location.text == name)
    }
}
