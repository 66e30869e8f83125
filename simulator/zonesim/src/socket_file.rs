//! A unix socket's file.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::path::{Path, PathBuf};
use tokio::net::unix::SocketAddr;
use tokio::net::{UnixListener, UnixStream};

/// A listening unix socket whose file goes with it.
#[derive(Debug)]
pub(crate) struct SocketFile {
    listener: UnixListener,
    path: PathBuf,
}

impl SocketFile {
    /// Listens at `path`, for the process's owner only. A socket that nobody listens on any more is replaced; one in
    /// use is an error of kind `AddrInUse`, and any other file stays.
    pub(crate) async fn bind(path: &Path) -> io::Result<Self> {
        let stale = match fs::symlink_metadata(path) {
            Ok(found) if found.file_type().is_socket() => UnixStream::connect(path).await.is_err(),
            Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => false,
        };
        if stale {
            fs::remove_file(path)?;
        }
        if let Some(directory) = path.parent() {
            fs::create_dir_all(directory)?;
        }
        let listener = UnixListener::bind(path)?;
        fs::set_permissions(path, fs::Permissions::from_mode(0o600))?;
        Ok(Self {
            listener,
            path: path.to_owned(),
        })
    }

    /// The next connection.
    pub(crate) async fn accept(&self) -> io::Result<(UnixStream, SocketAddr)> {
        self.listener.accept().await
    }
}

impl Drop for SocketFile {
    fn drop(&mut self) {
        // Somebody may have tidied up already.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_stale_socket_is_replaced_and_a_live_one_is_not() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("deep/docker.sock");
        let first = SocketFile::bind(&path).await.expect("fresh");
        let error = SocketFile::bind(&path).await.expect_err("in use");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        drop(first);
        assert!(!path.exists());
        drop(std::os::unix::net::UnixListener::bind(&path).expect("left behind"));
        assert!(path.exists());
        SocketFile::bind(&path).await.expect("replaced");
        fs::write(&path, "precious").expect("a file");
        let error = SocketFile::bind(&path).await.expect_err("no socket");
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
    }
}
