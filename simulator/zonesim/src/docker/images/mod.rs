//! Images: lists, names, and what goes to registries and comes from them.

mod commit;
mod committed;
mod credentials;
mod delete;
mod history;
mod inspect;
mod list;
mod login;
mod made;
mod messages;
mod names;
mod place;
mod pull;
mod pull_source;
mod push;
mod push_image;
mod search;
mod tag;

pub(crate) use commit::commit;
pub(crate) use delete::delete;
pub(crate) use history::history;
pub(crate) use inspect::inspect;
pub(crate) use list::list;
pub(crate) use login::{Login, log_in};
pub(crate) use pull::pull;
pub(crate) use push::push;
pub(crate) use search::search;
pub(crate) use tag::tag;

pub(super) use credentials::credentials;
pub(super) use made::{Base, changed_layer};
pub(super) use messages::Messages;
pub(super) use pull::{Pull, check_approval};
