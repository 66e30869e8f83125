//! The language of Dockerfiles and what its instructions do to an image's configuration (images.md 16.4, 16.5, 17).
//!
//! A build goes over [`Dockerfile::instructions`]. For each one it prints [`Instruction::step_text`], calls
//! [`Instruction::check`], replaces variables with [`Instruction::substitute`], does what the instruction says and
//! keeps the result: [`Document::apply`] for metadata, [`Document::record`] for every step. What a step is called in
//! the cache and in the history is [`Instruction::command`].
//!
//! ```
//! use images::dockerfile::{BuildArgs, Document, Dockerfile, Step};
//!
//! let dockerfile = Dockerfile::parse("Dockerfile", b"FROM scratch\nENV a=1 b=2\nLABEL both=$a$b\n")?;
//! let args = BuildArgs::default();
//! let mut document = Document::scratch();
//! for (index, instruction) in dockerfile.instructions.iter().enumerate() {
//!     instruction.check(index == 0)?;
//!     let instruction = instruction.substitute(&document.environment(), &args)?;
//!     document.apply(&instruction)?;
//!     let command = instruction.command(&args, None);
//!     document.record(&Step::metadata(&command, None, "2017-01-01T00:00:00Z"))?;
//! }
//! assert_eq!(document.labels()["both"], "12");
//! # Ok::<(), images::dockerfile::BuildError>(())
//! ```

mod build_args;
mod change;
mod command;
mod document;
mod error;
mod excluded;
mod instruction;
mod lines;
mod parse;
mod shell_word;
mod substitute;
mod words;

pub use build_args::BuildArgs;
pub use change::parse_changes;
pub(crate) use document::paths::join;
pub use document::{Document, PACKAGE_LABEL, Step, parse_labels};
pub use error::BuildError;
pub use excluded::EXCLUDED_FROM_LAYERS;
pub use instruction::{Arguments, Instruction, Keyword};
pub use parse::{DOCKERFILE_BYTES_MAX, Dockerfile, INSTRUCTIONS_MAX};
