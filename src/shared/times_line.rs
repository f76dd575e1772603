//! The day's sum: how long on the way, how long at work.

use super::labels::duration;
use super::times::day_times;
use crate::memo::Memo;
use crate::runtime::clock::use_clock;
use crate::runtime::live::Live;
use crate::runtime::session::Account;
use crate::tr;
use crate::ui::icon::{Icon, icon};
use crate::view::view;
use leptos::prelude::*;
use std::sync::Arc;

/// One line for the end of Today; nothing as long as nothing was done. Drawn anew each minute at most.
pub fn times_line(account: &Arc<Account>, live: Live) -> impl IntoView + use<> {
    let clock = use_clock();
    let account = Arc::clone(account);
    let times = Memo::new(move |_| {
        let (now, zone) = (clock.now(), &account.zone);
        let user = account.signed_in.user();
        live.projection
            .with(|all| day_times(all, user, zone, zone.day(now), now))
    });
    move || {
        let times = times.get();
        (!times.is_none()).then(|| {
            view! {
                <p class="tags day-times">
                    {icon(Icon::Clock)}
                    <strong>{tr!(job.time_today)}</strong>
                    <span>{tr!(job.travel_sum, time = duration(times.travel))}</span>
                    <span>{tr!(job.work_sum, time = duration(times.work))}</span>
                </p>
            }
        })
    }
}
