//! What a conformance run found: the result model, the stream it is written to while the run
//! goes on, and the file it ends as.
//!
//! ```
//! use reports::{Record, RunHeader, Verdict};
//! let folder = tempfile::tempdir()?;
//! let mut stream = reports::Stream::create(folder.path(), RunHeader::default())?;
//! stream.push(Record { id: "CTR-06".into(), verdict: Verdict::Pass, ..Record::default() })?;
//! let results = stream.finish()?;
//! assert_eq!(results.summary.passed, 1);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! *Architecture Invariant*: every record is on the disk before the next scenario's; a run that
//! is cut off leaves a readable `results.ndjson` and no `results.json`.
//!
//! *Architecture Invariant*: nothing here knows how a scenario is run. How a report looks is up to functions of finished
//! results; [`write_bundle`] writes them all.

mod bundle;
mod divergence;
mod divergences;
mod engine_table;
mod error;
mod grid;
mod header;
mod junit;
mod page;
mod record;
mod results;
mod stream;
mod verdict;

pub use bundle::{journal_path, write_bundle};
pub use divergence::{Answer, Divergence};
pub use divergences::divergences;
pub use engine_table::{EngineRow, EngineTable};
pub use error::Error;
pub use grid::{Setting, grid};
pub use header::{ClientInfo, Environment, RunHeader};
pub use junit::junit;
pub use record::{Evidence, EvidenceKind, Level, Record, Step, StepOutcome};
pub use results::{Results, Summary};
pub use stream::{Line, Stream};
pub use verdict::Verdict;

/// The version of the format; `reports/schema/results.schema.json` describes it.
pub const FORMAT: &str = "zonesim-results/1";

/// The published JSON Schema of `results.json`.
pub const SCHEMA: &str = include_str!("../schema/results.schema.json");
