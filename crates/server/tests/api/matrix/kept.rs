//! What the matrix asks of what the office keeps: a place, and a file with customers.

use super::Asker;
use super::asked::{mole, unlocked};
use super::asks::Row;
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use uuid::Uuid;

impl Asker {
    pub(super) async fn place(&self) -> PropertyId {
        self.customer().await;
        let place = mole();
        self.server
            .put(NORDHAUS, &Record::Property(place.clone()))
            .await;
        place.id
    }

    pub(super) async fn on_place(&self, row: &Row, id: PropertyId, body: Option<Value>) -> String {
        let path = row.path.replace("{module}", "property");
        self.send(row.method, &path.replace("{id}", &id.to_string()), body)
            .await
    }

    pub(super) async fn edit_place(&mut self, row: &Row, id: PropertyId) -> String {
        self.jobs += 1;
        let change = OfficeChange {
            id: MutationId(Uuid::from_u128(0xC300 + self.jobs)),
            op: unlocked(id),
            base_rev: None,
        };
        self.on_place(row, id, Some(serde_json::to_value(change).unwrap()))
            .await
    }

    pub(super) async fn import(&self, row: &Row, query: &str) -> String {
        let request = Request::builder()
            .method(row.method)
            .uri(format!("{}{query}", row.path))
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/octet-stream")
            .body(Body::from("Name\nNowak\n"))
            .unwrap();
        let response = self.client.open(request).await;
        response.status().as_u16().to_string()
    }
}
