//! Programs that draw on a whole terminal: what is on the screen after some keys.

#[expect(dead_code, reason = "other tests use what this one does not")]
mod root;

use root::{Root, Terminal};

const ROWS: u16 = 6;
const COLUMNS: u16 = 30;
/// The end of what the shell writes when it waits again.
const PROMPT: &str = "/work #";

/// A terminal and what it shows.
struct Screen<'a> {
    terminal: Terminal<'a>,
    parser: vt100::Parser,
}

impl<'a> Screen<'a> {
    /// A shell, in which a script has been run and a program is started.
    fn start(root: &'a Root, script: &str, command: &str) -> Self {
        assert_eq!(root.run(script.as_bytes()).status, Some(0), "{script}");
        let mut terminal = root.terminal(&["sh"]);
        terminal.settled();
        terminal.resize(ROWS, COLUMNS);
        terminal.settled();
        let parser = vt100::Parser::new(ROWS, COLUMNS, 0);
        let mut screen = Self { terminal, parser };
        screen.keys(&format!("clear; {command}\r"));
        screen
    }

    /// Strikes keys.
    fn keys(&mut self, keys: &str) {
        self.terminal.send(keys.as_bytes());
        let shown = self.terminal.settled();
        self.parser.process(&shown);
    }

    /// The rows, without blanks at their ends.
    fn rows(&self) -> Vec<String> {
        let rows = self.parser.screen().rows(0, COLUMNS);
        rows.map(|row| row.trim_end().to_owned()).collect()
    }

    /// Strikes keys and compares the rows.
    #[track_caller]
    fn shows(&mut self, keys: &str, expected: [&str; ROWS as usize]) {
        self.keys(keys);
        assert_eq!(self.rows(), expected, "after {keys:?}");
    }

    /// Strikes keys and compares the last row.
    #[track_caller]
    fn tells(&mut self, keys: &str, expected: &str) {
        self.keys(keys);
        let rows = self.rows();
        assert_eq!(rows.last().map(String::as_str), Some(expected), "{keys:?}");
    }

    /// Strikes keys and compares where the cursor is, row and column from zero.
    #[track_caller]
    fn moves(&mut self, keys: &str, expected: (u16, u16)) {
        self.keys(keys);
        let position = self.parser.screen().cursor_position();
        assert_eq!(position, expected, "after {keys:?}: {:?}", self.rows());
    }

    /// Strikes keys, after which the shell waits for a command again.
    #[track_caller]
    fn ends(&mut self, keys: &str) {
        self.keys(keys);
        let rows = self.rows();
        let last = rows.iter().rev().find(|row| !row.is_empty());
        assert!(last.is_some_and(|row| row.ends_with(PROMPT)), "{rows:?}");
    }
}

const LINES: &str = "cd /work; seq 1 20 | sed 's/^/line /' > f; printf 'a\\nb\\n' > s";

#[test]
fn more_shows_page_after_page() {
    let root = Root::new();
    let mut screen = Screen::start(&root, LINES, "more f");
    let page = [
        "line 1",
        "line 2",
        "line 3",
        "line 4",
        "line 5",
        "--More-- (23% of 151 bytes)",
    ];
    screen.shows("", page);
    screen.tells("\r", "--More-- (27% of 151 bytes)");
    let page = [
        "line 7",
        "line 8",
        "line 9",
        "line 10",
        "line 11",
        "--More-- (52% of 151 bytes)",
    ];
    screen.shows(" ", page);
    screen.ends("q");
    screen.ends("cat s | more\r");
    screen.keys("more f s nofile\r");
    screen.ends("r");
    assert!(
        screen
            .rows()
            .iter()
            .any(|row| row.starts_with("more: can't open 'nofile'"))
    );
}

#[test]
fn less_goes_back_and_forth() {
    let root = Root::new();
    let mut screen = Screen::start(&root, LINES, "less f s");
    screen.shows(
        "",
        [
            "line 1",
            "line 2",
            "line 3",
            "line 4",
            "line 5",
            "f (file 1 of 2)",
        ],
    );
    screen.shows(
        " ",
        ["line 6", "line 7", "line 8", "line 9", "line 10", ":"],
    );
    screen.shows(
        "j",
        ["line 7", "line 8", "line 9", "line 10", "line 11", ":"],
    );
    screen.shows(
        "k\x1b[A",
        ["line 5", "line 6", "line 7", "line 8", "line 9", ":"],
    );
    screen.shows(
        "3j",
        ["line 8", "line 9", "line 10", "line 11", "line 12", ":"],
    );
    screen.shows("b", ["line 3", "line 4", "line 5", "line 6", "line 7", ":"]);
    screen.shows("G", ["line 18", "line 19", "line 20", "", "~", "(END)"]);
    screen.shows("j", ["line 18", "line 19", "line 20", "", "~", "(END)"]);
    screen.shows(
        "g",
        [
            "line 1",
            "line 2",
            "line 3",
            "line 4",
            "line 5",
            "f (file 1 of 2)",
        ],
    );
    screen.shows(
        "50p",
        ["line 11", "line 12", "line 13", "line 14", "line 15", ":"],
    );
    screen.shows(
        "4G",
        ["line 4", "line 5", "line 6", "line 7", "line 8", ":"],
    );
    screen.tells("=", "f (file 1 of 2) lines 4-8/20");
    screen.shows(":n", ["a", "b", "", "~", "~", "s (file 2 of 2)"]);
    screen.tells(":n", "No next file");
    screen.tells(":p", "f (file 1 of 2)");
    screen.ends("q");
}

