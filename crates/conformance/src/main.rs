//! `afield-conformance`: the suite on the command line.
//!
//! Owns the arguments, what is printed and the exit code: 0 passed, 1 failed, 2 could not be tried.
#![allow(clippy::print_stdout, clippy::print_stderr)] // it talks to the person who typed the command

use afield_conformance::{
    Account, CommandOffice, NoOffice, Office, Profile, Setup, UrlOffice, checks, run,
};
use clap::{Parser, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Says where a back end speaks the protocol of docs/protocol.md otherwise. It makes jobs, notes and files of its own on
/// it: use one whose data are for trying.
#[derive(Debug, Parser)]
#[command(name = "afield-conformance", version)]
struct Flags {
    /// Where the back end is, such as http://127.0.0.1:8080.
    #[arg(long)]
    url: Option<String>,
    /// A JSON file with url, technician, colleague, dispatcher (each email and password), office_command, office_url.
    #[arg(long, value_name = "FILE")]
    setup: Option<PathBuf>,
    /// A technician: MAIL:PASSWORD.
    #[arg(long, value_name = "MAIL:PASSWORD", value_parser = read_account)]
    technician: Option<Account>,
    /// A second technician of the same company.
    #[arg(long, value_name = "MAIL:PASSWORD", value_parser = read_account)]
    colleague: Option<Account>,
    /// A dispatcher or an admin of the same company.
    #[arg(long, value_name = "MAIL:PASSWORD", value_parser = read_account)]
    dispatcher: Option<Account>,
    /// A program that does what only the office can: it gets one line of JSON and answers with one.
    #[arg(long, value_name = "PROGRAM", num_args = 1.., allow_hyphen_values = true)]
    office: Vec<String>,
    /// Or an address that gets it by POST.
    #[arg(long, value_name = "URL", conflicts_with = "office")]
    office_url: Option<String>,
    /// What is looked at.
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["core"])]
    profile: Vec<ProfileName>,
    /// Only checks whose name begins so, such as push or push.repeat.
    #[arg(long, value_name = "NAME", value_delimiter = ',')]
    only: Vec<String>,
    /// Say what was found as JSON.
    #[arg(long)]
    json: bool,
    /// Say what there is to look at, and end.
    #[arg(long)]
    list: bool,
    /// How long an answer is waited for.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=600))]
    patience: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ProfileName {
    Core,
    Files,
    Board,
    All,
}

impl ProfileName {
    fn names(self, profile: Profile) -> bool {
        self == Self::All
            || matches!(
                (self, profile),
                (Self::Core, Profile::Core)
                    | (Self::Files, Profile::Files)
                    | (Self::Board, Profile::Board)
            )
    }
}

fn read_account(text: &str) -> Result<Account, String> {
    let (email, password) = text.split_once(':').ok_or("MAIL:PASSWORD is needed")?;
    Ok(Account {
        email: email.to_owned(),
        password: password.to_owned(),
    })
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    if flags.list {
        for check in checks() {
            println!(
                "{:<8} {:<24} {} ({})",
                check.profile.name(),
                check.name,
                check.must,
                check.section
            );
        }
        return ExitCode::SUCCESS;
    }
    match look(&flags) {
        Ok(code) => ExitCode::from(code),
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn look(flags: &Flags) -> Result<u8, String> {
    let setup = setup(flags)?;
    let wanted = |profile: &Profile| flags.profile.iter().any(|name| name.names(*profile));
    let profiles: Vec<Profile> = Profile::ALL.into_iter().filter(wanted).collect();
    let report = run(&setup, office(&setup)?, &profiles, &flags.only)?;
    if flags.json {
        println!("{}", report.json());
    } else {
        print!("{}", report.text());
    }
    Ok(report.exit_code())
}

fn setup(flags: &Flags) -> Result<Setup, String> {
    let read = match &flags.setup {
        None => None,
        Some(path) => {
            let said = |error: &dyn std::error::Error| format!("{}: {error}", path.display());
            let text = std::fs::read_to_string(path).map_err(|error| said(&error))?;
            Some(serde_json::from_str::<Setup>(&text).map_err(|error| said(&error))?)
        }
    };
    let technician = flags.technician.clone();
    let technician = technician.or_else(|| read.as_ref().map(|read| read.technician.clone()));
    let technician =
        technician.ok_or("give a technician with --technician, or a file with --setup")?;
    let mut setup = read.unwrap_or_else(|| Setup::new("", technician.clone()));
    setup.technician = technician;
    setup.colleague = flags.colleague.clone().or(setup.colleague);
    setup.dispatcher = flags.dispatcher.clone().or(setup.dispatcher);
    if !flags.office.is_empty() {
        setup.office_command = Some(flags.office.clone());
    }
    setup.office_url = flags.office_url.clone().or(setup.office_url);
    setup.patience = Duration::from_secs(flags.patience);
    if let Some(url) = &flags.url {
        setup.url.clone_from(url);
    }
    Ok(setup)
}

fn office(setup: &Setup) -> Result<Box<dyn Office>, String> {
    Ok(match (&setup.office_command, &setup.office_url) {
        (Some(command), _) => Box::new(CommandOffice {
            command: command.clone(),
        }),
        (None, Some(url)) => Box::new(UrlOffice::new(url, setup.patience)?),
        (None, None) => Box::new(NoOffice),
    })
}
