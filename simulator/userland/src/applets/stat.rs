//! stat.

use super::accounts::Accounts;
use super::calendar::{Date, Zone};
use super::context::{Context, Fail, Outcome, text};
use super::mode;
use crate::kernel::{FileKind, Stat, StatFs, Timestamp};

const LONG: &str = "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: %Dh/%dd\tInode: %-10i  Links: %h\nAccess: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n";
const LONG_DEVICE: &str = "  File: %N\n  Size: %-10s\tBlocks: %-10b IO Block: %-6o %F\nDevice: %Dh/%dd\tInode: %-10i  Links: %-5h Device type: %t,%T\nAccess: (%04a/%10.10A)  Uid: (%5u/%8U)   Gid: (%5g/%8G)\nAccess: %x\nModify: %y\nChange: %z\n";
const TERSE: &str = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %o\n";
const LONG_FS: &str = "  File: \"%n\"\n    ID: %-8i Namelen: %-7l Type: %T\nBlock size: %-10s\nBlocks: Total: %-10b Free: %-10f Available: %a\nInodes: Total: %-10c Free: %d\n";

struct View<'a> {
    path: &'a [u8],
    accounts: &'a Accounts,
    zone: &'a Zone,
}

/// Writes what is known of files or file systems.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("Lftc:")?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let accounts = Accounts::read(cx.sys).await;
    let zone = Zone::from_variable(cx.variable("TZ").as_deref());
    let format = options.value(b'c').map(|format| text!(format, "\n"));
    let mut status = 0;
    for path in &options.operands {
        let view = View {
            path,
            accounts: &accounts,
            zone: &zone,
        };
        let shown = if options.has(b'f') {
            cx.sys.statfs(path).map(|fs| {
                let format = format.clone().unwrap_or_else(|| LONG_FS.into());
                render(&format, |letter, spec, out| {
                    view.fs_field(&fs, letter, spec, out);
                })
            })
        } else {
            let stat = if options.has(b'L') {
                cx.sys.stat(path)
            } else {
                cx.sys.lstat(path)
            };
            stat.map(|stat| {
                let is_device = matches!(
                    stat.kind,
                    FileKind::CharDevice { .. } | FileKind::BlockDevice { .. }
                );
                let default = match (options.has(b't'), is_device) {
                    (true, _) => TERSE,
                    (false, true) => LONG_DEVICE,
                    (false, false) => LONG,
                };
                let format = format.clone().unwrap_or_else(|| default.into());
                let target = match stat.kind {
                    FileKind::Symlink => cx.sys.readlink(path).ok(),
                    _ => None,
                };
                render(&format, |letter, spec, out| {
                    view.field(&stat, target.as_deref(), letter, spec, out);
                })
            })
        };
        match shown {
            Ok(shown) => cx.out.write(shown).await?,
            Err(error) => {
                let what = if options.has(b'f') {
                    "can't read file system information for '"
                } else {
                    "can't stat '"
                };
                cx.complain(text!(what, path, "': ", error.message())).await;
                status = 1;
            }
        }
    }
    Ok(status)
}

/// Width and flags of a field.
struct Spec {
    left: bool,
    zero: bool,
    width: usize,
}

impl Spec {
    fn put(&self, value: &[u8], out: &mut Vec<u8>) {
        let missing = self.width.saturating_sub(value.len()).min(10_000);
        let fill = if self.zero { b'0' } else { b' ' };
        if !self.left {
            out.extend(std::iter::repeat_n(fill, missing));
        }
        out.extend_from_slice(value);
        if self.left {
            out.extend(std::iter::repeat_n(b' ', missing));
        }
    }
}

fn render(format: &[u8], field: impl Fn(u8, &Spec, &mut Vec<u8>)) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < format.len() {
        let byte = format[at];
        at += 1;
        if byte != b'%' {
            out.push(byte);
            continue;
        }
        let mut spec = Spec {
            left: false,
            zero: false,
            width: 0,
        };
        while let Some(flag @ (b'-' | b'0' | b' ' | b'+' | b'#')) = format.get(at) {
            spec.left |= *flag == b'-';
            spec.zero |= *flag == b'0';
            at += 1;
        }
        while let Some(digit) = format.get(at).filter(|byte| byte.is_ascii_digit()) {
            spec.width = (spec.width * 10 + usize::from(digit - b'0')).min(10_000);
            at += 1;
        }
        if format.get(at) == Some(&b'.') {
            at += 1;
            while format.get(at).is_some_and(u8::is_ascii_digit) {
                at += 1;
            }
        }
        match format.get(at) {
            Some(b'%') | None => out.push(b'%'),
            Some(letter) => field(*letter, &spec, &mut out),
        }
        at += 1;
    }
    out
}

