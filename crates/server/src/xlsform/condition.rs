//! When a question is asked: from `relevant` to the one test of one earlier answer that Afield knows.
//!
//! Owns the translation, and what follows from chains: a question whose condition hangs on one that is not asked is not
//! asked, so that a group's condition need not be said again. Pure. Must never give a condition that asks more or less
//! often than what was read.

use super::answered::{Answers, of_choices, of_number, several, united};
use super::constant::constant;
use super::expression::{Expr, Operator, Place, parse};
use crate::import::bounds::quoted;
use crate::said::{Said, said};
use afield_domain::answers::{Condition, Test, YES};
use std::collections::{BTreeMap, BTreeSet};

/// A question that has been imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// Its name in the file.
    pub(super) name: String,
    /// The name of the group that it stands in; empty outside of all.
    pub(super) group: String,
    /// Its key in Afield; of several answers none has it.
    pub(super) item: String,
    pub(super) answers: Answers,
    /// When it is asked.
    pub(super) when: Option<Condition>,
    /// Whether it must be answered where it is asked.
    pub(super) required: bool,
}

/// What is known of the rows before.
#[derive(Debug, Clone, Default)]
pub(super) struct Before {
    by_name: BTreeMap<String, Known>,
    /// Names of items, and when they are asked.
    by_item: BTreeMap<String, Condition>,
    /// Names that several rows of the form have.
    twice: BTreeSet<String>,
    /// When the group is asked in which the next question stands.
    pub(super) around: Option<Condition>,
}

/// What a condition comes to: always, or as said.
type When = Option<Condition>;

impl Before {
    /// Nothing, in a form of which these names are there several times.
    pub(super) fn new(twice: BTreeSet<String>) -> Self {
        Self {
            twice,
            ..Self::default()
        }
    }

    /// Whether several rows have this name.
    pub(super) fn is_twice(&self, name: &str) -> bool {
        self.twice.contains(name)
    }

    pub(super) fn add(&mut self, known: Known) {
        if let Some(when) = &known.when {
            let items: Vec<String> = match &known.answers {
                Answers::Several(items) => items.iter().map(|(_, item)| item.clone()).collect(),
                _ => vec![known.item.clone()],
            };
            self.by_item
                .extend(items.into_iter().map(|item| (item, when.clone())));
        }
        self.by_name.insert(known.name.clone(), known);
    }

    /// What `relevant` comes to.
    ///
    /// # Errors
    /// Why it cannot be kept.
    pub(super) fn condition(&self, relevant: &str) -> Result<When, Said> {
        let plain = relevant.trim();
        // A spreadsheet's own TRUE is a word, no call.
        if plain.is_empty() || plain.eq_ignore_ascii_case("true") {
            return Ok(None);
        }
        let expr = parse(plain)
            .ok_or_else(|| said!(not_read, "Afield does not read {}", quoted(relevant)))?;
        self.of(&expr, true)
    }

