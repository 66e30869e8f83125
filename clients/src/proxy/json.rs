//! Changes of JSON.

use serde_json::{Map, Value};

use super::mutation::Change;

/// Makes a change of a body; `None` when there was nothing to change.
pub(super) fn edit(body: &[u8], change: &Change) -> Option<Vec<u8>> {
    let mut value: Value = serde_json::from_slice(body).ok()?;
    let changed = match change {
        Change::Json {
            pointer,
            value: new,
        }
        | Change::SetRequestJson {
            pointer,
            value: new,
        } => set(&mut value, pointer, new),
        Change::JsonRemove { pointer } | Change::RemoveRequestJson { pointer } => {
            member(&mut value, pointer, |parent, name| {
                parent.shift_remove(name).is_some()
            })
        }
        Change::JsonRename { pointer, to } => {
            member(&mut value, pointer, |parent, name| rename(parent, name, to))
        }
        Change::JsonNull { pointer } => {
            at(&mut value, pointer, |value| replace(value, Value::Null))
        }
        Change::JsonNullForEmpty { pointer } => at(&mut value, pointer, |value| {
            is_empty(value) && replace(value, Value::Null)
        }),
        Change::JsonString { pointer } => at(&mut value, pointer, |value| match value {
            Value::Number(number) => {
                let text = Value::String(number.to_string());
                replace(value, text)
            }
            _ => false,
        }),
        Change::JsonAdd { pointer, by } => at(&mut value, pointer, |value| {
            let sum = value.as_i64().and_then(|number| number.checked_add(*by));
            sum.is_some_and(|sum| replace(value, Value::from(sum)))
        }),
        Change::JsonNot { pointer } => at(&mut value, pointer, |value| {
            let opposite = value.as_bool().map(|on| Value::Bool(!on));
            opposite.is_some_and(|opposite| replace(value, opposite))
        }),
        Change::JsonReverse { pointer } => list(&mut value, pointer, |items| {
            items.reverse();
            items.len() > 1
        }),
        Change::JsonDropLast { pointer } => {
            list(&mut value, pointer, |items| items.pop().is_some())
        }
        Change::JsonRepeatLast { pointer } => list(&mut value, pointer, |items| {
            let last = items.last().cloned();
            last.map(|last| items.push(last)).is_some()
        }),
        _ => false,
    };
    if !changed {
        return None;
    }
    let mut bytes = serde_json::to_vec(&value).ok()?;
    if body.ends_with(b"\n") {
        bytes.push(b'\n');
    }
    Some(bytes)
}

fn replace(value: &mut Value, new: Value) -> bool {
    *value = new;
    true
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(map) => map.is_empty(),
        Value::String(text) => text.is_empty(),
        _ => false,
    }
}

/// Sets what a pointer means; a member that is not there is added to its object.
fn set(value: &mut Value, pointer: &str, new: &Value) -> bool {
    if pointer.is_empty() {
        return replace(value, new.clone());
    }
    let was_there = at(value, pointer, |value| replace(value, new.clone()));
    was_there
        || member(value, pointer, |parent, name| {
            parent.insert(name.to_owned(), new.clone());
            true
        })
}

/// Gives a member another name, at its place.
fn rename(parent: &mut Map<String, Value>, name: &str, to: &str) -> bool {
    let was_there = parent.contains_key(name);
    let renamed = std::mem::take(parent)
        .into_iter()
        .map(|(key, value)| (if key == name { to.to_owned() } else { key }, value))
        .collect();
    *parent = renamed;
    was_there
}

fn list(value: &mut Value, pointer: &str, mut act: impl FnMut(&mut Vec<Value>) -> bool) -> bool {
    at(value, pointer, |value| {
        value.as_array_mut().is_some_and(&mut act)
    })
}

/// Acts on the object that holds what a pointer means, with its name there.
fn member(
    value: &mut Value,
    pointer: &str,
    mut act: impl FnMut(&mut Map<String, Value>, &str) -> bool,
) -> bool {
    let Some((parent, name)) = pointer.rsplit_once('/') else {
        return false;
    };
    let name = unescaped(name);
    at(value, parent, |value| {
        value.as_object_mut().is_some_and(|map| act(map, &name))
    })
}

/// Acts on everything a pointer means; says whether anything was changed.
fn at(value: &mut Value, pointer: &str, mut act: impl FnMut(&mut Value) -> bool) -> bool {
    let names: Vec<String> = pointer.split('/').skip(1).map(unescaped).collect();
    walk(value, &names, &mut act)
}

