//! Reading wire and stored types: JSON becomes one small tree, and every type is read from that.
//!
//! Owns [`Tree`] and [`FromTree`]. Serde's derived reading is compiled anew for each pair of type and
//! format, and three times over for what stands below a tagged enum; that was half of what a phone
//! downloads. Here a format is read by one piece of code, and a type's code, which `derive(FromTree)`
//! writes, is a list of its fields.
//! The types still are `serde::Deserialize`, so that nobody else need know. Must never be stricter than
//! what derived reading would be: unknown fields are skipped, a missing `Option` is `None`.

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use uuid::Uuid;

mod error;
mod fields;

pub use error::{TreeError, left_out, take_left_out};
pub use fields::Fields;

/// A value of JSON, or of any format that describes itself. Text without escapes is not copied.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree<'de> {
    /// Nothing.
    Null,
    /// Yes or no.
    Bool(bool),
    /// A whole number from 0 up.
    Unsigned(u64),
    /// A whole number below 0.
    Signed(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(Cow<'de, str>),
    /// Values in order.
    List(Vec<Tree<'de>>),
    /// Values by name.
    Map(Fields<'de>),
}

/// What can be read from a tree. Derived with `serde::Deserialize` from serde's attributes on the type.
///
/// ```
/// use afield_domain::wire::FromTree;
/// #[derive(Debug, PartialEq, FromTree)]
/// struct Ball {
///     weight: u64,
///     #[serde(default)]
///     colour: String,
///     maker: Option<String>,
/// }
/// #[derive(Debug, PartialEq, FromTree)]
/// #[serde(tag = "thing", rename_all = "snake_case")]
/// enum Thing {
///     Ball(Ball),
///     Box { edges: Vec<u64> },
///     #[serde(other)]
///     Unknown,
/// }
///
/// let ball: Thing = serde_json::from_str(r#"{"thing":"ball","weight":7,"year":1999}"#).unwrap();
/// assert_eq!(ball, Thing::Ball(Ball { weight: 7, colour: String::new(), maker: None }));
/// ```
pub trait FromTree<'de>: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// [`TreeError`] if the tree is of another form.
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError>;

    /// What a missing field of this type means: an error, but for an `Option`.
    ///
    /// # Errors
    /// [`TreeError::Missing`].
    fn from_nothing(field: &'static str) -> Result<Self, TreeError> {
        Err(TreeError::Missing(field))
    }
}

/// What the types' `Deserialize` does.
///
/// # Errors
/// The format's, or [`TreeError`] in the format's words.
pub fn deserialize<'de, D: Deserializer<'de>, T: FromTree<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    T::from_tree(Tree::deserialize(deserializer)?).map_err(D::Error::custom)
}

impl<'de> Tree<'de> {
    /// The fields of a map.
    ///
    /// # Errors
    /// [`TreeError::Expected`].
    pub fn into_fields(self) -> Result<Fields<'de>, TreeError> {
        match self {
            Self::Map(fields) => Ok(fields),
            _ => Err(TreeError::Expected("an object")),
        }
    }

    /// The text.
    ///
    /// # Errors
    /// [`TreeError::Expected`].
    pub fn into_text(self) -> Result<Cow<'de, str>, TreeError> {
        match self {
            Self::Text(text) => Ok(text),
            _ => Err(TreeError::Expected("text")),
        }
    }

    /// The text, or a whole number as text: for what is only handed back as it came.
    ///
    /// # Errors
    /// [`TreeError::Expected`].
    pub fn into_opaque_text(self) -> Result<String, TreeError> {
        match self {
            Self::Unsigned(number) => Ok(number.to_string()),
            Self::Signed(number) => Ok(number.to_string()),
            other => other.into_text().map(Cow::into_owned),
        }
    }
}

struct Key<'de>(Cow<'de, str>);

