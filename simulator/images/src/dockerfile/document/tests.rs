//! Instructions applied to documents.

use super::{Document, PACKAGE_LABEL, Step};
use crate::dockerfile::{BuildArgs, BuildError, Dockerfile};
use serde_json::{Value, json};
use zone::Digest;

const NOW: &str = "2017-01-01T00:00:00Z";

fn apply(document: &mut Document, text: &str) -> Result<(), BuildError> {
    let dockerfile = Dockerfile::parse("x", text.as_bytes()).expect("it is good");
    for instruction in &dockerfile.instructions {
        let environment = document.environment();
        let instruction = instruction.substitute(&environment, &BuildArgs::default())?;
        document.apply(&instruction)?;
    }
    Ok(())
}

fn parse(value: &Value) -> Document {
    Document::parse(value.to_string().as_bytes()).expect("it is good")
}

#[test]
fn instructions_change_settings() {
    for (text, name, expected) in [
        ("CMD a b", "Cmd", json!(["/bin/sh", "-c", "a b"])),
        ("CMD [\"a\"]", "Cmd", json!(["a"])),
        ("CMD []", "Cmd", json!([])),
        (
            "ENTRYPOINT exit 130",
            "Entrypoint",
            json!(["/bin/sh", "-c", "exit 130"]),
        ),
        ("ENTRYPOINT []", "Entrypoint", json!(null)),
        (
            "ENV a=1 b=2\nENV c 3\nENV a=4 cc=5",
            "Env",
            json!(["a=4", "b=2", "c=3", "cc=5"]),
        ),
        ("ENV ab=1\nENV a=2", "Env", json!(["ab=1", "a=2"])),
        (
            "LABEL a=1\nLABEL b=2 a=3",
            "Labels",
            json!({"a": "3", "b": "2"}),
        ),
        (
            "EXPOSE 80 53/UDP\nEXPOSE 80/tcp",
            "ExposedPorts",
            json!({"80/tcp": {}, "53/udp": {}}),
        ),
        (
            "EXPOSE 1-2",
            "ExposedPorts",
            json!({"1/tcp": {}, "2/tcp": {}}),
        ),
        (
            "VOLUME /a /b\nVOLUME [\"/a\"]",
            "Volumes",
            json!({"/a": {}, "/b": {}}),
        ),
        ("USER a:b", "User", json!("a:b")),
        (
            "WORKDIR /test\nWORKDIR subdir/",
            "WorkingDir",
            json!("/test/subdir"),
        ),
        ("WORKDIR a", "WorkingDir", json!("/a")),
        ("WORKDIR /a\nWORKDIR ..", "WorkingDir", json!("/")),
        ("STOPSIGNAL nonsense", "StopSignal", json!("nonsense")),
        (
            "ONBUILD RUN x\nONBUILD ONBUILD ADD y /",
            "OnBuild",
            json!(["RUN x", "ONBUILD ADD y /"]),
        ),
    ] {
        let mut document = Document::scratch();
        apply(&mut document, text).expect("it is good");
        assert_eq!(document.setting(name), &expected, "{text}");
    }
}

#[test]
fn maintainer_names_the_author() {
    let mut document = Document::scratch();
    apply(&mut document, "MAINTAINER J\u{e9}r\u{f4}me <j@x>").expect("it is good");
    assert_eq!(document.member("author"), "J\u{e9}r\u{f4}me <j@x>");
}

#[test]
fn wrong_instructions_are_refused() {
    for (text, error) in [
        ("EXPOSE 8010-8000", "Invalid containerPort: 8010-8000"),
        ("VOLUME", "Volume specified can not be an empty string"),
        (
            "VOLUME [\"\"]",
            "Volume specified can not be an empty string",
        ),
        (
            "VOLUME /a $nothing",
            "Volume specified can not be an empty string",
        ),
        ("HEALTHCHECK NONE", "Unknown instruction: HEALTHCHECK"),
        ("ENV a=${b", "Missing \":\" in substitution: ${b"),
    ] {
        let refused = apply(&mut Document::scratch(), text).expect_err("it is refused");
        assert_eq!(refused.to_string(), error, "{text}");
    }
}

