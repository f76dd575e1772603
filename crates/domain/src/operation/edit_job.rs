//! Edit fields of a job, each with what the user saw.

use super::Op;
use super::assign_job::assigned;
use super::meaning::{Accepted, Case, Ends, Judgement, Meaning, keys_of};
use crate::ids::{AssetId, ConflictId, JobId, PartId, TaskId, UserId};
use crate::merge::{Author, FieldValue, merge_edits};
use crate::record::{Conflict, FieldEdit, JobField, Record, RecordKey, Settlement};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::EditJob`].
pub(super) struct EditJob<'o> {
    pub(super) job: JobId,
    pub(super) edits: &'o [FieldEdit],
    pub(super) settles: Option<ConflictId>,
}

impl EditJob<'_> {
    fn find_all(&self, case: &Case<'_, '_>) -> Result<(), Rejection> {
        case.check_all(&self.needs())?;
        for edit in self.edits {
            if let FieldValue::Files(files) = &edit.new {
                case.check_files(self.job, files)?;
            }
        }
        Ok(())
    }

    /// The conflict that is settled, if it is one of this job and still open.
    fn settled<'r>(&self, case: &Case<'_, 'r>) -> Option<&'r Conflict> {
        match self.settles.and_then(|id| case.find(id)) {
            Some(Record::Conflict(conflict)) if conflict.job == self.job => {
                conflict.settled.is_none().then_some(conflict)
            }
            _ => None,
        }
    }
}

impl Meaning for EditJob<'_> {
    fn target(&self) -> RecordKey {
        self.job.into()
    }

    fn job(&self) -> Option<JobId> {
        Some(self.job)
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        let mut needs = vec![self.job.into()];
        self.edits
            .iter()
            .for_each(|edit| push_needs(&mut needs, edit));
        needs
    }

    fn creates(&self) -> bool {
        false
    }

    fn looks_at(&self) -> Option<RecordKey> {
        self.settles.map(RecordKey::from)
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        false
    }

    fn assignees(&self) -> Vec<UserId> {
        let assignments = self
            .edits
            .iter()
            .filter(|edit| edit.field == JobField::Assignee);
        let users = assignments.filter_map(|edit| match &edit.new {
            FieldValue::Text(id) => id.parse().ok(),
            _ => None,
        });
        users.collect()
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        let context = case.context;
        let job = case.job(self.job)?;
        self.find_all(case)?;
        case.check_right(job)?;
        let author = Author {
            actor: context.actor,
            made_at: context.made_at,
            received_at: context.received_at,
            mutation: context.mutation,
        };
        let merged = merge_edits(job, self.edits, context.stamps, author)?;
        let has_conflicts = !merged.met.is_empty();
        let met = merged.met.into_iter();
        let conflicts = met.map(|met| Conflict::of_job(self.job, met, author));
        let mut besides: Vec<Record> = conflicts.map(Record::Conflict).collect();
        if let Some(conflict) = self.settled(case) {
            besides.push(Record::Conflict(Conflict {
                settled: Some(Settlement {
                    by: context.actor.name.to_owned(),
                    at: context.made_at,
                    value: merged.record.value(conflict.field, &conflict.item),
                }),
                ..conflict.clone()
            }));
        }
        Ok(Judgement::Accepted(Accepted {
            instead: Some(Op::EditJob {
                job: self.job,
                edits: merged.taken,
                settles: self.settles,
            }),
            besides,
            has_conflicts,
            ..Accepted::default()
        }))
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        let Some(Record::Job(mut job)) = target else {
            return target;
        };
        let before = job.assignee;
        // An edit that leaves what was seen asks for nothing.
        for edit in self.edits.iter().filter(|edit| edit.new != edit.base) {
            // What cannot be set was checked before it was saved; the server says why not.
            let _ = job.set_value(edit.field, &edit.item, &edit.new);
        }
        let assignee = job.assignee;
        job.assignee = before;
        Some(Record::Job(assigned(job, assignee)))
    }
}

/// What an edit refers to. Taking away asks for nothing: what is gone can always be taken away.
fn push_needs(needs: &mut Vec<RecordKey>, edit: &FieldEdit) {
    match (edit.field, &edit.new) {
        (_, FieldValue::Nothing) => {}
        (_, FieldValue::Files(files)) => needs.extend(keys_of(files)),
        (JobField::Asset, _) => needs.extend(edit.item.parse::<AssetId>().map(RecordKey::from)),
        (JobField::Part, _) => needs.extend(edit.item.parse::<PartId>().map(RecordKey::from)),
        (
            JobField::Title
            | JobField::Description
            | JobField::Priority
            | JobField::Schedule
            | JobField::Assignee
            | JobField::Answer
            | JobField::Other,
            _,
        ) => {}
    }
}
