//! The judgement on one mutation, and which later ones wait for it.
//!
//! Owns the order of the questions. Pure: everything known is an argument.

use super::batch::Item;
use super::waiting::waits_for_office;
use crate::storage::{MutationRow, Stored, StoredRecord};
use afield_domain::merge::changed_fields;
use afield_domain::rejection::Problem;
use afield_domain::{
    Actor, ApplyContext, Effect, Job, MutationId, OP_VERSION, Op, Record, RecordKey, Rejection,
    Rights, Submission, Timestamp, User, UserId, answers, apply_op,
};
use afield_planted::planted;
use afield_protocol::{ActivityKind, Mutation};
use std::collections::HashSet;

/// What is known when a mutation is judged.
#[derive(Debug)]
pub(crate) struct Known<'a> {
    /// The session's user as of now; none if no longer active.
    pub(crate) user: Option<&'a User>,
    /// Those whose a job shall be, as far as they are active users of the company.
    pub(crate) people: &'a [User],
    /// What was decided of this mutation, of the one at its place, and of those that it names.
    pub(crate) decided: &'a [MutationRow],
    /// The records that the operation reads.
    pub(crate) records: &'a [(StoredRecord, Record)],
    /// The time of receipt.
    pub(crate) now: Timestamp,
    /// Whether the company refuses a finish with required questions open.
    pub(crate) refuses_open_questions: bool,
    /// Whether the office waives that the job is not the user's any more, or closed.
    pub(crate) waives: bool,
    /// What the user lacks of rights, and must fill in, as of now.
    pub(crate) rights: &'a Rights,
}

/// What to do with a mutation.
#[derive(Debug, PartialEq)]
pub(crate) enum Decision {
    /// Answer as before.
    Repeat(MutationRow),
    /// Leave it alone: something it depends on stands as refused.
    Wait,
    /// Refuse, and remember it.
    Refuse(Rejection),
    /// Keep it for the office, which decides: it would have been refused for this.
    Review(Rejection),
    /// Refuse, and keep no trace: the same mutation may be decided otherwise later.
    RefuseForNow(Rejection),
    /// Write these.
    Write(Vec<Record>),
    /// Write these; they hold what met another's change.
    Merge(Vec<Record>),
    /// Take this record away.
    Remove(RecordKey),
    /// Nothing to write: the state is as asked for.
    Already,
    /// Nothing to write: what it is sent instead of had its effect.
    Replaced,
}

impl Decision {
    /// Whether it would be remembered as made by the judge: nothing of a revoked device is.
    pub(crate) fn is_made(&self) -> bool {
        match self {
            Self::Refuse(_) | Self::Write(_) | Self::Merge(_) | Self::Remove(_) | Self::Already => {
                true
            }
            Self::Repeat(_)
            | Self::Wait
            | Self::Review(_)
            | Self::RefuseForNow(_)
            | Self::Replaced => false,
        }
    }
}

/// Judges `mutation` by what was decided before; none if that leaves it open.
pub(crate) fn recall(
    mutation: &Mutation,
    fingerprint: &str,
    decided: &[MutationRow],
) -> Option<Decision> {
    let find = |id: MutationId| decided.iter().find(|row| row.id == id);
    let stored = planted!(RepeatJudgedAnew: find(mutation.id) => None);
    if let Some(stored) = stored {
        return Some(if stored.fingerprint == fingerprint {
            Decision::Repeat(stored.clone())
        } else {
            Decision::RefuseForNow(Rejection::IdempotencyMismatch)
        });
    }
    // What waits for the office holds nothing back: the office decides what comes after it as well.
    let is_refused =
        |id: &MutationId| find(*id).is_some_and(|row| row.rejected && !waits_for_office(row));
    if planted!(DependencyUnchecked: mutation.depends_on.iter().any(is_refused) => false) {
        return Some(Decision::Wait);
    }
    let is_at_place = |row: &MutationRow| {
        (row.user, row.device, row.seq) == (mutation.user, mutation.device, mutation.seq)
    };
    // A copy that the network kept back: of the change itself nothing is known any more, and its user may
    // have given it up since.
    let is_passed = |row: &MutationRow| {
        let same = (row.device, row.user, row.lane)
            == (mutation.device, mutation.user, Some(mutation.lane));
        same && !row.rejected && row.seq > mutation.seq
    };
    let is_taken = decided.iter().any(|row| is_at_place(row) || is_passed(row));
    is_taken.then_some(Decision::RefuseForNow(Rejection::SequenceReused))
}

