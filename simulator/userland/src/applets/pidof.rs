//! pidof.

use super::context::{Context, Outcome, text};
use super::killall::is_named;
use super::numbers;

/// Writes the process numbers of some names, the newest first.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("so:")?;
    let omitted: Vec<u64> = options
        .values(b'o')
        .filter_map(|text| match text.as_ref() {
            b"%PPID" => Some(cx.sys.ppid().into()),
            text => numbers::decimal(text),
        })
        .collect();
    let mut found = Vec::new();
    for name in &options.operands {
        let mut processes = cx.sys.processes();
        processes.reverse();
        for process in processes {
            if is_named(&process, name)
                && process.pid != cx.sys.pid()
                && !omitted.contains(&process.pid.into())
            {
                found.push(process.pid.to_string());
            }
        }
    }
    if found.is_empty() {
        return Ok(1);
    }
    if options.has(b's') {
        found.truncate(1);
    }
    cx.out.write(text!(found.join(" "), "\n")).await?;
    Ok(0)
}
