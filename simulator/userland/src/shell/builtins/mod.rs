//! Commands the shell runs itself.

mod alias;
mod cd;
mod echo;
mod export;
mod flow;
mod getopts;
mod jobs;
mod kill;
mod number_text;
mod printf;
mod read;
mod set;
mod test;
mod trap;
mod type_of;
mod ulimit;
mod umask;
mod wait;

use bytes::Bytes;

use super::machine::{Flags, Machine, Unwind};

/// A builtin command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Builtin {
    Dot,
    Colon,
    Test,
    DoubleBracket,
    Alias,
    Bg,
    Break,
    Cd,
    Command,
    Continue,
    Echo,
    Eval,
    Exec,
    Exit,
    Export,
    False,
    Fg,
    Getopts,
    Hash,
    Jobs,
    Kill,
    Let,
    Local,
    Printf,
    Pwd,
    Read,
    Readonly,
    Return,
    Set,
    Shift,
    Times,
    Trap,
    True,
    Type,
    Ulimit,
    Umask,
    Unalias,
    Unset,
    Wait,
}

use Builtin as B;

/// The names of all builtins, sorted.
pub(crate) const NAMES: [&str; 42] = [
    ".", ":", "[", "[[", "alias", "bg", "break", "cd", "chdir", "command", "continue", "echo",
    "eval", "exec", "exit", "export", "false", "fg", "getopts", "hash", "jobs", "kill", "let",
    "local", "printf", "pwd", "read", "readonly", "return", "set", "shift", "source", "test",
    "times", "trap", "true", "type", "ulimit", "umask", "unalias", "unset", "wait",
];

impl Builtin {
    pub(crate) fn find(name: &[u8]) -> Option<Self> {
        Some(match name {
            b"." | b"source" => B::Dot,
            b":" => B::Colon,
            b"[" | b"test" => B::Test,
            b"[[" => B::DoubleBracket,
            b"alias" => B::Alias,
            b"bg" => B::Bg,
            b"break" => B::Break,
            b"cd" | b"chdir" => B::Cd,
            b"command" => B::Command,
            b"continue" => B::Continue,
            b"echo" => B::Echo,
            b"eval" => B::Eval,
            b"exec" => B::Exec,
            b"exit" => B::Exit,
            b"export" => B::Export,
            b"false" => B::False,
            b"fg" => B::Fg,
            b"getopts" => B::Getopts,
            b"hash" => B::Hash,
            b"jobs" => B::Jobs,
            b"kill" => B::Kill,
            b"let" => B::Let,
            b"local" => B::Local,
            b"printf" => B::Printf,
            b"pwd" => B::Pwd,
            b"read" => B::Read,
            b"readonly" => B::Readonly,
            b"return" => B::Return,
            b"set" => B::Set,
            b"shift" => B::Shift,
            b"times" => B::Times,
            b"trap" => B::Trap,
            b"true" => B::True,
            b"type" => B::Type,
            b"ulimit" => B::Ulimit,
            b"umask" => B::Umask,
            b"unalias" => B::Unalias,
            b"unset" => B::Unset,
            b"wait" => B::Wait,
            _ => return None,
        })
    }

    /// Special builtins: assignments before them stay, their errors end a script.
    pub(crate) fn is_special(self) -> bool {
        matches!(
            self,
            B::Dot
                | B::Colon
                | B::Break
                | B::Continue
                | B::Eval
                | B::Exec
                | B::Exit
                | B::Export
                | B::Local
                | B::Readonly
                | B::Return
                | B::Set
                | B::Shift
                | B::Times
                | B::Trap
                | B::Unset
        )
    }
}

/// Whether arguments of the form `name=value` of this command are expanded like assignments.
pub(crate) fn declares_variables(name: &[u8]) -> bool {
    matches!(name, b"export" | b"readonly" | b"local")
}

/// How a builtin ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ran {
    Status(u8),
    /// It left frames that go on and set the status.
    Entered,
    /// `exec` without a command.
    KeepRedirections,
}

