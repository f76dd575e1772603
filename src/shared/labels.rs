//! Domain values in the words of the screen.
//!
//! Owns the mapping from types to texts, in one place, so that a thing has one name everywhere.

use super::photo_marks::moment_label;
use super::refusals::{ChangeSummary, Reason, Refused};
use super::{amounts::bytes_text, field_values::FieldName, field_values::ShownValue};
use super::{job_form::InputFlaw, job_rows::NearDay};
use crate::error::Trouble;
use crate::texts::language;
use crate::tr;
use afield_domain::limits::ATTACHMENT_BYTES;
use afield_domain::time::Day;
use afield_domain::{JobField, JobStatus, Policy, Priority, Rejection, Requirable, Right, Role};
use afield_domain::{StepKind, TaskStatus};

/// The name of a status.
#[must_use]
pub fn status_label(status: JobStatus) -> &'static str {
    match status {
        JobStatus::Scheduled => tr!(status.scheduled),
        JobStatus::EnRoute => tr!(status.en_route),
        JobStatus::Started => tr!(status.started),
        JobStatus::Paused => tr!(status.paused),
        JobStatus::Finished => tr!(status.finished),
        JobStatus::Cancelled => tr!(status.cancelled),
    }
}

/// What a step of the status does, as a button says it.
#[must_use]
pub fn step_verb(to: JobStatus, kind: StepKind) -> &'static str {
    match (kind, to) {
        (StepKind::NotPossible, _) => tr!(action.not_possible),
        (StepKind::Reopened, _) => tr!(action.reopen),
        (StepKind::Usual, JobStatus::Scheduled) => tr!(action.plan),
        (StepKind::Usual, JobStatus::EnRoute) => tr!(action.drive),
        (StepKind::Usual, JobStatus::Started) => tr!(action.start),
        (StepKind::Usual, JobStatus::Paused) => tr!(action.pause),
        (StepKind::Usual, JobStatus::Finished) => tr!(action.finish),
        (StepKind::Usual, JobStatus::Cancelled) => tr!(action.cancel),
    }
}

/// What a step of the status has led to, as a badge says it.
#[must_use]
pub fn step_label(to: JobStatus, kind: StepKind) -> &'static str {
    match kind {
        StepKind::Usual => status_label(to),
        StepKind::NotPossible => tr!(action.not_possible),
        StepKind::Reopened => tr!(action.reopened),
    }
}

/// A span of time, in hours and minutes.
#[must_use]
pub fn duration(ms: i64) -> String {
    let minutes = ms / 60_000;
    match (minutes / 60, minutes % 60) {
        (0, minutes) => tr!(job.minutes, minutes = minutes),
        (hours, minutes) => tr!(job.hours_minutes, hours = hours, minutes = minutes),
    }
}

/// The name of a service task's status.
#[must_use]
pub fn task_status_label(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Open => tr!(task_status.open),
        TaskStatus::InProgress => tr!(task_status.in_progress),
        TaskStatus::Done => tr!(task_status.done),
        TaskStatus::Skipped => tr!(task_status.skipped),
    }
}

/// The name of a priority.
#[must_use]
pub fn priority_label(priority: Priority) -> &'static str {
    match priority {
        Priority::Low => tr!(priority.low),
        Priority::Normal => tr!(priority.normal),
        Priority::High => tr!(priority.high),
        Priority::Urgent => tr!(priority.urgent),
    }
}

/// The name of a job's field, in the middle of a sentence.
#[must_use]
pub fn field_label(field: JobField) -> &'static str {
    match field {
        JobField::Title => tr!(fields.title),
        JobField::Description => tr!(fields.description),
        JobField::Priority => tr!(fields.priority),
        JobField::Schedule => tr!(fields.schedule),
        JobField::Assignee => tr!(fields.assignee),
        JobField::Answer => tr!(fields.answer),
        JobField::Asset => tr!(fields.asset),
        JobField::Part => tr!(fields.part),
        JobField::Photo => tr!(fields.photo),
        JobField::Other => tr!(fields.other),
    }
}

