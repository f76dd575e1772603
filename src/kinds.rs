//! The kinds of records: what each is called, where its page is, and the words it is found by.
//!
//! Owns [`AppKind`], which every kind implements in [`named`] or [`unnamed`]: the one place of the app that a
//! new kind must be added to, and the compiler leads here. Must never look at a record's surroundings.

pub mod lines;
mod named;
mod unnamed;

use afield_domain::search::Field;
use afield_domain::{Module, Record, with_kind, with_record};

/// What the app says of a kind of record. Nothing here has a default: whoever adds a kind answers every
/// question.
trait AppKind {
    /// The first piece of the address of a record's page; none for a kind that has no page of its own.
    const PATH: Option<&'static str>;

    /// What the page of one record is called.
    #[cfg(target_family = "wasm")]
    fn page_label() -> &'static str;

    /// The name of the kind, in the plural.
    #[cfg(target_family = "wasm")]
    fn label() -> &'static str;

    /// What people call the record; none for what they do not call by a name.
    fn name(&self) -> Option<String>;

    /// What tells it from others of that name, in one line; may be empty.
    fn detail(&self) -> String;

    /// The texts by which a job that refers to it is found; some may be empty.
    fn search_texts(&self) -> Vec<(Field, String)>;
}

/// The first piece of the address of a record's page; none for a kind that has no page of its own.
#[must_use]
pub fn page_path(module: Module) -> Option<&'static str> {
    with_kind!(module, K => <K as AppKind>::PATH)
}

/// The kind whose pages stand at `path`.
#[must_use]
pub fn module_at(path: &str) -> Option<Module> {
    let is_it = |module: &Module| page_path(*module) == Some(path);
    Module::ALL.into_iter().find(is_it)
}

/// What the page of one record is called.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn page_label(module: Module) -> &'static str {
    with_kind!(module, K => <K as AppKind>::page_label())
}

/// The name of a module, in the plural.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn module_label(module: Module) -> &'static str {
    with_kind!(module, K => <K as AppKind>::label())
}

/// What people call a record.
#[must_use]
pub fn name_of(record: &Record) -> Option<String> {
    with_record!(record, it => AppKind::name(it), unknown => None)
}

/// What tells a record from others of its name, in one line; may be empty.
#[must_use]
pub fn detail_of(record: &Record) -> String {
    with_record!(record, it => AppKind::detail(it), unknown => String::new())
}

/// The texts by which a job that refers to the record is found; some may be empty.
#[must_use]
pub fn search_texts(record: &Record) -> Vec<(Field, String)> {
    with_record!(record, it => AppKind::search_texts(it), unknown => Vec::new())
}
