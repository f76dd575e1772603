//! The part of the port by which a database forgets.
//!
//! Owns its traits and rows. Whatever is forgotten goes some rows at a time, in a transaction that names one company and
//! so holds up no other. Must never know for how long anything is kept.

use super::Stored;
use afield_domain::{AttachmentId, CompanyId, JobId, MutationId, Timestamp};
use async_trait::async_trait;

/// Rows of a company that grow old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ageing {
    /// Departures, the first of the company's order first; the floor of cursors is raised accordingly.
    Departures,
    /// Activity, likewise, by when it was received. What does not read as activity goes with what is around it.
    Activity,
    /// Devices, by when they were last here.
    Devices,
    /// Sessions, by their end.
    Sessions,
    /// What devices told of themselves, by when they did.
    Reports,
    /// What came too late and was decided, by when it was.
    Reviews,
}

/// A verdict that has its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptVerdict {
    /// When it was given.
    pub received_at: Timestamp,
    /// Whose.
    pub company: CompanyId,
    /// Of which mutation.
    pub id: MutationId,
}

/// How old the text of a verdict must be to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VerdictAges {
    /// Given before it, if its device has acknowledged it or there is none that would.
    pub acknowledged: Timestamp,
    /// Given before it, if its device was not here since.
    pub abandoned: Timestamp,
}

/// An attachment whose bytes were not removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KeptFile {
    /// When anything about it last reached the server.
    pub updated_at: Timestamp,
    /// Which.
    pub id: AttachmentId,
}

/// That the bytes of a file were removed because it was old.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FileRemoved {
    /// When.
    pub at: Timestamp,
    /// For how many days its company kept files then.
    pub kept_days: u32,
}

/// Reading.
#[async_trait]
pub trait ReadRetention {
    /// The verdicts of all companies that were given before `before` and have their texts, but for rejections: the oldest
    /// first, behind `after`, at most `limit`.
    async fn kept_verdicts(
        &mut self,
        before: Timestamp,
        after: Option<KeptVerdict>,
        limit: u32,
    ) -> Stored<Vec<KeptVerdict>>;
    /// The company's attachments, also deleted ones, that were not removed and have stayed as they are since before
    /// `before`: the oldest first, behind `after`, at most `limit`.
    async fn kept_files(
        &mut self,
        company: CompanyId,
        before: Timestamp,
        after: Option<KeptFile>,
        limit: u32,
    ) -> Stored<Vec<KeptFile>>;
    /// Whether something of this job waits for a decision: what came too late, or a conflict.
    async fn waits_on(&mut self, company: CompanyId, job: JobId) -> Stored<bool>;
    /// Whether the bytes of this file were removed.
    async fn file_removed(
        &mut self,
        company: CompanyId,
        file: AttachmentId,
    ) -> Stored<Option<FileRemoved>>;
    /// Files whose bytes are still to be deleted, in their order, behind `after`, at most `limit`.
    async fn files_to_delete(
        &mut self,
        company: CompanyId,
        after: Option<AttachmentId>,
        limit: u32,
    ) -> Stored<Vec<AttachmentId>>;
}

/// Writing.
#[async_trait]
pub trait WriteRetention {
    /// Forgets at most `most` of the company's rows of before `before`. Gives how many; fewer than that when there are no
    /// more.
    async fn prune(
        &mut self,
        company: CompanyId,
        what: Ageing,
        before: Timestamp,
        most: u32,
    ) -> Stored<u64>;
    /// Forgets the texts of those of these verdicts that are old enough, but for rejections. The rows stay. Gives how many.
    async fn prune_verdicts(
        &mut self,
        company: CompanyId,
        ids: &[MutationId],
        ages: VerdictAges,
    ) -> Stored<u64>;
    /// Notes that the bytes of this file are removed, and are to be deleted. Whether it was not noted before.
    async fn remove_file(
        &mut self,
        company: CompanyId,
        file: AttachmentId,
        removed: FileRemoved,
    ) -> Stored<bool>;
    /// Notes that the bytes of these files are deleted.
    async fn files_deleted(&mut self, company: CompanyId, files: &[AttachmentId]) -> Stored<()>;
}
