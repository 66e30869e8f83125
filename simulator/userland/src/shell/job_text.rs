//! A command as `jobs` shows it.

use bytes::Bytes;

use super::program::{Node, NodeId, Part, Program, Word};

/// The longest text kept.
const MAX_BYTES: usize = 256;

/// A simple command's words, or the kind of a compound command.
pub(crate) fn job_text(program: &Program, node: NodeId) -> Bytes {
    let mut text = Vec::new();
    describe(program, node, &mut text);
    text.truncate(MAX_BYTES);
    Bytes::from(text)
}

/// The commands of a pipeline.
pub(crate) fn pipeline_text(program: &Program, nodes: &[NodeId]) -> Bytes {
    let mut text = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            text.extend_from_slice(b" | ");
        }
        describe(program, *node, &mut text);
        if text.len() > MAX_BYTES {
            break;
        }
    }
    text.truncate(MAX_BYTES);
    Bytes::from(text)
}

fn describe(program: &Program, node: NodeId, text: &mut Vec<u8>) {
    match program.node(node) {
        Node::Simple {
            assignments, words, ..
        } => {
            for assignment in &program.assignments[assignments.range()] {
                text.extend_from_slice(program.bytes(assignment.name));
                text.push(b'=');
                describe_word(program, assignment.value, text);
                text.push(b' ');
            }
            for (index, word) in program.words[words.range()].iter().enumerate() {
                if index > 0 {
                    text.push(b' ');
                }
                describe_word(program, *word, text);
            }
        }
        Node::Pipeline { commands } => {
            let nodes = &program.children[commands.range()];
            text.extend_from_slice(&pipeline_of_simple(program, nodes));
        }
        Node::Subshell { .. } => text.extend_from_slice(b"(...)"),
        Node::Loop { until: false, .. } => text.extend_from_slice(b"while ..."),
        Node::Loop { .. } => text.extend_from_slice(b"until ..."),
        Node::For { .. } => text.extend_from_slice(b"for ..."),
        Node::If { .. } => text.extend_from_slice(b"if ..."),
        Node::Case { .. } => text.extend_from_slice(b"case ..."),
        _ => text.extend_from_slice(b"{...}"),
    }
}

/// As [`pipeline_text`], without going deeper than one level.
fn pipeline_of_simple(program: &Program, nodes: &[NodeId]) -> Vec<u8> {
    let mut text = Vec::new();
    for (index, node) in nodes.iter().enumerate() {
        if index > 0 {
            text.extend_from_slice(b" | ");
        }
        if matches!(program.node(*node), Node::Simple { .. }) {
            describe(program, *node, &mut text);
        } else {
            text.extend_from_slice(b"{...}");
        }
    }
    text
}

fn describe_word(program: &Program, word: Word, text: &mut Vec<u8>) {
    for part in &program.parts[word.range()] {
        match part {
            Part::Text { text: span, .. } => text.extend_from_slice(program.bytes(*span)),
            Part::Parameter { name, .. } => {
                text.push(b'$');
                text.extend_from_slice(program.bytes(*name));
            }
            Part::Arithmetic { .. } => text.extend_from_slice(b"$((...))"),
            Part::Command { .. } => text.extend_from_slice(b"$(...)"),
            Part::Process { reads: true, .. } => text.extend_from_slice(b"<(...)"),
            Part::Process { .. } => text.extend_from_slice(b">(...)"),
            Part::EscapedSlash => text.push(b'/'),
            Part::OperandEnd | Part::ArithmeticEnd => {}
        }
    }
}
