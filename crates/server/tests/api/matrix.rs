//! Every route, for everybody: who gets which answer about whose job.
//!
//! A route without a row here fails: nobody adds one and forgets who may use it.

mod asked;
mod asks;
mod forms;
mod kept;
mod notifications;
mod own_sign_in;
mod preview;
mod revoked;
mod rows;
mod series;

use crate::client::{Answer, Client, push_of, short};
use crate::notified::{Leads, own_hosts};
use crate::phone::Phone;
use crate::support::*;
use crate::uploads::attachment;
use afield_domain::company::CompanySettings;
use afield_domain::*;
use afield_protocol::*;
use afield_server::http::api_paths;
use afield_server::web_app::WebApp;
use asked::{
    attached, hansen, made, no_review, planned, planned_for_new, renumbered, titled, to_ben, tus,
};
use asks::{Asks, METHODS, Row, WHO};
use axum::body::Body;
use axum::http::Request;
use rows::ROWS;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use uuid::Uuid;

const BYTES: &[u8] = b"the bytes of a photo";

/// One of [`WHO`] with a server of their own.
struct Asker {
    server: Server,
    client: Client,
    user: UserId,
    phone: Phone,
    jobs: u128,
}

impl Asker {
    async fn new(who: usize) -> Self {
        let config = own_hosts("fcm.googleapis.com", &Leads::to("8.8.8.8"));
        let server = Server::start_with(config, WebApp::embedded()).await;
        let user = [ANNA, BEN, DORA, ADA, BEN, BEN, TOM, DANA][who];
        let client = match WHO[who] {
            "nobody" => server.nobody(),
            _ => server.sign_in(user).await,
        };
        if WHO[who] == "a disabled user" {
            let mut tx = server.app.storage.write().await.unwrap();
            let mut account = tx.account(&email(user)).await.unwrap().unwrap();
            account.active = false;
            tx.set_account(&account).await.unwrap();
            tx.commit().await.unwrap();
        }
        Self {
            server,
            client,
            user,
            phone: Phone::of(user),
            jobs: 0,
        }
    }

    /// A new job of Nordhaus's that waits to be accepted.
    async fn job(&mut self, assignee: Option<UserId>) -> JobId {
        self.jobs += 1;
        let job = Job {
            acceptance: Acceptance::Asked,
            ..job(self.jobs, assignee)
        };
        self.server.put(NORDHAUS, &Record::Job(job.clone())).await;
        job.id
    }

    async fn customer(&self) -> CustomerId {
        let record = Record::Customer(hansen());
        self.server.put(NORDHAUS, &record).await;
        hansen().id
    }

    async fn on_customer(&self, row: &Row, id: &str, body: Option<Value>) -> String {
        let path = row.path.replace("{customer}", id);
        self.send(row.method, &path, body).await
    }

    async fn edit_customer(&mut self, row: &Row, id: CustomerId, op: Op) -> String {
        self.jobs += 1;
        let change = OfficeChange {
            id: MutationId(Uuid::from_u128(0xC200 + self.jobs)),
            op,
            base_rev: None,
        };
        let body = serde_json::to_value(change).unwrap();
        self.on_customer(row, &id.to_string(), Some(body)).await
    }

