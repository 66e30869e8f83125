//! The part of Go's text templates that `--format` is used with: `{{.A.B}}`, `{{json .A}}`,
//! `{{index .A "key"}}`, `{{len .A}}`, `{{range .A}}…{{end}}` and `{{if .A}}…{{else}}…{{end}}`.

use serde_json::Value;

/// Deepest nesting of ranges and conditions.
const NESTING: usize = 16;

/// A parsed template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Template(Vec<Node>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Text(String),
    Print(Expression),
    Range(Expression, Vec<Node>),
    If(Expression, Vec<Node>, Vec<Node>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Expression {
    function: Option<Function>,
    path: Vec<String>,
    keys: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Function {
    Json,
    Index,
    Len,
}

enum Piece<'a> {
    Text(&'a str),
    Action(&'a str),
}

/// How a list of nodes ended.
#[derive(PartialEq, Eq)]
enum End {
    OfText,
    OfBlock,
    AtElse,
}

impl Template {
    /// Reads a template.
    pub(super) fn read(text: &str) -> Result<Template, String> {
        let pieces = pieces(text)?;
        let mut pieces = pieces.into_iter();
        let (nodes, end) = nodes(&mut pieces, NESTING)?;
        match end {
            End::OfText => Ok(Template(nodes)),
            End::OfBlock => Err("unexpected {{end}}".to_owned()),
            End::AtElse => Err("unexpected {{else}}".to_owned()),
        }
    }

    /// Fills it in.
    pub(super) fn fill(&self, value: &Value) -> Result<String, String> {
        let mut text = String::new();
        fill(&self.0, value, &mut text)?;
        Ok(text)
    }
}

fn pieces(text: &str) -> Result<Vec<Piece<'_>>, String> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("{{") {
        let (action, behind) = after.split_once("}}").ok_or("unclosed action")?;
        pieces.push(Piece::Text(before));
        pieces.push(Piece::Action(action.trim()));
        rest = behind;
    }
    pieces.push(Piece::Text(rest));
    Ok(pieces)
}

fn nodes<'a>(
    pieces: &mut impl Iterator<Item = Piece<'a>>,
    deeper: usize,
) -> Result<(Vec<Node>, End), String> {
    if deeper == 0 {
        return Err("nested too deeply".to_owned());
    }
    let mut found = Vec::new();
    while let Some(piece) = pieces.next() {
        let action = match piece {
            Piece::Text("") => continue,
            Piece::Text(text) => {
                found.push(Node::Text(text.to_owned()));
                continue;
            }
            Piece::Action(action) => action,
        };
        if action == "end" {
            return Ok((found, End::OfBlock));
        }
        if action == "else" {
            return Ok((found, End::AtElse));
        }
        if let Some(over) = action.strip_prefix("range ") {
            let (body, end) = nodes(pieces, deeper - 1)?;
            if end != End::OfBlock {
                return Err("range without {{end}}".to_owned());
            }
            found.push(Node::Range(Expression::read(over)?, body));
        } else if let Some(condition) = action.strip_prefix("if ") {
            let (then, end) = nodes(pieces, deeper - 1)?;
            let (otherwise, end) = match end {
                End::AtElse => nodes(pieces, deeper - 1)?,
                other => (Vec::new(), other),
            };
            if end != End::OfBlock {
                return Err("if without {{end}}".to_owned());
            }
            found.push(Node::If(Expression::read(condition)?, then, otherwise));
        } else {
            found.push(Node::Print(Expression::read(action)?));
        }
    }
    Ok((found, End::OfText))
}

impl Expression {
    fn read(text: &str) -> Result<Expression, String> {
        let mut words = text.split_whitespace();
        let first = words.next().ok_or("missing value for command")?;
        let function = match first {
            "json" => Some(Function::Json),
            "index" => Some(Function::Index),
            "len" => Some(Function::Len),
            _ => None,
        };
        let path = match function {
            Some(_) => words.next().ok_or("missing value for command")?,
            None => first,
        };
        let path = path
            .strip_prefix('.')
            .ok_or_else(|| format!("function {path:?} not defined"))?;
        let keys: Vec<String> = words
            .map(|word| word.trim_matches('"').to_owned())
            .collect();
        if !keys.is_empty() && function != Some(Function::Index) {
            return Err(format!("can't give argument to non-function .{path}"));
        }
        Ok(Expression {
            function,
            path: path
                .split('.')
                .filter(|name| !name.is_empty())
                .map(str::to_owned)
                .collect(),
            keys,
        })
    }