/// The names of fields, one after the other.
#[must_use]
pub fn field_list(fields: &[JobField]) -> String {
    let labels: Vec<&str> = fields.iter().copied().map(field_label).collect();
    labels.join(", ")
}

/// The name of a field with what it is about, in the middle of a sentence.
#[must_use]
pub fn field_name_label(name: &FieldName) -> String {
    let about = &name.about;
    match name.field {
        _ if about.is_empty() => field_label(name.field).to_owned(),
        JobField::Answer => tr!(fields.answer_to, question = about),
        JobField::Asset => tr!(fields.asset_named, name = about),
        JobField::Part => tr!(fields.part_named, name = about),
        _ => field_label(name.field).to_owned(),
    }
}

/// What stands in a field.
#[must_use]
pub fn value_label(value: &ShownValue) -> String {
    match value {
        ShownValue::Text(text) => text,
        ShownValue::Files(1) => return tr!(counts.photo).to_owned(),
        ShownValue::Files(count) => return tr!(fields.files, count = count),
        ShownValue::Priority(priority) => priority_label(*priority),
        ShownValue::Empty => tr!(fields.empty),
        ShownValue::Yes => tr!(fields.yes),
        ShownValue::No => tr!(fields.no),
        ShownValue::Photo(moment) => moment_label(*moment).unwrap_or_default(),
        ShownValue::Linked => tr!(fields.linked),
        ShownValue::NotLinked => tr!(fields.not_linked),
        ShownValue::You => tr!(fields.you),
        ShownValue::Somebody => tr!(fields.somebody),
        ShownValue::Nobody => tr!(fields.nobody),
    }
    .to_owned()
}

/// By which rule one of two changes counts.
#[must_use]
pub fn rule_text(rule: Policy) -> &'static str {
    match rule {
        Policy::LatestWins => tr!(conflict.latest_wins),
        Policy::OfficeWins => tr!(conflict.office_wins),
        Policy::Other => tr!(conflict.other_rule),
    }
}

/// Why a field cannot be saved.
#[must_use]
pub fn input_flaw_text(flaw: &InputFlaw) -> String {
    match flaw {
        InputFlaw::Reason(reason) => reason_label(reason),
        InputFlaw::NoTime => tr!(edit.no_time).to_owned(),
        InputFlaw::EndsTooEarly => tr!(edit.ends_too_early).to_owned(),
    }
}

/// How many changes wait for a refused one, and go with it.
#[must_use]
pub fn waiting_text(count: usize) -> String {
    match count {
        1 => tr!(counts.waiting_one).to_owned(),
        count => tr!(counts.waiting_more, count = count, total = count + 1),
    }
}

/// What a right allows.
#[must_use]
pub fn right_label(right: Right) -> &'static str {
    match right {
        Right::EditTitle => tr!(rights.edit_title),
        Right::EditDescription => tr!(rights.edit_description),
        Right::EditPriority => tr!(rights.edit_priority),
        Right::EditSchedule => tr!(rights.edit_schedule),
        Right::EditAssignee => tr!(rights.edit_assignee),
        Right::EditAnswer => tr!(rights.edit_answer),
        Right::EditAsset => tr!(rights.edit_asset),
        Right::EditPart => tr!(rights.edit_part),
        Right::EditPhoto => tr!(rights.edit_photo),
        Right::SetStatus => tr!(rights.set_status),
        Right::Finish => tr!(rights.finish),
        Right::NotPossible => tr!(rights.not_possible),
        Right::Reopen => tr!(rights.reopen),
        Right::Cancel => tr!(rights.cancel),
        Right::AnswerOffer => tr!(rights.answer_offer),
        Right::SetTaskStatus => tr!(rights.set_task_status),
        Right::SubmitForm => tr!(rights.submit_form),
        Right::AddNote => tr!(rights.add_note),
        Right::AddPhoto => tr!(rights.add_photo),
        Right::AddSignature => tr!(rights.add_signature),
        Right::AddFile => tr!(rights.add_file),
        Right::Withdraw => tr!(rights.withdraw),
        Right::CreateJob => tr!(rights.create_job),
        Right::CreateRecord => tr!(rights.create_record),
        Right::Other => tr!(rights.other),
    }
}

