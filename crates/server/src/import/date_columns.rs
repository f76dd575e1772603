//! How the dates of a column are to be read, decided for the whole column.
//!
//! Owns the rule: an order holds if it reads every date of the column that is written alike; if two do
//! and mean different days, or none does, nobody guesses and the options say it.

use super::bounds::quoted;
use super::dates::{DateOrder, DateText, DayNumbers, Moment, from_day_number};
use crate::said::{Said, said};
use std::collections::BTreeMap;

/// What the person who imports says about dates.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateOptions {
    /// In which order day, month and year stand where that can be read in two ways.
    pub order: Option<DateOrder>,
    /// That numbers alone are the days of a spreadsheet, and from when it counts.
    pub day_numbers: Option<DayNumbers>,
}

/// How the dates of a column are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DateColumn {
    /// By what stands between the numbers.
    orders: BTreeMap<char, DateOrder>,
    day_numbers: Option<DayNumbers>,
}

/// The dates of one column that are written alike.
struct Alike<'t> {
    /// Line, text and readings.
    dates: Vec<(u64, &'t str, DateText)>,
}

impl DateColumn {
    /// Decides how the column `name` is read, whose cells stand on those lines.
    ///
    /// # Errors
    /// When it cannot be said without a guess; the text names the option.
    pub fn decide<'t>(
        name: &str,
        cells: impl Iterator<Item = (u64, &'t str)>,
        options: DateOptions,
    ) -> Result<Self, Said> {
        let mut by_mark: BTreeMap<char, Alike<'t>> = BTreeMap::new();
        for (line, text) in cells {
            if let Some(date @ DateText::Numbers { mark, .. }) = DateText::read(text) {
                let alike = by_mark
                    .entry(mark)
                    .or_insert_with(|| Alike { dates: Vec::new() });
                alike.dates.push((line, text, date));
            }
        }
        let mut orders = BTreeMap::new();
        for (mark, alike) in by_mark {
            orders.insert(mark, alike.order(name, options.order)?);
        }
        Ok(Self {
            orders,
            day_numbers: options.day_numbers,
        })
    }

    /// Reads a cell of the column.
    ///
    /// # Errors
    /// Why it is no date, for the person who imports.
    pub fn read(&self, text: &str) -> Result<Moment, Said> {
        let no_date = || said!(no_date, "{} is no date that can be read", quoted(text));
        match DateText::read(text) {
            None => Err(no_date()),
            Some(DateText::Sure(moment)) => Ok(moment),
            Some(date @ DateText::Numbers { mark, .. }) => {
                let order = self.orders.get(&mark).copied().ok_or_else(no_date)?;
                date.by_order(order).ok_or_else(|| {
                    said!(
                        not_in_order,
                        "{} cannot be read {}",
                        quoted(text),
                        order_said(order)
                    )
                })
            }
            Some(DateText::DayNumber(number)) => match self.day_numbers {
                None => Err(said!(
                    day_number,
                    "{} is a number and no date; if it is a spreadsheet's day, say --day-numbers 1900 or 1904",
                    quoted(text)
                )),
                Some(count) => from_day_number(number, count)
                    .map(|local| Moment::local(at_eight_without_time(local)))
                    .ok_or_else(no_date),
            },
        }
    }
}

fn order_said(order: DateOrder) -> Said {
    match order {
        DateOrder::DayFirst => said!(day_first, "day-first"),
        DateOrder::MonthFirst => said!(month_first, "month-first"),
        DateOrder::YearFirst => said!(year_first, "year-first"),
    }
}

/// A day number without a fraction is a day without a time.
fn at_eight_without_time(local: jiff::civil::DateTime) -> jiff::civil::DateTime {
    if local.time() == jiff::civil::Time::midnight() {
        local.date().at(8, 0, 0, 0)
    } else {
        local
    }
}

impl Alike<'_> {
    fn order(&self, name: &str, asked: Option<DateOrder>) -> Result<DateOrder, Said> {
        if let Some(asked) = asked {
            return Ok(asked);
        }
        let mut left = DateOrder::ALL.to_vec();
        for (line, text, date) in &self.dates {
            let fits: Vec<DateOrder> = left
                .iter()
                .copied()
                .filter(|order| date.by_order(*order).is_some())
                .collect();
            if fits.is_empty() {
                return Err(self.mixed(name, &left, *line, text));
            }
            left = fits;
        }
        let mean_the_same = |one: DateOrder, other: DateOrder| {
            let mut dates = self.dates.iter();
            dates.all(|(_, _, date)| date.by_order(one) == date.by_order(other))
        };
        match left.as_slice() {
            [first, rest @ ..] if rest.iter().all(|other| mean_the_same(*first, *other)) => {
                Ok(*first)
            }
            _ => Err(self.unclear(name, &left)),
        }
    }

    fn unclear(&self, name: &str, orders: &[DateOrder]) -> Said {
        let differs = |date: &DateText| {
            let mut read = orders.iter().map(|order| date.by_order(*order));
            let first = read.next();
            read.any(|other| Some(other) != first)
        };
        let example = self.dates.iter().find(|(_, _, date)| differs(date));
        let (line, text) = example.map_or((0, ""), |(line, text, _)| (*line, *text));
        let names = orders.iter().map(|order| order_said(*order)).collect();
        let names = Said::joined(names, |one, next| said!(either, "{} or {}", one, next));
        said!(
            dates_unclear,
            "column {}: {} on line {} can be read in more than one way, and so can every date written like it: say --dates {}",
            quoted(name),
            quoted(text),
            line,
            names
        )
    }

    fn mixed(&self, name: &str, left: &[DateOrder], line: u64, text: &str) -> Said {
        let is_other = |date: &DateText| {
            let fits = |order: &DateOrder| date.by_order(*order).is_some();
            DateOrder::ALL
                .iter()
                .all(|order| !fits(order) || left.contains(order))
        };
        let other = self.dates.iter().find(|(_, _, date)| is_other(date));
        let (other_line, other) = other.map_or((0, ""), |(line, text, _)| (*line, *text));
        said!(
            dates_mixed,
            "column {}: {} on line {} and {} on line {} cannot be read in the same order: put one right, or say --dates day-first, month-first or year-first and the other is refused",
            quoted(name),
            quoted(other),
            other_line,
            quoted(text),
            line
        )
    }
}
