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
    assert_eq!(read::<u16>("70000"), Err(TreeError::Expected("u16")));
    assert_eq!(read::<u64>("1.5"), Err(TreeError::Expected("u64")));
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
