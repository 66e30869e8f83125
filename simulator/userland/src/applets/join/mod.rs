//! join, as coreutils has it: busybox has none.

mod fields;
mod side;

use super::args::Long;
use super::context::{Context, Fail, Outcome, text};
use super::numbers;
use bytes::Bytes;
use fields::{Fields, Record};
use side::{Checking, Side};
use std::cmp::Ordering;

const LONG: &[Long] = &[
    ("ignore-case", false, b'i'),
    ("zero-terminated", false, b'z'),
    ("check-order", false, 1),
    ("nocheck-order", false, 2),
    ("header", false, 3),
];

/// Which fields of a pair are written.
enum Form {
    /// The key, then what else the lines hold.
    Whole,
    /// The same, with as many fields as the first lines have.
    FirstLines,
    /// These.
    List(Vec<Column>),
}

#[derive(Clone, Copy)]
enum Column {
    Key,
    /// A field of the first (0) or second (1) file.
    Of(usize, usize),
}

struct Job {
    fields: Fields,
    keys: [usize; 2],
    form: Form,
    empty: Bytes,
    pairs: bool,
    /// Whether lines without a partner are written.
    alone: [bool; 2],
    end: u8,
}

/// Writes pairs of lines of two sorted files that have the same key.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.long_options("a:e:i1:2:j:o:t:v:z", LONG)?;
    let mut job = Job::new(&options)?;
    let [one, other] = match options.operands.as_slice() {
        [] => return Err(Fail::Usage(1, Some(b"missing operand".to_vec()))),
        [one] => {
            let message = text!("missing operand after '", one, "'");
            return Err(Fail::Usage(1, Some(message)));
        }
        [one, other] => [one.clone(), other.clone()],
        [_, _, further, ..] => {
            let message = text!("extra operand '", further, "'");
            return Err(Fail::Usage(1, Some(message)));
        }
    };
    if one == "-" && other == "-" {
        return Err(Fail::new("both files cannot be standard input"));
    }
    let checking = match options.last_of(&[1, 2]) {
        Some(1) => Checking::Always,
        Some(_) => Checking::Never,
        None => Checking::WhenUnpaired,
    };
    let mut sides = [
        Side::open(cx, one, job.keys[0], job.end, checking).await?,
        Side::open(cx, other, job.keys[1], job.end, checking).await?,
    ];
    if options.has(3) {
        header(cx, &mut job, &mut sides).await?;
    }
    merge(cx, &mut job, &mut sides).await?;
    if sides.iter().any(|side| side.disordered) {
        return Err(Fail::new("input is not in sorted order"));
    }
    Ok(0)
}

impl Job {
    fn new(options: &super::args::Options) -> Result<Self, Fail> {
        let mut job = Self {
            fields: Fields {
                separator: None,
                ignore_case: options.has(b'i'),
            },
            keys: [0; 2],
            form: Form::Whole,
            empty: Bytes::new(),
            pairs: true,
            alone: [false; 2],
            end: if options.has(b'z') { 0 } else { b'\n' },
        };
        let mut keys = [None; 2];
        for (letter, value) in &options.given {
            let value = value.as_ref().map_or(&b""[..], |value| value);
            match letter {
                b'a' | b'v' => {
                    job.pairs &= *letter == b'a';
                    let file = field_number(value)?;
                    let alone = job.alone.get_mut(file);
                    *alone.ok_or_else(|| invalid_field(value))? = true;
                }
                b'1' | b'2' | b'j' => {
                    let field = field_number(value)?;
                    for (key, own) in keys.iter_mut().zip([b'1', b'2']) {
                        if *letter == b'j' || *letter == own {
                            set_key(key, field)?;
                        }
                    }
                }
                b'e' => job.empty = Bytes::copy_from_slice(value),
                b'o' if value == b"auto" => job.form = Form::FirstLines,
                b'o' => job.add_columns(value)?,
                b't' => job.fields.separator = Some(separator(value, job.end)?),
                _ => {}
            }
        }
        job.keys = keys.map(|key| key.unwrap_or(0));
        Ok(job)
    }

    fn add_columns(&mut self, value: &[u8]) -> Result<(), Fail> {
        if !matches!(self.form, Form::List(_)) {
            self.form = Form::List(Vec::new());
        }
        if let Form::List(columns) = &mut self.form {
            for word in value.split(|byte| matches!(byte, b',' | b' ' | b'\t')) {
                columns.push(column(word)?);
            }
        }
        Ok(())
    }

    /// Takes the number of fields from the first lines, if that is wanted.
    fn settle(&mut self, first: [Option<&Record>; 2]) {
        if !matches!(self.form, Form::FirstLines) {
            return;
        }
        let mut columns = vec![Column::Key];
        for (file, record) in first.into_iter().enumerate() {
            let count = record.map_or(0, Record::len);
            let others = (0..count).filter(|field| *field != self.keys[file]);
            columns.extend(others.map(|field| Column::Of(file, field)));
        }
        self.form = Form::List(columns);
    }

    fn compare(&self, one: &Record, other: &Record) -> Ordering {
        let (one, other) = (one.key(self.keys[0]), other.key(self.keys[1]));
        self.fields.compare(one, other)
    }

