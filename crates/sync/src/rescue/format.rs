//! The form of a rescue file, version 1: docs/rescue.md describes it.
//!
//! Owns how it is read: the head, the foot, the index, and which bytes must have which hash. It is written by
//! `public/rescue.mjs`, which runs where the app does not. Must never take a file for whole that is not.

use crate::files::local_file::LocalFile;
use crate::outbox::entry::OutboxEntry;
use afield_domain::wire::{FromTree, Tree};
use afield_domain::{CompanyId, DeviceId, Timestamp, User, UserId};
use afield_protocol::EpochId;
use serde::Serialize;

/// The version that this build reads.
pub const VERSION: u32 = 1;
/// How many bytes the head has: the name, a space, four digits, the end of the line.
pub const HEAD_BYTES: u64 = 19;
/// How many bytes the foot has: the name, twelve digits and 64 of the hash, a space before each, the end of the line.
pub const FOOT_BYTES: u64 = 92;
/// A larger index is not read: it is held in memory as a whole.
pub const INDEX_BYTES: u64 = 64 * 1024 * 1024;
/// Nor a larger piece of a photo.
const CHUNK_MOST: u64 = 4 * 1024 * 1024;

const NAME: &str = "AFIELD-RESCUE";

/// Why a file is not taken. Nothing of it is sent then.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RescueError {
    /// It is no rescue file.
    #[error("no rescue file")]
    NotOurs,
    /// A newer build has written it.
    #[error("a rescue file of version {0}")]
    Newer(u32),
    /// It is cut short, or a byte of it has changed.
    #[error("the rescue file is damaged")]
    Damaged,
    /// It is another company's.
    #[error("a rescue file of another company")]
    OtherCompany,
    /// It is the work of another user, of this name.
    #[error("a rescue file of {0}")]
    OtherUser(String),
}

/// What the foot says: where the index is, and its hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Foot {
    /// Where the index begins.
    pub at: u64,
    /// How many bytes it has.
    pub bytes: u64,
    /// Its SHA-256, as 64 hexadecimal digits.
    pub sha256: String,
}

/// Everything in the file but the bytes of photos and files. Fields are only ever added, with a default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct RescueIndex {
    /// When it was written, by the phone's clock.
    pub made_at: Timestamp,
    /// The version of the phone's outbox, whose rows the changes and files are; 0 if it is not told.
    #[serde(default)]
    pub rows: u32,
    /// The phone.
    pub device: DeviceId,
    /// Whose work it is.
    pub user: UserId,
    /// Their name, if it was known.
    #[serde(default)]
    pub user_name: String,
    /// Their company; none if they had signed out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub company: Option<CompanyId>,
    /// The data set of the server that the phone knew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<EpochId>,
    /// How many changes there are, those that cannot be read here included.
    pub changes: u64,
    /// The unsent changes as they stood on the phone, rising by `seq`.
    #[wire(each)]
    pub entries: Vec<OutboxEntry>,
    /// The photos and files that had not arrived.
    #[wire(each)]
    pub files: Vec<RescuedFile>,
}

/// A photo or a file, and where its bytes are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct RescuedFile {
    /// What the phone knew of it.
    pub row: LocalFile,
    /// Where in the rescue file its first chunk begins; the others follow it.
    pub at: u64,
    /// Its chunks; none if they could not be read.
    pub chunks: Vec<RescuedChunk>,
}

/// A part of a photo or a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
pub struct RescuedChunk {
    /// How many bytes.
    pub bytes: u64,
    /// Their SHA-256, as 64 hexadecimal digits.
    pub sha256: String,
}

/// Some bytes of the file, and what they must hash to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part<'a> {
    /// Where they begin.
    pub at: u64,
    /// How many.
    pub bytes: u64,
    /// Their SHA-256, as 64 hexadecimal digits.
    pub sha256: &'a str,
}

/// Checks the first [`HEAD_BYTES`], or all there is of a shorter file.
///
/// # Errors
/// [`RescueError::NotOurs`], [`RescueError::Newer`].
pub fn check_head(head: &[u8]) -> Result<(), RescueError> {
    let text = std::str::from_utf8(head).ok();
    let version = text.and_then(|text| text.strip_prefix(NAME)?.strip_prefix(' ')?.get(..4));
    let version = version.and_then(number).ok_or(RescueError::NotOurs)?;
    match u32::try_from(version) {
        Ok(version) if version > VERSION => Err(RescueError::Newer(version)),
        Ok(VERSION) => Ok(()),
        _ => Err(RescueError::NotOurs),
    }
}

