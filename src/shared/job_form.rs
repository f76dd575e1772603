//! The form that edits a job: what was typed, and the edits that it comes to.
//!
//! Owns [`EditForm`] and its way to [`FieldEdit`]s: only what was touched, each with what the user
//! saw. Pure: the zone is an argument. Must never save.

use super::refusals::Reason;
use afield_domain::time::Day;
use afield_domain::{FieldEdit, FieldValue, Job, JobField, Rejection, Timestamp, Zone};

/// The fields of the form, as they stand in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditForm {
    /// The title.
    pub title: String,
    /// The description.
    pub description: String,
    /// The priority's name.
    pub priority: String,
    /// Planned start on the company's clock, `YYYY-MM-DDTHH:MM`.
    pub starts: String,
    /// Planned end, likewise.
    pub ends: String,
}

/// A form that is being filled in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EditDraft {
    /// The job as the user saw it when the form was opened.
    pub seen: Job,
    /// What stands in the form.
    pub form: EditForm,
}

/// Why one field cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputFlaw {
    /// As the office would say it.
    Reason(Reason),
    /// No day and time.
    NoTime,
    /// The end is before the start.
    EndsTooEarly,
}

/// A field of the form: the schedule has two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Input {
    /// The title.
    Title,
    /// The description.
    Description,
    /// The priority.
    Priority,
    /// When work is planned to begin.
    Starts,
    /// When work is planned to end.
    Ends,
}

impl EditForm {
    /// The form of `job`.
    #[must_use]
    pub fn of(job: &Job, zone: &Zone) -> Self {
        Self {
            title: job.title.clone(),
            description: job.description.clone(),
            priority: job.priority.name().to_owned(),
            starts: local_text(job.starts, zone),
            ends: local_text(job.ends, zone),
        }
    }

    fn set(&mut self, field: JobField, value: &FieldValue, zone: &Zone) {
        match (field, value) {
            (JobField::Title, FieldValue::Text(text)) => self.title.clone_from(text),
            (JobField::Description, FieldValue::Text(text)) => self.description.clone_from(text),
            (JobField::Priority, FieldValue::Text(text)) => self.priority.clone_from(text),
            (JobField::Schedule, FieldValue::Span { from, until }) => {
                self.starts = local_text(*from, zone);
                self.ends = local_text(*until, zone);
            }
            _ => {}
        }
    }

    /// What stands in `input`.
    #[must_use]
    pub fn text(&self, input: Input) -> &str {
        match input {
            Input::Title => &self.title,
            Input::Description => &self.description,
            Input::Priority => &self.priority,
            Input::Starts => &self.starts,
            Input::Ends => &self.ends,
        }
    }

    /// Takes what was typed into `input`.
    pub fn type_in(&mut self, input: Input, text: String) {
        *match input {
            Input::Title => &mut self.title,
            Input::Description => &mut self.description,
            Input::Priority => &mut self.priority,
            Input::Starts => &mut self.starts,
            Input::Ends => &mut self.ends,
        } = text;
    }
}

impl EditDraft {
    /// A form that nothing was typed into.
    #[must_use]
    pub fn new(seen: Job, zone: &Zone) -> Self {
        let form = EditForm::of(&seen, zone);
        Self { seen, form }
    }

    /// The form with what was refused in it. What the user saw of these fields is what they saw when
    /// they made the change, so that it does not overwrite in silence what has come since.
    #[must_use]
    pub fn correcting(job: Job, refused: &[FieldEdit], zone: &Zone) -> Self {
        let mut draft = Self::new(job, zone);
        for edit in refused {
            // A base that cannot be set was read from an older build: then the present copy stands.
            let _ = draft.seen.set_field(edit.field, &edit.base);
            draft.form.set(edit.field, &edit.new, zone);
        }
        draft
    }

    /// Whether anything typed would be lost.
    #[must_use]
    pub fn is_dirty(&self, zone: &Zone) -> bool {
        self.form != EditForm::of(&self.seen, zone)
    }

    /// The edits that the form comes to, none for what was not touched.
    ///
    /// # Errors
    /// Every field that cannot be saved, in the order of the form.
    pub fn edits(&self, zone: &Zone) -> Result<Vec<FieldEdit>, Vec<(Input, InputFlaw)>> {
        let mut edits = Vec::new();
        let mut flaws = Vec::new();
        for (input, field) in [
            (Input::Title, JobField::Title),
            (Input::Description, JobField::Description),
            (Input::Priority, JobField::Priority),
        ] {
            let value = FieldValue::Text(self.form.text(input).to_owned());
            match self.edit(field, &value) {
                Ok(edit) => edits.extend(edit),
                Err(flaw) => flaws.push((input, flaw)),
            }
        }
        match self.span(zone) {
            Ok(value) => match self.edit(JobField::Schedule, &value) {
                Ok(edit) => edits.extend(edit),
                Err(_) => flaws.push((Input::Ends, InputFlaw::EndsTooEarly)),
            },
            Err(inputs) => flaws.extend(inputs.into_iter().map(|input| (input, InputFlaw::NoTime))),
        }
        if flaws.is_empty() {
            Ok(edits)
        } else {
            Err(flaws)
        }
    }

    /// The edit of `field` to `value` in the form in which it is stored; none if it changes nothing.
    fn edit(&self, field: JobField, value: &FieldValue) -> Result<Option<FieldEdit>, InputFlaw> {
        let mut edited = self.seen.clone();
        edited
            .set_field(field, value)
            .map_err(|rejection: Rejection| InputFlaw::Reason(Reason::from(&rejection)))?;
        let (base, new) = (self.seen.field(field), edited.field(field));
        Ok((base != new).then_some(FieldEdit {
            field,
            item: String::new(),
            base,
            new,
        }))
    }

