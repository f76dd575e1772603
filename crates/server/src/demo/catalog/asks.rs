//! Questions as they stand in the demo's catalog: terse, with an answer that is in order and one that is not.

use afield_domain::answers::Test;
use afield_domain::{Answer, Condition, FieldValue, Question, QuestionKind};

/// One question.
#[derive(Clone, Copy)]
pub(in crate::demo) struct Ask {
    item: &'static str,
    label: &'static str,
    kind: Kind,
    is_required: bool,
    when: Option<(&'static str, &'static [&'static str])>,
    fails: Fails,
    /// An answer; empty if the demo gives none.
    good: &'static str,
    /// An answer that says that something is not in order; empty if there is none.
    bad: &'static str,
}

/// What it asks for.
#[derive(Clone, Copy)]
pub(in crate::demo) enum Kind {
    Heading,
    YesNo,
    Text,
    /// The least, the most, the unit.
    Number(&'static str, &'static str, &'static str),
    Choice(&'static [&'static str]),
    Date,
    Photo,
    Signature,
    Barcode,
    /// The formula and the unit, with one digit after the point.
    Calculation(&'static str, &'static str),
}

/// Which answers are not in order.
#[derive(Clone, Copy)]
pub(in crate::demo) enum Fails {
    Never,
    Is(&'static [&'static str]),
    Above(&'static str),
    Below(&'static str),
}

pub(in crate::demo) const fn ask(
    item: &'static str,
    label: &'static str,
    kind: Kind,
    good: &'static str,
) -> Ask {
    Ask {
        item,
        label,
        kind,
        is_required: false,
        when: None,
        fails: Fails::Never,
        good,
        bad: "",
    }
}

impl Ask {
    pub(in crate::demo) const fn required(self) -> Self {
        Self {
            is_required: true,
            ..self
        }
    }

    pub(in crate::demo) const fn when(
        self,
        item: &'static str,
        is: &'static [&'static str],
    ) -> Self {
        Self {
            when: Some((item, is)),
            ..self
        }
    }

    pub(in crate::demo) const fn fails(self, fails: Fails, bad: &'static str) -> Self {
        Self { fails, bad, ..self }
    }

    fn question(&self) -> Question {
        let fails = match self.fails {
            Fails::Never => None,
            Fails::Is(answers) => Some(Test::any_of(answers)),
            Fails::Above(limit) => Some(Test {
                above: Some(limit.to_owned()),
                ..Test::default()
            }),
            Fails::Below(limit) => Some(Test {
                below: Some(limit.to_owned()),
                ..Test::default()
            }),
        };
        Question {
            required: self.is_required,
            when: self.when.map(|(item, is)| Condition {
                item: item.to_owned(),
                test: Test::any_of(is),
            }),
            fails,
            ..Question::new(self.item, self.label, self.kind.of_question())
        }
    }
}

impl Kind {
    fn of_question(self) -> QuestionKind {
        match self {
            Self::Heading => QuestionKind::Heading,
            Self::YesNo => QuestionKind::YesNo,
            Self::Text => QuestionKind::Text,
            Self::Number(min, max, unit) => QuestionKind::Number {
                min: Some(min.to_owned()),
                max: Some(max.to_owned()),
                unit: unit.to_owned(),
            },
            Self::Choice(options) => QuestionKind::Choice {
                options: options.iter().map(|&option| option.to_owned()).collect(),
            },
            Self::Date => QuestionKind::Date,
            Self::Photo => QuestionKind::Photo,
            Self::Signature => QuestionKind::Signature,
            Self::Barcode => QuestionKind::Barcode,
            Self::Calculation(formula, unit) => QuestionKind::Calculation {
                formula: formula.to_owned(),
                decimals: 1,
                unit: unit.to_owned(),
            },
        }
    }
}

/// The questions of a checklist or a form.
pub(in crate::demo) fn questions(asks: &[Ask]) -> Vec<Question> {
    asks.iter().map(Ask::question).collect()
}

/// Answers to `asks`: all in order, or with one that is not.
pub(in crate::demo) fn answers(asks: &[Ask], is_in_order: bool) -> Vec<Answer> {
    let failing = asks
        .iter()
        .position(|ask| !is_in_order && !ask.bad.is_empty());
    asks.iter()
        .enumerate()
        .map(|(place, ask)| {
            if Some(place) == failing {
                (ask, ask.bad)
            } else {
                (ask, ask.good)
            }
        })
        .filter(|(_, text)| !text.is_empty())
        .map(|(ask, text)| Answer {
            item: ask.item.to_owned(),
            value: FieldValue::Text(text.to_owned()),
        })
        .collect()
}
