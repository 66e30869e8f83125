//! The list of applets.

use super::context::Context;
use super::*;
use crate::kernel::Main;

/// Makes a table row of a name, what runs it, and its usage.
macro_rules! applets {
    ($($name:literal $run:path, $usage:literal;)*) => {
        const TABLE: &[(&str, Main)] = &[
            $(($name, |sys| Box::pin(async move {
                let mut cx = Context::new(&sys, $name, $usage);
                let outcome = match cx.wants_help().await {
                    true => Ok(0),
                    false => $run(&mut cx).await,
                };
                cx.end(outcome).await
            })),)*
        ];
    };
}

/// Every applet by its name.
pub fn table() -> &'static [(&'static str, Main)] {
    TABLE
}

applets! {
    "[" test::run, "";
    "arch" uname::arch, "\n\nPrint system architecture";
    "base64" base64::run, "[-d] [-w COL] [FILE]\n\nBase64 encode or decode FILE to standard output\n\n\t-d\tDecode data\n\t-w COL\tWrap lines at COL (default 76, 0 disables)";
    "awk" awk::run, "[OPTIONS] [AWK_PROGRAM] [FILE]...\n\n\t-v VAR=VAL\tSet variable\n\t-F SEP\t\tUse SEP as field separator\n\t-f FILE\t\tRead program from FILE\n\t-e AWK_PROGRAM";
    "basename" paths::basename, "FILE [SUFFIX] | -a FILE... | -s SUFFIX FILE...\n\nStrip directory path and SUFFIX from FILE";
    "bc" bc::run, "[-lqsw] [FILE]...\n\nCompute with decimal numbers of any length\n\n\t-l\tDefine e, l, s, c, a and j; scale is 20\n\t-q\tIgnored\n\t-s\tRefuse what POSIX does not have\n\t-w\tWarn of it\n\n$BC_LINE_LENGTH: characters of a line";
    "bunzip2" packed::run, "[-cfkt] [FILE]...\n\nUnpack FILEs (or standard input)\n\n\t-c\tTo standard output\n\t-f\tReplace what is there\n\t-k\tKeep the packed files\n\t-t\tOnly look whether they are whole";
    "busybox" busybox::run, "";
    "bzcat" packed::run, "[FILE]...\n\nUnpack FILEs (or standard input) to standard output";
    "bzip2" packed::run, "-d [-cfkt] [FILE]...\n\nUnpack FILEs (or standard input); packing is not supported";
    "cal" cal::run, "[-jmy] [[MONTH] YEAR]\n\nDisplay a calendar\n\n\t-j\tNumber days from the year's first\n\t-m\tWeeks begin on Monday\n\t-y\tThe whole year";
    "cat" cat::run, "[-nbvteA] [FILE]...\n\nPrint FILEs to stdout";
    "chgrp" chmod::owners, "[-RhLHP]... GROUP FILE...\n\nChange the group membership of FILEs to GROUP";
    "chmod" chmod::modes, "[-R] MODE[,MODE]... FILE...\n\nMODE is octal number or symbolic: [ugoa]{+|-|=}[rwxXst]";
    "chown" chmod::owners, "[-RhLHP]... USER[:[GRP]] FILE...\n\nChange the owner and/or group of FILEs to USER and/or GRP";
    "chroot" chroot::run, "DIR [PROG ARGS]\n\nRun PROG (default: a shell) whose root directory is DIR";
    "cksum" digests::cksum, "FILE...\n\nCalculate CRC32 checksum of FILEs";
    "clear" clear::run, "\n\nClear screen";
    "cmp" cmp::run, "[-ls] [-n NUM] FILE1 [FILE2 [SKIP1 [SKIP2]]]\n\nCompare FILE1 with FILE2 (or stdin)";
    "comm" comm::run, "[-123] FILE1 FILE2\n\nCompare FILE1 with FILE2";
    "cp" cp::run, "[-arPLHpfinlsTu] SOURCE DEST\nor: cp [-arPLHpfinlsu] SOURCE... { -t DIRECTORY | DIRECTORY }\n\nCopy SOURCEs to DEST";
    "cpio" cpio::run, "-i|-t|-o|-p DIR [-dmuvL0] [-H newc] [-F FILE] [-R USER[:GROUP]] [MEMBER]...\n\nTake files out of an archive on standard input, list them, pack files that standard input names, or copy them to DIR\n\n\t-d\tMake missing directories\n\t-m\tKeep times\n\t-u\tReplace newer files\n\t-v\tSay which\n\t-L\tFollow links\n\t-0\tNames end in zeros\n\t-F FILE\tThe archive is FILE\n\t-R USER[:GROUP]\tOwner of what is taken out";
    "crond" cron::daemon, "[-fb] [-l LEVEL] [-L FILE] [-c DIR]\n\nRun jobs at the times that tables of users say\n\n\t-f\tStay in the foreground\n\t-b\tGo to the background (default)\n\t-l LEVEL\tLog what is at least so important, 0 to 9\n\t-L FILE\tLog to FILE\n\t-c DIR\tTables are in DIR, not in /var/spool/cron/crontabs";
    "crontab" cron::crontab, "[-c DIR] [-u USER] [-l|-e|-r|FILE]\n\nReplace the table of jobs of the user by FILE (-: standard input)\n\n\t-l\tShow it\n\t-e\tEdit it\n\t-r\tRemove it\n\t-u USER\tThe table of USER\n\t-c DIR\tTables are in DIR";
    "cut" cut::run, "[OPTIONS] [FILE]...\n\nPrint selected fields from FILEs to stdout";
    "date" date::run, "[OPTIONS] [+FMT] [[-s] TIME]\n\nDisplay time (using +FMT), or set time";
    "dc" dc::run, "[-x] [-e TEXT]... [-f FILE]... [FILE]...\n\nCompute with a stack of decimal numbers of any length\n\n\t-e TEXT\tRun TEXT\n\t-f FILE\tRun FILE\n\t-x\tNames of registers may have several letters";
    "dd" dd::run, "[if=FILE] [of=FILE] [ibs=N obs=N/bs=N] [count=N] [skip=N] [seek=N]\n\nCopy a file with converting and formatting";
    "df" df::run, "[-PkmhTai] [-t TYPE] [FILESYSTEM]...\n\nPrint filesystem usage statistics";
    "diff" diff::run, "[-abBdiNqrTstw] [-L LABEL] [-S FILE] [-U LINES] FILE1 FILE2\n\nCompare files line by line and output the differences between them.\nThis implementation supports unified diffs only.";
    "dirname" paths::dirname, "FILENAME\n\nStrip non-directory suffix from FILENAME";
    "du" du::run, "[-aHLdclsxhmk] [FILE]...\n\nSummarize disk space used for FILEs (or directories)";
    "echo" echo::run, "";
    "egrep" grep::run, "[-HhnlLoqvsrRiwFE] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n\nSearch for PATTERN in FILEs (or stdin)";
    "env" env::run, "[-iu0] [NAME=VALUE]... [PROG ARGS]\n\nPrint current environment or run PROG after setting up the environment";
    "expand" expand::run, "[-i] [-t N] [FILE]...\n\nConvert tabs to spaces, writing to stdout";
    "expr" expr::run, "EXPRESSION\n\nPrint the value of EXPRESSION";
    "factor" factor::run, "[NUMBER]...\n\nWrite the prime factors of numbers";
    "false" truth::fail, "";
    "fgrep" grep::run, "[-HhnlLoqvsrRiwFE] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n\nSearch for PATTERN in FILEs (or stdin)";
    "find" find::run, "[-HL] [PATH]... [OPTIONS] [ACTIONS]\n\nSearch for files and perform actions on them";
    "fold" fold::run, "[-bs] [-w WIDTH] [FILE]...\n\nWrap input lines in FILEs (or stdin), writing to stdout";
    "free" free::run, "[-b/k/m/g]\n\nDisplay free and used memory";
    "grep" grep::run, "[-HhnlLoqvsrRiwFE] [-m N] [-A|B|C N] { PATTERN | -e PATTERN... | -f FILE... } [FILE]...\n\nSearch for PATTERN in FILEs (or stdin)";
    "gunzip" packed::run, "[-cfkt] [FILE]...\n\nDecompress FILEs (or stdin)";
    "gzip" packed::run, "[-cfkdt123456789] [FILE]...\n\nCompress FILEs (or stdin)";
    "head" head::run, "[OPTIONS] [FILE]...\n\nPrint first 10 lines of FILEs (or stdin)";
    "hexdump" hexdump::run, "[-bcdoxCv] [-e FMT] [-f FMT_FILE] [-n LEN] [-s OFS] [FILE]...\n\nDisplay FILEs (or stdin) in a user specified format";
    "hostname" uname::hostname, "[-sidf] [HOSTNAME | -F FILE]\n\nShow or set hostname or DNS domain name";
    "httpd" httpd::run, "[-ifv] [-c CONFFILE] [-p [IP:]PORT] [-u USER[:GRP]] [-r REALM] [-h HOME]\nor: httpd -d/-e STRING\n\nServe the files below HOME over HTTP\n\n\t-i\tServe standard input\n\t-f\tStay in the foreground\n\t-v\tVerbose\n\t-p [IP:]PORT\tAddress (default *:80)\n\t-u USER[:GRP]\tBecome USER\n\t-r REALM\tRealm of passwords\n\t-h HOME\tHome directory (default .)\n\t-c FILE\tConfiguration (default {/etc,HOME}/httpd.conf)\n\t-e STRING\tEncode for HTML\n\t-d STRING\tDecode a URL";
    "id" id::run, "[-ugGnr] [USER]\n\nPrint information about USER or the current user";
    "ifconfig" ifconfig::run, "[-a] [INTERFACE]\n\nShow network interfaces";
    "install" cp::install, "[-cdDsp] [-o USER] [-g GRP] [-m MODE] [-t DIR] [SOURCE]... DEST\n\nCopy files and set attributes";
    "ip" ip::run, "[OPTIONS] address|route|link|neigh|rule [ARGS]\n\nOPTIONS := -f[amily] inet|inet6|link | -o[neline]\n\nip addr show [dev IFACE] [to PREFIX]\nip route list|get ROUTE\nip link show [IFACE]";
    "join" join::run, "[-iz] [-a FILE] [-v FILE] [-e TEXT] [-j FIELD] [-1 FIELD] [-2 FIELD] [-o LIST] [-t CHAR]\n\t[--header] [--check-order|--nocheck-order] FILE1 FILE2\n\nWrite pairs of lines of two sorted files that have the same key";
    "kill" kill::run, "[-l] [-SIG] PID...\n\nSend a signal (default: TERM) to given PIDs";
    "killall" killall::run, "[-lq] [-SIG] PROCESS_NAME...\n\nSend a signal (default: TERM) to given processes";
    "less" pager::less, "[-EFIMmNSR~] [FILE]...\n\nShow FILEs (or standard input) on a terminal, back and forth\n\n\t-E\tQuit at the end\n\t-F\tQuit if it fits on one screen\n\t-I\tIgnore case in searches\n\t-M,-m\tShow lines and percent\n\t-N\tShow numbers of lines\n\t-R\tTake colors out\n\t-S\tCut long lines\n\t-~\tNo ~ behind the end";
    "link" ln::link, "FILE LINK\n\nCreate hard LINK to FILE";
    "ln" ln::run, "[-sfnbtv] [-S SUF] TARGET... LINK|DIR\n\nCreate a link LINK or DIR/TARGET to the specified TARGET(s)";
    "logger" logger::run, "[-s] [-t TAG] [-p PRIORITY] [WORD]...\n\nSend words, or lines of standard input, to the system log\n\n\t-s\tTo standard error too\n\t-t TAG\tBegin with TAG, not with the user\n\t-p PRIORITY\tLEVEL, FACILITY.LEVEL or a number";
    "logname" id::logname, "\n\nPrint the name of the current user";
    "ls" ls::run, "[-1AaCxdLHRFplinshrSXvctu] [-w WIDTH] [FILE]...\n\nList directory contents";
    "lzcat" packed::run, "[FILE]...\n\nUnpack FILEs (or standard input) to standard output";
    "lzma" packed::run, "-d [-cfkt] [FILE]...\n\nUnpack FILEs (or standard input); packing is not supported";
    "md5sum" digests::run, "[-c[sw]] [FILE]...\n\nPrint or check MD5 checksums";
    "mkdir" mkdir::make, "[-m MODE] [-p] DIRECTORY...\n\nCreate DIRECTORY";
    "mkfifo" mkfifo::run, "[-m MODE] NAME\n\nCreate named pipe";
    "mktemp" mktemp::run, "[-dt] [-p DIR] [TEMPLATE]\n\nCreate a temporary file with name based on TEMPLATE and print its name";
    "more" pager::more, "[FILE]...\n\nShow FILEs (or standard input) page by page";
    "mount" mount::run, "[OPTIONS] [-o OPT] DEVICE NODE\n\nMount a filesystem. Filesystem autodetection requires /proc";
    "mv" mv::run, "[-finT] SOURCE DEST\nor: mv [-fin] SOURCE... { -t DIRECTORY | DIRECTORY }\n\nRename SOURCE to DEST, or move SOURCEs to DIRECTORY";
    "nc" nc::run, "[OPTIONS] HOST PORT\nor: nc [OPTIONS] -l [-p PORT] [HOST] [PORT]\n\nOpen a pipe to HOST:PORT\n\n\t-l\tListen mode, for inbound connects (-ll: again and again)\n\t-p PORT\tLocal port\n\t-s ADDR\tLocal address\n\t-w SEC\tTimeout of the connect\n\t-i SEC\tDelay between lines\n\t-u\tUDP mode\n\t-z\tConnect only\n\t-v\tVerbose\n\t-f FILE\tUse FILE instead of the network\n\t-e PROG\tRun PROG after connect (must be last)";
    "netstat" netstat::run, "[-ral] [-tuwx] [-enWp]\n\nDisplay networking information\n\n\t-r\tRouting table\n\t-a\tAll sockets\n\t-l\tListening sockets\n\t-t\tTCP sockets\n\t-u\tUDP sockets\n\t-w\tRaw sockets\n\t-x\tUnix sockets\n\t-e\tOther information\n\t-n\tNo names\n\t-W\tWide\n\t-p\tPrograms";
    "nice" nice::run, "[-n ADJUST] [PROG ARGS]\n\nChange scheduling priority, run PROG";
    "nl" nl::run, "[OPTIONS] [FILE]...\n\nWrite FILEs to standard output with line numbers added";
    "nohup" nohup::run, "PROG ARGS\n\nRun PROG immune to hangups, with output to a non-tty";
    "nproc" uname::nproc, "[--all] [--ignore=N]\n\nPrint number of available CPUs";
    "nslookup" nslookup::run, "[-type=QUERY_TYPE] [-debug] HOST [DNS_SERVER]\n\nQuery DNS about HOST\n\nQUERY_TYPE: soa,ns,a,aaaa,cname,mx,txt,ptr,srv,any";
    "od" od::run, "[-abcdfhilovxs] [-t TYPE] [-A RADIX] [-N SIZE] [-j SKIP] [-S MINSTR] [-w WIDTH] [FILE]...\n\nPrint FILEs (or stdin) unambiguously, as octal bytes by default";
    "paste" paste::run, "[-s] [-d LIST] [FILE]...\n\nPaste lines from each input file, separated with tab";
    "patch" patch::run, "[-RNE] [-p N] [-i PATCH] [--dry-run] [FILE [PATCH]]\n\nApply a unified diff\n\n\t-p N\tCut N directories off the names in it (default: all)\n\t-i PATCH\tRead PATCH, not standard input\n\t-R\tUndo the changes\n\t-N\tFor changes that are there already\n\t-E\tRemove files that the patch leaves empty\n\t--dry-run\tChange nothing";
    "pgrep" pgrep::run, "[-flanovx] [-s SID|-P PPID|PATTERN]\n\nDisplay process(es) selected by regex PATTERN";
    "pidof" pidof::run, "[OPTIONS] [NAME]...\n\nList PIDs of all processes with names that match NAMEs";
    "ping" ping::run, "[OPTIONS] HOST\n\nSend echo requests to HOST\n\n\t-c CNT\tSend only CNT\n\t-s SIZE\tSend SIZE bytes of data (default 56)\n\t-i SECS\tInterval\n\t-A\tSend the next when an answer has come\n\t-t TTL\tTime to live\n\t-I IFACE|IP\tSource\n\t-W SEC\tSeconds to wait for the first answer (default 10)\n\t-w SEC\tSeconds until the end\n\t-q\tOnly the first and the last lines\n\t-p HEX\tPattern of the data";
    "pkill" pgrep::run, "[-l|-SIGNAL] [-xfvnoe] [-s SID|-P PPID|PATTERN]\n\nSend signal to processes selected by regex PATTERN";
    "printenv" env::print, "[VARIABLE]...\n\nPrint environment VARIABLEs";
    "printf" printf::run, "FORMAT [ARG]...\n\nFormat and print ARG(s) according to FORMAT (a-la C printf)";
    "ps" ps::run, "[-o COL1,COL2=HEADER] [-T]\n\nShow list of processes";
    "pwd" pwd::run, "\n\nPrint the full filename of the current working directory";
    "readlink" paths::readlink, "[-fnv] FILE\n\nDisplay the value of a symlink";
    "realpath" realpath::run, "FILE...\n\nPrint absolute pathnames of FILEs";
    "reset" clear::reset, "\n\nReset terminal";
    "rev" rev::run, "[FILE]...\n\nReverse lines of FILEs";
    "rm" rm::run, "[-irf] FILE...\n\nRemove (unlink) FILEs";
    "rmdir" mkdir::remove, "[-p] DIRECTORY...\n\nRemove DIRECTORY if it is empty";
    "route" route::run, "[-ne]\n\nShow the routing table";
    "script" script::script, "[-afq] [-t[FILE]] [-c COMMAND] [OUTFILE]\n\nRecord what a shell shows on a terminal of its own in OUTFILE (typescript)\n\n\t-a\tAppend to OUTFILE\n\t-c COMMAND\tRun COMMAND, no interactive shell\n\t-q\tSay nothing of its own\n\t-t[FILE]\tWrite the times of the pieces to FILE (standard error)";
    "scriptreplay" script::replay, "TIMES [OUTFILE [DIVISOR]]\n\nShow OUTFILE (typescript) in the time it took, or faster";
    "sed" sed::run, "[-i[SFX]] [-nrE] [-f FILE]... [-e CMD]... [FILE]...\nor: sed [-i[SFX]] [-nrE] CMD [FILE]...";
    "seq" seq::run, "[-w] [-s SEP] [FIRST [INC]] LAST\n\nPrint numbers from FIRST to LAST, in steps of INC";
    "setsid" setsid::run, "[-c] PROG [ARG]...\n\nRun PROG in a session of its own, away from the terminal's keys";
    "sha1sum" digests::run, "[-c[sw]] [FILE]...\n\nPrint or check SHA1 checksums";
    "sha256sum" digests::run, "[-c[sw]] [FILE]...\n\nPrint or check SHA256 checksums";
    "sha512sum" digests::run, "[-c[sw]] [FILE]...\n\nPrint or check SHA512 checksums";
    "sleep" sleep::run, "[N]...\n\nPause for a time equal to the total of the args given";
    "sort" sort::run, "[-nrugMcszbdfiokt] [-o FILE] [-k START[.OFS][OPTS][,END[.OFS][OPTS]] [-t CHAR] [FILE]...\n\nSort lines of text";
    "split" split::run, "[OPTIONS] [INPUT [PREFIX]]\n\nSplit a file into pieces";
    "stat" stat::run, "[-ltf] [-c FMT] FILE...\n\nDisplay file (default) or filesystem status";
    "strings" strings::run, "[-fo] [-t o/d/x] [-n LEN] [FILE]...\n\nDisplay printable strings in a binary file";
    "stty" tty::stty, "[-a|g] [-F DEVICE] [SETTING]...\n\nWith no arguments, prints baud rate, line discipline, and deviations from stty sane";
    "su" su::run, "[-lmp] [-s SHELL] [-c COMMAND] [-] [USER [ARG]...]\n\nRun a shell as USER (root when none is named)\n\n\t-,-l\tAs at a login: clean environment, home directory\n\t-m,-p\tKeep the environment\n\t-c COMMAND\tHand COMMAND to the shell\n\t-s SHELL\tRun SHELL, not the user's own";
    "sum" sum::run, "[-rs] [FILE]...\n\nWrite sums and sizes in blocks of FILEs\n\n\t-r\tSum of BSD, blocks of 1024 bytes (default)\n\t-s\tSum of System V, blocks of 512 bytes";
    "sync" sync::run, "[-df] [FILE]...\n\nWrite all buffered blocks (in FILEs) to disk";
    "tac" tac::run, "[FILE]...\n\nConcatenate FILEs and print them in reverse";
    "tail" tail::run, "[OPTIONS] [FILE]...\n\nPrint last 10 lines of FILEs (or stdin)";
    "tar" tar::run, "c|x|t [-zJjahmvokO] [-f TARFILE] [-C DIR] [-T FILE] [-X FILE] [LONGOPT]... [FILE]...\n\nCreate, extract, or list files from a tar file";
    "tee" tee::run, "[-ai] [FILE]...\n\nCopy stdin to each FILE, and also to stdout";
    "telnet" telnet::run, "[-a] [-l USER] HOST [PORT]\n\nConnect to telnet server\n\n\t-a\tAutomatic login with $USER variable\n\t-l USER\tAutomatic login as USER";
    "test" test::run, "";
    "time" time::run, "[-vpa] [-o FILE] PROG ARGS\n\nRun PROG, display resource usage when it exits";
    "timeout" timeout::run, "[-s SIG] [-k KILL_SECS] SECS PROG ARGS\n\nRun PROG. Send SIG to it if it is not gone in SECS seconds";
    "top" ps::top, "[-bmH] [-n COUNT] [-d SECONDS]\n\nShow a view of process activity in real time";
    "touch" touch::run, "[-cham] [-d DATE] [-t DATE] [-r FILE] FILE...\n\nUpdate mtime of FILEs";
    "tr" tr::run, "[-cds] STRING1 [STRING2]\n\nTranslate, squeeze, or delete characters from stdin, writing to stdout";
    "traceroute" traceroute::run, "[-FIlnrv] [-f 1ST_TTL] [-m MAXTTL] [-q PROBES] [-p PORT] [-t TOS] [-w WAIT_SEC] [-s SRC_IP] [-i IFACE] [-z PAUSE_MSEC] HOST [BYTES]\n\nTrace the route to HOST\n\n\t-I\tUse ICMP ECHO instead of UDP datagrams\n\t-l\tDisplay TTL value of the returned packet\n\t-n\tPrint numeric addresses\n\t-f N\tFirst number of hops (default 1)\n\t-m N\tMax number of hops\n\t-q N\tNumber of probes per hop (default 3)\n\t-p N\tBase UDP port number used in probes (default 33434)\n\t-w SEC\tWait for a response (default 3)\n\t-z MSEC\tWait before each send";
    "true" truth::succeed, "";
    "truncate" truncate::run, "[-c] -s SIZE FILE...\n\nTruncate FILEs to SIZE";
    "tty" tty::run, "\n\nPrint file name of stdin's terminal";
    "uname" uname::run, "[-amnrspvio]\n\nPrint system information";
    "unexpand" unexpand::run, "[-fa][-t N] [FILE]...\n\nConvert spaces to tabs, writing to stdout";
    "uniq" uniq::run, "[-cduiz] [-f,s,w N] [FILE [OUTFILE]]\n\nDiscard duplicate lines";
    "unlink" rm::unlink, "FILE\n\nDelete FILE by calling unlink()";
    "unlzma" packed::run, "[-cfkt] [FILE]...\n\nUnpack FILEs (or standard input)\n\n\t-c\tTo standard output\n\t-f\tReplace what is there\n\t-k\tKeep the packed files\n\t-t\tOnly look whether they are whole";
    "unxz" packed::run, "[-cfkt] [FILE]...\n\nUnpack FILEs (or standard input)\n\n\t-c\tTo standard output\n\t-f\tReplace what is there\n\t-k\tKeep the packed files\n\t-t\tOnly look whether they are whole";
    "unzip" unzip::run, "[-lvnojptq] ARCHIVE[.zip] [MEMBER]... [-x MEMBER]... [-d DIR]\n\nTake members out of a zip archive\n\n\t-l,-v\tList them, shortly or with all details\n\t-n,-o\tNever or always replace files\n\t-j\tWithout directories\n\t-p\tTo standard output\n\t-t\tOnly look whether they are whole\n\t-q\tSay less\n\t-x MEMBER\tLeave MEMBER out\n\t-d DIR\tInto DIR";
    "uptime" uptime::run, "\n\nShow the time, how long the container runs, and its load";
    "usleep" sleep::microseconds, "N\n\nPause for N microseconds";
    "vi" vi::run, "[-R] [-c COMMAND]... [FILE]...\n\nEdit FILEs on a terminal\n\n\t-R\tDo not write them unless :w! says so\n\t-c COMMAND\tBegin with COMMAND of the line below";
    "watch" watch::run, "[-n SEC] [-t] PROG ARGS\n\nRun PROG periodically";
    "wc" wc::run, "[-cmlwL] [FILE]...\n\nCount lines, words, and bytes for FILEs (or stdin)";
    "wget" wget::run, "[-cqS] [--spider] [-O FILE] [-o LOGFILE] [--header STR]\n\t[--post-data STR | --post-file FILE] [-P DIR] [-U AGENT] [-T SEC] URL...\n\nRetrieve files via HTTP\n\n\t--spider\tOnly check that the URL exists\n\t--header STR\tAdd a header\n\t--post-data STR\tPOST STR\n\t--post-file FILE\tPOST FILE\n\t-c\tContinue\n\t-q\tQuiet\n\t-P DIR\tSave to DIR\n\t-S\tShow the answer\n\t-T SEC\tGive up after SEC seconds without a byte\n\t-O FILE\tSave to FILE (- for standard output)\n\t-o LOGFILE\tMessages to FILE\n\t-U STR\tName of the program";
    "which" paths::which, "[-a] COMMAND...\n\nLocate COMMAND";
    "whoami" id::whoami, "\n\nPrint the user name associated with the current effective user id";
    "xargs" xargs::run, "[OPTIONS] [PROG ARGS]\n\nRun PROG on every item given by stdin";
    "xxd" xxd::run, "[-pr] [-g N] [-c N] [-l LEN] [-s OFS] [-o OFS] [FILE]\n\nHex dump FILE (or stdin)";
    "xz" packed::run, "-d [-cfkt] [FILE]...\n\nUnpack FILEs (or standard input); packing is not supported";
    "xzcat" packed::run, "[FILE]...\n\nUnpack FILEs (or standard input) to standard output";
    "yes" yes::run, "[STRING]\n\nRepeatedly print a line with STRING, or 'y'";
    "zcat" packed::run, "[FILE]...\n\nDecompress to stdout";
}
