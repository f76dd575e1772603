//! The page that brings in a form as an XLSForm workbook: what would become of each row first, then the form.
//!
//! Must never write before somebody has seen what is lost.

use super::listing::{Shown, count, is_lost};
use super::preview::preview;
use crate::error::Trouble;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::live::Live;
use crate::shared::labels::trouble_text;
use crate::shared::said::{Told, Wording};
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::capture::pick_one;
use crate::ui::focus;
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{heading, section, skeleton};
use crate::view::view;
use afield_platform::api::{self, ApiFailure};
use afield_platform::rescue::read_part;
use afield_protocol::{ErrorCode, FormFate, FormImported, FormRow, Said};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::rc::Rc;

/// Bytes of a workbook, as the server says.
const MOST_BYTES: f64 = 16.0 * 1024.0 * 1024.0;
const FOUND: &str = "form-found";

/// Why there is nothing to import.
#[derive(Clone, PartialEq)]
enum Why {
    TooLarge,
    Unreadable,
    /// It is no form that can be asked: in codes.
    Flaw(Said),
    /// The same of an older server: in its words, which are English.
    NoForm(String),
    Other(Trouble),
}

impl From<ApiFailure> for Why {
    fn from(failure: ApiFailure) -> Self {
        match failure {
            ApiFailure::Api(error) if error.code == ErrorCode::TooLarge => Self::TooLarge,
            ApiFailure::Api(error) if error.code == ErrorCode::Invalid => {
                Self::NoForm(error.message)
            }
            failure => Self::Other(failure.into()),
        }
    }
}

#[derive(Clone, Copy)]
struct Desk {
    /// The file that was picked: its name and its bytes.
    file: StoredValue<(String, Vec<u8>)>,
    language: RwSignal<String>,
    found: RwSignal<Option<FormImported>>,
    why: RwSignal<Option<Why>>,
    shown: RwSignal<Shown>,
    busy: RwSignal<bool>,
}

impl Desk {
    fn tell(self, why: Why) {
        let _ = self.found.try_set(None);
        let _ = self.why.try_set(Some(why));
    }

    /// Asks what would become of the file.
    fn look(self) {
        let ((name, bytes), language) = (self.file.get_value(), self.language.get_untracked());
        self.busy.set(true);
        self.why.set(None);
        spawn_local(async move {
            let answer = api::import_form(&bytes, &name, &language, true).await;
            // Another file, or another language, was chosen meanwhile.
            let is_asked = self.language.try_get_untracked().as_ref() == Some(&language)
                && self.file.try_with_value(|(now, _)| *now == name) == Some(true);
            if !is_asked {
                return;
            }
            let _ = self.busy.try_set(false);
            match answer {
                Ok(FormImported {
                    flaw: Some(flaw), ..
                }) => self.tell(Why::Flaw(flaw)),
                Ok(found) => {
                    let has_loss = found.rows.iter().any(is_lost);
                    let shown = if has_loss { Shown::Lost } else { Shown::All };
                    let _ = self.shown.try_set(shown);
                    let _ = self.found.try_set(Some(found));
                    request_animation_frame(|| {
                        focus::by_id(FOUND);
                    });
                }
                Err(failure) => self.tell(failure.into()),
            }
        });
    }
}

/// How what the server says of a workbook is worded here; its sentences name no fields.
fn wording() -> Wording<'static> {
    Wording {
        language: language(),
        field: &str::to_owned,
    }
}

/// The page.
pub fn import_page(live: Live) -> AnyView {
    let desk = Desk {
        file: StoredValue::new((String::new(), Vec::new())),
        language: RwSignal::new(String::new()),
        found: RwSignal::new(None),
        why: RwSignal::new(None),
        shown: RwSignal::new(Shown::default()),
        busy: RwSignal::new(false),
    };
    let content = move || match desk.found.get() {
        Some(found) => report(desk, live, found),
        None if desk.busy.get() => skeleton(6).into_any(),
        None => ().into_any(),
    };
    view! {
        <a class="back" href=Route::Forms.href()>{icon(Icon::Left)} {tr!(modules.forms)}</a>
        {heading(tr!(forms.import))}
        <p class="muted mb-3">{tr!(forms.import_lead)}</p>
        {picker(desk)}
        <div role="status">{move || desk.why.get().map(told)}</div>
        {content}
    }
    .into_any()
}

