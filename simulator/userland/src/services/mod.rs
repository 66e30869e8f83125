//! The services: servers, and other programs that images bring along, modelled as programs of the in-process Unix.
//!
//! A file that says it is one (`runtime::service_program`) runs it, whatever it is called by. A new service is a file
//! here and a line in [`TABLE`]: its name in such files, and its `main`. What a daemon needs is at hand:
//!
//! - [`program`] begins it: arguments, its version, and how it ends;
//! - [`text_file`] reads its configuration from its image's files;
//! - [`listen`] opens the sockets it listens at;
//! - [`serve`] accepts connections, a bounded number of them, hands each to the service as a [`stream`], and tells it
//!   of signals and of what is due; a service answers with the [`serve::Course`] to take;
//! - [`log_file`] appends to its logs, which images link to `/dev/stdout` and `/dev/stderr`;
//! - [`daemon`] puts it into the background, writes its pid file and reads it again;
//! - [`http`] is what web servers have in common.
//!
//! *Architecture Invariant:* a service waits only through the kernel's calls. It has no thread, no clock and no timer
//! of its own: a server without requests wakes nobody.

mod daemon;
mod hello;
mod http;
mod httpd;
mod ipmgmtd;
mod listen;
mod log_file;
mod nginx;
mod program;
mod redis;
mod serve;
mod stream;
mod text_file;

use crate::kernel::Main;

/// Every service by the name that its files give.
pub(crate) const TABLE: &[(&str, Main)] = &[
    ("nginx", nginx::main),
    ("httpd", httpd::main),
    ("redis-server", redis::server),
    ("redis-cli", redis::cli),
    ("hello", hello::main),
    ("ipmgmtd", ipmgmtd::main),
];
