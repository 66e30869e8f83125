//! The arguments of a run: what `cargo test` passes on, libtest's own flags included.

use std::path::PathBuf;

use clap::Parser;

/// What a run was asked to do.
///
/// libtest's flags that mean nothing here are accepted, so that one command line serves the
/// unit tests and the suite.
#[derive(Debug, Clone, Default, Parser)]
#[command(name = "suite", about = "Runs the features with every client")]
pub struct Arguments {
    /// Run only scenarios whose name contains one of these texts.
    #[arg(value_name = "FILTER")]
    pub filters: Vec<String>,
    /// FILTER is the whole name, as `--list` prints it.
    #[arg(long)]
    pub exact: bool,
    /// Leave out scenarios whose name contains this text.
    #[arg(long, value_name = "FILTER")]
    pub skip: Vec<String>,
    /// Print the names and run nothing.
    #[arg(long)]
    pub list: bool,
    /// How many scenarios run at once; twice the cores unless given.
    #[arg(long, value_name = "N")]
    pub test_threads: Option<usize>,
    /// Run only with this client, as in `docker-1.12` (repeatable).
    #[arg(long, value_name = "NAME")]
    pub client: Vec<String>,
    /// Run only scenarios of this id; `CTR-07` includes its cases (repeatable).
    #[arg(long, value_name = "ID")]
    pub id: Vec<String>,
    /// Run only scenarios with this tag (repeatable).
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// From which each zone's seed is derived.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Where the results are written; `target/results` unless given.
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Show the evidence of scenarios that passed, too.
    #[arg(long, visible_alias = "no-capture")]
    pub nocapture: bool,
    /// Only the summary and the failures.
    #[arg(long, short)]
    pub quiet: bool,
    /// Whether to run scenarios marked as ignored only: there are none.
    #[arg(long)]
    pub ignored: bool,
    #[command(flatten)]
    _libtest: Libtest,
}

/// Flags of libtest that change nothing here.
#[derive(Debug, Clone, Default, clap::Args)]
struct Libtest {
    #[arg(long, hide = true)]
    show_output: bool,
    #[arg(long, hide = true)]
    include_ignored: bool,
    #[arg(long, hide = true)]
    test: bool,
    #[arg(long, hide = true)]
    bench: bool,
    #[arg(long, hide = true)]
    exclude_should_panic: bool,
    #[arg(long, hide = true)]
    force_run_in_process: bool,
    #[arg(long, hide = true)]
    shuffle: bool,
    #[arg(long, hide = true)]
    shuffle_seed: Option<u64>,
    #[arg(long, hide = true)]
    report_time: bool,
    #[arg(long, hide = true)]
    ensure_time: bool,
    #[arg(long, hide = true)]
    logfile: Option<String>,
    #[arg(long, hide = true)]
    format: Option<String>,
    #[arg(long, hide = true)]
    color: Option<String>,
    #[arg(short = 'Z', hide = true)]
    unstable: Vec<String>,
}

impl Arguments {
    /// Whether it was narrowed at all.
    pub fn narrows(&self) -> bool {
        self.names_scenarios() || !self.filters.is_empty() || !self.skip.is_empty()
    }

    /// Whether the run was narrowed by what names a scenario of this suite, so that running
    /// nothing is a mistake. A FILTER may be meant for the unit tests.
    pub fn names_scenarios(&self) -> bool {
        !(self.id.is_empty() && self.tag.is_empty() && self.client.is_empty())
    }

    /// Whether a name passes FILTER, `--exact` and `--skip`.
    pub fn admits_name(&self, name: &str) -> bool {
        let matches = |filter: &String| match self.exact {
            true => filter == name,
            false => name.contains(filter.as_str()),
        };
        (self.filters.is_empty() || self.filters.iter().any(matches))
            && !self.skip.iter().any(matches)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        Arguments::try_parse_from(std::iter::once("suite").chain(line.split_whitespace()))
    }

    #[test]
    fn what_libtest_takes_is_taken() {
        for line in [
            "--nocapture",
            "--no-capture --test-threads 3 -q",
            "--test-threads=1 --color always --format pretty --show-output",
            "--include-ignored --report-time -Z unstable-options",
            "FILTER OTHER --exact --skip X --skip Y --list",
        ] {
            assert!(parse(line).is_ok(), "{line}");
        }
        assert!(parse("--no-such-flag").is_err());
    }

    #[test]
    fn filters_admit_names_as_libtest_does() {
        for (line, name, admitted) in [
            ("", "a b", true),
            ("b", "a b", true),
            ("c b", "a b", true),
            ("c", "a b", false),
            ("b --exact", "a b", false),
            ("b --exact", "b", true),
            ("--skip b", "a b", false),
            ("a --skip b --exact", "b", false),
        ] {
            let arguments = parse(line).expect("valid arguments");
            assert_eq!(arguments.admits_name(name), admitted, "{line}: {name}");
        }
    }
}
