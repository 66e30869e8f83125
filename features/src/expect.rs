//! Expectations on JSON, as tables of features write them.

use serde_json::Value;

use crate::failure::Failure;
use crate::pattern::{self, Saved};

/// Holds every row: a JSON pointer, and what is there: JSON, `/expression/` that the JSON text
/// has to match, or `absent`.
///
/// # Errors
///
/// [`Failure::Differs`] with every row that does not hold.
pub fn members(seen: &Value, rows: &[(String, String)], saved: &Saved) -> Result<(), Failure> {
    let mut wrong = Vec::new();
    for (pointer, expected) in rows {
        let found = seen.pointer(pointer);
        if !holds(found, expected, saved)? {
            let found = found.map_or_else(|| "absent".to_owned(), Value::to_string);
            wrong.push(format!("  {pointer} is {found}, not {expected}"));
        }
    }
    match wrong.is_empty() {
        true => Ok(()),
        false => Err(Failure::Differs(format!(
            "members differ\n{}",
            wrong.join("\n")
        ))),
    }
}

fn holds(found: Option<&Value>, expected: &str, saved: &Saved) -> Result<bool, Failure> {
    if expected == "absent" {
        return Ok(found.is_none());
    }
    let Some(found) = found else { return Ok(false) };
    if let Some(expression) = expected.strip_prefix('/') {
        let expression = expression.strip_suffix('/');
        let expression = expression
            .ok_or_else(|| Failure::Feature(format!("`{expected}` does not end with /")))?;
        return Ok(pattern::compile(expression, false)?.is_match(&found.to_string()));
    }
    let filled = pattern::fill_known(expected, saved);
    let expected: Value = serde_json::from_str(&filled)
        .map_err(|error| Failure::Feature(format!("`{expected}` is no JSON: {error}")))?;
    Ok(*found == expected)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_json_expressions_or_absence() {
        let seen = serde_json::json!({"a": {"b": [1, "x"]}, "n": null});
        for (pointer, expected, same) in [
            ("/a/b", r#"[1, "x"]"#, true),
            ("/a/b", r#"["x", 1]"#, false),
            ("/n", "null", true),
            ("/n", "absent", false),
            ("/m", "absent", true),
            ("/m", "null", false),
            ("/a/b/1", r#"/^"[a-z]"$/"#, true),
            ("/a/b/0", r#"/^[2-9]$/"#, false),
        ] {
            let rows = [(pointer.to_owned(), expected.to_owned())];
            let result = members(&seen, &rows, &Saved::new());
            assert_eq!(result.is_ok(), same, "{pointer} {expected}");
        }
    }
}