    async fn answer(&mut self, row: &Row) -> String {
        let nowhere = JobId(Uuid::from_u128(404));
        let anna = Some(ANNA);
        match row.asks {
            Asks::Plain => self.status(row, "", None).await,
            Asks::Query(query) => self.status(row, query, None).await,
            Asks::OfAnna => self.status(row, &format!("?user={ANNA}"), None).await,
            Asks::SignIn => {
                let right = self.client.cookie.is_some();
                let password = if right { PASSWORD } else { "wrong" };
                let body = json!({"email": email(self.user), "password": password});
                self.status(row, "", Some(body)).await
            }
            Asks::NoteOfAnna => {
                let job = self.job(anna).await;
                self.push(job, self.user).await
            }
            Asks::NoteOfNobody => {
                let job = self.job(None).await;
                self.push(job, self.user).await
            }
            Asks::NoteNowhere => self.push(nowhere, self.user).await,
            Asks::AsAnna => {
                let job = self.job(anna).await;
                self.push(job, ANNA).await
            }
            Asks::BringAnna => {
                let job = self.job(anna).await;
                self.bring(job, ANNA).await
            }
            Asks::BringAda => {
                let job = self.job(anna).await;
                self.bring(job, ADA).await
            }
            Asks::BringUnreadable => {
                let body = Some(json!({"device": Uuid::nil(), "ack_below": 0, "mutations": []}));
                self.status(row, "?author=anna", body).await
            }
            Asks::Assign => {
                let job = self.job(anna).await;
                self.on_job(row, job, to_ben()).await
            }
            Asks::AssignElsewhere => {
                let job = self.job(anna).await;
                let other = if self.user == DANA { ANNA } else { TOM };
                self.on_job(row, job, json!({"assignee": other, "base_rev": 1}))
                    .await
            }
            Asks::DecideReview => self.status(row, "", Some(no_review(nowhere))).await,
            Asks::AssignNowhere => self.on_job(row, nowhere, to_ben()).await,
            Asks::Job => {
                let job = self.job(anna).await;
                self.read_job(row, &job.to_string()).await
            }
            Asks::JobNowhere => self.read_job(row, &nowhere.to_string()).await,
            Asks::JobUnreadable => self.read_job(row, "no-id").await,
            Asks::Change => {
                let job = self.job(anna).await;
                self.change(row, job, titled(job)).await
            }
            Asks::ChangeNowhere => self.change(row, nowhere, titled(nowhere)).await,
            Asks::ChangeOfAnother => {
                let (one, other) = (self.job(anna).await, self.job(anna).await);
                self.change(row, one, titled(other)).await
            }
            Asks::MakeJob => {
                self.jobs += 1;
                let id = JobId(Uuid::from_u128(0xA100 + self.jobs));
                self.change(row, id, made(id)).await
            }
            Asks::PlanJob => {
                self.jobs += 1;
                let id = JobId(Uuid::from_u128(0xA200 + self.jobs));
                self.change(row, id, planned(id)).await
            }
            Asks::PlanForNew => {
                self.jobs += 1;
                let id = JobId(Uuid::from_u128(0xA300 + self.jobs));
                self.change(row, id, planned_for_new(id)).await
            }
            Asks::Customer => {
                let id = self.customer().await;
                self.on_customer(row, &id.to_string(), None).await
            }
            Asks::CustomerNowhere => {
                let id = CustomerId(Uuid::from_u128(404));
                self.on_customer(row, &id.to_string(), None).await
            }
            Asks::CustomerUnreadable => self.on_customer(row, "no-id", None).await,
            Asks::EditCustomer => {
                let id = self.customer().await;
                self.edit_customer(row, id, renumbered(id)).await
            }
            Asks::EditCustomerNowhere => {
                let id = CustomerId(Uuid::from_u128(404));
                self.edit_customer(row, id, renumbered(id)).await
            }
            Asks::EditAnotherCustomer => {
                let id = self.customer().await;
                let other = CustomerId(Uuid::from_u128(404));
                self.edit_customer(row, id, renumbered(other)).await
            }
            Asks::BeginSeries
            | Asks::Series
            | Asks::SeriesNowhere
            | Asks::SeriesUnreadable
            | Asks::EndSeries
            | Asks::EndSeriesNowhere
            | Asks::EndSeriesUnreadable => self.answer_of_series(row).await,
            Asks::Form
            | Asks::FormNowhere
            | Asks::FormUnreadable
            | Asks::MakeForm
            | Asks::MakeVersionOfNothing
            | Asks::Workbook => self.answer_of_form(row).await,
            Asks::Place => {
                let id = self.place().await;
                self.on_place(row, id, None).await
            }
            Asks::PlaceNowhere => {
                self.on_place(row, PropertyId(Uuid::from_u128(404)), None)
                    .await
            }
            Asks::EditPlace => {
                let id = self.place().await;
                self.edit_place(row, id).await
            }
            Asks::EditPlaceNowhere => self.edit_place(row, PropertyId(Uuid::from_u128(404))).await,
            Asks::NoSuchKind => {
                let path = row.path.replace("{module}", "note");
                let path = path.replace("{id}", &Uuid::from_u128(1).to_string());
                self.send(row.method, &path, None).await
            }
            Asks::ImportFile(query) => self.import(row, query).await,
            Asks::AttachFile => {
                let job = self.job(anna).await;
                self.change(row, job, attached(job)).await
            }
            Asks::AttachNowhere => self.change(row, nowhere, attached(nowhere)).await,
            Asks::FileOfOffice => {
                let id = self.register_as(DORA).await;
                self.tus(row, id, false).await
            }
            Asks::BytesOfOffice => {
                let id = self.register_as(DORA).await;
                self.tus(row, id, true).await
            }
            Asks::Accept => {
                let job = self.job(anna).await;
                self.on_job(row, job, json!({"accept": true})).await
            }
            Asks::AcceptNowhere => self.on_job(row, nowhere, json!({"accept": true})).await,
            Asks::BeginFile | Asks::FileOffset => {
                let id = self.register().await;
                self.tus(row, id, false).await
            }
            Asks::FileBytes => {
                let id = self.register().await;
                self.tus(row, id, true).await
            }
            Asks::BeginOfAnna | Asks::OffsetOfAnna => {
                let id = self.register().await;
                self.tus_for(row, id, false, &format!("?author={ANNA}"))
                    .await
            }
            Asks::BytesOfAnna => {
                let id = self.register().await;
                self.tus_for(row, id, true, &format!("?author={ANNA}"))
                    .await
            }
            Asks::FileNowhere => self.tus(row, AttachmentId(Uuid::nil()), false).await,
            Asks::File => {
                let id = self.receive().await;
                let path = row.path.replace("{attachment}", &id.to_string());
                self.send(row.method, &path, None).await
            }
            Asks::Settings => self.set_expiry(row, 0, 48).await,
            Asks::SettingsFlawed => self.set_expiry(row, 1, 0).await,
            Asks::SettingsOfAnother => self.set_expiry(row, 77, 12).await,
            Asks::TakeRight => {
                let change = json!({"change": "right", "role": "technician", "right": "reopen", "given": false});
                self.status(row, "", Some(change)).await
            }
            Asks::AddPerson => {
                let id = Uuid::from_u128(0x9000);
                let new = json!({"id": id, "name": "Nora", "email": "nora@example.com", "role": "technician"});
                self.status(row, "", Some(new)).await
            }
            Asks::RenameAnna => self.rename(row, ANNA).await,
            Asks::RenameTom => self.rename(row, TOM).await,
            Asks::RenameNobody => self.rename(row, UserId(Uuid::from_u128(404))).await,
            Asks::WrongLink => {
                let body = json!({"link": "none", "password": "12345678"});
                self.status(row, "", Some(body)).await
            }
            Asks::PreviewOfAnna | Asks::PreviewOfNobody => self.preview(row).await,
            Asks::Report => self.report(row, self.user).await,
            Asks::Notify | Asks::NotifyElsewhere | Asks::NotifyNoMore => self.notify(row).await,
            Asks::ReportOfAnna => self.report(row, ANNA).await,
            Asks::AcceptUnreadable => {
                let path = row.path.replace("{job}", "no-id");
                self.send(row.method, &path, Some(json!({"accept": true})))
                    .await
            }
        }
    }

