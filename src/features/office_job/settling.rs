//! The conflicts of a job as the office sees them, and what it may choose.
//!
//! Owns [`Met`] and the request of a choice. Pure. Must never say that a value stands which does not: what counts by the
//! rule may have been changed since.

use crate::shared::conflicts::{ConflictRow, Outcome, Who, conflict_rows};
use crate::shared::field_values::{ShownValue, shown};
use afield_domain::{MutationId, Op, Rev, Winner, Zone};
use afield_protocol::OfficeChange;
use afield_sync::SignedIn;
use afield_sync::view::Projection;

/// A conflict of the job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Met {
    /// Both values, who made them, and what became of it.
    pub row: ConflictRow,
    /// What may be chosen; none if somebody has.
    pub open: Option<Open>,
}

/// What may be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Open {
    /// What stands now, where it is neither of the two values any more.
    pub other: Option<ShownValue>,
    /// Whose value may be brought back; none where it stands already, or may not be changed.
    pub restores: Option<Who>,
}

/// The conflicts in the picture: those that nobody has settled first, each half from the newest on.
#[must_use]
pub fn met(picture: &Projection, session: &SignedIn, zone: &Zone) -> Vec<Met> {
    let all = conflict_rows(picture, &[], session, zone).into_iter();
    let all = all.map(|row| one(picture, session, zone, row));
    let (mut open, settled): (Vec<Met>, Vec<Met>) = all.partition(|one| one.open.is_some());
    open.extend(settled);
    open
}

fn one(picture: &Projection, session: &SignedIn, zone: &Zone, mut row: ConflictRow) -> Met {
    let is_open = row.outcome == Outcome::ByRule;
    let conflict = picture.conflict(row.id).filter(|_| is_open);
    let open = conflict.and_then(|conflict| {
        let now = picture.job(conflict.job)?;
        let now = now.value(conflict.field, &conflict.item);
        let [mine, theirs] = &mut row.sides;
        mine.stands = conflict.mine == now;
        theirs.stands = conflict.theirs == now;
        let is_other = !mine.stands && !theirs.stands;
        let lost = match conflict.winner {
            Winner::Mine => theirs,
            Winner::Theirs => mine,
        };
        let may = row.action.is_some() && !lost.stands;
        Some(Open {
            other: is_other.then(|| shown(conflict.field, &now, zone, session.user())),
            restores: may.then(|| lost.who.clone()),
        })
    });
    Met { row, open }
}

/// The request of a choice. What has got no answer is asked for again as it was, so that it is done once.
#[must_use]
pub fn request(
    kept: Option<OfficeChange>,
    op: Op,
    base_rev: Option<Rev>,
    new: MutationId,
) -> OfficeChange {
    kept.filter(|kept| kept.op == op).unwrap_or(OfficeChange {
        id: new,
        op,
        base_rev,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::runtime::settling::{dismissing_op, settling_op};
    use crate::samples::{NOON, conflict, job, signed_in, versioned};
    use crate::shared::answer_picture::picture_of;
    use afield_domain::{Conflict, Job, Record, Role, Settlement, UserId};
    use uuid::Uuid;

    /// Dora of the office.
    fn dora() -> SignedIn {
        let mut office = signed_in();
        office.info.user.role = Role::Dispatcher;
        office.info.user.id = UserId(Uuid::from_u128(8));
        office.info.user.name = "Dora".into();
        office
    }

    fn picture(title: &str, conflicts: &[Conflict]) -> Projection {
        let job = Job {
            title: title.into(),
            ..job(1)
        };
        let mut records = vec![versioned(Record::Job(job))];
        records.extend(
            conflicts
                .iter()
                .cloned()
                .map(Record::Conflict)
                .map(versioned),
        );
        picture_of(records)
    }

    fn settled(n: u128) -> Conflict {
        Conflict {
            settled: Some(Settlement {
                by: "Ada".into(),
                at: NOON,
                value: conflict(1, Winner::Theirs).theirs,
            }),
            ..conflict(n, Winner::Theirs)
        }
    }

    #[test]
    fn what_waits_for_a_choice_stands_first() {
        let all = [
            settled(3),
            conflict(1, Winner::Theirs),
            conflict(2, Winner::Mine),
        ];
        let found = met(&picture("Valve", &all), &dora(), &Zone::utc());
        let ids: Vec<_> = found.iter().map(|one| one.row.id).collect();
        assert_eq!(ids, [all[2].id, all[1].id, all[0].id]);
    }

    #[test]
    fn what_stands_is_what_the_job_says_and_the_other_may_be_brought_back() {
        // Anna's "Pump" against Dora's "Valve".
        let anna = || Some(Who::Named("Anna".into()));
        let dora_s = || Some(Who::Named("Dora".into()));
        for (winner, title, stands, restores, other) in [
            (Winner::Theirs, "Valve", [false, true], anna(), false),
            (Winner::Mine, "Pump", [true, false], dora_s(), false),
            // Somebody has written it by hand since.
            (Winner::Theirs, "Pump", [true, false], None, false),
            (Winner::Theirs, "Tap", [false, false], anna(), true),
        ] {
            let conflict = conflict(1, winner);
            let all = picture(title, std::slice::from_ref(&conflict));
            let found = met(&all, &dora(), &Zone::utc()).remove(0);
            let open = found.open.unwrap();
            assert_eq!(found.row.sides.map(|side| side.stands), stands, "{title}");
            assert_eq!(
                (open.restores, open.other.is_some()),
                (restores, other),
                "{title}"
            );
        }
    }

    #[test]
    fn what_is_settled_leaves_nothing_to_choose() {
        let found = met(&picture("Valve", &[settled(1)]), &dora(), &Zone::utc());
        assert_eq!(found[0].open, None);
    }

    #[test]
    fn a_choice_without_an_answer_is_asked_for_again_and_another_is_another() {
        let conflict = conflict(1, Winner::Theirs);
        let all = picture("Valve", std::slice::from_ref(&conflict));
        let id = |n| MutationId(Uuid::from_u128(n));
        let restore = settling_op(&all, conflict.id).unwrap();
        let keep = dismissing_op(&all, conflict.id).unwrap();
        let first = request(None, restore.clone(), Some(Rev(4)), id(1));
        let again = request(Some(first.clone()), restore, Some(Rev(5)), id(2));
        assert_eq!(again, first);
        let other = request(Some(first), keep, Some(Rev(5)), id(3));
        assert_eq!((other.id, other.base_rev), (id(3), Some(Rev(5))));
    }
}
