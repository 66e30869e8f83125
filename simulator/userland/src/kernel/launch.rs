//! What comes before a process of the runtime's: its working directory and its program.

use super::container::Kernel;
use super::process::Credentials;
use super::vfs::{Node, ROOT_NODE, Vfs};
use super::{Access, Errno, ExecImage, FileKind, limits};
use bytes::Bytes;
use rootfs::{Attributes, Ino};

/// Why a command cannot run, with the exit status that says so (containers.md 6.3).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StartFailure {
    CannotEnter(Bytes),
    CannotExecute(Bytes, Errno),
    UnknownGroup(Bytes),
    UnknownUser(Bytes),
    NoCommand,
    NotInPath(Bytes),
    Missing(Bytes),
    IsDirectory(Bytes),
    NotExecutable(Bytes),
    CannotMakeDirectory(Bytes),
}

impl StartFailure {
    /// The exit status.
    pub(crate) fn code(&self) -> u8 {
        match self {
            StartFailure::CannotEnter(_) => 2,
            StartFailure::CannotExecute(..) => 3,
            StartFailure::UnknownGroup(_) => 5,
            StartFailure::NoCommand => 13,
            StartFailure::NotInPath(_) => 17,
            StartFailure::Missing(_) => 25,
            StartFailure::IsDirectory(_) => 26,
            StartFailure::NotExecutable(_) => 27,
            StartFailure::UnknownUser(_) => 29,
            StartFailure::CannotMakeDirectory(_) => 49,
        }
    }

    /// What the line of an exec that cannot run says behind the code (CTR-88).
    pub(crate) fn text(&self) -> Vec<u8> {
        let (name, rest): (&[u8], String) = match self {
            StartFailure::CannotEnter(name) => (name, " cannot be entered".into()),
            StartFailure::CannotExecute(name, error) => {
                (name, format!(" cannot be executed: {error}"))
            }
            StartFailure::UnknownGroup(name) => (name, " is not a known group".into()),
            StartFailure::UnknownUser(name) => (name, " is not a known user".into()),
            StartFailure::NoCommand => return b"no command".to_vec(),
            StartFailure::NotInPath(name) => (name, " not found in PATH".into()),
            StartFailure::Missing(name) => (name, " does not exist".into()),
            StartFailure::IsDirectory(name) => (name, " is a directory".into()),
            StartFailure::NotExecutable(name) => (name, " is not executable".into()),
            StartFailure::CannotMakeDirectory(name) => (name, " cannot be made".into()),
        };
        [b"'", name, b"'", rest.as_bytes()].concat()
    }
}

/// Where the zone's own start-up notes go (CTR-44).
const LOG: &[u8] = b"/var/log/sdc-dockerinit.log";
const LOG_DIRECTORY: &[u8] = b"/var/log";
const LOG_NAME: &[u8] = b"sdc-dockerinit.log";

impl<'a> Vfs<'a> {
    /// The file tree as a process would see it that does not exist yet.
    fn outside(kernel: &'a Kernel, credentials: Credentials, cwd: Node) -> Self {
        Self {
            kernel,
            state: kernel.lock(),
            fs: kernel.lock_fs(),
            pid: 0,
            credentials,
            cwd,
            root: ROOT_NODE,
            umask: 0,
            now_ns: kernel.clock.now().0,
        }
    }

    /// Makes the missing directories of an absolute path, as root, in one walk.
    fn make_directories(&mut self, path: &[u8]) -> Result<(), Errno> {
        if path.len() >= limits::PATH_BYTES {
            return Err(Errno::ENAMETOOLONG);
        }
        let cwd = std::mem::replace(&mut self.cwd, ROOT_NODE);
        let mut names = path.split(|byte| *byte == b'/');
        let made = names.try_for_each(|name| self.enter_or_make(name));
        self.cwd = cwd;
        made
    }

    /// Goes into a directory of the working directory, and makes it if there is none of this name.
    fn enter_or_make(&mut self, name: &[u8]) -> Result<(), Errno> {
        if name.is_empty() {
            return Ok(());
        }
        self.cwd = match self.find(name, true) {
            Err(Errno::ENOENT) => {
                self.make(name, FileKind::Directory, 0o755)?;
                self.find(name, true)?
            }
            found => found?,
        };
        Ok(())
    }

