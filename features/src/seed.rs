//! The seed of a scenario's zone: a function of the run's seed and the scenario's id, so that
//! one scenario alone behaves as it did in the whole run, with every client.

use sha2::{Digest as _, Sha256};

/// At most 2^53 - 1, so that every reader of JSON keeps it exact.
pub fn of_scenario(run: u64, id: &str) -> u64 {
    let digest = Sha256::new()
        .chain_update(run.to_be_bytes())
        .chain_update(id)
        .finalize();
    let first: [u8; 8] = digest[..8].try_into().expect("32 bytes have a first 8");
    u64::from_be_bytes(first) >> 11
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_follows_from_the_run_and_the_scenario() {
        assert_eq!(of_scenario(1, "CTR-06"), of_scenario(1, "CTR-06"));
        assert_ne!(of_scenario(1, "CTR-06"), of_scenario(2, "CTR-06"));
        assert_ne!(of_scenario(1, "CTR-06"), of_scenario(1, "CTR-07"));
        assert!(of_scenario(1, "CTR-06") < 1 << 53);
    }
}
