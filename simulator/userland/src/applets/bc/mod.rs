//! bc.

mod code;
mod compiler;
mod expression;
mod library;
mod machine;
mod token;
mod variables;

pub(super) use machine::{input_base, output_base, scale};

use super::context::{Context, Fail, Outcome};
use compiler::{Compiler, Program, Unit};
use machine::{Machine, Ran};
use token::{Strictness, Tokens};

/// Characters of a line of output, with the backslash of a break, and the newline.
const LINE_LENGTH: usize = 70;

/// The length of lines that an environment variable asks for; `None`: they are not broken.
pub(super) fn line_length(cx: &Context<'_>, variable: &str) -> Option<usize> {
    let text = cx.variable(variable);
    let text = text.and_then(|text| String::from_utf8(text.to_vec()).ok());
    match text.and_then(|text| text.parse::<u16>().ok()) {
        None => Some(LINE_LENGTH),
        Some(0..=2) => None,
        Some(length) => Some(length.into()),
    }
}

/// Computes what files and standard input say.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("wvsqli")?;
    if options.has(b'v') {
        cx.out.write("bc 1.35.0\n").await?;
        return Ok(0);
    }
    let strictness = match options.last_of(b"sw") {
        Some(b's') => Strictness::Refuse,
        Some(_) => Strictness::Warn,
        None => Strictness::Extended,
    };
    let width = line_length(cx, "BC_LINE_LENGTH");
    let is_terminal = cx.sys.is_tty(0) && cx.sys.is_tty(1);
    let is_interactive = is_terminal || options.has(b'i');
    let files = options.operands.clone();
    let mut tokens = Tokens::new(files, options.has(b'l'), strictness);
    let mut program = Program::default();
    let mut machine = Machine::new(width.map(|width| width - 2));
    loop {
        match next(cx, &mut tokens, &mut program, &mut machine).await {
            Ok(Some(status)) => return Ok(status),
            Ok(None) => {}
            Err(Fail::Message(status, message)) => {
                let message = tokens.located(message);
                if !is_interactive {
                    return Err(Fail::Message(status, message));
                }
                cx.complain(message).await;
                machine.unwind();
                tokens.skip_line();
            }
            Err(fail) => return Err(fail),
        }
    }
}

/// Reads and runs a statement; the status when it was the last one.
async fn next<'a>(
    cx: &mut Context<'a>,
    tokens: &mut Tokens<'a>,
    program: &mut Program,
    machine: &mut Machine,
) -> Result<Option<u8>, Fail> {
    match Compiler::new(tokens, program).unit(cx).await? {
        Unit::Statement(code) => match machine.run(cx, tokens, program, code).await? {
            Ran::On => Ok(None),
            Ran::Halted => Ok(Some(0)),
        },
        Unit::Quit | Unit::End => Ok(Some(0)),
    }
}
