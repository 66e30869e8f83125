//! The route table as data, for the coverage ledger.

use crate::docker::route::{Handling, When};
use crate::docker::table::ROUTES;
use serde::Serialize;

/// What becomes of the requests of a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RouteState {
    /// It answers.
    Built,
    /// The zone refuses it, as it always does.
    NotImplemented,
    /// The zone has it, this program does not yet.
    Todo,
}

/// A route of the Docker endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct RouteInfo {
    /// Its method.
    pub method: &'static str,
    /// Its path: `:id` is a segment, `:name*` may contain slashes.
    pub pattern: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What becomes of its requests.
    pub state: RouteState,
    /// Whether it is only there with the setting `extensions`.
    pub extended: bool,
}

/// Every route, in registration order.
pub fn routes() -> Vec<RouteInfo> {
    ROUTES
        .iter()
        .map(|route| RouteInfo {
            method: route.method.as_str(),
            pattern: route.pattern,
            name: route.name,
            extended: route.when == When::Extended,
            state: match route.handling {
                Handling::Built(_) => RouteState::Built,
                Handling::NotImplemented { .. } => RouteState::NotImplemented,
                Handling::Todo => RouteState::Todo,
            },
        })
        .collect()
}
