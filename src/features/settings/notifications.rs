//! Being told while the app is closed: whether, of what, and when not.
//!
//! Must never ask the browser's question without a tap, nor say that somebody is told before the server has agreed.

use super::told::{Offer, Said, Side, Wish, clock_of, minutes_of, plan_offer};
use crate::error::Trouble;
use crate::memo::Memo;
use crate::runtime::prefs;
use crate::runtime::session::{Session, use_session};
use crate::runtime::told_again;
use crate::shared::install::use_place;
use crate::shared::labels::trouble_text;
use crate::signal::RwSignal;
use crate::texts::language;
use crate::tr;
use crate::ui::notice::{Tone, notice};
use crate::ui::parts::section;
use crate::view::view;
use afield_domain::UserId;
use afield_platform::api;
use afield_platform::install::Place;
use afield_platform::notifications::{self, NotTold, Permission};
use afield_protocol::NotificationWishes;
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What this device is told, as far as the page knows.
#[derive(Clone, Copy)]
struct Told {
    session: Session,
    user: Option<UserId>,
    permission: RwSignal<Permission>,
    is_on: RwSignal<bool>,
    wishes: RwSignal<NotificationWishes>,
    /// What the server has agreed to; what is shown goes back to it when something else is not taken.
    kept: RwSignal<Option<NotificationWishes>>,
    sending: RwSignal<bool>,
    flaw: RwSignal<Option<String>>,
}

/// The part: a switch, and behind it the kinds and the quiet hours; or why there is none.
pub(super) fn notifications_part() -> impl IntoView {
    let session = use_session();
    let account = session.account_now();
    let told = Told {
        session,
        user: account.map(|account| account.signed_in.info.user.id),
        permission: RwSignal::new(notifications::permission()),
        is_on: RwSignal::new(false),
        wishes: RwSignal::default(),
        kept: RwSignal::default(),
        sending: RwSignal::new(false),
        flaw: RwSignal::default(),
    };
    let place = use_place();
    spawn_local(told.load());
    // Whoever has been to the browser's settings comes back to the page.
    let watch = window_event_listener_untyped("visibilitychange", move |_| {
        told.permission.set(notifications::permission());
    });
    on_cleanup(move || watch.remove());
    let is_apples = move || place.get() == Place::AppleBrowser;
    let offer = Memo::new(move |_| plan_offer(told.said(), is_apples()));
    let content = view! {
        <div class="card pad stack">
            {move || match offer.get() {
                Offer::Missing => said(tr!(notifications.missing)),
                Offer::InstallFirst => said(tr!(notifications.install_first)),
                Offer::Blocked => {
                    notice(Tone::Warning, said(tr!(notifications.blocked))).into_any()
                }
                Offer::Switch => switches(told),
            }}
            <div aria-live="polite">
                {move || told.flaw.get().map(|flaw| {
                    notice(Tone::Error, view! { <p>{flaw}</p> }.into_any())
                })}
            </div>
        </div>
    };
    section(tr!(notifications.title), content.into_any())
}

fn said(text: &'static str) -> AnyView {
    view! { <p>{text}</p> }.into_any()
}

fn switches(told: Told) -> AnyView {
    let turn = move |on: bool| {
        told.is_on.set(on);
        told.flaw.set(None);
        spawn_local(told.turn(on));
    };
    let is_on = Memo::new(move |_| told.is_on.get());
    let is_told = Memo::new(move |_| told.kept.with(Option::is_some));
    view! {
        {switch(tr!(notifications.label), is_on, Box::new(turn))}
        <p class="muted">{tr!(notifications.hint)}</p>
        {move || is_told.get().then(|| wishes(told))}
    }
    .into_any()
}

fn wishes(told: Told) -> AnyView {
    let of = move |wish: Wish| {
        let is_on = Memo::new(move |_| told.wishes.with(|wishes| wish.is_on(wishes)));
        let set = move |on| told.wish(wish.switched(told.wishes.get_untracked(), on));
        (is_on, switch(label(wish), is_on, Box::new(set)))
    };
    let (is_quiet, quiet) = of(Wish::Quiet);
    view! {
        <div role="group" aria-labelledby="told-of">
            <p class="font-semibold" id="told-of">{tr!(notifications.of)}</p>
            {Vec::from(Wish::KINDS.map(|wish| of(wish).1))}
        </div>
        <div role="group" aria-labelledby="quiet-hours">
            <p class="font-semibold" id="quiet-hours">{tr!(notifications.quiet)}</p>
            {quiet}
            {move || is_quiet.get().then(|| quiet_hours(told))}
            <p class="muted">{tr!(notifications.quiet_hint)}</p>
        </div>
    }
    .into_any()
}

fn quiet_hours(told: Told) -> AnyView {
    view! {
        <div class="flex flex-wrap gap-3">
            {Vec::from([Side::From, Side::To].map(|side| time(told, side)))}
        </div>
    }
    .into_any()
}