fn picker(desk: Desk) -> AnyView {
    let picked = Rc::new(move |files: Vec<web_sys::File>| {
        let Some(file) = files.into_iter().next() else {
            return;
        };
        desk.found.set(None);
        desk.language.set(String::new());
        if file.size() > MOST_BYTES {
            return desk.why.set(Some(Why::TooLarge));
        }
        spawn_local(async move {
            #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
            let bytes = read_part(&file, 0, file.size() as u64).await;
            match bytes {
                Some(bytes) => {
                    if desk.file.try_set_value((file.name(), bytes)).is_none() {
                        desk.look();
                    }
                }
                None => drop(desk.why.try_set(Some(Why::Unreadable))),
            }
        });
    });
    view! { <div class="actions office-actions">{pick_one(tr!(forms.choose_file), picked)}</div> }
        .into_any()
}

fn told(why: Why) -> AnyView {
    let detail = match &why {
        Why::NoForm(message) => Some(wording().tell(None, message)),
        Why::Flaw(said) => Some(wording().tell(Some(said), "")),
        _ => None,
    };
    let text = match why {
        Why::TooLarge => tr!(forms.too_large).to_owned(),
        Why::Unreadable => tr!(trouble.file_unreadable).to_owned(),
        Why::NoForm(_) | Why::Flaw(_) => tr!(forms.no_form).to_owned(),
        Why::Other(trouble) => trouble_text(&trouble),
    };
    let detail = detail.map(note);
    notice(Tone::Error, view! { <p>{text}</p> {detail} }.into_any()).into_any()
}

fn report(desk: Desk, live: Live, found: FormImported) -> AnyView {
    let of = |fate| count(&found.rows, fate);
    let counts = tr!(
        forms.counts,
        imported = of(FormFate::Imported),
        not_needed = of(FormFate::NotNeeded),
        lost = of(FormFate::NotImported) + of(FormFate::Other)
    );
    let what = match found.form.is_there {
        true => tr!(forms.is_there, name = &found.form.name),
        false => tr!(forms.would_be, name = &found.form.name),
    };
    let link = found.form.id.map(|id| {
        view! { <a class="btn" href=Route::OfficeForm(id).href()>{tr!(forms.open)}</a> }
    });
    let go = (!found.form.is_there).then(|| import_button(desk));
    let assumed = wording().tell_all(&found.assumed_said, &found.assumed);
    let assumed: Vec<AnyView> = assumed
        .into_iter()
        .map(|told| view! { <li>{note(told)}</li> }.into_any())
        .collect();
    let questions = found.questions.clone();
    let questions = Memo::new(move |_| questions.clone());
    let languages = languages(desk, &found.languages);
    view! {
        <section class="card pad stack office-actions" aria-labelledby=FOUND>
            <h2 id=FOUND tabindex="-1" class="section-title customer-name">{what}</h2>
            <p>{counts}</p>
            {languages}
            <ul class="muted">{assumed}</ul>
            <div class="actions">{go} {link}</div>
        </section>
        <div class="form-page">
            {section(tr!(forms.rows), rows(desk, found.rows))}
            {section(tr!(builder.preview), preview(live, questions))}
        </div>
    }
    .into_any()
}

fn languages(desk: Desk, languages: &[String]) -> Option<AnyView> {
    (languages.len() > 1).then(|| {
        let chosen = desk.language.get_untracked();
        let option = |language: &String| {
            let is_chosen = *language == chosen;
            view! { <option value=language.clone() prop:selected=is_chosen>{language.clone()}</option> }
        };
        let options = languages.iter().map(option).collect_view();
        let choose = move |language: String| {
            desk.language.set(language);
            desk.look();
        };
        view! {
            <div class="field">
                <label for="form-language">{tr!(forms.language)}</label>
                <select
                    id="form-language"
                    class="select w-full"
                    on:change:target=move |event| choose(event.target().value())
                >
                    <option value="" prop:selected=chosen.is_empty()>{tr!(forms.own_language)}</option>
                    {options}
                </select>
            </div>
        }
        .into_any()
    })
}

