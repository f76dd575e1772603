//! What this browser remembers besides the databases: the theme, the language, the last address that
//! signed in, that somebody signed out without a connection, which jobs were seen, and of what a user is told here.
//!
//! Owns the keys in localStorage, but for what `public/stand-in.js` keeps there, which it forgets at a sign-out. Must
//! never hold data of a customer or a change.

use crate::texts;
use afield_domain::{Language, UserId};
use afield_platform::texts::loaded_texts;
use leptos::prelude::*;

const THEME: &str = "afield-theme";
// boot.mjs reads it too.
const LANGUAGE: &str = "afield-language";
const SLASH: &str = "afield-slash";
// public/stand-in.js reads it: where it is, somebody has signed in here, or was about to.
const EMAIL: &str = "afield-email";
const SIGNED_OUT: &str = "afield-signed-out";
// Whether somebody went from here to their company's own sign-in, and has not come back yet.
const COMPANY: &str = "afield-company";
// public/stand-in.js reads it.
const USER: &str = "afield-user";
// public/stand-in.js writes and reads it.
const LAST_SCREEN: &str = "afield-last-screen";

/// Whether the app is light or dark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the device is set.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every choice, in the order of the screen.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
        }
    }
}

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

fn get(key: &str) -> Option<String> {
    storage()?.get_item(key).ok().flatten()
}

fn set(key: &str, value: Option<&str>) {
    if let Some(storage) = storage() {
        // Refused in some private windows: then the preference lasts as long as the page.
        let _ = match value {
            Some(value) => storage.set_item(key, value),
            None => storage.remove_item(key),
        };
    }
}

/// The theme that this browser remembers.
#[must_use]
pub fn theme() -> Theme {
    let name = get(THEME);
    Theme::ALL
        .into_iter()
        .find(|theme| theme.name() == name.as_deref())
        .unwrap_or_default()
}

/// Remembers `theme` and shows it.
pub fn set_theme(theme: Theme) {
    set(THEME, theme.name());
    show_theme(theme);
}

/// Shows `theme`.
pub fn show_theme(theme: Theme) {
    let Some(root) = document().document_element() else {
        return;
    };
    let _ = match theme.name() {
        Some(name) => root.set_attribute("data-theme", name),
        None => root.remove_attribute("data-theme"),
    };
}

/// The language that was chosen here; none is that of the browser.
#[must_use]
pub fn chosen_language() -> Option<Language> {
    get(LANGUAGE).and_then(|tag| Language::from_tag(&tag))
}

/// Remembers the language for the next start: what stands on the screen stays as it is.
pub fn choose_language(language: Option<Language>) {
    set(LANGUAGE, language.map(Language::tag));
}

/// The language to start in next time: the chosen one, or the first of the browser's that the app speaks. As in
/// `boot.mjs`, which chooses.
#[must_use]
pub fn language() -> Language {
    let of_browser = || {
        let tags = window().navigator().languages();
        tags.iter()
            .filter_map(|tag| tag.as_string())
            .find_map(|tag| Language::from_tag(&tag))
    };
    chosen_language().or_else(of_browser).unwrap_or_default()
}

/// Starts in the language whose texts have been loaded: that of the page, see `boot.mjs`. Once, before anything is
/// drawn.
pub fn start_in_loaded_language() {
    let root = document().document_element();
    let tag = root.and_then(|root| root.get_attribute("lang"));
    let language = tag.and_then(|tag| Language::from_tag(&tag));
    texts::set_language(language.unwrap_or_default(), loaded_texts());
}

/// The address that signed in here last; empty if none did.
#[must_use]
pub fn last_email() -> String {
    get(EMAIL).unwrap_or_default()
}

/// Remembers the address for the next sign-in.
pub fn remember_email(email: &str) {
    set(EMAIL, Some(email));
}

/// Whether nobody ever signed in here.
#[must_use]
pub fn is_new() -> bool {
    get(EMAIL).is_none()
}

/// Notes that somebody goes to their company's own sign-in: who comes back is asked for before a form is drawn.
pub fn note_company_sign_in() {
    set(COMPANY, Some("1"));
    remember_email(&last_email());
}

/// Whether somebody went there, and forgets it: the server has answered who came back.
#[must_use]
pub fn take_company_sign_in() -> bool {
    let went = get(COMPANY).is_some();
    set(COMPANY, None);
    went
}

/// Notes who is signed in now, if somebody is: the picture of another's Today is never shown.
pub fn note_user(user: Option<UserId>) {
    set(USER, user.map(|user| user.to_string()).as_deref());
}

/// Whether it was `user` who was signed in when this browser last knew anybody.
#[must_use]
pub fn was_signed_in(user: UserId) -> bool {
    get(USER) == Some(user.to_string())
}

/// Notes that somebody signed out while the server could not be told.
pub fn note_sign_out() {
    set(SIGNED_OUT, Some("1"));
}

/// Forgets that note.
pub fn forget_sign_out() {
    set(SIGNED_OUT, None);
}

/// Whether the server's session must not be taken up again by itself.
#[must_use]
pub fn signed_out_here() -> bool {
    get(SIGNED_OUT).is_some()
}

/// Forgets what Today looked like: nobody who signs in next sees it.
pub fn forget_last_screen() {
    set(LAST_SCREEN, None);
}

fn seen_key(user: UserId) -> String {
    format!("afield-seen-{user}")
}

/// What this user has seen of the jobs, as it was written down.
#[must_use]
pub fn seen_jobs(user: UserId) -> Option<String> {
    get(&seen_key(user))
}

/// Writes it down.
pub fn remember_seen_jobs(user: UserId, seen: &str) {
    set(&seen_key(user), Some(seen));
}

fn gone_key(user: UserId) -> String {
    format!("afield-gone-{user}")
}

/// Until when this user has read which jobs have left, in milliseconds.
#[must_use]
pub fn gone_read(user: UserId) -> i64 {
    let read = get(&gone_key(user)).and_then(|text| text.parse().ok());
    read.unwrap_or_default()
}

/// Writes it down.
pub fn remember_gone_read(user: UserId, at: i64) {
    set(&gone_key(user), Some(&at.to_string()));
}

fn told_key(user: UserId) -> String {
    format!("afield-told-{user}")
}

/// Of what this user wants to be told on this device, as it was written down.
#[must_use]
pub fn told(user: UserId) -> Option<String> {
    get(&told_key(user))
}

/// Writes it down, or forgets it.
pub fn remember_told(user: UserId, wishes: Option<&str>) {
    set(&told_key(user), wishes);
}

/// Whether `/` goes to the search.
#[must_use]
pub fn slash_searches() -> bool {
    get(SLASH).is_none()
}

/// Switches `/` on or off.
pub fn set_slash_searches(is_on: bool) {
    set(SLASH, (!is_on).then_some("off"));
}
