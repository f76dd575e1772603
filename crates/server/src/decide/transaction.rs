//! The transaction in which a mutation is decided: recall, read, judge, write, remember, commit.
//!
//! Owns that order, the same for what a phone pushes (many in one transaction, see `group`) and for what is done with
//! a connection. A verdict is answered only after it is durable together with its effect. Must never answer "applied" for what was
//! not committed.

use super::answer::{Answer, refused, repeat, waits_for_its_user};
use super::consequences::add_consequences;
use super::judge::{Decision, Known, judge, recall};
use super::named::hide_unknown;
use super::repeat::{repeat_bare, repeat_whole};
use super::review::{came_before, note_received, reviewed};
use super::save::{self, Case};
use super::waiting::{is_review, waits_for_office};
use crate::events::Wrote;
use crate::state::App;
use crate::storage::again::again;
use crate::storage::{MutationRow, Place, SessionRow, Standing, Stored, WriteTx};
use afield_domain::rejection::Problem;
use afield_domain::{
    CompanyId, CompanyRights, JobId, Module, MutationId, Op, Record, RecordKey, Rejection, Rights,
    SeriesId, User, limits,
};
use afield_planted::planted;
use afield_protocol::{Mutation, Verdict};

/// Decides `mutation` in a transaction of its own; anew, with what is there then, where another came in between.
///
/// # Errors
/// When the storage fails or holds what cannot be read; nothing is written then.
pub(crate) async fn decide(
    app: &App,
    session: &SessionRow,
    mutation: &Mutation,
    fingerprint: &str,
) -> Stored<Answer> {
    again(|| decide_once(app, session, mutation, fingerprint)).await
}

/// What a job is made for: a day of a series, and whether the series as it is stored has that day.
#[derive(Clone, Copy)]
pub(crate) struct ForDay<'a> {
    pub(crate) series: SeriesId,
    pub(crate) day: &'a str,
    pub(crate) job: JobId,
    pub(crate) has_day: fn(series: &str, day: &str) -> bool,
}

/// Decides as [`decide`] does, in one transaction with the look at the series for which it is, and with the note that
/// the series has made it: another server may end the series meanwhile. None if that does not have the day any more.
///
/// # Errors
/// Those of [`decide`].
pub(crate) async fn decide_for(
    app: &App,
    session: &SessionRow,
    mutation: &Mutation,
    fingerprint: &str,
    of: ForDay<'_>,
) -> Stored<Option<Answer>> {
    let company = session.company.id;
    again(|| async move {
        let mut tx = app.storage.write().await?;
        let series = tx.series(company, of.series).await?;
        if series.is_none_or(|series| !(of.has_day)(&series, of.day)) {
            return Ok(None);
        }
        let answer = decide_in(tx.as_mut(), app, session, mutation, fingerprint).await?;
        let is_made = answer.is_done();
        if is_made {
            let (series, day, job) = (of.series, of.day, of.job);
            tx.add_series_job(company, series, day, job).await?;
        }
        end(tx, app, company, answer, is_made).await.map(Some)
    })
    .await
}

async fn decide_once(
    app: &App,
    session: &SessionRow,
    mutation: &Mutation,
    fingerprint: &str,
) -> Stored<Answer> {
    let mut tx = app.storage.write().await?;
    let Some(session) = &as_it_stands(tx.as_mut(), session).await? else {
        return Ok(Answer::Over);
    };
    let answer = decide_in(tx.as_mut(), app, session, mutation, fingerprint).await?;
    end(tx, app, session.company.id, answer, false).await
}

/// Commits what was decided, if anything was written for it, or noted beside it; only then it may be answered.
async fn end(
    tx: Box<dyn WriteTx>,
    app: &App,
    company: CompanyId,
    answer: Answer,
    has_noted: bool,
) -> Stored<Answer> {
    let wrote = answer.wrote();
    if wrote != Wrote::Nothing || has_noted {
        let done = tx.commit().await;
        planted!(CommitUnchecked: done? => ());
        app.hub.notify(company, wrote);
    }
    Ok(answer)
}

