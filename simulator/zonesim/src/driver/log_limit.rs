//! How much of a container's output its node keeps (containers.md 9).

use runtime::console::Log;
use runtime::{InstanceId, Runtime};
use std::sync::PoisonError;
use zone::View;

/// Bytes at which the log of `instance` starts again; `None` when its driver keeps none.
pub(crate) fn log_limit_bytes(view: &View, instance: InstanceId) -> Option<u64> {
    let default = view.settings().log_max_size_bytes;
    let config = view
        .operator_container(instance)
        .and_then(|container| container.config.log_config.as_ref());
    match config {
        Some(log) if log.driver == "none" => None,
        Some(log) => Some(
            log.options
                .get("max-size")
                .and_then(|text| size_bytes(text))
                .unwrap_or(default),
        ),
        None => Some(default),
    }
}

/// What the node keeps of a container's output is part of its disk (CTR-54).
pub(crate) fn charge_log(log: &Log, runtime: &dyn Runtime, instance: InstanceId) {
    if let Ok(files) = runtime.files(instance) {
        let quota = files.lock().unwrap_or_else(PoisonError::into_inner).quota();
        log.charge_to(quota);
    }
}

/// CTR-53: digits and a lower-case unit, decimal.
fn size_bytes(text: &str) -> Option<u64> {
    let (digits, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let factor = match unit {
        "k" => 1_000,
        "m" => 1_000_000,
        "g" => 1_000_000_000,
        _ => return None,
    };
    digits.parse::<u64>().ok()?.checked_mul(factor)
}

#[cfg(test)]
mod tests {
    use super::size_bytes;

    #[test]
    fn sizes_are_decimal_and_need_a_unit() {
        for (text, expected) in [
            ("10k", Some(10_000)),
            ("5m", Some(5_000_000)),
            ("1g", Some(1_000_000_000)),
            ("7", None),
            ("", None),
            ("m", None),
        ] {
            assert_eq!(size_bytes(text), expected, "{text}");
        }
    }
}