    /// Anna's phone has registered a file for her job, and nothing of it has come.
    async fn register(&mut self) -> AttachmentId {
        self.register_as(ANNA).await
    }

    /// Somebody has registered a file for Anna's job, and nothing of it has come.
    async fn register_as(&mut self, author: UserId) -> AttachmentId {
        let job = self.job(Some(ANNA)).await;
        let id = AttachmentId(Uuid::from_u128(0xF100 + self.jobs));
        let registered = Attachment {
            id,
            author,
            ..attachment(job, BYTES)
        };
        let record = Record::Attachment(registered);
        self.server.put(NORDHAUS, &record).await;
        id
    }

    /// And it was received.
    async fn receive(&mut self) -> AttachmentId {
        let id = self.register().await;
        let anna = self.server.sign_in(ANNA).await;
        let path = format!("{}/{id}", paths::FILES);
        let done = anna.send(tus("PATCH", &path, id, true)).await;
        assert_eq!(done.status, 204);
        id
    }

    /// A request of tus, with all bytes or with none.
    async fn tus(&self, row: &Row, id: AttachmentId, with_bytes: bool) -> String {
        self.tus_for(row, id, with_bytes, "").await
    }

    async fn tus_for(&self, row: &Row, id: AttachmentId, with_bytes: bool, query: &str) -> String {
        let path = row.path.replace("{attachment}", &id.to_string());
        let request = tus(row.method, &format!("{path}{query}"), id, with_bytes);
        let response = self.client.open(request).await;
        response.status().as_u16().to_string()
    }

    async fn status(&self, row: &Row, query: &str, body: Option<Value>) -> String {
        self.send(row.method, &format!("{}{query}", row.path), body)
            .await
    }

    async fn set_expiry(&self, row: &Row, version: u64, expiry_hours: u32) -> String {
        let settings = CompanySettings {
            expiry_hours,
            ..CompanySettings::default()
        };
        let change = CompanyChange { version, settings };
        self.status(row, "", Some(serde_json::to_value(change).unwrap()))
            .await
    }

