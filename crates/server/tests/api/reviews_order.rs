//! What waits for the office: nothing overtakes it, its bytes stay, and it is nobody else's to give up.

use crate::phone::Phone;
use crate::reviews::*;
use crate::support::*;
use crate::uploads::{FILE, attachment};
use afield_domain::*;
use afield_protocol::*;

#[tokio::test]
async fn nothing_overtakes_what_waits_where_no_more_can_wait_or_nobody_could_hear_of_it() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let first = late.phone.status(id, JobStatus::EnRoute);
    let notes: Vec<_> = (1..limits::REVIEWS)
        .map(|n| late.phone.note(id, &n.to_string()))
        .collect();
    late.anna.push(std::slice::from_ref(&first)).await;
    for some in notes.chunks(limits::PUSH_MUTATIONS) {
        late.anna.push(some).await;
    }
    assert_eq!(late.waiting().await.len(), limits::REVIEWS);
    let mut late = late.give(ANNA).await;
    let started = Mutation {
        depends_on: vec![first.id],
        ..late.phone.status(id, JobStatus::Started)
    };
    // It stays with the phone, and may be sent again; what has nothing to do with it goes.
    let beside = late.phone.note(id, "of now");
    let pushed = [started.clone(), beside];
    assert_eq!(late.anna.push(&pushed).await, ["outdated", "applied"]);
    assert_eq!(late.server.job(id).await.status, JobStatus::Scheduled);
    let all: Vec<_> = std::iter::once(first.id).chain(ids(&notes)).collect();
    assert_eq!(late.decide(&all, accept()).await, ReviewOutcome::Done);
    let started = std::slice::from_ref(&started);
    assert_eq!(late.anna.push(started).await, ["applied"]);
    assert_eq!(late.server.job(id).await.status, JobStatus::Started);

    // A build that does not know of reviews, whatever it sends.
    late.job.status = JobStatus::Started;
    let mut late = late.give(BEN).await;
    let paused = late.phone.status(id, JobStatus::Paused);
    assert_eq!(late.anna.push(&[paused]).await, ["in_review"]);
    let mut late = late.give(ANNA).await;
    late.anna.reviews = false;
    let finished = late.phone.status(id, JobStatus::Finished);
    assert_eq!(late.anna.push(&[finished]).await, ["outdated"]);
    assert_eq!(late.server.job(id).await.status, JobStatus::Started);
}

#[tokio::test]
async fn bytes_that_came_while_a_registration_waited_count_for_what_is_sent_again() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let file = attachment(id, BYTES);
    let first = late.phone.make(registered(&file));
    let pushed = std::slice::from_ref(&first);
    assert_eq!(late.anna.push(pushed).await, ["in_review"]);
    assert_eq!(send_bytes(&late.anna, BYTES).await.0, 204);
    late.decide(&[first.id], decline("Not this one")).await;
    // Once more while it is Ben's, and then when it is hers again.
    let instead = |old: &Mutation, new: Mutation| Mutation {
        replaces: vec![Replaced {
            id: old.id,
            seq: old.seq,
        }],
        ..new
    };
    let second = instead(&first, late.phone.make(registered(&file)));
    let pushed = std::slice::from_ref(&second);
    assert_eq!(late.anna.push(pushed).await, ["in_review"]);
    let page = late.page().await;
    assert!(page.groups[0].entries[0].file_at.is_some());
    late.decide(&[second.id], decline("Not this one either"))
        .await;
    let mut late = late.give(ANNA).await;
    let third = instead(&second, late.phone.make(registered(&file)));
    assert_eq!(
        late.anna.push(std::slice::from_ref(&third)).await,
        ["applied"]
    );
    let path = format!("{}/{FILE}", paths::FILES);
    assert_eq!(late.dora.get(&path).await.body.as_bytes(), BYTES);

    // Withdrawn, it is gone, also where an earlier registration of it was looked at by the office.
    let withdrawn = late.phone.make(Op::Withdraw {
        job: id,
        part: FILE.into(),
    });
    assert_eq!(late.anna.push(&[withdrawn]).await, ["applied"]);
    assert_eq!(late.dora.get(&path).await.status.as_u16(), 404);
}

#[tokio::test]
async fn what_was_accepted_and_withdrawn_cannot_be_fetched() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let photo = late.phone.make(registered(&attachment(id, BYTES)));
    late.anna.push(std::slice::from_ref(&photo)).await;
    send_bytes(&late.anna, BYTES).await;
    late.decide(&[photo.id], accept()).await;
    let path = format!("{}/{FILE}", paths::FILES);
    assert_eq!(late.dora.get(&path).await.status.as_u16(), 200);
    let mut late = late.give(ANNA).await;
    let withdrawn = late.phone.make(Op::Withdraw {
        job: id,
        part: FILE.into(),
    });
    assert_eq!(late.anna.push(&[withdrawn]).await, ["applied"]);
    assert_eq!(late.dora.get(&path).await.status.as_u16(), 404);
}

#[tokio::test]
async fn a_step_back_and_a_step_of_a_task_keep_nothing_from_being_accepted() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let (drove, back) = (
        late.phone.status(id, JobStatus::EnRoute),
        late.phone.status(id, JobStatus::Scheduled),
    );
    let note = late.phone.note(id, "Nobody was there.");
    let pushed = [drove, back, note];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 3]);
    late.job.status = JobStatus::Started;
    late.put().await;
    assert_eq!(
        late.decide(&ids(&pushed), accept()).await,
        ReviewOutcome::Done
    );
    assert_eq!(late.server.job(id).await.status, JobStatus::Started);
    assert_eq!(late.server.notes(NORDHAUS, id).await, 1);
}

#[tokio::test]
async fn nobody_gives_up_what_waits_of_another() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let note = late.phone.note(id, "wet");
    late.anna.push(std::slice::from_ref(&note)).await;
    let mut bens = Phone::of(BEN);
    let instead = Mutation {
        replaces: vec![Replaced {
            id: note.id,
            seq: note.seq,
        }],
        ..bens.note(id, "dry")
    };
    late.server.sign_in(BEN).await.push(&[instead]).await;
    assert_eq!(late.waiting().await, [note.id]);
}

#[tokio::test]
async fn what_a_device_did_before_is_accepted_before_also_if_it_came_later() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let (started, paused) = (
        late.phone.status(id, JobStatus::Started),
        late.phone.status(id, JobStatus::Paused),
    );
    for one in [&paused, &started] {
        assert_eq!(
            late.anna.push(std::slice::from_ref(one)).await,
            ["in_review"]
        );
    }
    let both = [paused.id, started.id];
    assert_eq!(late.decide(&both, accept()).await, ReviewOutcome::Done);
    assert_eq!(late.server.job(id).await.status, JobStatus::Paused);
}
