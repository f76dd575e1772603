//! What is asked about notifications.

use super::Asker;
use super::asks::{Asks, Row};
use crate::push_service::Device;
use serde_json::json;

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
