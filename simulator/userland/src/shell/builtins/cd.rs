//! `cd` and `pwd`.

use bytes::Bytes;

use super::options;
use crate::shell::machine::{Machine, Unwind};

pub(super) fn cd(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let minus = arguments.get(1).is_some_and(|first| first == "-");
    let (letters, rest) = if minus {
        (Vec::new(), &arguments[1..])
    } else {
        options(machine, arguments, b"LP")?
    };
    let physical = letters.last() == Some(&b'P');
    let mut print = false;
    let target = match rest.first() {
        Some(target) if target == "-" => {
            print = true;
            variable(machine, b"OLDPWD")
        }
        Some(target) => target.clone(),
        None => variable(machine, b"HOME"),
    };
    let candidates = candidates(machine, &target);
    let target = if target.is_empty() {
        Bytes::from_static(b".")
    } else {
        target
    };
    for candidate in candidates {
        let from_path = candidate != target;
        if !machine
            .sys
            .stat(&candidate)
            .is_ok_and(|stat| stat.is_directory())
        {
            continue;
        }
        if change(machine, &candidate, physical).is_ok() {
            if print || from_path {
                let directory = current(machine);
                machine.out.extend_from_slice(&directory);
                machine.out.push(b'\n');
            }
            return Ok(0);
        }
    }
    let error = change(machine, &target, physical)
        .err()
        .map_or("", |error| error.message());
    let text = [b"can't cd to ", target.as_ref(), b": ", error.as_bytes()].concat();
    Err(machine.fail_bytes(&text))
}

fn variable(machine: &Machine, name: &[u8]) -> Bytes {
    machine
        .state
        .variables
        .value(name)
        .cloned()
        .unwrap_or_default()
}

/// The target below each directory of CDPATH, when it is a name those apply to.
fn candidates(machine: &Machine, target: &Bytes) -> Vec<Bytes> {
    let first = target.split(|byte| *byte == b'/').next();
    let absolute = target.starts_with(b"/");
    let path = variable(machine, b"CDPATH");
    let name = if target.is_empty() {
        Bytes::from_static(b".")
    } else if absolute || matches!(first, Some(b"." | b"..")) {
        return vec![target.clone()];
    } else {
        target.clone()
    };
    if path.is_empty() {
        return vec![name];
    }
    path.split(|byte| *byte == b':')
        .map(|directory| {
            if directory.is_empty() {
                name.clone()
            } else {
                Bytes::from([directory, b"/", &name].concat())
            }
        })
        .collect()
}

fn change(
    machine: &mut Machine,
    target: &[u8],
    physical: bool,
) -> Result<(), crate::kernel::Errno> {
    let logical = if physical {
        None
    } else {
        Some(logical_path(&current(machine), target))
    };
    let destination = logical.clone().unwrap_or_else(|| target.to_vec());
    machine.sys.chdir(&destination)?;
    let directory = match logical {
        Some(path) => Bytes::from(path),
        None => machine.sys.cwd().unwrap_or_default(),
    };
    let before = variable(machine, b"PWD");
    set_exported(machine, b"OLDPWD", before);
    set_exported(machine, b"PWD", directory.clone());
    machine.state.directory = Some(directory);
    Ok(())
}

fn set_exported(machine: &mut Machine, name: &[u8], value: Bytes) {
    if machine.state.set_variable(name, value).is_ok() {
        machine
            .state
            .variables
            .declare(name, |variable| variable.exported = true);
    }
}

/// The logical working directory.
fn current(machine: &Machine) -> Bytes {
    match &machine.state.directory {
        Some(directory) => directory.clone(),
        None => machine.sys.cwd().unwrap_or_default(),
    }
}

/// `target` seen from `directory`, with `.` and `..` taken out by text alone.
fn logical_path(directory: &[u8], target: &[u8]) -> Vec<u8> {
    let mut components: Vec<&[u8]> = Vec::new();
    let base: &[u8] = if target.starts_with(b"/") {
        b""
    } else {
        directory
    };
    for component in base
        .split(|byte| *byte == b'/')
        .chain(target.split(|byte| *byte == b'/'))
    {
        match component {
            b"" | b"." => {}
            b".." => {
                components.pop();
            }
            other => components.push(other),
        }
    }
    // Exactly two slashes at the start stay, as POSIX allows.
    let whole = if base.is_empty() { target } else { base };
    let doubled = whole.starts_with(b"//") && !whole.starts_with(b"///");
    let mut path = if doubled {
        b"//".to_vec()
    } else {
        b"/".to_vec()
    };
    path.extend_from_slice(&components.join(&b'/'));
    path
}

pub(super) fn pwd(machine: &mut Machine, arguments: &[Bytes]) -> u8 {
    let Ok((letters, _)) = options(machine, arguments, b"LP") else {
        return 2;
    };
    let directory = if letters.last() == Some(&b'P') {
        machine.sys.cwd().unwrap_or_default()
    } else {
        current(machine)
    };
    machine.out.extend_from_slice(&directory);
    machine.out.push(b'\n');
    0
}

#[cfg(test)]
mod tests {
    use super::logical_path;

    #[test]
    fn dots_are_taken_out_of_logical_paths() {
        for (directory, target, expected) in [
            ("/a/b", "c", "/a/b/c"),
            ("/a/b", "..", "/a"),
            ("/a/b", "../../..", "/"),
            ("/a", "/x//y/./z/", "/x/y/z"),
            ("/", "a", "/a"),
            ("/", "//bin", "//bin"),
            ("//bin", "..", "//"),
            ("/", "///bin", "/bin"),
        ] {
            let found = logical_path(directory.as_bytes(), target.as_bytes());
            assert_eq!(String::from_utf8_lossy(&found), expected);
        }
    }
}
