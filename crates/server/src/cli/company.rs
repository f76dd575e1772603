//! `afield-server company`: adding one, and its rules, from the machine the data is on.
//!
//! The server may run meanwhile: what is set here holds from the next request on, and phones hear of it at their next
//! contact.

use super::company_sign_in;
use super::data::Data;
use super::say;
use crate::clock::{Clock, SystemClock};
use crate::company::set_from_command_line;
use crate::error::ServerError;
use crate::ids::new_id;
use crate::storage::CompanyRow;
use crate::zones::zone_data;
use afield_domain::company::{CompanySettings, Setting};
use afield_domain::{CompanyId, OperationMode};
use clap::{Args, Subcommand, ValueEnum};

/// What `company` takes.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct Options {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    new: Option<New>,
    /// Of whoever or whatever is added.
    #[command(flatten)]
    data: Data,
}

/// What is changed of a company that is there.
#[derive(Debug, Subcommand)]
enum Action {
    /// Set rules of a company.
    Set {
        /// Its short name.
        slug: String,
        #[command(flatten)]
        rules: Rules,
        #[command(flatten)]
        data: Data,
    },
    /// Have people signed in by the company's own provider (OpenID Connect), or show who that is.
    SignIn(Box<company_sign_in::Options>),
}

/// What is set; the others stay as they are.
#[derive(Debug, Args)]
#[group(required = true, multiple = true)]
struct Rules {
    /// What becomes of a finish while required questions of the job are open.
    #[arg(long, value_enum)]
    open_questions: Option<OpenQuestions>,
    /// What becomes of what a picture says of where, when and with what it was taken.
    #[arg(long, value_enum)]
    photo_details: Option<PhotoDetails>,
    /// How phones hold the company's data.
    #[arg(long, value_enum)]
    mode: Option<Mode>,
    /// Whether phones may hold data for work without a network.
    #[arg(long, value_enum)]
    offline_feature: Option<Switch>,
    /// Hours after the last contact until a phone hides what it holds, 1 to 336.
    #[arg(long)]
    expiry_hours: Option<u32>,
    /// Days before and after today whose jobs a phone holds, 1 to 14.
    #[arg(long)]
    window_days: Option<u32>,
    /// The longest side of a photo, in pixels, 1024 to 4096.
    #[arg(long)]
    photo_edge: Option<u32>,
    /// Megabytes of copies of files on a phone, 0 to 4000.
    #[arg(long)]
    files_budget_mb: Option<u32>,
    /// The address that "Request access" writes to; "" for nobody.
    #[arg(long)]
    contact: Option<String>,
    /// Days for which it is remembered what happened, 30 to 3650; 0 for ever.
    #[arg(long)]
    keep_activity_days: Option<u32>,
    /// Days after the end of their job for which the bytes of photos and files are kept, 30 to 3650; 0 for ever.
    #[arg(long)]
    keep_files_days: Option<u32>,
}

impl Rules {
    /// `settings` with what is set.
    fn applied_to(&self, settings: &CompanySettings) -> CompanySettings {
        let old = settings.clone();
        let contact = self.contact.as_deref().map(str::trim).map(str::to_owned);
        CompanySettings {
            offers_offline: self
                .offline_feature
                .map_or(old.offers_offline, |switch| switch == Switch::On),
            mode: self.mode.map_or(old.mode, |mode| match mode {
                Mode::Offline => OperationMode::Offline,
                Mode::Online => OperationMode::Online,
            }),
            expiry_hours: self.expiry_hours.unwrap_or(old.expiry_hours),
            window_days: self.window_days.unwrap_or(old.window_days),
            refuses_open_questions: self
                .open_questions
                .map_or(old.refuses_open_questions, |rule| {
                    rule == OpenQuestions::Refuse
                }),
            keeps_photo_details: self
                .photo_details
                .map_or(old.keeps_photo_details, |rule| rule == PhotoDetails::Keep),
            photo_edge: self.photo_edge.unwrap_or(old.photo_edge),
            files_budget_mb: self.files_budget_mb.unwrap_or(old.files_budget_mb),
            contact_email: contact.unwrap_or(old.contact_email),
            keep_activity_days: self.keep_activity_days.or(old.keep_activity_days),
            keep_files_days: self.keep_files_days.or(old.keep_files_days),
        }
    }

