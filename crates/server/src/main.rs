//! The program `afield-server`: reads the command line, sets up the log, and says what went wrong.

use afield_server::cli::{Cli, run};
use clap::Parser as _;
use std::io::Write as _;
use std::process::ExitCode;
use tracing_subscriber::EnvFilter;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_env("AFIELD_LOG")
        .unwrap_or_else(|_| EnvFilter::new("warn,afield_server=info"));
    let cli = Cli::parse();
    let log = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    if cli.log_json {
        log.json().init();
    } else {
        log.init();
    }
    match run(cli).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where even this cannot be written, the exit code says it.
            let _ = writeln!(std::io::stderr(), "error: {error}");
            ExitCode::FAILURE
        }
    }
}
