//! Receivers outside the zone.

use std::collections::BTreeMap;
use zone::{Outside, OutsideFault};

/// Reads one: `HOST:PORT=ADDRESS:PORT`.
pub(super) fn parse(text: &str) -> Result<(String, String), String> {
    let (receiver, socket) = text
        .split_once('=')
        .ok_or("not a receiver and its socket with = between")?;
    let one = (receiver.to_owned(), socket.to_owned());
    match read(std::slice::from_ref(&one)) {
        Ok(_) => Ok(one),
        Err(fault) => Err(fault.to_string()),
    }
}

/// Puts them together; of two with the same receiver the last counts.
pub(super) fn read(receivers: &[(String, String)]) -> Result<Outside, OutsideFault> {
    let list: BTreeMap<String, String> = receivers.iter().cloned().collect();
    Outside::read(&list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_receiver_has_a_socket() {
        let text = "logs.example.com:514=127.0.0.1:5514";
        let one = parse(text).expect("a good one");
        assert_eq!(one.0, "logs.example.com:514");
        assert!(read(&[one.clone(), one]).is_ok());
        assert!(parse("logs.example.com:514").is_err());
        assert!(parse("logs.example.com=127.0.0.1:5514").is_err());
    }
}