    /// The value it means; none when a name on the way is missing.
    fn find<'a>(&self, mut value: &'a Value) -> Option<&'a Value> {
        for name in self.path.iter().chain(&self.keys) {
            value = match value {
                Value::Array(items) => items.get(name.parse::<usize>().ok()?)?,
                other => other.get(name)?,
            };
        }
        Some(value)
    }

    fn text(&self, value: &Value) -> Result<String, String> {
        let found = self.find(value);
        match self.function {
            Some(Function::Json) => serde_json::to_string(found.unwrap_or(&Value::Null))
                .map_err(|error| error.to_string()),
            Some(Function::Len) => match found {
                Some(Value::Array(items)) => Ok(items.len().to_string()),
                Some(Value::Object(map)) => Ok(map.len().to_string()),
                Some(Value::String(text)) => Ok(text.len().to_string()),
                None | Some(Value::Null) => Ok("0".to_owned()),
                Some(_) => Err("len of what has none".to_owned()),
            },
            Some(Function::Index) | None => {
                Ok(found.map_or_else(|| "<no value>".to_owned(), printed))
            }
        }
    }
}

fn fill(nodes: &[Node], value: &Value, text: &mut String) -> Result<(), String> {
    for node in nodes {
        match node {
            Node::Text(plain) => text.push_str(plain),
            Node::Print(expression) => text.push_str(&expression.text(value)?),
            Node::Range(over, body) => match over.find(value) {
                Some(Value::Array(items)) => {
                    for item in items {
                        fill(body, item, text)?;
                    }
                }
                Some(Value::Object(map)) => {
                    let mut keys: Vec<&String> = map.keys().collect();
                    keys.sort();
                    for key in keys {
                        fill(body, &map[key], text)?;
                    }
                }
                _ => {}
            },
            Node::If(condition, then, otherwise) => {
                let branch = if condition.find(value).is_some_and(truth) {
                    then
                } else {
                    otherwise
                };
                fill(branch, value, text)?;
            }
        }
    }
    Ok(())
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(on) => *on,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

/// A value as Go prints it.
fn printed(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(on) => on.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.clone(),
        Value::Array(items) => {
            let items: Vec<String> = items.iter().map(printed).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Object(map) => {
            let mut items: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{key}:{}", printed(value)))
                .collect();
            items.sort();
            format!("map[{}]", items.join(" "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn templates_print_as_in_go() {
        let value = json!({
            "Name": "/web", "State": {"Running": true, "ExitCode": -9},
            "Env": ["A=1", "B=2"], "Labels": {"b": "2", "a": "1"}, "Empty": [], "Null": null,
            "Networks": {"my": {"IP": "10.0.0.1"}, "other": {"IP": "10.0.0.2"}},
        });
        let cases = [
            ("{{.Name}}", "/web"),
            ("{{ .State.Running }} {{.State.ExitCode}}", "true -9"),
            ("{{.Env}} {{len .Env}} {{index .Env 1}}", "[A=1 B=2] 2 B=2"),
            ("{{.Labels}} {{index .Labels \"a\"}}", "map[a:1 b:2] 1"),
            ("{{json .Env}}", "[\"A=1\",\"B=2\"]"),
            ("{{.Nope.Deeper}} {{.Null}}", "<no value> <nil>"),
            ("{{range .Networks}}{{.IP}},{{end}}", "10.0.0.1,10.0.0.2,"),
            ("{{if .Empty}}some{{else}}none{{end}}", "none"),
            ("{{if .State.Running}}up{{end}}", "up"),
        ];
        for (text, filled) in cases {
            let template = Template::read(text).expect(text);
            assert_eq!(template.fill(&value).as_deref(), Ok(filled), "{text}");
        }
    }

    #[test]
    fn broken_templates_are_refused() {
        let deep = "{{if .A}}".repeat(NESTING + 1);
        for text in [
            "{{",
            "{{}}",
            "{{end}}",
            "{{range .A}}",
            "{{nope .A}}",
            "{{.A 1}}",
            deep.as_str(),
        ] {
            assert!(Template::read(text).is_err(), "{text}");
        }
    }
}
