//! Make a job that was found on site; it is its maker's.

use super::meaning::{Case, Ends, Judgement, Meaning};
use crate::ids::{CustomerId, JobId, PropertyId, TaskId, UserId};
use crate::merge::FieldValue;
use crate::permission::{Right, may_work_on};
use crate::record::{Job, JobField, Priority, Record, RecordKey};
use crate::rejection::Rejection;
use crate::time::Timestamp;
use crate::user::Actor;

/// See [`super::Op::CreateJob`].
pub(super) struct CreateJob<'o> {
    pub(super) job: JobId,
    pub(super) title: &'o str,
    pub(super) description: &'o str,
    pub(super) customer: Option<CustomerId>,
    pub(super) property: Option<PropertyId>,
    pub(super) priority: Priority,
    pub(super) starts: Timestamp,
    pub(super) ends: Timestamp,
}

impl CreateJob<'_> {
    /// The job that is asked for, checked; its number is the server's to give.
    fn made(&self, assignee: UserId) -> Result<Job, Rejection> {
        let mut made = Job {
            id: self.job,
            assignee: Some(assignee),
            starts: self.starts,
            ends: self.ends,
            customer: self.customer,
            property: self.property,
            priority: self.priority,
            ..Job::BLANK
        };
        made.set_field(JobField::Title, &FieldValue::Text(self.title.to_owned()))?;
        let description = FieldValue::Text(self.description.to_owned());
        made.set_field(JobField::Description, &description)?;
        let span = FieldValue::Span {
            from: self.starts,
            until: self.ends,
        };
        made.set_field(JobField::Schedule, &span)?;
        Ok(made)
    }

    /// Whether the place is not another customer's than the job.
    fn check_place(&self, case: &Case<'_, '_>) -> Result<(), Rejection> {
        let (Some(customer), Some(property)) = (self.customer, self.property) else {
            return Ok(());
        };
        match case.find(property) {
            Some(Record::Property(place)) if place.customer.is_none_or(|of| of == customer) => {
                Ok(())
            }
            _ => Err(Rejection::NotFound),
        }
    }
}

impl Meaning for CreateJob<'_> {
    fn target(&self) -> RecordKey {
        self.job.into()
    }

    fn job(&self) -> Option<JobId> {
        Some(self.job)
    }

    fn task(&self) -> Option<TaskId> {
        None
    }

    fn needs(&self) -> Vec<RecordKey> {
        let customer = self.customer.map(RecordKey::from);
        let property = self.property.map(RecordKey::from);
        customer.into_iter().chain(property).collect()
    }

    fn creates(&self) -> bool {
        true
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        Vec::new()
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        false
    }

    fn assignees(&self) -> Vec<UserId> {
        Vec::new()
    }

    fn rights(&self) -> Vec<Right> {
        vec![Right::CreateJob]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        case.check_all(&self.needs())?;
        self.check_place(case)?;
        self.made(case.context.actor.id)?;
        match case.find(self.job) {
            Some(Record::Job(job)) if may_work_on(case.context.actor, job) => {
                Ok(Judgement::Already)
            }
            // Ids are 122 random bits: a job of this id that is another's is a forged request.
            Some(_) => Err(Rejection::Forbidden),
            None => Ok(Judgement::as_asked()),
        }
    }

    fn effect(&self, target: Option<Record>, by: Actor<'_>, _: Timestamp) -> Option<Record> {
        target.or_else(|| self.made(by.id).ok().map(Record::Job))
    }
}
