//! The pages, each in its piece of the app.
//!
//! Owns which page is in which piece. Must never draw anything itself.

use crate::chunk::chunk;
use crate::features::{
    company, customers, day_route, devices, dispatch, export, forms, imports, job, job_edit,
    job_list, office_conflicts, office_job, office_new, office_records, office_series, people,
    preview, ready, receipts, records, rescue, rights, settings, share, sign_in, sync, tasks,
    today,
};
use crate::routes::Route;
use crate::runtime::commands::use_commands;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::shared::mode_note::work_with;
use crate::ui::later::later;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::sync::Arc;

chunk!(day: pub(super) fn of_day(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    match route {
        Route::Jobs => job_list::page::list_page(account, live),
        _ => today::page::today_page(account, live),
    }
});

chunk!(work: pub(super) fn of_work(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    let key = match route {
        Route::Job(job) | Route::Task(job, _) => Some(job.into()),
        Route::Record(key) => Some(key),
        _ => None,
    };
    if let Some(key) = key {
        work_with(use_commands(), key);
    }
    match route {
        Route::Job(id) => job::detail_page::detail_page(account, live, id),
        Route::JobEdit(id) => job_edit::edit_page::edit_page(account, live, id),
        Route::Task(job, task) => tasks::task_page::task_page(account, live, job, task),
        Route::DayRoute(id) => day_route::page::route_page(account, live, id),
        Route::Record(key) => records::record_page::record_page(account, live, key),
        _ => job_edit::new_page::new_page(account, live),
    }
});

chunk!(seldom: pub(super) fn of_seldom(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    match route {
        Route::Report(id) => job::report::report_page(account, live, id),
        Route::Submission(job, id) => tasks::submission_page::submission_page(account, live, job, id),
        Route::Share => share::page::share_page(account, live),
        Route::Sync => sync::page::sync_page(account, live),
        Route::Ready => ready::page::ready_page(account, live),
        Route::Receipts => receipts::page::receipts_page(account, live),
        Route::Rescue => rescue::page::rescue_page(account, live),
        _ => settings::page::settings_page(account),
    }
});

chunk!(seldom: pub(super) fn of_link(said: String) -> AnyView {
    match said.split_once('=') {
        Some(("failed", why)) => sign_in::failed::failed_page(why),
        Some((_, link)) => people::link::link_page(link.to_owned()),
        None => people::link::link_page(said),
    }
});

chunk!(office: pub(super) fn of_office(account: Arc<Account>) -> AnyView {
    dispatch::page::board_page(account)
});

chunk!(desk: pub(super) fn of_desk(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    match route {
        Route::Conflicts => office_conflicts::page::conflicts_page(account),
        Route::OfficeJob(job) => office_job::page::job_page(account, live, job),
        _ => office_new::page::new_page(account, live),
    }
});

chunk!(house: pub(super) fn of_house(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    match route {
        Route::Customers => customers::list_page::list_page(),
        Route::OfficeCustomer(id) => customers::page::customer_page(account, id),
        Route::Series(id) => office_series::page::series_page(account, id),
        Route::Forms => forms::list_page::list_page(),
        Route::OfficeForm(id) => forms::page::form_page(account, live, id),
        Route::FormBuilder(of) => forms::builder::builder_page(live, of),
        Route::FormImport => forms::import_page::import_page(live),
        Route::Assets => office_records::assets_page::assets_page(),
        Route::Parts => office_records::parts_page::parts_page(),
        Route::Import => imports::page::import_page(),
        Route::Devices => devices::page::devices_page(account),
        Route::Preview(of) => preview::page::preview_page(account, of),
        Route::Export => export::page::export_page(&account),
        Route::Rights => rights::page::rights_page(account),
        Route::People => people::page::people_page(account),
        _ => company::page::company_page(account),
    }
});

chunk!(day: fn touch_day() -> () {});
chunk!(work: fn touch_work() -> () {});
chunk!(office: fn touch_office() -> () {});
chunk!(seldom: fn touch_seldom() -> () {});
chunk!(desk: fn touch_desk() -> () {});
chunk!(house: fn touch_house() -> () {});

/// Today or the job list.
pub(super) fn day(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    later(Box::new(move || {
        Box::pin(of_day(Arc::clone(&account), live, route))
    }))
}

/// One of a technician's other pages.
pub(super) fn work(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    later(Box::new(move || {
        Box::pin(of_work(Arc::clone(&account), live, route))
    }))
}

/// One that is opened seldom.
pub(super) fn seldom(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    later(Box::new(move || {
        Box::pin(of_seldom(Arc::clone(&account), live, route))
    }))
}

/// The page on which somebody sets their password, or reads why their company's own sign-in failed.
pub(super) fn by_link(said: String) -> AnyView {
    later(Box::new(move || Box::pin(of_link(said.clone()))))
}

/// The board; the office's other pages come behind it.
pub(super) fn office(account: Arc<Account>) -> AnyView {
    spawn_local(async {
        if touch_office().await.is_ok() && touch_desk().await.is_ok() {
            let _ = touch_house().await;
        }
    });
    later(Box::new(move || Box::pin(of_office(Arc::clone(&account)))))
}

/// One of the office's pages behind the board that are opened seldom.
pub(super) fn house(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    later(Box::new(move || {
        Box::pin(of_house(Arc::clone(&account), live, route))
    }))
}

/// One of the office's pages of jobs.
pub(super) fn desk(account: Arc<Account>, live: Live, route: Route) -> AnyView {
    later(Box::new(move || {
        Box::pin(of_desk(Arc::clone(&account), live, route))
    }))
}

/// Brings the pieces before anybody asks for a page of them, so that a page opens at once and no update takes away
/// what this page still needs. One that does not come is asked for again by the page that needs it.
pub(super) async fn bring_all(is_office: bool) {
    if is_office {
        let _ = touch_office().await;
    }
    let _ = touch_day().await;
    let _ = touch_work().await;
    let _ = touch_seldom().await;
    // Whoever is not of the office has no use for it.
    if is_office {
        let _ = touch_desk().await;
        let _ = touch_house().await;
    }
}