    /// One condition for all of these, the outermost first.
    ///
    /// # Errors
    /// When one test cannot say it.
    pub(super) fn all(&self, conditions: &[When]) -> Result<When, Said> {
        let mut left: Vec<&Condition> = Vec::new();
        for condition in conditions.iter().flatten() {
            left.retain(|outer| !self.implies(condition, outer));
            if !left.iter().any(|outer| self.implies(outer, condition)) {
                left.push(condition);
            }
        }
        match left.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some((*one).clone())),
            [one, other] if one.item == other.item => Err(said!(
                tests_twice,
                "it tests one answer twice, and Afield tests it once"
            )),
            _ => Err(said!(
                several_answers,
                "Afield asks by one earlier answer, and this hangs on several"
            )),
        }
    }

    /// Whether a question is never asked under `one` where it would not be asked under `other`.
    fn implies(&self, one: &Condition, other: &Condition) -> bool {
        let mut current = one;
        // No chain is longer than what is known.
        for _ in 0..=self.by_item.len() {
            if is_within(current, other) {
                return true;
            }
            match self.by_item.get(&current.item) {
                Some(before) => current = before,
                None => return false,
            }
        }
        false
    }

    /// The question that is meant.
    ///
    /// # Errors
    /// When there is none or it is not asked, or it is not clear which one is meant.
    pub(super) fn known(&self, place: &Place) -> Result<&Known, Said> {
        let name = quoted(&place.name);
        if self.is_twice(&place.name) {
            return Err(said!(several_called, "several rows are called {}", name));
        }
        let is_it = |known: &&Known| {
            place
                .group
                .as_ref()
                .is_none_or(|group| *group == known.group)
        };
        let known = self.by_name.get(&place.name).filter(is_it);
        known.ok_or_else(|| {
            said!(
                not_before,
                "it hangs on {}, which is not asked before it in Afield",
                name
            )
        })
    }

    /// Whether that question has an answer wherever the next one may be asked.
    fn is_sure(&self, known: &Known) -> bool {
        let is_asked = match (&known.when, &self.around) {
            (None, _) => true,
            (Some(when), Some(around)) => self.implies(around, when),
            (Some(_), None) => false,
        };
        known.required && is_asked
    }

    /// `expr`, or what it is not, as a condition.
    fn of(&self, expr: &Expr, holds: bool) -> Result<When, Said> {
        match expr {
            Expr::Call(name, given) => match (name.as_str(), given.as_slice()) {
                ("true", []) if holds => Ok(None),
                ("false", []) if !holds => Ok(None),
                ("not", [inner]) => self.of(inner, !holds),
                (
                    "selected",
                    [
                        Expr::Answer(place),
                        Expr::Text(choice) | Expr::Number(choice),
                    ],
                ) => self.selected(place, choice, holds).map(Some),
                (name, _) => Err(said!(
                    no_such_use,
                    "Afield does not know this use of {}",
                    quoted(name)
                )),
            },
            Expr::Pair(Operator::Or, one, other) if holds => self.either(one, other, holds),
            Expr::Pair(Operator::And, one, other) if !holds => self.either(one, other, holds),
            Expr::Pair(Operator::And | Operator::Or, one, other) => {
                let both = [self.of(one, holds)?, self.of(other, holds)?];
                self.both(both)
            }
            Expr::Pair(operator, one, other) => match (one.as_ref(), other.as_ref()) {
                (Expr::Answer(place), value) => {
                    self.compared(place, *operator, value, holds).map(Some)
                }
                (value, Expr::Answer(place)) => self
                    .compared(place, operator.turned(), value, holds)
                    .map(Some),
                _ => Err(said!(no_value, "it compares no answer with a value")),
            },
            _ => Err(said!(no_test, "it is no test of an answer")),
        }
    }

    /// Both conditions: of two choices of one question what they share.
    fn both(&self, both: [When; 2]) -> Result<When, Said> {
        if let [Some(one), Some(other)] = &both
            && one.item == other.item
            && is_of_choices(one)
            && is_of_choices(other)
        {
            let shared = one.test.is.iter().filter(|it| other.test.is.contains(it));
            let is: Vec<String> = shared.cloned().collect();
            if is.is_empty() {
                return Err(said!(never_holds, "it never holds"));
            }
            let test = Test {
                is,
                ..Test::default()
            };
            return Ok(Some(of(&one.item, test)));
        }
        self.all(&both)
    }

    fn either(&self, one: &Expr, other: &Expr, holds: bool) -> Result<When, Said> {
        let (Some(one), Some(other)) = (self.of(one, holds)?, self.of(other, holds)?) else {
            return Ok(None);
        };
        if one.item != other.item {
            return Err(said!(
                one_of_several,
                "Afield asks by one earlier answer, and this hangs on one of several"
            ));
        }
        Ok(Some(of(&one.item, united(one.test, other.test))))
    }

    fn selected(&self, place: &Place, choice: &str, holds: bool) -> Result<Condition, Said> {
        let known = self.known(place)?;
        let Answers::Several(items) = &known.answers else {
            return self.compared(place, Operator::Is, &Expr::Text(choice.to_owned()), holds);
        };
        let item = items.iter().find(|(name, _)| name == choice);
        let (_, item) = item.ok_or_else(|| {
            said!(
                no_choice,
                "{} has no choice {}",
                quoted(&place.name),
                quoted(choice)
            )
        })?;
        if !holds {
            return Err(unanswered());
        }
        Ok(of(item, Test::any_of(&[YES])))
    }

    fn compared(
        &self,
        place: &Place,
        operator: Operator,
        value: &Expr,
        holds: bool,
    ) -> Result<Condition, Said> {
        let known = self.known(place)?;
        let value = constant(value).ok_or(said!(
            more_than_value,
            "it compares an answer with more than a value"
        ))?;
        let is_turned = !holds || operator == Operator::IsNot;
        let operator = if holds { operator } else { opposite(operator) };
        let asks_for_any = operator == Operator::IsNot && value.text.is_empty();
        if is_turned && !asks_for_any && operator != Operator::Is && !self.is_sure(known) {
            return Err(unanswered());
        }
        let test = match &known.answers {
            Answers::OneOf(choices) => of_choices(choices, operator, &value),
            Answers::Number => of_number(operator, &value.text),
            Answers::Several(items) => {
                return several(items, operator, &value.text)
                    .map(|(item, test)| of(&item, test))
                    .ok_or_else(|| not_kept(&place.name));
            }
            Answers::Other => None,
        };
        test.map(|test| of(&known.item, test))
            .ok_or_else(|| not_kept(&place.name))
    }
}

/// Why what an answer is not is no condition.
fn unanswered() -> Said {
    said!(
        unanswered,
        "it also holds where nothing was answered, and Afield asks by what was answered"
    )
}

fn not_kept(name: &str) -> Said {
    said!(no_such_test, "Afield has no such test of {}", quoted(name))
}

fn of(item: &str, test: Test) -> Condition {
    Condition {
        item: item.to_owned(),
        test,
    }
}

fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::Is => Operator::IsNot,
        Operator::IsNot => Operator::Is,
        Operator::Less => Operator::AtLeast,
        Operator::AtLeast => Operator::Less,
        Operator::More => Operator::AtMost,
        Operator::AtMost => Operator::More,
        other => other,
    }
}

fn is_of_choices(condition: &Condition) -> bool {
    condition.test.above.is_none() && condition.test.below.is_none()
}

/// Whether all that `one` takes is taken by `other`.
fn is_within(one: &Condition, other: &Condition) -> bool {
    if one.item != other.item {
        return false;
    }
    let is_taken = |answer: &String| other.test.is.contains(answer);
    one.test == other.test || (is_of_choices(one) && one.test.is.iter().all(is_taken))
}
