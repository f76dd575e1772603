//! The queue of item changes: order, joining, failures.

use super::*;

fn text(text: &str) -> FieldValue {
    FieldValue::Text(text.to_owned())
}

fn edit(item: &str, base: &str, new: &str) -> FieldEdit {
    FieldEdit {
        field: JobField::Part,
        item: item.to_owned(),
        base: text(base),
        new: text(new),
    }
}

fn lost() -> Result<(), Trouble> {
    Err(Trouble::StorageFull)
}

#[test]
fn taps_that_come_meanwhile_are_one_change() {
    let mut queue = ItemQueue::default();
    queue.want(edit("a", "1", "2"));
    assert_eq!(queue.next(), Some(edit("a", "1", "2")));
    assert_eq!(queue.next(), None, "one at a time");
    queue.want(edit("a", "2", "3"));
    queue.want(edit("b", "7", "8"));
    queue.want(edit("a", "3", "4"));
    assert_eq!(queue.wanted(JobField::Part, "a"), Some(&text("4")));
    queue.ended(Ok(()));
    assert_eq!(queue.next(), Some(edit("a", "2", "4")));
    queue.ended(Ok(()));
    assert_eq!(queue.next(), Some(edit("b", "7", "8")));
    queue.ended(Ok(()));
    assert_eq!(queue.next(), None);
    assert_eq!(
        queue.wanted(JobField::Part, "a"),
        None,
        "the picture has it"
    );
    assert_eq!(queue.end_run(), Ok(()));
}

#[test]
fn there_and_back_is_nothing() {
    let mut queue = ItemQueue::default();
    queue.want(edit("a", "1", "2"));
    queue.want(edit("a", "2", "1"));
    assert_eq!(queue.next(), None);
}

#[test]
fn back_to_what_was_there_is_a_change_while_the_first_is_being_saved() {
    let mut queue = ItemQueue::default();
    queue.want(edit("a", "1", "2"));
    queue.next();
    queue.want(edit("a", "1", "1"));
    queue.ended(Ok(()));
    assert_eq!(queue.next(), Some(edit("a", "2", "1")));
}

#[test]
fn one_run_at_a_time() {
    let mut queue = ItemQueue::default();
    assert!(!queue.begin_run(), "nothing waits");
    queue.want(edit("a", "1", "2"));
    assert!(queue.begin_run());
    queue.want(edit("b", "1", "2"));
    assert!(!queue.begin_run());
    assert_eq!(queue.end_run(), Ok(()));
    assert!(queue.begin_run());
}

#[test]
fn a_success_does_not_hide_the_failure_of_another() {
    let mut queue = ItemQueue::default();
    queue.want(edit("a", "1", "2"));
    queue.want(edit("b", "7", "8"));
    queue.next();
    queue.ended(lost());
    queue.next();
    queue.ended(Ok(()));
    assert_eq!(queue.end_run(), lost());
    assert!(queue.has_failed(JobField::Part));
    assert!(!queue.has_failed(JobField::Answer));
    // A later run says what it came to itself; what failed before still is not saved.
    queue.want(edit("b", "8", "9"));
    queue.next();
    queue.ended(Ok(()));
    assert_eq!(queue.end_run(), Ok(()));
    assert!(queue.has_failed(JobField::Part));
    // Until it is wanted anew.
    queue.want(edit("a", "1", "2"));
    assert!(!queue.has_failed(JobField::Part));
    assert_eq!(queue.next(), Some(edit("a", "1", "2")));
}

#[test]
fn what_came_after_a_failure_starts_from_what_is_stored() {
    let mut queue = ItemQueue::default();
    queue.want(edit("a", "1", "2"));
    queue.next();
    queue.want(edit("a", "2", "3"));
    queue.ended(lost());
    assert!(!queue.has_failed(JobField::Part), "it is wanted anew");
    assert_eq!(queue.next(), Some(edit("a", "1", "3")));
    queue.want(edit("a", "3", "1"));
    queue.ended(lost());
    assert_eq!(queue.next(), None, "back where it was: nothing to save");
    assert_eq!(queue.end_run(), lost());
}

#[test]
fn what_failed_is_given_up_by_field() {
    let mut queue = ItemQueue::default();
    queue.want(edit("a", "1", "2"));
    queue.next();
    queue.ended(lost());
    queue.give_up(JobField::Answer);
    assert!(queue.has_failed(JobField::Part));
    queue.give_up(JobField::Part);
    assert!(!queue.has_failed(JobField::Part));
}

#[test]
fn a_change_of_one_line_says_what_was_seen() {
    let edit = FieldEdit {
        field: JobField::Asset,
        item: crate::samples::records::asset_id(1).to_string(),
        base: crate::shared::job::material::linked(),
        new: FieldValue::Nothing,
    };
    let op = op_of(crate::samples::records::job_1().id, edit);
    let mut job = crate::samples::records::job_1();
    let Op::EditJob { edits, .. } = op else {
        unreachable!()
    };
    assert_eq!(edits[0].base, job.value(JobField::Asset, &edits[0].item));
    job.set_value(edits[0].field, &edits[0].item, &edits[0].new)
        .unwrap();
    assert_eq!(job.assets, []);
}
