//! `wordpress`: the right configuration and tree, with a volume that its entrypoint fills; its web server is of no kind
//! that runs here.

use super::busybox::PATH;
use super::description::{Description, Step, set, strings};
use super::foreign::foreign;
use super::layer::LayerBuilder;
use super::release::Release;
use crate::RunConfig;
use crate::hub::HubLayer;

const CREATED: &str = "2017-02-28T23:49:33.207645198Z";

pub(super) fn release(debian: &[HubLayer]) -> Release {
    let description = Description {
        created: CREATED,
        run: RunConfig {
            env: strings(&[
                PATH,
                "PHP_INI_DIR=/usr/local/etc/php",
                "PHP_VERSION=5.6.30",
                "WORDPRESS_VERSION=4.7.2",
            ]),
            cmd: strings(&["apache2-foreground"]),
            entrypoint: strings(&["docker-entrypoint.sh"]),
            working_dir: "/var/www/html".to_owned(),
            exposed_ports: set(&["80/tcp"]),
            volumes: set(&["/var/www/html"]),
            ..RunConfig::default()
        },
        steps: &[
            Step::Layer("/bin/sh -c #(nop) ADD file:debian in / "),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"/bin/bash\"]"),
            Step::Empty("/bin/sh -c #(nop)  ENV PHP_INI_DIR=/usr/local/etc/php"),
            Step::Empty("/bin/sh -c #(nop)  ENV PHP_VERSION=5.6.30"),
            Step::Layer("/bin/sh -c install apache2 php=$PHP_VERSION"),
            Step::Empty("/bin/sh -c #(nop) WORKDIR /var/www/html"),
            Step::Empty("/bin/sh -c #(nop)  EXPOSE 80/tcp"),
            Step::Empty("/bin/sh -c #(nop)  VOLUME [/var/www/html]"),
            Step::Empty("/bin/sh -c #(nop)  ENV WORDPRESS_VERSION=4.7.2"),
            Step::Layer("/bin/sh -c unpack wordpress-$WORDPRESS_VERSION into /usr/src"),
            Step::Layer("/bin/sh -c #(nop) COPY file:docker-entrypoint.sh in /usr/local/bin/ "),
            Step::Empty("/bin/sh -c #(nop)  ENTRYPOINT [\"docker-entrypoint.sh\"]"),
            Step::Empty("/bin/sh -c #(nop)  CMD [\"apache2-foreground\"]"),
        ],
        ..Description::default()
    };
    description.release(debian, &[&server(), &pages(), &entrypoint()])
}

fn server() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directories(&[
            "etc/apache2",
            "usr/local/etc/php",
            "var/log/apache2",
            "var/www",
            "var/www/html",
        ])
        .owner("var/www/html/", 33, 33)
        .file("etc/apache2/apache2.conf", 0o644, b"Listen 80\n")
        .file("usr/sbin/apache2", 0o755, &foreign())
        .file("usr/local/bin/php", 0o755, &foreign())
        .file(
            "usr/local/bin/apache2-foreground",
            0o755,
            b"#!/bin/sh\nexec apache2 -DFOREGROUND \"$@\"\n",
        );
    layer
}

fn pages() -> LayerBuilder {
    let mut layer = LayerBuilder::default();
    layer
        .directories(&["usr/src/wordpress", "usr/src/wordpress/wp-content"])
        .file(
            "usr/src/wordpress/index.php",
            0o644,
            b"<?php // Nothing here runs this page.\n",
        )
        .file(
            "usr/src/wordpress/wp-config-sample.php",
            0o644,
            b"<?php // Names the database.\n",
        )
        .file(
            "usr/src/wordpress/wp-content/index.php",
            0o644,
            b"<?php // Silence.\n",
        );
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

const ENTRYPOINT: &str = "#!/bin/sh
set -e

# The volume gets the pages when it has none.
if [ \"$1\" = 'apache2-foreground' ] && [ ! -e index.php ]; then
	cp -R /usr/src/wordpress/. .
	chown -R www-data:www-data .
fi

exec \"$@\"
";
