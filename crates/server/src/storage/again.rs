//! Doing again what the database took back for another transaction.
//!
//! Owns how often. What is done again must begin its transaction anew, and read anew what it decides by.

use super::Stored;
use crate::error::StorageError;

/// Of two that wait for each other one goes on: that somebody is taken back so often in a row has another reason.
const TIMES: usize = 4;

/// Does `work`, and does it again where another transaction came in between.
///
/// # Errors
/// Those of `work`; the last one, where it is always taken back.
pub(crate) async fn again<T, W: Future<Output = Stored<T>>>(work: impl Fn() -> W) -> Stored<T> {
    for _ in 1..TIMES {
        match work().await {
            Err(StorageError::TakenBack(cause)) => {
                tracing::debug!(%cause, "taken back for another transaction, and done again");
            }
            done => return done,
        }
    }
    work().await
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    async fn taken_back(times: usize) -> (Stored<()>, usize) {
        let count = Cell::new(0);
        let done = again(|| {
            count.set(count.get() + 1);
            let fails = count.get() <= times;
            async move {
                match fails {
                    true => Err(StorageError::TakenBack("deadlock".into())),
                    false => Ok(()),
                }
            }
        });
        (done.await, count.get())
    }

    #[tokio::test]
    async fn what_is_taken_back_is_done_again_and_not_for_ever() {
        assert!(matches!(taken_back(0).await, (Ok(()), 1)));
        assert!(matches!(taken_back(3).await, (Ok(()), 4)));
        assert!(matches!(
            taken_back(9).await,
            (Err(StorageError::TakenBack(_)), 4)
        ));
    }

    #[tokio::test]
    async fn what_fails_otherwise_is_not_done_again() {
        let count = Cell::new(0);
        let done: Stored<()> = again(|| {
            count.set(count.get() + 1);
            async { Err(StorageError::Backend("full".into())) }
        })
        .await;
        assert!(done.is_err());
        assert_eq!(count.get(), 1);
    }
}
