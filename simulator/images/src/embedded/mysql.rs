//! `mysql`: the right configuration and tree; its programs are of no kind that runs here.

use super::busybox::PATH;
use super::debian_accounts::{User, accounts};
use super::description::{Description, Step, set, strings};
use super::foreign::foreign;
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::hub::HubLayer;

const CREATED: &str = "2017-02-28T20:11:47.608219385Z";

pub(super) fn release(debian: &[HubLayer]) -> Release {
    let description = Description {
        created: CREATED,
        run: RunConfig {
            env: strings(&[PATH, "MYSQL_MAJOR=5.7", "MYSQL_VERSION=5.7.17-1debian8"]),
            cmd: strings(&["mysqld"]),
            entrypoint: strings(&["docker-entrypoint.sh"]),
            exposed_ports: set(&["3306/tcp"]),
            volumes: set(&["/var/lib/mysql"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
            Step::Layer("/bin/sh -c groupadd -r mysql && useradd -r -g mysql mysql"),
            Step::Empty("/bin/sh -c #(nop)  ENV MYSQL_MAJOR=5.7"),
            Step::Empty("/bin/sh -c #(nop)  ENV MYSQL_VERSION=5.7.17-1debian8"),
            Step::Layer("/bin/sh -c install mysql-server=$MYSQL_VERSION"),
            Step::Empty("/bin/sh -c #(nop)  VOLUME [/var/lib/mysql]"),
            Step::Layer("/bin/sh -c #(nop) COPY file:docker-entrypoint.sh in /usr/local/bin/ "),
            Step::Empty("/bin/sh -c #(nop)  ENTRYPOINT [\"docker-entrypoint.sh\"]"),
            Step::Empty("/bin/sh -c #(nop)  EXPOSE 3306/tcp"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"mysqld\"]"),
        ],
        ..Description::default()
    };
    description.release(debian, &[&user(), &server(), &entrypoint()])
}

fn user() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    let user = User {
        name: "mysql",
        id: 999,
        home: "/home/mysql",
    };
    accounts(&mut layer, Some(&user));
    layer
}

fn server() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directories(&[
            "docker-entrypoint-initdb.d",
            "etc/mysql",
            "etc/mysql/conf.d",
            "run/mysqld",
            "var/lib/mysql",
        ])
        .owner("var/lib/mysql/", 999, 999)
        .owner("run/mysqld/", 999, 999)
        .file("etc/mysql/my.cnf", 0o644, CONFIGURATION.as_bytes())
        .file("usr/sbin/mysqld", 0o755, &foreign());
    for client in ["mysql", "mysqladmin", "mysqldump"] {
        layer.file(&format!("usr/bin/{client}"), 0o755, &foreign());
    }
    layer
}

fn entrypoint() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.file(
        "usr/local/bin/docker-entrypoint.sh",
        0o755,
        ENTRYPOINT.as_bytes(),
    );
    layer
}

const CONFIGURATION: &str = "[mysqld]
user = mysql
datadir = /var/lib/mysql
socket = /var/run/mysqld/mysqld.sock
skip-name-resolve
";

const ENTRYPOINT: &str = "#!/bin/sh
set -e

# Options alone are for the server.
if [ \"${1#-}\" != \"$1\" ]; then
	set -- mysqld \"$@\"
fi

# A new database has to be told what its administrator's password is.
if [ \"$1\" = 'mysqld' ] && [ ! -d /var/lib/mysql/mysql ]; then
	if [ -z \"$MYSQL_ROOT_PASSWORD$MYSQL_ALLOW_EMPTY_PASSWORD$MYSQL_RANDOM_ROOT_PASSWORD\" ]; then
		echo >&2 'error: the database is new, and nothing says which password it gets'
		echo >&2 '  set MYSQL_ROOT_PASSWORD, MYSQL_ALLOW_EMPTY_PASSWORD or MYSQL_RANDOM_ROOT_PASSWORD'
		exit 1
	fi
fi

# What root starts gives its files to the user that the server runs as.
if [ \"$1\" = 'mysqld' ] && [ \"$(id -u)\" = '0' ]; then
	chown -R mysql:mysql /var/lib/mysql
fi

exec \"$@\"
";
