//! Questions of checklists and forms: what may be answered, when one is asked, and which answer fails.
//!
//! Owns [`Question`] and its rules, the same on phone and server. Answers are text in a canonical form
//! (`yes`, `12.5`, `2026-11-21`, the name of a choice) or files. Pure.

use crate::answers::Answer;
use crate::answers::formula::evaluate;
use crate::decimal::Decimal;
use crate::limits;
use crate::merge::FieldValue;
use crate::rejection::{Problem, Rejection};
use crate::wire::FromTree;
use serde::Serialize;

/// The answers to a yes-or-no question.
pub const YES: &str = "yes";
/// See [`YES`].
pub const NO: &str = "no";

/// What kind of answer a question wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum QuestionKind {
    /// No question: a heading over the ones that follow.
    Heading,
    /// `yes` or `no`.
    YesNo,
    /// Text of several lines.
    Text,
    /// A decimal number.
    Number {
        /// The least, as a decimal number.
        min: Option<String>,
        /// The most, as a decimal number.
        max: Option<String>,
        /// Its unit, may be empty.
        #[wire(default)]
        unit: String,
    },
    /// One of these.
    Choice {
        /// What there is to choose from.
        options: Vec<String>,
    },
    /// A day, `YYYY-MM-DD`.
    Date,
    /// Pictures.
    Photo,
    /// A signature.
    Signature,
    /// The text of a barcode, read or typed.
    Barcode,
    /// A number that is computed from others ([`crate::answers::formula`]).
    Calculation {
        /// The formula, with the keys of other questions as names.
        formula: String,
        /// Digits after the point.
        #[wire(default = "two_decimals")]
        decimals: u16,
        /// Its unit, may be empty.
        #[wire(default)]
        unit: String,
    },
    /// A kind of another build: shown, and not to be answered here.
    #[serde(other)]
    Unknown,
}

fn two_decimals() -> u16 {
    2
}

/// A test of one answer. It holds if the answer is one of `is`, or a number above or below a limit.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Test {
    /// Any of these answers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub is: Vec<String>,
    /// A number greater than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub above: Option<String>,
    /// A number less than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub below: Option<String>,
}

impl Test {
    /// The test for any of these answers.
    #[must_use]
    pub fn any_of(answers: &[&str]) -> Self {
        Self {
            is: answers.iter().map(|&answer| answer.to_owned()).collect(),
            ..Self::default()
        }
    }

    fn holds(&self, value: &FieldValue) -> bool {
        let FieldValue::Text(text) = value else {
            return false;
        };
        let number = Decimal::parse(text);
        let limit = |limit: &Option<String>| limit.as_deref().and_then(Decimal::parse);
        let is_above = matches!((number, limit(&self.above)), (Some(n), Some(l)) if n > l);
        let is_below = matches!((number, limit(&self.below)), (Some(n), Some(l)) if n < l);
        self.is.contains(text) || is_above || is_below
    }
}

/// When a question is asked: only if the answer to an earlier one passes a test.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Condition {
    /// The key of the other question.
    pub item: String,
    /// What its answer must be.
    pub test: Test,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, FromTree)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct Question {
    /// Its key within its checklist or form, such as `flue_gas`: letters, digits and `_`.
    pub item: String,
    /// What is asked.
    pub label: String,
    /// What kind of answer it wants.
    pub kind: QuestionKind,
    /// Whether it must be answered where it is asked.
    #[serde(default)]
    pub required: bool,
    /// When it is asked; always, if none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Condition>,
    /// Which answer means that something is not in order.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails: Option<Test>,
}

impl QuestionKind {
    /// Whether somebody has to answer it: no heading, nothing that is calculated.
    #[must_use]
    pub fn wants_answer(&self) -> bool {
        !matches!(
            self,
            Self::Heading | Self::Calculation { .. } | Self::Unknown
        )
    }
}

