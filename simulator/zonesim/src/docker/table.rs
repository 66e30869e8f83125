//! Every route of the Docker endpoint, in registration order (docker-api.md 7 and 8).
//!
//! The order decides: the first match inside a method answers, and `Allow` of a 405 names the methods of the
//! first pattern that matches the path.

use super::route::{Access, Handler, Handling, Needs, Route, Verb, When};
use super::{build, ca, containers, exec, images, system};
use Needs::{Container, Network, Nothing};
use Verb::{Delete, Get, Head, Post, Put};

const fn route(method: Verb, pattern: &'static str, name: &'static str) -> Route {
    Route {
        method,
        pattern,
        name,
        when: When::Always,
        access: Access::Account,
        version_prefix: true,
        query: false,
        body: false,
        upload: false,
        hijack: false,
        handling: Handling::Todo,
    }
}

impl Route {
    const fn open(self) -> Self {
        let access = Access::Open;
        Self { access, ..self }
    }

    const fn when(self, when: When) -> Self {
        Self { when, ..self }
    }

    const fn unversioned(self) -> Self {
        let version_prefix = false;
        Self {
            version_prefix,
            ..self
        }
    }

    /// **Q**
    const fn query(self) -> Self {
        Self {
            query: true,
            ..self
        }
    }

    /// **B**
    const fn body(self) -> Self {
        Self { body: true, ..self }
    }

    const fn upload(self) -> Self {
        Self {
            upload: true,
            ..self
        }
    }

    const fn hijack(self) -> Self {
        Self {
            hijack: true,
            ..self
        }
    }

    const fn built(self, handler: Handler) -> Self {
        let handling = Handling::Built(handler);
        Self { handling, ..self }
    }

    const fn refused(self, feature: &'static str, needs: Needs) -> Self {
        let handling = Handling::NotImplemented { feature, needs };
        Self { handling, ..self }
    }
}

