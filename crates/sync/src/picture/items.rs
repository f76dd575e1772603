//! Which items of a job have not reached the office: its answers, its assets, its parts.
//!
//! Owns the mark *unsent* of an item. Must never count what was refused: that is in the attention list.

use crate::OutboxEntry;
use afield_domain::{JobField, JobId, Op};

/// The items of `field` of `job` that `entries` change and that were not refused, in the order in which
/// they were changed.
#[must_use]
pub fn unsent_items(entries: &[OutboxEntry], job: JobId, field: JobField) -> Vec<String> {
    let edits = entries
        .iter()
        .filter(|entry| !entry.is_parked() && !entry.is_in_review())
        .filter_map(|entry| match &entry.mutation.op {
            Op::EditJob { job: of, edits, .. } if *of == job => Some(edits),
            _ => None,
        });
    let items = edits.flatten().filter(|edit| edit.field == field);
    items.map(|edit| edit.item.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::Reading;
    use crate::outbox::enqueue::{EnqueueContext, plan_enqueue};
    use crate::outbox::entry::EntryState;
    use crate::testing::fixtures::{edit, job_id, session, technician};
    use crate::{Intent, OutboxView, SignedIn, Written};
    use afield_domain::{DeviceId, FieldEdit, FieldValue, MutationId, Rejection, Timestamp};
    use uuid::Uuid;

    fn changed(n: u128, field: JobField, item: &str) -> Intent {
        let edit = FieldEdit {
            field,
            item: item.into(),
            base: FieldValue::Nothing,
            new: FieldValue::Text("yes".into()),
        };
        let (job, edits, settles) = (job_id(n), vec![edit], None);
        Intent {
            op: Op::EditJob {
                job,
                edits,
                settles,
            },
            base_rev: None,
        }
    }

    #[test]
    fn an_item_is_unsent_until_the_office_has_it_or_has_refused_it() {
        let intents = [
            changed(1, JobField::Answer, "leak"),
            edit(1, "a", "b"),
            changed(1, JobField::Asset, "boiler"),
            changed(2, JobField::Answer, "other"),
            changed(1, JobField::Answer, "refused"),
        ];
        let mut view = OutboxView::default();
        view.meta.session = Some(SignedIn {
            info: session(&technician(1)),
            at: Timestamp(0),
        });
        let ids = (1..=5).map(|n| MutationId(Uuid::from_u128(n)));
        let context = EnqueueContext {
            now: Reading::of_wall(Timestamp(5)),
            ids: ids.collect(),
            fresh_device: DeviceId(Uuid::from_u128(1)),
        };
        let plan = plan_enqueue(&view, &intents, &context).unwrap();
        let mut entries = Written::of(&plan.writes).put;
        entries.last_mut().unwrap().state = EntryState::Parked {
            reason: Rejection::Forbidden,
            at: Timestamp(9),
            rev: None,
        };
        let unsent = |n, field| unsent_items(&entries, job_id(n), field);
        assert_eq!(unsent(1, JobField::Answer), ["leak"]);
        assert_eq!(unsent(1, JobField::Asset), ["boiler"]);
        assert_eq!(unsent(2, JobField::Answer), ["other"]);
        assert!(unsent(2, JobField::Part).is_empty());
    }
}
