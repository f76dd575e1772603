//! The command line.
//!
//! Owns arguments and what is printed. One clear line for each thing that a person can put right.

mod accounts;
mod import;
mod restored;
mod serve;

use crate::error::ServerError;
use clap::{Parser, Subcommand};
use std::io::Write as _;

/// Afield's server: field service that keeps working with no network.
#[derive(Debug, Parser)]
#[command(name = "afield-server", version)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API and the app.
    Serve(serve::Options),
    /// Import jobs, customers or assets from a spreadsheet.
    Import(import::Options),
    /// Add a company.
    Company(accounts::CompanyOptions),
    /// Add a user; the password is read from standard input.
    User(accounts::UserOptions),
    /// Give the data a new id after a backup was put back; stop the server before.
    ///
    /// A backup does not know what phones sent after it was made. Under the new id every phone first
    /// sends again what it saved in the last 7 days, and nothing that the backup holds is done twice;
    /// then it loads everything anew. Without this, phones trust what they hold, and what was sent
    /// after the backup is missing on the server.
    Restored(restored::Options),
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
        Command::Company(options) => accounts::add_company(options).await,
        Command::User(options) => accounts::add_user(options).await,
        Command::Restored(options) => restored::run(options).await,
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
