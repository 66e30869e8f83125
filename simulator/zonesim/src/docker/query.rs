//! Query parameters (docker-api.md 2.1).

use percent_encoding::percent_decode_str;

/// The parameters of a query, decoded, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Parses what stands behind the `?`: percent-decoded, `+` is a space, bytes that are no UTF-8 are replaced.
    pub(crate) fn parse(text: &str) -> Self {
        Self(
            text.split('&')
                .filter(|pair| !pair.is_empty())
                .map(|pair| {
                    let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                    (decode(key), decode(value))
                })
                .collect(),
        )
    }

    /// The last value of `key` (APIX-02).
    pub(crate) fn text(&self, key: &str) -> Option<&str> {
        self.0
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.as_str())
    }

    /// Every value of `key`, in order.
    pub(crate) fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        let pairs = self.0.iter().filter(move |(name, _)| name == key);
        pairs.map(|(_, value)| value.as_str())
    }

    /// A boolean: absent, empty, `0`, `no`, `none` and `false` are false, anything else is true.
    pub(crate) fn flag(&self, key: &str) -> bool {
        self.text(key).is_some_and(|value| {
            let value = value.trim().to_lowercase();
            !matches!(value.as_str(), "" | "0" | "no" | "none" | "false")
        })
    }

    /// An integer the way `parseInt` reads it: white space, a sign, digits up to the first other character.
    /// `None` when absent or without digits; saturates.
    pub(crate) fn int(&self, key: &str) -> Option<i64> {
        let text = self.text(key)?.trim_start();
        let (negative, digits) = match text.as_bytes().first() {
            Some(b'-') => (true, &text[1..]),
            Some(b'+') => (false, &text[1..]),
            _ => (false, text),
        };
        let end = digits
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(digits.len());
        if end == 0 {
            return None;
        }
        let value = digits[..end].parse::<i64>().unwrap_or(i64::MAX);
        Some(if negative { -value } else { value })
    }
}

fn decode(text: &str) -> String {
    let text = text.replace('+', " ");
    percent_decode_str(&text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_decoded_and_keeps_repeated_keys() {
        let query = Query::parse("a=1+2%2B&b&a=%ff&&c=x=y");
        let pairs: Vec<&str> = query.0.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(pairs, ["1 2+", "", "\u{fffd}", "x=y"]);
        assert_eq!(query.text("a"), Some("\u{fffd}"));
        assert_eq!(query.text("b"), Some(""));
        assert_eq!(query.text("c"), Some("x=y"));
        assert_eq!(query.text("d"), None);
        assert_eq!(Query::parse(""), Query::default());
    }

    #[test]
    fn booleans_are_the_legacy_ones() {
        for (text, expected) in [
            ("", false),
            ("x=", false),
            ("x", false),
            ("x=0", false),
            ("x=No", false),
            ("x=%20NONE+", false),
            ("x=False", false),
            ("x=1", true),
            ("x=nope", true),
            ("x=1&x=0", false),
            ("x=0&x=1", true),
        ] {
            assert_eq!(Query::parse(text).flag("x"), expected, "{text}");
        }
    }

    #[test]
    fn integers_are_read_as_far_as_they_go() {
        for (text, expected) in [
            ("x=10", Some(10)),
            ("x=-3s", Some(-3)),
            ("x=+4.9", Some(4)),
            ("x=%20%2B7", Some(7)),
            ("x=t", None),
            ("x=-", None),
            ("x=", None),
            ("y=1", None),
            ("x=99999999999999999999", Some(i64::MAX)),
        ] {
            assert_eq!(Query::parse(text).int("x"), expected, "{text}");
        }
    }
}
