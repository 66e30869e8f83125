//! A visit to an endpoint that others use, too: what the visitor makes is remembered, of lists of containers
//! only that is shown, and what would clear away everybody's is refused.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;

use super::matching::unversioned;
use super::mutation::Change;
use super::request::edit_head;
use crate::http1::Head;

/// Who visits. Clones are the same visitor.
#[derive(Debug, Clone, Default)]
pub struct Guest {
    /// Whether the endpoint would do what takes from everybody.
    careful: bool,
    made: Arc<Mutex<BTreeSet<(Kind, String)>>>,
    names: Arc<Mutex<ImageNames>>,
}

/// What a visitor has done to images.
#[derive(Debug, Clone, Default)]
pub struct ImageNames {
    /// Names (`repo:tag`, or `repo`) that it has given or taken, as it wrote them.
    pub touched: BTreeSet<String>,
    /// Whether it has built or committed: there may be images without a name.
    pub makes: bool,
}

/// What a visitor makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A container, by its id.
    Container,
    /// A network, by its id.
    Network,
}

impl Kind {
    /// Where such things are in the API.
    pub const fn path(self) -> &'static str {
        match self {
            Kind::Container => "/containers",
            Kind::Network => "/networks",
        }
    }
}

/// Why an answer is of interest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Interest {
    /// It names something that was made.
    Create(Kind),
    /// It lists containers, whoever made them; so many are wanted.
    List {
        /// At most.
        limit: Option<usize>,
    },
    /// It tells of a build, whose containers may stay.
    Build,
}

/// What a build says before the beginning of a container's id.
const RUNNING_IN: &str = "Running in ";

impl Guest {
    /// A visitor of an endpoint that prunes, from which what is not filtered is kept.
    pub fn careful() -> Guest {
        Guest {
            careful: true,
            ..Guest::default()
        }
    }

    /// What was made so far, also what has gone since; containers first, which the others may be used by.
    pub fn made(&self) -> Vec<(Kind, String)> {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.iter().cloned().collect()
    }

    /// What was done to images so far.
    pub fn image_names(&self) -> ImageNames {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        names.clone()
    }

    /// Remembers which names of images a request gives or takes.
    pub(super) fn note(&self, asked: &Head) {
        let Some((method, target, _)) = asked.request_line() else {
            return;
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let values = |key: &'static str| {
            let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
            pairs
                .filter(move |(name, _)| *name == key)
                .map(|(_, value)| decoded(value))
        };
        let value = |key| values(key).next().filter(|value| !value.is_empty());
        let named = |repo, tag| {
            let repo = value(repo)?;
            Some(match value(tag) {
                Some(tag) => format!("{repo}:{tag}"),
                None => repo,
            })
        };
        let path = unversioned(path);
        let image = path.strip_prefix("/images/");
        let mut names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        match (method, path) {
            ("POST", "/build") => {
                names.makes = true;
                names.touched.extend(values("t"));
            }
            ("POST", "/commit") => {
                names.makes = true;
                names.touched.extend(named("repo", "tag"));
            }
            ("POST", "/images/create") => names.touched.extend(named("fromImage", "tag")),
            ("POST", _) if image.is_some_and(|image| image.ends_with("/tag")) => {
                names.touched.extend(named("repo", "tag"));
            }
            ("DELETE", _) => names.touched.extend(image.map(decoded)),
            _ => {}
        }
    }

    /// Whether the answer to a request has to be looked at.
    pub(super) fn interest(asked: &Head) -> Option<Interest> {
        let (method, target, _) = asked.request_line()?;
        let path = target.split('?').next().unwrap_or(target);
        match (method, unversioned(path)) {
            ("POST", "/containers/create") => Some(Interest::Create(Kind::Container)),
            ("POST", "/build") => Some(Interest::Build),
            ("POST", "/networks/create") => Some(Interest::Create(Kind::Network)),
            ("GET", "/containers/json") => Some(Interest::List { limit: None }),
            _ => None,
        }
    }

