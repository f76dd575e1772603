//! The form of a job that was found on site: what was typed and chosen, and the change it comes to.
//!
//! Owns [`NewForm`]. Pure: time, id and zone are arguments. The rules for
//! its texts and times are those of the form that edits a job.

use super::made_view_model::Made;
use crate::shared::draft::AnswerDraft;
use crate::shared::job_form::{EditDraft, EditForm, Input, InputFlaw};
use afield_domain::answers::answer_to;
use afield_domain::{
    Answer, CustomerId, FieldValue, Job, JobId, Op, PropertyId, Record, Timestamp, Zone,
};
use uuid::Uuid;

const MINUTE_MS: i64 = 60_000;
const LASTS_MS: i64 = 60 * MINUTE_MS;

/// What was typed and chosen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewForm {
    /// What stands in it.
    pub form: EditForm,
    /// The customer that was chosen.
    pub customer: Option<CustomerId>,
    /// The place that was chosen.
    pub property: Option<PropertyId>,
    /// What of customer and place is new.
    pub made: Made,
    /// The job that it began as: now, for an hour.
    seen: Job,
}

impl NewForm {
    /// An empty form: the job begins now and takes an hour.
    #[must_use]
    pub fn new(now: Timestamp, zone: &Zone) -> Self {
        let starts = Timestamp(now.0.div_euclid(MINUTE_MS) * MINUTE_MS);
        let seen = Job {
            starts,
            ends: starts.plus_ms(LASTS_MS),
            ..Job::BLANK
        };
        Self {
            form: EditForm::of(&seen, zone),
            customer: None,
            property: None,
            made: Made::default(),
            seen,
        }
    }

    /// The form as it was left.
    #[must_use]
    pub fn restored(draft: &AnswerDraft, now: Timestamp, zone: &Zone) -> Self {
        let mut form = Self::new(now, zone);
        let text = |item: &str| match answer_to(&draft.typed, item) {
            FieldValue::Text(text) => Some(text.clone()),
            _ => None,
        };
        for input in INPUTS {
            if let Some(text) = text(item_of(input)) {
                form.form.type_in(input, text);
            }
        }
        form.customer = text(CUSTOMER).and_then(|id| id.parse().ok());
        form.property = text(PROPERTY).and_then(|id| id.parse().ok());
        form.made = Made::restored(&draft.typed);
        form
    }

    /// The form with what was refused in it.
    #[must_use]
    pub fn correcting(op: &Op, now: Timestamp, zone: &Zone) -> Self {
        let Op::CreateJob {
            title,
            description,
            customer,
            property,
            priority,
            starts,
            ends,
            ..
        } = op
        else {
            return Self::new(now, zone);
        };
        let mut form = Self::new(now, zone);
        let asked = Job {
            title: title.clone(),
            description: description.clone(),
            priority: *priority,
            starts: *starts,
            ends: *ends,
            ..Job::BLANK
        };
        form.form = EditForm::of(&asked, zone);
        (form.customer, form.property) = (*customer, *property);
        form
    }

    /// What of it is worth keeping; nothing if it is as it began.
    #[must_use]
    pub fn draft(&self, zone: &Zone) -> Option<AnswerDraft> {
        let fresh = EditForm::of(&self.seen, zone);
        let answer = |item: &str, text: String| Answer {
            item: item.to_owned(),
            value: FieldValue::Text(text),
        };
        let mut typed: Vec<Answer> = INPUTS
            .into_iter()
            .filter(|input| self.form.text(*input) != fresh.text(*input))
            .map(|input| answer(item_of(input), self.form.text(input).to_owned()))
            .collect();
        typed.extend(self.customer.map(|id| answer(CUSTOMER, id.to_string())));
        typed.extend(self.property.map(|id| answer(PROPERTY, id.to_string())));
        typed.extend(self.made.draft());
        (!typed.is_empty()).then(|| AnswerDraft {
            typed,
            seen: Vec::new(),
        })
    }

    /// The changes that make the job `id`, with what is new under the ids `made`.
    ///
    /// # Errors
    /// As [`Self::op`].
    pub fn ops(
        &self,
        id: JobId,
        made: [Uuid; 2],
        zone: &Zone,
    ) -> Result<Vec<Op>, Vec<(Input, InputFlaw)>> {
        let chosen = (self.customer, self.property);
        let (records, customer, property) = self.made.records(chosen, made);
        let whose = Self {
            customer,
            property,
            ..self.clone()
        };
        let create = |record: Record| Op::Create {
            record: Box::new(record),
        };
        let mut ops: Vec<Op> = records.into_iter().map(create).collect();
        ops.push(whose.op(id, zone)?);
        Ok(ops)
    }

