//! The conflicts on this phone: where two changes of one field met, and what may still be chosen.
//!
//! Owns [`ConflictRow`] and the operation that settles one. Pure. Must never drop a value: both
//! stand in the row, whichever counts. Nor may it fold: the outbox tells that somebody has chosen, the
//! picture what stands.

use super::field_values::{FieldName, ShownValue, field_name, shown};
use super::names::job_name;
use afield_domain::order::Order;
use afield_domain::permission::may_work_on;
use afield_domain::{
    Conflict, ConflictId, FieldValue, JobId, Module, Op, Policy, Record, Right, Timestamp, Winner,
    Zone,
};
use afield_sync::view::Projection;
use afield_sync::{OutboxEntry, SignedIn};

/// Two changes of one field that met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRow {
    /// The conflict entry.
    pub id: ConflictId,
    /// The job on which it happened.
    pub job: JobId,
    /// Number and title of the job; empty if it is not on this phone.
    pub job_name: String,
    /// The field that both changed.
    pub field: FieldName,
    /// What its author saw before.
    pub before: ShownValue,
    /// The author's value and the one that it met.
    pub sides: [Side; 2],
    /// By which rule one of them counted.
    pub rule: Policy,
    /// When the office saw it, on the company's clock.
    pub when: String,
    /// Whether somebody has chosen since.
    pub outcome: Outcome,
    /// What the reader may choose instead of what stands.
    pub action: Option<ConflictAction>,
    /// Whether the reader may say that they have read of it: it is theirs, and nothing is to be chosen.
    pub can_dismiss: bool,
}

/// One of the two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Whose value it is.
    pub who: Who,
    /// When it was made, on the company's clock; none if that was before times were kept.
    pub when: Option<String>,
    /// What they wrote.
    pub value: ShownValue,
    /// Whether it is the one that counts.
    pub stands: bool,
}

/// Whose value it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The reader.
    You,
    /// Somebody's, by name.
    Named(String),
    /// From before names were kept.
    Office,
}

/// Whether somebody has chosen between the two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The rule's answer stands.
    ByRule,
    /// The reader has chosen; the office does not know yet.
    ChosenHere,
    /// Somebody has chosen.
    Settled {
        /// Who settled it, by name.
        by: String,
        /// When, on the company's clock.
        when: String,
        /// The value that stands since.
        value: ShownValue,
    },
}

/// What brings the losing value back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConflictAction {
    /// The reader's own value.
    KeepMine,
    /// What stood in the office before.
    Revert,
    /// The value of somebody else, by name.
    Use(String),
}

/// Every conflict on this phone, newest first. `entries` are the signed-in user's.
#[must_use]
pub fn conflict_rows(
    projection: &Projection,
    entries: &[OutboxEntry],
    session: &SignedIn,
    zone: &Zone,
) -> Vec<ConflictRow> {
    let mut conflicts = conflicts(projection);
    conflicts.order_by_key(|conflict| std::cmp::Reverse((conflict.at, conflict.id)));
    conflicts
        .into_iter()
        .map(|conflict| row(projection, entries, session, zone, conflict))
        .collect()
}

/// The conflict `id`, if it is on this phone. `entries` are the signed-in user's.
#[must_use]
pub fn conflict_row(
    projection: &Projection,
    entries: &[OutboxEntry],
    session: &SignedIn,
    zone: &Zone,
    id: ConflictId,
) -> Option<ConflictRow> {
    let conflict = projection.conflict(id)?;
    Some(row(projection, entries, session, zone, conflict))
}

/// Every conflict on this phone, in no order that anybody should rely on.
#[must_use]
pub fn conflicts(projection: &Projection) -> Vec<&Conflict> {
    let views = projection.views(Module::Conflict);
    let conflicts = views.filter_map(|view| match view.record {
        Record::Conflict(conflict) => Some(conflict),
        _ => None,
    });
    conflicts.collect()
}

