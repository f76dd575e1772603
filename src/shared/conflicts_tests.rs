//! Tests of the conflicts on the Log tab.

use super::*;
use crate::samples::{NOON, conflict, edit_entry, job, parked, signed_in, title_edit, with_outbox};
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

fn rows(conflicts: &[Conflict], entries: &[OutboxEntry], session: &SignedIn) -> Vec<ConflictRow> {
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
    assert_eq!(row.sides[0].value, ShownValue::Text("Pump".into()));
    assert!(!row.sides[0].stands);
    assert_eq!(row.sides[1].who, Who::Named("Dora".into()));
    assert_eq!(row.sides[1].when.as_deref(), Some("Fri 15 Jan, 11:59"));
    assert!(row.sides[1].stands);
    assert_eq!(row.action, Some(ConflictAction::KeepMine));
    assert_eq!(rows[0].action, Some(ConflictAction::Revert));
}

#[test]
fn what_may_be_chosen_follows_rule_role_and_author() {
    let technician = signed_in();
    let mut office = signed_in();
    office.info.user.role = Role::Dispatcher;
    office.info.user.id = UserId(uuid::Uuid::from_u128(8));
    let mut stranger = technician.clone();
    stranger.info.user.id = UserId(uuid::Uuid::from_u128(77));
    let anna = || ConflictAction::Use("Anna".into());
    let cases = [
        (
            &technician,
            Policy::LatestWins,
            Winner::Theirs,
            Some(ConflictAction::KeepMine),
        ),
        (
            &technician,
            Policy::LatestWins,
            Winner::Mine,
            Some(ConflictAction::Revert),
        ),
        (&technician, Policy::OfficeWins, Winner::Theirs, None),
        (
            &technician,
            Policy::OfficeWins,
            Winner::Mine,
            Some(ConflictAction::Revert),
        ),
        (&office, Policy::LatestWins, Winner::Theirs, Some(anna())),
        (&office, Policy::OfficeWins, Winner::Theirs, Some(anna())),
        (
            &office,
            Policy::OfficeWins,
            Winner::Mine,
            Some(ConflictAction::Revert),
        ),
        // The job is not theirs.
        (&stranger, Policy::LatestWins, Winner::Mine, None),
    ];
    for (session, rule, winner, expected) in cases {
        let mut conflict = conflict(1, winner);
        conflict.rule = rule;
        let got = rows(&[conflict], &[], session)[0].action.clone();
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
    assert_eq!(chosen.action, None);
    assert!(chosen.sides[0].stands && !chosen.sides[1].stands);
    let refused = row(parked(keeping(1, &conflict), Rejection::Forbidden));
    assert_eq!(refused.outcome, Outcome::ByRule);
}

#[test]
fn a_choice_that_waits_for_a_refused_change_is_made_and_does_not_stand_yet() {
    let conflict = conflict(1, Winner::Theirs);
    let refused = edit_entry(1, job(1).id, &[title_edit("Boiler", "Valve")]);
    let entries = [parked(refused, Rejection::Forbidden), keeping(2, &conflict)];
    let row = rows(&[conflict], &entries, &signed_in()).remove(0);
    assert_eq!(row.outcome, Outcome::ChosenHere);
    assert_eq!(row.action, None);
    assert!(!row.sides[0].stands, "the picture does not show it");
}

#[test]
fn what_else_a_settling_change_edits_is_not_taken_for_the_choice() {
    let conflict = conflict(1, Winner::Theirs);
    let mut entry = keeping(1, &conflict);
    if let Op::EditJob { edits, .. } = &mut entry.mutation.op {
        let mut first = title_edit("", "Bring a hose");
        first.field = afield_domain::JobField::Description;
        edits.insert(0, first);
    }
    let row = rows(&[conflict], &[entry], &signed_in()).remove(0);
    assert!(row.sides[0].stands && !row.sides[1].stands);
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
            value: ShownValue::Text("Pump".into())
        }
    );
    assert!(row.sides[0].stands);
    assert_eq!(row.action, None);
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
