//! What a registry demands of those who come (RFC 7235, `WWW-Authenticate`).

use std::collections::BTreeMap;

/// A challenge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Challenge {
    /// The scheme, in lower case.
    pub(super) scheme: String,
    /// Its parameters, by their names in lower case.
    pub(super) parameters: BTreeMap<String, String>,
}

impl Challenge {
    /// Reads the first challenge of a header; `None`: there is no scheme.
    pub(super) fn parse(header: &str) -> Option<Self> {
        let header = header.trim();
        let (scheme, rest) = header.split_once(' ').unwrap_or((header, ""));
        let is_token = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if scheme.is_empty() || !scheme.chars().all(is_token) {
            return None;
        }
        Some(Self {
            scheme: scheme.to_ascii_lowercase(),
            parameters: parameters(rest),
        })
    }

    /// A parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.get(name).map(String::as_str)
    }
}

/// `name=value` and `name="quoted \"value\""`, separated by commas; the rest of what is neither is left out.
fn parameters(text: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut rest = text.trim_start_matches([' ', ',']);
    while let Some((name, after)) = rest.split_once('=') {
        let (value, next) = match after.strip_prefix('"') {
            Some(quoted) => unquote(quoted),
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        found.insert(name.trim().to_ascii_lowercase(), value);
        rest = next.trim_start_matches([' ', ',']);
    }
    found
}

/// The value up to the closing quote, and what follows it.
fn unquote(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => {
                value.push(c);
                escaped = false;
            }
            '\\' => escaped = true,
            '"' => return (value, &text[at + 1..]),
            c => value.push(c),
        }
    }
    (value, "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_and_parameters_are_read() {
        let check = |header: &str, scheme: &str, parameters: &[(&str, &str)]| {
            let challenge = Challenge::parse(header).expect(header);
            assert_eq!(challenge.scheme, scheme);
            let found: Vec<(&str, &str)> = challenge
                .parameters
                .iter()
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            assert_eq!(found, parameters, "{header}");
        };
        check(
            r#"Bearer realm="https://auth.docker.io/token",service="registry.docker.io""#,
            "bearer",
            &[
                ("realm", "https://auth.docker.io/token"),
                ("service", "registry.docker.io"),
            ],
        );
        check(
            r#"Bearer realm="a, \"b\"" , Service=c, scope="x:y:pull,push""#,
            "bearer",
            &[
                ("realm", "a, \"b\""),
                ("scope", "x:y:pull,push"),
                ("service", "c"),
            ],
        );
        check("Basic", "basic", &[]);
        check("Basic realm=\"open", "basic", &[("realm", "open")]);
        for header in ["", " ", "=x", "Ba\"sic x=y"] {
            assert_eq!(Challenge::parse(header), None, "{header}");
        }
    }
}
