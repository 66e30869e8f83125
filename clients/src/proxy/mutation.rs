//! What a proxy changes, as data.

use serde::Deserialize;
use serde_json::Value;

/// A fault with a name.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mutation {
    /// What it is called in reports.
    pub name: String,
    /// Which exchanges it touches.
    #[serde(default)]
    pub on: Match,
    /// What it does to them, in this order.
    pub what: Vec<Change>,
}

impl Mutation {
    /// One that changes nothing.
    pub fn none() -> Mutation {
        Mutation {
            name: "none".to_owned(),
            on: Match::default(),
            what: Vec::new(),
        }
    }
}

/// Which exchanges are touched: those that satisfy all that is given.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Match {
    /// The method.
    pub method: Option<String>,
    /// The path without version prefix and query; `*` stands for anything but a slash, `**` for
    /// anything.
    pub path: Option<String>,
    /// A key of the query, `key`, or one with its value, `key=value`.
    pub query: Option<String>,
    /// The status of the answer; changes of the request do not look at it.
    pub status: Option<u16>,
    /// Only the n-th exchange that satisfies the rest, from 1; every one when none.
    pub nth: Option<u64>,
}

/// An output stream of a process, by its number in frames.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stream {
    /// 1.
    Stdout,
    /// 2.
    Stderr,
}

/// A single change.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(tag = "do", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    // Requests.
    /// Drops a key of the query.
    DropQuery {
        /// The key.
        key: String,
    },
    /// Sets a key of the query, given or not.
    SetQuery {
        /// The key.
        key: String,
        /// Its new value, as it stands in a query.
        value: String,
    },
    /// Adds to the number that is the value of a key of the query.
    AddToQuery {
        /// The key.
        key: String,
        /// What is added.
        by: i64,
    },
    /// Replaces text in the path, prefix and query included.
    ReplaceInPath {
        /// What is looked for.
        from: String,
        /// What takes its place.
        to: String,
    },
    /// Sets a header of the request.
    SetRequestHeader {
        /// The name.
        name: String,
        /// The value.
        value: String,
    },
    /// Removes a header of the request.
    RemoveRequestHeader {
        /// The name.
        name: String,
    },
    /// Replaces text in the body of the request.
    ReplaceInRequest {
        /// What is looked for.
        from: String,
        /// What takes its place.
        to: String,
    },
    /// Sets a member of the request's JSON.
    SetRequestJson {
        /// Where, as a JSON pointer.
        pointer: String,
        /// The new value.
        value: Value,
    },
    /// Removes a member of the request's JSON.
    RemoveRequestJson {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Keeps the request from the zone and answers it.
    Swallow {
        /// The status of the answer.
        #[serde(default = "no_content")]
        status: u16,
        /// The text behind the status.
        #[serde(default = "no_content_text")]
        reason: String,
        /// The body of the answer.
        #[serde(default)]
        body: String,
    },
    /// Closes the connection in place of an answer; the zone gets the request.
    HangUp,

    // Heads of responses.
    /// Sets the status.
    Status {
        /// The new status.
        code: u16,
        /// The new text behind it; as it was when none.
        reason: Option<String>,
    },
    /// Sets the text behind the status.
    Reason {
        /// The new text.
        text: String,
    },
    /// Sets a header, at its place or the end.
    SetHeader {
        /// The name.
        name: String,
        /// The value.
        value: String,
    },
    /// Adds a header at the end, even if there is one of that name.
    AddHeader {
        /// The name.
        name: String,
        /// The value.
        value: String,
    },
    /// Removes a header.
    RemoveHeader {
        /// The name.
        name: String,
    },
    /// Gives a header another name.
    RenameHeader {
        /// The name it has.
        from: String,
        /// The name it gets, as written.
        to: String,
    },

    // Whole bodies of responses.
    /// Replaces the body.
    Body {
        /// The new one.
        text: String,
    },
    /// Replaces text in the body, everywhere.
    ReplaceInBody {
        /// What is looked for.
        from: String,
        /// What takes its place.
        to: String,
    },
    /// Adds to the end of the body.
    AppendToBody {
        /// What is added.
        text: String,
    },
    /// Drops every line with this text from the body.
    DropLines {
        /// The text.
        with: String,
    },
    /// Makes a text of an error the JSON object `{"message": text}`.
    ErrorAsJson,
    /// Sets a member of the JSON. In pointers, `*` stands for every item of a list.
    Json {
        /// Where, as a JSON pointer.
        pointer: String,
        /// The new value.
        value: Value,
    },
    /// Removes a member of the JSON.
    JsonRemove {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Makes a member of the JSON null.
    JsonNull {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Makes an empty list, object or text of the JSON null.
    JsonNullForEmpty {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Makes a number of the JSON a string.
    JsonString {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Adds to a number of the JSON.
    JsonAdd {
        /// Where, as a JSON pointer.
        pointer: String,
        /// What is added.
        by: i64,
    },
    /// Turns a condition of the JSON into its opposite.
    JsonNot {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Reverses a list of the JSON.
    JsonReverse {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Drops the last item of a list of the JSON.
    JsonDropLast {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Repeats the last item of a list of the JSON.
    JsonRepeatLast {
        /// Where, as a JSON pointer.
        pointer: String,
    },
    /// Gives a member of the JSON another name.
    JsonRename {
        /// Where, as a JSON pointer.
        pointer: String,
        /// The new name.
        to: String,
    },
    /// Sends so many bytes of the body, under the head of the whole, and closes.
    TruncateBody {
        /// How many are left.
        bytes: usize,
    },

    // Raw streams: attach, exec, logs.
    /// Keeps the head of the answer until the first output.
    HoldHead,
    /// Keeps the end of the client's input from the zone.
    SwallowInputEnd,
    /// Keeps the client's input from the zone, but not its end.
    SwallowInput,
    /// Sends the client's input twice.
    RepeatInput,
    /// Loses the last frame.
    DropLastFrame,
    /// Loses the first frame.
    DropFirstFrame,
    /// Sends the first frame twice.
    RepeatFirstFrame,
    /// Makes standard output standard error and the other way round.
    SwapStreams,
    /// Makes everything standard output.
    OnlyStdout,
    /// Says that the first frame is longer or shorter than it is.
    FrameLength {
        /// By how much.
        by: i64,
    },
    /// Sends what is in frames without them.
    StripFrames,
    /// Puts everything into frames of standard output, as if it was in none.
    AddFrames,
    /// Puts a frame before everything.
    PrependFrame {
        /// Its stream.
        stream: Stream,
        /// Its content.
        text: String,
    },
    /// Puts a frame behind everything.
    AppendFrame {
        /// Its stream.
        stream: Stream,
        /// Its content.
        text: String,
    },
    /// Replaces text within frames, everywhere.
    ReplaceInFrames {
        /// What is looked for.
        from: String,
        /// What takes its place.
        to: String,
    },
    /// Ends the connection behind so many frames, in order.
    CutAfterFrames {
        /// How many.
        frames: u64,
    },
    /// Ends a stream by a reset.
    ResetAtEnd,
    /// Never ends a stream.
    NeverEnd,
    /// Ends TLS under a stream without close_notify.
    NoCloseNotify,
}

fn no_content() -> u16 {
    204
}

fn no_content_text() -> String {
    "No Content".to_owned()
}
