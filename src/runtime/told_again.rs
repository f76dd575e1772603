//! That a device which is told while the app is closed stays so after its session has ended, or its browser has another
//! address.
//!
//! Owns what this phone remembers of what each of its users wished for. A subscription hangs on its session, and a worker
//! does not hear of every new address: the page looks once after each sign-in and each start. Must never ask the browser's
//! question, nor set again what its user has switched off or signed out of.

use super::prefs;
use crate::chunk::{Work, chunk};
use crate::texts::language;
use afield_domain::UserId;
use afield_platform::api;
use afield_platform::notifications::{self, NotTold, Permission};
use afield_protocol::NotificationWishes;

/// Notes what `user` is told of on this device from now on; nothing if they are told no more.
pub fn remember(user: UserId, wishes: Option<NotificationWishes>) {
    let written = wishes.and_then(|wishes| serde_json::to_string(&wishes).ok());
    prefs::remember_told(user, written.as_deref());
}

/// Sees to it that this device is told as `user` has wished, if they have. Whether nobody need look again.
pub async fn see_to_it(user: UserId) -> bool {
    if prefs::told(user).is_none() {
        return true;
    }
    match look(user).await {
        Ok(looking) => looking.await,
        Err(_) => false,
    }
}

chunk!(seldom: fn look(user: UserId) -> Work<bool> {
    Box::pin(async move {
        let set = set_again(user).await;
        if let Err(error) = &set {
            leptos::logging::warn!("notifications were not set again: {error}");
        }
        set.is_ok()
    })
});

async fn set_again(user: UserId) -> Result<(), NotTold> {
    // Who has taken the permission back is not asked for it without a tap.
    if notifications::permission() != Permission::Granted {
        return Ok(());
    }
    let endpoint = notifications::endpoint().await;
    let known = api::load_notifications().await?.subscriptions;
    if known
        .iter()
        .any(|one| Some(&one.endpoint) == endpoint.as_ref())
    {
        return Ok(());
    }
    // Switched off or signed out of meanwhile, or written by a newer build.
    let Some(wishes) = wished(user) else {
        return Ok(());
    };
    notifications::set(language().tag(), wishes).await?;
    if wished(user).is_none() {
        notifications::end().await;
    }
    Ok(())
}

fn wished(user: UserId) -> Option<NotificationWishes> {
    serde_json::from_str(&prefs::told(user)?).ok()
}
