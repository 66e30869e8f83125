//! busybox itself: other applets by their names.

use super::context::{Context, Fail, Outcome, text};
use super::walk::base_name;

/// Runs the applet that the first argument names.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let called = cx.sys.argv().first().cloned().unwrap_or_default();
    let name = base_name(&called).to_vec();
    if !name.is_empty() && name != b"busybox" {
        return not_found(cx, &name).await;
    }
    let Some(first) = cx.args.first().cloned() else {
        return list_all(cx).await;
    };
    match first.as_ref() {
        b"--list" => {
            for program in cx.sys.programs() {
                cx.out.write(text!(program, "\n")).await?;
            }
            return Ok(0);
        }
        b"--help" => return list_all(cx).await,
        _ => {}
    }
    let wanted = base_name(&first).to_vec();
    let known = cx
        .sys
        .programs()
        .iter()
        .any(|program| program.as_bytes() == wanted);
    if !known || wanted == b"busybox" && cx.args.len() == 1 {
        if wanted == b"busybox" {
            return list_all(cx).await;
        }
        return not_found(cx, &wanted).await;
    }
    let argv = cx.args.clone();
    let environment = cx.sys.environ();
    match cx.sys.exec_own(argv, environment) {
        Ok(exit) => Err(Fail::Exit(exit)),
        Err(error) => Err(Fail::Message(
            126,
            text!("can't execute '", wanted, "': ", error.message()),
        )),
    }
}

async fn not_found(cx: &mut Context<'_>, name: &[u8]) -> Outcome {
    cx.error_text(&text!(name, ": applet not found\n")).await;
    Ok(127)
}

async fn list_all(cx: &mut Context<'_>) -> Outcome {
    cx.out.put("BusyBox v1.35.0 (zonesim) multi-call binary.\n\nUsage: busybox [function [arguments]...]\n   or: busybox --list\n   or: function [arguments]...\n\n");
    cx.out.put("Currently defined functions:\n");
    let mut line = String::from("\t");
    for program in cx.sys.programs() {
        if line.len() + program.len() > 70 {
            cx.out.write(text!(line, "\n")).await?;
            line = String::from("\t");
        }
        line += program;
        line += ", ";
    }
    cx.out
        .write(text!(line.trim_end_matches([',', ' ', '\t']), "\n"))
        .await?;
    Ok(0)
}
