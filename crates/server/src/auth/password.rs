//! Passwords: argon2id, off the async threads, a few at a time.
//!
//! Owns hashing and checking, and how much memory both may take. An unknown account costs as much time as a wrong password.

use crate::error::ServerError;
use argon2::password_hash::phc::{Output, PasswordHash};
use argon2::{Algorithm, Argon2, Block, Params, PasswordHasher, Version};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How much work one password is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// For people's passwords: 19 MiB, two passes (OWASP).
    Full,
    /// For tests only.
    Test,
}

/// Sign-ins that wait for a place; who comes after them is told to come again.
const WAITING: usize = 64;

/// Hashes and checks passwords.
#[derive(Debug, Clone)]
pub struct Passwords {
    params: Params,
    places: Arc<Semaphore>,
    queue: Arc<Semaphore>,
    /// The memory of the places, used again: what is given back to the system is not, with some allocators.
    memory: Arc<Mutex<Vec<Vec<Block>>>>,
    /// A hash of no known password, checked when there is no account.
    decoy: Arc<str>,
}

/// A place to check a password in. It is kept until the check is done, also when whoever asked has hung up: else
/// those who hang up would have any number of hashes in memory at once.
#[derive(Debug)]
pub struct Place {
    permit: OwnedSemaphorePermit,
    passwords: Passwords,
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
            queue: Arc::new(Semaphore::new(WAITING)),
            memory: Arc::default(),
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

    /// Waits for a place; none if too many wait already.
    pub async fn place(&self) -> Option<Place> {
        let _waiting = Arc::clone(&self.queue).try_acquire_owned().ok()?;
        let permit = Arc::clone(&self.places).acquire_owned().await.ok()?;
        Some(Place {
            permit,
            passwords: self.clone(),
        })
    }

    /// Whether `password` is the one of `stored`, for as long as the hash takes.
    fn check(&self, password: &str, stored: &str) -> bool {
        let taken = self.memory().pop();
        let mut memory = taken.unwrap_or_default();
        let right = verify(password, stored, &mut memory);
        self.memory().push(memory);
        right
    }

    fn memory(&self) -> MutexGuard<'_, Vec<Vec<Block>>> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a check gave. Its place is free when this is dropped.
#[derive(Debug)]
pub struct Checked {
    /// Whether it was the right password.
    pub is_right: bool,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Place {
    /// Whether `password` is the one of `stored`. Without a stored hash it takes as long and is false. A failure is
    /// told to `failed` while the place is still taken, also when whoever asked has hung up: that is no way to guess
    /// uncounted.
    pub async fn verify(
        self,
        password: String,
        stored: Option<String>,
        failed: impl FnOnce() + Send + 'static,
    ) -> Checked {
        let passwords = self.passwords.clone();
        let checked = self.run(move || {
            let is_right = match stored {
                Some(stored) => passwords.check(&password, &stored),
                None => {
                    passwords.check(&password, &passwords.decoy);
                    false
                }
            };
            if !is_right {
                failed();
            }
            is_right
        });
        let (is_right, permit) = checked.await.unzip();
        Checked {
            is_right: is_right.unwrap_or(false),
            _permit: permit,
        }
    }

    /// The hash of a password; none if the system gives no random numbers.
    pub async fn hash(self, password: String) -> Option<String> {
        let passwords = self.passwords.clone();
        let hashed = self.run(move || passwords.hash(&password).ok()).await;
        hashed.and_then(|(hash, _)| hash)
    }

    /// Does `work` off the async threads.
    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Option<(T, OwnedSemaphorePermit)> {
        let permit = self.permit;
        let working = tokio::task::spawn_blocking(move || (work(), permit));
        working.await.ok()
    }
}

fn hash(params: &Params, password: &str) -> Result<String, ServerError> {
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone())
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| ServerError::Password(error.to_string()))
}

