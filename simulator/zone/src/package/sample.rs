//! The package list of a new zone (placement.md 3.2).

use super::Package;
use crate::PackageId;
use uuid::Uuid;

/// Name, RAM MiB, CPU cap. Swap is four times the RAM, the other figures follow below.
const SAMPLE: [(&str, u64, u32); 10] = [
    ("sample-128M", 128, 25),
    ("sample-256M", 256, 25),
    ("sample-512M", 512, 50),
    ("sample-1G", 1024, 100),
    ("sample-2G", 2048, 200),
    ("sample-4G", 4096, 400),
    ("sample-8G", 8192, 800),
    ("sample-16G", 16384, 1600),
    ("sample-32G", 32768, 3200),
    ("sample-64G", 65536, 6400),
];

/// The sample list; ids are nil.
pub(crate) fn sample() -> Vec<Package> {
    let package = |(name, memory_mib, cpu_cap_percent): (&str, u64, u32)| {
        let weight = u32::try_from(memory_mib / 16).unwrap_or(u32::MAX);
        Package {
            id: PackageId(Uuid::nil()),
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            active: true,
            owners: Vec::new(),
            memory_mib,
            swap_mib: memory_mib * 4,
            quota_mib: quota_mib(memory_mib),
            cpu_cap_percent: Some(cpu_cap_percent),
            fss: Some(weight),
            max_lwps: 4000,
            zfs_io_priority: weight,
            brand: None,
            default: name == "sample-1G",
        }
    };
    SAMPLE.into_iter().map(package).collect()
}

/// 24 times the RAM below 1 GiB, 25 times from there on.
fn quota_mib(memory_mib: u64) -> u64 {
    memory_mib * if memory_mib < 1024 { 24 } else { 25 }
}

#[cfg(test)]
mod tests {
    use super::sample;

    #[test]
    fn the_figures_are_those_of_the_table() {
        let check = |name: &str, swap, quota, cap, weight| {
            let package = sample().into_iter().find(|package| package.name == name);
            let package = package.expect("the list has it");
            let figures = (package.swap_mib, package.quota_mib, package.cpu_cap_percent);
            assert_eq!(figures, (swap, quota, Some(cap)), "{name}");
            assert_eq!(
                (package.fss, package.zfs_io_priority),
                (Some(weight), weight)
            );
        };
        check("sample-128M", 512, 3072, 25, 8);
        check("sample-512M", 2048, 12288, 50, 32);
        check("sample-1G", 4096, 25600, 100, 64);
        check("sample-64G", 262_144, 1_638_400, 6400, 4096);
    }
}
