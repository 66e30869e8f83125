//! `httpd`: the Apache HTTP server on Debian, under its own prefix.

use super::description::{Description, Step, set, strings};
use super::layer::LayerBuilder;
use super::nginx::TYPES;
use super::release::Release;
use crate::RunConfig;
use crate::hub::HubLayer;
use runtime::service_program;

const VERSION: &str = "2.4.25";
const CREATED: &str = "2017-02-28T18:45:31.312457098Z";
const PATH: &str =
    "PATH=/usr/local/apache2/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const HTTPD_CONF: &str = "# The main configuration of the server.
ServerRoot \"/usr/local/apache2\"
Listen 80

LoadModule mpm_event_module modules/mod_mpm_event.so
LoadModule authn_file_module modules/mod_authn_file.so
LoadModule authn_core_module modules/mod_authn_core.so
LoadModule authz_host_module modules/mod_authz_host.so
LoadModule authz_core_module modules/mod_authz_core.so
LoadModule access_compat_module modules/mod_access_compat.so
LoadModule auth_basic_module modules/mod_auth_basic.so
LoadModule filter_module modules/mod_filter.so
LoadModule mime_module modules/mod_mime.so
LoadModule log_config_module modules/mod_log_config.so
LoadModule env_module modules/mod_env.so
LoadModule headers_module modules/mod_headers.so
LoadModule setenvif_module modules/mod_setenvif.so
LoadModule version_module modules/mod_version.so
LoadModule unixd_module modules/mod_unixd.so
LoadModule status_module modules/mod_status.so
LoadModule autoindex_module modules/mod_autoindex.so
LoadModule dir_module modules/mod_dir.so
LoadModule alias_module modules/mod_alias.so

<IfModule unixd_module>
User daemon
Group daemon
</IfModule>

ServerAdmin you@example.com

<Directory />
    AllowOverride none
    Require all denied
</Directory>

DocumentRoot \"/usr/local/apache2/htdocs\"
<Directory \"/usr/local/apache2/htdocs\">
    Options Indexes FollowSymLinks
    AllowOverride None
    Require all granted
</Directory>

<IfModule dir_module>
    DirectoryIndex index.html
</IfModule>

<Files \".ht*\">
    Require all denied
</Files>

ErrorLog /proc/self/fd/2
LogLevel warn

<IfModule log_config_module>
    LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b \\\"%{Referer}i\\\" \\\"%{User-Agent}i\\\"\" combined
    LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b\" common
    CustomLog /proc/self/fd/1 common
</IfModule>

<IfModule mime_module>
    TypesConfig conf/mime.types
    AddType application/x-compress .Z
    AddType application/x-gzip .gz .tgz
</IfModule>
";

const FOREGROUND: &str = "#!/bin/sh
set -e

# A number that is left from before a restart would keep the server from starting.
rm -f /usr/local/apache2/logs/httpd.pid

exec httpd -DFOREGROUND \"$@\"
";

const INDEX: &str = "<html><body><h1>It works!</h1></body></html>\n";

fn mime_types() -> String {
    TYPES
        .iter()
        .map(|(kind, suffixes)| format!("{kind:<40}\t{suffixes}\n"))
        .collect()
}

fn prefix() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.directory("usr/local/apache2", 0o755);
    layer
}

fn server() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directories(&[
            "usr/local/apache2/bin",
            "usr/local/apache2/cgi-bin",
            "usr/local/apache2/conf",
            "usr/local/apache2/htdocs",
            "usr/local/apache2/icons",
            "usr/local/apache2/logs",
            "usr/local/apache2/modules",
        ])
        .file(
            "usr/local/apache2/bin/httpd",
            0o755,
            &service_program("httpd", VERSION),
        )
        .file(
            "usr/local/apache2/conf/httpd.conf",
            0o644,
            HTTPD_CONF.as_bytes(),
        )
        .file(
            "usr/local/apache2/conf/mime.types",
            0o644,
            mime_types().as_bytes(),
        )
        .file(
            "usr/local/apache2/htdocs/index.html",
            0o644,
            INDEX.as_bytes(),
        );
    layer
}

fn foreground() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer.file(
        "usr/local/bin/httpd-foreground",
        0o755,
        FOREGROUND.as_bytes(),
    );
    layer
}

pub(super) fn release(debian: &[HubLayer]) -> Release {
    let version = format!("HTTPD_VERSION={VERSION}");
    let description = Description {
        created: CREATED,
        run: RunConfig {
            env: strings(&[PATH, "HTTPD_PREFIX=/usr/local/apache2", &version]),
            cmd: strings(&["httpd-foreground"]),
            working_dir: "/usr/local/apache2".to_owned(),
            exposed_ports: set(&["80/tcp"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
            Step::Empty("/bin/sh -c #(nop)  ENV HTTPD_PREFIX=/usr/local/apache2"),
            Step::Layer("/bin/sh -c mkdir -p \"$HTTPD_PREFIX\""),
            Step::Empty("/bin/sh -c #(nop) WORKDIR /usr/local/apache2"),
            Step::Empty("/bin/sh -c #(nop)  ENV HTTPD_VERSION=2.4.25"),
            Step::Layer("/bin/sh -c install httpd $HTTPD_VERSION"),
            Step::Layer("/bin/sh -c #(nop) COPY file:httpd-foreground in /usr/local/bin/ "),
            Step::Empty("/bin/sh -c #(nop)  EXPOSE 80/tcp"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"httpd-foreground\"]"),
        ],
        ..Description::default()
    };
    description.release(debian, &[&prefix(), &server(), &foreground()])
}
