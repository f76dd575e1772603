//! Push: order, idempotency, rights, limits.

use crate::client::{Answer, short};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::records::Fate;
use uuid::Uuid;

/// Pushes what `make` makes as Anna, whose job it is; Ben has another.
async fn check(make: impl FnOnce(&mut Phone, JobId, JobId) -> Vec<Mutation>, expected: &[&str]) {
    let server = Server::start().await;
    let own = server.put_job(1, ANNA).await.id;
    let bens = server.put_job(2, BEN).await.id;
    let anna = server.sign_in(ANNA).await;
    let batch = make(&mut Phone::of(ANNA), own, bens);
    assert_eq!(anna.push(&batch).await, expected);
}

#[tokio::test]
async fn a_batch_is_decided_in_order() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let batch = [
        phone.status(job, JobStatus::EnRoute),
        phone.status(job, JobStatus::Started),
        phone.note(job, " Valve stuck. "),
        phone.status(job, JobStatus::Finished),
    ];
    let answer = anna.push_raw(&batch).await;
    let response: PushResponse = answer.ok();
    let ids: Vec<_> = response.verdicts.iter().map(|verdict| verdict.id).collect();
    assert_eq!(
        ids,
        batch.iter().map(|mutation| mutation.id).collect::<Vec<_>>()
    );
    assert_eq!(server.job(job).await.status, JobStatus::Finished);
    let Verdict::Applied { records } = &response.verdicts[2].verdict else {
        panic!("{response:?}");
    };
    let Record::Note(note) = &records[0].record else {
        panic!("{records:?}");
    };
    assert_eq!(
        (note.text.as_str(), note.author_name.as_str()),
        ("Valve stuck.", "Anna")
    );
    let rev = server.record(NORDHAUS, job.into()).await.unwrap().rev;
    assert_eq!(rev, Rev(4));
}

#[tokio::test]
async fn the_same_mutation_again_gets_the_same_reply_byte_for_byte() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let batch = [
        phone.status(job, JobStatus::EnRoute),
        phone.note(job, "wet"),
        phone.status(job, JobStatus::Cancelled),
    ];
    let first = anna.push_raw(&batch).await;
    server.clock.advance(DAY_MS);
    // The world moves on; the answers do not.
    server
        .put(
            NORDHAUS,
            &Record::Job(afield_domain::Job {
                assignee: Some(BEN),
                ..server.job(job).await
            }),
        )
        .await;
    let verdicts = |answer: &Answer| {
        let start = answer.body.find("\"verdicts\"").unwrap();
        answer.body[start..].to_owned()
    };
    let again = anna.push_raw(&batch).await;
    assert_eq!(verdicts(&first), verdicts(&again));
    let one_by_one = anna.push_raw(&batch[1..2]).await;
    assert!(
        verdicts(&first).contains(
            verdicts(&one_by_one)
                .trim_start_matches("\"verdicts\":[")
                .trim_end_matches("]}}}")
        )
    );
    assert_eq!(server.notes(NORDHAUS, job).await, 1);
}

#[tokio::test]
async fn the_same_mutation_at_once_from_many_connections_has_one_effect() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let note = [Phone::of(ANNA).note(job, "wet")];
    let answers = futures::future::join_all((0..8).map(|_| anna.push_raw(&note))).await;
    let first = answers[0].ok::<PushResponse>();
    assert_eq!(short(&first.verdicts[0].verdict), "applied");
    for answer in &answers {
        assert_eq!(answer.ok::<PushResponse>(), first);
    }
    assert_eq!(server.notes(NORDHAUS, job).await, 1);
    assert_eq!(
        server.record(NORDHAUS, job.into()).await.unwrap().rev,
        Rev(1)
    );
}

