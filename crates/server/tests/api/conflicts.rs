//! The office settles conflicts: the list of all open ones, the choice, and what a phone hears of it.

use crate::cache::Cache;
use crate::client::Client;
use crate::merge::{text, title};
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::to_value;
use uuid::Uuid;

/// Anna's title, made before the office's and arriving after it: hers lost.
async fn meet(server: &Server, n: u128) -> (Job, Conflict) {
    let job = server.put_job(n, ANNA).await;
    let dora = server.sign_in(DORA).await;
    let mut office = Phone::of(DORA);
    office.device = DeviceId(Uuid::from_u128(0xD0_0000 + n));
    let edited = [office.edit(9, job.id, title(&job.title, "Pump"))];
    assert_eq!(dora.push(&edited).await, ["applied"]);
    let mut phone = Phone::of(ANNA);
    phone.device = DeviceId(Uuid::from_u128(0xA0_0000 + n));
    let edited = [phone.edit(5, job.id, title(&job.title, "Heater"))];
    assert_eq!(server.sign_in(ANNA).await.push(&edited).await, ["merged"]);
    let found: Found = dora.get(paths::CONFLICTS).await.ok();
    let mut all = conflicts(&found);
    (job.clone(), all.swap_remove(at_job(&all, job.id)))
}

fn at_job(all: &[Conflict], job: JobId) -> usize {
    all.iter().position(|one| one.job == job).unwrap()
}

fn conflicts(found: &Found) -> Vec<Conflict> {
    let one = |row: &Versioned| match &row.record {
        Record::Conflict(conflict) => Some(conflict.clone()),
        _ => None,
    };
    found.records.iter().filter_map(one).collect()
}

async fn afternoon() -> Server {
    let server = Server::start().await;
    server.clock.advance(30 * 60_000);
    server
}

/// What the office's page asks for: the value that lost, or what stands.
fn choice(n: u128, conflict: &Conflict, restores: bool) -> OfficeChange {
    let restored = title("Pump", "Heater");
    OfficeChange {
        id: MutationId(Uuid::from_u128(n)),
        op: Op::EditJob {
            job: conflict.job,
            edits: restores.then_some(restored).into_iter().collect(),
            settles: Some(conflict.id),
        },
        base_rev: None,
    }
}

async fn choose(client: &Client, change: &OfficeChange) -> crate::client::Answer {
    let path = format!("{}/{}", paths::JOBS, change.op.job().unwrap());
    client.post(&path, to_value(change).unwrap()).await
}

async fn settled(server: &Server, conflict: &Conflict) -> Option<Settlement> {
    match server
        .record(NORDHAUS, conflict.id.into())
        .await
        .unwrap()
        .record
    {
        Record::Conflict(conflict) => conflict.settled,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_office_chooses_once_and_the_phone_hears_who_chose() {
    for (restores, stands) in [(true, "Heater"), (false, "Pump")] {
        let server = afternoon().await;
        let (job, conflict) = meet(&server, 1).await;
        let (anna, dora) = (server.sign_in(ANNA).await, server.sign_in(DORA).await);
        let mut phone = Cache::default();
        phone.all(&anna, 100).await;
        let asked = choice(0xC1, &conflict, restores);
        let first: BoardJob = choose(&dora, &asked).await.ok();
        assert_eq!(first.job.title, stands);
        let (rev, told) = (first.rev, settled(&server, &conflict).await.unwrap());
        assert_eq!((told.by.as_str(), &told.value), ("Dora", &text(stands)));
        // No answer came, and it is asked once more: nothing happens twice.
        let again: BoardJob = choose(&dora, &asked).await.ok();
        assert_eq!((again.job.title.as_str(), again.rev), (stands, rev));
        let entry = format!("+conflict {:x}", conflict.id.0.as_u128());
        assert!(phone.all(&anna, 100).await.contains(&entry));
        let open: Found = dora.get(paths::CONFLICTS).await.ok();
        assert_eq!((open.more, open.records.len()), (0, 0));
        assert_eq!(server.job(job.id).await.title, stands);
    }
}

#[tokio::test]
async fn whoever_is_later_hears_so_and_changes_nothing() {
    for restores in [true, false] {
        let server = afternoon().await;
        let (job, conflict) = meet(&server, 1).await;
        let (dora, ada) = (server.sign_in(DORA).await, server.sign_in(ADA).await);
        // Dora keeps what stands; Ada, whose page is a moment old, chooses too.
        choose(&dora, &choice(0xC1, &conflict, false))
            .await
            .ok::<BoardJob>();
        let before = server.job(job.id).await;
        let late = choice(0xC2, &conflict, restores);
        for _ in 0..2 {
            let answer = choose(&ada, &late).await;
            assert_eq!(answer.error().code, ErrorCode::Conflict);
        }
        assert_eq!(server.job(job.id).await, before);
        assert_eq!(settled(&server, &conflict).await.unwrap().by, "Dora");
    }
}

#[tokio::test]
async fn what_a_phone_chose_in_a_cellar_is_an_edit_though_the_office_was_quicker() {
    let server = afternoon().await;
    let (job, conflict) = meet(&server, 1).await;
    let dora = server.sign_in(DORA).await;
    choose(&dora, &choice(0xC1, &conflict, false))
        .await
        .ok::<BoardJob>();
    let mut phone = Phone::of(ANNA);
    let mut mine = phone.edit(20, job.id, title("Pump", "Heater"));
    let Op::EditJob { settles, .. } = &mut mine.op else {
        panic!();
    };
    *settles = Some(conflict.id);
    assert_eq!(server.sign_in(ANNA).await.push(&[mine]).await, ["applied"]);
    assert_eq!(server.job(job.id).await.title, "Heater");
    assert_eq!(settled(&server, &conflict).await.unwrap().by, "Dora");
}

#[tokio::test]
async fn the_list_is_newest_first_counted_and_no_longer_than_was_asked() {
    let server = afternoon().await;
    let mut expected = Vec::new();
    for n in 1..=3 {
        expected.insert(0, meet(&server, n).await.1.id);
        server.clock.advance(60_000);
    }
    let dora = server.sign_in(DORA).await;
    for (limit, shown) in [
        ("", 3),
        ("?limit=2", 2),
        ("?limit=0", 0),
        ("?limit=9999", 3),
    ] {
        let path = format!("{}{limit}", paths::CONFLICTS);
        let found: Found = dora.get(&path).await.ok();
        let ids: Vec<_> = conflicts(&found).iter().map(|one| one.id).collect();
        assert_eq!(
            (ids.as_slice(), found.more),
            (&expected[..shown], 3 - shown as u64),
            "{limit}"
        );
        let jobs = found.records.iter();
        let jobs = jobs.filter(|row| matches!(row.record, Record::Job(_)));
        assert_eq!(jobs.count(), shown, "each with its job");
    }
    // Another company has none of them.
    let dana = server.sign_in(DANA).await;
    let found: Found = dana.get(paths::CONFLICTS).await.ok();
    assert_eq!((found.more, found.records.len()), (0, 0));
}
