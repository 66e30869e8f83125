//! Choosing a container's package (placement.md 4).

use super::Package;
use crate::change::Change;
use crate::state::State;
use crate::{AccountId, Error, PackageId, Reply};
use std::sync::Arc;
use uuid::Uuid;

const MIB: f64 = 1_048_576.0;

impl Change {
    /// Offers a package to users, or does so no more: containers that have it keep it.
    pub(crate) fn offer_package(&mut self, id: PackageId, active: bool) -> Result<Reply, Error> {
        let mut packages = self.state.packages.iter_mut();
        let package = packages.find(|package| package.id == id);
        let package = package.ok_or_else(|| Error::NoSuchPackage(id.to_string()))?;
        Arc::make_mut(package).active = active;
        Ok(Reply::Empty)
    }
}

impl State {
    /// The packages an account may use, in the order of the package service.
    pub(crate) fn packages_of(&self, account: AccountId) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .map(Arc::as_ref)
            .filter(move |package| package.is_visible_to(account))
    }

    /// The package for a create: by the label `com.joyent.package` of the request, else by memory.
    pub(crate) fn choose_package(
        &self,
        account: AccountId,
        label: Option<&str>,
        memory_bytes: Option<f64>,
    ) -> Result<&Package, Error> {
        match label {
            Some(label) => self.package_by_label(account, label),
            None => self.package_by_memory(account, memory_bytes),
        }
    }

    /// A UUID, else a name, else the first 8 digits of a UUID (PLC-06).
    fn package_by_label(&self, account: AccountId, label: &str) -> Result<&Package, Error> {
        if !is_package_name(label) {
            let text = format!("invalid value for com.joyent.package: {label}");
            return Err(Error::Plain(text));
        }
        let no_match = || Error::Plain("no packages match parameters".to_owned());
        let ambiguous = || Error::NoSufficientPackage(format!("com.joyent.package={label}"));
        if let Some(id) = dashed_uuid(label) {
            let mut packages = self.packages_of(account);
            return packages
                .find(|package| package.id.0 == id)
                .ok_or_else(no_match);
        }
        let named: Vec<&Package> = self
            .packages_of(account)
            .filter(|package| package.name == label)
            .collect();
        let short: Vec<&Package> = self
            .packages_of(account)
            .filter(|package| is_short_uuid(label) && package.id.to_string().starts_with(label))
            .collect();
        match (named.as_slice(), short.as_slice()) {
            ([], []) => Err(no_match()),
            ([package], _) | (_, [package]) => Ok(package),
            _ => Err(ambiguous()),
        }
    }

    /// The smallest eligible package with at least that much RAM; the first listed of equal ones (PLC-03).
    fn package_by_memory(&self, account: AccountId, bytes: Option<f64>) -> Result<&Package, Error> {
        let prefix = &self.settings.package_prefix;
        let eligible = || {
            self.packages_of(account)
                .filter(|package| package.name.starts_with(prefix.as_str()))
        };
        if eligible().next().is_none() {
            return Err(Error::Plain("no packages match parameters".to_owned()));
        }
        let asked = bytes.filter(|bytes| *bytes != 0.0 && !bytes.is_nan());
        let target_mib = asked.map_or(to_f64(self.settings.default_memory_mib), |bytes| {
            bytes / MIB
        });
        eligible()
            .filter(|package| to_f64(package.memory_mib) >= target_mib)
            .min_by_key(|package| package.memory_mib)
            .ok_or_else(|| {
                Error::NoSufficientPackage(format!("memory={}", humanised(target_mib * MIB)))
            })
    }
}

fn to_f64(mib: u64) -> f64 {
    // Exact below 2^53 MiB.
    mib as f64
}

/// Letters and digits at both ends, `_ - .` inside but never two of these in a row, two characters at least.
pub fn is_package_name(text: &str) -> bool {
    let special = |c: u8| b"_-.".contains(&c);
    let bytes = text.as_bytes();
    let [first, .., last] = bytes else {
        return false;
    };
    first.is_ascii_alphanumeric()
        && last.is_ascii_alphanumeric()
        && bytes
            .iter()
            .all(|c| c.is_ascii_alphanumeric() || special(*c))
        && !bytes
            .windows(2)
            .any(|pair| pair.iter().all(|c| special(*c)))
}

