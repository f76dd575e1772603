//! Nothing grows without end: lists in a mutation, conflicts, replies, what is stored, requests.

use crate::client::{Answer, short};
use crate::merge::title;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::Config;
use afield_server::maintenance::run_maintenance;
use afield_server::web_app::WebApp;
use axum::http::StatusCode;
use uuid::Uuid;

fn ids(count: usize) -> impl Iterator<Item = MutationId> {
    (0..count).map(|n| MutationId(Uuid::from_u128(0xF00_0000 + n as u128)))
}

#[tokio::test]
async fn a_mutation_names_only_so_many_others() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let mut waits = |count| Mutation {
        depends_on: ids(count).collect(),
        ..phone.note(job, "waits")
    };
    let batch = [waits(limits::DEPENDS_ON), waits(limits::DEPENDS_ON + 1)];
    assert_eq!(anna.push(&batch).await, ["applied", "invalid"]);
    let mut replaces = |count| Mutation {
        replaces: ids(count)
            .enumerate()
            .map(|(n, id)| Replaced {
                id,
                seq: Seq(100_000 + n as u64),
            })
            .collect(),
        ..phone.note(job, "again")
    };
    let batch = [replaces(limits::REPLACES + 1), replaces(limits::REPLACES)];
    assert_eq!(anna.push(&batch).await, ["invalid", "applied"]);
}

#[tokio::test]
async fn a_job_has_only_so_many_conflicts_and_what_is_refused_then_can_be_sent_anew() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    let mut office = Phone::of(DORA);
    let heater = office.edit(0, job.id, title(&job.title, "Heater"));
    assert_eq!(dora.push(&[heater]).await, ["applied"]);
    let mut phone = Phone::of(ANNA);
    let mut meet = |n: usize| phone.edit(0, job.id, title(&job.title, &format!("Oven {n}")));
    let mut merged = 0;
    while merged < limits::JOB_CONFLICTS {
        let batch: Vec<_> = (0..50).map(&mut meet).collect();
        let verdicts = anna.push(&batch).await;
        assert!(
            verdicts.iter().all(|verdict| verdict == "merged"),
            "{verdicts:?}"
        );
        merged += verdicts.len();
    }
    assert_eq!(anna.push(&[meet(1)]).await, ["invalid"]);
    // Whoever knows what stands meets nothing.
    let now = server.job(job.id).await.title;
    let known = phone.edit(0, job.id, title(&now, "Stove"));
    assert_eq!(anna.push(&[known]).await, ["applied"]);
}

#[tokio::test]
async fn a_small_push_about_a_large_job_has_a_small_reply_and_is_stored_small() {
    let server = Server::start().await;
    let large = Job {
        description: "x".repeat(limits::DESCRIPTION_CHARS),
        ..job(1, Some(ANNA))
    };
    server.put(NORDHAUS, &Record::Job(large.clone())).await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let mut batch = Vec::new();
    let mut before = large.title.clone();
    for n in 0..limits::PUSH_MUTATIONS {
        let after = format!("Boiler {n}");
        batch.push(phone.edit(0, large.id, title(&before, &after)));
        before = after;
    }
    let answer = anna.push_raw(&batch).await;
    assert!(answer.body.len() < 64 * 1024, "{}", answer.body.len());
    let verdicts = answer.ok::<PushResponse>().verdicts;
    assert_eq!(verdicts.len(), batch.len());
    assert!(
        verdicts
            .iter()
            .all(|told| short(&told.verdict) == "applied")
    );
    let Verdict::Applied { records } = &verdicts.last().unwrap().verdict else {
        panic!("{verdicts:?}");
    };
    let Record::Job(after) = &records[0].record else {
        panic!("{records:?}");
    };
    assert_eq!(after.title, before, "as it is after the last of them");

    let asked: Vec<_> = batch.iter().map(|mutation| mutation.id).collect();
    let mut tx = server.app.storage.read().await.unwrap();
    let rows = tx.mutations(NORDHAUS, &asked, None).await.unwrap();
    let kept: usize = rows
        .iter()
        .map(|row| row.verdict.as_ref().unwrap().len())
        .sum();
    assert!(kept < 16 * 1024, "{kept}");
    drop(tx);
    // Asked for again, for a reply was lost: each has its verdict, and the record comes once, as it is now. The phone
    // takes its changes out of the outbox and shows what it holds.
    assert_eq!(anna.push(&batch).await, vec!["applied"; batch.len()]);
    let again = anna.push_raw(&batch).await;
    assert!(again.body.len() < 64 * 1024, "{}", again.body.len());
    assert_eq!(shown(&again), [before.clone()]);
    assert_eq!(shown(&anna.push_raw(&batch[..1]).await), [before.clone()]);
    // Whoever may not see it any more is not told what it has become.
    let theirs = Job {
        assignee: Some(BEN),
        ..server.job(large.id).await
    };
    server.put(NORDHAUS, &Record::Job(theirs)).await;
    let again = anna.push_raw(&batch[..1]).await;
    assert_eq!(shown(&again), [""; 0]);
    assert!(again.body.contains("\"applied\""), "{}", again.body);
}

