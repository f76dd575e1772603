//! Amounts as people read them.
//!
//! Pure: the language is an argument.

use afield_domain::Language;
use afield_domain::decimal::separator;

/// A number of bytes and its unit: at most one decimal.
#[must_use]
pub fn bytes_text(bytes: u64, language: Language) -> String {
    // Whole numbers: printing floating-point numbers would cost some kilobytes of code.
    let (unit, size) = match bytes {
        0..1_000_000 => return format!("{} kB", bytes.div_ceil(1_000)),
        1_000_000..1_000_000_000 => ("MB", 1_000_000),
        _ => ("GB", 1_000_000_000),
    };
    let tenths = bytes / (size / 10);
    if tenths < 100 {
        let point = separator(language);
        format!("{}{point}{} {unit}", tenths / 10, tenths % 10)
    } else {
        format!("{} {unit}", bytes.div_ceil(size))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_read_well() {
        let english = |bytes| bytes_text(bytes, Language::English);
        assert_eq!(english(0), "0 kB");
        assert_eq!(english(1), "1 kB");
        assert_eq!(english(999_000), "999 kB");
        assert_eq!(english(1_234_567), "1.2 MB");
        assert_eq!(english(25_000_000), "25 MB");
        assert_eq!(english(3_100_000_000), "3.1 GB");
        assert_eq!(bytes_text(1_234_567, Language::German), "1,2 MB");
    }
}
