//! What the office leaves out of what it accepts: declined with its reason, while the rest is done, all of it or nothing.

use crate::reviews::*;
use crate::support::*;
use crate::uploads::{FILE, attachment};
use afield_domain::*;
use afield_protocol::*;
use serde_json::json;
use uuid::Uuid;

fn without(left_out: &[MutationId]) -> Decide {
    Decide::AcceptRest {
        onto: None,
        left_out: left_out.to_vec(),
        reason: "Not this one".into(),
    }
}

fn declined() -> Verdict {
    Verdict::Rejected {
        reason: Rejection::Declined {
            by: "Dora".into(),
            reason: "Not this one".into(),
        },
    }
}

fn title(job: &Job, new: &str) -> FieldEdit {
    FieldEdit {
        field: JobField::Title,
        item: String::new(),
        base: FieldValue::Text(job.title.clone()),
        new: FieldValue::Text(new.into()),
    }
}

/// The photo of a note, and the note.
fn shown_photo(late: &mut Late) -> [Mutation; 2] {
    let id = late.job.id;
    let photo = late.phone.make(registered(&attachment(id, BYTES)));
    let note = Mutation {
        depends_on: vec![photo.id],
        ..late.phone.make(Op::AddNote {
            note: NoteId(Uuid::from_u128(0x90)),
            job: id,
            text: "Burner is sooty.".into(),
            files: vec![FILE],
        })
    };
    [photo, note]
}

#[tokio::test]
async fn what_is_left_out_is_declined_with_its_reason_and_the_rest_is_done_in_its_order() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let pushed = [
        late.phone.status(id, JobStatus::EnRoute),
        late.phone.note(id, "wet"),
        late.phone.note(id, "dry"),
        late.phone.status(id, JobStatus::Started),
    ];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 4]);
    let (drove, dry) = (pushed[0].id, pushed[2].id);
    let rest = without(&[dry, drove]);
    // Nobody decides on what they have not read, whatever they leave out.
    assert_eq!(
        late.decide(&ids(&pushed)[..3], rest.clone()).await,
        ReviewOutcome::Changed
    );
    assert_eq!(late.server.notes(NORDHAUS, id).await, 0);
    for _ in 0..2 {
        let outcome = late.decide(&ids(&pushed), rest.clone()).await;
        assert_eq!(outcome, ReviewOutcome::Done);
    }
    assert_eq!(late.waiting().await, []);
    assert_eq!(late.page().await.groups, []);
    assert_eq!(late.server.notes(NORDHAUS, id).await, 1);
    let job = late.server.job(id).await;
    let steps: Vec<_> = job.steps.iter().map(|step| step.to).collect();
    assert_eq!(steps, [JobStatus::Started], "a step that was left out");

    // Another decision is too late, also one that differs in what is left out or why.
    let other_reason = Decide::AcceptRest {
        onto: None,
        left_out: vec![dry, drove],
        reason: "Another".into(),
    };
    let others = [
        accept(),
        decline("Not this one"),
        without(&[dry]),
        other_reason,
    ];
    for other in others {
        let outcome = late.decide(&ids(&pushed), other).await;
        assert_eq!(outcome, ReviewOutcome::Changed);
    }
    // The phone that asks hears of each for itself.
    let told = ["declined", "applied", "declined", "applied"];
    for (one, told) in pushed.iter().zip(told) {
        assert_eq!(late.anna.push(std::slice::from_ref(one)).await, [told]);
    }
    let answer: PushResponse = late.anna.push_raw(&pushed[2..3]).await.ok();
    assert_eq!(answer.verdicts[0].verdict, declined());
}

#[tokio::test]
async fn what_needs_what_is_left_out_is_named_and_nothing_is_written_until_it_is_left_out_too() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let [photo, note] = shown_photo(&mut late);
    let beside = late.phone.note(id, "wet");
    let pushed = [photo.clone(), note.clone(), beside];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 3]);
    let entries = late.page().await.groups.remove(0).entries;
    let needs: Vec<_> = entries.iter().map(|entry| entry.needs.clone()).collect();
    assert_eq!(needs, [vec![], vec![photo.id], vec![]]);

    let outcome = late.decide(&ids(&pushed), without(&[photo.id])).await;
    let expected = ReviewOutcome::Needs {
        mutation: note.id,
        left_out: photo.id,
    };
    assert_eq!(outcome, expected);
    assert_eq!(late.server.notes(NORDHAUS, id).await, 0);
    assert_eq!(late.waiting().await, ids(&pushed));

    let both = without(&[photo.id, note.id]);
    let outcome = late.decide(&ids(&pushed), both).await;
    assert_eq!(outcome, ReviewOutcome::Done);
    assert_eq!(late.server.notes(NORDHAUS, id).await, 1);
    assert!(late.server.record(NORDHAUS, FILE.into()).await.is_none());
    let told = late.anna.push(&pushed[..1]).await;
    assert_eq!(told, ["declined"]);
}

