//! Reading a journal.

use crate::line::{Begin, End, FORM, Line, VERSION};
use crate::seal::Seal;
use crate::{Fault, Flaw, StateDigest, Step};
use serde_json::Value;
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
        let mut begin: Option<Begin> = None;
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
            let meaning = meaning.map_err(|error: serde_json::Error| {
                meaningless(&object, begin.as_ref(), &error).at(place)
            })?;
            let last = steps.last().map_or(0, |last| last.step.number);
            match meaning {
                Line::Begin(read) if place == 1 && read.form != FORM => {
                    return Err(Flaw::Form(read.form).at(place));
                }
                Line::Begin(read) if place == 1 => {
                    let checked = read.config.check();
                    checked.map_err(|fault| Flaw::from(fault).at(place))?;
                    begin = Some(*read);
                }
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

    /// What is to be said when another version has recorded it, whose zone may go another way.
    pub fn other_version(&self) -> Option<String> {
        let recorded = &self.begin.version;
        (recorded != VERSION).then(|| format!("recorded by zonesim {recorded}, this is {VERSION}"))
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
fn form(first: &Value) -> Option<u32> {
    first["begin"]["form"].as_u64()?.try_into().ok()
}

/// Why a line cannot be read; `begin` is the first one, unless this is.
fn meaningless(object: &str, begin: Option<&Begin>, error: &serde_json::Error) -> Flaw {
    let line: Value = serde_json::from_str(object).unwrap_or_default();
    let version = match begin {
        Some(begin) => Some(begin.version.as_str()),
        None => line["begin"]["version"].as_str(),
    };
    let reason = error.to_string();
    match (form(&line), version) {
        (Some(form), _) if form != FORM => Flaw::Form(form),
        (_, Some(recorded)) if recorded != VERSION => Flaw::OtherVersion {
            recorded: recorded.to_owned(),
            own: VERSION,
            reason,
        },
        _ => Flaw::Meaningless(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Journal;
    use zone::Zone;

    /// A journal without steps whose first line is changed, sealed as if it had been written so.
    fn read_changed(change: impl Fn(&mut Value)) -> Result<Recording, String> {
        let zone = Zone::new(ZoneConfig::default(), 7);
        let text = Journal::new(ZoneConfig::default(), &zone.view()).text();
        let (mut opening, mut closing) = (Seal::default(), Seal::default());
        let mut changed = String::new();
        for line in text.lines() {
            let object = opening.open(line).expect("as it was written");
            let mut object: Value = serde_json::from_str(&object).expect("JSON");
            if object.get("begin").is_some() {
                change(&mut object["begin"]);
            }
            changed += &closing.close(&object.to_string());
            changed.push('\n');
        }
        Recording::read(&changed).map_err(|fault| fault.to_string())
    }

    #[test]
    fn a_configuration_that_no_zone_can_be_made_from_is_refused() {
        assert!(read_changed(|_| ()).is_ok());
        let refused = read_changed(|begin| begin["config"]["admin"]["login"] = "-".into());
        assert_eq!(
            refused.err().as_deref(),
            Some(
                "line 1: no zone can be made from this: the operator's account: login - is invalid"
            )
        );
    }

    #[test]
    fn a_journal_of_another_version_is_read_and_says_so_and_so_does_one_that_cannot_be() {
        let of = |recorded: &str| format!("recorded by zonesim {recorded}, this is {VERSION}");
        let own = read_changed(|_| ()).expect("it is whole");
        assert_eq!(own.other_version(), None);
        let other = read_changed(|begin| begin["version"] = "0.0.1-old".into());
        assert_eq!(
            other.expect("it is whole").other_version(),
            Some(of("0.0.1-old"))
        );
        let strange = read_changed(|begin| {
            begin["version"] = "99.0.0".into();
            begin["config"]["servers"] = "many".into();
        });
        let said = strange.expect_err("it means nothing");
        assert!(
            said.starts_with(&format!("line 1: {}", of("99.0.0"))),
            "{said}"
        );
        let older = read_changed(|begin| begin["form"] = 1.into());
        assert_eq!(
            older.err().as_deref(),
            Some("line 1: journals of form 1 are read by another version")
        );
    }
}
