//! What the office has typed and chosen of a new job, and the job that it comes to.
//!
//! Owns [`PlanForm`]. Pure: time and zone are arguments. The rules for its texts and times are those of the form that
//! edits a job.

use super::repeat::{RepeatForm, Step};
use crate::shared::job_form::{EditDraft, EditForm, Input, InputFlaw};
use crate::shared::kept::Texts;
use crate::shared::newcomer::Newcomer;
use afield_domain::{
    AssetId, CustomerId, Job, JobPlan, PropertyId, TemplateId, Timestamp, UserId, Zone,
};
use uuid::Uuid;

const HOUR_MS: i64 = 3_600_000;

/// What was typed and chosen so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanForm {
    /// What stands in it.
    pub form: EditForm,
    /// For whom.
    pub customer: Option<CustomerId>,
    /// Where.
    pub property: Option<PropertyId>,
    /// What of customer and place is new.
    pub made: Newcomer,
    /// Whose it shall be.
    pub assignee: Option<UserId>,
    /// What it is done on.
    pub assets: Vec<AssetId>,
    /// Which forms are to be filled in.
    pub forms: Vec<TemplateId>,
    /// How it repeats.
    pub repeat: RepeatForm,
    /// The job that it began as.
    seen: Job,
}

impl PlanForm {
    /// An empty form: the job begins with the next full hour, and takes one.
    #[must_use]
    pub fn new(now: Timestamp, zone: &Zone) -> Self {
        let starts = Timestamp((now.0.div_euclid(HOUR_MS) + 1) * HOUR_MS);
        let seen = Job {
            starts,
            ends: starts.plus_ms(HOUR_MS),
            ..Job::BLANK
        };
        Self {
            form: EditForm::of(&seen, zone),
            customer: None,
            property: None,
            made: Newcomer::default(),
            assignee: None,
            assets: Vec::new(),
            forms: Vec::new(),
            repeat: RepeatForm::default(),
            seen,
        }
    }

    /// Takes `id` as the customer: what is another's goes.
    pub fn choose_customer(&mut self, id: Option<CustomerId>) {
        if self.customer != id {
            self.customer = id;
            self.property = None;
            self.assets.clear();
            self.repeat.contract = None;
            if self.repeat.step == Step::Contract {
                self.repeat.step = Step::Never;
            }
        }
    }

    /// What stands in it, for its draft.
    #[must_use]
    pub fn to_texts(&self) -> Texts {
        fn id<T: ToString>(id: Option<T>) -> String {
            id.map(|id| id.to_string()).unwrap_or_default()
        }
        let form = &self.form;
        let lines = [
            &form.title,
            &form.description,
            &form.priority,
            &form.starts,
            &form.ends,
        ];
        let mut texts = vec![
            lines.map(Clone::clone).to_vec(),
            vec![id(self.customer), id(self.property), id(self.assignee)],
            self.made.to_texts(),
            self.assets.iter().map(ToString::to_string).collect(),
            self.forms.iter().map(ToString::to_string).collect(),
        ];
        texts.extend(self.repeat.to_texts());
        texts
    }

    /// The form with what a draft holds; none if another build wrote it. What is no id is nothing that was chosen.
    #[must_use]
    pub fn with_texts(mut self, texts: Texts) -> Option<Self> {
        let mut texts = texts.into_iter();
        let [title, description, priority, starts, ends] = texts.next()?.try_into().ok()?;
        self.form = EditForm {
            title,
            description,
            priority,
            starts,
            ends,
        };
        let [customer, property, assignee] = texts.next()?.try_into().ok()?;
        let customer: String = customer;
        let (property, assignee): (String, String) = (property, assignee);
        self.customer = customer.parse().ok();
        self.property = property.parse().ok();
        self.assignee = assignee.parse().ok();
        self.made = Newcomer::of_texts(texts.next()?)?;
        let assets = texts.next()?;
        self.assets = assets.iter().filter_map(|id| id.parse().ok()).collect();
        let forms = texts.next()?;
        self.forms = forms.iter().filter_map(|id| id.parse().ok()).collect();
        self.repeat = RepeatForm::of_texts(texts.next()?, texts.next()?)?;
        Some(self)
    }