/// Judges a `mutation` that [`recall`] leaves open.
///
/// # Errors
/// When a stored record is damaged.
pub(crate) fn judge(mutation: &Mutation, known: &Known<'_>) -> Stored<Decision> {
    // Not remembered: a newer server will know it.
    if mutation.op_version > OP_VERSION || mutation.op == Op::Unknown {
        return Ok(Decision::RefuseForNow(Rejection::UnknownOp));
    }
    let Some(user) = known.user else {
        return Ok(Decision::RefuseForNow(Rejection::Forbidden));
    };
    let had_effect = |row: &MutationRow| {
        mutation.replaces.iter().any(|old| old.id == row.id)
            && planted!(ReplacedTakenForDone: !row.rejected => row.rejected)
    };
    if known.decided.iter().any(had_effect) {
        return Ok(Decision::Replaced);
    }
    // Whoever takes back what is gone has what they want.
    let taken = mutation.op.takes_away();
    let is_gone = |key: RecordKey| {
        let mut deleted = known.records.iter().filter(|(stored, _)| stored.deleted);
        deleted.any(|(stored, _)| stored.key == key)
    };
    if taken.is_some_and(is_gone) {
        return Ok(Decision::Already);
    }
    if known.records.iter().any(|(stored, _)| stored.deleted) {
        return Ok(Decision::Refuse(Rejection::Deleted));
    }
    let is_there = |id: &UserId| known.people.iter().any(|user| user.id == *id);
    if !mutation.op.assignees().iter().all(is_there) {
        return Ok(Decision::Refuse(Rejection::NotFound));
    }
    let target = known
        .records
        .iter()
        .find(|(stored, _)| Some(stored.key) == mutation.op.target());
    if let Some((stored, _)) = target
        && mutation.op.needs_connection()
        && mutation.base_rev.is_some_and(|seen| seen != stored.rev)
    {
        return Ok(Decision::Refuse(Rejection::Outdated));
    }
    if is_asked(mutation) && settles_what_is_settled(mutation, known) {
        return Ok(Decision::Refuse(Rejection::Outdated));
    }
    let stamps = match target {
        Some((stored, _)) => stored.stamps()?,
        None => Vec::new(),
    };
    let context = ApplyContext {
        actor: Actor::from(user),
        made_at: made_at(mutation, known.now),
        received_at: known.now,
        mutation: mutation.id,
        saw_target: target.is_some_and(|(stored, _)| mutation.base_rev == Some(stored.rev)),
        stamps: &stamps,
        refuses_open_questions: known.refuses_open_questions,
        waives: known.waives,
        rights: known.rights,
    };
    let lookup = |key: RecordKey| {
        let found = known.records.iter().find(|(stored, _)| stored.key == key);
        found.map(|(_, record)| record)
    };
    Ok(match apply_op(context, &mutation.op, lookup) {
        Ok(Effect::Write(records)) => Decision::Write(records),
        Ok(Effect::Merged(records)) => Decision::Merge(records),
        Ok(Effect::Remove(key)) => Decision::Remove(key),
        Ok(Effect::Already) => Decision::Already,
        // A field of a newer build: that server will know it.
        Err(Rejection::UnknownOp) => Decision::RefuseForNow(Rejection::UnknownOp),
        Err(reason) => {
            planted!(RejectionForgotten: Decision::Refuse(reason) => Decision::RefuseForNow(reason))
        }
    })
}

/// Whether somebody waits for what becomes of it: it is then of no device but its own.
fn is_asked(mutation: &Mutation) -> bool {
    mutation.device.0 == mutation.id.0
}

/// Whether somebody was quicker to settle the conflict that it settles. Whoever waits for it hears so, and nothing is
/// changed; what a phone has chosen in a cellar is an edit like any other all the same.
fn settles_what_is_settled(mutation: &Mutation, known: &Known<'_>) -> bool {
    let Op::EditJob {
        settles: Some(id), ..
    } = mutation.op
    else {
        return false;
    };
    let is_settled = |record: &Record| matches!(record, Record::Conflict(found) if found.id == id && found.settled.is_some());
    known.records.iter().any(|(_, record)| is_settled(record))
}

/// When the user did it: by the phone's corrected clock, but not after it arrived, nor long before.
pub(crate) fn made_at(mutation: &Mutation, now: Timestamp) -> Timestamp {
    mutation.made_before(now)
}

