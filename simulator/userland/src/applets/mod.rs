//! The applets: the programs of the image `busybox`, one file each, over the system calls in [`crate::kernel`].
//!
//! They behave as busybox 1.35 does: standard output, exit status and messages. The shell is elsewhere and shares
//! nothing with them but the kernel.

mod accounts;
mod args;
mod ask;
mod busybox;
mod calendar;
mod cat;
mod chmod;
mod clear;
mod context;
mod conversion;
mod cp;
mod cut;
mod date;
mod dd;
mod echo;
mod env;
mod escape;
mod expr;
mod find;
mod free;
mod glob;
mod grep;
mod head;
mod human;
mod id;
mod io;
mod kill;
mod ln;
mod ls;
mod mkdir;
mod mode;
mod mv;
mod numbers;
mod paths;
mod printf;
mod ps;
mod pwd;
mod rm;
mod run;
mod sed;
mod seq;
mod sleep;
mod sort;
mod spawn;
mod stat;
mod table;
mod tail;
mod tee;
mod test;
mod touch;
mod tr;
mod truth;
mod uname;
mod uniq;
mod walk;
mod wc;
mod xargs;
mod yes;

pub use table::table;
