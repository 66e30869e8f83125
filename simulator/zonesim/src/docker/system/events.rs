//! `GET /events` of a zone with the setting `extensions` (clients.md, CLI-55).

use crate::docker::containers::Filters;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use crate::docker::time::unix_time;
use crate::driver::{Heard, Listener};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::StatusCode;
use runtime::Timestamp;
use runtime::clock::{TimerOwner, TimerReason};
use serde_json::{Value, json};
use std::future::pending;
use tokio::sync::mpsc;
use zone::{Event, Subject};

/// Events that wait for a client that reads slowly.
const WAITING: usize = 64;

/// The account's events, one JSON object a line: those since a time that was asked for, and those to come until
/// another one.
pub(crate) fn events(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let time = |name: &str| {
            let text = call.query.text(name).filter(|text| !text.is_empty());
            let invalid = |text| Failure::docker(format!("invalid time of {name}: {text}"));
            text.map(|text| unix_time(text).ok_or_else(|| invalid(text)))
                .transpose()
        };
        let wanted = Wanted {
            since: time("since")?,
            until: time("until")?,
            filters: Filters::parse(call.query.text("filters"))?,
        };
        let listener = call
            .driver
            .listen(call.account().id, wanted.since.is_some());
        let (sender, chunks) = mpsc::channel(WAITING);
        tokio::spawn(tell(call, listener, wanted, sender));
        Ok(Answer::Stream {
            status: StatusCode::OK,
            content_type: Some("application/json"),
            headers: Vec::new(),
            chunks,
            goes_on: false,
        })
    })
}

/// What was asked for.
struct Wanted {
    since: Option<Timestamp>,
    until: Option<Timestamp>,
    filters: Filters,
}

async fn tell(call: Call, mut listener: Listener, wanted: Wanted, client: mpsc::Sender<Bytes>) {
    let _waiting = call.flight.wait();
    while let Heard::Event(event) = listener.next_now() {
        if wanted.holds(&event) && client.send(line(&event)).await.is_err() {
            return;
        }
    }
    let clock = call.driver.clock();
    let mut end = wanted
        .until
        .map(|until| clock.timer(until, TimerOwner::Zone, TimerReason::EventsEnd));
    loop {
        let over = async {
            match &mut end {
                Some(end) => end.await,
                None => pending().await,
            }
        };
        let event = tokio::select! {
            biased;
            () = client.closed() => return,
            event = listener.next() => event,
            () = over => return,
        };
        match event {
            Some(event) if wanted.is_over(&event) => return,
            Some(event) if wanted.holds(&event) => {
                if client.send(line(&event)).await.is_err() {
                    return;
                }
            }
            Some(_) => {}
            None => return,
        }
    }
}

impl Wanted {
    fn is_over(&self, event: &Event) -> bool {
        self.until.is_some_and(|until| event.at > until)
    }

    fn holds(&self, event: &Event) -> bool {
        let early = self.since.is_some_and(|since| event.at < since);
        !early && !self.is_over(event) && self.passes(event)
    }

    /// Values of one filter are alternatives; labels must all be there. Other filters mean nothing.
    fn passes(&self, event: &Event) -> bool {
        let any = |name: &str, is: &dyn Fn(&str) -> bool| {
            let values = self.filters.values(name);
            values.is_empty() || values.iter().any(|value| is(value))
        };
        let attribute = |name: &str| event.attributes.get(name).map_or("", String::as_str);
        let has_label = |label: &String| match label.split_once('=') {
            Some((key, value)) => event.attributes.get(key).is_some_and(|own| own == value),
            None => event.attributes.contains_key(label),
        };
        let (kind, is_container, image) = match &event.subject {
            Subject::Container { id, image } => {
                let hex = id.hex();
                let name = attribute("name");
                let is = move |value: &str| {
                    !value.is_empty() && (hex.starts_with(value) || name == value)
                };
                ("container", Some(is), image)
            }
            Subject::Image { name } => ("image", None, name),
        };
        any("type", &|value| value == kind)
            && any("event", &|value| value == event.action)
            && any("container", &|value| {
                is_container.as_ref().is_some_and(|is| is(value))
            })
            && any("image", &|value| is_image(image, value))
            && self.filters.values("label").iter().all(has_label)
    }
}

/// Whether a reference is this one, with its tag or without.
fn is_image(image: &str, wanted: &str) -> bool {
    let untagged = image.strip_prefix(wanted);
    untagged.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '@']))
}

/// Both sets of members at every version: those of 1.8 and 1.9, and those of later clients.
fn line(event: &Event) -> Bytes {
    let (kind, id) = match &event.subject {
        Subject::Container { id, .. } => ("container", id.hex()),
        Subject::Image { name } => ("image", name.clone()),
    };
    let mut object = json!({"status": event.action, "id": id});
    if let Subject::Container { image, .. } = &event.subject {
        object["from"] = image.as_str().into();
    }
    let attributes: serde_json::Map<String, Value> = event
        .attributes
        .iter()
        .map(|(name, value)| (name.clone(), value.as_str().into()))
        .collect();
    object["Type"] = kind.into();
    object["Action"] = event.action.into();
    object["Actor"] = json!({"ID": id, "Attributes": attributes});
    object["time"] = event.at.as_secs().into();
    object["timeNano"] = event.at.0.into();
    format!("{object}\n").into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;
    use zone::{AccountId, ContainerId};

    fn event() -> Event {
        let attributes = [("image", "busybox:1"), ("name", "web"), ("a", "b")];
        let owned = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
        Event {
            account: AccountId(uuid::Uuid::nil()),
            at: Timestamp(1_500_000_000_000_000_007),
            action: "die",
            subject: Subject::Container {
                id: ContainerId([0xab; 32]),
                image: "busybox:1".to_owned(),
            },
            attributes: BTreeMap::from(attributes.map(owned)),
        }
    }

    #[test]
    fn a_line_has_both_sets_of_members() {
        let id = "ab".repeat(32);
        let expected = format!(
            r#"{{"status":"die","id":"{id}","from":"busybox:1","Type":"container","Action":"die","Actor":{{"ID":"{id}","Attributes":{{"a":"b","image":"busybox:1","name":"web"}}}},"time":1500000000,"timeNano":1500000000000000007}}"#
        );
        assert_eq!(line(&event()), expected + "\n");
    }

    #[test]
    fn filters_choose() {
        for (filters, passes) in [
            ("{}", true),
            (r#"{"container":["web","other"]}"#, true),
            (r#"{"container":{"ababab":true}}"#, true),
            (r#"{"container":["we"]}"#, false),
            (r#"{"type":["image"]}"#, false),
            (r#"{"event":["start","die"]}"#, true),
            (r#"{"image":["busybox"]}"#, true),
            (r#"{"image":["busy"]}"#, false),
            (r#"{"label":["a=b"]}"#, true),
            (r#"{"label":["a","a=c"]}"#, false),
            (r#"{"daemon":["x"]}"#, true),
        ] {
            let wanted = Wanted {
                since: None,
                until: None,
                filters: Filters::parse(Some(filters)).expect("valid"),
            };
            assert_eq!(wanted.holds(&event()), passes, "{filters}");
        }
    }
}