    /// Writes two lines, or one without a partner.
    async fn put(&self, cx: &mut Context<'_>, lines: [Option<&Record>; 2]) -> Result<(), Fail> {
        let between = self.fields.separator.unwrap_or(b' ');
        let key = || {
            let of = |file: usize| lines[file].map(|line| line.field(self.keys[file]));
            of(0).or(of(1)).flatten()
        };
        let empty = &self.empty[..];
        match &self.form {
            Form::List(columns) => {
                for (at, column) in columns.iter().enumerate() {
                    if at > 0 {
                        cx.out.put([between]);
                    }
                    let field = match column {
                        Column::Key => key(),
                        Column::Of(file, field) => lines[*file].and_then(|line| line.field(*field)),
                    };
                    cx.out
                        .put(field.filter(|field| !field.is_empty()).unwrap_or(empty));
                }
            }
            Form::Whole | Form::FirstLines => {
                cx.out
                    .put(key().filter(|field| !field.is_empty()).unwrap_or(empty));
                for (file, line) in lines.into_iter().enumerate() {
                    let Some(line) = line else { continue };
                    for at in (0..line.len()).filter(|at| *at != self.keys[file]) {
                        cx.out.put([between]);
                        let field = line.field(at).filter(|field| !field.is_empty());
                        cx.out.put(field.unwrap_or(empty));
                    }
                }
            }
        }
        cx.sys.burn(100).await;
        cx.out.write([self.end]).await
    }
}

/// The first lines are a pair whatever their keys.
async fn header(
    cx: &mut Context<'_>,
    job: &mut Job,
    sides: &mut [Side<'_>; 2],
) -> Result<(), Fail> {
    for side in sides.iter_mut() {
        side.advance(cx, &job.fields, false).await?;
    }
    job.settle([sides[0].line(), sides[1].line()]);
    let lines = [sides[0].line(), sides[1].line()];
    if lines.iter().any(Option::is_some) {
        job.put(cx, lines).await?;
    }
    sides.iter_mut().for_each(Side::forget);
    Ok(())
}

async fn merge(cx: &mut Context<'_>, job: &mut Job, sides: &mut [Side<'_>; 2]) -> Result<(), Fail> {
    // Disorder counts only once a line has been found to have no partner.
    let mut unpaired = false;
    for side in sides.iter_mut() {
        side.advance(cx, &job.fields, unpaired).await?;
    }
    job.settle([sides[0].line(), sides[1].line()]);
    while let [Some(one), Some(other)] = [sides[0].line(), sides[1].line()] {
        let lonely = match job.compare(one, other) {
            Ordering::Less => 0,
            Ordering::Greater => 1,
            Ordering::Equal => {
                for side in sides.iter_mut() {
                    side.gather(cx, &job.fields, unpaired).await?;
                }
                if job.pairs {
                    for one in sides[0].group() {
                        for other in sides[1].group() {
                            job.put(cx, [Some(one), Some(other)]).await?;
                        }
                    }
                }
                continue;
            }
        };
        put_alone(cx, job, sides, lonely).await?;
        unpaired = true;
        sides[lonely].advance(cx, &job.fields, unpaired).await?;
    }
    let both_known = sides.iter().all(|side| side.disordered);
    for file in 0..2 {
        let checks = sides[file].is_checked() && !both_known;
        if !job.alone[file] && !checks {
            continue;
        }
        if sides[file].line().is_some() && sides[1 - file].line().is_some() {
            unpaired = true;
        }
        while sides[file].line().is_some() {
            put_alone(cx, job, sides, file).await?;
            sides[file].advance(cx, &job.fields, unpaired).await?;
            if sides[file].disordered && !job.alone[file] {
                break;
            }
        }
    }
    Ok(())
}

async fn put_alone(
    cx: &mut Context<'_>,
    job: &Job,
    sides: &[Side<'_>; 2],
    file: usize,
) -> Result<(), Fail> {
    if !job.alone[file] {
        return Ok(());
    }
    let mut lines = [None; 2];
    lines[file] = sides[file].line();
    job.put(cx, lines).await
}

fn invalid_field(text: &[u8]) -> Fail {
    Fail::new(text!("invalid field number: '", text, "'"))
}

/// A number from one on, made one from zero on.
fn field_number(text: &[u8]) -> Result<usize, Fail> {
    let number = match numbers::decimal(text) {
        // More than there can be.
        None if !text.is_empty() && text.iter().all(u8::is_ascii_digit) => Some(u64::MAX),
        number => number,
    };
    let number = number.filter(|number| *number > 0);
    let number = number.ok_or_else(|| invalid_field(text))?;
    Ok(usize::try_from(number - 1).unwrap_or(usize::MAX))
}

fn set_key(key: &mut Option<usize>, field: usize) -> Result<(), Fail> {
    match *key {
        Some(before) if before != field => Err(Fail::new(format!(
            "incompatible join fields {}, {}",
            before.saturating_add(1),
            field.saturating_add(1)
        ))),
        _ => {
            *key = Some(field);
            Ok(())
        }
    }
}

/// `0` is the key, `1.FIELD` and `2.FIELD` are fields.
fn column(word: &[u8]) -> Result<Column, Fail> {
    let bad = |what: &str| Fail::new(text!(what, ": '", word, "'"));
    match word {
        b"0" => Ok(Column::Key),
        [b'0', ..] => Err(bad("invalid field specifier")),
        [file @ (b'1' | b'2'), b'.', field @ ..] => {
            Ok(Column::Of(usize::from(file - b'1'), field_number(field)?))
        }
        [b'1' | b'2', ..] => Err(bad("invalid field specifier")),
        _ => Err(bad("invalid file number in field spec")),
    }
}

/// The byte between fields. Nothing: the whole line is one field.
fn separator(text: &[u8], end: u8) -> Result<u8, Fail> {
    match text {
        [] => Ok(end),
        [byte] => Ok(*byte),
        b"\\0" => Ok(0),
        _ => Err(Fail::new(text!("multi-character tab '", text, "'"))),
    }
}
