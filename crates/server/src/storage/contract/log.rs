//! The promises about verdicts, departures, sessions and activity.

use super::super::{
    Account, Ageing, CompanyRow, Departure, MutationRow, NewSession, Place, ReadTx, ReportRow,
    Standing, Storage,
};
use super::{ANNA, BEN, NOW, ONE, OTHER, activity};
use afield_domain::company::{CompanySettings, Setting};
use afield_domain::*;
use afield_protocol::{Activity, ByJob, JobOwed, Seq, SettingChange};
use uuid::Uuid;

fn lane() -> RecordKey {
    RecordKey::new(Module::Job, Uuid::from_u128(8))
}

pub(super) fn mutation(id: u128, seq: u64, rejected: bool) -> MutationRow {
    MutationRow {
        id: MutationId(Uuid::from_u128(id)),
        device: DeviceId(Uuid::from_u128(5)),
        seq: Seq(seq),
        user: ANNA,
        lane: Some(lane()),
        fingerprint: "f".into(),
        rejected,
        verdict: Some("{\"a\": 1}".into()),
        received_at: NOW,
        brought_by: id.is_multiple_of(2).then_some(BEN),
    }
}

fn place(seq: u64) -> Place {
    Place {
        device: DeviceId(Uuid::from_u128(5)),
        seq: Seq(seq),
        user: ANNA,
        lane: lane(),
    }
}

pub(super) async fn add(storage: &dyn Storage, company: CompanyId, row: &MutationRow) -> bool {
    let mut tx = storage.write().await.unwrap();
    if tx.add_mutation(company, row).await.is_err() {
        return false;
    }
    tx.commit().await.unwrap();
    true
}

pub(super) async fn a_mutation_has_one_id_and_one_place(storage: &dyn Storage) {
    let first = mutation(1, 1, false);
    assert!(add(storage, ONE, &first).await);
    assert!(
        !add(storage, ONE, &mutation(1, 2, false)).await,
        "the id twice"
    );
    assert!(
        !add(storage, ONE, &mutation(2, 1, false)).await,
        "the place twice"
    );
    assert!(add(storage, OTHER, &mutation(1, 1, true)).await);
    let mut tx = storage.read().await.unwrap();
    let unknown = MutationId(Uuid::from_u128(404));
    let by_id = tx.mutations(ONE, &[unknown, first.id], None).await;
    assert_eq!(by_id.unwrap(), std::slice::from_ref(&first));
    let by_place = tx.mutations(ONE, &[], Some(place(1))).await;
    assert_eq!(by_place.unwrap(), std::slice::from_ref(&first));
    let none = tx.mutations(ONE, &[unknown], Some(place(2))).await;
    assert_eq!(none.unwrap(), []);
    drop(tx);
    // The place is the user's: the same one of another is another.
    let of_ben = MutationRow {
        user: BEN,
        ..mutation(3, 1, false)
    };
    assert!(add(storage, ONE, &of_ben).await);
    let mut tx = storage.read().await.unwrap();
    let by_place = tx.mutations(ONE, &[], Some(place(1))).await;
    assert_eq!(by_place.unwrap(), [first]);
}

pub(super) async fn the_last_of_a_lane_is_found(storage: &dyn Storage) {
    let other_lane = MutationRow {
        lane: Some(RecordKey::new(Module::Job, Uuid::from_u128(9))),
        ..mutation(6, 6, false)
    };
    let unknown_lane = MutationRow {
        lane: None,
        ..mutation(7, 7, false)
    };
    let last = mutation(4, 4, false);
    for row in [
        &mutation(3, 3, false),
        &last,
        &mutation(5, 5, true),
        &other_lane,
        &unknown_lane,
    ] {
        assert!(add(storage, ONE, row).await);
    }
    let mut tx = storage.read().await.unwrap();
    let passed = tx.mutations(ONE, &[], Some(place(2))).await.unwrap();
    assert_eq!(
        passed,
        std::slice::from_ref(&last),
        "what is refused passes nothing"
    );
    assert_eq!(tx.mutations(ONE, &[], Some(place(8))).await.unwrap(), []);
    let of_another = Place {
        user: BEN,
        ..place(2)
    };
    assert_eq!(tx.mutations(ONE, &[], Some(of_another)).await.unwrap(), []);
}

