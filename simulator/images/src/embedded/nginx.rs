//! `nginx`: the web server on Debian, its logs linked to the container's.

use super::busybox::PATH;
use super::debian_accounts::{User, accounts};
use super::description::{Description, Step, set, strings};
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::hub::HubLayer;
use runtime::service_program;

const VERSION: &str = "1.11.10";
const CREATED: &str = "2017-03-01T22:16:02.641532871Z";

const NGINX_CONF: &str = "
user  nginx;
worker_processes  1;

error_log  /var/log/nginx/error.log warn;
pid        /var/run/nginx.pid;


events {
    worker_connections  1024;
}


http {
    include       /etc/nginx/mime.types;
    default_type  application/octet-stream;

    log_format  main  '$remote_addr - $remote_user [$time_local] \"$request\" '
                      '$status $body_bytes_sent \"$http_referer\" '
                      '\"$http_user_agent\" \"$http_x_forwarded_for\"';

    access_log  /var/log/nginx/access.log  main;

    sendfile        on;

    keepalive_timeout  65;

    include /etc/nginx/conf.d/*.conf;
}
";

const DEFAULT_CONF: &str = "server {
    listen       80;
    server_name  localhost;

    location / {
        root   /usr/share/nginx/html;
        index  index.html index.htm;
    }

    error_page   500 502 503 504  /50x.html;
    location = /50x.html {
        root   /usr/share/nginx/html;
    }
}
";

const INDEX: &str = "<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
<p>This page says that the server runs. Put pages of your own into /usr/share/nginx/html.</p>
</body>
</html>
";

const FAILURE: &str = "<!DOCTYPE html>
<html>
<head>
<title>Error</title>
</head>
<body>
<h1>Something went wrong.</h1>
<p>The error log says what.</p>
</body>
</html>
";

const INIT: &str = "#!/bin/sh
# Starts and stops the server.
case \"$1\" in
start) exec nginx ;;
stop) exec nginx -s quit ;;
reload) exec nginx -s reload ;;
configtest) exec nginx -t ;;
*)
    echo \"Usage: $0 {start|stop|reload|configtest}\" >&2
    exit 3
    ;;
esac
";

/// Types of files by their suffixes.
pub(super) const TYPES: &[(&str, &str)] = &[
    ("text/html", "html htm shtml"),
    ("text/css", "css"),
    ("text/xml", "xml"),
    ("image/gif", "gif"),
    ("image/jpeg", "jpeg jpg"),
    ("application/javascript", "js"),
    ("application/atom+xml", "atom"),
    ("application/rss+xml", "rss"),
    ("text/mathml", "mml"),
    ("text/plain", "txt"),
    ("text/x-component", "htc"),
    ("image/png", "png"),
    ("image/tiff", "tif tiff"),
    ("image/x-icon", "ico"),
    ("image/x-ms-bmp", "bmp"),
    ("image/svg+xml", "svg svgz"),
    ("image/webp", "webp"),
    ("application/font-woff", "woff"),
    ("application/java-archive", "jar war ear"),
    ("application/json", "json"),
    ("application/msword", "doc"),
    ("application/pdf", "pdf"),
    ("application/postscript", "ps eps ai"),
    ("application/rtf", "rtf"),
    ("application/vnd.ms-excel", "xls"),
    ("application/x-7z-compressed", "7z"),
    ("application/x-perl", "pl pm"),
    ("application/x-redhat-package-manager", "rpm"),
    ("application/x-shockwave-flash", "swf"),
    ("application/x-x509-ca-cert", "der pem crt"),
    ("application/xhtml+xml", "xhtml"),
    ("application/zip", "zip"),
    (
        "application/octet-stream",
        "bin exe dll deb dmg iso img msi",
    ),
    ("audio/midi", "mid midi kar"),
    ("audio/mpeg", "mp3"),
    ("audio/ogg", "ogg"),
    ("audio/x-m4a", "m4a"),
    ("video/mp4", "mp4"),
    ("video/mpeg", "mpeg mpg"),
    ("video/quicktime", "mov"),
    ("video/webm", "webm"),
    ("video/x-flv", "flv"),
    ("video/x-msvideo", "avi"),
];

fn mime_types() -> String {
    let rows: String = TYPES
        .iter()
        .map(|(kind, suffixes)| format!("    {kind:<40} {suffixes};\n"))
        .collect();
    format!("\ntypes {{\n{rows}}}\n")
}

fn program() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    let user = User {
        name: "nginx",
        id: 104,
        home: "/nonexistent",
    };
    accounts(&mut layer, Some(&user));
    layer
        .directories(&[
            "etc/nginx",
            "etc/nginx/conf.d",
            "usr/share/nginx",
            "usr/share/nginx/html",
            "var/cache/nginx",
            "var/log/nginx",
        ])
        .file("usr/sbin/nginx", 0o755, &service_program("nginx", VERSION))
        .file("etc/nginx/nginx.conf", 0o644, NGINX_CONF.as_bytes())
        .file(
            "etc/nginx/conf.d/default.conf",
            0o644,
            DEFAULT_CONF.as_bytes(),
        )
        .file("etc/nginx/mime.types", 0o644, mime_types().as_bytes())
        .file("usr/share/nginx/html/index.html", 0o644, INDEX.as_bytes())
        .file("usr/share/nginx/html/50x.html", 0o644, FAILURE.as_bytes())
        .file("etc/init.d/nginx", 0o755, INIT.as_bytes());
    layer
}

fn logs() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .symlink("var/log/nginx/access.log", "/dev/stdout")
        .symlink("var/log/nginx/error.log", "/dev/stderr");
    layer
}

/// What made it; images on it begin with the same.
pub(super) const STEPS: [Step<'_>; 7] = [
    Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
    Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
    Step::Empty("/bin/sh -c #(nop)  ENV NGINX_VERSION=1.11.10-1~jessie"),
    Step::Layer("/bin/sh -c install nginx=${NGINX_VERSION}"),
    Step::Layer(
        "/bin/sh -c ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log",
    ),
    Step::Empty("/bin/sh -c #(nop)  EXPOSE 443/tcp 80/tcp"),
    Step::Empty("/bin/sh -c #(nop)  CMD [\"nginx\" \"-g\" \"daemon off;\"]"),
];

pub(super) fn release(debian: &[HubLayer]) -> Release {
    let description = Description {
        created: CREATED,
        run: run(),
        steps: &STEPS,
        ..Description::default()
    };
    description.release(debian, &[&program(), &logs()])
}

/// What containers inherit.
pub(super) fn run() -> RunConfig {
    let version = format!("NGINX_VERSION={VERSION}-1~jessie");
    RunConfig {
        env: strings(&[PATH, &version]),
        cmd: strings(&["nginx", "-g", "daemon off;"]),
        exposed_ports: set(&["443/tcp", "80/tcp"]),
        ..RunConfig::default()
    }
}
