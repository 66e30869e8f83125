//! Statements and function definitions. What is open waits on a stack, so nesting costs no native stack.

use super::super::context::{Context, Fail, text};
use super::code::{Code, Function, Instruction, Local, LocalKind, Names};
use super::expression::BAD_TOKEN;
use super::token::{Token, Tokens};
use bytes::Bytes;
use std::sync::Arc;

const BAD_TERMINATOR: &str = "bad statement terminator";
const BAD_DEFINITION: &str = "bad function definition";

/// What is known of a program's names, and its functions by number.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) variables: Names,
    pub(super) arrays: Names,
    pub(super) functions: Names,
    pub(super) defined: Vec<Option<Arc<Function>>>,
}

/// What has been read.
pub(super) enum Unit {
    /// Instructions to run.
    Statement(Code),
    Quit,
    End,
}

/// A statement that others are part of.
enum Open {
    Block,
    /// The body of a function, and what was compiled before.
    Function {
        id: usize,
        function: Function,
    },
    /// Where the jump over it stands.
    Then(usize),
    Else(usize),
    Loop {
        /// Where the next round begins.
        next: usize,
        exit: Option<usize>,
        breaks: Vec<usize>,
    },
}

/// Makes code of tokens.
pub(super) struct Compiler<'m, 'a> {
    pub(super) tokens: &'m mut Tokens<'a>,
    pub(super) program: &'m mut Program,
    pub(super) code: Code,
    open: Vec<Open>,
    charge: crate::kernel::Charge,
}

/// What a simple statement is to who reads on.
enum Simple {
    Done,
    Quit,
}

impl<'m, 'a> Compiler<'m, 'a> {
    pub(super) fn new(tokens: &'m mut Tokens<'a>, program: &'m mut Program) -> Self {
        Self {
            tokens,
            program,
            code: Code::new(),
            open: Vec::new(),
            charge: crate::kernel::Charge::new(),
        }
    }

    pub(super) fn emit(&mut self, instruction: Instruction) {
        let bytes = match &instruction {
            Instruction::Number(text) | Instruction::Text(text) | Instruction::Escaped(text) => {
                text.len()
            }
            _ => 0,
        };
        self.code.push_owner(instruction, bytes);
    }

    /// Emits a jump whose target is set later.
    fn emit_jump(&mut self, make: fn(usize) -> Instruction) -> usize {
        self.emit(make(usize::MAX));
        self.code.len() - 1
    }

    /// The jump at `at` leads here.
    fn land(&mut self, at: usize) {
        let here = self.code.len();
        if let Some(Instruction::Jump(to) | Instruction::JumpIfZero(to)) = self.code.get_mut(at) {
            *to = here;
        }
    }

    fn push(&mut self, open: Open) {
        self.charge.reserve(&mut self.open, 1);
        self.open.push(open);
    }

    async fn skip_newlines(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        while self.tokens.current == Token::Newline {
            self.tokens.advance(cx).await?;
        }
        Ok(())
    }

    async fn expect(&mut self, cx: &mut Context<'a>, sign: &'static str) -> Result<(), Fail> {
        if self.tokens.current != Token::Sign(sign) {
            return Err(self.tokens.error_at(BAD_TOKEN));
        }
        self.tokens.advance(cx).await
    }

    /// Reads the next statement of the program. The token behind it is looked at only.
    pub(super) async fn unit(&mut self, cx: &mut Context<'a>) -> Result<Unit, Fail> {
        while matches!(self.tokens.current, Token::Newline | Token::Sign(";")) {
            self.tokens.advance(cx).await?;
        }
        if self.tokens.current == Token::End {
            return Ok(Unit::End);
        }
        loop {
            cx.sys.burn(100).await;
            let Some(is_complete) = self.statement(cx).await? else {
                return Ok(Unit::Quit);
            };
            if is_complete && self.complete(cx).await? {
                return Ok(Unit::Statement(std::mem::take(&mut self.code)));
            }
        }
    }

