//! Passwords: argon2id, off the async threads, a few at a time.
//!
//! Owns hashing and checking. An unknown account costs as much time as a wrong password.

use crate::error::ServerError;
use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// How much work one password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// For people's passwords: 19 MiB, two passes (OWASP).
    Full,
    /// For tests only.
    Test,
}

/// Hashes and checks passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    params: Params,
    places: Arc<Semaphore>,
    /// A hash of no known password, checked when there is no account.
    decoy: Arc<str>,
}

impl Passwords {
    /// Passwords of that cost, at most `at_once` checked at the same time.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn new(cost: Cost, at_once: usize) -> Result<Self, ServerError> {
        let params = match cost {
            Cost::Full => Params::new(19 * 1024, 2, 1, None),
            Cost::Test => Params::new(8, 1, 1, None),
        }
        .map_err(|error| ServerError::Password(error.to_string()))?;
        let decoy = hash(&params, &crate::auth::token::random_hex()?)?;
        Ok(Self {
            params,
            places: Arc::new(Semaphore::new(at_once.max(1))),
            decoy: decoy.into(),
        })
    }

    /// The PHC string of a password. Takes its time: not on an async thread.
    ///
    /// # Errors
    /// When the system gives no random numbers.
    pub fn hash(&self, password: &str) -> Result<String, ServerError> {
        hash(&self.params, password)
    }

    /// Whether `password` is the one of `stored`. Without a stored hash it takes as long and is false.
    pub async fn verify(&self, password: String, stored: Option<String>) -> bool {
        let decoy = Arc::clone(&self.decoy);
        let checked = self.in_a_place(move || match stored {
            Some(stored) => verify(&password, &stored),
            None => {
                verify(&password, &decoy);
                false
            }
        });
        checked.await.unwrap_or(false)
    }

    /// Does `work` off the async threads. It keeps its place until it is done, also when whoever asked has
    /// hung up: else those who hang up would have any number of hashes in memory at once.
    async fn in_a_place<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<T> {
        let place = Arc::clone(&self.places).acquire_owned().await.ok()?;
        let working = tokio::task::spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        working.await.ok()
    }
}

fn hash(params: &Params, password: &str) -> Result<String, ServerError> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| ServerError::Password(error.to_string()))
}

fn verify(password: &str, stored: &str) -> bool {
    // The parameters are those of the stored hash.
    PasswordHash::new(stored).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_the_right_password_of_an_account_that_exists() {
        let passwords = Passwords::new(Cost::Test, 1).unwrap();
        let stored = passwords.hash("right").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$"), "{stored}");
        assert!(passwords.verify("right".into(), Some(stored.clone())).await);
        assert!(!passwords.verify("wrong".into(), Some(stored)).await);
        assert!(!passwords.verify("right".into(), None).await);
        assert!(
            !passwords
                .verify("right".into(), Some("no hash".into()))
                .await
        );
    }

    #[tokio::test]
    async fn who_hangs_up_gives_no_place_to_another() {
        let passwords = Passwords::new(Cost::Test, 1).unwrap();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (go_on, goes_on) = std::sync::mpsc::channel::<()>();
        let asked = passwords.clone();
        let asking = tokio::spawn(async move {
            asked
                .in_a_place(move || {
                    let _ = begun.send(());
                    let _ = goes_on.recv();
                })
                .await
        });
        begins.await.unwrap();
        asking.abort();
        assert!(asking.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.places.available_permits(), 0);
        drop(go_on);
        assert_eq!(passwords.in_a_place(|| 7).await, Some(7));
    }
}
