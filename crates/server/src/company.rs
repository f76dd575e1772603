//! What an admin sets for their company: judged, written with its trail, and told.
//!
//! Owns the one way to change settings, for the app and for the command line. Settings, version and trail are one
//! transaction. Must never take a line out of the trail.

use crate::state::App;
use crate::storage::{CompanyRow, ReadTx, Stored, WriteTx};
use crate::zones::zone_data;
use afield_domain::company::{CompanySettings, SettingStep};
use afield_domain::{CompanyId, Role, Timestamp, User, UserId};
use afield_protocol::{Company, CompanyChange, CompanyPage, FlawedSetting, SettingChange};

/// Lines of the trail on a page.
const PAGE: u32 = 100;

/// What a version rises by when phones are told of something that is no setting: so the two are counted apart in it.
const NEWS: u64 = 1 << 32;

/// How often the settings were changed: what a form is checked against.
fn form_version(row: &CompanyRow) -> u64 {
    row.settings_version % NEWS
}

/// What becomes of a change that somebody wants.
#[derive(Debug, PartialEq, Eq)]
enum Plan {
    /// It stands already.
    Stands,
    /// These are to be written.
    Write(Vec<SettingStep>),
    /// Something else stands than was seen.
    Moved,
    /// This is not allowed.
    Refused(Vec<FlawedSetting>),
}

/// What became of it.
pub(crate) enum Outcome {
    /// It stands.
    Saved(CompanyPage),
    /// Something else stands than was seen; nothing was changed.
    Moved(CompanyPage),
    /// This is not allowed; nothing was changed.
    Refused(Vec<FlawedSetting>),
    /// Whoever asked is no admin, or not any more.
    NoAdmin,
}

fn plan_change(row: &CompanyRow, change: &CompanyChange) -> Plan {
    let flaws = flaws_of(&change.settings);
    if !flaws.is_empty() {
        return Plan::Refused(flaws);
    }
    let steps = row.settings.steps_to(&change.settings);
    if steps.is_empty() {
        // Also when the answer to the same request was lost.
        return Plan::Stands;
    }
    match change.version == form_version(row) {
        true => Plan::Write(steps),
        false => Plan::Moved,
    }
}

fn flaws_of(settings: &CompanySettings) -> Vec<FlawedSetting> {
    let flaws = settings.flaws().into_iter();
    flaws
        .map(|(setting, why)| FlawedSetting { setting, why })
        .collect()
}

/// Changes the settings of the company of `user`, all of them or none.
pub(crate) async fn run_change(
    app: &App,
    company: CompanyId,
    user: UserId,
    change: &CompanyChange,
) -> Stored<Option<Outcome>> {
    let mut tx = app.storage.write().await?;
    // As they are now: the session was read before.
    let user = tx.user(company, user).await?;
    let Some(user) = user.filter(|user| user.role == Role::Admin) else {
        return Ok(Some(Outcome::NoAdmin));
    };
    let Some(mut row) = tx.company(company).await? else {
        return Ok(None);
    };
    let change = &CompanyChange {
        version: change.version,
        settings: change.settings.clone().over(&row.settings),
    };
    let plan = plan_change(&row, change);
    if let Plan::Refused(flaws) = plan {
        return Ok(Some(Outcome::Refused(flaws)));
    }
    if let Plan::Write(steps) = &plan {
        row.settings = change.settings.clone();
        save_steps(tx.as_mut(), &mut row, steps, Some(&user), app.clock.now()).await?;
    }
    let page = read_page(tx.as_mut(), &row, u64::MAX).await?;
    tx.commit().await?;
    Ok(Some(match plan {
        Plan::Moved => Outcome::Moved(page),
        _ => Outcome::Saved(page),
    }))
}

/// Sets `wanted` for the company `row` from the command line; the transaction is the caller's. Nothing is written if
/// something in it is not allowed: what, then, is given back.
pub(crate) async fn set_from_command_line(
    tx: &mut dyn WriteTx,
    mut row: CompanyRow,
    wanted: CompanySettings,
    now: Timestamp,
) -> Stored<Vec<FlawedSetting>> {
    let flaws = flaws_of(&wanted);
    let steps = row.settings.steps_to(&wanted);
    if flaws.is_empty() && !steps.is_empty() {
        row.settings = wanted;
        save_steps(tx, &mut row, &steps, None, now).await?;
    }
    Ok(flaws)
}

/// Has every phone of the company ask what its user may, with its next contact. A form of the settings that is open
/// stays as good as it was.
pub(crate) async fn tell_phones(tx: &mut dyn WriteTx, company: CompanyId) -> Stored<()> {
    let Some(mut row) = tx.company(company).await? else {
        return Ok(());
    };
    row.settings_version += NEWS;
    tx.set_company(&row).await
}

