//! The newest events of each account, and who listens (clients.md, CLI-55).

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::watch;
use zone::{AccountId, Event};

/// Events of an account that are kept; whoever is further behind hears no more.
const KEPT: usize = 1024;

/// All of them. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Events(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    accounts: Mutex<BTreeMap<AccountId, Kept>>,
    /// Told of every new event; closed when the zone ends.
    changed: Mutex<Option<watch::Sender<()>>>,
}

#[derive(Debug, Default)]
struct Kept {
    events: VecDeque<Arc<Event>>,
    /// The number of the first of them, counted from the account's first event.
    first: u64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Default for Events {
    fn default() -> Self {
        Self(Arc::new(Shared {
            accounts: Mutex::default(),
            changed: Mutex::new(Some(watch::Sender::new(()))),
        }))
    }
}

impl Events {
    /// Keeps an event and tells who listens.
    pub(super) fn add(&self, event: Event) {
        {
            let mut accounts = lock(&self.0.accounts);
            let kept = accounts.entry(event.account).or_default();
            kept.events.push_back(Arc::new(event));
            if kept.events.len() > KEPT {
                kept.events.pop_front();
                kept.first += 1;
            }
        }
        if let Some(changed) = lock(&self.0.changed).as_ref() {
            changed.send_replace(());
        }
    }

    /// Nobody hears anything any more.
    pub(super) fn close(&self) {
        lock(&self.0.changed).take();
    }

    /// Listens to an account's events: those to come, and with `kept` those that are kept.
    pub(crate) fn listen(&self, account: AccountId, kept: bool) -> Listener {
        let accounts = lock(&self.0.accounts);
        let next = accounts.get(&account).map_or(0, |own| match kept {
            true => own.first,
            false => own.first + own.events.len() as u64,
        });
        let changed = lock(&self.0.changed).as_ref().map(watch::Sender::subscribe);
        Listener {
            events: self.clone(),
            account,
            next,
            changed,
        }
    }
}

/// One listener's place.
#[derive(Debug)]
pub(crate) struct Listener {
    events: Events,
    account: AccountId,
    next: u64,
    changed: Option<watch::Receiver<()>>,
}

/// What there is to hear at once.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// This.
    Event(Arc<Event>),
    /// Nothing yet.
    Nothing,
    /// What came next is not kept any more.
    Lost,
}

impl Listener {
    /// What is there.
    pub(crate) fn next_now(&mut self) -> Heard {
        let accounts = lock(&self.events.0.accounts);
        let Some(own) = accounts.get(&self.account) else {
            return Heard::Nothing;
        };
        let Some(place) = self.next.checked_sub(own.first) else {
            return Heard::Lost;
        };
        let event = usize::try_from(place)
            .ok()
            .and_then(|place| own.events.get(place));
        match event {
            None => Heard::Nothing,
            Some(event) => {
                self.next += 1;
                Heard::Event(Arc::clone(event))
            }
        }
    }

    /// The next event; `None` when the zone ends, or what came next is lost.
    pub(crate) async fn next(&mut self) -> Option<Arc<Event>> {
        loop {
            match self.next_now() {
                Heard::Event(event) => return Some(event),
                Heard::Lost => return None,
                Heard::Nothing => self.changed.as_mut()?.changed().await.ok()?,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use runtime::Timestamp;
    use zone::Subject;

    fn event(account: AccountId, at: u64) -> Event {
        Event {
            account,
            at: Timestamp(at),
            action: "pull",
            subject: Subject::Image {
                name: "a:b".to_owned(),
            },
            attributes: BTreeMap::new(),
        }
    }

    fn times(listener: &mut Listener) -> Vec<u64> {
        let heard = std::iter::from_fn(|| match listener.next_now() {
            Heard::Event(event) => Some(event.at.0),
            Heard::Nothing | Heard::Lost => None,
        });
        heard.collect()
    }

    #[test]
    fn each_account_hears_its_own_and_late_listeners_what_is_kept() {
        let [one, other] = [1, 2].map(|number| AccountId(uuid::Uuid::from_u128(number)));
        let events = Events::default();
        let mut early = events.listen(one, false);
        events.add(event(one, 1));
        events.add(event(other, 2));
        events.add(event(one, 3));
        assert_eq!(times(&mut early), [1, 3]);
        assert_eq!(times(&mut events.listen(one, false)), [0; 0]);
        assert_eq!(times(&mut events.listen(one, true)), [1, 3]);
        assert_eq!(times(&mut events.listen(other, true)), [2]);
    }

    #[test]
    fn whoever_is_too_far_behind_hears_no_more() {
        let account = AccountId(uuid::Uuid::from_u128(1));
        let events = Events::default();
        let mut slow = events.listen(account, true);
        for at in 0..=KEPT as u64 {
            events.add(event(account, at));
        }
        assert_eq!(slow.next_now(), Heard::Lost);
        assert_eq!(times(&mut events.listen(account, true)).len(), KEPT);
    }
}
