//! Route lookup (docker-api.md 2.1).

use super::accept_version;
use super::pattern::Pattern;
use super::preflight;
use crate::docker::failure::Failure;
use crate::docker::route::Route;
use http::{HeaderMap, Method, StatusCode};

/// A route table with its patterns taken apart.
#[derive(Debug)]
pub(crate) struct Router {
    rows: Vec<Row>,
}

struct Row {
    route: &'static Route,
    pattern: Pattern,
}

impl std::fmt::Debug for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.route.method.as_str(), self.route.pattern)
    }
}

/// A request that has found its route.
#[derive(Clone)]
pub(crate) struct Routed {
    /// Its route.
    pub(crate) route: &'static Route,
    /// The path's first segment when it is a version (`v1.24`).
    pub(crate) version: Option<String>,
    /// The path behind the version.
    pub(crate) path: String,
    /// The path parameters, decoded.
    pub(crate) params: Vec<String>,
}

/// A request that has not: answered at once and without the standard headers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Unrouted {
    /// 404, 405, or 400 of `Accept-Version`.
    Failure {
        /// What it says.
        failure: Failure,
        /// The methods for `Allow`.
        allow: Option<String>,
    },
    /// A CORS preflight: an empty 200.
    Preflight {
        /// The methods of the first pattern that matches.
        allow: String,
    },
}

impl From<Failure> for Unrouted {
    fn from(failure: Failure) -> Self {
        Unrouted::Failure {
            failure,
            allow: None,
        }
    }
}

impl Row {
    /// The version segment, the path behind it and the encoded parameters, if the whole path matches.
    fn matches<'p>(&self, path: &'p str) -> Option<(Option<&'p str>, &'p str, Vec<&'p str>)> {
        if self.route.version_prefix
            && let Some((version, rest)) = version_segment(path)
            && let Some(values) = self.pattern.matches(rest)
        {
            return Some((Some(version), rest, values));
        }
        let values = self.pattern.matches(path)?;
        Some((None, path, values))
    }
}

/// A first segment `v` with at least one more character, and the rest of the path with its slash.
fn version_segment(path: &str) -> Option<(&str, &str)> {
    let segment = path
        .strip_prefix("/v")
        .filter(|rest| !rest.starts_with('/'))?;
    let end = 2 + segment.find('/')?;
    Some((&path[1..end], &path[end..]))
}

impl Router {
    /// Takes the patterns of `routes` apart.
    pub(crate) fn new(routes: &'static [Route]) -> Self {
        let rows = routes.iter().map(|route| Row {
            route,
            pattern: Pattern::new(route.pattern),
        });
        Self {
            rows: rows.collect(),
        }
    }

    /// The rows that there are with the setting `extensions` on or off.
    fn rows(&self, extensions: bool) -> impl Iterator<Item = &Row> {
        self.rows
            .iter()
            .filter(move |row| row.route.when.holds(extensions))
    }

    /// Finds the route of a request. `path` is the whole encoded path without its query.
    pub(crate) fn find(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        extensions: bool,
    ) -> Result<Routed, Unrouted> {
        let row = self
            .rows(extensions)
            .filter(|row| row.route.method == *method)
            .find_map(|row| Some((row, row.matches(path)?)));
        let Some((row, (version, rest, values))) = row else {
            return Err(self.unrouted(method, path, headers, extensions));
        };
        if let Some(range) = accept_range(headers)
            && !accept_version::admits(range)
        {
            return Err(Failure::invalid_version(format!(
                "{range} is not supported by {method} {path}"
            ))
            .into());
        }
        let params = row.pattern.decode(&values).map_err(|_| {
            // What `decodeURIComponent` throws is a bare program error.
            Unrouted::from(Failure::docker("URI malformed"))
        })?;
        Ok(Routed {
            route: row.route,
            version: version.map(str::to_owned),
            path: rest.to_owned(),
            params,
        })
    }

    /// API-03: no route; 405 when the path exists for another method.
    fn unrouted(
        &self,
        method: &Method,
        path: &str,
        headers: &HeaderMap,
        extensions: bool,
    ) -> Unrouted {
        let first = self
            .rows(extensions)
            .find(|row| row.matches(path).is_some());
        let Some(first) = first else {
            return Failure::resource_not_found(format!("{path} does not exist")).into();
        };
        let methods: Vec<&str> = self
            .rows(extensions)
            .filter(|row| row.pattern == first.pattern)
            .map(|row| row.route.method.as_str())
            .collect();
        let allow = methods.join(", ");
        if *method == Method::OPTIONS && preflight::asks_for(&methods, headers) {
            return Unrouted::Preflight { allow };
        }
        Unrouted::Failure {
            failure: Failure::plain(
                StatusCode::METHOD_NOT_ALLOWED,
                format!("{method} is not allowed"),
            ),
            allow: Some(allow),
        }
    }
}