#[test]
fn less_searches() {
    let root = Root::new();
    let mut screen = Screen::start(&root, LINES, "less -M f");
    screen.tells("", "f lines 1-5");
    screen.shows(
        "/1[35]\r",
        [
            "line 13",
            "line 14",
            "line 15",
            "line 16",
            "line 17",
            "f lines 13-17",
        ],
    );
    let marked = |screen: &Screen<'_>, row, column| {
        screen
            .parser
            .screen()
            .cell(row, column)
            .map(vt100::Cell::inverse)
    };
    assert_eq!(marked(&screen, 0, 4), Some(false));
    assert_eq!(marked(&screen, 0, 5), Some(true));
    screen.tells("n", "f lines 15-19");
    screen.tells("N", "f lines 13-17");
    screen.tells("?e 2\r", "f lines 2-6");
    screen.tells("/zzz\r", "No matches found");
    screen.tells("/[\r", "bad regex: Invalid regular ex");
    screen.tells("/x\x7f\x7f", "f lines 2-6/20 30%");
    screen.ends("\x03");
}

#[test]
fn less_breaks_or_cuts_long_lines() {
    let root = Root::new();
    let script = "cd /work; (printf '%040d' 7; printf '\\nx\\ty\\001z\\n') > f";
    let mut screen = Screen::start(&root, script, "less f");
    let zeros = "0".repeat(30);
    screen.shows("", [&zeros, "0000000007", "x       yAz", "", "~", "f"]);
    screen.keys("q");
    screen.shows(
        "clear; less -SN f\r",
        [
            "      1 0000000000000000000000",
            "      2 x       yAz",
            "      3",
            "~",
            "~",
            "f",
        ],
    );
    screen.ends("q");
    screen.ends("less nofile; less -F f | cat > g; cmp f g && seq 1000000 | less -E | head -c 4\r");
    screen.keys("clear; printf '\\033[31mred\\033[m\\n' | less -R\r");
    assert_eq!(screen.rows()[0], "red");
    screen.ends("q");
    screen.keys("clear; yes | less\r");
    screen.shows(" ", ["y", "y", "y", "y", "y", ":"]);
    screen.ends("q");
}

/// The text that the keys of `full_screen/vi.txt` change.
const TEXT: &str = "one two three\n  four, five\n\nsix (seven [8]) nine\nlast line\n";

