//! One simulated device: makes changes, sends them until their verdicts are heard, sends its photos.
//!
//! Owns how it tries again, and at which server. What it sends is its outbox's. Must never give up.

use crate::outbox::{Carrier, Chance, Lived, Outbox, Photo, Told, photo_bytes};
use crate::tally::Tally;
use crate::wire::{Answer, Asked, Wire};
use crate::{Result, now};
use hyper::Method;
use serde::Deserialize;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::sleep;

/// Bytes of a photo in one request.
const PIECE: usize = 48 * 1024;
/// Of so many changes one is a photo.
const PHOTO_OF: u64 = 25;
/// The upper bound of the wait after a first failure, which doubles with each: a phone's. A phone waits for five minutes at
/// most; here it is less, or the trial would take as long.
const FIRST_WAIT_MS: u64 = 2_000;
const LONGEST_WAIT_MS: u64 = 60_000;

/// What all devices share.
pub(crate) struct World {
    pub(crate) wire: Wire,
    pub(crate) servers: Vec<SocketAddr>,
    pub(crate) tally: Tally,
    /// How long a person thinks before the next change, on average.
    pub(crate) thinks_ms: u64,
}

pub(crate) struct Device {
    world: Arc<World>,
    session: String,
    number: u32,
    outbox: Outbox,
    chance: Chance,
    /// At which server it asks next.
    at: usize,
    failed: u32,
}

#[derive(Deserialize)]
struct Pushed {
    verdicts: Vec<Told>,
}

impl Device {
    pub(crate) fn new(world: Arc<World>, number: u32, carrier: Carrier, session: String) -> Self {
        Self {
            world,
            session,
            number,
            outbox: Outbox::new(number, carrier),
            chance: Chance::of(u64::from(number)),
            at: number as usize,
            failed: 0,
        }
    }

    /// Works until the day is over, and then until nothing is left on it.
    pub(crate) async fn live(mut self, mut is_over: watch::Receiver<bool>) -> Lived {
        loop {
            if self.outbox.is_empty() {
                if *is_over.borrow() {
                    return self.outbox.told();
                }
                let thinks = self.chance.below(2 * self.world.thinks_ms);
                tokio::select! {
                    () = sleep(Duration::from_millis(thinks)) => self.make(),
                    _ = is_over.changed() => {}
                }
            }
            self.push().await;
            self.send_photo().await;
        }
    }

    /// One to three changes at once: who comes out of a cellar has several.
    fn make(&mut self) {
        for _ in 0..=self.chance.below(3) {
            match self.chance.below(PHOTO_OF) {
                0 => self.outbox.take_photo(now()),
                _ => self.outbox.write_note(now()),
            }
        }
    }

    async fn push(&mut self) {
        let Some(request) = self.outbox.request() else {
            return;
        };
        let Ok(body) = serde_json::to_vec(&request) else {
            self.outbox.refuse("a push cannot be written".into());
            return;
        };
        let asked = Asked::post(self.server(), &self.session, "/api/v1/push", body);
        let answer = self.world.wire.ask(asked).await;
        match answer.as_ref().and_then(heard) {
            Some(pushed) => {
                let done = self.outbox.hear(&pushed.verdicts);
                self.world.tally.heard(self.outbox.company(), done as u64);
                if done > 0 {
                    self.failed = 0;
                } else {
                    self.wait(answer).await;
                }
            }
            None => self.wait(answer).await,
        }
    }

    async fn send_photo(&mut self) {
        let Some(photo) = self.outbox.next_photo() else {
            return;
        };
        match self.try_photo(photo).await {
            Ok(()) => {
                self.world.tally.photo_arrived();
                self.outbox.photo_arrived();
                self.failed = 0;
            }
            Err(answer) => self.wait(answer).await,
        }
    }

    /// Sends what is missing of it. An error holds what was answered instead.
    async fn try_photo(&self, photo: Photo) -> std::result::Result<(), Option<Answer>> {
        let bytes = photo_bytes(self.number, photo.seq);
        let path = format!("/api/v1/files/{}", photo.id);
        let mut stored = self.ask_file(Method::HEAD, &path, None).await?;
        while stored < bytes.len() {
            let end = (stored + PIECE).min(bytes.len());
            let piece = bytes.get(stored..end).unwrap_or_default();
            stored = self
                .ask_file(Method::PATCH, &path, Some((stored, piece)))
                .await?;
        }
        Ok(())
    }

    /// How many bytes are stored, after these.
    async fn ask_file(
        &self,
        method: Method,
        path: &str,
        piece: Option<(usize, &[u8])>,
    ) -> std::result::Result<usize, Option<Answer>> {
        let mut headers = vec![("tus-resumable", "1.0.0".to_owned())];
        if let Some((at, _)) = piece {
            headers.push(("upload-offset", at.to_string()));
            headers.push(("content-type", "application/offset+octet-stream".to_owned()));
        }
        let asked = Asked {
            method,
            headers: &headers,
            body: piece
                .map(|(_, bytes)| bytes.to_vec())
                .unwrap_or_default()
                .into(),
            ..Asked::get(self.server(), &self.session, path)
        };
        let answer = self.world.wire.ask(asked).await;
        let stored = answer
            .as_ref()
            .filter(|answer| matches!(answer.status, 200 | 204))
            .and_then(|answer| answer.number("upload-offset"))
            .and_then(|stored| usize::try_from(stored).ok());
        stored.ok_or(answer)
    }

    fn server(&self) -> SocketAddr {
        let servers = &self.world.servers;
        let at = self.at % servers.len().max(1);
        servers
            .get(at)
            .copied()
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 1)))
    }

    /// Waits longer with each attempt in vain, and asks another server then.
    async fn wait(&mut self, answer: Option<Answer>) {
        let status = answer.as_ref().map(|answer| answer.status);
        self.world.tally.in_vain(status);
        // What can be over with time: too often, busy, or (a push) not decided, (a file) another offset.
        if let Some(status) = status.filter(|status| !matches!(status, 200 | 409 | 429 | 500..=599))
        {
            self.outbox
                .refuse(format!("a request was answered {status}"));
        }
        let bound = (FIRST_WAIT_MS << self.failed).min(LONGEST_WAIT_MS);
        self.failed = (self.failed + 1).min(16);
        self.at += 1;
        sleep(Duration::from_millis(self.chance.below(bound))).await;
    }
}

fn heard(answer: &Answer) -> Option<Pushed> {
    (answer.status == 200).then(|| answer.read().ok()).flatten()
}

/// Whether a photo that was sent is given back as it was.
pub(crate) async fn is_whole(
    world: &World,
    session: &str,
    number: u32,
    photo: Photo,
) -> Result<bool> {
    let path = format!("/api/v1/files/{}", photo.id);
    let at = *world.servers.first().ok_or("there is no server")?;
    let answer = world.wire.ask(Asked::get(at, session, &path)).await;
    let answer = answer.ok_or("a photo was asked for and nothing answered")?;
    Ok(answer.status == 200 && answer.body == photo_bytes(number, photo.seq))
}