    /// The value of an expression alone, to return.
    pub(super) async fn only_expression(mut self, cx: &mut Context<'a>) -> Result<Code, Fail> {
        self.tokens.advance(cx).await?;
        self.expression(cx, false).await?;
        if !matches!(self.tokens.current, Token::Newline | Token::End) {
            return Err(self.tokens.error_at("bad read() expression"));
        }
        self.emit(Instruction::Return);
        Ok(self.code)
    }

    /// Reads a statement or the beginning of one: whether it is complete. `None`: the program ends here.
    async fn statement(&mut self, cx: &mut Context<'a>) -> Result<Option<bool>, Fail> {
        let in_block = matches!(self.open.last(), Some(Open::Block | Open::Function { .. }));
        match self.tokens.current.clone() {
            Token::Newline => self.tokens.advance(cx).await?,
            Token::Sign(";") if in_block => self.tokens.advance(cx).await?,
            Token::Sign(";") => return Ok(Some(true)),
            Token::Sign("{") => {
                self.push(Open::Block);
                self.tokens.advance(cx).await?;
            }
            Token::Sign("}") if in_block => {
                self.tokens.advance(cx).await?;
                if let Some(Open::Function { id, function }) = self.open.pop() {
                    self.define(id, function);
                }
                return Ok(Some(true));
            }
            Token::Keyword("if") => {
                self.tokens.advance(cx).await?;
                self.expect(cx, "(").await?;
                self.expression(cx, true).await?;
                self.expect(cx, ")").await?;
                let jump = self.emit_jump(Instruction::JumpIfZero);
                self.push(Open::Then(jump));
            }
            Token::Keyword("while") => {
                self.tokens.advance(cx).await?;
                self.expect(cx, "(").await?;
                let next = self.code.len();
                self.expression(cx, true).await?;
                self.expect(cx, ")").await?;
                let exit = self.emit_jump(Instruction::JumpIfZero);
                self.push(Open::Loop {
                    next,
                    exit: Some(exit),
                    breaks: Vec::new(),
                });
            }
            Token::Keyword("for") => self.for_loop(cx).await?,
            Token::Keyword("define") if self.open.is_empty() => {
                self.tokens.advance(cx).await?;
                self.definition(cx).await?;
            }
            _ => {
                return Ok(match self.simple(cx).await? {
                    Simple::Done => Some(true),
                    Simple::Quit => None,
                });
            }
        }
        Ok(Some(false))
    }

    /// A statement has ended, and with it those that it is the last part of: whether nothing is open any more.
    async fn complete(&mut self, cx: &mut Context<'a>) -> Result<bool, Fail> {
        loop {
            match self.open.last_mut() {
                None => {
                    let ends = matches!(
                        self.tokens.current,
                        Token::Newline | Token::Sign(";") | Token::End
                    );
                    return match ends {
                        true => Ok(true),
                        false => Err(self.tokens.error_at(BAD_TERMINATOR)),
                    };
                }
                Some(Open::Block | Open::Function { .. }) => {
                    return match self.tokens.current {
                        Token::Newline | Token::Sign(";" | "}") => Ok(false),
                        _ => Err(self.tokens.error_at(BAD_TERMINATOR)),
                    };
                }
                Some(Open::Then(jump)) => {
                    let jump = *jump;
                    self.open.pop();
                    if self.tokens.current == Token::Keyword("else") {
                        self.tokens.advance(cx).await?;
                        let over = self.emit_jump(Instruction::Jump);
                        self.land(jump);
                        self.push(Open::Else(over));
                        return Ok(false);
                    }
                    self.land(jump);
                }
                Some(Open::Else(jump)) => {
                    let jump = *jump;
                    self.open.pop();
                    self.land(jump);
                }
                Some(Open::Loop { next, exit, breaks }) => {
                    let (next, exit, breaks) = (*next, *exit, std::mem::take(breaks));
                    self.open.pop();
                    self.emit(Instruction::Jump(next));
                    for jump in breaks.into_iter().chain(exit) {
                        self.land(jump);
                    }
                }
            }
        }
    }

