//! What the office decides about work that came too late.
//!
//! Owns that a group is decided at once, in its order, all of it or nothing, and only by somebody who has seen all of
//! it; what somebody leaves out is declined with it. What is accepted goes the way of every change, with one objection waived. Must never decide anything twice.

use super::consequences::add_consequences;
use super::judge::{Decision, Known, judge, made_at};
use super::left_out::{Fate, first_in_need, is_nonsense};
use super::review::note_received;
use super::save::{self, Case};
use super::transaction::{
    check_bringer, has_too_many_conflicts, load_assignees, too_many_conflicts,
};
use crate::events::Wrote;
use crate::state::App;
use crate::storage::{Departure, ReviewRow, SessionRow, Stored, WriteTx};
use afield_domain::{JobId, MutationId, NoteId, Op, Record, Rejection, User, limits, text};
use afield_planted::planted;
use afield_protocol::{Mutation, ReviewDecision, ReviewOutcome, Verdict};

/// Why a decision could not be looked at.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotDecided {
    /// Nobody declines without a reason.
    #[error("a reason is needed")]
    NoReason,
    /// Left out is something that was not seen, or everything, or nothing.
    #[error("some of what was seen can be left out")]
    Nonsense,
    /// The storage failed.
    #[error(transparent)]
    Storage(#[from] crate::error::StorageError),
}

/// Decides about a group, for whoever of the office is signed in.
///
/// # Errors
/// [`NotDecided`]; nothing is written then.
pub(crate) async fn run_decision(
    app: &App,
    session: &SessionRow,
    asked: &ReviewDecision,
) -> Result<ReviewOutcome, NotDecided> {
    if is_nonsense(&asked.decide, &asked.mutations) {
        return Err(NotDecided::Nonsense);
    }
    let mut tx = app.storage.write().await?;
    let company = session.company.id;
    let waiting = tx.reviews_on(company, asked.author, asked.job).await?;
    let ids = |rows: &[ReviewRow]| -> Vec<MutationId> {
        let mut ids: Vec<_> = rows.iter().map(|row| row.mutation.id).collect();
        ids.sort_unstable();
        ids
    };
    let mut seen = asked.mutations.clone();
    seen.sort_unstable();
    seen.dedup();
    let decided = tx.reviews(company, &seen).await?;
    let fate = |row: &ReviewRow| Fate::of(&asked.decide, row.mutation.id);
    let is_so = |row: &ReviewRow| row.decided.as_ref() == Some(&fate(row).stored());
    let is_repeat = !seen.is_empty() && ids(&decided) == seen && decided.iter().all(is_so);
    if planted!(AcceptedTwice: is_repeat => false) {
        return Ok(ReviewOutcome::Done);
    }
    let waiting = planted!(AcceptedTwice: waiting => decided);
    if seen.is_empty() || ids(&waiting) != seen {
        return Ok(ReviewOutcome::Changed);
    }
    let accounts = tx.account_of(company, asked.author).await?;
    let Some(author) = accounts.map(|account| account.user) else {
        return Ok(ReviewOutcome::Changed);
    };
    let office = Office {
        app,
        session,
        author: &author,
    };
    let ordered = in_order(waiting);
    if let Some((mutation, left_out)) = first_in_need(&asked.decide, &ordered) {
        return Ok(ReviewOutcome::Needs { mutation, left_out });
    }
    for row in &ordered {
        let fate = fate(row);
        let refused = match fate {
            Fate::Accepted(onto) => office.accept(tx.as_mut(), row, onto).await?,
            Fate::Declined(reason) => {
                let reason = text::required("reason", reason, limits::LINE_CHARS);
                let reason = reason.map_err(|_| NotDecided::NoReason)?;
                office.decline(tx.as_mut(), row, reason.to_owned()).await?;
                None
            }
        };
        if let Some(reason) = refused {
            // What was written so far is taken back.
            let mutation = row.mutation.id;
            return Ok(ReviewOutcome::Refused { mutation, reason });
        }
        let (id, now) = (row.mutation.id, app.clock.now());
        tx.decide_review(company, id, &fate.stored(), now).await?;
    }
    if let Some(id) = seen.first() {
        office.call_author(tx.as_mut(), *id).await?;
    }
    tx.commit().await?;
    app.hub.notify(company, Wrote::Untold);
    Ok(ReviewOutcome::Done)
}

/// Who decides about whose work.
struct Office<'a> {
    app: &'a App,
    session: &'a SessionRow,
    author: &'a User,
}

