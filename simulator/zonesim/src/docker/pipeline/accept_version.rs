//! `Accept-Version`: a semver range that the router's own version must satisfy (docker-api.md 2.1).

/// The version of the front end, whatever API version the path names.
const ROUTER: [u64; 3] = [0, 7, 11];

/// Whether the router's version satisfies `range`. Text that is no range satisfies nothing.
pub(crate) fn admits(range: &str) -> bool {
    range.split("||").any(|set| admits_set(set.trim()))
}

/// One set of comparators, all of which must hold.
fn admits_set(set: &str) -> bool {
    if let Some((low, high)) = set.split_once(" - ") {
        return admits_comparator(&format!(">={}", low.trim()))
            && admits_comparator(&format!("<={}", high.trim()));
    }
    let mut operator = String::new();
    for word in set.split_whitespace() {
        // An operator may stand apart from its version.
        operator.push_str(word);
        if word.ends_with(['<', '>', '=', '~', '^']) {
            continue;
        }
        if !admits_comparator(&operator) {
            return false;
        }
        operator.clear();
    }
    operator.is_empty()
}

/// A version of which only the first parts may be given.
#[derive(Clone, Copy)]
struct Partial {
    parts: [u64; 3],
    /// How many parts are given; the others are 0.
    given: usize,
    prerelease: bool,
}

impl Partial {
    fn parse(text: &str) -> Option<Self> {
        let text = text.trim_start_matches(['v', '=']);
        let text = text.split('+').next().unwrap_or_default();
        let (numbers, prerelease) = match text.split_once('-') {
            Some((numbers, rest)) if !rest.is_empty() => (numbers, true),
            Some(_) => return None,
            None => (text, false),
        };
        let mut partial = Self {
            parts: [0; 3],
            given: 0,
            prerelease,
        };
        if numbers.is_empty() {
            return (!prerelease).then_some(partial);
        }
        let mut wild = false;
        for (index, part) in numbers.split('.').enumerate() {
            wild |= matches!(part, "x" | "X" | "*");
            match (index, wild) {
                (3.., _) => return None,
                (_, true) => {}
                (_, false) => {
                    if !part.bytes().all(|digit| digit.is_ascii_digit()) {
                        return None;
                    }
                    partial.parts[index] = part.parse().ok()?;
                    partial.given = index + 1;
                }
            }
        }
        Some(partial)
    }

    /// The first version that is greater than every version with the first `kept` parts of this one.
    fn next(&self, kept: usize) -> [u64; 3] {
        let mut next = [0; 3];
        next[..kept].copy_from_slice(&self.parts[..kept]);
        next[kept - 1] = next[kept - 1].saturating_add(1);
        next
    }

    /// Whether the router's version is this or later; a prerelease comes before its release.
    fn is_reached(&self) -> bool {
        ROUTER >= self.parts
    }
}

fn admits_comparator(text: &str) -> bool {
    let end = text
        .find(|c: char| !"<>=~^".contains(c))
        .unwrap_or(text.len());
    let (operator, version) = text.split_at(end);
    let Some(version) = Partial::parse(version) else {
        return false;
    };
    if version.given == 0 {
        return !matches!(operator, "<" | ">");
    }
    let whole = version.given == 3;
    let equal = whole && version.parts == ROUTER && !version.prerelease;
    match operator {
        "" | "=" | "==" if whole => equal,
        "" | "=" | "==" => version.is_reached() && ROUTER < version.next(version.given),
        ">=" => version.is_reached(),
        ">" if whole => version.is_reached() && !equal,
        ">" => ROUTER >= version.next(version.given),
        "<" => !version.is_reached(),
        "<=" if whole => equal || !version.is_reached(),
        "<=" => ROUTER < version.next(version.given),
        "~" | "~>" => version.is_reached() && ROUTER < version.next(version.given.min(2)),
        "^" => {
            let nonzero = version.parts.iter().position(|part| *part > 0);
            let kept = nonzero.map_or(version.given, |index| (index + 1).min(version.given));
            version.is_reached() && ROUTER < version.next(kept)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_semver_does() {
        for range in [
            "*",
            "",
            "x",
            "0",
            "0.7",
            "0.7.x",
            "0.7.11",
            "=0.7.11",
            "v0.7.11",
            "~0.7",
            "~0.7.3",
            "^0.7.0",
            "^0",
            ">=0.7.0",
            ">= 0.7.0 <1",
            "0.6.0 - 0.8.0",
            "1.0.0 || 0.7.11",
            "<1.0.0",
            "<=0.7",
            ">0.6",
            ">0.7.11-rc1",
            "<0.7.12",
        ] {
            assert!(admits(range), "{range}");
        }
        for range in [
            "1",
            "0.8",
            "0.7.10",
            "^0.7.12",
            "~0.6",
            "^0.6.9",
            ">0.7.11",
            ">0.7",
            ">0",
            "<0.7.11",
            "<0.7",
            "<=0.6",
            "bogus",
            "0.7.11.1",
            "1.0.0 - 2.0.0",
            "0.7.11-rc1",
            ">*",
            "0.7.11 >=1",
            "~1.2 || 2",
        ] {
            assert!(!admits(range), "{range}");
        }
    }
}
