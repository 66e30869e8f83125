//! The services as their clients see them: requests over sockets of the container, and what comes back.

#[expect(dead_code, reason = "other tests use what this one does not")]
mod root;

mod services {
    pub(crate) mod attacks;
    pub(crate) mod hello;
    pub(crate) mod httpd;
    pub(crate) mod nginx;
    pub(crate) mod redis;
    pub(crate) mod redis_cli;
    pub(crate) mod served;
    mod slices;
}
