//! A text or a number that an expression holds as it stands.
//!
//! Owns how forms write numbers. Pure. Must never compute.

use super::expression::Expr;
use afield_domain::decimal::Decimal;

/// A text or a number that stands there.
pub(super) struct Constant {
    pub(super) text: String,
    pub(super) is_number: bool,
}

/// What stands there, if it is no more than that.
pub(super) fn constant(expr: &Expr) -> Option<Constant> {
    let (text, is_number) = match expr {
        Expr::Text(text) => (text.clone(), false),
        Expr::Number(number) => (number.clone(), true),
        Expr::Negative(inner) => match inner.as_ref() {
            Expr::Number(number) => (format!("-{number}"), true),
            _ => return None,
        },
        _ => return None,
    };
    Some(Constant { text, is_number })
}

/// The number that a text is, as forms write it: `.5` and `5.` too.
pub(super) fn number_of(text: &str) -> Option<Decimal> {
    let text = text.trim();
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits.trim()),
        None => ("", text),
    };
    let digits = digits.strip_suffix('.').unwrap_or(digits);
    let whole = if digits.starts_with('.') { "0" } else { "" };
    Decimal::parse(&format!("{sign}{whole}{digits}"))
}
