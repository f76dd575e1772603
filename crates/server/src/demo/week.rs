//! The demo's places and the jobs of a day.
//!
//! Pure: the same company and day give the same jobs. Numbers are given when they are stored.

use super::catalog::equipment::Thing;
use super::catalog::{ACCESS, DemoCompany, Trouble};
use super::detail::{self, Around};
use super::inventory::{assets, contract_of};
use super::random::{Random, seeded_id};
use afield_domain::zone::Day;
use afield_domain::{
    AssetId, ContractId, Customer, CustomerId, Job, JobId, JobStatus, Note, NoteId, Organization,
    OrganizationId, Position, Property, PropertyId, Record, Role, User, Zone,
};

const MINUTE_MS: i64 = 60_000;

/// Somewhere a job can be.
pub(super) struct Place {
    /// What stands there.
    pub(super) assets: Vec<(Thing, AssetId)>,
    property: PropertyId,
    customer: Option<CustomerId>,
    organization: Option<OrganizationId>,
    contract: Option<ContractId>,
}

impl Place {
    fn has(&self, thing: Thing) -> bool {
        self.assets.iter().any(|(there, _)| *there == thing)
    }
}

/// A job of a day with all that belongs to it.
pub(super) struct PlannedJob {
    pub(super) job: Job,
    pub(super) notes: Vec<Note>,
    /// Its tasks, what was submitted, and the job that follows it up.
    pub(super) more: Vec<Record>,
}

impl PlannedJob {
    pub(super) fn records(self) -> impl Iterator<Item = Record> {
        std::iter::once(Record::Job(self.job))
            .chain(self.notes.into_iter().map(Record::Note))
            .chain(self.more)
    }
}

fn organization_id(demo: &DemoCompany, n: usize) -> OrganizationId {
    OrganizationId(seeded_id(&format!("{}/organization/{n}", demo.slug)))
}

/// Every third customer belongs to an organization.
fn organization_of(demo: &DemoCompany, customer: usize) -> Option<OrganizationId> {
    let count = demo.organizations.len();
    (customer.is_multiple_of(3) && count > 0).then(|| organization_id(demo, (customer / 3) % count))
}

/// The organizations, customers and properties.
pub(super) fn parties(demo: &DemoCompany) -> Vec<Record> {
    let mut records = Vec::new();
    for (n, (name, phone)) in demo.organizations.iter().enumerate() {
        records.push(Record::Organization(Organization {
            id: organization_id(demo, n),
            name: (*name).to_owned(),
            phone: (*phone).to_owned(),
        }));
    }
    let mut random = Random::new(&format!("{}/parties", demo.slug));
    for (n, name) in demo.customers.iter().enumerate() {
        let id = customer_id(demo, n);
        records.push(Record::Customer(Customer {
            id,
            name: (*name).to_owned(),
            phone: format!("{}{}", demo.dialling, random.between(200, 999)),
            email: format!("customer{}@example.com", n + 1),
            organization: organization_of(demo, n),
        }));
        let access = if random.chance(50) {
            random.pick(&ACCESS)
        } else {
            None
        };
        records.push(Record::Property(Property {
            id: property_id(demo, n),
            access: access.copied().unwrap_or_default().to_owned(),
            customer: Some(id),
            ..somewhere(demo, &mut random, "")
        }));
    }
    for n in demo.customers.len()..demo.customers.len() + demo.lights {
        let mast = format!("Mast {}, ", random.between(100, 999));
        records.push(Record::Property(Property {
            id: property_id(demo, n),
            ..somewhere(demo, &mut random, &mast)
        }));
    }
    records
}

pub(super) fn customer_id(demo: &DemoCompany, n: usize) -> CustomerId {
    CustomerId(seeded_id(&format!("{}/customer/{n}", demo.slug)))
}

pub(super) fn property_id(demo: &DemoCompany, n: usize) -> PropertyId {
    PropertyId(seeded_id(&format!("{}/property/{n}", demo.slug)))
}

/// A place in the city that is nobody's yet.
fn somewhere(demo: &DemoCompany, random: &mut Random, before: &str) -> Property {
    let (latitude, longitude) = demo.centre;
    let street = random.pick(demo.streets).copied().unwrap_or_default();
    let postcode = random.pick(demo.postcodes).copied().unwrap_or_default();
    Property {
        id: property_id(demo, usize::MAX),
        address: format!("{before}{street} {}", random.between(1, 140)),
        city: demo.city.to_owned(),
        postcode: postcode.to_owned(),
        access: String::new(),
        position: Position::new(
            latitude + 0.05 * random.spread(),
            longitude + 0.08 * random.spread(),
        ),
        customer: None,
    }
}

/// The places of [`parties`].
pub(super) fn places(demo: &DemoCompany) -> Vec<Place> {
    let assets = assets(demo);
    let city = organization_id(demo, demo.city_organization);
    (0..demo.customers.len() + demo.lights)
        .map(|n| {
            let property = property_id(demo, n);
            let is_customer = n < demo.customers.len();
            Place {
                assets: assets
                    .iter()
                    .filter(|(_, asset)| asset.property == Some(property))
                    .map(|(thing, asset)| (*thing, asset.id))
                    .collect(),
                property,
                customer: is_customer.then(|| customer_id(demo, n)),
                organization: if is_customer {
                    organization_of(demo, n)
                } else {
                    Some(city)
                },
                contract: contract_of(demo, n),
            }
        })
        .collect()
}

