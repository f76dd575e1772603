//! The tabs of a job's page: links, so that each has an address of its own.

use crate::effect::Effect;
use crate::memo::Memo;
use crate::routes::JobTab;
use crate::shared::progress::JobProgress;
use crate::tr;
use crate::view::view;
use afield_domain::JobId;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

const STRIP: &str = "job-tabs";
// What is seen of the tab before the one that is shown.
const PEEK: i32 = 48;

/// The tabs of `job`, with what there is to do in each.
pub(super) fn tabs(job: JobId, tab: Memo<JobTab>, progress: Memo<JobProgress>) -> AnyView {
    Effect::new(move |_| {
        tab.track();
        request_animation_frame(show_current);
    });
    let one = |of: JobTab| {
        let is_shown = move || tab.get() == of;
        view! {
            <li>
                // Where the reader stands on the page stays, and going back leaves the job.
                <a
                    class="job-tab"
                    href=of.href(job)
                    aria-current=move || is_shown().then_some("page")
                    data-noscroll=""
                    prop:replace=true
                >
                    {tab_label(of)}
                    {move || count(of, progress.get())}
                </a>
            </li>
        }
    };
    let all = JobTab::ALL.map(one).collect_view();
    view! {
        <nav class="job-tabs" aria-label=tr!(job.parts)>
            <ul id=STRIP class="job-tab-strip">{all}</ul>
        </nav>
    }
    .into_any()
}

/// On a phone the strip is wider than the screen.
fn show_current() {
    let Some(strip) = document().get_element_by_id(STRIP) else {
        return;
    };
    let current = strip.query_selector("[aria-current]").ok().flatten();
    let current = current.and_then(|link| link.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(link) = current {
        strip.set_scroll_left(link.offset_left() - PEEK);
    }
}

fn tab_label(tab: JobTab) -> &'static str {
    match tab {
        JobTab::Overview => tr!(job.tab_overview),
        JobTab::Checklist => tr!(job.tab_checklist),
        JobTab::Tasks => tr!(job.tab_tasks),
        JobTab::Material => tr!(job.tab_material),
        JobTab::Notes => tr!(job.notes),
        JobTab::History => tr!(job.tab_history),
    }
}

fn count(tab: JobTab, progress: JobProgress) -> Option<AnyView> {
    let of = |done: usize, all: usize| {
        let spoken = tr!(job.done_of, done = done, all = all);
        (all > 0).then(|| badge(format!("{done}/{all}"), spoken))
    };
    match tab {
        JobTab::Checklist => of(progress.answered, progress.questions),
        JobTab::Tasks => of(progress.tasks_closed, progress.tasks),
        JobTab::Notes if progress.notes > 0 => Some(badge(
            progress.notes.to_string(),
            progress.notes.to_string(),
        )),
        _ => None,
    }
}

fn badge(seen: String, spoken: String) -> AnyView {
    view! {
        <span class="job-tab-count" aria-hidden="true">{seen}</span>
        <span class="sr-only">{format!(" {spoken}")}</span>
    }
    .into_any()
}
