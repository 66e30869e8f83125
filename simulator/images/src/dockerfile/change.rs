//! The changes of a commit (images.md 17).

use super::BuildError;
use super::instruction::{Instruction, Keyword};
use super::parse::instructions;

/// Reads the `changes` of a commit. Those that only a Dockerfile may have are refused, and then unknown ones.
pub fn parse_changes(changes: &[String]) -> Result<Vec<Instruction>, BuildError> {
    let instructions = instructions(changes.join("\n").as_bytes())?;
    if let Some(wrong) = instructions
        .iter()
        .find(|change| is_only_for_builds(change))
    {
        return Err(BuildError::NotAChange(wrong.name.clone()));
    }
    for change in &instructions {
        change.check(false)?;
    }
    Ok(instructions)
}

fn is_only_for_builds(instruction: &Instruction) -> bool {
    let keyword = instruction.keyword();
    matches!(
        keyword,
        Some(
            Keyword::Add
                | Keyword::Arg
                | Keyword::Copy
                | Keyword::From
                | Keyword::Maintainer
                | Keyword::Run
        )
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(changes: &[&str]) -> Result<Vec<Instruction>, BuildError> {
        let changes: Vec<String> = changes.iter().map(|change| (*change).to_owned()).collect();
        parse_changes(&changes)
    }

    #[test]
    fn metadata_may_be_changed() {
        let changes = [
            "CMD a",
            "ENTRYPOINT a",
            "env a b",
            "EXPOSE 1",
            "LABEL a=b",
            "ONBUILD RUN x",
            "USER a",
            "VOLUME /a",
            "WORKDIR /",
            "STOPSIGNAL 9",
        ];
        assert_eq!(parse(&changes).expect("they are good").len(), changes.len());
        assert!(parse(&[]).expect("nothing is good").is_empty());
    }

    #[test]
    fn what_only_a_dockerfile_may_have_is_refused_by_name() {
        for name in ["ADD", "ARG", "COPY", "FROM", "MAINTAINER", "RUN"] {
            let change = format!("{} x", name.to_lowercase());
            let error = parse(&["FOO x", "LABEL a=b", &change]).expect_err("it is refused");
            assert_eq!(
                error.to_string(),
                format!("{name} is not a valid change command")
            );
        }
        let error = parse(&["LABEL a=b", "shell x"]).expect_err("it is refused");
        assert_eq!(error.to_string(), "Unknown instruction: SHELL");
        let error = parse(&["LABEL a"]).expect_err("it is refused");
        assert_eq!(error.to_string(), "LABEL must have two arguments");
    }
}
