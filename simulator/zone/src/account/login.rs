//! What a login may be.

/// ACC-02: a letter, then letters, digits and `_ . @`, 3 to 32 characters in all, not `local`.
pub fn is_login(login: &str) -> bool {
    let inner = |c: char| c.is_ascii_alphanumeric() || "_.@".contains(c);
    (3..=32).contains(&login.len())
        && login.starts_with(|c: char| c.is_ascii_alphabetic())
        && login.chars().all(inner)
        && login != "local"
}

#[cfg(test)]
mod tests {
    use super::is_login;

    #[test]
    fn logins_follow_the_rule() {
        for good in ["abc", "my_login", "a.b@c", "Zz1", &"a".repeat(32)] {
            assert!(is_login(good), "{good}");
        }
        for bad in ["", "ab", "1bc", "a-bc", "local", "ab c", &"a".repeat(33)] {
            assert!(!is_login(bad), "{bad}");
        }
    }
}
