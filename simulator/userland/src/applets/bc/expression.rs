//! Expressions: operators wait on a stack until what follows binds less tightly, so nesting costs no native stack.

use super::super::context::{Context, Fail};
use super::code::{Instruction, Operator, Place};
use super::compiler::Compiler;
use super::token::Token;
use bytes::Bytes;

/// What waits for its operands or for what closes it.
#[derive(Debug)]
enum Waiting {
    Binary(Operator),
    Negate,
    Not,
    Assign(Place, Option<Operator>),
    Parenthesis,
    Index { array: usize, step: Option<bool> },
    Call { function: usize, arguments: usize },
    Builtin(Instruction),
}

const UNARY: u8 = 7;
const ASSIGNMENT: u8 = 3;

impl Waiting {
    /// How tightly it binds; `None`: until it is closed.
    fn precedence(&self) -> Option<u8> {
        match self {
            Waiting::Negate | Waiting::Not => Some(UNARY),
            Waiting::Binary(operator) => Some(precedence(*operator)),
            Waiting::Assign(..) => Some(ASSIGNMENT),
            _ => None,
        }
    }
}

fn precedence(operator: Operator) -> u8 {
    match operator {
        Operator::Or | Operator::And => 1,
        Operator::Power => 6,
        Operator::Multiply | Operator::Divide | Operator::Remainder => 5,
        Operator::Add | Operator::Subtract => 4,
        _ => 2,
    }
}

fn binary(sign: &str) -> Option<Operator> {
    Some(match sign {
        "||" => Operator::Or,
        "&&" => Operator::And,
        "<" => Operator::Less,
        "<=" => Operator::LessEqual,
        "==" => Operator::Equal,
        "!=" => Operator::NotEqual,
        ">=" => Operator::GreaterEqual,
        ">" => Operator::Greater,
        "+" => Operator::Add,
        "-" => Operator::Subtract,
        "*" => Operator::Multiply,
        "/" => Operator::Divide,
        "%" => Operator::Remainder,
        "^" => Operator::Power,
        _ => return None,
    })
}

/// The operator of `+=` and the like; `Some(None)` for `=`.
fn assignment(sign: &str) -> Option<Option<Operator>> {
    match sign {
        "=" => Some(None),
        "+=" | "-=" | "*=" | "/=" | "%=" | "^=" => binary(&sign[..1]).map(Some),
        _ => None,
    }
}

const BAD_ASSIGNMENT: &str = "bad assignment: left side must be variable or array element";
const BAD_EXPRESSION: &str = "bad expression";
pub(super) const BAD_TOKEN: &str = "bad token";

/// An expression that is being read.
struct Reading {
    waiting: Vec<Waiting>,
    charge: crate::kernel::Charge,
    wants_operand: bool,
    /// The last thing is an assignment without parentheses around it.
    is_assignment: bool,
    /// Comparisons are welcome.
    is_condition: bool,
}

impl Reading {
    fn push(&mut self, waiting: Waiting) {
        self.charge.reserve(&mut self.waiting, 1);
        self.waiting.push(waiting);
    }
}

