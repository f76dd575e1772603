//! What people call a job and where it is, and how a number is dialled. Pure.

use crate::kinds::name_of;
use afield_domain::{Job, JobId};
use afield_sync::Projection;

/// The number as `tel:` wants it: digits and a plus at the front. A zero in brackets is only for
/// those who do not dial the country.
#[must_use]
pub fn dialled(phone: &str) -> String {
    let phone = phone.trim();
    let phone = if phone.starts_with('+') {
        phone.replace("(0)", "")
    } else {
        phone.to_owned()
    };
    let keep = |(at, c): &(usize, char)| c.is_ascii_digit() || (*at == 0 && *c == '+');
    phone.char_indices().filter(keep).map(|(_, c)| c).collect()
}

/// Number and title of a job, also of one that has left this phone before the refused work on it; empty if
/// nobody knows them.
#[must_use]
pub fn job_name(projection: &Projection, job: Option<JobId>) -> String {
    if let Some(job) = job.and_then(|id| projection.job(id)) {
        return numbered(&job.number, &job.title);
    }
    let entries = projection.entries().iter();
    let kept = entries.filter(|entry| entry.mutation.op.job() == job);
    let name = kept.filter_map(|entry| entry.job.as_ref()).next_back();
    name.map_or_else(String::new, |name| numbered(&name.number, &name.title))
}

/// Where the job is, in one line.
#[must_use]
pub fn address_of(projection: &Projection, job: &Job) -> String {
    let property = job.property.and_then(|id| projection.base(id.into()));
    property
        .and_then(|place| name_of(&place.record))
        .unwrap_or_default()
}

/// What names a job: its number, which a new one does not have yet, and its title.
#[must_use]
pub fn numbered(number: &str, title: &str) -> String {
    if number.is_empty() {
        title.to_owned()
    } else {
        format!("{number} · {title}")
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn numbers_are_dialled_as_a_phone_wants_them() {
        for (phone, dialled) in [
            ("+49 (0)30 555-12", "+493055512"),
            ("030 / 555 12", "03055512"),
            ("(0)30 1", "0301"),
            (" 1+2 ", "12"),
        ] {
            assert_eq!(super::dialled(phone), dialled, "{phone}");
        }
    }
}
