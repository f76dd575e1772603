//! A route with three stops for the tests. Must never be compiled into the app.

use super::{job, projection};
use afield_domain::{
    Job, JobStatus, Module, Position, Property, PropertyId, Record, Rev, Route, RouteId, Versioned,
};
use afield_sync::Projection;
use uuid::Uuid;

pub(crate) const ROUTE: RouteId = RouteId(Uuid::from_u128(70));

fn versioned(record: Record) -> Versioned {
    Versioned {
        rev: Rev(1),
        record,
    }
}

pub(crate) fn property(n: u128, position: Option<Position>) -> Property {
    Property {
        archived: false,
        id: PropertyId(Uuid::from_u128(600 + n)),
        address: format!("Mill Lane {n}"),
        city: "Bruck".into(),
        postcode: String::new(),
        access: String::new(),
        position,
        customer: None,
    }
}

/// Job `n` of the samples as a stop of the route, at a place of its own.
pub(crate) fn stop(n: u128, status: JobStatus) -> Job {
    Job {
        route: Some(ROUTE),
        property: Some(PropertyId(Uuid::from_u128(600 + n))),
        status,
        ..job(n)
    }
}

/// Jobs 1 and 2 are on the route, each with a place to the north of the one before; so is job 3, whose
/// place is not known.
pub(crate) fn with_route(statuses: [JobStatus; 3]) -> Projection {
    let mut projection = projection();
    let jobs = (1..).zip(statuses).map(|(n, status)| stop(n, status));
    let jobs = jobs.map(|job| versioned(Record::Job(job))).collect();
    projection.set_module(Module::Job, jobs);
    let at = |latitude| Position::new(latitude, 11.0);
    let places = [(1, at(48.09)), (2, at(48.18)), (3, None)];
    let places = places.map(|(n, position)| versioned(Record::Property(property(n, position))));
    projection.set_module(Module::Property, places.to_vec());
    let route = Route {
        id: ROUTE,
        name: "North".into(),
        day: "2027-01-15".into(),
        start: "Depot".into(),
        position: at(48.0),
    };
    projection.set_module(Module::Route, vec![versioned(Record::Route(route))]);
    projection
}
