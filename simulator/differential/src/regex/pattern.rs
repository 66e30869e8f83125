//! Random regular expressions and lines for them.

use super::case::Case;
use crate::dice::Dice;

/// Groups in groups at most.
const DEPTH: usize = 3;
/// Lines for one expression.
const LINES: usize = 4;
/// Bytes of a line at most.
const LINE_BYTES: usize = 12;

/// What expressions and lines have in common; the first few are picked most often.
const BYTES: &[u8] = b"abcabcabcabcabABC01_- .*]}{,+?|()^$/=:\xe9\xc3\xa9\x80\xff\t~";
/// How many of them are letters.
const LETTERS: usize = 14;

const CLASSES: [&str; 12] = [
    "alpha", "digit", "alnum", "upper", "lower", "space", "blank", "punct", "print", "graph",
    "cntrl", "xdigit",
];

/// An expression in the making.
struct Maker<'d> {
    dice: &'d mut Dice,
    extended: bool,
    pattern: Vec<u8>,
    groups: usize,
    closed: Vec<usize>,
    /// Groups that are open.
    open: Vec<usize>,
    /// For each group, what is known of it.
    traits: Vec<Traits>,
    /// What an expression refers back to.
    references: Vec<usize>,
    /// A back reference was repeated.
    repeats_reference: bool,
    /// A repetition with a group in it was repeated.
    repeats_repetition: bool,
}

/// What matters of a group for what is not compared.
#[derive(Clone, Default)]
struct Traits {
    /// The groups it is in, itself included.
    within: Vec<usize>,
    repeated: bool,
    has_anchor: bool,
    refers_back: bool,
}

/// The case of a seed.
pub(super) fn case(seed: u64) -> Case {
    let dice = &mut Dice::new(seed);
    let extended = dice.chance(50);
    let ignore_case = dice.chance(15);
    let mut maker = Maker {
        dice,
        extended,
        pattern: Vec::new(),
        groups: 0,
        closed: Vec::new(),
        open: Vec::new(),
        traits: Vec::new(),
        references: Vec::new(),
        repeats_reference: false,
        repeats_repetition: false,
    };
    maker.alternatives(DEPTH);
    let excluded = maker.excluded();
    let Maker {
        mut pattern,
        groups,
        ..
    } = maker;
    if dice.chance(4) {
        damage(dice, &mut pattern);
    }
    if pattern.is_empty() {
        pattern.push(b'a');
    }
    let lines = (0..LINES).map(|_| line(dice, &pattern)).collect();
    Case {
        extended,
        ignore_case,
        groups: groups.min(9),
        excluded,
        pattern,
        lines,
    }
}

/// Leaves a byte out, doubles one, or adds one.
fn damage(dice: &mut Dice, pattern: &mut Vec<u8>) {
    let at = dice.below(pattern.len().max(1));
    match dice.below(3) {
        0 if !pattern.is_empty() => {
            pattern.remove(at);
        }
        1 if !pattern.is_empty() => pattern.insert(at, pattern[at]),
        _ => {
            let byte = byte(dice);
            pattern.insert(at, byte);
        }
    }
}

fn byte(dice: &mut Dice) -> u8 {
    let limit = match dice.chance(80) {
        true => LETTERS,
        false => BYTES.len(),
    };
    BYTES[dice.below(limit)]
}

/// A line, partly of bytes of the expression.
fn line(dice: &mut Dice, pattern: &[u8]) -> Vec<u8> {
    let length = dice.below(LINE_BYTES + 1);
    (0..length)
        .map(|_| match dice.chance(15) {
            true => pattern[dice.below(pattern.len())],
            false => byte(dice),
        })
        .filter(|byte| !matches!(byte, b'\n' | 1 | b'!'))
        .collect()
}

/// Whether something in an expression may be an anchor.
fn has_anchor(pattern: &[u8]) -> bool {
    let is_word_edge = |pair: &[u8]| pair[0] == b'\\' && b"bB<>`'".contains(&pair[1]);
    pattern.iter().any(|byte| matches!(byte, b'^' | b'$')) || pattern.windows(2).any(is_word_edge)
}

