//! mdata-get, mdata-list, mdata-put, mdata-delete: the zone's own programs, in `/native/usr/sbin`.

use super::context::{Context, Fail, Outcome, text};
use crate::kernel::{Errno, Main};

/// There is no such key.
const NOT_FOUND: u8 = 1;
/// The metadata cannot be used.
const FAILED: u8 = 2;
/// Wrong arguments.
const USAGE: u8 = 3;

/// Each program by its name.
pub(super) const TABLE: [(&str, Main); 4] = [
    ("mdata-delete", |sys| {
        Box::pin(async move {
            let mut cx = Context::new(&sys, "mdata-delete", "");
            let outcome = delete(&mut cx).await;
            cx.end(outcome).await
        })
    }),
    ("mdata-get", |sys| {
        Box::pin(async move {
            let mut cx = Context::new(&sys, "mdata-get", "");
            let outcome = get(&mut cx).await;
            cx.end(outcome).await
        })
    }),
    ("mdata-list", |sys| {
        Box::pin(async move {
            let mut cx = Context::new(&sys, "mdata-list", "");
            let outcome = list(&mut cx).await;
            cx.end(outcome).await
        })
    }),
    ("mdata-put", |sys| {
        Box::pin(async move {
            let mut cx = Context::new(&sys, "mdata-put", "");
            let outcome = put(&mut cx).await;
            cx.end(outcome).await
        })
    }),
];

fn wrong_arguments(cx: &Context<'_>, arguments: &str) -> Fail {
    Fail::Message(USAGE, text!("usage: ", cx.name, arguments))
}

fn failed(error: Errno) -> Fail {
    Fail::Message(FAILED, error.message().into())
}

async fn not_found(cx: &mut Context<'_>, key: &[u8]) -> Outcome {
    let line = text!("No metadata for '", key, "'\n");
    cx.error_text(&line).await;
    Ok(NOT_FOUND)
}

/// A value that does not end its line is given an end.
async fn get(cx: &mut Context<'_>) -> Outcome {
    let [key] = &*cx.args else {
        return Err(wrong_arguments(cx, " KEY"));
    };
    let key = key.clone();
    let Some(value) = cx.sys.metadata(&key).map_err(failed)? else {
        return not_found(cx, &key).await;
    };
    cx.out.write(&value).await?;
    if !value.ends_with(b"\n") {
        cx.out.write(b"\n").await?;
    }
    Ok(0)
}

async fn list(cx: &mut Context<'_>) -> Outcome {
    if !cx.args.is_empty() {
        return Err(wrong_arguments(cx, ""));
    }
    for key in cx.sys.metadata_keys().map_err(failed)? {
        cx.out.write(&key).await?;
        cx.out.write(b"\n").await?;
    }
    Ok(0)
}

/// The value is the second argument, else standard input.
async fn put(cx: &mut Context<'_>) -> Outcome {
    let (key, value) = match &*cx.args {
        [key] => {
            let key = key.clone();
            let mut reader = cx.open_input(b"-").await.map_err(failed)?;
            (key, reader.read_all().await.map_err(failed)?.to_vec())
        }
        [key, value] => (key.clone(), value.to_vec()),
        _ => return Err(wrong_arguments(cx, " KEY [VALUE]")),
    };
    cx.sys.put_metadata(&key, &value).map_err(failed)?;
    Ok(0)
}

async fn delete(cx: &mut Context<'_>) -> Outcome {
    let [key] = &*cx.args else {
        return Err(wrong_arguments(cx, " KEY"));
    };
    let key = key.clone();
    match cx.sys.delete_metadata(&key).map_err(failed)? {
        true => Ok(0),
        false => not_found(cx, &key).await,
    }
}
