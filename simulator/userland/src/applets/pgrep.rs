//! pgrep and pkill.

use super::args::Options;
use super::context::{Context, Fail, Outcome, text};
use super::kill::{self, signal_of};
use crate::kernel::{KillTarget, ProcessStat, ProcessState, Signal};
use crate::regex::{Regex, Syntax};

/// Finds processes by a pattern, and signals them when called pkill.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let kills = cx.name == "pkill";
    let mut signal = Some(Signal::Term);
    if kills {
        if cx.args.first().is_some_and(|arg| arg == "-l") {
            let wanted = cx.args.split_off(1);
            return kill::list(cx, &wanted).await;
        }
        let at = cx.args.iter().position(|arg| {
            arg.strip_prefix(b"-")
                .is_some_and(|name| name.len() > 1 && signal_of(name).is_some())
                || matches!(arg.as_ref(), [b'-', b'0'..=b'9', ..])
        });
        if let Some(at) = at {
            let arg = cx.args.remove(at);
            signal = signal_of(&arg[1..])
                .ok_or_else(|| Fail::new(text!("bad signal name '", &arg[1..], "'")))?;
        }
    }
    let options = cx.options("vlafxons:P:")?;
    let matching = select(cx, &options).await?;
    for (process, line) in &matching {
        if kills {
            let _ = cx.sys.kill(KillTarget::Pid(process.pid), signal);
            continue;
        }
        let pid = process.pid.to_string();
        let line = match options.last_of(b"la") {
            Some(b'a') if options.has(b'f') => text!(pid, " ", line, "\n"),
            Some(_) => text!(pid, " ", process.comm, "\n"),
            None => text!(pid, "\n"),
        };
        cx.out.write(line).await?;
    }
    Ok(u8::from(matching.is_empty()))
}

/// The processes that are wanted, with their command lines.
async fn select(cx: &Context<'_>, options: &Options) -> Result<Vec<(ProcessStat, Vec<u8>)>, Fail> {
    let pattern = match options.operands.as_slice() {
        [] if options.has(b'P') || options.has(b's') => None,
        [pattern] => Some(pattern),
        _ => return Err(Fail::usage()),
    };
    let mut regex = match pattern {
        Some(pattern) => {
            let compiled = Regex::new(pattern, Syntax::Extended, false);
            Some(compiled.map_err(|error| {
                Fail::new(text!("bad regex '", pattern, "': ", error.to_string()))
            })?)
        }
        None => None,
    };
    let (parent, session) = (options.number(b'P')?, options.number(b's')?);
    let mut matching = Vec::new();
    for process in cx.sys.processes() {
        if process.pid == cx.sys.pid() || process.state == ProcessState::Zombie {
            continue;
        }
        let line = process.argv.join(&b' ');
        let subject: &[u8] = if options.has(b'f') {
            &line
        } else {
            &process.comm
        };
        let mut wanted = match &mut regex {
            Some(regex) => match regex.find(cx.sys, subject, 0).await {
                Some(span) => !options.has(b'x') || span == (0, subject.len()),
                None => false,
            },
            None => true,
        };
        wanted &= parent.is_none_or(|parent| u64::from(process.ppid) == parent);
        wanted &= session.is_none_or(|session| u64::from(process.sid) == session);
        if wanted != options.has(b'v') {
            matching.push((process, line));
        }
    }
    if options.has(b'n') || options.has(b'o') {
        matching.sort_by_key(|(process, _)| (process.started_at, process.pid));
        let only = if options.has(b'n') {
            matching.pop()
        } else {
            matching.into_iter().next()
        };
        matching = only.into_iter().collect();
    }
    Ok(matching)
}
