//! Edit fields of a job, each with what the user saw.

use super::Op;
use super::assign_job::assigned;
use super::meaning::{Accepted, Case, Ends, Judgement, Meaning, keys_of};
use crate::ids::{AssetId, AttachmentId, ConflictId, JobId, PartId, TaskId, UserId};
use crate::merge::{Author, FieldValue, merge_edits};
use crate::permission::Right;
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
            if let Some(photo) = marked(edit) {
                case.check_files(self.job, &[photo])?;
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

    fn looks_at(&self) -> Vec<RecordKey> {
        self.settles.map(RecordKey::from).into_iter().collect()
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

    fn rights(&self) -> Vec<Right> {
        // An edit that leaves what was seen asks for nothing.
        let edits = self.edits.iter().filter(|edit| edit.new != edit.base);
        edits.map(|edit| Right::to_edit(edit.field)).collect()
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
            instead: Some(Box::new(Op::EditJob {
                job: self.job,
                edits: merged.taken,
                settles: self.settles,
            })),
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
        // An edit that leaves what was seen asks for nothing, also where it is stored in another form than it was typed.
        for edit in self.edits.iter().filter(|edit| edit.new != edit.base) {
            let mut edited = job.clone();
            // What cannot be set was checked before it was saved; the server says why not.
            let is_set = edited.set_value(edit.field, &edit.item, &edit.new).is_ok();
            if is_set && edited.value(edit.field, &edit.item) != edit.base {
                job = edited;
            }
        }
        let assignee = job.assignee;
        job.assignee = before;
        Some(Record::Job(assigned(job, assignee)))
    }
}

/// The photo that an edit says is of before or after; none where that is taken away.
fn marked(edit: &FieldEdit) -> Option<AttachmentId> {
    let is_mark = edit.field == JobField::Photo && edit.new != FieldValue::Nothing;
    edit.item.parse().ok().filter(|_| is_mark)
}

/// What an edit refers to. Taking away asks for nothing: what is gone can always be taken away.
fn push_needs(needs: &mut Vec<RecordKey>, edit: &FieldEdit) {
    match (edit.field, &edit.new) {
        (_, FieldValue::Nothing) => {}
        (_, FieldValue::Files(files)) => needs.extend(keys_of(files)),
        (JobField::Asset, _) => needs.extend(edit.item.parse::<AssetId>().map(RecordKey::from)),
        (JobField::Part, _) => needs.extend(edit.item.parse::<PartId>().map(RecordKey::from)),
        (JobField::Photo, _) => needs.extend(marked(edit).map(RecordKey::from)),
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

#[cfg(test)]
mod tests {
    use super::super::surroundings::{id, surroundings};
    use crate::ids::{JobId, UserId};
    use crate::merge::FieldValue;
    use crate::operation::{ApplyContext, Effect, Op, fold_op};
    use crate::record::{FieldEdit, Job, JobField, PhotoMoment, Record, moment_of};
    use crate::user::{Actor, Role};
    use crate::{AttachmentId, Rejection, Timestamp, apply_op};

    fn marked(photo: u8, of: u8, base: FieldValue, new: FieldValue) -> Result<Effect, Rejection> {
        let anna = Actor {
            id: UserId(id(1)),
            name: "Anna",
            role: Role::Technician,
        };
        let mut records = surroundings();
        records.extend([7, 8].map(|n| {
            Record::Job(Job {
                id: JobId(id(n)),
                assignee: Some(anna.id),
                ..Job::BLANK
            })
        }));
        let op = Op::EditJob {
            job: JobId(id(of)),
            edits: vec![FieldEdit {
                field: JobField::Photo,
                item: id(photo).to_string(),
                base,
                new,
            }],
            settles: None,
        };
        apply_op(ApplyContext::local(anna, Timestamp(5)), &op, |key| {
            records.iter().find(|record| record.key() == Some(key))
        })
    }

    /// Found by a drawn case: the screen showed what the server never wrote.
    #[test]
    fn what_was_seen_with_a_blank_more_is_no_edit_on_the_screen_either() {
        let anna = Actor {
            id: UserId(id(1)),
            name: "Anna",
            role: Role::Technician,
        };
        let job = Job {
            id: JobId(id(7)),
            assignee: Some(anna.id),
            description: "Tank".into(),
            ..Job::BLANK
        };
        let shown = |base: &str, new: &str| {
            let op = Op::EditJob {
                job: job.id,
                edits: vec![FieldEdit {
                    field: JobField::Description,
                    item: String::new(),
                    base: FieldValue::Text(base.into()),
                    new: FieldValue::Text(new.into()),
                }],
                settles: None,
            };
            let before = Some(Record::Job(job.clone()));
            match fold_op(job.id.into(), before, &op, anna, Timestamp(5)) {
                Some(Record::Job(job)) => job.description,
                other => panic!("{other:?}"),
            }
        };
        for (base, new, expected) in [
            ("Pump", " Pump ", "Tank"),
            (" Pump ", " Pump ", "Tank"),
            ("Pump", " Boiler ", "Boiler"),
            ("Tank", "", ""),
        ] {
            assert_eq!(shown(base, new), expected, "{base:?} {new:?}");
        }
    }

    #[test]
    fn a_photo_is_marked_on_its_own_job_alone() {
        let before = || FieldValue::Text("before".into());
        let Ok(Effect::Write(written)) = marked(40, 7, FieldValue::Nothing, before()) else {
            panic!("a photo of the job");
        };
        let Some(Record::Job(job)) = written.first() else {
            panic!("{written:?}");
        };
        let moment = moment_of(&job.photos, AttachmentId(id(40)));
        assert_eq!(moment, Some(PhotoMoment::Before));
        for (photo, of) in [(40, 8), (41, 7)] {
            let refused = marked(photo, of, FieldValue::Nothing, before());
            assert_eq!(refused, Err(Rejection::NotFound), "{photo} on {of}");
        }
        // Of a photo that was taken back meanwhile the word can be taken back all the same.
        assert!(marked(41, 7, before(), FieldValue::Nothing).is_ok());
    }
}
