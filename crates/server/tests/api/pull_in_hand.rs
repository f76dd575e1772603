//! A job in hand stays with its technician whatever its day.

use crate::cache::Cache;
use crate::pull::{note, with_job};
use crate::support::*;
use afield_domain::*;

/// Each change of the office with what Anna's phone is told of it.
#[tokio::test]
async fn a_job_in_hand_comes_and_stays_whatever_its_day_and_goes_when_it_is_done() {
    let (server, job) = with_job().await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    let put = async |status, days: i64| {
        let job = Job {
            status,
            starts: at(NOON).plus_ms(days * DAY_MS),
            ..job.clone()
        };
        server.put(NORDHAUS, &Record::Job(job)).await;
    };
    let whole = |sign: char| {
        let parts = [
            "job 700001",
            "property 30",
            "customer 20",
            "organization 40",
            "note 90",
        ];
        parts.map(|part| format!("{sign}{part}")).to_vec()
    };
    let job_alone = vec!["+job 700001".to_owned()];
    use JobStatus::{Finished, Paused, Scheduled, Started};
    put(Scheduled, -7).await;
    assert_eq!(
        cache.all(&anna, 100).await,
        [""; 0],
        "planned for last week"
    );
    put(Started, -7).await;
    assert_eq!(
        cache.all(&anna, 2).await,
        whole('+'),
        "begun: with all it needs"
    );
    put(Paused, -7).await;
    assert_eq!(cache.all(&anna, 2).await, job_alone, "the rest is there");
    server.put(NORDHAUS, &note(0x91, job.id)).await;
    assert_eq!(cache.all(&anna, 2).await, ["+note 91"]);
    put(Finished, -7).await;
    let mut gone = whole('-');
    gone.push("-note 91".into());
    assert_eq!(
        cache.all(&anna, 2).await,
        gone,
        "done: it is of last week again"
    );
    put(Paused, 0).await;
    cache.all(&anna, 2).await;
    server.clock.advance(9 * DAY_MS);
    let anna = server.sign_in(ANNA).await;
    assert_eq!(
        cache.all(&anna, 2).await,
        [""; 0],
        "its day has gone by, it stays"
    );
    put(Finished, 0).await;
    assert_eq!(cache.all(&anna, 2).await, gone);
}

/// The plan of a round that is under way is not what is in scope now.
#[tokio::test]
async fn what_is_done_while_a_round_lasts_is_not_shown_by_it() {
    let (server, job) = with_job().await;
    let late = Job {
        status: JobStatus::Paused,
        starts: at(NOON).plus_ms(-7 * DAY_MS),
        ..job
    };
    server.put(NORDHAUS, &Record::Job(late.clone())).await;
    let anna = server.sign_in(ANNA).await;
    let mut cache = Cache::default();
    cache.page(&anna, 1).await;
    assert_eq!(cache.held(), ["job 700001"]);
    let done = Job {
        status: JobStatus::Finished,
        ..late
    };
    server.put(NORDHAUS, &Record::Job(done)).await;
    let told = cache.all(&anna, 100).await;
    assert!(
        told.iter().all(|change| change.starts_with('-')),
        "{told:?}"
    );
    assert_eq!(cache.held(), [""; 0]);
}
