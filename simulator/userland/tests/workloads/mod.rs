//! Scripts that let one program after the other compute for long: what they are called, and what they do.

/// A script that computes for long.
pub(crate) struct Workload {
    pub(crate) name: &'static str,
    /// Makes what it works on.
    pub(crate) prepare: &'static str,
    pub(crate) script: &'static str,
}

const fn workload(name: &'static str, prepare: &'static str, script: &'static str) -> Workload {
    Workload {
        name,
        prepare,
        script,
    }
}

/// A million bytes without a line end.
const LONG_LINE: &str = "head -c 1000000 /dev/zero | tr '\\0' a >line";
/// A hundred thousand lines in no order.
const LINES: &str = "awk 'BEGIN { for (i = 0; i < 100000; i++) print (i * 7919) % 100003, \"word\" i % 97, i }' >lines";
/// Two million bytes that do not compress well.
const BYTES: &str = "head -c 2000000 /dev/urandom >bytes";
/// A variable of a million bytes.
const LONG_VALUE: &str = "v=$(head -c 1000000 /dev/zero | tr '\\0' a)";
/// Twenty thousand empty files.
const NAMES: &str = "mkdir names; cd names; seq 1 20000 | sed 's/^/file/' | xargs touch";

/// Zeros, packed.
const UNPACKED: &str = "echo QlpoOTFBWSZTWaZFgLIAFvpACMAAQAAACCAAMMwJqmmpAi2pIEXi7kinChIUyLAWQA== | base64 -d >zeros.bz2; echo /Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj70I/ANFdAABv/f//o7f/Rz5IFXI5YVG4kijmo4YH+e7kHoLTL8U6PAFLsX7JiopNL6MN2X+m44wjEVPgWRjFdYrid/i2lH8MasDedElk4ulcU7IE2PdEDKtfDW1G6eXDdoi3llestk3haR1v+0uIEGxCy4g/XACP0E6vJiiUcR89jyThcJ6nI1/sKMuF0ZWYin4qkfIndfcZwAaYTZj92K/VkA/EJVP49ZE2MQWlsO5vwXBNRwzRkRGqrWAdus6xJxhcWYbpZlJYvul2rFnk5VsFCPmTwz82AAAAADKzVZfu0uHjAAHtAcCEPQDV4HauscRn+wIAAAAABFla | base64 -d >zeros.xz";

