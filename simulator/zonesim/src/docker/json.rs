//! Small shapes that several answers share.

use serde_json::Value;

/// `null` for an empty list, else the list (inspect prints it so).
pub(crate) fn list_or_null(values: Vec<Value>) -> Value {
    if values.is_empty() {
        Value::Null
    } else {
        Value::Array(values)
    }
}

/// `null` for an empty map, else the map.
pub(crate) fn map_or_null(map: serde_json::Map<String, Value>) -> Value {
    if map.is_empty() {
        Value::Null
    } else {
        Value::Object(map)
    }
}