/// Reads the last [`FOOT_BYTES`] of a file of `total` bytes.
///
/// # Errors
/// [`RescueError::Damaged`].
pub fn read_foot(total: u64, foot: &[u8]) -> Result<Foot, RescueError> {
    let read = || {
        let text = std::str::from_utf8(foot).ok()?;
        let rest = text.strip_prefix(NAME)?.strip_prefix(' ')?;
        let (digits, sha256) = rest.strip_suffix('\n')?.split_once(' ')?;
        let bytes = Some(digits).filter(|digits| digits.len() == 12);
        let bytes = bytes.and_then(number).filter(|it| *it <= INDEX_BYTES)?;
        let at = total.checked_sub(FOOT_BYTES)?.checked_sub(bytes)?;
        (at >= HEAD_BYTES && is_hash(sha256)).then(|| Foot {
            at,
            bytes,
            sha256: sha256.to_owned(),
        })
    };
    read().ok_or(RescueError::Damaged)
}

/// Reads the index, whose bytes have the hash `sha256`. `newest_rows`: the version of this build's own outbox.
///
/// # Errors
/// [`RescueError::Newer`]: the phone's app was newer than this one.
/// [`RescueError::Damaged`]: it is not what the foot says, or what it says cannot be.
pub fn read_index(
    foot: &Foot,
    bytes: &[u8],
    sha256: &str,
    newest_rows: u32,
) -> Result<RescueIndex, RescueError> {
    if sha256 != foot.sha256 || u64::try_from(bytes.len()) != Ok(foot.bytes) {
        return Err(RescueError::Damaged);
    }
    let json = std::str::from_utf8(bytes).ok();
    let tree: Option<Tree<'_>> = json.and_then(|json| serde_json::from_str(json).ok());
    let index = tree.and_then(|tree| RescueIndex::from_tree(tree).ok());
    // What such a build would leave out of a change could never be sent again.
    if let Some(index) = index.as_ref().filter(|index| index.rows > newest_rows) {
        return Err(RescueError::Newer(index.rows));
    }
    let index = index.filter(|index| index.is_sound(foot.at));
    index.ok_or(RescueError::Damaged)
}

impl RescueIndex {
    /// Whether everything in it is one user's, in order, and where it can be. `end` is where the bytes of photos and
    /// files end.
    fn is_sound(&self, end: u64) -> bool {
        let is_own = |entry: &OutboxEntry| entry.mutation.user == self.user;
        let is_there = |file: &RescuedFile| {
            let lengths = file.chunks.iter().map(|chunk| chunk.bytes);
            let fits = file.length().and_then(|length| file.at.checked_add(length));
            file.row.user == self.user
                && file.at >= HEAD_BYTES
                && fits.is_some_and(|until| until <= end)
                && lengths.into_iter().all(|bytes| bytes <= CHUNK_MOST)
                && file.chunks.iter().all(|chunk| is_hash(&chunk.sha256))
        };
        let seqs = self.entries.iter().map(OutboxEntry::seq);
        self.entries.iter().all(is_own)
            && self.files.iter().all(is_there)
            && seqs.is_sorted_by(|one, next| one < next)
    }

    /// For whom `sender` of `company` sends it: none if it is their own work, and for the office its user, who the
    /// server then says may be brought in.
    ///
    /// # Errors
    /// [`RescueError::OtherCompany`], [`RescueError::OtherUser`].
    pub fn author_for(
        &self,
        sender: &User,
        company: CompanyId,
    ) -> Result<Option<UserId>, RescueError> {
        if self.company.is_some_and(|its| its != company) {
            return Err(RescueError::OtherCompany);
        }
        match (self.user == sender.id, sender.role.is_office()) {
            (true, _) => Ok(None),
            (false, true) => Ok(Some(self.user)),
            (false, false) => Err(RescueError::OtherUser(self.user_name.clone())),
        }
    }

    /// Every part beside the index, with its hash: none of them may be sent before all were looked at.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.files.iter().flat_map(RescuedFile::parts)
    }

    /// How many changes cannot be read by this build.
    #[must_use]
    pub fn unreadable(&self) -> u64 {
        let read = u64::try_from(self.entries.len()).unwrap_or(u64::MAX);
        self.changes.saturating_sub(read)
    }
}

impl RescuedFile {
    /// Its chunks, each with the place where it begins.
    pub fn parts(&self) -> impl Iterator<Item = Part<'_>> {
        self.chunks.iter().scan(self.at, |at, chunk| {
            let part = Part {
                at: *at,
                bytes: chunk.bytes,
                sha256: &chunk.sha256,
            };
            *at = at.saturating_add(chunk.bytes);
            Some(part)
        })
    }

    /// Whether all its bytes are in the file.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.length() == Some(self.row.bytes)
    }

    fn length(&self) -> Option<u64> {
        let mut lengths = self.chunks.iter().map(|chunk| chunk.bytes);
        lengths.try_fold(0_u64, u64::checked_add)
    }
}

/// Digits and nothing else.
fn number(digits: &str) -> Option<u64> {
    let is_number = !digits.is_empty() && digits.bytes().all(|digit| digit.is_ascii_digit());
    digits.parse().ok().filter(|_| is_number)
}

fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|digit| digit.is_ascii_hexdigit())
}