/// A phone that has lost what waits for what, or a build that never said it: the judge says it all the same.
#[tokio::test]
async fn a_note_without_its_photo_is_refused_also_where_nobody_said_that_it_needs_it() {
    let mut late = Late::new().await;
    let [photo, note] = shown_photo(&mut late);
    let note = Mutation {
        depends_on: Vec::new(),
        ..note
    };
    let pushed = [photo.clone(), note.clone()];
    late.anna.push(&pushed).await;
    let outcome = late.decide(&ids(&pushed), without(&[photo.id])).await;
    let ReviewOutcome::Refused { mutation, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(mutation, note.id);
    assert_eq!(late.waiting().await, ids(&pushed));
}

#[tokio::test]
async fn a_job_ends_without_what_was_left_out_unless_the_judge_says_otherwise() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let question = Question {
        required: true,
        ..Question::new("safe", "Is it safe?", QuestionKind::YesNo)
    };
    late.job.status = JobStatus::Started;
    late.job.checklist = vec![question];
    late.put().await;
    late.server.refuse_open_questions(NORDHAUS).await;
    let answer = late.phone.edit(
        1,
        id,
        FieldEdit {
            field: JobField::Answer,
            item: "safe".into(),
            base: FieldValue::Nothing,
            new: FieldValue::Text("yes".into()),
        },
    );
    let note = late.phone.note(id, "wet");
    let done = Mutation {
        depends_on: vec![answer.id, note.id],
        ..late.phone.status(id, JobStatus::Finished)
    };
    let pushed = [answer.clone(), note.clone(), done.clone()];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 3]);
    let entries = late.page().await.groups.remove(0).entries;
    assert!(entries.iter().all(|entry| entry.needs.is_empty()));

    // What cannot be done without it is named, and nothing of the rest is written.
    let outcome = late.decide(&ids(&pushed), without(&[answer.id])).await;
    let refused = ReviewOutcome::Refused {
        mutation: done.id,
        reason: Rejection::OpenQuestions,
    };
    assert_eq!(outcome, refused);
    assert_eq!(late.server.notes(NORDHAUS, id).await, 0);
    assert_eq!(late.waiting().await, ids(&pushed));

    let outcome = late.decide(&ids(&pushed), without(&[note.id])).await;
    assert_eq!(outcome, ReviewOutcome::Done);
    assert_eq!(late.server.job(id).await.status, JobStatus::Finished);
    // Its phone asks for the end alone, while what it waited for stands refused there.
    assert_eq!(late.anna.push(&[done]).await, ["applied"]);
}

#[tokio::test]
async fn left_out_is_some_of_what_was_seen_and_for_a_reason() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let pushed = [late.phone.note(id, "wet"), late.phone.note(id, "dry")];
    late.anna.push(&pushed).await;
    let nonsense = [
        without(&[]),
        without(&ids(&pushed)),
        without(&[MutationId(Uuid::from_u128(404))]),
        Decide::AcceptRest {
            onto: None,
            left_out: vec![pushed[0].id],
            reason: "  ".into(),
        },
    ];
    for decide in nonsense {
        let asked = ReviewDecision {
            job: id,
            author: ANNA,
            mutations: ids(&pushed),
            decide,
        };
        let body = serde_json::to_value(&asked).unwrap();
        let answer = late.dora.post(paths::REVIEWS, body).await;
        assert_eq!(answer.status.as_u16(), 400, "{asked:?}");
    }
    assert_eq!(late.waiting().await, ids(&pushed));
    // Who may accept may leave out; nobody else may.
    let rest = json!({
        "job": id, "author": ANNA, "mutations": ids(&pushed),
        "decide": {"decide": "accept_rest", "left_out": [pushed[1].id], "reason": "Not this one"},
    });
    let answer = late.anna.post(paths::REVIEWS, rest.clone()).await;
    assert_eq!(answer.status.as_u16(), 403);
    let outcome: ReviewOutcome = late.dora.post(paths::REVIEWS, rest).await.ok();
    assert_eq!(outcome, ReviewOutcome::Done);
}

#[tokio::test]
async fn the_rest_goes_onto_another_job_whole_or_not_at_all() {
    let mut late = Late::new().await;
    let (id, other) = (late.job.id, late.server.put_job(2, BEN).await.id);
    let unknown = |late: &mut Late| {
        let edit = FieldEdit {
            field: JobField::Answer,
            item: "no such question".into(),
            base: FieldValue::Nothing,
            new: FieldValue::Text("yes".into()),
        };
        late.phone.edit(1, id, edit)
    };
    let pushed = [
        late.phone.note(id, "wet"),
        unknown(&mut late),
        unknown(&mut late),
    ];
    late.anna.push(&pushed).await;
    let onto = |left_out: &[MutationId]| Decide::AcceptRest {
        onto: Some(other),
        left_out: left_out.to_vec(),
        reason: "Not this one".into(),
    };
    let first = pushed[1].id;
    let outcome = late.decide(&ids(&pushed), onto(&[first])).await;
    let ReviewOutcome::Refused { mutation, .. } = outcome else {
        panic!("{outcome:?}");
    };
    assert_eq!(mutation, pushed[2].id);
    assert_eq!(late.server.notes(NORDHAUS, other).await, 0);
    let outcome = late
        .decide(&ids(&pushed), onto(&[first, pushed[2].id]))
        .await;
    assert_eq!(outcome, ReviewOutcome::Done);
    assert_eq!(late.server.notes(NORDHAUS, other).await, 1);
    assert_eq!(late.server.notes(NORDHAUS, id).await, 0);
}

