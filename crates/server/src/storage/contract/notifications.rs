//! The promises about who is told of jobs, and what is still to be told.

use super::super::{NewSession, Storage, Subscription, WriteTx};
use super::{ANNA, BEN, NOW, ONE, OTHER, job, put};
use crate::records::Fate;
use afield_domain::*;
use afield_protocol::NotificationWishes;
use uuid::Uuid;

const JOB: JobId = JobId(Uuid::from_u128(101));

fn device(name: &str, set_at: i64) -> Subscription {
    Subscription {
        company: ONE,
        user: ANNA,
        session: "anna".into(),
        endpoint: name.into(),
        p256dh: "p".into(),
        auth: "a".into(),
        language: "de".into(),
        origin: "https://afield.example".into(),
        wishes: NotificationWishes::default(),
        set_at: Timestamp(set_at),
    }
}

async fn sign_in(storage: &dyn Storage) -> Box<dyn WriteTx> {
    put(storage, ONE, &job(1, Some(ANNA), 0), Fate::Present).await;
    let mut tx = storage.write().await.unwrap();
    let session = NewSession {
        token_hash: "anna".into(),
        company: ONE,
        user: ANNA,
        label: String::new(),
        created: NOW,
        expires: Timestamp(2_000_000),
    };
    tx.add_session(&session).await.unwrap();
    tx
}

pub(super) async fn a_device_is_its_user_s_and_goes_with_its_session(storage: &dyn Storage) {
    let mut tx = sign_in(storage).await;
    for (at, name) in [(1, "a"), (2, "b"), (3, "c")] {
        tx.put_subscription(&device(name, at), 3).await.unwrap();
    }
    // Set again, it is the newest; one more takes the place of the oldest.
    tx.put_subscription(&device("a", 4), 3).await.unwrap();
    tx.put_subscription(&device("d", 4), 3).await.unwrap();
    let all = tx.subscriptions_of(ONE, ANNA).await.unwrap();
    let names: Vec<&str> = all.iter().map(|one| one.endpoint.as_str()).collect();
    assert_eq!(names, ["d", "a", "c"]);
    assert_eq!(all[1], device("a", 4));
    for (company, user) in [(ONE, BEN), (OTHER, ANNA)] {
        assert!(tx.subscriptions_of(company, user).await.unwrap().is_empty());
        tx.end_subscription(company, user, "a").await.unwrap();
    }
    assert_eq!(tx.listeners(ONE, JOB, BEN).await.unwrap().len(), 3);
    for (company, but) in [(ONE, ANNA), (OTHER, BEN)] {
        assert!(tx.listeners(company, JOB, but).await.unwrap().is_empty());
    }
    tx.end_subscription(ONE, ANNA, "a").await.unwrap();
    assert_eq!(tx.subscriptions_of(ONE, ANNA).await.unwrap().len(), 2);
    let id = tx.listeners(ONE, JOB, BEN).await.unwrap()[0].subscription;
    tx.put_due(id, JOB, "x", NOW).await.unwrap();
    tx.end_session("anna").await.unwrap();
    assert!(tx.subscriptions_of(ONE, ANNA).await.unwrap().is_empty());
    assert_eq!(tx.next_notification().await.unwrap(), None);
}

pub(super) async fn news_while_the_last_was_being_sent_stays(storage: &dyn Storage) {
    let mut tx = sign_in(storage).await;
    tx.put_subscription(&device("a", 1), 3).await.unwrap();
    let id = tx.listeners(ONE, JOB, BEN).await.unwrap()[0].subscription;
    tx.put_due(id, JOB, "first", NOW).await.unwrap();
    let before = NOW.plus_ms(-1);
    assert!(tx.due_notifications(before, 9).await.unwrap().is_empty());
    let sent = tx.due_notifications(NOW, 9).await.unwrap();
    assert_eq!((sent.len(), sent[0].news.as_str()), (1, "first"));
    assert!(sent[0].stands);
    let later = NOW.plus_ms(5);
    tx.put_due(id, JOB, "second", later).await.unwrap();
    tx.end_due(id, JOB, sent[0].turn).await.unwrap();
    let due = tx.due_notifications(later, 9).await.unwrap();
    assert_eq!((due.len(), due[0].news.as_str()), (1, "second"));
    // What failed is put off; what comes meanwhile does not bring it forward.
    let far = NOW.plus_ms(100);
    tx.put_off(id, JOB, far, 1).await.unwrap();
    tx.put_due(id, JOB, "third", later).await.unwrap();
    assert_eq!(tx.next_notification().await.unwrap(), Some(far));
    let due = tx.due_notifications(far, 9).await.unwrap();
    assert_eq!((due[0].attempts, due[0].news.as_str()), (1, "third"));
    tx.end_due(id, JOB, due[0].turn).await.unwrap();
    assert_eq!(tx.next_notification().await.unwrap(), None);
}
