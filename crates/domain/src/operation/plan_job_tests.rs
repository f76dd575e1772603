//! Who may plan a job, what is made with it, and what is refused.

use super::super::surroundings::{id, surroundings};
use super::*;
use crate::operation::{ApplyContext, Effect, Op};
use crate::record::{Customer, Property};
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
        contract: None,
        assignee: Some(UserId(id(2))),
        assets: vec![AssetId(id(20))],
        forms: vec![TemplateId(id(50)), TemplateId(id(50))],
        made: Vec::new(),
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

fn customer(n: u8, name: &str) -> Record {
    Record::Customer(Customer {
        id: CustomerId(id(n)),
        name: name.into(),
        phone: String::new(),
        email: String::new(),
        organization: None,
        archived: false,
    })
}

fn place(n: u8, of: Option<u8>) -> Record {
    Record::Property(Property {
        archived: false,
        id: PropertyId(id(n)),
        address: " Mole 1 ".into(),
        city: String::new(),
        postcode: String::new(),
        access: String::new(),
        position: None,
        customer: of.map(|n| CustomerId(id(n))),
    })
}

/// A plan for somebody new, made in this order.
fn with(made: Vec<Record>) -> JobPlan {
    JobPlan {
        customer: Some(CustomerId(id(33))),
        property: Some(PropertyId(id(38))),
        contract: None,
        assets: Vec::new(),
        forms: vec![TemplateId(id(50))],
        made,
        ..plan()
    }
}

#[test]
fn a_customer_and_a_place_are_made_with_it_and_before_it() {
    let made = vec![place(38, Some(33)), customer(33, " Hansen ")];
    let Ok(Effect::Write(written)) = asked(Role::Dispatcher, with(made)) else {
        panic!("the office may");
    };
    let [
        Record::Customer(hansen),
        Record::Property(mole),
        Record::Job(job),
        Record::Task(_),
    ] = written.as_slice()
    else {
        panic!("{written:?}");
    };
    assert_eq!(
        (hansen.name.as_str(), mole.address.as_str()),
        ("Hansen", "Mole 1")
    );
    assert_eq!(
        (job.customer, job.property, mole.customer),
        (Some(hansen.id), Some(mole.id), Some(hansen.id))
    );
    // Somebody who is there gets a new place.
    let known = JobPlan {
        customer: Some(CustomerId(id(30))),
        ..with(vec![place(38, Some(30))])
    };
    assert!(asked(Role::Dispatcher, known).is_ok());
}

#[test]
fn what_is_made_with_it_is_what_it_names_or_nothing_is_made() {
    let malformed = |made: Vec<Record>| {
        let refused = asked(Role::Admin, with(made));
        assert!(
            matches!(refused, Err(Rejection::Invalid { .. })),
            "{refused:?}"
        );
    };
    // Another's place; another customer; one twice; one without a name.
    malformed(vec![customer(33, "Hansen"), place(38, Some(30))]);
    malformed(vec![customer(34, "Hansen"), place(38, Some(33))]);
    malformed(vec![customer(33, "Hansen"), customer(33, "Hansen")]);
    malformed(vec![customer(33, " "), place(38, Some(33))]);
    // The place is nobody's here, and not made.
    assert_eq!(
        asked(Role::Admin, with(vec![customer(33, "Hansen")])),
        Err(Rejection::NotFound)
    );
    // Somebody is there under this id.
    let taken = JobPlan {
        customer: Some(CustomerId(id(30))),
        property: None,
        contract: None,
        ..with(vec![customer(30, "Hansen")])
    };
    assert_eq!(asked(Role::Admin, taken), Err(Rejection::Forbidden));
    let other = with(vec![Record::Job(Job::BLANK)]);
    assert_eq!(asked(Role::Admin, other), Err(Rejection::UnknownOp));
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
