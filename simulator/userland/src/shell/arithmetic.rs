//! Arithmetic expressions: two stacks on the heap, no recursion except into the values of variables.

use std::borrow::Cow;

use super::variables::name_length;
use crate::kernel::{Buffer, Charge};

/// What an expression reads and writes.
pub(crate) trait Scope {
    fn value(&mut self, name: &[u8]) -> Option<Cow<'_, [u8]>>;
    /// # Errors
    /// A message when the variable cannot be set.
    fn assign(&mut self, name: &[u8], value: i64) -> Result<(), String>;
}

/// How deep values of variables may be expressions over further variables.
const MAX_DEPTH: u32 = 40;

/// Operands, or operators, that most expressions do with; so few need no charge.
const FEW: usize = 4;

const SYNTAX: &str = "arithmetic syntax error";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Operator {
    Open,
    Comma,
    Assign(Option<Binary>),
    Question,
    Colon,
    Binary(Binary),
    Not,
    Complement,
    Minus,
    Plus,
    PreIncrement,
    PreDecrement,
    PostIncrement,
    PostDecrement,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Binary {
    Or,
    And,
    BitOr,
    BitXor,
    BitAnd,
    Equal,
    NotEqual,
    LessEqual,
    GreaterEqual,
    Less,
    Greater,
    ShiftLeft,
    ShiftRight,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Power,
}

use Binary as B;

impl Operator {
    fn precedence(self) -> u8 {
        match self {
            Self::Open => 0,
            Self::Comma => 1,
            Self::Assign(_) => 2,
            Self::Question | Self::Colon => 3,
            Self::Binary(binary) => match binary {
                B::Or => 4,
                B::And => 5,
                B::BitOr => 6,
                B::BitXor => 7,
                B::BitAnd => 8,
                B::Equal | B::NotEqual => 9,
                B::LessEqual | B::GreaterEqual | B::Less | B::Greater => 10,
                B::ShiftLeft | B::ShiftRight => 11,
                B::Add | B::Subtract => 12,
                B::Multiply | B::Divide | B::Remainder => 13,
                B::Power => 14,
            },
            Self::PostIncrement | Self::PostDecrement => 16,
            _ => 15,
        }
    }

    fn is_right_associative(self) -> bool {
        matches!(
            self,
            Self::Assign(_) | Self::Question | Self::Colon | Self::Binary(B::Power)
        ) || self.precedence() == 15
    }
}

#[derive(Debug, Clone)]
struct Operand<'a> {
    /// Of a variable only once it is used: `x + x++` adds the new value, as in busybox.
    value: Option<i64>,
    /// The variable it came from, which can be assigned to.
    name: Option<&'a [u8]>,
    /// The other branch of a conditional, when this is its right part.
    otherwise: Option<i64>,
}

/// The value of `expression`.
///
/// # Errors
/// The message that the shell prints.
pub(crate) fn evaluate(expression: &[u8], scope: &mut dyn Scope) -> Result<i64, String> {
    Evaluator {
        scope,
        depth: 0,
        charge: Charge::new(),
    }
    .evaluate(expression)
}

struct Evaluator<'a> {
    scope: &'a mut dyn Scope,
    depth: u32,
    /// For operands and operators.
    charge: Charge,
}

