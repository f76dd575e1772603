//! The demo's places and the jobs of a day.
//!
//! Pure: the same company, time and day give the same jobs. Numbers are given when they are stored.

use super::catalog::{ACCESS, DemoCompany, Trouble};
use super::detail::{self, Around};
use super::inventory::{assets, contract_of, forms};
use super::person;
use super::random::{Random, seeded_id};
use super::setting::{
    Place, PlannedJob, Setting, customer_id, organization_id, organization_of, property_id,
};
use afield_domain::time::Day;
use afield_domain::{
    Customer, Job, JobId, JobStatus, Note, NoteId, Organization, Position, Property, Record, Role,
    Timestamp, User, Zone,
};

const MINUTE_MS: i64 = 60_000;

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
            archived: false,
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

/// A place in the city that is nobody's yet.
fn somewhere(demo: &DemoCompany, random: &mut Random, before: &str) -> Property {
    let (latitude, longitude) = demo.centre;
    let street = random.pick(demo.streets).copied().unwrap_or_default();
    let postcode = random.pick(demo.postcodes).copied().unwrap_or_default();
    Property {
        archived: false,
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
fn places(demo: &DemoCompany) -> Vec<Place> {
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

impl<'a> Setting<'a> {
    pub(super) fn new(demo: &'a DemoCompany, zone: &'a Zone) -> Self {
        Self {
            demo,
            zone,
            users: demo.users.iter().map(|user| person(demo, user)).collect(),
            forms: forms(demo),
            places: places(demo),
        }
    }

    pub(super) fn technicians(&self) -> impl Iterator<Item = &User> {
        let users = self.users.iter();
        users.filter(|user| user.role == Role::Technician)
    }

    /// The jobs of `day` for every technician, by start, as they stand at `now`.
    pub(super) fn plan_day(&self, now: Timestamp, day: Day) -> Vec<PlannedJob> {
        let technicians = self.technicians();
        let mut jobs: Vec<PlannedJob> = technicians
            .flat_map(|technician| self.plan_own(technician, now, day))
            .collect();
        jobs.sort_by_key(|planned| (planned.job.starts, planned.job.id));
        jobs
    }

    /// The jobs of one technician's `day`, one after the other.
    fn plan_own(&self, technician: &User, now: Timestamp, day: Day) -> Vec<PlannedJob> {
        let today = self.zone.day(now);
        let name = format!("{}/{day}/{}", self.demo.slug, technician.id);
        let mut random = Random::new(&name);
        let count = if day == today {
            random.between(8, 10)
        } else {
            random.between(4, 6)
        };
        let mut jobs = Vec::new();
        let mut starts = self.zone.at(day, 7, 30);
        for (n, trouble) in deal(&mut random, self.demo.troubles, count).enumerate() {
            let sites = self.places.iter().filter(|place| place.has(trouble.thing));
            let Some(place) = random.pick(&sites.collect::<Vec<_>>()).copied() else {
                continue;
            };
            let minutes = i64::try_from(trouble.minutes).unwrap_or(60);
            let ends = starts.plus_ms(minutes * MINUTE_MS);
            let name = format!("{name}/job/{n}");
            let job = Job {
                id: JobId(seeded_id(&name)),
                number: String::new(),
                title: trouble.title.to_owned(),
                description: trouble.description.to_owned(),
                priority: trouble.priority,
                status: status(&mut random, day.days_since(today), n, ends <= now),
                assignee: Some(technician.id),
                starts,
                ends,
                customer: place.customer,
                organization: place.organization,
                property: Some(place.property),
                contract: place.contract,
                route: Some(detail::route_id(self.demo, technician, day)),
                ..Job::BLANK
            };
            starts = ends.plus_ms(10 * MINUTE_MS);
            let around = Around {
                setting: self,
                trouble,
                place,
                technician,
                day,
                days_ahead: day.days_since(today),
                place_in_day: n,
            };
            let mut planned = PlannedJob {
                notes: notes(&mut random, &name, &job, &around),
                job,
                more: Vec::new(),
            };
            detail::furnish(&mut planned, &around, &name);
            jobs.push(planned);
        }
        jobs
    }
}

/// `count` troubles: one on each kind of thing before there is a second one on any, and none twice
/// before each was there once.
fn deal<'a>(
    random: &mut Random,
    troubles: &'a [Trouble],
    count: u64,
) -> impl Iterator<Item = &'a Trouble> + use<'a> {
    let mut shuffled: Vec<(u64, &Trouble)> = troubles
        .iter()
        .map(|trouble| (random.between(0, u64::MAX - 1), trouble))
        .collect();
    shuffled.sort_by_key(|(order, _)| *order);
    let mut rounds: Vec<(usize, usize, &Trouble)> = Vec::new();
    for (place, (_, trouble)) in shuffled.into_iter().enumerate() {
        let mut same = rounds
            .iter()
            .filter(|(_, _, other)| other.thing == trouble.thing);
        // Each round has the things in the same order.
        let order = same.next().map_or(place, |(_, order, _)| *order);
        let round = rounds.iter().filter(|(_, of, _)| *of == order).count();
        rounds.push((round, order, trouble));
    }
    rounds.sort_by_key(|(round, order, _)| (*round, *order));
    let endless = rounds.into_iter().map(|(_, _, trouble)| trouble).cycle();
    endless.take(usize::try_from(count).unwrap_or(0))
}

/// What was is done, today has begun if it is late enough, and what comes is planned.
fn status(random: &mut Random, days_ahead: i64, n: usize, is_over: bool) -> JobStatus {
    // The first of yesterday is the one whose inspection failed.
    let may_be_cancelled = days_ahead < 0 && !(days_ahead == -1 && n == 0);
    if days_ahead > 0 || (days_ahead == 0 && !(n == 0 && is_over)) {
        JobStatus::Scheduled
    } else if may_be_cancelled && random.chance(6) {
        JobStatus::Cancelled
    } else {
        JobStatus::Finished
    }
}

fn notes(random: &mut Random, name: &str, job: &Job, around: &Around<'_>) -> Vec<Note> {
    let note = |kind: &str, author: &User, text: &str, made_at| Note {
        id: NoteId(seeded_id(&format!("{name}/note/{kind}"))),
        job: job.id,
        author: author.id,
        author_name: author.name.clone(),
        text: text.to_owned(),
        made_at,
        files: Vec::new(),
    };
    let mut notes = Vec::new();
    let mut office = around.setting.users.iter();
    let office = office.find(|user| user.role == Role::Dispatcher);
    if let Some(office) = office.filter(|_| random.chance(20)) {
        let text = "Customer asks for a call before arrival.";
        // The day before the job; yesterday for what comes later.
        let before = around.day.plus(-1 - around.days_ahead.max(0));
        notes.push(note(
            "office",
            office,
            text,
            around.setting.zone.at(before, 16, 30),
        ));
    }
    if job.status == JobStatus::Finished && random.chance(70) {
        notes.push(note(
            "done",
            around.technician,
            around.trouble.note,
            job.ends,
        ));
    }
    notes
}

#[cfg(test)]
mod tests {
    use super::super::catalog::COMPANIES;
    use super::*;

    #[test]
    fn every_property_lies_near_its_city() {
        for record in COMPANIES.iter().flat_map(parties) {
            if let Record::Property(property) = record {
                assert!(property.position.is_some() && !property.address.is_empty());
            }
        }
    }
}
