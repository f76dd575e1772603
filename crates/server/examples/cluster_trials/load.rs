//! Pushes of one note each, from many devices at once: how many a second, and how long each takes.
//!
//! Owns a load on servers that run. Devices share a bounded number of lines, as phones behind a proxy do; what a push waits
//! for a line counts as its time. Must never count one that was not applied.

use crate::outbox::{Carrier, Chance, Outbox, Told};
use crate::people::{self, Size};
use crate::wire::{Asked, Wire};
use crate::{Result, instant, now};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, Ordering::Relaxed};
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// Lines to all servers together.
const LINES: usize = 256;
/// How long somebody waits who was told to come again.
const AGAIN: Duration = Duration::from_millis(50);

/// What is asked of the servers.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Load {
    pub(crate) devices: u32,
    pub(crate) companies: u32,
    /// For how long.
    pub(crate) each: Duration,
    /// How long a device waits after one verdict before its next note; none where its outbox is full.
    pub(crate) pause: Option<Duration>,
}

#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct Measured {
    pub(crate) pushes_a_second: f64,
    pub(crate) p50_ms: f64,
    pub(crate) p99_ms: f64,
    /// Answers that told a device to come again, and no answer.
    pub(crate) in_vain: u64,
}

/// The servers, and who pushes.
pub(crate) struct Field {
    pub(crate) wire: Wire,
    pub(crate) servers: Vec<SocketAddr>,
    pub(crate) size: Size,
    lines: Semaphore,
    in_vain: AtomicU64,
    /// Each measure has devices of its own.
    next: AtomicU32,
}

#[derive(Deserialize)]
struct Pushed {
    verdicts: Vec<Told>,
}

impl Field {
    /// `first` is the number of the first device: those below have pushed to the same database.
    pub(crate) fn new(wire: Wire, servers: Vec<SocketAddr>, size: Size, first: u32) -> Arc<Self> {
        Arc::new(Self {
            wire,
            servers,
            size,
            lines: Semaphore::new(LINES),
            in_vain: AtomicU64::new(0),
            next: AtomicU32::new(first),
        })
    }

    /// The number of the next device that has not pushed.
    pub(crate) fn next_device(&self) -> u32 {
        self.next.load(Relaxed)
    }

    pub(crate) async fn bear(self: &Arc<Self>, load: Load) -> Result<Measured> {
        let first = self.next.fetch_add(load.devices, Relaxed);
        self.in_vain.store(0, Relaxed);
        let began = instant();
        let mut devices = JoinSet::new();
        for number in first..first + load.devices {
            devices.spawn(Arc::clone(self).push_on(number, load));
        }
        let mut times = Vec::new();
        while let Some(of_one) = devices.join_next().await {
            times.extend(of_one??);
        }
        let seconds = began.elapsed().as_secs_f64();
        Ok(Measured {
            in_vain: self.in_vain.load(Relaxed),
            ..sum_up(times, seconds)
        })
    }

    /// Pushes note after note; how long each took. Who has begun ends, so that also the slowest is counted.
    async fn push_on(self: Arc<Self>, number: u32, load: Load) -> Result<Vec<Duration>> {
        let (began, mut times) = (instant(), Vec::new());
        let mut pusher = self.pusher(number, load.companies);
        let mut chance = Chance::of(u64::from(number));
        if let Some(pause) = load.pause {
            let pause = chance.below(u64::try_from(pause.as_millis())?);
            sleep(Duration::from_millis(pause).min(load.each)).await;
        }
        while began.elapsed() < load.each {
            let asked = instant();
            pusher.push(&self).await?;
            times.push(asked.elapsed());
            if let Some(pause) = load.pause {
                sleep(pause.min(load.each.saturating_sub(began.elapsed()))).await;
            }
        }
        Ok(times)
    }

    /// The device of that number, of one of the first so many companies.
    pub(crate) fn pusher(&self, number: u32, companies: u32) -> Pusher {
        let company = number % companies;
        let person = (number / companies) % self.size.technicians;
        let carrier = Carrier {
            company,
            user: people::user_id(company, person),
            job: people::job_id(company, person, 0),
        };
        Pusher {
            outbox: Outbox::new(number, carrier),
            session: people::token(company, person),
            at: number as usize,
        }
    }
}

pub(crate) struct Pusher {
    outbox: Outbox,
    session: String,
    at: usize,
}

impl Pusher {
    /// Pushes one note, as often as it takes.
    pub(crate) async fn push(&mut self, field: &Field) -> Result<()> {
        self.outbox.write_note(now());
        while let Some(request) = self.outbox.request() {
            let body = serde_json::to_vec(&request)?;
            let at = self.at % field.servers.len().max(1);
            let at = *field.servers.get(at).ok_or("there is no server")?;
            let answer = {
                let _line = field.lines.acquire().await?;
                let asked = Asked::post(at, &self.session, "/api/v1/push", body);
                field.wire.ask(asked).await
            };
            match answer {
                Some(answer) if answer.status == 200 => {
                    let pushed: Pushed = answer.read()?;
                    if self.outbox.hear(&pushed.verdicts) > 0 {
                        continue;
                    }
                }
                Some(answer) if !matches!(answer.status, 429 | 500..=599) => {
                    return Err(format!("a push was answered {}", answer.status).into());
                }
                _ => {}
            }
            field.in_vain.fetch_add(1, Relaxed);
            sleep(AGAIN).await;
        }
        Ok(())
    }
}

fn sum_up(mut times: Vec<Duration>, seconds: f64) -> Measured {
    times.sort_unstable();
    Measured {
        pushes_a_second: times.len() as f64 / seconds,
        p50_ms: at(&times, 50),
        p99_ms: at(&times, 99),
        in_vain: 0,
    }
}

/// The time in milliseconds below which so many of a hundred are. `times` are sorted.
pub(crate) fn at(times: &[Duration], part: usize) -> f64 {
    let place = (times.len() * part / 100).min(times.len().saturating_sub(1));
    times
        .get(place)
        .map_or(0.0, |time| time.as_secs_f64() * 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_and_the_slowest_of_a_hundred() {
        let times: Vec<Duration> = (1..=200).rev().map(Duration::from_millis).collect();
        let measured = sum_up(times, 2.0);
        assert_eq!(
            (measured.pushes_a_second, measured.p50_ms, measured.p99_ms),
            (100.0, 101.0, 199.0)
        );
        assert_eq!(at(&[], 50), 0.0);
        assert_eq!(at(&[Duration::from_millis(7)], 99), 7.0);
    }
}