/// The titles of the jobs that come with the verdicts.
fn shown(answer: &Answer) -> Vec<String> {
    let verdicts = answer.ok::<PushResponse>().verdicts;
    let records = verdicts.into_iter().flat_map(|told| match told.verdict {
        Verdict::Applied { records } | Verdict::AlreadyApplied { records } => records,
        _ => Vec::new(),
    });
    let titles = records.filter_map(|row| match row.record {
        Record::Job(job) => Some(job.title),
        _ => None,
    });
    titles.collect()
}

#[tokio::test]
async fn no_saved_change_comes_back_without_its_record_however_large_the_push() {
    let server = Server::start().await;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    let mut batch = Vec::new();
    for n in 0..40 {
        let large = Job {
            description: "x".repeat(limits::DESCRIPTION_CHARS),
            ..job(n, Some(ANNA))
        };
        server.put(NORDHAUS, &Record::Job(large.clone())).await;
        batch.push(phone.edit(0, large.id, title(&large.title, &format!("Boiler {n}"))));
    }
    let mut left = batch.as_slice();
    let mut pushes = 0;
    while !left.is_empty() {
        let answer = anna.push_raw(left).await;
        let told = answer.ok::<PushResponse>().verdicts.len();
        assert!(told > 0 && answer.body.len() < 512 * 1024);
        // Each with its record; the rest was not decided and is sent again.
        assert_eq!(shown(&answer).len(), told);
        left = &left[told..];
        pushes += 1;
    }
    assert!(pushes > 1, "the test is too small");
}

#[tokio::test]
async fn activity_is_forgotten_after_ninety_days_and_its_board_loads_anew() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let anna = server.sign_in(ANNA).await;
    let mut phone = Phone::of(ANNA);
    assert_eq!(anna.push(&[phone.note(job, "wet")]).await, ["applied"]);
    for (day, expected) in [(89, 0), (91, 1), (91, 0)] {
        server.clock.set(at(NOON).plus_ms(day * DAY_MS));
        let pruned = run_maintenance(&server.app).await.unwrap();
        assert_eq!(pruned.activity, expected, "day {day}");
    }
    let dora = server.sign_in(DORA).await;
    let board: BoardResponse = dora.get(paths::BOARD).await.ok();
    assert_eq!(board.activity, []);
    let job = server.record(NORDHAUS, job.into()).await.unwrap();
    assert!(matches!(job.record, Record::Job(_)));
}

#[tokio::test]
async fn one_session_has_so_many_requests_a_minute_and_takes_none_from_others() {
    let config = Config {
        requests_per_minute: 3,
        ..Config::default()
    };
    let server = Server::start_with(config, WebApp::embedded()).await;
    let (anna, ben) = (server.sign_in(ANNA).await, server.sign_in(BEN).await);
    for _ in 0..3 {
        assert_eq!(anna.get(paths::SESSION).await.status, StatusCode::OK);
    }
    let refused = anna.push_raw(&[]).await;
    assert_eq!(
        (
            refused.status,
            refused.error().code,
            refused.header("retry-after")
        ),
        (StatusCode::TOO_MANY_REQUESTS, ErrorCode::RateLimited, "60")
    );
    assert_eq!(ben.get(paths::SESSION).await.status, StatusCode::OK);
    server.clock.advance(60_000);
    assert_eq!(anna.get(paths::SESSION).await.status, StatusCode::OK);
}

#[tokio::test]
async fn the_place_in_the_order_belongs_to_a_user_s_device() {
    let server = Server::start().await;
    let job = server.put_job(1, ANNA).await.id;
    let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
    // Dora's browser has Anna's device id: a shared phone, or one who means harm.
    let mut hers = Phone::of(ANNA);
    let theirs = |mutation: Mutation| Mutation {
        id: MutationId(Uuid::from_u128(mutation.id.0.as_u128() + 0xFFFF_0000)),
        user: DORA,
        ..mutation
    };
    for n in 0..3 {
        let note = hers.note(job, "hers");
        let twin = match theirs(note.clone()) {
            Mutation {
                op: Op::AddNote { job, files, .. },
                ..
            } => Mutation {
                op: Op::AddNote {
                    note: NoteId(Uuid::from_u128(0xE0 + n)),
                    job,
                    text: "theirs".into(),
                    files,
                },
                ..theirs(note.clone())
            },
            other => panic!("{other:?}"),
        };
        assert_eq!(dora.push(std::slice::from_ref(&twin)).await, ["applied"]);
        assert_eq!(anna.push(std::slice::from_ref(&note)).await, ["applied"]);
        // Each has one effect, and each place one owner.
        assert_eq!(anna.push(std::slice::from_ref(&note)).await, ["applied"]);
        let taken = Mutation {
            id: MutationId(Uuid::from_u128(0xFFF + n)),
            ..note
        };
        assert_eq!(anna.push(&[taken]).await, ["sequence_reused"]);
    }
    assert_eq!(server.notes(NORDHAUS, job).await, 6);
}
