//! What the phone holds, how large that is, and what it leaves out and why.
//!
//! As of when the page was opened; needs the server.

use super::view_model::{files_left_out, lines, sum};
use crate::kinds::module_label;
use crate::runtime::session::Account;
use crate::shared::amounts::bytes_text;
use crate::texts::language;
use crate::tr;
use crate::view::view;
use afield_protocol::Preview;
use leptos::prelude::*;

/// The list.
pub(super) fn holds(account: &Account, preview: &Preview) -> AnyView {
    let day = |at| account.zone.day(at).short(language());
    let size = |bytes| bytes_text(bytes, language());
    let rows = lines(preview).into_iter().map(|line| {
        view! {
            <tr>
                <th scope="row">{module_label(line.module)}</th>
                <td>{line.count}</td>
                <td>{size(line.bytes)}</td>
            </tr>
        }
    });
    let (count, bytes) = sum(preview);
    let left = files_left_out(preview);
    let left_out = [
        (preview.earlier > 0).then(|| tr!(preview.earlier, count = preview.earlier)),
        (preview.later > 0).then(|| tr!(preview.later_jobs, count = preview.later)),
        (left > 0).then(|| tr!(preview.files_left, size = size(left))),
    ];
    let left_out: Vec<_> = left_out
        .into_iter()
        .flatten()
        .map(|line| view! { <li>{line}</li> })
        .collect();
    let is_all = left_out.is_empty();
    view! {
        <div class="preview-holds">
            <h2 class="section-title">{tr!(preview.holds)}</h2>
            <p class="muted">
                {tr!(preview.days, from = day(preview.from), until = day(preview.until.plus_ms(-1)))}
            </p>
            <table class="preview-table">
                <thead>
                    <tr>
                        <th scope="col">{tr!(preview.kind)}</th>
                        <th scope="col">{tr!(preview.count)}</th>
                        <th scope="col">{tr!(preview.size)}</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
                <tfoot>
                    <tr>
                        <th scope="row">{tr!(preview.all)}</th>
                        <td>{count}</td>
                        <td>{size(bytes)}</td>
                    </tr>
                </tfoot>
            </table>
            <p>{tr!(preview.files, count = preview.files, size = size(preview.file_bytes), budget = size(preview.files_budget))}</p>
            <h2 class="section-title">{tr!(preview.left_out)}</h2>
            {is_all.then(|| view! { <p class="muted">{tr!(preview.nothing_left)}</p> })}
            <ul class="preview-left">{left_out}</ul>
            <p class="muted">{tr!(preview.others)}</p>
        </div>
    }
    .into_any()
}
