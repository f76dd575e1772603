//! What is worth telling, to whom, and when.
//!
//! Owns these rules. Pure: what is stored and the time are arguments.

use super::news::News;
use super::texts;
use crate::storage::{DueRow, Listener};
use afield_domain::{JobId, JobStatus, Language, Module, Record, Timestamp, Zone};
use afield_protocol::{Notification, NotificationData, NotificationPayload, QuietHours};

/// Devices of one user that are told; one more takes the place of the one that was set longest ago.
pub(crate) const MOST_DEVICES: u32 = 10;
/// Jobs of which a device is still to be told: of more it hears with its next pull.
const MOST_WAITING: u64 = 20;
/// What is older than that is told nobody any more, by us nor by a push service.
pub(crate) const KEPT_MS: i64 = 24 * 3_600_000;
/// How long is waited after the first attempt that failed; twice as long after each further one.
const FIRST_WAIT_MS: i64 = 30_000;
/// How long is waited at most, unless the push service wants more.
const LONGEST_WAIT_MS: i64 = 3_600_000;
const MINUTES_OF_A_DAY: u16 = 1_440;

/// The job that a record is, or is a part of.
pub(crate) fn job_of(record: &Record) -> Option<JobId> {
    match record {
        Record::Job(job) => Some(job.id),
        part => part.parent().map(|job| JobId(job.id)),
    }
}

/// What it means for whoever has the job that `record` was written, or has gone, where `before` was.
pub(crate) fn plan_news(before: Option<&Record>, record: &Record, is_gone: bool) -> Option<News> {
    let Record::Job(job) = record else {
        // That the bytes of a file have come is no news.
        let is_file = record.key()?.module == Module::Attachment;
        let is_noted = is_file && before.is_some() && !is_gone;
        return (!is_noted).then_some(News::Changed);
    };
    if is_gone {
        return None;
    }
    let Some(Record::Job(before)) = before else {
        return Some(News::Assigned);
    };
    let tells = matches!(
        job.status,
        JobStatus::EnRoute | JobStatus::Started | JobStatus::Paused | JobStatus::Finished
    );
    Some(if before.assignee != job.assignee {
        News::Assigned
    } else if before.status != job.status && tells {
        News::Status(job.status)
    } else {
        News::Changed
    })
}

/// What a device is to be told of a job now; none if that stays as it is.
pub(crate) fn plan_due(listener: &Listener, news: News) -> Option<News> {
    if !news.is_wanted(&listener.wishes) {
        return None;
    }
    let Some(waits) = listener.news.as_deref() else {
        return (listener.waiting < MOST_WAITING).then_some(news);
    };
    // What was wanted when it was noted may not be now: it would take what is wanted with it.
    let known = News::read(waits).filter(|known| known.is_wanted(&listener.wishes));
    Some(known.map_or(news, |known| known.with(news)))
}

/// What is done about something that is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// It is sent.
    Send(News),
    /// It waits until then.
    Wait(Timestamp),
    /// Nobody wants to hear it any more.
    Forget,
}

/// What is done about `due` at `now`.
pub(crate) fn plan_turn(due: &DueRow, zone: &Zone, now: Timestamp) -> Turn {
    let news = News::read(&due.news).filter(|news| news.is_wanted(&due.subscription.wishes));
    let Some(news) = news.filter(|_| due.stands && now.since(due.at) < KEPT_MS) else {
        return Turn::Forget;
    };
    let quiet = due.subscription.wishes.quiet;
    match quiet.and_then(|quiet| plan_quiet(quiet, zone, now)) {
        Some(end) => Turn::Wait(end),
        None => Turn::Send(news),
    }
}

/// When the quiet hours end, if `now` is within them.
pub(crate) fn plan_quiet(quiet: QuietHours, zone: &Zone, now: Timestamp) -> Option<Timestamp> {
    let minute = minute_of_day(zone, now)?;
    let (from, to) = (quiet.from, quiet.to);
    let is_quiet = if from <= to {
        from <= minute && minute < to
    } else {
        from <= minute || minute < to
    };
    if !is_quiet {
        return None;
    }
    let hour = i8::try_from(to / 60).ok()?;
    let of_hour = i8::try_from(to % 60).ok()?;
    let today = zone.day(now);
    let ends = [today, today.plus(1)].map(|day| zone.at(day, hour, of_hour));
    ends.into_iter().find(|end| *end > now)
}

fn minute_of_day(zone: &Zone, at: Timestamp) -> Option<u16> {
    let time = zone.time(at);
    let (hour, minute) = time.split_once(':')?;
    Some(hour.parse::<u16>().ok()? * 60 + minute.parse::<u16>().ok()?)
}

/// Whether these are times of a day.
pub(crate) fn is_time_of_day(quiet: QuietHours) -> bool {
    quiet.from < MINUTES_OF_A_DAY && quiet.to < MINUTES_OF_A_DAY
}

/// What became of a message at its push service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Posted {
    /// It was taken.
    Taken,
    /// The device is not there any more.
    Gone,
    /// It is not taken, now or later.
    Never,
    /// It may be taken later, not before these seconds have passed.
    Later(Option<i64>),
}

/// What an answer of a push service means. One that leads elsewhere is not followed.
pub(crate) fn plan_posted(status: u16, retry_after: Option<&str>) -> Posted {
    match status {
        200..=299 => Posted::Taken,
        404 | 410 => Posted::Gone,
        408 | 429 | 500..=599 => Posted::Later(retry_after.and_then(|text| text.parse().ok())),
        _ => Posted::Never,
    }
}

/// When a message that came at `at` is tried again after it has failed `attempts` times; none if it is too old then.
pub(crate) fn plan_again(
    at: Timestamp,
    attempts: u32,
    wanted: Option<i64>,
    now: Timestamp,
) -> Option<Timestamp> {
    let doublings = attempts.saturating_sub(1).min(10);
    let wait = (FIRST_WAIT_MS << doublings).min(LONGEST_WAIT_MS);
    let wanted = wanted.unwrap_or_default().clamp(0, KEPT_MS / 1_000) * 1_000;
    let again = now.plus_ms(wait.max(wanted));
    (again.since(at) < KEPT_MS).then_some(again)
}

/// What a device is sent.
pub(crate) fn payload(due: &DueRow, news: News) -> NotificationPayload {
    let language = Language::from_tag(&due.subscription.language).unwrap_or_default();
    NotificationPayload {
        web_push: NotificationPayload::DECLARATIVE,
        mutable: true,
        notification: Notification {
            title: texts::title(news, language),
            lang: language.tag().to_owned(),
            navigate: format!("{}/jobs/{}", due.subscription.origin, due.job),
            silent: false,
            tag: due.job.to_string(),
            data: NotificationData {
                kind: news.kind(),
                job: due.job,
            },
        },
    }
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
