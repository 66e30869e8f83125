//! Amounts of memory.

/// Reads bytes, or a number with `k`, `m` or `g` behind it for units of 1024, 1024² or 1024³ bytes.
pub(super) fn parse(text: &str) -> Result<u64, String> {
    let wrong = || "not a number of bytes, or one with k, m or g behind it".to_owned();
    let (digits, shift) = match text.char_indices().last() {
        Some((at, 'k' | 'K')) => (&text[..at], 10),
        Some((at, 'm' | 'M')) => (&text[..at], 20),
        Some((at, 'g' | 'G')) => (&text[..at], 30),
        _ => (text, 0),
    };
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(wrong());
    }
    let number: u64 = digits.parse().map_err(|_| wrong())?;
    number.checked_mul(1 << shift).ok_or_else(wrong)
}

/// Half of what this machine has; all that there can be where it does not tell.
pub(super) fn half_of_the_machine() -> u64 {
    #[cfg(target_os = "linux")]
    {
        let info = rustix::system::sysinfo();
        info.totalram.saturating_mul(u64::from(info.mem_unit)) / 2
    }
    #[cfg(not(target_os = "linux"))]
    {
        u64::MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_have_units_or_none() {
        for (text, bytes) in [
            ("0", 0),
            ("100", 100),
            ("2k", 2 << 10),
            ("64M", 64 << 20),
            ("3g", 3 << 30),
        ] {
            assert_eq!(parse(text), Ok(bytes), "{text}");
        }
        for text in [
            "",
            "m",
            "-1",
            "+1",
            "1.5g",
            "1t",
            "1é",
            "99999999999999999999",
            "99999999999999g",
        ] {
            assert!(parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_machine_has_memory() {
        assert!(half_of_the_machine() > 1 << 20);
    }
}
