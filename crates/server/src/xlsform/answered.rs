//! What a question can be answered with, and the tests of it.
//!
//! Owns the tests that Afield knows of one answer. Pure. Must never give a test that nothing passes.

use super::constant::{Constant, number_of};
use super::expression::Operator;
use afield_domain::answers::{Test, YES};
use afield_domain::decimal::Decimal;

/// What an earlier question can be answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Answers {
    /// One of these: the name in the file, and the answer in Afield.
    OneOf(Vec<(String, String)>),
    /// Several of these: the name in the file, and the item of the yes-or-no question that stands for it.
    Several(Vec<(String, String)>),
    /// A number.
    Number,
    /// Anything.
    Other,
}

/// A test of one of `choices`.
pub(super) fn of_choices(
    choices: &[(String, String)],
    operator: Operator,
    value: &Constant,
) -> Option<Test> {
    let answers = |wanted: &dyn Fn(&str) -> bool| {
        let found = choices.iter().filter(|(_, answer)| wanted(answer));
        let is: Vec<String> = found.map(|(_, answer)| answer.clone()).collect();
        (!is.is_empty()).then(|| Test {
            is,
            ..Test::default()
        })
    };
    // Not nothing: answered.
    if operator == Operator::IsNot && value.text.is_empty() {
        return answers(&|_| true);
    }
    let meant = meant(choices, value)?;
    match operator {
        Operator::Is => answers(&|answer| answer == meant),
        Operator::IsNot => answers(&|answer| answer != meant),
        _ => None,
    }
}

/// The answer of the choice that `value` names: a number names whatever is the same number, if that is one alone.
fn meant<'a>(choices: &'a [(String, String)], value: &Constant) -> Option<&'a str> {
    let number = number_of(&value.text).filter(|_| value.is_number);
    let is_it = |name: &str| match number {
        Some(number) => number_of(name) == Some(number),
        None => name == value.text,
    };
    let mut found = choices.iter().filter(|(name, _)| is_it(name));
    let (_, answer) = found.next()?;
    found.next().is_none().then_some(answer.as_str())
}

/// A test of a number.
pub(super) fn of_number(operator: Operator, value: &str) -> Option<Test> {
    let number = number_of(value)?.to_string();
    let (above, below) = (Some(number.clone()), Some(number.clone()));
    let is = vec![number];
    Some(match operator {
        Operator::Is => Test {
            is,
            ..Test::default()
        },
        Operator::IsNot => Test {
            above,
            below,
            ..Test::default()
        },
        Operator::More => Test {
            above,
            ..Test::default()
        },
        Operator::Less => Test {
            below,
            ..Test::default()
        },
        Operator::AtLeast => Test {
            is,
            above,
            ..Test::default()
        },
        Operator::AtMost => Test {
            is,
            below,
            ..Test::default()
        },
        _ => return None,
    })
}

/// `${several} = 'a'` is meant as "a is chosen", and is only that where there is nothing else to choose.
pub(super) fn several(
    items: &[(String, String)],
    operator: Operator,
    value: &str,
) -> Option<(String, Test)> {
    match items {
        [(name, item)] if operator == Operator::Is && name == value => {
            Some((item.clone(), Test::any_of(&[YES])))
        }
        _ => None,
    }
}

/// What one of two tests takes.
pub(super) fn united(one: Test, other: Test) -> Test {
    let mut is = one.is;
    for answer in other.is {
        if !is.contains(&answer) {
            is.push(answer);
        }
    }
    Test {
        is,
        above: wider(one.above, other.above, |one, other| one < other),
        below: wider(one.below, other.below, |one, other| one > other),
    }
}

fn wider(
    one: Option<String>,
    other: Option<String>,
    is_wider: fn(Decimal, Decimal) -> bool,
) -> Option<String> {
    let (Some(one), Some(other)) = (one.clone(), other.clone()) else {
        return one.or(other);
    };
    let numbers = Decimal::parse(&one).zip(Decimal::parse(&other));
    let is_first = numbers.is_some_and(|(one, other)| is_wider(one, other));
    Some(if is_first { one } else { other })
}
