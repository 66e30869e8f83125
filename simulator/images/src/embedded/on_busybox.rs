//! The images that have the applets of their hub.

use super::joyentunsupported::{
    labelled, on_build, parent, services, uncompressed, volumes, without_history,
};
use super::release::Release;
use super::{base_64, busybox, old_busybox};
use crate::hub::HubLayer;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(crate) enum OnBusybox {
    /// `busybox:latest`.
    Latest,
    /// `busybox` under the tag [`OLD_TAG`].
    Old,
    Labelled,
    WithVolume,
    WithLocalVolume,
    WithParent,
    OnBuild,
    WithoutHistory,
    Uncompressed,
    Services,
}

/// The tag of [`OnBusybox::Old`], which its manifest names.
pub(super) const OLD_TAG: &str = "buildroot-2013.08.1";

/// Their number.
const COUNT: usize = OnBusybox::Services as usize + 1;

/// All of them with the same applets, each made when it is first asked for.
#[derive(Debug)]
pub(crate) struct OnBusyboxes {
    applets: Vec<String>,
    made: [OnceLock<Release>; COUNT],
    base_64: OnceLock<Vec<HubLayer>>,
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
            base_64: OnceLock::new(),
        });
        shared.push(Arc::clone(&new));
        new
    }

    /// The layers of the image of SmartOS, base first.
    pub(crate) fn base_64(&self) -> &[HubLayer] {
        let busybox = || &self.release(OnBusybox::Latest).layers[..];
        self.base_64.get_or_init(|| base_64::layers(busybox()))
    }

    /// What the tag of this image leads to.
    pub(crate) fn release(&self, image: OnBusybox) -> &Release {
        self.made[image as usize].get_or_init(|| self.make(image))
    }

    fn make(&self, image: OnBusybox) -> Release {
        let latest = || self.release(OnBusybox::Latest);
        let layers = || &latest().layers[..];
        match image {
            OnBusybox::Latest => busybox::release(&self.applets),
            OnBusybox::Old => old_busybox::release(OLD_TAG, &self.applets),
            OnBusybox::Labelled => labelled::release(layers()),
            OnBusybox::WithVolume => volumes::absent(layers()),
            OnBusybox::WithLocalVolume => volumes::with_a_file(layers()),
            OnBusybox::WithParent => parent::release(latest()),
            OnBusybox::OnBuild => on_build::release(layers()),
            OnBusybox::WithoutHistory => without_history::release(layers()),
            OnBusybox::Uncompressed => uncompressed::release(layers()),
            OnBusybox::Services => services::release(layers()),
        }
    }
}