#[tokio::test]
async fn of_a_revoked_device_what_its_user_may_not_do_is_left_out_and_the_rest_accepted() {
    let mut late = Late::new().await.give(ANNA).await;
    let id = late.job.id;
    let ada = late.server.sign_in(ADA).await;
    let taken = RightsChange::Right {
        role: Role::Technician,
        right: Right::EditTitle,
        given: false,
    };
    ada.post(paths::RIGHTS, serde_json::to_value(taken).unwrap())
        .await
        .ok::<RightsPage>();
    let report = json!({
        "device": late.phone.device, "user": ANNA, "unsent": 3, "files": 0, "heard": false,
    });
    late.anna
        .post(paths::DEVICE, report)
        .await
        .ok::<DeviceAnswer>();
    let revoke = json!({"change": "revoke", "device": late.phone.device});
    ada.post(&format!("{}/{ANNA}", paths::PEOPLE), revoke)
        .await
        .ok::<PeopleChanged>();

    let edit = title(&late.job, "Pump");
    let pushed = [
        late.phone.edit(1, id, edit),
        late.phone.note(id, "The pump leaks."),
        late.phone.status(id, JobStatus::EnRoute),
    ];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 3]);
    let outcome = late.decide(&ids(&pushed), accept()).await;
    let ReviewOutcome::Refused { mutation, reason } = outcome else {
        panic!("{outcome:?}");
    };
    assert!(matches!(reason, Rejection::NotPermitted { .. }));
    assert_eq!(mutation, pushed[0].id);

    let outcome = late.decide(&ids(&pushed), without(&[mutation])).await;
    assert_eq!(outcome, ReviewOutcome::Done);
    let job = late.server.job(id).await;
    assert_eq!(
        (job.status, job.title.as_str()),
        (JobStatus::EnRoute, late.job.title.as_str())
    );
    assert_eq!(late.server.notes(NORDHAUS, id).await, 1);
    // It is told nothing of what was declined; its user is, once they have signed in.
    assert_eq!(late.anna.push(&pushed[..1]).await, ["retry"]);
    assert_eq!(late.anna.push(&pushed[1..]).await, ["applied"; 2]);
    let anna = late.server.sign_in(ANNA).await;
    assert_eq!(anna.push(&pushed[..1]).await, ["declined"]);
}

/// Found by the simulation (seed 963): a phone that had not heard the first answer sends all of it once more. It would
/// have taken what was accepted for something that waits behind what was left out, and let its user take it back.
#[tokio::test]
async fn what_was_accepted_behind_what_was_left_out_is_told_in_the_same_answer() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let pushed = [
        late.phone.status(id, JobStatus::EnRoute),
        late.phone.status(id, JobStatus::Started),
    ];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 2]);
    let outcome = late.decide(&ids(&pushed), without(&[pushed[0].id])).await;
    assert_eq!(outcome, ReviewOutcome::Done);
    let again = late.anna.push(&pushed).await;
    assert_eq!(again, ["declined", "applied"]);
    // What nobody has decided yet waits, as ever.
    let more = [
        pushed[0].clone(),
        late.phone.status(id, JobStatus::Finished),
    ];
    assert_eq!(late.anna.push(&more).await, ["declined"]);
}

/// Found by the simulation (seeds 4762 and 3133): an answer *in review* was lost, what stood before was declined, and its
/// phone never asked about the rest again.
#[tokio::test]
async fn whoever_only_asks_is_told_what_was_decided_and_has_nothing_decided() {
    let mut late = Late::new().await;
    let id = late.job.id;
    let pushed = [
        late.phone.status(id, JobStatus::EnRoute),
        late.phone.status(id, JobStatus::Started),
        late.phone.note(id, "wet"),
    ];
    assert_eq!(late.anna.push(&pushed).await, ["in_review"; 3]);
    let outcome = late.decide(&ids(&pushed), without(&[pushed[0].id])).await;
    assert_eq!(outcome, ReviewOutcome::Done);
    let never = late.phone.status(id, JobStatus::Finished);
    let mut all = pushed.to_vec();
    all.push(never.clone());
    for asks in [ids(&all), ids(&all[1..]), vec![never.id]] {
        let sent: Vec<_> = all
            .iter()
            .filter(|it| asks.contains(&it.id))
            .cloned()
            .collect();
        let told = late.anna.push_asking(&sent, &asks).await;
        assert_eq!(told.undecided, [never.id]);
        let known: Vec<_> = told.verdicts.iter().map(|told| told.id).collect();
        assert_eq!(known, asks[..asks.len() - 1]);
    }
    // Nothing of it is there: it can still come, in its place.
    assert_eq!(late.server.job(id).await.status, JobStatus::Started);
    assert_eq!(late.anna.push(&[never]).await, ["in_review"]);
}
