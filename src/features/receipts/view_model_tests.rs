//! Tests of the day's receipts.

use super::*;
use crate::samples::{
    NOON, entry, job, note_entry, parked, projection, user, versioned, with_outbox,
};
use afield_domain::{Attachment, AttachmentKind, Rejection};
use afield_protocol::EpochId;
use afield_sync::files::sending::{Receipt, Sending};
use uuid::Uuid;

const DAY_MS: i64 = 86_400_000;

fn id(n: u128) -> AttachmentId {
    AttachmentId(Uuid::from_u128(n))
}

fn record(n: u128, author: u128, made_at: Timestamp, received_at: Option<Timestamp>) -> Record {
    Record::Attachment(Attachment {
        id: id(n),
        job: job(1).id,
        kind: AttachmentKind::Photo,
        name: format!("{n}.jpg"),
        mime: "image/jpeg".into(),
        bytes: 200,
        sha256: "a".repeat(64),
        width: 0,
        height: 0,
        thumbnail: String::new(),
        author: UserId(Uuid::from_u128(author)),
        author_name: "Anna".into(),
        made_at,
        received_at,
    })
}

fn row(n: u128, made_at: Timestamp, sent: u64, received: bool) -> LocalFile {
    LocalFile {
        id: id(n),
        job: job(1).id,
        user: user().id,
        name: format!("{n}.jpg"),
        mime: "image/jpeg".into(),
        bytes: 200,
        sha256: "b".repeat(64),
        chunks: 1,
        made_at,
        sending: Sending {
            sent,
            received: received.then(|| Receipt {
                at: made_at.plus_ms(5),
                epoch: Some(EpochId("e".into())),
            }),
            ..Sending::default()
        },
        is_copy: false,
    }
}

fn register(n: u128) -> Op {
    Op::AddAttachment {
        attachment: id(n),
        job: job(1).id,
        kind: AttachmentKind::Photo,
        name: "1.jpg".into(),
        mime: "image/jpeg".into(),
        bytes: 200,
        sha256: "a".repeat(64),
        width: 0,
        height: 0,
        thumbnail: String::new(),
    }
}

fn kept(seq: u64, at: Timestamp, of: UserId) -> Acknowledged {
    let mut mutation = note_entry(seq, job(1).id).mutation;
    mutation.user = of;
    Acknowledged { mutation, at }
}

fn asked(zone: &Zone) -> Asked<'_> {
    Asked {
        user: user().id,
        day: zone.day(NOON),
        zone,
    }
}

#[test]
fn what_is_missing_comes_first_whatever_its_day_and_the_rest_is_of_the_day() {
    let yesterday = NOON.plus_ms(-DAY_MS);
    let mut all = projection();
    let records = [
        record(1, 1, NOON, Some(NOON.plus_ms(9))),
        record(2, 1, NOON.plus_ms(1), None),
        record(3, 1, yesterday, Some(NOON)),
        record(4, 1, yesterday, None),
        record(5, 2, NOON, None),
    ];
    all.set_module(Module::Attachment, records.map(versioned).into());
    let mut own = OwnFiles {
        files: vec![
            row(2, NOON.plus_ms(1), 86, false),
            row(4, yesterday, 0, false),
            // Its job has left this phone.
            row(6, NOON.plus_ms(2), 200, true),
            row(7, yesterday, 200, true),
            LocalFile {
                is_copy: true,
                ..row(8, NOON, 0, true)
            },
        ],
        epoch: Some(EpochId("e".into())),
        unsent: Vec::new(),
    };
    let zone = Zone::utc();
    let found = receipts(&all, &own, &[], asked(&zone));
    let states: Vec<(AttachmentId, FileState)> = found
        .files
        .iter()
        .map(|file| (file.id, file.state))
        .collect();
    assert_eq!(
        states,
        [
            (id(2), FileState::Sending(43)),
            (id(4), FileState::Previewed),
            (id(6), FileState::Received(NOON.plus_ms(7))),
            (id(1), FileState::Received(NOON.plus_ms(9))),
        ]
    );
    assert_eq!(found.count(), (2, 4));
    assert_eq!(found.files[0].job, "J-1 · Boiler");
    // A restored backup may not have what its server had received.
    own.epoch = Some(EpochId("restored".into()));
    let found = receipts(&all, &own, &[], asked(&zone));
    assert_eq!(found.count(), (1, 5), "{:?}", found.files);
}

#[test]
fn changes_count_on_the_day_on_which_the_office_took_them_and_unsent_ones_always() {
    let other = UserId(Uuid::from_u128(2));
    // What registers a photo counts with that photo. Of the one that was received there is no record here.
    let mut registered = kept(4, NOON, user().id);
    registered.mutation.op = register(1);
    let acknowledged = [
        kept(1, NOON.plus_ms(-DAY_MS), user().id),
        kept(2, NOON, user().id),
        kept(3, NOON, other),
        registered,
    ];
    let all = with_outbox(&[note_entry(7, job(1).id), entry(8, register(2))]);
    let zone = Zone::utc();
    let found = receipts(&all, &OwnFiles::default(), &acknowledged, asked(&zone));
    let seen: Vec<Option<Timestamp>> = found.changes.iter().map(|it| it.received_at).collect();
    assert_eq!(seen, [Some(NOON)]);
    assert_eq!((found.unsent.len(), found.files.len()), (1, 1));
    assert_eq!(found.count(), (1, 3));
}

#[test]
fn what_the_office_has_and_decides_is_received() {
    let late = parked(note_entry(7, job(1).id), Rejection::InReview);
    let refused = parked(note_entry(8, job(1).id), Rejection::Forbidden);
    let all = with_outbox(&[late.clone(), refused.clone()]);
    let found = receipts(&all, &OwnFiles::default(), &[], asked(&Zone::utc()));
    let seen = found.in_review.iter().map(|it| (it.id, it.received_at));
    assert_eq!(seen.collect::<Vec<_>>(), [(late.mutation.id, Some(NOON))]);
    let unsent: Vec<MutationId> = found.unsent.iter().map(|it| it.id).collect();
    assert_eq!(unsent, [refused.mutation.id]);
    assert_eq!(found.count(), (1, 2));
}

#[test]
fn nothing_was_done() {
    let found = receipts(
        &projection(),
        &OwnFiles::default(),
        &[],
        asked(&Zone::utc()),
    );
    assert_eq!((found.count(), found), ((0, 0), Receipts::default()));
}

#[test]
fn a_cell_is_what_it_was_and_never_a_formula() {
    for (cells, expected) in [
        (&["a", "b"][..], "a,b\r\n"),
        (
            &["Valve, left", "He said \"no\""],
            "\"Valve, left\",\"He said \"\"no\"\"\"\r\n",
        ),
        (&["one\ntwo", ""], "\"one\ntwo\",\r\n"),
        (&["=1+1", "-2", "@x", "+y"], "'=1+1,'-2,'@x,'+y\r\n"),
        (&["=a,b"], "\"'=a,b\"\r\n"),
    ] {
        assert_eq!(csv_row(cells), expected);
    }
}