impl View<'_> {
    fn time(&self, time: Timestamp) -> Vec<u8> {
        let seconds = time.as_secs() as i64;
        let format = b"%Y-%m-%d %H:%M:%S.%N %z";
        Date::at(seconds, self.zone).format(format, seconds, time.subsec_nanos(), self.zone)
    }

    fn field(
        &self,
        stat: &Stat,
        target: Option<&[u8]>,
        letter: u8,
        spec: &Spec,
        out: &mut Vec<u8>,
    ) {
        let value = match letter {
            b'n' => self.path.to_vec(),
            b'N' => match target {
                Some(target) => text!("'", self.path, "' -> '", target, "'"),
                None => self.path.to_vec(),
            },
            b'd' => stat.dev.to_string().into_bytes(),
            b'D' => format!("{:x}", stat.dev).into_bytes(),
            b'i' => stat.ino.to_string().into_bytes(),
            b'a' => format!("{:o}", stat.mode).into_bytes(),
            b'A' => mode::letters(stat).to_vec(),
            b'f' => format!("{:x}", stat.full_mode()).into_bytes(),
            b'F' => kind_name(stat).as_bytes().to_vec(),
            b'h' => stat.nlink.to_string().into_bytes(),
            b'u' => stat.uid.to_string().into_bytes(),
            b'U' => name_or_unknown(self.accounts.user_name(stat.uid)),
            b'g' => stat.gid.to_string().into_bytes(),
            b'G' => name_or_unknown(self.accounts.group_name(stat.gid)),
            b't' => format!("{:x}", stat.rdev >> 8).into_bytes(),
            b'T' => format!("{:x}", stat.rdev & 0xff).into_bytes(),
            b's' => stat.size.to_string().into_bytes(),
            b'B' => b"512".to_vec(),
            b'b' => stat.blocks_512.to_string().into_bytes(),
            b'o' => b"4096".to_vec(),
            b'x' => self.time(stat.atime),
            b'X' => stat.atime.as_secs().to_string().into_bytes(),
            b'y' => self.time(stat.mtime),
            b'Y' => stat.mtime.as_secs().to_string().into_bytes(),
            b'z' => self.time(stat.ctime),
            b'Z' => stat.ctime.as_secs().to_string().into_bytes(),
            other => vec![other],
        };
        spec.put(&value, out);
    }

    fn fs_field(&self, fs: &StatFs, letter: u8, spec: &Spec, out: &mut Vec<u8>) {
        let value = match letter {
            b'n' => self.path.to_vec(),
            b'i' => b"0".to_vec(),
            b'l' => fs.name_max.to_string().into_bytes(),
            b't' => b"2fc12fc1".to_vec(),
            b'T' => b"zfs".to_vec(),
            b'b' => fs.blocks.to_string().into_bytes(),
            b'f' | b'a' => fs.free_blocks.to_string().into_bytes(),
            b's' | b'S' => fs.block_bytes.to_string().into_bytes(),
            b'c' => fs.inodes.to_string().into_bytes(),
            b'd' => fs.free_inodes.to_string().into_bytes(),
            other => vec![other],
        };
        spec.put(&value, out);
    }
}

fn name_or_unknown(name: Option<&bytes::Bytes>) -> Vec<u8> {
    name.map_or_else(|| b"UNKNOWN".to_vec(), |name| name.to_vec())
}

fn kind_name(stat: &Stat) -> &'static str {
    match stat.kind {
        FileKind::File if stat.size == 0 => "regular empty file",
        FileKind::File => "regular file",
        FileKind::Directory => "directory",
        FileKind::Symlink => "symbolic link",
        FileKind::CharDevice { .. } => "character special file",
        FileKind::BlockDevice { .. } => "block special file",
        FileKind::Fifo => "fifo",
        FileKind::Socket => "socket",
    }
}
