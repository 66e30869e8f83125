//! Whose answer a step tells: everybody's, the zone's or the engine's.
//!
//! A step that begins with `on the engine` tells what Docker Inc's engine answers where the zone answers
//! what the step before it says; `on the engine (drift)` tells so of engine 20.10 where those of the
//! clients' time answered otherwise. `on the zone` is for what an engine is not asked.

use cucumber::gherkin::{Step, StepType};

/// Whose answer it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The zone's and the engine's.
    Both,
    /// The zone's alone.
    Zone,
    /// The engine's alone.
    Engine,
    /// That of engine 20.10; those before it had another.
    Drift,
}

/// The words before a step, the longer ones first.
const WORDS: [(&str, Whose); 3] = [
    ("on the engine (drift) ", Whose::Drift),
    ("on the engine ", Whose::Engine),
    ("on the zone ", Whose::Zone),
];

/// A step of a scenario and whose answer it tells.
#[derive(Debug, Clone)]
pub struct Line {
    /// Whose.
    pub whose: Whose,
    /// The step without the words that say so.
    pub step: Step,
    /// The step as it is written, with its keyword.
    pub text: String,
    /// Whether the engine's answer to the same follows.
    pub contradicted: bool,
}

impl Line {
    /// Whether it is an expectation.
    pub fn expects(&self) -> bool {
        self.step.ty == StepType::Then
    }

    /// The step as it is written, with the text or the table below it.
    pub fn whole(&self) -> String {
        let mut whole = self.text.clone();
        if let Some(text) = &self.step.docstring {
            whole.push_str(text);
        }
        for row in self.step.table.iter().flat_map(|table| &table.rows) {
            whole.push_str(&format!("\n| {} |", row.join(" | ")));
        }
        whole
    }

    /// [`Line::whole`] without the keyword and the words that say whose it is.
    pub fn answer(&self) -> String {
        let whole = self.whole();
        let begins = whole.find(&self.step.value).unwrap_or_default();
        whole[begins..].to_owned()
    }

    /// Whether it tells an answer of the engine's own.
    pub fn is_engines(&self) -> bool {
        matches!(self.whose, Whose::Engine | Whose::Drift)
    }
}

/// Reads the steps of a scenario.
///
/// # Errors
///
/// An engine's answer that is no expectation, or that follows no expectation of the zone.
pub fn read(steps: impl IntoIterator<Item = Step>) -> Result<Vec<Line>, String> {
    let mut lines: Vec<Line> = Vec::new();
    // The zone's last expectation, which engine's answers behind it contradict.
    let mut zones: Option<usize> = None;
    for mut step in steps {
        let text = format!("{} {}", step.keyword.trim(), step.value);
        let words = WORDS
            .iter()
            .find(|(words, _)| step.value.starts_with(words));
        let whose = words.map_or(Whose::Both, |(_, whose)| *whose);
        if let Some((words, _)) = words {
            step.value = step.value[words.len()..].to_owned();
        }
        let line = Line {
            whose,
            step,
            text,
            contradicted: false,
        };
        if line.is_engines() {
            let place = zones.filter(|_| line.expects());
            let place = place.ok_or_else(|| format!("`{}` contradicts nothing", line.text))?;
            lines[place].contradicted = true;
        } else {
            zones = line.expects().then_some(lines.len());
        }
        lines.push(line);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use cucumber::gherkin::{Feature, GherkinEnv};

    use super::*;

    fn lines(steps: &str) -> Result<Vec<Line>, String> {
        let text = format!("Feature: F\n  Scenario: S\n{steps}");
        let feature = Feature::parse(text, GherkinEnv::default()).expect("Gherkin");
        read(feature.scenarios[0].steps.clone())
    }

    #[test]
    fn an_engines_answer_contradicts_the_expectation_before_it() {
        let read = lines(
            "    When I run `x`\n    Then it exits with 0\n    But on the engine it exits with 1\n    And on the engine (drift) stderr is \"\"\n    And on the zone stdout is \"\"\n    And stderr is \"\"\n",
        );
        let read = read.expect("a scenario");
        let seen: Vec<_> = read
            .iter()
            .map(|line| (line.whose, line.contradicted, &*line.step.value))
            .collect();
        assert_eq!(
            seen,
            [
                (Whose::Both, false, "I run `x`"),
                (Whose::Both, true, "it exits with 0"),
                (Whose::Engine, false, "it exits with 1"),
                (Whose::Drift, false, "stderr is \"\""),
                (Whose::Zone, false, "stdout is \"\""),
                (Whose::Both, false, "stderr is \"\""),
            ]
        );
        assert_eq!(read[2].text, "But on the engine it exits with 1");
    }

    #[test]
    fn an_engines_answer_to_nothing_is_refused() {
        for steps in [
            "    Then on the engine it exits with 1\n",
            "    When on the engine I run `x`\n",
            "    Then it exits with 0\n    When I run `x`\n    Then on the engine it exits with 1\n",
        ] {
            assert!(lines(steps).is_err(), "{steps}");
        }
    }
}
