//! What one sample of a container's statistics shows (CTR-76).

use crate::docker::route::ApiVersion;
use crate::docker::time::iso_millis;
use runtime::{InterfaceTraffic, Runtime, Timestamp, Usage};
use serde_json::{Map, Value, json};
use std::time::Duration;
use zone::Container;

/// The first version that shows each interface for itself.
const EACH_INTERFACE: ApiVersion = ApiVersion(1, 21);

/// CPU time that counts as all of it, of one sample: the percent of a core with a cap, else the nanoseconds of one.
const CAPPED_STEP: u64 = 100;
const UNCAPPED_STEP: u64 = 1_000_000_000;

/// The shortest time that a share of the CPU is told of.
const SHORTEST: Duration = Duration::from_secs(1);

/// Members of `memory_stats.stats` that no zone counts.
const UNCOUNTED: [&str; 25] = [
    "active_anon",
    "active_file",
    "cache",
    "hierarchical_memory_limit",
    "hierarchical_memsw_limit",
    "inactive_file",
    "mapped_file",
    "pgfault",
    "pgmajfault",
    "pgpgin",
    "pgpgout",
    "rss",
    "rss_huge",
    "total_active_file",
    "total_cache",
    "total_inactive_anon",
    "total_inactive_file",
    "total_mapped_file",
    "total_pgfault",
    "total_pgmajfault",
    "total_pgpgin",
    "total_pgpgout",
    "total_rss",
    "total_unevictable",
    "unevictable",
];

/// Takes the samples of one request, each of which shows the one before it, too.
#[derive(Debug)]
pub(super) struct Meter {
    version: ApiVersion,
    /// `cpu_stats` of the last sample.
    shown: Cpu,
    /// When the last sample was taken, and the CPU time then.
    taken: Option<(Timestamp, u64)>,
}

/// One sample.
#[derive(Debug)]
pub(super) struct Sample {
    /// What the client gets.
    pub(super) record: Value,
    /// Whether the container ran.
    pub(super) running: bool,
}

/// `cpu_stats`, in the units that the container's cap decides.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Cpu {
    /// Thousandths of the unit, so that no share of a percent is lost.
    used_thousandths: u128,
    system: u64,
    throttled_nanos: u64,
}

impl Meter {
    pub(super) fn new(version: ApiVersion) -> Self {
        Self {
            version,
            shown: Cpu::default(),
            taken: None,
        }
    }

    /// What the container uses at `now`.
    pub(super) fn sample(
        &mut self,
        runtime: &dyn Runtime,
        container: &Container,
        now: Timestamp,
    ) -> Sample {
        let instance = container.instance();
        let used = (runtime.usage(instance), runtime.traffic(instance));
        let (Some(booted_at), (Ok(usage), Ok(traffic))) = (container.booted_at, used) else {
            return Sample {
                record: json!({"read": iso_millis(now), "blkio_stats": no_blocks()}),
                running: false,
            };
        };
        let before = self.shown;
        self.count(container, booted_at, usage, now);
        let mut record = json!({
            "read": iso_millis(now),
            "precpu_stats": before.show(),
            "cpu_stats": self.shown.show(),
            "memory_stats": memory(container, usage),
            "blkio_stats": no_blocks(),
        });
        let (key, value) = network(self.version, &traffic);
        record[key] = value;
        Sample {
            record,
            running: true,
        }
    }

    fn count(&mut self, container: &Container, booted_at: Timestamp, usage: Usage, now: Timestamp) {
        let (since, cpu_before) = self.taken.unwrap_or((booted_at, 0));
        self.taken = Some((now, usage.cpu_nanos));
        self.shown.throttled_nanos = usage.throttled_nanos;
        match container.resources.cpu_cap_percent {
            Some(_) => {
                let elapsed = now.since(since).max(SHORTEST).as_nanos();
                let spent = u128::from(usage.cpu_nanos.saturating_sub(cpu_before));
                self.shown.used_thousandths += spent * 100 * 1000 / elapsed;
                self.shown.system += CAPPED_STEP;
            }
            None => {
                self.shown.used_thousandths = u128::from(usage.cpu_nanos) * 1000;
                self.shown.system += UNCAPPED_STEP;
            }
        }
    }
}

impl Cpu {
    /// All of the time is user time: the in-process kernel is not charged for.
    fn show(self) -> Value {
        let used = u64::try_from(self.used_thousandths / 1000).unwrap_or(u64::MAX);
        json!({
            "cpu_usage": {
                "total_usage": used,
                "percpu_usage": [used],
                "usage_in_usermode": used,
                "usage_in_kernelmode": 0,
            },
            "system_cpu_usage": self.system,
            "throttling_data": {
                "periods": 0,
                "throttled_periods": 0,
                "throttled_time": self.throttled_nanos,
            },
        })
    }
}

/// Nothing is swapped out.
fn memory(container: &Container, usage: Usage) -> Value {
    let mut stats: Map<String, Value> = UNCOUNTED
        .iter()
        .map(|key| ((*key).to_owned(), json!(0)))
        .collect();
    stats.insert("total_active_anon".to_owned(), json!(usage.memory_bytes));
    for key in ["inactive_anon", "swap", "total_swap"] {
        stats.insert(key.to_owned(), json!(0));
    }
    json!({
        "usage": usage.memory_bytes,
        "limit": container.resources.memory_mib << 20,
        "max_usage": 0,
        "failcnt": usage.memory_refusals,
        "stats": stats,
    })
}

/// API-07: the one thing that a client's version decides. CTRX-09: every interface counts.
fn network(version: ApiVersion, traffic: &[InterfaceTraffic]) -> (&'static str, Value) {
    if version >= EACH_INTERFACE {
        let each: Map<String, Value> = traffic
            .iter()
            .map(|own| (own.name.clone(), interface(own)))
            .collect();
        return ("networks", Value::Object(each));
    }
    let sum = |count: fn(&InterfaceTraffic) -> u64| traffic.iter().map(count).sum();
    let all = InterfaceTraffic {
        name: String::new(),
        received_bytes: sum(|own| own.received_bytes),
        received_packets: sum(|own| own.received_packets),
        sent_bytes: sum(|own| own.sent_bytes),
        sent_packets: sum(|own| own.sent_packets),
    };
    ("network", interface(&all))
}

fn interface(traffic: &InterfaceTraffic) -> Value {
    json!({
        "rx_bytes": traffic.received_bytes,
        "rx_packets": traffic.received_packets,
        "rx_errors": 0,
        "rx_dropped": 0,
        "tx_bytes": traffic.sent_bytes,
        "tx_packets": traffic.sent_packets,
        "tx_errors": 0,
        "tx_dropped": 0,
    })
}

fn no_blocks() -> Value {
    json!({
        "io_service_bytes_recursive": [],
        "io_serviced_recursive": [],
        "io_queue_recursive": [],
        "io_service_time_recursive": [],
        "io_wait_time_recursive": [],
        "io_merged_recursive": [],
        "io_time_recursive": [],
        "sectors_recursive": [],
    })
}
