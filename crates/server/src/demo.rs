//! The demo: two companies with people, places and a week of jobs around today.
//!
//! Owns what a newcomer finds. Everything is made by code from a seed: the same day gives the same
//! jobs with the same ids. Must never touch a company it did not make.

#[cfg(test)]
mod any_day_tests;
mod catalog;
mod detail;
mod inventory;
#[cfg(test)]
mod names_tests;
mod random;
mod setting;
mod week;

use crate::clock::Clock;
use crate::error::ServerError;
use crate::storage::{Account, CompanyRow, Storage, WriteTx};
use crate::zones::zone;
use afield_domain::company::CompanySettings;
use afield_domain::time::{Day, ScopeWindow};
use afield_domain::{CompanyId, Record, RecordKey, Role, Timestamp, User, UserId, Zone, limits};
use catalog::{COMPANIES, DemoCompany, DemoUser};
use random::seeded_id;
use setting::Setting;
use std::collections::HashSet;

/// The password of every demo account.
pub const PASSWORD: &str = "afield-demo";

/// One demo account, for the table that the server prints.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignIn {
    /// The company's name.
    pub company: &'static str,
    /// What the user may do.
    pub role: Role,
    /// The mail address.
    pub email: &'static str,
}

/// The demo accounts.
#[must_use]
pub fn sign_ins() -> Vec<SignIn> {
    COMPANIES
        .iter()
        .flat_map(|company| {
            company.users.iter().map(|user| SignIn {
                company: company.name,
                role: user.role,
                email: user.email,
            })
        })
        .collect()
}

/// Reads the time at which a demo starts: a day (then it is ten in the morning), a day and a time on
/// the wall of the first company, or an instant such as `2026-11-21T11:00:00Z`.
///
/// # Errors
/// What is expected instead.
pub fn read_today(text: &str) -> Result<Timestamp, String> {
    if let Ok(instant) = text.parse::<jiff::Timestamp>() {
        return Ok(Timestamp(instant.as_millisecond()));
    }
    let (day, time) = text.split_once('T').unwrap_or((text, "10:00"));
    let read = || {
        let day: Day = day.parse().ok()?;
        let (hour, minute) = time.split_once(':')?;
        let (hour, minute) = (hour.parse().ok()?, minute.parse().ok()?);
        let time = jiff::civil::Time::new(hour, minute, 0, 0).ok()?;
        Some(zone(COMPANIES.first()?.zone)?.at(day, time.hour(), time.minute()))
    };
    read().ok_or_else(|| {
        "a day such as 2028-02-29, or a day and a time such as 2028-02-29T08:15".to_owned()
    })
}

