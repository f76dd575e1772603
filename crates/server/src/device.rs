//! What stands on a device alone, and what became of it.
//!
//! Owns what follows from a device's report: the row, what the user is told of work that is gone, what the office
//! is. A second phone is no loss: only a browser that comes back under another device id has lost its storage. If
//! the browser's cookie is gone as well, nobody can know; then the office learns that the user has begun on another
//! device. Must never know what the work is.

use crate::decide::transaction::as_it_stands;
use crate::events::Wrote;
use crate::people::{Refused, session_id};
use crate::state::App;
use crate::storage::{ReportRow, SessionRow, SessionSeen, Stored, WriteTx};
use afield_domain::{CompanyId, DeviceId, JobId, Timestamp, User, UserId};
use afield_planted::planted;
use afield_protocol::{
    Activity, ActivityKind, ByJob, DeviceAnswer, DeviceReport, DeviceSeen, Devices, LostWork,
    PhoneTold,
};
use uuid::Uuid;

/// Devices of a user that are remembered; of more the ones that were quiet longest are forgotten.
const DEVICES: usize = 32;

/// Jobs of a report that are kept: as many as a phone tells.
const JOBS: usize = 50;

/// Devices that the office is shown at most.
const SHOWN: u32 = 2_000;

/// What a report leads to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plan {
    /// Rows to write.
    put: Vec<ReportRow>,
    /// Rows to forget.
    forget: Vec<ReportRow>,
    /// What the office is told of: rows, and whether the browser has cleared them.
    told: Vec<(ReportRow, bool)>,
    /// What the user is told of.
    lost: Option<LostWork>,
    /// Whether a newer report was here before.
    late: bool,
    /// What an open page of the office is told: the report says otherwise than the one before.
    news: Option<PhoneTold>,
}

impl Plan {
    /// Leaves what the session `told_in` says of its own device: whoever holds a revoked one may say anything, also of
    /// others.
    fn keep_own(&mut self, told_in: &str, rows: &[ReportRow]) {
        let is_known = |row: &ReportRow| {
            let same = |known: &&ReportRow| (known.user, known.device) == (row.user, row.device);
            let known = rows.iter().find(same);
            known.is_some_and(|known| known.session == told_in && row.session == told_in)
        };
        self.put.retain(|row| is_known(row) && !row.cleared);
        (self.forget, self.told, self.lost) = (Vec::new(), Vec::new(), None);
        if self.put.is_empty() {
            self.news = None;
        }
    }
}

/// What follows from `report` of the browser `browser`, which had a cookie before if it `is_known`. `rows` are those
/// of the user and of the browser, the latest first.
fn plan_report(
    report: &DeviceReport,
    (browser, session): (&str, &str),
    is_known: bool,
    rows: &[ReportRow],
    now: Timestamp,
) -> Plan {
    let mut plan = Plan::default();
    let is_its = |row: &&ReportRow| (row.user, row.device) == (report.user, report.device);
    let before = rows.iter().find(is_its);
    let is_late =
        before.is_some_and(|row| planted!(LateReportTaken: comes_late(report, row, now) => false));
    if is_late && !report.heard {
        plan.late = true;
        return plan;
    }
    // One that says that its user has read of a loss was counted when it was first told.
    let row = match before.filter(|_| report.heard) {
        Some(counted) => counted.clone(),
        None => ReportRow {
            // As long as nobody has signed in there anew.
            revoked_at: before
                .filter(|row| row.session == session)
                .and_then(|row| row.revoked_at),
            ..row_of(report, before, (browser, session), now)
        },
    };
    plan.news = news(before, &row);
    plan.put.push(row);
    let others = || rows.iter().filter(|row| row.device != report.device);
    let owned = || others().filter(|row| row.user == report.user);
    for row in others().filter(|row| row.browser == browser && !row.cleared) {
        if row.is_owing() {
            let cleared = true;
            plan.told.push((row.clone(), cleared));
            plan.put.push(ReportRow {
                cleared,
                ..row.clone()
            });
        } else {
            plan.forget.push(row.clone());
        }
    }
    let is_new = || {
        rows.iter()
            .all(|row| (row.user, row.device) != (report.user, report.device))
    };
    if !is_known && is_new() {
        let elsewhere = owned().filter(|row| row.is_owing() && !row.cleared);
        plan.told.extend(elsewhere.map(|row| (row.clone(), false)));
    }
    let gone = owned().filter(|row| row.browser == browser && row.is_owing());
    if report.heard {
        plan.put
            .retain(|row| row.user != report.user || !row.cleared);
        plan.forget.extend(gone.cloned());
    } else {
        plan.lost = gone.map(lost_work).reduce(add);
    }
    plan.forget.extend(owned().skip(DEVICES).cloned());
    plan
}

