//! A job as an export tells it: everything by its name.
//!
//! Owns [`ExportJob`], which is also its form in JSON. Pure.

use afield_domain::{
    Answer, FieldValue, Job, JobId, JobStatus, Priority, Question, QuestionKind, Record, RecordKey,
    Submission, Timestamp, UserId,
};
use serde::{Serialize, Serializer};
use std::collections::HashMap;

/// What stands around jobs.
#[derive(Debug, Default)]
pub(super) struct Around {
    pub(super) submitted: HashMap<JobId, Vec<Submission>>,
    pub(super) records: HashMap<RecordKey, Record>,
    pub(super) people: HashMap<UserId, String>,
}

/// A job with what was answered on it.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct ExportJob {
    pub(super) id: JobId,
    pub(super) number: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) status: JobStatus,
    /// Whether it ended because it could not be done.
    pub(super) not_possible: bool,
    pub(super) priority: Priority,
    pub(super) technician: String,
    pub(super) customer: String,
    pub(super) organization: String,
    pub(super) address: String,
    pub(super) postcode: String,
    pub(super) city: String,
    #[serde(serialize_with = "moment")]
    pub(super) planned_start: Timestamp,
    #[serde(serialize_with = "moment")]
    pub(super) planned_end: Timestamp,
    /// When the work began, and when it ended.
    #[serde(serialize_with = "maybe_moment")]
    pub(super) started: Option<Timestamp>,
    #[serde(serialize_with = "maybe_moment")]
    pub(super) finished: Option<Timestamp>,
    pub(super) checklist: Vec<Answered>,
    pub(super) forms: Vec<ExportForm>,
}

/// A form that was submitted.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct ExportForm {
    pub(super) form: String,
    pub(super) filled_in_by: String,
    #[serde(serialize_with = "moment")]
    pub(super) filled_in_at: Timestamp,
    pub(super) answers: Vec<Answered>,
}

/// A question with its answer.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Answered {
    pub(super) item: String,
    pub(super) question: String,
    pub(super) answer: FieldValue,
    pub(super) unit: String,
}

/// Times in JSON are universal, as RFC 3339 writes them.
#[allow(clippy::trivially_copy_pass_by_ref)] // As serde calls it.
fn moment<S: Serializer>(at: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    maybe_moment(&Some(*at), to)
}

#[allow(clippy::trivially_copy_pass_by_ref, clippy::ref_option)] // As serde calls it.
fn maybe_moment<S: Serializer>(at: &Option<Timestamp>, to: S) -> Result<S::Ok, S::Error> {
    let text = at.and_then(|at| jiff::Timestamp::from_millisecond(at.0).ok());
    text.map(|text| text.to_string()).serialize(to)
}

/// `job` as an export tells it.
pub(super) fn plan_job(job: &Job, around: &Around) -> ExportJob {
    let find = |key: Option<RecordKey>| key.and_then(|key| around.records.get(&key));
    let customer = match find(job.customer.map(Into::into)) {
        Some(Record::Customer(customer)) => customer.name.clone(),
        _ => String::new(),
    };
    let organization = match find(job.organization.map(Into::into)) {
        Some(Record::Organization(organization)) => organization.name.clone(),
        _ => String::new(),
    };
    let (address, postcode, city) = match find(job.property.map(Into::into)) {
        Some(Record::Property(place)) => (&*place.address, &*place.postcode, &*place.city),
        _ => ("", "", ""),
    };
    let technician = job.assignee.and_then(|user| around.people.get(&user));
    let began = job.steps.iter().find(|step| step.to == JobStatus::Started);
    let ended = job
        .steps
        .last()
        .filter(|step| step.to == JobStatus::Finished);
    let mut submitted: Vec<&Submission> = around
        .submitted
        .get(&job.id)
        .into_iter()
        .flatten()
        .collect();
    submitted.sort_by_key(|made| (made.made_at, made.id));
    ExportJob {
        id: job.id,
        number: job.number.clone(),
        title: job.title.clone(),
        description: job.description.clone(),
        status: job.status,
        not_possible: job.was_not_possible(),
        priority: job.priority,
        technician: technician.cloned().unwrap_or_default(),
        customer,
        organization,
        address: address.to_owned(),
        postcode: postcode.to_owned(),
        city: city.to_owned(),
        planned_start: job.starts,
        planned_end: job.ends,
        started: began.map(|step| step.at),
        finished: ended.map(|step| step.at),
        checklist: answered(&job.checklist, &job.answers),
        forms: submitted
            .into_iter()
            .map(|made| form(made, around))
            .collect(),
    }
}

fn form(made: &Submission, around: &Around) -> ExportForm {
    let (name, questions) = match around.records.get(&made.template.into()) {
        Some(Record::Form(form)) => (form.name.clone(), form.questions.as_slice()),
        _ => (String::new(), [].as_slice()),
    };
    ExportForm {
        form: name,
        filled_in_by: made.author_name.clone(),
        filled_in_at: made.made_at,
        answers: answered(questions, &made.answers),
    }
}

/// What was answered, in the order of the questions; then what no question asks for any more.
fn answered(questions: &[Question], answers: &[Answer]) -> Vec<Answered> {
    let place = |answer: &Answer| questions.iter().position(|asked| asked.item == answer.item);
    let mut all: Vec<(usize, &Answer)> = answers
        .iter()
        .filter(|answer| answer.value != FieldValue::Nothing)
        .map(|answer| (place(answer).unwrap_or(usize::MAX), answer))
        .collect();
    all.sort_by_key(|(place, _)| *place);
    all.into_iter()
        .map(|(place, answer)| {
            let question = questions.get(place);
            let unit = match question.map(|question| &question.kind) {
                Some(
                    QuestionKind::Number { unit, .. } | QuestionKind::Calculation { unit, .. },
                ) => unit.clone(),
                _ => String::new(),
            };
            Answered {
                item: answer.item.clone(),
                question: question.map_or_else(|| answer.item.clone(), |asked| asked.label.clone()),
                answer: answer.value.clone(),
                unit,
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(item: &str, value: &str) -> Answer {
        Answer {
            item: item.into(),
            value: FieldValue::Text(value.into()),
        }
    }

    #[test]
    fn answers_stand_in_the_order_of_the_questions_and_none_is_lost() {
        let number = QuestionKind::Number {
            min: None,
            max: None,
            unit: "bar".into(),
        };
        let questions = [
            Question::new("head", "Boiler", QuestionKind::Heading),
            Question::new("bar", "Pressure", number),
            Question::new("gas", "Is it tight?", QuestionKind::YesNo),
            Question::new("note", "Anything else?", QuestionKind::Text),
        ];
        let nothing = Answer {
            item: "note".into(),
            value: FieldValue::Nothing,
        };
        let answers = [
            text("old", "17"),
            text("gas", "yes"),
            nothing,
            text("bar", "1.5"),
        ];
        let told: Vec<_> = answered(&questions, &answers)
            .into_iter()
            .map(|one| (one.question, one.answer, one.unit))
            .collect();
        let of = |question: &str, value: &str, unit: &str| {
            (
                question.to_owned(),
                FieldValue::Text(value.into()),
                unit.to_owned(),
            )
        };
        let expected = [
            of("Pressure", "1.5", "bar"),
            of("Is it tight?", "yes", ""),
            of("old", "17", ""),
        ];
        assert_eq!(told, expected);
    }
}