/// The route table.
pub(crate) static ROUTES: &[Route] = &[
    route(Get, "/_ping", "ping").open().built(system::ping),
    route(Head, "/_ping", "ping head")
        .open()
        .when(When::Extended)
        .built(system::ping),
    route(Post, "/auth", "auth").body().built(system::auth),
    route(Post, "/build", "build")
        .query()
        .upload()
        .built(build::build),
    route(Get, "/ca.pem", "ca")
        .open()
        .unversioned()
        .built(ca::certificate),
    route(Post, "/commit", "commit")
        .query()
        .built(images::commit),
    // Containers
    route(Get, "/containers/json", "container list")
        .query()
        .built(containers::list),
    route(Post, "/containers/create", "container create")
        .query()
        .body()
        .built(containers::create),
    route(Get, "/containers/:id/json", "container inspect").built(containers::inspect),
    route(Get, "/containers/:id/top", "container top")
        .query()
        .built(containers::top),
    route(Get, "/containers/:id/logs", "container logs")
        .query()
        .hijack()
        .built(containers::logs),
    route(Get, "/containers/:id/stats", "container stats")
        .query()
        .built(containers::stats),
    route(Get, "/containers/:id/changes", "container changes").refused("changes", Container),
    route(Get, "/containers/:id/export", "container export").refused("export", Container),
    route(Post, "/containers/:id/resize", "container resize")
        .query()
        .built(containers::resize),
    route(Post, "/containers/:id/start", "container start").built(containers::start),
    route(Post, "/containers/:id/stop", "container stop")
        .query()
        .built(containers::stop),
    route(Post, "/containers/:id/restart", "container restart")
        .query()
        .built(containers::restart),
    route(Post, "/containers/:id/kill", "container kill")
        .query()
        .built(containers::kill),
    route(Post, "/containers/:id/pause", "container pause").refused("pause", Container),
    route(Post, "/containers/:id/unpause", "container unpause").refused("unpause", Container),
    route(Post, "/containers/:id/attach", "container attach")
        .query()
        .hijack()
        .built(containers::attach),
    route(Post, "/containers/:id/wait", "container wait").built(containers::wait),
    route(Post, "/containers/:id/rename", "container rename")
        .query()
        .built(containers::rename),
    route(Post, "/containers/:id/exec", "exec create")
        .body()
        .built(exec::create),
    route(Post, "/containers/:id/copy", "container copy")
        .body()
        .built(containers::copy_file),
    route(Get, "/containers/:id/archive", "container archive get")
        .query()
        .built(containers::get_archive),
    route(Put, "/containers/:id/archive", "container archive put")
        .query()
        .upload()
        .built(containers::put_archive),
    route(Head, "/containers/:id/archive", "container archive head")
        .query()
        .built(containers::stat_archive),
    route(Delete, "/containers/:id", "container delete")
        .query()
        .built(containers::delete),
    route(Delete, "/containers/:id/:link", "container delete link").built(containers::delete_link),
    route(
        Delete,
        "/containers//:id/:link",
        "container delete link by name",
    )
    .built(containers::delete_link),
    route(Get, "/events", "event stream")
        .when(When::Extended)
        .query()
        .built(system::events),
    route(Get, "/events", "events")
        .open()
        .when(When::Plain)
        .refused("events", Nothing),
    // Exec instances
    route(Post, "/exec/:id/start", "exec start")
        .hijack()
        .built(exec::start),
    route(Post, "/exec/:id/resize", "exec resize")
        .query()
        .built(exec::resize),
    route(Get, "/exec/:id/json", "exec inspect").built(exec::inspect),
    // Images
    route(Get, "/images/json", "image list")
        .query()
        .built(images::list),
    route(Post, "/images/create", "image create")
        .query()
        .built(images::pull),
    route(Get, "/images/:name*/json", "image inspect").built(images::inspect),
    route(Get, "/images/:name*/history", "image history").built(images::history),
    route(Post, "/images/:name*/push", "image push")
        .query()
        .built(images::push),
    route(Post, "/images/:name*/tag", "image tag")
        .query()
        .built(images::tag),
    route(Delete, "/images/:name*", "image delete")
        .query()
        .built(images::delete),
    route(Get, "/images/search", "image search")
        .query()
        .built(images::search),
    route(Get, "/images/:name*/get", "image get").refused("image get", Nothing),
    route(Post, "/images/:name*/load", "image load").refused("image load", Nothing),
    route(Get, "/info", "info").built(system::info),
    // Networks
    route(Get, "/networks", "network list").query(),
    route(Get, "/networks/:id", "network inspect"),
    route(Post, "/networks/create", "network create")
        .query()
        .body()
        .refused("network create", Nothing),
    route(Delete, "/networks/:id", "network delete").refused("network rm", Network),
    route(Post, "/networks/:id/connect", "network connect").refused("network connect", Network),
    route(Post, "/networks/:id/disconnect", "network disconnect")
        .refused("network disconnect", Network),
    route(Post, "/networks/prune", "network prune").refused("network prune", Nothing),
    route(Get, "/version", "version").built(system::version),
    // Volumes. `Allow` of `/volumes/prune` is `DELETE, GET`: the deletion is registered first.
    route(Post, "/volumes/create", "volume create").body(),
    route(Get, "/volumes", "volume list").query(),
    route(Delete, "/volumes/:name%", "volume delete"),
    route(Get, "/volumes/:name%", "volume inspect"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn names_and_method_with_pattern_are_unique() {
        let names: BTreeSet<_> = ROUTES.iter().map(|route| route.name).collect();
        assert_eq!(names.len(), ROUTES.len());
        let places: BTreeSet<_> = ROUTES
            .iter()
            .map(|route| (route.method.as_str(), route.pattern, route.when))
            .collect();
        assert_eq!(places.len(), ROUTES.len());
    }
}