/// A lower-case UUID with dashes.
fn dashed_uuid(text: &str) -> Option<Uuid> {
    let id: Uuid = text.parse().ok()?;
    (id.to_string() == text).then_some(id)
}

fn is_short_uuid(text: &str) -> bool {
    text.len() == 8 && text.bytes().all(|c| matches!(c, b'0'..=b'9' | b'a'..=b'f'))
}

/// Bytes with the largest unit, the fraction cut: `65g`.
fn humanised(bytes: f64) -> String {
    let mut amount = bytes;
    let mut units = ["b", "k", "m", "g", "t"].into_iter();
    let mut unit = units.next().unwrap_or_default();
    for larger in units {
        if amount < 1024.0 {
            break;
        }
        amount /= 1024.0;
        unit = larger;
    }
    format!("{:.0}{unit}", amount.trunc())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{PackageId, ZoneConfig};

    fn account() -> AccountId {
        AccountId(Uuid::from_u128(1))
    }

    fn chosen(state: &State, label: Option<&str>, mib: Option<f64>) -> Result<String, String> {
        let bytes = mib.map(|mib| mib * MIB);
        let package = state.choose_package(account(), label, bytes);
        package
            .map(|package| package.name.clone())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn memory_is_rounded_up_to_a_package() {
        let state = State::new(ZoneConfig::default(), 1);
        let check = |mib, name: &str| assert_eq!(chosen(&state, None, mib).as_deref(), Ok(name));
        check(None, "sample-1G");
        check(Some(0.0), "sample-1G");
        check(Some(f64::NAN), "sample-1G");
        check(Some(1.0), "sample-128M");
        check(Some(-5.0), "sample-128M");
        check(Some(128.0), "sample-128M");
        check(Some(128.5), "sample-256M");
        check(Some(1025.0), "sample-2G");
        check(Some(65536.0), "sample-64G");
    }

    #[test]
    fn too_much_memory_is_refused_with_the_humanised_size() {
        let state = State::new(ZoneConfig::default(), 1);
        let check = |mib, size: &str| {
            let text =
                format!("no package supports the given container constraints: memory={size}");
            assert_eq!(chosen(&state, None, Some(mib)), Err(text));
        };
        check(65.0 * 1024.0, "65g");
        check(66000.0, "64g");
        check(f64::INFINITY, "inft");
    }

    #[test]
    fn a_label_is_a_uuid_a_name_or_eight_digits() {
        let mut config = ZoneConfig::default();
        let id = Uuid::from_u128(0x12345678_0000_4000_8000_000000000000);
        config.packages[3].id = PackageId(id);
        config.packages[5].name = "12345678".to_owned();
        config.packages[6].active = false;
        let state = State::new(config, 1);
        let check = |label: &str, found| assert_eq!(chosen(&state, Some(label), Some(9e9)), found);
        let none = || Err("no packages match parameters".to_owned());
        check(&id.to_string(), Ok("sample-1G".into()));
        check("sample-2G", Ok("sample-2G".into()));
        check("12345678", Ok("12345678".into()));
        check("sample-8G", none());
        check("nosuch", none());
        for bad in [
            "_bacon",
            "bacon-",
            "bacon!",
            "\t",
            ".",
            "",
            "hello--world",
            "a",
        ] {
            let text = format!("invalid value for com.joyent.package: {bad}");
            check(bad, Err(text));
        }
    }

    #[test]
    fn two_versions_of_one_name_are_ambiguous() {
        let mut config = ZoneConfig::default();
        config.packages[1].name = "sample-2G".to_owned();
        let state = State::new(config, 1);
        let text =
            "no package supports the given container constraints: com.joyent.package=sample-2G";
        assert_eq!(
            chosen(&state, Some("sample-2G"), None),
            Err(text.to_owned())
        );
    }

    #[test]
    fn packages_of_others_are_not_offered() {
        let mut config = ZoneConfig::default();
        for package in &mut config.packages {
            package.owners = vec![AccountId(Uuid::from_u128(2))];
        }
        let state = State::new(config, 1);
        let none = Err("no packages match parameters".to_owned());
        assert_eq!(chosen(&state, None, None), none);
        assert_eq!(chosen(&state, Some("sample-1G"), None), none);
    }
}
