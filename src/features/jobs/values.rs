//! What stands in a field, as the screen shows it.
//!
//! Owns [`Shown`]; `words` gives it its text. Pure: the zone and the reader are arguments.

use afield_domain::{FieldValue, JobField, Priority, UserId, Zone};

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Shown {
    /// Text, or a span on the company's clock.
    Text(String),
    /// Nothing was written.
    Empty,
    /// A priority.
    Priority(Priority),
    /// Assigned to the reader.
    You,
    /// Assigned to somebody whose name this phone does not have.
    Somebody,
    /// Assigned to nobody.
    Nobody,
}

/// `value` of `field` for the reader `me`.
#[must_use]
pub fn shown(field: JobField, value: &FieldValue, zone: &Zone, me: UserId) -> Shown {
    match (field, value) {
        (JobField::Assignee, FieldValue::Nothing) => Shown::Nobody,
        (JobField::Assignee, FieldValue::Text(id)) => match id.parse() {
            Ok(id) if me == id => Shown::You,
            _ => Shown::Somebody,
        },
        (JobField::Priority, FieldValue::Text(name)) => match Priority::from_name(name) {
            Some(priority) => Shown::Priority(priority),
            None => Shown::Text(name.clone()),
        },
        (_, FieldValue::Text(text)) if text.trim().is_empty() => Shown::Empty,
        (_, FieldValue::Text(text)) => Shown::Text(text.clone()),
        (_, FieldValue::Span { from, until }) => {
            let is_one_day = zone.day(*from) == zone.day(*until);
            let end = if is_one_day { "%H:%M" } else { DAY_AND_TIME };
            let (from, until) = (zone.format(*from, DAY_AND_TIME), zone.format(*until, end));
            Shown::Text(format!("{from} – {until}"))
        }
        (_, FieldValue::Nothing) => Shown::Empty,
    }
}

const DAY_AND_TIME: &str = "%a %-d %b, %H:%M";

#[cfg(test)]
mod tests {
    use super::super::samples::{NOON, user};
    use super::*;

    #[track_caller]
    fn check(field: JobField, value: FieldValue, expected: Shown) {
        assert_eq!(shown(field, &value, &Zone::utc(), user().id), expected);
    }

    fn text(text: &str) -> FieldValue {
        FieldValue::Text(text.to_owned())
    }

    #[test]
    fn values_read_as_people_say_them() {
        let span = |hours: i64| FieldValue::Span {
            from: NOON,
            until: NOON.plus_ms(hours * 3_600_000),
        };
        let plain = |text: &str| Shown::Text(text.to_owned());
        check(JobField::Title, text("Boiler"), plain("Boiler"));
        check(JobField::Description, text(" "), Shown::Empty);
        let urgent = Shown::Priority(Priority::Urgent);
        check(JobField::Priority, text("urgent"), urgent);
        check(JobField::Priority, text("burning"), plain("burning"));
        let one_day = plain("Fri 15 Jan, 12:00 – 13:00");
        check(JobField::Schedule, span(1), one_day);
        let two_days = plain("Fri 15 Jan, 12:00 – Sat 16 Jan, 12:00");
        check(JobField::Schedule, span(24), two_days);
        check(JobField::Assignee, FieldValue::Nothing, Shown::Nobody);
        check(JobField::Assignee, text(&user().id.to_string()), Shown::You);
        check(JobField::Assignee, text("x"), Shown::Somebody);
        check(JobField::Other, FieldValue::Nothing, Shown::Empty);
    }
}
