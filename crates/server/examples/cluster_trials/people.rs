//! Who and what is there before a trial begins: companies with technicians, a dispatcher's office, jobs, sessions.
//!
//! Owns their ids. Writes through the server's own port, before any server runs.

use crate::{Result, now};
use afield_domain::company::CompanySettings;
use afield_domain::{
    CompanyId, Job, JobId, Note, NoteId, Property, PropertyId, Record, Role, Timestamp, User,
    UserId,
};
use afield_server::auth::token::sha256_hex;
use afield_server::records::save_new;
use afield_server::storage::{Account, CompanyRow, NewSession, Storage};
use uuid::Uuid;

pub(crate) const PASSWORD: &str = "long enough for a trial";
/// Records that are made in one transaction.
const AT_ONCE: usize = 1_000;

/// How much is there.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Size {
    pub(crate) companies: u32,
    pub(crate) technicians: u32,
    pub(crate) dispatchers: u32,
    /// Jobs of each technician.
    pub(crate) jobs: u32,
    /// Jobs beside these of the first technician of the first company: what is pulled.
    pub(crate) days_work: u32,
}

pub(crate) fn company_id(company: u32) -> CompanyId {
    CompanyId(Uuid::from_u128(0x900 + u128::from(company)))
}

/// People are numbered within their company: the technicians first.
pub(crate) fn user_id(company: u32, person: u32) -> UserId {
    UserId(thing(1, company, person, 0))
}

pub(crate) fn job_id(company: u32, person: u32, job: u32) -> JobId {
    JobId(thing(2, company, person, job))
}

fn thing(kind: u128, company: u32, person: u32, number: u32) -> Uuid {
    let [company, person, number] = [company, person, number].map(u128::from);
    Uuid::from_u128(0x0193 << 112 | kind << 100 | company << 64 | person << 32 | number)
}

pub(crate) fn email(company: u32, person: u32) -> String {
    format!("p{person}@c{company}.example")
}

/// The session's token of somebody for whom [`begin_sessions`] has made one.
pub(crate) fn token(company: u32, person: u32) -> String {
    format!("trial-{company}-{person}")
}

/// Makes all of it. `password` is the hash of [`PASSWORD`], or nothing where nobody signs in.
pub(crate) async fn settle(storage: &dyn Storage, size: Size, password: &str) -> Result<()> {
    for company in 0..size.companies {
        let mut tx = storage.write().await?;
        tx.add_company(&CompanyRow {
            id: company_id(company),
            slug: format!("trial-{company}"),
            name: format!("Trial {company}"),
            zone: "Europe/Berlin".into(),
            settings: CompanySettings::default(),
            settings_version: 0,
            change_seq: 0,
            cursor_floor: 0,
        })
        .await?;
        for person in 0..size.technicians + size.dispatchers {
            let role = match person < size.technicians {
                true => Role::Technician,
                false => Role::Dispatcher,
            };
            tx.add_user(&Account {
                company: company_id(company),
                user: User {
                    id: user_id(company, person),
                    name: format!("Person {person}"),
                    role,
                },
                email: email(company, person),
                password: password.to_owned(),
                active: true,
                team: String::new(),
            })
            .await?;
        }
        tx.commit().await?;
        add_jobs(storage, size, company).await?;
    }
    Ok(())
}

async fn add_jobs(storage: &dyn Storage, size: Size, company: u32) -> Result<()> {
    let now = now();
    let mut all: Vec<Record> = Vec::new();
    for person in 0..size.technicians {
        let more = match (company, person) {
            (0, 0) => size.days_work,
            _ => 0,
        };
        for number in 0..size.jobs + more {
            all.extend(job(company, person, number, now));
        }
    }
    for some in all.chunks(AT_ONCE) {
        let mut tx = storage.write().await?;
        for record in some {
            save_new(tx.as_mut(), company_id(company), record, None, now).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// A job with its place and a note.
fn job(company: u32, person: u32, number: u32, now: Timestamp) -> [Record; 3] {
    let property = PropertyId(thing(3, company, person, number));
    let job = job_id(company, person, number);
    let author = user_id(company, person);
    [
        Record::Job(Job {
            id: job,
            number: format!("J-{person}-{number}"),
            title: "Boiler does not start".into(),
            description:
                "It clicks three times, then nothing. The tenant is at home from eight on.".into(),
            assignee: Some(author),
            starts: now,
            ends: now.plus_ms(3_600_000),
            property: Some(property),
            ..Job::BLANK
        }),
        Record::Property(Property {
            archived: false,
            id: property,
            address: format!("Lindenallee {number}"),
            city: "Berlin".into(),
            postcode: "10115".into(),
            access: "Ring at the back".into(),
            position: None,
            customer: None,
        }),
        Record::Note(Note {
            id: NoteId(thing(4, company, person, number)),
            job,
            author,
            author_name: "Anna".into(),
            text: "The burner was cleaned last year.".into(),
            made_at: now,
            files: Vec::new(),
        }),
    ]
}

/// A session for everybody, as if they had signed in.
pub(crate) async fn begin_sessions(storage: &dyn Storage, size: Size) -> Result<()> {
    for company in 0..size.companies {
        let mut tx = storage.write().await?;
        for person in 0..size.technicians + size.dispatchers {
            tx.add_session(&NewSession {
                token_hash: sha256_hex(token(company, person).as_bytes()),
                company: company_id(company),
                user: user_id(company, person),
                label: String::new(),
                created: now(),
                expires: Timestamp(i64::MAX),
            })
            .await?;
        }
        tx.commit().await?;
    }
    Ok(())
}
