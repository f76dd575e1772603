//! The lists that questions choose from.
//!
//! Owns what a choice is called in Afield: answers are what people see, so each choice of a list has a label of its own.
//! Must never know who asks, nor lose a choice without a line.

use super::labels::{cut, plain};
use super::sheets::Row;
use crate::import::bounds::quoted;
use crate::said::{Said, said};
use std::collections::{BTreeMap, BTreeSet};

/// Choices of one list. More would not be found by anybody in a form, and every phone would load them.
pub(super) const MOST: usize = afield_domain::limits::CHOICES;
/// Lines about lost choices that a report has; of the others it says how many there are.
const LINES: usize = 100;
/// Letters of a label and of what tells it from another: together less than a line may hold.
const PART: usize = 200;

/// A choice: its name in the file, and its label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) name: String,
    pub(super) label: String,
}

/// A list.
#[derive(Debug, Clone, Default)]
pub(super) struct List {
    pub(super) choices: Vec<Choice>,
    names: BTreeSet<String>,
    labels: BTreeSet<String>,
    /// Whether a choice of it was lost.
    is_partial: bool,
}

/// The lists, by their names.
#[derive(Debug, Clone, Default)]
pub(super) struct Lists {
    lists: BTreeMap<String, List>,
    /// A row was lost that does not say of which list.
    is_partial: bool,
    lost: Vec<Said>,
}

impl Lists {
    /// The lists of a sheet, in that language.
    pub(super) fn read(rows: &[Row], language: Option<&str>) -> Self {
        let mut this = Self::default();
        for row in rows {
            this.take(row, language);
        }
        this
    }

    /// The choices that were lost, a line each.
    pub(super) fn lost(&self) -> Vec<Said> {
        let mut lines: Vec<Said> = self.lost.iter().take(LINES).cloned().collect();
        let more = self.lost.len().saturating_sub(LINES);
        if more > 0 {
            lines.push(said!(
                choices_more,
                "sheet choices: {} more are left out",
                more
            ));
        }
        lines
    }

    fn take(&mut self, row: &Row, language: Option<&str>) {
        let (list, name) = (row.get("list_name"), row.get("name"));
        let why = match &row.problem {
            Some(problem) => Some(problem.clone()),
            None if list.is_empty() && name.is_empty() => return,
            None if list.is_empty() => Some(said!(no_list_named, "it names no list")),
            None if name.is_empty() => Some(said!(no_name, "it has no name")),
            None => None,
        };
        if let Some(why) = why {
            if list.is_empty() {
                self.is_partial = true;
            } else {
                self.lists.entry(list.to_owned()).or_default().is_partial = true;
            }
            return self.lose(row, why);
        }
        let list = self.lists.entry(list.to_owned()).or_default();
        // Of a list that is too long nobody asks how long.
        if list.choices.len() > MOST {
            return;
        }
        if list.names.contains(name) {
            list.is_partial = true;
            return self.lose(
                row,
                said!(choice_twice, "its list has a choice of this name"),
            );
        }
        let label = plain(row.in_language("label", language), &mut Vec::new());
        list.add(name, &label);
    }

    fn lose(&mut self, row: &Row, why: Said) {
        let name = match row.get("name") {
            "" => String::new(),
            name => format!(", {}", quoted(name)),
        };
        let line = said!(
            choice_lost,
            "sheet choices, line {}{}: left out: {}",
            row.line,
            name,
            why
        );
        self.lost.push(line);
    }

    /// A list that has choices, and whether one of them was lost.
    pub(super) fn get(&self, list: &str) -> Option<(&List, bool)> {
        let found = self.lists.get(list)?;
        let is_partial = found.is_partial || self.is_partial;
        (!found.choices.is_empty()).then_some((found, is_partial))
    }
}

impl List {
    /// Whether it has a choice of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.names.contains(name)
    }

    /// Adds a choice under a label that no other has.
    pub(super) fn add(&mut self, name: &str, label: &str) {
        let shown = cut(if label.is_empty() { name } else { label });
        let short = |text: &str| -> String { text.chars().take(PART).collect() };
        let with = |what: &str| cut(&format!("{} ({})", short(&shown), short(what)));
        let mut own = shown.clone();
        let mut number = 1_u32;
        while !self.labels.insert(own.clone()) {
            own = match number {
                1 => with(name),
                number => with(&number.to_string()),
            };
            number += 1;
        }
        self.names.insert(name.to_owned());
        self.choices.push(Choice {
            name: name.to_owned(),
            label: own,
        });
    }
}

