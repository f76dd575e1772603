//! Domain values in the words of the screen.
//!
//! Owns the mapping from types to texts, in one place, so that a thing has one name everywhere.

use crate::error::Trouble;
use crate::features::dispatch::board::Age;
use crate::features::jobs::detail_view_model::{Intent, Reason};
use crate::features::jobs::view_model::NearDay;
use crate::tr;
use afield_domain::zone::Day;
use afield_domain::{JobStatus, Module, Priority, Rejection, Role};

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

/// The name of a module, in the plural.
#[must_use]
pub fn module_label(module: Module) -> &'static str {
    match module {
        Module::Job => tr!(modules.jobs),
        Module::Customer => tr!(modules.customers),
        Module::Organization => tr!(modules.organizations),
        Module::Property => tr!(modules.properties),
        Module::Note => tr!(modules.notes),
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
    let date = day.format("%A, %-d %B");
    match near {
        NearDay::Yesterday => tr!(days.yesterday, date = date),
        NearDay::Today => tr!(days.today, date = date),
        NearDay::Tomorrow => tr!(days.tomorrow, date = date),
        NearDay::Other => date,
    }
}

/// How long ago.
#[must_use]
pub fn age_label(age: Age) -> String {
    match age {
        Age::Now => tr!(age.now).to_owned(),
        Age::Minutes(count) => tr!(age.minutes, count = count),
        Age::Hours(count) => tr!(age.hours, count = count),
        Age::Days(count) => tr!(age.days, count = count),
    }
}

/// What a change wanted.
#[must_use]
pub fn intent_label(intent: &Intent) -> String {
    match intent {
        Intent::Status(to) => tr!(intent.status, status = status_label(*to)),
        Intent::Note(text) => tr!(intent.note, text = text),
        Intent::Unknown => tr!(intent.unknown).to_owned(),
    }
}

/// Why a change was refused.
#[must_use]
pub fn reason_label(reason: &Reason) -> String {
    match reason {
        Reason::NotYours => tr!(reason.not_yours).to_owned(),
        Reason::Gone => tr!(reason.gone).to_owned(),
        Reason::NoStep(from) => tr!(reason.no_step, status = status_label(*from)),
        Reason::Empty => tr!(reason.empty).to_owned(),
        Reason::TooLong(max) => tr!(reason.too_long, max = max),
        Reason::Invalid => tr!(reason.invalid).to_owned(),
        Reason::ServerTooOld => tr!(reason.server_too_old).to_owned(),
        Reason::UsedTwice => tr!(reason.used_twice).to_owned(),
        Reason::Other => tr!(reason.other).to_owned(),
    }
}

/// One of "1 change", "3 changes".
#[must_use]
pub fn changes(count: usize) -> String {
    match count {
        1 => tr!(counts.change).to_owned(),
        count => tr!(counts.changes, count = count),
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
        Trouble::StorageBlocked => tr!(trouble.storage_blocked),
        Trouble::StorageNewer => tr!(trouble.storage_newer),
        Trouble::Storage(detail) => return tr!(trouble.storage, detail = detail),
        Trouble::SignedOut => tr!(trouble.signed_out),
        Trouble::Refused(rejection) => return refusal_text(rejection),
        Trouble::AlreadyDecided => tr!(trouble.already_decided),
        Trouble::WrongPassword => tr!(trouble.wrong_password),
        Trouble::TooManyTries { wait_s } => return tr!(trouble.too_many, seconds = wait_s),
        Trouble::NoConnection => tr!(trouble.no_connection),
        Trouble::NotOurServer => tr!(trouble.not_our_server),
        Trouble::ChangedMeanwhile => tr!(trouble.changed_meanwhile),
        Trouble::NotAllowed => tr!(trouble.not_allowed),
        Trouble::ServerTrouble => tr!(trouble.server),
    }
    .to_owned()
}

fn refusal_text(rejection: &Rejection) -> String {
    let reason = reason_label(&Reason::from(rejection));
    tr!(trouble.refused, reason = reason)
}
