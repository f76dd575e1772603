//! What every storage must do. Each implementation runs [`check_all`] on fresh, empty databases.
//!
//! Owns the promises that the rules above rely on and that SQL alone does not show.

mod brakes;
mod log;
mod modules;
mod notifications;
mod paces;
mod providers;
mod retention;
mod reviews;

use super::{Account, CompanyRow, Head, Storage, StoredRecord};
use crate::records::{Fate, OFFICE, Write, save_record};
use afield_domain::company::CompanySettings;
use afield_domain::time::ScopeWindow;
use afield_domain::*;
use afield_protocol::{Activity, ActivityKind, EpochId};
use std::future::Future;
use std::sync::Arc;
use uuid::Uuid;

pub(crate) const ONE: CompanyId = CompanyId(Uuid::from_u128(1));
pub(crate) const OTHER: CompanyId = CompanyId(Uuid::from_u128(2));
pub(crate) const ANNA: UserId = UserId(Uuid::from_u128(11));
const BEN: UserId = UserId(Uuid::from_u128(12));
const NOW: Timestamp = Timestamp(1_000_000);

/// Runs every check; `fresh` gives an empty storage each time.
pub(crate) async fn check_all<S, F>(fresh: impl Fn() -> F)
where
    S: Storage,
    F: Future<Output = S>,
{
    a_transaction_that_is_dropped_leaves_nothing(&seeded(fresh().await).await).await;
    the_epoch_is_given_once_unless_a_backup_was_restored(&seeded(fresh().await).await).await;
    numbers_rise_by_one_in_each_company(&seeded(fresh().await).await).await;
    no_number_is_seen_before_a_lower_one(Arc::new(seeded(fresh().await).await)).await;
    records_belong_to_their_company(&seeded(fresh().await).await).await;
    jobs_are_found_by_assignee_and_start(&seeded(fresh().await).await).await;
    modules::jobs_come_some_at_a_time_and_each_once(&seeded(fresh().await).await).await;
    modules::open_conflicts_are_those_nobody_settled(&seeded(fresh().await).await).await;
    links_and_parts_follow_the_record(&seeded(fresh().await).await).await;
    stamps_stand_with_the_record(&seeded(fresh().await).await).await;
    modules::an_external_key_is_unique_in_a_module(&seeded(fresh().await).await).await;
    modules::what_an_import_noted_stands_with_the_record(&seeded(fresh().await).await).await;
    modules::what_columns_meant_is_remembered_by_header_and_company(&seeded(fresh().await).await)
        .await;
    modules::a_module_is_listed_without_what_is_gone(&seeded(fresh().await).await).await;
    log::a_mutation_has_one_id_and_one_place(&seeded(fresh().await).await).await;
    log::the_last_of_a_lane_is_found(&seeded(fresh().await).await).await;
    log::departures_are_told_to_those_who_had_the_job(&seeded(fresh().await).await).await;
    log::a_session_is_its_user_s_as_they_are_now(&seeded(fresh().await).await).await;
    log::a_session_stands_until_it_or_its_user_is_gone(&seeded(fresh().await).await).await;
    log::what_is_set_of_a_company_stays_and_is_heard_by_its_sessions(&seeded(fresh().await).await)
        .await;
    log::what_devices_tell_is_found_by_user_and_browser(&seeded(fresh().await).await).await;
    log::who_has_set_what_is_told_newest_first_and_never_forgotten(&seeded(fresh().await).await)
        .await;
    reviews::what_came_too_late_waits_in_its_order_until_it_is_decided(
        &seeded(fresh().await).await,
    )
    .await;
    notifications::a_device_is_its_user_s_and_goes_with_its_session(&seeded(fresh().await).await)
        .await;
    notifications::news_while_the_last_was_being_sent_stays(&seeded(fresh().await).await).await;
    brakes::failures_are_found_by_name_and_bounded(&seeded(fresh().await).await).await;
    paces::what_is_told_at_one_server_is_known_at_the_others(&seeded(fresh().await).await).await;
    providers::who_is_who_at_a_provider_is_known_by_company(&seeded(fresh().await).await).await;
    log::activity_keeps_its_order(&seeded(fresh().await).await).await;
    retention::verdicts_are_pruned_only_when_acknowledged_and_old(&seeded(fresh().await).await)
        .await;
    retention::verdicts_are_looked_for_from_the_oldest_on(&seeded(fresh().await).await).await;
    retention::a_device_that_is_long_gone_is_forgotten_and_its_effects_are_not(
        &seeded(fresh().await).await,
    )
    .await;
    retention::departures_raise_the_floor_as_far_as_they_are_forgotten(
        &seeded(fresh().await).await,
    )
    .await;
    retention::activity_is_forgotten_from_the_oldest_on_and_some_at_a_time(
        &seeded(fresh().await).await,
    )
    .await;
    retention::what_is_small_goes_some_at_a_time_too(&seeded(fresh().await).await).await;
    retention::files_are_found_by_age_and_removed_once(&seeded(fresh().await).await).await;
    retention::a_job_is_waited_on_while_something_of_it_is_undecided(&seeded(fresh().await).await)
        .await;
}

