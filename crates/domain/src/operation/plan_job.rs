//! Make a job for anyone, or for nobody yet. For the office, with a connection.

use super::create::checked;
use super::meaning::{Accepted, Case, Ends, Judgement, Meaning};
use crate::ids::{AssetId, ContractId, CustomerId, JobId, PropertyId, TaskId, TemplateId, UserId};
use crate::limits;
use crate::merge::FieldValue;
use crate::permission::Right;
use crate::record::{
    FormTemplate, Job, JobField, Priority, Record, RecordKey, ServiceTask, TaskStatus,
};
use crate::rejection::{Problem, Rejection};
use crate::time::Timestamp;
use crate::user::Actor;
use crate::wire::FromTree;
use serde::Serialize;

/// A job as the office plans it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct JobPlan {
    /// What is wrong or what to do.
    pub title: String,
    /// The details, may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// How pressing it is.
    #[serde(default, skip_serializing_if = "Priority::is_normal")]
    pub priority: Priority,
    /// Planned start.
    pub starts: Timestamp,
    /// Planned end, not before the start.
    pub ends: Timestamp,
    /// For whom.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<CustomerId>,
    /// Where.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub property: Option<PropertyId>,
    /// By which contract of the customer's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<ContractId>,
    /// Whose it is; nobody's if it waits to be given to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    /// What it is done on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<AssetId>,
    /// The forms to be filled in, each as a service task that is called like it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<TemplateId>,
    /// What is made with it, all or nothing: its customer, its place, under ids of whoever asks. Each must be the one
    /// that the plan names. A server that does not know this refuses the plan: it names what is not there.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made: Vec<Record>,
}

/// See [`super::Op::PlanJob`].
pub(super) struct PlanJob<'o> {
    pub(super) job: JobId,
    pub(super) plan: &'o JobPlan,
}

impl PlanJob<'_> {
    /// The job that is asked for, checked; its number is the server's to give.
    fn made(&self) -> Result<Job, Rejection> {
        let plan = self.plan;
        let mut made = Job {
            id: self.job,
            assignee: plan.assignee,
            starts: plan.starts,
            ends: plan.ends,
            customer: plan.customer,
            property: plan.property,
            contract: plan.contract,
            priority: plan.priority,
            ..Job::BLANK
        };
        made.set_field(JobField::Title, &FieldValue::Text(plan.title.clone()))?;
        let description = FieldValue::Text(plan.description.clone());
        made.set_field(JobField::Description, &description)?;
        let span = FieldValue::Span {
            from: plan.starts,
            until: plan.ends,
        };
        made.set_field(JobField::Schedule, &span)?;
        let linked = FieldValue::Text(crate::record::LINKED.to_owned());
        for asset in &plan.assets {
            made.set_value(JobField::Asset, &asset.to_string(), &linked)?;
        }
        if plan.forms.len() > limits::PLANNED_FORMS {
            let max = limits::PLANNED_FORMS;
            return Err(Rejection::Invalid {
                field: "forms".to_owned(),
                problem: Problem::TooLong { max },
            });
        }
        Ok(made)
    }

    /// Whether it makes this record, too.
    fn makes(&self, key: RecordKey) -> bool {
        self.plan.made.iter().any(|made| made.key() == Some(key))
    }

    /// The customer and the place that are made with it, in the form in which they are stored.
    fn ahead(&self, case: &Case<'_, '_>) -> Result<Vec<Record>, Rejection> {
        let mut ahead: Vec<Record> = Vec::new();
        for record in &self.plan.made {
            let is_named = match record {
                Record::Customer(customer) => self.plan.customer == Some(customer.id),
                Record::Property(place) => {
                    self.plan.property == Some(place.id) && self.plan.customer == place.customer
                }
                // A newer build may make more kinds.
                _ => return Err(Rejection::UnknownOp),
            };
            let is_twice = ahead.iter().any(|known| known.key() == record.key());
            if !is_named || is_twice {
                return Err(Rejection::Invalid {
                    field: "made".to_owned(),
                    problem: Problem::Malformed,
                });
            }
            // Ids are 122 random bits: one that is taken is a forged request.
            if record.key().and_then(|key| case.find(key)).is_some() {
                return Err(Rejection::Forbidden);
            }
            // A place is its customer's: the customer comes first, whatever the order of the request.
            let place = match record {
                Record::Customer(_) => 0,
                _ => ahead.len(),
            };
            ahead.insert(place, checked(record)?);
        }
        Ok(ahead)
    }

    /// Whether the place is not another customer's than the job.
    fn check_place(&self, case: &Case<'_, '_>) -> Result<(), Rejection> {
        let (Some(customer), Some(property)) = (self.plan.customer, self.plan.property) else {
            return Ok(());
        };
        if self.makes(property.into()) {
            return Ok(());
        }
        match case.find(property) {
            Some(Record::Property(place)) if place.customer.is_none_or(|of| of == customer) => {
                Ok(())
            }
            _ => Err(Rejection::NotFound),
        }
    }

    /// Whether the contract is not another customer's than the job.
    fn check_contract(&self, case: &Case<'_, '_>) -> Result<(), Rejection> {
        let Some(contract) = self.plan.contract else {
            return Ok(());
        };
        match case.find(contract) {
            Some(Record::Contract(it))
                if it.customer.is_none_or(|of| self.plan.customer == Some(of)) =>
            {
                Ok(())
            }
            _ => Err(Rejection::NotFound),
        }
    }

    /// A service task for each form, in the order in which they were chosen.
    fn tasks(&self, case: &Case<'_, '_>) -> Result<Vec<Record>, Rejection> {
        let form = |template: &TemplateId| match case.find(*template) {
            Some(Record::Form(form)) => Ok(form),
            _ => Err(Rejection::NotFound),
        };
        let forms = self.plan.forms.iter().map(form);
        let forms: Vec<&FormTemplate> = forms.collect::<Result<_, _>>()?;
        let task = |(place, form): (u32, &&FormTemplate)| {
            Record::Task(ServiceTask {
                id: task_id(self.job, place),
                job: self.job,
                place,
                title: form.name.chars().take(limits::TITLE_CHARS).collect(),
                status: TaskStatus::Open,
                asset: self
                    .plan
                    .assets
                    .first()
                    .copied()
                    .filter(|_| self.plan.assets.len() == 1),
                template: Some(form.id),
            })
        };
        Ok((1..).zip(&forms).map(task).collect())
    }
}