#[test]
fn an_entrypoint_clears_a_command_that_is_inherited() {
    let base = parse(&json!({"config": {"Cmd": ["sh"]}}));
    for (text, expected) in [
        ("ENTRYPOINT x", json!(null)),
        ("CMD [\"own\"]\nENTRYPOINT x", json!(["own"])),
        ("ENTRYPOINT x\nCMD [\"own\"]\nENTRYPOINT y", json!(["own"])),
    ] {
        let mut document = Document::scratch();
        document.begin(base.clone());
        apply(&mut document, text).expect("it is good");
        assert_eq!(document.setting("Cmd"), &expected, "{text}");
    }
    let mut document = base.clone();
    apply(&mut document, "CMD [\"own\"]").expect("it is good");
    let cached = parse(&json!({"config": {"Cmd": ["own"]}}));
    document.adopt(cached);
    apply(&mut document, "ENTRYPOINT x").expect("it is good");
    assert_eq!(document.setting("Cmd"), &json!(["own"]));
}

#[test]
fn triggers_of_a_base_are_taken_once() {
    let mut document = parse(&json!({"config": {"OnBuild": ["RUN a", "RUN b"]}}));
    assert_eq!(document.take_triggers(), ["RUN a", "RUN b"]);
    assert_eq!(document.setting("OnBuild"), &Value::Null);
    assert!(document.take_triggers().is_empty());
    assert!(parse(&json!({"config": {}})).take_triggers().is_empty());
}

#[test]
fn a_configuration_cannot_grow_for_ever() {
    let mut document = Document::scratch();
    let value = "x".repeat(900_000);
    let results: Vec<bool> = (0..6)
        .map(|index| apply(&mut document, &format!("ENV a{index}={value}")).is_ok())
        .collect();
    assert_eq!(results, [true, true, true, true, false, false]);
    let mut document = Document::scratch();
    let command = ["x".repeat(1 << 20)];
    let results: Vec<bool> = (0..4)
        .map(|_| {
            document
                .record(&Step::metadata(&command, None, NOW))
                .is_ok()
        })
        .collect();
    assert_eq!(results, [true, true, false, false]);
}

#[test]
fn a_record_keeps_no_label_of_a_package() {
    let mut document = Document::scratch();
    document.merge_labels([("a", "1"), (PACKAGE_LABEL, "g4")]);
    let step = Step::metadata(&[], None, NOW);
    document.record(&step).expect("it is short");
    let text = String::from_utf8(document.to_bytes()).expect("it is JSON");
    assert!(!text.contains(PACKAGE_LABEL), "{text}");
    assert_eq!(document.labels().len(), 1);
}

#[test]
fn a_step_makes_a_document_of_fixed_bytes() {
    let mut document = Document::scratch();
    apply(&mut document, "MAINTAINER me\nCMD [\"a\"]").expect("it is good");
    let command = ["/bin/sh", "-c", "#(nop) CMD [\"a\"]"].map(str::to_owned);
    document
        .record(&Step::metadata(&command, None, NOW))
        .expect("it is short");
    let layer = Step {
        command: &["top".to_owned()],
        parent: Some(Digest([1; 32])),
        created: NOW,
        diff_id: Some(Digest([2; 32])),
        comment: "hello",
    };
    document.record(&layer).expect("it is short");
    let (one, two) = ("01".repeat(32), "02".repeat(32));
    let settings = |cmd: &str| {
        format!(
            "{{\"Hostname\":\"\",\"Domainname\":\"\",\"User\":\"\",\"AttachStdin\":false,\
             \"AttachStdout\":false,\"AttachStderr\":false,\"Tty\":false,\"OpenStdin\":false,\
             \"StdinOnce\":false,\"Env\":null,\"Cmd\":[\"{cmd}\"],\"Image\":\"sha256:{one}\",\
             \"Volumes\":null,\"WorkingDir\":\"\",\"Entrypoint\":null,\"OnBuild\":null,\"Labels\":null}}"
        )
    };
    let expected = format!(
        "{{\"architecture\":\"amd64\",\"author\":\"me\",\"comment\":\"hello\",\"config\":{},\
         \"container_config\":{},\"created\":\"{NOW}\",\"history\":[\
         {{\"created\":\"{NOW}\",\"author\":\"me\",\"created_by\":\"/bin/sh -c #(nop) CMD [\\\"a\\\"]\",\
         \"empty_layer\":true}},\
         {{\"created\":\"{NOW}\",\"author\":\"me\",\"created_by\":\"top\",\"comment\":\"hello\"}}],\
         \"os\":\"linux\",\"parent\":\"sha256:{one}\",\
         \"rootfs\":{{\"type\":\"layers\",\"diff_ids\":[\"sha256:{two}\"]}}}}",
        settings("a"),
        settings("top"),
    );
    assert_eq!(String::from_utf8_lossy(&document.to_bytes()), expected);
    assert_eq!(document.command(), ["top"]);
    assert_eq!(document.diff_ids().len(), 1);
}