    async fn for_loop(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        self.tokens.advance(cx).await?;
        self.expect(cx, "(").await?;
        if self.tokens.current != Token::Sign(";") {
            self.expression(cx, false).await?;
            self.emit(Instruction::Drop);
        }
        self.expect(cx, ";").await?;
        let condition = self.code.len();
        let mut exit = None;
        if self.tokens.current != Token::Sign(";") {
            self.expression(cx, true).await?;
            exit = Some(self.emit_jump(Instruction::JumpIfZero));
        }
        self.expect(cx, ";").await?;
        let to_body = self.emit_jump(Instruction::Jump);
        let next = self.code.len();
        if self.tokens.current != Token::Sign(")") {
            self.expression(cx, false).await?;
            self.emit(Instruction::Drop);
        }
        self.expect(cx, ")").await?;
        self.emit(Instruction::Jump(condition));
        self.land(to_body);
        self.push(Open::Loop {
            next,
            exit,
            breaks: Vec::new(),
        });
        Ok(())
    }

    async fn simple(&mut self, cx: &mut Context<'a>) -> Result<Simple, Fail> {
        match self.tokens.current.clone() {
            Token::String(text) => {
                self.emit(Instruction::Text(text));
                self.tokens.advance(cx).await?;
            }
            Token::Keyword("print") => self.print(cx).await?,
            Token::Keyword("quit") => return Ok(Simple::Quit),
            Token::Keyword("halt") => {
                self.emit(Instruction::Halt);
                self.tokens.advance(cx).await?;
            }
            Token::Keyword("limits") => {
                self.emit(Instruction::Limits);
                self.tokens.advance(cx).await?;
            }
            Token::Keyword(keyword @ ("break" | "continue")) => {
                self.jump_out(keyword)?;
                self.tokens.advance(cx).await?;
            }
            Token::Keyword("return") => self.return_value(cx).await?,
            Token::Number(_)
            | Token::Name(_)
            | Token::Keyword("ibase" | "last" | "length" | "obase" | "read" | "scale" | "sqrt")
            | Token::Sign("(" | "-" | "!" | "++" | "--" | ".") => {
                let is_assignment = self.expression(cx, false).await?;
                self.emit(match is_assignment {
                    true => Instruction::Drop,
                    false => Instruction::Show,
                });
            }
            _ => return Err(self.tokens.error_at(BAD_TOKEN)),
        }
        Ok(Simple::Done)
    }

    async fn print(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        loop {
            self.tokens.advance(cx).await?;
            if let Token::String(text) = self.tokens.current.clone() {
                self.emit(Instruction::Escaped(text));
                self.tokens.advance(cx).await?;
            } else {
                self.expression(cx, false).await?;
                self.emit(Instruction::Print);
            }
            if self.tokens.current != Token::Sign(",") {
                return Ok(());
            }
        }
    }

    fn jump_out(&mut self, keyword: &str) -> Result<(), Fail> {
        let at = self.code.len();
        let mut loops = self.open.iter_mut().rev().filter_map(|open| match open {
            Open::Loop { next, breaks, .. } => Some((*next, breaks)),
            _ => None,
        });
        let Some((next, breaks)) = loops.next() else {
            return Err(self.tokens.error_at(BAD_TOKEN));
        };
        let to = match keyword {
            "continue" => next,
            _ => {
                breaks.push(at);
                usize::MAX
            }
        };
        self.charge.add(size_of::<usize>());
        self.emit(Instruction::Jump(to));
        Ok(())
    }

    async fn return_value(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        if !matches!(self.open.first(), Some(Open::Function { .. })) {
            return Err(Fail::new("'return' not in a function"));
        }
        self.tokens.advance(cx).await?;
        if matches!(
            self.tokens.current,
            Token::Newline | Token::Sign(";" | "}") | Token::End
        ) {
            self.emit(Instruction::Number("0".into()));
        } else {
            if self.tokens.current != Token::Sign("(") {
                let message = "requires parentheses around return expressions";
                self.tokens.extension(cx, message).await?;
            }
            self.expression(cx, false).await?;
        }
        self.emit(Instruction::Return);
        Ok(())
    }

