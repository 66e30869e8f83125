//! Search over the repositories of the official index (images.md 13, 23).

use crate::embedded::{CATALOGUE, OFFICIAL};
use serde::Serialize;
use std::cmp::Reverse;

/// The most that one search finds.
const RESULTS: usize = 25;

/// A repository as a search shows it; the keys of its JSON in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SearchResult {
    /// As it is written in a reference: `busybox`.
    pub name: String,
    /// One line.
    pub description: String,
    /// How many like it.
    pub star_count: u32,
    /// Whether it is one of the index's own.
    pub is_official: bool,
    /// Whether its images are built from a source by the index.
    pub is_automated: bool,
    /// An older word for `is_automated`.
    pub is_trusted: bool,
}

/// What has `term` in its name or description, whatever the case: by stars, then by name. `imported`: remote names
/// beside the catalogue.
pub(super) fn search(term: &str, imported: &[String]) -> Vec<SearchResult> {
    let term = term.to_lowercase();
    let official = || CATALOGUE.iter().filter(|known| known.host == OFFICIAL);
    let is_new = |name: &&String| official().all(|known| known.name != **name);
    let imported = imported.iter().filter(is_new);
    let mut results: Vec<SearchResult> = official()
        .map(|known| result(known.name, known.description, known.stars))
        .chain(imported.map(|name| result(name, "", 0)))
        .filter(|result| {
            let texts = [&result.name, &result.description];
            texts.iter().any(|text| text.to_lowercase().contains(&term))
        })
        .collect();
    results.sort_by(|a, b| (Reverse(a.star_count), &a.name).cmp(&(Reverse(b.star_count), &b.name)));
    results.truncate(RESULTS);
    results
}

fn result(name: &str, description: &str, stars: u32) -> SearchResult {
    let official = name.strip_prefix("library/");
    SearchResult {
        name: official.unwrap_or(name).to_owned(),
        description: description.to_owned(),
        star_count: stars,
        is_official: official.is_some(),
        is_automated: false,
        is_trusted: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(term: &str) -> Vec<String> {
        let results = search(term, &[]);
        results.into_iter().map(|result| result.name).collect()
    }

    #[test]
    fn a_search_is_for_a_part_of_the_name_or_the_description_in_any_case() {
        for term in ["busybox", "BUSYB", "utilities"] {
            assert_eq!(names(term)[0], "busybox", "{term}");
        }
        assert!(names("no such repository").is_empty());
        assert_eq!(names("consul"), ["consul"]);
    }

    #[test]
    fn what_is_liked_more_comes_first_and_then_the_name_decides() {
        let results = search("", &[]);
        assert!(results.len() > 5 && results.len() <= RESULTS);
        assert!(results.is_sorted_by_key(|result| (Reverse(result.star_count), &result.name)));
    }

    /// Search is the official index's: no entry of another host is found.
    #[test]
    fn a_name_is_found_once() {
        let mut names = names("");
        names.sort();
        let all = names.len();
        names.dedup();
        assert_eq!(names.len(), all);
    }

    #[test]
    fn a_result_has_the_keys_of_the_index_in_their_order() {
        let result = &search("busybox", &[])[0];
        let json = serde_json::to_string(result).expect("it can be written");
        let stars = result.star_count;
        let description = &result.description;
        assert_eq!(
            json,
            format!(
                r#"{{"name":"busybox","description":"{description}","star_count":{stars},"is_official":true,"is_automated":false,"is_trusted":false}}"#
            )
        );
    }
}