/// Decides `mutation` in the transaction `tx`, whose end decides whether it may be answered, under the session
/// [as it stands](as_it_stands) there.
///
/// # Errors
/// When the storage fails or holds what cannot be read; what was written is to be taken back then.
pub(crate) async fn decide_in(
    tx: &mut dyn WriteTx,
    app: &App,
    session: &SessionRow,
    mutation: &Mutation,
    fingerprint: &str,
) -> Stored<Answer> {
    let company = session.company.id;
    let replaced = mutation.replaces.iter().map(|old| old.id);
    let others = mutation.depends_on.iter().copied().chain(replaced);
    let ids: Vec<MutationId> = std::iter::once(mutation.id).chain(others).collect();
    let place = Place {
        device: mutation.device,
        seq: mutation.seq,
        user: mutation.user,
        lane: mutation.lane,
    };
    let decided = tx.mutations(company, &ids, Some(place)).await?;
    let revoked = session.revoked_at.is_some();
    match recall(mutation, fingerprint, &decided) {
        None => {}
        Some(Decision::Repeat(row)) if revoked => return repeat_bare(row),
        Some(Decision::Repeat(row)) => {
            return repeat_whole(tx, session, mutation, row, app.clock.now()).await;
        }
        Some(Decision::Wait) => return Ok(Answer::Waits),
        Some(Decision::RefuseForNow(reason)) => return refused(mutation.id, reason),
        // `recall` gives nothing else; should it, the mutation stays with the phone.
        Some(_) => return Ok(Answer::Waits),
    }
    let user = load_user(tx, session).await?;
    let user = planted!(StaleUser: user => Some(session.user.clone()));
    let mut records = save::load_read(tx, company, mutation).await?;
    if let Some(user) = &user {
        let (op, now) = (&mutation.op, app.clock.now());
        hide_unknown(tx, company, user, op, now, &decided, &mut records).await?;
    }
    let people = load_assignees(tx, company, &mutation.op).await?;
    let of_company = tx.rights(company).await?;
    let rights = of_company.of(user.as_ref().unwrap_or(&session.user).role);
    let rights = planted!(JudgedWithRightsOfSaving: rights => Rights::default());
    let refuses = session.company.settings.refuses_open_questions;
    let known = Known {
        user: user.as_ref(),
        people: &people,
        decided: &decided,
        records: &records,
        now: app.clock.now(),
        refuses_open_questions: planted!(RuleUnchecked: refuses => false),
        waives: false,
        rights: &rights,
    };
    let now = known.now;
    let mut decision = judge(mutation, &known)?;
    let writes = matches!(
        decision,
        Decision::Write(_) | Decision::Merge(_) | Decision::Remove(_)
    );
    if writes && let Err(reason) = check_bringer(tx, session, &mutation.op, &of_company).await? {
        decision = Decision::RefuseForNow(reason);
    }
    if let Decision::Merge(written) = &decision
        && has_too_many_conflicts(tx, company, written).await?
    {
        decision = Decision::Refuse(too_many_conflicts());
    }
    decision = reviewed(
        tx,
        (session, revoked),
        user.as_ref(),
        mutation,
        &decided,
        decision,
    )
    .await?;
    // Whoever holds a revoked device does not give up what waits for the office.
    let gives_up = |row: &MutationRow| {
        let is_old = mutation.replaces.iter().any(|old| old.id == row.id);
        is_old && waits_for_office(row)
    };
    if revoked && decided.iter().any(gives_up) {
        return waits_for_its_user(mutation.id);
    }
    if planted!(RevokedApplied: revoked => false) && decision.is_made() {
        return waits_for_its_user(mutation.id);
    }
    if let Decision::Write(written) | Decision::Merge(written) = &mut decision {
        let company = &session.company;
        add_consequences(tx, company, &mutation.op, now, &mut records, written).await?;
        if let Some(at) = came_before(tx, company.id, &mutation.op).await? {
            for record in written {
                note_received(record, at);
            }
        }
    }
    let case = Case {
        company,
        mutation,
        fingerprint,
        actor: user.as_ref().unwrap_or(&session.user),
        brought_by: session.brought_by.as_ref(),
        people: &people,
        records: &records,
        now,
        was_reviewed: false,
    };
    let verdict = match decision {
        Decision::Repeat(row) => return repeat(row),
        Decision::Wait => return Ok(Answer::Waits),
        Decision::RefuseForNow(reason) => return refused(mutation.id, reason),
        Decision::Refuse(reason) => Verdict::Rejected { reason },
        Decision::Review(reason) => {
            if planted!(RevokedWorkVanishes: true => !revoked) {
                case.keep_for_office(tx, reason, revoked).await?;
            }
            Verdict::Rejected {
                reason: Rejection::InReview,
            }
        }
        Decision::Replaced => Verdict::AlreadyApplied {
            records: Vec::new(),
        },
        // What is gone is told of by the pull.
        Decision::Already if mutation.op.takes_away().is_some() => Verdict::AlreadyApplied {
            records: Vec::new(),
        },
        Decision::Already => Verdict::AlreadyApplied {
            records: case.target()?,
        },
        Decision::Write(records) => {
            let records = case.write(tx, &records).await?;
            Verdict::Applied { records }
        }
        Decision::Merge(records) => {
            let records = case.write(tx, &records).await?;
            Verdict::Merged { records }
        }
        Decision::Remove(key) => {
            case.remove(tx, key).await?;
            Verdict::Applied {
                records: Vec::new(),
            }
        }
    };
    if planted!(VerdictAfterCommit: false => true) {
        tx.split().await?;
    }
    let rejected = matches!(verdict, Verdict::Rejected { .. }) && !is_review(&verdict);
    let (told, wrote) = case.remember(tx, verdict).await?;
    Ok(Answer::Verdict {
        told,
        rejected,
        wrote,
    })
}

