//! From tokens to code, in one pass: rules, statements and functions. Nesting is limited, so the native stack is safe.

mod expression;

use super::code::{ArrayName, Function, Op, Program, Redirect, SPECIAL, Target};
use super::token::{Keyword, Lexer, SyntaxError, Token};
use super::value::Value;
use std::collections::HashMap;

/// Deepest nesting of statements and expressions.
const DEPTH_MAX: usize = 200;
/// Most instructions.
const OPS_MAX: usize = 1_000_000;

type Parsed<T> = Result<T, SyntaxError>;

/// Compiles a program; the error comes with its line.
pub(super) fn compile(source: &[u8]) -> Result<Program, (SyntaxError, usize)> {
    let mut parser = Parser::new(source);
    match parser.program() {
        Ok(()) => Ok(parser.program),
        Err(error) => Err((error, parser.lexer.line)),
    }
}

/// A loop that is being read: jumps to be given their targets.
#[derive(Default)]
struct Loop {
    breaks: Vec<usize>,
    continues: Vec<usize>,
}

/// Rules of one kind, each ending in a jump to the next.
#[derive(Default)]
struct Section {
    starts: Vec<usize>,
    exits: Vec<usize>,
}

struct Parser<'t> {
    lexer: Lexer<'t>,
    token: Token,
    program: Program,
    functions: HashMap<String, usize>,
    /// Parameters of the function that is being read.
    locals: Option<HashMap<String, usize>>,
    loops: Vec<Loop>,
    depth: usize,
    /// In a print statement outside of parentheses, where > is a redirection.
    prints: bool,
}

impl<'t> Parser<'t> {
    fn new(source: &'t [u8]) -> Self {
        let mut program = Program::default();
        for (number, name) in SPECIAL.iter().enumerate() {
            program.globals.insert((*name).to_owned(), number);
        }
        Self {
            lexer: Lexer::new(source),
            token: Token::Newline,
            program,
            functions: HashMap::new(),
            locals: None,
            loops: Vec::new(),
            depth: 0,
            prints: false,
        }
    }

    fn advance(&mut self) -> Parsed<Token> {
        let next = self.lexer.next()?;
        Ok(std::mem::replace(&mut self.token, next))
    }

    /// The token behind the present one.
    fn peek(&self) -> Parsed<Token> {
        self.lexer.clone().next()
    }

    fn is(&self, sign: &str) -> bool {
        matches!(&self.token, Token::Sign(present) if *present == sign)
    }

    fn is_keyword(&self, keyword: Keyword) -> bool {
        self.token == Token::Keyword(keyword)
    }

