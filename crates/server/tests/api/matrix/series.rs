//! What the matrix asks of series.

use super::Asker;
use super::asked::{repeated, repeated_id};
use super::asks::{Asks, Row};
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use serde_json::{Value, json};
use uuid::Uuid;

impl Asker {
    pub(super) async fn answer_of_series(&mut self, row: &Row) -> String {
        match row.asks {
            Asks::BeginSeries => {
                let id = Uuid::from_u128(0x5F);
                let request = SeriesRequest {
                    id: MutationId(id),
                    ..repeated()
                };
                let body = serde_json::to_value(request).unwrap();
                self.on_series(row, &id.to_string(), Some(body)).await
            }
            Asks::Series => {
                let id = self.series().await;
                self.on_series(row, &id.to_string(), None).await
            }
            Asks::SeriesNowhere => {
                let id = SeriesId(Uuid::from_u128(404));
                self.on_series(row, &id.to_string(), None).await
            }
            Asks::SeriesUnreadable => self.on_series(row, "no-id", None).await,
            Asks::EndSeries => {
                let id = self.series().await;
                let body = json!({"from": "2026-11-22", "cancel": true});
                self.on_series(row, &id.to_string(), Some(body)).await
            }
            Asks::EndSeriesNowhere => {
                let id = SeriesId(Uuid::from_u128(404));
                let body = json!({"from": "2026-11-22"});
                self.on_series(row, &id.to_string(), Some(body)).await
            }
            _ => {
                let id = self.series().await;
                let body = json!({"from": "soon"});
                self.on_series(row, &id.to_string(), Some(body)).await
            }
        }
    }

    /// A series of Nordhaus's, which Dora has begun.
    async fn series(&mut self) -> SeriesId {
        let dora = self.server.sign_in(DORA).await;
        let body = serde_json::to_value(repeated()).unwrap();
        let path = format!("{}/{}", paths::SERIES, repeated_id());
        assert_eq!(dora.post(&path, body).await.status, 200);
        repeated_id()
    }

    async fn on_series(&self, row: &Row, id: &str, body: Option<Value>) -> String {
        let path = row.path.replace("{series}", id);
        self.send(row.method, &path, body).await
    }
}
