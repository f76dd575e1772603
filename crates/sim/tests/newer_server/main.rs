//! A phone of this release against a server of the next one: the real engine, the real push and pull,
//! and between them every reply as the text in which a newer server would say it.
//!
//! A build with one module, status and field more would be the whole workspace twice, for every `match`
//! over these is complete. What a phone meets of it is text, so the text is what is made newer here.

#![allow(clippy::unwrap_used, clippy::indexing_slicing)] // These are tests.

mod words;

use afield_domain::{
    Asset, AssetId, AttachmentId, CompanyId, Conflict, ConflictId, Customer, CustomerId,
    FieldValue, Job, JobField, JobStatus, MutationId, Policy, Record, RecordKey, ServiceTask,
    TaskId, TaskStatus, Timestamp, User, UserId, Versioned, Winner,
};
use afield_protocol::worker_message::Notice;
use afield_protocol::{
    Cursor, Envelope, Extent, PushRequest, PushResponse, SessionInfo, read_envelope,
};
use afield_server::testing::LocalServer;
use afield_sim::company::office;
use afield_sync::ports::{Knows, Page};
use afield_sync::testing::ManualHost;
use afield_sync::testing::fixtures::{add, job, job_id, note_key, session, set, technician};
use afield_sync::{
    CacheState, CacheStore, Engine, Host, MemoryCache, MemoryOutbox, OutboxStore, Read, Reading,
    Remote, TransportError, Trigger,
};
use serde_json::{Value, json};
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};
use uuid::Uuid;
use words::{CAR, CONFLICT, TASK, VAN, Words, cases};

use JobStatus::{EnRoute, Scheduled, Started};

/// What is in memory is never pending.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("what is in memory is never pending"),
    }
}

/// The real server behind the words of another release.
#[derive(Clone)]
struct NewerServer {
    server: Rc<LocalServer>,
    words: Rc<RefCell<Words>>,
    host: ManualHost,
}

impl NewerServer {
    fn said(&self, answer: &[u8]) -> String {
        let mut answer: Value = serde_json::from_slice(answer).unwrap();
        self.words.borrow().say(&mut answer);
        answer.to_string()
    }
}

const NOT_OURS: TransportError = TransportError::NotOurs {
    status: 200,
    retry_after_ms: None,
};

impl Remote for NewerServer {
    async fn push(&self, request: &PushRequest) -> Result<Envelope<PushResponse>, TransportError> {
        self.server.set_now(self.host.now());
        let body = serde_json::to_vec(request).unwrap();
        let said = self.said(&self.server.push(anna().id, &body));
        read_envelope(&said).ok_or(NOT_OURS)
    }

    async fn pull(
        &self,
        user: UserId,
        cursor: Option<&Cursor>,
        _: u64,
        extent: Option<&Extent>,
        _: Knows,
    ) -> Result<Page, TransportError> {
        self.server.set_now(self.host.now());
        let cursor = cursor.map(|cursor| cursor.0.as_str());
        let said = self.said(
            &self
                .server
                .pull(user, user, cursor, Some(3), extent, (None, false)),
        );
        Ok(Page {
            envelope: read_envelope(&said).ok_or(NOT_OURS)?,
            bytes: said.len() as u64,
        })
    }

    async fn send_bytes(
        &self,
        _: AttachmentId,
        _: Option<(u64, Vec<u8>)>,
    ) -> Result<u64, TransportError> {
        Err(TransportError::NoAnswer)
    }
}

/// The host of a build that knows that version of the records.
#[derive(Clone)]
struct Build(ManualHost, u32);

impl Host for Build {
    type Lock = <ManualHost as Host>::Lock;

    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn reading(&self) -> Reading {
        self.0.reading()
    }
    fn new_id(&self) -> Uuid {
        self.0.new_id()
    }
    fn chance(&self) -> f64 {
        self.0.chance()
    }
    fn records_version(&self) -> u32 {
        self.1
    }
    async fn pause(&self, ms: u32) {
        self.0.pause(ms).await;
    }
    fn holder(&self) -> String {
        self.0.holder()
    }
    async fn try_lock(&self, name: &str) -> Option<Self::Lock> {
        self.0.try_lock(name).await
    }
    fn announce(&self, notice: Notice) {
        self.0.announce(notice);
    }
}

type Phone = Engine<MemoryOutbox, MemoryCache, NewerServer, Build>;

