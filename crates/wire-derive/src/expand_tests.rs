//! Tests of what is generated: the calls, and the errors for what would be read otherwise than written.
//! That the generated code reads as serde's would is tested in `afield-domain`.

use crate::expand::expand;

fn generated(code: &str) -> Result<String, String> {
    let input = syn::parse_str(code).map_err(|error| error.to_string())?;
    let tokens = expand(&input).map_err(|error| error.to_string())?;
    Ok(tokens.to_string().replace(' ', ""))
}

#[track_caller]
fn reads(field: &str, call: &str) {
    let code = generated(&format!("struct X {{ {field} }}")).unwrap();
    assert!(code.contains(call), "{field}: {code}");
}

#[test]
fn each_field_is_one_call() {
    reads("a: u64", r#"a:fields.take("a")?"#);
    reads("r#type: u64", r#"r#type:fields.take("type")?"#);
    reads(r#"#[serde(rename = "b")] a: u64"#, r#"a:fields.take("b")?"#);
    let of_type = r#"a:fields.take_or("a",::core::default::Default::default())?"#;
    reads("#[serde(default)] a: u64", of_type);
    reads("#[wire(default)] a: u64", of_type);
    let left_out = r#"#[serde(default, skip_serializing_if = "Vec::is_empty")] a: Vec<u64>"#;
    reads(left_out, of_type);
    let two = r#"a:fields.take_or("a",two())?"#;
    reads(r#"#[serde(default = "two")] a: u64"#, two);
    reads(r#"#[wire(default = "two")] a: u64"#, two);
    reads(
        "#[wire(readable)] a: u64",
        r#"a:fields.take_readable("a",::core::default::Default::default()),"#,
    );
    reads(
        r#"#[serde(default = "two")] #[wire(readable)] a: u64"#,
        r#"a:fields.take_readable("a",two()),"#,
    );
    reads("#[wire(each)] a: Vec<u64>", r#"a:fields.take_each("a")?"#);
    reads(
        "#[wire(each, readable)] a: Vec<u64>",
        r#"a:fields.take_each_readable("a"),"#,
    );
}

#[test]
fn an_option_may_be_missing_whatever_else_is_said() {
    for field in [
        "a: Option<u64>",
        "#[serde(default)] a: Option<u64>",
        r#"#[serde(skip_serializing_if = "Option::is_none")] a: std::option::Option<u64>"#,
    ] {
        reads(field, r#"a:fields.take("a")?"#);
    }
}

#[test]
fn names_are_written_as_serde_writes_them() {
    let code =
        r#"#[serde(rename_all = "snake_case")] enum X { Red, DarkRed, #[serde(rename = "x")] Y }"#;
    let code = generated(code).unwrap();
    for arm in [
        r#""red"=>"#,
        r#""dark_red"=>"#,
        r#""x"=>"#,
        r#"Expected("X")"#,
    ] {
        assert!(code.contains(arm), "{arm}: {code}");
    }
    let plain = generated("enum X { DarkRed, #[serde(other)] Other }").unwrap();
    assert!(plain.contains(r#""DarkRed"=>"#), "{plain}");
    assert!(!plain.contains(r#""Other""#), "{plain}");
    assert!(
        plain.contains("_=>::core::result::Result::Ok(Self::Other)"),
        "{plain}"
    );
    let own = generated("enum X { #[wire(other)] Red, Blue }").unwrap();
    assert!(
        own.contains("_=>::core::result::Result::Ok(Self::Red)"),
        "{own}"
    );
}

#[test]
fn what_would_be_read_otherwise_than_written_does_not_compile() {
    for (code, error) in [
        ("struct X<T> { a: T }", "parameters"),
        ("struct X;", "named fields"),
        ("struct X(u64, u64);", "named fields"),
        ("union X { a: u64 }", "no union"),
        ("enum X { A(u64) }", "only where `tag`"),
        (
            r#"#[serde(tag = "t")] enum X { A(u64, u64) }"#,
            "several values",
        ),
        (
            r#"#[serde(rename_all = "camelCase")] enum X { A }"#,
            "only snake_case",
        ),
        ("#[serde(untagged)] enum X { A }", "attribute of a type"),
        (
            "#[serde(deny_unknown_fields)] struct X { a: u64 }",
            "attribute of a type",
        ),
        (
            r#"enum X { #[serde(alias = "b")] A }"#,
            "attribute of a variant",
        ),
        ("enum X { #[wire(each)] A }", "attribute of a variant"),
        (
            "enum X { #[serde(other)] A, #[wire(other)] B }",
            "one variant",
        ),
        (
            r#"#[serde(tag = "t")] enum X { #[wire(other)] A { a: u64 } }"#,
            "one variant",
        ),
        (
            "struct X { #[serde(flatten)] a: u64 }",
            "attribute of a field",
        ),
        ("struct X { #[serde(skip)] a: u64 }", "attribute of a field"),
        (
            "struct X { #[wire(others)] a: u64 }",
            "attribute of a field",
        ),
        (
            r#"struct X { #[serde(skip_serializing_if = "no")] a: u64 }"#,
            "needs `default`",
        ),
    ] {
        let said = generated(code).unwrap_err();
        assert!(said.contains(error), "{code}: {said}");
    }
}
