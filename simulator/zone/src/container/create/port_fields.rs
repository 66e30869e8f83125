//! Ports of request and image (containers.md 8.2, network.md 5.2).

use crate::{CreateRequest, Error, Port, PortBinding, Ports, Protocol};
use std::collections::BTreeSet;

/// Most ports a protocol (NET-11).
const PUBLISHED_LIMIT: usize = 128;
/// As messages name them.
const PROTOCOLS: [(Protocol, &str); 2] = [(Protocol::Tcp, "TCP"), (Protocol::Udp, "UDP")];

/// Where the ports of a request stand.
const BINDINGS: &str = "HostConfig.PortBindings";

/// Reads `80/tcp`; `subject` is where it stands.
pub(super) fn parse(key: &str, subject: &str) -> Result<Port, Error> {
    let refuse = |text: &str| Err(Error::Validation(format!("{subject}: {text}")));
    let Some((number, protocol)) = key.split_once('/') else {
        return refuse("port specification incorrect: must be \"number/protocol\"");
    };
    if protocol.contains('/') {
        return refuse("port specification incorrect: must be \"number/protocol\"");
    }
    let Some(number) = number.parse().ok().filter(|number: &u16| *number > 0) else {
        return refuse("invalid port number");
    };
    let protocol = match protocol {
        "tcp" => Protocol::Tcp,
        "udp" => Protocol::Udp,
        _ => return refuse("unknown protocol: must be tcp or udp"),
    };
    Ok(Port { number, protocol })
}

/// Checks one key of `PortBindings` and what stands under it.
pub(super) fn check_binding(binding: &PortBinding) -> Result<(), Error> {
    parse(&binding.key, BINDINGS)?;
    if binding.host_ports.is_none() {
        let key = &binding.key;
        let text = format!("\"{BINDINGS}.{key}\" must be an array of port bindings");
        return Err(Error::Validation(text));
    }
    Ok(())
}

/// Published and unpublished ports: the image's first, then those of the request in its order.
pub(super) fn ports(request: &CreateRequest, exposed: &[String]) -> Result<Ports, Error> {
    let exposed: Vec<Port> = exposed
        .iter()
        .map(|key| parse(key, "Image ExposedPorts"))
        .collect::<Result<_, _>>()?;
    let mut published: Vec<Port> = Vec::new();
    for (protocol, name) in PROTOCOLS {
        let ports = exposed.iter().filter(|port| port.protocol == protocol);
        if ports.count() > PUBLISHED_LIMIT {
            return Err(Error::TooManyImagePorts(name));
        }
    }
    if request.publish_all {
        published.clone_from(&exposed);
    }
    let mut seen: BTreeSet<Port> = published.iter().copied().collect();
    for binding in &request.port_bindings {
        let port = parse(&binding.key, BINDINGS)?;
        let host = binding.host_ports.as_ref().and_then(|ports| ports.first());
        let host = host.map_or("", String::as_str);
        if !host.is_empty() && host.parse() != Ok(port.number) {
            return Err(Error::PortRemapping);
        }
        if seen.insert(port) {
            published.push(port);
        }
    }
    for (protocol, name) in PROTOCOLS {
        let ports = published.iter().filter(|port| port.protocol == protocol);
        if ports.count() > PUBLISHED_LIMIT {
            return Err(Error::TooManyPorts(name));
        }
    }
    let unpublished = exposed.into_iter();
    Ok(Ports {
        unpublished: unpublished.filter(|port| !seen.contains(port)).collect(),
        published,
        publish_all: request.publish_all,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(bindings: &[(&str, &str)], publish_all: bool) -> CreateRequest {
        let binding = |(key, host): &(&str, &str)| PortBinding {
            key: (*key).to_owned(),
            host_ports: Some(vec![(*host).to_owned()]),
        };
        CreateRequest {
            port_bindings: bindings.iter().map(binding).collect(),
            publish_all,
            ..CreateRequest::default()
        }
    }

    fn texts(ports: &[Port]) -> Vec<String> {
        ports.iter().map(Port::to_string).collect()
    }

    #[test]
    fn published_ports_are_no_longer_unpublished() {
        let exposed = ["443/tcp".to_owned(), "80/tcp".to_owned()];
        let some = ports(
            &request(&[("80/tcp", "80"), ("53/udp", "")], false),
            &exposed,
        );
        let some = some.expect("good ports");
        assert_eq!(texts(&some.published), ["80/tcp", "53/udp"]);
        assert_eq!(texts(&some.unpublished), ["443/tcp"]);
        let all = ports(&request(&[], true), &exposed).expect("good ports");
        assert_eq!(texts(&all.published), ["443/tcp", "80/tcp"]);
    }

    #[test]
    fn bad_ports_have_their_texts() {
        let check = |key: &str, text: &str| {
            let error = parse(key, BINDINGS).expect_err(key);
            assert_eq!(
                error.to_string(),
                format!("HostConfig.PortBindings: {text}")
            );
        };
        check(
            "80",
            "port specification incorrect: must be \"number/protocol\"",
        );
        check("0/tcp", "invalid port number");
        check("65536/sctp", "invalid port number");
        check("80/TCP", "unknown protocol: must be tcp or udp");
        let no_list = check_binding(&PortBinding {
            key: "80/tcp".to_owned(),
            host_ports: None,
        });
        let text = "\"HostConfig.PortBindings.80/tcp\" must be an array of port bindings";
        assert_eq!(no_list, Err(Error::Validation(text.to_owned())));
        let remapped = ports(&request(&[("80/tcp", "8080")], false), &[]);
        assert_eq!(remapped, Err(Error::PortRemapping));
    }

    #[test]
    fn a_protocol_has_128_ports() {
        let keys: Vec<String> = (1..=129).map(|number| format!("{number}/tcp")).collect();
        let bindings: Vec<(&str, &str)> = keys.iter().map(|key| (key.as_str(), "")).collect();
        let count = |count| ports(&request(&bindings[..count], false), &[]);
        assert!(count(128).is_ok());
        assert_eq!(count(129), Err(Error::TooManyPorts("TCP")));
        let of_image = |count| ports(&request(&[], false), &keys[..count]);
        assert!(of_image(128).is_ok());
        assert_eq!(of_image(129), Err(Error::TooManyImagePorts("TCP")));
    }
}
