//! unzip.

mod archive;
mod extract;
mod list;
mod member;

use super::context::{Context, Fail, Outcome, text};
use super::glob;
use archive::Archive;
use bytes::Bytes;
use extract::{Extraction, Replacing};

/// What the command line asks for.
#[derive(Default)]
struct Job {
    archive: Bytes,
    only: Vec<Bytes>,
    except: Vec<Bytes>,
    directory: Option<Bytes>,
    list: bool,
    /// With method, packed size and sum.
    long_list: bool,
    to_output: bool,
    test: bool,
    without_directories: bool,
    replacing: Option<Replacing>,
    quiet: u32,
}

/// Lists or extracts the members of a zip archive.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let job = Job::read(&cx.args)?;
    let mut archive = Archive::open(cx, &job.archive).await?;
    if let Some(directory) = &job.directory {
        let _ = cx.sys.mkdir(directory, 0o777);
        super::tar::change_directory(cx.sys, directory)?;
    }
    if job.quiet == 0 && !job.to_output && !job.test {
        cx.out
            .write(text!("Archive:  ", archive.path, "\n"))
            .await?;
    }
    archive.find_directory().await?;
    if job.list {
        return list::run(cx, &job, &mut archive).await;
    }
    let mut extraction = Extraction::new(&job);
    while let Some(member) = archive.next(cx).await? {
        if job.selects(&member.name) {
            extraction.one(cx, &mut archive, &member).await?;
        } else {
            archive.skip(cx, &member).await?;
        }
    }
    Ok(0)
}

impl Job {
    /// Reads the arguments: options anywhere, the archive, members; behind `-x` what is left out.
    fn read(args: &[Bytes]) -> Result<Self, Fail> {
        let mut job = Self::default();
        let (mut archive, mut excluding) = (None, false);
        let mut args = args.iter();
        while let Some(arg) = args.next() {
            if arg.len() < 2 || arg[0] != b'-' {
                match archive {
                    None => archive = Some(arg.clone()),
                    Some(_) if excluding => job.except.push(arg.clone()),
                    Some(_) => job.only.push(arg.clone()),
                }
                continue;
            }
            for (at, &letter) in arg.iter().enumerate().skip(1) {
                match letter {
                    b'd' => {
                        let attached = arg.slice(at + 1..);
                        let value = match attached.is_empty() {
                            true => args.next().cloned(),
                            false => Some(attached),
                        };
                        let missing = || {
                            let message = b"option requires an argument -- 'd'".to_vec();
                            Fail::Usage(1, Some(message))
                        };
                        job.directory = Some(value.ok_or_else(missing)?);
                        excluding = false;
                        break;
                    }
                    b'x' => excluding = true,
                    _ => job.flag(letter)?,
                }
            }
        }
        job.archive = archive.ok_or_else(Fail::usage)?;
        Ok(job)
    }

    fn flag(&mut self, letter: u8) -> Result<(), Fail> {
        match letter {
            b'l' => self.list = true,
            b'v' => (self.list, self.long_list) = (true, true),
            b'p' => self.to_output = true,
            b't' => self.test = true,
            b'j' => self.without_directories = true,
            b'n' => self.replacing = Some(Replacing::Never),
            b'o' => self.replacing = Some(Replacing::Always),
            b'q' => self.quiet += 1,
            _ => {
                let message = text!("invalid option -- '", [letter], "'");
                return Err(Fail::Usage(1, Some(message)));
            }
        }
        Ok(())
    }

    /// Whether a member is wanted.
    fn selects(&self, name: &[u8]) -> bool {
        let matches = |pattern: &Bytes| glob::matches(pattern, name, false);
        (self.only.is_empty() || self.only.iter().any(matches)) && !self.except.iter().any(matches)
    }
}