impl Question {
    /// A question that is always asked and need not be answered.
    #[must_use]
    pub fn new(item: &str, label: &str, kind: QuestionKind) -> Self {
        Self {
            item: item.to_owned(),
            label: label.to_owned(),
            kind,
            required: false,
            when: None,
            fails: None,
        }
    }

    /// `value` in its canonical form, if it is an answer to this question. Nothing is always one:
    /// whether an answer is needed is [`first_missing`].
    ///
    /// # Errors
    /// [`Rejection::Invalid`] naming the question.
    pub fn check(&self, value: &FieldValue) -> Result<FieldValue, Rejection> {
        let text = match value {
            FieldValue::Nothing => return Ok(FieldValue::Nothing),
            FieldValue::Text(text) if text.trim().is_empty() => return Ok(FieldValue::Nothing),
            FieldValue::Text(text) => text.trim(),
            FieldValue::Files(files) => return self.check_files(files.len(), value),
            FieldValue::Span { .. } => return Err(self.wrong(Problem::Malformed)),
        };
        let is_answer = match &self.kind {
            QuestionKind::YesNo => text == YES || text == NO,
            QuestionKind::Text => return self.check_length(text, limits::NOTE_CHARS),
            QuestionKind::Barcode => return self.check_length(text, limits::LINE_CHARS),
            QuestionKind::Choice { options } => options.iter().any(|option| option == text),
            QuestionKind::Date => is_day(text),
            QuestionKind::Number { min, max, .. } => return self.check_number(text, min, max),
            QuestionKind::Calculation { .. } => Decimal::parse(text).is_some(),
            QuestionKind::Heading
            | QuestionKind::Photo
            | QuestionKind::Signature
            | QuestionKind::Unknown => false,
        };
        if is_answer {
            Ok(FieldValue::Text(text.to_owned()))
        } else {
            Err(self.wrong(Problem::Malformed))
        }
    }

    fn wrong(&self, problem: Problem) -> Rejection {
        Rejection::Invalid {
            field: self.item.clone(),
            problem,
        }
    }

    fn check_length(&self, text: &str, max: usize) -> Result<FieldValue, Rejection> {
        crate::text::required(&self.item, text, max).map(FieldValue::Text)
    }

    fn check_number(
        &self,
        text: &str,
        min: &Option<String>,
        max: &Option<String>,
    ) -> Result<FieldValue, Rejection> {
        let limit = |limit: &Option<String>| limit.as_deref().and_then(Decimal::parse);
        let number = Decimal::parse(text).ok_or_else(|| self.wrong(Problem::Malformed))?;
        let is_below = limit(min).is_some_and(|min| number < min);
        let is_above = limit(max).is_some_and(|max| number > max);
        if is_below || is_above {
            return Err(self.wrong(Problem::OutOfRange));
        }
        Ok(FieldValue::Text(number.to_string()))
    }

    fn check_files(&self, count: usize, value: &FieldValue) -> Result<FieldValue, Rejection> {
        match (&self.kind, count) {
            (_, 0) => Ok(FieldValue::Nothing),
            (QuestionKind::Photo, n) if n <= limits::ANSWER_FILES => Ok(value.clone()),
            (QuestionKind::Signature, 1) => Ok(value.clone()),
            (QuestionKind::Photo, _) => Err(self.wrong(Problem::TooLong {
                max: limits::ANSWER_FILES,
            })),
            _ => Err(self.wrong(Problem::Malformed)),
        }
    }

    /// Whether `value` says that something is not in order.
    #[must_use]
    pub fn is_failed_by(&self, value: &FieldValue) -> bool {
        self.fails.as_ref().is_some_and(|test| test.holds(value))
    }
}

/// Whether `text` is a day, `YYYY-MM-DD`.
#[must_use]
pub fn is_day(text: &str) -> bool {
    let mut parts = text.split('-');
    let mut number = |digits: usize| {
        let part = parts.next().filter(|part| part.len() == digits)?;
        part.bytes()
            .all(|b| b.is_ascii_digit())
            .then(|| part.parse::<i16>().ok())?
    };
    let (year, month, day) = (number(4), number(2), number(2));
    let (Some(year), Some(month), Some(day)) = (year, month, day) else {
        return false;
    };
    let narrow = |number| i8::try_from(number).unwrap_or(0);
    parts.next().is_none() && jiff::civil::Date::new(year, narrow(month), narrow(day)).is_ok()
}

