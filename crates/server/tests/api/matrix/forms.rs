//! What the matrix asks of forms.

use super::Asker;
use super::asked::{asked_form, new_form, workbook};
use super::asks::{Asks, Row};
use crate::support::*;
use afield_domain::*;
use uuid::Uuid;

impl Asker {
    pub(super) async fn answer_of_form(&mut self, row: &Row) -> String {
        match row.asks {
            Asks::Form => {
                let form = asked_form();
                self.server.put(NORDHAUS, &Record::Form(form.clone())).await;
                self.on_form(row, &form.id.to_string()).await
            }
            Asks::FormNowhere => self.on_form(row, &Uuid::from_u128(404).to_string()).await,
            Asks::FormUnreadable => self.on_form(row, "no-id").await,
            Asks::MakeForm => self.make_form(row, None).await,
            Asks::MakeVersionOfNothing => {
                let nothing = TemplateId(Uuid::from_u128(404));
                self.make_form(row, Some(nothing)).await
            }
            Asks::Workbook => {
                let request = workbook(row.path);
                self.client.send(request).await.status.as_u16().to_string()
            }
            _ => "no question about a form".to_owned(),
        }
    }

    async fn on_form(&self, row: &Row, id: &str) -> String {
        let path = row.path.replace("{form}", id);
        self.send(row.method, &path, None).await
    }

    async fn make_form(&mut self, row: &Row, version_of: Option<TemplateId>) -> String {
        self.jobs += 1;
        let new = new_form(0xF300 + self.jobs, version_of);
        let body = serde_json::to_value(new).unwrap();
        self.status(row, "", Some(body)).await
    }
}