    /// The job that it comes to, with what is new under the ids `made`.
    ///
    /// # Errors
    /// Every field of the job that cannot be saved, in the order of the form.
    pub fn plan(&self, zone: &Zone, made: [Uuid; 2]) -> Result<JobPlan, Vec<(Input, InputFlaw)>> {
        let draft = EditDraft {
            seen: self.seen.clone(),
            form: self.form.clone(),
        };
        let mut job = self.seen.clone();
        for edit in draft.edits(zone)? {
            // It was checked a moment ago.
            let _ = job.set_field(edit.field, &edit.new);
        }
        let chosen = (self.customer, self.property);
        let (made, customer, property) = self.made.records(chosen, made);
        Ok(JobPlan {
            title: job.title,
            description: job.description,
            priority: job.priority,
            starts: job.starts,
            ends: job.ends,
            customer,
            property,
            contract: self
                .repeat
                .contract
                .filter(|_| self.repeat.step == Step::Contract),
            assignee: self.assignee,
            assets: self.assets.clone(),
            forms: self.forms.clone(),
            made,
        })
    }
}

/// Whether `made` is what `plan` asks for: an earlier try may have arrived with other words. Its forms are not compared.
#[must_use]
pub fn is_as_planned(made: &Job, plan: &JobPlan) -> bool {
    let texts = (&made.title, &made.description, made.priority);
    let links = (made.customer, made.property, made.assignee);
    texts == (&plan.title, &plan.description, plan.priority)
        && links == (plan.customer, plan.property, plan.assignee)
        && (made.starts, made.ends) == (plan.starts, plan.ends)
        && made.assets.len() == plan.assets.len()
        && plan.assets.iter().all(|asset| made.assets.contains(asset))
}

