//! Which photos of a job show it before the work and which after it, and which of them belong together.
//!
//! The n-th photo of before belongs to the n-th of after, by the time at which they were taken; where there are more of
//! the one, the rest belong to the last of the other. Pure.

use afield_domain::record::moment_of;
use afield_domain::{AttachmentId, PhotoMark, PhotoMoment};

/// The photo of before and the one of after to which `photo` belongs; `ids` are all of the job's, oldest first.
#[must_use]
pub fn pair_of(
    ids: &[AttachmentId],
    marks: &[PhotoMark],
    photo: AttachmentId,
) -> Option<(AttachmentId, AttachmentId)> {
    let (before, after) = sides(ids, marks);
    let place = |side: &[AttachmentId]| side.iter().position(|id| *id == photo);
    let at = place(&before).or_else(|| place(&after))?;
    let of = |side: &[AttachmentId]| side.get(at).or(side.last()).copied();
    Some((of(&before)?, of(&after)?))
}

/// The photos of before and those of after, each oldest first.
#[must_use]
pub fn sides(ids: &[AttachmentId], marks: &[PhotoMark]) -> (Vec<AttachmentId>, Vec<AttachmentId>) {
    let side = |moment: PhotoMoment| {
        let is_of = |id: &&AttachmentId| moment_of(marks, **id) == Some(moment);
        ids.iter().filter(is_of).copied().collect()
    };
    (side(PhotoMoment::Before), side(PhotoMoment::After))
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn id(n: u128) -> AttachmentId {
        AttachmentId(Uuid::from_u128(n))
    }

    fn marks(of: &[(u128, PhotoMoment)]) -> Vec<PhotoMark> {
        let mark = |(n, moment): &(u128, PhotoMoment)| PhotoMark {
            photo: id(*n),
            moment: *moment,
        };
        of.iter().map(mark).collect()
    }

    #[test]
    fn the_nth_before_belongs_to_the_nth_after_and_the_rest_to_the_last() {
        use PhotoMoment::{After, Before, Other};
        let ids: Vec<_> = (1..=7).map(id).collect();
        let three_and_two = marks(&[
            (6, After),
            (1, Before),
            (2, Before),
            (4, Before),
            (5, After),
            (3, Other),
            // Taken back meanwhile.
            (9, After),
        ]);
        for (photo, pair) in [
            (1, Some((1, 5))),
            (2, Some((2, 6))),
            (4, Some((4, 6))),
            (5, Some((1, 5))),
            (6, Some((2, 6))),
            (3, None),
            (7, None),
            (9, None),
        ] {
            let found = pair_of(&ids, &three_and_two, id(photo));
            assert_eq!(found, pair.map(|(a, b)| (id(a), id(b))), "{photo}");
        }
        assert_eq!(pair_of(&ids, &marks(&[(1, Before)]), id(1)), None);
    }
}
