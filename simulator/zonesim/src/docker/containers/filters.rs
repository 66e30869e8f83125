//! The `filters` parameter: both encodings at every version (docker-api.md 7.2, CLI-20).

use crate::docker::failure::Failure;
use serde_json::Value;
use std::collections::BTreeMap;

/// Filter names and their values, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Filters(BTreeMap<String, Vec<String>>);

impl Filters {
    /// Reads `{"name":["value"]}` or `{"name":{"value":true}}`; absent and empty are no filters.
    pub(crate) fn parse(text: Option<&str>) -> Result<Self, Failure> {
        let Some(text) = text.filter(|text| !text.is_empty()) else {
            return Ok(Self::default());
        };
        let invalid = |text: String| Failure::docker(format!("invalid filters: {text}"));
        let value: Value =
            serde_json::from_str(text).map_err(|error| invalid(error.to_string()))?;
        let Value::Object(object) = value else {
            return Err(invalid(format!("expected an object, got: {value}")));
        };
        let mut filters = BTreeMap::new();
        for (name, values) in object {
            let values = match &values {
                Value::Array(list) => list.iter().map(text_of).collect(),
                Value::Object(map) => map.keys().cloned().collect(),
                other => {
                    return Err(invalid(format!(
                        "Error: invalid filter \"{name}\" - expected an array or object, got: {other}"
                    )));
                }
            };
            filters.insert(name, values);
        }
        Ok(Self(filters))
    }

    /// The values of a filter; empty when it was not given.
    pub(crate) fn values(&self, name: &str) -> &[String] {
        self.0.get(name).map_or(&[], Vec::as_slice)
    }

    /// Whether a filter was given with a value.
    pub(crate) fn has(&self, name: &str) -> bool {
        !self.values(name).is_empty()
    }

    /// The names that were given.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Whether a label filter asks for a package.
    pub(crate) fn names_package(&self) -> bool {
        self.values("label")
            .iter()
            .any(|label| label.starts_with("com.joyent.package="))
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_encodings_are_read() {
        for text in [
            r#"{"status":["exited","running"]}"#,
            r#"{"status":{"exited":true,"running":true}}"#,
            // Only the keys count.
            r#"{"status":{"exited":false,"running":null}}"#,
        ] {
            let filters = Filters::parse(Some(text)).expect("valid");
            assert_eq!(filters.values("status"), ["exited", "running"]);
        }
        assert_eq!(Filters::parse(Some("")), Ok(Filters::default()));
        assert_eq!(Filters::parse(Some("{}")), Ok(Filters::default()));
    }

    #[test]
    fn wrong_shapes_are_refused() {
        let text = |filters| {
            Filters::parse(Some(filters))
                .expect_err("refused")
                .text("id")
        };
        assert_eq!(
            text(r#"{"name":"x"}"#),
            "invalid filters: Error: invalid filter \"name\" - expected an array or object, got: \"x\" (id)"
        );
        assert!(text("{").starts_with("invalid filters: "));
        assert!(text("[]").starts_with("invalid filters: "));
    }
}