/// Has `id` in the list, or not.
pub fn put<T: PartialEq>(list: &mut Vec<T>, id: T, is_in: bool) {
    list.retain(|known| *known != id);
    if is_in {
        list.push(id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::samples::{NOON, one_hour_east};
    use crate::shared::newcomer::Line;
    use afield_domain::{Priority, Record};

    const IDS: [Uuid; 2] = [Uuid::from_u128(70), Uuid::from_u128(71)];

    #[test]
    fn what_was_typed_and_chosen_is_the_job() {
        let zone = one_hour_east();
        let mut form = PlanForm::new(NOON.plus_ms(61_000), &zone);
        assert_eq!(
            form.plan(&zone, IDS).map_err(|flaws| flaws[0].0),
            Err(Input::Title),
            "it needs a title"
        );
        form.form.type_in(Input::Title, " Boiler leaks ".into());
        form.form.type_in(Input::Priority, "urgent".into());
        form.customer = Some(CustomerId(Uuid::from_u128(5)));
        form.assignee = Some(UserId(Uuid::from_u128(2)));
        let plan = form.plan(&zone, IDS).unwrap();
        assert_eq!(plan.title, "Boiler leaks");
        assert_eq!(plan.priority, Priority::Urgent);
        assert_eq!(plan.starts, NOON.plus_ms(HOUR_MS));
        assert_eq!(plan.ends, NOON.plus_ms(2 * HOUR_MS));
        assert_eq!(
            (plan.customer, plan.assignee),
            (form.customer, form.assignee)
        );
    }

    #[test]
    fn what_an_earlier_try_made_is_told_from_what_is_asked_now() {
        let mut form = PlanForm::new(NOON, &Zone::utc());
        form.form.type_in(Input::Title, "Boiler leaks".into());
        let plan = form.plan(&Zone::utc(), IDS).unwrap();
        let made = Job {
            title: plan.title.clone(),
            starts: plan.starts,
            ends: plan.ends,
            number: "J-7".into(),
            ..Job::BLANK
        };
        assert!(is_as_planned(&made, &plan), "its number is the server's");
        let changes: [fn(&mut JobPlan); 6] = [
            |plan| plan.title.push('!'),
            |plan| plan.ends = plan.ends.plus_ms(1),
            |plan| plan.priority = Priority::Low,
            |plan| plan.assignee = Some(UserId(Uuid::from_u128(2))),
            |plan| plan.customer = Some(CustomerId(Uuid::from_u128(5))),
            |plan| plan.assets = vec![AssetId(Uuid::from_u128(7))],
        ];
        for (number, change) in changes.iter().enumerate() {
            let mut asked = plan.clone();
            change(&mut asked);
            assert!(!is_as_planned(&made, &asked), "{number}");
        }
    }

    #[test]
    fn who_is_new_is_made_with_the_job() {
        let mut form = PlanForm::new(NOON, &Zone::utc());
        form.form.type_in(Input::Title, "Boiler leaks".into());
        form.made.customer = true;
        form.made.place = true;
        form.made.type_in(Line::Name, "Hansen".into());
        form.made.type_in(Line::Address, "Mole 1".into());
        let plan = form.plan(&Zone::utc(), IDS).unwrap();
        let keys: Vec<_> = plan.made.iter().filter_map(Record::key).collect();
        let customer = plan.customer.map(Into::into);
        assert_eq!(
            keys,
            [customer, plan.property.map(Into::into)].map(Option::unwrap)
        );
        assert_eq!(plan.customer, Some(CustomerId(IDS[0])));
    }

    #[test]
    fn what_was_left_comes_back_into_a_form_of_another_hour() {
        let zone = one_hour_east();
        let mut form = PlanForm::new(NOON, &zone);
        assert_eq!(form.clone().with_texts(form.to_texts()), Some(form.clone()));
        form.form.type_in(Input::Title, "Boiler \"2\"".into());
        form.form.type_in(Input::Priority, "urgent".into());
        form.customer = Some(CustomerId(Uuid::from_u128(5)));
        form.property = Some(PropertyId(Uuid::from_u128(6)));
        form.assignee = Some(UserId(Uuid::from_u128(2)));
        form.assets = vec![AssetId(Uuid::from_u128(7))];
        form.forms = vec![
            TemplateId(Uuid::from_u128(8)),
            TemplateId(Uuid::from_u128(9)),
        ];
        form.made.place = true;
        form.made.type_in(Line::City, "Kiel".into());
        form.repeat.step = crate::features::office_new::repeat::Step::Weeks;
        form.repeat.on = Some(vec![0, 4]);
        form.repeat.until = "2026-12-24".into();
        form.repeat.ends_on_day = true;
        let later = PlanForm::new(NOON.plus_ms(5 * HOUR_MS), &zone);
        let back = later.clone().with_texts(form.to_texts()).unwrap();
        assert_eq!(back.to_texts(), form.to_texts());
        assert_eq!(back.plan(&zone, IDS), form.plan(&zone, IDS));
        let mut other = form.to_texts();
        other.pop();
        assert_eq!(later.with_texts(other), None, "of another build");
    }

    #[test]
    fn another_customer_has_other_places_and_assets() {
        let mut form = PlanForm::new(NOON, &Zone::utc());
        let one = Some(CustomerId(Uuid::from_u128(5)));
        form.choose_customer(one);
        form.property = Some(PropertyId(Uuid::from_u128(6)));
        put(&mut form.assets, AssetId(Uuid::from_u128(7)), true);
        form.choose_customer(one);
        assert_eq!((form.property.is_some(), form.assets.len()), (true, 1));
        form.choose_customer(Some(CustomerId(Uuid::from_u128(8))));
        assert_eq!((form.property.is_some(), form.assets.len()), (false, 0));
        let mut list = vec![1, 2];
        for (id, is_in, expected) in [(1, false, vec![2]), (1, false, vec![2]), (2, true, vec![2])]
        {
            put(&mut list, id, is_in);
            assert_eq!(list, expected, "what is ticked twice is ticked");
        }
    }
}