/// What can be wanted filled in.
#[must_use]
pub fn requirable_label(field: Requirable) -> &'static str {
    match field {
        Requirable::Description => tr!(edit.description),
        Requirable::Customer => tr!(job.customer),
        Requirable::Property => tr!(rights.place),
        Requirable::Other => tr!(rights.other),
    }
}

/// The name of a role.
#[must_use]
pub fn role_label(role: Role) -> &'static str {
    match role {
        Role::Technician => tr!(roles.technician),
        Role::Dispatcher => tr!(roles.dispatcher),
        Role::Admin => tr!(roles.admin),
    }
}

/// A day: the word for it if there is one, and the date.
#[must_use]
pub fn day_label(near: NearDay, day: Day) -> String {
    let date = day.long(language());
    match near {
        NearDay::Yesterday => tr!(days.yesterday, date = date),
        NearDay::Today => tr!(days.today, date = date),
        NearDay::Tomorrow => tr!(days.tomorrow, date = date),
        NearDay::Other => date,
    }
}

/// What a change wanted.
#[must_use]
pub fn change_label(intent: &ChangeSummary) -> String {
    match intent {
        ChangeSummary::Status(to, kind) if kind.is_usual() => {
            tr!(intent.status, status = status_label(*to))
        }
        ChangeSummary::Status(to, kind) => step_label(*to, *kind).to_owned(),
        ChangeSummary::Note(text) => tr!(intent.note, text = text),
        ChangeSummary::Edit(fields) => {
            let names: Vec<String> = fields.iter().map(field_name_label).collect();
            tr!(intent.edit, fields = names.join(", "))
        }
        ChangeSummary::Create(title) => tr!(intent.create, title = title),
        ChangeSummary::Made(name) => tr!(intent.made, name = name),
        ChangeSummary::Attachment(name) => tr!(intent.attachment, name = name),
        ChangeSummary::Task(title, to) if title.is_empty() => {
            tr!(intent.task, status = task_status_label(*to))
        }
        ChangeSummary::Task(title, to) => {
            tr!(
                intent.task_named,
                title = title,
                status = task_status_label(*to)
            )
        }
        ChangeSummary::Submission(name) if name.is_empty() => tr!(intent.form).to_owned(),
        ChangeSummary::Submission(name) => tr!(intent.form_named, name = name),
        ChangeSummary::Withdraw(what) if what.is_empty() => tr!(intent.withdraw).to_owned(),
        ChangeSummary::Withdraw(what) => tr!(intent.withdraw_named, name = what),
        ChangeSummary::Unknown => tr!(intent.unknown).to_owned(),
    }
}

/// Why a change was refused.
#[must_use]
pub fn reason_label(reason: &Reason) -> String {
    match reason {
        Reason::NotYours => tr!(reason.not_yours).to_owned(),
        Reason::Gone => tr!(reason.gone).to_owned(),
        Reason::NoStep(from) => tr!(reason.no_step, status = status_label(*from)),
        Reason::OpenQuestions => tr!(reason.open_questions).to_owned(),
        Reason::NotPermitted(right) => tr!(reason.not_permitted, right = right_label(*right)),
        Reason::Required(field) => tr!(reason.required, field = requirable_label(*field)),
        Reason::Empty => tr!(reason.empty).to_owned(),
        Reason::TooLong(max) => tr!(reason.too_long, max = max),
        Reason::OutOfRange => tr!(reason.out_of_range).to_owned(),
        Reason::Invalid => tr!(reason.invalid).to_owned(),
        Reason::ServerTooOld => tr!(reason.server_too_old).to_owned(),
        Reason::UsedTwice => tr!(reason.used_twice).to_owned(),
        Reason::CameTooLate => tr!(reason.came_too_late).to_owned(),
        Reason::Received => tr!(reason.received).to_owned(),
        Reason::Declined(name, reason) => tr!(reason.declined, name = name, reason = reason),
        Reason::Other => tr!(reason.other).to_owned(),
    }
}

