//! Reading a journal.

use crate::line::{Begin, End, FORM, Line};
use crate::seal::Seal;
use crate::{Fault, Flaw, StateDigest, Step};
use zone::ZoneConfig;

/// A journal that is whole.
#[derive(Clone, Debug)]
pub struct Recording {
    begin: Begin,
    steps: Vec<Recorded>,
    end: End,
}

/// A step, and what is known of the state after it.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// What the zone was told.
    pub step: Step,
    /// The state's digest, where the journal has one.
    pub digest: Option<StateDigest>,
}

impl Recording {
    /// Reads the text of a journal.
    ///
    /// # Errors
    ///
    /// The first line that is not as it was written, or not where it should be.
    pub fn read(text: &str) -> Result<Self, Fault> {
        let mut seal = Seal::default();
        let mut begin = None;
        let mut steps: Vec<Recorded> = Vec::new();
        let mut end: Option<End> = None;
        let mut place = 0;
        for line in text.lines() {
            place += 1;
            if end.is_some() {
                return Err(Flaw::BehindEnd.at(place));
            }
            let object = seal.open(line).map_err(|flaw| flaw.at(place))?;
            let meaning = serde_json::from_str(&object);
            let meaning = meaning.map_err(|error| match form(&object) {
                Some(form) if form != FORM => Flaw::Form(form).at(place),
                _ => Flaw::Meaningless(error.to_string()).at(place),
            })?;
            let last = steps.last().map_or(0, |last| last.step.number);
            match meaning {
                Line::Begin(read) if place == 1 && read.form != FORM => {
                    return Err(Flaw::Form(read.form).at(place));
                }
                Line::Begin(read) if place == 1 => begin = Some(*read),
                _ if place == 1 => return Err(Flaw::NoBeginning.at(place)),
                Line::Step(step) if step.number == last + 1 => {
                    steps.push(Recorded { step, digest: None });
                }
                Line::Digest(digest) => match steps.last_mut() {
                    Some(last) => last.digest = Some(digest),
                    None => return Err(Flaw::Misplaced.at(place)),
                },
                Line::End(read) if read.steps == last => end = Some(read),
                Line::Begin(_) | Line::Step(_) | Line::End(_) => {
                    return Err(Flaw::Misplaced.at(place));
                }
            }
        }
        match (begin, end) {
            (Some(begin), Some(end)) => Ok(Self { begin, steps, end }),
            _ => Err(Flaw::CutOff.at(place + 1)),
        }
    }

    /// What decided everything random.
    pub fn seed(&self) -> u64 {
        self.begin.seed
    }

    /// What the zone was made from.
    pub fn config(&self) -> &ZoneConfig {
        &self.begin.config
    }

    /// The steps in their order.
    pub fn steps(&self) -> &[Recorded] {
        &self.steps
    }

    /// The state after the last step.
    pub fn digest(&self) -> StateDigest {
        self.end.digest
    }

    /// There was no room for what came after the last step.
    pub fn is_full(&self) -> bool {
        self.end.full
    }
}

/// The form that a first line says it has, whatever else it says.
fn form(object: &str) -> Option<u32> {
    let line: serde_json::Value = serde_json::from_str(object).ok()?;
    line["begin"]["form"].as_u64()?.try_into().ok()
}
