//! Make a job for anyone, or for nobody yet. For the office, with a connection.

use super::meaning::{Accepted, Case, Ends, Judgement, Meaning};
use crate::ids::{AssetId, CustomerId, JobId, PropertyId, TaskId, TemplateId, UserId};
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
    /// Whose it is; nobody's if it waits to be given to somebody.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignee: Option<UserId>,
    /// What it is done on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assets: Vec<AssetId>,
    /// The forms to be filled in, each as a service task that is called like it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub forms: Vec<TemplateId>,
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

    /// Whether the place is not another customer's than the job.
    fn check_place(&self, case: &Case<'_, '_>) -> Result<(), Rejection> {
        let (Some(customer), Some(property)) = (self.plan.customer, self.plan.property) else {
            return Ok(());
        };
        match case.find(property) {
            Some(Record::Property(place)) if place.customer.is_none_or(|of| of == customer) => {
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
        let assets = plan.assets.iter().map(|id| RecordKey::from(*id));
        let forms = plan.forms.iter().map(|id| RecordKey::from(*id));
        let single = customer.into_iter().chain(property);
        single.chain(assets).chain(forms).collect()
    }

    fn creates(&self) -> bool {
        true
    }

    fn looks_at(&self) -> Option<RecordKey> {
        None
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
        vec![Right::CreateJob]
    }

    fn judge(&self, case: &Case<'_, '_>) -> Result<Judgement, Rejection> {
        if !case.context.actor.role.is_office() {
            return Err(Rejection::Forbidden);
        }
        // What is asked for is bounded before anything is looked up for it.
        self.made()?;
        case.check_all(&self.needs())?;
        self.check_place(case)?;
        match case.find(self.job) {
            // Ids are 122 random bits: one that is taken was asked for before, and its answer was lost.
            Some(_) => Ok(Judgement::Already),
            None => Ok(Judgement::Accepted(Accepted {
                besides: self.tasks(case)?,
                ..Accepted::default()
            })),
        }
    }

    fn effect(&self, target: Option<Record>, _: Actor<'_>, _: Timestamp) -> Option<Record> {
        target.or_else(|| self.made().ok().map(Record::Job))
    }
}

#[cfg(test)]
mod tests {
    use super::super::surroundings::{id, surroundings};
    use super::*;
    use crate::operation::{ApplyContext, Effect, Op};
    use crate::user::Role;
    use crate::{Rejection, apply_op};

    fn plan() -> JobPlan {
        JobPlan {
            title: " Boiler leaks ".into(),
            description: String::new(),
            priority: Priority::High,
            starts: Timestamp(10),
            ends: Timestamp(20),
            customer: Some(CustomerId(id(30))),
            property: None,
            assignee: Some(UserId(id(2))),
            assets: vec![AssetId(id(20))],
            forms: vec![TemplateId(id(50)), TemplateId(id(50))],
        }
    }

    fn asked(role: Role, plan: JobPlan) -> Result<Effect, Rejection> {
        let dora = Actor {
            id: UserId(id(3)),
            name: "Dora",
            role,
        };
        let records = surroundings();
        let op = Op::PlanJob {
            job: JobId(id(7)),
            plan: Box::new(plan),
        };
        apply_op(ApplyContext::local(dora, Timestamp(5)), &op, |key| {
            records.iter().find(|record| record.key() == Some(key))
        })
    }

    #[test]
    fn it_is_whose_the_office_says_with_a_task_for_each_form() {
        let Ok(Effect::Write(written)) = asked(Role::Dispatcher, plan()) else {
            panic!("the office may");
        };
        let [Record::Job(job), Record::Task(one), Record::Task(other)] = written.as_slice() else {
            panic!("{written:?}");
        };
        assert_eq!(job.title, "Boiler leaks");
        assert_eq!(job.assignee, Some(UserId(id(2))));
        assert_eq!(job.assets, [AssetId(id(20))]);
        assert_eq!((one.place, other.place), (1, 2));
        assert_eq!(one.template, Some(TemplateId(id(50))));
        assert_eq!(one.asset, Some(AssetId(id(20))));
        assert_ne!(one.id, other.id);
    }

    #[test]
    fn who_may_not_and_what_cannot_be() {
        assert_eq!(asked(Role::Technician, plan()), Err(Rejection::Forbidden));
        let refused = |change: fn(&mut JobPlan)| {
            let mut plan = plan();
            change(&mut plan);
            asked(Role::Admin, plan)
        };
        let missing = Err(Rejection::NotFound);
        assert_eq!(
            refused(|plan| plan.customer = Some(CustomerId(id(31)))),
            missing
        );
        assert_eq!(refused(|plan| plan.assets = vec![AssetId(id(29))]), missing);
        assert_eq!(
            refused(|plan| plan.forms = vec![TemplateId(id(51))]),
            missing
        );
        for change in [
            (|plan| plan.title = "  ".into()) as fn(&mut JobPlan),
            |plan| plan.ends = Timestamp(9),
            |plan| plan.forms = vec![TemplateId(id(50)); limits::PLANNED_FORMS + 1],
        ] {
            let refused = refused(change);
            assert!(
                matches!(refused, Err(Rejection::Invalid { .. })),
                "{refused:?}"
            );
        }
        // Nobody's yet.
        assert!(refused(|plan| plan.assignee = None).is_ok());
    }
}