/// The jobs of `day` for every technician, by start.
pub(super) fn plan_day(
    demo: &DemoCompany,
    users: &[User],
    places: &[Place],
    zone: &Zone,
    today: Day,
    day: Day,
) -> Vec<PlannedJob> {
    let mut jobs = Vec::new();
    let office = users.iter().find(|user| user.role == Role::Dispatcher);
    for technician in users.iter().filter(|user| user.role == Role::Technician) {
        let name = format!("{}/{day}/{}", demo.slug, technician.id);
        let mut random = Random::new(&name);
        let count = if day == today {
            random.between(8, 10)
        } else {
            random.between(4, 6)
        };
        let mut starts = zone.at(day, 7, 30);
        for n in 0..count {
            let Some(trouble) = random.pick(demo.troubles) else {
                continue;
            };
            let sites: Vec<&Place> = places
                .iter()
                .filter(|place| place.has(trouble.thing))
                .collect();
            let Some(place) = random.pick(&sites) else {
                continue;
            };
            let minutes = i64::try_from(trouble.minutes).unwrap_or(60);
            let job = Job {
                id: JobId(seeded_id(&format!("{name}/job/{n}"))),
                number: String::new(),
                title: trouble.title.to_owned(),
                description: trouble.description.to_owned(),
                priority: trouble.priority,
                status: status(&mut random, today, day, n),
                assignee: Some(technician.id),
                starts,
                ends: starts.plus_ms(minutes * MINUTE_MS),
                customer: place.customer,
                organization: place.organization,
                property: Some(place.property),
                contract: place.contract,
                route: Some(detail::route_id(demo, technician, day)),
                ..Job::BLANK
            };
            starts = job.ends.plus_ms(10 * MINUTE_MS);
            let notes = notes(&mut random, &name, n, &job, trouble, technician, office);
            let mut planned = PlannedJob {
                job,
                notes,
                more: Vec::new(),
            };
            let around = Around {
                demo,
                trouble,
                place,
                technician,
                days_ahead: day.days_since(today),
                is_first: n == 0,
            };
            detail::furnish(&mut planned, &around, &format!("{name}/job/{n}"));
            jobs.push(planned);
        }
    }
    jobs.sort_by_key(|planned| (planned.job.starts, planned.job.id));
    jobs
}

/// What was is done, today has begun, and what comes is planned.
fn status(random: &mut Random, today: Day, day: Day, n: u64) -> JobStatus {
    if day > today || (day == today && n > 0) {
        JobStatus::Scheduled
    } else if day < today && random.chance(6) {
        JobStatus::Cancelled
    } else {
        JobStatus::Finished
    }
}

fn notes(
    random: &mut Random,
    name: &str,
    n: u64,
    job: &Job,
    trouble: &Trouble,
    technician: &User,
    office: Option<&User>,
) -> Vec<Note> {
    let note = |kind: &str, author: &User, text: &str, made_at| Note {
        id: NoteId(seeded_id(&format!("{name}/job/{n}/note/{kind}"))),
        job: job.id,
        author: author.id,
        author_name: author.name.clone(),
        text: text.to_owned(),
        made_at,
        files: Vec::new(),
    };
    let mut notes = Vec::new();
    if let Some(office) = office.filter(|_| random.chance(20)) {
        let text = "Customer asks for a call before arrival.";
        notes.push(note(
            "office",
            office,
            text,
            job.starts.plus_ms(-15 * 60 * MINUTE_MS),
        ));
    }
    if job.status == JobStatus::Finished && random.chance(70) {
        notes.push(note("done", technician, trouble.note, job.ends));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::super::catalog::COMPANIES;
    use super::super::person;
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_week_is_plausible_and_the_same_each_time() {
        for demo in &COMPANIES {
            let zone = crate::zones::zone(demo.zone).unwrap();
            let users: Vec<User> = demo.users.iter().map(|user| person(demo, user)).collect();
            let today: Day = "2026-11-21".parse().unwrap();
            let plan = |day| plan_day(demo, &users, &places(demo), &zone, today, day);
            let mut ids = HashSet::new();
            for offset in -3..=3 {
                let day = today.plus(offset);
                let jobs = plan(day);
                for technician in users.iter().filter(|user| user.role == Role::Technician) {
                    let own: Vec<_> = jobs
                        .iter()
                        .filter(|planned| planned.job.assignee == Some(technician.id))
                        .collect();
                    let expected = if offset == 0 { 8..=10 } else { 4..=6 };
                    assert!(expected.contains(&own.len()), "{day}: {}", own.len());
                    assert!(own.iter().all(|planned| zone.day(planned.job.ends) == day));
                    let open = own.iter().filter(|planned| planned.job.status.is_open());
                    let expected = match offset {
                        ..0 => 0,
                        0 => own.len() - 1,
                        _ => own.len(),
                    };
                    assert_eq!(open.count(), expected, "{day}");
                }
                for planned in &jobs {
                    assert!(ids.insert(planned.job.id));
                }
                let again: Vec<_> = plan(day).into_iter().map(|planned| planned.job).collect();
                assert_eq!(
                    jobs.into_iter()
                        .map(|planned| planned.job)
                        .collect::<Vec<_>>(),
                    again
                );
            }
        }
    }

    #[test]
    fn every_property_lies_near_its_city() {
        for record in COMPANIES.iter().flat_map(parties) {
            if let Record::Property(property) = record {
                assert!(property.position.is_some() && !property.address.is_empty());
            }
        }
    }
}
