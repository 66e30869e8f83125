//! stats.

use bollard::Docker;
use bollard::models::{ContainerCpuStats, ContainerStatsResponse};
use bollard::query_parameters::{EventsOptions, StatsOptionsBuilder};
use futures_util::StreamExt;

use super::failure::Failure;
use super::flags::{Order, Parsed, switch};
use super::table::table;
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

/// A size in decimal units to four digits, as the CLI has it.
#[expect(clippy::cast_precision_loss, reason = "four digits are shown")]
fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "kB", "MB", "GB", "TB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1000.0;
        unit += 1;
    }
    let text = match size {
        size if size >= 100.0 => format!("{size:.1}"),
        size if size >= 10.0 => format!("{size:.2}"),
        size => format!("{size:.3}"),
    };
    let text = match text.contains('.') {
        true => text.trim_end_matches('0').trim_end_matches('.'),
        false => &text,
    };
    format!("{text} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_have_four_digits() {
        for (bytes, expected) in [
            (0, "0 B"),
            (648, "648 B"),
            (1_073_741_824, "1.074 GB"),
            (134_217_728, "134.2 MB"),
        ] {
            assert_eq!(size(bytes), expected);
        }
    }
}
