//! The images that have the applets of their hub.

use super::busybox;
use super::release::Release;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnBusybox {
    /// `busybox:latest`.
    Latest,
}

/// Their number.
const COUNT: usize = OnBusybox::Latest as usize + 1;

/// All of them with the same applets, each made when it is first asked for.
#[derive(Debug)]
pub(crate) struct OnBusyboxes {
    applets: Vec<String>,
    made: [OnceLock<Release>; COUNT],
}

/// Hubs with the same applets have the same images: a process with many zones makes them once. There are as many as the
/// program has lists of applets.
static SHARED: Mutex<Vec<Arc<OnBusyboxes>>> = Mutex::new(Vec::new());

impl OnBusyboxes {
    /// Those with these applets, sorted.
    pub(crate) fn of(applets: Vec<String>) -> Arc<Self> {
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(same) = shared.iter().find(|one| one.applets == applets) {
            return Arc::clone(same);
        }
        let new = Arc::new(Self {
            applets,
            made: [const { OnceLock::new() }; COUNT],
        });
        shared.push(Arc::clone(&new));
        new
    }

    /// What the tag of this image leads to.
    pub(crate) fn release(&self, image: OnBusybox) -> &Release {
        self.made[image as usize].get_or_init(|| self.make(image))
    }

    fn make(&self, image: OnBusybox) -> Release {
        match image {
            OnBusybox::Latest => busybox::release(&self.applets),
        }
    }
}
