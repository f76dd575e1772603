//! What is asked about a technician's phone, and who is answered what.

use super::Asker;
use super::asks::{Asks, Row};
use super::rows::{NOWHERE_FOR_OFFICE, OF_OFFICE, row};
use crate::support::ANNA;
use afield_domain::UserId;
use uuid::Uuid;

const PREVIEW: &str = "/api/v1/preview/{user}";

pub(super) static ROWS: &[Row] = &[
    row("GET", PREVIEW, Asks::PreviewOfAnna, OF_OFFICE),
    row("HEAD", PREVIEW, Asks::PreviewOfAnna, OF_OFFICE),
    row("GET", PREVIEW, Asks::PreviewOfNobody, NOWHERE_FOR_OFFICE),
];

impl Asker {
    pub(super) async fn preview(&self, row: &Row) -> String {
        let of = match row.asks {
            Asks::PreviewOfNobody => UserId(Uuid::from_u128(404)),
            _ => ANNA,
        };
        let path = row.path.replace("{user}", &of.to_string());
        self.send(row.method, &path, None).await
    }
}