async fn save_steps(
    tx: &mut dyn WriteTx,
    row: &mut CompanyRow,
    steps: &[SettingStep],
    by: Option<&User>,
    now: Timestamp,
) -> Stored<()> {
    row.settings_version += 1;
    tx.set_company(row).await?;
    let last = tx.setting_changes(row.id, u64::MAX, 1).await?;
    let last = last.first().map_or(0, |change| change.seq);
    for (seq, step) in (last + 1..).zip(steps) {
        let change = SettingChange {
            seq,
            at: now,
            by: by.map(|user| user.id),
            by_name: by.map(|user| user.name.clone()).unwrap_or_default(),
            setting: step.setting,
            from: step.from.clone(),
            to: step.to.clone(),
        };
        tx.add_setting_change(row.id, &change).await?;
    }
    Ok(())
}

/// What stands, with the changes before `before`.
pub(crate) async fn load_page(
    app: &App,
    company: CompanyId,
    before: u64,
) -> Stored<Option<CompanyPage>> {
    let mut tx = app.storage.read().await?;
    match tx.company(company).await? {
        Some(row) => read_page(tx.as_mut(), &row, before).await.map(Some),
        None => Ok(None),
    }
}

async fn read_page<Tx: ReadTx + ?Sized>(
    tx: &mut Tx,
    row: &CompanyRow,
    before: u64,
) -> Stored<CompanyPage> {
    let trail = tx.setting_changes(row.id, before, PAGE).await?;
    let more = match trail.last() {
        Some(last) => !tx.setting_changes(row.id, last.seq, 1).await?.is_empty(),
        None => false,
    };
    let users = tx.users(row.id).await?.into_iter();
    let admins = users.filter(|(user, _)| user.role == Role::Admin);
    Ok(CompanyPage {
        admins: admins.map(|(user, _)| user.name).collect(),
        version: form_version(row),
        name: row.name.clone(),
        zone: row.zone.clone(),
        settings: row.settings.clone(),
        trail,
        more,
    })
}

/// The company as its users are told; none if its time zone is not known.
pub(crate) fn told(row: &CompanyRow) -> Option<Company> {
    let settings = &row.settings;
    Some(Company {
        id: row.id,
        name: row.name.clone(),
        zone: zone_data(&row.zone)?,
        contact_email: settings.contact_email.clone(),
        expiry_hours: settings.expiry_hours,
        refuses_open_questions: settings.refuses_open_questions,
        keeps_photo_details: settings.keeps_photo_details,
        mode: settings.mode,
        offers_offline: settings.offers_offline,
        window_days: settings.window_days,
        photo_edge: settings.photo_edge,
        files_budget_mb: settings.files_budget_mb,
        settings: row.settings_version,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use afield_domain::company::{Setting, SettingFlaw};
    use uuid::Uuid;

    fn row() -> CompanyRow {
        CompanyRow {
            id: CompanyId(Uuid::from_u128(1)),
            slug: "one".into(),
            name: "One".into(),
            zone: "Europe/Berlin".into(),
            settings: CompanySettings::default(),
            settings_version: 4,
            change_seq: 0,
            cursor_floor: 0,
        }
    }

    fn wanted(version: u64, expiry_hours: u32) -> CompanyChange {
        let settings = CompanySettings {
            expiry_hours,
            ..CompanySettings::default()
        };
        CompanyChange { version, settings }
    }

    #[test]
    fn a_change_is_of_what_was_seen_or_is_not_made() {
        let step = SettingStep {
            setting: Setting::ExpiryHours,
            from: "24".into(),
            to: "48".into(),
        };
        assert_eq!(plan_change(&row(), &wanted(4, 48)), Plan::Write(vec![step]));
        for seen in [0, 3, 5] {
            assert_eq!(plan_change(&row(), &wanted(seen, 48)), Plan::Moved);
        }
    }

    #[test]
    fn what_phones_were_told_besides_moves_no_settings() {
        let row = CompanyRow {
            settings_version: 4 + 3 * NEWS,
            ..row()
        };
        assert!(matches!(plan_change(&row, &wanted(4, 48)), Plan::Write(_)));
        for seen in [0, 3, 5, 7, row.settings_version] {
            assert_eq!(plan_change(&row, &wanted(seen, 48)), Plan::Moved);
        }
        assert_eq!(told(&row).unwrap().settings, row.settings_version);
    }

    #[test]
    fn what_stands_already_is_no_change_whatever_was_seen() {
        for seen in [3, 4] {
            assert_eq!(plan_change(&row(), &wanted(seen, 24)), Plan::Stands);
        }
    }

    #[test]
    fn what_is_not_allowed_is_told_before_anything_else() {
        let flaw = FlawedSetting {
            setting: Setting::ExpiryHours,
            why: SettingFlaw::OutOfBounds,
        };
        for seen in [3, 4] {
            let plan = plan_change(&row(), &wanted(seen, 0));
            assert_eq!(plan, Plan::Refused(vec![flaw]));
        }
    }
}
