//! The conflicts on this phone: where two changes of one field met, and what may still be chosen.
//!
//! Owns [`ConflictRow`] and the operation that settles one. Pure. Must never drop a value: both
//! stand in the row, whichever counts.

use super::view_model::job_name;
use crate::features::jobs::values::{Shown, shown};
use afield_domain::permission::{may_edit, may_work_on};
use afield_domain::{
    Conflict, ConflictId, FieldEdit, FieldValue, JobField, JobId, Module, Op, Policy, Record,
    Timestamp, Winner, Zone,
};
use afield_sync::view::Projection;
use afield_sync::{OutboxEntry, SignedIn};

/// Two changes of one field that met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConflictRow {
    /// Its id.
    pub id: ConflictId,
    /// The job.
    pub job: JobId,
    /// Number and title of the job; empty if it is not on this phone.
    pub job_name: String,
    /// The field.
    pub field: JobField,
    /// What its author saw before.
    pub before: Shown,
    /// The author's value and the one that it met.
    pub sides: [Side; 2],
    /// By which rule one of them counted.
    pub rule: Policy,
    /// When the office saw it, on the company's clock.
    pub when: String,
    /// Whether somebody has chosen since.
    pub outcome: Outcome,
    /// What the reader may choose instead of what stands.
    pub choice: Option<Choice>,
}

/// One of the two values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Side {
    /// Whose.
    pub who: Who,
    /// When it was made, on the company's clock; none if that was before times were kept.
    pub when: Option<String>,
    /// The value.
    pub value: Shown,
    /// Whether it is the one that counts.
    pub stands: bool,
}

/// Whose value it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// The reader's.
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
        /// Who.
        by: String,
        /// When, on the company's clock.
        when: String,
        /// What.
        value: Shown,
    },
}

/// What brings the losing value back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
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
    conflicts.sort_by_key(|conflict| std::cmp::Reverse((conflict.at, conflict.id)));
    conflicts
        .into_iter()
        .map(|conflict| row(projection, entries, session, zone, conflict))
        .collect()
}

