//! When a question is asked: from `relevant` to the one test of one earlier answer that Afield knows.
//!
//! Owns the translation, and what follows from chains: a question whose condition hangs on one that is not asked is not
//! asked, so that a group's condition need not be said again. Pure. Must never give a condition that asks more or less
//! often than what was read.

use super::expression::{Expr, Operator, parse};
use crate::import::bounds::quoted;
use afield_domain::answers::{Condition, NO, Test, YES};
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
    /// Nothing: it was not imported.
    None,
}

/// A question that has been imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Known {
    /// Its name in the file.
    pub(super) name: String,
    /// Its key in Afield; of several answers none has it.
    pub(super) item: String,
    pub(super) answers: Answers,
    /// When it is asked.
    pub(super) when: Option<Condition>,
}

/// What is known of the questions before.
#[derive(Debug, Clone, Default)]
pub(super) struct Before(pub(super) Vec<Known>);

/// What a condition comes to: always, or as said.
type When = Option<Condition>;

impl Before {
    /// What `relevant` comes to.
    ///
    /// # Errors
    /// Why it cannot be kept.
    pub(super) fn condition(&self, relevant: &str) -> Result<When, String> {
        if relevant.trim().is_empty() {
            return Ok(None);
        }
        let expr =
            parse(relevant).ok_or_else(|| format!("Afield does not read {}", quoted(relevant)))?;
        self.of(&expr, true)
    }

    /// One condition for all of these, the outermost first.
    ///
    /// # Errors
    /// When one test cannot say it.
    pub(super) fn all(&self, conditions: &[When]) -> Result<When, String> {
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
            _ => Err("Afield asks by one earlier answer, and this hangs on several".into()),
        }
    }

    /// Whether a question is never asked under `one` where it would not be asked under `other`.
    fn implies(&self, one: &Condition, other: &Condition) -> bool {
        let mut current = one;
        // No chain is longer than the list.
        for _ in 0..=self.0.len() {
            if is_within(current, other) {
                return true;
            }
            match self.when_of(&current.item) {
                Some(before) => current = before,
                None => return false,
            }
        }
        false
    }

    fn when_of(&self, item: &str) -> Option<&Condition> {
        let has = |known: &&Known| match &known.answers {
            Answers::Several(items) => items.iter().any(|(_, of)| of == item),
            _ => known.item == item,
        };
        self.0.iter().find(has)?.when.as_ref()
    }

    /// The question of that name.
    ///
    /// # Errors
    /// When there is none or it is not asked, or it is not clear which one is meant.
    pub(super) fn known(&self, name: &str) -> Result<&Known, String> {
        let mut found = self.0.iter().filter(|known| known.name == name);
        let first = found.next().filter(|known| known.answers != Answers::None);
        if found.next().is_some() {
            return Err(format!("several rows are called {name}"));
        }
        first.ok_or_else(|| {
            format!("it hangs on ${{{name}}}, which is not asked before it in Afield")
        })
    }

    /// `expr`, or what it is not, as a condition.
    fn of(&self, expr: &Expr, holds: bool) -> Result<When, String> {
        match expr {
            Expr::Call(name, given) => match (name.as_str(), given.as_slice()) {
                ("true", []) if holds => Ok(None),
                ("false", []) if !holds => Ok(None),
                ("not", [inner]) => self.of(inner, !holds),
                ("selected", [Expr::Answer(name), Expr::Text(choice)]) => {
                    self.selected(name, choice, holds).map(Some)
                }
                (name, _) => Err(format!("Afield does not know {name}()")),
            },
            Expr::Pair(Operator::Or, one, other) if holds => self.either(one, other, holds),
            Expr::Pair(Operator::And, one, other) if !holds => self.either(one, other, holds),
            Expr::Pair(Operator::And | Operator::Or, one, other) => {
                let both = [self.of(one, holds)?, self.of(other, holds)?];
                self.both(both)
            }
            Expr::Pair(operator, one, other) => match (one.as_ref(), other.as_ref()) {
                (Expr::Answer(name), value) => {
                    self.compared(name, *operator, value, holds).map(Some)
                }
                (value, Expr::Answer(name)) => self
                    .compared(name, operator.turned(), value, holds)
                    .map(Some),
                _ => Err("it compares no answer with a value".into()),
            },
            _ => Err("it is no test of an answer".into()),
        }
    }

    /// Both conditions: of two choices of one question what they share.
    fn both(&self, both: [When; 2]) -> Result<When, String> {
        if let [Some(one), Some(other)] = &both
            && one.item == other.item
            && is_of_choices(one)
            && is_of_choices(other)
        {
            let shared = one
                .test
                .is
                .iter()
                .filter(|answer| other.test.is.contains(answer));
            return Ok(Some(of(
                &one.item,
                Test {
                    is: shared.cloned().collect(),
                    ..Test::default()
                },
            )));
        }
        self.all(&both)
    }

    fn either(&self, one: &Expr, other: &Expr, holds: bool) -> Result<When, String> {
        let (Some(one), Some(other)) = (self.of(one, holds)?, self.of(other, holds)?) else {
            return Ok(None);
        };
        if one.item != other.item {
            return Err(
                "Afield asks by one earlier answer, and this hangs on one of several".into(),
            );
        }
        Ok(Some(of(&one.item, united(one.test, other.test))))
    }

    fn selected(&self, name: &str, choice: &str, holds: bool) -> Result<Condition, String> {
        let known = self.known(name)?;
        if let Answers::Several(items) = &known.answers {
            let item = items
                .iter()
                .find(|(name, _)| name == choice)
                .map(|(_, item)| item);
            let item = item.ok_or_else(|| format!("${{{name}}} has no choice \"{choice}\""))?;
            if !holds {
                return Err(
                    "it holds where something is not chosen, also where nothing was said".into(),
                );
            }
            return Ok(of(item, Test::any_of(&[YES])));
        }
        self.compared(name, Operator::Is, &Expr::Text(choice.to_owned()), holds)
    }

    fn compared(
        &self,
        name: &str,
        operator: Operator,
        value: &Expr,
        holds: bool,
    ) -> Result<Condition, String> {
        let known = self.known(name)?;
        let operator = if holds { operator } else { opposite(operator) };
        let value = constant(value).ok_or("it compares an answer with more than a value")?;
        let test = match &known.answers {
            Answers::OneOf(choices) => of_choices(choices, operator, &value),
            Answers::Number => of_number(operator, &value),
            Answers::Several(items) => {
                return several(items, operator, &value).ok_or_else(|| not_kept(name));
            }
            Answers::Other | Answers::None => None,
        };
        test.map(|test| of(&known.item, test))
            .ok_or_else(|| not_kept(name))
    }
}

