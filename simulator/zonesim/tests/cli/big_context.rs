//! A context that is longer than what the program may take of memory: sent, copied, read by a step.

use crate::program::start;
use rand_chacha::ChaCha8Rng;
use rand_core::{Rng as _, SeedableRng as _};
use sha2::{Digest as _, Sha256};
use std::io::{self, Write};
use tempfile::TempDir;

/// How long the file in the context is.
const FILE_BYTES: usize = 96 << 20;
/// What the program may take above what it takes when it does nothing, KiB.
const ALLOWED_KIB: u64 = 64 << 10;
const DOCKERFILE: &str = "FROM busybox\nCOPY big /big\nADD . /all/\nRUN sha256sum /big /all/big\n";
const BLOCK_BYTES: usize = 512;

/// What stands before a file in an archive.
fn header(name: &str, size: usize) -> tar::Header {
    let mut header = tar::Header::new_gnu();
    header.set_path(name).expect("it is short");
    header.set_size(size as u64);
    header.set_mode(0o644);
    header.set_uid(0);
    header.set_gid(0);
    header.set_mtime(0);
    header.set_cksum();
    header
}

/// The context; its big file's digest.
fn write_context(out: &mut impl Write) -> io::Result<String> {
    out.write_all(header("Dockerfile", DOCKERFILE.len()).as_bytes())?;
    let mut block = [0; BLOCK_BYTES];
    block[..DOCKERFILE.len()].copy_from_slice(DOCKERFILE.as_bytes());
    out.write_all(&block)?;
    out.write_all(header("big", FILE_BYTES).as_bytes())?;
    let mut random = ChaCha8Rng::seed_from_u64(11);
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    for _ in 0..FILE_BYTES / piece.len() {
        random.fill_bytes(&mut piece);
        hash.update(&piece);
        out.write_all(&piece)?;
    }
    out.write_all(&[0; 2 * BLOCK_BYTES])?;
    Ok(hex::encode(hash.finalize()))
}

#[test]
fn a_context_longer_than_memory_is_copied_and_read() {
    let home = TempDir::new().expect("a directory");
    let running = start(home.path(), &[]);
    let idle_kib = running.peak_kib();
    let mut sum = String::new();
    // Two headers, the Dockerfile, the end.
    let length = (5 * BLOCK_BYTES + FILE_BYTES) as u64;
    let built = running.send("/v1.24/build?t=big&rm=1", length, |stream| {
        sum = write_context(stream)?;
        Ok(())
    });
    for path in ["/big", "/all/big"] {
        assert!(built.contains(&format!("{sum}  {path}")), "{built}");
    }
    assert!(built.contains("Successfully built "), "{built}");
    let grown_kib = running.peak_kib().saturating_sub(idle_kib);
    println!("{grown_kib} KiB above {idle_kib} KiB");
    assert!(
        grown_kib <= ALLOWED_KIB,
        "{grown_kib} KiB above {idle_kib} KiB"
    );
    for image in ["big", "busybox"] {
        let path = format!("/v1.24/images/{image}");
        let deleted = running.ask_patiently("DELETE", &path, "");
        assert!(deleted.starts_with("HTTP/1.1 200"), "{deleted}");
    }
    // Neither the context nor a layer is left.
    assert_eq!(running.unlinked_files(), 0);
    assert_eq!(running.stop(), Some(0));
}