impl Office<'_> {
    /// Does it after all; or why it cannot be done.
    async fn accept(
        &self,
        tx: &mut dyn WriteTx,
        row: &ReviewRow,
        onto: Option<JobId>,
    ) -> Stored<Option<Rejection>> {
        let now = self.app.clock.now();
        let mutation = as_accepted(row, onto);
        let company = &self.session.company;
        let mut records = save::load_read(tx, company.id, &mutation).await?;
        let people = load_assignees(tx, company.id, &mutation.op).await?;
        let of_company = tx.rights(company.id).await?;
        let known = Known {
            user: Some(self.author),
            people: &people,
            decided: &[],
            records: &records,
            now,
            refuses_open_questions: company.settings.refuses_open_questions,
            waives: true,
            rights: &of_company.of(self.author.role),
        };
        let mut decision = judge(&mutation, &known)?;
        let brings = SessionRow {
            brought_by: Some(self.session.user.clone()),
            ..self.session.clone()
        };
        if let Err(reason) = check_bringer(tx, &brings, &mutation.op, &of_company).await? {
            return Ok(Some(reason));
        }
        if let Decision::Merge(written) = &decision
            && has_too_many_conflicts(tx, company.id, written).await?
        {
            return Ok(Some(too_many_conflicts()));
        }
        if let Decision::Write(written) | Decision::Merge(written) = &mut decision {
            add_consequences(tx, company, &mutation.op, now, &mut records, written).await?;
            // Its bytes may have come before its record.
            if let Some(at) = row.file_at {
                for record in written {
                    note_received(record, at);
                }
            }
        }
        let case = self.case(&mutation, &people, &records);
        if onto.is_some() && matches!(mutation.op, Op::SetTaskStatus { .. }) {
            // A step of a service task is of that task's job, and means nothing on another.
            decision = Decision::Already;
        }
        let verdict = match decision {
            Decision::Write(records) => Verdict::Applied {
                records: case
                    .write(
                        tx,
                        &planted!(ReviewDropsFile: records => without_files(records)),
                    )
                    .await?,
            },
            Decision::Merge(records) => Verdict::Merged {
                records: case.write(tx, &records).await?,
            },
            Decision::Remove(key) => {
                case.remove(tx, key).await?;
                Verdict::Applied {
                    records: Vec::new(),
                }
            }
            Decision::Already | Decision::Replaced => Verdict::AlreadyApplied {
                records: Vec::new(),
            },
            Decision::Refuse(reason) | Decision::RefuseForNow(reason) => return Ok(Some(reason)),
            // Nothing of this kind was asked.
            Decision::Repeat(_) | Decision::Wait | Decision::Review(_) => {
                return Ok(Some(Rejection::Other));
            }
        };
        case.remember(tx, verdict).await?;
        Ok(None)
    }

    /// Says no, with the reason that its author reads.
    async fn decline(&self, tx: &mut dyn WriteTx, row: &ReviewRow, reason: String) -> Stored<()> {
        let company = self.session.company.id;
        let records = save::load_read(tx, company, &row.mutation).await?;
        let case = self.case(&row.mutation, &[], &records);
        let by = self.session.user.name.clone();
        let verdict = Verdict::Rejected {
            reason: Rejection::Declined { by, reason },
        };
        case.remember(tx, verdict).await?;
        Ok(())
    }

    fn case<'c>(
        &'c self,
        mutation: &'c Mutation,
        people: &'c [User],
        records: &'c [super::consequences::Read],
    ) -> Case<'c> {
        Case {
            company: self.session.company.id,
            mutation,
            fingerprint: "",
            actor: self.author,
            brought_by: Some(&self.session.user),
            people,
            records,
            now: self.app.clock.now(),
            was_reviewed: true,
        }
    }

    /// Has the author's open phones ask: the job is not theirs, so nothing else would wake them. What departs is nothing
    /// that they hold: the job itself has left them once, and is not told of as news.
    async fn call_author(&self, tx: &mut dyn WriteTx, decided: MutationId) -> Stored<()> {
        let (company, now) = (self.session.company.id, self.app.clock.now());
        let departure = Departure {
            seq: tx.next_seq(company).await?,
            key: NoteId(decided.0).into(),
            assignee: Some(self.author.id),
            links: Vec::new(),
        };
        tx.add_departure(company, &departure, now).await
    }
}

/// In the order in which they came, but those of one device in its own: a copy that somebody brought later stands where
/// its user put it.
fn in_order(rows: Vec<ReviewRow>) -> Vec<ReviewRow> {
    let mut ordered: Vec<ReviewRow> = Vec::with_capacity(rows.len());
    for row in rows {
        let is_later = |other: &ReviewRow| {
            other.mutation.device == row.mutation.device && other.mutation.seq > row.mutation.seq
        };
        let at = ordered.iter().position(is_later).unwrap_or(ordered.len());
        ordered.insert(at, row);
    }
    ordered
}

/// The change as it is judged now: done when its author did it, on whichever job.
fn as_accepted(row: &ReviewRow, onto: Option<JobId>) -> Mutation {
    Mutation {
        wall: made_at(&row.mutation, row.received_at),
        clock_offset_ms: 0,
        // What its author saw was another moment's.
        base_rev: None,
        op: match onto {
            Some(job) => row.mutation.op.clone().onto(job),
            None => row.mutation.op.clone(),
        },
        ..row.mutation.clone()
    }
}

/// For a planted bug.
fn without_files(records: Vec<Record>) -> Vec<Record> {
    let stays = |record: &Record| !matches!(record, Record::Attachment(_));
    records.into_iter().filter(stays).collect()
}
