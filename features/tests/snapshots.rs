//! What every client prints and what is on the wire, against reviewed snapshots.
//!
//! A snapshot is `snapshots/<id>@<client>.snap`; `INSTA_UPDATE=always cargo test -p features --test
//! snapshots` writes them anew for review.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clients::ClientName;
use features::roster::Roster;
use features::session::target_dir;
use features::transcript::{self, Script};

/// What the command lines and bollard print.
const PRINTED: &[Script] = &[
    Script {
        id: "API-16",
        lines: &["docker version"],
    },
    Script {
        id: "API-17",
        lines: &["docker info"],
    },
    Script {
        id: "CLI-34",
        lines: &["docker run --name web busybox sh -c 'echo out; exit 3'"],
    },
    Script {
        id: "CTR-60",
        lines: &[
            "docker pull busybox",
            "docker create --name a busybox true",
            "docker run -d --name b busybox sleep 1000",
            "docker ps -a",
            "docker ps -a --no-trunc",
        ],
    },
    Script {
        id: "CTR-70",
        lines: &[
            "docker pull busybox",
            "docker create --name web -e A=b -w /tmp busybox echo hi",
            "docker inspect web",
        ],
    },
    Script {
        id: "API-10",
        lines: &[
            "docker stop nosuch",
            "docker start nosuch",
            "docker rm nosuch",
            "docker kill nosuch",
            "docker wait nosuch",
            "docker restart nosuch",
            "docker rename nosuch other",
            "docker inspect nosuch",
            "docker logs nosuch",
            "docker attach nosuch",
            "docker exec nosuch true",
            "docker top nosuch",
        ],
    },
    Script {
        id: "CTR-03",
        lines: &[
            "docker pull busybox",
            "docker create --name web busybox true",
            "docker create --name web busybox true",
            "docker run --name web busybox true",
            "docker rename web x!",
        ],
    },
    Script {
        id: "IMG-34",
        lines: &["docker pull nosuch/image:1"],
    },
];

/// What is on the wire.
const ON_THE_WIRE: &[Script] = &[
    Script {
        id: "API-02",
        lines: &["GET /_ping", "HEAD /_ping"],
    },
    Script {
        id: "API-03",
        lines: &["GET /v1.24/no/such", "POST /v1.24/version"],
    },
    Script {
        id: "API-06",
        lines: &["GET /v1.19/info", "GET /vbogus/info"],
    },
    Script {
        id: "API-08",
        lines: &["GET /version", "GET /v1.24/containers/json"],
    },
    Script {
        id: "API-11",
        lines: &[
            "POST /images/create?fromImage=busybox&tag=latest",
            "POST /containers/create?name=web < {\"Image\":\"busybox\",\"HostConfig\":{}}",
            "POST /containers/web/attach?stdout=1",
            "GET /containers/web/logs?stdout=1",
        ],
    },
    Script {
        id: "API-13",
        lines: &[
            "POST /containers/nosuch/attach (upgrade)",
            "POST /exec/nosuch/start (upgrade)",
            "GET /version (upgrade)",
        ],
    },
    Script {
        id: "API-20",
        lines: &[
            "POST /containers/create",
            "POST /containers/create < {\"Image\":\"busybox\"}",
            "POST /containers/create < {",
        ],
    },
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../snapshots")
}

fn settings() -> insta::Settings {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(folder());
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings
}

fn check(clients: &[ClientName], scripts: &[Script]) -> BTreeSet<String> {
    features::panics::watch();
    let mut quiet = |_: &str| {};
    let roster = Roster::gather(clients, &target_dir(), &mut quiet).expect("clients");
    let roster = Arc::new(roster);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let mut names = BTreeSet::new();
    for script in scripts {
        for client in clients {
            let name = format!("{}@{client}", script.id);
            let text = runtime.block_on(transcript::record(script, *client, &roster));
            let text = text.unwrap_or_else(|failure| panic!("{name}: {failure}"));
            settings().bind(|| insta::assert_snapshot!(name.clone(), text));
            names.insert(name);
        }
    }
    names
}

#[test]
fn clients_print_and_the_wire_has_what_was_reviewed() {
    let (raw, printing): (Vec<_>, Vec<_>) = ClientName::ALL
        .into_iter()
        // Libraries run no command lines of docker.
        .filter(|client| !matches!(client, ClientName::Library(_)))
        .partition(|client| *client == ClientName::Raw);
    let mut asserted = check(&printing, PRINTED);
    asserted.extend(check(&raw, ON_THE_WIRE));
    let on_disk: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("the folder of snapshots")
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".snap")?.to_owned()))
        .collect();
    let orphans: Vec<_> = on_disk.difference(&asserted).collect();
    assert!(orphans.is_empty(), "snapshots of nothing: {orphans:?}");
}
