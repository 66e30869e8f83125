//! Expressions.

use super::super::code::{Arithmetic, Comparison, Op, Source, Target};
use super::super::token::{Builtin, Keyword, SyntaxError, Token};
use super::super::value::Value;
use super::{Parsed, Parser};

/// What was read: its code may lack the last step.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Operand {
    /// The value is on the stack.
    Value,
    /// At most an index is on the stack.
    Target(Target),
    /// A regular expression literal, without code.
    Regex(usize),
    /// `(a, b)`: so many values are on the stack.
    Group(usize),
}

/// Precedences, lowest first.
const OR: u8 = 1;
const AND: u8 = 2;
const IN: u8 = 3;
const MATCH: u8 = 4;
const COMPARISON: u8 = 5;
const CONCATENATION: u8 = 6;
const SUM: u8 = 7;
const PRODUCT: u8 = 8;

impl Parser<'_> {
    /// An expression whose value is on the stack.
    pub(super) fn expression(&mut self) -> Parsed<()> {
        let operand = self.ternary()?;
        self.rvalue(operand)
    }

    /// What print begins with: an expression, or a list in parentheses; returns the number of values.
    pub(super) fn printed(&mut self) -> Parsed<usize> {
        match self.ternary()? {
            Operand::Group(count) => Ok(count),
            operand => {
                self.rvalue(operand)?;
                Ok(1)
            }
        }
    }

    /// The name of a redirection.
    pub(super) fn concatenation(&mut self) -> Parsed<()> {
        let operand = self.binary(CONCATENATION)?;
        self.rvalue(operand)
    }

    /// The indices up to `]` as one.
    pub(super) fn subscript(&mut self) -> Parsed<()> {
        let mut count = 1;
        self.unrestricted(Self::expression)?;
        while self.eat(",")? {
            self.unrestricted(Self::expression)?;
            count += 1;
        }
        if count > 1 {
            self.emit(Op::Join(count))?;
        }
        self.expect("]")
    }

    /// Inside of brackets > is a comparison again.
    fn unrestricted<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        let outer = std::mem::replace(&mut self.prints, false);
        let result = read(self);
        self.prints = outer;
        result
    }

    fn rvalue(&mut self, operand: Operand) -> Parsed<()> {
        match operand {
            Operand::Value => {}
            Operand::Target(target) => {
                self.emit(Op::Load(target))?;
            }
            Operand::Regex(number) => {
                self.emit(Op::MatchRecord(number))?;
            }
            Operand::Group(_) => return Err(SyntaxError::UnexpectedToken),
        }
        Ok(())
    }

    /// As a value, but a regular expression stays one.
    fn argument(&mut self) -> Parsed<()> {
        match self.ternary()? {
            Operand::Regex(number) => {
                self.constant(Value::Regex(number))?;
                Ok(())
            }
            operand => self.rvalue(operand),
        }
    }

    fn ternary(&mut self) -> Parsed<Operand> {
        self.nested(|parser| {
            let condition = parser.binary(OR)?;
            if !parser.is("?") {
                return Ok(condition);
            }
            parser.rvalue(condition)?;
            parser.advance()?;
            parser.skip_newlines()?;
            let otherwise = parser.emit(Op::JumpIfFalse(0))?;
            parser.expression()?;
            parser.skip_newlines()?;
            parser.expect(":")?;
            parser.skip_newlines()?;
            let done = parser.emit(Op::Jump(0))?;
            parser.patch(otherwise);
            parser.expression()?;
            parser.patch(done);
            Ok(Operand::Value)
        })
    }

    /// Operators of at least this precedence.
    fn binary(&mut self, least: u8) -> Parsed<Operand> {
        let mut left = self.unary()?;
        loop {
            let Some((precedence, sign)) = self.operator()? else {
                return Ok(left);
            };
            if precedence < least {
                return Ok(left);
            }
            left = self.operation(left, precedence, sign)?;
        }
    }

    /// The operator that the present token is.
    fn operator(&self) -> Parsed<Option<(u8, &'static str)>> {
        Ok(match &self.token {
            Token::Sign(sign) => match *sign {
                "||" => Some((OR, "||")),
                "&&" => Some((AND, "&&")),
                "~" | "!~" => Some((MATCH, sign)),
                ">" if self.prints => None,
                // As the original: the redirection is seen first.
                ">=" if self.prints => return Err(SyntaxError::UnexpectedToken),
                "<" | "<=" | "==" | "!=" | ">" | ">=" => Some((COMPARISON, sign)),
                "|" if self.peek()? == Token::Keyword(Keyword::Getline) => Some((COMPARISON, sign)),
                "+" | "-" => Some((SUM, sign)),
                "*" | "/" | "%" => Some((PRODUCT, sign)),
                "$" | "!" | "(" | "++" | "--" => Some((CONCATENATION, "")),
                _ => None,
            },
            Token::Keyword(Keyword::In) => Some((IN, "in")),
            Token::Number(_)
            | Token::Text(_)
            | Token::Name(_)
            | Token::Call(_)
            | Token::Function(_) => Some((CONCATENATION, "")),
            _ => None,
        })
    }

    fn operation(&mut self, left: Operand, precedence: u8, sign: &'static str) -> Parsed<Operand> {
        if precedence == IN {
            return self.membership(left);
        }
        self.rvalue(left)?;
        match precedence {
            OR | AND => return self.short_circuit(precedence),
            CONCATENATION => {
                let right = self.binary(SUM)?;
                self.rvalue(right)?;
                self.emit(Op::Concatenate)?;
                return Ok(Operand::Value);
            }
            _ => {}
        }
        self.advance()?;
        if sign == "|" {
            self.advance()?;
            let target = self.getline_target()?;
            self.emit(Op::Getline(Source::Command, target))?;
            return Ok(Operand::Value);
        }
        self.skip_newlines()?;
        let right = self.binary(precedence + 1)?;
        if precedence == MATCH {
            match right {
                Operand::Regex(number) => {
                    self.constant(Value::Regex(number))?;
                }
                operand => self.rvalue(operand)?,
            }
            self.emit(Op::Match {
                negated: sign == "!~",
            })?;
            return Ok(Operand::Value);
        }
        self.rvalue(right)?;
        self.emit(match sign {
            "<" => Op::Compare(Comparison::Less),
            "<=" => Op::Compare(Comparison::LessEqual),
            "==" => Op::Compare(Comparison::Equal),
            "!=" => Op::Compare(Comparison::NotEqual),
            ">" => Op::Compare(Comparison::Greater),
            ">=" => Op::Compare(Comparison::GreaterEqual),
            "+" => Op::Arithmetic(Arithmetic::Add),
            "-" => Op::Arithmetic(Arithmetic::Subtract),
            "*" => Op::Arithmetic(Arithmetic::Multiply),
            "/" => Op::Arithmetic(Arithmetic::Divide),
            _ => Op::Arithmetic(Arithmetic::Remainder),
        })?;
        Ok(Operand::Value)
    }

    /// `&&` and `||`: 0 or 1, the right side only when it matters.
    fn short_circuit(&mut self, precedence: u8) -> Parsed<Operand> {
        self.advance()?;
        self.skip_newlines()?;
        let jump = match precedence {
            OR => Op::JumpIfTrue(0),
            _ => Op::JumpIfFalse(0),
        };
        let decided = self.emit(jump)?;
        let right = self.binary(precedence + 1)?;
        self.rvalue(right)?;
        self.emit(Op::Truth)?;
        let done = self.emit(Op::Jump(0))?;
        self.patch(decided);
        self.constant(Value::bool(precedence == OR))?;
        self.patch(done);
        Ok(Operand::Value)
    }

    /// `INDEX in ARRAY`, `(I, J) in ARRAY`.
    fn membership(&mut self, left: Operand) -> Parsed<Operand> {
        match left {
            Operand::Group(count) => {
                self.emit(Op::Join(count))?;
            }
            operand => self.rvalue(operand)?,
        }
        self.advance()?;
        let Token::Name(name) = self.advance()? else {
            return Err(SyntaxError::UnexpectedToken);
        };
        let array = self.array(&name);
        self.emit(Op::In(array))?;
        Ok(Operand::Value)
    }

    fn unary(&mut self) -> Parsed<Operand> {
        let op = match &self.token {
            Token::Sign("!") => Op::Not,
            Token::Sign("-") => Op::Negate,
            Token::Sign("+") => Op::Plus,
            _ => return self.power(),
        };
        self.nested(|parser| {
            parser.advance()?;
            let operand = parser.unary()?;
            parser.rvalue(operand)?;
            parser.emit(op)?;
            Ok(Operand::Value)
        })
    }

    /// `a ^ b`, from the right; the exponent may have a sign.
    fn power(&mut self) -> Parsed<Operand> {
        let base = self.primary(true)?;
        if !self.is("^") {
            return Ok(base);
        }
        self.rvalue(base)?;
        self.nested(|parser| {
            parser.advance()?;
            let exponent = parser.unary()?;
            parser.rvalue(exponent)?;
            parser.emit(Op::Arithmetic(Arithmetic::Power))?;
            Ok(Operand::Value)
        })
    }

    /// A primary with what may follow a variable: an assignment if it is allowed, `++` and `--`.
    fn primary(&mut self, assigns: bool) -> Parsed<Operand> {
        let operand = self.nested(Self::atom)?;
        let Operand::Target(target) = operand else {
            return Ok(operand);
        };
        match &self.token {
            Token::Sign("++" | "--") => {
                let by = if self.is("++") { 1.0 } else { -1.0 };
                self.advance()?;
                self.emit(Op::Increment {
                    target,
                    by,
                    old: true,
                })?;
                Ok(Operand::Value)
            }
            Token::Sign("=") if assigns => {
                self.advance()?;
                self.skip_newlines()?;
                self.expression()?;
                self.emit(Op::Store(target))?;
                Ok(Operand::Value)
            }
            Token::Sign(sign @ ("+=" | "-=" | "*=" | "/=" | "%=" | "^=")) if assigns => {
                let arithmetic = match *sign {
                    "+=" => Arithmetic::Add,
                    "-=" => Arithmetic::Subtract,
                    "*=" => Arithmetic::Multiply,
                    "/=" => Arithmetic::Divide,
                    "%=" => Arithmetic::Remainder,
                    _ => Arithmetic::Power,
                };
                self.advance()?;
                self.skip_newlines()?;
                if target.has_index() {
                    self.emit(Op::Duplicate)?;
                }
                self.emit(Op::Load(target))?;
                self.expression()?;
                self.emit(Op::Arithmetic(arithmetic))?;
                self.emit(Op::Store(target))?;
                Ok(Operand::Value)
            }
            _ => Ok(operand),
        }
    }

    fn atom(&mut self) -> Parsed<Operand> {
        match self.token.clone() {
            Token::Sign(sign @ ("/" | "/=")) => {
                let source = self.lexer.regex(sign == "/=")?;
                self.advance()?;
                self.program.regexes.push(source);
                Ok(Operand::Regex(self.program.regexes.len() - 1))
            }
            Token::Sign("(") => self.group(),
            Token::Sign("$") => self.field(),
            Token::Sign(sign @ ("++" | "--")) => {
                self.advance()?;
                let Operand::Target(target) = self.nested(Self::atom)? else {
                    return Err(SyntaxError::UnexpectedToken);
                };
                self.emit(Op::Increment {
                    target,
                    by: if sign == "++" { 1.0 } else { -1.0 },
                    old: false,
                })?;
                Ok(Operand::Value)
            }
            Token::Number(number) => {
                self.advance()?;
                self.constant(Value::Number(number))?;
                Ok(Operand::Value)
            }
            Token::Text(text) => {
                self.advance()?;
                self.constant(Value::text(text))?;
                Ok(Operand::Value)
            }
            Token::Name(name) => {
                self.advance()?;
                if self.eat("[")? {
                    self.subscript()?;
                    let array = self.array(&name);
                    return Ok(Operand::Target(Target::Element(array)));
                }
                Ok(Operand::Target(self.variable(&name)))
            }
            Token::Call(name) => self.call(&name),
            Token::Function(function) => self.builtin(function),
            Token::Keyword(Keyword::Getline) => self.getline(),
            _ => Err(SyntaxError::UnexpectedToken),
        }
    }

    fn group(&mut self) -> Parsed<Operand> {
        self.advance()?;
        self.skip_newlines()?;
        let count = self.unrestricted(|parser| {
            parser.expression()?;
            parser.skip_newlines()?;
            let mut count = 1;
            while parser.eat(",")? {
                parser.skip_newlines()?;
                parser.expression()?;
                parser.skip_newlines()?;
                count += 1;
            }
            Ok(count)
        })?;
        self.expect(")")?;
        Ok(if count == 1 {
            Operand::Value
        } else {
            Operand::Group(count)
        })
    }

    /// `$` binds closest: `$i++` is `($i)++`, `$NF-1` is `($NF)-1`.
    fn field(&mut self) -> Parsed<Operand> {
        self.advance()?;
        let index = match &self.token {
            Token::Sign("-") => {
                self.advance()?;
                let operand = self.nested(Self::atom)?;
                self.rvalue(operand)?;
                self.emit(Op::Negate)?;
                Operand::Value
            }
            _ => self.nested(Self::atom)?,
        };
        self.rvalue(index)?;
        Ok(Operand::Target(Target::Field))
    }

    fn call(&mut self, name: &str) -> Parsed<Operand> {
        let function = self.function(name);
        self.advance()?;
        self.expect("(")?;
        self.skip_newlines()?;
        let mut arguments = 0;
        self.unrestricted(|parser| {
            while !parser.is(")") {
                parser.call_argument()?;
                arguments += 1;
                parser.skip_newlines()?;
                if !parser.is(")") {
                    parser.expect(",")?;
                    parser.skip_newlines()?;
                }
            }
            Ok(())
        })?;
        self.advance()?;
        self.emit(Op::Call {
            function,
            arguments,
        })?;
        Ok(Operand::Value)
    }

    /// A bare name is passed as it is: it may be an array.
    fn call_argument(&mut self) -> Parsed<()> {
        if let Token::Name(name) = &self.token
            && matches!(self.peek()?, Token::Sign("," | ")"))
        {
            let name = name.clone();
            self.advance()?;
            let array = self.array(&name);
            self.emit(Op::Reference(array))?;
            return Ok(());
        }
        self.expression()
    }

    fn builtin(&mut self, function: Builtin) -> Parsed<Operand> {
        self.advance()?;
        if !self.is("(") {
            // Only length stands without parentheses.
            if function != Builtin::Length {
                return Err(SyntaxError::UnexpectedToken);
            }
            self.emit(Op::Builtin(function, 0))?;
            return Ok(Operand::Value);
        }
        self.advance()?;
        self.skip_newlines()?;
        self.unrestricted(|parser| match function {
            Builtin::Length => parser.length(),
            Builtin::Split => parser.split(),
            Builtin::Sub | Builtin::Gsub => parser.substitution(function == Builtin::Gsub),
            _ => {
                let count = parser.arguments()?;
                let least = match function {
                    Builtin::Substr | Builtin::Index | Builtin::Match | Builtin::Atan2 => 2,
                    Builtin::And
                    | Builtin::Or
                    | Builtin::Xor
                    | Builtin::Lshift
                    | Builtin::Rshift => 2,
                    Builtin::Gensub => 3,
                    Builtin::Rand
                    | Builtin::Srand
                    | Builtin::Fflush
                    | Builtin::Strftime
                    | Builtin::Systime => 0,
                    _ => 1,
                };
                if count < least {
                    return Err(SyntaxError::TooFewArguments);
                }
                parser.emit(Op::Builtin(function, count))?;
                Ok(())
            }
        })?;
        self.expect(")")?;
        Ok(Operand::Value)
    }

    /// Arguments up to `)`.
    fn arguments(&mut self) -> Parsed<usize> {
        let mut count = 0;
        while !self.is(")") {
            self.argument()?;
            count += 1;
            self.skip_newlines()?;
            if !self.is(")") {
                self.expect(",")?;
                self.skip_newlines()?;
            }
        }
        Ok(count)
    }

    fn length(&mut self) -> Parsed<()> {
        if let Token::Name(name) = &self.token
            && self.peek()? == Token::Sign(")")
        {
            let name = name.clone();
            self.advance()?;
            let array = self.array(&name);
            self.emit(Op::LengthOf(array))?;
            return Ok(());
        }
        let count = self.arguments()?;
        if count > 1 {
            return Err(SyntaxError::UnexpectedToken);
        }
        self.emit(Op::Builtin(Builtin::Length, count))?;
        Ok(())
    }

    fn split(&mut self) -> Parsed<()> {
        self.expression()?;
        if !self.is(",") {
            return Err(SyntaxError::TooFewArguments);
        }
        self.advance()?;
        self.skip_newlines()?;
        let Token::Name(name) = self.advance()? else {
            return Err(SyntaxError::UnexpectedToken);
        };
        let array = self.array(&name);
        let separator = self.eat(",")?;
        if separator {
            self.skip_newlines()?;
            self.argument()?;
        }
        self.emit(Op::Split { array, separator })?;
        Ok(())
    }

    /// The arguments of sub and gsub.
    fn substitution(&mut self, all: bool) -> Parsed<()> {
        self.argument()?;
        if !self.eat(",")? {
            return Err(SyntaxError::TooFewArguments);
        }
        self.skip_newlines()?;
        self.expression()?;
        let mut target = Target::Field;
        if self.eat(",")? {
            self.skip_newlines()?;
            match self.ternary()? {
                Operand::Target(given) => target = given,
                operand => {
                    // A value that is no variable: what comes of it is lost.
                    self.rvalue(operand)?;
                    target = Target::Global(self.global(" lost"));
                    self.emit(Op::Store(target))?;
                    self.emit(Op::Pop)?;
                }
            }
        } else {
            self.constant(Value::Number(0.0))?;
        }
        self.emit(Op::Substitute { all, target })?;
        Ok(())
    }

    /// A variable behind getline, if there is one.
    fn getline_target(&mut self) -> Parsed<Option<Target>> {
        if !matches!(self.token, Token::Name(_) | Token::Sign("$")) {
            return Ok(None);
        }
        match self.nested(Self::atom)? {
            Operand::Target(target) => Ok(Some(target)),
            _ => Err(SyntaxError::UnexpectedToken),
        }
    }

    fn getline(&mut self) -> Parsed<Operand> {
        self.advance()?;
        let target = self.getline_target()?;
        let mut source = Source::Main;
        if self.eat("<")? {
            let name = self.primary(false)?;
            self.rvalue(name)?;
            source = Source::File;
        }
        self.emit(Op::Getline(source, target))?;
        Ok(Operand::Value)
    }
}
