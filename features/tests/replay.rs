//! A scenario that fails leaves what its zone was told, and that leads to the same state again.

use std::path::Path;

use clap::Parser as _;
use clients::ClientName;
use features::arguments::Arguments;
use features::plan::Suite;
use features::roster::Roster;
use features::session::{carry_out, target_dir};
use journal::{Recording, Replay};

const FEATURE: &str = "Feature: Two scenarios

  @RUN-fails @raw
  Scenario: One that fails
    When I request `POST /v1.24/images/create?fromImage=busybox&tag=latest`
    And I request `POST /v1.24/containers/create?name=web` with the body:
      \"\"\"
      {\"Image\": \"busybox\", \"Cmd\": [\"sh\", \"-c\", \"exit 3\"], \"HostConfig\": {}}
      \"\"\"
    And I request `POST /v1.24/containers/web/start`
    Then the status is 299

  @RUN-passes @raw
  Scenario: One that passes
    When I request `GET /v1.24/version`
    Then the status is 200
";

fn run(features: &Path, out: &Path) {
    let suite = Suite::load(features).expect("a suite");
    let out = out.display().to_string();
    let arguments = Arguments::try_parse_from(["suite", "--quiet", "--out", &out]);
    let arguments = arguments.expect("they make sense");
    let clients = [ClientName::Raw];
    let roster = Roster::gather(&clients, &target_dir(), &mut |_| ());
    let cases = suite.cases(&arguments, &clients);
    assert_eq!(cases.len(), 2);
    let _ = carry_out(cases, &arguments, &suite, roster.expect("raw bytes"), None);
}

#[test]
fn a_failed_scenario_leaves_a_journal_that_reaches_the_same_state() {
    let folder = tempfile::tempdir().expect("a folder");
    let features = folder.path().join("features");
    std::fs::create_dir(&features).expect("a folder");
    std::fs::write(features.join("two.feature"), FEATURE).expect("a file");
    let out = folder.path().join("out");
    run(&features, &out);
    let read = |name: &str| std::fs::read_to_string(out.join("evidence").join(name)).expect(name);
    let told = read("RUN-fails@raw.txt");
    let line = "replay: zonesim replay evidence/RUN-fails@raw/replay.ndjson\n";
    assert!(told.contains(line), "{told}");
    assert!(!out.join("evidence").join("RUN-passes@raw").exists());
    let text = read("RUN-fails@raw/replay.ndjson");
    assert!(text.contains("create_container"), "{text}");
    let recording = Recording::read(&text).expect("a whole journal");
    let mut replay = Replay::new(&recording, recording.seed());
    while let Some(taken) = replay.step() {
        assert_ne!(taken.agrees, Some(false), "{:?}", taken.step);
    }
    assert_eq!(replay.digest(), recording.digest());
    let view = replay.view();
    let names = view.operator_containers().map(|container| &*container.name);
    assert_eq!(names.collect::<Vec<_>>(), ["web"]);
}