pub(crate) async fn seeded<S: Storage>(storage: S) -> S {
    let mut tx = storage.write().await.unwrap();
    for (id, slug) in [(ONE, "one"), (OTHER, "other")] {
        let company = CompanyRow {
            id,
            slug: slug.into(),
            name: slug.into(),
            zone: "Europe/Berlin".into(),
            settings: CompanySettings::default(),
            settings_version: 0,
            change_seq: 0,
            cursor_floor: 0,
        };
        tx.add_company(&company).await.unwrap();
    }
    for (id, name, active) in [(ANNA, "Anna", true), (BEN, "Ben", false)] {
        let account = Account {
            company: ONE,
            user: User {
                id,
                name: name.into(),
                role: Role::Technician,
            },
            email: format!("{name}@example.com").to_lowercase(),
            password: "hash".into(),
            active,
            team: "North".into(),
        };
        tx.add_user(&account).await.unwrap();
    }
    tx.commit().await.unwrap();
    storage
}

fn job(n: u128, assignee: Option<UserId>, starts: i64) -> Record {
    Record::Job(Job {
        id: JobId(Uuid::from_u128(100 + n)),
        number: format!("J-{n}"),
        title: "Boiler".into(),
        description: String::new(),
        priority: Priority::Normal,
        status: JobStatus::Scheduled,
        assignee,
        starts: Timestamp(starts),
        ends: Timestamp(starts),
        customer: None,
        organization: None,
        property: None,
        ..Job::BLANK
    })
}

fn note(n: u128, job: u128) -> Record {
    Record::Note(Note {
        id: NoteId(Uuid::from_u128(900 + n)),
        job: JobId(Uuid::from_u128(100 + job)),
        author: ANNA,
        author_name: "Anna".into(),
        text: "wet".into(),
        made_at: NOW,
        files: Vec::new(),
    })
}

async fn put(storage: &dyn Storage, company: CompanyId, record: &Record, fate: Fate) {
    let mut tx = storage.write().await.unwrap();
    let old = tx.records(company, &[record.key().unwrap()]).await.unwrap();
    let write = Write {
        old: old.first(),
        record,
        fate,
        external_key: None,
        by: OFFICE,
        made_at: NOW,
    };
    save_record(tx.as_mut(), company, write, NOW).await.unwrap();
    tx.commit().await.unwrap();
}

async fn load(storage: &dyn Storage, company: CompanyId, record: &Record) -> Option<StoredRecord> {
    let mut tx = storage.read().await.unwrap();
    let key = record.key().unwrap();
    let unknown = RecordKey::new(Module::Note, Uuid::nil());
    let rows = tx.records(company, &[key, unknown]).await.unwrap();
    rows.into_iter().next()
}