/// Makes the demo companies where they are missing, and jobs for the days around today that have none.
///
/// # Errors
/// When the storage fails.
pub async fn ensure_demo(
    storage: &dyn Storage,
    clock: &dyn Clock,
    password_hash: &str,
) -> Result<(), ServerError> {
    let now = clock.now();
    let mut tx = storage.write().await?;
    for demo in &COMPANIES {
        let id = CompanyId(seeded_id(&format!("{}/company", demo.slug)));
        let Some(zone) = zone(demo.zone) else {
            continue;
        };
        if tx.company(id).await?.is_none() {
            add_company(tx.as_mut(), demo, id, password_hash, now).await?;
        }
        add_missing(tx.as_mut(), id, inventory::inventory(demo), now).await?;
        add_days(tx.as_mut(), demo, id, &zone, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

async fn add_company(
    tx: &mut dyn WriteTx,
    demo: &DemoCompany,
    id: CompanyId,
    password_hash: &str,
    now: Timestamp,
) -> Result<(), ServerError> {
    tx.add_company(&CompanyRow {
        id,
        slug: demo.slug.to_owned(),
        name: demo.name.to_owned(),
        zone: demo.zone.to_owned(),
        settings: CompanySettings {
            contact_email: demo.contact.to_owned(),
            ..CompanySettings::default()
        },
        settings_version: 0,
        change_seq: 0,
        cursor_floor: 0,
    })
    .await?;
    for user in demo.users {
        tx.add_user(&Account {
            company: id,
            user: person(demo, user),
            email: user.email.to_owned(),
            password: password_hash.to_owned(),
            active: true,
            team: String::new(),
        })
        .await?;
    }
    for record in week::parties(demo) {
        crate::records::save_new(tx, id, &record, None, now).await?;
    }
    Ok(())
}

async fn add_days(
    tx: &mut dyn WriteTx,
    demo: &DemoCompany,
    id: CompanyId,
    zone: &Zone,
    now: Timestamp,
) -> Result<(), ServerError> {
    let setting = Setting::new(demo, zone);
    // Asked of all days first: a job that follows up another one stands on a later day.
    let mut empty = Vec::new();
    for day in days(zone, now) {
        if is_empty(tx, id, zone, day).await? {
            empty.push(day);
        }
    }
    for day in empty {
        add_missing(tx, id, detail::routes(&setting, day), now).await?;
        for planned in setting.plan_day(now, day) {
            for record in planned.records() {
                crate::records::save_new(tx, id, &record, None, now).await?;
            }
        }
    }
    Ok(())
}

/// The days that have jobs: those that a phone holds.
fn days(zone: &Zone, now: Timestamp) -> impl Iterator<Item = Day> {
    let today = zone.day(now);
    let days = i64::from(limits::DEFAULT_WINDOW_DAYS);
    (-days..=days).map(move |offset| today.plus(offset))
}

/// Writes those of `records` that are not there: a database of an older demo lacks some.
async fn add_missing(
    tx: &mut dyn WriteTx,
    id: CompanyId,
    records: Vec<Record>,
    now: Timestamp,
) -> Result<(), ServerError> {
    let keys: Vec<RecordKey> = records.iter().filter_map(Record::key).collect();
    let there: HashSet<RecordKey> = tx
        .heads(id, &keys)
        .await?
        .into_iter()
        .map(|head| head.key)
        .collect();
    for record in records {
        if record.key().is_some_and(|key| !there.contains(&key)) {
            crate::records::save_new(tx, id, &record, None, now).await?;
        }
    }
    Ok(())
}

async fn is_empty(
    tx: &mut dyn WriteTx,
    id: CompanyId,
    zone: &Zone,
    day: Day,
) -> Result<bool, ServerError> {
    let window = ScopeWindow {
        from: zone.start_of(day),
        until: zone.start_of(day.plus(1)),
    };
    Ok(tx.jobs_starting(id, window).await?.is_empty())
}

fn person(demo: &DemoCompany, user: &DemoUser) -> User {
    User {
        id: UserId(seeded_id(&format!("{}/user/{}", demo.slug, user.email))),
        name: user.name.to_owned(),
        role: user.role,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_is_a_day_a_time_on_the_wall_or_an_instant() {
        for (text, instant) in [
            ("2026-11-21", "2026-11-21T09:00:00Z"),
            ("2027-03-28", "2027-03-28T08:00:00Z"),
            // An hour that is left out comes later, one that comes twice is the first.
            ("2027-03-28T02:30", "2027-03-28T01:30:00Z"),
            ("2027-10-31T02:30", "2027-10-31T00:30:00Z"),
            ("2028-02-29T23:59", "2028-02-29T22:59:00Z"),
            ("2028-02-29T23:59:58.500Z", "2028-02-29T23:59:58.500Z"),
        ] {
            let instant: jiff::Timestamp = instant.parse().unwrap();
            assert_eq!(
                read_today(text),
                Ok(Timestamp(instant.as_millisecond())),
                "{text}"
            );
        }
        for text in [
            "",
            "today",
            "2027-02-29",
            "2028-02-29T24:00",
            "2028-02-29T8",
            "2028-02-29T",
        ] {
            assert!(read_today(text).is_err(), "{text}");
        }
    }
}
