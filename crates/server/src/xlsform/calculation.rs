//! What is computed: from `calculation` to a formula of Afield.
//!
//! Owns the translation. Pure. Must never give a formula that counts otherwise: what is not plain arithmetic with numbers
//! is refused.

use super::constant::number_of;
use super::expression::{Expr, Operator, Place, parse};
use crate::import::bounds::quoted;
use crate::said::{Said, said};
use afield_domain::answers::formula::evaluate;
use afield_domain::decimal::Decimal;

/// Digits after the point: as many as Afield computes with.
const DIGITS: u16 = 6;

/// The key of a question that has a number.
type ItemOf<'a> = &'a dyn Fn(&Place) -> Option<String>;

/// The formula of `calculation` and the digits of its result.
///
/// # Errors
/// Why it cannot be computed.
pub(super) fn formula(calculation: &str, item_of: ItemOf<'_>) -> Result<(String, u16), Said> {
    let expr = parse(calculation)
        .ok_or_else(|| said!(not_read, "Afield does not read {}", quoted(calculation)))?;
    let (expr, digits) = match &expr {
        Expr::Call(name, given) if name == "round" => match given.as_slice() {
            [inner, Expr::Number(digits)] => {
                let digits = digits.parse().ok().filter(|digits| *digits <= DIGITS);
                (
                    inner,
                    digits.ok_or(said!(six_digits, "Afield rounds to six digits at most"))?,
                )
            }
            _ => (&expr, DIGITS),
        },
        _ => (&expr, DIGITS),
    };
    let written = written(expr, item_of)?;
    if !written.contains(|c: char| c.is_ascii_alphabetic()) {
        return Err(said!(
            computes_nothing,
            "it computes nothing from an answer"
        ));
    }
    if is_computed(&written) {
        Ok((written, digits))
    } else {
        Err(said!(
            formula_too_long,
            "it is too long or too deep for a formula of Afield"
        ))
    }
}

/// Whether Afield finds a value for some answers.
fn is_computed(formula: &str) -> bool {
    let tries = [1, 2, 3].map(|first| {
        // Other numbers for other names: what is taken from another must not always be nothing.
        let value_of = |name: &str| {
            let letters = i64::try_from(name.len()).unwrap_or(1);
            Decimal::whole(first + letters)
        };
        evaluate(formula, &value_of).is_some()
    });
    tries.contains(&true)
}

fn written(expr: &Expr, item_of: ItemOf<'_>) -> Result<String, Said> {
    match expr {
        Expr::Number(number) => {
            let exact = number_of(number).map(|number| number.to_string());
            exact.ok_or_else(|| {
                said!(
                    no_number,
                    "{} is no number that Afield keeps",
                    quoted(number)
                )
            })
        }
        Expr::Answer(place) => item_of(place).ok_or_else(|| {
            said!(
                no_number_before,
                "{} has no number in Afield before it",
                quoted(&place.name)
            )
        }),
        Expr::Negative(inner) => Ok(format!("-{}", within(inner, Rank::Single, item_of)?)),
        Expr::Call(name, given) => match (name.as_str(), given.as_slice()) {
            ("number", [inner]) => Ok(format!("({})", written(inner, item_of)?)),
            _ => Err(said!(
                not_computed,
                "Afield does not compute {}",
                quoted(name)
            )),
        },
        Expr::Pair(operator, one, other) => {
            let (sign, left, right) = match operator {
                Operator::Plus => ("+", Rank::Sum, Rank::Product),
                Operator::Minus => ("-", Rank::Sum, Rank::Product),
                Operator::Times => ("*", Rank::Product, Rank::Single),
                Operator::Over => ("/", Rank::Product, Rank::Single),
                _ => {
                    return Err(said!(
                        four_operations,
                        "Afield computes with + - * and div alone"
                    ));
                }
            };
            let one = within(one, left, item_of)?;
            Ok(format!("{one} {sign} {}", within(other, right, item_of)?))
        }
        Expr::Text(_) | Expr::This => {
            Err(said!(numbers_alone, "Afield computes with numbers alone"))
        }
    }
}

/// How tightly something holds together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Rank {
    Sum,
    Product,
    Single,
}

/// In brackets if it holds less tightly than `needed`.
fn within(expr: &Expr, needed: Rank, item_of: ItemOf<'_>) -> Result<String, Said> {
    let rank = match expr {
        Expr::Pair(Operator::Plus | Operator::Minus, ..) => Rank::Sum,
        Expr::Pair(..) => Rank::Product,
        Expr::Negative(_) => Rank::Sum,
        _ => Rank::Single,
    };
    let inner = written(expr, item_of)?;
    Ok(if rank < needed {
        format!("({inner})")
    } else {
        inner
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_computed_is_what_was_meant() {
        let value_of = |name: &str| match name {
            "a" => Decimal::parse("12"),
            "b" => Decimal::parse("5"),
            _ => None,
        };
        let item_of = |place: &Place| value_of(&place.name).map(|_| place.name.clone());
        for (calculation, expected) in [
            ("${a} + ${b} * 2", Some("22")),
            ("(${a} + ${b}) * 2", Some("34")),
            ("${a} - (${b} - 1)", Some("8")),
            ("round(${a} div ${b}, 1)", Some("2.4")),
            ("-${a} + number(${b})", Some("-7")),
            ("${a} - ${b} - 1", Some("6")),
            ("${a} * .5", Some("6")),
            ("${a} + 5.", Some("17")),
            ("${a} div 1000000", Some("0.000012")),
            ("${a} - -${b}", Some("17")),
            ("2 * -${b}", Some("-10")),
            ("${a} div (${b} * 2)", Some("1.2")),
            ("${a} - (${b} + 2) + 1", Some("6")),
            ("${a} * 3.14159265", None),
            ("${a} div 0", None),
            ("round(${a}, 12)", None),
            ("${c} + 1", None),
            ("1 + 1", None),
            ("if(${a} > 1, 2, 3)", None),
            ("concat(${a}, ' years')", None),
            ("${a} mod 5", None),
            ("today()", None),
        ] {
            let found = formula(calculation, &item_of).ok();
            let value = found.map(|(formula, digits)| {
                let value = evaluate(&formula, &value_of).map(|value| value.rounded(digits));
                value
                    .map(|value| value.to_string())
                    .unwrap_or_else(|| formula.clone())
            });
            assert_eq!(value.as_deref(), expected, "{calculation}");
        }
    }

    #[test]
    fn a_long_sum_is_computed() {
        let item_of = |place: &Place| Some(place.name.clone());
        let terms: Vec<String> = (0..60).map(|number| format!("${{q{number}}}")).collect();
        let (formula, _) = formula(&terms.join(" + "), &item_of).unwrap();
        let value = evaluate(&formula, &|_| Decimal::whole(2));
        assert_eq!(value, Decimal::whole(120));
    }
}
