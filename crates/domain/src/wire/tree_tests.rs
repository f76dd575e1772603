//! Tests of the tree: numbers keep their value, text its escapes.

use super::*;

fn read<T: for<'de> FromTree<'de>>(json: &str) -> Result<T, TreeError> {
    T::from_tree(serde_json::from_str(json).unwrap())
}

#[test]
fn numbers_keep_their_value_or_are_refused() {
    assert_eq!(read(&u64::MAX.to_string()), Ok(u64::MAX));
    assert_eq!(read("-9007199254740993"), Ok(-9_007_199_254_740_993_i64));
    assert_eq!(read("7"), Ok(7.0));
    let no_number = TreeError::Expected("a whole number within its limits");
    assert_eq!(read::<u16>("70000"), Err(no_number.clone()));
    assert_eq!(read::<u64>("1.5"), Err(no_number));
}

#[test]
fn text_is_read_with_its_escapes_and_copied_only_then() {
    let tree: Tree<'_> = serde_json::from_str(r#"["a","\u00e4"]"#).unwrap();
    let borrowed = |tree: &Tree<'_>| matches!(tree, Tree::Text(Cow::Borrowed(_)));
    let Tree::List(items) = &tree else { panic!() };
    assert_eq!(
        items.iter().map(borrowed).collect::<Vec<_>>(),
        [true, false]
    );
    assert_eq!(Vec::<String>::from_tree(tree).unwrap(), ["a", "ä"]);
}

#[test]
fn a_missing_field_is_told_by_name() {
    let missing = serde_json::from_str::<crate::Versioned>(r#"{"rev":1}"#).unwrap_err();
    assert!(missing.to_string().starts_with("missing field record"));
}

#[test]
fn an_error_says_where_it_happened() {
    let json = r#"[{"rev":1,"record":{"module":"job","id":"x"}}]"#;
    let error = read::<Vec<crate::Versioned>>(json).unwrap_err();
    assert_eq!(error.to_string(), "[0].record.id: expected a UUID");
}

#[test]
fn one_element_of_a_list_on_the_wire_is_left_out_alone_and_said() {
    let tree: Tree<'_> = serde_json::from_str(r#"{"list":[1,"x",3],"none":null}"#).unwrap();
    let mut fields = tree.into_fields().unwrap();
    let _ = take_left_out();
    assert_eq!(fields.take_each::<u64>("list"), Ok(vec![1, 3]));
    let said = ["list[1]: expected a whole number within its limits"];
    assert_eq!(take_left_out(), said);
    assert!(take_left_out().is_empty());
    let missing = TreeError::Missing("list");
    assert_eq!(fields.take_each::<u64>("list"), Err(missing));
    assert!(fields.take_each::<u64>("none").is_err());
}

#[test]
fn null_is_as_good_as_nothing_where_nothing_is_allowed() {
    let json = r#"{"a":null,"b":"x","c":null}"#;
    let mut fields = serde_json::from_str::<Tree<'_>>(json)
        .unwrap()
        .into_fields()
        .unwrap();
    assert_eq!(fields.take_or("a", 7_u64), Ok(7));
    assert!(fields.clone().take_or("b", 7_u64).is_err());
    assert_eq!(fields.take_readable("b", 7_u64), 7);
    assert!(fields.take::<u64>("c").is_err());
}

#[test]
fn what_was_left_out_is_bounded() {
    let _ = take_left_out();
    for _ in 0..1_000 {
        left_out(&TreeError::Missing("x"));
    }
    assert_eq!(take_left_out().len(), 20);
}
