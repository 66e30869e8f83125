//! Labels become tags (containers.md 5).

use crate::container::{LABEL_PREFIX, Tag, of_all};
use crate::{CreateRequest, Error, LabelValue};
use std::collections::BTreeMap;

/// The label that chooses the package; it is never stored.
const PACKAGE: &str = "com.joyent.package";

/// What a special tag holds.
#[derive(Clone, Copy)]
enum Kind {
    Text,
    Flag,
    Services,
    ReversePointer,
}

const SPECIAL: [(&str, Kind); 6] = [
    ("triton.cmon.groups", Kind::Text),
    ("triton.cns.disable", Kind::Flag),
    ("triton.cns.reverse_ptr", Kind::ReversePointer),
    ("triton.cns.services", Kind::Services),
    ("triton.network.public", Kind::Text),
    ("triton.placement.exclude_virtual_servers", Kind::Flag),
];

/// The value of a label of the request that is text.
pub(super) fn text<'a>(request: &'a CreateRequest, key: &str) -> Option<&'a str> {
    let labels = request.labels.iter();
    labels
        .filter(|(name, _)| name == key)
        .find_map(|(_, value)| match value {
            LabelValue::Text(text) => Some(text.as_str()),
            LabelValue::Json(_) => None,
        })
}

/// The tags of a new instance: the image's labels, then those of the request, whose faults are collected.
pub(super) fn tags(
    image: &[(String, String)],
    request: &[(String, LabelValue)],
) -> Result<BTreeMap<String, Tag>, Error> {
    let mut tags = of_all();
    for (key, value) in image.iter().filter(|(key, _)| key != PACKAGE) {
        let (key, tag) = image_tag(key, value);
        tags.insert(key, tag);
    }
    let mut faults = Vec::new();
    for (key, value) in request {
        match own_tag(key, value) {
            Ok(Some((key, tag))) => {
                tags.insert(key, tag);
            }
            Ok(None) => {}
            Err(fault) => faults.push(fault),
        }
    }
    match faults.as_slice() {
        [] => Ok(tags),
        [fault] => Err(Error::Validation(format!("invalid label: {fault}"))),
        _ => {
            let text = format!("invalid labels: {}", faults.join("; "));
            Err(Error::Validation(text))
        }
    }
}

/// An image's special labels never refuse a create: what does not fit stays text (network.md 10.7).
fn image_tag(key: &str, value: &str) -> (String, Tag) {
    if !key.starts_with("triton.") {
        return (format!("{LABEL_PREFIX}{key}"), Tag::Text(value.to_owned()));
    }
    let tag = special_tag(key, value).unwrap_or_else(|_| Tag::Text(value.to_owned()));
    (key.to_owned(), tag)
}

fn own_tag(key: &str, value: &LabelValue) -> Result<Option<(String, Tag)>, String> {
    let value = match value {
        LabelValue::Text(value) => value,
        LabelValue::Json(json) => {
            return Err(format!("label \"{key}\" value is not a string: {json}"));
        }
    };
    if key == PACKAGE {
        return Ok(None);
    }
    if key.starts_with("triton.") {
        return Ok(Some((key.to_owned(), special_tag(key, value)?)));
    }
    let tag = Tag::Text(value.clone());
    Ok(Some((format!("{LABEL_PREFIX}{key}"), tag)))
}

fn special_tag(key: &str, value: &str) -> Result<Tag, String> {
    let kind = SPECIAL.iter().find(|(name, _)| *name == key);
    let (_, kind) = kind.ok_or_else(|| format!("Unrecognized special triton tag \"{key}\""))?;
    let text = || Tag::Text(value.to_owned());
    match kind {
        Kind::Text => Ok(text()),
        Kind::Flag => match value {
            "true" => Ok(Tag::Flag(true)),
            "false" => Ok(Tag::Flag(false)),
            _ => Err(format!(
                "Triton tag \"{key}\" value must be \"true\" or \"false\": \"{value}\""
            )),
        },
        Kind::Services => check_services(value)
            .map(|()| text())
            .map_err(|fault| format!("invalid \"{key}\" tag: {fault}")),
        Kind::ReversePointer if is_dns_name(value) => Ok(text()),
        Kind::ReversePointer => Err(format!(
            "invalid \"{key}\" tag: \"{value}\" is not DNS safe"
        )),
    }
}