async fn a_transaction_that_is_dropped_leaves_nothing(storage: &dyn Storage) {
    let record = job(1, None, 0);
    let mut tx = storage.write().await.unwrap();
    let write = Write {
        old: None,
        record: &record,
        fate: Fate::Present,
        external_key: None,
        by: OFFICE,
        made_at: NOW,
    };
    save_record(tx.as_mut(), ONE, write, NOW).await.unwrap();
    drop(tx);
    assert_eq!(load(storage, ONE, &record).await, None);
    let mut tx = storage.write().await.unwrap();
    assert_eq!(tx.next_seq(ONE).await.unwrap(), 1);
}

async fn the_epoch_is_given_once_unless_a_backup_was_restored(storage: &dyn Storage) {
    for name in ["first", "second"] {
        let mut tx = storage.write().await.unwrap();
        tx.name_epoch(&EpochId(name.into())).await.unwrap();
        tx.commit().await.unwrap();
    }
    let epoch = storage.read().await.unwrap().epoch().await.unwrap();
    assert_eq!(epoch, Some(EpochId("first".into())));
    let mut tx = storage.write().await.unwrap();
    tx.rename_epoch(&EpochId("third".into())).await.unwrap();
    tx.commit().await.unwrap();
    let epoch = storage.read().await.unwrap().epoch().await.unwrap();
    assert_eq!(epoch, Some(EpochId("third".into())));
}

async fn numbers_rise_by_one_in_each_company(storage: &dyn Storage) {
    let mut tx = storage.write().await.unwrap();
    for expected in 1..=3 {
        assert_eq!(tx.next_seq(ONE).await.unwrap(), expected);
    }
    assert_eq!(tx.next_seq(OTHER).await.unwrap(), 1);
    assert_eq!(tx.next_job_number(ONE).await.unwrap(), 1001);
    assert_eq!(tx.next_job_number(ONE).await.unwrap(), 1002);
    tx.commit().await.unwrap();
    let mut tx = storage.read().await.unwrap();
    let company = tx.company(ONE).await.unwrap().unwrap();
    assert_eq!(company.change_seq, 3);
    assert_eq!(tx.company_by_slug("one").await.unwrap(), Some(company));
    assert_eq!(tx.company_by_slug("nowhere").await.unwrap(), None);
}

fn activity(seq: u64) -> Activity {
    Activity {
        seq,
        actor: "Anna".into(),
        brought_by: String::new(),
        was_accepted: false,
        job: JobId(Uuid::from_u128(101)),
        job_number: "J-1".into(),
        job_title: String::new(),
        made_at: NOW,
        received_at: NOW,
        what: ActivityKind::Created,
    }
}

async fn no_number_is_seen_before_a_lower_one<S: Storage>(storage: Arc<S>) {
    let writers = (0..20).map(|_| {
        let storage = Arc::clone(&storage);
        tokio::spawn(async move {
            let mut tx = storage.write().await.unwrap();
            let seq = tx.next_seq(ONE).await.unwrap();
            tokio::task::yield_now().await;
            tx.add_activity(ONE, &activity(seq)).await.unwrap();
            tx.commit().await.unwrap();
        })
    });
    let writers: Vec<_> = writers.collect();
    while !writers.iter().all(tokio::task::JoinHandle::is_finished) {
        let mut tx = storage.read().await.unwrap();
        let seen = tx.activity_after(ONE, 0, 100).await.unwrap();
        let seen: Vec<u64> = seen.iter().map(|activity| activity.seq).collect();
        assert_eq!(seen, (1..=seen.len() as u64).collect::<Vec<_>>());
    }
    for writer in writers {
        writer.await.unwrap();
    }
    let mut tx = storage.read().await.unwrap();
    assert_eq!(tx.activity_after(ONE, 0, 100).await.unwrap().len(), 20);
}