    fn eat(&mut self, sign: &str) -> Parsed<bool> {
        let found = self.is(sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, sign: &str) -> Parsed<()> {
        if self.eat(sign)? {
            Ok(())
        } else {
            Err(SyntaxError::UnexpectedToken)
        }
    }

    fn skip_newlines(&mut self) -> Parsed<()> {
        while self.token == Token::Newline {
            self.advance()?;
        }
        Ok(())
    }

    fn skip_terminators(&mut self) -> Parsed<()> {
        while self.token == Token::Newline || self.is(";") {
            self.advance()?;
        }
        Ok(())
    }

    /// Counts a level of nesting.
    fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.depth >= DEPTH_MAX {
            return Err(SyntaxError::TooComplex);
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }

    fn here(&self) -> usize {
        self.program.ops.len()
    }

    fn emit(&mut self, op: Op) -> Parsed<usize> {
        if self.here() >= OPS_MAX {
            return Err(SyntaxError::TooComplex);
        }
        self.program.ops.push(op);
        self.program.lines.push(self.lexer.line as u32);
        Ok(self.here() - 1)
    }

    fn constant(&mut self, value: Value) -> Parsed<usize> {
        self.program.constants.push(value);
        let number = self.program.constants.len() - 1;
        self.emit(Op::Constant(number))
    }

    /// Lets a jump lead to the next instruction.
    fn patch(&mut self, jump: usize) {
        let target = self.here();
        self.patch_to(jump, target);
    }

    fn patch_to(&mut self, jump: usize, target: usize) {
        match &mut self.program.ops[jump] {
            Op::Jump(to) | Op::JumpIfFalse(to) | Op::JumpIfTrue(to) | Op::EachNext(to) => {
                *to = target;
            }
            _ => debug_assert!(false, "only jumps are patched"),
        }
    }

    fn global(&mut self, name: &str) -> usize {
        let globals = &mut self.program.globals;
        let next = globals.len();
        *globals.entry(name.to_owned()).or_insert(next)
    }

    fn array(&mut self, name: &str) -> ArrayName {
        match self.locals.as_ref().and_then(|locals| locals.get(name)) {
            Some(local) => ArrayName::Local(*local),
            None => ArrayName::Global(self.global(name)),
        }
    }

    fn variable(&mut self, name: &str) -> Target {
        match self.array(name) {
            ArrayName::Local(local) => Target::Local(local),
            ArrayName::Global(global) => Target::Global(global),
        }
    }

    fn function(&mut self, name: &str) -> usize {
        let next = self.functions.len();
        let number = *self.functions.entry(name.to_owned()).or_insert(next);
        if number == self.program.functions.len() {
            self.program.functions.push(Function::default());
        }
        number
    }

    fn program(&mut self) -> Parsed<()> {
        let mut sections: [Section; 3] = Default::default();
        self.skip_newlines()?;
        while self.token != Token::End {
            let (kind, start) = match &self.token {
                Token::Keyword(Keyword::Function) => {
                    self.function_definition()?;
                    self.skip_terminators()?;
                    continue;
                }
                Token::Keyword(Keyword::Begin) => (0, self.here()),
                Token::Keyword(Keyword::EndRule) => (2, self.here()),
                _ => (1, self.here()),
            };
            if kind == 1 {
                self.rule()?;
            } else {
                self.advance()?;
                self.skip_newlines()?;
                self.block()?;
            }
            let exit = self.emit(Op::Jump(0))?;
            sections[kind].starts.push(start);
            sections[kind].exits.push(exit);
            self.skip_terminators()?;
        }
        self.program.reads_input =
            !(sections[1].starts.is_empty() && sections[2].starts.is_empty());
        let end = self.emit(Op::End)?;
        let mut entries = [end; 3];
        for (section, entry) in sections.iter().zip(&mut entries) {
            *entry = section.starts.first().copied().unwrap_or(end);
            for (index, exit) in section.exits.iter().enumerate() {
                let next = section.starts.get(index + 1).copied().unwrap_or(end);
                self.patch_to(*exit, next);
            }
        }
        [self.program.begin, self.program.main, self.program.end] = entries;
        if self
            .program
            .functions
            .iter()
            .any(|function| function.start.is_none())
        {
            return Err(SyntaxError::UndefinedFunction);
        }
        Ok(())
    }

    /// A pattern, a range of two, or none; and an action or none.
    fn rule(&mut self) -> Parsed<()> {
        let mut skip = None;
        if !self.is("{") {
            let gate = self.emit(Op::Jump(0))?;
            self.patch(gate);
            self.expression()?;
            skip = Some(self.emit(Op::JumpIfFalse(0))?);
            if self.eat(",")? {
                let range = self.program.ranges;
                self.program.ranges += 1;
                self.emit(Op::RangeSet(range, true))?;
                // While the range is open its first pattern is not looked at.
                self.program.ops[gate] = Op::RangeGate(range, self.here());
                self.skip_newlines()?;
                self.expression()?;
                let stays_open = self.emit(Op::JumpIfFalse(0))?;
                self.emit(Op::RangeSet(range, false))?;
                self.patch(stays_open);
            }
        }
        if self.is("{") {
            self.block()?;
        } else {
            self.emit(Op::Print(0, Redirect::None))?;
        }
        if let Some(skip) = skip {
            self.patch(skip);
        }
        Ok(())
    }

    fn function_definition(&mut self) -> Parsed<()> {
        self.advance()?;
        let (Token::Call(name) | Token::Name(name)) = self.advance()? else {
            return Err(SyntaxError::UnexpectedToken);
        };
        let number = self.function(&name);
        if self.program.functions[number].start.is_some() {
            return Err(SyntaxError::UnexpectedToken);
        }
        self.expect("(")?;
        let mut locals = HashMap::new();
        self.skip_newlines()?;
        while !self.eat(")")? {
            let Token::Name(parameter) = self.advance()? else {
                return Err(SyntaxError::UnexpectedToken);
            };
            let place = locals.len();
            locals.insert(parameter, place);
            self.skip_newlines()?;
            if !self.is(")") {
                self.expect(",")?;
                self.skip_newlines()?;
            }
        }
        let parameters = locals.len();
        self.locals = Some(locals);
        self.program.functions[number] = Function {
            start: Some(self.here()),
            parameters,
        };
        self.skip_newlines()?;
        self.block()?;
        self.constant(Value::Unset)?;
        self.emit(Op::Return)?;
        self.locals = None;
        Ok(())
    }

    fn block(&mut self) -> Parsed<()> {
        self.expect("{")?;
        self.skip_terminators()?;
        while !self.is("}") {
            if self.token == Token::End {
                return Err(SyntaxError::UnexpectedToken);
            }
            self.statement()?;
            self.skip_terminators()?;
        }
        self.advance()?;
        Ok(())
    }

    fn statement(&mut self) -> Parsed<()> {
        self.nested(|parser| match &parser.token {
            Token::Sign("{") => parser.block(),
            Token::Sign(";") => parser.terminator(),
            Token::Keyword(keyword) => {
                let keyword = *keyword;
                parser.keyword_statement(keyword)
            }
            _ => {
                parser.simple_statement()?;
                parser.terminator()
            }
        })
    }

    /// What ends a simple statement.
    fn terminator(&mut self) -> Parsed<()> {
        match &self.token {
            Token::Newline | Token::Sign(";") => {
                self.advance()?;
                Ok(())
            }
            Token::Sign("}") | Token::End => Ok(()),
            _ => Err(SyntaxError::UnexpectedToken),
        }
    }

    fn at_terminator(&self) -> bool {
        matches!(
            self.token,
            Token::Newline | Token::Sign(";" | "}") | Token::End
        )
    }

    fn simple_statement(&mut self) -> Parsed<()> {
        match self.token {
            Token::Keyword(Keyword::Print | Keyword::Printf) => self.print(),
            Token::Keyword(Keyword::Delete) => self.delete(),
            _ => {
                self.expression()?;
                self.emit(Op::Pop)?;
                Ok(())
            }
        }
    }

    fn keyword_statement(&mut self, keyword: Keyword) -> Parsed<()> {
        match keyword {
            Keyword::If => return self.if_statement(),
            Keyword::While => return self.while_statement(),
            Keyword::Do => return self.do_statement(),
            Keyword::For => return self.for_statement(),
            Keyword::Getline | Keyword::Print | Keyword::Printf | Keyword::Delete => {
                self.simple_statement()?;
                return self.terminator();
            }
            _ => {}
        }
        self.advance()?;
        match keyword {
            Keyword::Break | Keyword::Continue => {
                let jump = self.emit(Op::Jump(0))?;
                let is_break = keyword == Keyword::Break;
                let open = self.loops.last_mut().ok_or(if is_break {
                    SyntaxError::BreakOutsideLoop
                } else {
                    SyntaxError::ContinueOutsideLoop
                })?;
                if is_break {
                    open.breaks.push(jump);
                } else {
                    open.continues.push(jump);
                }
            }
            Keyword::Next => {
                self.emit(Op::Next)?;
            }
            Keyword::NextFile => {
                self.emit(Op::NextFile)?;
            }
            Keyword::Exit => {
                let with_status = !self.at_terminator();
                if with_status {
                    self.expression()?;
                }
                self.emit(Op::Exit(with_status))?;
            }
            Keyword::Return => {
                if self.at_terminator() {
                    self.constant(Value::Unset)?;
                } else {
                    self.expression()?;
                }
                self.emit(Op::Return)?;
            }
            _ => return Err(SyntaxError::UnexpectedToken),
        }
        self.terminator()
    }

    /// `( CONDITION )`
    fn condition(&mut self) -> Parsed<()> {
        self.expect("(")?;
        self.expression()?;
        self.skip_newlines()?;
        self.expect(")")
    }

    fn if_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        self.condition()?;
        let skip = self.emit(Op::JumpIfFalse(0))?;
        self.skip_newlines()?;
        self.statement()?;
        self.skip_terminators_before_else()?;
        if !self.is_keyword(Keyword::Else) {
            self.patch(skip);
            return Ok(());
        }
        self.advance()?;
        self.skip_newlines()?;
        let done = self.emit(Op::Jump(0))?;
        self.patch(skip);
        self.statement()?;
        self.patch(done);
        Ok(())
    }

