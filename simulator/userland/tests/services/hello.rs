//! hello.

use crate::root::Root;
use runtime::service_program;

/// Its image has no shell, no libraries and no `/etc`: the program needs nothing but its output.
#[test]
fn it_greets_whatever_it_is_called_by() {
    let program = service_program("hello", "1.0");
    let root = Root::with_files(1 << 27, &[("hi", &program, 0o755)]);
    let outcome = root.run(b"/hi; echo $?; /hi >/dev/full 2>&1; echo $?");
    let output = String::from_utf8_lossy(&outcome.stdout).into_owned();
    assert!(output.starts_with("\nHello from Docker!\n"), "{output}");
    assert!(output.ends_with("\n\n0\n1\n"), "{output}");
}
