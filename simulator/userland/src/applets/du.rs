//! du.

use super::context::{Context, Fail, Outcome, cannot_open, text};
use super::human;
use super::walk::{DEPTH_MAX, child};
use crate::kernel::Stat;
use std::collections::BTreeSet;

struct Usage {
    all: bool,
    follow: bool,
    follow_arguments: bool,
    one_file_system: bool,
    count_links: bool,
    depth_max: usize,
    unit: Unit,
    seen: BTreeSet<(u32, u64)>,
    device: u32,
    status: u8,
}

#[derive(Clone, Copy)]
enum Unit {
    HalfKib,
    Kib,
    Mib,
    Human,
}

/// A directory on the way.
struct Level {
    path: Vec<u8>,
    names: Vec<bytes::Bytes>,
    blocks_512: u64,
}

/// Writes how much storage trees take.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("aHkLsxd:lcmhb")?;
    let depth_max = match options.number(b'd')? {
        _ if options.has(b's') => 0,
        Some(depth) => usize::try_from(depth).unwrap_or(usize::MAX),
        None => usize::MAX,
    };
    let mut usage = Usage {
        all: options.has(b'a'),
        follow: options.has(b'L'),
        follow_arguments: options.has(b'H'),
        one_file_system: options.has(b'x'),
        count_links: options.has(b'l'),
        depth_max,
        unit: match options.last_of(b"hkm") {
            Some(b'h') => Unit::Human,
            Some(b'm') => Unit::Mib,
            Some(_) => Unit::Kib,
            None if cx.variable("POSIXLY_CORRECT").is_some() => Unit::HalfKib,
            None => Unit::Kib,
        },
        seen: BTreeSet::new(),
        device: 0,
        status: 0,
    };
    let mut paths = options.operands.clone();
    if paths.is_empty() {
        paths.push(".".into());
    }
    let mut total = 0;
    for path in &paths {
        total += usage.tree(cx, path).await?;
    }
    if options.has(b'c') {
        usage.print(cx, total, b"total").await?;
    }
    Ok(usage.status)
}

impl Usage {
    async fn print(&self, cx: &mut Context<'_>, blocks: u64, path: &[u8]) -> Result<(), Fail> {
        let size = match self.unit {
            Unit::HalfKib => blocks.to_string(),
            Unit::Kib => blocks.div_ceil(2).to_string(),
            Unit::Mib => blocks.div_ceil(2048).to_string(),
            Unit::Human => human::short(blocks * 512),
        };
        cx.out.write(text!(size, "\t", path, "\n")).await
    }

    fn stat(
        &self,
        cx: &Context<'_>,
        path: &[u8],
        depth: usize,
    ) -> Result<Stat, crate::kernel::Errno> {
        if self.follow || (depth == 0 && self.follow_arguments) {
            cx.sys.stat(path)
        } else {
            cx.sys.lstat(path)
        }
    }

    /// Whether an inode with several names was counted already.
    fn counted(&mut self, stat: &Stat) -> bool {
        !self.count_links
            && stat.nlink > 1
            && !stat.is_directory()
            && !self.seen.insert((stat.dev, stat.ino))
    }

    /// The blocks of one tree; directories are printed when all below them is known.
    async fn tree(&mut self, cx: &mut Context<'_>, top: &[u8]) -> Result<u64, Fail> {
        let mut levels: Vec<Level> = Vec::new();
        let mut next = Some(top.to_vec());
        loop {
            if let Some(path) = next.take() {
                cx.sys.burn(1_500).await;
                let depth = levels.len();
                let (level, blocks) = self.enter(cx, path, depth).await?;
                match (level, levels.last_mut()) {
                    (Some(level), _) => levels.push(level),
                    (None, Some(parent)) => parent.blocks_512 += blocks,
                    (None, None) => return Ok(blocks),
                }
            }
            let Some(level) = levels.last_mut() else {
                return Ok(0);
            };
            if let Some(name) = level.names.pop() {
                next = Some(child(&level.path, &name));
                continue;
            }
            let (path, blocks) = (std::mem::take(&mut level.path), level.blocks_512);
            levels.pop();
            if levels.len() <= self.depth_max {
                self.print(cx, blocks, &path).await?;
            }
            match levels.last_mut() {
                Some(parent) => parent.blocks_512 += blocks,
                None => return Ok(blocks),
            }
        }
    }

    async fn enter(
        &mut self,
        cx: &mut Context<'_>,
        path: Vec<u8>,
        depth: usize,
    ) -> Result<(Option<Level>, u64), Fail> {
        let stat = match self.stat(cx, &path, depth) {
            Ok(stat) => stat,
            Err(error) => {
                cx.complain_of(&path, error).await;
                self.status = 1;
                return Ok((None, 0));
            }
        };
        if depth == 0 {
            self.device = stat.dev;
        }
        if (self.one_file_system && stat.dev != self.device) || self.counted(&stat) {
            return Ok((None, 0));
        }
        if stat.is_directory() && depth < DEPTH_MAX {
            let names = match cx.sys.read_dir(&path).await {
                Ok(entries) => entries.into_iter().rev().map(|entry| entry.name).collect(),
                Err(error) => {
                    cx.complain(cannot_open(&path, error)).await;
                    self.status = 1;
                    Vec::new()
                }
            };
            let blocks_512 = stat.blocks_512;
            return Ok((
                Some(Level {
                    path,
                    names,
                    blocks_512,
                }),
                0,
            ));
        }
        if depth == 0 || (self.all && depth <= self.depth_max) {
            self.print(cx, stat.blocks_512, &path).await?;
        }
        Ok((None, stat.blocks_512))
    }
}
