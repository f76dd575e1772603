//! Take back one's own note, photo or file.

use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::answers::Answer;
use crate::ids::{JobId, TaskId, UserId};
use crate::merge::FieldValue;
use crate::permission::Right;
use crate::record::{Attachment, Job, Record, RecordKey};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::Withdraw`].
pub(super) struct Withdraw {
    pub(super) part: RecordKey,
    pub(super) job: JobId,
}

impl Meaning for Withdraw {
    fn target(&self) -> RecordKey {
        self.part
    }

    fn job(&self) -> Option<JobId> {
        Some(self.job)
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        vec![self.job.into(), self.part]
    }

    fn creates(&self) -> bool {
        false
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        false
    }

    fn assignees(&self) -> Vec<UserId> {
        Vec::new()
    }

    /// Only whoever wrote or took it, as long as the job is theirs; and no file that is an answer, which
    /// would be left without it.
    fn rights(&self) -> Vec<Right> {
        vec![Right::Withdraw]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        let job = case.job(self.job)?;
        case.check_right(job)?;
        let (of, author) = match case.find(self.part) {
            Some(Record::Note(note)) => (note.job, note.author),
            Some(Record::Attachment(file)) if is_answer(job, file) => {
                return Err(Rejection::Outdated);
            }
            Some(Record::Attachment(file)) => (file.job, file.author),
            _ => return Err(Rejection::NotFound),
        };
        if of != self.job {
            return Err(Rejection::NotFound);
        }
        if author != case.context.actor.id {
            return Err(Rejection::Forbidden);
        }
        Ok(Judgement::as_asked())
    }

    fn effect(&self, _: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        None
    }
}

fn is_answer(job: &Job, file: &Attachment) -> bool {
    let holds = |answer: &Answer| matches!(&answer.value, FieldValue::Files(files) if files.contains(&file.id));
    job.answers.iter().any(holds)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::{AttachmentId, NoteId};
    use crate::operation::{ApplyContext, Effect, Op};
    use crate::record::{AttachmentKind, Note};
    use crate::user::Role;
    use crate::{apply_op, fold_op};
    use uuid::Uuid;

    const ANNA: UserId = UserId(Uuid::from_u128(1));
    const BEN: UserId = UserId(Uuid::from_u128(2));
    const JOB: JobId = JobId(Uuid::from_u128(7));
    const NOTE: NoteId = NoteId(Uuid::from_u128(9));
    const PHOTO: AttachmentId = AttachmentId(Uuid::from_u128(10));

    fn actor(id: UserId, role: Role) -> Actor<'static> {
        Actor {
            id,
            name: "Anna",
            role,
        }
    }

    fn job(assignee: UserId, answers: Vec<Answer>) -> Record {
        Record::Job(Job {
            id: JOB,
            assignee: Some(assignee),
            answers,
            ..Job::BLANK
        })
    }

    fn note() -> Record {
        Record::Note(Note {
            id: NOTE,
            job: JOB,
            author: ANNA,
            author_name: "Anna".into(),
            text: "Wrong job".into(),
            files: Vec::new(),
            made_at: Timestamp(1),
        })
    }

    fn photo() -> Record {
        Record::Attachment(Attachment {
            id: PHOTO,
            job: JOB,
            kind: AttachmentKind::Photo,
            name: "a.jpg".into(),
            mime: "image/jpeg".into(),
            bytes: 3,
            sha256: "a".repeat(64),
            width: 1,
            height: 1,
            thumbnail: String::new(),
            author: ANNA,
            author_name: "Anna".into(),
            made_at: Timestamp(1),
            received_at: None,
        })
    }

    fn withdraw(
        part: RecordKey,
        of: JobId,
        by: Actor<'_>,
        records: &[Record],
    ) -> Result<Effect, Rejection> {
        let op = Op::Withdraw { part, job: of };
        let context = ApplyContext::local(by, Timestamp(5));
        apply_op(context, &op, |key| {
            records.iter().find(|record| record.key() == Some(key))
        })
    }

    #[test]
    fn who_may_take_back_what() {
        use Rejection::{Forbidden, NotFound, Outdated};
        use Role::{Dispatcher, Technician};
        let note_key = RecordKey::from(NOTE);
        let photo_key = RecordKey::from(PHOTO);
        let answer = Answer {
            item: "before".into(),
            value: FieldValue::Files(vec![PHOTO]),
        };
        let answered = job(ANNA, vec![answer]);
        let cases = [
            (note_key, JOB, job(ANNA, vec![]), ANNA, Technician, None),
            (photo_key, JOB, job(ANNA, vec![]), ANNA, Technician, None),
            (note_key, JOB, answered.clone(), ANNA, Technician, None),
            (photo_key, JOB, answered, ANNA, Technician, Some(Outdated)),
            // Another's: nobody's to take back, not even the office's.
            (
                note_key,
                JOB,
                job(BEN, vec![]),
                BEN,
                Technician,
                Some(Forbidden),
            ),
            (
                photo_key,
                JOB,
                job(ANNA, vec![]),
                BEN,
                Dispatcher,
                Some(Forbidden),
            ),
            // The job has gone to somebody else.
            (
                note_key,
                JOB,
                job(BEN, vec![]),
                ANNA,
                Technician,
                Some(Forbidden),
            ),
            (
                NoteId(Uuid::from_u128(99)).into(),
                JOB,
                job(ANNA, vec![]),
                ANNA,
                Technician,
                Some(NotFound),
            ),
            (
                JOB.into(),
                JOB,
                job(ANNA, vec![]),
                ANNA,
                Technician,
                Some(NotFound),
            ),
        ];
        for (part, of, job, who, role, refused) in cases {
            let records = [job, note(), photo()];
            let found = withdraw(part, of, actor(who, role), &records);
            let expected = refused.map_or(Ok(Effect::Remove(part)), Err);
            assert_eq!(found, expected, "{part} by {who:?}");
        }
        let other = JobId(Uuid::from_u128(8));
        let elsewhere = Record::Job(Job {
            id: other,
            assignee: Some(ANNA),
            ..Job::BLANK
        });
        let found = withdraw(
            note_key,
            other,
            actor(ANNA, Technician),
            &[elsewhere, note()],
        );
        assert_eq!(found, Err(NotFound));
    }

    #[test]
    fn it_is_off_the_screen_at_once() {
        let op = Op::Withdraw {
            part: NOTE.into(),
            job: JOB,
        };
        let fold = |view| {
            let by = actor(ANNA, Role::Technician);
            fold_op(NOTE.into(), view, &op, by, Timestamp(5))
        };
        assert_eq!(fold(Some(note())), None);
        assert_eq!(fold(None), None);
    }
}