/// The id of the task at `place` of `job`: always the same, so that a repeated request makes no second one.
fn task_id(job: JobId, place: u32) -> TaskId {
    let salted = job.0.as_u128() ^ (0x7a5c_0000_0000_0000_0000_0000_0000_0000 + u128::from(place));
    let mixed = salted.wrapping_mul(0x2360_ed05_1fc6_5da4_4385_df64_9fcc_f645_u128);
    TaskId(uuid::Uuid::from_u128(mixed ^ (mixed >> 64)))
}

impl Meaning for PlanJob<'_> {
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
        let plan = self.plan;
        let customer = plan.customer.map(RecordKey::from);
        let property = plan.property.map(RecordKey::from);
        let contract = plan.contract.map(RecordKey::from);
        let assets = plan.assets.iter().map(|id| RecordKey::from(*id));
        let forms = plan.forms.iter().map(|id| RecordKey::from(*id));
        let single = customer.into_iter().chain(property).chain(contract);
        let all = single.chain(assets).chain(forms);
        let organization = self.plan.made.iter().flat_map(Record::links);
        all.chain(organization)
            .filter(|key| !self.makes(*key))
            .collect()
    }

    fn creates(&self) -> bool {
        true
    }

    fn looks_at(&self) -> Vec<RecordKey> {
        self.plan.made.iter().filter_map(Record::key).collect()
    }

    fn ends(&self) -> Ends {
        Ends::Nothing
    }

    fn needs_connection(&self) -> bool {
        true
    }

    fn assignees(&self) -> Vec<UserId> {
        self.plan.assignee.into_iter().collect()
    }

    fn rights(&self) -> Vec<Right> {
        let mut rights = vec![Right::CreateJob];
        if !self.plan.made.is_empty() {
            rights.push(Right::CreateRecord);
        }
        rights
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        if !case.context.actor.role.is_office() {
            return Err(Rejection::Forbidden);
        }
        // What is asked for is bounded before anything is looked up for it.
        self.made()?;
        // Ids are 122 random bits: one that is taken was asked for before, and its answer was lost.
        if case.find(self.job).is_some() {
            return Ok(Judgement::Already);
        }
        let ahead = self.ahead(case)?;
        case.check_all(&self.needs())?;
        self.check_place(case)?;
        self.check_contract(case)?;
        Ok(Judgement::Accepted(Accepted {
            ahead,
            besides: self.tasks(case)?,
            ..Accepted::default()
        }))
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        target.or_else(|| self.made().ok().map(Record::Job))
    }
}

#[cfg(test)]
#[path = "plan_job_tests.rs"]
mod tests;
