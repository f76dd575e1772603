//! Makes the checks, one after the other.
//!
//! Owns their order and what is left out. Must never go on where no back end is.

use crate::areas;
use crate::check::{Check, Profile};
use crate::http::{Ask, Client};
use crate::office::Office;
use crate::report::Report;
use crate::setup::Setup;
use crate::world::World;

/// Looks at the back end of `setup`: the checks of these profiles, and of these only those whose name begins with one
/// of `only`, if there are any.
///
/// # Errors
/// When there is nothing to look at: a text for people.
pub fn run(
    setup: &Setup,
    office: Box<dyn Office>,
    profiles: &[Profile],
    only: &[String],
) -> std::result::Result<Report, String> {
    let wanted = |check: &Check| {
        let named = only.is_empty()
            || only
                .iter()
                .any(|name| check.name.starts_with(name.as_str()));
        named && profiles.contains(&check.profile)
    };
    let checks: Vec<Check> = areas::all().into_iter().filter(wanted).collect();
    if checks.is_empty() {
        return Err("there is no such check".into());
    }
    let client = Client::new(&setup.url, setup.patience).map_err(|error| error.to_string())?;
    let random = getrandom::u64().map_err(|error| error.to_string())?;
    let mut world = World::new(client, setup.clone(), office, random);
    // Its clock, from which ids are made; and whether there is anybody.
    let begun = world.client.ask(&Ask::new("GET", "/api/v1/session"));
    let begun = begun.map_err(|_| format!("nobody answers at {}", setup.url))?;
    world.note(&Ask::new("GET", "/api/v1/session"), &begun);
    let mut report = Report::default();
    for check in checks {
        let looked = (check.look)(&mut world);
        report.add(check, looked);
    }
    Ok(report)
}
