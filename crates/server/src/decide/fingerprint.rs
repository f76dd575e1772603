//! The fingerprint of a mutation: equal for the same content in whatever order of its fields.
//!
//! Owns the canonical form. It must never depend on a feature of the JSON library: stored
//! fingerprints are compared for ever.

use crate::auth::token::sha256_hex;
use serde_json::Value;

/// sha-256 of the canonical JSON of `value`, hex.
#[must_use]
pub(crate) fn fingerprint(value: &Value) -> String {
    let mut text = String::new();
    write_canonical(value, &mut text);
    sha256_hex(text.as_bytes())
}

fn write_canonical(value: &Value, text: &mut String) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by(|one, other| one.0.cmp(other.0));
            text.push('{');
            for (place, (name, value)) in fields.into_iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(name.as_str()).to_string());
                text.push(':');
                write_canonical(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                write_canonical(item, text);
            }
            text.push(']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            text.push_str(&value.to_string());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(one: &str, other: &str, equal: bool) {
        let of = |text: &str| fingerprint(&serde_json::from_str(text).unwrap());
        assert_eq!(of(one) == of(other), equal, "{one} {other}");
    }

    #[test]
    fn the_order_of_fields_and_white_space_do_not_matter_and_all_else_does() {
        check(
            r#"{"a":1,"b":{"c":2,"d":3}}"#,
            r#"{"b":{"d":3,"c":2}, "a":1}"#,
            true,
        );
        check(r#"{"a":[1,2]}"#, r#"{"a":[2,1]}"#, false);
        check(r#"{"a":"1"}"#, r#"{"a":1}"#, false);
        check(r#"{"a":"x\"y"}"#, r#"{"a":"x","y":1}"#, false);
        check(r#"{"a":null}"#, r"{}", false);
    }

    #[test]
    fn a_number_with_many_digits_stays_the_number_it_is() {
        for number in ["123456789010000000000000000000", "0.1", "1e300", "5e-324"] {
            let value: Value = serde_json::from_str(number).unwrap();
            check(number, &value.to_string(), true);
        }
    }

    #[test]
    fn the_form_is_frozen() {
        assert_eq!(
            fingerprint(&serde_json::json!({"b": [true, null], "a": "ä"})),
            sha256_hex("{\"a\":\"ä\",\"b\":[true,null]}".as_bytes())
        );
    }
}
