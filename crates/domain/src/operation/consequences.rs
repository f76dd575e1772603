//! Business rules: what follows from an operation beside its own effect.
//!
//! Owns two rules. Closing the last service task of an open job marks the job, so that finishing it is
//! offered. A finished job with a failing inspection gets a follow-up job. They run on the server, in
//! the transaction of the operation; their results reach phones with the next sync. Pure.

use crate::answers::failures;
use crate::ids::JobId;
use crate::limits;
use crate::operation::Op;
use crate::record::JobStatus;
use crate::record::{FormTemplate, ServiceTask, Submission};
use crate::record::{Job, Priority};
use crate::record::{Record, RecordKey};
use crate::time::{Timestamp, Zone};
use afield_planted::planted;

/// The hour at which a working day begins, on the company's wall.
const WORK_BEGINS: i8 = 8;

/// Whether any rule looks at `op`: then the job's parts are to be loaded.
#[must_use]
pub fn concerns(op: &Op) -> bool {
    match op {
        Op::SetTaskStatus { .. } | Op::SubmitForm { .. } => true,
        Op::SetJobStatus { to, .. } => *to == JobStatus::Finished,
        Op::AddNote { .. }
        | Op::EditJob { .. }
        | Op::CreateJob { .. }
        | Op::PlanJob { .. }
        | Op::AddAttachment { .. }
        | Op::AssignJob { .. }
        | Op::AnswerOffer { .. }
        | Op::Withdraw { .. }
        | Op::Create { .. }
        | Op::EditCustomer { .. }
        | Op::EditRecord { .. }
        | Op::Unknown => false,
    }
}

/// The id of the job that follows up `job`: always the same, so that there is never a second one.
#[must_use]
pub fn follow_up_id(job: JobId) -> JobId {
    // Not its own inverse: a follow-up that fails is followed up by another job.
    let salted = job.0.as_u128() ^ 0x00f0_1100_0000_0000_0000_0000_0000_0001_u128;
    let mixed = salted.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645_u128);
    JobId(uuid::Uuid::from_u128(mixed ^ (mixed >> 64)))
}

/// What else to write after `op`, given its job, the job's parts, the forms of its submissions and
/// its follow-up, all as they are after the operation. `zone` is the company's.
#[must_use]
pub fn consequences(op: &Op, records: &[Record], now: Timestamp, zone: &Zone) -> Vec<Record> {
    let find = |id: JobId| {
        records.iter().find_map(|record| match record {
            Record::Job(job) if job.id == id => Some(job),
            _ => None,
        })
    };
    let Some(job) = op.job().and_then(find) else {
        return Vec::new();
    };
    match op {
        Op::SetTaskStatus { .. } => marked(job, records).into_iter().collect(),
        _ if job.status == JobStatus::Finished
            && planted!(FollowedUpAgain: find(follow_up_id(job.id)).is_none() => true) =>
        {
            let starts = next_working_day(now, zone);
            follow_up(job, records, starts).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn marked(job: &Job, records: &[Record]) -> Option<Record> {
    let is_closed = |task: &&ServiceTask| task.status.is_closed();
    let tasks: Vec<&ServiceTask> = records
        .iter()
        .filter_map(|record| match record {
            Record::Task(task) if task.job == job.id => Some(task),
            _ => None,
        })
        .collect();
    let tasks_closed = job.status.is_open() && !tasks.is_empty() && tasks.iter().all(is_closed);
    (tasks_closed != job.tasks_closed).then(|| {
        Record::Job(Job {
            tasks_closed,
            ..job.clone()
        })
    })
}

/// The submissions that count: of each task, or of each form without a task, the last one.
fn latest<'r>(job: &Job, records: &'r [Record]) -> Vec<&'r Submission> {
    let mut latest: Vec<&Submission> = Vec::new();
    for record in records {
        let Record::Submission(next) = record else {
            continue;
        };
        if next.job != job.id {
            continue;
        }
        let what = (next.task, next.template);
        let place = latest
            .iter_mut()
            .find(|known| (known.task, known.template) == what);
        match place {
            Some(known) if (known.made_at, known.id) < (next.made_at, next.id) => *known = next,
            Some(_) => {}
            None => latest.push(next),
        }
    }
    latest
}

/// When the next working day after that of `now` begins, on the company's wall.
fn next_working_day(now: Timestamp, zone: &Zone) -> Timestamp {
    let mut day = zone.day(now).plus(1);
    while !day.is_working_day() {
        day = day.plus(1);
    }
    zone.at(day, WORK_BEGINS, 0)
}

/// The job that follows up what failed in `job`, from `starts` on, for as long as that was planned.
fn follow_up(job: &Job, records: &[Record], starts: Timestamp) -> Option<Record> {
    let form = |key: RecordKey| {
        records.iter().find_map(|record| match record {
            Record::Form(form) if RecordKey::from(form.id) == key => Some(form),
            _ => None,
        })
    };
    let failed: Vec<String> = latest(job, records)
        .into_iter()
        .filter_map(|submission| Some((form(submission.template.into())?, submission)))
        .flat_map(|(form, submission)| failed_lines(form, submission))
        .collect();
    if failed.is_empty() {
        return None;
    }
    let cut = |text: String, max: usize| text.chars().take(max).collect::<String>();
    let description = format!("{}\n{}", job.number, failed.join("\n"));
    Some(Record::Job(Job {
        id: follow_up_id(job.id),
        title: cut(format!("Follow-up: {}", job.title), limits::TITLE_CHARS),
        description: cut(description, limits::DESCRIPTION_CHARS),
        priority: Priority::High,
        assignee: job.assignee,
        starts,
        ends: starts.plus_ms(job.ends.0.saturating_sub(job.starts.0)),
        customer: job.customer,
        organization: job.organization,
        property: job.property,
        contract: job.contract,
        follows: Some(job.id),
        assets: job.assets.clone(),
        ..Job::BLANK
    }))
}

fn failed_lines(form: &FormTemplate, submission: &Submission) -> Vec<String> {
    failures(&form.questions, &submission.answers)
        .into_iter()
        .map(|question| format!("{}: {}", form.name, question.label))
        .collect()
}

#[cfg(test)]
#[path = "consequences_tests.rs"]
mod tests;
