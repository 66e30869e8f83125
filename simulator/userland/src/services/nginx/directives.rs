//! Which directives there are, where they may stand and how many arguments they take.

use super::emerg::Emerg;
use super::syntax::Directive;
use crate::applets::text;

/// Where directives stand; values combine.
const MAIN: u8 = 1;
const EVENTS: u8 = 2;
const HTTP: u8 = 4;
const SERVER: u8 = 8;
const LOCATION: u8 = 16;
/// In `types`, where everything is a name.
const TYPES: u8 = 32;
const ANYWHERE: u8 = MAIN | EVENTS | HTTP | SERVER | LOCATION;
const SITES: u8 = HTTP | SERVER | LOCATION;

/// What becomes of a directive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Use {
    /// It is followed.
    Followed,
    /// It is only about how the work is done, which is done otherwise here.
    Accepted,
    /// It opens a block.
    Block,
}
use Use::{Accepted, Block, Followed};

/// Name, where it may stand, the fewest and the most arguments, what becomes of it.
type Row = (&'static str, u8, (usize, usize), Use);

const MANY: usize = usize::MAX;

const TABLE: &[Row] = &[
    ("absolute_redirect", SITES, (1, 1), Followed),
    ("access_log", SITES, (1, MANY), Followed),
    ("accept_mutex", EVENTS, (1, 1), Accepted),
    ("add_header", SITES, (2, 3), Followed),
    ("aio", SITES, (1, 1), Accepted),
    ("alias", LOCATION, (1, 1), Followed),
    ("autoindex", SITES, (1, 1), Followed),
    ("charset", SITES, (1, 1), Followed),
    ("client_body_buffer_size", SITES, (1, 1), Accepted),
    ("client_body_timeout", SITES, (1, 1), Followed),
    ("client_header_buffer_size", HTTP | SERVER, (1, 1), Accepted),
    ("client_header_timeout", HTTP | SERVER, (1, 1), Followed),
    ("client_max_body_size", SITES, (1, 1), Followed),
    ("daemon", MAIN, (1, 1), Followed),
    ("debug_connection", EVENTS, (1, 1), Accepted),
    ("default_type", SITES, (1, 1), Followed),
    ("directio", SITES, (1, 1), Accepted),
    ("env", MAIN, (1, 1), Accepted),
    ("error_log", MAIN | SITES, (1, 2), Followed),
    ("error_page", SITES, (2, MANY), Followed),
    ("etag", SITES, (1, 1), Followed),
    ("events", MAIN, (0, 0), Block),
    ("expires", SITES, (1, 2), Followed),
    ("gzip", SITES, (1, 1), Accepted),
    ("gzip_buffers", SITES, (2, 2), Accepted),
    ("gzip_comp_level", SITES, (1, 1), Accepted),
    ("gzip_disable", SITES, (1, MANY), Accepted),
    ("gzip_http_version", SITES, (1, 1), Accepted),
    ("gzip_min_length", SITES, (1, 1), Accepted),
    ("gzip_proxied", SITES, (1, MANY), Accepted),
    ("gzip_static", SITES, (1, 1), Accepted),
    ("gzip_types", SITES, (1, MANY), Accepted),
    ("gzip_vary", SITES, (1, 1), Accepted),
    ("http", MAIN, (0, 0), Block),
    ("include", ANYWHERE | TYPES, (1, 1), Followed),
    ("index", SITES, (1, MANY), Followed),
    ("keepalive_requests", SITES, (1, 1), Followed),
    ("keepalive_timeout", SITES, (1, 2), Followed),
    (
        "large_client_header_buffers",
        HTTP | SERVER,
        (2, 2),
        Accepted,
    ),
    ("lingering_close", SITES, (1, 1), Accepted),
    ("lingering_time", SITES, (1, 1), Accepted),
    ("lingering_timeout", SITES, (1, 1), Accepted),
    ("listen", SERVER, (1, MANY), Followed),
    ("location", SERVER, (1, 2), Block),
    ("log_format", HTTP, (2, MANY), Followed),
    ("log_not_found", SITES, (1, 1), Followed),
    ("master_process", MAIN, (1, 1), Accepted),
    ("multi_accept", EVENTS, (1, 1), Accepted),
    ("open_file_cache", SITES, (1, 2), Accepted),
    ("pcre_jit", MAIN, (1, 1), Accepted),
    ("pid", MAIN, (1, 1), Followed),
    ("port_in_redirect", SITES, (1, 1), Followed),
    ("reset_timedout_connection", SITES, (1, 1), Accepted),
    ("return", SERVER | LOCATION, (1, 2), Followed),
    ("root", SITES, (1, 1), Followed),
    ("send_timeout", SITES, (1, 1), Followed),
    ("sendfile", SITES, (1, 1), Accepted),
    ("sendfile_max_chunk", SITES, (1, 1), Accepted),
    ("server", HTTP, (0, 0), Block),
    ("server_name", SERVER, (1, MANY), Followed),
    ("server_name_in_redirect", SITES, (1, 1), Followed),
    ("server_names_hash_bucket_size", HTTP, (1, 1), Accepted),
    ("server_names_hash_max_size", HTTP, (1, 1), Accepted),
    ("server_tokens", SITES, (1, 1), Followed),
    ("tcp_nodelay", SITES, (1, 1), Accepted),
    ("tcp_nopush", SITES, (1, 1), Accepted),
    ("timer_resolution", MAIN, (1, 1), Accepted),
    ("try_files", SERVER | LOCATION, (2, MANY), Followed),
    ("types", SITES, (0, 0), Block),
    ("types_hash_bucket_size", SITES, (1, 1), Accepted),
    ("types_hash_max_size", SITES, (1, 1), Accepted),
    ("use", EVENTS, (1, 1), Accepted),
    ("user", MAIN, (1, 2), Followed),
    ("worker_connections", EVENTS, (1, 1), Followed),
    ("worker_cpu_affinity", MAIN, (1, MANY), Accepted),
    ("worker_priority", MAIN, (1, 1), Accepted),
    ("worker_processes", MAIN, (1, 1), Followed),
    ("worker_rlimit_core", MAIN, (1, 1), Accepted),
    ("worker_rlimit_nofile", MAIN, (1, 1), Accepted),
    ("worker_shutdown_timeout", MAIN, (1, 1), Accepted),
    ("working_directory", MAIN, (1, 1), Accepted),
];

/// What the real one knows and this one does not.
const MISSING: &[&str] = &[
    "allow",
    "auth_basic",
    "auth_basic_user_file",
    "auth_request",
    "break",
    "dav_methods",
    "deny",
    "fastcgi_index",
    "fastcgi_param",
    "fastcgi_pass",
    "fastcgi_split_path_info",
    "geo",
    "grpc_pass",
    "if",
    "internal",
    "limit_conn",
    "limit_conn_zone",
    "limit_except",
    "limit_rate",
    "limit_req",
    "limit_req_zone",
    "load_module",
    "mail",
    "map",
    "memcached_pass",
    "perl",
    "proxy_buffering",
    "proxy_cache",
    "proxy_cache_path",
    "proxy_connect_timeout",
    "proxy_http_version",
    "proxy_pass",
    "proxy_read_timeout",
    "proxy_redirect",
    "proxy_send_timeout",
    "proxy_set_header",
    "real_ip_header",
    "resolver",
    "rewrite",
    "satisfy",
    "scgi_pass",
    "set",
    "set_real_ip_from",
    "split_clients",
    "ssi",
    "ssl",
    "ssl_certificate",
    "ssl_certificate_key",
    "ssl_ciphers",
    "ssl_prefer_server_ciphers",
    "ssl_protocols",
    "ssl_session_cache",
    "ssl_session_timeout",
    "stream",
    "stub_status",
    "sub_filter",
    "upstream",
    "uwsgi_pass",
    "valid_referers",
];

/// Where a directive stands.
fn context(open: &[Directive]) -> u8 {
    match open.last().map(Directive::name) {
        None => MAIN,
        Some(b"events") => EVENTS,
        Some(b"http") => HTTP,
        Some(b"server") => SERVER,
        Some(b"types") => TYPES,
        Some(_) => LOCATION,
    }
}

/// Whether a directive may stand where it does, as it does.
pub(super) fn check(open: &[Directive], directive: &Directive, opens: bool) -> Result<(), Emerg> {
    let name = directive.name();
    let context = context(open);
    if context == TYPES && name != b"include" {
        return match opens {
            true => Err(directive.emerg("unexpected \"{\"")),
            false => Ok(()),
        };
    }
    let named = || text!("\"", name, "\" directive");
    let row = TABLE.iter().find(|row| row.0.as_bytes() == name);
    let Some((_, places, (fewest, most), usage)) = row else {
        return Err(match MISSING.iter().any(|known| known.as_bytes() == name) {
            true => directive.emerg(text!(named(), " is not supported by this nginx")),
            false => directive.emerg(text!("unknown directive \"", name, "\"")),
        });
    };
    if places & context == 0 {
        return Err(directive.emerg(text!(named(), " is not allowed here")));
    }
    match (*usage == Block, opens) {
        (true, false) => {
            return Err(directive.emerg(text!("directive \"", name, "\" has no opening \"{\"")));
        }
        (false, true) => {
            let what = text!("directive \"", name, "\" is not terminated by \";\"");
            return Err(directive.emerg(what));
        }
        _ => {}
    }
    if !(*fewest..=*most).contains(&directive.args().len()) {
        let what = text!("invalid number of arguments in ", named());
        return Err(directive.emerg(what));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_sorted_and_know_each_name_once() {
        assert!(MISSING.is_sorted(), "{MISSING:?}");
        for row in TABLE {
            let count = TABLE.iter().filter(|other| other.0 == row.0).count();
            assert_eq!(count, 1, "{}", row.0);
            assert!(!MISSING.contains(&row.0), "{}", row.0);
        }
    }
}
