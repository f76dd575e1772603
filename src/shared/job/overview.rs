//! The tab Overview of a job: where, for whom, under which agreement, and how long it has taken.
//!
//! Owns [`Overview`] and its links to other records. Pure: the time is an argument.

use crate::routes::record_href;
use crate::shared::names::{address_of, numbered};
use afield_domain::{Customer, JobId, JobStatus, Property, Record, RecordKey, Timestamp, Zone};
use afield_sync::view::Projection;

/// What the tab shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// What to do.
    pub description: String,
    /// Where, in one line; may be empty.
    pub address: String,
    /// Where the job is done.
    pub property: Option<Property>,
    /// For whom it is done.
    pub customer: Option<Customer>,
    /// Ordered by which organization.
    pub organization: Option<RecordLink>,
    /// Under which agreement.
    pub contract: Option<RecordLink>,
    /// On which route.
    pub route: Option<RecordLink>,
    /// Which job it follows up.
    pub follows: Option<RecordLink>,
    /// Its steps so far, for the time on it.
    pub steps: Vec<(JobStatus, Timestamp)>,
}

/// Another record, by name, and its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLink {
    /// What people call it.
    pub text: String,
    /// Its page; empty if it has none or is not on this phone.
    pub href: String,
}

/// The overview of the job `id`; none if it is not on this phone.
#[must_use]
pub fn overview(projection: &Projection, id: JobId) -> Option<Overview> {
    let job = projection.job(id)?;
    let property = job.property.and_then(|id| projection.property(id));
    let customer = job.customer.and_then(|id| projection.customer(id));
    let link = |key: Option<RecordKey>| link(projection, key?);
    Some(Overview {
        address: address_of(projection, job),
        property: property.cloned(),
        customer: customer.cloned(),
        organization: link(job.organization.map(Into::into)),
        contract: link(job.contract.map(Into::into)),
        route: link(job.route.map(Into::into)),
        follows: link(job.follows.map(Into::into)),
        steps: job.steps.iter().map(|step| (step.to, step.at)).collect(),
        description: job.description.clone(),
    })
}

fn link(projection: &Projection, key: RecordKey) -> Option<RecordLink> {
    let text = match projection.record(key)? {
        Record::Organization(organization) => organization.name.clone(),
        Record::Contract(contract) => numbered(&contract.number, &contract.name),
        Record::Route(route) => route.name.clone(),
        Record::Job(job) => numbered(&job.number, &job.title),
        _ => return None,
    };
    Some(RecordLink {
        text,
        href: record_href(key).unwrap_or_default(),
    })
}

/// When work began and when it ended, on the company's clock; none if it never began.
#[must_use]
pub fn actual(steps: &[(JobStatus, Timestamp)], zone: &Zone) -> Option<(String, Option<String>)> {
    let (_, began) = steps.iter().find(|(to, _)| *to == JobStatus::Started)?;
    let ended = steps
        .last()
        .filter(|(to, _)| *to == JobStatus::Finished)
        .map(|(_, at)| zone.day_and_time(*at));
    Some((zone.day_and_time(*began), ended))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, projection, status_entry, versioned, with_outbox};
    use crate::shared::times::times_of;
    use afield_domain::{Contract, ContractId, Module};
    use uuid::Uuid;

    use JobStatus::{EnRoute, Finished, Paused, Started};

    #[test]
    fn what_the_job_refers_to_is_there_with_its_page() {
        let id = ContractId(Uuid::from_u128(60));
        let mut of = job(1);
        of.contract = Some(id);
        let mut projection = projection();
        projection.set_record(of.id.into(), Some(versioned(Record::Job(of))));
        let found = overview(&projection, job(1).id).unwrap();
        assert_eq!(found.contract, None, "it is not on this phone");
        let contract = Contract {
            archived: false,
            id,
            number: "C-204".into(),
            name: "Heating".into(),
            covers: String::new(),
            from: String::new(),
            until: String::new(),
            response_hours: 0,
            visits: String::new(),
            customer: None,
        };
        let contracts = vec![versioned(Record::Contract(contract))];
        projection.set_module(Module::Contract, contracts);
        let found = overview(&projection, job(1).id).unwrap();
        assert_eq!(found.address, "Mill Lane 4, Bruck");
        assert_eq!(found.customer.unwrap().name, "Ada Berg");
        let link = RecordLink {
            text: "C-204 · Heating".into(),
            href: format!("/contracts/{id}"),
        };
        assert_eq!(found.contract, Some(link));
        assert_eq!((found.organization, found.follows), (None, None));
    }

    #[test]
    fn the_time_on_a_job_runs_with_steps_that_were_not_sent() {
        let entries = [status_entry(1, job(1).id, Started)];
        let steps = overview(&with_outbox(&entries), job(1).id).unwrap().steps;
        let began = entries[0].mutation.made_at();
        let times = times_of(&steps, began.plus_ms(65 * 60_000));
        assert_eq!(times.work, 65 * 60_000);
    }

    #[test]
    fn work_begins_with_the_first_start_and_ends_with_the_finish() {
        let at = |minutes: i64| NOON.plus_ms(minutes * 60_000);
        assert_eq!(actual(&[(EnRoute, at(0))], &Zone::utc()), None);
        let steps = [
            (EnRoute, at(0)),
            (Started, at(10)),
            (Paused, at(30)),
            (Started, at(50)),
            (Finished, at(95)),
        ];
        assert_eq!(times_of(&steps, at(600)).work, 65 * 60_000);
        let (began, ended) = actual(&steps, &Zone::utc()).unwrap();
        assert!(began.ends_with("12:10"), "{began}");
        assert!(ended.unwrap().ends_with("13:35"));
        assert_eq!(actual(&steps[..4], &Zone::utc()).unwrap().1, None);
    }
}