/// The answer to `item`.
#[must_use]
pub fn answer_to<'a>(answers: &'a [Answer], item: &str) -> &'a FieldValue {
    let found = answers.iter().find(|answer| answer.item == item);
    found.map_or(&FieldValue::Nothing, |answer| &answer.value)
}

/// Whether `question` is asked, given the answers so far. A question whose condition hangs on one
/// that is itself not asked is not asked.
#[must_use]
pub fn is_asked(questions: &[Question], question: &Question, answers: &[Answer]) -> bool {
    let mut current = question;
    // No chain is longer than the list; a circle is never asked.
    for _ in 0..=questions.len() {
        let Some(condition) = &current.when else {
            return true;
        };
        if !condition.test.holds(answer_to(answers, &condition.item)) {
            return false;
        }
        match questions.iter().find(|other| other.item == condition.item) {
            Some(other) => current = other,
            None => return false,
        }
    }
    false
}

/// How many questions must be answered, are asked and are not answered.
#[must_use]
pub fn open_required(questions: &[Question], answers: &[Answer]) -> usize {
    let is_open = |question: &&Question| {
        question.required
            && question.kind.wants_answer()
            && is_asked(questions, question, answers)
            && *answer_to(answers, &question.item) == FieldValue::Nothing
    };
    questions.iter().filter(is_open).count()
}

/// The value of a calculation, if all that it needs is there.
#[must_use]
pub fn calculated(question: &Question, answers: &[Answer]) -> Option<String> {
    let QuestionKind::Calculation {
        formula, decimals, ..
    } = &question.kind
    else {
        return None;
    };
    let value_of = |name: &str| match answer_to(answers, name) {
        FieldValue::Text(text) => Decimal::parse(text),
        _ => None,
    };
    evaluate(formula, &value_of).map(|value| value.rounded(*decimals).to_string())
}

/// The answers in their canonical form: in the order of the questions, only of those that are asked,
/// with every calculation done anew.
///
/// # Errors
/// [`Rejection::Invalid`] naming the first question whose answer cannot be stored.
pub fn complete(questions: &[Question], answers: &[Answer]) -> Result<Vec<Answer>, Rejection> {
    let mut done: Vec<Answer> = Vec::new();
    for question in questions {
        if !is_asked(questions, question, &done) {
            continue;
        }
        let value = if matches!(question.kind, QuestionKind::Calculation { .. }) {
            calculated(question, &done).map_or(FieldValue::Nothing, FieldValue::Text)
        } else {
            question.check(answer_to(answers, &question.item))?
        };
        if value != FieldValue::Nothing {
            done.push(Answer {
                item: question.item.clone(),
                value,
            });
        }
    }
    Ok(done)
}

/// The first question that is asked, must be answered, and is not.
#[must_use]
pub fn first_missing<'q>(questions: &'q [Question], answers: &[Answer]) -> Option<&'q Question> {
    questions.iter().find(|question| {
        question.required
            && !matches!(question.kind, QuestionKind::Heading | QuestionKind::Unknown)
            && is_asked(questions, question, answers)
            && *answer_to(answers, &question.item) == FieldValue::Nothing
    })
}

/// The questions whose answers say that something is not in order.
#[must_use]
pub fn failures<'q>(questions: &'q [Question], answers: &[Answer]) -> Vec<&'q Question> {
    let fails = |question: &&Question| {
        is_asked(questions, question, answers)
            && question.is_failed_by(answer_to(answers, &question.item))
    };
    questions.iter().filter(fails).collect()
}

#[cfg(test)]
#[path = "question_tests.rs"]
mod tests;
