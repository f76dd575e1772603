//! A technician's devices are told of their jobs by a push service on this machine, which reads what it is sent.

use crate::notified::*;
use crate::phone::Phone;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::notifications::send::Sent;
use serde_json::json;
use uuid::Uuid;

const MINUTE: i64 = 60_000;

#[tokio::test]
async fn a_technician_is_told_of_a_new_assignment_a_status_and_a_change() {
    let told = Told::start().await;
    let customer = Customer {
        id: CustomerId(Uuid::from_u128(0xC1)),
        name: "Hansen & Söhne".into(),
        phone: "+49 30 901820".into(),
        email: "house@hansen.example".into(),
        organization: None,
        archived: false,
    };
    told.server
        .put(NORDHAUS, &Record::Customer(customer.clone()))
        .await;
    let job = Job {
        customer: Some(customer.id),
        description: "The key is under the mat.".into(),
        ..job(1, Some(BEN))
    };
    told.server.put(NORDHAUS, &Record::Job(job.clone())).await;
    let key: NotificationKey = told.anna.get(paths::NOTIFICATION_KEY).await.ok();
    let wanted = [
        ("assigned", "A job was assigned to you"),
        ("status", "The office set a job to: En route"),
        ("changed", "The office has changed a job"),
    ];
    for (kind, title) in wanted {
        match kind {
            "assigned" => told.assign(job.id, ANNA).await,
            "status" => told.set_status(job.id, JobStatus::EnRoute).await,
            _ => told.rename(job.id, "Pump").await,
        }
        assert_eq!(told.send().await, sent(1), "{kind}");
        let received = told.service.take();
        let [received] = &received[..] else {
            panic!("{received:?}")
        };
        check_sender(received, &key.key, &told.audience());
        let headers = &received.headers;
        assert_eq!(headers["content-encoding"], "aes128gcm");
        assert_eq!(headers["ttl"], "86400");
        assert_eq!(headers["topic"].len(), 32);
        assert_eq!(received.path, "/anna");
        let shown = json!({
            "web_push": 8030,
            "mutable": true,
            "notification": {
                "title": title,
                "lang": "en",
                "navigate": format!("https://afield.example/jobs/{}", job.id),
                "silent": false,
                "tag": job.id,
                "data": {"kind": kind, "job": job.id},
            },
        });
        assert_eq!(told.device.json(received), shown);
        let text = told.device.read(&received.body);
        for word in [
            "Hansen", "901820", "house", "Boiler", "Pump", "mat", "J-1", "Anna", "Dora", "NORDHAUS",
        ] {
            assert!(!text.contains(word), "{word} is in {text}");
        }
    }
    assert_eq!(told.send().await, Sent::default(), "each was told once");
}

#[tokio::test]
async fn nobody_is_told_of_what_they_have_done_themselves_nor_of_the_job_of_another() {
    let told = Told::start().await;
    let mine = told.server.put_job(1, ANNA).await.id;
    let bens = told.server.put_job(2, BEN).await.id;
    told.send().await;
    told.service.take();
    let mut phone = Phone::of(ANNA);
    let made = [
        phone.note(mine, "wet"),
        phone.status(mine, JobStatus::EnRoute),
        phone.status(mine, JobStatus::Started),
    ];
    assert_eq!(told.anna.push(&made).await, ["applied"; 3]);
    told.rename(bens, "Pump").await;
    told.assign(mine, BEN).await;
    assert_eq!(told.send().await, Sent::default());
    assert!(told.service.take().is_empty());
}

