//! The word for what a photo shows, and how somebody says it.
//!
//! Must never save anything: the page that has the job does.

use crate::memo::Memo;
use crate::runtime::live::Live;
use crate::tr;
use afield_domain::record::moment_of;
use afield_domain::{AttachmentId, FieldValue, JobId, PhotoMark, PhotoMoment};
use std::sync::Arc;

/// How a page lets its user say what a photo shows.
#[derive(Clone)]
pub struct Marking {
    /// Whether the user may, now.
    pub may: Memo<bool>,
    /// Makes a photo show this, or nothing.
    pub set: Arc<dyn Fn(AttachmentId, FieldValue) + Send + Sync>,
}

/// What the photos of a job are said to show, and how that is changed.
#[derive(Clone)]
pub struct PhotoMarks {
    /// The picture that knows the job.
    pub live: Live,
    /// Whose photos they are.
    pub job: JobId,
    /// How it is changed; none where nobody can.
    pub marking: Option<Marking>,
}

impl PhotoMarks {
    /// What each photo of the job is said to show; tracks.
    #[must_use]
    pub fn all(&self) -> Vec<PhotoMark> {
        let job = self.job;
        self.live
            .projection
            .with(|all| all.job(job).map(|job| job.photos.clone()))
            .unwrap_or_default()
    }

    /// What `photo` is said to show, in a word that a reader knows; tracks.
    #[must_use]
    pub fn word(&self, photo: AttachmentId) -> Option<&'static str> {
        self.live.projection.with(|all| {
            let marks = all.job(self.job).map(|job| job.photos.as_slice());
            moment_of(marks.unwrap_or_default(), photo).and_then(moment_label)
        })
    }
}

/// The word for what a photo shows; none for a word of another build.
#[must_use]
pub fn moment_label(moment: PhotoMoment) -> Option<&'static str> {
    match moment {
        PhotoMoment::Before => Some(tr!(photo.before)),
        PhotoMoment::After => Some(tr!(photo.after)),
        PhotoMoment::Other => None,
    }
}
