//! What is computed: from `calculation` to a formula of Afield.
//!
//! Owns the translation. Pure. Must never give a formula that counts otherwise: what is not plain arithmetic with numbers
//! is refused.

use super::expression::{Expr, Operator, parse};
use crate::import::bounds::quoted;

/// Digits after the point where the form does not say.
const DIGITS: u16 = 2;

/// The formula of `calculation` and the digits of its result. `item_of` gives the key of a question that has a number.
///
/// # Errors
/// Why it cannot be computed.
pub(super) fn formula(
    calculation: &str,
    item_of: &dyn Fn(&str) -> Option<String>,
) -> Result<(String, u16), String> {
    let expr = parse(calculation)
        .ok_or_else(|| format!("Afield does not read {}", quoted(calculation)))?;
    let (expr, digits) = match &expr {
        Expr::Call(name, given) if name == "round" => match given.as_slice() {
            [inner, Expr::Number(digits)] => (inner, digits.parse().unwrap_or(DIGITS)),
            _ => (&expr, DIGITS),
        },
        _ => (&expr, DIGITS),
    };
    let written = written(expr, item_of)?;
    let names_one = |c: char| c.is_ascii_alphabetic() || c == '_';
    if !written.contains(names_one) {
        return Err("it computes nothing from an answer".into());
    }
    Ok((written, digits.min(9)))
}

fn written(expr: &Expr, item_of: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    match expr {
        Expr::Number(number) => Ok(number.clone()),
        Expr::Answer(name) => {
            item_of(name).ok_or_else(|| format!("${{{name}}} has no number in Afield before it"))
        }
        Expr::Negative(inner) => Ok(format!("-{}", bracketed(inner, item_of)?)),
        Expr::Call(name, given) => match (name.as_str(), given.as_slice()) {
            ("number", [inner]) => written(inner, item_of),
            _ => Err(format!("Afield does not compute {name}()")),
        },
        Expr::Pair(operator, one, other) => {
            let sign = match operator {
                Operator::Plus => "+",
                Operator::Minus => "-",
                Operator::Times => "*",
                Operator::Over => "/",
                _ => return Err("Afield computes with + - * and div alone".into()),
            };
            Ok(format!(
                "{} {sign} {}",
                bracketed(one, item_of)?,
                bracketed(other, item_of)?
            ))
        }
        Expr::Text(_) | Expr::This => Err("Afield computes with numbers alone".into()),
    }
}

fn bracketed(expr: &Expr, item_of: &dyn Fn(&str) -> Option<String>) -> Result<String, String> {
    let inner = written(expr, item_of)?;
    let is_simple = matches!(expr, Expr::Number(_) | Expr::Answer(_));
    Ok(if is_simple {
        inner
    } else {
        format!("({inner})")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::answers::formula::evaluate;
    use afield_domain::decimal::Decimal;

    #[test]
    fn what_is_computed_is_what_was_meant() {
        let value_of = |name: &str| match name {
            "a" => Decimal::parse("12"),
            "b" => Decimal::parse("5"),
            _ => None,
        };
        let item_of = |name: &str| value_of(name).map(|_| name.to_owned());
        for (calculation, expected) in [
            ("${a} + ${b} * 2", Some("22")),
            ("(${a} + ${b}) * 2", Some("34")),
            ("${a} - (${b} - 1)", Some("8")),
            ("round(${a} div ${b}, 1)", Some("2.4")),
            ("-${a} + number(${b})", Some("-7")),
            ("${a} - ${b} - 1", Some("6")),
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
}
