//! The kinds of questions in the builder.
//!
//! Owns [`Kind`] and how a number is read that somebody types. Pure. Must never know what else a question has.

use afield_domain::{QuestionKind, decimal};

/// What kind of answer a question wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // As the domain's.
pub enum Kind {
    YesNo,
    Choice,
    Text,
    Number,
    Calculation,
    Date,
    Photo,
    Signature,
    Barcode,
    Heading,
    /// One that another build has made.
    Unknown,
}

impl Kind {
    /// Those that can be chosen, the most usual first.
    pub const ALL: [Self; 10] = [
        Self::YesNo,
        Self::Choice,
        Self::Text,
        Self::Number,
        Self::Calculation,
        Self::Date,
        Self::Photo,
        Self::Signature,
        Self::Barcode,
        Self::Heading,
    ];

    /// Its name in a draft and in a list that is chosen from.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::YesNo => "yes_no",
            Self::Choice => "choice",
            Self::Text => "text",
            Self::Number => "number",
            Self::Calculation => "calculation",
            Self::Date => "date",
            Self::Photo => "photo",
            Self::Signature => "signature",
            Self::Barcode => "barcode",
            Self::Heading => "heading",
            Self::Unknown => "unknown",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn parse(name: &str) -> Self {
        let found = Self::ALL.into_iter().find(|kind| kind.name() == name);
        found.unwrap_or(Self::Unknown)
    }

    /// The kind of a question.
    #[must_use]
    pub fn of(kind: &QuestionKind) -> Self {
        match kind {
            QuestionKind::Heading => Self::Heading,
            QuestionKind::YesNo => Self::YesNo,
            QuestionKind::Text => Self::Text,
            QuestionKind::Number { .. } => Self::Number,
            QuestionKind::Choice { .. } => Self::Choice,
            QuestionKind::Date => Self::Date,
            QuestionKind::Photo => Self::Photo,
            QuestionKind::Signature => Self::Signature,
            QuestionKind::Barcode => Self::Barcode,
            QuestionKind::Calculation { .. } => Self::Calculation,
            QuestionKind::Unknown => Self::Unknown,
        }
    }

    /// Whether a person answers it.
    #[must_use]
    pub fn wants_answer(self) -> bool {
        !matches!(self, Self::Heading | Self::Calculation | Self::Unknown)
    }

    /// Whether a formula can compute with it.
    #[must_use]
    pub fn is_number(self) -> bool {
        matches!(self, Self::Number | Self::Calculation)
    }

    /// Whether an answer to it can be tested.
    #[must_use]
    pub fn can_be_tested(self) -> bool {
        !matches!(
            self,
            Self::Heading | Self::Photo | Self::Signature | Self::Unknown
        )
    }
}

/// What was typed as a number, in its canonical form; as it stands where it is none, or may mean two.
#[must_use]
pub fn number(typed: &str) -> String {
    match (decimal::meanings(typed), decimal::parse(typed)) {
        (None, Ok(number)) => number,
        _ => typed.to_owned(),
    }
}
