//! One job's page: the record with what it links to, its notes, and what was refused of it.
//!
//! Owns what the page shows and which steps it offers. Pure: the zone is an argument.

use super::refused_view_model::{Reason, Refused, refused};
use super::view_model::{Marks, address_of, marks_of};
use afield_domain::permission::may_work_on;
use afield_domain::{
    Customer, Job, JobId, JobStatus, Module, NoteId, Property, Record, Timestamp, Zone,
};
use afield_sync::view::Projection;
use afield_sync::{OutboxEntry, SignedIn};

/// What the page of one job shows.
#[derive(Debug, Clone, PartialEq)]
pub struct JobDetail {
    /// The job, unsent changes included.
    pub job: Job,
    /// Its planned day and times on the company's clock.
    pub when: String,
    /// Whether anything of the record itself has not reached the office.
    pub unsent: bool,
    /// What this phone has not sent of it.
    pub marks: Marks,
    /// The steps that the signed-in user may take, the most likely first.
    pub steps: &'static [JobStatus],
    /// Whether the user may write on it.
    pub may_write: bool,
    /// Where, in one line; may be empty.
    pub address: String,
    /// The place.
    pub property: Option<Property>,
    /// For whom.
    pub customer: Option<Customer>,
    /// The organization that ordered it, by name; may be empty.
    pub organization: String,
    /// Its notes, newest first.
    pub notes: Vec<NoteRow>,
    /// What was refused of it, oldest first.
    pub refused: Vec<Refused>,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NoteRow {
    /// The note.
    pub id: NoteId,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// When it was written.
    pub made_at: Timestamp,
    /// When it was written, on the company's clock.
    pub when: String,
    /// Whether it has not reached the office.
    pub unsent: bool,
}

/// What the page of `id` shows; none if the job is not on this phone.
/// `entries` are the signed-in user's.
#[must_use]
pub fn job_detail(
    projection: &Projection,
    entries: &[OutboxEntry],
    session: &SignedIn,
    zone: &Zone,
    id: JobId,
) -> Option<JobDetail> {
    let view = projection.view(id.into())?;
    let Record::Job(job) = view.record else {
        return None;
    };
    let refused: Vec<Refused> = refused(projection, entries, session, zone)
        .into_iter()
        .filter(|refused| refused.job == Some(id))
        .collect();
    // The copy on this phone may be older than the refusal: what would be refused is not offered.
    let was_taken = refused
        .iter()
        .any(|refused| matches!(refused.reason, Reason::NotYours | Reason::Gone));
    let may_write = may_work_on(session.actor(), &job) && !was_taken;
    let steps = if may_write {
        job.status.next_steps(session.info.user.role)
    } else {
        &[]
    };
    let property = job.property.and_then(|id| base_of(projection, id.into()));
    let customer = job.customer.and_then(|id| base_of(projection, id.into()));
    let organization = job
        .organization
        .and_then(|id| base_of(projection, id.into()));
    Some(JobDetail {
        when: format!(
            "{} – {}",
            zone.format(job.starts, "%a %-d %b, %H:%M"),
            zone.format(job.ends, "%H:%M")
        ),
        unsent: view.unsent > 0,
        marks: marks_of(entries, id),
        steps,
        may_write,
        address: address_of(projection, &job),
        property: property.and_then(|record| match record {
            Record::Property(property) => Some(property),
            _ => None,
        }),
        customer: customer.and_then(|record| match record {
            Record::Customer(customer) => Some(customer),
            _ => None,
        }),
        organization: match organization {
            Some(Record::Organization(organization)) => organization.name,
            _ => String::new(),
        },
        notes: notes_of(projection, zone, id),
        refused,
        job,
    })
}

fn base_of(projection: &Projection, key: afield_domain::RecordKey) -> Option<Record> {
    projection
        .base(key)
        .map(|versioned| versioned.record.clone())
}

fn notes_of(projection: &Projection, zone: &Zone, job: JobId) -> Vec<NoteRow> {
    let mut notes: Vec<NoteRow> = projection
        .views(Module::Note)
        .filter_map(|view| match view.record {
            Record::Note(note) if note.job == job => Some(NoteRow {
                id: note.id,
                author: note.author_name,
                text: note.text,
                made_at: note.made_at,
                when: zone.format(note.made_at, "%-d %b, %H:%M"),
                unsent: view.unsent > 0,
            }),
            _ => None,
        })
        .collect();
    notes.sort_by_key(|note| std::cmp::Reverse((note.made_at, note.id)));
    notes
}

/// What opens a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapApp {
    /// `geo:`, which Android gives to the app of the user's choice.
    Geo,
    /// Apple Maps.
    Apple,
    /// A map in the browser.
    Web,
}