async fn records_belong_to_their_company(storage: &dyn Storage) {
    let record = job(1, Some(ANNA), 5);
    put(storage, ONE, &record, Fate::Present).await;
    let stored = load(storage, ONE, &record).await.unwrap();
    assert_eq!(
        stored.versioned().unwrap(),
        Versioned {
            rev: Rev(1),
            record: record.clone()
        }
    );
    assert_eq!(load(storage, OTHER, &record).await, None);
    put(storage, OTHER, &record, Fate::Present).await;
    put(storage, OTHER, &record, Fate::Deleted).await;
    assert_eq!(load(storage, ONE, &record).await, Some(stored));
    assert!(load(storage, OTHER, &record).await.unwrap().deleted);
    let mut tx = storage.read().await.unwrap();
    let heads = tx.heads(OTHER, &[record.key().unwrap()]).await.unwrap();
    let head = Head {
        key: record.key().unwrap(),
        change_seq: 2,
        scope_seq: 2,
        deleted: true,
    };
    assert_eq!(heads, [head]);
    let both = [Module::Customer, Module::Job];
    assert_eq!(tx.last_change(OTHER, &both).await.unwrap(), 2);
    assert_eq!(tx.last_change(ONE, &both).await.unwrap(), 1);
    assert_eq!(tx.last_change(ONE, &[Module::Customer]).await.unwrap(), 0);
    assert_eq!(tx.heads(OTHER, &[]).await.unwrap(), []);
    assert_eq!(tx.records(OTHER, &[]).await.unwrap(), []);
}

async fn stamps_stand_with_the_record(storage: &dyn Storage) {
    let titled = |title: &str| {
        let Record::Job(job) = job(1, None, 0) else {
            panic!();
        };
        let title = title.into();
        Record::Job(Job { title, ..job })
    };
    put(storage, ONE, &titled("Boiler"), Fate::Present).await;
    let new = load(storage, ONE, &titled("")).await.unwrap();
    assert_eq!(new.stamps().unwrap(), [], "a new record has none");
    put(storage, ONE, &titled("Heater"), Fate::Present).await;
    let stamp = FieldStamp {
        item: String::new(),
        field: JobField::Title,
        at: NOW,
        by: OFFICE.id,
        name: String::new(),
        office: true,
    };
    for fate in [Fate::Present, Fate::Deleted] {
        put(storage, ONE, &titled("Heater"), fate).await;
        let row = load(storage, ONE, &titled("")).await.unwrap();
        assert_eq!(row.stamps().unwrap(), std::slice::from_ref(&stamp));
    }
}

async fn jobs_are_found_by_assignee_and_start(storage: &dyn Storage) {
    for (n, assignee, starts) in [
        (1, Some(ANNA), 9),
        (2, Some(ANNA), 10),
        (3, Some(ANNA), 19),
        (4, Some(ANNA), 20),
        (5, Some(BEN), 15),
        (6, None, 12),
    ] {
        put(storage, ONE, &job(n, assignee, starts), Fate::Present).await;
    }
    put(storage, OTHER, &job(7, Some(ANNA), 15), Fate::Present).await;
    put(storage, ONE, &job(8, Some(ANNA), 15), Fate::Present).await;
    put(storage, ONE, &job(8, Some(ANNA), 15), Fate::Deleted).await;
    let window = ScopeWindow {
        from: Timestamp(10),
        until: Timestamp(20),
    };
    let mut tx = storage.read().await.unwrap();
    let mut found: Vec<u128> = tx
        .jobs_of(ONE, ANNA, window)
        .await
        .unwrap()
        .iter()
        .map(|job| job.head.key.id.as_u128() - 100)
        .collect();
    found.sort_unstable();
    assert_eq!(found, [2, 3]);
    drop(tx);
    jobs_in_hand_are_found_whatever_their_start(storage, window).await;
    let mut tx = storage.read().await.unwrap();
    let day = tx.jobs_starting(ONE, window).await.unwrap();
    let day: Vec<u128> = day.iter().map(|row| row.key.id.as_u128() - 100).collect();
    assert_eq!(day, [2, 6, 5, 3]);
}