    /// Changes a request for so many containers into one for all of them: the target counts others', too. Gives why its
    /// answer has to be looked at.
    pub(super) fn prepare(asked: &mut Head) -> Option<Interest> {
        let interest = Guest::interest(asked)?;
        let Interest::List { .. } = interest else {
            return Some(interest);
        };
        let target = asked.request_line().map_or("", |(_, target, _)| target);
        let query = target.split_once('?').map_or("", |(_, query)| query);
        let limit = query
            .split('&')
            .find_map(|pair| pair.strip_prefix("limit="));
        let limit = limit
            .and_then(|limit| limit.parse().ok())
            .filter(|limit| *limit > 0);
        if limit.is_some() {
            // A limit implies it.
            let all = Change::SetQuery {
                key: "all".to_owned(),
                value: "1".to_owned(),
            };
            let key = "limit".to_owned();
            edit_head(asked, &[Change::DropQuery { key }, all]);
        }
        Some(Interest::List { limit })
    }

    /// Whether a request would take what others have made: a prune of more than what has a label.
    pub(super) fn must_not(&self, asked: &Head) -> bool {
        let Some((method, target, _)) = asked.request_line().filter(|_| self.careful) else {
            return false;
        };
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut filters = query.split('&').filter(|pair| pair.starts_with("filters="));
        let by_label = filters.any(|pair| pair.contains("label"));
        method == "POST" && path.ends_with("/prune") && !by_label
    }

    /// The container that a request would change, as it names it.
    pub(super) fn changes(asked: &Head) -> Option<&str> {
        const ROUTES: [&str; 2] = ["create", "prune"];
        let (method, target, _) = asked.request_line()?;
        let path = target.split('?').next().unwrap_or(target);
        let rest = unversioned(path).strip_prefix("/containers/")?;
        let reference = rest.split('/').next().unwrap_or(rest);
        let changes = matches!(method, "POST" | "PUT" | "DELETE");
        (changes && !reference.is_empty() && !ROUTES.contains(&reference)).then_some(reference)
    }

    /// Whether the container of this id is somebody else's.
    pub(super) fn is_others(&self, id: &str) -> bool {
        let made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        !made.contains(&(Kind::Container, id.to_owned()))
    }

    /// Listens to a message of a build.
    pub(super) fn hear(&self, message: &[u8]) {
        let text = String::from_utf8_lossy(message);
        let ids = text.split(RUNNING_IN).skip(1).map(|rest| {
            let is_digit = |digit: &char| digit.is_ascii_hexdigit();
            rest.chars().take_while(is_digit).collect::<String>()
        });
        let ids = ids.filter(|id| !id.is_empty());
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        made.extend(ids.map(|id| (Kind::Container, id)));
    }

