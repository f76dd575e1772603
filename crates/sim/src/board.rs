//! The office's board: it loads the day, listens to the stream of events, and at any quiet moment shows what a fresh
//! load shows.
//!
//! Owns what happens between the server's feed and the page: what waits on the wire, and what is lost there. It has a
//! queue and chance of its own, so that with it no phone does anything else than without. Must never tell the server
//! anything: it only reads.

use crate::chance::Chance;
use crate::fault::Fault;
use crate::schedule::{Schedule, Swarm};
use crate::server::{Real, RealError, Server};
use afield_domain::time::Day;
use afield_domain::{Timestamp, Zone};
use afield_protocol::{BoardEvent, BoardResponse, RELOAD};
use afield_server::testing::{LocalFeed, LocalListener};
use afield_sync::board::{BoardState, Loading};
use std::collections::BTreeMap;
use std::rc::Rc;

/// How often the feed looks for what no activity tells of.
const LOOK_MS: i64 = 15_000;
/// How long after a fetch that failed the page fetches again.
const AGAIN_MS: i64 = 5_000;

/// Something that is on its way. What belongs to a stream names it: after a cut it is nobody's.
enum Coming {
    /// The feed's turn.
    Turn,
    /// The feed looks for what no activity tells of.
    Look,
    /// The page's request for a stream.
    Open,
    /// The first byte of a stream, with an id.
    Opened { stream: u64, id: String },
    /// An event of a stream.
    Said {
        stream: u64,
        id: String,
        text: String,
    },
    /// The stream breaks.
    Cut { stream: u64 },
    /// The page's request for the day.
    Asked { number: u64 },
    /// The answer to it; none if it was lost.
    Answered {
        number: u64,
        answer: Option<BoardResponse>,
    },
    /// The page asks once more, unless it did since.
    Again { number: u64 },
}

/// The server's half of one board, and the page.
pub(crate) struct Board {
    real: Rc<Real>,
    chance: Chance,
    swarm: Swarm,
    zone: Zone,
    day: Day,
    coming: BTreeMap<(i64, u64), Coming>,
    numbers: u64,

    feed: Option<LocalFeed>,
    /// The stream that the server writes to.
    listener: Option<(u64, LocalListener)>,
    /// When the last that was sent on it arrives.
    arrives: i64,
    /// How often the server was started, the writes that the feed was woken for, and those that it has looked behind.
    starts: u64,
    woken: u64,
    looked: u64,

    /// The page's stream, and whether it is open.
    stream: Option<u64>,
    is_open: bool,
    /// The id of the last event.
    last: Option<String>,
    loading: Loading,
    state: Option<BoardState>,
    /// Whether it was held against a fresh load since anything happened.
    is_checked: bool,
    wrong: Option<String>,
}

impl Board {
    /// A board that is about to open.
    pub(crate) fn new(real: Rc<Real>, schedule: &Schedule, start: i64) -> Self {
        let zone = Zone::utc();
        let day = zone.day(Timestamp(start));
        let mut board = Self {
            real,
            chance: Chance::new(schedule.seed ^ 0x0B0A_5EED_0B0A_5EED),
            swarm: schedule.swarm.clone(),
            zone,
            day,
            coming: BTreeMap::new(),
            numbers: 0,
            feed: None,
            listener: None,
            arrives: 0,
            starts: 0,
            woken: 0,
            looked: 0,
            stream: None,
            is_open: false,
            last: None,
            loading: Loading::default(),
            state: None,
            is_checked: false,
            wrong: None,
        };
        board.put(start, 0, 5_000, Coming::Open);
        board.put(start, LOOK_MS, LOOK_MS, Coming::Look);
        board
    }

    /// The line is good from now on.
    pub(crate) fn heal(&mut self) {
        self.swarm = Swarm::default();
    }

    /// Whether nothing is on its way, and the feed has told of all that was written.
    pub(crate) fn is_quiet(&self, server: &Server) -> bool {
        let is_still = |coming: &Coming| matches!(coming, Coming::Look);
        self.looked == server.writes
            && self.starts == server.starts
            && self.is_open
            && self.state.is_some()
            && self.coming.values().all(is_still)
    }