impl<'de> Deserialize<'de> for Key<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Tree::deserialize(deserializer)?.into_text();
        text.map(Self).map_err(D::Error::custom)
    }
}

impl<'de> Deserialize<'de> for Tree<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(TreeVisitor)
    }
}

struct TreeVisitor;

impl<'de> Visitor<'de> for TreeVisitor {
    type Value = Tree<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }
    fn visit_none<E>(self) -> Result<Tree<'de>, E> {
        Ok(Tree::Null)
    }
    fn visit_some<D: Deserializer<'de>>(self, some: D) -> Result<Tree<'de>, D::Error> {
        Tree::deserialize(some)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Tree<'de>, E> {
        Ok(Tree::Bool(value))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Tree<'de>, E> {
        Ok(Tree::Unsigned(value))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Tree<'de>, E> {
        Ok(u64::try_from(value).map_or(Tree::Signed(value), Tree::Unsigned))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Tree<'de>, E> {
        Ok(Tree::Float(value))
    }
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Tree<'de>, E> {
        Ok(Tree::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Tree<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Tree::List(list))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Tree<'de>, A::Error> {
        let mut fields = Vec::new();
        while let Some(Key(name)) = entries.next_key()? {
            fields.push((name, entries.next_value()?));
        }
        Ok(Tree::Map(Fields(fields)))
    }
}

/// Where nothing is expected, whatever stands there is not looked at.
impl<'de> FromTree<'de> for () {
    fn from_tree(_: Tree<'de>) -> Result<Self, TreeError> {
        Ok(())
    }
}

impl<'de> FromTree<'de> for bool {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        match tree {
            Tree::Bool(value) => Ok(value),
            _ => Err(TreeError::Expected("true or false")),
        }
    }
}

impl<'de> FromTree<'de> for f64 {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        match tree {
            Tree::Float(value) => Ok(value),
            Tree::Unsigned(value) => Ok(value as Self),
            Tree::Signed(value) => Ok(value as Self),
            _ => Err(TreeError::Expected("a number")),
        }
    }
}

macro_rules! whole_numbers {
    ($($number:ty),+) => {$(
        impl<'de> FromTree<'de> for $number {
            fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
                let number = match tree {
                    Tree::Unsigned(value) => Self::try_from(value).ok(),
                    Tree::Signed(value) => Self::try_from(value).ok(),
                    _ => None,
                };
                number.ok_or(TreeError::Expected("a whole number within its limits"))
            }
        }
    )+};
}
whole_numbers!(u16, u32, u64, usize, i64);

impl<'de> FromTree<'de> for String {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        tree.into_text().map(Cow::into_owned)
    }
}

impl<'de> FromTree<'de> for Uuid {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let id = Self::try_parse(&tree.into_text()?);
        id.map_err(|_| TreeError::Expected("a UUID"))
    }
}

impl<'de, T: FromTree<'de>> FromTree<'de> for Option<T> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        match tree {
            Tree::Null => Ok(None),
            tree => T::from_tree(tree).map(Some),
        }
    }
    fn from_nothing(_: &'static str) -> Result<Self, TreeError> {
        Ok(None)
    }
}

impl<'de, T: FromTree<'de>> FromTree<'de> for Box<T> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        T::from_tree(tree).map(Self::new)
    }
}

impl<'de, T: FromTree<'de>> FromTree<'de> for Vec<T> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        let Tree::List(trees) = tree else {
            return Err(TreeError::Expected("a list"));
        };
        let mut values = Self::with_capacity(trees.len());
        for (index, tree) in trees.into_iter().enumerate() {
            values.push(T::from_tree(tree).map_err(|error| error.inside_list(index))?);
        }
        Ok(values)
    }
}

impl<'de> FromTree<'de> for Tree<'de> {
    fn from_tree(tree: Tree<'de>) -> Result<Self, TreeError> {
        Ok(tree)
    }
}

#[cfg(test)]
#[path = "tree_tests.rs"]
mod tests;
