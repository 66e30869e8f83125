//! A visit to an endpoint that others use, too: what the visitor makes is remembered, and of lists
//! only that is shown.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::matching::unversioned;
use crate::http1::Head;

/// Who visits. Clones are the same visitor.
#[derive(Debug, Clone, Default)]
pub struct Guest {
    made: Arc<Mutex<BTreeSet<String>>>,
}

/// Why an answer is of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interest {
    /// It names a container that was made.
    Create,
    /// It lists containers, whoever made them.
    List,
}

impl Guest {
    /// The ids of the containers that were made so far, also of those that have gone since.
    pub fn made(&self) -> Vec<String> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.iter().cloned().collect()
    }

    /// Whether the answer to a request has to be looked at.
    pub(super) fn interest(asked: &Head) -> Option<Interest> {
        let (method, target, _) = asked.request_line()?;
        let path = target.split('?').next().unwrap_or(target);
        match (method, unversioned(path)) {
            ("POST", "/containers/create") => Some(Interest::Create),
            ("GET", "/containers/json") => Some(Interest::List),
            _ => None,
        }
    }

    /// Looks at a whole answer. A list that has something of others gets shorter; every other answer
    /// stays as it is.
    pub(super) fn look(&self, interest: Interest, body: &mut Vec<u8>) {
        let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match interest {
            Interest::Create => {
                let id = answer["Id"].as_str();
                made.extend(id.map(str::to_owned));
            }
            Interest::List => {
                let Some(items) = answer.as_array_mut() else {
                    return;
                };
                let all = items.len();
                items.retain(|item| item["Id"].as_str().is_some_and(|id| made.contains(id)));
                if items.len() < all
                    && let Ok(mut shorter) = serde_json::to_vec(&answer)
                {
                    if body.ends_with(b"\n") {
                        shorter.push(b'\n');
                    }
                    *body = shorter;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(line: &str) -> Head {
        Head {
            first_line: format!("{line} HTTP/1.1"),
            headers: Vec::new(),
        }
    }

    #[test]
    fn lists_show_only_what_the_guest_has_made() {
        let guest = Guest::default();
        let mut created = br#"{"Id":"b","Warnings":null}"#.to_vec();
        guest.look(Interest::Create, &mut created);
        assert_eq!(created, br#"{"Id":"b","Warnings":null}"#);
        let mut list = b"[{\"Id\":\"a\"}, {\"Id\":\"b\"}]\n".to_vec();
        guest.clone().look(Interest::List, &mut list);
        assert_eq!(list, b"[{\"Id\":\"b\"}]\n");
        let mut own = b"[ {\"Id\":\"b\"} ]\n".to_vec();
        guest.look(Interest::List, &mut own);
        assert_eq!(
            own, b"[ {\"Id\":\"b\"} ]\n",
            "its bytes stay when nothing goes"
        );
        assert_eq!(guest.made(), ["b"]);
    }

    #[test]
    fn only_creations_and_lists_of_containers_are_looked_at() {
        for (line, expected) in [
            (
                "POST /v1.24/containers/create?name=a",
                Some(Interest::Create),
            ),
            ("GET /containers/json?all=1", Some(Interest::List)),
            ("GET /v1.24/containers/x/json", None),
            ("GET /v1.24/images/json", None),
            ("POST /containers/json", None),
        ] {
            assert_eq!(Guest::interest(&request(line)), expected, "{line}");
        }
    }

    #[test]
    fn a_refusal_is_passed_on() {
        let guest = Guest::default();
        let mut refusal = b"no such image".to_vec();
        guest.look(Interest::Create, &mut refusal);
        assert!(guest.made().is_empty());
        assert_eq!(refusal, b"no such image");
    }
}