    /// What it showed otherwise than a fresh load, or how the server failed it.
    pub(crate) fn wrong(&self) -> Option<String> {
        self.wrong.clone()
    }

    /// Lets all happen that is due, and holds the board against a fresh load when it has fallen quiet; whether
    /// something is wrong.
    pub(crate) fn advance(&mut self, now: i64, server: &Server) -> bool {
        if self.wrong.is_none() {
            self.wrong = self.watch(now, server).err();
        }
        self.wrong.is_some()
    }

    fn watch(&mut self, now: i64, server: &Server) -> Result<(), String> {
        if self.starts != server.starts {
            self.starts = server.starts;
            self.lose_server(now);
        }
        if self.woken != server.writes {
            self.woken = server.writes;
            self.is_checked = false;
            self.wake(now);
        }
        while let Some(entry) = self.coming.first_entry() {
            let (at, _) = *entry.key();
            if at > now {
                break;
            }
            let coming = entry.remove();
            self.is_checked &= matches!(coming, Coming::Look);
            self.happen(at, coming, server)
                .map_err(|error| error.to_string())?;
        }
        if !self.is_checked && self.is_quiet(server) {
            self.is_checked = true;
            return self.check();
        }
        Ok(())
    }

    fn happen(&mut self, now: i64, coming: Coming, server: &Server) -> Result<(), RealError> {
        match coming {
            Coming::Turn => self.turn(now, server)?,
            Coming::Look => {
                self.put(now, LOOK_MS, LOOK_MS, Coming::Look);
                if self.looked != server.writes
                    && let Some(feed) = &mut self.feed
                {
                    feed.make_due();
                    self.wake(now);
                }
            }
            Coming::Open => self.answer_stream(now, server)?,
            Coming::Opened { stream, id } if self.stream == Some(stream) => {
                self.is_open = true;
                self.last = Some(id);
                self.loading.forget();
                self.fetch(now);
            }
            Coming::Said { stream, .. }
                if self.stream == Some(stream) && self.strikes(Fault::FullCut) =>
            {
                self.cut(now, stream);
            }
            Coming::Said { stream, id, text } if self.stream == Some(stream) => {
                self.last = Some(id);
                self.hear(now, &text)?;
            }
            Coming::Opened { .. } | Coming::Said { .. } => {}
            Coming::Cut { stream } => self.cut(now, stream),
            Coming::Asked { number } => self.answer_day(now, number)?,
            Coming::Answered { number, answer } => self.take_answer(now, number, answer),
            Coming::Again { number } => {
                if self.loading.is_last(number) {
                    self.fetch(now);
                }
            }
        }
        Ok(())
    }

    fn number(&mut self) -> u64 {
        self.numbers += 1;
        self.numbers
    }

    fn put(&mut self, now: i64, from: i64, to: i64, coming: Coming) {
        let at = now + self.chance.between(from, to);
        let number = self.number();
        self.coming.insert((at, number), coming);
    }

    /// What is sent on the stream arrives in its order.
    fn send(&mut self, now: i64, coming: Coming) {
        let most = self.slowness();
        let at = self.arrives.max(now);
        self.arrives = at + self.chance.between(1, most);
        self.put(self.arrives, 0, 0, coming);
    }

    fn strikes(&mut self, fault: Fault) -> bool {
        let percent = self.swarm.percent;
        self.swarm.knows(fault) && self.chance.percent(percent)
    }

    /// How long something is on its way at most.
    fn slowness(&mut self) -> i64 {
        if self.strikes(Fault::Delay) {
            10_000
        } else {
            150
        }
    }

    // The server's half.

    fn wake(&mut self, now: i64) {
        let mut coming = self.coming.values();
        let is_awake = coming.any(|coming| matches!(coming, Coming::Turn));
        if self.feed.is_some() && !is_awake {
            self.put(now, 0, 100, Coming::Turn);
        }
    }

    /// What it had sent may still arrive; the line of a server that is gone breaks sooner or later.
    fn lose_server(&mut self, now: i64) {
        self.feed = None;
        if let Some((stream, _)) = self.listener.take() {
            self.put(now, 0, 3_000, Coming::Cut { stream });
        }
    }

