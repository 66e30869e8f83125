//! expr.

use super::context::{Context, Fail, Outcome, text};
use crate::kernel::Sys;
use crate::regex::{Regex, Syntax};
use bytes::Bytes;

/// Writes the value of an expression; status 1 when it is null or zero.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    if cx.args.is_empty() {
        return Err(Fail::Message(2, b"too few arguments".to_vec()));
    }
    let args = std::mem::take(&mut cx.args);
    let value = evaluate(cx.sys, &args).await?;
    cx.out.write(text!(value.text(), "\n")).await?;
    Ok(u8::from(value.is_null()))
}

fn syntax_error() -> Fail {
    Fail::Message(2, b"syntax error".to_vec())
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Number(i64),
    Text(Vec<u8>),
}

impl Value {
    fn text(&self) -> Vec<u8> {
        match self {
            Value::Number(number) => number.to_string().into_bytes(),
            Value::Text(text) => text.clone(),
        }
    }

    fn is_null(&self) -> bool {
        match self {
            Value::Number(number) => *number == 0,
            Value::Text(text) => text.is_empty() || text == b"0",
        }
    }

    /// The value as a number, if it is one.
    fn number(&self) -> Option<i64> {
        match self {
            Value::Number(number) => Some(*number),
            Value::Text(text) => parse_number(text),
        }
    }

    fn operand(&self) -> Result<i64, Fail> {
        self.number()
            .ok_or_else(|| Fail::Message(2, b"non-numeric argument".to_vec()))
    }
}

/// As strtoll(3) when all of the text is a number: too large ones become the largest.
fn parse_number(text: &[u8]) -> Option<i64> {
    let text = text.trim_ascii_start();
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        [b'+', digits @ ..] => (false, digits),
        digits => (false, digits),
    };
    if digits.is_empty() && (negative || !text.is_empty()) {
        return None;
    }
    let mut number = 0_i64;
    for digit in digits {
        if !digit.is_ascii_digit() {
            return None;
        }
        let digit = i64::from(digit - b'0');
        let digit = if negative { -digit } else { digit };
        number = number.saturating_mul(10).saturating_add(digit);
    }
    Some(number)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    Or,
    And,
    Less,
    LessEqual,
    Equal,
    NotEqual,
    GreaterEqual,
    Greater,
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
    Match,
}

impl Operator {
    fn parse(token: &[u8]) -> Option<Self> {
        Some(match token {
            b"|" => Self::Or,
            b"&" => Self::And,
            b"<" => Self::Less,
            b"<=" => Self::LessEqual,
            b"=" | b"==" => Self::Equal,
            b"!=" => Self::NotEqual,
            b">=" => Self::GreaterEqual,
            b">" => Self::Greater,
            b"+" => Self::Add,
            b"-" => Self::Subtract,
            b"*" => Self::Multiply,
            b"/" => Self::Divide,
            b"%" => Self::Remainder,
            b":" => Self::Match,
            _ => return None,
        })
    }

