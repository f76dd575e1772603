//! Columns of one name, and columns that would mean the same.
//!
//! Owns the numbers by which columns of one name are told apart, and what is said at each of them. Must never choose what a
//! column means.

use super::bounds::quoted;
use super::field::Field;
use super::kind::Kind;
use super::suggest::fitting;
use crate::said::{Said, said};
use afield_protocol::ImportColumn;

/// Gives columns of one name a number each, so that it can be said which is meant; how they were called before.
pub(super) fn number_doubled(columns: &mut [String]) -> Vec<Option<String>> {
    let before = columns.to_vec();
    let mut doubled = vec![None; before.len()];
    for (place, name) in before.iter().enumerate() {
        let is_same = |other: &&String| *other == name && !name.is_empty();
        if before.iter().filter(is_same).count() < 2 {
            continue;
        }
        if let Some(doubled) = doubled.get_mut(place) {
            *doubled = Some(name.clone());
        }
        let earlier = before.iter().take(place).filter(is_same).count();
        if earlier == 0 {
            continue;
        }
        let mut numbered = (earlier + 1..).map(|number| format!("{name} ({number})"));
        let free = numbered.find(|name| !columns.contains(name));
        if let (Some(column), Some(free)) = (columns.get_mut(place), free) {
            *column = free;
        }
    }
    doubled
}

/// The name that several columns have, if more than one of them is meant by it: whoever has not heard of their numbers.
pub(super) fn unclear<'n>(doubled: &'n [Option<String>], entries: &[String]) -> Option<&'n str> {
    let named = |name: &&String| {
        let entries = entries.iter().filter_map(|entry| entry.rsplit_once('='));
        entries.filter(|(column, _)| column == name).count() > 1
    };
    doubled.iter().flatten().find(named).map(String::as_str)
}

/// Says at each column that another has its name, or means what it would mean.
pub(super) fn remark(kind: Kind, columns: &mut [ImportColumn], doubled: &[Option<String>]) {
    let told = (0..columns.len()).map(|place| told_at(place, kind, columns, doubled));
    let told: Vec<Option<Said>> = told.collect();
    for (column, said) in columns.iter_mut().zip(told) {
        column.remark = said.map(|said| said.wire_with_text());
    }
}

fn told_at(
    place: usize,
    kind: Kind,
    columns: &[ImportColumn],
    doubled: &[Option<String>],
) -> Option<Said> {
    let column = columns.get(place)?;
    let name = quoted(&column.name);
    let other = |field: &str| {
        let mut columns = columns.iter().enumerate();
        let other = columns.find(|(at, other)| *at != place && other.field == field);
        other.map(|(_, other)| quoted(&other.name))
    };
    if let Some(other) = other(&column.field).filter(|_| !column.field.is_empty()) {
        return Some(said!(
            field_twice,
            "{} is chosen for {} and for {}: one column alone can be it",
            Said::field(&column.field),
            name,
            other
        ));
    }
    if column.field.is_empty()
        && let Some(field) = fitting(kind, &column.name).map(Field::name)
        && let Some(other) = other(field)
    {
        return Some(said!(
            field_taken,
            "{} may be {} too, which is taken from {}",
            name,
            Said::field(field),
            other
        ));
    }
    let before = doubled.get(place)?.as_ref()?;
    Some(said!(
        column_doubled,
        "several columns are called {}: this one is called {} here",
        quoted(before),
        name
    ))
}
