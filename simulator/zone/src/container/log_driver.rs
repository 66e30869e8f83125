//! Where a container's output goes besides its node's log (containers.md 9).

use super::Container;
use super::create::facility_number;
use runtime::{LogDriver, LogForm};

impl Container {
    /// What its helper is told; `None` when the driver needs none.
    pub(crate) fn network_log_driver(&self) -> Option<LogDriver> {
        let config = self.config.log_config.as_ref()?;
        let option = |name: &str| config.options.get(name).map_or("", String::as_str);
        let driver = config.driver.as_str();
        let (form, address) = match driver {
            "syslog" => {
                let (transport, address) = option("syslog-address").split_once("://")?;
                let form = LogForm::Syslog {
                    tcp: transport == "tcp",
                    facility: facility_number(option("syslog-facility"))?,
                    tag: option("syslog-tag").to_owned(),
                };
                (form, address)
            }
            "gelf" => {
                let form = LogForm::Gelf {
                    members: self.gelf_members(option("gelf-tag")),
                    created_at: self.created_at,
                };
                (form, option("gelf-address").strip_prefix("udp://")?)
            }
            "fluentd" => {
                let form = LogForm::Fluentd {
                    tag: self.expand(option("fluentd-tag")),
                    members: vec![
                        ("container_id", self.id.hex()),
                        ("container_name", self.name.to_string()),
                    ],
                };
                (form, option("fluentd-address"))
            }
            _ => return None,
        };
        let (host, port) = address.split_once(':')?;
        Some(LogDriver {
            host: host.to_owned(),
            port: port.parse().ok()?,
            form,
        })
    }

    fn gelf_members(&self, tag: &str) -> Vec<(&'static str, String)> {
        let command: Vec<&str> = self.config.argv().collect();
        vec![
            ("_container_id", self.id.hex()),
            ("_container_name", self.name.to_string()),
            ("_image_id", self.config.image_id_text().unwrap_or_default()),
            ("_image_name", self.config.image_text.clone()),
            ("_command", command.join(" ")),
            ("_tag", tag.to_owned()),
        ]
    }

    /// CTRX-04: `{{.ID}}`, `{{.FullID}}` and `{{.Name}}` of a tag; anything else stays.
    fn expand(&self, tag: &str) -> String {
        let mut expanded = String::new();
        let mut rest = tag;
        while let Some((before, behind)) = rest.split_once("{{") {
            let Some((field, after)) = behind.split_once("}}") else {
                break;
            };
            expanded.push_str(before);
            match field.trim() {
                ".ID" => expanded.push_str(&self.id.short()),
                ".FullID" => expanded.push_str(&self.id.hex()),
                ".Name" => expanded.push_str(&self.name),
                _ => expanded.extend(["{{", field, "}}"]),
            }
            rest = after;
        }
        expanded + rest
    }
}
