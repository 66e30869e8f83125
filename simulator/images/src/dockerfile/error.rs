//! Why a build fails.

use rootfs::{ArchiveError, FsError};
use thiserror::Error;

/// One reason why a build, or a commit's change, fails. Its text is what clients see behind `Build failed: `
/// (images.md 16.3, 16.4, 17).
#[derive(Debug, Error)]
pub enum BuildError {
    /// The Dockerfile has no bytes; its name.
    #[error("The Dockerfile ({0}) cannot be empty")]
    EmptyDockerfile(String),
    /// The Dockerfile has more bytes than it may have.
    #[error("Dockerfile exceeds max length: {0}")]
    LongDockerfile(u64),
    /// The Dockerfile has more instructions than it may have.
    #[error("Dockerfile exceeds max instructions: {0}")]
    ManyInstructions(usize),
    /// The context has no such Dockerfile.
    #[error("Error: No such file or directory '{0}'")]
    NoDockerfile(String),
    /// The Dockerfile's path leads out of the context.
    #[error("Forbidden path outside the build context: {0}")]
    ForbiddenDockerfile(String),
    /// The `escape` directive names another character than the two it may name.
    #[error("invalid ESCAPE \"{0}\". Must be ` or \\")]
    InvalidEscape(char),
    /// There are two `escape` directives.
    #[error("only one escape parser directive can be used")]
    SeveralEscapes,
    /// An instruction that the zone has not (IMG-70).
    #[error("Unknown instruction: {0}")]
    UnknownInstruction(String),
    /// Something stands before the first `FROM`.
    #[error("Please provide a source image with `from` prior to commit")]
    FromNotFirst,
    /// There is no instruction, or only `FROM scratch`.
    #[error("No image was generated. Is your Dockerfile empty?")]
    NoImage,
    /// An instruction stands alone that cannot.
    #[error("{0} requires at least one argument")]
    NoArgument(String),
    /// `ENV name` or `LABEL name`.
    #[error("{0} must have two arguments")]
    NoValue(String),
    /// A word without `=` among words with it.
    #[error("Syntax error - can't find = in {0:?}. Must be of the form: name=value")]
    NoEqualsSign(String),
    /// `${name` is followed by neither `}` nor `:`.
    #[error("Missing \":\" in substitution: {0}")]
    MissingColon(String),
    /// `${name:C` with another character than `-` and `+`.
    #[error("Unsupported modifier ({modifier}) in substitution: {word}")]
    UnsupportedModifier {
        /// The character, or nothing at the end of the word.
        modifier: String,
        /// All of the word.
        word: String,
    },
    /// Replaced variables have made an instruction longer than this; bytes.
    #[error("Substitution exceeds max length: {0}")]
    LongSubstitution(usize),
    /// An image's configuration has more bytes than it may have.
    #[error("Image configuration exceeds max length: {0}")]
    LongConfiguration(usize),
    /// `ARG` with none or several.
    #[error("ARG requires exactly one argument definition")]
    OneArgument,
    /// Build arguments that no `ARG` has declared (IMG-78).
    #[error("One or more build-args [{}] were not consumed, failing build.", .0.join(","))]
    UnusedBuildArgs(Vec<String>),
    /// A range of ports that ends before it begins.
    #[error("Invalid containerPort: {0}")]
    ReversedPorts(String),
    /// `VOLUME` with an empty path.
    #[error("Volume specified can not be an empty string")]
    EmptyVolume,
    /// `ADD` or `COPY` without a destination.
    #[error("Invalid {0} format - at least two arguments required")]
    TwoArguments(String),
    /// No file matches the patterns.
    #[error("No source files were specified")]
    NoSources,
    /// Several files for what is no directory.
    #[error(
        "When using {0} with more than one source file, the destination must be a directory and end with a /"
    )]
    NotADirectory(String),
    /// A source is not in the context.
    #[error("stat {0}: no such file or directory")]
    MissingSource(String),
    /// A source leads out of the context. The trailing blank is the zone's (IMG-78).
    #[error("Forbidden path outside the build context: {0} ")]
    ForbiddenSource(String),
    /// `COPY URL`.
    #[error("Source can't be a URL for {0}")]
    UrlSource(String),
    /// `ADD URL` (IMG-59): the instruction as JSON.
    #[error("Not implemented: Add Remote: {0}")]
    AddRemote(String),
    /// A trigger of a base image is not one instruction.
    #[error("Expected 1 command for OnBuild trigger {trigger:?}, got {count}")]
    Trigger {
        /// The trigger.
        trigger: String,
        /// How many instructions it is.
        count: usize,
    },
    /// A command of `RUN` has failed.
    #[error("The command '{command}' returned a non-zero code: {code}")]
    CommandFailed {
        /// Its words, joined by blanks.
        command: String,
        /// Its exit code.
        code: i32,
    },
    /// A commit's change that only a Dockerfile may have.
    #[error("{0} is not a valid change command")]
    NotAChange(String),
    /// The `labels` parameter is no JSON object of strings.
    #[error("Error parsing labels: {0}")]
    Labels(serde_json::Error),
    /// The `buildargs` parameter is no JSON object of strings.
    #[error("Error parsing buildargs: {0}")]
    BuildArgs(serde_json::Error),
    /// An image's configuration is no JSON object.
    #[error("invalid image configuration: {0}")]
    Configuration(serde_json::Error),
    /// The body is no archive, or one that is refused.
    #[error("invalid build context: {0}")]
    Context(ArchiveError),
    /// `ADD` of what should be an archive (IMG-75).
    #[error("could not unpack {path}: {source}")]
    Unpack {
        /// The source's path in the context.
        path: String,
        /// Why.
        source: ArchiveError,
    },
    /// A file cannot be made, or read.
    #[error("could not copy {path}: {source}")]
    Copy {
        /// The path in the container.
        path: String,
        /// Why.
        source: FsError,
    },
}
