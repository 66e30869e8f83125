//! The constructs of the shell that scripts are made of, counted to show that each is tried often enough.

use std::collections::{BTreeMap, BTreeSet};

macro_rules! constructs {
    ($($name:ident $text:literal,)*) => {
        /// Something the shell can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Construct {
            $($name,)*
        }

        impl Construct {
            pub(crate) const ALL: &[Self] = &[$(Self::$name,)*];

            pub(crate) fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }
        }
    };
}

constructs! {
    SingleQuotes "single quotes",
    DoubleQuotes "double quotes",
    Backslash "backslash",
    DollarQuotes "$'...'",
    Comment "comment",
    Continuation "line continuation",
    RawByte "byte that is no UTF-8",
    Parameter "$name and ${name}",
    Positional "positional parameter",
    SpecialParameter "special parameter",
    Default "${name-word}",
    AssignDefault "${name=word}",
    ErrorIfUnset "${name?word}",
    Alternative "${name+word}",
    Length "${#name}",
    RemovePrefix "${name#pattern}",
    RemoveSuffix "${name%pattern}",
    Substring "${name:offset:length}",
    Replace "${name/pattern/text}",
    BadSubstitution "bad substitution",
    Arithmetic "$((...))",
    ArithmeticAssignment "assignment in arithmetic",
    CommandSubstitution "$(...)",
    Backquotes "`...`",
    Tilde "tilde",
    FieldSplitting "field splitting with IFS",
    Globbing "globbing",
    Braces "braces that stay",
    Output ">",
    Append ">>",
    Input "<",
    ReadWrite "<>",
    Clobber ">|",
    BothOutputs "&>",
    Duplicate "duplicated descriptor",
    CloseDescriptor "closed descriptor",
    HereDocument "here-document",
    QuotedHereDocument "quoted here-document",
    TabHereDocument "<<-",
    Pipeline "pipeline",
    NegatedPipeline "!",
    AndOr "&& and ||",
    Subshell "( )",
    Group "{ }",
    Function "function",
    Return "return",
    If "if",
    While "while",
    Until "until",
    For "for",
    BreakContinue "break and continue",
    Case "case",
    ErrExit "set -e",
    NoUnset "set -u",
    XTrace "set -x",
    PipeFail "set -o pipefail",
    NoGlob "set -f",
    NoClobber "set -C",
    OtherOptions "other options",
    SetParameters "set and shift",
    ExitTrap "trap EXIT",
    SignalTrap "trap of a signal",
    DelayedTrap "trap delayed by a child",
    Background "&",
    Wait "wait",
    InterruptedWait "wait interrupted by a trap",
    Jobs "jobs",
    Kill "kill",
    Read "read",
    Getopts "getopts",
    Local "local",
    Eval "eval",
    Exec "exec",
    Dot ".",
    Alias "alias",
    Test "test and [",
    DoubleBracket "[[",
    Echo "echo",
    Printf "printf",
    Command "command",
    Type "type",
    Hash "hash",
    Ulimit "ulimit",
    Umask "umask",
    Times "times",
    Export "export",
    ReadOnly "readonly",
    Unset "unset",
    ChangeDirectory "cd and pwd",
    Let "let",
    Exit "exit",
    TemporaryAssignment "assignment before a command",
    Precedence "functions, builtins, PATH",
    Program "program on PATH",
    NotFound "command that is not there",
    ShellProcess "script of another shell",
    SyntaxError "syntax error",
}

/// In how many scripts each construct was.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    scripts: usize,
    counts: BTreeMap<Construct, usize>,
}

impl Tally {
    pub(crate) fn add(&mut self, constructs: &BTreeSet<Construct>) {
        self.scripts += 1;
        for construct in constructs {
            *self.counts.entry(*construct).or_default() += 1;
        }
    }

    /// Every construct with the percentage of scripts it was in.
    pub(crate) fn percentages(&self) -> impl Iterator<Item = (Construct, f64)> {
        let scripts = self.scripts.max(1) as f64;
        Construct::ALL.iter().map(move |construct| {
            let count = self.counts.get(construct).copied().unwrap_or(0);
            (*construct, 100.0 * count as f64 / scripts)
        })
    }
}
