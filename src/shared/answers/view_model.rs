//! Questions as they are asked on the screen: what stands in the inputs, what is wrong with it, what is left.
//!
//! Owns the way between what somebody types and the canonical answers. Pure: the language is an argument.
//! Must never hold a rule of its own: what may be answered, and when a question is asked, is in the domain.

use afield_domain::answers::{YES, answer_to, complete, is_asked};
use afield_domain::decimal::{self, DecimalError};
use afield_domain::rejection::{Problem, Rejection};
use afield_domain::{Answer, AttachmentId, FieldValue, Language, Question, QuestionKind, limits};

/// From so many characters before the limit on, an input says how many are left.
const NEAR_LIMIT: usize = 200;

/// More choices than these are shown in a list that opens.
const SHOWN_CHOICES: usize = 6;

/// Why an answer cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerFlaw {
    /// It must be answered and is not.
    Missing,
    /// Not a number.
    NotANumber,
    /// One of these two numbers, as they are read: which one, only the person knows.
    TwoMeanings([String; 2]),
    /// A number with too many digits.
    TooManyDigits,
    /// Outside of the limits.
    OutOfRange(Range),
    /// Longer than so many characters.
    TooLong(usize),
    /// Not a day.
    NoDay,
    /// More than so many photos.
    TooMany(usize),
    /// Anything else, such as a choice that the office has taken away.
    Invalid,
}

/// The limits of a number and its unit, as they are read.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Range {
    /// The smallest number that is accepted.
    pub min: Option<String>,
    /// The largest number that is accepted.
    pub max: Option<String>,
    /// Its unit, may be empty.
    pub unit: String,
}

impl Range {
    /// Whether there is nothing to say.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.min.is_none() && self.max.is_none()
    }
}

/// How far somebody has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AnswerProgress {
    /// How many of the questions that are asked have an answer.
    pub answered: usize,
    /// Questions that are asked.
    pub total: usize,
    /// Questions that must be answered and are not.
    pub required_open: usize,
}

/// What somebody answered, for reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShownAnswer {
    /// The question was not answered.
    Nothing,
    /// Yes or no.
    Yes(bool),
    /// Text, a choice, a number with its unit.
    Text(String),
    /// A day, `YYYY-MM-DD`.
    Day(String),
    /// Photos or a signature.
    Files(Vec<AttachmentId>),
}

/// What was typed in `language`, in its canonical form.
///
/// # Errors
/// Why it is no answer to `question`.
pub fn canonical(
    question: &Question,
    typed: &FieldValue,
    language: Language,
) -> Result<FieldValue, AnswerFlaw> {
    let number = match (&question.kind, typed) {
        (QuestionKind::Number { .. }, FieldValue::Text(text)) if !text.trim().is_empty() => {
            if let Some(both) = decimal::meanings(text) {
                let both = both.map(|number| decimal::shown(&number, language));
                return Err(AnswerFlaw::TwoMeanings(both));
            }
            Some(FieldValue::Text(decimal::parse(text)?))
        }
        _ => None,
    };
    let value = number.as_ref().unwrap_or(typed);
    question
        .check(value)
        .map_err(|rejection| flaw_of(question, &rejection))
}

impl From<DecimalError> for AnswerFlaw {
    fn from(error: DecimalError) -> Self {
        match error {
            DecimalError::NotANumber => Self::NotANumber,
            DecimalError::TooLong => Self::TooManyDigits,
        }
    }
}

fn flaw_of(question: &Question, rejection: &Rejection) -> AnswerFlaw {
    let Rejection::Invalid { problem, .. } = rejection else {
        return AnswerFlaw::Invalid;
    };
    match (problem, &question.kind) {
        (Problem::Missing, _) => AnswerFlaw::Missing,
        // The limits in the form of the language are put in where they are shown.
        (Problem::OutOfRange, _) => AnswerFlaw::OutOfRange(Range::default()),
        (Problem::TooLong { max }, QuestionKind::Photo) => AnswerFlaw::TooMany(*max),
        (Problem::TooLong { max }, _) => AnswerFlaw::TooLong(*max),
        // The text was a number, so it has more digits than can be computed with.
        (Problem::Malformed, QuestionKind::Number { .. }) => AnswerFlaw::TooManyDigits,
        (Problem::Malformed, QuestionKind::Date) => AnswerFlaw::NoDay,
        _ => AnswerFlaw::Invalid,
    }
}

/// `flaw` with the limits of its question, as they are read in `language`.
#[must_use]
pub fn explained(question: &Question, flaw: AnswerFlaw, language: Language) -> AnswerFlaw {
    match (flaw, range_of(question, language)) {
        (AnswerFlaw::OutOfRange(_), Some(range)) => AnswerFlaw::OutOfRange(range),
        (flaw, _) => flaw,
    }
}

/// The limits and the unit of a number.
#[must_use]
pub fn range_of(question: &Question, language: Language) -> Option<Range> {
    let QuestionKind::Number { min, max, unit } = &question.kind else {
        return None;
    };
    let limit = |text: &Option<String>| text.as_deref().map(|text| decimal::shown(text, language));
    Some(Range {
        min: limit(min),
        max: limit(max),
        unit: unit.clone(),
    })
}

/// What stands in the input of a stored answer.
#[must_use]
pub fn typed_of(question: &Question, value: &FieldValue, language: Language) -> String {
    match (value, &question.kind) {
        (FieldValue::Text(text), QuestionKind::Number { .. }) => {
            decimal::unmistakable(decimal::shown(text, language))
        }
        (FieldValue::Text(text), _) => text.clone(),
        _ => String::new(),
    }
}

