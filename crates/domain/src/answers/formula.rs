//! Formulas of calculated answers: `(flow - return) * 1.16 / area`.
//!
//! Owns the little language: numbers, names of questions, `+ - * /` and brackets. Pure; gives nothing
//! where a name has no number, a result does not fit, or the text is no formula. Must never loop or
//! nest without bound: formulas come from outside.

use crate::decimal::Decimal;
use std::cell::{Cell, RefCell};

/// Brackets within brackets.
const DEPTH: usize = 16;

/// The value of `formula`, with `value_of` for the names in it.
#[must_use]
pub fn evaluate(formula: &str, value_of: &dyn Fn(&str) -> Option<Decimal>) -> Option<Decimal> {
    let mut reader = Reader {
        rest: formula,
        value_of,
    };
    let value = reader.sum(0)?;
    reader.skip_space();
    reader.rest.is_empty().then_some(value)
}

/// What is wrong with a formula.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FormulaFlaw {
    /// It names what has no number.
    NoSuchNumber(String),
    /// It is no formula, or can never be computed.
    Malformed,
}

/// What keeps `formula` from being computed, whatever is answered; `is_number` says which names have a number.
#[must_use]
pub fn flaw(formula: &str, is_number: &dyn Fn(&str) -> bool) -> Option<FormulaFlaw> {
    let missing = RefCell::new(None::<String>);
    // Two sets of unlike numbers: a difference that is nothing in one is something in the other.
    let is_computed = ["1.7", "2.9"].into_iter().any(|seed| {
        let next = Cell::new(Decimal::parse(seed));
        let known = RefCell::new(Vec::<(String, Decimal)>::new());
        let value_of = |name: &str| {
            if !is_number(name) {
                let mut missing = missing.borrow_mut();
                if !name.is_empty() && missing.is_none() {
                    *missing = Some(name.to_owned());
                }
                return None;
            }
            let mut known = known.borrow_mut();
            if let Some((_, value)) = known.iter().find(|(other, _)| other == name) {
                return Some(*value);
            }
            let value = next.get()?;
            next.set(value.plus(Decimal::parse(seed)?.times(Decimal::parse("1.3")?)?));
            known.push((name.to_owned(), value));
            Some(value)
        };
        evaluate(formula, &value_of).is_some()
    });
    if is_computed {
        return None;
    }
    Some(match missing.into_inner() {
        Some(name) => FormulaFlaw::NoSuchNumber(name),
        None => FormulaFlaw::Malformed,
    })
}

struct Reader<'a> {
    rest: &'a str,
    value_of: &'a dyn Fn(&str) -> Option<Decimal>,
}

impl<'a> Reader<'a> {
    fn skip_space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn take(&mut self, wanted: char) -> bool {
        self.skip_space();
        match self.rest.strip_prefix(wanted) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn word(&mut self, belongs: impl Fn(char) -> bool) -> &'a str {
        self.skip_space();
        let end = self
            .rest
            .find(|c: char| !belongs(c))
            .unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word
    }

    fn sum(&mut self, depth: usize) -> Option<Decimal> {
        let mut value = self.product(depth)?;
        loop {
            if self.take('+') {
                value = value.plus(self.product(depth)?)?;
            } else if self.take('-') {
                value = value.minus(self.product(depth)?)?;
            } else {
                return Some(value);
            }
        }
    }

    fn product(&mut self, depth: usize) -> Option<Decimal> {
        let mut value = self.factor(depth)?;
        loop {
            if self.take('*') {
                value = value.times(self.factor(depth)?)?;
            } else if self.take('/') {
                value = value.over(self.factor(depth)?)?;
            } else {
                return Some(value);
            }
        }
    }

    fn factor(&mut self, depth: usize) -> Option<Decimal> {
        if depth > DEPTH {
            return None;
        }
        if self.take('-') {
            return Decimal::default().minus(self.factor(depth + 1)?);
        }
        if self.take('(') {
            let value = self.sum(depth + 1)?;
            return self.take(')').then_some(value);
        }
        let number = self.word(|c| c.is_ascii_digit() || c == '.');
        if !number.is_empty() {
            return Decimal::parse(number);
        }
        let name = self.word(|c| c.is_ascii_alphanumeric() || c == '_');
        (self.value_of)(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(formula: &str, expected: Option<&str>) {
        let value_of = |name: &str| match name {
            "flow" => Decimal::parse("62.5"),
            "return" => Decimal::parse("48"),
            "zero" => Decimal::parse("0"),
            _ => None,
        };
        let value = evaluate(formula, &value_of).map(|value| value.to_string());
        assert_eq!(value.as_deref(), expected, "{formula}");
    }

    #[test]
    fn the_usual_rules_of_arithmetic() {
        check("flow - return", Some("14.5"));
        check("2 + 3 * 4", Some("14"));
        check("(2 + 3) * 4", Some("20"));
        check("10 - 2 - 3", Some("5"));
        check("12 / 3 / 2", Some("2"));
        check("-flow + 1", Some("-61.5"));
        check(" ( flow ) ", Some("62.5"));
    }

    #[test]
    fn what_cannot_be_computed_is_nothing() {
        for formula in [
            "",
            "flow +",
            "(flow",
            "flow)",
            "flow return",
            "missing",
            "1 / zero",
            "flow ** 2",
            "1..2",
            "💧",
            "1 + 💧",
        ] {
            check(formula, None);
        }
        check(&"(".repeat(10_000), None);
        check(&"-".repeat(10_000), None);
    }
}
