//! The page on which the office builds a form, or another version of one.
//!
//! Saving checks everything and says all that is wrong. Must never save a form that was not checked.

use super::bench::{BACK, Bench, NAME};
use super::building::Building;
use super::editor::question_rows;
use super::kind::Kind;
use super::page::not_there;
use super::preview::preview;
use super::words::fault_text;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::shared::restored::restored;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{enter_stays, field, save_bar};
use crate::ui::icon::{Icon, icon};
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::{heading, skeleton};
use crate::view::view;
use afield_domain::answers::check::Part;
use afield_domain::{TemplateId, limits};
use afield_platform::api::{self, ApiFailure};
use afield_protocol::{NewForm, OfficeForm};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

/// The page.
pub fn builder_page(live: Live, of: Option<TemplateId>) -> AnyView {
    let Some(id) = of else {
        return page(
            tr!(forms.new),
            bench_view(live, Bench::new(None, Building::default())),
        );
    };
    let shown = RwSignal::new(None::<Result<OfficeForm, ApiFailure>>);
    let load = move || {
        shown.set(None);
        spawn_local(async move {
            drop(shown.try_set(Some(api::load_form(id).await)));
        });
    };
    load();
    let content = move || match shown.get() {
        None => skeleton(8).into_any(),
        Some(Err(failure)) => not_there(failure, load),
        Some(Ok(found)) => {
            let title = found.versions.first().map(|line| line.title.clone());
            let title = title.unwrap_or_else(|| found.form.name.clone());
            let begun = Building::of(&found.form, &title, language());
            bench_view(live, Bench::new(Some(id), begun))
        }
    };
    page(tr!(forms.new_version), view! { {content} }.into_any())
}

fn page(title: &'static str, content: AnyView) -> AnyView {
    view! {
        <a class="back" href=Route::Forms.href()>{icon(Icon::Left)} {tr!(modules.forms)}</a>
        {heading(title)}
        {content}
    }
    .into_any()
}

fn bench_view(live: Live, bench: Bench) -> AnyView {
    let questions = Memo::new(move |_| bench.form.with(Building::questions));
    let previewed = RwSignal::new(false);
    let discard = Callback::new(move |()| {
        bench.form.set(bench.begun.get_value());
        bench.tried.set(false);
        bench.end();
        focus::heading();
    });
    let go = use_navigate();
    let to = bench.of.map_or(Route::Forms, Route::OfficeForm);
    let cancel = move || {
        bench.end();
        go(&to.href(), NavigateOptions::default());
    };
    view! {
        {restored(bench.key(), Some(discard))}
        <div class="builder-tabs" role="group" aria-label=tr!(builder.shown)>
            {tab(previewed, false, tr!(builder.questions))}
            {tab(previewed, true, tr!(builder.preview))}
        </div>
        <div class="builder" class:builder-previewed=move || previewed.get()>
            <form class="builder-form" novalidate on:submit=submitting(bench, previewed) on:keydown=enter_stays>
                {summary(bench, previewed)}
                {name_field(bench)}
                {question_rows(bench)}
                {removed(bench)}
                <div class="actions">
                    <button type="button" class="btn" on:click=move |_| bench.add(Kind::YesNo)>
                        {icon(Icon::Plus)} {tr!(builder.add)}
                    </button>
                    <button type="button" class="btn" on:click=move |_| bench.add(Kind::Heading)>
                        {icon(Icon::Plus)} {tr!(builder.add_heading)}
                    </button>
                </div>
                {save_bar(bench.busy, cancel)}
            </form>
            <div class="builder-phone">
                <h2 class="section-title">{tr!(builder.preview)}</h2>
                {preview(live, questions)}
            </div>
        </div>
    }
    .into_any()
}

/// Where both have no room beside each other.
fn tab(previewed: RwSignal<bool>, this: bool, label: &'static str) -> AnyView {
    view! {
        <button
            type="button"
            class="btn"
            class:btn-primary=move || previewed.get() == this
            aria-pressed=move || (previewed.get() == this).to_string()
            on:click=move |_| previewed.set(this)
        >
            {label}
        </button>
    }
    .into_any()
}