impl Evaluator<'_> {
    fn evaluate(&mut self, expression: &[u8]) -> Result<i64, String> {
        let mut operands = Vec::with_capacity(FEW);
        let mut operators = Vec::with_capacity(FEW);
        // The whole stands in parentheses that the text may close, as in busybox.
        operators.push(Operator::Open);
        let mut rest = expression;
        // Whether the last token was an operand, so that an operator is binary.
        let mut behind_operand = false;
        loop {
            rest = rest.trim_ascii_start();
            self.charge.reserve(&mut operands, 1);
            self.charge.reserve(&mut operators, 1);
            let Some(first) = rest.first().copied() else {
                break;
            };
            if let Some((operand, length)) = Self::operand(rest)? {
                // Two operands in a row are noticed at the end, when one is left over.
                operands.push(operand);
                rest = &rest[length..];
                behind_operand = true;
                continue;
            }
            // Behind a variable these are one operator, whatever follows.
            let behind_variable = operands.last().is_some_and(|top| top.name.is_some());
            let (operator, length) = match first {
                b'(' if !behind_operand => {
                    operators.push(Operator::Open);
                    rest = &rest[1..];
                    continue;
                }
                b')' if behind_operand => {
                    while operators.last().is_some_and(|top| *top != Operator::Open) {
                        self.reduce(&mut operands, &mut operators)?;
                    }
                    operators.pop().ok_or(SYNTAX)?;
                    if let Some(top) = operands.last_mut() {
                        self.resolve(top)?;
                        top.name = None;
                    }
                    rest = &rest[1..];
                    continue;
                }
                _ if behind_operand => {
                    // Behind anything but a variable these are two operators, unless a variable follows.
                    let counts =
                        prefix(rest, behind_variable).is_some_and(|(_, length)| length == 2);
                    if let Some(operator) = postfix(rest).filter(|_| counts) {
                        // Done once it is known what follows, as in busybox.
                        self.push_operator(operator, &mut operands, &mut operators)?;
                        rest = &rest[2..];
                        continue;
                    }
                    binary(rest).ok_or(SYNTAX)?
                }
                _ => prefix(rest, behind_variable).ok_or(SYNTAX)?,
            };
            rest = &rest[length..];
            self.push_operator(operator, &mut operands, &mut operators)?;
            behind_operand = false;
        }
        if expression.trim_ascii().is_empty() {
            return Ok(0);
        }
        if !behind_operand {
            return Err(SYNTAX.to_owned());
        }
        while operators.last().is_some_and(|top| *top != Operator::Open) {
            self.reduce(&mut operands, &mut operators)?;
        }
        operators.pop().ok_or(SYNTAX)?;
        let mut last = operands.pop().ok_or(SYNTAX)?;
        let value = self.resolve(&mut last)?;
        if !operands.is_empty() {
            return Err(SYNTAX.to_owned());
        }
        if last.otherwise.is_some() {
            return Err("malformed ?: operator".to_owned());
        }
        Ok(value)
    }

    fn push_operator(
        &mut self,
        operator: Operator,
        operands: &mut Vec<Operand<'_>>,
        operators: &mut Vec<Operator>,
    ) -> Result<(), String> {
        while let Some(top) = operators.last() {
            let reduces = if operator.is_right_associative() {
                top.precedence() > operator.precedence()
            } else {
                top.precedence() >= operator.precedence()
            };
            if *top == Operator::Open || !reduces {
                break;
            }
            self.reduce(operands, operators)?;
        }
        operators.push(operator);
        Ok(())
    }

    /// The operand's value, read from its variable when it has not been yet.
    fn resolve(&mut self, operand: &mut Operand<'_>) -> Result<i64, String> {
        if let Some(value) = operand.value {
            return Ok(value);
        }
        let value = match &operand.name {
            Some(name) => self.variable(name)?,
            None => 0,
        };
        operand.value = Some(value);
        Ok(value)
    }

    /// A number or a variable at the start of `rest`.
    fn operand(rest: &[u8]) -> Result<Option<(Operand<'_>, usize)>, String> {
        let name = name_length(rest);
        if name > 0 {
            return Ok(Some((
                Operand {
                    value: None,
                    name: Some(&rest[..name]),
                    otherwise: None,
                },
                name,
            )));
        }
        if !rest[0].is_ascii_digit() {
            return Ok(None);
        }
        let (value, length) = number(rest)?;
        Ok(Some((
            Operand {
                value: Some(value),
                name: None,
                otherwise: None,
            },
            length,
        )))
    }

    fn variable(&mut self, name: &[u8]) -> Result<i64, String> {
        let Some(text) = self.scope.value(name) else {
            return Ok(0);
        };
        let trimmed = text.trim_ascii();
        if trimmed.is_empty() {
            return Ok(0);
        }
        if let Ok((value, length)) = number(trimmed)
            && length == trimmed.len()
        {
            return Ok(value);
        }
        if self.depth >= MAX_DEPTH {
            return Err("expression recursion loop detected".to_owned());
        }
        self.depth += 1;
        let expression = Buffer::from(trimmed);
        let value = self.evaluate(&expression);
        self.depth -= 1;
        value
    }

    fn reduce(
        &mut self,
        operands: &mut Vec<Operand<'_>>,
        operators: &mut Vec<Operator>,
    ) -> Result<(), String> {
        let operator = operators.pop().ok_or(SYNTAX)?;
        let mut right = operands.pop().ok_or(SYNTAX)?;
        let value = self.resolve(&mut right)?;
        let is_unary = operator.precedence() >= Operator::Not.precedence();
        if !is_unary && operands.is_empty() {
            return Err(SYNTAX.to_owned());
        }
        if !is_unary && right.otherwise.is_some() != (operator == Operator::Question) {
            return Err("malformed ?: operator".to_owned());
        }
        let result = match operator {
            Operator::Open => return Err(SYNTAX.to_owned()),
            Operator::Not => i64::from(value == 0),
            Operator::Complement => !value,
            Operator::Minus => value.wrapping_neg(),
            Operator::Plus => value,
            Operator::PreIncrement | Operator::PreDecrement => {
                let change = if operator == Operator::PreIncrement {
                    1
                } else {
                    -1
                };
                let value = value.wrapping_add(change);
                let name = right.name.ok_or(SYNTAX)?;
                self.scope.assign(name, value)?;
                value
            }
            Operator::PostIncrement | Operator::PostDecrement => {
                let change = if operator == Operator::PostIncrement {
                    1
                } else {
                    -1
                };
                let name = right.name.ok_or(SYNTAX)?;
                self.scope.assign(name, value.wrapping_add(change))?;
                value
            }
            Operator::Question => {
                let mut condition = operands.pop().ok_or(SYNTAX)?;
                let otherwise = right.otherwise.ok_or("malformed ?: operator")?;
                if self.resolve(&mut condition)? != 0 {
                    value
                } else {
                    otherwise
                }
            }
            Operator::Colon => {
                let mut left = operands.pop().ok_or(SYNTAX)?;
                let value_before = self.resolve(&mut left)?;
                if operands.is_empty() {
                    return Err("malformed ?: operator".to_owned());
                }
                operands.push(Operand {
                    value: Some(value_before),
                    name: None,
                    otherwise: Some(value),
                });
                return Ok(());
            }
            Operator::Comma => {
                let mut left = operands.pop().ok_or(SYNTAX)?;
                self.resolve(&mut left)?;
                value
            }
            Operator::Assign(change) => {
                let mut left = operands.pop().ok_or(SYNTAX)?;
                let value = match change {
                    Some(binary) => compute(binary, self.resolve(&mut left)?, value)?,
                    None => value,
                };
                let name = left.name.ok_or(SYNTAX)?;
                self.scope.assign(name, value)?;
                value
            }
            Operator::Binary(binary) => {
                let mut left = operands.pop().ok_or(SYNTAX)?;
                compute(binary, self.resolve(&mut left)?, value)?
            }
        };
        operands.push(Operand {
            value: Some(result),
            name: None,
            otherwise: right.otherwise.filter(|_| is_unary),
        });
        Ok(())
    }
}

