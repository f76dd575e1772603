//! What a number may be: from `constraint` to a least and a most.
//!
//! Owns the translation. Pure. Must never forbid what the form allows.

use super::expression::{Expr, Operator, parse};
use afield_domain::decimal::Decimal;

/// A least and a most, and whether that is all that the constraint says.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Limits {
    pub(super) min: Option<String>,
    pub(super) max: Option<String>,
    /// Something else is asked for, or a limit itself would not do.
    pub(super) is_less: bool,
}

/// What `constraint` says of a number.
pub(super) fn limits(constraint: &str, is_whole: bool) -> Limits {
    let mut found = Limits::default();
    if constraint.trim().is_empty() {
        return found;
    }
    match parse(constraint) {
        Some(expr) => found.take(&expr, is_whole),
        None => found.is_less = true,
    }
    found
}

impl Limits {
    fn take(&mut self, expr: &Expr, is_whole: bool) {
        if let Expr::Pair(Operator::And, one, other) = expr {
            self.take(one, is_whole);
            self.take(other, is_whole);
            return;
        }
        let said = match expr {
            Expr::Pair(operator, one, other) => match (one.as_ref(), other.as_ref()) {
                (Expr::This, value) => number(value).map(|number| (*operator, number)),
                (value, Expr::This) => number(value).map(|number| (operator.turned(), number)),
                _ => None,
            },
            _ => None,
        };
        let is_kept = said.is_some_and(|(operator, number)| self.limit(operator, number, is_whole));
        self.is_less |= !is_kept;
    }

    /// Takes a limit; whether nothing of it is lost.
    fn limit(&mut self, operator: Operator, number: Decimal, is_whole: bool) -> bool {
        let next = |by: i64| {
            Decimal::whole(by)
                .and_then(|by| number.plus(by))
                .filter(|_| is_whole && is_integer(number))
        };
        let (is_least, limit, is_exact) = match operator {
            Operator::AtLeast => (true, number, true),
            Operator::AtMost => (false, number, true),
            Operator::More => (true, next(1).unwrap_or(number), next(1).is_some()),
            Operator::Less => (false, next(-1).unwrap_or(number), next(-1).is_some()),
            _ => return false,
        };
        let place = if is_least {
            &mut self.min
        } else {
            &mut self.max
        };
        let before = place.as_deref().and_then(Decimal::parse);
        let is_tighter = before.is_none_or(|before| {
            if is_least {
                limit > before
            } else {
                limit < before
            }
        });
        if is_tighter {
            *place = Some(limit.to_string());
        }
        is_exact
    }
}

fn is_integer(number: Decimal) -> bool {
    number.rounded(0) == number
}

fn number(expr: &Expr) -> Option<Decimal> {
    match expr {
        Expr::Number(number) | Expr::Text(number) => Decimal::parse(number),
        Expr::Negative(inner) => Decimal::default().minus(number(inner)?),
        _ => None,
    }
}

/// What the column `parameters` of a range says: `start=0 end=10 step=2`.
pub(super) fn of_range(parameters: &str) -> Limits {
    let spaced = parameters
        .replace([',', ';'], " ")
        .replace("= ", "=")
        .replace(" =", "=");
    let value = |name: &str| {
        let mut parts = spaced.split_whitespace();
        let found = parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))?;
        Decimal::parse(found).map(|number| number.to_string())
    };
    Limits {
        min: Some(value("start").unwrap_or_else(|| "0".into())),
        max: Some(value("end").unwrap_or_else(|| "10".into())),
        is_less: value("step").is_some_and(|step| step != "1"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_kept_where_they_are_limits() {
        for (constraint, is_whole, min, max, is_less) in [
            ("", true, "", "", false),
            (". >= 0 and . <= 120", true, "0", "120", false),
            (".>0 and .<120", true, "1", "119", false),
            (".>0 and .<120", false, "0", "120", true),
            ("0 <= .", true, "0", "", false),
            (". > 1.5", true, "1.5", "", true),
            (". >= -10", true, "-10", "", false),
            (". >= 5 and . >= 3", true, "5", "", false),
            (". <= ${most}", true, "", "", true),
            (". <= 9 and . mod 2 = 0", true, "", "9", true),
            (". < 5 or . > 10", true, "", "", true),
            ("regex(., '[0-9]+')", true, "", "", true),
            ("§", true, "", "", true),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let expected = Limits {
                min: some(min),
                max: some(max),
                is_less,
            };
            assert_eq!(limits(constraint, is_whole), expected, "{constraint}");
        }
    }

    #[test]
    fn a_range_has_its_ends() {
        for (parameters, min, max, is_less) in [
            ("", "0", "10", false),
            ("start=1 end=5 step=1", "1", "5", false),
            ("start = 1, end = 5.5; step=0.5", "1", "5.5", true),
            ("end=nonsense", "0", "10", false),
        ] {
            let expected = Limits {
                min: Some(min.into()),
                max: Some(max.into()),
                is_less,
            };
            assert_eq!(of_range(parameters), expected, "{parameters}");
        }
    }
}
