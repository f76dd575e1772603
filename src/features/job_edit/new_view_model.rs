//! The form of a job that was found on site: what was typed and chosen, and the change it comes to.
//!
//! Owns [`NewForm`] and what can be chosen from. Pure: time, id and zone are arguments. The rules for
//! its texts and times are those of the form that edits a job.

use super::made_view_model::Made;
use crate::kinds::lines::listed;
use crate::shared::draft::AnswerDraft;
use crate::shared::finding::Sought;
use crate::shared::job_form::{EditDraft, EditForm, Input, InputFlaw};
use afield_domain::answers::answer_to;
use afield_domain::order::Order;
use afield_domain::{
    Answer, CustomerId, FieldValue, Job, JobId, Module, Op, PropertyId, Record, RecordKey,
    Timestamp, Zone,
};
use afield_sync::view::Projection;
use uuid::Uuid;

const MINUTE_MS: i64 = 60_000;
const LASTS_MS: i64 = 60 * MINUTE_MS;

/// Choices that are shown at once.
pub const MOST: usize = 8;

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

/// A record that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct RecordOption {
    /// Its id, as text.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// What tells it from others of that name; may be empty.
    pub detail: String,
}

/// The customers that match every word of `query`, by name, and the chosen one in any case. What is
/// chosen keeps its place: a list that moves under the arrow keys cannot be used. How many more there are.
#[must_use]
pub fn customers(
    projection: &Projection,
    query: &str,
    chosen: Option<CustomerId>,
) -> (Vec<RecordOption>, usize) {
    let found = records(projection, Module::Customer).filter_map(|record| match record {
        Record::Customer(customer) => {
            let choice = RecordOption {
                id: customer.id.to_string(),
                name: customer.name.clone(),
                detail: customer.phone.clone(),
            };
            Some((0, choice))
        }
        _ => None,
    });
    matching(found.collect(), query, chosen.map(|id| id.to_string()))
}

/// The places that match every word of `query`, those of `customer` first, and the chosen one in any
/// case. How many more there are.
#[must_use]
pub fn properties(
    projection: &Projection,
    query: &str,
    customer: Option<CustomerId>,
    chosen: Option<PropertyId>,
) -> (Vec<RecordOption>, usize) {
    let found = records(projection, Module::Property).filter_map(|record| match record {
        Record::Property(property) => {
            let is_theirs = customer.is_some() && property.customer == customer;
            let owner = property.customer.filter(|_| !is_theirs);
            let owner = owner.and_then(|id| projection.customer(id));
            let owner = owner.map_or("", |owner| owner.name.as_str());
            let choice = RecordOption {
                id: property.id.to_string(),
                name: listed(&[&property.address, &property.city]),
                detail: listed(&[owner, &property.postcode]),
            };
            Some((u8::from(!is_theirs), choice))
        }
        _ => None,
    });
    matching(found.collect(), query, chosen.map(|id| id.to_string()))
}

/// The customer whose the place is.
#[must_use]
pub fn customer_of(projection: &Projection, property: PropertyId) -> Option<CustomerId> {
    projection.property(property)?.customer
}

/// The place of this customer, if there is one and no other.
#[must_use]
pub fn only_place_of(projection: &Projection, customer: CustomerId) -> Option<PropertyId> {
    let mut theirs = records(projection, Module::Property).filter_map(|record| match record {
        Record::Property(property) if property.customer == Some(customer) => Some(property.id),
        _ => None,
    });
    let first = theirs.next();
    first.filter(|_| theirs.next().is_none())
}

fn records(projection: &Projection, module: Module) -> impl Iterator<Item = &Record> {
    // Also what was made on this phone and not sent yet.
    let record = |key: RecordKey| projection.record(key);
    projection.keys(module).filter_map(record)
}

/// Those that match, in order, at most [`MOST`], and the chosen one; and how many more there are.
fn matching(
    found: Vec<(u8, RecordOption)>,
    query: &str,
    chosen: Option<String>,
) -> (Vec<RecordOption>, usize) {
    let sought = Sought::new(query);
    let is_chosen = |choice: &RecordOption| Some(&choice.id) == chosen.as_ref();
    let rank = |choice: &RecordOption| {
        let rank = sought.rank(&[&choice.name, &choice.detail]);
        rank.or_else(|| is_chosen(choice).then_some(0))
    };
    let mut found: Vec<_> = found
        .into_iter()
        .filter_map(|(group, choice)| Some((rank(&choice)?, group, choice)))
        .collect();
    found.order_by(|a, b| (a.0, a.1, &a.2.name).cmp(&(b.0, b.1, &b.2.name)));
    let mut choices = found.into_iter().map(|(_, _, choice)| choice);
    let mut shown: Vec<RecordOption> = choices.by_ref().take(MOST).collect();
    let rest: Vec<RecordOption> = choices.collect();
    let more = rest.len();
    shown.extend(rest.into_iter().find(is_chosen));
    (shown, more)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, one_hour_east, projection};
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

    #[test]
    fn what_can_be_chosen_matches_every_word_and_the_chosen_one_stays() {
        let projection = projection();
        let ada = Some(CustomerId(Uuid::from_u128(5)));
        let names = |(found, more): (Vec<RecordOption>, usize)| -> (Vec<String>, usize) {
            (found.into_iter().map(|choice| choice.name).collect(), more)
        };
        let one = |name: &str| (vec![name.to_owned()], 0);
        assert_eq!(
            names(customers(&projection, "BERG ad", None)),
            one("Ada Berg")
        );
        assert_eq!(customers(&projection, "nobody", None), (Vec::new(), 0));
        assert_eq!(
            names(customers(&projection, "nobody", ada)),
            one("Ada Berg")
        );
        // A letter wrong, and by whose place it is.
        for (query, customer) in [("bruck mill", ada), ("Bruk", ada), ("mil berg", None)] {
            let place = names(properties(&projection, query, customer, None));
            assert_eq!(place, one("Mill Lane 4, Bruck"), "{query}");
        }
        assert_eq!(names(customers(&projection, "Brg Ada", None)).1, 0);
        assert!(only_place_of(&projection, CustomerId(Uuid::from_u128(5))).is_some());
        let nobody = CustomerId(Uuid::from_u128(6));
        assert_eq!(only_place_of(&projection, nobody), None);
    }

    #[test]
    fn a_long_list_is_cut_and_says_so() {
        let choice = |n: usize| RecordOption {
            id: n.to_string(),
            name: format!("Name {n:02}"),
            detail: String::new(),
        };
        let all = || (0..MOST + 3).rev().map(|n| (1, choice(n))).collect();
        let (shown, more) = matching(all(), "name", None);
        assert_eq!((shown.len(), more), (MOST, 3));
        assert_eq!(shown[0].name, "Name 00");
        // The chosen one is there, and what is chosen moves nothing.
        let (with, _) = matching(all(), "", Some("10".into()));
        assert_eq!(with[..MOST], shown);
        assert_eq!(with[MOST].name, "Name 10");
        assert_eq!(matching(all(), "", Some("3".into())).0, shown);
    }
}
