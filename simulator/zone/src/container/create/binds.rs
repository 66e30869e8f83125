//! `Binds`: all faults are collected (docker-api.md 7.2).

use crate::Error;

/// Checks the form `name:/mount[:flags]` of every entry; an entry may have several faults.
pub(super) fn check(binds: &[String]) -> Result<(), Error> {
    let faults: Vec<String> = binds
        .iter()
        .flat_map(|bind| faults(bind).map(move |fault| format!("{bind}: {fault}")))
        .collect();
    if faults.is_empty() {
        return Ok(());
    }
    let text = format!("Invalid binds: {}", faults.join(","));
    Err(Error::Validation(text))
}

fn faults(bind: &str) -> impl Iterator<Item = String> + use<> {
    let parts: Vec<&str> = bind.split(':').collect();
    let (name, mount, flags) = match parts.as_slice() {
        [name, mount] => (name, mount, None),
        [name, mount, flags] => (name, mount, Some(*flags)),
        _ => {
            let form = format!("{bind} is not of the form: volumeName:/mount/point[:flags]");
            return [Some(form), None, None].into_iter().flatten();
        }
    };
    let name = (!is_volume_name(name)).then(|| format!("{name} is not a valid volume name"));
    // The empty mount point stands in front.
    let mount = mount
        .is_empty()
        .then(|| " must be a non-empty string".to_owned());
    let flags = match flags {
        None | Some("ro" | "rw") => None,
        Some("") => Some("an empty flag is not a valid flag".to_owned()),
        Some(flag) => Some(format!("\"{flag}\" is not a valid flag")),
    };
    [name, mount, flags].into_iter().flatten()
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
        assert_eq!(
            text(&["/h::"]),
            Err("Invalid binds: /h::: /h is not a valid volume name,/h:::  must be a non-empty string,/h::: an empty flag is not a valid flag".to_owned())
        );
    }
}