    /// Newlines and semicolons may stand between a branch and its `else`.
    fn skip_terminators_before_else(&mut self) -> Parsed<()> {
        let mut ahead = self.lexer.clone();
        let mut token = self.token.clone();
        while matches!(token, Token::Newline | Token::Sign(";")) {
            // What cannot be read is told when its turn comes.
            let Ok(next) = ahead.next() else {
                return Ok(());
            };
            token = next;
        }
        if token == Token::Keyword(Keyword::Else) {
            self.skip_terminators()?;
        }
        Ok(())
    }

    fn while_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        let start = self.here();
        self.condition()?;
        let exit = self.emit(Op::JumpIfFalse(0))?;
        self.loop_body()?;
        self.emit(Op::Jump(start))?;
        self.patch(exit);
        self.end_loop(start);
        Ok(())
    }

    fn loop_body(&mut self) -> Parsed<()> {
        self.loops.push(Loop::default());
        if self.is(";") {
            self.advance()?;
            return Ok(());
        }
        self.skip_newlines()?;
        self.statement()
    }

    /// Breaks lead to the next instruction.
    fn end_loop(&mut self, continue_at: usize) {
        let ended = self.loops.pop().unwrap_or_default();
        for jump in ended.breaks {
            self.patch(jump);
        }
        for jump in ended.continues {
            self.patch_to(jump, continue_at);
        }
    }

    fn do_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        let start = self.here();
        self.loop_body()?;
        self.skip_terminators()?;
        if !self.is_keyword(Keyword::While) {
            return Err(SyntaxError::UnexpectedToken);
        }
        self.advance()?;
        let again = self.here();
        self.condition()?;
        self.emit(Op::JumpIfTrue(start))?;
        self.end_loop(again);
        self.terminator()
    }

    fn for_statement(&mut self) -> Parsed<()> {
        self.advance()?;
        self.expect("(")?;
        if let Token::Name(name) = &self.token
            && self.peek()? == Token::Keyword(Keyword::In)
        {
            let name = name.clone();
            if self.for_each(&name)? {
                return Ok(());
            }
        }
        if !self.is(";") {
            self.simple_statement()?;
        }
        self.expect(";")?;
        self.skip_newlines()?;
        let start = self.here();
        let mut exit = None;
        if !self.is(";") {
            self.expression()?;
            exit = Some(self.emit(Op::JumpIfFalse(0))?);
        }
        self.expect(";")?;
        self.skip_newlines()?;
        let to_body = self.emit(Op::Jump(0))?;
        let step = self.here();
        if !self.is(")") {
            self.simple_statement()?;
        }
        self.emit(Op::Jump(start))?;
        self.expect(")")?;
        self.patch(to_body);
        self.loop_body()?;
        self.emit(Op::Jump(step))?;
        if let Some(exit) = exit {
            self.patch(exit);
        }
        self.end_loop(step);
        Ok(())
    }

    /// `for (NAME in ARRAY)`; false when it is another kind of for, and nothing was read.
    fn for_each(&mut self, name: &str) -> Parsed<bool> {
        let mut ahead = self.lexer.clone();
        ahead.next()?;
        let Token::Name(array) = ahead.next()? else {
            return Ok(false);
        };
        if ahead.next()? != Token::Sign(")") {
            return Ok(false);
        }
        for _ in 0..4 {
            self.advance()?;
        }
        let array = self.array(&array);
        let target = self.variable(name);
        self.emit(Op::EachStart(array))?;
        let start = self.emit(Op::EachNext(0))?;
        self.emit(Op::Store(target))?;
        self.emit(Op::Pop)?;
        self.loop_body()?;
        self.emit(Op::Jump(start))?;
        self.patch(start);
        self.end_loop(start);
        self.emit(Op::EachEnd)?;
        Ok(true)
    }

    fn delete(&mut self) -> Parsed<()> {
        self.advance()?;
        let Token::Name(name) = self.advance()? else {
            return Err(SyntaxError::UnexpectedToken);
        };
        let array = self.array(&name);
        if self.eat("[")? {
            self.subscript()?;
            self.emit(Op::Delete(array))?;
        } else {
            self.emit(Op::DeleteAll(array))?;
        }
        Ok(())
    }

    fn print(&mut self) -> Parsed<()> {
        let formatted = self.advance()? == Token::Keyword(Keyword::Printf);
        let outer = std::mem::replace(&mut self.prints, true);
        let mut count = 0;
        if !self.at_terminator() && !self.is(">") && !self.is(">>") && !self.is("|") {
            count = self.printed()?;
            while count > 0 && self.eat(",")? {
                self.skip_newlines()?;
                self.expression()?;
                count += 1;
            }
        }
        let redirect = match &self.token {
            Token::Sign(">") => Redirect::File,
            Token::Sign(">>") => Redirect::Append,
            Token::Sign("|") => Redirect::Pipe,
            _ => Redirect::None,
        };
        if redirect != Redirect::None {
            self.advance()?;
            self.concatenation()?;
        }
        self.prints = outer;
        if formatted && count == 0 {
            return Err(SyntaxError::TooFewArguments);
        }
        self.emit(if formatted {
            Op::Printf(count, redirect)
        } else {
            Op::Print(count, redirect)
        })?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(source: &str) -> Option<SyntaxError> {
        compile(source.as_bytes()).err().map(|(error, _)| error)
    }

    #[test]
    fn programs_are_accepted() {
        for source in [
            "",
            "1",
            "BEGIN{print 1}\n# c\nEND{print 2}",
            "NR==1,/x/{print $1; next}",
            "{ if (a) print \"x\"; else { print \"y\" } }",
            "BEGIN { if (1)\nprint 1\nelse\nprint 2\n}",
            "function f(a, b) { return a[1] + b } { print f(x, 2) > \"out\" }",
            "BEGIN { for (k in a) for (;;) break; do i++; while (i < 3); delete a[1,2]; delete a }",
            "BEGIN { while ((getline line < \"f\") > 0) n++; \"cmd\" | getline; print (1,2) in a }",
            "BEGIN { print(1,2) > \"x\"; print (1)(2); printf \"%s\", a ? b : c }",
            "{ $3++; $(1+1) = \"z\"; x[$1] += $2; !a || b && c ~ /re/ }",
        ] {
            assert_eq!(fault(source), None, "{source}");
        }
    }

    #[test]
    fn faults_are_named() {
        for (source, expected) in [
            ("BEGIN{print 1", SyntaxError::UnexpectedToken),
            ("BEGIN{print 1 +}", SyntaxError::UnexpectedToken),
            ("}", SyntaxError::UnexpectedToken),
            ("BEGIN{foo(1)}", SyntaxError::UndefinedFunction),
            ("BEGIN{break}", SyntaxError::BreakOutsideLoop),
            ("BEGIN{print \"x}", SyntaxError::UnexpectedEnd),
            ("BEGIN{1 = 2}", SyntaxError::UnexpectedToken),
        ] {
            assert_eq!(fault(source), Some(expected), "{source}");
        }
        for deep in ["(", "!", "-", "{", "a[", "$", "x = "] {
            let source = format!("BEGIN{{{}", deep.repeat(100_000));
            assert_eq!(fault(&source), Some(SyntaxError::TooComplex), "{deep}");
        }
    }
}
