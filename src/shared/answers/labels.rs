//! Flaws, limits and progress in the words of the screen.

use super::view_model::{AnswerFlaw, AnswerProgress, Range};
use crate::texts::language;
use crate::tr;
use afield_domain::decimal;

/// Why an answer cannot be stored, and what to do.
#[must_use]
pub fn answer_flaw_text(flaw: &AnswerFlaw) -> String {
    match flaw {
        AnswerFlaw::Missing => tr!(answer.missing).to_owned(),
        AnswerFlaw::NotANumber => {
            tr!(
                answer.not_a_number,
                example = decimal::shown("12.5", language())
            )
        }
        AnswerFlaw::TwoMeanings([one, other]) => {
            tr!(answer.two_meanings, one = one, other = other)
        }
        AnswerFlaw::TooManyDigits => tr!(answer.too_many_digits).to_owned(),
        AnswerFlaw::OutOfRange(range) => tr!(answer.out_of_range, limits = range_text(range)),
        AnswerFlaw::TooLong(max) => tr!(answer.too_long, max = max),
        AnswerFlaw::NoDay => tr!(answer.no_day).to_owned(),
        AnswerFlaw::TooMany(max) => tr!(answer.photos_full, max = max),
        AnswerFlaw::Invalid => tr!(answer.invalid).to_owned(),
    }
}

/// The limits of a number; its unit alone where there are none; may be empty.
#[must_use]
pub fn range_text(range: &Range) -> String {
    let unit = &range.unit;
    let text = match (&range.min, &range.max) {
        (Some(min), Some(max)) => tr!(answer.between, min = min, max = max, unit = unit),
        (Some(min), None) => tr!(answer.at_least, min = min, unit = unit),
        (None, Some(max)) => tr!(answer.at_most, max = max, unit = unit),
        (None, None) if unit.is_empty() => return String::new(),
        (None, None) => tr!(answer.in_unit, unit = unit),
    };
    text.trim_end().to_owned()
}

/// How far somebody has come: "3 of 7 answered, 2 required open".
#[must_use]
pub fn answer_progress_text(progress: AnswerProgress) -> String {
    let AnswerProgress {
        answered,
        total,
        required_open,
    } = progress;
    match required_open {
        0 => tr!(answer.progress, answered = answered, total = total),
        open => tr!(
            answer.progress_open,
            answered = answered,
            total = total,
            open = open
        ),
    }
}
