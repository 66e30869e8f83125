//! Changes of requests.

use super::frames::replaced;
use super::json;
use super::mutation::Change;
use crate::http1::{Framing, Head};

/// Makes the changes of a request's head; gives how many.
pub(super) fn edit_head(head: &mut Head, changes: &[Change]) -> u64 {
    let edited = changes.iter().filter(|change| match change {
        Change::SetRequestHeader { name, value } => {
            head.set(name, value);
            true
        }
        Change::RemoveRequestHeader { name } => head.remove(name),
        other => edit_target(head, other),
    });
    edited.count() as u64
}

fn edit_target(head: &mut Head, change: &Change) -> bool {
    let Some((method, target, version)) = head.request_line() else {
        return false;
    };
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let mut pairs: Vec<(String, String)> = query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (key.to_owned(), value.to_owned())
        })
        .collect();
    let before = pairs.clone();
    match change {
        Change::ReplaceInPath { from, to }
            if !from.is_empty() && target.contains(from.as_str()) =>
        {
            let target = target.replace(from.as_str(), to);
            head.first_line = format!("{method} {target} {version}");
            return true;
        }
        Change::DropQuery { key } => pairs.retain(|(found, _)| found != key),
        Change::SetQuery { key, value } => {
            pairs.retain(|(found, _)| found != key);
            pairs.push((key.clone(), value.clone()));
        }
        Change::AddToQuery { key, by } => {
            for (_, value) in pairs.iter_mut().filter(|(found, _)| found == key) {
                let sum = value
                    .parse::<i64>()
                    .ok()
                    .and_then(|number| number.checked_add(*by));
                if let Some(sum) = sum {
                    *value = sum.to_string();
                }
            }
        }
        _ => return false,
    }
    if pairs == before {
        return false;
    }
    let query: Vec<String> = pairs
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let query = query.join("&");
    let separator = if query.is_empty() { "" } else { "?" };
    head.first_line = format!("{method} {path}{separator}{query} {version}");
    true
}

/// Whether a request's body has to be seen as a whole.
pub(super) fn wants_body(changes: &[Change]) -> bool {
    changes.iter().any(|change| {
        matches!(
            change,
            Change::ReplaceInRequest { .. }
                | Change::SetRequestJson { .. }
                | Change::RemoveRequestJson { .. }
        )
    })
}

/// Makes the changes of a request's body and tells its length anew; gives how many.
pub(super) fn edit_body(
    head: &mut Head,
    framing: &mut Framing,
    body: &mut Vec<u8>,
    changes: &[Change],
) -> u64 {
    let mut applied = 0;
    for change in changes {
        let new = match change {
            Change::ReplaceInRequest { from, to } => replaced(body, from.as_bytes(), to.as_bytes()),
            Change::SetRequestJson { .. } | Change::RemoveRequestJson { .. } => {
                json::edit(body, change)
            }
            _ => None,
        };
        if let Some(new) = new {
            *body = new;
            applied += 1;
        }
    }
    head.remove("Transfer-Encoding");
    head.set("Content-Length", &body.len().to_string());
    *framing = Framing::Length(body.len() as u64);
    applied
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_changed_where_the_key_is() {
        let cases = [
            (
                Change::DropQuery {
                    key: "signal".into(),
                },
                "/kill?a=1&signal=INT",
                Some("/kill?a=1"),
            ),
            (
                Change::DropQuery {
                    key: "signal".into(),
                },
                "/kill?signal=INT",
                Some("/kill"),
            ),
            (
                Change::DropQuery {
                    key: "signal".into(),
                },
                "/kill?t=1",
                None,
            ),
            (
                Change::SetQuery {
                    key: "t".into(),
                    value: "0".into(),
                },
                "/stop?t=10",
                Some("/stop?t=0"),
            ),
            (
                Change::SetQuery {
                    key: "t".into(),
                    value: "0".into(),
                },
                "/stop",
                Some("/stop?t=0"),
            ),
            (
                Change::AddToQuery {
                    key: "tail".into(),
                    by: 1,
                },
                "/logs?tail=2",
                Some("/logs?tail=3"),
            ),
            (
                Change::AddToQuery {
                    key: "tail".into(),
                    by: 1,
                },
                "/logs?tail=all",
                None,
            ),
            (
                Change::ReplaceInPath {
                    from: "/start".into(),
                    to: "/stop".into(),
                },
                "/x/start",
                Some("/x/stop"),
            ),
        ];
        for (change, target, expected) in cases {
            let mut head = Head {
                first_line: format!("POST {target} HTTP/1.1"),
                headers: Vec::new(),
            };
            let applied = edit_head(&mut head, std::slice::from_ref(&change));
            assert_eq!(applied, u64::from(expected.is_some()), "{change:?}");
            let expected = format!("POST {} HTTP/1.1", expected.unwrap_or(target));
            assert_eq!(head.first_line, expected);
        }
    }
}