fn anna() -> User {
    technician(1)
}

/// Job `n`, for customer `n`.
fn job_for_customer(n: u128) -> Job {
    match job(n, &anna(), Scheduled) {
        Record::Job(job) => Job {
            customer: Some(CustomerId(Uuid::from_u128(0x41 + n))),
            ..job
        },
        other => unreachable!("{other:?}"),
    }
}

fn asset(id: Uuid, n: u128) -> Record {
    Record::Asset(Asset {
        archived: false,
        id: AssetId(id),
        name: format!("Asset of {n}"),
        model: String::new(),
        serial: String::new(),
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        customer: job_for_customer(n).customer,
        property: None,
    })
}

fn conflict() -> Record {
    let text = |text: &str| FieldValue::Text(text.to_owned());
    Record::Conflict(Conflict {
        id: ConflictId(CONFLICT),
        job: job_id(2),
        mutation: MutationId(Uuid::from_u128(0x72)),
        field: JobField::Title,
        item: String::new(),
        base: text("a"),
        mine: text("b"),
        theirs: text("c"),
        author: anna().id,
        author_name: anna().name,
        made_at: Timestamp(1),
        their_name: String::new(),
        their_at: Timestamp(2),
        winner: Winner::Mine,
        rule: Policy::LatestWins,
        at: Timestamp(3),
        settled: None,
    })
}

/// Everything that the office has, all of it Anna's.
fn records() -> Vec<Record> {
    let customer = |n: u128| {
        Record::Customer(Customer {
            id: CustomerId(Uuid::from_u128(0x41 + n)),
            name: format!("Customer {n}"),
            phone: String::new(),
            email: String::new(),
            organization: None,
            archived: false,
        })
    };
    let task = Record::Task(ServiceTask {
        id: TaskId(TASK),
        job: job_id(2),
        place: 1,
        title: "Look".to_owned(),
        status: TaskStatus::Open,
        asset: None,
        template: None,
    });
    let mut records: Vec<Record> = (1..=4).map(customer).collect();
    records.extend((1..=4).map(|n| Record::Job(job_for_customer(n))));
    records.extend([
        asset(CAR, 3),
        asset(VAN, 4),
        asset(Uuid::from_u128(0x53), 3),
    ]);
    records.extend([task, conflict()]);
    records
}

/// A phone at which Anna has just signed in, of a server that says `words`.
fn phone(words: &Words) -> Phone {
    let server = LocalServer::new(
        CompanyId(Uuid::from_u128(900)),
        &[anna(), technician(2), office()],
    );
    let host = ManualHost::new(1);
    let remote = NewerServer {
        server: Rc::new(server.unwrap()),
        words: Rc::new(RefCell::new(words.clone())),
        host: host.clone(),
    };
    remote.server.reset("e-1", host.now()).unwrap();
    for record in records() {
        remote.server.put(&record, &office()).unwrap();
    }
    let mut signed_in = json!({
        "afield": 1, "epoch": "e-1", "server_time": 0, "reply": { "ok": session(&anna()) }
    });
    words.say(&mut signed_in);
    signed_in["reply"]["ok"]["user"]["role"] = json!("pilot");
    let session: Envelope<SessionInfo> = read_envelope(&signed_in.to_string()).unwrap();
    let afield_protocol::Reply::Ok(session) = session.reply else {
        unreachable!("an unknown role keeps nobody from signing in");
    };
    let phone = Engine {
        outbox: MemoryOutbox::default(),
        cache: MemoryCache::default(),
        remote,
        host: Build(host, 1),
    };
    now(phone.run_signed_in(&session)).unwrap();
    phone
}

/// The same phone after an update to the release of its server: it reads what the server says.
fn updated(phone: &Phone) -> Phone {
    let mut phone = phone.clone();
    phone.host.1 += 1;
    phone.remote.words.replace(Words::default());
    phone
}

fn sync(phone: &Phone, case: &str) {
    let report = now(phone.run_sync(Trigger::Asked)).unwrap();
    assert!(report.is_done(), "{case}: {report:?}");
}

fn state(phone: &Phone) -> CacheState {
    now(phone.cache.load_state()).unwrap()
}

fn held(phone: &Phone) -> BTreeMap<RecordKey, Versioned> {
    phone.cache.peek(|rows| rows.records.clone())
}