fn walk(value: &mut Value, names: &[String], act: &mut dyn FnMut(&mut Value) -> bool) -> bool {
    let Some((name, rest)) = names.split_first() else {
        return act(value);
    };
    match value {
        Value::Array(items) if name == "*" => {
            let mut changed = false;
            for item in items {
                changed |= walk(item, rest, act);
            }
            changed
        }
        Value::Array(items) => name
            .parse::<usize>()
            .ok()
            .and_then(|at| items.get_mut(at))
            .is_some_and(|item| walk(item, rest, act)),
        Value::Object(map) => map
            .get_mut(name)
            .is_some_and(|value| walk(value, rest, act)),
        _ => false,
    }
}

fn unescaped(name: &str) -> String {
    name.replace("~1", "/").replace("~0", "~")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn edited(body: &str, change: &Change) -> Option<String> {
        edit(body.as_bytes(), change).map(|bytes| String::from_utf8(bytes).expect("is text"))
    }

    #[test]
    fn each_change_does_what_its_name_says() {
        let pointer = |text: &str| text.to_owned();
        let body = r#"[{"n":1,"s":"x","l":[1,2],"e":[],"b":true}]"#;
        let cases = [
            (
                Change::Json {
                    pointer: pointer("/0/n"),
                    value: json!(null),
                },
                r#"[{"n":null,"s":"x","l":[1,2],"e":[],"b":true}]"#,
            ),
            (
                Change::Json {
                    pointer: pointer("/0/new"),
                    value: json!("v"),
                },
                r#"[{"n":1,"s":"x","l":[1,2],"e":[],"b":true,"new":"v"}]"#,
            ),
            (
                Change::JsonRemove {
                    pointer: pointer("/*/s"),
                },
                r#"[{"n":1,"l":[1,2],"e":[],"b":true}]"#,
            ),
            (
                Change::JsonRename {
                    pointer: pointer("/0/s"),
                    to: "S".into(),
                },
                r#"[{"n":1,"S":"x","l":[1,2],"e":[],"b":true}]"#,
            ),
            (
                Change::JsonNull {
                    pointer: pointer("/0/l"),
                },
                r#"[{"n":1,"s":"x","l":null,"e":[],"b":true}]"#,
            ),
            (
                Change::JsonNullForEmpty {
                    pointer: pointer("/0/e"),
                },
                r#"[{"n":1,"s":"x","l":[1,2],"e":null,"b":true}]"#,
            ),
            (
                Change::JsonString {
                    pointer: pointer("/0/n"),
                },
                r#"[{"n":"1","s":"x","l":[1,2],"e":[],"b":true}]"#,
            ),
            (
                Change::JsonAdd {
                    pointer: pointer("/*/n"),
                    by: -2,
                },
                r#"[{"n":-1,"s":"x","l":[1,2],"e":[],"b":true}]"#,
            ),
            (
                Change::JsonNot {
                    pointer: pointer("/0/b"),
                },
                r#"[{"n":1,"s":"x","l":[1,2],"e":[],"b":false}]"#,
            ),
            (
                Change::JsonReverse {
                    pointer: pointer("/0/l"),
                },
                r#"[{"n":1,"s":"x","l":[2,1],"e":[],"b":true}]"#,
            ),
            (
                Change::JsonDropLast {
                    pointer: pointer("/0/l"),
                },
                r#"[{"n":1,"s":"x","l":[1],"e":[],"b":true}]"#,
            ),
            (
                Change::JsonRepeatLast {
                    pointer: pointer("/0/l"),
                },
                r#"[{"n":1,"s":"x","l":[1,2,2],"e":[],"b":true}]"#,
            ),
            (
                Change::JsonDropLast {
                    pointer: pointer(""),
                },
                "[]",
            ),
        ];
        for (change, expected) in cases {
            assert_eq!(
                edited(body, &change).as_deref(),
                Some(expected),
                "{change:?}"
            );
        }
        let newline = edited(
            "{\"a\":1}\n",
            &Change::JsonAdd {
                pointer: pointer("/a"),
                by: 1,
            },
        );
        assert_eq!(newline.as_deref(), Some("{\"a\":2}\n"));
    }

    #[test]
    fn nothing_to_change_is_no_change() {
        let pointer = || "/l".to_owned();
        let cases = [
            (
                r#"{"l":[1]}"#,
                Change::JsonNullForEmpty { pointer: pointer() },
            ),
            (r#"{"l":"1"}"#, Change::JsonString { pointer: pointer() }),
            (
                r#"{"l":"1"}"#,
                Change::JsonAdd {
                    pointer: pointer(),
                    by: 1,
                },
            ),
            (
                r#"{"l":9223372036854775807}"#,
                Change::JsonAdd {
                    pointer: pointer(),
                    by: 1,
                },
            ),
            (r#"{"x":1}"#, Change::JsonRemove { pointer: pointer() }),
            ("not json", Change::JsonNull { pointer: pointer() }),
        ];
        for (body, change) in cases {
            assert_eq!(edited(body, &change), None, "{change:?}");
        }
    }
}