    /// What is told of each rule that is set.
    fn told(&self) -> impl Iterator<Item = String> {
        let questions = self.open_questions.map(|rule| match rule {
            OpenQuestions::Refuse => "a job cannot be finished while required questions are open",
            OpenQuestions::Explain => "whoever finishes with required questions open says why",
        });
        let details = self.photo_details.map(|rule| match rule {
            PhotoDetails::Keep => "pictures keep where, when and with what they were taken",
            PhotoDetails::Drop => {
                "where, when and with what a picture was taken is taken out of it"
            }
        });
        let mode = self.mode.map(|mode| match mode {
            Mode::Offline => "phones hold all of it and are brought up to date now and then",
            Mode::Online => "phones work live and hold the schedule and the last records",
        });
        let feature = self.offline_feature.map(|switch| match switch {
            Switch::On => "phones may hold data for work without a network",
            Switch::Off => "phones hold unsent work and no more",
        });
        let expiry = self
            .expiry_hours
            .map(|hours| format!("phones hide what they hold {hours} h after the last contact"));
        let window = self
            .window_days
            .map(|days| format!("phones hold the jobs of {days} days before and after today"));
        let edge = self
            .photo_edge
            .map(|edge| format!("photos have {edge} pixels on the longest side at most"));
        let budget = self
            .files_budget_mb
            .map(|budget| format!("phones keep {budget} MB of copies of files"));
        let contact = self.contact.as_deref().map(|contact| match contact.trim() {
            "" => "nobody is asked for access".to_owned(),
            contact => format!("whoever needs access writes to {contact}"),
        });
        let days = |days| match days {
            0 => "for ever".to_owned(),
            days => format!("for {days} days"),
        };
        let activity = self
            .keep_activity_days
            .map(|set| format!("what happened is remembered {}", days(set)));
        let files = self.keep_files_days.map(|set| match set {
            0 => "photos and files are kept for ever".to_owned(),
            set => format!(
                "the bytes of photos and files are deleted {set} days after the end of their job, but for signatures"
            ),
        });
        let rules = [questions, details, mode, feature].map(|told| told.map(str::to_owned));
        let rules = rules
            .into_iter()
            .chain([expiry, window, edge, budget, contact, activity, files]);
        rules.flatten()
    }
}

/// How phones hold the company's data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Mode {
    /// All of it is on the phone, and brought up to date now and then.
    Offline,
    /// They work live; without a network they have what they worked with last and the schedule.
    Online,
}

/// On or off.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Switch {
    On,
    Off,
}

/// What becomes of what a picture says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PhotoDetails {
    /// The phone takes it out.
    Drop,
    /// It stays in the picture.
    Keep,
}

/// What becomes of a finish while required questions are open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum OpenQuestions {
    /// The technician says why.
    Explain,
    /// The job cannot be finished.
    Refuse,
}

/// What is added.
#[derive(Debug, Args)]
struct New {
    /// Its short name for command lines, such as `nordhaus`.
    slug: String,
    /// Its name.
    #[arg(long)]
    name: String,
    /// Its time zone, such as `Europe/Berlin`.
    #[arg(long)]
    zone: String,
    /// The address that "Request access" writes to.
    #[arg(long, default_value = "")]
    contact: String,
}

pub(super) async fn run(options: Options) -> Result<(), ServerError> {
    match (options.action, options.new) {
        (Some(Action::Set { slug, rules, data }), _) => set(&slug, &rules, &data).await,
        (Some(Action::SignIn(options)), _) => company_sign_in::run(*options).await,
        (None, Some(new)) => add(new, &options.data).await,
        // clap asks for one of the two.
        (None, None) => Ok(()),
    }
}

async fn set(slug: &str, rules: &Rules, data: &Data) -> Result<(), ServerError> {
    let (_held, storage) = data.open_present().await?;
    let mut tx = storage.write().await?;
    let Some(company) = tx.company_by_slug(slug).await? else {
        return Err(ServerError::Unusable(format!(
            "there is no company {slug}; nothing was changed"
        )));
    };
    let wanted = rules.applied_to(&company.settings);
    let flaws = set_from_command_line(tx.as_mut(), company, wanted, SystemClock.now()).await?;
    if let Some(flaw) = flaws.first() {
        return Err(ServerError::Unusable(format!(
            "{}; nothing was changed",
            refusal(flaw.setting)
        )));
    }
    tx.commit().await?;
    storage.close().await;
    for set in rules.told() {
        say(&format!("{slug}: {set}."));
    }
    Ok(())
}

/// Why a setting is not taken.
fn refusal(setting: Setting) -> String {
    let or_none = match setting {
        Setting::KeepActivityDays | Setting::KeepFilesDays => "0 or ",
        _ => "",
    };
    match setting.bounds() {
        Some(bounds) => format!(
            "{} must be {or_none}from {} to {}",
            setting.name(),
            bounds.start(),
            bounds.end()
        ),
        None => format!("{} is no mail address", setting.name()),
    }
}

async fn add(options: New, data: &Data) -> Result<(), ServerError> {
    if zone_data(&options.zone).is_none() {
        return Err(ServerError::Unusable(format!(
            "there is no time zone {}: give one like Europe/Berlin",
            options.zone
        )));
    }
    let _held = data.hold_for_use()?;
    let storage = data.open().await?;
    let mut tx = storage.write().await?;
    if tx.company_by_slug(&options.slug).await?.is_some() {
        return Err(ServerError::Unusable(format!(
            "there is a company {} already; nothing was changed",
            options.slug
        )));
    }
    tx.add_company(&CompanyRow {
        id: CompanyId(new_id(SystemClock.now())?),
        slug: options.slug.clone(),
        name: options.name,
        zone: options.zone,
        settings: CompanySettings {
            contact_email: options.contact,
            ..CompanySettings::default()
        },
        settings_version: 0,
        change_seq: 0,
        cursor_floor: 0,
    })
    .await?;
    tx.commit().await?;
    storage.close().await;
    say(&format!("Added the company {}.", options.slug));
    Ok(())
}