    /// Looks at a whole answer. A list that has something of others gets shorter; every other answer
    /// stays as it is.
    pub(super) fn look(&self, interest: Interest, body: &mut Vec<u8>) {
        if interest == Interest::Build {
            self.hear(body);
            return;
        }
        let Ok(mut answer) = serde_json::from_slice::<Value>(body) else {
            return;
        };
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        match interest {
            Interest::Build => {}
            Interest::Create(kind) => {
                let id = answer["Id"].as_str();
                made.extend(id.map(|id| (kind, id.to_owned())));
            }
            Interest::List { limit } => {
                let Some(items) = answer.as_array_mut() else {
                    return;
                };
                let all = items.len();
                let is_own = |item: &Value| {
                    let id = item["Id"].as_str().map(str::to_owned);
                    id.is_some_and(|id| made.contains(&(Kind::Container, id)))
                };
                items.retain(is_own);
                items.truncate(limit.unwrap_or(all));
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

/// The text of a part of a URL.
fn decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(&text.replace('+', " "))
        .decode_utf8_lossy()
        .into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_show_only_what_the_guest_has_made() {
        let guest = Guest::default();
        let mut created = br#"{"Id":"b","Warnings":null}"#.to_vec();
        guest.look(Interest::Create(Kind::Container), &mut created);
        assert_eq!(created, br#"{"Id":"b","Warnings":null}"#);
        let mut list = b"[{\"Id\":\"a\"}, {\"Id\":\"b\"}]\n".to_vec();
        guest
            .clone()
            .look(Interest::List { limit: None }, &mut list);
        assert_eq!(list, b"[{\"Id\":\"b\"}]\n");
        let mut own = b"[ {\"Id\":\"b\"} ]\n".to_vec();
        guest.look(Interest::List { limit: None }, &mut own);
        assert_eq!(
            own, b"[ {\"Id\":\"b\"} ]\n",
            "its bytes stay when nothing goes"
        );
        assert_eq!(guest.made(), [(Kind::Container, "b".to_owned())]);
    }

    #[test]
    fn only_creations_and_lists_of_containers_are_looked_at() {
        let create = |kind| Some(Interest::Create(kind));
        for (line, expected) in [
            (
                "POST /v1.24/containers/create?name=a",
                create(Kind::Container),
            ),
            ("POST /networks/create", create(Kind::Network)),
            (
                "GET /containers/json?all=1",
                Some(Interest::List { limit: None }),
            ),
            ("GET /v1.24/containers/x/json", None),
            ("GET /v1.24/images/json", None),
            ("POST /containers/json", None),
        ] {
            assert_eq!(Guest::interest(&Head::of_request(line)), expected, "{line}");
        }
    }

    #[test]
    fn what_would_clear_away_everybodys_is_refused() {
        for (line, refused) in [
            ("POST /v1.24/containers/prune", true),
            ("POST /volumes/prune?x=1", true),
            ("POST /v1.24/containers/prune?filters=%7B%7D", true),
            (
                "POST /images/prune?filters=%7B%22dangling%22:%5B%22true%22%5D%7D",
                true,
            ),
            (
                "POST /containers/prune?filters=%7B%22label%22:%5B%22x%22%5D%7D",
                false,
            ),
            ("GET /containers/prune", false),
        ] {
            assert_eq!(
                Guest::careful().must_not(&Head::of_request(line)),
                refused,
                "{line}"
            );
            assert!(
                !Guest::default().must_not(&Head::of_request(line)),
                "{line}"
            );
        }
    }

    #[test]
    fn containers_of_builds_are_heard_of() {
        let guest = Guest::default();
        guest.hear(br#"{"stream":" ---> Running in 0123456789ab\n"}"#);
        guest.hear(br#"{"stream":"Successfully built 426064a21eea\n"}"#);
        let made = guest.made();
        assert_eq!(made, [(Kind::Container, "0123456789ab".to_owned())]);
    }

    #[test]
    fn names_of_images_that_come_and_go_are_remembered() {
        let guest = Guest::default();
        for line in [
            "POST /v1.24/build?t=a%3A1&t=b&rm=1",
            "POST /commit?container=x&repo=c&tag=2",
            "POST /images/busybox/tag?repo=quay.io%2Fd&tag=3&force=1",
            "POST /v1.20/images/create?fromImage=e",
            "DELETE /v1.24/images/quay.io/f:1?force=1",
            "GET /v1.24/images/g/json",
            "POST /v1.24/images/h/push?tag=1",
            "DELETE /v1.24/containers/i",
        ] {
            guest.note(&Head::of_request(line));
        }
        let names = guest.image_names();
        assert!(names.makes);
        let touched: Vec<&str> = names.touched.iter().map(String::as_str).collect();
        assert_eq!(
            touched,
            ["a:1", "b", "c:2", "e", "quay.io/d:3", "quay.io/f:1"]
        );
    }

    #[test]
    fn a_refusal_is_passed_on() {
        let guest = Guest::default();
        let mut refusal = b"no such image".to_vec();
        guest.look(Interest::Create(Kind::Container), &mut refusal);
        assert!(guest.made().is_empty());
        assert_eq!(refusal, b"no such image");
    }
}