/// What the server has, of it all that has none of these ids.
fn on_server(phone: &Phone, but: &BTreeSet<Uuid>) -> BTreeMap<RecordKey, Versioned> {
    let records = phone.remote.server.records().unwrap().into_iter();
    let keyed = records.filter_map(|copy| Some((copy.record.key()?, copy)));
    keyed.filter(|(key, _)| !but.contains(&key.id)).collect()
}

fn save_work(phone: &Phone) {
    for intent in [
        set(1, EnRoute),
        set(2, EnRoute),
        set(2, Started),
        add(1, 1),
        add(2, 3),
    ] {
        now(phone.run_enqueue(&[intent])).unwrap();
    }
}

/// Nothing waits, and everything that was saved is at the server.
fn check_work(phone: &Phone, case: &str) {
    let view = now(phone.outbox.load(Read::All)).unwrap();
    assert!(view.entries.is_empty(), "{case}: {:?}", view.entries);
    let server = on_server(phone, &BTreeSet::new());
    let status = |n| match server.get(&job_id(n).into()).map(|copy| &copy.record) {
        Some(Record::Job(job)) => job.status,
        other => unreachable!("{other:?}"),
    };
    assert_eq!((status(1), status(2)), (EnRoute, Started), "{case}");
    assert!(server.contains_key(&note_key(1)), "{case}");
    assert!(server.contains_key(&note_key(2)), "{case}");
}

#[test]
fn a_new_phone_primes_works_and_reads_the_rest_after_its_update() {
    for (case, words) in cases() {
        let unreadable = words.unreadable();
        let phone = phone(&words);
        sync(&phone, case);
        assert!(state(&phone).is_ready(), "{case}");
        assert_eq!(
            state(&phone).unread.count(),
            unreadable.len() as u64,
            "{case}"
        );
        assert_eq!(held(&phone), on_server(&phone, &unreadable), "{case}");

        save_work(&phone);
        sync(&phone, case);
        check_work(&phone, case);
        assert_eq!(held(&phone), on_server(&phone, &unreadable), "{case}");

        // One vehicle is sold, the other drives to a job that becomes somebody else's.
        let server = &phone.remote.server;
        server.delete(AssetId(CAR).into()).unwrap();
        let given_away = Job {
            assignee: Some(technician(2).id),
            ..job_for_customer(4)
        };
        server.put(&Record::Job(given_away), &office()).unwrap();
        sync(&phone, case);
        let mut gone: BTreeSet<Uuid> = unreadable.clone();
        gone.extend([VAN, job_id(4).0]);
        gone.extend(job_for_customer(4).customer.map(|customer| customer.0));
        assert_eq!(held(&phone), on_server(&phone, &gone), "{case}");
        let still = unreadable.iter().filter(|id| ![CAR, VAN].contains(id));
        assert_eq!(state(&phone).unread.count(), still.count() as u64, "{case}");

        let phone = updated(&phone);
        sync(&phone, case);
        for id in unreadable {
            gone.remove(&id);
        }
        gone.insert(VAN);
        assert_eq!(held(&phone), on_server(&phone, &gone), "{case}");
        let after = state(&phone);
        assert_eq!(
            (after.unread.count(), after.records_version),
            (0, 2),
            "{case}"
        );
    }
}

#[test]
fn a_phone_whose_server_is_updated_keeps_what_it_has_and_loses_no_work() {
    for (case, words) in cases() {
        let unreadable = words.unreadable();
        let phone = phone(&Words::default());
        sync(&phone, case);
        let before = held(&phone);
        save_work(&phone);
        phone.remote.words.replace(words);
        for record in records() {
            // The new release touches every record.
            let record = match record {
                Record::Job(job) => Record::Job(Job {
                    description: "of the new release".to_owned(),
                    ..job
                }),
                other => other,
            };
            phone.remote.server.put(&record, &office()).unwrap();
        }
        sync(&phone, case);
        check_work(&phone, case);
        for (key, copy) in held(&phone) {
            let is_old = before.get(&key) == Some(&copy);
            assert_eq!(is_old, unreadable.contains(&key.id), "{case}: {key}");
        }
        assert_eq!(
            state(&phone).unread.count(),
            unreadable.len() as u64,
            "{case}"
        );

        let phone = updated(&phone);
        sync(&phone, case);
        assert_eq!(held(&phone), on_server(&phone, &BTreeSet::new()), "{case}");
        assert_eq!(state(&phone).unread.count(), 0, "{case}");
    }
}