impl MapApp {
    /// The map app of a browser that calls itself `agent`.
    #[must_use]
    pub fn of_agent(agent: &str) -> Self {
        if agent.contains("Android") {
            Self::Geo
        } else if agent.contains("iPhone") || agent.contains("iPad") || agent.contains("Mac OS") {
            Self::Apple
        } else {
            Self::Web
        }
    }

    /// The link to `property`; `encode` is the browser's URL encoding.
    #[must_use]
    pub fn href(self, property: &Property, encode: impl Fn(&str) -> String) -> String {
        let text = [&property.address, &property.postcode, &property.city]
            .into_iter()
            .filter(|part| !part.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        let query = encode(&text);
        let point = property
            .position
            .map(|at| (degrees(at.latitude), degrees(at.longitude)));
        match (self, point) {
            (Self::Geo, Some((lat, lon))) => format!("geo:{lat},{lon}?q={query}"),
            (Self::Geo, None) => format!("geo:0,0?q={query}"),
            (Self::Apple, Some((lat, lon))) => {
                format!("https://maps.apple.com/?ll={lat},{lon}&q={query}")
            }
            (Self::Apple, None) => format!("https://maps.apple.com/?q={query}"),
            (Self::Web, Some((lat, lon))) => {
                format!("https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=18/{lat}/{lon}")
            }
            (Self::Web, None) => format!("https://www.openstreetmap.org/search?query={query}"),
        }
    }
}

/// Six decimals. Whole numbers: printing floating-point numbers would cost some kilobytes of code.
fn degrees(value: f64) -> String {
    let sign = if value < 0.0 { "-" } else { "" };
    let micro = (value.abs() * 1e6 + 0.5) as u64;
    format!("{sign}{}.{:06}", micro / 1_000_000, micro % 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::super::refused_view_model::Intent;
    use super::super::samples::{
        job, note_entry, parked, projection, signed_in, status_entry, with_outbox,
    };
    use super::*;
    use afield_domain::{Position, Rejection};

    fn detail(entries: &[OutboxEntry]) -> JobDetail {
        let projection = with_outbox(entries);
        job_detail(&projection, entries, &signed_in(), &Zone::utc(), job(1).id).unwrap()
    }

    #[test]
    fn unsent_changes_show_at_once_and_are_marked() {
        let entries = [
            status_entry(1, job(1).id, JobStatus::EnRoute),
            note_entry(2, job(1).id),
        ];
        let detail = detail(&entries);
        assert_eq!(detail.job.status, JobStatus::EnRoute);
        assert!(detail.unsent);
        assert_eq!(detail.steps[0], JobStatus::Started);
        let notes: Vec<(&str, bool)> = detail
            .notes
            .iter()
            .map(|note| (note.text.as_str(), note.unsent))
            .collect();
        assert_eq!(notes, [("Note 2", true), ("Valve ordered", false)]);
        assert_eq!(detail.marks.unsent, 2);
    }

    #[test]
    fn a_refused_change_is_shown_with_its_reason_and_what_waits_for_it() {
        let entries = [
            parked(
                status_entry(1, job(1).id, JobStatus::Started),
                Rejection::Forbidden,
            ),
            status_entry(2, job(1).id, JobStatus::Finished),
        ];
        let detail = detail(&entries);
        assert_eq!(detail.job.status, JobStatus::Scheduled);
        assert_eq!(detail.refused.len(), 1);
        assert_eq!(detail.refused[0].what, Intent::Status(JobStatus::Started));
        assert_eq!(detail.refused[0].reason, Reason::NotYours);
        assert_eq!(detail.refused[0].held, 1);
        assert!(detail.steps.is_empty(), "the job is somebody else's");
    }

    #[test]
    fn nobody_is_offered_a_step_on_another_s_job() {
        let mut session = signed_in();
        session.info.user.id = afield_domain::UserId(uuid::Uuid::from_u128(77));
        let detail = job_detail(&projection(), &[], &session, &Zone::utc(), job(1).id).unwrap();
        assert!(detail.steps.is_empty() && !detail.may_write);
    }

    #[test]
    fn the_map_link_suits_the_phone() {
        let mut property = detail(&[]).property.unwrap();
        let encode = |text: &str| text.replace(' ', "%20");
        assert_eq!(
            MapApp::of_agent("Linux; Android 15").href(&property, encode),
            "geo:0,0?q=Mill%20Lane%204%20Bruck"
        );
        property.position = Position::new(48.1, 11.5);
        assert_eq!(
            MapApp::Geo.href(&property, encode),
            "geo:48.100000,11.500000?q=Mill%20Lane%204%20Bruck"
        );
        let texts = [40.7127837, -74.0059413, -0.0000004, 0.5].map(degrees);
        assert_eq!(texts, ["40.712784", "-74.005941", "-0.000000", "0.500000"]);
        assert_eq!(MapApp::of_agent("X11; Linux"), MapApp::Web);
    }
}
