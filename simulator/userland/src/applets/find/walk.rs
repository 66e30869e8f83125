//! The walk of find, and its tests and actions.

use super::expression::{self, Compare, Expression, Leaf, Step, Time};
use crate::applets::accounts::Accounts;
use crate::applets::context::{Context, Fail, Outcome, text};
use crate::applets::glob;
use crate::applets::spawn;
use crate::applets::walk::{DEPTH_MAX, base_name, child};
use crate::kernel::{Access, Errno, FileKind, Stat, WaitStatus};
use bytes::Bytes;

/// Bytes of file names for one `-exec … +`.
const COMMAND_BYTES_MAX: usize = 32 * 1024;

/// A file on the way.
struct Found {
    path: Vec<u8>,
    stat: Stat,
    depth: usize,
}

/// What the expression said about a file.
#[derive(Default)]
struct Verdict {
    prune: bool,
    quit: bool,
}

/// What the walk does next.
enum Task {
    Enter(Vec<u8>, usize),
    /// With `-depth`: the directory itself, after what is in it.
    Leave(Found),
}

struct Finder {
    expression: Expression,
    status: u8,
    follow: bool,
    follow_arguments: bool,
}

/// Walks trees and acts on what it finds.
pub(in crate::applets) async fn run(cx: &mut Context<'_>) -> Outcome {
    let mut args = cx.args.as_slice();
    let (mut follow, mut follow_arguments) = (false, false);
    while let Some(first) = args.first() {
        match first.as_ref() {
            b"-L" => follow = true,
            b"-H" => follow_arguments = true,
            b"-P" => (follow, follow_arguments) = (false, false),
            _ => break,
        }
        args = &args[1..];
    }
    let starts = args
        .iter()
        .take_while(|arg| !arg.starts_with(b"-") && *arg != "(" && *arg != "!" && *arg != ")");
    let count = starts.count();
    let mut paths = args[..count].to_vec();
    if paths.is_empty() {
        paths.push(".".into());
    }
    let accounts = Accounts::read(cx.sys).await;
    let expression = expression::parse(cx.sys, &accounts, &args[count..])?;
    let mut finder = Finder {
        follow: follow || expression.follow,
        follow_arguments,
        expression,
        status: 0,
    };
    for path in paths {
        if finder.walk(cx, path.to_vec()).await? {
            break;
        }
    }
    finder.run_collected(cx).await?;
    Ok(finder.status)
}

impl Finder {
    /// Walks one tree; true when the expression wants to quit.
    async fn walk(&mut self, cx: &mut Context<'_>, top: Vec<u8>) -> Result<bool, Fail> {
        let mut device = None;
        let mut todo = vec![Task::Enter(top, 0)];
        while let Some(task) = todo.pop() {
            cx.sys.burn(2_000).await;
            let found = match task {
                Task::Leave(found) => {
                    if self.judge(cx, &found).await?.quit {
                        return Ok(true);
                    }
                    continue;
                }
                Task::Enter(path, depth) => match self.stat(cx, &path, depth) {
                    Ok(stat) => Found { path, stat, depth },
                    Err(error) => {
                        self.complain(cx, &path, error).await;
                        continue;
                    }
                },
            };
            let same_device = *device.get_or_insert(found.stat.dev) == found.stat.dev;
            let is_directory = found.stat.is_directory();
            let mut enters = is_directory && found.depth < self.expression.max_depth.min(DEPTH_MAX);
            enters &= same_device || !self.expression.one_file_system;
            if self.expression.depth_first && is_directory {
                let (path, depth) = (found.path.clone(), found.depth);
                todo.push(Task::Leave(found));
                if enters {
                    self.enter(cx, &path, depth, &mut todo).await;
                }
                continue;
            }
            let verdict = self.judge(cx, &found).await?;
            if verdict.quit {
                return Ok(true);
            }
            if enters && !verdict.prune {
                self.enter(cx, &found.path, found.depth, &mut todo).await;
            }
        }
        Ok(false)
    }

    fn stat(&self, cx: &Context<'_>, path: &[u8], depth: usize) -> Result<Stat, Errno> {
        if self.follow || (self.follow_arguments && depth == 0) {
            return cx.sys.stat(path).or_else(|_| cx.sys.lstat(path));
        }
        cx.sys.lstat(path)
    }

    async fn enter(
        &mut self,
        cx: &mut Context<'_>,
        path: &[u8],
        depth: usize,
        todo: &mut Vec<Task>,
    ) {
        match cx.sys.read_dir(path).await {
            Ok(entries) => {
                let names = entries.into_iter().rev();
                todo.extend(names.map(|entry| Task::Enter(child(path, &entry.name), depth + 1)));
            }
            Err(error) => self.complain(cx, path, error).await,
        }
    }

    async fn complain(&mut self, cx: &mut Context<'_>, path: &[u8], error: Errno) {
        cx.complain_of(path, error).await;
        self.status = 1;
    }

    async fn judge(&mut self, cx: &mut Context<'_>, found: &Found) -> Result<Verdict, Fail> {
        let mut verdict = Verdict::default();
        if found.depth < self.expression.min_depth {
            return Ok(verdict);
        }
        let mut steps = std::mem::take(&mut self.expression.steps);
        let result = self.evaluate(cx, found, &mut steps, &mut verdict).await;
        self.expression.steps = steps;
        result.map(|()| verdict)
    }

