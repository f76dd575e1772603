//! What is asked about notifications, and who is answered what.

use super::Asker;
use super::asks::{Asks, Row};
use super::rows::{SIGNED_IN, row};
use crate::push_service::Device;
use afield_protocol::paths;
use serde_json::json;

pub(super) static ROWS: &[Row] = &[
    row("GET", paths::NOTIFICATION_KEY, Asks::Plain, SIGNED_IN),
    row("HEAD", paths::NOTIFICATION_KEY, Asks::Plain, SIGNED_IN),
    row("GET", paths::NOTIFICATIONS, Asks::Plain, SIGNED_IN),
    row("HEAD", paths::NOTIFICATIONS, Asks::Plain, SIGNED_IN),
    row("PUT", paths::NOTIFICATIONS, Asks::Notify, SIGNED_IN),
    row(
        "PUT",
        paths::NOTIFICATIONS,
        Asks::NotifyElsewhere,
        ["400", "400", "400", "400", "401", "401", "400", "400"],
    ),
    row(
        "DELETE",
        paths::NOTIFICATIONS,
        Asks::NotifyNoMore,
        SIGNED_IN,
    ),
];

impl Asker {
    pub(super) async fn notify(&self, row: &Row) -> String {
        let host = match row.asks {
            Asks::NotifyElsewhere => "evil.example",
            _ => "fcm.googleapis.com",
        };
        let device = Device::new(1, format!("https://{host}/x"));
        let body = match row.asks {
            Asks::NotifyNoMore => json!({"endpoint": device.endpoint}),
            _ => device.subscription(json!({})),
        };
        self.status(row, "", Some(body)).await
    }
}
