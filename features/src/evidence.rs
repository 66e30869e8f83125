//! What is kept to judge a scenario by: texts for people, transcripts for machines.

use clients::{Event, EventKind, Outcome, Transcript};
use reports::{Evidence, EvidenceKind};

/// Characters kept of either end of a long text.
const KEPT_CHARS: usize = 4000;
/// Bytes kept of either end of a long transcript, in whole events.
const KEPT_BYTES: usize = 32 * 1024;

/// A text, its middle left out when it is long.
pub(crate) fn of_text(kind: EvidenceKind, about: &str, text: &str) -> Evidence {
    let count = text.chars().count();
    let text = match count > 2 * KEPT_CHARS {
        false => text.to_owned(),
        true => {
            let start: String = text.chars().take(KEPT_CHARS).collect();
            let end: String = text.chars().skip(count - KEPT_CHARS).collect();
            let between = count - 2 * KEPT_CHARS;
            format!("{start}\n[… {between} characters …]\n{end}")
        }
    };
    Evidence {
        kind,
        about: about.to_owned(),
        text,
    }
}

/// How a command ended, what it printed, and what happened when.
pub(crate) fn of_outcome(about: &str, outcome: &Outcome) -> Vec<Evidence> {
    let status = of_text(EvidenceKind::Command, about, &outcome.status.to_string());
    let mut kept = vec![status];
    for (kind, bytes) in [
        (EvidenceKind::Stdout, &outcome.stdout),
        (EvidenceKind::Stderr, &outcome.stderr),
        (EvidenceKind::Stdout, &outcome.screen),
    ] {
        if !bytes.is_empty() {
            kept.push(of_text(kind, about, &String::from_utf8_lossy(bytes)));
        }
    }
    kept.push(of_transcript(about, &outcome.transcript));
    kept
}

/// The events of a command or a connection, one JSON object a line. In a long one an event
/// `left_out` stands for those in the middle.
pub(crate) fn of_transcript(about: &str, transcript: &Transcript) -> Evidence {
    let events = transcript.events();
    let lines: Vec<String> = events.iter().map(line).collect();
    let kept_from = |lines: &mut dyn Iterator<Item = &String>| {
        let mut bytes = 0;
        lines
            .take_while(|line| {
                bytes += line.len() + 1;
                bytes <= KEPT_BYTES
            })
            .count()
    };
    let whole = lines.iter().map(|line| line.len() + 1).sum::<usize>() <= 2 * KEPT_BYTES;
    let (start, end) = match whole {
        true => (lines.len(), 0),
        false => (
            kept_from(&mut lines.iter()),
            kept_from(&mut lines.iter().rev()),
        ),
    };
    let mut kept = lines[..start].to_vec();
    if !whole {
        kept.push(line(&Event {
            at_us: events[start].at_us,
            what: EventKind::LeftOut {
                events: (lines.len() - start - end) as u64,
            },
        }));
        kept.extend_from_slice(&lines[lines.len() - end..]);
    }
    Evidence {
        kind: EvidenceKind::Transcript,
        about: about.to_owned(),
        text: kept.join("\n"),
    }
}

fn line(event: &Event) -> String {
    serde_json::to_string(event).expect("an event has nothing that JSON lacks")
}

#[cfg(test)]
mod tests {
    use clients::Data;

    use super::*;

    #[test]
    fn the_middle_of_a_long_text_is_left_out() {
        let text = of_text(EvidenceKind::Wire, "x", &"é".repeat(9000)).text;
        assert_eq!(
            text.chars().filter(|char| *char == 'é').count(),
            2 * KEPT_CHARS
        );
        assert!(text.contains("[… 1000 characters …]"));
        assert_eq!(of_text(EvidenceKind::Wire, "x", "short").text, "short");
    }

    fn transcript(events: usize, bytes: usize) -> Transcript {
        let event = |place: usize| Event {
            at_us: place as u64,
            what: EventKind::Stdout {
                data: Data {
                    len: bytes,
                    kept: vec![b'x'; bytes],
                },
            },
        };
        (0..events).map(event).collect()
    }

    #[test]
    fn a_transcript_is_one_event_a_line_and_its_middle_may_be_left_out() {
        let short = of_transcript("x", &transcript(3, 10));
        assert_eq!(short.kind, EvidenceKind::Transcript);
        assert_eq!(short.text.lines().count(), 3);
        let long = of_transcript("x", &transcript(20, 10_000)).text;
        let lines: Vec<serde_json::Value> = long
            .lines()
            .map(|line| serde_json::from_str(line).expect("JSON"))
            .collect();
        let times: Vec<_> = lines.iter().map(|line| line["at_us"].clone()).collect();
        assert_eq!(times, [0, 1, 2, 3, 17, 18, 19]);
        assert_eq!(lines[3]["event"], "left_out");
        assert_eq!(lines[3]["events"], 14);
        let one = of_transcript("x", &transcript(1, 100_000)).text;
        assert_eq!(one, r#"{"at_us":0,"event":"left_out","events":1}"#);
    }
}
