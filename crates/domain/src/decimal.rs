//! Decimal numbers with six places, exact, the same on phone and server.
//!
//! Owns [`Decimal`]: reading and writing the canonical text (optional minus, digits, optional point and
//! digits) and arithmetic that says when a result does not fit. Floating point would cost a phone
//! some kilobytes of code and give sums that no customer accepts. What people type in their language
//! is made canonical in `localized`.

mod localized;

pub use localized::{
    DecimalError, MAX_FRACTION, MAX_WHOLE, is_canonical, meanings, parse, separator, shown,
    unmistakable,
};

/// Digits after the point.
const PLACES: usize = 6;
const ONE: i128 = 1_000_000;
/// Twelve digits before the point.
const LIMIT: i128 = 1_000_000_000_000 * ONE;

/// A decimal number, counted in millionths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Decimal(i128);

impl Decimal {
    /// The number that canonical `text` says; none for any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(digits) => (true, digits),
            None => (false, text),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !is_number(whole) || !is_number(part) || whole.len() > 12 || part.len() > PLACES {
            return None;
        }
        let mut value: i128 = 0;
        for digit in whole.bytes().chain(part.bytes()) {
            value = value * 10 + i128::from(digit - b'0');
        }
        for _ in part.len()..PLACES {
            value *= 10;
        }
        Some(Self(if negative { -value } else { value }))
    }

    /// A whole number.
    #[must_use]
    pub fn whole(value: i64) -> Option<Self> {
        Self(i128::from(value).checked_mul(ONE)?).fitting()
    }

    fn fitting(self) -> Option<Self> {
        (self.0.abs() < LIMIT).then_some(self)
    }

    /// The sum, if it fits.
    #[must_use]
    pub fn plus(self, other: Self) -> Option<Self> {
        Self(self.0.checked_add(other.0)?).fitting()
    }

    /// The difference, if it fits.
    #[must_use]
    pub fn minus(self, other: Self) -> Option<Self> {
        Self(self.0.checked_sub(other.0)?).fitting()
    }

    /// The product, rounded to six places, if it fits.
    #[must_use]
    pub fn times(self, other: Self) -> Option<Self> {
        Self(round_div(self.0.checked_mul(other.0)?, ONE)).fitting()
    }

    /// The quotient, rounded to six places; none by zero.
    #[must_use]
    pub fn over(self, other: Self) -> Option<Self> {
        if other.0 == 0 {
            return None;
        }
        Self(round_div(self.0.checked_mul(ONE)?, other.0)).fitting()
    }

    /// Rounded to `places` digits after the point, half away from zero.
    #[must_use]
    pub fn rounded(self, places: u16) -> Self {
        let cut = PLACES.saturating_sub(usize::from(places));
        let unit = (0..cut).fold(1_i128, |unit, _| unit * 10);
        Self(round_div(self.0, unit) * unit)
    }
}

fn round_div(value: i128, by: i128) -> i128 {
    let half = by.abs() / 2;
    let up = if (value < 0) == (by < 0) { half } else { -half };
    let signed = if by < 0 { -up } else { up };
    (value + signed) / by
}

/// The canonical text: no zeros at the end, no point without digits.
impl std::fmt::Display for Decimal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let value = self.0.unsigned_abs();
        // Below twelve digits: fits.
        let whole = (value / ONE.unsigned_abs()) as u64;
        let part = (value % ONE.unsigned_abs()) as u64;
        if part == 0 {
            return write!(f, "{sign}{whole}");
        }
        let digits = format!("{part:06}");
        write!(f, "{sign}{whole}.{}", digits.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn canonical_text_goes_both_ways() {
        let same = ["0", "1", "-1", "12.5", "-0.000001", "999999999999.999999"];
        for text in same {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal("007.500").to_string(), "7.5");
        assert_eq!(decimal("-0").to_string(), "0");
    }

    #[test]
    fn anything_else_is_no_number() {
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "1,5",
            "1e3",
            "+1",
            " 1",
            "٣",
            "1.0000001",
            "1234567890123",
            "--1",
            "0x1",
            "1.2.3",
            "NaN",
        ] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }

    #[test]
    fn arithmetic_is_exact_rounds_half_away_from_zero_and_says_what_does_not_fit() {
        assert_eq!(decimal("0.1").plus(decimal("0.2")), Some(decimal("0.3")));
        assert_eq!(decimal("2").minus(decimal("3.5")), Some(decimal("-1.5")));
        assert_eq!(decimal("1.5").times(decimal("-3")), Some(decimal("-4.5")));
        assert_eq!(decimal("1").over(decimal("3")), Some(decimal("0.333333")));
        assert_eq!(decimal("-2").over(decimal("3")), Some(decimal("-0.666667")));
        assert_eq!(decimal("2").over(decimal("-3")), Some(decimal("-0.666667")));
        assert_eq!(decimal("1").over(decimal("0")), None);
        assert_eq!(decimal("2.345").rounded(2), decimal("2.35"));
        assert_eq!(decimal("-2.345").rounded(2), decimal("-2.35"));
        assert_eq!(decimal("2.5").rounded(0), decimal("3"));
        let large = decimal("999999999999");
        assert_eq!(large.plus(decimal("1")), None);
        assert_eq!(large.times(large), None);
        assert_eq!(Decimal::whole(i64::MAX), None);
    }

    proptest! {
        #[test]
        fn any_text_reads_or_not_and_never_breaks(text in "[-0-9.]{0,24}") {
            if let Some(number) = Decimal::parse(&text) {
                prop_assert_eq!(Decimal::parse(&number.to_string()), Some(number));
            }
        }
    }
}