    fn precedence(self) -> u8 {
        match self {
            Self::Or => 0,
            Self::And => 1,
            Self::Add | Self::Subtract => 3,
            Self::Multiply | Self::Divide | Self::Remainder => 4,
            Self::Match => 5,
            _ => 2,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Function {
    Length,
    Match,
    Index,
    Substr,
}

/// What waits for its operands.
#[derive(Debug)]
enum Pending {
    Open,
    Operator(Operator),
    /// A function and how many operands it still lacks.
    Function(Function, usize),
}

#[derive(Default)]
struct Machine {
    values: Vec<Value>,
    pending: Vec<Pending>,
}

/// The value of the whole; operands and operators wait on a stack, so nesting costs no native stack.
async fn evaluate(sys: &Sys, tokens: &[Bytes]) -> Result<Value, Fail> {
    let mut machine = Machine::default();
    let mut tokens = tokens.iter();
    let mut wants_operand = true;
    while let Some(token) = tokens.next() {
        sys.burn(100).await;
        if !wants_operand {
            if token == ")" {
                machine.close(sys).await?;
                wants_operand = machine.settle(sys).await?;
                continue;
            }
            let operator = Operator::parse(token).ok_or_else(syntax_error)?;
            machine.reduce(sys, operator.precedence()).await?;
            machine.pending.push(Pending::Operator(operator));
            wants_operand = true;
            continue;
        }
        match token.as_ref() {
            b"(" => machine.pending.push(Pending::Open),
            b")" => return Err(syntax_error()),
            b"length" => machine.call(Function::Length, 1),
            b"match" => machine.call(Function::Match, 2),
            b"index" => machine.call(Function::Index, 2),
            b"substr" => machine.call(Function::Substr, 3),
            _ => {
                let literal = match token.as_ref() {
                    b"quote" => tokens.next().ok_or_else(syntax_error)?,
                    _ => token,
                };
                machine.values.push(Value::Text(literal.to_vec()));
                wants_operand = machine.settle(sys).await?;
            }
        }
    }
    if wants_operand {
        return Err(syntax_error());
    }
    machine.reduce(sys, 0).await?;
    match (machine.values.pop(), machine.pending.is_empty()) {
        (Some(value), true) => Ok(value),
        _ => Err(syntax_error()),
    }
}

impl Machine {
    fn call(&mut self, function: Function, operands: usize) {
        self.pending.push(Pending::Function(function, operands));
    }

    /// An operand is complete: functions that have all of theirs become operands too. True when one wants more.
    async fn settle(&mut self, sys: &Sys) -> Result<bool, Fail> {
        while let Some(Pending::Function(function, lacking)) = self.pending.last_mut() {
            *lacking -= 1;
            if *lacking > 0 {
                return Ok(true);
            }
            let function = *function;
            self.pending.pop();
            let value = self.apply(sys, function).await?;
            self.values.push(value);
        }
        Ok(false)
    }

    /// Applies waiting operators of at least this precedence.
    async fn reduce(&mut self, sys: &Sys, precedence: u8) -> Result<(), Fail> {
        while let Some(Pending::Operator(operator)) = self.pending.last() {
            let operator = *operator;
            if operator.precedence() < precedence {
                break;
            }
            self.pending.pop();
            let right = self.operand()?;
            let left = self.operand()?;
            let value = match operator {
                Operator::Match => matched(sys, &left, &right).await?,
                _ => binary(operator, left, right)?,
            };
            self.values.push(value);
        }
        Ok(())
    }

    async fn close(&mut self, sys: &Sys) -> Result<(), Fail> {
        self.reduce(sys, 0).await?;
        match self.pending.pop() {
            Some(Pending::Open) => Ok(()),
            _ => Err(syntax_error()),
        }
    }

    fn operand(&mut self) -> Result<Value, Fail> {
        self.values.pop().ok_or_else(syntax_error)
    }

    async fn apply(&mut self, sys: &Sys, function: Function) -> Result<Value, Fail> {
        match function {
            Function::Length => {
                let text = self.operand()?.text();
                Ok(Value::Number(text.len() as i64))
            }
            Function::Match => {
                let pattern = self.operand()?;
                let text = self.operand()?;
                matched(sys, &text, &pattern).await
            }
            Function::Index => {
                let wanted = self.operand()?.text();
                let text = self.operand()?.text();
                let found = text.iter().position(|byte| wanted.contains(byte));
                Ok(Value::Number(found.map_or(0, |at| at as i64 + 1)))
            }
            Function::Substr => {
                let length = self.operand()?.number();
                let start = self.operand()?.number();
                let text = self.operand()?.text();
                Ok(Value::Text(substring(&text, start, length)))
            }
        }
    }
}

fn substring(text: &[u8], start: Option<i64>, length: Option<i64>) -> Vec<u8> {
    let (Some(start @ 1..), Some(length @ 1..)) = (start, length) else {
        return Vec::new();
    };
    let skip = usize::try_from(start - 1).unwrap_or(usize::MAX);
    let take = usize::try_from(length).unwrap_or(usize::MAX);
    text.iter().skip(skip).take(take).copied().collect()
}

fn binary(operator: Operator, left: Value, right: Value) -> Result<Value, Fail> {
    Ok(match operator {
        Operator::Or if left.is_null() => right,
        Operator::Or => left,
        Operator::And if left.is_null() || right.is_null() => Value::Number(0),
        Operator::And => left,
        Operator::Add | Operator::Subtract | Operator::Multiply => {
            let (left, right) = (left.operand()?, right.operand()?);
            Value::Number(match operator {
                Operator::Add => left.wrapping_add(right),
                Operator::Subtract => left.wrapping_sub(right),
                _ => left.wrapping_mul(right),
            })
        }
        Operator::Divide | Operator::Remainder => {
            let (left, right) = (left.operand()?, right.operand()?);
            if right == 0 {
                return Err(Fail::Message(2, b"division by zero".to_vec()));
            }
            Value::Number(match operator {
                Operator::Divide => left.wrapping_div(right),
                _ => left.wrapping_rem(right),
            })
        }
        _ => Value::Number(compare(operator, &left, &right).into()),
    })
}

/// Numbers by size, other texts by their bytes.
fn compare(operator: Operator, left: &Value, right: &Value) -> bool {
    let order = match (left.number(), right.number()) {
        (Some(left), Some(right)) => left.cmp(&right),
        _ => left.text().cmp(&right.text()),
    };
    match operator {
        Operator::Less => order.is_lt(),
        Operator::LessEqual => order.is_le(),
        Operator::Equal => order.is_eq(),
        Operator::NotEqual => order.is_ne(),
        Operator::GreaterEqual => order.is_ge(),
        _ => order.is_gt(),
    }
}

/// `TEXT : PATTERN`, anchored at the start: the first group's text, or the length.
async fn matched(sys: &Sys, text: &Value, pattern: &Value) -> Result<Value, Fail> {
    let (text, pattern) = (text.text(), pattern.text());
    let mut regex = Regex::new(&pattern, Syntax::Basic, false).map_err(|error| {
        Fail::Message(2, text!("bad regex '", pattern, "': ", error.to_string()))
    })?;
    let found = regex.find_groups(sys, &text, 0).await;
    let found = found.filter(|(start, _)| *start == 0);
    Ok(match (found, regex.groups() > 0) {
        (Some((_, end)), true) => match regex.group(1) {
            Some((start, end)) => Value::Text(text[start..end].to_vec()),
            None => Value::Number(end as i64),
        },
        (Some((_, end)), false) => Value::Number(end as i64),
        (None, true) => Value::Text(Vec::new()),
        (None, false) => Value::Number(0),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_numbers_when_all_of_them_is() {
        for (text, expected) in [
            ("12", Some(12)),
            ("-3", Some(-3)),
            ("+1", Some(1)),
            ("010", Some(10)),
            ("", Some(0)),
            ("-", None),
            ("1a", None),
            ("99999999999999999999", Some(i64::MAX)),
            ("-99999999999999999999", Some(i64::MIN)),
        ] {
            assert_eq!(parse_number(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn operators_compute_compare_and_choose() {
        for (left, operator, right, expected) in [
            ("5", "-", "-3", Some("8")),
            ("-5", "%", "3", Some("-2")),
            ("10", "<", "9", Some("0")),
            ("a10", "<", "9", Some("0")),
            ("abc", "<", "abd", Some("1")),
            ("1", "=", "01", Some("1")),
            ("", "|", "0", Some("0")),
            ("3", "&", "4", Some("3")),
            ("3", "&", "", Some("0")),
            (
                "9223372036854775807",
                "+",
                "1",
                Some("-9223372036854775808"),
            ),
            ("1", "/", "0", None),
            ("1", "+", "a", None),
        ] {
            let operator = Operator::parse(operator.as_bytes()).expect("is one");
            let [left, right] = [left, right].map(|text| Value::Text(text.into()));
            let value = binary(operator, left, right).ok().map(|value| value.text());
            assert_eq!(value, expected.map(|text| text.as_bytes().to_vec()));
        }
    }

    #[test]
    fn substrings_count_from_one() {
        for (start, length, expected) in [(2, 3, "bcd"), (0, 2, ""), (5, 99, "ef"), (9, 1, "")] {
            let part = substring(b"abcdef", Some(start), Some(length));
            assert_eq!(part, expected.as_bytes());
        }
    }
}