fn accept_range(headers: &HeaderMap) -> Option<&str> {
    let value = headers
        .get("accept-version")
        .or_else(|| headers.get("x-api-version"))?;
    value.to_str().ok().or(Some("(unreadable)"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::docker::table::ROUTES;
    use http::HeaderValue;

    fn check(request: &str, headers: &HeaderMap) -> String {
        let (method, path) = request.split_once(' ').expect("method and path");
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        match Router::new(ROUTES).find(&method, path, headers, false) {
            Ok(found) => format!(
                "{} {:?} {:?}",
                found.route.name, found.version, found.params
            ),
            Err(Unrouted::Preflight { allow }) => format!("preflight {allow}"),
            Err(Unrouted::Failure { failure, allow }) => {
                let allow = allow.map_or(String::new(), |allow| format!(" allow {allow}"));
                format!("{} {}{allow}", failure.status.as_u16(), failure.message)
            }
        }
    }

    #[test]
    fn the_first_registered_pattern_wins() {
        for (request, expected) in [
            ("GET /info", "info None []"),
            ("GET /v1.24/info", "info Some(\"v1.24\") []"),
            ("GET /vgolden/info", "info Some(\"vgolden\") []"),
            ("GET /1.24/info", "404 /1.24/info does not exist"),
            ("GET /v/info", "404 /v/info does not exist"),
            ("GET /version", "version None []"),
            ("GET /volumes/info", "info Some(\"volumes\") []"),
            ("GET /volumes/x", "volume inspect None [\"x\"]"),
            ("GET /v1.24/ca.pem", "404 /v1.24/ca.pem does not exist"),
            ("GET /ca.pem", "ca None []"),
            ("GET /containers/json", "container list None []"),
            (
                "GET /containers/a%2Fb/json",
                "container inspect None [\"a/b\"]",
            ),
            (
                "DELETE /containers/json",
                "container delete None [\"json\"]",
            ),
            (
                "DELETE /v1.20/containers//a/b",
                "container delete link by name Some(\"v1.20\") [\"a\", \"b\"]",
            ),
            ("GET /images/a/b/json", "image inspect None [\"a/b\"]"),
            ("DELETE /images/json/", "image delete None [\"json/\"]"),
            ("GET /networks/create", "network inspect None [\"create\"]"),
            ("GET /volumes/%e9", "500 URI malformed"),
        ] {
            assert_eq!(check(request, &HeaderMap::new()), expected, "{request}");
        }
    }

    #[test]
    fn known_paths_and_unknown_ones_are_told_apart() {
        for (request, expected) in [
            ("GET /nosuch", "404 /nosuch does not exist"),
            (
                "POST /v1.24/swarm/init",
                "404 /v1.24/swarm/init does not exist",
            ),
            (
                "GET /containers/json/",
                "404 /containers/json/ does not exist",
            ),
            ("HEAD /_ping", "405 HEAD is not allowed allow GET"),
            ("HEAD /containers/json", "405 HEAD is not allowed allow GET"),
            ("GET /images/json/", "405 GET is not allowed allow DELETE"),
            ("GET /images/get", "405 GET is not allowed allow DELETE"),
            ("POST /images/load", "405 POST is not allowed allow DELETE"),
            (
                "POST /containers/x/update",
                "405 POST is not allowed allow DELETE",
            ),
            (
                "POST /containers/prune",
                "405 POST is not allowed allow DELETE",
            ),
            (
                "POST /volumes/prune",
                "405 POST is not allowed allow DELETE, GET",
            ),
            (
                "POST /v1.24/containers/x/archive",
                "405 POST is not allowed allow GET, PUT, HEAD",
            ),
            (
                "PUT /networks/x",
                "405 PUT is not allowed allow GET, DELETE",
            ),
            ("DELETE /x", "404 /x does not exist"),
            ("OPTIONS /info", "405 OPTIONS is not allowed allow GET"),
            ("BREW /info", "405 BREW is not allowed allow GET"),
            (
                "GET /v1.24/containers/x/attach/ws",
                "404 /v1.24/containers/x/attach/ws does not exist",
            ),
        ] {
            assert_eq!(check(request, &HeaderMap::new()), expected, "{request}");
        }
    }

    #[test]
    fn the_router_has_a_version_of_its_own() {
        let mut headers = HeaderMap::new();
        headers.insert("x-api-version", HeaderValue::from_static("~0.7"));
        assert_eq!(check("GET /info", &headers), "info None []");
        headers.insert("accept-version", HeaderValue::from_static("~8"));
        assert_eq!(
            check("GET /v1.24/info", &headers),
            "400 ~8 is not supported by GET /v1.24/info"
        );
        assert_eq!(check("GET /x", &headers), "404 /x does not exist");
    }

    #[test]
    fn a_preflight_needs_an_origin_and_a_method_that_exists() {
        let mut headers = HeaderMap::new();
        headers.insert("origin", HeaderValue::from_static("http://x"));
        headers.insert(
            "access-control-request-method",
            HeaderValue::from_static("PUT"),
        );
        assert_eq!(
            check("OPTIONS /containers/a/archive", &headers),
            "preflight GET, PUT, HEAD"
        );
        assert_eq!(
            check("OPTIONS /info", &headers),
            "405 OPTIONS is not allowed allow GET"
        );
        headers.insert(
            "access-control-request-headers",
            HeaderValue::from_static("Accept, x-other"),
        );
        assert_eq!(
            check("OPTIONS /containers/a/archive", &headers),
            "405 OPTIONS is not allowed allow GET, PUT, HEAD"
        );
    }
}