/// Lines and fields.
pub(crate) const TEXT: &[Workload] = &[
    workload("sort", LINES, "sort lines | tail -n 1"),
    workload("sort -n -u", LINES, "sort -n -u lines | tail -n 1"),
    workload("sort -k", LINES, "sort -k2,2 -k1,1nr lines | tail -n 1"),
    workload(
        "sort of equal lines",
        "yes same | head -n 200000 >lines",
        "sort lines | uniq -c",
    ),
    workload(
        "sort of a long line",
        LONG_LINE,
        "cat line line | sort | wc -c",
    ),
    workload(
        "uniq, cut, comm and join",
        LINES,
        "sort lines >sorted; cut -d' ' -f2 sorted | uniq -c | tail -n 1; comm -12 sorted sorted | wc -l; join sorted sorted | wc -l",
    ),
    workload(
        "wc, head, tail and tac",
        LINES,
        "wc lines; head -n 90000 lines | tail -n 1; tac lines | tail -n 1",
    ),
    workload(
        "tr, rev, fold, nl and expand",
        LINES,
        "tr a-z A-Z <lines | rev | fold -w 5 | nl | expand | unexpand -a | tail -n 1",
    ),
    workload(
        "rev and fold of a long line",
        LONG_LINE,
        "rev line | fold -w 7 | tail -n 1; cut -c 5-999999 line | wc -c",
    ),
    workload(
        "awk arithmetic",
        "",
        "awk 'BEGIN { for (i = 0; i < 300000; i++) s += i * i % 7; print s }'",
    ),
    workload(
        "awk arrays",
        LINES,
        "awk '{ n[$2]++; a[$1] = $3 } END { for (k in n) t += n[k]; print t; for (k in a) c++; print c }' lines",
    ),
    workload(
        "awk of a long line",
        LONG_LINE,
        "awk '{ print length($0); gsub(/a/, \"bc\"); print length($0); n = split(substr($0, 1, 200000), p, \"\"); print n; print index($0, \"x\"), match($0, /bcx/), toupper(substr($0, 5, 3)) }' line",
    ),
    workload(
        "awk of many fields",
        "seq 1 100000 | tr '\\n' ' ' >line",
        "awk '{ for (i = 1; i <= NF; i++) s += $i; print s, NF; $5 = 1; print length($0) }' line",
    ),
    workload(
        "awk concatenation",
        "",
        "awk 'BEGIN { for (i = 0; i < 20000; i++) s = s \"x\"; print length(s); printf \"%1000000s\", \"y\" }' | wc -c",
    ),
    workload(
        "sed",
        LINES,
        "sed -e 's/\\([a-z]*\\)\\([0-9]\\)/\\2\\1/g' -e '/5$/d' lines | tail -n 1",
    ),
    workload(
        "sed of a long line",
        LONG_LINE,
        "sed -e 's/a/bb/g' -e 's/\\(b*\\)b/\\1c/' -e 'y/b/x/' line | wc -c",
    ),
    workload(
        "sed of a growing space",
        LINES,
        "head -n 2000 lines | sed -n 'H;${x;s/\\n/,/g;p}' | wc -c",
    ),
    workload(
        "grep",
        LINES,
        "grep -c 'wo.*d[0-9]' lines; grep -v -e 1 -e 2 -e 3 lines | wc -l; grep -F -f lines lines 2>/dev/null | head -n 1",
    ),
    workload(
        "grep of a long line",
        LONG_LINE,
        "grep -c 'a*b' line; grep -o 'a\\{5\\}' line | wc -l; grep -E '(a|aa)+x' line; grep -c '\\(a*\\)\\1x' line",
    ),
];

/// Archives, sums and other forms of bytes.
pub(crate) const BYTE_FORMS: &[Workload] = &[
    workload(
        "tar",
        "mkdir d; for i in 1 2 3; do head -c 300000 /dev/urandom >d/$i; done",
        "tar cf a.tar d; tar tf a.tar; mkdir x; tar xf a.tar -C x; tar czf a.tgz d; tar tzf a.tgz | wc -l",
    ),
    workload(
        "tar of many files",
        NAMES,
        "cd ..; tar cf a.tar names; tar tf a.tar | wc -l",
    ),
    workload(
        "gzip",
        BYTES,
        "gzip -c bytes | gunzip | wc -c; gzip -9 -c bytes | wc -c",
    ),
    workload(
        "gzip of zeros",
        "",
        "head -c 20000000 /dev/zero | gzip | gunzip | wc -c",
    ),
    workload(
        "bunzip2 and unxz",
        UNPACKED,
        "bunzip2 -c zeros.bz2 | wc -c; unxz -c zeros.xz | wc -c",
    ),
    workload(
        "sums",
        BYTES,
        "sha512sum bytes; sha256sum bytes; sha1sum bytes; md5sum bytes; cksum bytes; sum bytes",
    ),
    workload(
        "texts of bytes",
        BYTES,
        "base64 bytes | base64 -d | wc -c; od bytes | tail -n 1; hexdump -C bytes | tail -n 1; xxd bytes | tail -n 1; strings bytes | wc -l >/dev/null",
    ),
    workload(
        "dd",
        "",
        "dd if=/dev/zero bs=1M count=20 2>/dev/null | dd bs=7 count=100000 of=/dev/null 2>/dev/null; dd if=/dev/zero of=f bs=10M count=2 2>/dev/null; wc -c f",
    ),
];

