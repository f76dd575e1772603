//! Boards that watch: how long until all of them have heard of a note.
//!
//! Owns the streams and the reading of what comes on them. Must never open more for one user than a server allows.

use crate::load::{Field, at};
use crate::people;
use crate::wire::Asked;
use crate::{Result, instant};
use futures::StreamExt as _;
use serde::Serialize;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::time::{sleep, timeout};

const STREAMS: usize = 500;
/// As many as one user may have open at a server.
const OF_ONE_USER: usize = 20;
const NOTES: u64 = 20;
/// Between two notes: a server gathers what it tells, and each note is to be told alone.
const PAUSE: Duration = Duration::from_millis(400);
const PATIENCE: Duration = Duration::from_secs(30);

#[derive(Debug, Clone, Serialize)]
pub(crate) struct Told {
    pub(crate) streams: usize,
    /// From the push to a board's hearing, in milliseconds.
    pub(crate) p50_ms: f64,
    pub(crate) p95_ms: f64,
    /// Until the last of all boards has heard, the middle of all notes.
    pub(crate) all_ms: f64,
}

/// A board has heard of the note at this place of the device's order.
type Heard = (u64, Instant);

/// Pushes notes to the first server, one after the other, while boards watch at all of them.
pub(crate) async fn tell(field: &Arc<Field>) -> Result<Told> {
    let (sender, mut heard) = unbounded_channel();
    let mut boards = Vec::new();
    for number in 0..STREAMS {
        boards.push(open(field, number, sender.clone()).await?);
    }
    let (mut times, mut last) = (Vec::new(), Vec::new());
    let mut pusher = field.pusher(field.next_device(), 1);
    for seq in 1..=NOTES {
        sleep(PAUSE).await;
        let began = instant();
        pusher.push(field).await?;
        let of_note = timeout(PATIENCE, all_heard(&mut heard, seq)).await;
        let of_note = of_note.map_err(|_| "boards did not hear of a note")?;
        let mut of_note: Vec<_> = of_note.into_iter().map(|at| at - began).collect();
        of_note.sort_unstable();
        last.extend(of_note.last().copied());
        times.extend(of_note);
    }
    boards.iter().for_each(tokio::task::JoinHandle::abort);
    times.sort_unstable();
    last.sort_unstable();
    Ok(Told {
        streams: STREAMS,
        p50_ms: at(&times, 50),
        p95_ms: at(&times, 95),
        all_ms: at(&last, 50),
    })
}

async fn all_heard(heard: &mut UnboundedReceiver<Heard>, seq: u64) -> Vec<Instant> {
    let mut all = Vec::new();
    while all.len() < STREAMS
        && let Some((of, at)) = heard.recv().await
    {
        if of == seq {
            all.push(at);
        }
    }
    all
}

/// Opens a board at one of the servers, which tells what it hears.
async fn open(
    field: &Field,
    number: usize,
    heard: UnboundedSender<Heard>,
) -> Result<tokio::task::JoinHandle<()>> {
    let at = field.servers.get(number % field.servers.len().max(1));
    let person = field.size.technicians + u32::try_from(number / OF_ONE_USER)?;
    let session = people::token(0, person);
    let asked = Asked::get(*at.ok_or("there is no server")?, &session, "/api/v1/events");
    let mut body = field.wire.stream(asked).await?.into_data_stream();
    // It is open once it has said something.
    body.next().await.ok_or("a stream ended at once")??;
    Ok(tokio::spawn(async move {
        let mut lines = Lines::default();
        while let Some(Ok(bytes)) = body.next().await {
            let now = instant();
            for seq in lines.take(&bytes) {
                let _ = heard.send((seq, now));
            }
        }
    }))
}

/// What came of a stream, up to the end of a line.
#[derive(Debug, Default)]
struct Lines(Vec<u8>);

impl Lines {
    /// The notes that are told in the lines that have become whole: their places in their device's order.
    fn take(&mut self, bytes: &[u8]) -> Vec<u64> {
        self.0.extend_from_slice(bytes);
        let Some(end) = self.0.iter().rposition(|byte| *byte == b'\n') else {
            return Vec::new();
        };
        let rest = self.0.split_off(end + 1);
        let whole = std::mem::replace(&mut self.0, rest);
        let text = String::from_utf8_lossy(&whole);
        text.lines().filter_map(read_note).collect()
    }
}

fn read_note(line: &str) -> Option<u64> {
    let (_, rest) = line
        .strip_prefix("data:")?
        .split_once("ordered another one. ")?;
    let (_, rest) = rest.split('"').next()?.split_once('/')?;
    rest.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::text_of;

    #[test]
    fn notes_are_found_in_whatever_pieces_they_come() {
        let event = |seq| {
            format!(
                "id:x\ndata:{{\"text\":\"{}\",\"a\":1}}\n\n",
                text_of(8, seq)
            )
        };
        let all = format!(
            ":here\n\nevent:alive\ndata:{{}}\n\n{}{}",
            event(1),
            event(23)
        );
        for size in [1, 7, all.len()] {
            let mut lines = Lines::default();
            let found: Vec<u64> = all
                .as_bytes()
                .chunks(size)
                .flat_map(|piece| lines.take(piece))
                .collect();
            assert_eq!(found, [1, 23], "in pieces of {size}");
        }
    }
}
