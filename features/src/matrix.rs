//! Which clients run a scenario, and how features name clients.

use clients::client::ClientName;
use clients::version::CliVersion;

use crate::tags::{Kinds, Tags};

/// Whether a scenario of these tags runs with a client.
pub fn drives(client: ClientName, tags: &Tags) -> bool {
    match (client, tags.kinds) {
        (ClientName::Raw, kinds) => kinds == Kinds::Raw,
        (ClientName::Library(library), kinds) => {
            kinds == Kinds::Libraries && tags.libraries.contains(&library)
        }
        (ClientName::Bollard, Kinds::Every | Kinds::Bollard) => tags.not_bollard.is_none(),
        (ClientName::Cli(version), Kinds::Every | Kinds::Cli) => {
            let (from, until) = tags.minors;
            (from..=until).contains(&version.minor())
        }
        _ => false,
    }
}

/// Whether a name in a table of a feature means a client: `bollard`, `1.12`, `docker` for every
/// command line, and ranges as in `1.8-1.10`.
pub fn is_named(client: ClientName, name: &str) -> bool {
    let ClientName::Cli(version) = client else {
        return name == client.as_str();
    };
    let minor = |text: &str| text.trim().parse::<CliVersion>().ok();
    match name.split_once('-') {
        Some((from, until)) if !name.starts_with("docker") => match (minor(from), minor(until)) {
            (Some(from), Some(until)) => (from..=until).contains(&version),
            _ => false,
        },
        _ => name == "docker" || minor(name) == Some(version),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(chosen: impl Fn(ClientName) -> bool) -> String {
        let clients = ClientName::ALL.into_iter().filter(|client| chosen(*client));
        let names: Vec<_> = clients.map(ClientName::as_str).collect();
        names.join(" ")
    }

    #[test]
    fn tags_choose_the_clients_of_a_scenario() {
        let cli = "docker-1.8 docker-1.9 docker-1.10 docker-1.11 docker-1.12";
        for (tags, expected) in [
            ("CTR-06", format!("{cli} bollard")),
            ("CTR-06 cli", cli.to_owned()),
            ("CTR-06 not-bollard:no-login", cli.to_owned()),
            ("CTR-06 raw", "raw".to_owned()),
            ("CTR-06 bollard", "bollard".to_owned()),
            ("CTR-06 cli from:1.11", "docker-1.11 docker-1.12".to_owned()),
            ("CTR-06 until:1.8", "docker-1.8 bollard".to_owned()),
        ] {
            let read = Tags::read(tags.split_whitespace()).expect("tags");
            assert_eq!(names(|client| drives(client, &read)), expected, "{tags}");
        }
    }

    #[test]
    fn a_table_names_clients_one_by_one_in_ranges_and_by_kind() {
        let of = |name: &str| names(|client| is_named(client, name));
        assert_eq!(of("1.8-1.10"), "docker-1.8 docker-1.9 docker-1.10");
        assert_eq!(of("1.12"), "docker-1.12");
        assert_eq!(of("docker-1.12"), "docker-1.12");
        assert_eq!(of("bollard"), "bollard");
        assert_eq!(of("docker").split(' ').count(), 5);
        assert_eq!(of("podman"), "");
    }
}
