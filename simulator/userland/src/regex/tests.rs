//! Rows of pattern, text and result.

use super::{Context, Match, Options, Regex, RegexError, Syntax};

const BASIC: Options = Options {
    syntax: Syntax::Basic,
    ignore_case: false,
    newline: false,
};
const EXTENDED: Options = Options {
    syntax: Syntax::Extended,
    ..BASIC
};

fn search(options: Options, pattern: &str, text: &str, slice: u64) -> Result<String, RegexError> {
    let mut regex = Regex::with(pattern.as_bytes(), options)?;
    let groups = regex.groups();
    let searcher = &mut regex.searcher;
    let context = Context {
        groups: true,
        ..Context::default()
    };
    searcher.begin(0, context);
    let found = loop {
        let mut budget = slice;
        if let Some(result) = searcher.resume(text.as_bytes(), &mut budget) {
            break result?;
        }
    };
    Ok(found.map_or_else(|| "-".to_owned(), |found| describe(&found, groups)))
}

fn describe(found: &Match, groups: usize) -> String {
    (0..=groups)
        .map(|number| match found.group(number) {
            Some(range) => format!("({},{})", range.start, range.end),
            None => "(?)".to_owned(),
        })
        .collect()
}

#[track_caller]
fn check(options: Options, rows: &[(&str, &str, &str)]) {
    for (pattern, text, expected) in rows {
        for slice in [1, 7, 10_000] {
            let found = search(options, pattern, text, slice).expect(pattern);
            assert_eq!(
                found, *expected,
                "{pattern:?} on {text:?} with a budget of {slice}"
            );
        }
    }
}

#[track_caller]
fn refuse(options: Options, rows: &[(&str, RegexError)]) {
    for (pattern, expected) in rows {
        let error = Regex::with(pattern.as_bytes(), options).expect_err(pattern);
        assert_eq!(error, *expected, "{pattern:?}");
    }
}

#[test]
fn extended_patterns_match_leftmost_longest() {
    check(
        EXTENDED,
        &[
            ("abc", "xabcy", "(1,4)"),
            ("a|ab|abc", "xabcd", "(1,4)"),
            ("", "abc", "(0,0)"),
            ("x*", "aaxx", "(0,0)"),
            ("x+", "aaxx", "(2,4)"),
            ("b|aab", "aaab", "(1,4)"),
            ("^b", "ab", "-"),
            ("b$", "ab", "(1,2)"),
            ("^$", "", "(0,0)"),
            ("a{2}", "aaa", "(0,2)"),
            ("a{2,}", "baaaa", "(1,5)"),
            ("a{,2}b", "aaab", "(1,4)"),
            ("a{0}b", "aab", "(2,3)"),
            ("(ab){2,3}", "ababababab", "(0,6)(4,6)"),
            ("a.c", "a\nc", "(0,3)"),
            ("[^b]+", "a\nc", "(0,3)"),
            ("a)", "a)", "(0,2)"),
            ("()b", "ab", "(1,2)(1,1)"),
            ("a||b", "xb", "(0,0)"),
            ("\\(a\\)", "(a)", "(0,3)"),
            ("a\\.b", "axb a.b", "(4,7)"),
            ("(^a|b)c", "bcac", "(0,2)(0,1)"),
        ],
    );
}

#[test]
fn groups_follow_the_order_of_preference() {
    check(
        EXTENDED,
        &[
            ("(a|ab)(c|bcd)(d*)", "abcd", "(0,4)(0,1)(1,4)(4,4)"),
            ("((a)|b)*", "ab", "(0,2)(1,2)(0,1)"),
            ("(a|aa)*", "aaa", "(0,3)(2,3)"),
            ("x(a*)(a|b)*", "xaaa", "(0,4)(1,4)(?)"),
            ("(a*)+", "aaa", "(0,3)(0,3)"),
            ("(a*)*", "aaa", "(0,3)(0,3)"),
            ("(ab|a)(bcd|c)?(de)?", "abcde", "(0,5)(0,2)(2,3)(3,5)"),
            ("(x|xy|xyz)(y|z|yz)?(z)?", "xyz", "(0,3)(0,1)(1,2)(2,3)"),
            ("(a|aab|aa)(b)?", "aab", "(0,3)(0,3)(?)"),
            ("(|a)(a+)", "aa", "(0,2)(0,1)(1,2)"),
            ("(c+){,2}", "cc", "(0,2)(1,2)"),
            ("([^c]|){2,3}a", ",a", "(0,2)(0,1)"),
            ("(a|)*+b", "ab", "(0,2)(1,1)"),
            ("(a|)*b", "ab", "(0,2)(0,1)"),
        ],
    );
}