#[tokio::test]
async fn of_a_job_one_thing_is_told_at_once_the_one_that_counts_for_most() {
    let told = Told::start().await;
    let job = told.server.put_job(1, BEN).await.id;
    told.rename(job, "Pump").await;
    told.assign(job, ANNA).await;
    told.set_status(job, JobStatus::EnRoute).await;
    told.rename(job, "Valve").await;
    assert_eq!(told.send().await, sent(1));
    assert_eq!(told.titles(), ["A job was assigned to you"]);
    told.rename(job, "Pump").await;
    told.set_status(job, JobStatus::Started).await;
    told.set_status(job, JobStatus::Paused).await;
    let other = told.server.put_job(2, ANNA).await.id;
    assert_ne!(other, job);
    assert_eq!(told.send().await, sent(2));
    let mut titles = told.titles();
    titles.sort();
    let expected = [
        "A job was assigned to you",
        "The office set a job to: Paused",
    ];
    assert_eq!(titles, expected);
}

#[tokio::test]
async fn a_job_that_was_given_away_meanwhile_is_not_told_of() {
    let told = Told::start().await;
    let job = told.server.put_job(1, ANNA).await.id;
    told.assign(job, BEN).await;
    let forgotten = Sent {
        forgotten: 1,
        ..Sent::default()
    };
    assert_eq!(told.send().await, forgotten);
    assert!(told.service.take().is_empty());
}

#[tokio::test]
async fn each_device_is_told_of_what_it_wants_in_its_language() {
    let told = Told::start().await;
    let job = told.server.put_job(1, BEN).await.id;
    let mut german = told
        .device
        .subscription(json!({"assigned": false, "status": true, "changed": false}));
    german["language"] = json!("de-AT");
    assert_eq!(told.set(german).await, NotificationAnswer::Set);
    let all: Notifications = told.anna.get(paths::NOTIFICATIONS).await.ok();
    let [set] = &all.subscriptions[..] else {
        panic!("{all:?}")
    };
    assert_eq!(set.language, "de");
    assert!(set.wishes.status && !set.wishes.assigned && !set.wishes.changed);
    told.assign(job, ANNA).await;
    told.rename(job, "Pump").await;
    assert_eq!(told.send().await, Sent::default());
    told.set_status(job, JobStatus::Started).await;
    assert_eq!(told.send().await, sent(1));
    assert_eq!(
        told.titles(),
        ["Das Büro hat einen Auftrag gesetzt auf: Begonnen"]
    );
    // What waits is looked at as the device wants it now.
    told.set_status(job, JobStatus::Paused).await;
    let none = told
        .device
        .subscription(json!({"assigned": true, "status": false, "changed": true}));
    told.set(none).await;
    let forgotten = Sent {
        forgotten: 1,
        ..Sent::default()
    };
    assert_eq!(told.send().await, forgotten);
}

#[tokio::test]
async fn quiet_hours_hold_back_until_they_end() {
    let told = Told::start().await;
    let job = told.server.put_job(1, BEN).await.id;
    // It is noon in Berlin.
    let quiet = |from, to| {
        let wishes = json!({"quiet": {"from": from, "to": to}});
        told.device.subscription(wishes)
    };
    told.set(quiet(22 * 60, 12 * 60 + 30)).await;
    told.assign(job, ANNA).await;
    let held = Sent {
        quiet: 1,
        ..Sent::default()
    };
    assert_eq!(told.send().await, held);
    told.server.clock.advance(29 * MINUTE);
    assert_eq!(told.send().await, Sent::default());
    told.rename(job, "Pump").await;
    told.server.clock.advance(MINUTE);
    assert_eq!(told.send().await, sent(1));
    assert_eq!(told.titles(), ["A job was assigned to you"]);
    // Who wants none any more hears at once.
    told.set(quiet(12 * 60, 13 * 60)).await;
    told.rename(job, "Valve").await;
    assert_eq!(told.send().await, held);
    told.set(quiet(1, 1)).await;
    assert_eq!(told.send().await, sent(1));
}

#[tokio::test]
async fn a_device_is_told_of_twenty_jobs_at_once_and_no_more() {
    let told = Told::start().await;
    for n in 0..25 {
        told.server.put_job(n, ANNA).await;
    }
    assert_eq!(told.send().await, sent(20));
}

async fn is_told(told: &Told, n: u128) -> bool {
    told.server.put_job(n, ANNA).await;
    told.send().await.taken > 0
}

