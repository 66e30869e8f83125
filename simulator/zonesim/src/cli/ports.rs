//! `zonesim ports`.

use super::control_client::ControlClient;
use super::say::say;
use super::{Places, Trouble};
use clap::Args;
use serde_json::Value;

#[derive(Clone, Debug, Args)]
pub(super) struct PortsArgs {
    #[command(flatten)]
    places: Places,
    /// Print the control API's JSON instead.
    #[arg(long)]
    json: bool,
}

pub(super) fn run(args: &PortsArgs) -> Result<(), Trouble> {
    let zone = args.places.running_zone()?;
    let ports = ControlClient::of(&zone).get(&["ports"])?;
    match args.json {
        true => say(&ports.to_string()),
        false => {
            let table = table(ports.as_array().map_or(&[], Vec::as_slice));
            say(table.trim_end_matches('\n'));
        }
    }
    Ok(())
}

/// Columns as wide as their widest entry.
fn table(ports: &[Value]) -> String {
    let head = ["ACCOUNT", "CONTAINER", "ADDRESS", "SERVED AT"].map(str::to_owned);
    let rows = ports.iter().map(|port| {
        let text = |key: &str| port[key].as_str().unwrap_or_default().to_owned();
        let served = match port["error"].as_str() {
            Some(error) => format!("not served: {error}"),
            None => text("served"),
        };
        [text("account"), text("name"), text("address"), served]
    });
    let rows: Vec<[String; 4]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..3).map(|column| width(column).unwrap_or(0)).collect();
    let line = |row: &[String; 4]| {
        let [account, container, address, served] = row;
        format!(
            "{account:0$}  {container:1$}  {address:2$}  {served}\n",
            widths[0], widths[1], widths[2]
        )
    };
    rows.iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_port_is_shown_with_where_it_is_served_or_why_not() {
        let port = |served: Value, error: Value| json!({"account": "demo", "name": "web", "address": "127.113.0.10:80", "served": served, "error": error});
        let ports = [
            port("127.113.0.10:8080".into(), Value::Null),
            port(Value::Null, "in use".into()),
        ];
        assert_eq!(
            table(&ports),
            "ACCOUNT  CONTAINER  ADDRESS          SERVED AT\n\
             demo     web        127.113.0.10:80  127.113.0.10:8080\n\
             demo     web        127.113.0.10:80  not served: in use\n"
        );
        assert_eq!(table(&[]), "ACCOUNT  CONTAINER  ADDRESS  SERVED AT\n");
    }
}
