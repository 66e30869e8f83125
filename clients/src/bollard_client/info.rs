//! info.

use bollard::Docker;
use bollard::models::SystemInfo;

use super::failure::Failure;
use super::flags::{Order, Parsed};
use crate::client::in_process::Console;

/// `docker info`: the lines of CLI 1.12 whose members bollard knows.
pub(super) async fn info(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let parsed = Parsed::read("info", &[], Order::Anywhere, words)?;
    parsed.exactly("info", 0)?;
    let info = docker.info().await?;
    console.stdout.print(lines(&info)).await;
    console.stderr.print(warnings(&info)).await;
    Ok(())
}

fn lines(info: &SystemInfo) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &dyn std::fmt::Display| {
        text.push_str(&format!("{name}: {value}\n"));
    };
    line("Containers", &info.containers.unwrap_or(0));
    line(" Running", &info.containers_running.unwrap_or(0));
    line(" Paused", &info.containers_paused.unwrap_or(0));
    line(" Stopped", &info.containers_stopped.unwrap_or(0));
    line("Images", &info.images.unwrap_or(0));
    let some = |value: &Option<String>| value.clone().filter(|text| !text.is_empty());
    let mut optional = |name: &str, value: &Option<String>| {
        if let Some(value) = some(value) {
            line(name, &value);
        }
    };
    optional("Server Version", &info.server_version);
    optional("Storage Driver", &info.driver);
    for pair in info.driver_status.iter().flatten() {
        if let [name, value] = pair.as_slice() {
            optional(&format!(" {name}"), &Some(value.clone()));
        }
    }
    optional("Logging Driver", &info.logging_driver);
    optional("Kernel Version", &info.kernel_version);
    optional("Operating System", &info.operating_system);
    optional("OSType", &info.os_type);
    optional("Architecture", &info.architecture);
    line("CPUs", &info.ncpu.unwrap_or(0));
    line("Total Memory", &memory_text(info.mem_total.unwrap_or(0)));
    let mut optional = |name: &str, value: &Option<String>| {
        if let Some(value) = some(value) {
            line(name, &value);
        }
    };
    optional("Name", &info.name);
    optional("ID", &info.id);
    line(
        "Docker Root Dir",
        &info.docker_root_dir.clone().unwrap_or_default(),
    );
    line("Debug Mode (client)", &false);
    line("Debug Mode (server)", &info.debug.unwrap_or(false));
    line(
        "Registry",
        &info.index_server_address.clone().unwrap_or_default(),
    );
    if let Some(labels) = info.labels.as_ref().filter(|labels| !labels.is_empty()) {
        text.push_str("Labels:\n");
        for label in labels {
            text.push_str(&format!(" {label}\n"));
        }
    }
    text
}

fn warnings(info: &SystemInfo) -> String {
    [
        (info.memory_limit, "No memory limit support"),
        (info.swap_limit, "No swap limit support"),
        (info.oom_kill_disable, "No oom kill disable support"),
        (info.cpu_cfs_quota, "No cpu cfs quota support"),
        (info.cpu_cfs_period, "No cpu cfs period support"),
        (info.cpu_shares, "No cpu shares support"),
        (info.cpu_set, "No cpuset support"),
        (info.ipv4_forwarding, "IPv4 forwarding is disabled"),
    ]
    .into_iter()
    .filter(|(supported, _)| *supported != Some(true))
    .map(|(_, text)| format!("WARNING: {text}\n"))
    .collect()
}

/// A size in binary units to four digits.
#[expect(clippy::cast_precision_loss, reason = "four digits are shown")]
fn memory_text(bytes: i64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1024.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    let digits: usize = match size {
        size if size >= 1000.0 => 0,
        size if size >= 100.0 => 1,
        size if size >= 10.0 => 2,
        _ => 3,
    };
    let text = format!("{size:.digits$}");
    let text = if digits > 0 {
        text.trim_end_matches('0').trim_end_matches('.')
    } else {
        &text
    };
    format!("{text} {}", UNITS[unit])
}