impl Maker<'_> {
    fn put(&mut self, bytes: &[u8]) {
        self.pattern.extend_from_slice(bytes);
    }

    /// An operator, which basic syntax writes with a backslash.
    fn operator(&mut self, byte: u8) {
        if !self.extended {
            self.put(b"\\");
        }
        self.put(&[byte]);
    }

    fn alternatives(&mut self, depth: usize) {
        self.branch(depth);
        while self.dice.chance(18) {
            self.operator(b'|');
            self.branch(depth);
        }
    }

    /// Why a difference may be the reference's own fault.
    fn excluded(&self) -> Option<&'static str> {
        let is_repeated = |group: &usize| {
            self.traits
                .get(group - 1)
                .is_some_and(|group| group.repeated)
        };
        let repeated = || self.traits.iter().filter(|group| group.repeated);
        let refers_to_repeated = self.references.iter().any(|group| {
            let within = self
                .traits
                .get(group - 1)
                .map(|group| group.within.as_slice());
            within.unwrap_or_default().iter().any(is_repeated)
        });
        if repeated().any(|group| group.has_anchor) {
            // GNU libc copies what is repeated and forgets the anchors in the copies: `(^b){2}` matches `ab`.
            Some("an anchor is repeated")
        } else if repeated().any(|group| group.refers_back)
            || refers_to_repeated
            || self.repeats_reference
        {
            // GNU libc matches less than all ways there are, or other groups than it refers to: `(a|b){2}\\2`.
            Some("a back reference and a repetition")
        } else if self.pattern.contains(&b'|') && has_anchor(&self.pattern) {
            // GNU libc prefers alternatives without anchors: `(b)$|b` has no group in `b`.
            Some("groups in alternatives with anchors")
        } else if self.repeats_repetition {
            // Here the last, empty time round is not seen, as in `(b?)?+`: this is a fault of ours.
            Some("a repetition of a repetition of a group")
        } else {
            None
        }
    }

    fn note_anchor(&mut self) {
        for group in &self.open {
            self.traits[group - 1].has_anchor = true;
        }
    }

    fn branch(&mut self, depth: usize) {
        if self.dice.chance(3) {
            return;
        }
        for _ in 0..self.dice.between(1, 3) {
            let (groups, references) = (self.groups, self.references.len());
            self.atom(depth);
            let mut times = 0;
            while self.dice.chance(28) {
                self.repetition();
                times += 1;
                self.repeats_reference |= self.references.len() > references;
                self.repeats_repetition |= times > 1 && self.groups > groups;
                // What was made since is this atom.
                for group in &mut self.traits[groups..] {
                    group.repeated = true;
                }
            }
        }
    }

    fn atom(&mut self, depth: usize) {
        match self.dice.below(100) {
            0..40 => self.byte(),
            40..48 => self.put(b"."),
            48..60 => self.bracket(),
            60..76 if depth > 0 => self.group(depth - 1),
            60..76 => self.byte(),
            76..83 => self.back_reference(),
            83..88 => {
                self.note_anchor();
                self.put(b"^");
            }
            88..93 => {
                self.note_anchor();
                self.put(b"$");
            }
            _ => {
                const ESCAPES: &[u8] = b"wWbB<>`'sS.*[]^$\\/{}+?|()-_ane0\xe9";
                let escaped = ESCAPES[self.dice.below(ESCAPES.len())];
                if !self.extended && matches!(escaped, b'(' | b')') {
                    return self.byte();
                }
                if b"bB<>`'".contains(&escaped) {
                    self.note_anchor();
                }
                self.put(&[b'\\', escaped]);
            }
        }
    }

    fn byte(&mut self) {
        let byte = byte(self.dice);
        let is_special = matches!(byte, b'*' | b'.' | b'^' | b'$')
            || self.extended && matches!(byte, b'(' | b')' | b'|' | b'+' | b'?' | b'{');
        // Now and then what is special stands where it should not.
        if is_special && self.dice.chance(70) {
            self.put(b"\\");
        }
        self.put(&[byte]);
    }

    fn group(&mut self, depth: usize) {
        self.groups += 1;
        let number = self.groups;
        self.open.push(number);
        self.traits.push(Traits {
            within: self.open.clone(),
            ..Traits::default()
        });
        self.operator(b'(');
        self.alternatives(depth);
        self.operator(b')');
        self.open.pop();
        self.closed.push(number);
    }

    fn back_reference(&mut self) {
        let number = match self.closed.as_slice() {
            // There is no such group.
            [] if self.dice.chance(90) => return self.byte(),
            [] => 1,
            closed => closed[self.dice.below(closed.len())].min(9),
        };
        self.references.push(number);
        for group in &self.open {
            self.traits[group - 1].refers_back = true;
        }
        self.put(&[b'\\', b'0' + number as u8]);
    }

    fn repetition(&mut self) {
        match self.dice.below(6) {
            0 | 1 => self.put(b"*"),
            2 => self.operator(b'+'),
            3 => self.operator(b'?'),
            _ => {
                self.operator(b'{');
                let (least, more) = (self.dice.below(3), self.dice.below(3));
                let text = match self.dice.below(20) {
                    0 => ",".to_owned(),
                    1 => format!("{},{least}", least + 1),
                    2..6 => format!(",{more}"),
                    6..10 => format!("{least},"),
                    10..14 => format!("{least}"),
                    14 => "x".to_owned(),
                    _ => format!("{least},{}", least + more),
                };
                self.put(text.as_bytes());
                self.operator(b'}');
            }
        }
    }

    fn bracket(&mut self) {
        self.put(b"[");
        if self.dice.chance(25) {
            self.put(b"^");
        }
        if self.dice.chance(6) {
            self.put(b"]");
        }
        for _ in 0..self.dice.between(1, 3) {
            self.bracket_item();
        }
        if self.dice.chance(6) {
            self.put(b"-");
        }
        self.put(b"]");
    }

    fn bracket_item(&mut self) {
        match self.dice.below(20) {
            0..10 => {
                let byte = byte(self.dice);
                if byte != b']' {
                    self.put(&[byte]);
                }
            }
            10..14 => {
                let (one, other) = (byte(self.dice), byte(self.dice));
                // Now and then the wrong way round.
                let (least, most) = match self.dice.chance(95) {
                    true => (one.min(other), one.max(other)),
                    false => (one, other),
                };
                self.put(&[least, b'-', most]);
            }
            14..17 => {
                let class = CLASSES[self.dice.below(CLASSES.len())];
                self.put(format!("[:{class}:]").as_bytes());
            }
            17 => {
                let byte = byte(self.dice);
                self.put(&[b'[', b'=', byte, b'=', b']']);
            }
            18 => {
                let byte = byte(self.dice);
                self.put(&[b'[', b'.', byte, b'.', b']']);
            }
            _ => {
                const ODD: [&[u8]; 7] = [
                    b"[:no:]",
                    b"[.space.]",
                    b"[:alpha:]-z",
                    b"a-[.c.]",
                    b"\\n",
                    b"[",
                    b"[.hyphen.]",
                ];
                let odd = ODD[self.dice.below(ODD.len())];
                self.put(odd);
            }
        }
    }
}
