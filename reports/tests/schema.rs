//! A produced file obeys the published schema, and the schema can refuse.

use reports::{
    ClientInfo, Environment, Evidence, EvidenceKind, Level, Line, Record, RunHeader, Step,
    StepOutcome, Stream, Verdict,
};
use serde_json::Value;

/// The keywords of JSON Schema this format uses; any other in the schema is an error here.
fn check(schema: &Value, root: &Value, value: &Value, at: &str) -> Result<(), String> {
    let keywords = schema.as_object().expect("a schema is an object");
    for (keyword, rule) in keywords {
        let holds = match keyword.as_str() {
            "$schema" | "$id" | "$defs" | "title" | "description" => true,
            "$ref" => {
                let pointer = rule.as_str().expect("a reference").trim_start_matches('#');
                let target = root.pointer(pointer).expect("a definition");
                check(target, root, value, at)?;
                true
            }
            "type" => match rule.as_str().expect("a type") {
                "object" => value.is_object(),
                "array" => value.is_array(),
                "string" => value.is_string(),
                "integer" => value.is_u64() || value.is_i64(),
                other => panic!("type {other} is not known to this test"),
            },
            "const" => value == rule,
            "enum" => rule.as_array().expect("a list").contains(value),
            "minimum" => value.as_f64() >= rule.as_f64(),
            "required" => {
                let names = rule.as_array().expect("a list");
                let has = |name: &Value| value.get(name.as_str().expect("a name")).is_some();
                names.iter().all(has)
            }
            "properties" => {
                for (name, inner) in rule.as_object().expect("a map") {
                    if let Some(member) = value.get(name) {
                        check(inner, root, member, &format!("{at}/{name}"))?;
                    }
                }
                true
            }
            "additionalProperties" => {
                assert_eq!(rule, &Value::Bool(false));
                let known = keywords["properties"].as_object().expect("a map");
                let members = value.as_object();
                members.is_none_or(|members| members.keys().all(|name| known.contains_key(name)))
            }
            "items" => {
                for (place, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(rule, root, item, &format!("{at}/{place}"))?;
                }
                true
            }
            other => panic!("keyword {other} is not known to this test"),
        };
        if !holds {
            return Err(format!("{at}: {keyword}"));
        }
    }
    Ok(())
}

fn header() -> RunHeader {
    RunHeader {
        started_at: "2026-01-02T03:04:05Z".into(),
        environment: Environment {
            target: "zonesim 0.1.0".into(),
            os: "linux".into(),
            arch: "x86_64".into(),
            cpus: 2,
        },
        clients: vec![ClientInfo {
            name: "docker-1.12".into(),
            version: "Docker version 1.12.6, build 78d1802".into(),
            sha256: Some("00".repeat(32)),
        }],
        suite_digest: "11".repeat(32),
        seed: 7,
        arguments: vec!["--id".into(), "CTR-06".into()],
    }
}

fn record(verdict: Verdict) -> Record {
    Record {
        id: "CTR-06.1".into(),
        same_as: vec!["API-05".into()],
        also: vec!["CLI-45".into()],
        name: "A killed container".into(),
        feature: "containers/exit.feature:12".into(),
        level: Level::Should,
        client: "docker-1.12".into(),
        verdict,
        reason: Some("stdout differs".into()),
        seed: u64::MAX,
        duration_ms: 12,
        steps: vec![Step {
            text: "Then it exits with 247".into(),
            outcome: StepOutcome::Failed,
            duration_ms: 1,
        }],
        evidence: vec![Evidence {
            kind: EvidenceKind::Stdout,
            about: "docker wait a".into(),
            text: "-9\n".into(),
        }],
    }
}

fn produced() -> (tempfile::TempDir, Value) {
    let folder = tempfile::tempdir().expect("a folder");
    let mut stream = Stream::create(folder.path(), header()).expect("a stream");
    for verdict in Verdict::ALL {
        stream.push(record(verdict)).expect("a record");
    }
    stream.push(Record::default()).expect("a record");
    stream.finish().expect("results");
    let text = std::fs::read(folder.path().join("results.json")).expect("a file");
    let value = serde_json::from_slice(&text).expect("JSON");
    (folder, value)
}

#[test]
fn a_produced_file_obeys_the_schema() {
    let schema: Value = serde_json::from_str(reports::SCHEMA).expect("JSON");
    let (_folder, results) = produced();
    assert_eq!(check(&schema, &schema, &results, ""), Ok(()));
}

#[test]
fn the_schema_refuses_what_is_missing_unknown_or_of_another_kind() {
    let schema: Value = serde_json::from_str(reports::SCHEMA).expect("JSON");
    let (_folder, results) = produced();
    type Spoil = fn(&mut Value);
    let cases: [(&str, Spoil); 5] = [
        ("/records/0", |v| v["records"][0]["extra"] = Value::Null),
        ("/records/0", |v| {
            v["records"][0].as_object_mut().map(|o| o.remove("id"));
        }),
        ("/records/0/verdict", |v| {
            v["records"][0]["verdict"] = "ok".into();
        }),
        ("/summary/passed", |v| v["summary"]["passed"] = (-1).into()),
        ("/format", |v| v["format"] = "zonesim-results/0".into()),
    ];
    for (at, spoil) in cases {
        let mut spoilt = results.clone();
        spoil(&mut spoilt);
        let error = check(&schema, &schema, &spoilt, "").expect_err(at);
        assert!(error.starts_with(at), "{error} is not at {at}");
    }
}

#[test]
fn the_stream_holds_each_record_before_the_run_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut stream = Stream::create(folder.path(), header()).expect("a stream");
    stream.push(record(Verdict::Pass)).expect("a record");
    let text = std::fs::read_to_string(folder.path().join("results.ndjson")).expect("a file");
    let lines: Vec<Line> = text
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line"))
        .collect();
    assert_eq!(
        lines,
        [
            Line::Header(header()),
            Line::Record(Box::new(record(Verdict::Pass))),
        ]
    );
    assert!(!folder.path().join("results.json").exists());
}