impl<'a> Compiler<'_, 'a> {
    /// Compiles an expression; whether it is an assignment, which is not shown.
    pub(super) async fn expression(
        &mut self,
        cx: &mut Context<'a>,
        is_condition: bool,
    ) -> Result<bool, Fail> {
        let mut reading = Reading {
            waiting: Vec::new(),
            charge: crate::kernel::Charge::new(),
            wants_operand: true,
            is_assignment: false,
            is_condition,
        };
        loop {
            cx.sys.burn(50).await;
            if reading.wants_operand {
                self.operand(cx, &mut reading).await?;
            } else if !self.operator(cx, &mut reading).await? {
                break;
            }
        }
        self.reduce(&mut reading, 0);
        match reading.waiting.last() {
            None => Ok(reading.is_assignment),
            Some(Waiting::Parenthesis | Waiting::Index { .. }) => {
                Err(self.tokens.error_at(BAD_EXPRESSION))
            }
            Some(_) => Err(self.tokens.error_at(BAD_TOKEN)),
        }
    }

    async fn operand(&mut self, cx: &mut Context<'a>, reading: &mut Reading) -> Result<(), Fail> {
        match self.tokens.current.clone() {
            Token::Number(digits) => {
                self.emit(Instruction::Number(digits));
                self.tokens.advance(cx).await?;
                reading.is_assignment = false;
                reading.wants_operand = false;
                Ok(())
            }
            Token::Name(name) => self.named(cx, reading, name).await,
            Token::Keyword(keyword) => self.keyword(cx, reading, keyword).await,
            Token::Sign("(") => {
                reading.push(Waiting::Parenthesis);
                self.tokens.advance(cx).await
            }
            Token::Sign("-") => {
                reading.push(Waiting::Negate);
                self.tokens.advance(cx).await
            }
            Token::Sign("!") => {
                reading.push(Waiting::Not);
                self.tokens.advance(cx).await
            }
            Token::Sign(".") => {
                self.tokens.advance(cx).await?;
                self.load(reading, Place::Last, None);
                Ok(())
            }
            Token::Sign(sign @ ("++" | "--")) => {
                self.tokens.advance(cx).await?;
                self.stepped(cx, reading, sign == "++").await
            }
            Token::Sign(")") => {
                if let Some(Waiting::Call { arguments: 0, .. }) = reading.waiting.last() {
                    self.close(reading)?;
                    return self.tokens.advance(cx).await;
                }
                Err(self.tokens.error_at(BAD_EXPRESSION))
            }
            _ => Err(self.tokens.error_at(BAD_EXPRESSION)),
        }
    }

    /// What follows a prefix `++` or `--`.
    async fn stepped(
        &mut self,
        cx: &mut Context<'a>,
        reading: &mut Reading,
        up: bool,
    ) -> Result<(), Fail> {
        let place = match self.tokens.current.clone() {
            Token::Name(name) => {
                self.tokens.advance(cx).await?;
                if self.tokens.current == Token::Sign("[") {
                    let array = self.program.arrays.id(&name);
                    reading.push(Waiting::Index {
                        array,
                        step: Some(up),
                    });
                    return self.tokens.advance(cx).await;
                }
                Place::Variable(self.program.variables.id(&name))
            }
            Token::Keyword(keyword) => {
                let place = special(keyword).ok_or_else(|| self.tokens.error_at(BAD_TOKEN))?;
                self.tokens.advance(cx).await?;
                place
            }
            Token::Sign(".") => {
                self.tokens.advance(cx).await?;
                Place::Last
            }
            _ => return Err(self.tokens.error_at(BAD_TOKEN)),
        };
        self.load(reading, place, Some(up));
        Ok(())
    }

    /// An operand that has a place, perhaps stepped before it is used.
    fn load(&mut self, reading: &mut Reading, place: Place, step: Option<bool>) {
        self.emit(match step {
            None => Instruction::Load(place),
            Some(up) => Instruction::Step {
                place,
                up,
                after: false,
            },
        });
        reading.is_assignment = false;
        reading.wants_operand = false;
    }

    async fn named(
        &mut self,
        cx: &mut Context<'a>,
        reading: &mut Reading,
        name: Bytes,
    ) -> Result<(), Fail> {
        self.tokens.advance(cx).await?;
        match self.tokens.current {
            Token::Sign("(") => {
                let function = self.program.functions.id(&name);
                reading.push(Waiting::Call {
                    function,
                    arguments: 0,
                });
                self.tokens.advance(cx).await
            }
            Token::Sign("[") => {
                let array = self.program.arrays.id(&name);
                let is_argument = matches!(
                    reading.waiting.last(),
                    Some(Waiting::Call { .. } | Waiting::Builtin(Instruction::Length))
                );
                self.tokens.advance(cx).await?;
                if is_argument && self.tokens.current == Token::Sign("]") {
                    self.emit(Instruction::Array(array));
                    reading.wants_operand = false;
                    return self.tokens.advance(cx).await;
                }
                reading.push(Waiting::Index { array, step: None });
                Ok(())
            }
            _ => {
                let variable = self.program.variables.id(&name);
                self.load(reading, Place::Variable(variable), None);
                Ok(())
            }
        }
    }

    async fn keyword(
        &mut self,
        cx: &mut Context<'a>,
        reading: &mut Reading,
        keyword: &str,
    ) -> Result<(), Fail> {
        let function = match keyword {
            "length" => Some(Instruction::Length),
            "scale" => Some(Instruction::ScaleOf),
            "sqrt" => Some(Instruction::Root),
            "read" => Some(Instruction::Read),
            _ => None,
        };
        if function.is_none() && special(keyword).is_none() {
            return Err(self.tokens.error_at(BAD_EXPRESSION));
        }
        self.tokens.advance(cx).await?;
        let is_call = self.tokens.current == Token::Sign("(");
        match (function, special(keyword)) {
            (Some(Instruction::Read), _) if is_call => {
                self.tokens.advance(cx).await?;
                if self.tokens.current != Token::Sign(")") {
                    return Err(self.tokens.error_at(BAD_TOKEN));
                }
                self.emit(Instruction::Read);
                reading.is_assignment = false;
                reading.wants_operand = false;
                self.tokens.advance(cx).await
            }
            (Some(function), _) if is_call => {
                reading.push(Waiting::Builtin(function));
                self.tokens.advance(cx).await
            }
            (_, Some(place)) => {
                self.load(reading, place, None);
                Ok(())
            }
            _ => Err(self.tokens.error_at(BAD_TOKEN)),
        }
    }

    /// Behind an operand; false when the expression ends there.
    async fn operator(
        &mut self,
        cx: &mut Context<'a>,
        reading: &mut Reading,
    ) -> Result<bool, Fail> {
        let sign = match self.tokens.current {
            Token::Sign(sign) => sign,
            Token::Number(_) | Token::Name(_) => {
                return Err(self.tokens.error_at(BAD_EXPRESSION));
            }
            _ => return Ok(false),
        };
        match sign {
            "++" | "--" => {
                self.step_after(cx, sign == "++").await?;
                reading.is_assignment = false;
                return Ok(true);
            }
            ")" | "]" => {
                self.reduce(reading, 0);
                let closes = match reading.waiting.last() {
                    Some(Waiting::Index { .. }) => sign == "]",
                    Some(_) => sign == ")",
                    None => false,
                };
                if !closes {
                    return Ok(false);
                }
                self.close(reading)?;
            }
            "," => {
                self.reduce(reading, 0);
                let Some(Waiting::Call { arguments, .. }) = reading.waiting.last_mut() else {
                    return Ok(false);
                };
                *arguments += 1;
                reading.wants_operand = true;
            }
            "!" | "." => return Err(self.tokens.error_at(BAD_EXPRESSION)),
            _ => {
                if let Some(operator) = assignment(sign) {
                    self.assign(reading, operator)?;
                } else if let Some(operator) = binary(sign) {
                    let own = precedence(operator);
                    if own == 2 && !reading.is_condition {
                        let message = "does not allow comparison operators outside if or loops";
                        self.tokens.extension(cx, message).await?;
                    }
                    self.reduce(reading, own + u8::from(operator == Operator::Power));
                    reading.push(Waiting::Binary(operator));
                } else {
                    return Ok(false);
                }
                reading.wants_operand = true;
            }
        }
        self.tokens.advance(cx).await?;
        Ok(true)
    }

    /// `++` or `--` behind what has been loaded.
    async fn step_after(&mut self, cx: &mut Context<'a>, up: bool) -> Result<(), Fail> {
        match self.code.last() {
            Some(Instruction::Load(place)) => {
                let place = *place;
                self.code.pop();
                self.emit(Instruction::Step {
                    place,
                    up,
                    after: true,
                });
                self.tokens.advance(cx).await
            }
            Some(Instruction::Step { .. }) => Err(self.tokens.error_at(BAD_ASSIGNMENT)),
            _ => {
                self.tokens.advance(cx).await?;
                Err(self.tokens.error_at(BAD_TOKEN))
            }
        }
    }

    /// The operand just read is the left side of an assignment.
    fn assign(&mut self, reading: &mut Reading, operator: Option<Operator>) -> Result<(), Fail> {
        self.reduce(reading, ASSIGNMENT + 1);
        let Some(Instruction::Load(place)) = self.code.last() else {
            return Err(self.tokens.error_at(BAD_ASSIGNMENT));
        };
        let place = *place;
        match (place, operator) {
            (_, None) => {
                self.code.pop();
            }
            (Place::Element(array), Some(_)) => {
                self.code.pop();
                self.emit(Instruction::Peek(array));
            }
            _ => {}
        }
        reading.push(Waiting::Assign(place, operator));
        Ok(())
    }

    /// Emits what waits and binds at least so tightly.
    fn reduce(&mut self, reading: &mut Reading, least: u8) {
        while let Some(waiting) = reading.waiting.last() {
            if waiting.precedence().is_none_or(|own| own < least) {
                break;
            }
            reading.is_assignment = false;
            match reading.waiting.pop() {
                Some(Waiting::Binary(operator)) => self.emit(Instruction::Binary(operator)),
                Some(Waiting::Negate) => self.emit(Instruction::Negate),
                Some(Waiting::Not) => self.emit(Instruction::Not),
                Some(Waiting::Assign(place, operator)) => {
                    if let Some(operator) = operator {
                        self.emit(Instruction::Binary(operator));
                    }
                    self.emit(Instruction::Store(place));
                    reading.is_assignment = true;
                }
                _ => {}
            }
        }
    }

    /// Takes off what a `)` or `]` closes.
    fn close(&mut self, reading: &mut Reading) -> Result<(), Fail> {
        let is_empty = reading.wants_operand;
        reading.wants_operand = false;
        reading.is_assignment = false;
        match reading.waiting.pop() {
            Some(Waiting::Call {
                function,
                arguments,
            }) => self.emit(Instruction::Call {
                function,
                arguments: arguments + usize::from(!is_empty),
            }),
            Some(Waiting::Builtin(function)) => self.emit(function),
            Some(Waiting::Index { array, step }) => {
                self.load(reading, Place::Element(array), step);
            }
            Some(Waiting::Parenthesis) => {}
            _ => return Err(self.tokens.error_at(BAD_EXPRESSION)),
        }
        Ok(())
    }
}

fn special(keyword: &str) -> Option<Place> {
    match keyword {
        "scale" => Some(Place::Scale),
        "ibase" => Some(Place::InputBase),
        "obase" => Some(Place::OutputBase),
        "last" => Some(Place::Last),
        _ => None,
    }
}