/// Words for yes, and for no: the app says them in its own.
const YES: &[&str] = &[
    "yes", "y", "ja", "oui", "si", "sí", "sì", "sim", "da", "ndiyo", "ndio", "evet",
];
const NO: &[&str] = &[
    "no", "n", "nein", "non", "não", "nee", "nej", "ne", "nie", "hapana", "hayır",
];

/// The names of `choices` that mean yes and no, if they are just these two: by their labels, so that nothing is lost.
pub(super) fn yes_and_no(choices: &[Choice]) -> Option<(String, String)> {
    let [one, other] = choices else {
        return None;
    };
    let is = |choice: &Choice, words: &[&str]| {
        let label = choice.label.to_lowercase();
        words.contains(&label.as_str())
    };
    let pair = |yes: &Choice, no: &Choice| Some((yes.name.clone(), no.name.clone()));
    match () {
        () if is(one, YES) && is(other, NO) => pair(one, other),
        () if is(one, NO) && is(other, YES) => pair(other, one),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row((list, name, label): (&str, &str, &str)) -> Row {
        Row::of(3, &[("list_name", list), ("name", name), ("label", label)])
    }

    fn list(rows: &[(&str, &str)]) -> Vec<Choice> {
        let rows: Vec<Row> = rows
            .iter()
            .map(|(name, label)| row(("l", name, label)))
            .collect();
        let lists = Lists::read(&rows, None);
        lists.get("l").unwrap().0.choices.clone()
    }

    #[test]
    fn each_choice_is_there_once_under_a_label_of_its_own() {
        let found = list(&[
            ("a", "Same"),
            ("b", "Same"),
            ("a", "Again"),
            ("c", ""),
            ("", "x"),
            ("d", "Same (b)"),
        ]);
        let found = found
            .iter()
            .map(|choice| (choice.name.as_str(), choice.label.as_str()));
        let expected = [
            ("a", "Same"),
            ("b", "Same (b)"),
            ("c", "c"),
            ("d", "Same (b) (d)"),
        ];
        assert!(found.eq(expected));
        let long = format!("{} {}", "x".repeat(499), "y".repeat(20));
        assert_eq!(list(&[("a", &long)])[0].label, "x".repeat(499));
    }

    #[test]
    fn yes_and_no_are_known_by_what_people_read() {
        let both = Some(("yes".to_owned(), "no".to_owned()));
        for (rows, expected) in [
            (&[("yes", "Yes"), ("no", "No")][..], both.clone()),
            (&[("no", "Nein"), ("yes", "Ja")][..], both.clone()),
            (&[("no", ""), ("yes", "")][..], both),
            (
                &[("1", "Yes"), ("0", "No")][..],
                Some(("1".into(), "0".into())),
            ),
            (&[("1", "Male"), ("0", "Female")][..], None),
            (&[("yes", "Pass"), ("no", "Fail")][..], None),
            (&[("yes", "Yes, with food"), ("no", "No")][..], None),
            (&[("yes", "Yes"), ("no", "No"), ("dk", "Unknown")][..], None),
            (&[("yes", "Yes")][..], None),
            (&[("red", "Red"), ("no", "No")][..], None),
        ] {
            assert_eq!(yes_and_no(&list(rows)), expected, "{rows:?}");
        }
    }

    #[test]
    fn a_choice_that_is_lost_is_named_and_its_list_known_to_lack_it() {
        let mut broken = row(("", "z", ""));
        broken.problem = Some("it is merged".into());
        let whole = || row(("l", "a", ""));
        for (rows, lost) in [
            (vec![whole()], 0),
            (vec![whole(), whole()], 1),
            (vec![whole(), row(("", "b", ""))], 1),
            (vec![whole(), row(("l", "", "B"))], 1),
            (vec![whole(), broken], 1),
        ] {
            let lists = Lists::read(&rows, None);
            assert_eq!(lists.lost().len(), lost, "{rows:?}");
            assert_eq!(lists.get("l").unwrap().1, lost > 0, "{rows:?}");
        }
        let many = vec![row(("", "b", "")); 1_000];
        assert_eq!(Lists::read(&many, None).lost().len(), LINES + 1);
    }
}
