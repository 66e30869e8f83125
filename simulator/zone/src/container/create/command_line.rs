//! Command and entrypoint (containers.md 6.1).

/// `(cmd, entrypoint)` from those of the request, which may be absent, and those of the image. An empty array
/// counts as given (CTR-37); an entrypoint alone drops the image's command.
pub(super) fn merge_command(
    (cmd, entrypoint): (Option<&[String]>, Option<&[String]>),
    (image_cmd, image_entrypoint): (&[String], &[String]),
) -> (Vec<String>, Vec<String>) {
    let cmd = match (cmd, entrypoint) {
        (Some(cmd), _) => cmd,
        (None, Some(_)) => &[],
        (None, None) => image_cmd,
    };
    (
        cmd.to_vec(),
        entrypoint.unwrap_or(image_entrypoint).to_vec(),
    )
}

#[cfg(test)]
mod tests {
    use super::merge_command;

    #[test]
    fn given_arrays_win_even_when_empty() {
        let words =
            |text: &str| -> Vec<String> { text.split_whitespace().map(str::to_owned).collect() };
        let check = |cmd: Option<&str>, entrypoint: Option<&str>, expected: (&str, &str)| {
            let (cmd, entrypoint) = (cmd.map(words), entrypoint.map(words));
            let merged = merge_command(
                (cmd.as_deref(), entrypoint.as_deref()),
                (&words("c"), &words("e")),
            );
            assert_eq!(merged, (words(expected.0), words(expected.1)));
        };
        check(None, None, ("c", "e"));
        check(Some("C"), None, ("C", "e"));
        check(None, Some("E"), ("", "E"));
        check(Some("C"), Some("E"), ("C", "E"));
        check(Some(""), None, ("", "e"));
        check(Some(""), Some(""), ("", ""));
        check(None, Some(""), ("", ""));
    }
}
