//! Programs of containers beside those of real busybox, at the same work. The reference is the file that
//! `simulator/userland/reference/build.sh` makes, or the one that the variable `BUSYBOX` names; without one only the
//! in-process programs are timed, and it is said.

mod zone;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use zone::Zone;

const REFERENCE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../target/reference/busybox"
);

/// Bytes of the text that is worked on.
const TEXT_BYTES: usize = 100_000_000;

/// Name and script; `text` is the file.
const WORK: &[(&str, &str)] = &[
    (
        "a loop of 100,000 steps",
        "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done",
    ),
    ("sort 100 MB", "sort text >/dev/null"),
    ("grep 100 MB", "grep -c 'e[0-9]*7 ' text >/dev/null"),
    (
        "awk 100 MB",
        "awk '{ n += $2; w[$1]++ } END { print n }' text >/dev/null",
    ),
    ("sed 100 MB", "sed 's/a\\([0-9]\\)/\\1b/g' text >/dev/null"),
    (
        "a pipe of 1 GB",
        "head -c 1000000000 /dev/zero | cat >/dev/null",
    ),
];

/// Lines of a word, a number and some more words, from a linear congruential sequence.
fn text() -> Bytes {
    let mut text = Vec::with_capacity(TEXT_BYTES + 100);
    let mut state: u32 = 1;
    while text.len() < TEXT_BYTES {
        let mut draw = |below: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) % below
        };
        let line = format!(
            "name{} {} alpha{} beta{} gamma delta{}\n",
            draw(1000),
            draw(1_000_000),
            draw(100),
            draw(10_000),
            draw(10)
        );
        text.extend_from_slice(line.as_bytes());
    }
    text.into()
}

fn reference() -> Option<PathBuf> {
    let path = std::env::var_os("BUSYBOX").map_or_else(|| PathBuf::from(REFERENCE), PathBuf::from);
    if path.exists() {
        return path.canonicalize().ok();
    }
    println!(
        "nothing to compare with: no {}; `sh simulator/userland/reference/build.sh` makes it",
        path.display()
    );
    None
}

/// A folder with `bin` full of links to busybox, and the text.
struct Beside {
    folder: PathBuf,
}

impl Beside {
    fn new(busybox: &PathBuf, text: &[u8]) -> std::io::Result<Self> {
        let folder = std::env::temp_dir().join(format!("busybox-bench-{}", std::process::id()));
        let bin = folder.join("bin");
        std::fs::create_dir_all(&bin)?;
        for name in ["sh", "sort", "grep", "awk", "sed", "head", "cat", "["] {
            std::os::unix::fs::symlink(busybox, bin.join(name))?;
        }
        std::fs::write(folder.join("text"), text)?;
        Ok(Self { folder })
    }

    fn run(&self, script: &str) {
        let bin = self.folder.join("bin");
        let status = Command::new(bin.join("sh"))
            .args(["-c", script])
            .env_clear()
            .env("PATH", &bin)
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .status();
        assert!(status.expect("busybox starts").success(), "{script}");
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // A temporary folder that stays harms nobody.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn work(criterion: &mut Criterion) {
    let text = text();
    let beside = reference()
        .map(|busybox| Beside::new(&busybox, &text).expect("a temporary folder can be filled"));
    let zone = Zone::with_files(&[("text", text)]);
    let mut number = 0;
    for (name, script) in WORK {
        let mut group = criterion.benchmark_group(*name);
        group
            .sample_size(10)
            .measurement_time(Duration::from_secs(1))
            .warm_up_time(Duration::from_millis(1));
        group.bench_function("zonesim", |bencher| {
            bencher.iter_custom(|rounds| {
                let begun = Instant::now();
                for _ in 0..rounds {
                    zone.start(number, &["sh", "-c", script]);
                    number += 1;
                    assert_eq!(zone.ends.wait(number), 0, "{script}");
                    zone.destroy(number - 1);
                }
                begun.elapsed()
            });
        });
        if let Some(beside) = &beside {
            group.bench_function("busybox", |bencher| {
                bencher.iter(|| beside.run(script));
            });
        }
        group.finish();
    }
}

criterion_group!(busybox, work);
criterion_main!(busybox);
