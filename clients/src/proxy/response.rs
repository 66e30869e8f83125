//! Changes of responses that are not raw streams.

use super::frames::replaced;
use super::json;
use super::mutation::Change;
use crate::http1::{Framing, Head};

/// Makes the changes of a response's head; gives how many.
pub(super) fn edit_head(head: &mut Head, changes: &[Change]) -> u64 {
    changes
        .iter()
        .filter(|change| edit_line(head, change))
        .count() as u64
}

fn edit_line(head: &mut Head, change: &Change) -> bool {
    let Some((version, status, reason)) = head.status_line() else {
        return false;
    };
    match change {
        Change::Status { code, reason: new } => {
            let reason = new.as_deref().unwrap_or(reason);
            head.first_line = format!("{version} {code} {reason}");
            true
        }
        Change::Reason { text } => {
            head.first_line = format!("{version} {status} {text}");
            true
        }
        Change::SetHeader { name, value } => {
            head.set(name, value);
            true
        }
        Change::AddHeader { name, value } => {
            head.headers.push((name.clone(), value.clone()));
            true
        }
        Change::RemoveHeader { name } => head.remove(name),
        Change::RenameHeader { from, to } => {
            let mut renamed = false;
            for (name, _) in &mut head.headers {
                if name.eq_ignore_ascii_case(from) {
                    name.clone_from(to);
                    renamed = true;
                }
            }
            renamed
        }
        _ => false,
    }
}

/// Whether a response's body has to be seen as a whole.
pub(super) fn wants_body(changes: &[Change]) -> bool {
    changes.iter().any(|change| {
        matches!(
            change,
            Change::Body { .. }
                | Change::ReplaceInBody { .. }
                | Change::AppendToBody { .. }
                | Change::DropLines { .. }
                | Change::ErrorAsJson
                | Change::TruncateBody { .. }
                // They may end or begin to allow a body.
                | Change::Status { .. }
        ) || is_json(change)
    })
}

fn is_json(change: &Change) -> bool {
    matches!(
        change,
        Change::Json { .. }
            | Change::JsonRemove { .. }
            | Change::JsonNull { .. }
            | Change::JsonNullForEmpty { .. }
            | Change::JsonString { .. }
            | Change::JsonAdd { .. }
            | Change::JsonNot { .. }
            | Change::JsonReverse { .. }
            | Change::JsonDropLast { .. }
            | Change::JsonRepeatLast { .. }
            | Change::JsonRename { .. }
    )
}

/// Makes the changes of a whole body; gives how many.
pub(super) fn edit_body(head: &mut Head, body: &mut Vec<u8>, changes: &[Change]) -> u64 {
    let mut applied = 0;
    for change in changes {
        let new = match change {
            Change::Body { text } => Some(text.clone().into_bytes()),
            Change::AppendToBody { text } => Some([body.as_slice(), text.as_bytes()].concat()),
            Change::ReplaceInBody { from, to } => replaced(body, from.as_bytes(), to.as_bytes()),
            Change::DropLines { with } => without_lines(body, with.as_bytes()),
            Change::ErrorAsJson => as_json(head, body),
            change if is_json(change) => json::edit(body, change),
            _ => None,
        };
        if let Some(new) = new {
            *body = new;
            applied += 1;
        }
    }
    applied
}

fn without_lines(body: &[u8], with: &[u8]) -> Option<Vec<u8>> {
    let lines: Vec<&[u8]> = body.split_inclusive(|byte| *byte == b'\n').collect();
    let kept: Vec<&[u8]> = lines
        .iter()
        .filter(|line| with.is_empty() || !line.windows(with.len()).any(|window| window == with))
        .copied()
        .collect();
    (kept.len() < lines.len()).then(|| kept.concat())
}

fn as_json(head: &mut Head, body: &[u8]) -> Option<Vec<u8>> {
    let (_, status, _) = head.status_line()?;
    if status < 400 {
        return None;
    }
    head.set("Content-Type", "application/json");
    let message = String::from_utf8_lossy(body);
    serde_json::to_vec(&serde_json::json!({ "message": message.trim_end() })).ok()
}

/// Makes head and body one message again: gives the bytes of the body as they go, and tells its
/// length in the head as before, by number, in chunks or by the end of the connection.
pub(super) fn framed(head: &mut Head, framing: Framing, body: &[u8]) -> Vec<u8> {
    let status = head.status_line().map_or(0, |(_, status, _)| status);
    if matches!(status, 204 | 304) {
        head.remove("Content-Length");
        head.remove("Transfer-Encoding");
        return Vec::new();
    }
    match framing {
        Framing::Chunked => chunked(body),
        Framing::UntilClose | Framing::Tunnel => body.to_vec(),
        Framing::None | Framing::Length(_) => {
            head.set("Content-Length", &body.len().to_string());
            body.to_vec()
        }
    }
}

fn chunked(body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    if !body.is_empty() {
        bytes.extend_from_slice(format!("{:x}\r\n", body.len()).as_bytes());
        bytes.extend_from_slice(body);
        bytes.extend_from_slice(b"\r\n");
    }
    bytes.extend_from_slice(b"0\r\n\r\n");
    bytes
}