/// Why this one was refused, with what the back end says of it in its own words.
#[must_use]
pub fn refusal_label(refused: &Refused) -> String {
    let mut text = reason_label(&refused.reason);
    if !refused.message.is_empty() {
        text.push(' ');
        text.push_str(&tr!(reason.says, message = refused.message));
    }
    text
}

/// One of "1 change", "3 changes".
#[must_use]
pub fn changes(count: usize) -> String {
    match count {
        1 => tr!(counts.change).to_owned(),
        count => tr!(counts.changes, count = count),
    }
}

/// One of "1 file", "3 files".
#[must_use]
pub fn files(count: usize) -> String {
    match count {
        1 => tr!(counts.file).to_owned(),
        count => tr!(counts.files, count = count),
    }
}

/// "3 changes", "2 files": as a report of a phone counts them.
#[must_use]
pub fn reported(changed: u64, filed: u64) -> (String, String) {
    let count = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
    (changes(count(changed)), files(count(filed)))
}

/// One of "1 record", "3 records".
#[must_use]
pub fn records(count: u64) -> String {
    match count {
        1 => tr!(counts.record).to_owned(),
        count => tr!(counts.records, count = count),
    }
}

/// One of "1 photo or file", "3 photos and files".
#[must_use]
pub fn photos(count: usize) -> String {
    match count {
        1 => tr!(counts.photo).to_owned(),
        count => tr!(counts.photos, count = count),
    }
}

/// One of "1 job", "3 jobs".
#[must_use]
pub fn jobs(count: usize) -> String {
    match count {
        1 => tr!(counts.job).to_owned(),
        count => tr!(counts.jobs, count = count),
    }
}

/// What happened, what is safe, what to do.
#[must_use]
pub fn trouble_text(trouble: &Trouble) -> String {
    match trouble {
        Trouble::StorageFull => tr!(trouble.storage_full),
        Trouble::NoRoom { missing } => {
            return tr!(trouble.no_room, size = bytes_text(*missing, language()));
        }
        Trouble::StorageBlocked => tr!(trouble.storage_blocked),
        Trouble::StorageNewer => tr!(trouble.storage_newer),
        Trouble::StorageSilent => tr!(trouble.storage_silent),
        Trouble::Storage(detail) => return tr!(trouble.storage, detail = detail),
        Trouble::FileEmpty => tr!(trouble.file_empty),
        Trouble::FileTooLarge => {
            return tr!(
                trouble.file_too_large,
                size = ATTACHMENT_BYTES / (1024 * 1024)
            );
        }
        Trouble::FileUnreadable => tr!(trouble.file_unreadable),
        Trouble::NotAllSaved { saved, count, why } => {
            let why = trouble_text(why);
            return tr!(
                trouble.not_all_saved,
                saved = saved,
                count = count,
                why = why
            );
        }
        Trouble::PhotoUnderWay => tr!(trouble.photo_under_way),
        Trouble::SignedOut => tr!(trouble.signed_out),
        Trouble::Refused(rejection) => return refusal_text(rejection),
        Trouble::AlreadyDecided => tr!(trouble.already_decided),
        Trouble::WrongPassword => tr!(trouble.wrong_password),
        Trouble::NoCookie => tr!(trouble.no_cookie),
        Trouble::TooManyTries { wait_s } => return tr!(trouble.too_many, seconds = wait_s),
        Trouble::NoConnection => tr!(trouble.no_connection),
        Trouble::NotOurServer => tr!(trouble.not_our_server),
        Trouble::ChangedMeanwhile => tr!(trouble.changed_meanwhile),
        Trouble::NotAllowed => tr!(trouble.not_allowed),
        Trouble::ServerTrouble => tr!(trouble.server),
        Trouble::UpdateNeeded => tr!(trouble.update_needed),
        Trouble::NotLoaded => tr!(trouble.not_loaded),
    }
    .to_owned()
}

fn refusal_text(rejection: &Rejection) -> String {
    tr!(
        trouble.refused,
        reason = reason_label(&Reason::from(rejection))
    )
}