/// Whether `row`, which was here before, was counted later: after a later contact, or later after the same. What a clock that was set back has put
/// into the future counts for nothing.
fn comes_late(report: &DeviceReport, row: &ReportRow, now: Timestamp) -> bool {
    let Some(known) = row.as_of.filter(|at| *at <= now) else {
        return false;
    };
    match report.as_of {
        // Of one contact the number says which was counted later; one without it counts as it comes.
        Some(at) if known == at => row.number > report.number && report.number.is_some(),
        Some(at) => known > at,
        // Of an app that says it, but for what was counted before its first contact.
        None => report.by_job.is_some(),
    }
}

fn row_of(
    report: &DeviceReport,
    before: Option<&ReportRow>,
    (browser, session): (&str, &str),
    now: Timestamp,
) -> ReportRow {
    let phone = report.phone.as_ref();
    let phone = phone.and_then(|phone| serde_json::to_string(phone).ok());
    ReportRow {
        user: report.user,
        device: report.device,
        browser: browser.to_owned(),
        unsent: report.unsent,
        files: report.files,
        oldest: report.oldest,
        told_at: now,
        // It tells, so it is there.
        cleared: false,
        parked: report.parked,
        session: session.to_owned(),
        // With the app closed nobody knows how the device is set up: what it told last stays.
        phone: phone.or_else(|| before.and_then(|row| row.phone.clone())),
        by_job: report.by_job.clone().map(bounded),
        as_of: report.as_of,
        revoked_at: None,
        number: report.number,
    }
}

/// What is kept of the counts by job, whatever was sent.
fn bounded(mut by_job: ByJob) -> ByJob {
    let over = by_job.jobs.len().saturating_sub(JOBS);
    by_job.jobs.truncate(JOBS);
    by_job.more = by_job.more.saturating_add(over as u64);
    by_job
}

/// What an open page is told when `now` takes the place of `before`; nothing where both owe the same.
pub(crate) fn news(before: Option<&ReportRow>, now: &ReportRow) -> Option<PhoneTold> {
    let owed = |row: &ReportRow| (row.unsent, row.files, row.parked, row.cleared);
    let is_same = before.is_some_and(|row| owed(row) == owed(now) && row.by_job == now.by_job);
    if is_same {
        return None;
    }
    let of = |row: &ReportRow| row.by_job.clone().unwrap_or_default().jobs;
    let mut jobs: Vec<JobId> = before
        .into_iter()
        .flat_map(of)
        .map(|owed| owed.job)
        .collect();
    jobs.extend(of(now).iter().map(|owed| owed.job));
    jobs.sort_unstable();
    jobs.dedup();
    let phone = now.user;
    Some(PhoneTold { phone, jobs })
}

fn lost_work(row: &ReportRow) -> LostWork {
    LostWork {
        unsent: row.unsent,
        files: row.files,
        oldest: row.oldest,
        told_at: row.told_at,
    }
}

fn add(one: LostWork, other: LostWork) -> LostWork {
    LostWork {
        unsent: one.unsent.saturating_add(other.unsent),
        files: one.files.saturating_add(other.files),
        oldest: one.oldest.into_iter().chain(other.oldest).min(),
        told_at: one.told_at.max(other.told_at),
    }
}

/// Takes the report of `session`'s device in `browser`; nothing of it if the session has ended since the request began.
///
/// # Errors
/// When the storage fails; nothing was noted then.
pub(crate) async fn run_report(
    app: &App,
    session: &SessionRow,
    report: &DeviceReport,
    (browser, told_in): (&str, &str),
    is_known: bool,
) -> Stored<Option<DeviceAnswer>> {
    let (company, now) = (session.company.id, app.clock.now());
    let mut tx = app.storage.write().await?;
    let Some(session) = as_it_stands(tx.as_mut(), session).await? else {
        return Ok(None);
    };
    let rows = tx.reports(company, session.user.id, browser).await?;
    let mut plan = plan_report(report, (browser, told_in), is_known, &rows, now);
    if session.revoked_at.is_some() {
        plan.keep_own(told_in, &rows);
    }
    for row in &plan.put {
        tx.put_report(company, row).await?;
    }
    for row in &plan.forget {
        tx.forget_report(company, row.user, row.device).await?;
    }
    for (row, cleared) in &plan.told {
        tell_office(tx.as_mut(), company, row, *cleared, now).await?;
    }
    tx.commit().await?;
    if !plan.told.is_empty() {
        app.hub.notify(company, Wrote::Told);
    }
    if let Some(news) = plan.news {
        app.hub.tell_of_phone(company, news);
    }
    Ok(Some(DeviceAnswer {
        // Whoever holds a revoked device is told nothing.
        lost: plan.lost.filter(|_| session.revoked_at.is_none()),
        late: plan.late,
    }))
}