/// The parameters are those of the stored hash; what is no hash is nobody's password.
fn verify(password: &str, stored: &str, memory: &mut Vec<Block>) -> bool {
    let check = || -> Option<bool> {
        let stored = PasswordHash::new(stored).ok()?;
        let params = Params::try_from(&stored).ok()?;
        let algorithm = Algorithm::try_from(stored.algorithm.as_str()).ok()?;
        let version = stored.version.unwrap_or(Version::V0x13.into());
        let version = Version::try_from(version).ok()?;
        let (salt, expected) = (stored.salt?, stored.hash?);
        if memory.len() < params.block_count() {
            memory.resize(params.block_count(), Block::default());
        }
        let mut out = vec![0; expected.len()];
        Argon2::new(algorithm, version, params)
            .hash_password_into_with_memory(password.as_bytes(), &salt, &mut out, memory)
            .ok()?;
        // Compares in the same time whatever differs.
        Some(Output::new(&out).ok()? == expected)
    };
    check().unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    /// Who would wait for ever fails.
    const PATIENCE: Duration = Duration::from_mins(3);

    async fn verify(passwords: &Passwords, password: &str, stored: Option<&str>) -> bool {
        let place = passwords.place().await.unwrap();
        let checked = place.verify(password.into(), stored.map(str::to_owned), || ());
        checked.await.is_right
    }

    #[tokio::test]
    async fn only_the_right_password_of_an_account_that_exists() {
        let passwords = Passwords::new(Cost::Test, 1).unwrap();
        let stored = passwords.hash("right").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$"), "{stored}");
        for (password, stored, expected) in [
            ("right", Some(stored.as_str()), true),
            ("wrong", Some(stored.as_str()), false),
            ("right", None, false),
            ("right", Some("no hash"), false),
        ] {
            assert_eq!(verify(&passwords, password, stored).await, expected);
        }
        assert_eq!(passwords.memory().len(), 1, "one place has one memory");
    }

    #[tokio::test]
    async fn a_stored_hash_is_checked_at_its_own_cost() {
        let stored = Passwords::new(Cost::Full, 1)
            .unwrap()
            .hash("right")
            .unwrap();
        let passwords = Passwords::new(Cost::Test, 1).unwrap();
        assert!(verify(&passwords, "right", Some(&stored)).await);
        let own = passwords.hash("right").unwrap();
        assert!(verify(&passwords, "right", Some(&own)).await);
    }

    #[tokio::test]
    async fn who_hangs_up_gives_no_place_to_another() {
        let passwords = Passwords::new(Cost::Test, 1).unwrap();
        let (begun, begins) = tokio::sync::oneshot::channel();
        let (go_on, goes_on) = std::sync::mpsc::channel::<()>();
        let place = passwords.place().await.unwrap();
        let asking = tokio::spawn(place.run(move || {
            let _ = begun.send(());
            let _ = goes_on.recv();
        }));
        timeout(PATIENCE, begins).await.unwrap().unwrap();
        asking.abort();
        assert!(asking.await.unwrap_err().is_cancelled());
        assert_eq!(passwords.places.available_permits(), 0);
        drop(go_on);
        let place = timeout(PATIENCE, passwords.place()).await.unwrap();
        let done = place.unwrap().run(|| 7).await;
        assert_eq!(done.unwrap().0, 7);
    }

    #[tokio::test]
    async fn a_failure_is_counted_also_when_nobody_waits_for_the_answer() {
        let passwords = Passwords::new(Cost::Test, 1).unwrap();
        let stored = passwords.hash("right").unwrap();
        let failures = Arc::new(std::sync::atomic::AtomicUsize::new(0));
        for (password, expected) in [("wrong", 1), ("right", 1), ("guessed", 2)] {
            let counted = Arc::clone(&failures);
            let place = passwords.place().await.unwrap();
            let mut asking =
                Box::pin(
                    place.verify(password.into(), Some(stored.clone()), move || {
                        counted.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
                    }),
                );
            // Begun; then the client hangs up.
            let _ = futures::poll!(&mut asking);
            drop(asking);
            // The next one has the place only when that one is counted.
            let next = timeout(PATIENCE, passwords.place()).await.unwrap();
            let count = failures.load(std::sync::atomic::Ordering::SeqCst);
            assert_eq!(count, expected, "{password}");
            drop(next);
        }
    }

    #[tokio::test]
    async fn those_who_wait_are_counted() {
        let passwords = Passwords::new(Cost::Test, 1).unwrap();
        let held = passwords.place().await;
        let mut waiting: Vec<_> = (0..WAITING).map(|_| Box::pin(passwords.place())).collect();
        for place in &mut waiting {
            assert!(futures::poll!(place).is_pending());
        }
        assert!(passwords.place().await.is_none());
        drop(waiting);
        drop(held);
        assert!(passwords.place().await.is_some());
    }
}
