//! The kinds of records: what each is called, and where its page is.
//!
//! The one place of the app that a new kind of record must be added to; the compiler leads here.

#[cfg(target_family = "wasm")]
use crate::tr;
use afield_domain::Module;

/// The first piece of the address of a record's page; none for a kind that has no page of its own.
#[must_use]
pub fn page_path(module: Module) -> Option<&'static str> {
    Some(match module {
        Module::Job => "jobs",
        Module::Route => "routes",
        Module::Property => "properties",
        Module::Customer => "customers",
        Module::Organization => "organizations",
        Module::Asset => "assets",
        Module::Contract => "contracts",
        Module::Part => "parts",
        Module::Task
        | Module::Form
        | Module::Note
        | Module::Attachment
        | Module::Submission
        | Module::Conflict => return None,
    })
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
    match module {
        Module::Job => tr!(pages.job),
        Module::Route => tr!(pages.route),
        Module::Property => tr!(pages.property),
        Module::Customer => tr!(pages.customer),
        Module::Organization => tr!(pages.organization),
        Module::Asset => tr!(pages.asset),
        Module::Contract => tr!(pages.contract),
        Module::Part => tr!(pages.part),
        Module::Task => tr!(pages.task),
        Module::Submission => tr!(pages.submission),
        // They have no page: what was asked for is not there.
        Module::Form | Module::Note | Module::Attachment | Module::Conflict => {
            tr!(pages.not_found)
        }
    }
}

/// The name of a module, in the plural.
#[cfg(target_family = "wasm")]
#[must_use]
pub fn module_label(module: Module) -> &'static str {
    match module {
        Module::Job => tr!(modules.jobs),
        Module::Route => tr!(modules.routes),
        Module::Property => tr!(modules.properties),
        Module::Customer => tr!(modules.customers),
        Module::Organization => tr!(modules.organizations),
        Module::Asset => tr!(modules.assets),
        Module::Task => tr!(modules.tasks),
        Module::Form => tr!(modules.forms),
        Module::Contract => tr!(modules.contracts),
        Module::Part => tr!(modules.parts),
        Module::Note => tr!(modules.notes),
        Module::Attachment => tr!(modules.attachments),
        Module::Submission => tr!(modules.submissions),
        Module::Conflict => tr!(modules.conflicts),
    }
}