#[tokio::test]
async fn the_same_id_with_another_content_is_refused_and_the_first_verdict_stays() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let first = phone.note(job, "wet");
    let forged = Mutation {
        op: Op::AddNote {
            note: NoteId(Uuid::from_u128(5)),
            job,
            text: "dry".into(),
            files: Vec::new(),
        },
        ..first.clone()
    };
    assert_eq!(anna.push(std::slice::from_ref(&first)).await, ["applied"]);
    assert_eq!(anna.push(&[forged]).await, ["idempotency_mismatch"]);
    assert_eq!(anna.push(&[first]).await, ["applied"]);
    assert_eq!(server.notes(NORDHAUS, job).await, 1);
}

#[tokio::test]
async fn a_place_in_the_device_s_order_is_used_once_for_ever() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let first = Phone::of(ANNA).note(job, "wet");
    let reused = Mutation {
        id: MutationId(Uuid::from_u128(99)),
        ..first.clone()
    };
    assert_eq!(anna.push(&[first]).await, ["applied"]);
    assert_eq!(anna.push(&[reused]).await, ["sequence_reused"]);
    assert_eq!(server.notes(NORDHAUS, job).await, 1);
}

#[tokio::test]
async fn a_late_copy_has_no_effect_after_a_later_change_of_its_lane() {
    let server = Server::start().await;
    let (job, other) = (
        server.put_job(1, ANNA).await.id,
        server.put_job(2, ANNA).await.id,
    );
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    // An older server has refused these without a trace; their user has given them up.
    let late = phone.status(job, JobStatus::EnRoute);
    let elsewhere = phone.status(other, JobStatus::EnRoute);
    let later = phone.status(job, JobStatus::EnRoute);
    assert_eq!(anna.push(std::slice::from_ref(&later)).await, ["applied"]);
    assert_eq!(anna.push(&[late]).await, ["sequence_reused"]);
    assert_eq!(anna.push(&[elsewhere]).await, ["applied"], "another lane");
    assert_eq!(anna.push(&[later]).await, ["applied"], "the same again");
}

#[tokio::test]
async fn a_rejection_holds_its_lane_and_what_depends_on_it_and_nothing_else() {
    // The job of another: the lane's rest is left alone, other lanes go on.
    check(
        |phone, own, bens| {
            vec![
                phone.status(bens, JobStatus::EnRoute),
                phone.status(own, JobStatus::EnRoute),
                phone.status(bens, JobStatus::Started),
                phone.status(own, JobStatus::Started),
            ]
        },
        &["forbidden", "applied", "applied"],
    )
    .await;
    // What depends on it, and what comes after that in its lane, is left alone.
    check(
        |phone, own, bens| {
            let refused = phone.note(bens, "not mine");
            let mut dependant = phone.status(own, JobStatus::EnRoute);
            dependant.depends_on = vec![refused.id];
            let behind = phone.status(own, JobStatus::Started);
            let mut further = phone.note(own, "depends on the dependant");
            further.depends_on = vec![dependant.id];
            let free = phone.note(own, "free");
            vec![refused, dependant, behind, further, free]
        },
        &["forbidden", "applied"],
    )
    .await;
    // An illegal step.
    check(
        |phone, own, _| {
            vec![
                phone.status(own, JobStatus::Finished),
                phone.status(own, JobStatus::EnRoute),
            ]
        },
        &["illegal_status"],
    )
    .await;
}

#[tokio::test]
async fn what_depends_on_something_refused_earlier_is_left_alone() {
    let server = Server::start().await;
    let own = server.put_job(1, ANNA).await.id;
    let bens = server.put_job(2, BEN).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let refused = phone.note(bens, "not mine");
    let mut dependant = phone.status(own, JobStatus::EnRoute);
    dependant.depends_on = vec![refused.id];
    let behind = phone.status(own, JobStatus::Started);
    assert_eq!(anna.push(&[refused]).await, ["forbidden"]);
    assert_eq!(anna.push(&[dependant, behind]).await, [""; 0]);
}