fn time(told: Told, side: Side) -> AnyView {
    let (id, label) = match side {
        Side::From => ("quiet-from", tr!(notifications.from)),
        Side::To => ("quiet-to", tr!(notifications.to)),
    };
    let value = Memo::new(move |_| told.wishes.with(|wishes| clock_of(side.of(wishes))));
    let take = move |input: web_sys::HtmlInputElement| match minutes_of(&input.value()) {
        Some(at) => told.wish(side.set(told.wishes.get_untracked(), at)),
        // One that was emptied is as it was.
        None => input.set_value(&value.get_untracked()),
    };
    view! {
        <div class="field min-w-36">
            <label for=id>{label}</label>
            <input
                id=id
                type="time"
                class="input"
                prop:value=move || value.get()
                on:change:target=move |event| take(event.target())
            />
        </div>
    }
    .into_any()
}

fn switch(label: &'static str, is_on: Memo<bool>, set: Box<dyn Fn(bool)>) -> AnyView {
    view! {
        <label class="line">
            <input
                type="checkbox"
                class="toggle"
                role="switch"
                prop:checked=move || is_on.get()
                on:change:target=move |event| set(event.target().checked())
            />
            <span>{label}</span>
        </label>
    }
    .into_any()
}

fn label(wish: Wish) -> &'static str {
    match wish {
        Wish::Assigned => tr!(notifications.assigned),
        Wish::Status => tr!(notifications.status),
        Wish::Changed => tr!(notifications.changed),
        Wish::Quiet => tr!(notifications.quiet_label),
    }
}

fn flaw_text(why: NotTold) -> String {
    match why {
        NotTold::NoAddress => tr!(notifications.no_address).to_owned(),
        NotTold::Refused(_) => tr!(notifications.refused).to_owned(),
        NotTold::Server(failure) => trouble_text(&Trouble::from(failure)),
    }
}

impl Told {
    fn said(self) -> Said {
        match self.permission.get() {
            Permission::Missing => Said::Missing,
            Permission::Blocked => Said::Blocked,
            Permission::Unasked | Permission::Granted => Said::Open,
        }
    }

    /// Whether this device is told, and of what: by the server, which tells.
    async fn load(self) {
        if let Some(user) = self.user {
            told_again::see_to_it(user).await;
        }
        let Some(endpoint) = notifications::endpoint().await else {
            return;
        };
        match api::load_notifications().await {
            Ok(set) => {
                let mut all = set.subscriptions.into_iter();
                let own = all.find(|one| one.endpoint == endpoint);
                if let Some(own) = own {
                    self.show(own.wishes);
                    // The app speaks another language since.
                    if own.language != language().tag() {
                        let _ = notifications::set(language().tag(), own.wishes).await;
                    }
                }
            }
            Err(failure) => self.fail(NotTold::Server(failure)),
        }
    }

    fn show(self, wishes: NotificationWishes) {
        self.keep(Some(wishes));
        self.wishes.try_set(wishes);
        self.is_on.try_set(true);
    }

    /// The server has agreed to these; none when this device is told no more.
    fn keep(self, wishes: Option<NotificationWishes>) {
        self.kept.try_set(wishes);
        // An answer may come after its user has signed out: that ended it.
        let is_here = self.session.account_now().is_some() && !prefs::signed_out_here();
        if let Some(user) = self.user.filter(|_| is_here || wishes.is_none()) {
            told_again::remember(user, wishes);
        }
    }

    fn fail(self, why: NotTold) {
        self.flaw.try_set(Some(flaw_text(why)));
    }

    async fn turn(self, on: bool) {
        if on {
            self.begin().await;
        } else {
            self.keep(None);
            notifications::end().await;
            // Whoever has thought better of it meanwhile: what they turned on has just been ended.
            if self.is_on.try_get_untracked() == Some(true) {
                self.begin().await;
            }
        }
    }

    /// Asks the browser, then the server.
    async fn begin(self) {
        let permission = notifications::ask().await;
        self.permission.try_set(permission);
        if permission != Permission::Granted {
            self.is_on.try_set(false);
            if permission == Permission::Unasked {
                self.flaw
                    .try_set(Some(tr!(notifications.not_allowed).to_owned()));
            }
            return;
        }
        let Some(wishes) = self.wishes.try_get_untracked() else {
            return;
        };
        match notifications::set(language().tag(), wishes).await {
            // Whoever has thought better of it meanwhile.
            Ok(()) if self.is_on.try_get_untracked() == Some(false) => notifications::end().await,
            Ok(()) => self.show(wishes),
            Err(why) => {
                self.is_on.try_set(false);
                self.fail(why);
            }
        }
    }

    /// Shows other wishes and tells the server; one after the other, so that the last one stands.
    fn wish(self, wishes: NotificationWishes) {
        self.wishes.set(wishes);
        self.flaw.set(None);
        if self.sending.get_untracked() {
            return;
        }
        self.sending.set(true);
        spawn_local(async move {
            self.send_all().await;
            self.sending.try_set(false);
        });
    }

    async fn send_all(self) {
        while let Some(wishes) = self.wishes.try_get_untracked() {
            if self.kept.try_get_untracked() == Some(Some(wishes)) {
                return;
            }
            match notifications::set(language().tag(), wishes).await {
                Ok(()) if self.is_on.try_get_untracked() == Some(false) => {
                    return notifications::end().await;
                }
                Ok(()) => self.keep(Some(wishes)),
                Err(why) => {
                    self.fail(why);
                    if let Some(Some(kept)) = self.kept.try_get_untracked() {
                        self.wishes.try_set(kept);
                    }
                    return;
                }
            }
        }
    }
}
