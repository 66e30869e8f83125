//! Ports of `EXPOSE`.

use crate::dockerfile::BuildError;

/// The keys of `ExposedPorts` for one argument: `80`, `80/udp`, `8000-8010`. What is no port is kept (IMG-71).
pub(super) fn exposed(argument: &str) -> Result<Vec<String>, BuildError> {
    let mut parts = argument.split('/');
    let ports = parts.next().unwrap_or_default();
    let protocol = parts.next().unwrap_or("tcp");
    let Some(range) = ports.split_once('-') else {
        return Ok(vec![format!("{ports}/{protocol}")]);
    };
    let number = |text: &str| text.parse::<u64>().ok();
    let (Some(first), Some(last)) = (number(range.0), number(range.1)) else {
        return Ok(vec![format!("{ports}/{protocol}")]);
    };
    if last < first {
        return Err(BuildError::ReversedPorts(ports.to_owned()));
    }
    if last > u64::from(u16::MAX) {
        // Not expanded, since there are no such ports.
        return Ok(vec![format!("{ports}/{protocol}")]);
    }
    let keys = (first..=last).map(|port| format!("{port}/{protocol}"));
    Ok(keys.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_tcp_by_default_and_ranges_expand() {
        for (argument, keys) in [
            ("7000", &["7000/tcp"][..]),
            ("53/udp", &["53/udp"]),
            ("2374-2375", &["2374/tcp", "2375/tcp"]),
            ("8000-8000/udp", &["8000/udp"]),
            ("x", &["x/tcp"]),
            ("a-b", &["a-b/tcp"]),
            ("1-99999999999", &["1-99999999999/tcp"]),
        ] {
            assert_eq!(exposed(argument).expect("it is taken"), keys);
        }
        assert_eq!(exposed("0-65535").expect("it is taken").len(), 65_536);
        let error = exposed("8010-8000/tcp").expect_err("it is refused");
        assert_eq!(error.to_string(), "Invalid containerPort: 8010-8000");
    }
}
