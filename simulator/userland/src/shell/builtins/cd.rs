//! `cd` and `pwd`.

use std::sync::Arc;

use bytes::Bytes;

use super::options;
use crate::kernel::Errno;
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
    let is_directory = |candidate: &Bytes| {
        let stat = machine.sys.stat(candidate);
        stat.is_ok_and(|stat| stat.is_directory())
    };
    let found = candidates.into_iter().find(is_directory);
    let from_path = found.as_ref().is_some_and(|found| *found != target);
    let destination = found.unwrap_or_else(|| target.clone());
    if let Err(error) = change(machine, &destination, physical)? {
        let text = [
            b"can't cd to ",
            target.as_ref(),
            b": ",
            error.message().as_bytes(),
        ]
        .concat();
        return Err(machine.fail_bytes(&text));
    }
    if print || from_path {
        let directory = current(machine);
        machine.out.extend_from_slice(&directory);
        machine.out.push(b'\n');
    }
    Ok(0)
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

/// Changes the working directory and the variables that tell it.
///
/// # Errors
/// A variable is read-only; the directory has changed by then.
fn change(
    machine: &mut Machine,
    target: &[u8],
    physical: bool,
) -> Result<Result<(), Errno>, Unwind> {
    let logical = if physical {
        None
    } else {
        Some(logical_path(&current(machine), target))
    };
    let destination = logical.clone().unwrap_or_else(|| target.to_vec());
    // What is no directory is that first, whatever it may be used for.
    let stat = machine.sys.stat(&destination);
    let found = match stat {
        Ok(stat) if !stat.is_directory() => Err(Errno::ENOTDIR),
        _ => machine.sys.chdir(&destination),
    };
    if let Err(error) = found {
        return Ok(Err(error));
    }
    let directory = match logical {
        Some(path) => Bytes::from(path),
        None => machine.sys.cwd().unwrap_or_default(),
    };
    Arc::make_mut(&mut machine.state.commands).mark_stale();
    let before = current_before(machine);
    set_exported(machine, b"OLDPWD", before)?;
    machine.state.directory = Some(directory.clone());
    set_exported(machine, b"PWD", directory)?;
    Ok(Ok(()))
}

fn set_exported(machine: &mut Machine, name: &[u8], value: Bytes) -> Result<(), Unwind> {
    machine.assign(name, value)?;
    machine
        .state
        .variables
        .declare(name, |variable| variable.exported = true);
    Ok(())
}

/// The logical working directory as it was told last.
fn current_before(machine: &Machine) -> Bytes {
    machine.state.directory.clone().unwrap_or_default()
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

pub(super) fn pwd(machine: &mut Machine, arguments: &[Bytes]) -> Result<u8, Unwind> {
    let (letters, _) = options(machine, arguments, b"LP")?;
    let logical = current(machine);
    let directory = if letters.last() == Some(&b'P') {
        set_exported(machine, b"PWD", logical)?;
        machine.sys.cwd().unwrap_or_default()
    } else {
        logical
    };
    machine.out.extend_from_slice(&directory);
    machine.out.push(b'\n');
    Ok(0)
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