fn postfix(rest: &[u8]) -> Option<Operator> {
    if rest.starts_with(b"++") {
        Some(Operator::PostIncrement)
    } else if rest.starts_with(b"--") {
        Some(Operator::PostDecrement)
    } else {
        None
    }
}

/// The longest operator at the start of `rest` that may stand behind an operand, and its length.
fn binary(rest: &[u8]) -> Option<(Operator, usize)> {
    Some(match rest {
        [b'<', b'<', b'=', ..] => (Operator::Assign(Some(B::ShiftLeft)), 3),
        [b'>', b'>', b'=', ..] => (Operator::Assign(Some(B::ShiftRight)), 3),
        [b'&', b'&', ..] => (Operator::Binary(B::And), 2),
        [b'|', b'|', ..] => (Operator::Binary(B::Or), 2),
        [b'=', b'=', ..] => (Operator::Binary(B::Equal), 2),
        [b'!', b'=', ..] => (Operator::Binary(B::NotEqual), 2),
        [b'<', b'=', ..] => (Operator::Binary(B::LessEqual), 2),
        [b'>', b'=', ..] => (Operator::Binary(B::GreaterEqual), 2),
        [b'<', b'<', ..] => (Operator::Binary(B::ShiftLeft), 2),
        [b'>', b'>', ..] => (Operator::Binary(B::ShiftRight), 2),
        [b'*', b'*', ..] => (Operator::Binary(B::Power), 2),
        [b'|', b'=', ..] => (Operator::Assign(Some(B::BitOr)), 2),
        [b'&', b'=', ..] => (Operator::Assign(Some(B::BitAnd)), 2),
        [b'^', b'=', ..] => (Operator::Assign(Some(B::BitXor)), 2),
        [b'*', b'=', ..] => (Operator::Assign(Some(B::Multiply)), 2),
        [b'/', b'=', ..] => (Operator::Assign(Some(B::Divide)), 2),
        [b'%', b'=', ..] => (Operator::Assign(Some(B::Remainder)), 2),
        [b'+', b'=', ..] => (Operator::Assign(Some(B::Add)), 2),
        [b'-', b'=', ..] => (Operator::Assign(Some(B::Subtract)), 2),
        [b'=', ..] => (Operator::Assign(None), 1),
        [b'|', ..] => (Operator::Binary(B::BitOr), 1),
        [b'&', ..] => (Operator::Binary(B::BitAnd), 1),
        [b'^', ..] => (Operator::Binary(B::BitXor), 1),
        [b'<', ..] => (Operator::Binary(B::Less), 1),
        [b'>', ..] => (Operator::Binary(B::Greater), 1),
        [b'+', ..] => (Operator::Binary(B::Add), 1),
        [b'-', ..] => (Operator::Binary(B::Subtract), 1),
        [b'*', ..] => (Operator::Binary(B::Multiply), 1),
        [b'/', ..] => (Operator::Binary(B::Divide), 1),
        [b'%', ..] => (Operator::Binary(B::Remainder), 1),
        [b'?', ..] => (Operator::Question, 1),
        [b':', ..] => (Operator::Colon, 1),
        [b',', ..] => (Operator::Comma, 1),
        _ => return None,
    })
}