#[tokio::test]
async fn a_job_reassigned_meanwhile_is_refused_and_the_board_learns_of_it() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    server
        .put(
            NORDHAUS,
            &Record::Job(Job {
                assignee: Some(BEN),
                ..job.clone()
            }),
        )
        .await;
    let late = [phone.status(job.id, JobStatus::EnRoute)];
    assert_eq!(anna.push(&late).await, ["forbidden"]);
    let board: BoardResponse = server.sign_in(DORA).await.get(paths::BOARD).await.ok();
    assert_eq!(
        board.activity[0].what,
        ActivityKind::Refused {
            reason: Rejection::Forbidden
        }
    );
    assert_eq!(board.activity.len(), 1);
    // Refused once is refused for good: the verdict is stored.
    server.put(NORDHAUS, &Record::Job(job)).await;
    assert_eq!(anna.push(&late).await, ["forbidden"]);
}

#[tokio::test]
async fn another_user_s_work_is_not_looked_at_and_stays_theirs_to_send() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let annas = [Phone::of(ANNA).note(job, "wet")];
    let ben = server.sign_in(BEN).await;
    // As if there were no session: a verdict would park the work of somebody who did nothing wrong.
    let refused = ben.push_raw(&annas).await.error();
    assert_eq!(refused.code, ErrorCode::Unauthorized);
    assert_eq!(server.notes(NORDHAUS, job).await, 0);
    let anna = server.sign_in(ANNA).await;
    assert_eq!(anna.push(&annas).await, ["applied"]);
    let of_anna = format!("{}?user={ANNA}", paths::PULL);
    let refused = ben.get(&of_anna).await.error();
    assert_eq!(refused.code, ErrorCode::Unauthorized);
    let page: PullResponse = anna.get(&of_anna).await.ok();
    assert!(!page.changes.is_empty());
}

#[tokio::test]
async fn the_office_may_work_on_every_job_and_nobody_on_what_is_gone_or_elsewhere() {
    let server = Server::start().await;
    let mine = server.put_job(1, ANNA).await;
    let gone = server.put_job(2, ANNA).await;
    server
        .write(NORDHAUS, &Record::Job(gone.clone()), Fate::Deleted)
        .await;
    let harbors = job(3, Some(TOM));
    server.put(HARBOR, &Record::Job(harbors.clone())).await;
    let dora = server.sign_in(DORA).await;
    let mut phone = Phone::of(DORA);
    let nowhere = JobId(Uuid::from_u128(404));
    let batch = [
        phone.status(mine.id, JobStatus::Cancelled),
        phone.note(gone.id, "late"),
        phone.note(harbors.id, "theirs"),
        phone.note(nowhere, "nobody's"),
    ];
    let expected = ["applied", "deleted", "not_found", "not_found"];
    assert_eq!(dora.push(&batch).await, expected);
}

#[tokio::test]
async fn the_time_of_a_note_is_the_phone_s_corrected_one_within_bounds_of_its_arrival() {
    let days = 86_400_000;
    for (wall_ms, offset, expected_ms) in [
        (0, 0, 0),
        (5_000, -6_000, -1_000),
        (60_000, 0, 0),
        // A clock of 1970, and one of the year after.
        (-at(NOON).0, 0, -90 * days),
        (365 * days, 0, 0),
        (365 * days, -366 * days, -days),
        (0, -89 * days, -89 * days),
        (0, i64::MIN, -90 * days),
        (0, i64::MAX, 0),
    ] {
        let server = Server::start().await;
        let job = server.put_job(1, ANNA).await.id;
        let anna = server.sign_in(ANNA).await;
        let mut note = Phone::of(ANNA).note(job, "wet");
        note.wall = at(NOON).plus_ms(wall_ms);
        note.clock_offset_ms = offset;
        let response: PushResponse = anna.push_raw(&[note]).await.ok();
        let Verdict::Applied { records } = &response.verdicts[0].verdict else {
            panic!("{response:?}");
        };
        let Record::Note(note) = &records[0].record else {
            panic!("{records:?}");
        };
        assert_eq!(note.made_at, at(NOON).plus_ms(expected_ms));
    }
}
