//! What will become of the rows of a file, and what has: the counts, the rows of each sort, and the whole as a file.

use super::desk::{Desk, REPORT};
use super::labels::{field_label, rows_label, sort_label, wording};
use super::report_file::{Words, report_file};
use crate::shared::said::Told;
use crate::texts::language;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::fact;
use crate::view::view;
use afield_domain::Language;
use afield_platform::rescue::download;
use afield_protocol::{ImportLine, ImportReport, ImportSort};
use leptos::prelude::*;

/// Rows of a sort that the page shows; all of them are in the file.
const SHOWN: usize = 20;

/// The report of the last request, if there is one.
pub(super) fn report(desk: Desk) -> AnyView {
    let content = move || {
        desk.report
            .with(|report| report.as_ref().map(|report| all(desk, report)))
    };
    view! { {content} }.into_any()
}

fn count(report: &ImportReport, sort: ImportSort) -> u64 {
    match sort {
        ImportSort::Created => report.created,
        ImportSort::Updated => report.updated,
        ImportSort::Unchanged => report.unchanged,
        ImportSort::Kept => report.kept,
        ImportSort::Refused => report.refused,
        ImportSort::Other => 0,
    }
}

fn all(desk: Desk, report: &ImportReport) -> AnyView {
    let is_written = report.written;
    let title = match is_written {
        true => tr!(imports.done),
        false => tr!(imports.will),
    };
    let counts =
        ImportSort::ALL.map(|sort| fact(sort_label(sort, is_written), count(report, sort)));
    let also = report.also.iter().map(|also| {
        let label = match also.module.as_str() {
            "customer" => tr!(modules.customers),
            "property" => tr!(modules.properties),
            _ => tr!(modules.organizations),
        };
        fact(label, tr!(imports.also, count = also.count))
    });
    let also = also.collect_view();
    let assumed = wording().tell_all(&report.assumed_said, &report.assumed);
    let assumed = assumed.into_iter().map(remark).collect_view();
    let sorts = ImportSort::ALL
        .map(|sort| rows(report, sort))
        .collect_view();
    view! {
        <section class="section">
            <h2 id=REPORT class="section-title" tabindex="-1">{title}</h2>
            {is_written.then(|| notice(Tone::Info, view! { <p>{tr!(imports.done_hint)}</p> }.into_any()))}
            <dl class="card list facts import-card import-counts">{counts.collect_view()} {also}</dl>
            {assumed}
            {sorts}
            {end(desk, report)}
        </section>
    }
    .into_any()
}

/// The first rows of a sort, open where somebody has to look.
fn rows(report: &ImportReport, sort: ImportSort) -> Option<AnyView> {
    let all: Vec<&ImportLine> = report
        .lines
        .iter()
        .filter(|line| line.sort == sort)
        .collect();
    if all.is_empty() {
        return None;
    }
    let more = all.len().saturating_sub(SHOWN);
    let shown = all.iter().take(SHOWN).map(|line| row(line)).collect_view();
    let title = format!("{} ({})", sort_label(sort, report.written), all.len());
    let more = (more > 0).then(|| view! { <p class="muted">{tr!(imports.more, count = more)}</p> });
    let is_open = sort == ImportSort::Refused;
    Some(
        view! {
            <details class="import-sort" open=is_open>
                <summary>{title}</summary>
                <ul class="card list">{shown}</ul>
                {more}
            </details>
        }
        .into_any(),
    )
}

fn row(line: &ImportLine) -> AnyView {
    let fields: Vec<String> = line.fields.iter().map(|field| field_label(field)).collect();
    let fields = (!fields.is_empty()).then(|| view! { <p class="muted">{fields.join(", ")}</p> });
    let texts = wording().tell_all(&line.said, &line.texts);
    let texts = texts.into_iter().map(remark).collect_view();
    view! {
        <li class="row">
            <p>
                <span class="muted">{tr!(imports.line, line = line.line)}</span> " "
                <span class="font-semibold import-text" dir="auto">{line.name.clone()}</span>
            </p>
            {fields}
            {texts}
        </li>
    }
    .into_any()
}

fn remark(told: Told) -> AnyView {
    let lang = (!told.is_worded).then_some("en");
    view! { <p class="muted import-text" lang=lang dir="auto">{told.text}</p> }.into_any()
}

fn end(desk: Desk, report: &ImportReport) -> AnyView {
    let is_written = report.written;
    let changing = report.created + report.updated;
    let rows = match changing {
        1 => tr!(imports.import_one).to_owned(),
        rows => tr!(imports.import, count = rows),
    };
    let import = (!is_written && changing > 0).then(|| {
        view! {
            <button
                type="button"
                class="btn btn-primary btn-lg"
                aria-disabled=move || desk.busy.get().then_some("true")
                on:click=move |_| desk.run("import")
            >
                {rows}
            </button>
        }
    });
    let nothing = (!is_written && changing == 0).then(|| {
        notice(
            Tone::Info,
            view! { <p>{tr!(imports.nothing)}</p> }.into_any(),
        )
    });
    let busy = move || match desk.busy.get() {
        true => tr!(imports.working),
        false => "",
    };
    view! {
        {nothing}
        <div class="actions">
            {import}
            <button type="button" class="btn" on:click=move |_| save(desk)>{tr!(imports.save)}</button>
        </div>
        <p role="status" class="muted">{busy}</p>
    }
    .into_any()
}

/// Hands the whole report to the browser as a file.
fn save(desk: Desk) {
    let is_written = desk
        .report
        .with_untracked(|report| report.as_ref().is_some_and(|report| report.written));
    let words = Words {
        heads: [
            tr!(imports.head_line),
            tr!(imports.head_what),
            tr!(edit.name),
            tr!(imports.head_fields),
            tr!(imports.head_remarks),
        ],
        sort: &|line| sort_label(line.sort, is_written),
        field: &field_label,
        remarks: &|line| {
            let told = wording().tell_all(&line.said, &line.texts).into_iter();
            told.map(|told| told.text).collect::<Vec<_>>().join("; ")
        },
        separator: match language() {
            Language::German => ';',
            Language::English => ',',
        },
    };
    let file = desk.report.with_untracked(|report| {
        report
            .as_ref()
            .map(|report| report_file(&report.lines, &words))
    });
    if let Some(file) = file {
        let (rows, _) = rows_label(desk.form.with_untracked(|form| form.rows));
        let name = format!("{} {rows}.csv", tr!(pages.import));
        download(&name, "text/csv", file.as_bytes());
    }
}
