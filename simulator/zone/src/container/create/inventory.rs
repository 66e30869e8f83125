//! What the inventory refuses (containers.md 2, step 17). All fields are listed together.

use crate::change::Change;
use crate::container::name::{duplicate_fault, name_fault};
use crate::container::{Brand, ContainerConfig};
use crate::error::FieldFault;
use crate::{AccountId, Action, Cause, Error, Package};

const HOSTNAME_LENGTH: usize = 64;
const DOMAIN_LENGTH: usize = 255;

pub(super) fn check(
    change: &Change,
    account: AccountId,
    name: &str,
    config: &ContainerConfig,
    package: &Package,
) -> Result<(), Error> {
    let taken = change.is_name_taken(account, name);
    let domain = Some(config.domainname.as_str()).filter(|domain| !domain.is_empty());
    let faults: Vec<FieldFault> = [
        name_fault(name).or_else(|| taken.then(duplicate_fault)),
        host_fault("hostname", &config.hostname, HOSTNAME_LENGTH),
        domain.and_then(|domain| host_fault("dns_domain", domain, DOMAIN_LENGTH)),
        brand_fault(config.brand, package),
    ]
    .into_iter()
    .flatten()
    .collect();
    if !faults.is_empty() {
        return Err(Error::InvalidInstance(faults));
    }
    if config.extra_hosts.iter().any(|entry| !entry.contains(':')) {
        let (action, cause) = (Action::Create, Cause::Internal);
        return Err(Error::Failed { action, cause });
    }
    Ok(())
}

/// CTR-39: labels of letters, digits and `-`, 63 characters each, none beginning with `-`.
fn host_fault(field: &'static str, value: &str, limit: usize) -> Option<FieldFault> {
    let message = if value.len() > limit {
        format!("String is longer than maximum of {limit} characters")
    } else if !value.split('.').all(is_label) {
        let regexp = r"/^[a-z0-9][a-z0-9\-]{0,62}(?:\.[a-z0-9][a-z0-9\-]{0,62})*$/i";
        format!("String does not match regexp: {regexp}")
    } else {
        return None;
    };
    Some(FieldFault {
        field,
        code: "Invalid",
        message,
    })
}

fn is_label(label: &str) -> bool {
    label.len() <= 63
        && label.starts_with(|c: char| c.is_ascii_alphanumeric())
        && label
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || c == b'-')
}

fn brand_fault(own: Brand, package: &Package) -> Option<FieldFault> {
    let own = own.name();
    let brand = package.brand.as_deref().filter(|brand| *brand != own)?;
    Some(FieldFault {
        field: "brand",
        code: "Invalid",
        message: format!("Package requires brand \"{brand}\", but brand \"{own}\" was specified"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn host_names_follow_the_rule() {
        let text = |value: &str| host_fault("hostname", value, HOSTNAME_LENGTH);
        for good in ["a", "A-1", "a.b", &"a".repeat(63), "0123456789ab"] {
            assert_eq!(text(good), None, "{good}");
        }
        for bad in ["", "a_b", "-a", "a..b", "a.", &"a".repeat(64)] {
            let message = text(bad).expect("a fault").message;
            assert!(
                message.starts_with("String does not match regexp: /^[a-z0-9]"),
                "{bad}"
            );
        }
        let message = text(&"a.".repeat(33)).expect("a fault").message;
        assert_eq!(message, "String is longer than maximum of 64 characters");
    }
}
