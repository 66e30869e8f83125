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
const PRINTED: &[Script<'_>] = &[
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
        id: "CTR-05",
        lines: &[
            "docker pull busybox",
            "docker run -d --name web busybox sh -c 'echo out; echo err >&2; sleep 1000'",
            "docker start web",
            "docker stop -t 0 web",
            "docker stop web",
            "docker kill web",
            "docker restart web",
            "docker rename web other",
            "docker exec other sh -c 'echo in; exit 4'",
            "docker exec -d other true",
            "docker rm other",
            "docker rm -f other",
            "docker ps -aq",
        ],
    },
    Script {
        id: "API-35",
        lines: &[
            "docker pull busybox",
            "docker run -d --name web busybox sleep 1000",
            "docker pause web",
            "docker unpause web",
            "docker diff web",
            "docker export web",
            "docker import copy.tar image:1",
            "docker events",
        ],
    },
    Script {
        id: "IMG-34",
        lines: &["docker pull nosuch/image:1"],
    },
    Script {
        id: "IMG-23",
        lines: &[
            "docker pull busybox",
            "docker tag busybox app:1",
            "docker tag nosuch app:1",
            "docker tag busybox UPPER",
            "docker rmi app:1",
            "docker rmi nosuch",
            "docker run --name web busybox true",
            "docker rmi busybox",
            "docker rmi -f busybox",
        ],
    },
    Script {
        id: "IMG-20",
        lines: &[
            "docker pull busybox",
            "docker history busybox",
            "docker history --no-trunc busybox",
            "docker history nosuch",
        ],
    },
    Script {
        id: "IMG-53",
        lines: &[
            "docker search busybox",
            "docker search nosuchterm",
            "docker search localhost:1/x",
        ],
    },
    Script {
        id: "IMG-47",
        lines: &[
            "docker pull busybox",
            "docker push nosuch/app:1",
            "docker tag busybox localhost:1/app:1",
            "docker push localhost:1/app:1",
        ],
    },
    Script {
        id: "IMG-81",
        lines: &[
            "docker pull busybox",
            "docker run --name web busybox touch /new",
            "docker commit -a me -m message web app:1",
            "docker commit -c 'RUN true' web app:1",
            "docker commit nosuch app:1",
            "docker images",
            "docker inspect --type image app:1",
        ],
    },
];

/// What the command lines print whose commands bollard's has not.
const PRINTED_BY_COMMAND_LINES: &[Script<'_>] = &[
    Script {
        id: "CTR-91",
        lines: &[
            "docker pull busybox",
            "docker run --name web busybox sh -c 'echo out; echo err >&2; exit 7'",
            "docker logs web",
            "docker logs --tail 1 web",
            "docker wait web",
            "docker cp web:/etc/hostname copy",
            "docker cp copy web:/tmp/copy",
            "docker cp web:/nosuch copy",
            "docker cp web:/etc/passwd/x copy",
        ],
    },
    Script {
        id: "API-36",
        lines: &[
            "docker pull busybox",
            "docker images",
            "docker images -q nosuch",
            "docker save -o image.tar busybox",
            "docker load -i image.tar",
            "docker commit nosuch image:1",
            "docker port nosuch",
            "docker tag",
            "docker nosuchcommand",
        ],
    },
    Script {
        id: "IMG-68",
        lines: &[
            "docker pull busybox",
            "docker run --name web busybox sh -c 'mkdir /folder && echo FROM busybox > /folder/Dockerfile && echo RUN echo out >> /folder/Dockerfile && echo CMD true >> /folder/Dockerfile'",
            "docker cp web:/folder folder",
            "docker build -t app folder",
            "docker build -t app folder",
            "docker build --no-cache --rm=false folder",
            "docker build -f folder/nosuch folder",
            "docker build nosuch",
            "docker images",
            "docker history app",
            "docker rmi app",
        ],
    },
    Script {
        id: "IMG-51",
        lines: &[
            "docker login -e me@example.com -u me -p secret",
            "docker login -e me@example.com -u me -p secret localhost:1",
            "docker logout",
        ],
    },
    Script {
        id: "API-35.network",
        lines: &[
            "docker pull busybox",
            "docker run -d --name web busybox sleep 1000",
            "docker network create net",
            "docker network connect net web",
            "docker network disconnect net web",
            "docker network rm net",
            "docker update -m 1g web",
            "docker attach nosuch",
            "docker stop -t 0 web",
            "docker attach web",
            "docker start web",
            "docker stats --no-stream nosuch",
            "docker swarm init",
            "docker node ls",
            "docker service ls",
            "docker plugin ls",
        ],
    },
    Script {
        id: "CTR-67",
        lines: &[
            "docker run -d --name web -p 80:80 busybox sleep 1000",
            "docker port web",
            "docker port web 80",
            "docker port web 81",
            "docker ps",
        ],
    },
];

