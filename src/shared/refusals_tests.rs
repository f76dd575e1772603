//! Tests of `refused_view_model`: what is said of a refused change, and where it leads.

use super::*;
use crate::samples::{edit_entry, job, parked, signed_in, status_entry, title_edit, with_outbox};
use afield_domain::FieldValue;

fn all(entries: &[OutboxEntry]) -> Vec<Refused> {
    let projection = with_outbox(entries);
    refused(&projection, entries, &signed_in(), &Zone::utc())
}

#[test]
fn a_refused_change_says_what_why_and_what_waits_for_it() {
    let entries = [
        parked(
            edit_entry(1, job(1).id, &[title_edit("Boiler", "Pump")]),
            Rejection::Forbidden,
        ),
        status_entry(2, job(1).id, JobStatus::EnRoute),
        status_entry(3, job(1).id, JobStatus::Started),
        status_entry(4, job(2).id, JobStatus::Started),
    ];
    let refused = all(&entries);
    assert_eq!(refused.len(), 1);
    let title = FieldName {
        field: JobField::Title,
        about: String::new(),
    };
    assert_eq!(refused[0].what, ChangeSummary::Edit(vec![title.clone()]));
    assert_eq!(
        refused[0].values,
        [(title, ShownValue::Text("Pump".into()))]
    );
    assert_eq!(refused[0].reason, Reason::NotYours);
    assert_eq!(refused[0].held, 2);
    assert!(refused[0].needs_access());
    let href = refused[0].record_href().unwrap();
    assert_eq!(
        href,
        format!("/jobs/{}/edit?change={}", job(1).id, refused[0].id)
    );
}

#[test]
fn sending_again_is_offered_where_it_may_help() {
    let started = || status_entry(1, job(1).id, JobStatus::Started);
    let cases = [
        (Rejection::SequenceReused, true),
        (Rejection::UnknownOp, true),
        // The copy is the one that was there when the answer came.
        (Rejection::Forbidden, false),
        (
            Rejection::Invalid {
                field: "text".into(),
                problem: Problem::Missing,
            },
            false,
        ),
    ];
    for (reason, expected) in cases {
        let refused = all(&[parked(started(), reason.clone())]);
        assert_eq!(refused[0].can_send_again, expected, "{reason:?}");
    }
    let mut newer = parked(started(), Rejection::Forbidden);
    if let EntryState::Parked { rev, .. } = &mut newer.state {
        *rev = Some(afield_domain::Rev(0));
    }
    assert!(all(&[newer])[0].can_send_again);
    let impossible = status_entry(1, job(1).id, JobStatus::Finished);
    assert!(!all(&[parked(impossible, Rejection::Other)])[0].can_send_again);
}

#[test]
fn what_was_done_on_a_tab_leads_back_to_it() {
    let item = |field| FieldEdit {
        field,
        item: "x".into(),
        base: FieldValue::Nothing,
        new: FieldValue::Text("1".into()),
    };
    let page = format!("/jobs/{}", job(1).id);
    let title = || title_edit("Boiler", "Pump");
    for (edits, expected) in [
        (
            vec![item(JobField::Answer)],
            format!("{page}?tab=checklist"),
        ),
        (vec![item(JobField::Part)], format!("{page}?tab=material")),
        (vec![item(JobField::Photo)], format!("{page}?tab=notes")),
        (
            vec![item(JobField::Answer), title()],
            format!("{page}/edit"),
        ),
        (vec![title()], format!("{page}/edit")),
    ] {
        let entry = parked(edit_entry(1, job(1).id, &edits), Rejection::Other);
        let href = all(&[entry])[0].record_href().unwrap();
        assert_eq!(href.split("?change").next(), Some(expected.as_str()));
    }
}

#[test]
fn an_excerpt_is_one_line_and_cuts_between_characters() {
    assert_eq!(excerpt(" a\n b "), "a b");
    let long = "ä".repeat(100);
    assert_eq!(excerpt(&long).chars().count(), EXCERPT + 1);
}

