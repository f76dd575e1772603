//! An asset that nobody has entered yet: made on site, of the job's customer and at its place, and linked at once.

use super::removal::Tab;
use crate::runtime::commands::use_commands;
use crate::shared::job::material::linked;
use crate::shared::labels::reason_label;
use crate::shared::refusals::Reason;
use crate::shared::toast::use_toasts;
use crate::signal::RwSignal;
use crate::tr;
use crate::ui::focus;
use crate::ui::form::{enter_stays, field};
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use afield_domain::{Asset, AssetId, FieldEdit, FieldValue, Job, JobField, Op, Record, limits};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;

const NAME: &str = "new-asset-name";
const SERIAL: &str = "new-asset-serial";

/// The button, and the form behind it.
pub(super) fn new_asset(tab: Tab) -> AnyView {
    let is_open = RwSignal::new(false);
    let toggle = move |_| {
        is_open.update(|open| *open = !*open);
        request_animation_frame(move || {
            focus::by_id(NAME);
        });
    };
    view! {
        <button
            type="button"
            class="btn mt-3"
            aria-expanded=move || is_open.get().to_string()
            on:click=toggle
        >
            {icon(Icon::Plus)} {tr!(assets.new)}
        </button>
        {move || is_open.get().then(|| form(tab, is_open))}
    }
    .into_any()
}

fn form(tab: Tab, is_open: RwSignal<bool>) -> AnyView {
    let (commands, toasts) = (use_commands(), use_toasts());
    let (name, serial) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (is_flawed, busy) = (RwSignal::new(false), StoredValue::new(false));
    let save = move |event: SubmitEvent| {
        event.prevent_default();
        let job = tab
            .live
            .projection
            .with_untracked(|all| all.job(tab.job).cloned());
        let made = name.with_untracked(|name| !name.trim().is_empty());
        is_flawed.set(!made);
        if !made {
            focus::by_id(NAME);
            return;
        }
        let (Some(commands), Some(job), false) = (commands, job, busy.get_value()) else {
            return;
        };
        let Ok(id) = commands.new_id() else { return };
        busy.set_value(true);
        let ops = ops(
            &job,
            AssetId(id),
            name.get_untracked(),
            serial.get_untracked(),
        );
        let then = move |is_done: bool| {
            let _ = busy.try_set_value(false);
            if is_done {
                is_open.set(false);
                focus::heading();
            }
        };
        let work = Box::pin(commands.save_together(ops));
        toasts.run(work, tr!(common.saved), Box::new(then));
    };
    let flaw = move || is_flawed.get().then(|| reason_label(&Reason::Empty));
    view! {
        <form
            class="card pad picker"
            aria-label=tr!(assets.new)
            novalidate
            on:submit=save
            on:keydown=enter_stays
        >
            {field(NAME, tr!(assets.new_name), line(NAME, name), flaw)}
            {field(SERIAL, tr!(assets.new_serial), line(SERIAL, serial), || None)}
            <button type="submit" class="btn btn-primary">{tr!(assets.new_add)}</button>
        </form>
    }
    .into_any()
}

fn line(id: &'static str, value: RwSignal<String>) -> AnyView {
    view! {
        <input
            id=id
            type="text"
            class="input w-full"
            dir="auto"
            autocomplete="off"
            maxlength=limits::LINE_CHARS.to_string()
            aria-describedby=format!("{id}-flaw")
            on:input:target=move |event| value.set(event.target().value())
        />
    }
    .into_any()
}

/// The asset, and its link to the job.
fn ops(job: &Job, id: AssetId, name: String, serial: String) -> Vec<Op> {
    let asset = Asset {
        archived: false,
        id,
        name,
        model: String::new(),
        serial,
        code: String::new(),
        location: String::new(),
        installed: String::new(),
        customer: job.customer,
        property: job.property,
    };
    let link = FieldEdit {
        field: JobField::Asset,
        item: id.to_string(),
        base: FieldValue::Nothing,
        new: linked(),
    };
    vec![
        Op::Create {
            record: Box::new(Record::Asset(asset)),
        },
        Op::EditJob {
            job: job.id,
            edits: vec![link],
            settles: None,
        },
    ]
}