fn import_button(desk: Desk) -> AnyView {
    let (go, toasts) = (use_navigate(), use_toasts());
    let go = StoredValue::new_local(go);
    let import = move |_| {
        if desk.busy.get_untracked() {
            return;
        }
        desk.busy.set(true);
        let ((name, bytes), language) = (desk.file.get_value(), desk.language.get_untracked());
        spawn_local(async move {
            let answer = api::import_form(&bytes, &name, &language, false).await;
            let _ = desk.busy.try_set(false);
            match answer {
                Ok(FormImported {
                    flaw: Some(flaw), ..
                }) => desk.tell(Why::Flaw(flaw)),
                Ok(done) => {
                    toasts.show(Ok(tr!(forms.imported)));
                    let to = done.form.id.map_or(Route::Forms, Route::OfficeForm);
                    let options = NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    };
                    // Nobody who has gone elsewhere meanwhile is fetched back.
                    let _ = go.try_with_value(|go| go(&to.href(), options));
                }
                Err(failure) => drop(desk.why.try_set(Some(failure.into()))),
            }
        });
    };
    view! {
        <button
            type="button"
            class="btn btn-primary"
            aria-disabled=move || desk.busy.get().then_some("true")
            on:click=import
        >
            {tr!(forms.import_now)}
        </button>
    }
    .into_any()
}

fn rows(desk: Desk, rows: Vec<FormRow>) -> AnyView {
    let lost = rows.iter().filter(|row| is_lost(row)).count();
    let all = rows.len();
    let choice = |this: Shown, text: String| {
        view! {
            <label class="check">
                <input
                    type="radio"
                    name="form-rows"
                    prop:checked=move || desk.shown.get() == this
                    on:change=move |_| desk.shown.set(this)
                />
                <span>{text}</span>
            </label>
        }
        .into_any()
    };
    let list = move || {
        let shown = desk.shown.get().of(&rows);
        match shown.is_empty() {
            true => view! { <p class="muted">{tr!(forms.nothing_lost)}</p> }.into_any(),
            false => {
                let lines = shown.into_iter().map(line).collect_view();
                view! { <ol class="card list form-rows">{lines}</ol> }.into_any()
            }
        }
    };
    view! {
        <fieldset class="customer-search">
            <legend class="sr-only">{tr!(forms.rows)}</legend>
            {choice(Shown::Lost, tr!(forms.only_lost, count = lost))}
            {choice(Shown::All, tr!(forms.all_rows, count = all))}
        </fieldset>
        {list}
    }
    .into_any()
}

fn note(told: Told) -> AnyView {
    let lang = (!told.is_worded).then_some("en");
    view! { <p lang=lang class="wrap">{told.text}</p> }.into_any()
}

fn line(row: FormRow) -> AnyView {
    let (class, fate) = match row.fate {
        FormFate::Imported if row.notes.is_empty() => ("tag", tr!(forms.is_imported)),
        FormFate::Imported => ("tag tag-high", tr!(forms.with_loss)),
        FormFate::NotNeeded => ("tag", tr!(forms.not_needed)),
        FormFate::NotImported | FormFate::Other => ("tag tag-urgent", tr!(forms.not_imported)),
    };
    let notes = wording().tell_all(&row.said, &row.notes);
    let notes = notes.into_iter().map(note).collect_view();
    view! {
        <li class="row">
            <p class="form-row-head">
                <span class="muted">{tr!(forms.line, number = row.line)}</span>
                <span class="font-semibold customer-name">{row.name}</span>
                <span class=class>{fate}</span>
            </p>
            {notes}
        </li>
    }
    .into_any()
}