/// Runs a builtin. What it prints is in `machine.out` afterwards.
///
/// # Errors
/// The frames around it are to be left.
pub(crate) async fn run(
    machine: &mut Machine,
    builtin: Builtin,
    arguments: &[Bytes],
    flags: Flags,
    outer_name: Option<Bytes>,
) -> Result<Ran, Unwind> {
    let status = match builtin {
        B::Colon | B::True => 0,
        B::False => 1,
        B::Dot => return Box::pin(flow::dot(machine, arguments, flags, outer_name)).await,
        B::Eval => return Ok(flow::eval(machine, arguments, flags, outer_name)),
        B::Exec => return Box::pin(flow::exec(machine, arguments)).await,
        B::Command => Box::pin(type_of::command(machine, arguments)).await?,
        B::Break | B::Continue => flow::leave_loops(machine, arguments, builtin == B::Break)?,
        B::Return => return Err(flow::return_(machine, arguments)?),
        B::Exit => return Err(flow::exit(machine, arguments)?),
        B::Shift => flow::shift(machine, arguments)?,
        B::Test => test::test(machine, arguments),
        B::DoubleBracket => Box::pin(test::double_bracket(machine, arguments)).await,
        B::Echo => echo::echo(machine, arguments),
        B::Printf => Box::pin(printf::printf(machine, arguments)).await,
        B::Alias => alias::alias(machine, arguments),
        B::Unalias => alias::unalias(machine, arguments),
        B::Cd => cd::cd(machine, arguments)?,
        B::Pwd => cd::pwd(machine, arguments)?,
        B::Export => export::export(machine, arguments)?,
        B::Readonly => export::readonly(machine, arguments)?,
        B::Local => export::local(machine, arguments)?,
        B::Unset => export::unset(machine, arguments)?,
        B::Set => set::set(machine, arguments)?,
        B::Getopts => getopts::getopts(machine, arguments)?,
        B::Hash => Box::pin(type_of::hash(machine, arguments)).await?,
        B::Type => Box::pin(type_of::type_of(machine, arguments)).await,
        B::Let => flow::let_(machine, arguments)?,
        B::Read => Box::pin(read::read(machine, arguments)).await?,
        B::Trap => trap::trap(machine, arguments)?,
        B::Kill => Box::pin(kill::kill(machine, arguments)).await?,
        B::Wait => Box::pin(wait::wait(machine, arguments)).await?,
        B::Jobs => Box::pin(jobs::jobs(machine, arguments)).await?,
        B::Fg => Box::pin(jobs::fg(machine, arguments)).await?,
        B::Bg => jobs::bg(machine, arguments)?,
        B::Times => umask::times(machine),
        B::Ulimit => ulimit::ulimit(machine, arguments),
        B::Umask => umask::umask(machine, arguments)?,
    };
    Ok(Ran::Status(status))
}

/// The number an argument is: digits only; what is too long loses its high bits, as in C.
///
/// # Errors
/// `Illegal number`.
fn number(machine: &mut Machine, text: &[u8]) -> Result<i32, Unwind> {
    if text.is_empty() || !text.iter().all(u8::is_ascii_digit) {
        return Err(machine.fail_bytes(&[b"Illegal number: ", text].concat()));
    }
    let digits = std::str::from_utf8(text).unwrap_or_default();
    let number: i64 = digits.parse().unwrap_or(i64::MAX);
    let low = number.to_le_bytes();
    Ok(i32::from_le_bytes([low[0], low[1], low[2], low[3]]))
}

/// Splits leading options of one letter each; `allowed` names the letters.
///
/// # Errors
/// `illegal option`.
fn options<'a>(
    machine: &mut Machine,
    arguments: &'a [Bytes],
    allowed: &[u8],
) -> Result<(Vec<u8>, &'a [Bytes]), Unwind> {
    let mut letters = Vec::new();
    let mut rest = arguments.get(1..).unwrap_or(&[]);
    while let Some((first, behind)) = rest.split_first() {
        if first == "--" {
            rest = behind;
            break;
        }
        let Some(group) = first.strip_prefix(b"-").filter(|group| !group.is_empty()) else {
            break;
        };
        for letter in group {
            if !allowed.contains(letter) {
                let text = format!("illegal option -{}", char::from(*letter));
                return Err(machine.fail(&text));
            }
            letters.push(*letter);
        }
        rest = behind;
    }
    Ok((letters, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_builtin() {
        assert!(NAMES.is_sorted());
        for name in NAMES {
            assert!(Builtin::find(name.as_bytes()).is_some(), "{name}");
        }
    }
}