/// Every route, asked at each version `V`: the answers are the same.
const AT_EACH_VERSION: &[&str] = &[
    "POST /vV/images/create?fromImage=busybox&tag=latest",
    "POST /vV/containers/create?name=web < {\"Image\":\"busybox\",\"Cmd\":[\"sleep\",\"1000\"],\"HostConfig\":{}}",
    "GET /vV/version",
    "GET /vV/info",
    "GET /vV/events",
    "POST /vV/auth",
    "GET /vV/images/json",
    "GET /vV/images/busybox/json",
    "GET /vV/images/nosuch/json",
    "GET /vV/images/busybox/history",
    "GET /vV/images/nosuch/history",
    "GET /vV/images/search?term=busybox",
    "GET /vV/images/search",
    "POST /vV/images/busybox/tag?repo=app&tag=1",
    "POST /vV/images/nosuch/tag?repo=app&tag=1",
    "POST /vV/images/busybox/tag?repo=UPPER",
    "POST /vV/images/nosuch/push",
    "POST /vV/images/app/push?tag=1",
    "DELETE /vV/images/app:1",
    "DELETE /vV/images/app:1",
    "POST /vV/auth < {\"username\":\"me\",\"password\":\"secret\",\"serveraddress\":\"https://index.docker.io/v1/\"}",
    "POST /vV/build?dockerfile=../x",
    "POST /vV/build?forcerm=1",
    "POST /vV/commit?container=nosuch",
    "GET /vV/images/busybox/get",
    "POST /vV/images/busybox/load",
    "GET /vV/containers/json?all=1",
    "GET /vV/containers/web/json",
    "GET /vV/containers/web/top",
    "GET /vV/containers/web/changes",
    "GET /vV/containers/web/export",
    "POST /vV/containers/web/resize?h=1&w=1",
    "POST /vV/containers/web/wait",
    "POST /vV/containers/web/exec < {\"Cmd\":[\"true\"]}",
    "POST /vV/containers/web/start",
    "POST /vV/containers/web/start",
    "POST /vV/containers/web/exec < {\"Cmd\":[\"true\"]}",
    "POST /vV/containers/web/exec < {}",
    "POST /vV/exec/nosuch/start",
    "POST /vV/exec/nosuch/resize?h=1&w=1",
    "GET /vV/exec/nosuch/json",
    "POST /vV/containers/web/kill?signal=NOSUCH",
    "POST /vV/containers/web/kill?signal=URG",
    "POST /vV/containers/web/pause",
    "POST /vV/containers/web/unpause",
    "POST /vV/containers/web/update",
    "HEAD /vV/containers/web/archive?path=/nosuch",
    "GET /vV/containers/web/archive?path=/nosuch",
    "PUT /vV/containers/web/archive?path=/nosuch",
    "POST /vV/containers/web/copy < {\"Resource\":\"/nosuch\"}",
    "POST /vV/containers/web/rename?name=other",
    "POST /vV/commit?container=other&repo=app",
    "DELETE /vV/images/app",
    "POST /vV/containers/other/stop?t=0",
    "POST /vV/containers/other/stop?t=soon",
    "POST /vV/containers/other/restart?t=0",
    "DELETE /vV/containers/other",
    "DELETE /vV/containers/other/nosuch",
    "DELETE /vV/containers/other?link=1",
    "DELETE /vV/containers/other?force=1",
    "DELETE /vV/containers/other",
    "POST /vV/networks/create",
    "POST /vV/networks/prune",
    "GET /vV/swarm",
    "GET /vV/images/get",
];

/// What is on the wire.
const ON_THE_WIRE: &[Script<'_>] = &[
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

fn check(clients: &[ClientName], scripts: &[Script<'_>]) -> BTreeSet<String> {
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

/// One snapshot for all versions: that of the newest, which the others' answers are compared with (API-07).
fn check_versions() -> BTreeSet<String> {
    let roster = Roster::gather(&[ClientName::Raw], &target_dir(), &mut |_: &str| {});
    let roster = Arc::new(roster.expect("raw bytes need nothing"));
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    let name = "API-07@raw";
    let answers = ["1.20", "1.21", "1.22", "1.23", "1.24"].map(|version| {
        let prefix = format!("/v{version}/");
        let asked: Vec<String> = AT_EACH_VERSION
            .iter()
            .map(|line| line.replace("/vV/", &prefix))
            .collect();
        let lines: Vec<&str> = asked.iter().map(String::as_str).collect();
        let script = Script {
            id: "API-07",
            lines: &lines,
        };
        let text = runtime.block_on(transcript::record(&script, ClientName::Raw, &roster));
        let text = text.unwrap_or_else(|failure| panic!("{name}: {failure}"));
        text.replace(&prefix, "/vV/")
    });
    for answer in &answers {
        let mut lines = answer.lines().zip(answers[4].lines());
        let differs = lines.find(|(one, other)| one != other);
        assert_eq!(differs, None, "{name}: versions differ");
        assert_eq!(*answer, answers[4], "{name}: versions differ");
    }
    settings().bind(|| insta::assert_snapshot!(name, answers[4]));
    BTreeSet::from([name.to_owned()])
}

#[test]
fn clients_print_and_the_wire_has_what_was_reviewed() {
    let (raw, printing): (Vec<_>, Vec<_>) = ClientName::ALL
        .into_iter()
        // Libraries run no command lines of docker.
        .filter(|client| !matches!(client, ClientName::Library(_)))
        .partition(|client| *client == ClientName::Raw);
    let (_, command_lines): (Vec<_>, Vec<_>) = printing
        .iter()
        .partition(|client| **client == ClientName::Bollard);
    let mut asserted = check(&printing, PRINTED);
    asserted.extend(check(&command_lines, PRINTED_BY_COMMAND_LINES));
    asserted.extend(check_versions());
    asserted.extend(check(&raw, ON_THE_WIRE));
    let on_disk: BTreeSet<String> = std::fs::read_dir(folder())
        .expect("the folder of snapshots")
        .map(|entry| entry.expect("an entry").file_name())
        .filter_map(|name| Some(name.to_str()?.strip_suffix(".snap")?.to_owned()))
        .collect();
    let orphans: Vec<_> = on_disk.difference(&asserted).collect();
    assert!(orphans.is_empty(), "snapshots of nothing: {orphans:?}");
}
