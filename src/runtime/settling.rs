//! The edits that settle a conflict: in favour of the value that lost, or of what stands. Pure.

use afield_domain::{ConflictId, FieldEdit, Op};
use afield_sync::view::Projection;

/// The change that brings the losing value of `id` back.
#[must_use]
pub fn settling_op(projection: &Projection, id: ConflictId) -> Option<Op> {
    let conflict = projection.conflict(id)?;
    let job = projection.job(conflict.job)?;
    Some(Op::EditJob {
        job: conflict.job,
        edits: vec![FieldEdit {
            field: conflict.field,
            base: job.value(conflict.field, &conflict.item),
            item: conflict.item.clone(),
            new: conflict.losing().clone(),
        }],
        settles: Some(id),
    })
}

/// The change that says of the conflict `id` that its reader has read of it: what stands stays. It edits nothing, so
/// that it is allowed where the field is not the reader's to change.
#[must_use]
pub fn dismissing_op(projection: &Projection, id: ConflictId) -> Option<Op> {
    let conflict = projection.conflict(id)?;
    Some(Op::EditJob {
        job: conflict.job,
        edits: Vec::new(),
        settles: Some(id),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{conflict, edit_entry, job, title_edit, with_outbox};
    use afield_domain::{Module, Record, Rev, Versioned, Winner};

    #[test]
    fn settling_starts_from_what_stands_now() {
        let conflict = conflict(1, Winner::Theirs);
        let unsent = [edit_entry(1, job(1).id, &[title_edit("Boiler", "Third")])];
        let mut projection = with_outbox(&unsent);
        let stored = Versioned {
            rev: Rev(1),
            record: Record::Conflict(conflict.clone()),
        };
        projection.set_module(Module::Conflict, vec![stored]);
        assert_eq!(
            settling_op(&projection, conflict.id),
            Some(Op::EditJob {
                job: job(1).id,
                edits: vec![title_edit("Third", "Pump")],
                settles: Some(conflict.id),
            })
        );
    }

    #[test]
    fn dismissing_is_a_change_that_edits_nothing_and_is_no_refusal() {
        let mut conflict = conflict(1, Winner::Theirs);
        conflict.job = job(1).id;
        let mut projection = with_outbox(&[]);
        let stored = Versioned {
            rev: Rev(1),
            record: Record::Conflict(conflict.clone()),
        };
        projection.set_module(Module::Conflict, vec![stored]);
        let op = dismissing_op(&projection, conflict.id).unwrap();
        let session = crate::samples::signed_in();
        let judged = crate::runtime::judge::judge(&projection, &op, &session);
        let Ok(afield_domain::Effect::Write(records)) = judged else {
            panic!("{judged:?}");
        };
        let settled = records.into_iter().find_map(|record| match record {
            Record::Conflict(conflict) => conflict.settled,
            _ => None,
        });
        let boiler = afield_domain::FieldValue::Text("Boiler".into());
        assert_eq!(settled.unwrap().value, boiler, "what stands");
        assert_eq!(
            dismissing_op(&crate::samples::projection(), conflict.id),
            None
        );
    }
}