    async fn evaluate(
        &mut self,
        cx: &mut Context<'_>,
        found: &Found,
        steps: &mut [Step],
        verdict: &mut Verdict,
    ) -> Result<(), Fail> {
        let (mut at, mut answer) = (0, true);
        while at < steps.len() && !verdict.quit {
            let mut next = at + 1;
            match &mut steps[at] {
                Step::JumpIfTrue(to) if answer => next = *to,
                Step::JumpIfFalse(to) if !answer => next = *to,
                Step::JumpIfTrue(_) | Step::JumpIfFalse(_) => {}
                Step::Invert => answer = !answer,
                Step::Leaf(leaf) => {
                    cx.sys.burn(100).await;
                    answer = match test(cx, found, leaf) {
                        Some(answer) => answer,
                        None => self.act(cx, found, leaf, verdict).await?,
                    };
                }
            }
            at = next;
        }
        Ok(())
    }

    async fn act(
        &mut self,
        cx: &mut Context<'_>,
        found: &Found,
        leaf: &mut Leaf,
        verdict: &mut Verdict,
    ) -> Result<bool, Fail> {
        let path = &found.path;
        match leaf {
            Leaf::Regex(regex) => Ok(regex.find(cx.sys, path, 0).await == Some((0, path.len()))),
            Leaf::Empty if found.stat.is_directory() => Ok(cx
                .sys
                .read_dir(path)
                .await
                .is_ok_and(|entries| entries.is_empty())),
            Leaf::Prune => {
                verdict.prune = true;
                Ok(true)
            }
            Leaf::Quit => {
                verdict.quit = true;
                Ok(true)
            }
            Leaf::Print => cx.out.write(text!(path, "\n")).await.map(|()| true),
            Leaf::Print0 => cx.out.write(text!(path, "\0")).await.map(|()| true),
            Leaf::Exec(command) => {
                let argv = command.iter().map(|word| with_path(word, path)).collect();
                self.execute(cx, argv).await
            }
            Leaf::ExecAll(command, paths) => {
                let size: usize = paths.iter().map(Bytes::len).sum();
                paths.push(path.clone().into());
                if size + path.len() > COMMAND_BYTES_MAX {
                    let argv = command.iter().cloned().chain(paths.drain(..)).collect();
                    if !self.execute(cx, argv).await? {
                        self.status = 1;
                    }
                }
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn execute(&mut self, cx: &mut Context<'_>, argv: Vec<Bytes>) -> Result<bool, Fail> {
        cx.out.flush().await?;
        let failed = |error: Errno| Fail::new(text!("can't fork: ", error.message()));
        let pid = spawn::start(cx.sys, cx.name, argv).map_err(failed)?;
        let status = spawn::wait(cx.sys, pid).await.map_err(failed)?;
        Ok(status == WaitStatus::Exited(0))
    }

    /// Runs what `-exec … +` has collected.
    async fn run_collected(&mut self, cx: &mut Context<'_>) -> Result<(), Fail> {
        let mut commands = Vec::new();
        for step in &mut self.expression.steps {
            if let Step::Leaf(Leaf::ExecAll(command, paths)) = step
                && !paths.is_empty()
            {
                commands.push(command.iter().cloned().chain(paths.drain(..)).collect());
            }
        }
        for argv in commands {
            if !self.execute(cx, argv).await? {
                self.status = 1;
            }
        }
        Ok(())
    }
}

/// Tests that need no waiting; `None` for the others and for actions.
fn test(cx: &Context<'_>, found: &Found, leaf: &Leaf) -> Option<bool> {
    let stat = &found.stat;
    Some(match leaf {
        Leaf::Name(pattern, fold) => glob::matches(pattern, base_name(&found.path), *fold),
        Leaf::Path(pattern, fold) => glob::matches(pattern, &found.path, *fold),
        Leaf::Kind(letters) => letters.contains(&kind_letter(stat.kind)),
        Leaf::Perm(Compare::Exactly(bits)) => u64::from(stat.mode) == *bits,
        Leaf::Perm(Compare::Less(bits)) => u64::from(stat.mode) & bits == *bits,
        Leaf::Perm(Compare::More(bits)) => *bits == 0 || u64::from(stat.mode) & bits != 0,
        Leaf::Executable => cx.sys.access(&found.path, Access::EXECUTE).is_ok(),
        Leaf::Age(time, unit_s, compare) => {
            let time = match time {
                Time::Access => stat.atime,
                Time::Change => stat.ctime,
                Time::Modification => stat.mtime,
            };
            let age = cx.sys.now().as_secs().saturating_sub(time.as_secs());
            compare.holds(age / unit_s)
        }
        Leaf::Newer(mtime_ns) => stat.mtime.0 > *mtime_ns,
        Leaf::Inode(ino) => stat.ino == *ino,
        Leaf::SameFile(dev, ino) => (stat.dev, stat.ino) == (*dev, *ino),
        Leaf::User(uid) => stat.uid == *uid,
        Leaf::Group(gid) => stat.gid == *gid,
        Leaf::Size(compare) => compare.holds(stat.size),
        Leaf::Links(compare) => compare.holds(stat.nlink.into()),
        Leaf::Empty if !stat.is_directory() => stat.kind == FileKind::File && stat.size == 0,
        Leaf::Constant(answer) => *answer,
        _ => return None,
    })
}

fn kind_letter(kind: FileKind) -> u8 {
    match kind {
        FileKind::File => b'f',
        FileKind::Directory => b'd',
        FileKind::Symlink => b'l',
        FileKind::CharDevice { .. } => b'c',
        FileKind::BlockDevice { .. } => b'b',
        FileKind::Fifo => b'p',
        FileKind::Socket => b's',
    }
}

/// A word with every `{}` replaced.
fn with_path(word: &Bytes, path: &[u8]) -> Bytes {
    let mut result = Vec::new();
    let mut rest = word.as_ref();
    while let Some(at) = crate::regex::find_bytes(rest, b"{}") {
        result.extend_from_slice(&rest[..at]);
        result.extend_from_slice(path);
        rest = &rest[at + 2..];
    }
    result.extend_from_slice(rest);
    result.into()
}
