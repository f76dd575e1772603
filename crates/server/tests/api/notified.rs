//! A server whose technician Anna is told on a device, through a push service on this machine.

use crate::client::{Answer, Client};
pub(crate) use crate::push_service::{CREATED, Device, PushService, check_sender};
use crate::support::*;
use afield_domain::*;
use afield_protocol::*;
use afield_server::Config;
use afield_server::notifications::endpoint::Rules;
use afield_server::notifications::names::Names;
use afield_server::notifications::send::{Sent, send_due};
use afield_server::notifications::settings::Settings;
use afield_server::web_app::WebApp;
use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json, to_value};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use uuid::Uuid;

pub(crate) struct Told {
    pub(crate) server: Server,
    pub(crate) service: PushService,
    pub(crate) device: Device,
    pub(crate) anna: Client,
    pub(crate) dora: Client,
    changes: AtomicU64,
}

fn for_tests() -> Config {
    let rules = Rules {
        loopback: true,
        ..Rules::default()
    };
    Config {
        notifications: Settings {
            rules,
            // A machine that does much else may stop for longer than a push service may take.
            patience: Duration::from_mins(3),
            ..Settings::default()
        },
        ..Config::default()
    }
}

/// A server that writes to `host` alone, whose names lead where `names` says.
pub(crate) fn own_hosts(host: &str, names: &Arc<Leads>) -> Config {
    let rules = Rules {
        hosts: vec![host.to_owned()],
        loopback: false,
    };
    Config {
        notifications: Settings {
            rules,
            names: Arc::clone(names) as Arc<dyn Names>,
            ..Settings::default()
        },
        ..Config::default()
    }
}

/// Names that lead wherever a test wants.
#[derive(Debug)]
pub(crate) struct Leads(Mutex<IpAddr>);

impl Leads {
    pub(crate) fn to(address: &str) -> Arc<Self> {
        Arc::new(Self(Mutex::new(address.parse().unwrap())))
    }

    pub(crate) fn lead_to(&self, address: &str) {
        *self.0.lock().unwrap() = address.parse().unwrap();
    }
}

#[async_trait]
impl Names for Leads {
    async fn addresses(&self, _: &str, _: u16) -> std::io::Result<Vec<IpAddr>> {
        Ok(vec![*self.0.lock().unwrap()])
    }
}

/// Sets a device, as the page at `https://afield.example` does.
pub(crate) async fn put(client: &Client, subscription: Value) -> Answer {
    let request = Request::put(paths::NOTIFICATIONS)
        .header("content-type", "application/json")
        .header("origin", "https://afield.example")
        .body(Body::from(subscription.to_string()));
    client.send(request.unwrap()).await
}

impl Told {
    /// Anna's device is told of everything.
    pub(crate) async fn start() -> Self {
        let told = Self::start_with(for_tests()).await;
        let wanted = told.device.subscription(json!({}));
        assert_eq!(told.set(wanted).await, NotificationAnswer::Set);
        told
    }

    /// No device is told yet.
    pub(crate) async fn start_with(config: Config) -> Self {
        let server = Server::start_with(config, WebApp::embedded()).await;
        let service = PushService::start();
        let device = Device::new(1, service.endpoint("anna"));
        Self {
            anna: server.sign_in(ANNA).await,
            dora: server.sign_in(DORA).await,
            server,
            service,
            device,
            changes: AtomicU64::new(0),
        }
    }

    pub(crate) async fn restart(self) -> Self {
        let folder = self.server.stop().await;
        let server = Server::start_in(folder, for_tests(), WebApp::embedded()).await;
        Self {
            anna: server.sign_in(ANNA).await,
            dora: server.sign_in(DORA).await,
            server,
            ..self
        }
    }

    pub(crate) async fn set(&self, subscription: Value) -> NotificationAnswer {
        put(&self.anna, subscription).await.ok()
    }

    pub(crate) async fn send(&self) -> Sent {
        in_time(send_due(&self.server.app)).await.unwrap()
    }

    pub(crate) fn audience(&self) -> String {
        format!("http://127.0.0.1:{}", self.service.port)
    }

    /// What Anna's device has shown since it was asked last.
    pub(crate) fn titles(&self) -> Vec<String> {
        let received = self.service.take();
        received.iter().map(|one| self.device.title(one)).collect()
    }

    pub(crate) async fn assign(&self, job: JobId, to: UserId) {
        let record = self.server.record(NORDHAUS, job.into()).await;
        let body = json!({"assignee": to, "base_rev": record.unwrap().rev});
        let path = format!("{}/{job}", paths::ASSIGN);
        assert_eq!(self.dora.post(&path, body).await.status, 200);
    }

    pub(crate) async fn set_status(&self, job: JobId, to: JobStatus) {
        self.change(job, Op::set_status(job, to)).await;
    }

    pub(crate) async fn rename(&self, job: JobId, title: &str) {
        let base = self.server.job(job).await.title;
        let edit = FieldEdit {
            field: JobField::Title,
            item: String::new(),
            base: FieldValue::Text(base),
            new: FieldValue::Text(title.into()),
        };
        let op = Op::EditJob {
            job,
            edits: vec![edit],
            settles: None,
        };
        self.change(job, op).await;
    }

    async fn change(&self, job: JobId, op: Op) {
        let n = self.changes.fetch_add(1, Ordering::SeqCst);
        let change = OfficeChange {
            id: MutationId(Uuid::from_u128(0xF000 + u128::from(n))),
            op,
            base_rev: None,
        };
        let path = format!("{}/{job}", paths::JOBS);
        let answer = self.dora.post(&path, to_value(change).unwrap()).await;
        assert_eq!(answer.status, 200, "{}", answer.body);
    }
}

/// So many messages were taken, and nothing else was due.
pub(crate) fn sent(taken: u32) -> Sent {
    Sent {
        taken,
        ..Sent::default()
    }
}