#[tokio::test]
async fn a_device_is_told_for_as_long_as_its_session_stands() {
    let ends = [
        "end",
        "sign out",
        "expires",
        "an admin ends it",
        "an admin revokes it",
        "disabled",
    ];
    for how in ends {
        let told = Told::start().await;
        assert!(is_told(&told, 1).await, "{how}");
        let anna = &told.anna;
        match how {
            "end" => {
                let body = json!({"endpoint": told.device.endpoint});
                let answer = anna.ask("DELETE", paths::NOTIFICATIONS, Some(body)).await;
                assert_eq!(answer.status, 200);
            }
            "sign out" => {
                let answer = anna.ask("DELETE", paths::SESSION, None).await;
                assert_eq!(answer.status, 200);
            }
            "an admin revokes it" => told.server.revoke(anna).await,
            "expires" => told.server.clock.advance(400 * DAY_MS),
            "an admin ends it" => {
                let mut tx = told.server.app.storage.write().await.unwrap();
                tx.end_sessions_of(NORDHAUS, ANNA).await.unwrap();
                tx.commit().await.unwrap();
            }
            _ => {
                let mut tx = told.server.app.storage.write().await.unwrap();
                let mut account = tx.account(&email(ANNA)).await.unwrap().unwrap();
                account.active = false;
                tx.set_account(&account).await.unwrap();
                tx.commit().await.unwrap();
            }
        }
        assert!(!is_told(&told, 2).await, "{how}");
    }
}

#[tokio::test]
async fn whoever_signs_in_in_a_browser_has_its_notifications() {
    let told = Told::start().await;
    let ben = told.server.sign_in(BEN).await;
    let mine = told.server.put_job(1, ANNA).await;
    assert_eq!(
        put(&ben, told.device.subscription(json!({}))).await.status,
        200
    );
    assert_eq!(told.send().await.taken, 0, "{}", mine.id);
    let all: Notifications = told.anna.get(paths::NOTIFICATIONS).await.ok();
    assert!(all.subscriptions.is_empty());
    // Nobody ends that of another.
    let body = json!({"endpoint": told.device.endpoint});
    let answer = told.anna.ask("DELETE", paths::NOTIFICATIONS, Some(body));
    assert_eq!(answer.await.status, 200);
    told.server.put_job(2, BEN).await;
    assert_eq!(told.send().await, sent(1));
}

#[tokio::test]
async fn a_restart_forgets_nothing_and_keeps_the_key() {
    let told = Told::start().await;
    told.server.put_job(1, ANNA).await;
    let key: NotificationKey = told.anna.get(paths::NOTIFICATION_KEY).await.ok();
    let told = told.restart().await;
    assert_eq!(told.send().await, sent(1));
    let received = told.service.take();
    check_sender(&received[0], &key.key, &told.audience());
    assert_eq!(told.device.title(&received[0]), "A job was assigned to you");
}

#[tokio::test]
async fn what_was_not_committed_is_not_told() {
    let told = Told::start().await;
    let gone = job(1, Some(ANNA));
    {
        let mut tx = told.server.app.storage.write().await.unwrap();
        let record = Record::Job(gone);
        afield_server::records::save_new(tx.as_mut(), NORDHAUS, &record, None, at(NOON))
            .await
            .unwrap();
    }
    assert_eq!(told.send().await, Sent::default());
}

#[tokio::test]
async fn the_office_adds_a_note_and_the_bytes_of_a_file_are_no_news() {
    let told = Told::start().await;
    let job = told.server.put_job(1, ANNA).await.id;
    told.send().await;
    told.service.take();
    let mut phone = Phone::of(DORA);
    assert_eq!(
        told.dora.push(&[phone.note(job, "Ring twice.")]).await,
        ["applied"]
    );
    assert_eq!(told.send().await, sent(1));
    assert_eq!(told.titles(), ["The office has changed a job"]);
}
