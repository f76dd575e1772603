//! What a device says to the server so that it is told while the app is closed.
//!
//! Owns one function per request.

use super::{ApiFailure, ask, json};
use afield_protocol::{
    NotificationAnswer, NotificationEnd, NotificationKey, NotificationSubscription, Notifications,
    paths,
};
use gloo_net::http::Method;

/// By what this browser knows the server.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_notification_key() -> Result<NotificationKey, ApiFailure> {
    ask(Method::GET, paths::NOTIFICATION_KEY, None).await
}

/// What the devices of whoever is signed in are told of.
///
/// # Errors
/// [`ApiFailure`].
pub async fn load_notifications() -> Result<Notifications, ApiFailure> {
    ask(Method::GET, paths::NOTIFICATIONS, None).await
}

/// Has a device told, or told of something else.
///
/// # Errors
/// [`ApiFailure`].
pub async fn set_notifications(
    wanted: &NotificationSubscription,
) -> Result<NotificationAnswer, ApiFailure> {
    ask(Method::PUT, paths::NOTIFICATIONS, json(wanted)?).await
}

/// Has the device with this address told no more.
///
/// # Errors
/// [`ApiFailure`].
pub async fn end_notifications(endpoint: String) -> Result<(), ApiFailure> {
    let end = NotificationEnd { endpoint };
    ask(Method::DELETE, paths::NOTIFICATIONS, json(&end)?).await
}