fn conflicts(projection: &Projection) -> Vec<Conflict> {
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
    conflict: Conflict,
) -> ConflictRow {
    let shown = |value: &FieldValue| shown(conflict.field, value, zone, session.user());
    let time = |at| zone.format(at, "%a %-d %b, %H:%M");
    let chosen = chosen_here(entries, conflict.id);
    let stands = match (&conflict.settled, chosen) {
        (Some(settled), _) => &settled.value,
        (None, Some(chosen)) => chosen,
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
    let outcome = match (&conflict.settled, chosen) {
        (Some(settled), _) => Outcome::Settled {
            by: settled.by.clone(),
            when: time(settled.at),
            value: shown(&settled.value),
        },
        (None, Some(_)) => Outcome::ChosenHere,
        (None, None) => Outcome::ByRule,
    };
    let choice = (outcome == Outcome::ByRule)
        .then(|| choice(projection, session, &conflict))
        .flatten();
    ConflictRow {
        id: conflict.id,
        job: conflict.job,
        job_name: job_name(projection, Some(conflict.job)),
        field: conflict.field,
        before: shown(&conflict.base),
        sides: [
            side(author, conflict.made_at, &conflict.mine),
            side(other, conflict.their_at, &conflict.theirs),
        ],
        rule: conflict.rule,
        when: time(conflict.at),
        outcome,
        choice,
    }
}

/// What the reader has chosen and the office does not know yet.
fn chosen_here(entries: &[OutboxEntry], id: ConflictId) -> Option<&FieldValue> {
    let waiting = entries.iter().filter(|entry| !entry.is_parked());
    waiting
        .filter_map(|entry| match &entry.mutation.op {
            Op::EditJob { edits, settles, .. } if *settles == Some(id) => edits.first(),
            _ => None,
        })
        .map(|edit| &edit.new)
        .next_back()
}

fn choice(projection: &Projection, session: &SignedIn, conflict: &Conflict) -> Option<Choice> {
    let actor = session.actor();
    let Record::Job(job) = projection.view(conflict.job.into())?.record else {
        return None;
    };
    let is_author = conflict.author == actor.id;
    let stands_mine = is_author && conflict.winner == Winner::Mine;
    // Where the office wins, a technician may take back what is their own and nothing else.
    let is_the_office_s = conflict.rule == Policy::OfficeWins && !actor.role.is_office();
    let may = may_work_on(actor, &job)
        && may_edit(actor.role, conflict.field)
        && (!is_the_office_s || stands_mine);
    may.then(|| match conflict.winner {
        Winner::Mine => Choice::Revert,
        Winner::Theirs if is_author => Choice::KeepMine,
        Winner::Theirs => Choice::Use(conflict.author_name.clone()),
    })
}

/// The change that brings the losing value of `id` back.
#[must_use]
pub fn settling_op(projection: &Projection, id: ConflictId) -> Option<Op> {
    let Record::Conflict(conflict) = projection.view(id.into())?.record else {
        return None;
    };
    let Record::Job(job) = projection.view(conflict.job.into())?.record else {
        return None;
    };
    Some(Op::EditJob {
        job: conflict.job,
        edits: vec![FieldEdit {
            field: conflict.field,
            base: job.field(conflict.field),
            new: conflict.losing().clone(),
        }],
        settles: Some(id),
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
            && chosen_here(entries, conflict.id).is_none()
    });
    lost.count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::features::jobs::samples::{
        NOON, conflict, edit_entry, job, parked, signed_in, title_edit, with_outbox,
    };
    use afield_domain::{Rejection, Rev, Role, Settlement, UserId, Versioned};

    fn with(conflicts: &[Conflict], entries: &[OutboxEntry]) -> Projection {
        let mut projection = with_outbox(entries);
        let records = conflicts.iter().map(|conflict| Versioned {
            rev: Rev(1),
            record: Record::Conflict(conflict.clone()),
        });
        projection.set_module(Module::Conflict, records.collect());
        projection
    }

    fn rows(
        conflicts: &[Conflict],
        entries: &[OutboxEntry],
        session: &SignedIn,
    ) -> Vec<ConflictRow> {
        conflict_rows(&with(conflicts, entries), entries, session, &Zone::utc())
    }

    fn keeping(seq: u64, of: &Conflict) -> OutboxEntry {
        let mut entry = edit_entry(seq, job(1).id, &[title_edit("Boiler", "Pump")]);
        if let Op::EditJob { settles, .. } = &mut entry.mutation.op {
            *settles = Some(of.id);
        }
        entry
    }

    #[test]
    fn both_values_stand_there_with_who_and_when_newest_first() {
        let entries = [conflict(1, Winner::Theirs), conflict(2, Winner::Mine)];
        let rows = rows(&entries, &[], &signed_in());
        assert_eq!(rows[0].id, entries[1].id);
        let row = &rows[1];
        assert_eq!(row.job_name, "J-1 · Boiler");
        assert_eq!(row.sides[0].who, Who::You);
        assert_eq!(row.sides[0].value, Shown::Text("Pump".into()));
        assert!(!row.sides[0].stands);
        assert_eq!(row.sides[1].who, Who::Named("Dora".into()));
        assert_eq!(row.sides[1].when.as_deref(), Some("Fri 15 Jan, 11:59"));
        assert!(row.sides[1].stands);
        assert_eq!(row.choice, Some(Choice::KeepMine));
        assert_eq!(rows[0].choice, Some(Choice::Revert));
    }

    #[test]
    fn what_may_be_chosen_follows_rule_role_and_author() {
        let technician = signed_in();
        let mut office = signed_in();
        office.info.user.role = Role::Dispatcher;
        office.info.user.id = UserId(uuid::Uuid::from_u128(8));
        let mut stranger = technician.clone();
        stranger.info.user.id = UserId(uuid::Uuid::from_u128(77));
        let anna = || Choice::Use("Anna".into());
        let cases = [
            (
                &technician,
                Policy::LatestWins,
                Winner::Theirs,
                Some(Choice::KeepMine),
            ),
            (
                &technician,
                Policy::LatestWins,
                Winner::Mine,
                Some(Choice::Revert),
            ),
            (&technician, Policy::OfficeWins, Winner::Theirs, None),
            (
                &technician,
                Policy::OfficeWins,
                Winner::Mine,
                Some(Choice::Revert),
            ),
            (&office, Policy::LatestWins, Winner::Theirs, Some(anna())),
            (&office, Policy::OfficeWins, Winner::Theirs, Some(anna())),
            (
                &office,
                Policy::OfficeWins,
                Winner::Mine,
                Some(Choice::Revert),
            ),
            // The job is not theirs.
            (&stranger, Policy::LatestWins, Winner::Mine, None),
        ];
        for (session, rule, winner, expected) in cases {
            let mut conflict = conflict(1, winner);
            conflict.rule = rule;
            let got = rows(&[conflict], &[], session)[0].choice.clone();
            let role = session.info.user.role;
            assert_eq!(got, expected, "{role:?} {rule:?} {winner:?}");
        }
    }

    #[test]
    fn another_s_conflict_is_told_by_names() {
        let mut conflict = conflict(1, Winner::Mine);
        conflict.author = UserId(uuid::Uuid::from_u128(77));
        conflict.author_name = "Ben".into();
        conflict.their_name = String::new();
        let rows = rows(&[conflict], &[], &signed_in());
        assert_eq!(rows[0].sides[0].who, Who::Named("Ben".into()));
        assert_eq!(rows[0].sides[1].who, Who::Office);
    }

    #[test]
    fn a_choice_settles_it_before_it_is_sent_and_a_refused_one_does_not() {
        let conflict = conflict(1, Winner::Theirs);
        let row = |entry| rows(std::slice::from_ref(&conflict), &[entry], &signed_in()).remove(0);
        let chosen = row(keeping(1, &conflict));
        assert_eq!(chosen.outcome, Outcome::ChosenHere);
        assert_eq!(chosen.choice, None);
        assert!(chosen.sides[0].stands && !chosen.sides[1].stands);
        let refused = row(parked(keeping(1, &conflict), Rejection::Forbidden));
        assert_eq!(refused.outcome, Outcome::ByRule);
    }

    #[test]
    fn a_settled_one_says_who_chose_what() {
        let mut conflict = conflict(1, Winner::Theirs);
        conflict.settled = Some(Settlement {
            by: "Dora".into(),
            at: NOON,
            value: FieldValue::Text("Pump".into()),
        });
        let row = rows(&[conflict], &[], &signed_in()).remove(0);
        assert_eq!(
            row.outcome,
            Outcome::Settled {
                by: "Dora".into(),
                when: "Fri 15 Jan, 12:00".into(),
                value: Shown::Text("Pump".into())
            }
        );
        assert!(row.sides[0].stands);
        assert_eq!(row.choice, None);
    }

    #[test]
    fn settling_starts_from_what_stands_now() {
        let conflict = conflict(1, Winner::Theirs);
        let unsent = [edit_entry(1, job(1).id, &[title_edit("Boiler", "Third")])];
        let projection = with(std::slice::from_ref(&conflict), &unsent);
        assert_eq!(
            settling_op(&projection, conflict.id),
            Some(Op::EditJob {
                job: job(1).id,
                edits: vec![title_edit("Third", "Pump")],
                settles: Some(conflict.id),
            })
        );
    }

    #[test]
    fn a_loss_is_news_for_a_day() {
        let lost = conflict(0, Winner::Theirs);
        let projection = with(&[lost.clone(), conflict(1, Winner::Mine)], &[]);
        let count = |entries: &[OutboxEntry], hours: i64| {
            let now = NOON.plus_ms(hours * 3_600_000);
            recent_losses(&projection, entries, &signed_in(), now)
        };
        assert_eq!(count(&[], 1), 1);
        assert_eq!(count(&[], 24), 0);
        assert_eq!(count(&[keeping(1, &lost)], 1), 0);
    }
}
