//! What the zone holds.

use super::error::ControlError;
use super::{Answer, Control};
use serde_json::json;

impl Control {
    /// Equal for states that are equal; reads the whole of it.
    pub(super) fn digest(&self) -> Answer {
        let digest = self.service.driver.view().operator_digest();
        Answer::ok(json!({"digest": format!("{digest:016x}")}))
    }

    /// What the zone was told so far, for `zonesim replay`.
    pub(super) async fn journal(&self) -> Result<Answer, ControlError> {
        let journal = self.service.driver.journal().cloned();
        let journal = journal.ok_or(ControlError::NoJournal)?;
        let text = tokio::task::spawn_blocking(move || journal.text()).await;
        match text {
            Ok(text) => Ok(Answer::Lines(text)),
            Err(panicked) => std::panic::resume_unwind(panicked.into_panic()),
        }
    }

    pub(super) fn state(&self) -> Answer {
        let driver = &self.service.driver;
        let view = driver.view();
        let (consoles, exec_consoles) = driver.consoles();
        let (processes, descriptors) = driver.runtime().leaks();
        Answer::ok(json!({
            "zone": view.zone_name(),
            "version": env!("CARGO_PKG_VERSION"),
            "seed": self.seed,
            "accounts": view.operator_accounts().count(),
            "containers": view.operator_containers().count(),
            "pending_jobs": view.operator_pending_jobs(),
            "requests_in_flight": driver.requests().in_flight(),
            "consoles": consoles,
            "exec_consoles": exec_consoles,
            "processes": processes,
            "descriptors": descriptors,
            "timers": driver.clock().timers().len(),
            "panics": self.service.panics.texts(),
        }))
    }
}
