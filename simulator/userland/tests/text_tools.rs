//! Text tools beside busybox 1.35: each file of `tests/text_tools` holds scripts with what busybox's own programs
//! wrote (both outputs together) and returned. Scripts of a file share one root, each in a folder of its own. A line
//! with `#` before the first script names another reference where busybox has no such program.

#[expect(dead_code, reason = "the terminal test uses what this one does not")]
mod root;

use root::Root;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// One script and what comes of it.
struct Case {
    line: usize,
    script: String,
    output: String,
    status: i32,
}

/// Reads `=== NAME`, the script, `--- STATUS` and the output; a `\` at the end of the output's last line stands for a
/// missing newline.
fn cases(text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    let mut in_script = false;
    for (index, line) in text.lines().enumerate() {
        if cases.is_empty() && line.starts_with('#') {
            continue;
        }
        if line.starts_with("=== ") {
            cases.push(Case {
                line: index + 1,
                script: String::new(),
                output: String::new(),
                status: 0,
            });
            in_script = true;
            continue;
        }
        let case = cases.last_mut().expect("a file begins with a case");
        if let (true, Some(status)) = (in_script, line.strip_prefix("--- ")) {
            case.status = status.parse().expect("a status");
            in_script = false;
            continue;
        }
        let part = if in_script {
            &mut case.script
        } else {
            &mut case.output
        };
        part.push_str(line);
        part.push('\n');
    }
    for case in &mut cases {
        if case.output.ends_with("\\\n") {
            case.output.truncate(case.output.len() - 2);
        }
    }
    cases
}

#[track_caller]
fn check(file: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/text_tools")
        .join(file);
    let text = std::fs::read_to_string(&path).expect("the cases are part of the project");
    let root = Root::new();
    let mut wrong = BTreeMap::new();
    let cases = cases(&text);
    assert!(!cases.is_empty(), "{file} holds no case");
    for (number, case) in cases.iter().enumerate() {
        let script = format!(
            "exec 2>&1; mkdir /tmp/{number}; cd /tmp/{number}\n{}",
            case.script
        );
        let outcome = root.run(script.trim_end().as_bytes());
        let found = String::from_utf8_lossy(&outcome.stdout).into_owned();
        if outcome.status != Some(case.status) || found != case.output {
            let text = format!(
                "status {:?}, expected {}\n{}--- expected\n{}\n--- found\n{found}\n",
                outcome.status, case.status, case.script, case.output
            );
            wrong.insert(format!("{file}:{}", case.line), text);
        }
    }
    let listed = listed(file);
    let new: Vec<String> = wrong
        .iter()
        .filter(|(label, _)| !listed.contains(*label))
        .map(|(label, text)| format!("{label} differs: {text}"))
        .collect();
    assert!(new.is_empty(), "{}", new.join("\n"));
    for label in &listed {
        let gone = format!("{label} agrees now, take it off tests/text_tools/failing.txt");
        assert!(wrong.contains_key(label), "{gone}");
    }
}

/// Cases of `file` that are known to differ: `tests/text_tools/failing.txt`, which may only shrink.
fn listed(file: &str) -> BTreeSet<String> {
    let list = include_str!("text_tools/failing.txt");
    let of_file = |label: &&str| label.split(':').next() == Some(file);
    list.lines().filter(of_file).map(str::to_owned).collect()
}

macro_rules! files {
    ($($name:ident $file:literal,)*) => {
        $(#[test]
        fn $name() {
            check($file);
        })*
    };
}

