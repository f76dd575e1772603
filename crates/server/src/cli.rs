//! The command line.
//!
//! Owns arguments and what is printed. One clear line for each thing that a person can put right.

mod app;
mod authority;
mod backup;
mod company;
mod company_sign_in;
mod copy;
mod data;
mod data_folder;
mod file_place;
mod files;
mod form;
mod import;
mod input_file;
mod kept_certificate;
mod restore;
mod restored;
mod serve;
mod tls;
mod user;

use crate::error::ServerError;
use clap::{Parser, Subcommand};
use std::io::Write as _;

/// Afield's server: field service that keeps working with no network.
#[derive(Debug, Parser)]
#[command(name = "afield-server", version)]
pub struct Cli {
    /// Write each line of the log as JSON, for whoever collects logs.
    #[arg(long, global = true)]
    pub log_json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and the app.
    Serve(serve::Options),
    /// Import jobs, customers or assets from a spreadsheet.
    Import(import::Options),
    /// Import a form that stands in a workbook as XLSForm (ODK, Kobo, CHT).
    Form(form::Options),
    /// Add a company.
    Company(company::Options),
    /// Add a user (the password is read from standard input), or change or list those that are there.
    User(user::Options),
    /// Write a backup of the data to one file; the server may run.
    Backup(backup::BackupOptions),
    /// Put a backup in the place of the data, under a new id (see `restored`); stop the server before.
    ///
    /// What was there is kept beside it under another name; a PostgreSQL database must be empty. Accounts are those of the backup: which of them
    /// differ is said. Everybody signs in again, and phones keep their work.
    Restore(restore::RestoreOptions),
    /// Give the data a new id after a backup was put back by hand; stop the server before.
    ///
    /// So does whoever wants to go on with what was left by `copy`, where the new place is lost.
    ///
    /// A backup does not know what phones sent after it was made. Under the new id every phone first
    /// sends again what it saved in the last 7 days, and nothing that the backup holds is done twice;
    /// then it loads everything anew. Without this, phones trust what they hold, and what was sent
    /// after the backup is missing on the server. Everybody signs in again.
    Restored(restored::Options),
    /// Take all data from SQLite to PostgreSQL, or back; stop the servers before.
    ///
    /// The data set stays the same: phones go on where they are, also those that are out with unsent work, and nobody
    /// signs in again. Both databases are compared at the end. From then on a server that is started on what was left
    /// says where the data are. Whatever ends a copy in the middle, the old place is served as before or the same copy
    /// run again goes on. The bytes of photos and files are not copied.
    Copy(copy::Options),
    /// Write the app's files into a folder, for a web server of their own at another host than the API's.
    App(app::Options),
    /// Print the API's description (OpenAPI, JSON).
    Openapi,
}

/// Does what the command line asks.
///
/// # Errors
/// [`ServerError`], to be shown as one line.
pub async fn run(cli: Cli) -> Result<(), ServerError> {
    match cli.command {
        Command::Serve(options) => serve::run(options).await,
        Command::Import(options) => import::run(options).await,
        Command::Form(options) => form::run(options).await,
        Command::Company(options) => company::run(options).await,
        Command::User(options) => user::run(options).await,
        Command::Backup(options) => backup::back_up_to(options).await,
        Command::Restore(options) => restore::restore(options).await,
        Command::Restored(options) => restored::run(options).await,
        Command::Copy(options) => copy::run(options).await,
        Command::App(options) => app::run(&options),
        Command::Openapi => {
            say(&crate::openapi::document()?);
            Ok(())
        }
    }
}

/// Prints a line. A closed pipe is nobody's fault.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    let _ = writeln!(out, "{line}");
    let _ = out.flush();
}
