//! The lists that questions choose from.
//!
//! Owns what a choice is called in Afield: answers are what people see, so each choice of a list has a label of its own.
//! Must never know who asks.

use super::labels::plain;
use super::sheets::Row;
use afield_domain::limits;
use std::collections::BTreeMap;

/// Choices of one list. More would not be found by anybody in a form, and every phone would load them.
pub(super) const MOST: usize = 300;

/// A choice: its name in the file, and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) label: String,
}

/// The lists, by their names.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists(BTreeMap<String, Vec<Choice>>);

impl Lists {
    /// The lists of a sheet, in that language.
    pub(super) fn read(rows: &[Row], language: Option<&str>) -> Self {
        let mut lists: BTreeMap<String, Vec<Choice>> = BTreeMap::new();
        for row in rows.iter().filter(|row| row.problem.is_none()) {
            let (list, name) = (row.get("list_name"), row.get("name"));
            if list.is_empty() || name.is_empty() {
                continue;
            }
            let choices = lists.entry(list.to_owned()).or_default();
            // Of a list that is too long nobody asks how long.
            if choices.len() > MOST || choices.iter().any(|choice| choice.name == name) {
                continue;
            }
            let label = own_label(
                plain(row.in_language("label", language), &mut Vec::new()),
                name,
                choices,
            );
            choices.push(Choice {
                name: name.to_owned(),
                label,
            });
        }
        Self(lists)
    }

    /// The choices of a list.
    pub(super) fn get(&self, list: &str) -> &[Choice] {
        self.0.get(list).map_or(&[], Vec::as_slice)
    }
}

/// A label that no other choice has.
fn own_label(label: String, name: &str, others: &[Choice]) -> String {
    let shown: String = if label.is_empty() {
        name.to_owned()
    } else {
        label
    };
    let shown: String = shown.chars().take(limits::LINE_CHARS).collect();
    if others.iter().any(|other| other.label == shown) {
        return format!("{shown} ({name})");
    }
    shown
}

/// The names of `choices` that mean yes and no, if they are just these two.
pub(super) fn yes_and_no(choices: &[Choice]) -> Option<(String, String)> {
    let [one, other] = choices else {
        return None;
    };
    let is = |choice: &Choice, words: &[&str]| words.contains(&choice.name.to_lowercase().as_str());
    let (yes, no) = (["yes", "y", "true", "1"], ["no", "n", "false", "0"]);
    let pair = |yes: &Choice, no: &Choice| (yes.name.clone(), no.name.clone());
    match () {
        () if is(one, &yes) && is(other, &no) && has_plain_words(one, other) => {
            Some(pair(one, other))
        }
        () if is(one, &no) && is(other, &yes) && has_plain_words(other, one) => {
            Some(pair(other, one))
        }
        () => None,
    }
}

/// Whether nothing is lost when the app says *Yes* and *No* in its own words: `Yes, with food` is no plain yes.
fn has_plain_words(yes: &Choice, no: &Choice) -> bool {
    [yes, no]
        .iter()
        .all(|choice| choice.label.split_whitespace().count() == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(rows: &[(&str, &str)]) -> Vec<Choice> {
        let rows: Vec<Row> = rows
            .iter()
            .map(|(name, label)| {
                Row::of(2, &[("list_name", "l"), ("name", name), ("label", label)])
            })
            .collect();
        Lists::read(&rows, None).get("l").to_vec()
    }

    #[test]
    fn each_choice_is_there_once_under_a_label_of_its_own() {
        let found = list(&[
            ("a", "Same"),
            ("b", "Same"),
            ("a", "Again"),
            ("c", ""),
            ("", "x"),
        ]);
        let found: Vec<_> = found
            .iter()
            .map(|choice| (choice.name.as_str(), choice.label.as_str()))
            .collect();
        assert_eq!(found, [("a", "Same"), ("b", "Same (b)"), ("c", "c")]);
    }

    #[test]
    fn yes_and_no_are_known_by_their_names() {
        let both = Some(("yes".to_owned(), "no".to_owned()));
        for (rows, expected) in [
            (&[("yes", "Yes"), ("no", "No")][..], both.clone()),
            (&[("no", "Nein"), ("yes", "Ja")][..], both),
            (&[("yes", "Yes, with food"), ("no", "No")][..], None),
            (&[("yes", "Yes"), ("no", "No"), ("dk", "Unknown")][..], None),
            (&[("yes", "Yes")][..], None),
            (&[("red", "Red"), ("no", "No")][..], None),
        ] {
            assert_eq!(yes_and_no(&list(rows)), expected, "{rows:?}");
        }
    }
}
