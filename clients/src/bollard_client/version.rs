//! version.

use bollard::Docker;
use serde_json::json;

use super::failure::Failure;
use super::flags::{Order, Parsed, value};
use super::template::Template;
use crate::client::in_process::Console;

/// bollard's own version, as its part of the output says.
const BOLLARD: &str = "0.21.1";

/// `docker version [-f FORMAT]`
pub(super) async fn version(
    docker: &Docker,
    console: &mut Console,
    words: Vec<String>,
) -> Result<(), Failure> {
    let flags = [value(Some('f'), "format")];
    let parsed = Parsed::read("version", &flags, Order::Anywhere, words)?;
    let server = docker.version().await;
    if let Some(format) = parsed.last("format") {
        let template = Template::read(format)
            .map_err(|problem| Failure::says(format!("Template parsing error: {problem}")))?;
        let server = server?;
        let server = json!({
            "Version": server.version, "APIVersion": server.api_version,
            "GitCommit": server.git_commit, "GoVersion": server.go_version,
            "Os": server.os, "Arch": server.arch, "BuildTime": server.build_time,
            "KernelVersion": server.kernel_version,
        });
        let value = json!({"Client": {"Version": BOLLARD}, "Server": server});
        let text = template.fill(&value).map_err(Failure::says)?;
        console.stdout.print(format!("{text}\n")).await;
        return Ok(());
    }
    let client = format!(
        "Client:\n Version:      {BOLLARD}\n OS/Arch:      {}/{}\n",
        std::env::consts::OS,
        std::env::consts::ARCH
    );
    console.stdout.print(client).await;
    let server = server?;
    let line = |name: &str, value: Option<String>| {
        let label = format!("{name}:");
        format!(" {label:<14}{}\n", value.unwrap_or_default())
    };
    let system = format!(
        "{}/{}",
        server.os.unwrap_or_default(),
        server.arch.unwrap_or_default()
    );
    let text = [
        "\nServer:\n".to_owned(),
        line("Version", server.version),
        line("API version", server.api_version),
        line("Go version", server.go_version),
        line("Git commit", server.git_commit),
        line("Built", server.build_time),
        line("OS/Arch", Some(system)),
    ]
    .concat();
    console.stdout.print(text).await;
    Ok(())
}