#[test]
fn basic_patterns_use_backslashes() {
    check(
        BASIC,
        &[
            ("a+", "aa+", "(1,3)"),
            ("a\\+", "baa", "(1,3)"),
            ("ab\\?c", "ac", "(0,2)"),
            ("a\\|b", "xb", "(1,2)"),
            ("\\(a\\)\\(b\\)", "ab", "(0,2)(0,1)(1,2)"),
            ("a\\{2\\}", "aaa", "(0,2)"),
            ("*a", "a*a", "(1,3)"),
            ("\\(*a\\)", "*a", "(0,2)(0,2)"),
            ("^*a", "*a", "(0,2)"),
            ("a^b", "a^b", "(0,3)"),
            ("a$b", "a$b", "(0,3)"),
            ("\\(^a\\)", "ba", "-"),
            ("\\(a$\\)", "ba", "(1,2)(1,2)"),
            ("x\\|^a", "ba", "-"),
            ("(a)", "(a)", "(0,3)"),
            ("a{1}", "a{1}", "(0,4)"),
            ("a\\+\\+", "aa", "(0,2)"),
            ("\\<^", "b^", "-"),
            ("\\(a*\\)*", "b", "(0,0)(0,0)"),
        ],
    );
}

#[test]
fn brackets_hold_ranges_and_classes() {
    check(
        EXTENDED,
        &[
            ("[]a]+", "x]a", "(1,3)"),
            ("[^]a]+", "]xa", "(1,2)"),
            ("[a-c]+", "xabcd", "(1,4)"),
            ("[a-]+", "x-a", "(1,3)"),
            ("[[:digit:][:space:]]+", "a1 2b", "(1,4)"),
            ("[[.-.]x]+", "a-x", "(1,3)"),
            ("[[=a=]]", "ba", "(1,2)"),
            ("[\\n]+", "\\nx", "(0,2)"),
            ("[[:alpha:]-]+", "1a-b", "(1,4)"),
            ("[+--]+", "a+,-b", "(1,4)"),
            ("[---]", "a-", "(1,2)"),
            ("[a^]+", "b^a", "(1,3)"),
        ],
    );
}

#[test]
fn words_and_spaces_have_short_names() {
    check(
        BASIC,
        &[
            ("\\w\\+", " ab_1-", "(1,5)"),
            ("\\W", "ab-", "(2,3)"),
            ("\\s\\S", "a b", "(1,3)"),
            ("\\<b", "ab b", "(3,4)"),
            ("b\\>", "ba ab", "(4,5)"),
            ("\\bfoo\\b", "afoo foo", "(5,8)"),
            ("o\\Bo", "foo", "(1,3)"),
            ("\\`a\\'", "a", "(0,1)"),
            ("c\\?\\<b", "c-b", "(2,3)"),
        ],
    );
}

#[test]
fn back_references_match_what_a_group_matched() {
    check(
        BASIC,
        &[
            ("\\(.\\)\\1", "abccd", "(2,4)(2,3)"),
            ("\\(a*\\)b\\1", "aabaa", "(0,5)(0,2)"),
            ("\\(a*\\)b\\1", "aaba", "(1,4)(1,2)"),
            ("^\\(.*\\)\\n\\1$", "abnab", "(0,5)(0,2)"),
            ("\\(a*\\)*\\1", "aa", "(0,2)(0,1)"),
            ("\\(x\\)\\{0,1\\}y\\1", "y", "-"),
        ],
    );
    check(EXTENDED, &[("(a|b)\\1+", "abbb", "(1,4)(1,2)")]);
}

#[test]
fn case_can_be_ignored() {
    let options = Options {
        ignore_case: true,
        ..EXTENDED
    };
    check(
        options,
        &[
            ("aBc", "xAbC", "(1,4)"),
            ("[a-b]+", "xAB", "(1,3)"),
            ("[^a]", "Ab", "(1,2)"),
            ("(a)\\1", "aA", "(0,2)(0,1)"),
            ("[^[:lower:]]", "aA1", "(2,3)"),
            ("[A-_]+", "1a_^", "(1,4)"),
            ("\\a", "aA", "-"),
            ("\\A", "a", "(0,1)"),
        ],
    );
}

