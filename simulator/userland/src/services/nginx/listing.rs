//! Lists of directories.

use crate::applets::calendar::{Date, MONTHS, Zone};
use crate::applets::text;
use crate::kernel::{Buffer, Errno, List, Sys};
use crate::services::http::escape_html;

/// Names longer than this are cut.
const NAME_WIDTH: usize = 50;
/// Entries of a list at most.
const ENTRIES: usize = 10_000;

/// The page that lists a directory: directories first, then by name.
pub(super) async fn listing(sys: &Sys, directory: &[u8], path: &[u8]) -> Result<Buffer, Errno> {
    let entries = sys.read_dir(directory).await?;
    let mut rows = List::new();
    for entry in entries.iter().take(ENTRIES) {
        if entry.name.first() == Some(&b'.') {
            continue;
        }
        sys.burn(500).await;
        if let Ok(stat) = sys.stat(&text!(directory, entry.name)) {
            let row = (!stat.is_directory(), entry.name.clone(), stat);
            rows.push_owner(row, entry.name.len());
        }
    }
    rows.sort_by(|a, b| (a.0, &a.1).cmp(&(b.0, &b.1)));
    let title = escape_html(path);
    let mut page = Buffer::from(text!(
        "<html>\r\n<head><title>Index of ",
        title,
        "</title></head>\r\n<body bgcolor=\"white\">\r\n<h1>Index of ",
        title,
        "</h1><hr><pre><a href=\"../\">../</a>\r\n"
    ));
    for (is_file, name, stat) in rows {
        let slash = if is_file { "" } else { "/" };
        let shown_len = name.len() + slash.len();
        let shown = match shown_len > NAME_WIDTH {
            true => text!(&name[..NAME_WIDTH - 3], "..&gt;"),
            false => text!(escape_html(&name), slash),
        };
        let pad = " ".repeat(NAME_WIDTH.saturating_sub(shown_len));
        let zone = Zone::utc();
        let date = Date::at(i64::try_from(stat.mtime.as_secs()).unwrap_or(0), &zone);
        let month = &MONTHS[(date.month as usize).clamp(1, 12) - 1][..3];
        let time = format!(
            " {pad}{:02}-{month}-{} {:02}:{:02}",
            date.day, date.year, date.hour, date.minute
        );
        let size = match is_file {
            true => format!(" {:>19}\r\n", stat.size),
            false => format!(" {:>19}\r\n", "-"),
        };
        page.extend(text!(
            "<a href=\"",
            href(&name),
            slash,
            "\">",
            shown,
            "</a>",
            time,
            size
        ));
    }
    page.extend_from_slice(b"</pre><hr></body>\r\n</html>\r\n");
    Ok(page)
}

fn href(name: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::new();
    for byte in name {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                escaped.push(*byte);
            }
            byte => escaped.extend_from_slice(format!("%{byte:02X}").as_bytes()),
        }
    }
    escaped
}
