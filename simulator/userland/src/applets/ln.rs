//! ln and link.

use super::context::{Context, Fail, Outcome, text};
use super::walk::{base_name, child};

/// Makes links.
pub(super) async fn run(cx: &mut Context<'_>) -> Outcome {
    let options = cx.options("sfnbS:vT")?;
    let mut targets = options.operands.clone();
    let place = match targets.len() {
        0 => return Err(Fail::usage()),
        1 => base_name(&targets[0]).to_vec(),
        _ => targets.pop().unwrap_or_default().to_vec(),
    };
    let stat = if options.has(b'n') {
        cx.sys.lstat(&place)
    } else {
        cx.sys.stat(&place)
    };
    let into = !options.has(b'T') && stat.is_ok_and(|stat| stat.is_directory());
    let suffix = options.value(b'S').cloned().unwrap_or("~".into());
    let mut status = 0;
    for target in &targets {
        let link = match into {
            true => child(&place, base_name(target)),
            false => place.clone(),
        };
        if options.has(b'T') && cx.sys.stat(&link).is_ok_and(|stat| stat.is_directory()) {
            cx.complain(text!("'", link, "' is a directory")).await;
            status = 1;
            continue;
        }
        if !options.has(b's')
            && let Err(error) = cx.sys.lstat(target)
        {
            cx.complain_of(target, error).await;
            status = 1;
            continue;
        }
        if options.has(b'b') || options.has(b'S') {
            let _ = cx.sys.rename(&link, &text!(link, suffix));
        }
        if options.has(b'f') {
            let _ = cx.sys.unlink(&link);
        }
        let made = match options.has(b's') {
            true => cx.sys.symlink(target, &link),
            false => cx.sys.link(target, &link),
        };
        match made {
            Ok(()) if options.has(b'v') => {
                cx.out
                    .write(text!("'", link, "' -> '", target, "'\n"))
                    .await?;
            }
            Ok(()) => {}
            Err(error) => {
                cx.complain_of(&link, error).await;
                status = 1;
            }
        }
    }
    Ok(status)
}

/// Makes one hard link.
pub(super) async fn link(cx: &mut Context<'_>) -> Outcome {
    let [old, new] = cx.args.as_slice() else {
        return Err(Fail::usage());
    };
    cx.sys.link(old, new).map_err(|error| {
        Fail::new(text!(
            "can't create hardlink '",
            new,
            "' to '",
            old,
            "': ",
            error.message()
        ))
    })?;
    Ok(0)
}
