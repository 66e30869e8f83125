//! The parser's tests: programs rendered as text, errors, incremental feeding and random input.

use std::fmt::Write as _;

use super::{Parser, Progress, Rules};
use crate::shell::aliases::Aliases;
use crate::shell::program::{Node, NodeId, Part, Program, Span, Word};

/// Parses all of `text`, fed in chunks of `chunk` bytes; each command rendered, an error as its message.
fn parse(text: &[u8], chunk: usize, aliases: &Aliases) -> Vec<String> {
    let mut parser = Parser::new(1, Rules::default());
    let mut chunks = text.chunks(chunk.max(1));
    let mut rendered = Vec::new();
    loop {
        match parser.advance(aliases, 1) {
            Ok(Progress::NeedInput) => match chunks.next() {
                Some(bytes) => parser.feed(bytes),
                None => parser.feed_end(),
            },
            Ok(Progress::Paused | Progress::Blank) => {}
            Ok(Progress::Command { program, root, .. }) => {
                rendered.push(node(&program, root));
            }
            Ok(Progress::End) => return rendered,
            Err(error) => {
                rendered.push(format!("{}: {}", error.line, error.message));
                return rendered;
            }
        }
    }
}

fn node(program: &Program, id: NodeId) -> String {
    let list = |span: Span| {
        program.children[span.range()]
            .iter()
            .map(|id| node(program, *id))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let body = |id: Option<NodeId>| id.map_or_else(String::new, |id| node(program, id));
    match program.node(id) {
        Node::Simple {
            assignments,
            words,
            redirections,
            ..
        } => {
            let mut items = Vec::new();
            for item in &program.assignments[assignments.range()] {
                items.push(format!(
                    "{}={}",
                    lossy(program, item.name),
                    word(program, item.value)
                ));
            }
            for item in &program.words[words.range()] {
                items.push(word(program, *item));
            }
            items.extend(redirected(program, redirections));
            format!("({})", items.join(" "))
        }
        Node::Pipeline { commands } => format!("(pipe {})", list(commands)),
        Node::Not { body } => format!("(not {})", node(program, body)),
        Node::And { left, right } => {
            format!("(and {} {})", node(program, left), node(program, right))
        }
        Node::Or { left, right } => {
            format!("(or {} {})", node(program, left), node(program, right))
        }
        Node::Background { body } => format!("(bg {})", node(program, body)),
        Node::Sequence { items } => format!("(seq {})", list(items)),
        Node::Subshell {
            body, redirections, ..
        } => format!(
            "(sub {}{})",
            node(program, body),
            trailing(program, redirections)
        ),
        Node::Redirected {
            body, redirections, ..
        } => format!(
            "(redir {}{})",
            node(program, body),
            trailing(program, redirections)
        ),
        Node::If {
            condition,
            then,
            otherwise,
        } => format!(
            "(if {} {} {})",
            node(program, condition),
            node(program, then),
            body(otherwise)
        ),
        Node::Loop {
            condition,
            body,
            until,
        } => format!(
            "({} {} {})",
            if until { "until" } else { "while" },
            node(program, condition),
            node(program, body)
        ),
        Node::For {
            name, words, body, ..
        } => {
            let words = words.map_or_else(
                || "@".to_owned(),
                |words| {
                    program.words[words.range()]
                        .iter()
                        .map(|item| word(program, *item))
                        .collect::<Vec<_>>()
                        .join(",")
                },
            );
            format!(
                "(for {} {words} {})",
                lossy(program, name),
                node(program, body)
            )
        }
        Node::Case { subject, arms, .. } => {
            let mut text = format!("(case {}", word(program, subject));
            for arm in &program.arms[arms.range()] {
                let patterns: Vec<_> = program.words[arm.patterns.range()]
                    .iter()
                    .map(|item| word(program, *item))
                    .collect();
                let _ = write!(text, " {}:{}", patterns.join("|"), body(arm.body));
            }
            text + ")"
        }
        Node::Function { name, body } => {
            format!("(fn {} {})", lossy(program, name), node(program, body))
        }
    }
}

fn trailing(program: &Program, span: Span) -> String {
    redirected(program, span)
        .iter()
        .map(|item| format!(" {item}"))
        .collect()
}

fn redirected(program: &Program, span: Span) -> Vec<String> {
    use crate::shell::program::RedirectionKind as Kind;
    program.redirections[span.range()]
        .iter()
        .map(|item| {
            let (operator, target) = match item.kind {
                Kind::Read => ("<", item.target),
                Kind::ReadWrite => ("<>", item.target),
                Kind::Write => (">", item.target),
                Kind::Clobber => (">|", item.target),
                Kind::Append => (">>", item.target),
                Kind::Duplicate => (">&", item.target),
                Kind::WriteBoth => ("&>", item.target),
                Kind::HereDocument { index } => ("<<", program.here_documents[index as usize]),
            };
            format!("{}{operator}{}", item.fd, word(program, target))
        })
        .collect()
}

fn lossy(program: &Program, span: Span) -> String {
    String::from_utf8_lossy(program.bytes(span)).into_owned()
}

/// Quoted text in single quotes, expansions in braces with their operator and operand.
fn word(program: &Program, word: Word) -> String {
    let mut text = String::new();
    for part in &program.parts[word.range()] {
        match part {
            Part::Text {
                text: span,
                quoted: true,
            } => {
                let _ = write!(text, "'{}'", lossy(program, *span).replace('\n', "\\n"));
            }
            Part::Text { text: span, .. } => text += &lossy(program, *span),
            Part::EscapedSlash => text += "'/'",
            Part::Parameter {
                name,
                operator,
                quoted,
                braced,
            } => {
                let mark = if *quoted { "q" } else { "" };
                let operator = match operator {
                    crate::shell::program::Operator::Value => String::new(),
                    other => format!(" {other:?} "),
                };
                let end = if *braced { "" } else { "}" };
                let _ = write!(text, "{mark}{{{}{operator}{end}", lossy(program, *name));
            }
            Part::Arithmetic { .. } => text += "{{",
            Part::OperandEnd | Part::ArithmeticEnd => text.push('}'),
            Part::Process { body, reads } => {
                let mark = if *reads { '<' } else { '>' };
                let body = body.map_or_else(String::new, |id| node(program, id));
                let _ = write!(text, "{mark}[{body}]");
            }
            Part::Command { body, .. } => {
                let _ = write!(
                    text,
                    "$[{}]",
                    body.map_or_else(String::new, |id| node(program, id))
                );
            }
        }
    }
    text
}

fn check(rows: &[(&str, &str)]) {
    let mut aliases = Aliases::default();
    for (name, value) in [("ll", "ls -l"), ("sudo", "do_it "), ("loop", "loop x")] {
        aliases.set(name.into(), value.into());
    }
    for (text, expected) in rows {
        for chunk in [usize::MAX, 1, 3] {
            let found = parse(text.as_bytes(), chunk, &aliases).join("\n");
            assert_eq!(&found, expected, "{text:?} in chunks of {chunk}");
        }
    }
}

#[test]
fn commands_are_grouped_as_the_grammar_says() {
    check(&[
        ("", ""),
        ("# only a comment", ""),
        ("a b; c", "(seq (a b) (c))"),
        ("a\nb\n", "(a)\n(b)"),
        ("a && b || c", "(or (and (a) (b)) (c))"),
        ("a | b | c &", "(bg (pipe (a) (b) (c)))"),
        ("! a | b", "(not (pipe (a) (b)))"),
        ("a &&\n\n b", "(and (a) (b))"),
        ("(a; b) >x", "(sub (seq (a) (b)) 1>x)"),
        ("{ a; } 2>&1", "(redir (a) 2>&1)"),
        (
            "if a; then b; elif c; then d; else e; fi",
            "(if (a) (b) (if (c) (d) (e)))",
        ),
        (
            "while a\ndo b\ndone; until c; do d; done",
            "(seq (while (a) (b)) (until (c) (d)))",
        ),
        ("for i in 1 $x; do a; done", "(for i 1,{x} (a))"),
        ("for i; do a; done", "(for i @ (a))"),
        ("for i\nin a\ndo b; done", "(for i a (b))"),
        (
            "case $x in a|b) c;; (*) ;; d) e\nesac",
            "(case {x} a|b:(c) *: d:(e))",
        ),
        ("f() { a; }; f", "(seq (fn f (a)) (f))"),
        ("f() (a) >x", "(fn f (sub (a) 1>x))"),
        ("function g { a; }", "(fn g (a))"),
        ("a=1 b='2 3' c d=4", "(a=1 b='2 3' c d=4)"),
        ("x=$(a; b) c", "(x=$[(seq (a) (b))] c)"),
        ("<in a >out 3>>app 2>&-", "(a 0<in 1>out 3>>app 2>&-)"),
        ("a &>f", "(a 1&>f)"),
        ("[[ a && b || c ]] && d", "(and ([[ a && b || c ]]) (d))"),
        ("echo if then {", "(echo if then {)"),
        ("a#b #c", "(a#b)"),
        ("a\\\nb c\\\n d", "(ab c d)"),
        ("ll x", "(ls -l x)"),
        ("sudo ll", "(do_it ls -l)"),
        ("loop", "(loop x)"),
        ("'ll' x", "('ll' x)"),
        ("a & b", "(seq (bg (a)) (b))"),
    ]);
}

#[test]
fn words_keep_what_was_quoted_and_what_expands() {
    check(&[
        (r#"a'b c'"d $e"\f"#, "(a'b c''''d 'q{e}'f')"),
        (r#""" ''"#, "('' '')"),
        ("$a${b}$1$10${10}$$ $", "({a}{b}{1}{1}0{10}{$} $)"),
        (
            "${a:-b c}${#d}${#}",
            "({a Default { colon: true } b c}{d Length }{#})",
        ),
        (
            "\"${a-\"b c\"}\"",
            "(''q{a Default { colon: false } 'b c'})",
        ),
        (
            "${a##*/} ${a%'x'}",
            "({a RemovePrefix { longest: true } */} {a RemoveSuffix { longest: false } 'x'})",
        ),
        ("${a/b/c}", "({a Replace { all: false } b/c})"),
        ("${a!b} c", "({a Bad b} c)"),
        ("${}", "({ Bad })"),
        ("${a:1:2}", "({a Substring 1:2})"),
        ("$((1+(2)))x", "({{'1+(2)'}x)"),
        (
            "${a:-${b:-$(c)}}",
            "({a Default { colon: true } {b Default { colon: true } $[(c)]}})",
        ),
        ("`a \\`b\\``", "($[(a $[(b)])])"),
        ("$(case a in a) b;; esac)", "($[(case a a:(b))])"),
        ("$(a\n)b", "($[(a)]b)"),
        ("$'a\\n\\x41\\'b'", "('a\\nA'b')"),
        ("\"$@\" \"$*\"", "(q{@} ''q{*})"),
        ("${a:} b}", "({a b})"),
        ("a\"\\x\\$\\\"\"", "(a'\\x$\"')"),
    ]);
}

#[test]
fn here_documents_are_read_behind_their_line() {
    check(&[
        ("a <<E\nb $c\nE\nd", "(a 0<<'b 'q{c}'\\n')\n(d)"),
        ("a <<'E'\nb $c\nE\n", "(a 0<<'b $c\\n')"),
        ("a <<-E\n\t\tb\n\tE\n", "(a 0<<'b\\n')"),
        (
            "a <<A; b <<B\n1\nA\n2\nB\n",
            "(seq (a 0<<'1\\n') (b 0<<'2\\n'))",
        ),
        ("a <<E\nb", "(a 0<<'b')"),
        ("$(a <<E\nx\nE\n) y", "($[(a 0<<'x\\n')] y)"),
        ("a <<E\nb\\\nE\nE\n", "(a 0<<'bE\\n')"),
    ]);
}

#[test]
fn errors_name_the_token_and_the_line() {
    check(&[
        (")", "1: unexpected \")\""),
        ("a; fi", "1: unexpected \"fi\""),
        ("a\nb\n;", "(a)\n(b)\n3: unexpected \";\""),
        (
            "if true; then a",
            "1: unexpected end of file (expecting \"fi\")",
        ),
        ("if then fi", "1: unexpected \"then\""),
        ("while", "1: unexpected end of file (expecting \"do\")"),
        ("{ a", "1: unexpected end of file (expecting \"}\")"),
        ("( a", "1: unexpected end of file (expecting \")\")"),
        ("a <", "1: unexpected end of file"),
        ("a |", "1: unexpected end of file"),
        ("a &&", "1: unexpected end of file"),
        ("f()", "1: unexpected end of file"),
        ("f( { a; }", "1: unexpected word (expecting \")\")"),
        ("f-g() { a; }", "1: bad function name"),
        ("for 1 in a; do b; done", "1: bad for loop variable"),
        ("for a in b; c", "1: unexpected word (expecting \"do\")"),
        (
            "for x in a; { b; }",
            "1: unexpected \"{\" (expecting \"do\")",
        ),
        ("case x in", "1: unexpected end of file (expecting \")\")"),
        ("! ! a", "1: unexpected \"!\""),
        ("a & & b", "1: unexpected \"&\""),
        ("(a) b", "1: unexpected word"),
        ("a=(1 2)", "1: unexpected \"(\""),
        ("cat <<< x", "1: unexpected redirection"),
        ("\"abc", "1: unterminated quoted string"),
        ("$(a", "1: unexpected end of file (expecting \")\")"),
        ("`a", "1: EOF in backquote substitution"),
        ("${a", "1: missing '}'"),
        ("${", "1: missing '}'"),
        ("$((1+2)", "1: missing '))'"),
    ]);
}

#[test]
fn nesting_costs_no_native_stack() {
    for (open, close) in [
        ("(", ")"),
        ("{ ", "; }"),
        ("if a; then ", "; fi"),
        ("$(", ")"),
    ] {
        let text = open.repeat(10_000) + "a" + &close.repeat(10_000);
        let mut parser = Parser::new(1, Rules::default());
        parser.feed(text.as_bytes());
        parser.feed_end();
        loop {
            match parser.advance(&Aliases::default(), 1).expect("valid text") {
                Progress::Command { .. } => break,
                Progress::Paused => {}
                other => panic!("{open}: {other:?}"),
            }
        }
    }
}

#[test]
fn random_texts_end_without_a_panic() {
    const PIECES: &[&str] = &[
        "a",
        "b=1",
        " ",
        " ",
        "\n",
        ";",
        ";;",
        "&",
        "&&",
        "|",
        "||",
        "(",
        ")",
        "{ ",
        " }",
        "<",
        ">",
        "<<E\n",
        "\nE\n",
        "2>&1",
        "'",
        "\"",
        "`",
        "$",
        "$(",
        "${a/b}",
        "${a/",
        "${a:}",
        "${a/${b",
        "\"\"",
        "<(",
        ">(",
        "<<-E\n\t",
        "$((",
        "))",
        "${a",
        "${a:-",
        "}",
        "#",
        "%",
        "/",
        "\\",
        "if ",
        " then ",
        " fi",
        "while ",
        " do ",
        " done",
        "case x in ",
        " esac",
        "for i in ",
        "f()",
        "!",
        "*",
        "[[",
        "]]",
        "\u{e9}",
        "ll",
        "sudo ",
        "loop",
    ];
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut next = |bound: usize| {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        usize::try_from(seed % 0xffff).unwrap_or(0) % bound
    };
    let mut aliases = Aliases::default();
    aliases.set("ll".into(), "ls (".into());
    aliases.set("sudo".into(), "do_it ".into());
    aliases.set("loop".into(), "loop loop".into());
    for _ in 0..20_000 {
        let mut text = Vec::new();
        for _ in 0..next(30) {
            if next(20) == 0 {
                text.push(u8::try_from(next(256)).unwrap_or(0));
            } else {
                text.extend_from_slice(PIECES[next(PIECES.len())].as_bytes());
            }
        }
        let whole = parse(&text, usize::MAX, &aliases);
        let bytewise = parse(&text, 1, &aliases);
        assert_eq!(whole, bytewise, "{:?}", String::from_utf8_lossy(&text));
    }
}

#[test]
fn a_parser_keeps_no_aliases() {
    let mut aliases = Aliases::default();
    aliases.set("ll".into(), "ls -l".into());
    let mut parser = Parser::new(1, Rules::default());
    parser.feed(b"ll; echo $(");
    assert!(matches!(
        parser.advance(&aliases, 1),
        Ok(Progress::NeedInput)
    ));
    assert!(!aliases.is_shared());
}