/// Numbers, comparisons and file trees.
pub(crate) const NUMBERS_AND_TREES: &[Workload] = &[
    workload(
        "bc",
        "",
        "echo '2^20000 % 1000007; scale=600; 1/7; sqrt(2); 4*a(1)' | bc -l | wc -c",
    ),
    workload(
        "dc",
        "",
        "echo '3 9000 ^ 2 5000 ^ / 10 % p 500 k 2 v p' | dc | wc -c",
    ),
    workload(
        "factor",
        "",
        "factor 18446744073709551557 18446744073709551615 1000000016000000063 2147483647",
    ),
    workload(
        "expr and seq",
        "",
        "seq 1 300000 | tail -n 1; expr $(printf '1 + %.0s' $(seq 2000)) 1",
    ),
    workload(
        "diff",
        LINES,
        "awk 'NR % 3' lines >other; diff lines other | wc -l; cmp lines other",
    ),
    workload(
        "diff of what is all different",
        "seq 1 20000 >one; seq 30001 50000 >two",
        "diff one two | wc -l",
    ),
    workload(
        "diff of what repeats",
        "yes a | head -n 5000 >one; yes 'a\nb' | head -n 5000 >two",
        "diff one two | wc -l",
    ),
    workload(
        "patch",
        LINES,
        "awk 'NR % 5' lines >other; diff -u lines other >d; patch lines d; cmp lines other && echo same",
    ),
    workload(
        "find",
        NAMES,
        "cd ..; find . -name '*5*7' -size -1 | wc -l; find . -type f -exec true {} +; find . -newer . | wc -l",
    ),
    workload(
        "ls",
        NAMES,
        "ls -l | wc -l; ls -R / | wc -l; du -a . | wc -l",
    ),
    workload(
        "cp and rm",
        NAMES,
        "cd ..; cp -r names copy; rm -r copy; ls",
    ),
];

