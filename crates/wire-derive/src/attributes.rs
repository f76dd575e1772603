//! What the attributes of a type, a variant and a field say about how it is read.
//!
//! Owns the words that are understood. Must never skip one that is not: the type would be read otherwise
//! than it is written.

use syn::meta::ParseNestedMeta;
use syn::{Attribute, ExprPath, LitStr};

/// What is said of a type.
#[derive(Default)]
pub(crate) struct OfType {
    /// The field that tells the variants apart.
    pub(crate) tag: Option<String>,
    /// Whether the variants' names are written in snake case.
    pub(crate) is_snake_case: bool,
}

/// What is said of a variant.
#[derive(Default)]
pub(crate) struct OfVariant {
    /// Its name, if it is not the one in the code.
    pub(crate) rename: Option<String>,
    /// Whether a name that nobody knows is read as this.
    pub(crate) is_other: bool,
    /// Whether it is neither written nor read.
    pub(crate) is_skipped: bool,
}

/// What is said of a field.
#[derive(Default)]
pub(crate) struct OfField {
    /// Its name, if it is not the one in the code.
    pub(crate) rename: Option<String>,
    /// What it is when it is missing.
    pub(crate) default: Option<DefaultValue>,
    /// Whether writing may leave it out.
    pub(crate) may_be_left_out: bool,
    /// Whether it is the default when it cannot be read.
    pub(crate) is_readable: bool,
    /// Whether it is a list that is read element by element.
    pub(crate) is_each: bool,
}

/// What a missing field is.
pub(crate) enum DefaultValue {
    /// Its type's default.
    OfType,
    /// What this function gives.
    Path(Box<ExprPath>),
}

impl OfType {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self::default();
        each_word(attributes, "serde", |word| {
            if word.path.is_ident("tag") {
                found.tag = Some(text(word)?);
            } else if word.path.is_ident("rename_all") {
                let style: LitStr = word.value()?.parse()?;
                if style.value() != "snake_case" {
                    return Err(syn::Error::new(style.span(), "only snake_case is read"));
                }
                found.is_snake_case = true;
            } else if !word.path.is_ident("transparent") {
                return Err(word.error("FromTree does not know this attribute of a type"));
            }
            Ok(())
        })?;
        each_word(attributes, "wire", |word| {
            Err(word.error("FromTree does not know this attribute of a type"))
        })?;
        Ok(found)
    }
}

impl OfVariant {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self::default();
        each_word(attributes, "serde", |word| {
            if word.path.is_ident("rename") {
                found.rename = Some(text(word)?);
            } else if word.path.is_ident("other") {
                found.is_other = true;
            } else if word.path.is_ident("skip") {
                found.is_skipped = true;
            } else {
                return Err(word.error("FromTree does not know this attribute of a variant"));
            }
            Ok(())
        })?;
        each_word(attributes, "wire", |word| {
            if !word.path.is_ident("other") {
                return Err(word.error("FromTree does not know this attribute of a variant"));
            }
            found.is_other = true;
            Ok(())
        })?;
        Ok(found)
    }
}

impl OfField {
    pub(crate) fn read(attributes: &[Attribute]) -> syn::Result<Self> {
        let mut found = Self::default();
        each_word(attributes, "serde", |word| {
            if word.path.is_ident("rename") {
                found.rename = Some(text(word)?);
            } else if word.path.is_ident("default") {
                found.default = Some(default_value(word)?);
            } else if word.path.is_ident("skip_serializing_if") {
                text(word)?;
                found.may_be_left_out = true;
            } else {
                return Err(word.error("FromTree does not know this attribute of a field"));
            }
            Ok(())
        })?;
        each_word(attributes, "wire", |word| {
            if word.path.is_ident("default") {
                found.default = Some(default_value(word)?);
            } else if word.path.is_ident("readable") {
                found.is_readable = true;
            } else if word.path.is_ident("each") {
                found.is_each = true;
            } else {
                return Err(word.error("FromTree does not know this attribute of a field"));
            }
            Ok(())
        })?;
        Ok(found)
    }
}

/// Goes through the words of the attributes called `name`.
fn each_word(
    attributes: &[Attribute],
    name: &str,
    mut take: impl FnMut(&ParseNestedMeta) -> syn::Result<()>,
) -> syn::Result<()> {
    let named = attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident(name));
    for attribute in named {
        attribute.parse_nested_meta(|word| take(&word))?;
    }
    Ok(())
}

fn text(word: &ParseNestedMeta) -> syn::Result<String> {
    let text: LitStr = word.value()?.parse()?;
    Ok(text.value())
}

fn default_value(word: &ParseNestedMeta) -> syn::Result<DefaultValue> {
    if !word.input.peek(syn::Token![=]) {
        return Ok(DefaultValue::OfType);
    }
    let path: LitStr = word.value()?.parse()?;
    Ok(DefaultValue::Path(Box::new(path.parse()?)))
}
