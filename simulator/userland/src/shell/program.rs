//! A parsed command as one flat, immutable table that dropping, cloning and walking never recurse over.

use super::program_text::ProgramText;
use crate::kernel::List;

/// Index of a node in its [`Program`].
pub(crate) type NodeId = u32;

/// A half-open range in one of the program's tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Span {
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Span {
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    pub(crate) fn is_empty(self) -> bool {
        self.start == self.end
    }

    pub(crate) fn len(self) -> usize {
        (self.end - self.start) as usize
    }
}

/// One word: a run of parts.
pub(crate) type Word = Span;

/// `name=value` before a command's name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Assignment {
    pub(crate) name: Span,
    pub(crate) value: Word,
}

/// What a `${name…}` does with the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Value,
    Length,
    /// `-`; `colon`: an empty value counts as unset.
    Default {
        colon: bool,
    },
    /// `=`
    Assign {
        colon: bool,
    },
    /// `?`
    Error {
        colon: bool,
    },
    /// `+`
    Alternative {
        colon: bool,
    },
    RemovePrefix {
        longest: bool,
    },
    RemoveSuffix {
        longest: bool,
    },
    Substring,
    Replace {
        all: bool,
    },
    /// None of these: an error once it is expanded.
    Bad,
}

/// A piece of a word. What belongs to a parameter with an operand, or to an expression, follows it up to its end.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Part {
    Text {
        text: Span,
        quoted: bool,
    },
    /// A slash behind a backslash, in a word in which others divide a pattern from what replaces it.
    EscapedSlash,
    Parameter {
        name: Span,
        operator: Operator,
        quoted: bool,
        /// An [`Part::OperandEnd`] belongs to it.
        braced: bool,
    },
    /// What closes `${…}`.
    OperandEnd,
    Arithmetic {
        quoted: bool,
    },
    ArithmeticEnd,
    Command {
        body: Option<NodeId>,
        quoted: bool,
    },
    /// `<(…)`, or `>(…)` when it does not read.
    Process {
        body: Option<NodeId>,
        reads: bool,
    },
}

/// The operator of a redirection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RedirectionKind {
    Read,
    ReadWrite,
    Write,
    /// `>|`
    Clobber,
    Append,
    /// `<&`, `>&`
    Duplicate,
    /// `&>`
    WriteBoth,
    /// `<<`: the target is an index into the program's here-documents.
    HereDocument {
        index: u32,
    },
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Redirection {
    pub(crate) fd: i32,
    pub(crate) kind: RedirectionKind,
    pub(crate) target: Word,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct CaseArm {
    /// Range in the program's words.
    pub(crate) patterns: Span,
    pub(crate) body: Option<NodeId>,
}

/// A command.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Node {
    Simple {
        assignments: Span,
        words: Span,
        redirections: Span,
        line: u32,
    },
    /// Two or more commands.
    Pipeline {
        commands: Span,
    },
    Not {
        body: NodeId,
    },
    And {
        left: NodeId,
        right: NodeId,
    },
    Or {
        left: NodeId,
        right: NodeId,
    },
    Background {
        body: NodeId,
    },
    Sequence {
        items: Span,
    },
    Subshell {
        body: NodeId,
        redirections: Span,
        line: u32,
    },
    /// A compound command with redirections of its own.
    Redirected {
        body: NodeId,
        redirections: Span,
        line: u32,
    },
    If {
        condition: NodeId,
        then: NodeId,
        otherwise: Option<NodeId>,
    },
    Loop {
        condition: NodeId,
        body: NodeId,
        until: bool,
    },
    For {
        name: Span,
        /// `None`: the positional parameters.
        words: Option<Span>,
        body: NodeId,
        line: u32,
    },
    Case {
        subject: Word,
        arms: Span,
        line: u32,
    },
    Function {
        name: Span,
        body: NodeId,
    },
}

/// One complete command with everything it contains.
#[derive(Debug, Default)]
pub(crate) struct Program {
    pub(crate) nodes: List<Node>,
    /// Children of pipelines and sequences.
    pub(crate) children: List<NodeId>,
    pub(crate) assignments: List<Assignment>,
    pub(crate) words: List<Word>,
    pub(crate) parts: List<Part>,
    pub(crate) text: ProgramText,
    pub(crate) redirections: List<Redirection>,
    /// Bodies of here-documents; `None` until its lines are read.
    pub(crate) here_documents: List<Word>,
    pub(crate) arms: List<CaseArm>,
}

impl Program {
    pub(crate) fn node(&self, id: NodeId) -> Node {
        self.nodes[id as usize]
    }

    pub(crate) fn bytes(&self, span: Span) -> &[u8] {
        &self.text[span.range()]
    }

    /// The text of a word in which nothing expands.
    pub(crate) fn literal(&self, word: Word) -> Vec<u8> {
        let mut literal = Vec::new();
        for part in &self.parts[word.range()] {
            match part {
                Part::Text { text, .. } => literal.extend_from_slice(self.bytes(*text)),
                Part::EscapedSlash => literal.push(b'/'),
                _ => {}
            }
        }
        literal
    }

    pub(crate) fn add_node(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        index(self.nodes.len() - 1)
    }

    pub(crate) fn add_children(&mut self, items: Vec<NodeId>) -> Span {
        append(&mut self.children, items)
    }

    pub(crate) fn add_words(&mut self, items: Vec<Word>) -> Span {
        append(&mut self.words, items)
    }

    pub(crate) fn add_text(&mut self, text: &[u8]) -> Span {
        let start = index(self.text.len());
        self.text.extend_from_slice(text);
        Span {
            start,
            end: index(self.text.len()),
        }
    }

    pub(crate) fn add_assignments(&mut self, items: Vec<Assignment>) -> Span {
        append(&mut self.assignments, items)
    }

    pub(crate) fn add_redirections(&mut self, items: Vec<Redirection>) -> Span {
        append(&mut self.redirections, items)
    }

    pub(crate) fn add_arms(&mut self, items: Vec<CaseArm>) -> Span {
        append(&mut self.arms, items)
    }

    /// The length of the longest table.
    pub(crate) fn longest_table(&self) -> usize {
        self.nodes
            .len()
            .max(self.parts.len())
            .max(self.words.len())
            .max(self.text.len())
    }
}

/// A table's length as an index. The parser refuses programs beyond [`MAX_TABLE_LENGTH`], so it always fits.
pub(crate) fn index(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

fn append<T>(table: &mut List<T>, mut items: Vec<T>) -> Span {
    let start = index(table.len());
    table.append(&mut items);
    Span {
        start,
        end: index(table.len()),
    }
}

/// The longest table of a single command that the shell accepts: as far as its indices reach.
pub(crate) const MAX_TABLE_LENGTH: usize = u32::MAX as usize - (1 << 16);
