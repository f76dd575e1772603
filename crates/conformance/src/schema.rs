//! The forms of docs/openapi.json, as far as that file uses JSON Schema.
//!
//! Owns what a value of a form is. Must never forgive more than phones do: `null` where a field may be left out.

use serde_json::Value;

/// The description of the API, as it is generated.
const OPENAPI: &str = include_str!("../../../docs/openapi.json");

/// The forms of the API.
pub(crate) struct Schemas(Value);

impl Schemas {
    pub(crate) fn read() -> Result<Self, String> {
        let read = serde_json::from_str(OPENAPI);
        read.map(Self)
            .map_err(|error| format!("docs/openapi.json: {error}"))
    }

    /// Where `value` is not of the form `name`, and what is expected there.
    pub(crate) fn flaw(&self, name: &str, value: &Value) -> Option<Flaw> {
        let Some(schema) = self.0.pointer(&format!("/components/schemas/{name}")) else {
            return Some(Flaw::at("", format!("a form {name} in docs/openapi.json")));
        };
        self.check(schema, value, "").err()
    }

    fn check(&self, schema: &Value, value: &Value, path: &str) -> Result<(), Flaw> {
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let named = self.0.pointer(name.trim_start_matches('#'));
            let named = named.ok_or_else(|| Flaw::at(path, format!("a form {name}")))?;
            return self.check(named, value, path);
        }
        for part in list(schema, "allOf") {
            self.check(part, value, path)?;
        }
        self.check_one_of(schema, value, path)?;
        let allowed = list(schema, "enum");
        if !allowed.is_empty() && !allowed.contains(value) {
            let words: Vec<String> = allowed.iter().map(ToString::to_string).collect();
            return Err(Flaw::at(path, format!("one of {}", words.join(", "))));
        }
        check_type(schema, value, path)?;
        self.check_fields(schema, value, path)?;
        if let (Some(items), Value::Array(values)) = (schema.get("items"), value) {
            for (place, value) in values.iter().enumerate() {
                self.check(items, value, &format!("{path}[{place}]"))?;
            }
        }
        Ok(())
    }

    fn check_one_of(&self, schema: &Value, value: &Value, path: &str) -> Result<(), Flaw> {
        let mut nearest: Option<Flaw> = None;
        for part in list(schema, "oneOf") {
            match self.check(part, value, path) {
                Ok(()) => return Ok(()),
                // Whichever fits the furthest is what was meant.
                Err(flaw)
                    if nearest
                        .as_ref()
                        .is_none_or(|near| flaw.at.len() > near.at.len()) =>
                {
                    nearest = Some(flaw);
                }
                Err(_) => {}
            }
        }
        nearest.map_or(Ok(()), Err)
    }

    fn check_fields(&self, schema: &Value, value: &Value, path: &str) -> Result<(), Flaw> {
        let Value::Object(fields) = value else {
            return Ok(());
        };
        let required = list(schema, "required");
        let missing = |name: &&str| !fields.contains_key(*name);
        if let Some(name) = required.iter().filter_map(Value::as_str).find(missing) {
            return Err(Flaw::at(&format!("{path}.{name}"), "a value".into()));
        }
        let Some(Value::Object(forms)) = schema.get("properties") else {
            return Ok(());
        };
        for (name, form) in forms {
            let is_required = required.iter().any(|there| there == name);
            match fields.get(name) {
                None => {}
                Some(Value::Null) if !is_required => {}
                Some(value) => self.check(form, value, &format!("{path}.{name}"))?,
            }
        }
        Ok(())
    }
}

fn list<'v>(schema: &'v Value, name: &str) -> &'v [Value] {
    let list = schema.get(name).and_then(Value::as_array);
    list.map_or(&[], Vec::as_slice)
}

fn check_type(schema: &Value, value: &Value, path: &str) -> Result<(), Flaw> {
    let types = match schema.get("type") {
        Some(Value::Array(types)) => types.as_slice(),
        Some(one) => std::slice::from_ref(one),
        None => return Ok(()),
    };
    let is = |name: &Value| match name.as_str().unwrap_or_default() {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "null" => value.is_null(),
        _ => true,
    };
    if types.iter().any(is) {
        return Ok(());
    }
    let names: Vec<&str> = types.iter().filter_map(Value::as_str).collect();
    Err(Flaw::at(path, format!("of type {}", names.join(" or "))))
}

/// Where something is of another form.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Flaw {
    /// The place, such as `.changes[3].record.starts`.
    pub(crate) at: String,
    /// What is expected there.
    pub(crate) expected: String,
}

impl Flaw {
    fn at(path: &str, expected: String) -> Self {
        Self {
            at: path.to_owned(),
            expected,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn key() -> Value {
        json!({ "module": "job", "id": "01930000-0000-7000-8000-000000000007" })
    }

    #[track_caller]
    fn check(value: &Value, expected: Option<&str>) {
        let flaw = Schemas::read().unwrap().flaw("PullResponse", value);
        assert_eq!(
            flaw.as_ref().map(|flaw| flaw.at.as_str()),
            expected,
            "{flaw:?}"
        );
    }

    #[test]
    fn a_page_has_its_form_or_it_is_said_where_not() {
        let page = |change: Value| json!({ "changes": [change], "cursor": "c", "more": false });
        check(&page(json!({ "change": "tombstone", "key": key() })), None);
        check(
            &json!({ "changes": [], "cursor": "c", "more": false, "company": null, "new": 1 }),
            None,
        );
        check(&json!({ "changes": [], "more": false }), Some(".cursor"));
        check(
            &json!({ "changes": [], "cursor": "c", "more": "no" }),
            Some(".more"),
        );
        check(
            &page(json!({ "change": "tombstone", "key": { "module": "job" } })),
            Some(".changes[0].key.id"),
        );
        check(
            &page(json!({ "change": "gone", "key": key() })),
            Some(".changes[0].change"),
        );
    }
}
