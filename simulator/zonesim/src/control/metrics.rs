//! The same numbers for Prometheus.

use super::{Answer, Control};
use std::fmt::Write;

impl Control {
    pub(super) fn metrics(&self) -> Answer {
        let driver = &self.service.driver;
        let view = driver.view();
        let (processes, descriptors) = driver.runtime().leaks();
        let gauges = [
            (
                "accounts",
                "Accounts of the zone.",
                view.operator_accounts().count(),
            ),
            (
                "containers",
                "Containers of all accounts.",
                view.operator_containers().count(),
            ),
            (
                "pending_jobs",
                "Operations that have not ended.",
                view.operator_pending_jobs(),
            ),
            (
                "requests_in_flight",
                "Requests without the end of an answer.",
                driver.requests().in_flight(),
            ),
            ("processes", "Processes in containers.", processes),
            (
                "descriptors",
                "Descriptors that are open in containers.",
                descriptors,
            ),
            (
                "timers",
                "Timers of the zone's clock.",
                driver.clock().timers().len(),
            ),
            (
                "panics",
                "Panics inside the zone.",
                self.service.panics.texts().len(),
            ),
        ];
        let mut text = String::new();
        for (name, help, value) in gauges {
            writeln!(
                text,
                "# HELP zonesim_{name} {help}\n# TYPE zonesim_{name} gauge\nzonesim_{name} {value}"
            )
            .expect("a string takes all text");
        }
        Answer::Text(text)
    }
}