    async fn report(&self, row: &Row, user: UserId) -> String {
        let device = Uuid::from_u128(1);
        let body = json!({"device": device, "user": user, "unsent": 1, "files": 0});
        self.status(row, "", Some(body)).await
    }

    async fn on_job(&self, row: &Row, job: JobId, body: Value) -> String {
        let path = row.path.replace("{job}", &job.to_string());
        self.send(row.method, &path, Some(body)).await
    }

    async fn rename(&self, row: &Row, user: UserId) -> String {
        let path = row.path.replace("{user}", &user.to_string());
        let body = json!({"change": "rename", "name": "Anna K."});
        self.send(row.method, &path, Some(body)).await
    }

    async fn read_job(&self, row: &Row, job: &str) -> String {
        self.send(row.method, &row.path.replace("{job}", job), None)
            .await
    }

    async fn change(&mut self, row: &Row, job: JobId, op: Op) -> String {
        self.jobs += 1;
        let id = MutationId(Uuid::from_u128(0xC100 + self.jobs));
        let change = OfficeChange {
            id,
            op,
            base_rev: None,
        };
        self.on_job(row, job, serde_json::to_value(change).unwrap())
            .await
    }

    /// The status alone: the body of a stream never ends.
    async fn send(&self, method: &str, path: &str, body: Option<Value>) -> String {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header("host", "afield.example")
            .header("sec-fetch-site", "same-origin")
            .header("content-type", "application/json");
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.client.open(request.body(body).unwrap()).await;
        response.status().as_u16().to_string()
    }

    /// A note of `author`'s, brought in for them.
    async fn bring(&mut self, job: JobId, author: UserId) -> String {
        // Whoever asks for themselves has a phone already.
        let note = match author == self.user {
            true => self.phone.note(job, "wet"),
            false => Phone::of(author).note(job, "wet"),
        };
        let path = format!("{}?author={author}", paths::PUSH);
        let body = serde_json::to_value(push_of(&[note])).unwrap();
        self.verdict(self.client.post(&path, body).await)
    }

    /// The verdict, or the status if there is none.
    async fn push(&mut self, job: JobId, user: UserId) -> String {
        let note = Mutation {
            user,
            ..self.phone.note(job, "wet")
        };
        self.verdict(self.client.push_raw(&[note]).await)
    }

    fn verdict(&self, answer: Answer) -> String {
        if answer.status != 200 {
            return answer.status.as_u16().to_string();
        }
        short(&answer.ok::<PushResponse>().verdicts[0].verdict)
    }
}

fn all_rows() -> impl Iterator<Item = &'static Row> {
    let beside = notifications::ROWS.iter().chain(preview::ROWS);
    beside.chain(own_sign_in::ROWS).chain(ROWS)
}

#[tokio::test]
async fn everybody_gets_the_answer_that_is_theirs() {
    let mut wrong = Vec::new();
    for (who, name) in WHO.iter().enumerate() {
        let mut asker = Asker::new(who).await;
        for row in all_rows() {
            let answer = asker.answer(row).await;
            let expected = row.answers[who];
            if answer != expected {
                let (method, path, asks) = (row.method, row.path, row.asks);
                wrong.push(format!(
                    "{name}: {method} {path} {asks:?}: {answer}, not {expected}"
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn a_route_that_no_row_knows_does_not_exist() {
    let known: BTreeSet<_> = all_rows().map(|row| (row.path, row.method)).collect();
    let paths = api_paths();
    for row in all_rows() {
        assert!(paths.iter().any(|path| path == row.path), "{}", row.path);
    }
    for who in 0..WHO.len() {
        let asker = Asker::new(who).await;
        for path in &paths {
            let at = path.replace("{job}", &Uuid::from_u128(1).to_string());
            let at = at.replace("{attachment}", &Uuid::from_u128(1).to_string());
            let at = at.replace("{user}", &Uuid::from_u128(1).to_string());
            for method in METHODS {
                if !known.contains(&(path.as_str(), method)) {
                    let status = asker.send(method, &at, None).await;
                    assert_eq!(status, "405", "{method} {path}: add it to ROWS");
                }
            }
        }
        for nowhere in ["/api", "/api/v1", "/api/v1/users", "/api/v2/session"] {
            let status = asker.send("GET", nowhere, None).await;
            assert_eq!(status, "404", "{nowhere}");
        }
    }
}