files! {
    base64_does_as_busybox_does "base64.txt",
    basename_does_as_busybox_does "basename.txt",
    cal_does_as_busybox_does "cal.txt",
    cat_does_as_busybox_does "cat.txt",
    chgrp_does_as_busybox_does "chgrp.txt",
    chmod_does_as_busybox_does "chmod.txt",
    chown_does_as_busybox_does "chown.txt",
    comm_does_as_busybox_does "comm.txt",
    cp_does_as_busybox_does "cp.txt",
    cut_does_as_busybox_does "cut.txt",
    date_does_as_busybox_does "date.txt",
    dd_does_as_busybox_does "dd.txt",
    df_does_as_busybox_does "df.txt",
    dirname_does_as_busybox_does "dirname.txt",
    du_does_as_busybox_does "du.txt",
    echo_does_as_busybox_does "echo.txt",
    env_does_as_busybox_does "env.txt",
    fold_does_as_busybox_does "fold.txt",
    free_does_as_busybox_does "free.txt",
    head_does_as_busybox_does "head.txt",
    hostname_does_as_busybox_does "hostname.txt",
    id_does_as_busybox_does "id.txt",
    link_does_as_busybox_does "link.txt",
    ln_does_as_busybox_does "ln.txt",
    logname_does_as_busybox_does "logname.txt",
    ls_does_as_busybox_does "ls.txt",
    mkdir_does_as_busybox_does "mkdir.txt",
    mktemp_does_as_busybox_does "mktemp.txt",
    mv_does_as_busybox_does "mv.txt",
    nl_does_as_busybox_does "nl.txt",
    nproc_does_as_busybox_does "nproc.txt",
    paste_does_as_busybox_does "paste.txt",
    printf_does_as_busybox_does "printf.txt",
    ps_does_as_busybox_does "ps.txt",
    pwd_does_as_busybox_does "pwd.txt",
    rm_does_as_busybox_does "rm.txt",
    rmdir_does_as_busybox_does "rmdir.txt",
    seq_does_as_busybox_does "seq.txt",
    sort_does_as_busybox_does "sort.txt",
    stat_does_as_busybox_does "stat.txt",
    strings_does_as_busybox_does "strings.txt",
    stty_does_as_busybox_does "stty.txt",
    sync_does_as_busybox_does "sync.txt",
    tail_does_as_busybox_does "tail.txt",
    tee_does_as_busybox_does "tee.txt",
    test_does_as_busybox_does "test.txt",
    touch_does_as_busybox_does "touch.txt",
    tr_does_as_busybox_does "tr.txt",
    true_does_as_busybox_does "true.txt",
    tty_does_as_busybox_does "tty.txt",
    uname_does_as_busybox_does "uname.txt",
    uniq_does_as_busybox_does "uniq.txt",
    unlink_does_as_busybox_does "unlink.txt",
    watch_does_as_busybox_does "watch.txt",
    wc_does_as_busybox_does "wc.txt",
    which_does_as_busybox_does "which.txt",
    whoami_does_as_busybox_does "whoami.txt",
    xxd_does_as_busybox_does "xxd.txt",
    yes_does_as_busybox_does "yes.txt",
    awk_computes_as_busybox_does "awk.txt",
    bc_computes_as_busybox_does "bc.txt",
    bunzip2_unpacks "bunzip2.txt",
    chroot_changes_the_root "chroot.txt",
    cksum_sums_as_busybox_does "cksum.txt",
    cpio_packs_and_unpacks "cpio.txt",
    crond_runs_jobs "crond.txt",
    crontab_keeps_tables "crontab.txt",
    dc_computes_as_busybox_does "dc.txt",
    diff_and_cmp_compare_as_busybox_does "compare.txt",
    dumps_look_as_busybox_shows_them "dump.txt",
    expand_makes_blanks "expand.txt",
    expr_evaluates_as_busybox_does "expr.txt",
    factor_finds_primes "factor.txt",
    find_and_xargs_walk_as_busybox_does "find.txt",
    grep_selects_as_busybox_does "grep.txt",
    httpd_serves_as_busybox_does "httpd.txt",
    install_copies_with_modes "install.txt",
    ip_shows_links_and_routes_as_busybox_does "ip.txt",
    join_pairs_lines_as_coreutils_does "join.txt",
    kill_sends_signals_as_busybox_does "kill.txt",
    killall_ends_the_named "killall.txt",
    logger_copies_what_it_logs "logger.txt",
    mkfifo_makes_pipes "mkfifo.txt",
    mount_lists_mounts "mount.txt",
    nc_moves_bytes_as_busybox_does "nc.txt",
    netstat_route_and_ifconfig_show_as_busybox_does "netstat.txt",
    nice_lets_others_go_first "nice.txt",
    nohup_lets_programs_outlive_terminals "nohup.txt",
    nslookup_asks_as_busybox_does "nslookup.txt",
    other_tools_do_what_is_known_of_them "more.txt",
    packers_pack_as_busybox_does "pack.txt",
    patch_changes_files "patch.txt",
    pgrep_finds_processes "pgrep.txt",
    pidof_finds_programs "pidof.txt",
    ping_counts_as_busybox_does "ping.txt",
    pkill_ends_what_it_finds "pkill.txt",
    printenv_shows_variables "printenv.txt",
    realpath_follows_links "realpath.txt",
    rev_turns_lines_round "rev.txt",
    script_records_as_busybox_does "script.txt",
    sed_edits_as_busybox_does "sed.txt",
    setsid_makes_sessions "setsid.txt",
    split_cuts_files "split.txt",
    su_becomes_other_users "su.txt",
    sum_sums_as_of_old "sum.txt",
    sums_are_those_of_busybox "sums.txt",
    tac_turns_files_round "tac.txt",
    tar_reads_what_is_packed "tar.txt",
    telnet_converses_as_busybox_does "telnet.txt",
    time_measures_programs "time.txt",
    timeout_ends_what_takes_too_long "timeout.txt",
    traceroute_finds_its_way_as_busybox_does "traceroute.txt",
    truncate_sets_sizes "truncate.txt",
    unexpand_makes_tabs "unexpand.txt",
    unlzma_unpacks "unlzma.txt",
    unxz_unpacks "unxz.txt",
    unzip_takes_archives_apart "unzip.txt",
    uptime_tells_time_and_load "uptime.txt",
    wget_fetches_as_busybox_does "wget.txt",
    zcat_knows_packers "zcat.txt",
}
