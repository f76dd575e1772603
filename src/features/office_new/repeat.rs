//! How a new job repeats, as the office types and chooses it.
//!
//! Owns [`RepeatForm`], and the repetition that it comes to. Pure: the first day is an argument.

use afield_domain::series::RepetitionFlaw;
use afield_domain::time::Day;
use afield_domain::{Contract, ContractId, Every, Repetition, Visits, limits};

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
    /// As often as a contract of the customer's says.
    Contract,
}

impl Step {
    /// The step that a list of options calls so.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "weeks" => Self::Weeks,
            "months" => Self::Months,
            "contract" => Self::Contract,
            _ => Self::Never,
        }
    }
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

impl Monthly {
    /// The day that a list of options calls so.
    #[must_use]
    pub fn named(name: &str) -> Self {
        match name {
            "nth" => Self::Nth,
            "last" => Self::Last,
            _ => Self::Day,
        }
    }

    /// Its name in a list of options.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Nth => "nth",
            Self::Last => "last",
        }
    }
}

/// A field of it in which something can be wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatField {
    /// How many weeks or months a step has.
    Count,
    /// The weekdays.
    On,
    /// After how many jobs it ends.
    Times,
    /// On which day it ends.
    Until,
    /// By which contract.
    Contract,
}

/// What is wrong with a field of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepeatFlaw {
    /// No number of weeks, or too many.
    Weeks,
    /// No number of months, or too many.
    Months,
    /// No weekday.
    NoDay,
    /// No number of jobs, or too many.
    Times,
    /// No day at all.
    NoEnd,
    /// A day before the first, or too long after it.
    End,
    /// It comes to no job.
    Empty,
    /// No contract that holds on the first day and has agreed visits.
    NotAgreed,
}

/// What stands in the form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepeatForm {
    /// By which step.
    pub step: Step,
    /// How many weeks or months a step has.
    pub count: String,
    /// The weekdays, 0 for Monday; that of the first day as long as nobody has chosen.
    pub on: Option<Vec<u32>>,
    /// On which day of a month.
    pub monthly: Monthly,
    /// Whether it ends on a day, and not after so many jobs.
    pub ends_on_day: bool,
    /// On which.
    pub until: String,
    /// After how many.
    pub times: String,
    /// By which contract.
    pub contract: Option<ContractId>,
}

impl Default for RepeatForm {
    fn default() -> Self {
        Self {
            step: Step::Never,
            count: "1".to_owned(),
            on: None,
            monthly: Monthly::Day,
            ends_on_day: false,
            until: String::new(),
            times: "12".to_owned(),
            contract: None,
        }
    }
}