#[test]
fn vi_changes_texts_as_busybox_does() {
    let cases: Vec<&str> = include_str!("full_screen/vi.txt")
        .split("=== ")
        .skip(1)
        .collect();
    assert!(cases.len() > 100, "only {} cases", cases.len());
    let mut wrong = Vec::new();
    // A container numbers its programs with a byte.
    for cases in cases.chunks(50) {
        let root = Root::new();
        let mut screen = Screen::start(&root, "true", "true");
        for case in cases {
            let (keys, expected) = case.split_once('\n').expect("keys stand on a line");
            let found = edited(&root, &mut screen, keys);
            if found != expected {
                wrong.push(format!("{keys}: expected {expected:?}, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What vi leaves of the text after keys.
fn edited(root: &Root, screen: &mut Screen<'_>, keys: &str) -> String {
    let script = format!("printf '%s' '{TEXT}' > /work/v");
    assert_eq!(root.run(script.as_bytes()).status, Some(0));
    screen.keys("clear; vi v\r");
    let struck = keys.replace("^[", "\x1b").replace("^M", "\r");
    // An escape comes alone, as a person strikes it.
    for part in struck.replace("^?", "\x7f").split_inclusive('\x1b') {
        screen.keys(part);
    }
    screen.keys("\x1b");
    screen.keys(":w!\r");
    screen.ends(":q!\r");
    let found = root.run(b"cat /work/v").stdout;
    String::from_utf8_lossy(&found).into_owned()
}

#[test]
fn vi_shows_its_text_and_where_the_cursor_is() {
    let root = Root::new();
    let mut screen = Screen::start(&root, LINES, "vi f");
    screen.shows(
        "",
        [
            "line 1",
            "line 2",
            "line 3",
            "line 4",
            "line 5",
            "- f 1/20 5%",
        ],
    );
    screen.moves("jjw", (2, 5));
    screen.tells("\x07", "- f 3/20 15%");
    screen.shows(
        "\x06",
        [
            "line 5",
            "line 6",
            "line 7",
            "line 8",
            "line 9",
            "- f 5/20 25%",
        ],
    );
    screen.moves("L", (4, 0));
    screen.shows(
        "G",
        ["line 18", "line 19", "line 20", "~", "~", "- f 20/20 100%"],
    );
    screen.moves("$", (2, 6));
    screen.tells("gg/ne 15\r", "- f 15/20 75%");
    screen.moves("n", (2, 2));
    screen.tells("", "search hit BOTTOM, continuing");
    screen.tells("/zzz\r", "Pattern not found");
    screen.tells("ix", "I f [Modified] 15/20 75%");
    screen.tells("\x1b", "- f [Modified] 15/20 75%");
    screen.tells(":q\r", "No write since last change (:");
    screen.tells(":e s\r", "No write since last change (:");
    screen.tells(":w g\r", "'g' 20L, 152C");
    screen.tells(":w\r", "'f' 20L, 152C");
    screen.shows(":e s\r", ["a", "b", "~", "~", "~", "'s' 2L, 4C"]);
    screen.tells("dd", "Delete 1 lines (2 chars) from");
    screen.tells("u", "Undo: restored 2 chars");
    screen.tells("u", "Already at oldest change");
    screen.tells(":foo\r", "'foo' is not implemented");
    screen.tells(":99\r", "Invalid range");
    screen.ends("ZZ");
    let compared = root.run(b"cd /work; cmp f g; sed -n 15p f; cat s");
    assert_eq!(compared.stdout, b"lixne 15\na\nb\n");
}

#[test]
fn vi_refuses_what_it_cannot_write() {
    let root = Root::new();
    let mut screen = Screen::start(&root, LINES, "vi -R s");
    screen.tells("x", "- s [Readonly] [Modified] 1/2");
    screen.tells(":w\r", "'s' is read only");
    screen.tells(":w nodir/x\r", "'nodir/x' No such file or dir");
    screen.tells(":w!\r", "'s' 2L, 3C");
    screen.ends(":q\r");
    screen.keys("clear; vi\r");
    screen.tells(":w\r", "No current filename");
    screen.tells("ihello\rworld\x1b", "- No file [Modified] 2/2 100%");
    screen.tells(":w new\r", "'new' 2L, 12C");
    screen.ends(":q\r");
    screen.keys("clear; vi /work\r");
    screen.tells("", "'/work' Is a directory");
    screen.ends(":q\r");
    assert_eq!(
        root.run(b"cat /work/new /work/s").stdout,
        b"hello\nworld\n\nb\n"
    );
    assert_eq!(
        root.run(b"vi /work/s </dev/null >/dev/null 2>&1").status,
        Some(1)
    );
}

#[test]
fn vi_and_less_outlive_any_keys() {
    const KEYS: [&str; 70] = [
        "h",
        "j",
        "k",
        "l",
        "w",
        "b",
        "e",
        "0",
        "^",
        "$",
        "G",
        "gg",
        "x",
        "X",
        "dd",
        "dw",
        "d}",
        "D",
        "cwQ\x1b",
        "C\x1b",
        "rZ",
        "3rZ",
        "r\r",
        "yy",
        "yw",
        "p",
        "P",
        "3p",
        "u",
        "iab\rc\x1b",
        "O\x1b",
        "ao\x7f\x7f\x7f\x1b",
        "RXY\x1b",
        ".",
        ":s/[a-z]*/<&>/g\r",
        ":%s/e*/\\n/\r",
        ":2,$d\r",
        ":1,2y\r",
        "/[e-i]\r",
        "n",
        "N",
        "?o\r",
        "J",
        "~",
        "5~",
        "%",
        "{",
        "}",
        "fe",
        "Fe",
        "te",
        "Te",
        ";",
        ",",
        ">>",
        "<<",
        "\x06",
        "\x02",
        "\x04",
        "\x15",
        "\x05",
        "\x19",
        "\x1b[A",
        "\x1b[5~",
        "H",
        "M",
        "L",
        "99999999999999999999G",
        "d99G",
        "i\u{e9}\x16\x01\x1b",
    ];
    let root = Root::new();
    let mut screen = Screen::start(&root, LINES, "vi f");
    // A plain generator, so that every run strikes the same keys.
    let mut state = 1_u64;
    for _ in 0..3000 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        let key = KEYS[(state >> 33) as usize % KEYS.len()];
        screen.keys(key);
    }
    screen.keys("\x1b");
    screen.ends(":q!\r");
    screen.keys("clear; less f\r");
    for _ in 0..500 {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        screen.keys(
            [
                "j", "k", "G", "g", "7", "/e\r", "?[1-5]\r", "n", "N", " ", "b", "p", "d", "u",
            ][(state >> 33) as usize % 14],
        );
    }
    screen.keys("\r");
    screen.ends("q");
}
