//! Where what was given by an authority is kept between two runs: the account's key, and each certificate with its own.
//!
//! Owns the files. Nobody else on the machine may read them, and none is ever half written. Must never ask for anything.

use super::data_folder::{own_folder, own_new_file};
use crate::auth::token::hex;
use async_trait::async_trait;
use rustls_acme::{AccountCache, CertCache};
use sha2::{Digest as _, Sha256};
use std::io::{Error, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// A folder of them.
#[derive(Debug, Clone)]
pub(super) struct KeptCertificates {
    folder: PathBuf,
}

impl KeptCertificates {
    /// Makes the folder where it is not there yet. One that is belongs to others too, and stays as it is: its files are
    /// for nobody else in any case.
    pub(super) fn open(folder: &Path) -> Result<Self, Error> {
        if !folder.is_dir() {
            own_folder(folder)?;
        }
        Ok(Self {
            folder: folder.to_owned(),
        })
    }

    /// A file for each directory and each list of names or contacts: what one authority gave is never shown to another.
    fn file(&self, what: &str, whose: &[String], directory: &str) -> PathBuf {
        let mut hash = Sha256::new();
        for part in whose.iter().map(String::as_str).chain([directory]) {
            hash.update(part);
            hash.update([0]);
        }
        let digits: String = hex(&hash.finalize()).chars().take(16).collect();
        self.folder.join(format!("{what}-{digits}"))
    }
}

async fn read(file: PathBuf) -> Result<Option<Vec<u8>>, Error> {
    match tokio::fs::read(&file).await {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

async fn write(file: PathBuf, bytes: Vec<u8>) -> Result<(), Error> {
    let written = tokio::task::spawn_blocking(move || replace(&file, &bytes)).await;
    written.map_err(Error::other)?
}

/// The old file or the new one is there, whenever the program ends.
fn replace(file: &Path, bytes: &[u8]) -> Result<(), Error> {
    let new = file.with_extension("new");
    let _ = std::fs::remove_file(&new);
    let mut to = own_new_file(&new)?;
    to.write_all(bytes)?;
    to.sync_all()?;
    std::fs::rename(&new, file)
}

#[async_trait]
impl CertCache for KeptCertificates {
    type EC = Error;

    async fn load_cert(&self, names: &[String], directory: &str) -> Result<Option<Vec<u8>>, Error> {
        read(self.file("certificate", names, directory)).await
    }

    async fn store_cert(&self, names: &[String], directory: &str, pem: &[u8]) -> Result<(), Error> {
        write(self.file("certificate", names, directory), pem.to_vec()).await
    }
}

#[async_trait]
impl AccountCache for KeptCertificates {
    type EA = Error;

    async fn load_account(
        &self,
        contact: &[String],
        directory: &str,
    ) -> Result<Option<Vec<u8>>, Error> {
        read(self.file("account", contact, directory)).await
    }

    async fn store_account(
        &self,
        contact: &[String],
        directory: &str,
        key: &[u8],
    ) -> Result<(), Error> {
        write(self.file("account", contact, directory), key.to_vec()).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_kept_is_found_by_what_it_is_for_and_by_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("a/b");
        let kept = KeptCertificates::open(&folder).unwrap();
        let names = ["a.example".to_owned(), "b.example".to_owned()];
        assert_eq!(kept.load_cert(&names, "https://x").await.unwrap(), None);
        kept.store_cert(&names, "https://x", b"first")
            .await
            .unwrap();
        kept.store_cert(&names, "https://x", b"2").await.unwrap();
        kept.store_account(&[], "https://x", b"key").await.unwrap();
        // What a program that was killed has left.
        std::fs::write(folder.join("certificate.new"), "half").unwrap();
        let kept = KeptCertificates::open(&folder).unwrap();
        let found = kept.load_cert(&names, "https://x").await.unwrap();
        assert_eq!(found.as_deref(), Some(&b"2"[..]));
        for (names, directory) in [(&names[..1], "https://x"), (&names, "https://y")] {
            assert_eq!(kept.load_cert(names, directory).await.unwrap(), None);
        }
        let account = kept.load_account(&[], "https://x").await.unwrap();
        assert_eq!(account.as_deref(), Some(&b"key"[..]));
        #[cfg(unix)]
        for (file, mode) in [
            (kept.file("certificate", &names, "https://x"), 0o600),
            (folder, 0o700),
        ] {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, mode);
        }
    }
}
