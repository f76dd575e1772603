//! What keeps a form from being saved, each with its place.
//!
//! Owns [`flaws`], which the office's builder shows at the field and the server decides by. Pure. Must never mend anything:
//! whoever has made the form knows what was meant.

use super::formula::{self, FormulaFlaw};
use super::question::{Condition, NO, Question, QuestionKind, Test, YES};
use crate::decimal::Decimal;
use crate::limits;
use std::collections::HashSet;

/// A part of a form that something can be wrong with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// What the form is called.
    Name,
    /// Its questions as a whole.
    Form,
    /// The key of a question.
    Key,
    /// What is asked.
    Label,
    /// What kind of answer is wanted.
    Kind,
    /// What there is to choose from.
    Options,
    /// The least.
    Min,
    /// The most.
    Max,
    /// The unit.
    Unit,
    /// How it is computed.
    Formula,
    /// The digits after the point.
    Decimals,
    /// When it is asked.
    When,
    /// What is not in order.
    Fails,
}

/// What is wrong with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// It is empty.
    #[error("is missing")]
    Missing,
    /// It has more characters.
    #[error("is longer than {0} characters")]
    TooLong(usize),
    /// There are more.
    #[error("more than {0}")]
    TooMany(usize),
    /// It is there twice.
    #[error("is there twice")]
    Twice,
    /// No number that can be computed with.
    #[error("is no number")]
    NotANumber,
    /// The least is above the most.
    #[error("the least is above the most")]
    Crossed,
    /// No question of the form wants an answer.
    #[error("nothing is asked")]
    NothingAsked,
    /// It hangs on what is not asked before it.
    #[error("hangs on what is not asked before it")]
    NotBefore,
    /// No answer can pass the test.
    #[error("no answer can pass it")]
    NeverHolds,
    /// The formula names what has no number before it.
    #[error("there is no number called {0} before it")]
    NoSuchNumber(String),
    /// It is not of the expected form.
    #[error("is not of the expected form")]
    Malformed,
}

/// Something that keeps a form from being saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{part:?}: {fault}", .at.map(|at| format!("question {}, ", at + 1)).unwrap_or_default())]
pub struct FormFlaw {
    /// The place of the question; none for the form itself.
    pub at: Option<usize>,
    /// Which part.
    pub part: Part,
    /// What is wrong.
    pub fault: Fault,
}

/// Everything that keeps a form of this name from being saved, in the order of the form.
#[must_use]
pub fn flaws(name: &str, questions: &[Question]) -> Vec<FormFlaw> {
    let mut found = Found::default();
    found.line(Part::Name, name, limits::TITLE_CHARS);
    if questions.len() > limits::QUESTIONS {
        found.say(Part::Form, Fault::TooMany(limits::QUESTIONS));
    } else if !questions.iter().any(|one| one.kind.wants_answer()) {
        found.say(Part::Form, Fault::NothingAsked);
    }
    let mut keys = HashSet::new();
    for (at, question) in questions.iter().enumerate() {
        found.at = Some(at);
        found.key(&question.item);
        if !keys.insert(question.item.as_str()) {
            found.say(Part::Key, Fault::Twice);
        }
        found.line(Part::Label, &question.label, limits::LINE_CHARS);
        let before = questions.get(..at).unwrap_or_default();
        found.kind(&question.kind, before);
        if let Some(condition) = &question.when {
            found.condition(condition, before);
        }
        if let Some(test) = &question.fails {
            found.test(Part::Fails, test, &question.kind);
        }
    }
    found.flaws
}

#[derive(Default)]
struct Found {
    at: Option<usize>,
    flaws: Vec<FormFlaw>,
}

impl Found {
    fn say(&mut self, part: Part, fault: Fault) {
        let at = self.at;
        self.flaws.push(FormFlaw { at, part, fault });
    }

    fn line(&mut self, part: Part, text: &str, most: usize) {
        if text.trim().is_empty() {
            self.say(part, Fault::Missing);
        } else if text.chars().count() > most {
            self.say(part, Fault::TooLong(most));
        }
    }

    fn key(&mut self, key: &str) {
        let is_plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if key.is_empty() {
            self.say(Part::Key, Fault::Missing);
        } else if key.len() > limits::ITEM_BYTES {
            self.say(Part::Key, Fault::TooLong(limits::ITEM_BYTES));
        } else if !is_plain {
            self.say(Part::Key, Fault::Malformed);
        }
    }