/// The shell.
pub(crate) const SHELL: &[Workload] = &[
    workload(
        "globbing",
        NAMES,
        "set -- file*7; echo $#; set -- *[0-9]*[!5]; echo $#; echo f*le*1*2*3*; case file1 in *x*y*z) ;; esac",
    ),
    workload(
        "a huge word",
        "",
        "set -- $(seq 1 100000); echo $#; a=\"$*\"; echo ${#a}; IFS=1; set -- $a; echo $#; for i in \"$@\"; do :; done; b=$a$a$a; echo ${#b}",
    ),
    workload(
        "prefixes and suffixes",
        LONG_VALUE,
        "a=${v##*x}; b=${v%%x*}; c=${v#*a}; d=${v%a*}; e=${v##*[!a]*}; echo ${#a} ${#b} ${#c} ${#d} ${#e}",
    ),
    workload(
        "replacing",
        LONG_VALUE,
        "a=${v//a/bc}; b=${v/x*y/z}; c=${v//[ab]/d}; d=${v:5:999990}; echo ${#a} ${#b} ${#c} ${#d}",
    ),
    workload(
        "case on a long value",
        LONG_VALUE,
        "case $v in *x*) echo x;; *a*a*a*b) echo b;; [!a]*) echo c;; a*a) echo d;; esac; [ \"$v\" = \"$v\" ] && echo same; [[ $v == *z ]]; echo $?",
    ),
    workload(
        "read of a long line",
        LONG_LINE,
        "read -r a <line; echo ${#a}; while read -r b; do :; done <line; echo $(wc -c <line)",
    ),
    workload(
        "read of many words",
        "seq 1 50000 | tr '\\n' ' ' >words; echo >>words",
        "read -r a b c <words; echo $a $b ${#c}; for w in $(cat words); do n=$w; done; echo $n",
    ),
    workload(
        "printf",
        "",
        "printf '%1000000d' 1 | wc -c; printf '%s' $(seq 1 20000) | wc -c; printf '%.1000000f' 1 | wc -c; x=$(printf '%1000000s' y); echo ${#x}",
    ),
    workload(
        "echo of a long value",
        LONG_VALUE,
        "echo $v | wc -c; echo -e \"$v\" | wc -c; echo \"$v\" >f; wc -c f",
    ),
    workload(
        "arithmetic",
        "",
        "i=0; while [ $i -lt 30000 ]; do i=$((i * 1 + 1)); done; echo $i",
    ),
    workload(
        "a long expression",
        "",
        "echo $(($(printf '1+%.0s' $(seq 100000))1))",
    ),
    workload(
        "nested eval",
        "",
        "eval \"$(printf 'eval %.0s' $(seq 600)) echo deep\"",
    ),
    workload(
        "a long script",
        "",
        "eval \"$(seq 1 30000 | sed 's/.*/a&=&;/')\"; echo $a29999; set | wc -l",
    ),
    workload(
        "functions",
        "",
        "f() { [ $1 -eq 0 ] || f $(($1 - 1)); }; f 2000; for i in $(seq 1 2000); do eval \"g$i() { echo $i; }\"; done; g1999",
    ),
    workload(
        "a huge here-document",
        "{ echo 'cat <<X'; head -c 1000000 /dev/zero | tr '\\0' y; printf '\\nX\\ncat <<Y\\n'; seq 1 20000 | sed 's/.*/$((&)) ${a-b}/'; echo Y; } >script",
        ". ./script | wc -c",
    ),
    workload(
        "a huge quotation",
        "{ printf \"a='\"; head -c 1000000 /dev/zero | tr '\\0' y; printf \"'; b=\\\"\"; head -c 1000000 /dev/zero | tr '\\0' z; echo '\"'; } >script",
        ". ./script; echo ${#a} ${#b}",
    ),
    workload(
        "a long comment",
        "{ printf '#'; head -c 1000000 /dev/zero | tr '\\0' y; echo; echo echo done; } >script",
        ". ./script",
    ),
    workload(
        "many words and aliases",
        "seq 1 3000 | sed 's/.*/alias a&=b&/' >script",
        ". ./script; alias | wc -l; hash; type a5; unalias -a",
    ),
    workload(
        "command substitution",
        "",
        "a=$(seq 1 100000); echo ${#a}; b=$(echo \"$a\"); echo ${#b}; echo `echo $a | wc -w`",
    ),
    workload(
        "positional parameters",
        "",
        "set -- $(seq 1 50000); while [ $# -gt 49000 ]; do shift; done; echo $#; echo \"${*#1}\" | wc -c; getopts ab o; echo \"$@\" | wc -c",
    ),
    workload(
        "xargs and env",
        "",
        "seq 1 50000 | xargs -n 5000 echo | wc -l; seq 1 20000 | xargs echo | wc -c; env -i $(seq 1 5000 | sed 's/.*/v&=x/') env | wc -l",
    ),
    workload(
        "processes",
        "",
        "for i in $(seq 1 300); do sleep 1 & done; ps | wc -l; jobs | wc -l; wait; pgrep sleep; echo $?",
    ),
    workload(
        "pipes",
        "",
        "yes | head -c 20000000 | cat | cat | wc -c; yes | tee f | head -n 100000 | wc -l",
    ),
    workload(
        "cpio and unzip",
        NAMES,
        "cd ..; find names | cpio -o -H newc 2>/dev/null >a.cpio; cpio -it <a.cpio 2>/dev/null | wc -l",
    ),
    workload(
        "split and paste",
        LINES,
        "split -l 1000 lines p; ls p* | wc -l; paste -d, lines lines | tail -n 1; cat p* | wc -l",
    ),
    workload(
        "truncated and sparse files",
        "",
        "truncate -s 100M f; wc -c f; cksum f; cmp f f; tail -c 5 f | od",
    ),
    workload(
        "dates",
        "",
        "for y in $(seq 1970 1990); do cal $y; done | wc -l; date -d '2020-02-29 12:00' +%s",
    ),
];

/// All of them.
pub(crate) const ALL: [&[Workload]; 4] = [TEXT, BYTE_FORMS, NUMBERS_AND_TREES, SHELL];