fn prefix(rest: &[u8], behind_variable: bool) -> Option<(Operator, usize)> {
    let names_variable = |rest: &[u8]| behind_variable || name_length(rest.trim_ascii_start()) > 0;
    Some(match rest {
        [b'+', b'+', behind @ ..] if names_variable(behind) => (Operator::PreIncrement, 2),
        [b'-', b'-', behind @ ..] if names_variable(behind) => (Operator::PreDecrement, 2),
        [b'+', ..] => (Operator::Plus, 1),
        [b'-', ..] => (Operator::Minus, 1),
        [b'!', ..] => (Operator::Not, 1),
        [b'~', ..] => (Operator::Complement, 1),
        _ => return None,
    })
}

/// A number and its length: decimal, `0` octal, `0x` hexadecimal or `base#digits`.
fn number(rest: &[u8]) -> Result<(i64, usize), String> {
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits == 0 {
        return Err(SYNTAX.to_owned());
    }
    let (radix, start) = if rest.len() > 1 && rest[0] == b'0' && matches!(rest[1], b'x' | b'X') {
        (16, 2)
    } else if rest.get(digits) == Some(&b'#') {
        let radix = parse(&rest[..digits], 10).0;
        if rest[0] == b'0' || !(2..=64).contains(&radix) {
            return Err(SYNTAX.to_owned());
        }
        (radix, digits + 1)
    } else if rest[0] == b'0' {
        (8, 0)
    } else {
        (10, 0)
    };
    let (value, length) = parse(&rest[start..], radix);
    let end = start + length;
    let goes_on = rest
        .get(end)
        .is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    if length == 0 || goes_on {
        return Err(SYNTAX.to_owned());
    }
    Ok((value, end))
}

/// Digits in `radix` up to the first that is none; a value beyond 64 bits counts as 0, as in busybox.
fn parse(text: &[u8], radix: i64) -> (i64, usize) {
    let mut value = Some(0_u64);
    let mut length = 0;
    for byte in text {
        let digit = match byte {
            b'0'..=b'9' => i64::from(byte - b'0'),
            b'a'..=b'z' => i64::from(byte - b'a') + 10,
            b'A'..=b'Z' if radix <= 36 => i64::from(byte - b'A') + 10,
            b'A'..=b'Z' => i64::from(byte - b'A') + 36,
            b'@' if radix > 62 => 62,
            b'_' if radix > 63 => 63,
            _ => break,
        };
        if digit >= radix {
            break;
        }
        value = value
            .and_then(|value| value.checked_mul(radix.unsigned_abs()))
            .and_then(|value| value.checked_add(digit.unsigned_abs()));
        length += 1;
    }
    (value.map_or(0, |value| value.cast_signed()), length)
}