/// What a write looks like on the board where the operation says more of it than the record. `people`
/// are those whose a job shall be.
pub(crate) fn described_by(op: &Op, after: &Record, people: &[User]) -> Option<ActivityKind> {
    match (op, after) {
        (Op::AssignJob { assignee, .. }, Record::Job(_)) => {
            let name = people.iter().find(|user| Some(user.id) == *assignee);
            Some(ActivityKind::Assigned {
                to: *assignee,
                to_name: name.map(|user| user.name.clone()).unwrap_or_default(),
            })
        }
        (Op::AnswerOffer { accept, reason, .. }, Record::Job(_)) => Some(ActivityKind::Answered {
            accepted: *accept,
            reason: reason.trim().to_owned(),
        }),
        (Op::Withdraw { .. }, Record::Attachment(file)) => Some(ActivityKind::Withdrawn {
            name: file.name.clone(),
        }),
        (Op::Withdraw { .. }, _) => Some(ActivityKind::Withdrawn {
            name: String::new(),
        }),
        _ => None,
    }
}

/// What a write looks like on the board. `find` gives the other records that were read.
pub(crate) fn describe(
    before: Option<&Record>,
    after: &Record,
    find: &dyn Fn(RecordKey) -> Option<Record>,
) -> Vec<ActivityKind> {
    let told = match after {
        Record::Job(after) => return describe_job(before, after),
        Record::Task(after) => match before {
            Some(Record::Task(before)) if before.status != after.status => {
                Some(ActivityKind::Task {
                    title: after.title.clone(),
                    to: after.status,
                })
            }
            _ => None,
        },
        // What these hold never changes; what becomes of a conflict is an edit of its job.
        Record::Note(_) | Record::Attachment(_) | Record::Submission(_) | Record::Conflict(_)
            if before.is_some() =>
        {
            None
        }
        Record::Note(note) => Some(ActivityKind::Note {
            text: note.text.clone(),
        }),
        Record::Attachment(attachment) => Some(ActivityKind::Attached {
            name: attachment.name.clone(),
            thumbnail: attachment.thumbnail.clone(),
            attachment: Some(attachment.id),
        }),
        Record::Submission(submission) => describe_submission(submission, find),
        Record::Conflict(conflict) => Some(ActivityKind::Conflict {
            field: conflict.field,
        }),
        // What is made on site hangs on a job that says so; no operation writes the others.
        Record::Property(_)
        | Record::Customer(_)
        | Record::Organization(_)
        | Record::Asset(_)
        | Record::Contract(_)
        | Record::Part(_)
        | Record::Form(_)
        | Record::Route(_)
        | Record::Unknown => None,
    };
    told.into_iter().collect()
}

fn describe_job(before: Option<&Record>, after: &Job) -> Vec<ActivityKind> {
    let Some(Record::Job(before)) = before else {
        return vec![ActivityKind::Created];
    };
    let mut seen = Vec::new();
    if before.status != after.status {
        let step = after.steps.last().filter(|step| step.to == after.status);
        seen.push(ActivityKind::Status {
            from: before.status,
            to: after.status,
            step: step.map(|step| step.kind).unwrap_or_default(),
            reason: step.map(|step| step.reason.clone()).unwrap_or_default(),
        });
    }
    let fields = changed_fields(before, after);
    if !fields.is_empty() {
        seen.push(ActivityKind::Edited { fields });
    }
    seen
}

fn describe_submission(
    submission: &Submission,
    find: &dyn Fn(RecordKey) -> Option<Record>,
) -> Option<ActivityKind> {
    let Some(Record::Form(form)) = find(submission.template.into()) else {
        return None;
    };
    let failures = answers::failures(&form.questions, &submission.answers).len();
    Some(ActivityKind::Submitted {
        form: form.name,
        failures: u64::try_from(failures).unwrap_or(u64::MAX),
    })
}

/// The rejection of what does not read as a mutation.
pub(crate) fn malformed(field: &str) -> Rejection {
    Rejection::Invalid {
        field: field.to_owned(),
        problem: Problem::Malformed,
    }
}

/// The lanes and mutations behind a rejection in this batch: what belongs to them is left alone.
#[derive(Debug, Default)]
pub(crate) struct Holds {
    lanes: HashSet<RecordKey>,
    mutations: HashSet<MutationId>,
}

impl Holds {
    /// Whether `item` comes behind something held. Unless it was accepted all the same, it is to be held as well.
    pub(crate) fn holds(&self, item: &Item) -> bool {
        let behind = item.lane().is_some_and(|lane| self.lanes.contains(&lane));
        let is_held = |id: &MutationId| self.mutations.contains(id);
        let depends = item.depends_on().iter().any(is_held);
        let held = planted!(LaneNotHeld: behind => false)
            || planted!(DependencyUnchecked: depends => false);
        planted!(HoldOtherLanes: held => !self.mutations.is_empty())
    }

    /// Holds all that comes after `item` in its lane or depends on it.
    pub(crate) fn add(&mut self, item: &Item) {
        self.mutations.insert(item.id());
        self.lanes.extend(item.lane());
    }
}
