//! What stands in a field, as the screen shows it.
//!
//! Owns [`ShownValue`] and [`FieldName`]; `words` gives them their text. Pure: the zone and the reader are
//! arguments.

use afield_domain::answers::{NO, YES};
use afield_domain::record::LINKED;
use afield_domain::{FieldValue, JobField, JobId, PhotoMoment, Priority, UserId, Zone};
use afield_sync::view::Projection;

/// What stands in a field.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum ShownValue {
    /// Text, or a span on the company's clock.
    Text(String),
    /// Nothing was written.
    Empty,
    /// So many photos or files.
    Files(usize),
    /// How pressing the job is.
    Priority(Priority),
    /// The answer yes.
    Yes,
    /// The answer no.
    No,
    /// A photo of before or after the work.
    Photo(PhotoMoment),
    /// It belongs to the job.
    Linked,
    /// It does not belong to the job.
    NotLinked,
    /// Assigned to the reader.
    You,
    /// Assigned to somebody whose name this phone does not have.
    Somebody,
    /// Assigned to nobody.
    Nobody,
}

/// `value` of `field` for the reader `me`.
#[must_use]
pub fn shown(field: JobField, value: &FieldValue, zone: &Zone, me: UserId) -> ShownValue {
    match (field, value) {
        (JobField::Assignee, FieldValue::Nothing) => ShownValue::Nobody,
        (JobField::Assignee, FieldValue::Text(id)) => match id.parse() {
            Ok(id) if me == id => ShownValue::You,
            _ => ShownValue::Somebody,
        },
        (JobField::Priority, FieldValue::Text(name)) => match Priority::from_name(name) {
            Some(priority) => ShownValue::Priority(priority),
            None => ShownValue::Text(name.clone()),
        },
        (JobField::Photo, FieldValue::Text(name)) => match PhotoMoment::from_name(name) {
            Some(moment) => ShownValue::Photo(moment),
            None => ShownValue::Text(name.clone()),
        },
        (JobField::Asset | JobField::Part, FieldValue::Nothing) => ShownValue::NotLinked,
        (JobField::Asset, FieldValue::Text(text)) if text == LINKED => ShownValue::Linked,
        (JobField::Answer, FieldValue::Text(text)) if text == YES => ShownValue::Yes,
        (JobField::Answer, FieldValue::Text(text)) if text == NO => ShownValue::No,
        (_, FieldValue::Text(text)) if text.trim().is_empty() => ShownValue::Empty,
        (_, FieldValue::Text(text)) => ShownValue::Text(text.clone()),
        (_, FieldValue::Span { from, until }) => ShownValue::Text(zone.span(*from, *until)),
        (_, FieldValue::Files(files)) => ShownValue::Files(files.len()),
        (_, FieldValue::Nothing) => ShownValue::Empty,
    }
}

/// A field, with what it is about where it has items.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FieldName {
    /// The field itself.
    pub field: JobField,
    /// The question, the asset or the part, as people call it; empty for a field with one value and
    /// for what is not on this phone.
    pub about: String,
}

/// The name of `item` of `field` of `job`.
#[must_use]
pub fn field_name(projection: &Projection, job: JobId, field: JobField, item: &str) -> FieldName {
    let about = match field {
        JobField::Answer => projection.job(job).and_then(|job| {
            let mut questions = job.checklist.iter();
            let found = questions.find(|question| question.item == item);
            found.map(|question| &question.label)
        }),
        JobField::Asset => {
            let id = item.parse().ok();
            let asset = id.and_then(|id| projection.asset(id));
            asset.map(|asset| &asset.name)
        }
        JobField::Part => {
            let id = item.parse().ok();
            let part = id.and_then(|id| projection.part(id));
            part.map(|part| &part.name)
        }
        _ => None,
    };
    FieldName {
        field,
        about: about.cloned().unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, projection, user, versioned};
    use afield_domain::{Question, QuestionKind, Record};

    #[track_caller]
    fn check(field: JobField, value: FieldValue, expected: ShownValue) {
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
        let plain = |text: &str| ShownValue::Text(text.to_owned());
        check(JobField::Title, text("Boiler"), plain("Boiler"));
        check(JobField::Description, text(" "), ShownValue::Empty);
        let urgent = ShownValue::Priority(Priority::Urgent);
        check(JobField::Priority, text("urgent"), urgent);
        check(JobField::Priority, text("burning"), plain("burning"));
        let one_day = plain("Fri 15 Jan, 12:00 – 13:00");
        check(JobField::Schedule, span(1), one_day);
        let two_days = plain("Fri 15 Jan, 12:00 – Sat 16 Jan, 12:00");
        check(JobField::Schedule, span(24), two_days);
        check(JobField::Assignee, FieldValue::Nothing, ShownValue::Nobody);
        check(
            JobField::Assignee,
            text(&user().id.to_string()),
            ShownValue::You,
        );
        check(JobField::Assignee, text("x"), ShownValue::Somebody);
        check(JobField::Other, FieldValue::Nothing, ShownValue::Empty);
        check(JobField::Answer, text(YES), ShownValue::Yes);
        check(JobField::Answer, text("12.5"), plain("12.5"));
        check(JobField::Answer, FieldValue::Nothing, ShownValue::Empty);
        check(JobField::Asset, text(LINKED), ShownValue::Linked);
        check(
            JobField::Photo,
            text("after"),
            ShownValue::Photo(PhotoMoment::After),
        );
        check(JobField::Photo, FieldValue::Nothing, ShownValue::Empty);
        check(JobField::Part, text("2"), plain("2"));
        check(JobField::Part, FieldValue::Nothing, ShownValue::NotLinked);
    }

    #[test]
    fn an_item_is_called_what_people_call_it() {
        let mut of = job(1);
        of.checklist = vec![Question::new("gas", "Is it tight?", QuestionKind::YesNo)];
        let mut projection = projection();
        projection.set_record(of.id.into(), Some(versioned(Record::Job(of))));
        let name = |field, item| field_name(&projection, job(1).id, field, item).about;
        assert_eq!(name(JobField::Answer, "gas"), "Is it tight?");
        assert_eq!(name(JobField::Answer, "other"), "");
        assert_eq!(name(JobField::Title, ""), "");
        assert_eq!(name(JobField::Asset, "not an id"), "");
    }
}