async fn jobs_in_hand_are_found_whatever_their_start(storage: &dyn Storage, window: ScopeWindow) {
    let with = |status, starts| {
        let Record::Job(job) = job(9, Some(ANNA), starts) else {
            panic!();
        };
        Record::Job(Job { status, ..job })
    };
    let state = async || {
        let mut tx = storage.read().await.unwrap();
        let seq = tx.company(ONE).await.unwrap().unwrap().change_seq;
        let jobs = tx.jobs_of(ONE, ANNA, window).await.unwrap();
        let job = jobs.iter().find(|job| job.head.key.id.as_u128() == 109);
        let ended = tx.jobs_ended(ONE, ANNA, seq - 1, window).await.unwrap();
        (job.map(|job| seq - job.begun_seq), ended.len())
    };
    put(storage, ONE, &with(JobStatus::Scheduled, 5), Fate::Present).await;
    assert_eq!(state().await, (None, 0));
    put(storage, ONE, &with(JobStatus::EnRoute, 5), Fate::Present).await;
    assert_eq!(state().await, (Some(0), 0), "in hand since the last change");
    put(storage, ONE, &with(JobStatus::Paused, 5), Fate::Present).await;
    assert_eq!(state().await, (Some(1), 0), "and still");
    put(storage, ONE, &with(JobStatus::Finished, 5), Fate::Present).await;
    assert_eq!(state().await, (None, 1));
    put(storage, ONE, &with(JobStatus::Started, 5), Fate::Present).await;
    assert_eq!(state().await, (Some(0), 0));
    put(storage, ONE, &with(JobStatus::Finished, 25), Fate::Present).await;
    assert_eq!(state().await, (None, 1));
    put(storage, ONE, &with(JobStatus::Finished, 15), Fate::Deleted).await;
    let mut tx = storage.read().await.unwrap();
    let ended = tx.jobs_ended(ONE, ANNA, 0, window).await.unwrap();
    assert_eq!(ended, [], "it starts within the days");
}

async fn links_and_parts_follow_the_record(storage: &dyn Storage) {
    let with = |customer: Option<u128>| {
        let Record::Job(job) = job(1, None, 0) else {
            panic!();
        };
        Record::Job(Job {
            customer: customer.map(|n| CustomerId(Uuid::from_u128(n))),
            ..job
        })
    };
    let key = with(None).key().unwrap();
    for customer in [Some(31), Some(32), None] {
        put(storage, ONE, &with(customer), Fate::Present).await;
        let mut tx = storage.read().await.unwrap();
        let links = tx.links_from(ONE, &[key]).await.unwrap();
        let targets: Vec<u128> = links.iter().map(|link| link.to.id.as_u128()).collect();
        assert_eq!(targets, customer.into_iter().collect::<Vec<_>>());
        assert_eq!(tx.links_from(OTHER, &[key]).await.unwrap(), []);
        for (to, company) in [(31, ONE), (32, ONE), (32, OTHER)] {
            let to = CustomerId(Uuid::from_u128(to)).into();
            let found = tx
                .referring_to(company, to, Module::Job, 0, 10)
                .await
                .unwrap();
            let is_it =
                customer.is_some_and(|n| RecordKey::from(CustomerId(Uuid::from_u128(n))) == to);
            let expected = usize::from(is_it && company == ONE);
            assert_eq!(found.len(), expected, "{customer:?} {to:?}");
            let counts = tx.count_referring(company, Module::Customer, Module::Job);
            let counts = counts.await.unwrap();
            let counted = counts.iter().find(|(key, _)| *key == to);
            let count = counted.map_or(0, |(_, count)| *count);
            assert_eq!(count, expected as u64, "{customer:?} {to:?}");
        }
    }
    put(storage, ONE, &note(1, 1), Fate::Present).await;
    put(storage, ONE, &note(2, 1), Fate::Deleted).await;
    put(storage, ONE, &note(3, 2), Fate::Present).await;
    let mut tx = storage.read().await.unwrap();
    let mut parts: Vec<_> = tx
        .children_of(ONE, &[key])
        .await
        .unwrap()
        .iter()
        .map(|child| {
            (
                child.head.key.id.as_u128() - 900,
                child.head.deleted,
                child.parent,
            )
        })
        .collect();
    parts.sort_unstable();
    assert_eq!(parts, [(1, false, key), (2, true, key)]);
    assert_eq!(tx.children_of(OTHER, &[key]).await.unwrap(), []);
}
