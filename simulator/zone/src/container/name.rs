//! Names of containers (containers.md 4).

use crate::change::Change;
use crate::error::FieldFault;
use crate::job::Begun;
use crate::{AccountId, Error, Reply};
use runtime::InstanceId;
use std::sync::Arc;

/// Longest name.
const NAME_LENGTH: usize = 189;

fn first(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

fn inner(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_.-".contains(c)
}

/// Whether a rename to `name` passes the front end: two characters at least, one leading slash allowed.
pub(super) fn is_new_name(name: &str) -> bool {
    let name = name.strip_prefix('/').unwrap_or(name);
    name.len() >= 2 && name.starts_with(first) && name.chars().skip(1).all(inner)
}

/// What the inventory has against a name.
pub(super) fn name_fault(name: &str) -> Option<FieldFault> {
    let invalid = |message: String| FieldFault {
        field: "alias",
        code: "Invalid",
        message,
    };
    if name.len() > NAME_LENGTH {
        return Some(invalid(format!(
            "String is longer than maximum of {NAME_LENGTH} characters"
        )));
    }
    let good = name.starts_with(first) && name.chars().skip(1).all(inner);
    (!good).then(|| {
        invalid(r"String does not match regexp: /^[a-zA-Z0-9][a-zA-Z0-9\_\.\-]*$/".to_owned())
    })
}

/// The account has an instance of that name (CTR-03).
pub(super) fn duplicate_fault() -> FieldFault {
    FieldFault {
        field: "alias",
        code: "Duplicate",
        message: "Already exists for this owner_uuid".to_owned(),
    }
}

impl Change {
    pub(crate) fn is_name_taken(&self, account: AccountId, name: &str) -> bool {
        let key = (account, Arc::from(name));
        self.state.container_names.contains_key(&key)
    }

    /// Gives a container another name; its links follow (CTRX-01: a leading slash is stripped).
    pub(crate) fn rename(&mut self, instance: InstanceId, name: &str) -> Result<Begun, Error> {
        let name = name.strip_prefix('/').unwrap_or(name);
        let Some(container) = self.state.container_of(instance) else {
            return Ok(Begun::Done(Reply::Empty));
        };
        let (owner, old) = (container.owner, Arc::clone(&container.name));
        let old_name = format!("/{old}");
        let taken = self.is_name_taken(owner, name);
        let fault = name_fault(name).or_else(|| taken.then(duplicate_fault));
        if let Some(fault) = fault {
            return Err(Error::InvalidRename(vec![fault]));
        }
        let name: Arc<str> = name.into();
        self.state.container_names.remove(&(owner, old));
        let key = (owner, Arc::clone(&name));
        self.state.container_names.insert(key, instance);
        self.rename_in_links(instance, &name);
        if let Some(container) = self.container_mut(instance) {
            container.name = name;
        }
        self.tell_container(instance, "rename", &[("oldName", old_name)]);
        Ok(Begun::Done(Reply::Empty))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_names_have_two_characters() {
        for good in ["ab", "/ab", "a.b-c_d", "0x"] {
            assert!(is_new_name(good), "{good}");
        }
        for bad in ["", "a", "/a", "//ab", "-ab", "a b", "é1"] {
            assert!(!is_new_name(bad), "{bad}");
        }
    }

    #[test]
    fn names_at_create_are_judged_by_the_inventory() {
        let text = |name: &str| name_fault(name).map(|fault| fault.to_string());
        assert_eq!(text("a"), None);
        assert_eq!(text(&"a".repeat(189)), None);
        assert_eq!(
            text("_a").as_deref(),
            Some(
                r#""alias" (Invalid) String does not match regexp: /^[a-zA-Z0-9][a-zA-Z0-9\_\.\-]*$/"#
            )
        );
        assert_eq!(
            text(&"a".repeat(190)).as_deref(),
            Some(r#""alias" (Invalid) String is longer than maximum of 189 characters"#)
        );
    }
}