/// `session` as of this transaction, none if it has ended: the body of a request may come long after its head, and its
/// device may have been revoked, or its user signed out everywhere, meanwhile.
pub(crate) async fn as_it_stands(
    tx: &mut dyn WriteTx,
    session: &SessionRow,
) -> Stored<Option<SessionRow>> {
    let hash = &session.token_hash;
    if hash.is_empty() {
        return Ok(Some(session.clone()));
    }
    Ok(match tx.standing(session.company.id, hash).await? {
        Standing::Good => Some(session.clone()),
        Standing::Revoked(at) => Some(SessionRow {
            revoked_at: Some(at),
            ..session.clone()
        }),
        Standing::Over => None,
    })
}

/// Whose change it is, with the rights of now; none if they may do nothing any more. Whoever's work is brought in may
/// have left; who brings it in may not.
async fn load_user(tx: &mut dyn WriteTx, session: &SessionRow) -> Stored<Option<User>> {
    let company = session.company.id;
    let Some(by) = &session.brought_by else {
        return tx.user(company, session.user.id).await;
    };
    let by = tx.user(company, by.id).await?;
    let may = by.is_some_and(|by| by.role.is_office());
    Ok(may.then(|| session.user.clone()))
}

/// Whether whoever brings a change in has the rights it takes, if somebody does. A refusal is theirs alone, and not to
/// be remembered: the technician can still send the change.
pub(super) async fn check_bringer(
    tx: &mut dyn WriteTx,
    session: &SessionRow,
    op: &Op,
    rights: &CompanyRights,
) -> Stored<Result<(), Rejection>> {
    let Some(by) = &session.brought_by else {
        return Ok(Ok(()));
    };
    let by = tx.user(session.company.id, by.id).await?;
    Ok(match by {
        Some(by) => rights.of(by.role).check(&op.rights()),
        None => Err(Rejection::Forbidden),
    })
}

pub(super) fn too_many_conflicts() -> Rejection {
    Rejection::Invalid {
        field: "conflicts".to_owned(),
        problem: Problem::OutOfRange,
    }
}

/// Whether the conflicts in `written` are more than their job can still hold: every phone that has the job
/// loads them all.
pub(super) async fn has_too_many_conflicts(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    written: &[Record],
) -> Stored<bool> {
    let new: Vec<RecordKey> = written
        .iter()
        .filter(|record| matches!(record, Record::Conflict(conflict) if conflict.settled.is_none()))
        .filter_map(Record::owner)
        .collect();
    let Some(job) = new.first() else {
        return Ok(false);
    };
    let parts = tx.children_of(company, &[*job]).await?;
    let known = parts
        .iter()
        .filter(|part| part.head.key.module == Module::Conflict);
    Ok(known.count() + new.len() > limits::JOB_CONFLICTS)
}

/// Those whose a job shall be, as far as they are active users of the company.
pub(super) async fn load_assignees(
    tx: &mut dyn WriteTx,
    company: CompanyId,
    op: &Op,
) -> Stored<Vec<User>> {
    let mut people = Vec::new();
    for id in op.assignees() {
        people.extend(tx.user(company, id).await?);
    }
    Ok(people)
}
