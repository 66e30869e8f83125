//! stats.

use bollard::Docker;
use bollard::models::{ContainerCpuStats, ContainerStatsResponse};
use bollard::query_parameters::{EventsOptions, StatsOptionsBuilder};
use futures_util::StreamExt;

use super::failure::Failure;
use super::flags::{Order, Parsed, switch};
use super::table::{size_text, table};
use crate::client::in_process::Console;

/// `docker stats [--no-stream] [CONTAINER]`: a table for each sample. Without a container it asks for events first,
/// as the CLI does.
pub(super) async fn stats(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [switch(None, "no-stream")];
    let parsed = Parsed::read("stats", &flags, Order::Anywhere, words)?;
    let Some(container) = parsed.arguments.first() else {
        let mut events = Box::pin(docker.events(None::<EventsOptions>));
        return match events.next().await {
            Some(Err(error)) => Err(error.into()),
            Some(Ok(_)) | None => Ok(()),
        };
    };
    let options = StatsOptionsBuilder::default().stream(!parsed.on("no-stream"));
    let mut samples = Box::pin(docker.stats(container, Some(options.build())));
    while let Some(sample) = samples.next().await {
        console.stdout.print(show(container, &sample?)).await;
    }
    Ok(())
}

fn show(container: &str, sample: &ContainerStatsResponse) -> String {
    let memory = sample.memory_stats.as_ref();
    let used = memory.and_then(|memory| memory.usage).unwrap_or(0);
    let limit = memory.and_then(|memory| memory.limit).unwrap_or(0);
    let (mut received, mut sent) = (0, 0);
    for own in sample.networks.iter().flat_map(|each| each.values()) {
        received += own.rx_bytes.unwrap_or(0);
        sent += own.tx_bytes.unwrap_or(0);
    }
    let heads = [
        "CONTAINER",
        "CPU %",
        "MEM USAGE / LIMIT",
        "MEM %",
        "NET I/O",
    ];
    table(&[
        heads.map(str::to_owned).to_vec(),
        vec![
            container.to_owned(),
            format!("{:.2}%", cpu_percent(sample)),
            format!("{} / {}", size(used), size(limit)),
            format!("{:.2}%", share(used, limit) * 100.0),
            format!("{} / {}", size(received), size(sent)),
        ],
    ])
}

/// The CPU time since the sample before, as a share of the system's.
fn cpu_percent(sample: &ContainerStatsResponse) -> f64 {
    let totals = |cpu: &Option<ContainerCpuStats>| {
        let cpu = cpu.as_ref();
        let usage = cpu.and_then(|cpu| cpu.cpu_usage.as_ref());
        (
            usage.and_then(|usage| usage.total_usage).unwrap_or(0),
            cpu.and_then(|cpu| cpu.system_cpu_usage).unwrap_or(0),
        )
    };
    let (used_before, system_before) = totals(&sample.precpu_stats);
    let (used, system) = totals(&sample.cpu_stats);
    share(
        used.saturating_sub(used_before),
        system.saturating_sub(system_before),
    ) * 100.0
}

#[expect(clippy::cast_precision_loss, reason = "two digits are shown")]
fn share(part: u64, whole: u64) -> f64 {
    match whole {
        0 => 0.0,
        whole => part as f64 / whole as f64,
    }
}

fn size(bytes: u64) -> String {
    size_text(i64::try_from(bytes).unwrap_or(i64::MAX))
}