    fn kind(&mut self, kind: &QuestionKind, before: &[Question]) {
        match kind {
            QuestionKind::Choice { options } => self.options(options),
            QuestionKind::Number { min, max, unit } => {
                let least = self.limit(Part::Min, min.as_deref());
                let most = self.limit(Part::Max, max.as_deref());
                if matches!((least, most), (Some(least), Some(most)) if least > most) {
                    self.say(Part::Max, Fault::Crossed);
                }
                self.unit(unit);
            }
            QuestionKind::Calculation {
                formula,
                decimals,
                unit,
            } => {
                self.formula(formula, before);
                if *decimals > limits::CALCULATION_DECIMALS {
                    let most = usize::from(limits::CALCULATION_DECIMALS);
                    self.say(Part::Decimals, Fault::TooMany(most));
                }
                self.unit(unit);
            }
            QuestionKind::Unknown => self.say(Part::Kind, Fault::Malformed),
            QuestionKind::Heading
            | QuestionKind::YesNo
            | QuestionKind::Text
            | QuestionKind::Date
            | QuestionKind::Photo
            | QuestionKind::Signature
            | QuestionKind::Barcode => {}
        }
    }

    fn unit(&mut self, unit: &str) {
        if unit.chars().count() > limits::LINE_CHARS {
            self.say(Part::Unit, Fault::TooLong(limits::LINE_CHARS));
        }
    }

    fn options(&mut self, options: &[String]) {
        if options.is_empty() {
            return self.say(Part::Options, Fault::Missing);
        }
        if options.len() > limits::CHOICES {
            return self.say(Part::Options, Fault::TooMany(limits::CHOICES));
        }
        let mut seen = HashSet::new();
        for option in options {
            let fault = if option.trim().is_empty() {
                Some(Fault::Missing)
            } else if option.chars().count() > limits::LINE_CHARS {
                Some(Fault::TooLong(limits::LINE_CHARS))
            } else if option.trim() != option {
                // An answer is compared without white space at its ends.
                Some(Fault::Malformed)
            } else if !seen.insert(option.as_str()) {
                Some(Fault::Twice)
            } else {
                None
            };
            if let Some(fault) = fault {
                return self.say(Part::Options, fault);
            }
        }
    }

    fn limit(&mut self, part: Part, text: Option<&str>) -> Option<Decimal> {
        let text = text?;
        let number = Decimal::parse(text);
        if number.is_none() {
            self.say(part, Fault::NotANumber);
        }
        number
    }

    fn formula(&mut self, text: &str, before: &[Question]) {
        if text.trim().is_empty() {
            return self.say(Part::Formula, Fault::Missing);
        }
        if text.chars().count() > limits::LINE_CHARS {
            return self.say(Part::Formula, Fault::TooLong(limits::LINE_CHARS));
        }
        let is_number = |name: &str| {
            let found = before.iter().find(|question| question.item == name);
            found.is_some_and(|question| is_numeric(&question.kind))
        };
        match formula::flaw(text, &is_number) {
            Some(FormulaFlaw::NoSuchNumber(name)) => {
                self.say(Part::Formula, Fault::NoSuchNumber(name));
            }
            Some(FormulaFlaw::Malformed) => self.say(Part::Formula, Fault::Malformed),
            None => {}
        }
    }

    fn condition(&mut self, condition: &Condition, before: &[Question]) {
        // Only what is asked before can be answered before: no chain of conditions comes back to itself.
        match before.iter().find(|other| other.item == condition.item) {
            Some(other) => self.test(Part::When, &condition.test, &other.kind),
            None => self.say(Part::When, Fault::NotBefore),
        }
    }

    /// A test that no answer of that kind can pass.
    fn test(&mut self, part: Part, test: &Test, kind: &QuestionKind) {
        let limits = [&test.above, &test.below];
        if limits
            .into_iter()
            .flatten()
            .any(|limit| Decimal::parse(limit).is_none())
        {
            return self.say(part, Fault::NotANumber);
        }
        let has_limit = test.above.is_some() || test.below.is_some();
        if test.is.is_empty() && !has_limit {
            return self.say(part, Fault::Missing);
        }
        let can_be = |answer: &String| match kind {
            QuestionKind::YesNo => answer == YES || answer == NO,
            QuestionKind::Choice { options } => options.contains(answer),
            QuestionKind::Number { .. } | QuestionKind::Calculation { .. } => {
                Decimal::parse(answer).is_some()
            }
            QuestionKind::Text | QuestionKind::Date | QuestionKind::Barcode => {
                !answer.trim().is_empty()
            }
            QuestionKind::Heading
            | QuestionKind::Photo
            | QuestionKind::Signature
            | QuestionKind::Unknown => false,
        };
        // A choice or a text can read as a number, too.
        let can_pass_limit = has_limit
            && !matches!(
                kind,
                QuestionKind::YesNo
                    | QuestionKind::Date
                    | QuestionKind::Heading
                    | QuestionKind::Photo
                    | QuestionKind::Signature
                    | QuestionKind::Unknown
            );
        if !can_pass_limit && !test.is.iter().any(can_be) {
            self.say(part, Fault::NeverHolds);
        }
    }
}

/// Whether the answer is a number, that a formula can compute with.
#[must_use]
pub fn is_numeric(kind: &QuestionKind) -> bool {
    matches!(
        kind,
        QuestionKind::Number { .. } | QuestionKind::Calculation { .. }
    )
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
