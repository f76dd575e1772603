//! The derive of `afield_domain::wire::FromTree`: how a type is read, from the attributes by which serde
//! writes it.
//!
//! Owns the generated code, which is what a phone downloads: it must never hold more than a call for each
//! field. Must never read an attribute otherwise than serde does; one that it does not know is an error.

mod attributes;
mod expand;

#[cfg(test)]
mod expand_tests;

use proc_macro::TokenStream;

/// Derives `FromTree` and `serde::Deserialize` in the form that serde's derived `Serialize` writes.
///
/// Of serde's attributes it reads, on the type, `tag` and `rename_all = "snake_case"`; on a variant
/// `rename`, `other` and `skip`; on a field `rename`, `default`, `default = "path"` and
/// `skip_serializing_if`. A field of the type `Option` may always be missing. What serde has no word for:
///
/// - `#[wire(other)]` on a variant: a name that this build does not know is read as it, as with serde's
///   `other`, which must stand last and is for a variant that has no name of its own.
/// - `#[wire(default)]`, `#[wire(default = "path")]` on a field: it may be missing, though it is always
///   written and its description says so.
/// - `#[wire(readable)]` on a field: what cannot be read is the default, and noted for the log.
/// - `#[wire(each)]` on a list: an element that cannot be read is left out, and noted for the log.
#[proc_macro_derive(FromTree, attributes(serde, wire))]
pub fn derive_from_tree(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    expand::expand(&input)
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
