//! What `Accept` makes of a body (docker-api.md 4).

/// The types a JSON body can be sent as, the server's favourite first.
const OFFERED: [&str; 4] = [
    "application/json",
    "text/plain",
    "application/octet-stream",
    "application/javascript",
];

/// The type for a body under this `Accept`; `None`: nothing fits, the answer becomes an empty 406.
pub(crate) fn negotiate(accept: Option<&str>) -> Option<&'static str> {
    let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
        return Some(OFFERED[0]);
    };
    let ranges: Vec<Range<'_>> = accept
        .split(',')
        .enumerate()
        .filter_map(|(order, text)| Range::parse(text, order))
        .collect();
    OFFERED
        .iter()
        .enumerate()
        .filter_map(|(index, offered)| {
            let best = ranges
                .iter()
                .filter_map(|range| Some((range.specificity(offered)?, range)))
                .max_by_key(|(specificity, range)| (*specificity, range.quality))?;
            let (specificity, range) = best;
            let rank = (
                range.quality,
                specificity,
                usize::MAX - range.order,
                usize::MAX - index,
            );
            (range.quality > 0).then_some((rank, *offered))
        })
        .max()
        .map(|(_, offered)| offered)
}

/// One media range of an `Accept` header.
struct Range<'a> {
    kind: &'a str,
    subtype: &'a str,
    /// Thousandths.
    quality: u16,
    order: usize,
}

impl<'a> Range<'a> {
    fn parse(text: &'a str, order: usize) -> Option<Self> {
        let mut parts = text.split(';').map(str::trim);
        let (kind, subtype) = parts.next()?.split_once('/')?;
        let mut quality = 1000;
        let mut exact = true;
        for parameter in parts {
            match parameter.split_once('=') {
                Some(("q" | "Q", value)) => quality = thousandths(value)?,
                // Nothing that is offered has parameters.
                _ => exact = false,
            }
        }
        exact.then_some(Self {
            kind,
            subtype,
            quality,
            order,
        })
    }

    /// How closely the range names `offered`; `None` when it does not.
    fn specificity(&self, offered: &str) -> Option<u8> {
        let (kind, subtype) = offered.split_once('/')?;
        if self.kind.eq_ignore_ascii_case(kind) && self.subtype.eq_ignore_ascii_case(subtype) {
            Some(6)
        } else if self.kind.eq_ignore_ascii_case(kind) && self.subtype == "*" {
            Some(4)
        } else {
            (self.kind == "*" && self.subtype == "*").then_some(0)
        }
    }
}

/// A quality between 0 and 1.
fn thousandths(text: &str) -> Option<u16> {
    let value: f32 = text.trim().parse().ok()?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "clamped to 0 … 1000"
    )]
    let thousandths = (value.clamp(0.0, 1.0) * 1000.0).round() as u16;
    value.is_finite().then_some(thousandths)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_accept_header_chooses_the_type() {
        for (accept, expected) in [
            (None, Some("application/json")),
            (Some(""), Some("application/json")),
            (Some("*/*"), Some("application/json")),
            (Some("application/json"), Some("application/json")),
            (Some("text/plain"), Some("text/plain")),
            (Some("text/*"), Some("text/plain")),
            (Some("text/plain, */*"), Some("text/plain")),
            (
                Some("text/plain;q=0.5, application/json"),
                Some("application/json"),
            ),
            (Some("application/*"), Some("application/json")),
            (
                Some("application/octet-stream"),
                Some("application/octet-stream"),
            ),
            (
                Some("application/javascript"),
                Some("application/javascript"),
            ),
            (Some("text/html"), None),
            (Some("text/html, */*;q=0.1"), Some("application/json")),
            (Some("text/plain;q=0"), None),
            (Some("application/json;q=0, */*"), Some("text/plain")),
            (Some("garbage"), None),
        ] {
            assert_eq!(negotiate(accept), expected, "{accept:?}");
        }
    }
}
