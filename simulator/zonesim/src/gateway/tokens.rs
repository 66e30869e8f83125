//! Passwords for SOCKS5: one random token per account, for as long as the zone runs.

use ring::rand::{SecureRandom, SystemRandom};
use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use zone::AccountId;

/// Random bytes of a token.
const TOKEN_BYTES: usize = 16;

/// The tokens of a zone's accounts; clones are the same.
#[derive(Clone, Default)]
pub(crate) struct SocksTokens(Arc<Mutex<HashMap<AccountId, String>>>);

impl SocksTokens {
    /// The token of an account, made at the first call.
    pub(crate) fn of(&self, account: AccountId) -> String {
        let mut tokens = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.entry(account).or_insert_with(fresh).clone()
    }

    /// Whether it is the token of the account; the time this takes says nothing about the token.
    pub(crate) fn is_right(&self, account: AccountId, token: &[u8]) -> bool {
        let known = self.of(account);
        let known = known.as_bytes();
        let differences = known.iter().zip(token).fold(0, |all, (a, b)| all | (a ^ b));
        known.len() == token.len() && differences == 0
    }
}

fn fresh() -> String {
    let mut bytes = [0; TOKEN_BYTES];
    SystemRandom::new()
        .fill(&mut bytes)
        .expect("the host has random numbers");
    hex::encode(bytes)
}

impl fmt::Debug for SocksTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SocksTokens").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn each_account_has_a_token_of_its_own() {
        let tokens = SocksTokens::default();
        let (first, second) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let token = tokens.of(first);
        assert_eq!(token, tokens.of(first));
        assert!(tokens.is_right(first, token.as_bytes()));
        assert!(!tokens.is_right(second, token.as_bytes()));
        assert!(!tokens.is_right(first, b""));
        assert!(!tokens.is_right(first, &token.as_bytes()[1..]));
    }
}
