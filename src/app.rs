//! The app: what is provided once, and which page the address asks for.
//!
//! Owns the start-up order: databases, session, picture, then the first pass. Must never fetch or
//! decide anything that a page needs by itself.

mod pages;

use crate::chunk::{Work, chunk};
use crate::effect::Effect;
use crate::error::Trouble;
use crate::features::job_list::search_index::provide_search;
use crate::features::sign_in;
use crate::kinds::page_label;
use crate::memo::Memo;
use crate::routes::Route;
use crate::runtime::clock::provide_clock;
use crate::runtime::commands::{Commands, provide_commands};
use crate::runtime::engine::EngineHandle;
use crate::runtime::fetching::keep_files_here;
use crate::runtime::live::{Live, provide_live};
use crate::runtime::prefs;
use crate::runtime::session::{Session, SessionState, provide_session};
use crate::runtime::sync_driver::{SyncDriver, provide_sync_driver};
use crate::runtime::sync_status::{SyncState, provide_sync_state};
use crate::runtime::worker_client::provide_updates;
use crate::shared::drafts::{Drafts, provide_drafts};
use crate::shared::install::provide_installation;
use crate::shared::labels::trouble_text;
use crate::shared::toast;
use crate::shared::waiting_files::count_unsent;
use crate::shell::{banners, frame};
use crate::tr;
use crate::ui::icon::Icon;
use crate::ui::{focus, notice, parts};
use crate::view::view;
use afield_domain::UserId;
use afield_platform::{badge, connectivity, notices, worker};
use afield_protocol::worker_message::Notice;
use afield_sync::driver::Event;
use futures::future::join;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::NavigateOptions;
use leptos_router::components::Router;
use leptos_router::hooks::{use_location, use_navigate};
use leptos_router::location::{BrowserUrl, LocationProvider};

/// Mounts the app.
#[allow(clippy::disallowed_methods)] // That there is none in a worker is what it asks.
pub fn start() {
    // In the service worker, which runs the same module, there is nothing to draw on.
    if web_sys::window().is_none() {
        return;
    }
    // A release stops without a word: xtask/src/panics.rs.
    #[cfg(not(afield_split))]
    console_error_panic_hook::set_once();
    prefs::show_theme(prefs::theme());
    prefs::start_in_loaded_language();
    leptos::mount::mount_to_body(|| view! { <Router>{app()}</Router> });
}

fn app() -> impl IntoView {
    provide_meta_context();
    let engine = EngineHandle::new();
    provide_clock(engine);
    let session = provide_session();
    let sync = provide_sync_state();
    let live = provide_live(engine, session, sync);
    provide_search(live);
    keep_files_here(engine, live, sync);
    let driver = provide_sync_driver(engine, session, sync);
    let commands = provide_commands(engine, session, live, driver);
    let toasts = toast::provide_toasts();
    let drafts = provide_drafts(session);
    provide_updates(sync);
    open_what_is_tapped();
    provide_installation();
    // Nobody ever signed in here: the form can be drawn while the engine is still on its way.
    if prefs::is_new() {
        session.settle();
    }
    follow_session(session, sync, commands);
    let parts = Parts {
        engine,
        session,
        live,
        driver,
        commands,
        drafts,
    };
    spawn_local(start_all(parts));

    let route = current_route();
    let unsent = count_unsent(sync);
    // Other settings of the company draw no page anew: what somebody has in hand there stays.
    let shown = Memo::new(move |_| session.shown());
    let revoked = Memo::new(move |_| sync.status.with(|status| status.revoked));
    Effect::new(move |_| badge::set(unsent.get()));
    view! {
        <Title text=move || title(route.get()) />
        {frame::skip_link()}
        <div class="frame">
            {frame::top_bar()}
            {move || session.account().filter(|_| !revoked.get()).map(|_| frame::navigation(route))}
            <main id="main" tabindex="-1">
                {banners::banners(live, route)}
                {move || {
                    shown.get();
                    page(session, live, route, revoked.get())
                }}
            </main>
        </div>
        {toast::toast_area(toasts)}
    }
}

/// Who is signed in and what they may is asked at the start, again now and then, and when a pull has told that the
/// company is set otherwise. What the server says to a user ends with them, also if another tab signs in somebody else.
fn follow_session(session: Session, sync: SyncState, commands: Commands) {
    const EVERY: u32 = 5;
    let contact = Memo::new(move |_| sync.status.with(|status| status.last_sync));
    let settings = Memo::new(move |_| {
        let info = &session.account()?.signed_in.info;
        Some((info.user.id, info.company.settings))
    });
    let told = StoredValue::new(None);
    Effect::new(move |contacts: Option<u32>| {
        contact.get();
        let before = told.get_value();
        let now = settings.get();
        told.set_value(now);
        let is_set_otherwise = before.is_some() && now.is_some() && before != now;
        let user = |known: Option<(UserId, u64)>| known.map(|(user, _)| user);
        let is_other = before.is_some() && user(before) != user(now);
        let contacts = contacts.unwrap_or_default() + 1;
        if contacts > 1 {
            let is_due = is_set_otherwise || contacts.is_multiple_of(EVERY);
            commands.ask(is_due, is_other);
        }
        contacts
    });
}