    /// Appends to the start-up notes; a full disk just loses them.
    pub(super) fn note(&mut self, line: &[u8]) {
        let root = Credentials::new(0, 0, &[]);
        let credentials = std::mem::replace(&mut self.credentials, root);
        let umask = std::mem::replace(&mut self.umask, 0);
        if let Err(error) = self.append_note(line) {
            tracing::debug!("start-up note lost: {error}");
        }
        self.credentials = credentials;
        self.umask = umask;
    }

    fn append_note(&mut self, line: &[u8]) -> Result<(), Errno> {
        self.make_directories(LOG_DIRECTORY)?;
        if self.find(LOG, true).is_err()
            && let Node::Fs(directory) = self.find(LOG_DIRECTORY, true)?
        {
            // What the zone writes changes no times of directories.
            let time_ns = self.fs.metadata(directory)?.mtime_ns;
            let attributes = Attributes::root(FileKind::File, 0o644, time_ns);
            self.fs.create(directory, LOG_NAME, &attributes)?;
        }
        let Node::Fs(ino) = self.find(LOG, true)? else {
            return Err(Errno::EACCES);
        };
        let end = self.fs.metadata(ino)?.size;
        self.fs.write(ino, end, line, self.now_ns)?;
        Ok(())
    }
}

impl Kernel {
    /// Makes sure that the start-up notes exist and adds to them.
    pub(crate) fn note(&self, line: &[u8]) {
        Vfs::outside(self, Credentials::new(0, 0, &[]), ROOT_NODE).note(line);
    }

    /// The working directory `path`, made with its parents when it is missing (CTR-43).
    pub(crate) fn working_directory(
        &self,
        credentials: &Credentials,
        path: &Bytes,
    ) -> Result<Ino, StartFailure> {
        let mut vfs = Vfs::outside(self, Credentials::new(0, 0, &[]), ROOT_NODE);
        vfs.make_directories(path)
            .map_err(|_| StartFailure::CannotMakeDirectory(path.clone()))?;
        vfs.credentials = credentials.clone();
        let entered = vfs.find(path, true).and_then(|node| {
            let stat = vfs.check(node, Access::EXECUTE)?;
            match node {
                Node::Fs(ino) if stat.is_directory() => Ok(ino),
                _ => Err(Errno::ENOTDIR),
            }
        });
        entered.map_err(|_| StartFailure::CannotEnter(path.clone()))
    }

    /// The program of a command, looked for as containers.md 6.3 says.
    pub(crate) fn command(
        &self,
        credentials: &Credentials,
        cwd: Ino,
        argv: Vec<Bytes>,
        env: Vec<Bytes>,
    ) -> Result<ExecImage, StartFailure> {
        let name = argv.first().cloned().ok_or(StartFailure::NoCommand)?;
        let mut vfs = Vfs::outside(self, credentials.clone(), Node::Fs(cwd));
        let path = if name.contains(&b'/') {
            vfs.check_command(&name)?;
            name.clone()
        } else {
            vfs.search_path(&name, &env)
                .ok_or_else(|| StartFailure::NotInPath(name.clone()))?
        };
        vfs.load_noting(&path, argv, env.into())
            .map_err(|error| StartFailure::CannotExecute(name, error))
    }
}

impl Vfs<'_> {
    fn check_command(&self, name: &Bytes) -> Result<(), StartFailure> {
        let stat = self
            .find(name, true)
            .and_then(|node| Ok((node, self.stat_node(node)?)));
        match stat {
            Err(_) => Err(StartFailure::Missing(name.clone())),
            Ok((_, stat)) if stat.is_directory() => Err(StartFailure::IsDirectory(name.clone())),
            Ok((node, stat)) => {
                let executable = self.check(node, Access::EXECUTE).is_ok();
                if executable && stat.kind == FileKind::File {
                    Ok(())
                } else {
                    Err(StartFailure::NotExecutable(name.clone()))
                }
            }
        }
    }

    fn search_path(&self, name: &[u8], env: &[Bytes]) -> Option<Bytes> {
        if name.is_empty() {
            return None;
        }
        let path = env.iter().find_map(|entry| entry.strip_prefix(b"PATH="))?;
        path.split(|byte| *byte == b':')
            .map(|dir| {
                let dir = if dir.is_empty() { b"." } else { dir };
                [dir, b"/", name].concat()
            })
            .find(|candidate| {
                self.find(candidate, true)
                    .and_then(|node| self.check(node, Access::EXECUTE))
                    .is_ok_and(|stat| stat.kind == FileKind::File)
            })
            .map(Bytes::from)
    }
}
