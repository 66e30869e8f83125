//! `Binds`: all faults are collected (docker-api.md 7.2).

use crate::Error;

/// Checks the form `name:/mount[:flags]` of every entry.
pub(super) fn check(binds: &[String]) -> Result<(), Error> {
    let faults: Vec<String> = binds
        .iter()
        .filter_map(|bind| Some(format!("{bind}: {}", fault(bind)?)))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let text = format!("Invalid binds: {}", faults.join(","));
    Err(Error::Validation(text))
}

fn fault(bind: &str) -> Option<String> {
    let parts: Vec<&str> = bind.split(':').collect();
    let (name, mount, flags) = match parts.as_slice() {
        [name, mount] => (name, mount, None),
        [name, mount, flags] => (name, mount, Some(flags)),
        _ => {
            return Some(format!(
                "{bind} is not of the form: volumeName:/mount/point[:flags]"
            ));
        }
    };
    if !is_volume_name(name) {
        return Some(format!("{name} is not a valid volume name"));
    }
    if mount.is_empty() {
        return Some(" must be a non-empty string".to_owned());
    }
    match flags {
        None | Some(&"ro" | &"rw") => None,
        Some(&"") => Some("an empty flag is not a valid flag".to_owned()),
        Some(flag) => Some(format!("\"{flag}\" is not a valid flag")),
    }
}

/// At least two characters, the first a letter or digit.
fn is_volume_name(name: &str) -> bool {
    name.len() >= 2
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
}

#[cfg(test)]
mod tests {
    use super::check;

    #[test]
    fn faults_are_collected() {
        let text = |binds: &[&str]| {
            let binds: Vec<String> = binds.iter().map(|bind| (*bind).to_owned()).collect();
            check(&binds).map_err(|error| error.to_string())
        };
        assert_eq!(text(&["data:/x", "data:/x:ro"]), Ok(()));
        assert_eq!(
            text(&["/host:/x"]),
            Err("Invalid binds: /host:/x: /host is not a valid volume name".to_owned())
        );
        assert_eq!(
            text(&["data", "data:/x:z"]),
            Err("Invalid binds: data: data is not of the form: volumeName:/mount/point[:flags],data:/x:z: \"z\" is not a valid flag".to_owned())
        );
    }
}