/// What the start-up works on.
#[derive(Clone, Copy)]
struct Parts {
    engine: EngineHandle,
    session: Session,
    live: Live,
    driver: SyncDriver,
    commands: Commands,
    drafts: Drafts,
}

chunk!(engine: fn start_up(parts: Parts) -> Work<()> { Box::pin(parts.start_up()) });

/// Brings the engine and starts it, then the rest of the app.
async fn start_all(parts: Parts) {
    match start_up(parts).await {
        Ok(starting) => starting.await,
        Err(missing) => parts.session.fail(missing.into()),
    }
    parts.commands.start.end();
    let account = parts.session.account_now();
    pages::bring_all(account.is_some_and(|account| account.is_office())).await;
}

impl Parts {
    async fn start_up(self) {
        let (session, driver, drafts, live) = (self.session, self.driver, self.drafts, self.live);
        // What was typed must be there when the first input is drawn.
        let opening = self.engine.open(|| session.fail(Trouble::StorageSilent));
        let ((), opened) = join(drafts.load(), opening).await;
        if let Err(error) = opened {
            session.fail(Trouble::from(error));
            return;
        }
        session.open();
        // Lives as long as the page: there is no moment at which it should stop listening.
        std::mem::forget(notices::subscribe(move |notice| {
            driver.hear(&notice);
            if notice == Notice::Drafts {
                drafts.hear();
            }
            live.hear(notice);
        }));
        // What was told before anybody listened, or while the page was frozen, is looked up.
        drafts.hear();
        connectivity::on_visible(move || {
            drafts.hear();
            live.look_again();
        });
        live.load().await;
        driver.listen();
        let is_known = session.account_now().is_some();
        if is_known {
            driver.tell(Event::Started);
        }
        self.commands.restore_session().await;
        session.settle();
        if !is_known && session.account_now().is_some() {
            driver.tell(Event::SignedIn);
        }
    }
}

/// The page of the address; completes the router's navigations, and moves the focus to the new
/// page's heading.
fn current_route() -> Memo<Route> {
    let location = use_location();
    let route = Memo::new(move |_| location.pathname.with(|path| Route::parse(path)));
    let browser = use_context::<BrowserUrl>();
    Effect::new(move |before: Option<String>| {
        let path = location.pathname.get();
        if let Some(browser) = &browser {
            browser.ready_to_complete();
        }
        if before.is_some_and(|before| before != path) {
            request_animation_frame(focus::heading);
        }
        path
    });
    route
}

fn title(route: Route) -> String {
    let page = match route {
        Route::Home => return tr!(common.brand).to_owned(),
        Route::Today => tr!(pages.today),
        Route::Jobs => tr!(pages.jobs),
        Route::Job(_) | Route::OfficeJob(_) => tr!(pages.job),
        Route::OfficeNew => tr!(pages.new_job),
        Route::Customers => tr!(modules.customers),
        Route::Forms | Route::OfficeForm(_) | Route::FormBuilder(_) | Route::FormImport => {
            tr!(modules.forms)
        }
        Route::OfficeCustomer(_) => tr!(pages.customer),
        Route::Assets => tr!(modules.assets),
        Route::Parts => tr!(modules.parts),
        Route::Rights => tr!(pages.rights),
        Route::People => tr!(pages.people),
        Route::JobEdit(_) => tr!(pages.edit_job),
        Route::JobNew => tr!(pages.new_job),
        Route::Task(..) => tr!(pages.task),
        Route::Submission(..) => tr!(pages.submission),
        Route::Report(_) => tr!(pages.report),
        Route::Record(key) => page_label(key.module),
        Route::DayRoute(_) => tr!(pages.route),
        Route::Share => tr!(pages.share),
        Route::Sync => tr!(pages.sync),
        Route::Ready => tr!(pages.ready),
        Route::Receipts => tr!(pages.receipts),
        Route::Rescue => tr!(pages.rescue),
        Route::Settings => tr!(pages.settings),
        Route::Board => tr!(pages.board),
        Route::Conflicts => tr!(conflict.title),
        Route::Export => tr!(pages.export),
        Route::Series(_) => tr!(pages.series),
        Route::Import => tr!(pages.import),
        Route::Company => tr!(pages.company),
        Route::Devices => tr!(pages.devices),
        Route::Preview(_) => tr!(pages.preview),
        Route::SignIn => tr!(pages.sign_in),
        Route::NotFound => tr!(pages.not_found),
    };
    tr!(pages.title, page = page, brand = tr!(common.brand))
}