/// `name[:port][:property=value]…`, comma-separated.
fn check_services(value: &str) -> Result<(), String> {
    value.split(',').try_for_each(|service| {
        let mut parts = service.trim().split(':');
        let name = parts.next().unwrap_or_default();
        if name.is_empty() || !name.split('.').all(is_dns_label) && name.len() <= 63 {
            return Err(format!("expected a service name but found \"{name}\""));
        }
        if name.len() > 63 {
            return Err(format!(
                "service DNS name \"{name}\" must be 63 or fewer characters"
            ));
        }
        parts.try_for_each(|part| check_service_part(name, part))
    })
}

fn check_service_part(name: &str, part: &str) -> Result<(), String> {
    let number = |text: &str, least: u32| text.parse().is_ok_and(|n: u32| n >= least && n <= 65535);
    match part.split_once('=') {
        None if number(part, 1) => Ok(()),
        None if part.bytes().all(|c| c.is_ascii_digit()) && !part.is_empty() => Err(format!(
            "service port number for {name} must be within the range 1 - 65535"
        )),
        None => Err(format!("expected a port number but found \"{part}\"")),
        Some(("port", value)) if number(value, 1) => Ok(()),
        Some(("port", _)) => Err(format!(
            "service port number for {name} must be within the range 1 - 65535"
        )),
        Some(("priority" | "weight", value)) if number(value, 0) => Ok(()),
        Some((property @ ("priority" | "weight"), _)) => Err(format!(
            "service {property} for {name} must be within the range 0 - 65535"
        )),
        Some((property, _)) => Err(format!(
            "service property \"{property}\" is not a valid property name"
        )),
    }
}

fn is_dns_name(name: &str) -> bool {
    name.len() <= 255 && name.split('.').all(is_dns_label)
}

fn is_dns_label(label: &str) -> bool {
    !label.is_empty()
        && label
            .bytes()
            .all(|c| c.is_ascii_alphanumeric() || c == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::labels_of;

    fn own(labels: &[(&str, &str)]) -> Result<BTreeMap<String, Tag>, String> {
        let labels: Vec<(String, LabelValue)> = labels
            .iter()
            .map(|(key, value)| ((*key).to_owned(), LabelValue::Text((*value).to_owned())))
            .collect();
        tags(&[("a".to_owned(), "image".to_owned())], &labels).map_err(|error| error.to_string())
    }

    #[test]
    fn labels_come_back_from_tags() {
        let tags = own(&[
            ("a", "own"),
            ("b", ""),
            ("triton.cns.disable", "true"),
            ("com.joyent.package", "sample-1G"),
        ]);
        let labels = labels_of(&tags.expect("good labels"));
        let expected = [("a", "own"), ("b", ""), ("triton.cns.disable", "true")];
        let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
        assert_eq!(labels, BTreeMap::from(expected));
    }

    #[test]
    fn faults_have_their_texts_and_are_joined() {
        let check = |labels: &[(&str, &str)], text: &str| {
            assert_eq!(own(labels), Err(text.to_owned()));
        };
        check(
            &[("triton.cns.disable", "yes")],
            r#"invalid label: Triton tag "triton.cns.disable" value must be "true" or "false": "yes""#,
        );
        check(
            &[("triton.foo", "x"), ("triton.cns.services", "www:99999")],
            "invalid labels: Unrecognized special triton tag \"triton.foo\"; invalid \"triton.cns.services\" tag: \
service port number for www must be within the range 1 - 65535",
        );
        check(
            &[("triton.cns.reverse_ptr", "a b")],
            r#"invalid label: invalid "triton.cns.reverse_ptr" tag: "a b" is not DNS safe"#,
        );
    }

    #[test]
    fn values_that_are_no_text_are_refused() {
        let labels = [("n".to_owned(), LabelValue::Json("12".to_owned()))];
        let error = tags(&[], &labels).expect_err("a number");
        assert_eq!(
            error.to_string(),
            r#"invalid label: label "n" value is not a string: 12"#
        );
    }
}
