//! The code that reads a type: a call for each field, an arm for each variant.
//!
//! Owns what is generated. Must never generate a closure, a generic function or anything else that is
//! compiled anew for each type: a phone downloads it.

use crate::attributes::{DefaultValue, OfField, OfType, OfVariant};
use proc_macro2::TokenStream;
use quote::quote;
use syn::ext::IdentExt;
use syn::spanned::Spanned;
use syn::{Data, DataEnum, DataStruct, DeriveInput, Error, Field, Fields, Type, Variant};

/// The implementations for one type.
pub(crate) fn expand(input: &DeriveInput) -> syn::Result<TokenStream> {
    if !input.generics.params.is_empty() {
        let message = "FromTree is not derived for a type with parameters: it would be compiled anew for each";
        return Err(Error::new(input.generics.span(), message));
    }
    let said = OfType::read(&input.attrs)?;
    let name = &input.ident;
    let body = match &input.data {
        Data::Struct(data) => read_struct(data)?,
        Data::Enum(data) => match &said.tag {
            Some(tag) => read_tagged(&name.to_string(), tag, &said, data)?,
            None => read_names(&name.to_string(), &said, data)?,
        },
        Data::Union(_) => return Err(Error::new(name.span(), "FromTree reads no union")),
    };
    Ok(quote! {
        #[automatically_derived]
        impl<'de> ::afield_domain::wire::FromTree<'de> for #name {
            fn from_tree(
                tree: ::afield_domain::wire::Tree<'de>,
            ) -> ::core::result::Result<Self, ::afield_domain::wire::TreeError> {
                #body
            }
        }
        #[automatically_derived]
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::core::result::Result<Self, D::Error> {
                ::afield_domain::wire::deserialize(deserializer)
            }
        }
    })
}

fn read_struct(data: &DataStruct) -> syn::Result<TokenStream> {
    match &data.fields {
        Fields::Named(fields) => {
            let fields = read_fields(fields.named.iter())?;
            Ok(quote! {
                let mut fields = tree.into_fields()?;
                ::core::result::Result::Ok(Self { #fields })
            })
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Ok(quote! {
            ::afield_domain::wire::FromTree::from_tree(tree).map(Self)
        }),
        other => {
            let message =
                "FromTree reads a struct with named fields, or with one field and no name";
            Err(Error::new(other.span(), message))
        }
    }
}

/// An enum of bare names.
fn read_names(name: &str, said: &OfType, data: &DataEnum) -> syn::Result<TokenStream> {
    let arms = read_variants(name, said, data, |variant| match &variant.fields {
        Fields::Unit => {
            let ident = &variant.ident;
            Ok(quote! { Self::#ident })
        }
        other => {
            let message = "FromTree reads a variant with a value only where `tag` tells it";
            Err(Error::new(other.span(), message))
        }
    })?;
    Ok(quote! {
        match &*tree.into_text()? { #arms }
    })
}

/// An enum whose variants are told by a field.
fn read_tagged(name: &str, tag: &str, said: &OfType, data: &DataEnum) -> syn::Result<TokenStream> {
    let arms = read_variants(name, said, data, read_variant)?;
    Ok(quote! {
        let mut fields = tree.into_fields()?;
        let ::core::option::Option::Some(::afield_domain::wire::Tree::Text(tag)) =
            fields.take(#tag)?
        else {
            return ::core::result::Result::Err(::afield_domain::wire::TreeError::Missing(#tag));
        };
        match &*tag { #arms }
    })
}

fn read_variant(variant: &Variant) -> syn::Result<TokenStream> {
    let ident = &variant.ident;
    match &variant.fields {
        Fields::Unit => Ok(quote! { Self::#ident }),
        Fields::Named(fields) => {
            let fields = read_fields(fields.named.iter())?;
            Ok(quote! { Self::#ident { #fields } })
        }
        Fields::Unnamed(fields) if fields.unnamed.len() == 1 => Ok(quote! {
            Self::#ident(::afield_domain::wire::FromTree::from_tree(
                ::afield_domain::wire::Tree::Map(fields),
            )?)
        }),
        other => Err(Error::new(
            other.span(),
            "serde cannot write several values beside a tag",
        )),
    }
}

/// An arm for each variant that is written, and the last one for a name that is not known.
fn read_variants(
    name: &str,
    said: &OfType,
    data: &DataEnum,
    read: fn(&Variant) -> syn::Result<TokenStream>,
) -> syn::Result<TokenStream> {
    let mut arms = TokenStream::new();
    let mut other = None;
    for variant in &data.variants {
        let of_variant = OfVariant::read(&variant.attrs)?;
        if of_variant.is_skipped {
            continue;
        }
        let value = read(variant)?;
        if of_variant.is_other {
            if other.is_some() || !matches!(variant.fields, Fields::Unit) {
                let message = "one variant, without a value, is read for what is not known";
                return Err(Error::new(variant.ident.span(), message));
            }
            other = Some(quote! { _ => ::core::result::Result::Ok(#value), });
            continue;
        }
        let ident = variant.ident.unraw().to_string();
        let text = match of_variant.rename {
            Some(rename) => rename,
            None if said.is_snake_case => snake_case(&ident),
            None => ident,
        };
        arms.extend(quote! { #text => ::core::result::Result::Ok(#value), });
    }
    arms.extend(other.unwrap_or_else(|| {
        quote! {
            _ => ::core::result::Result::Err(::afield_domain::wire::TreeError::Expected(#name)),
        }
    }));
    Ok(arms)
}

fn read_fields<'a>(fields: impl Iterator<Item = &'a Field>) -> syn::Result<TokenStream> {
    let mut code = TokenStream::new();
    for field in fields {
        let ident = &field.ident;
        let value = read_field(field)?;
        code.extend(quote! { #ident: #value, });
    }
    Ok(code)
}

fn read_field(field: &Field) -> syn::Result<TokenStream> {
    let said = OfField::read(&field.attrs)?;
    let ident = field.ident.as_ref().map(|ident| ident.unraw().to_string());
    let name = said.rename.or(ident).unwrap_or_default();
    let is_optional = is_option(&field.ty);
    let has_default = said.default.is_some();
    let default = match said.default {
        Some(DefaultValue::Path(path)) => quote! { #path() },
        Some(DefaultValue::OfType) | None => quote! { ::core::default::Default::default() },
    };
    if said.may_be_left_out && !is_optional && !has_default && !said.is_readable {
        let message = "writing may leave it out, so reading needs `default`";
        return Err(Error::new(field.span(), message));
    }
    Ok(match (said.is_each, said.is_readable) {
        (true, true) => quote! { fields.take_each_readable(#name) },
        (true, false) => quote! { fields.take_each(#name)? },
        (false, true) => quote! { fields.take_readable(#name, #default) },
        // A missing `Option` is none without being told.
        (false, false) if has_default && !is_optional => {
            quote! { fields.take_or(#name, #default)? }
        }
        (false, false) => quote! { fields.take(#name)? },
    })
}

fn is_option(ty: &Type) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|segment| segment.ident == "Option")
}

/// As serde does it for variants: a small letter after `_` for each capital but the first.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    for (index, letter) in name.char_indices() {
        if index > 0 && letter.is_uppercase() {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}
