//! watch.

use super::calendar::{Date, Zone};
use super::context::{Context, Fail, Outcome, text};
use super::{numbers, spawn};
use crate::kernel::Errno;
use std::time::Duration;

/// Runs a command again and again on a cleared screen.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("+dtn:")?;
    if options.operands.is_empty() {
        return Err(Fail::usage());
    }
    let pause = match options.value(b'n') {
        Some(text) => numbers::duration(text).ok_or_else(|| numbers::invalid(text))?,
        None => Duration::from_secs(2),
    };
    let pause = pause.max(Duration::from_millis(100));
    let command = options.operands.join(&b' ');
    let zone = Zone::from_variable(cx.variable("TZ").as_deref());
    loop {
        cx.out.put(b"\x1b[H\x1b[J");
        if !options.has(b't') {
            let width = cx
                .sys
                .window_size(1)
                .map_or(80, |size| usize::from(size.columns));
            let seconds = cx.sys.now().as_secs() as i64;
            let time = Date::at(seconds, &zone).format(b"%Y-%m-%d %H:%M:%S", seconds, 0, &zone);
            let title = text!(format!("Every {:.1}s: ", pause.as_secs_f64()), command);
            let space = width.saturating_sub(time.len() + 1);
            let title = &title[..title.len().min(space)];
            let gap = " ".repeat(width.saturating_sub(title.len() + time.len()));
            cx.out.put(text!(title, gap, time, "\n\n"));
        }
        cx.out.flush().await?;
        let argv = vec!["sh".into(), "-c".into(), command.clone().into()];
        let failed = |error: Errno| Fail::new(text!("can't fork: ", error.message()));
        let pid = spawn::start(cx.sys, cx.name, argv).map_err(failed)?;
        let _ = spawn::wait(cx.sys, pid).await;
        let _ = cx.sys.sleep(pause).await;
    }
}