#[test]
fn refused_work_keeps_its_job_s_name_and_its_picture_when_the_job_has_left_the_phone() {
    let gone = JobId(uuid::Uuid::from_u128(999));
    let attach = Op::AddAttachment {
        attachment: afield_domain::AttachmentId(uuid::Uuid::from_u128(5)),
        job: gone,
        kind: afield_domain::AttachmentKind::Photo,
        name: "a.jpg".into(),
        mime: "image/jpeg".into(),
        bytes: 3,
        sha256: String::new(),
        width: 1,
        height: 1,
        thumbnail: "/9j/".into(),
    };
    let mut photo = parked(
        status_entry(1, gone, JobStatus::Started),
        Rejection::Forbidden,
    );
    photo.mutation.op = attach;
    photo.job = Some(afield_sync::JobName {
        number: "J-7".into(),
        title: "Boiler".into(),
    });
    // What waits behind it is of the same job.
    let entries = [photo, status_entry(2, gone, JobStatus::EnRoute)];
    let projection = with_outbox(&entries);
    let file = |name: &str, picture: &str| RefusedFile {
        name: name.into(),
        picture: picture.into(),
    };
    assert_eq!(all(&entries)[0].files, [file("a.jpg", "/9j/")]);
    // A note that was refused names its photos; of one that is not on the phone it says that there is one.
    let mut note = parked(
        status_entry(3, gone, JobStatus::Started),
        Rejection::Forbidden,
    );
    let known = afield_domain::AttachmentId(uuid::Uuid::from_u128(5));
    let other = afield_domain::AttachmentId(uuid::Uuid::from_u128(6));
    note.mutation.op = Op::AddNote {
        note: afield_domain::NoteId(uuid::Uuid::from_u128(7)),
        job: gone,
        text: "wet".into(),
        files: vec![known, other],
    };
    let of_note = all(&[entries[0].clone(), note]).remove(1);
    assert_eq!(of_note.files, [file("a.jpg", "/9j/"), file("", "")]);
    let name = crate::shared::names::job_name;
    assert_eq!(name(&projection, Some(gone)), "J-7 · Boiler");
    // A name on the phone is newer.
    let entries = [afield_sync::OutboxEntry {
        job: Some(afield_sync::JobName {
            number: "J-old".into(),
            title: "Old".into(),
        }),
        ..status_entry(1, job(1).id, JobStatus::EnRoute)
    }];
    let projection = with_outbox(&entries);
    assert!(!name(&projection, Some(job(1).id)).contains("Old"));
    assert_eq!(name(&projection, None), "");
}

#[test]
fn what_the_office_is_to_decide_is_no_refusal_and_what_it_has_declined_says_why() {
    let note = || status_entry(1, job(1).id, JobStatus::Started);
    let received = all(&[parked(note(), Rejection::InReview)]);
    assert!(received[0].is_received());
    assert!(!received[0].can_send_again && !received[0].needs_access());
    let reason = Rejection::Declined {
        by: "Dora".into(),
        reason: "Ben was there".into(),
    };
    let declined = all(&[parked(note(), reason)]);
    assert!(!declined[0].is_received());
    assert_eq!(
        declined[0].reason,
        Reason::Declined("Dora".into(), "Ben was there".into())
    );
}

/// Also with a code that this build does not know, and where the entry is of a build that kept no words.
#[test]
fn what_the_back_end_says_in_its_own_words_goes_along() {
    for reason in [Rejection::Other, Rejection::Forbidden] {
        let mut entry = parked(status_entry(1, job(1).id, JobStatus::Started), reason);
        assert_eq!(all(std::slice::from_ref(&entry))[0].message, "");
        entry.message = "The order is closed in SAP.".to_owned();
        let said = &all(&[entry])[0].message;
        assert_eq!(said, "The order is closed in SAP.");
    }
}