    /// What stands between `define` and a function's first statement.
    async fn definition(&mut self, cx: &mut Context<'a>) -> Result<(), Fail> {
        let Token::Name(name) = self.tokens.current.clone() else {
            return Err(self.tokens.error_at(BAD_DEFINITION));
        };
        self.tokens.advance(cx).await?;
        if self.tokens.current != Token::Sign("(") {
            return Err(self.tokens.error_at(BAD_DEFINITION));
        }
        self.tokens.advance(cx).await?;
        let mut parameters = Vec::new();
        if self.tokens.current != Token::Sign(")") {
            self.locals(cx, &mut parameters, &[], BAD_DEFINITION)
                .await?;
        }
        if self.tokens.current != Token::Sign(")") {
            return Err(self.tokens.error_at(BAD_DEFINITION));
        }
        self.tokens.advance(cx).await?;
        if self.tokens.current == Token::Newline {
            self.tokens
                .extension(
                    cx,
                    "requires the left brace be on the same line as the function header",
                )
                .await?;
        }
        self.skip_newlines(cx).await?;
        if self.tokens.current != Token::Sign("{") {
            return Err(Fail::new("function { body } expected"));
        }
        self.tokens.advance(cx).await?;
        self.skip_newlines(cx).await?;
        let mut autos = Vec::new();
        if self.tokens.current == Token::Keyword("auto") {
            self.tokens.advance(cx).await?;
            self.locals(cx, &mut autos, &parameters, "bad 'auto' syntax")
                .await?;
        }
        let id = self.program.functions.id(&name);
        let function = Function {
            parameters,
            autos,
            code: Arc::default(),
        };
        self.push(Open::Function { id, function });
        Ok(())
    }

    /// A list of names of variables and, with brackets, arrays.
    async fn locals(
        &mut self,
        cx: &mut Context<'a>,
        locals: &mut Vec<Local>,
        others: &[Local],
        message: &str,
    ) -> Result<(), Fail> {
        loop {
            let is_reference = self.tokens.current == Token::Sign("*");
            if is_reference {
                self.tokens.advance(cx).await?;
            }
            let Token::Name(name) = self.tokens.current.clone() else {
                return Err(self.tokens.error_at(message));
            };
            self.tokens.advance(cx).await?;
            let is_array = self.tokens.current == Token::Sign("[");
            if is_array {
                self.tokens.advance(cx).await?;
                self.expect(cx, "]").await?;
            }
            let local = match (is_array, is_reference) {
                (true, true) => self.local_array(&name, LocalKind::Reference),
                (true, false) => self.local_array(&name, LocalKind::Array),
                (false, false) => Local {
                    name: self.program.variables.id(&name),
                    kind: LocalKind::Number,
                },
                (false, true) => return Err(Fail::new("vars can't be references")),
            };
            let is_same = |other: &Local| {
                let same_kind =
                    (other.kind == LocalKind::Number) == (local.kind == LocalKind::Number);
                other.name == local.name && same_kind
            };
            if locals.iter().chain(others).any(is_same) {
                return Err(Fail::new("duplicate function parameter or auto name"));
            }
            cx.sys.burn(20 + locals.len() as u64).await;
            self.charge.reserve(locals, 1);
            locals.push(local);
            if self.tokens.current != Token::Sign(",") {
                return Ok(());
            }
            self.tokens.advance(cx).await?;
        }
    }

    fn local_array(&mut self, name: &Bytes, kind: LocalKind) -> Local {
        Local {
            name: self.program.arrays.id(name),
            kind,
        }
    }

    /// The body of a function is complete.
    fn define(&mut self, id: usize, mut function: Function) {
        self.emit(Instruction::Number("0".into()));
        self.emit(Instruction::Return);
        function.code = Arc::new(std::mem::take(&mut self.code));
        if self.program.defined.len() <= id {
            self.program.defined.resize(id + 1, None);
        }
        self.program.defined[id] = Some(Arc::new(function));
    }
}

/// What `limits` writes.
pub(super) fn limits() -> Vec<u8> {
    text!(
        "BC_BASE_MAX     = 999\n",
        "BC_DIM_MAX      = 2147483647\n",
        "BC_SCALE_MAX    = 4294967295\n",
        "BC_STRING_MAX   = 4294967294\n",
        "MAX Exponent    = 999999999\n",
        "Number of vars  = 999999999\n",
    )
}
