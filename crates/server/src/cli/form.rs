//! `afield-server form`: an XLSForm becomes a form.
//!
//! Owns the options and what is printed. Each message says what happened to the data.

use super::data::Data;
use super::input_file::{read_file, unusable};
use super::say;
use crate::clock::SystemClock;
use crate::error::ServerError;
use crate::import::bounds;
use crate::xlsform::{Read, read_form, run_form_import};
use afield_protocol::FormMade;
use clap::Args;
use std::path::PathBuf;

/// What `form` takes.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The form: an XLSForm workbook (xlsx, xls, ods), as for ODK, Kobo or CHT.
    file: PathBuf,
    /// The company's short name.
    #[arg(long, value_name = "SLUG")]
    company: String,
    /// The language of the labels, as the form names it; else its default, or the first.
    #[arg(long, value_name = "NAME")]
    language: Option<String>,
    /// What the form is called, if not by its own title.
    #[arg(long)]
    name: Option<String>,
    /// Say what would happen, and write nothing.
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    data: Data,
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let bytes = read_file(&options.file)?;
    let form = read_form(&bytes, options.language.as_deref()).map_err(|error| unusable(&error))?;
    let file = options.file.file_name().map(|name| name.to_string_lossy());
    let form = form.called(
        options.name.as_deref().unwrap_or_default(),
        file.as_deref().unwrap_or_default(),
    );
    if options.dry_run && !options.data.are_there() {
        let data = &options.data;
        return Err(unusable(&format!("there is no data in {data}")));
    }
    let _held = options.data.hold_for_use()?;
    let storage = options.data.open().await?;
    let company = {
        let mut tx = storage.read().await?;
        tx.company_by_slug(&options.company).await?
    };
    let done = match company {
        Some(company) => {
            run_form_import(
                storage.as_ref(),
                &SystemClock,
                company.id,
                &form,
                options.dry_run,
            )
            .await
        }
        None => Err(ServerError::Unusable(format!(
            "there is no company {}",
            options.company
        ))),
    };
    storage.close().await;
    print_rows(&form);
    let done = done.map_err(|error| unusable(&error))?;
    say(&summary(&form, &done));
    if options.dry_run {
        say("this was a dry run: nothing was written");
    }
    Ok(())
}

fn print_rows(form: &Read) {
    for assumed in &form.report.assumed {
        say(&assumed.to_string());
    }
    for line in form.report.lines() {
        say(&line);
    }
}

fn summary(form: &Read, done: &FormMade) -> String {
    let (imported, not_needed, refused) = form.report.counts();
    let rows = format!(
        "{} rows: {imported} imported, {not_needed} not needed, {refused} not imported",
        form.report.rows.len()
    );
    let name = bounds::quoted(&done.name);
    match done.is_there {
        false => format!("{name}: {rows}"),
        true => format!("{name} is there already, unchanged: {rows}"),
    }
}
