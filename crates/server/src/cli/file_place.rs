//! Where the bytes of photos and files are: a folder, or an S3.
//!
//! Owns the options that say so. Must never print what an address holds that is not one.

use super::data_folder::{not_writable, own_folder};
use crate::error::ServerError;
use crate::files::Files;
use crate::files::s3::{SCHEME, Said};
use crate::files::tried::Unfit;
use clap::Args;
use std::path::{Path, PathBuf};

/// Where the address is looked for if the command line names none.
const FILES: &str = "AFIELD_FILES";

/// Where the bytes of files are.
#[derive(Debug, Clone, Args)]
pub(super) struct FilePlace {
    /// Where the bytes of photos and files are: `s3://bucket/prefix`, or a folder; without it `uploads` in the data
    /// folder. Also AFIELD_FILES in the environment. The keys of an S3 are in the environment alone, under the names
    /// that Amazon's programs know (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), or are those of the machine's role.
    #[arg(long = "files", value_name = "ADDRESS")]
    address: Option<String>,
    /// Where the S3 answers, if it is not Amazon's: `https://minio.example:9000`. Also AWS_ENDPOINT_URL.
    #[arg(long = "files-endpoint", value_name = "URL")]
    endpoint: Option<String>,
    /// The region of the S3. Also AWS_REGION.
    #[arg(long = "files-region", value_name = "REGION")]
    region: Option<String>,
    /// The S3 may be spoken to by http://, without TLS: on this machine, or in a network of your own.
    #[arg(long = "files-plain-http")]
    plain_http: bool,
}

/// What was said of a place.
enum Place {
    Folder(PathBuf),
    S3(Said),
}

impl FilePlace {
    fn place(&self, data: &Path) -> Result<Place, ServerError> {
        let named = self.address.clone().or_else(|| std::env::var(FILES).ok());
        match named.filter(|address| !address.is_empty()) {
            None => Ok(Place::Folder(data.join("uploads"))),
            Some(address) if address.starts_with(SCHEME) => Ok(Place::S3(Said {
                address,
                endpoint: self.endpoint.clone(),
                region: self.region.clone(),
                plain_http: self.plain_http,
            })),
            // Whatever it is: there may be a password in it.
            Some(address) if address.contains("://") => Err(ServerError::Unusable(
                "files are kept in a folder or in s3://bucket/prefix, and --files (or AFIELD_FILES) names neither"
                    .into(),
            )),
            Some(folder) => Ok(Place::Folder(folder.into())),
        }
    }

    /// Opens it, and tries whether files can be kept there. One that does not answer is used all the same: text does not
    /// wait for it.
    pub(super) async fn open(&self, data: &Path) -> Result<Files, ServerError> {
        match self.place(data)? {
            Place::Folder(folder) => keep_in(&folder),
            Place::S3(said) => {
                let files = Files::s3(&said, |name| std::env::var(name).ok())?;
                match files.try_out().await {
                    Ok(()) => tracing::info!(place = said.address, "files are kept there"),
                    Err(Unfit::Silent(why)) => {
                        tracing::error!(
                            why,
                            "until this is mended, photos and files stay on their phones"
                        );
                    }
                    Err(Unfit::Wrong(why)) => return Err(ServerError::Unusable(why)),
                }
                Ok(files)
            }
        }
    }

    /// What to do about the files beside a backup of the data.
    pub(super) fn backed_up(&self, data: &Path) -> String {
        match self.place(data) {
            Ok(Place::Folder(folder)) => format!(
                "The bytes of files are not in it: copy the folder {} after it.",
                folder.join("files").display()
            ),
            Ok(Place::S3(said)) => format!(
                "The bytes of files are not in it: they are in {}, and the bucket's own versions or copies are their \
                 backup.",
                said.address
            ),
            Err(error) => format!("The bytes of files are not in it: {error}."),
        }
    }
}

/// What lies in the folder, whatever made it, is nobody else's on this machine.
fn keep_in(folder: &Path) -> Result<Files, ServerError> {
    own_folder(folder).map_err(|error| not_writable(folder, &error))?;
    Files::folder(folder)
}
