//! Searching for patterns.

use super::super::context::{Fail, text};
use super::change::Target;
use super::editor::{Editor, Search};
use super::text::Position;
use crate::regex::{Regex, Syntax};

impl Editor<'_, '_> {
    /// `/` and `?`: asks for a pattern and looks for it.
    pub(super) async fn ask_search(&mut self, forwards: bool) -> Result<Target, Fail> {
        let sign = if forwards { b'/' } else { b'?' };
        let Some(pattern) = self.ask(sign).await? else {
            return Ok(Target::failed(self.cursor));
        };
        if pattern.is_empty() {
            if let Some(search) = &mut self.search {
                search.forwards = forwards;
            }
            return self.search_again(true).await;
        }
        match Regex::new(&pattern, Syntax::Basic, false) {
            Ok(regex) => {
                self.search = Some(Search { regex, forwards });
                self.search_again(true).await
            }
            Err(error) => {
                self.warn(text!(
                    "bad search pattern '",
                    pattern,
                    "': ",
                    error.to_string()
                ));
                Ok(Target::failed(self.cursor))
            }
        }
    }

    /// `n` and `N`.
    pub(super) async fn search_again(&mut self, same_way: bool) -> Result<Target, Fail> {
        let Some(mut search) = self.search.take() else {
            self.warn("No previous search");
            return Ok(Target::failed(self.cursor));
        };
        let forwards = search.forwards == same_way;
        let found = match forwards {
            true => self.find_forwards(&mut search.regex).await,
            false => self.find_backwards(&mut search.regex).await,
        };
        self.search = Some(search);
        let Some(to) = found else {
            self.warn("Pattern not found");
            return Ok(Target::failed(self.cursor));
        };
        if forwards && to <= self.cursor {
            self.warn("search hit BOTTOM, continuing at TOP");
        } else if !forwards && to >= self.cursor {
            self.warn("search hit TOP, continuing at BOTTOM");
        }
        Ok(Target::before(to))
    }

    async fn find_forwards(&self, regex: &mut Regex) -> Option<Position> {
        let count = self.text.len();
        let behind = self.text.right(self.cursor).column;
        for offset in 0..=count {
            let line = (self.cursor.line + offset) % count;
            let from = if offset == 0 { behind } else { 0 };
            let bytes = self.text.line(line);
            let has_rest = from < bytes.len() || offset > 0;
            if has_rest && let Some((column, _)) = regex.find(self.cx.sys, bytes, from).await {
                return Some(Position { line, column });
            }
            self.cx.sys.burn(20).await;
        }
        None
    }

    async fn find_backwards(&self, regex: &mut Regex) -> Option<Position> {
        let count = self.text.len();
        for offset in 0..=count {
            let line = (self.cursor.line + count - offset % count) % count;
            let limit = match offset {
                0 => self.cursor.column,
                _ => usize::MAX,
            };
            let bytes = self.text.line(line);
            let mut last = None;
            let mut from = 0;
            while let Some((column, end)) = regex.find(self.cx.sys, bytes, from).await {
                if column >= limit {
                    break;
                }
                last = Some(column);
                from = end.max(column + 1);
                if from >= bytes.len() {
                    break;
                }
            }
            if let Some(column) = last {
                return Some(Position { line, column });
            }
            self.cx.sys.burn(20).await;
        }
        None
    }
}