fn page(session: Session, live: Live, route: Memo<Route>, revoked: bool) -> AnyView {
    match untrack(|| session.state()) {
        SessionState::Opening => opening().into_any(),
        SessionState::SignedOut if route.get() == Route::SignIn && link_of().is_some() => {
            pages::by_link(link_of().unwrap_or_default())
        }
        SessionState::SignedOut => sign_in::page::sign_in_page(None).into_any(),
        SessionState::Broken(trouble) => broken(&trouble).into_any(),
        SessionState::SignedIn(_)
            if revoked && route.get() == Route::SignIn && link_of().is_some() =>
        {
            pages::by_link(link_of().unwrap_or_default())
        }
        SessionState::SignedIn(account) if revoked => {
            sign_in::page::sign_in_page(Some(account)).into_any()
        }
        SessionState::SignedIn(account) => match route.get() {
            Route::Home => home(account.is_office()).into_any(),
            route @ (Route::Today | Route::Jobs) => pages::day(account, live, route),
            Route::Board if account.is_office() => pages::office(account),
            route @ (Route::OfficeJob(_) | Route::OfficeNew | Route::Conflicts)
                if account.is_office() =>
            {
                pages::desk(account, live, route)
            }
            route @ (Route::Customers
            | Route::OfficeCustomer(_)
            | Route::Forms
            | Route::OfficeForm(_)
            | Route::FormBuilder(_)
            | Route::FormImport
            | Route::Series(_)
            | Route::Assets
            | Route::Parts
            | Route::Export
            | Route::Import
            | Route::Devices
            | Route::Preview(_)
            | Route::Company)
                if account.is_office() =>
            {
                pages::house(account, live, route)
            }
            route @ (Route::Rights | Route::People) if account.is_admin() => {
                pages::house(account, live, route)
            }
            Route::SignIn if link_of().is_some() => pages::by_link(link_of().unwrap_or_default()),
            Route::SignIn => sign_in::page::sign_in_page(Some(account)).into_any(),
            Route::Board
            | Route::OfficeJob(_)
            | Route::OfficeNew
            | Route::Customers
            | Route::OfficeCustomer(_)
            | Route::Forms
            | Route::OfficeForm(_)
            | Route::FormBuilder(_)
            | Route::FormImport
            | Route::Series(_)
            | Route::Assets
            | Route::Parts
            | Route::Conflicts
            | Route::Export
            | Route::Import
            | Route::Company
            | Route::Devices
            | Route::Preview(_)
            | Route::Rights
            | Route::People
            | Route::NotFound => not_found().into_any(),
            route @ (Route::Report(_)
            | Route::Submission(..)
            | Route::Share
            | Route::Sync
            | Route::Ready
            | Route::Receipts
            | Route::Rescue
            | Route::Settings) => pages::seldom(account, live, route),
            route => pages::work(account, live, route),
        },
    }
}

/// What somebody comes to the sign-in page with: a link to set a password by, or why their company's own sign-in failed.
/// Behind the `#`: no server and nothing on the way writes it down.
fn link_of() -> Option<String> {
    let said = |hash: &String| {
        let said = hash.trim_start_matches('#');
        (said.starts_with("link=") || said.starts_with("failed=")).then(|| said.to_owned())
    };
    use_location().hash.with(said)
}

/// `/` goes on to the page that this user starts with.
fn home(is_office: bool) -> impl IntoView {
    let navigate = use_navigate();
    let to = if is_office {
        Route::Board
    } else {
        Route::Today
    };
    Effect::new(move |_| {
        let options = NavigateOptions {
            replace: true,
            ..NavigateOptions::default()
        };
        navigate(&to.href(), options);
    });
}

/// A notification that is tapped leads to its page like a link.
fn open_what_is_tapped() {
    let navigate = use_navigate();
    worker::on_open(move |path| navigate(path, NavigateOptions::default()));
}

fn opening() -> impl IntoView {
    view! {
        {parts::heading(tr!(shell.opening))}
        {parts::skeleton(4)}
    }
}

fn broken(trouble: &Trouble) -> impl IntoView {
    let body = view! {
        <p role="alert">{trouble_text(trouble)}</p>
        <button
            type="button"
            class="btn btn-primary"
            on:click=move |_| {
                let _ = window().location().reload();
            }
        >
            {tr!(common.retry)}
        </button>
        // Needs neither the app nor all of its storage.
        <a class="link" href="/rescue.html" rel="external">{tr!(shell.rescue)}</a>
    };
    view! {
        {parts::heading(match trouble {
            Trouble::NotLoaded => tr!(shell.part_missing),
            _ => tr!(shell.broken),
        })}
        {notice::notice(notice::Tone::Error, body.into_any())}
    }
}

fn not_found() -> impl IntoView {
    let way = view! { <a class="link" href="/">{tr!(shell.not_found_way)}</a> };
    view! {
        {parts::heading(tr!(pages.not_found))}
        {parts::empty(Icon::Search, tr!(shell.not_found), way)}
    }
}
