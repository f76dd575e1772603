//! `afield-server company sign-in`: who a company's own provider is.
//!
//! Owns what is asked for, checked and said. The server may run meanwhile: what is set holds from the next sign-in on. Must
//! never take a secret from the command line, which others on the machine can read, nor say one.

use super::data::Data;
use super::say;
use crate::error::ServerError;
use crate::oidc::line::may_be_asked;
use crate::oidc::party::way_back_of;
use crate::storage::{CompanyRow, ProviderRow, WriteTx};
use afield_domain::Role;
use axum::http::Uri;
use clap::Args;
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where the client's secret stands, where no file is named.
const SECRET: &str = "AFIELD_OIDC_CLIENT_SECRET";
/// Bytes of a secret at most.
const SECRET_BYTES: usize = 4_096;

/// What `company sign-in` takes; with its short name alone it says what stands.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The company's short name.
    slug: String,
    /// The provider's address, as its tokens name it (OpenID Connect): `https://login.example.com/realms/nordhaus`.
    #[arg(long, value_name = "URL", requires_all = ["client_id", "address"])]
    issuer: Option<String>,
    /// What the provider calls Afield. Its secret, if it has one, comes from a file or from AFIELD_OIDC_CLIENT_SECRET.
    #[arg(long, value_name = "ID", requires = "issuer")]
    client_id: Option<String>,
    /// The address of the app: `https://afield.example.com`; where it is apart from the server, the server's (--api-address).
    #[arg(long, value_name = "URL", requires = "issuer")]
    address: Option<String>,
    /// The file with the client's secret.
    #[arg(long, value_name = "FILE", requires = "issuer")]
    client_secret_file: Option<PathBuf>,
    /// The claim of a token that says what somebody may do: `groups`. It counts when they sign in for the first time.
    #[arg(long, value_name = "CLAIM", requires_all = ["issuer", "role"])]
    role_claim: Option<String>,
    /// What a value of that claim means: `dispatcher=afield-office`. May be given several times; who has none of them is
    /// a technician.
    #[arg(long, value_name = "ROLE=VALUE", requires = "role_claim", value_parser = read_role)]
    role: Vec<(String, Role)>,
    /// Take a mail address for verified where the provider does not say: for one that gives its people their addresses
    /// itself.
    #[arg(long, requires = "issuer")]
    vouches_for_mail: bool,
    /// Let the company's people sign in with a password alone again. Who they were at the provider stays known.
    #[arg(long, conflicts_with_all = ["issuer", "forget"])]
    off: bool,
    /// Forget who this user is at the provider: whoever has their mail address there signs in as them next.
    #[arg(long, value_name = "EMAIL", conflicts_with = "issuer")]
    forget: Option<String>,
    #[command(flatten)]
    data: Data,
}

fn read_role(text: &str) -> Result<(String, Role), String> {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    let role = match name {
        "technician" => Role::Technician,
        "dispatcher" => Role::Dispatcher,
        "admin" => Role::Admin,
        _ => return Err("give technician=, dispatcher= or admin= and a value".into()),
    };
    match value {
        "" => Err("give the value behind the =".into()),
        value => Ok((value.to_owned(), role)),
    }
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    let (_held, storage) = options.data.open_present().await?;
    let mut tx = storage.write().await?;
    let slug = &options.slug;
    let company = tx.company_by_slug(slug).await?;
    let company = company.ok_or_else(|| unchanged(&format!("there is no company {slug}")))?;
    let said = if let Some(email) = &options.forget {
        forget(tx.as_mut(), &company, email).await?
    } else if options.off {
        match tx.end_provider(company.id).await? {
            true => vec![format!("{slug}: people sign in with a password.")],
            false => vec![format!("{slug} has no sign-in of its own.")],
        }
    } else if let Some(row) = wanted(&options, &company)? {
        tx.put_provider(&row).await?;
        told(slug, &row)
    } else {
        match tx.provider(company.id).await? {
            Some(row) => told(slug, &row),
            None => vec![format!("{slug} has no sign-in of its own.")],
        }
    };
    tx.commit().await?;
    storage.close().await;
    said.iter().for_each(|line| say(line));
    Ok(())
}