/// Stored answers as they stand in the inputs.
#[must_use]
pub fn as_typed(questions: &[Question], stored: &[Answer], language: Language) -> Vec<Answer> {
    let typed = |answer: &Answer| {
        let question = questions
            .iter()
            .find(|question| question.item == answer.item);
        let value = match (&answer.value, question) {
            (value @ FieldValue::Text(_), Some(question)) => {
                FieldValue::Text(typed_of(question, value, language))
            }
            (value, _) => value.clone(),
        };
        Answer {
            item: answer.item.clone(),
            value,
        }
    };
    stored.iter().map(typed).collect()
}

/// The files of an answer.
#[must_use]
pub fn files_of(value: &FieldValue) -> Vec<AttachmentId> {
    match value {
        FieldValue::Files(files) => files.clone(),
        _ => Vec::new(),
    }
}

/// `answers` with `value` for `item`.
#[must_use]
pub fn with_answer(answers: &[Answer], item: &str, value: Option<FieldValue>) -> Vec<Answer> {
    let others = answers.iter().filter(|answer| answer.item != item);
    let new = value.map(|value| Answer {
        item: item.to_owned(),
        value,
    });
    others.cloned().chain(new).collect()
}

/// The stored answers, and over them what is typed.
#[must_use]
pub fn overlay(stored: &[Answer], typed: &[Answer]) -> Vec<Answer> {
    let is_typed = |answer: &&Answer| !typed.iter().any(|other| other.item == answer.item);
    let left = stored.iter().filter(is_typed);
    left.chain(typed).cloned().collect()
}

/// What is typed, as it would be stored: without what cannot be, and with every calculation done.
#[must_use]
pub fn settled(questions: &[Question], typed: &[Answer], language: Language) -> Vec<Answer> {
    let valid = questions.iter().filter_map(|question| {
        let value = canonical(question, answer_to(typed, &question.item), language).ok()?;
        (value != FieldValue::Nothing).then(|| Answer {
            item: question.item.clone(),
            value,
        })
    });
    let valid: Vec<Answer> = valid.collect();
    complete(questions, &valid).unwrap_or(valid)
}

/// The questions that are asked now. `settled` are the answers as [`settled`] gives them.
#[must_use]
pub fn asked(questions: &[Question], settled: &[Answer]) -> Vec<Question> {
    let is_asked = |question: &&Question| is_asked(questions, question, settled);
    questions.iter().filter(is_asked).cloned().collect()
}

/// Whether a person answers it.
#[must_use]
pub fn is_answerable(question: &Question) -> bool {
    !matches!(
        question.kind,
        QuestionKind::Heading | QuestionKind::Calculation { .. } | QuestionKind::Unknown
    )
}

/// How far `settled` has come.
#[must_use]
pub fn progress(questions: &[Question], settled: &[Answer]) -> AnswerProgress {
    let mut progress = AnswerProgress::default();
    for question in asked(questions, settled) {
        if !is_answerable(&question) {
            continue;
        }
        progress.total += 1;
        if *answer_to(settled, &question.item) != FieldValue::Nothing {
            progress.answered += 1;
        } else if question.required {
            progress.required_open += 1;
        }
    }
    progress
}

/// Everything that keeps a form from being submitted, in its order: the key of each question and why.
#[must_use]
pub fn flaws(
    questions: &[Question],
    typed: &[Answer],
    language: Language,
) -> Vec<(String, AnswerFlaw)> {
    let settled = settled(questions, typed, language);
    let flaw = |question: Question| {
        let flaw = match canonical(&question, answer_to(typed, &question.item), language) {
            Err(flaw) => flaw,
            // As the domain has it, a calculation that must be there must be there.
            Ok(_)
                if question.required
                    && !matches!(question.kind, QuestionKind::Heading | QuestionKind::Unknown)
                    && *answer_to(&settled, &question.item) == FieldValue::Nothing =>
            {
                AnswerFlaw::Missing
            }
            Ok(_) => return None,
        };
        Some((question.item, flaw))
    };
    asked(questions, &settled)
        .into_iter()
        .filter_map(flaw)
        .collect()
}

/// How many characters are left, once there are not many.
#[must_use]
pub fn characters_left(question: &Question, typed: &str) -> Option<usize> {
    let max = match question.kind {
        QuestionKind::Text => limits::NOTE_CHARS,
        QuestionKind::Barcode => limits::LINE_CHARS,
        _ => return None,
    };
    let left = max.saturating_sub(typed.chars().count());
    (left <= NEAR_LIMIT).then_some(left)
}

/// Whether the choices are too many to stand below one another.
#[must_use]
pub fn is_long(options: &[String]) -> bool {
    options.len() > SHOWN_CHOICES
}

/// A stored answer, for reading.
#[must_use]
pub fn shown(question: &Question, value: &FieldValue, language: Language) -> ShownAnswer {
    let with_unit = |text: &str, unit: &str| {
        let number = decimal::shown(text, language);
        let space = if unit.is_empty() { "" } else { " " };
        ShownAnswer::Text(format!("{number}{space}{unit}"))
    };
    match (value, &question.kind) {
        (FieldValue::Text(text), QuestionKind::YesNo) => ShownAnswer::Yes(text == YES),
        (FieldValue::Text(text), QuestionKind::Date) => ShownAnswer::Day(text.clone()),
        (
            FieldValue::Text(text),
            QuestionKind::Number { unit, .. } | QuestionKind::Calculation { unit, .. },
        ) => with_unit(text, unit),
        (FieldValue::Text(text), _) => ShownAnswer::Text(text.clone()),
        (FieldValue::Files(files), _) => ShownAnswer::Files(files.clone()),
        _ => ShownAnswer::Nothing,
    }
}

#[cfg(test)]
#[path = "view_model_tests.rs"]
mod tests;
