//! What a zone with the setting `extensions` says to modern clients (clients.md, `[EXT]`).

use super::pipeline::Release;
use http::header::SERVER;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value, json};

const API_VERSION: HeaderName = HeaderName::from_static("api-version");
const OS_TYPE: HeaderName = HeaderName::from_static("ostype");

/// The head of an attach that the client asked to upgrade for (CLI-30).
pub(crate) const UPGRADED: &[u8] = b"HTTP/1.1 101 UPGRADED\r\n\
Content-Type: application/vnd.docker.raw-stream\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n";

/// CLI-61: the headers of every answer.
pub(crate) fn add_headers(headers: &mut HeaderMap) {
    headers.insert(SERVER, HeaderValue::from_static("Docker/1.9.0 (linux)"));
    headers.insert(API_VERSION, HeaderValue::from_static(Release::Modern.api()));
    headers.insert(OS_TYPE, HeaderValue::from_static("linux"));
}

/// CLI-63, CLI-64: what `/info` says besides, so that no client warns and none takes the zone for a swarm.
pub(crate) fn add_info(info: &mut Value) {
    info["Swarm"] = json!({"LocalNodeState": "inactive"});
    let capabilities = [
        "BridgeNfIp6tables",
        "BridgeNfIptables",
        "CPUSet",
        "CPUShares",
        "CpuCfsPeriod",
        "CpuCfsQuota",
        "KernelMemory",
        "OomKillDisable",
    ];
    for name in capabilities {
        info[name] = true.into();
    }
}

/// CLI-92: what an entry of a history always has.
pub(crate) fn add_history(entry: &mut Value) {
    if entry.get("Comment").is_none() {
        entry["Comment"] = "".into();
    }
}
