//! Listing archives.

use super::super::context::{Context, Outcome, text};
use super::Job;
use super::archive::Archive;
use super::member::Member;

const HEADER: &str = "  Length      Date    Time    Name\n\
    ---------  ---------- -----   ----\n";
const LONG_HEADER: &str = " Length   Method    Size  Cmpr    Date    Time   CRC-32   Name\n\
    --------  ------  ------- ---- ---------- ----- --------  ----\n";

/// Writes a line for each wanted member and what they are together.
pub(super) async fn run(cx: &mut Context<'_>, job: &Job, archive: &mut Archive<'_>) -> Outcome {
    if job.quiet < 2 {
        let header = if job.long_list { LONG_HEADER } else { HEADER };
        cx.out.write(header).await?;
    }
    let (mut unpacked, mut packed, mut count) = (0_u64, 0_u64, 0_u64);
    while let Some(member) = archive.next(cx).await? {
        count += 1;
        if job.selects(&member.name) {
            unpacked = unpacked.saturating_add(member.unpacked);
            packed = packed.saturating_add(member.packed);
            let numbers = match job.long_list {
                true => long_line(&member),
                false => format!("{:9}  {}   ", member.unpacked, member.shown_time()),
            };
            cx.out.write(text!(numbers, member.name, "\n")).await?;
        }
        archive.skip(cx, &member).await?;
    }
    if job.quiet < 2 {
        let footer = match job.long_list {
            true => format!(
                "--------          ------- ----                            ----\n\
                {unpacked:8}        {packed:9}{:4}%                            {count} files\n",
                percent(unpacked, packed)
            ),
            false => format!(
                " --------                     -------\n\
                {unpacked:9}                     {count} files\n"
            ),
        };
        cx.out.write(footer).await?;
    }
    Ok(0)
}

fn long_line(member: &Member) -> String {
    let method = match member.method {
        0 => "Stored".to_owned(),
        8 => "Defl:N".to_owned(),
        method => format!("Unk:{method:03}"),
    };
    format!(
        "{:8}  {method}{:9}{:4}% {} {:08x}  ",
        member.unpacked,
        member.packed,
        percent(member.unpacked, member.packed),
        member.shown_time(),
        member.crc
    )
}

/// How much smaller it is.
fn percent(unpacked: u64, packed: u64) -> u64 {
    let saved = unpacked.saturating_sub(packed);
    saved.saturating_mul(100) / unpacked.max(1)
}