fn compute(operator: Binary, left: i64, right: i64) -> Result<i64, String> {
    let shift = u32::try_from(right & 63).unwrap_or(0);
    Ok(match operator {
        B::Or => i64::from(left != 0 || right != 0),
        B::And => i64::from(left != 0 && right != 0),
        B::BitOr => left | right,
        B::BitXor => left ^ right,
        B::BitAnd => left & right,
        B::Equal => i64::from(left == right),
        B::NotEqual => i64::from(left != right),
        B::LessEqual => i64::from(left <= right),
        B::GreaterEqual => i64::from(left >= right),
        B::Less => i64::from(left < right),
        B::Greater => i64::from(left > right),
        B::ShiftLeft => left.wrapping_shl(shift),
        B::ShiftRight => left.wrapping_shr(shift),
        B::Add => left.wrapping_add(right),
        B::Subtract => left.wrapping_sub(right),
        B::Multiply => left.wrapping_mul(right),
        B::Divide | B::Remainder if right == 0 => return Err("divide by zero".to_owned()),
        B::Divide => left.wrapping_div(right),
        B::Remainder => left.wrapping_rem(right),
        B::Power if right < 0 => return Err("exponent less than 0".to_owned()),
        B::Power => power(left, right),
    })
}

fn power(base: i64, exponent: i64) -> i64 {
    let (mut result, mut base, mut exponent) = (1_i64, base, exponent);
    while exponent > 0 {
        if exponent & 1 == 1 {
            result = result.wrapping_mul(base);
        }
        base = base.wrapping_mul(base);
        exponent >>= 1;
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[derive(Default)]
    struct Table(BTreeMap<Vec<u8>, String>);

    impl Scope for Table {
        fn value(&mut self, name: &[u8]) -> Option<Cow<'_, [u8]>> {
            self.0.get(name).map(|value| value.as_bytes().into())
        }

        fn assign(&mut self, name: &[u8], value: i64) -> Result<(), String> {
            self.0.insert(name.to_vec(), value.to_string());
            Ok(())
        }
    }

    #[test]
    fn expressions_have_the_values_of_c() {
        let rows: &[(&str, Result<i64, &str>)] = &[
            ("", Ok(0)),
            ("1+2*3", Ok(7)),
            ("(1+2)*3", Ok(9)),
            ("010 + 0x1F", Ok(39)),
            ("1?2:3", Ok(2)),
            ("0?2:0?3:4", Ok(4)),
            ("1?2:0?3:4", Ok(2)),
            ("2**10", Ok(1024)),
            ("-7/2", Ok(-3)),
            ("-7%3", Ok(-1)),
            ("1<<3|1", Ok(9)),
            ("!5", Ok(0)),
            ("~5", Ok(-6)),
            ("1,2", Ok(2)),
            ("5>3&&2", Ok(1)),
            ("10#5", Ok(5)),
            ("2#101", Ok(5)),
            ("9223372036854775807+1", Ok(i64::MIN)),
            ("99999999999999999999", Ok(0)),
            ("- - 3", Ok(3)),
            ("a=5", Ok(5)),
            ("a=b=3", Ok(3)),
            ("x", Ok(7)),
            ("y", Ok(8)),
            ("x++ + x", Ok(15)),
            ("x + x++", Ok(15)),
            ("a b", Err(SYNTAX)),
            ("++x", Ok(8)),
            ("x+=2", Ok(9)),
            ("1+", Err(SYNTAX)),
            ("08", Err(SYNTAX)),
            ("1 2", Err(SYNTAX)),
            (")", Err(SYNTAX)),
            ("(1", Ok(1)),
            ("((1+2", Ok(3)),
            ("1+(2", Err(SYNTAX)),
            ("1:2", Err("malformed ?: operator")),
            ("x--y", Err(SYNTAX)),
            ("x)=3", Err(SYNTAX)),
            ("1)+(2", Err(SYNTAX)),
            ("1/0", Err("divide by zero")),
            ("loop", Err("expression recursion loop detected")),
            ("3=4", Err(SYNTAX)),
        ];
        for (expression, expected) in rows {
            let mut table = Table::default();
            for (name, value) in [("x", "7"), ("y", "x+1"), ("loop", "loop+1")] {
                table.0.insert(name.as_bytes().to_vec(), value.to_owned());
            }
            assert_eq!(
                evaluate(expression.as_bytes(), &mut table),
                expected.map_err(str::to_owned),
                "{expression}"
            );
        }
    }
}