    /// The change that makes the job `id`.
    ///
    /// # Errors
    /// Every field that cannot be saved, in the order of the form.
    pub fn op(&self, id: JobId, zone: &Zone) -> Result<Op, Vec<(Input, InputFlaw)>> {
        let draft = EditDraft {
            seen: self.seen.clone(),
            form: self.form.clone(),
        };
        let mut job = self.seen.clone();
        for edit in draft.edits(zone)? {
            // It was checked a moment ago.
            let _ = job.set_field(edit.field, &edit.new);
        }
        Ok(Op::CreateJob {
            job: id,
            title: job.title,
            description: job.description,
            customer: self.customer,
            property: self.property,
            priority: job.priority,
            starts: job.starts,
            ends: job.ends,
        })
    }
}

/// The fields that are typed into.
const INPUTS: [Input; 5] = [
    Input::Title,
    Input::Description,
    Input::Priority,
    Input::Starts,
    Input::Ends,
];
const CUSTOMER: &str = "customer";
const PROPERTY: &str = "property";

fn item_of(input: Input) -> &'static str {
    match input {
        Input::Title => "title",
        Input::Description => "description",
        Input::Priority => "priority",
        Input::Starts => "starts",
        Input::Ends => "ends",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, one_hour_east};
    use crate::shared::refusals::Reason;
    use afield_domain::{Priority, limits};

    fn id() -> JobId {
        JobId(Uuid::from_u128(77))
    }

    fn form() -> NewForm {
        let mut form = NewForm::new(NOON.plus_ms(30_500), &Zone::utc());
        form.form.title = "Leak".into();
        form
    }

    #[track_caller]
    fn check_flaw(input: Input, text: &str, flaw: InputFlaw) {
        let mut form = form();
        form.form.type_in(input, text.to_owned());
        assert_eq!(form.op(id(), &Zone::utc()), Err(vec![(input, flaw)]));
    }

    #[test]
    fn what_was_typed_is_the_job_whatever_the_script() {
        for title in ["Leak", "🔧 Leak", "نَزيفُ مِياه", "<script>alert(1)</script>"] {
            let mut form = form();
            form.form.title = format!(" {title} ");
            form.form.description = "Wet".into();
            form.form.priority = Priority::Urgent.name().into();
            let op = form.op(id(), &Zone::utc()).unwrap();
            let expected = Op::CreateJob {
                job: id(),
                title: title.to_owned(),
                description: "Wet".into(),
                customer: None,
                property: None,
                priority: Priority::Urgent,
                starts: NOON,
                ends: NOON.plus_ms(LASTS_MS),
            };
            assert_eq!(op, expected);
        }
    }

    #[test]
    fn what_cannot_be_saved_is_said_at_its_field() {
        check_flaw(Input::Title, " ", InputFlaw::Reason(Reason::Empty));
        let long = |max: usize| "ä".repeat(max + 1);
        let too_long = |max| InputFlaw::Reason(Reason::TooLong(max));
        for (input, max) in [
            (Input::Title, limits::TITLE_CHARS),
            (Input::Description, limits::DESCRIPTION_CHARS),
        ] {
            check_flaw(input, &long(max), too_long(max));
        }
        check_flaw(Input::Starts, "", InputFlaw::NoTime);
        check_flaw(Input::Ends, "2027-02-30T10:00", InputFlaw::NoTime);
        check_flaw(Input::Ends, "2027-01-15T11:59", InputFlaw::EndsTooEarly);
    }

    #[test]
    fn a_form_that_was_left_comes_back() {
        let zone = one_hour_east();
        assert_eq!(NewForm::new(NOON, &zone).draft(&zone), None);
        let mut form = NewForm::new(NOON, &zone);
        form.form.title = "Leak".into();
        form.form.ends = "2027-01-15T18:00".into();
        form.customer = Some(CustomerId(Uuid::from_u128(5)));
        let draft = form.draft(&zone).unwrap();
        let later = NewForm::restored(&draft, NOON, &zone);
        assert_eq!(later, form);
    }
}