fn row(
    projection: &Projection,
    entries: &[OutboxEntry],
    session: &SignedIn,
    zone: &Zone,
    conflict: &Conflict,
) -> ConflictRow {
    let shown = |value: &FieldValue| shown(conflict.field, value, zone, session.user());
    let time = |at| zone.day_and_time(at);
    let is_chosen = is_chosen_here(entries, conflict.id);
    let job = projection.job(conflict.job).filter(|_| is_chosen);
    let shown_now = job.map(|job| job.value(conflict.field, &conflict.item));
    let stands = match (&conflict.settled, &shown_now) {
        (Some(settled), _) => &settled.value,
        (None, Some(shown_now)) => shown_now,
        (None, None) => conflict.winning(),
    };
    let side = |who, at: Timestamp, value: &FieldValue| Side {
        who,
        when: (at.0 > 0).then(|| time(at)),
        value: shown(value),
        stands: value == stands,
    };
    let author = if conflict.author == session.user() {
        Who::You
    } else {
        Who::Named(conflict.author_name.clone())
    };
    let other = if conflict.their_name.is_empty() {
        Who::Office
    } else {
        Who::Named(conflict.their_name.clone())
    };
    let outcome = match (&conflict.settled, is_chosen) {
        (Some(settled), _) => Outcome::Settled {
            by: settled.by.clone(),
            when: time(settled.at),
            value: shown(&settled.value),
        },
        (None, true) => Outcome::ChosenHere,
        (None, false) => Outcome::ByRule,
    };
    let is_open = outcome == Outcome::ByRule;
    let action = is_open
        .then(|| action(projection, session, conflict))
        .flatten();
    let job_here = projection.job(conflict.job);
    let is_at_work = job_here.is_some_and(|job| may_work_on(session.actor(), job));
    let can_dismiss = is_open && action.is_none() && author == Who::You && is_at_work;
    ConflictRow {
        id: conflict.id,
        job: conflict.job,
        job_name: job_name(projection, Some(conflict.job)),
        field: field_name(projection, conflict.job, conflict.field, &conflict.item),
        before: shown(&conflict.base),
        sides: [
            side(author.clone(), conflict.made_at, &conflict.mine),
            side(other, conflict.their_at, &conflict.theirs),
        ],
        rule: conflict.rule,
        when: time(conflict.at),
        outcome,
        action,
        can_dismiss,
    }
}

/// Whether the reader has chosen, and the office does not know it yet.
fn is_chosen_here(entries: &[OutboxEntry], id: ConflictId) -> bool {
    chosen_here(entries).any(|chosen| chosen == id)
}

/// The conflicts about which the reader has chosen what the office does not know yet.
pub fn chosen_here(entries: &[OutboxEntry]) -> impl Iterator<Item = ConflictId> {
    let waiting = entries.iter().filter(|entry| !entry.is_parked());
    waiting.filter_map(|entry| match entry.mutation.op {
        Op::EditJob { settles, .. } => settles,
        _ => None,
    })
}

fn action(
    projection: &Projection,
    session: &SignedIn,
    conflict: &Conflict,
) -> Option<ConflictAction> {
    let actor = session.actor();
    let job = projection.job(conflict.job)?;
    let is_author = conflict.author == actor.id;
    let stands_mine = is_author && conflict.winner == Winner::Mine;
    // Where the office wins, a technician may take back what is their own and nothing else.
    let is_the_office_s = conflict.rule == Policy::OfficeWins && !actor.role.is_office();
    let may = may_work_on(actor, job)
        && conflict.field.may_be_edited_by(actor.role)
        && session.info.rights.has(Right::to_edit(conflict.field))
        && (!is_the_office_s || stands_mine);
    may.then(|| match conflict.winner {
        Winner::Mine => ConflictAction::Revert,
        Winner::Theirs if is_author => ConflictAction::KeepMine,
        Winner::Theirs => ConflictAction::Use(conflict.author_name.clone()),
    })
}

const RECENT_MS: i64 = 24 * 3_600_000;

/// How many of the reader's changes of the last day lost to another and were not settled.
#[must_use]
pub fn recent_losses(
    projection: &Projection,
    entries: &[OutboxEntry],
    session: &SignedIn,
    now: Timestamp,
) -> usize {
    let conflicts = conflicts(projection);
    let lost = conflicts.iter().filter(|conflict| {
        conflict.author == session.user()
            && conflict.winner == Winner::Theirs
            && conflict.settled.is_none()
            && now.since(conflict.at) < RECENT_MS
            && !is_chosen_here(entries, conflict.id)
    });
    lost.count()
}

#[cfg(test)]
#[path = "conflicts_tests.rs"]
mod tests;
