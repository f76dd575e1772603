//! What a number may be: from `constraint` to a least and a most.
//!
//! Owns the translation. Pure. Must never forbid what the form allows.

use super::constant::number_of;
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

impl Limits {
    /// Also what `constraint` says of a number.
    pub(super) fn and(mut self, constraint: &str, is_whole: bool) -> Self {
        if constraint.trim().is_empty() {
            return self;
        }
        match parse(constraint) {
            Some(expr) => self.take(&expr, is_whole),
            None => self.is_less = true,
        }
        let number = |limit: &Option<String>| limit.as_deref().and_then(Decimal::parse);
        let ends = number(&self.min).zip(number(&self.max));
        if ends.is_some_and(|(min, max)| min > max) {
            // No answer would ever be right.
            return Self {
                is_less: true,
                ..Self::default()
            };
        }
        self
    }
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
        Expr::Number(number) | Expr::Text(number) => number_of(number),
        Expr::Negative(inner) => Decimal::default().minus(number(inner)?),
        _ => None,
    }
}

/// What the column `parameters` of a range says: `start=0 end=10 step=2`.
pub(super) fn of_range(parameters: &str) -> Limits {
    let mut found = Limits::default();
    let spaced = parameters.replace([',', ';'], " ").replace('=', " = ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let value = |name: &str| {
        let is_it =
            |three: &&[&str]| matches!(three, [word, "=", _] if word.eq_ignore_ascii_case(name));
        let found = words.windows(3).find(is_it)?;
        found.get(2).copied()
    };
    let mut end = |name: &str, otherwise: i64| match value(name) {
        None => Decimal::whole(otherwise),
        Some(text) => {
            let number = number_of(text);
            found.is_less |= number.is_none();
            number
        }
    };
    let (mut start, mut last) = (end("start", 0), end("end", 10));
    // A scale that goes down.
    if start.zip(last).is_some_and(|(start, last)| start > last) {
        std::mem::swap(&mut start, &mut last);
    }
    found.is_less |= value("step").is_some_and(|step| step != "1");
    found.min = start.map(|number| number.to_string());
    found.max = last.map(|number| number.to_string());
    found
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
            (". > 5 and . < 5", true, "", "", true),
            (". >= .5", false, "0.5", "", false),
            ("regex(., '[0-9]+')", true, "", "", true),
            ("§", true, "", "", true),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let expected = Limits {
                min: some(min),
                max: some(max),
                is_less,
            };
            assert_eq!(
                Limits::default().and(constraint, is_whole),
                expected,
                "{constraint}"
            );
        }
    }

    #[test]
    fn a_range_has_its_ends() {
        for (parameters, min, max, is_less) in [
            ("", "0", "10", false),
            ("start=1 end=5 step=1", "1", "5", false),
            ("Start  =  1, END = 5.5; step=0.5", "1", "5.5", true),
            ("start=-.5 end=.5", "-0.5", "0.5", false),
            ("start=10 end=0 step=-1", "0", "10", true),
            ("end=nonsense", "0", "", true),
            ("end=${most}", "0", "", true),
        ] {
            let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
            let expected = Limits {
                min: some(min),
                max: some(max),
                is_less,
            };
            assert_eq!(of_range(parameters), expected, "{parameters}");
        }
        let both = of_range("end=100").and(". > 50", false);
        assert_eq!(
            (both.min.as_deref(), both.max.as_deref()),
            (Some("50"), Some("100"))
        );
    }
}
