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
    let property = job.property.and_then(|id| projection.known(id.into()));
    property.and_then(name_of).unwrap_or_default()
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

/// Longer words are no numbers, and must be able to break.
const LONGEST_NUMBER: usize = 24;

/// What stands before the first number such as "J-1082" in `text`, the number, and what stands after it: a
/// browser would break it at its hyphen.
#[must_use]
pub fn around_number(text: &str) -> Option<(&str, &str, &str)> {
    let is_number = |word: &str| {
        let has_digit = || word.contains(|c: char| c.is_ascii_digit());
        word.len() <= LONGEST_NUMBER && word.contains('-') && has_digit()
    };
    let mut at = 0;
    for word in text.split(' ') {
        if is_number(word) {
            let (before, rest) = text.split_at_checked(at)?;
            let (number, after) = rest.split_at_checked(word.len())?;
            return Some((before, number, after));
        }
        at += word.len() + 1;
    }
    None
}

#[cfg(target_family = "wasm")]
pub use view::unbroken;

#[cfg(target_family = "wasm")]
mod view {
    use super::around_number;
    use crate::view::view;
    use leptos::prelude::*;

    /// `text`, with the number in it on one line.
    pub fn unbroken(text: String) -> AnyView {
        let parts = around_number(&text);
        let parts = parts.map(|(before, number, after)| {
            view! { {before.to_owned()} <span class="number">{number.to_owned()}</span> {after.to_owned()} }
        });
        match parts {
            Some(parts) => parts.into_any(),
            None => text.into_any(),
        }
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_number_is_found_where_it_would_break() {
        for (text, expected) in [
            ("J-1082 · Lift door", Some(("", "J-1082", " · Lift door"))),
            (
                "Übernehmen Sie “J-7 · Lift”?",
                Some(("Übernehmen Sie ", "“J-7", " · Lift”?")),
            ),
            ("Pump - 2", None),
            ("Follow-up", None),
            ("Lift door", None),
            ("", None),
            ("see https://example.org/jobs/2026-11-28", None),
        ] {
            assert_eq!(super::around_number(text), expected, "{text}");
        }
    }

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