    /// A time that was not touched keeps what the form does not show: its seconds, and which of two
    /// when the clocks went back.
    fn span(&self, zone: &Zone) -> Result<FieldValue, Vec<Input>> {
        let read = |input, seen: Timestamp| {
            let text = self.form.text(input);
            if text == local_text(seen, zone) {
                Ok(seen)
            } else {
                local_time(text, zone).ok_or(input)
            }
        };
        let starts = read(Input::Starts, self.seen.starts);
        let ends = read(Input::Ends, self.seen.ends);
        match (starts, ends) {
            (Ok(from), Ok(until)) => Ok(FieldValue::Span { from, until }),
            (starts, ends) => Err(starts.err().into_iter().chain(ends.err()).collect()),
        }
    }
}

/// `at` as a field for day and time has it.
#[must_use]
pub fn local_text(at: Timestamp, zone: &Zone) -> String {
    format!("{}T{}", zone.day(at), zone.time(at))
}

/// The time that stands in such a field; browsers may add seconds.
#[must_use]
pub fn local_time(text: &str, zone: &Zone) -> Option<Timestamp> {
    let (day, time) = text.split_once('T')?;
    let day: Day = day.parse().ok()?;
    let mut parts = time.split(':');
    let hour = parts.next()?.parse().ok().filter(|hour| *hour < 24)?;
    let minute = parts.next()?.parse().ok().filter(|minute| *minute < 60)?;
    Some(zone.at(day, hour, minute))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, job, one_hour_east, title_edit};
    use afield_domain::limits;

    fn draft() -> EditDraft {
        EditDraft::new(job(1), &Zone::utc())
    }

    #[track_caller]
    fn check(input: Input, text: &str, expected: Result<&[JobField], (Input, InputFlaw)>) {
        let mut draft = draft();
        draft.form.type_in(input, text.to_owned());
        let got = draft.edits(&Zone::utc());
        let fields = got.map(|edits| edits.iter().map(|edit| edit.field).collect::<Vec<_>>());
        assert_eq!(
            fields,
            expected.map(<[_]>::to_vec).map_err(|flaw| vec![flaw]),
            "{input:?} {text:?}"
        );
    }

    #[test]
    fn only_what_was_touched_is_an_edit() {
        assert_eq!(draft().edits(&Zone::utc()), Ok(Vec::new()));
        check(Input::Title, " Boiler ", Ok(&[]));
        check(Input::Title, "Pump", Ok(&[JobField::Title]));
        check(
            Input::Description,
            "Bring a hose",
            Ok(&[JobField::Description]),
        );
        check(Input::Priority, "urgent", Ok(&[JobField::Priority]));
        check(Input::Ends, "2027-01-15T15:30", Ok(&[JobField::Schedule]));
        check(Input::Ends, "2027-01-15T14:00:00", Ok(&[]));
    }

    #[test]
    fn what_cannot_be_saved_is_said_at_its_field() {
        let long = "x".repeat(limits::TITLE_CHARS + 1);
        let too_long = InputFlaw::Reason(Reason::TooLong(limits::TITLE_CHARS));
        check(Input::Title, &long, Err((Input::Title, too_long)));
        let empty = InputFlaw::Reason(Reason::Empty);
        check(Input::Title, "  ", Err((Input::Title, empty)));
        check(Input::Starts, "", Err((Input::Starts, InputFlaw::NoTime)));
        check(
            Input::Ends,
            "2027-02-31T10:00",
            Err((Input::Ends, InputFlaw::NoTime)),
        );
        check(
            Input::Ends,
            "2027-01-15T24:00",
            Err((Input::Ends, InputFlaw::NoTime)),
        );
        let early = (Input::Ends, InputFlaw::EndsTooEarly);
        check(Input::Ends, "2027-01-15T12:59", Err(early));
    }

    #[test]
    fn one_edit_carries_what_was_seen_and_what_shall_be() {
        let mut draft = draft();
        draft.form.title = "Pump".into();
        draft.form.starts = "2027-01-15T12:30".into();
        let edits = draft.edits(&Zone::utc()).unwrap();
        assert_eq!(edits[0], title_edit("Boiler", "Pump"));
        assert_eq!(edits[1].base, job(1).field(JobField::Schedule));
        let from = NOON.plus_ms(30 * 60_000);
        assert_eq!(
            edits[1].new,
            FieldValue::Span {
                from,
                until: job(1).ends
            }
        );
    }

    #[test]
    fn times_are_the_company_s_and_what_the_form_does_not_show_stays() {
        let east = one_hour_east();
        let mut job = job(1);
        job.starts = job.starts.plus_ms(7_000);
        let mut draft = EditDraft::new(job.clone(), &east);
        assert_eq!(draft.form.starts, "2027-01-15T14:00");
        draft.form.ends = "2027-01-15T16:00".into();
        let edits = draft.edits(&east).unwrap();
        assert_eq!(
            edits[0].new,
            FieldValue::Span {
                from: job.starts,
                until: NOON.plus_ms(3 * 3_600_000)
            }
        );
    }

    #[test]
    fn a_corrected_edit_keeps_what_was_seen_when_it_was_made() {
        let mut now = job(1);
        now.title = "Changed by the office".into();
        let refused = [title_edit("Boiler", "Much too long")];
        let mut draft = EditDraft::correcting(now, &refused, &Zone::utc());
        assert_eq!(draft.form.title, "Much too long");
        assert!(draft.is_dirty(&Zone::utc()));
        draft.form.title = "Short".into();
        assert_eq!(
            draft.edits(&Zone::utc()),
            Ok(vec![title_edit("Boiler", "Short")])
        );
    }
}
