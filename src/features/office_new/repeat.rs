//! How a new job repeats, as the office types and chooses it.
//!
//! Owns [`RepeatForm`], and the repetition that it comes to. Pure: the first day is an argument.

use afield_domain::series::RepetitionFlaw;
use afield_domain::time::Day;
use afield_domain::{Every, Repetition};

/// By which step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Step {
    /// It does not repeat.
    #[default]
    Never,
    /// By weeks.
    Weeks,
    /// By months.
    Months,
}

/// On which day of a month: what that is follows from the first day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Monthly {
    /// On the day of that number.
    #[default]
    Day,
    /// On the nth of its weekdays.
    Nth,
    /// On the last of its weekdays.
    Last,
}

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatForm {
    /// By which step.
    pub step: Step,
    /// How many weeks or months a step has.
    pub count: String,
    /// The weekdays, 0 for Monday; that of the first day where none is chosen.
    pub on: Vec<u32>,
    /// On which day of a month.
    pub monthly: Monthly,
    /// Whether it ends on a day, and not after so many jobs.
    pub ends_on_day: bool,
    /// On which.
    pub until: String,
    /// After how many.
    pub times: String,
}

impl Default for RepeatForm {
    fn default() -> Self {
        Self {
            step: Step::Never,
            count: "1".to_owned(),
            on: Vec::new(),
            monthly: Monthly::Day,
            ends_on_day: false,
            until: String::new(),
            times: "12".to_owned(),
        }
    }
}

/// Which one of its weekdays in its month `day` is: 1 to 5.
#[must_use]
pub fn nth(day: Day) -> u32 {
    (day.of_month() - 1) / 7 + 1
}

/// Whether `day` is the last of its weekdays in its month.
#[must_use]
pub fn is_last(day: Day) -> bool {
    day.plus(7).of_month() <= 7
}

impl RepeatForm {
    /// The repetition from `first` on; none if it does not repeat.
    #[must_use]
    pub fn repetition(&self, first: Day) -> Option<Repetition> {
        // What is no number is no step and no end, which is said.
        let number = |text: &str| text.trim().parse().unwrap_or(0);
        let (count, weekday) = (number(&self.count), u32::from(first.weekday()));
        let every = match (self.step, self.monthly) {
            (Step::Never, _) => return None,
            (Step::Weeks, _) => {
                let mut on = self.on.clone();
                if on.is_empty() {
                    on.push(weekday);
                }
                on.sort_unstable();
                Every::Weeks { count, on }
            }
            (Step::Months, Monthly::Day) => Every::MonthDay {
                count,
                day: first.of_month(),
            },
            (Step::Months, monthly) => Every::MonthWeekday {
                count,
                nth: match monthly {
                    Monthly::Last => 5,
                    Monthly::Day | Monthly::Nth => nth(first),
                },
                weekday,
            },
        };
        Some(Repetition {
            every,
            until: self.ends_on_day.then(|| self.until.clone()),
            times: (!self.ends_on_day).then(|| number(&self.times)),
        })
    }

    /// The days that it comes to; none if it does not repeat.
    #[must_use]
    pub fn days(&self, first: Day) -> Option<Result<Vec<Day>, RepetitionFlaw>> {
        Some(self.repetition(first)?.days(first))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn texts(form: &RepeatForm, first: &str) -> Vec<String> {
        let days = form.days(day(first)).unwrap().unwrap();
        days.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_typed_and_chosen_comes_to_days() {
        let form = |step, monthly| RepeatForm {
            step,
            monthly,
            times: " 3 ".into(),
            ..RepeatForm::default()
        };
        assert_eq!(
            form(Step::Never, Monthly::Day).days(day("2026-12-02")),
            None
        );
        let weekly = form(Step::Weeks, Monthly::Day);
        assert_eq!(
            texts(&weekly, "2026-12-02"),
            ["2026-12-02", "2026-12-09", "2026-12-16"]
        );
        let some = RepeatForm {
            on: vec![4, 0],
            count: "2".into(),
            ..weekly.clone()
        };
        assert_eq!(
            texts(&some, "2026-12-02"),
            ["2026-12-04", "2026-12-14", "2026-12-18"]
        );
        let until = RepeatForm {
            ends_on_day: true,
            until: "2026-12-10".into(),
            ..weekly
        };
        assert_eq!(texts(&until, "2026-12-02"), ["2026-12-02", "2026-12-09"]);
        // The last Tuesday of December is its fifth.
        let first = "2026-12-29";
        assert_eq!(
            (
                nth(day(first)),
                is_last(day(first)),
                is_last(day("2026-12-22"))
            ),
            (5, true, false)
        );
        for (monthly, second) in [
            (Monthly::Day, "2027-01-29"),
            (Monthly::Nth, "2027-01-26"),
            (Monthly::Last, "2027-01-26"),
        ] {
            assert_eq!(texts(&form(Step::Months, monthly), first)[1], second);
        }
        assert_eq!(
            texts(&form(Step::Months, Monthly::Nth), "2026-12-08")[1],
            "2027-01-12"
        );
    }

    #[test]
    fn what_is_no_number_and_no_day_is_said() {
        let form = RepeatForm {
            step: Step::Weeks,
            ..RepeatForm::default()
        };
        let first = day("2026-12-02");
        let with = |change: fn(&mut RepeatForm)| {
            let mut form = form.clone();
            change(&mut form);
            form.days(first).unwrap()
        };
        assert!(with(|_| ()).is_ok());
        assert_eq!(
            with(|form| form.count = "two".into()),
            Err(RepetitionFlaw::Step)
        );
        assert_eq!(
            with(|form| form.times = String::new()),
            Err(RepetitionFlaw::End)
        );
        assert_eq!(
            with(|form| form.ends_on_day = true),
            Err(RepetitionFlaw::End)
        );
    }
}
