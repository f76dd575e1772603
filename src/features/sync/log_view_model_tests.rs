//! Tests of what stands in the log.

use super::*;
use crate::samples::{
    NOON, conflict, edit_entry, job, note_entry, parked, title_edit, versioned, with_outbox,
};
use afield_domain::{Module, Record, Rejection, Settlement, Winner};
use afield_sync::{Decided, Decision, JobName};

fn label(_: JobField) -> &'static str {
    "Title"
}

fn with(conflicts: Vec<Conflict>, entries: &[OutboxEntry]) -> Projection {
    let mut all = with_outbox(entries);
    let records = conflicts.into_iter().map(Record::Conflict).map(versioned);
    all.set_module(Module::Conflict, records.collect());
    all
}

fn page(all: &Projection, filter: LogFilter, words: &str, most: usize) -> LogPage {
    let query = LogQuery {
        filter,
        words,
        label,
        most,
    };
    log_page(all, all.entries(), &[], query)
}

/// Three conflicts, of which one is settled and one chosen about, and two refusals.
fn some() -> (Projection, [LogItem; 5]) {
    let of = |n: u128, minutes: i64| Conflict {
        at: NOON.plus_ms(minutes * 60_000),
        ..conflict(n, Winner::Theirs)
    };
    let (open, mut settled, chosen) = (of(1, 1), of(2, 5), of(3, 3));
    settled.settled = Some(Settlement {
        by: "Mia".into(),
        at: NOON,
        value: FieldValue::Text("Third".into()),
    });
    settled.mine = FieldValue::Text("Größe".into());
    let mut choice = edit_entry(9, job(1).id, &[title_edit("Boiler", "Boiler")]);
    if let Op::EditJob { settles, .. } = &mut choice.mutation.op {
        *settles = Some(chosen.id);
    }
    let note = parked(note_entry(1, job(2).id), Rejection::Forbidden);
    let edit = parked(
        edit_entry(2, job(1).id, &[title_edit("Boiler", "Gasket")]),
        Rejection::NotFound,
    );
    let items = [
        LogItem::Conflict(open.id),
        LogItem::Conflict(settled.id),
        LogItem::Conflict(chosen.id),
        LogItem::Refused(note.mutation.id),
        LogItem::Refused(edit.mutation.id),
    ];
    (
        with(vec![open, settled, chosen], &[note, edit, choice]),
        items,
    )
}

#[test]
fn each_filter_has_its_own_and_all_are_counted() {
    let (all, [open, settled, chosen, note, edit]) = some();
    for (filter, expected) in [
        (LogFilter::All, vec![open, settled, chosen, note, edit]),
        (LogFilter::Open, vec![open, note, edit]),
        (LogFilter::Conflicts, vec![open, settled, chosen]),
        (LogFilter::Refused, vec![note, edit]),
    ] {
        let page = page(&all, filter, "", 50);
        let mut items = page.items.clone();
        items.sort();
        let mut expected = expected;
        expected.sort();
        assert_eq!(items, expected, "{filter:?}");
        assert_eq!((page.found, page.all), (expected.len(), 5));
    }
    let conflicts = page(&all, LogFilter::Conflicts, "", 50).items;
    assert_eq!(conflicts, [settled, chosen, open], "newest first");
}

#[test]
fn every_word_must_stand_in_the_job_the_field_a_value_or_a_name() {
    let (all, [open, settled, chosen, note, edit]) = some();
    for (words, mut expected) in [
        ("  j-2  ", vec![note]),
        ("TITLE", vec![open, settled, chosen, edit]),
        ("gasket", vec![edit]),
        ("gasket title j-1", vec![edit]),
        ("gasket J-2", vec![]),
        ("mia", vec![settled]),
        ("größe", vec![settled]),
        ("note", vec![note]),
        ("pump", vec![open, chosen]),
    ] {
        let mut items = page(&all, LogFilter::All, words, 50).items;
        items.sort();
        expected.sort();
        assert_eq!(items, expected, "{words}");
    }
}

#[test]
fn of_ten_thousand_only_those_are_given_that_are_drawn() {
    let many = (1..=10_000).map(|n| conflict(n, Winner::Theirs)).collect();
    let all = with(many, &[]);
    let page = page(&all, LogFilter::All, "", 50);
    assert_eq!(
        (page.items.len(), page.found, page.all),
        (50, 10_000, 10_000)
    );
}

/// What was decided stands among the rest by the time of its decision; what only went along with it is no refusal.
#[test]
fn what_was_decided_stays_in_the_log_and_is_found_by_its_words() {
    let (all, [_, _, _, note, _]) = some();
    let line = |entry: OutboxEntry, minutes: i64| OutboxEntry {
        decided: Some(Decided {
            decision: Decision::Reverted,
            at: NOON.plus_ms(minutes * 60_000),
            behind: None,
        }),
        ..entry
    };
    let mut gone = parked(note_entry(20, job(99).id), Rejection::Forbidden);
    gone.job = Some(JobName {
        number: "J-99".into(),
        title: "Attic".into(),
    });
    let mut edit = parked(
        edit_entry(21, job(1).id, &[title_edit("Boiler", "Washer")]),
        Rejection::NotFound,
    );
    edit.message = "Closed in SAP.".into();
    let went_along = note_entry(22, job(1).id);
    // The look at the log is older than the outbox: it has been brought back meanwhile.
    let back = parked(note_entry(1, job(2).id), Rejection::Forbidden);
    let decided = |entry: &OutboxEntry| LogItem::Refused(entry.mutation.id);
    let (of_gone, of_edit) = (decided(&gone), decided(&edit));
    let lines = [
        line(gone, 7),
        line(edit, 9),
        line(went_along, 9),
        line(back, 9),
    ];
    let page = |filter, words| {
        let query = LogQuery {
            filter,
            words,
            label,
            most: 50,
        };
        log_page(&all, all.entries(), &lines, query)
    };
    let found = page(LogFilter::All, "");
    assert_eq!((found.found, found.all), (7, 7));
    assert_eq!(found.items[..2], [of_edit, of_gone]);
    assert_eq!(page(LogFilter::Refused, "").found, 4);
    assert!(!page(LogFilter::Open, "").items.contains(&of_gone));
    assert!(page(LogFilter::Open, "").items.contains(&note));
    assert_eq!(page(LogFilter::Conflicts, "").found, 3);
    assert_eq!(page(LogFilter::All, "j-99 attic").items, [of_gone]);
    assert_eq!(page(LogFilter::All, "title washer").items, [of_edit]);
    assert_eq!(page(LogFilter::All, "closed sap").items, [of_edit]);
}