async fn forget(
    tx: &mut dyn WriteTx,
    company: &CompanyRow,
    email: &str,
) -> Result<Vec<String>, ServerError> {
    let email = email.trim().to_lowercase();
    let account = tx.account(&email).await?;
    let account = account.filter(|account| account.company == company.id);
    let account = account.ok_or_else(|| unchanged(&format!("there is no user {email}")))?;
    Ok(vec![
        match tx.end_subjects_of(company.id, account.user.id).await? {
            true => format!("Forgotten who {email} is at the provider."),
            false => format!("{email} has never signed in by the provider."),
        },
    ])
}

/// The provider that is wanted; none where nothing is to be set.
fn wanted(options: &Options, company: &CompanyRow) -> Result<Option<ProviderRow>, ServerError> {
    let given = (&options.issuer, &options.client_id, &options.address);
    let (Some(issuer), Some(client_id), Some(address)) = given else {
        return Ok(None);
    };
    check_address(issuer).map_err(|why| unchanged(&format!("--issuer {why}")))?;
    let address = address.trim_end_matches('/');
    check_address(address).map_err(|why| unchanged(&format!("--address {why}")))?;
    let path = address
        .parse()
        .ok()
        .and_then(|uri: Uri| uri.path_and_query().cloned());
    if path.is_some_and(|path| path != "/") {
        return Err(unchanged(
            "--address has no path: the app is at the top of its host",
        ));
    }
    Ok(Some(ProviderRow {
        company: company.id,
        issuer: issuer.clone(),
        client_id: client_id.clone(),
        client_secret: secret(options)?,
        address: address.to_owned(),
        role_claim: options.role_claim.clone().unwrap_or_default(),
        roles: options.role.iter().cloned().collect::<BTreeMap<_, _>>(),
        vouches: options.vouches_for_mail,
    }))
}

fn check_address(address: &str) -> Result<(), &'static str> {
    let uri: Uri = address.parse().map_err(|_| "is no address")?;
    match may_be_asked(&uri) && !address.contains(['#', '@']) {
        true => Ok(()),
        false => Err("must begin with https:// (http:// on this machine alone)"),
    }
}

/// The client's secret; empty where there is none.
fn secret(options: &Options) -> Result<String, ServerError> {
    let secret = match &options.client_secret_file {
        Some(file) => std::fs::read_to_string(file)
            .map_err(|error| unchanged(&format!("{} cannot be read: {error}", file.display())))?,
        None => std::env::var(SECRET).unwrap_or_default(),
    };
    let secret = secret.trim();
    if secret.len() > SECRET_BYTES {
        return Err(unchanged("the client's secret is too long"));
    }
    Ok(secret.to_owned())
}

fn told(slug: &str, row: &ProviderRow) -> Vec<String> {
    let secret = match row.client_secret.is_empty() {
        true => "without a secret",
        false => "with a secret",
    };
    let mut lines = vec![
        format!(
            "{slug}: people sign in at {} as {} {secret}, or with a password.",
            row.issuer, row.client_id
        ),
        format!("Tell the provider to lead back to {}", way_back_of(row)),
        format!("and, after signing out there, to {}/sign-in", row.address),
    ];
    if row.vouches {
        lines.push("Mail addresses count as verified where the provider does not say.".into());
    }
    for (value, role) in &row.roles {
        let role = super::user::role_text(*role);
        lines.push(format!(
            "Who has {value} in {} begins as {role}.",
            row.role_claim
        ));
    }
    lines
}

fn unchanged(why: &str) -> ServerError {
    ServerError::Unusable(format!("{why}; nothing was changed"))
}
