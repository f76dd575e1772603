//! Whether a photo of a job shows it before the work or after it.
//!
//! Owns [`PhotoMark`] and [`PhotoMoment`]. The photo itself is an attachment; its mark is a field of the job, so that it
//! can be set and taken back without a network and merges photo by photo. Pure.

use crate::ids::AttachmentId;
use crate::wire::FromTree;
use serde::Serialize;

/// What a photo shows: the job before the work, or after it. A word of a later build reads as [`Self::Other`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, FromTree)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum PhotoMoment {
    /// Before the work.
    Before,
    /// After it.
    After,
    /// A word of another build.
    #[serde(other)]
    Other,
}

impl PhotoMoment {
    /// Its name on the wire.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Before => "before",
            Self::After => "after",
            Self::Other => "other",
        }
    }

    /// The moment of that name; none for a word of another build, which nobody sets here.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Before, Self::After]
            .into_iter()
            .find(|moment| moment.name() == name)
    }
}

/// What one photo of a job shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct PhotoMark {
    /// The photo; it may have been taken back meanwhile.
    pub photo: AttachmentId,
    /// What it shows.
    pub moment: PhotoMoment,
}

/// What `photo` shows by these marks.
#[must_use]
pub fn moment_of(marks: &[PhotoMark], photo: AttachmentId) -> Option<PhotoMoment> {
    let mark = marks.iter().find(|mark| mark.photo == photo);
    mark.map(|mark| mark.moment)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_of_a_later_build_takes_nothing_else_away() {
        let photo = "00000000-0000-0000-0000-00000000003c";
        let text = format!(r#"{{"photo":"{photo}","moment":"during"}}"#);
        let mark: PhotoMark = serde_json::from_str(&text).unwrap();
        assert_eq!(mark.moment, PhotoMoment::Other);
        assert_eq!(mark.photo.to_string(), photo);
        assert_eq!(PhotoMoment::from_name("during"), None);
        assert_eq!(PhotoMoment::from_name("other"), None);
    }
}