pub(super) async fn departures_are_told_to_those_who_had_the_job(storage: &dyn Storage) {
    let departure = |seq, module, assignee| Departure {
        seq,
        key: RecordKey::new(module, Uuid::from_u128(7)),
        assignee,
        links: vec![RecordKey::new(Module::Customer, Uuid::from_u128(8))],
    };
    let rows = [
        departure(1, Module::Job, Some(ANNA)),
        departure(2, Module::Job, Some(BEN)),
        departure(3, Module::Customer, None),
        departure(4, Module::Job, Some(ANNA)),
    ];
    let mut tx = storage.write().await.unwrap();
    for row in &rows {
        let at = Timestamp(i64::try_from(row.seq).unwrap());
        tx.add_departure(ONE, row, at).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = storage.write().await.unwrap();
    let told = tx.departures(ONE, 1, ANNA).await.unwrap();
    assert_eq!(told, [rows[2].clone(), rows[3].clone()]);
    assert_eq!(tx.departures(OTHER, 0, ANNA).await.unwrap(), []);
    for (company, after, expected) in [
        (ONE, 0, vec![ANNA, BEN]),
        (ONE, 2, vec![ANNA]),
        (ONE, 4, vec![]),
        (OTHER, 0, vec![]),
    ] {
        let mut left = tx.users_left(company, after).await.unwrap();
        left.sort_unstable();
        assert_eq!(left, expected, "after {after}");
    }
}

pub(super) async fn a_session_is_its_user_s_as_they_are_now(storage: &dyn Storage) {
    let mut tx = storage.write().await.unwrap();
    for (user, token) in [(ANNA, "anna"), (BEN, "ben")] {
        let session = NewSession {
            token_hash: token.into(),
            company: ONE,
            user,
            label: String::new(),
            created: NOW,
            expires: Timestamp(2_000_000),
        };
        tx.add_session(&session).await.unwrap();
    }
    let later = (Timestamp(1_500_000), Timestamp(3_000_000));
    tx.touch_session("anna", later.0, later.1).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = storage.write().await.unwrap();
    let session = tx.session("anna").await.unwrap().unwrap();
    assert_eq!((session.user.id, session.company.id), (ANNA, ONE));
    assert_eq!(
        (session.created, session.last_seen, session.expires),
        (NOW, later.0, later.1)
    );
    assert!(tx.session("ben").await.unwrap().is_none(), "not active");
    assert!(tx.session("nobody").await.unwrap().is_none());
    assert_eq!(tx.user(ONE, BEN).await.unwrap(), None);
    assert_eq!(tx.user(OTHER, ANNA).await.unwrap(), None);
    assert_eq!(tx.users(ONE).await.unwrap().len(), 1);
    let ended = tx.prune(ONE, Ageing::Sessions, Timestamp(2_000_000), 9);
    assert_eq!(ended.await.unwrap(), 1);
    tx.end_session("anna").await.unwrap();
    tx.end_session("anna").await.unwrap();
    assert!(tx.session("anna").await.unwrap().is_none());
    let account = tx.account("ben@example.com").await.unwrap().unwrap();
    assert!(!account.active);
}

pub(super) async fn a_session_stands_until_it_or_its_user_is_gone(storage: &dyn Storage) {
    let mut tx = storage.write().await.unwrap();
    for hash in ["kept", "ended"] {
        tx.add_session(&NewSession {
            token_hash: hash.into(),
            company: ONE,
            user: ANNA,
            label: String::new(),
            created: NOW,
            expires: Timestamp(2_000_000),
        })
        .await
        .unwrap();
    }
    assert_eq!(tx.standing(ONE, "kept").await.unwrap(), Standing::Good);
    assert_eq!(tx.standing(OTHER, "kept").await.unwrap(), Standing::Over);
    assert_eq!(tx.standing(ONE, "none").await.unwrap(), Standing::Over);
    tx.end_session("ended").await.unwrap();
    assert_eq!(tx.standing(ONE, "ended").await.unwrap(), Standing::Over);
    let until = Timestamp(3_000_000);
    tx.revoke_session("kept", NOW, until).await.unwrap();
    let revoked = Standing::Revoked(NOW);
    assert_eq!(tx.standing(ONE, "kept").await.unwrap(), revoked);
    let seen = tx.sessions_seen(ONE, NOW).await.unwrap();
    let seen: Vec<_> = seen.iter().map(|it| (it.revoked_at, it.expires)).collect();
    assert_eq!(seen, [(Some(NOW), until)]);
    let account = tx.account_of(ONE, ANNA).await.unwrap().unwrap();
    let active = false;
    tx.set_account(&Account { active, ..account })
        .await
        .unwrap();
    assert_eq!(tx.standing(ONE, "kept").await.unwrap(), Standing::Over);
}

pub(super) async fn what_is_set_of_a_company_stays_and_is_heard_by_its_sessions(
    storage: &dyn Storage,
) {
    let mut tx = storage.write().await.unwrap();
    tx.add_session(&NewSession {
        token_hash: "anna".into(),
        company: ONE,
        user: ANNA,
        label: String::new(),
        created: NOW,
        expires: Timestamp(2_000_000),
    })
    .await
    .unwrap();
    let usual = tx.company(ONE).await.unwrap().unwrap();
    let set = CompanyRow {
        settings: CompanySettings {
            offers_offline: false,
            mode: OperationMode::Online,
            expiry_hours: 48,
            window_days: 7,
            refuses_open_questions: true,
            keeps_photo_details: true,
            photo_edge: 1600,
            files_budget_mb: 50,
            contact_email: "office@nordhaus.example".into(),
            keep_activity_days: Some(365),
            keep_files_days: Some(730),
        },
        settings_version: 9,
        ..usual.clone()
    };
    let differing = usual.settings.steps_to(&set.settings);
    assert_eq!(differing.len(), Setting::ALL.len());
    tx.set_company(&set).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = storage.read().await.unwrap();
    assert_eq!(tx.company(ONE).await.unwrap().unwrap(), set);
    let session = tx.session("anna").await.unwrap().unwrap();
    assert_eq!(session.company, set);
    let other = tx.company(OTHER).await.unwrap().unwrap();
    assert_eq!(
        (other.settings, other.settings_version),
        (usual.settings, 0)
    );
}

pub(super) async fn who_has_set_what_is_told_newest_first_and_never_forgotten(
    storage: &dyn Storage,
) {
    let change = |seq, by: Option<UserId>, setting| SettingChange {
        seq,
        at: NOW,
        by,
        by_name: by.map(|_| "Anna".to_owned()).unwrap_or_default(),
        setting,
        from: "24".into(),
        to: "48".into(),
    };
    let all = [
        change(3, None, Setting::Mode),
        change(2, Some(ANNA), Setting::ContactEmail),
        change(1, Some(ANNA), Setting::ExpiryHours),
    ];
    let mut tx = storage.write().await.unwrap();
    for change in all.iter().rev() {
        tx.add_setting_change(ONE, change).await.unwrap();
    }
    tx.add_setting_change(OTHER, &all[0]).await.unwrap();
    tx.commit().await.unwrap();
    let mut tx = storage.write().await.unwrap();
    assert!(tx.add_setting_change(ONE, &all[0]).await.is_err(), "taken");
    drop(tx);
    let mut tx = storage.read().await.unwrap();
    let told = async |tx: &mut dyn ReadTx, company, before, limit| {
        tx.setting_changes(company, before, limit).await.unwrap()
    };
    assert_eq!(told(tx.as_mut(), ONE, u64::MAX, 9).await, all);
    assert_eq!(told(tx.as_mut(), ONE, u64::MAX, 2).await, all[..2]);
    assert_eq!(told(tx.as_mut(), ONE, 2, 9).await, all[2..]);
    assert_eq!(told(tx.as_mut(), ONE, 1, 9).await, []);
    assert_eq!(told(tx.as_mut(), OTHER, u64::MAX, 9).await, all[..1]);
}

pub(super) async fn activity_keeps_its_order(storage: &dyn Storage) {
    let mut tx = storage.write().await.unwrap();
    for seq in [2, 5, 9] {
        tx.add_activity(ONE, &activity(seq)).await.unwrap();
    }
    tx.commit().await.unwrap();
    let mut tx = storage.read().await.unwrap();
    let seqs = |found: Vec<Activity>| found.iter().map(|one| one.seq).collect::<Vec<_>>();
    assert_eq!(seqs(tx.activity_after(ONE, 2, 10).await.unwrap()), [5, 9]);
    assert_eq!(seqs(tx.activity_after(ONE, 0, 2).await.unwrap()), [2, 5]);
    assert_eq!(seqs(tx.latest_activity(ONE, 2).await.unwrap()), [9, 5]);
    assert_eq!(seqs(tx.latest_activity(OTHER, 2).await.unwrap()), [0; 0]);
    drop(tx);
    let mut tx = storage.write().await.unwrap();
    tx.remove_activity(OTHER, 5).await.unwrap();
    tx.remove_activity(ONE, 5).await.unwrap();
    assert_eq!(seqs(tx.activity_after(ONE, 0, 10).await.unwrap()), [2, 9]);
}

pub(super) async fn what_devices_tell_is_found_by_user_and_browser(storage: &dyn Storage) {
    let row = |user, device: u128, browser: &str, at| ReportRow {
        revoked_at: (device == 2).then_some(NOW),
        user,
        device: DeviceId(Uuid::from_u128(device)),
        browser: browser.into(),
        unsent: u64::MAX >> 1,
        files: 2,
        oldest: (device == 1).then_some(NOW),
        told_at: Timestamp(at),
        cleared: device == 2,
        parked: 3,
        session: "f00".into(),
        phone: (device == 1).then(|| "{}".to_owned()),
        by_job: (device != 3).then(|| ByJob {
            jobs: vec![JobOwed {
                job: JobId(Uuid::from_u128(device)),
                unsent: 1,
                files: 2,
            }],
            more: 4,
        }),
        as_of: (device == 2).then_some(NOW),
        number: (device == 2).then_some(7),
    };
    let rows = [
        row(ANNA, 1, "a", 1),
        row(ANNA, 2, "b", 2),
        row(BEN, 1, "a", 3),
        row(BEN, 3, "c", 4),
    ];
    let mut tx = storage.write().await.unwrap();
    for row in &rows {
        tx.put_report(ONE, row).await.unwrap();
    }
    let [first, second, third, _] = rows;
    let found = tx.reports(ONE, ANNA, "a").await.unwrap();
    assert_eq!(found, [third.clone(), second.clone(), first.clone()]);
    assert_eq!(tx.reports(OTHER, ANNA, "a").await.unwrap(), []);
    let fourth = row(BEN, 3, "c", 4);
    let all = [fourth, third.clone(), second.clone(), first.clone()];
    assert_eq!(tx.all_reports(ONE, 9).await.unwrap(), all);
    assert_eq!(tx.all_reports(ONE, 2).await.unwrap(), all[..2]);
    assert_eq!(tx.all_reports(OTHER, 9).await.unwrap(), []);
    let job = JobId(Uuid::from_u128(1));
    let of_job = [third.clone(), first.clone()];
    assert_eq!(tx.reports_of_job(ONE, job, 9).await.unwrap(), of_job);
    assert_eq!(tx.reports_of_job(ONE, job, 1).await.unwrap(), of_job[..1]);
    assert_eq!(tx.reports_of_job(OTHER, job, 9).await.unwrap(), []);
    let first = ReportRow {
        browser: "d".into(),
        cleared: true,
        told_at: Timestamp(9),
        ..first
    };
    tx.put_report(ONE, &first).await.unwrap();
    tx.forget_report(ONE, BEN, third.device).await.unwrap();
    let found = tx.reports(ONE, ANNA, "a").await.unwrap();
    assert_eq!(found, [first.clone(), second]);
    let old = tx.prune(ONE, Ageing::Reports, Timestamp(4), 9);
    assert_eq!(old.await.unwrap(), 1);
    assert_eq!(tx.reports(ONE, ANNA, "a").await.unwrap(), [first]);
}
