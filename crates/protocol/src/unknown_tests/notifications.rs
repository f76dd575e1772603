//! The pieces of what is said of notifications.

use super::{Pieces, alone, enveloped, piece, pieces};
use crate::{
    NotificationAnswer, NotificationEnd, NotificationKey, NotificationPayload,
    NotificationSubscription, Notifications,
};
use serde_json::{Value, json};

pub(super) fn read_as(name: &str, json: &Value) -> Option<Pieces> {
    match name {
        "notification_key" => enveloped(json, |key: &NotificationKey| {
            vec![piece("reply.ok.key", &key.key)]
        }),
        "notification_set" | "notification_refused" => {
            enveloped(json, |answer: &NotificationAnswer| match answer {
                NotificationAnswer::Set => Vec::new(),
                NotificationAnswer::Refused { why } => vec![piece("reply.ok.why", why)],
            })
        }
        "notifications" => enveloped(json, |all: &Notifications| {
            pieces("reply.ok.subscriptions", &all.subscriptions)
        }),
        "notification_subscription" => {
            let wishes = alone::<NotificationSubscription>("", &json!([json]));
            Some(wishes)
        }
        "notification_end" => Some(alone::<NotificationEnd>("", &json!([json]))),
        _ => Some(alone::<NotificationPayload>("", &json!([json]))),
    }
}