fn name_field(bench: Bench) -> AnyView {
    // All versions of a form are called the same.
    let is_version = bench.of.is_some();
    let flaw = move || {
        bench.flaws.with(|flaws| {
            let found = flaws.iter().find(|flaw| flaw.1 == Part::Name);
            found.map(|(_, part, fault)| fault_text(*part, fault))
        })
    };
    let control = view! {
        <input
            id=NAME
            type="text"
            class="input w-full"
            dir="auto"
            autocomplete="off"
            maxlength=limits::TITLE_CHARS.to_string()
            readonly=is_version
            aria-invalid=move || flaw().is_some().then_some("true")
            aria-describedby=format!("{NAME}-flaw")
            prop:value=move || bench.form.with(|form| form.name.clone())
            on:input:target=move |event| {
                let name = event.target().value();
                bench.edit(|form| form.name = name);
            }
        />
    };
    let hint = is_version.then(|| view! { <p class="muted">{tr!(forms.version_hint)}</p> });
    view! { {field(NAME, tr!(builder.name), control.into_any(), flaw)} {hint} }.into_any()
}

/// What was taken away, and the way back.
fn removed(bench: Bench) -> AnyView {
    let line = move || {
        bench.removed.get().map(|(at, row)| {
            let text = tr!(builder.removed, name = row.label.trim());
            let back = move |_| {
                let (row, item) = (row.clone(), row.item.clone());
                bench.edit(|form| form.put_back(at, row));
                bench.removed.set(None);
                request_animation_frame(move || {
                    focus::by_id(&format!("built-{item}"));
                });
            };
            view! {
                <p class="built-removed">
                    <span class="wrap">{text}</span>
                    <button type="button" id=BACK class="btn btn-sm" on:click=back>
                        {icon(Icon::Undo)} {tr!(common.undo)}
                    </button>
                </p>
            }
        })
    };
    view! { <div role="status">{line}</div> }.into_any()
}

/// How much keeps the form from being saved, and the way to the first of it.
fn summary(bench: Bench, previewed: RwSignal<bool>) -> AnyView {
    let content = move || {
        let (count, of_form) = bench.flaws.with(|flaws| {
            let of_form = flaws.iter().find(|flaw| flaw.1 == Part::Form);
            let text = of_form.map(|(_, part, fault)| fault_text(*part, fault));
            (flaws.len(), text)
        });
        (count > 0).then(|| {
            let first = move |_| {
                previewed.set(false);
                bench.to_first();
            };
            let body = view! {
                <p>{tr!(builder.flaws, count = count)}</p>
                {of_form.map(|text| view! { <p>{text}</p> })}
                <button type="button" class="btn" on:click=first>{tr!(form.to_first)}</button>
            };
            notice(Tone::Error, body.into_any())
        })
    };
    view! { <div role="alert">{content}</div> }.into_any()
}

fn submitting(bench: Bench, previewed: RwSignal<bool>) -> impl Fn(SubmitEvent) + 'static {
    let (commands, go) = (use_commands(), StoredValue::new_local(use_navigate()));
    move |event: SubmitEvent| {
        event.prevent_default();
        let Some(commands) = commands.filter(|_| !bench.busy.get_untracked()) else {
            return;
        };
        bench.tried.set(true);
        let form = bench.form.get_untracked();
        if !form.flaws().is_empty() {
            previewed.set(false);
            return bench.to_first();
        }
        let known = bench.asked.get_value().filter(|(asked, _)| *asked == form);
        let id = match known {
            Some((_, id)) => id,
            None => match commands.new_id() {
                Ok(id) => TemplateId(id),
                Err(trouble) => return bench.toasts.show(Err(trouble)),
            },
        };
        let new = NewForm {
            id,
            name: form.name.trim().to_owned(),
            version_of: bench.of,
            questions: form.questions(),
        };
        bench.asked.set_value(Some((form, id)));
        bench.busy.set(true);
        bench.toasts.clear();
        spawn_local(async move {
            let answer = api::make_form(&new).await;
            let _ = bench.busy.try_set(false);
            match answer {
                Ok(made) => {
                    bench.end();
                    bench.toasts.show(Ok(match made.is_there {
                        true => tr!(forms.unchanged),
                        false => tr!(office.saved),
                    }));
                    let to = made.id.map_or(Route::Forms, Route::OfficeForm);
                    let options = NavigateOptions {
                        replace: true,
                        ..NavigateOptions::default()
                    };
                    // Nobody who has gone elsewhere meanwhile is fetched back.
                    let _ = go.try_with_value(|go| go(&to.href(), options));
                }
                Err(failure) => bench.toasts.show(Err(failure.into())),
            }
        });
    }
}