#[test]
fn line_ends_can_be_anchors() {
    let options = Options {
        newline: true,
        ..EXTENDED
    };
    check(
        options,
        &[
            ("^b", "a\nb", "(2,3)"),
            ("a$", "a\nb", "(0,1)"),
            ("a.b", "a\nb", "-"),
            ("[^x]*", "ab\nc", "(0,2)"),
            ("\\`b", "a\nb", "-"),
        ],
    );
}

#[test]
fn faults_have_the_usual_names() {
    refuse(
        EXTENDED,
        &[
            ("*a", RegexError::NothingToRepeat),
            ("a|*b", RegexError::NothingToRepeat),
            ("(*b)", RegexError::NothingToRepeat),
            ("{1}", RegexError::NothingToRepeat),
            ("^*", RegexError::NothingToRepeat),
            ("(a", RegexError::UnmatchedOpen),
            ("[a", RegexError::UnmatchedBracket),
            ("[[:foo:]]", RegexError::ClassName),
            ("[z-a]", RegexError::RangeEnd),
            ("[a-c-e]", RegexError::RangeEnd),
            ("[[:alpha:]-z]", RegexError::RangeEnd),
            ("[[=a=]-z]", RegexError::RangeEnd),
            ("[", RegexError::Invalid),
            ("[^", RegexError::Invalid),
            ("(a)|\\1", RegexError::BackReference),
            ("a{1a", RegexError::UnmatchedBrace),
            ("a{1,2,3}", RegexError::BraceContent),
            ("a{\\1}", RegexError::BraceContent),
            ("a{2,1}", RegexError::BraceContent),
            ("a{x}", RegexError::BraceContent),
            ("a{x", RegexError::UnmatchedBrace),
            ("a{1", RegexError::UnmatchedBrace),
            ("a\\", RegexError::TrailingBackslash),
            ("\\1(a)", RegexError::BackReference),
            ("(a\\1)", RegexError::BackReference),
            ("a{32768}", RegexError::TooBig),
            ("((a{100}){100}){100}", RegexError::TooBig),
        ],
    );
    refuse(
        BASIC,
        &[
            ("a\\)", RegexError::UnmatchedOpen),
            ("\\(a", RegexError::UnmatchedOpen),
            ("a**", RegexError::NothingToRepeat),
            ("a\\+*", RegexError::NothingToRepeat),
            ("a*\\{1\\}", RegexError::NothingToRepeat),
            ("\\{1\\}", RegexError::NothingToRepeat),
            ("^\\{1\\}", RegexError::NothingToRepeat),
        ],
    );
}

#[test]
fn nesting_has_a_limit() {
    let deep = format!("{}a{}", "(".repeat(900), ")".repeat(900));
    assert_eq!(
        search(EXTENDED, &deep, "a", 10_000).map(|found| found.len() > 5),
        Ok(true)
    );
    let too_deep = "(".repeat(100_000);
    refuse(EXTENDED, &[(&too_deep[..60_000], RegexError::TooBig)]);
}

#[test]
fn hard_patterns_stay_within_a_linear_budget() {
    let text = "a".repeat(20_000);
    let mut regex = Regex::with(b"(a*)*(a|aa)*b", EXTENDED).expect("valid");
    let searcher = &mut regex.searcher;
    searcher.begin(0, Context::default());
    let mut budget = 40 * text.len() as u64;
    let result = searcher.resume(text.as_bytes(), &mut budget);
    assert_eq!(result, Some(Ok(None)));
}

#[test]
fn a_hard_search_with_back_references_is_given_up() {
    let text = "a".repeat(400);
    let found = search(EXTENDED, "(a*)(a*)(a*)(a*)\\1\\2\\3\\4b", &text, 10_000);
    assert_eq!(found, Err(RegexError::TooComplex));
}

#[test]
fn a_text_can_begin_inside_a_line() {
    let mut regex = Regex::with(b"^a", BASIC).expect("valid");
    let searcher = &mut regex.searcher;
    let context = Context {
        not_line_start: true,
        ..Context::default()
    };
    searcher.begin(0, context);
    assert_eq!(searcher.resume(b"a", &mut 100), Some(Ok(None)));
    let mut regex = Regex::with(b"\\`a", BASIC).expect("valid");
    let searcher = &mut regex.searcher;
    searcher.begin(0, context);
    let found = searcher.resume(b"a", &mut 100);
    assert_eq!(
        found,
        Some(Ok(Some(Match::span(0, 1)))),
        "the text begins all the same"
    );
}