fn not_kept(name: &str) -> String {
    format!("Afield has no such test of ${{{name}}}")
}

fn of(item: &str, test: Test) -> Condition {
    Condition {
        item: item.to_owned(),
        test,
    }
}

/// A text or a number that stands there.
fn constant(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Text(text) => Some(text.clone()),
        Expr::Number(number) => Some(number.clone()),
        Expr::Negative(inner) => match inner.as_ref() {
            Expr::Number(number) => Some(format!("-{number}")),
            _ => None,
        },
        Expr::Call(name, given) if given.is_empty() => match name.as_str() {
            "true" => Some("true".into()),
            "false" => Some("false".into()),
            _ => None,
        },
        _ => None,
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

fn of_choices(choices: &[(String, String)], operator: Operator, value: &str) -> Option<Test> {
    let answers = |wanted: &dyn Fn(&str) -> bool| {
        let found = choices.iter().filter(|(name, _)| wanted(name));
        let is: Vec<String> = found.map(|(_, answer)| answer.clone()).collect();
        Test {
            is,
            ..Test::default()
        }
    };
    let is_there = choices.iter().any(|(name, _)| name == value);
    match operator {
        Operator::Is if is_there => Some(answers(&|name| name == value)),
        // Not nothing: answered.
        Operator::IsNot if value.is_empty() => Some(answers(&|_| true)),
        // "Not this" holds of no answer too; a form means another answer, and so it is once it is answered.
        Operator::IsNot if is_there => Some(answers(&|name| name != value)),
        _ => None,
    }
}

fn of_number(operator: Operator, value: &str) -> Option<Test> {
    let number = Decimal::parse(value)?.to_string();
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

/// `${several} = 'a'` is meant as "a is chosen", and is only that where nothing else is.
fn several(items: &[(String, String)], operator: Operator, value: &str) -> Option<Condition> {
    let [(name, item)] = items else {
        return None;
    };
    match operator {
        Operator::Is if name == value => Some(of(item, Test::any_of(&[YES]))),
        Operator::IsNot if name == value => Some(of(item, Test::any_of(&[NO]))),
        _ => None,
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
    if one.test == other.test {
        return true;
    }
    let is_taken = |answer: &String| other.test.is.contains(answer);
    is_of_choices(one) && one.test.is.iter().all(is_taken)
}

/// What one of two tests takes.
fn united(one: Test, other: Test) -> Test {
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
