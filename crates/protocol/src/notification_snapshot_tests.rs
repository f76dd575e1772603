//! The wire types of notifications.

use crate::snapshot_tests::{check, envelope, uuid};
use crate::*;
use afield_domain::JobId;

const ENDPOINT: &str =
    "https://fcm.googleapis.com/fcm/send/dQw4w9WgXcQ:APA91bHun4MxP5egoKMwt2KZFBaFUH-1RYqx";

fn wishes() -> NotificationWishes {
    NotificationWishes {
        changed: false,
        quiet: Some(QuietHours {
            from: 20 * 60,
            to: 6 * 60 + 30,
        }),
        ..NotificationWishes::default()
    }
}

#[test]
fn notifications() {
    let key = NotificationKey {
        key: "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
            .into(),
    };
    check("notification_key", &envelope(Reply::Ok(key)));
    let subscription = NotificationSubscription {
        endpoint: ENDPOINT.into(),
        p256dh: "BG_wO5SSQc4drdQ1GeaWDgqFtBppoFwygQOqK84VlMoWPE91OlW_AdxT9sCwx-7ni0DG_30lqW4igrmJzvccFEo"
            .into(),
        auth: "BTBZMqHH6r4Tts7J_aSIgg".into(),
        language: "de".into(),
        wishes: wishes(),
    };
    check("notification_subscription", &subscription);
    let end = NotificationEnd {
        endpoint: ENDPOINT.into(),
    };
    check("notification_end", &end);
    let set = NotificationAnswer::Set;
    check("notification_set", &envelope(Reply::Ok(set)));
    let refused = NotificationAnswer::Refused {
        why: NotificationFlaw::Host,
    };
    check("notification_refused", &envelope(Reply::Ok(refused)));
    let device = NotificationSet {
        endpoint: ENDPOINT.into(),
        language: "de".into(),
        wishes: wishes(),
    };
    let all = Notifications {
        subscriptions: vec![device],
    };
    check("notifications", &envelope(Reply::Ok(all)));
}

#[test]
fn payload() {
    let job = JobId(uuid(7));
    let payload = NotificationPayload {
        web_push: NotificationPayload::DECLARATIVE,
        mutable: true,
        notification: Notification {
            title: "The office set a job to: En route".into(),
            lang: "en".into(),
            navigate: format!("https://afield.example/jobs/{job}"),
            silent: false,
            tag: job.to_string(),
            data: NotificationData {
                kind: NotificationKind::Status,
                job,
            },
        },
    };
    check("notification_payload", &payload);
}