/// What is no number is no step and no end, which is said.
fn number(text: &str) -> u32 {
    text.trim().parse().unwrap_or(0)
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
    /// The weekdays that are chosen, which may be none; that of the first day as long as nobody has chosen.
    #[must_use]
    pub fn weekdays(&self, first: Day) -> Vec<u32> {
        let of_first = || vec![u32::from(first.weekday())];
        self.on.clone().unwrap_or_else(of_first)
    }

    /// Ticks a weekday, or takes its tick away; `first` is the first day, if there is one.
    pub fn tick(&mut self, weekday: u32, is_on: bool, first: Option<Day>) {
        let mut on = match first {
            Some(first) => self.weekdays(first),
            None => self.on.clone().unwrap_or_default(),
        };
        on.retain(|known| *known != weekday);
        if is_on {
            on.push(weekday);
        }
        self.on = Some(on);
    }

    /// Everything of it that cannot be saved, in the order of the form; `contract` is the chosen one.
    #[must_use]
    pub fn flaws(&self, first: Day, contract: Option<&Contract>) -> Vec<(RepeatField, RepeatFlaw)> {
        if self.step == Step::Contract {
            let is_due = |it: &Contract| it.interval().is_some() && it.covers_day(first);
            return match contract.is_some_and(is_due) {
                true => Vec::new(),
                false => vec![(RepeatField::Contract, RepeatFlaw::NotAgreed)],
            };
        }
        let Some(found) = self.days(first) else {
            return Vec::new();
        };
        let (most, flaw) = match self.step {
            Step::Months => (limits::SERIES_MONTHS, RepeatFlaw::Months),
            _ => (limits::SERIES_WEEKS, RepeatFlaw::Weeks),
        };
        let end = match self.ends_on_day {
            true => RepeatField::Until,
            false => RepeatField::Times,
        };
        let mut flaws = Vec::new();
        if !(1..=most).contains(&number(&self.count)) {
            flaws.push((RepeatField::Count, flaw));
        }
        if self.step == Step::Weeks && self.weekdays(first).is_empty() {
            flaws.push((RepeatField::On, RepeatFlaw::NoDay));
        }
        if let Some(flaw) = self.end_flaw(first) {
            flaws.push((end, flaw));
        }
        if flaws.is_empty() && found.is_err() {
            flaws.push((end, RepeatFlaw::Empty));
        }
        flaws
    }

    fn end_flaw(&self, first: Day) -> Option<RepeatFlaw> {
        let until = self.until.parse::<Day>().ok();
        match (self.ends_on_day, until) {
            (true, None) => Some(RepeatFlaw::NoEnd),
            (true, Some(until)) => {
                let days = first..=first.plus(limits::SERIES_DAYS);
                (!days.contains(&until)).then_some(RepeatFlaw::End)
            }
            (false, _) => {
                let jobs = 1..=limits::SERIES_JOBS;
                (!jobs.contains(&number(&self.times))).then_some(RepeatFlaw::Times)
            }
        }
    }

    /// What stands in it, for its draft: the lines, and the weekdays.
    #[must_use]
    pub fn to_texts(&self) -> [Vec<String>; 2] {
        let step = match self.step {
            Step::Never => "",
            Step::Weeks => "weeks",
            Step::Months => "months",
            Step::Contract => "contract",
        };
        let contract = self.contract.map(|id| id.to_string()).unwrap_or_default();
        let ends = if self.ends_on_day { "day" } else { "times" };
        let lines = [
            step,
            self.count.as_str(),
            self.monthly.name(),
            ends,
            self.until.as_str(),
            self.times.as_str(),
            if self.on.is_some() { "chosen" } else { "" },
            contract.as_str(),
        ];
        let on = self.on.iter().flatten().map(ToString::to_string);
        [lines.map(str::to_owned).to_vec(), on.collect()]
    }

    /// What a draft holds; none if another build wrote it.
    #[must_use]
    pub fn of_texts(mut lines: Vec<String>, on: Vec<String>) -> Option<Self> {
        // The build before knew no contract.
        if lines.len() == 7 {
            lines.push(String::new());
        }
        let [step, count, monthly, ends, until, times, chosen, contract] = lines.try_into().ok()?;
        let contract: String = contract;
        let (step, chosen): (String, String) = (step, chosen);
        let (monthly, ends): (String, String) = (monthly, ends);
        let on = on.iter().filter_map(|day| day.parse().ok()).collect();
        Some(Self {
            step: Step::named(&step),
            count,
            on: (!chosen.is_empty()).then_some(on),
            monthly: Monthly::named(&monthly),
            ends_on_day: ends == "day",
            until,
            times,
            contract: contract.parse().ok(),
        })
    }

    /// The repetition from `first` on; none if it does not repeat.
    #[must_use]
    pub fn repetition(&self, first: Day) -> Option<Repetition> {
        let (count, weekday) = (number(&self.count), u32::from(first.weekday()));
        let every = match (self.step, self.monthly) {
            (Step::Never, _) => return None,
            (Step::Contract, _) => {
                return Some(Repetition {
                    every: Every::Contract,
                    until: None,
                    times: None,
                });
            }
            (Step::Weeks, _) => {
                let mut on = self.weekdays(first);
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

/// The visits that `contract` comes to from `first` on, where it ends soon enough to count them.
#[must_use]
pub fn counted(contract: &Contract, first: Day) -> Option<Vec<Day>> {
    let until = contract.until.parse::<Day>().ok()?;
    let rhythm = Visits::begin(contract.interval()?, first);
    (until <= first.plus(limits::SERIES_DAYS))
        .then(|| contract.visits_of(&rhythm, &(first..=until)))
}

#[cfg(test)]
#[path = "repeat_tests.rs"]
mod tests;
