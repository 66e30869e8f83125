//! `GET /containers/:id/stats` (containers.md 13).

use super::stats_sample::Meter;
use super::with_container;
use crate::docker::failure::Failure;
use crate::docker::route::{Answer, Call};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::StatusCode;
use runtime::InstanceId;
use runtime::clock::{TimerOwner, TimerReason};
use std::time::Duration;
use tokio::sync::mpsc;
use zone::{Action, Error, FaultKind, FaultPoint, State};

/// What a node may take to begin, as for an exec.
const NODE_LIMIT: Duration = Duration::from_secs(60);
/// Between two samples, zone time.
const INTERVAL: Duration = Duration::from_secs(1);

/// One sample (API-26), or one a second with `stream`, until the container has stopped or the client leaves.
pub(crate) fn stats(call: Call) -> BoxFuture<'static, Result<Answer, Failure>> {
    Box::pin(async move {
        let instance = with_container(&call, |_, container| container.instance()).await?;
        met(&call, instance).await?;
        let (sender, chunks) = mpsc::channel(1);
        tokio::spawn(async move {
            let gone = sender.clone();
            tokio::select! {
                () = serve(&call, instance, sender) => {}
                () = gone.closed() => {}
            }
        });
        Ok(Answer::Stream {
            status: StatusCode::OK,
            content_type: None,
            headers: Vec::new(),
            chunks,
            goes_on: false,
        })
    })
}

/// The node may fail, or take too long to be waited for.
async fn met(call: &Call, instance: InstanceId) -> Result<(), Error> {
    match call.driver.meet(FaultPoint::Stats, Some(instance)).await? {
        None => Ok(()),
        Some(FaultKind::Fails(cause)) => {
            let action = Action::Stats;
            Err(Error::Failed { action, cause })
        }
        Some(FaultKind::Hangs) => {
            let owner = TimerOwner::Instance(instance);
            let at = call.driver.now() + NODE_LIMIT;
            let _waiting = call.flight.wait();
            let clock = call.driver.clock();
            clock.timer(at, owner, TimerReason::NodeLimit).await;
            Err(Error::TaskTimeout)
        }
    }
}

async fn serve(call: &Call, instance: InstanceId, sender: mpsc::Sender<Bytes>) {
    comes_to_run(call, instance).await;
    let mut meter = Meter::new(call.version);
    loop {
        let driver = &call.driver;
        let view = driver.view();
        let Some(container) = view.operator_container(instance) else {
            return;
        };
        let sample = meter.sample(driver.runtime(), container, driver.now());
        let line = Bytes::from(format!("{}\r\n", sample.record));
        let last = !sample.running || !call.query.flag("stream");
        if sender.send(line).await.is_err() || last {
            return;
        }
        let owner = TimerOwner::Instance(instance);
        let at = driver.now() + INTERVAL;
        let timer = driver.clock().timer(at, owner, TimerReason::Sample);
        let _waiting = call.flight.wait();
        timer.await;
    }
}

/// A container that is being made has nothing to show before it runs; one that is there may be stopped.
async fn comes_to_run(call: &Call, instance: InstanceId) {
    let mut changes = call.driver.view_changes();
    let state = || {
        let view = call.driver.view();
        view.operator_container(instance)
            .map(|container| container.state)
    };
    if state() != Some(State::Provisioning) {
        return;
    }
    let _waiting = call.flight.wait();
    while matches!(state(), Some(State::Provisioning | State::Stopped)) {
        if changes.changed().await.is_err() {
            return;
        }
    }
}
