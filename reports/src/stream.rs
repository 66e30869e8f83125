//! Results as they happen: one JSON object a line, and the finished file at the end.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::{Error, Record, Results, RunHeader, Summary};

/// A line of `results.ndjson`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "kebab-case")]
pub enum Line {
    /// The first line.
    Header(RunHeader),
    /// A scenario that ended.
    Record(Box<Record>),
    /// The last line of a run that was not cut off.
    Summary(Summary),
}

/// Writes the results of a run to a folder.
#[derive(Debug)]
pub struct Stream {
    folder: PathBuf,
    path: PathBuf,
    file: File,
    header: RunHeader,
    records: Vec<Record>,
    started: Instant,
}

impl Stream {
    /// Begins `results.ndjson` in the folder, which is made, and removes what an earlier run
    /// left there under the names of this format.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the folder cannot be written.
    pub fn create(folder: &Path, header: RunHeader) -> Result<Stream, Error> {
        fs::create_dir_all(folder).map_err(Error::io("create", folder))?;
        let finished = folder.join("results.json");
        match fs::remove_file(&finished) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Error::io("remove", &finished)(error));
            }
            _ => {}
        }
        let path = folder.join("results.ndjson");
        let file = File::create(&path).map_err(Error::io("create", &path))?;
        let mut stream = Stream {
            folder: folder.to_owned(),
            path,
            file,
            header: header.clone(),
            records: Vec::new(),
            started: Instant::now(),
        };
        stream.write(&Line::Header(header))?;
        Ok(stream)
    }

    /// Adds a record; it is with the operating system when this returns.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when the file cannot be written.
    pub fn push(&mut self, record: Record) -> Result<(), Error> {
        self.write(&Line::Record(Box::new(record.clone())))?;
        self.records.push(record);
        Ok(())
    }

    /// What was found so far.
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Ends the stream and writes `results.json` beside it.
    ///
    /// # Errors
    ///
    /// [`Error::Io`] when a file cannot be written.
    pub fn finish(mut self) -> Result<Results, Error> {
        let duration_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        let records = std::mem::take(&mut self.records);
        let results = Results::new(self.header.clone(), records, duration_ms);
        self.write(&Line::Summary(results.summary))?;
        let path = self.folder.join("results.json");
        let unfinished = self.folder.join("results.json.unfinished");
        let mut text = serde_json::to_vec_pretty(&results)?;
        text.push(b'\n');
        fs::write(&unfinished, text).map_err(Error::io("write", &unfinished))?;
        fs::rename(&unfinished, &path).map_err(Error::io("create", &path))?;
        Ok(results)
    }

    fn write(&mut self, line: &Line) -> Result<(), Error> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.file
            .write_all(&text)
            .map_err(Error::io("write", &self.path))
    }
}