    fn turn(&mut self, now: i64, server: &Server) -> Result<(), RealError> {
        let Some(feed) = &mut self.feed else {
            return Ok(());
        };
        let was_due = feed.is_due();
        let (page, more) = self.real.turn(feed)?;
        if was_due && !feed.is_due() {
            self.looked = server.writes;
        }
        if let Some((_, listener)) = &mut self.listener {
            listener.take(&page);
        }
        self.send_all(now);
        if more {
            self.wake(now);
        }
        Ok(())
    }

    fn send_all(&mut self, now: i64) {
        while let Some((stream, listener)) = &mut self.listener
            && let Some((id, text)) = listener.next_event()
        {
            let stream = *stream;
            self.send(now, Coming::Said { stream, id, text });
        }
    }

    fn answer_stream(&mut self, now: i64, server: &Server) -> Result<(), RealError> {
        if self.strikes(Fault::RequestLost) {
            self.put(now, 3_000, 20_000, Coming::Open);
            return Ok(());
        }
        // First the feed, as the server does it.
        if self.feed.is_none() {
            self.feed = Some(self.real.begin_feed()?);
            self.looked = server.writes;
        }
        let listener = self.real.listen(self.last.as_deref())?;
        let (stream, id) = (self.number(), listener.id());
        self.listener = Some((stream, listener));
        self.stream = Some(stream);
        self.send(now, Coming::Opened { stream, id });
        self.send_all(now);
        Ok(())
    }

    fn answer_day(&mut self, now: i64, number: u64) -> Result<(), RealError> {
        let answer = if self.strikes(Fault::ReplyLost) {
            None
        } else {
            Some(self.real.board(self.day)?)
        };
        let most = self.slowness();
        self.put(now, 5, most, Coming::Answered { number, answer });
        Ok(())
    }

    // The page.

    fn cut(&mut self, now: i64, stream: u64) {
        if self.stream != Some(stream) {
            return;
        }
        self.stream = None;
        self.is_open = false;
        if self
            .listener
            .as_ref()
            .is_some_and(|(other, _)| *other == stream)
        {
            self.listener = None;
            // Where nobody else watches the feed ends when the server has noticed.
            if self.chance.percent(50) {
                self.feed = None;
            }
        }
        self.put(now, 1_000, 40_000, Coming::Open);
    }

    fn fetch(&mut self, now: i64) {
        let number = self.loading.begin();
        let most = self.slowness();
        self.put(now, 5, most, Coming::Asked { number });
    }

    fn take_answer(&mut self, now: i64, number: u64, answer: Option<BoardResponse>) {
        let Some(heard) = self.loading.end(number) else {
            return;
        };
        match answer {
            Some(answer) => {
                self.state = BoardState::with(answer, heard, &self.zone, Timestamp(now));
            }
            None => self.put(now, AGAIN_MS, AGAIN_MS, Coming::Again { number }),
        }
    }

    fn hear(&mut self, now: i64, text: &str) -> Result<(), RealError> {
        if text == RELOAD {
            self.fetch(now);
            return Ok(());
        }
        let event: BoardEvent = serde_json::from_str(text)?;
        self.loading.hear(&event);
        if let Some(state) = &mut self.state {
            state.apply(event, &self.zone, Timestamp(now));
        }
        Ok(())
    }

    /// Whether it shows what a page shows that is opened now.
    fn check(&self) -> Result<(), String> {
        let fresh = self
            .real
            .board(self.day)
            .map_err(|error| error.to_string())?;
        let (Some(live), Some(fresh)) = (&self.state, BoardState::new(fresh, Timestamp(0))) else {
            return Err("the board has no day".to_owned());
        };
        let other = live.jobs.iter().zip(&fresh.jobs).find(|(a, b)| a != b);
        if let Some((live, fresh)) = other {
            return Err(format!(
                "a live board shows {live:?}, a fresh one {fresh:?}"
            ));
        }
        let told = live.activity.get(..fresh.activity.len());
        for (what, is_same) in [
            ("jobs", live.jobs.len() == fresh.jobs.len()),
            ("people", live.technicians == fresh.technicians),
            ("activity", told == Some(fresh.activity.as_slice())),
            ("unreadable jobs", live.unreadable == fresh.unreadable),
        ] {
            if !is_same {
                return Err(format!("a live board shows other {what} than a fresh one"));
            }
        }
        Ok(())
    }
}
