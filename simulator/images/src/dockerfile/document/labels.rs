//! Labels of an image.

use super::{Document, object_at};
use crate::dockerfile::BuildError;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// The label that selects a container's package; no image keeps it (IMG-76).
pub const PACKAGE_LABEL: &str = "com.joyent.package";

/// Reads the parameter `labels` (IMG-62), a JSON object of strings; nothing when it is empty.
pub fn parse_labels(text: &str) -> Result<Vec<(String, String)>, BuildError> {
    string_members(text).map_err(BuildError::Labels)
}

/// The members of a JSON object of strings, in their order.
pub(in super::super) fn string_members(
    text: &str,
) -> Result<Vec<(String, String)>, serde_json::Error> {
    if text.trim().is_empty() {
        return Ok(Vec::new());
    }
    let members: Map<String, Value> = serde_json::from_str(text)?;
    // What is `null` was named without a value.
    let members = members.into_iter().filter(|(_, value)| !value.is_null());
    let texts = members.map(|(name, value)| Ok((name, serde_json::from_value(value)?)));
    texts.collect()
}

impl Document {
    /// Names and values of the labels.
    pub fn labels(&self) -> BTreeMap<String, String> {
        let labels = self.setting("Labels").as_object().into_iter().flatten();
        let texts = labels.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.into())));
        texts.collect()
    }

    /// Adds labels, or replaces those of the same name: of `LABEL`, and of the parameter `labels` at the last step.
    pub fn merge_labels<'l>(&mut self, labels: impl IntoIterator<Item = (&'l str, &'l str)>) {
        let mut labels = labels.into_iter().peekable();
        if labels.peek().is_none() {
            return;
        }
        let all = object_at(self.config_mut(), "Labels", || Value::Object(Map::new()));
        all.extend(labels.map(|(name, value)| (name.to_owned(), value.into())));
    }

    /// Removes the label that selects a package (IMG-76); its value.
    pub fn take_package_label(&mut self) -> Option<String> {
        let labels = self.config_mut().get_mut("Labels")?.as_object_mut()?;
        let value = labels.shift_remove(PACKAGE_LABEL)?;
        value.as_str().map(str::to_owned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn labels_are_merged_in_place() {
        let mut document = Document::scratch();
        document.merge_labels([]);
        assert_eq!(document.setting("Labels"), &Value::Null);
        document.merge_labels([("b", "1"), ("a", "2")]);
        document.merge_labels([("b", "3"), ("c", "")]);
        assert_eq!(
            document.setting("Labels").to_string(),
            r#"{"b":"3","a":"2","c":""}"#
        );
        assert_eq!(document.labels()["b"], "3");
    }

    #[test]
    fn the_label_of_a_package_is_taken_away() {
        let mut document = Document::scratch();
        assert_eq!(document.take_package_label(), None);
        document.merge_labels([("a", "1"), (PACKAGE_LABEL, "g4"), ("b", "2")]);
        assert_eq!(document.take_package_label().as_deref(), Some("g4"));
        assert_eq!(document.setting("Labels"), &json!({"a": "1", "b": "2"}));
        assert_eq!(document.take_package_label(), None);
    }

    #[test]
    fn the_parameter_is_an_object_of_strings() {
        let labels = parse_labels(r#"{"b":"1","a":"2"}"#).expect("it is good");
        assert_eq!(labels[0], ("b".to_owned(), "1".to_owned()));
        assert!(parse_labels("").expect("it is empty").is_empty());
        for text in ["x", "[]", "{\"a\":1}"] {
            let error = parse_labels(text).expect_err("it is refused").to_string();
            assert!(error.starts_with("Error parsing labels: "), "{error}");
        }
    }
}
