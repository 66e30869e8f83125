//! Single fields of a request (docker-api.md 7.2).

use crate::Error;

/// Most keys of `Volumes` (CTR-27).
pub(super) const DATA_VOLUMES: usize = 8;

/// Most links of a container.
const LINKS: usize = 256;

/// NET-06: modes of the engine that the zone does not have; the doubled wording is literal.
pub(super) fn check_network_mode(mode: &str) -> Result<(), Error> {
    let refuse = |what: String| Err(Error::NotImplemented(format!("{what} is not supported")));
    match mode {
        "host" | "none" => refuse(format!("NetworkMode {mode}")),
        _ if mode.starts_with("container:") => refuse("Container networking".to_owned()),
        _ => Ok(()),
    }
}

/// NET-21: links only on the default network. Every link multiplies the environment of its target.
pub(super) fn check_links(mode: &str, links: &[String]) -> Result<(), Error> {
    if links.len() > LINKS {
        let text = format!("\"HostConfig.Links\" must be an array of at most {LINKS} strings");
        return Err(Error::Validation(text));
    }
    if links.is_empty() || matches!(mode, "" | "bridge" | "default") {
        return Ok(());
    }
    let text = "user-defined networking links".to_owned();
    Err(Error::NotImplemented(text))
}

/// A key of `Volumes`: absolute, no NUL, more than slashes.
pub(super) fn check_volume(volume: &str) -> Result<(), Error> {
    let refuse = |text: String| Err(Error::InvalidVolume(text));
    if !volume.starts_with('/') {
        refuse(format!(
            "Invalid volume name \"{volume}\" must start with \"/\""
        ))
    } else if volume.contains('\0') {
        refuse("Invalid volume name: cannot contain \\0".to_owned())
    } else if normalised(volume) == "/" {
        let text = "Invalid volume name: must contain at least one non-/ character";
        refuse(text.to_owned())
    } else {
        Ok(())
    }
}

/// Mount points of request and image, normalised, each once.
pub(super) fn data_volumes(request: &[String], image: &[String]) -> Vec<String> {
    let mut volumes: Vec<String> = Vec::new();
    for path in request.iter().chain(image) {
        let path = normalised(path);
        if !volumes.contains(&path) {
            volumes.push(path);
        }
    }
    volumes
}

/// `/a//b/../c/` is `/a/c`.
fn normalised(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    format!("/{}", parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_modes_of_the_engine_are_not_implemented() {
        let text = |mode| check_network_mode(mode).map_err(|error| error.to_string());
        assert_eq!(text("bridge"), Ok(()));
        assert_eq!(
            text("host"),
            Err("NetworkMode host is not supported is not implemented".to_owned())
        );
        assert_eq!(
            text("container:x"),
            Err("Container networking is not supported is not implemented".to_owned())
        );
    }

    #[test]
    fn links_are_counted() {
        let links = |count| vec!["a:b".to_owned(); count];
        assert_eq!(check_links("", &links(256)), Ok(()));
        let error = check_links("", &links(257)).expect_err("too many");
        let text = "\"HostConfig.Links\" must be an array of at most 256 strings";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn volume_keys_are_absolute_paths() {
        let text = |volume| check_volume(volume).map_err(|error| error.to_string());
        assert_eq!(text("/data"), Ok(()));
        let relative = "Invalid volume name \"data\" must start with \"/\"";
        assert_eq!(text("data"), Err(relative.to_owned()));
        let slashes = "Invalid volume name: must contain at least one non-/ character";
        for root in ["//", "/.", "/a/.."] {
            assert_eq!(text(root), Err(slashes.to_owned()), "{root}");
        }
        let nul = "Invalid volume name: cannot contain \\0";
        assert_eq!(text("/a\0"), Err(nul.to_owned()));
    }

    #[test]
    fn volumes_of_request_and_image_are_one_list() {
        let list = |texts: &[&str]| texts.iter().map(|t| (*t).to_owned()).collect::<Vec<_>>();
        let volumes = data_volumes(&list(&["/a/", "/b/../c"]), &list(&["/a", "/d//e"]));
        assert_eq!(volumes, ["/a", "/c", "/d/e"]);
    }
}
