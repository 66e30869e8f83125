//! Sizes for people.

/// A size with at most one decimal and a unit of 1024: `3`, `4.0K`, `252.0G`.
pub(super) fn short(bytes: u64) -> String {
    if bytes < 1024 {
        return bytes.to_string();
    }
    let mut value = bytes as f64;
    for unit in ["K", "M", "G", "T", "P", "E"] {
        value /= 1024.0;
        let tenths = (value * 10.0 + 0.5).floor();
        if tenths < 10_240.0 || unit == "E" {
            return format!("{:.1}{unit}", tenths / 10.0);
        }
    }
    unreachable!("the last unit takes every size")
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn sizes_have_one_decimal() {
        for (bytes, expected) in [
            (0, "0"),
            (1023, "1023"),
            (1024, "1.0K"),
            (5000, "4.9K"),
            (1_048_575, "1.0M"),
            (u64::MAX, "16.0E"),
        ] {
            assert_eq!(short(bytes), expected);
        }
    }
}
