//! A zone under load for a short time: 200 connections and ten real command lines that are cut at random points.

use std::time::Duration;

use clients::ClientName;
use clients::version::CliVersion;
use features::load::Load;
use features::roster::Roster;
use features::session::target_dir;

/// Another seed: `ZONESIM_LOAD_SEED=7 cargo test -p features --test load`.
const SEED: &str = "ZONESIM_LOAD_SEED";

#[test]
fn nothing_is_lost_or_left_when_clients_are_cut() {
    let seed = std::env::var(SEED).ok().and_then(|text| text.parse().ok());
    let seed = seed.unwrap_or(1);
    let clients: Vec<ClientName> = CliVersion::ALL.map(ClientName::Cli).to_vec();
    let roster = Roster::gather(&clients, &target_dir(), &mut |line| eprintln!("{line}"));
    let roster = roster.unwrap_or_else(|error| panic!("{error}"));
    let load = Load {
        connections: 200,
        command_lines: 10,
        binaries: roster.binaries(),
        duration: Duration::from_secs(5),
        seed,
    };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let findings = runtime.block_on(load.run(&mut |line| eprintln!("{line}")));
    let findings = findings.unwrap_or_else(|failure| panic!("{failure}"));
    eprintln!(
        "{} answered, {} cut, {} command lines",
        findings.answered, findings.cut, findings.commands
    );
    assert!(findings.answered > 0 && findings.cut > 0 && findings.commands > 0);
    assert!(
        findings.problems.is_empty(),
        "repeat: {SEED}={seed} cargo test -p features --test load\n{}",
        findings.problems.join("\n")
    );
}