#[test]
fn what_is_not_known_stays_and_what_is_said_of_the_base_goes() {
    let mut base = parse(&json!({
        "zzz": {"b": 1, "a": [2]}, "author": "other", "comment": "c", "container": "x",
        "docker_version": "1.12.2", "architecture": "arm", "config": {"Own": {"b": 1, "a": 2}},
        "history": [{"created_by": "first"}], "rootfs": {"type": "layers", "diff_ids": ["d"]},
        "created": "before",
    }));
    let mut document = Document::scratch();
    document.begin(base.clone());
    document
        .record(&Step::metadata(&["x".to_owned()], None, NOW))
        .expect("it is short");
    assert_eq!(document.member("zzz").to_string(), r#"{"b":1,"a":[2]}"#);
    assert_eq!(document.setting("Own").to_string(), r#"{"b":1,"a":2}"#);
    for name in ["author", "comment", "container", "docker_version", "parent"] {
        assert_eq!(document.member(name), &Value::Null, "{name}");
    }
    assert_eq!(document.member("architecture"), "amd64");
    assert_eq!(
        document.member("history")[0],
        json!({"created_by": "first"})
    );
    assert_eq!(document.member("history").as_array().map(Vec::len), Some(2));
    // A commit keeps the author unless it names one.
    base.record(&Step::metadata(&[], None, NOW))
        .expect("it is short");
    assert_eq!(base.member("author"), "other");
}

#[test]
fn a_base_without_history_gets_an_entry_for_each_layer() {
    let mut document = parse(&json!({
        "created": "then", "rootfs": {"type": "layers", "diff_ids": ["a", "b"]},
    }));
    document
        .record(&Step::metadata(&["x".to_owned()], None, NOW))
        .expect("it is short");
    assert_eq!(
        document.member("history"),
        &json!([
            {"created": "then"}, {"created": "then"},
            {"created": NOW, "created_by": "x", "empty_layer": true},
        ])
    );
}

#[test]
fn members_of_a_wrong_kind_do_no_harm() {
    let mut document = parse(&json!({
        "config": {"Env": 5, "Labels": [], "OnBuild": {}, "WorkingDir": 1, "Volumes": "x"},
        "history": {}, "rootfs": 1,
    }));
    assert!(document.take_triggers().is_empty());
    apply(
        &mut document,
        "ENV a=1\nLABEL a=1\nWORKDIR a\nVOLUME /v\nONBUILD RUN x",
    )
    .expect("it is good");
    document
        .record(&Step::metadata(&[], None, NOW))
        .expect("it is short");
    assert_eq!(document.environment(), ["a=1"]);
    assert_eq!(document.working_dir(), "/a");
    for text in ["", "[]", "null", "{"] {
        let error = Document::parse(text.as_bytes()).expect_err("it is refused");
        let error = error.to_string();
        assert!(
            error.starts_with("invalid image configuration: "),
            "{error}"
        );
    }
}

proptest::proptest! {
    #[test]
    fn no_instruction_makes_it_panic_and_a_document_read_back_is_the_same(
        text in "((CMD|ENTRYPOINT|ENV|LABEL|EXPOSE|VOLUME|USER|WORKDIR|ONBUILD|STOPSIGNAL|MAINTAINER) \
                 [a-c0-9=/.$ \\[\\]\",-]{1,12}\n){1,6}",
    ) {
        let mut document = Document::scratch();
        let dockerfile = Dockerfile::parse("x", text.as_bytes());
        for instruction in dockerfile.iter().flat_map(|dockerfile| &dockerfile.instructions) {
            let args = BuildArgs::default();
            let Ok(instruction) = instruction.substitute(&document.environment(), &args) else {
                continue;
            };
            let _ = document.apply(&instruction);
            let command = instruction.command(&args, None);
            document.record(&Step::metadata(&command, None, NOW)).expect("it is short");
            proptest::prop_assert_eq!(document.command(), command);
        }
        let bytes = document.to_bytes();
        let again = Document::parse(&bytes).expect("it is good");
        proptest::prop_assert_eq!(again.to_bytes(), bytes);
    }
}