/// The devices of the company as they last told of themselves, those that owe something first.
pub(crate) async fn load_devices(app: &App, company: CompanyId) -> Stored<Devices> {
    let mut tx = app.storage.read().await?;
    let rows = tx.all_reports(company, SHOWN).await?;
    let users = tx.users(company).await?;
    let sessions = tx.sessions_seen(company, app.clock.now()).await?;
    let seen = |row: ReportRow| {
        let is_it = |(user, _): &&(User, String)| user.id == row.user;
        // Of somebody who may not sign in any more no phone brings anything by itself; People has them.
        let (user, _) = users.iter().find(is_it)?;
        let told_in = |session: &&SessionSeen| session_id(&session.token_hash) == row.session;
        let session = sessions.iter().find(told_in);
        // Somebody may have signed in there again and not told yet; that is heard of with the next report.
        let is_over = row.revoked_at.is_some() && session.is_none();
        Some(DeviceSeen {
            user: user.clone(),
            device: row.device,
            told_at: row.told_at,
            seen_at: app.contacts.last(row.user),
            unsent: row.unsent,
            parked: row.parked,
            files: row.files,
            oldest: row.oldest,
            cleared: row.cleared,
            label: session.map(|seen| seen.label.clone()).unwrap_or_default(),
            session: session
                .filter(|seen| seen.revoked_at.is_none())
                .map(|_| row.session)
                .unwrap_or_default(),
            revoked_at: row.revoked_at,
            revoked_over: is_over,
            phone: row
                .phone
                .and_then(|phone| serde_json::from_str(&phone).ok()),
        })
    };
    let devices = rows.into_iter().filter_map(seen).collect();
    Ok(Devices { devices })
}

/// How long a revoked device is given to send what it has not sent.
const REVOKED_MS: i64 = 30 * 24 * 60 * 60_000;

/// What became of a device that an admin has revoked just now.
pub(crate) struct Revoked {
    /// The hash of the token of its session.
    pub(crate) session: String,
    /// What open pages of the office are told.
    pub(crate) told: PhoneTold,
}

/// Revokes the device of a user, in the session in which it last told of itself; nothing is left to do where it was
/// revoked before.
///
/// # Errors
/// The storage's; that session is over: [`Refused::NotFound`].
pub(crate) async fn revoke(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    (user, device): (UserId, DeviceId),
    now: Timestamp,
) -> Stored<Result<Option<Revoked>, Refused>> {
    let rows = tx.reports(company, user, "").await?;
    let row = rows
        .into_iter()
        .find(|row| (row.user, row.device) == (user, device));
    if row.as_ref().is_some_and(|row| row.revoked_at.is_some()) {
        return Ok(Ok(None));
    }
    let seen = tx.sessions_seen(company, now).await?;
    let found = row.and_then(|row| {
        let is_its = |seen: &&SessionSeen| {
            seen.user == user
                && seen.revoked_at.is_none()
                && session_id(&seen.token_hash) == row.session
        };
        let seen = seen.iter().find(is_its)?;
        Some((row, seen.token_hash.clone()))
    });
    let Some((row, session)) = found else {
        return Ok(Err(Refused::NotFound));
    };
    tx.revoke_session(&session, now, now.plus_ms(REVOKED_MS))
        .await?;
    let row = ReportRow {
        revoked_at: Some(now),
        ..row
    };
    tx.put_report(company, &row).await?;
    let jobs = row.by_job.unwrap_or_default().jobs;
    let told = PhoneTold {
        phone: user,
        jobs: jobs.into_iter().map(|owed| owed.job).collect(),
    };
    Ok(Ok(Some(Revoked { session, told })))
}

async fn tell_office(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    row: &ReportRow,
    cleared: bool,
    now: Timestamp,
) -> Stored<()> {
    // A user who is not active any more is missed by nobody.
    let Some(user) = tx.user(company, row.user).await? else {
        return Ok(());
    };
    let activity = Activity {
        seq: tx.next_seq(company).await?,
        actor: user.name,
        brought_by: String::new(),
        was_accepted: false,
        job: JobId(Uuid::nil()),
        job_number: String::new(),
        job_title: String::new(),
        made_at: now,
        received_at: now,
        what: ActivityKind::Left {
            unsent: row.unsent,
            files: row.files,
            told_at: row.told_at,
            cleared,
        },
    };
    tx.add_activity(company, &activity).await
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
