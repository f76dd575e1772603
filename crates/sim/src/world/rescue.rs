//! Rescue files: written on one phone, and sent by another, once, again, broken off, or never.
//!
//! Owns the files that people carry, and what was told of them. Each goes through the real form, byte by byte, and is
//! sent by the requests of the app. Of a phone that is put back to an older copy of itself the files are thrown away:
//! it has given their places and ids to other changes.

use super::World;
use crate::company;
use crate::device::{Device, NEW_BUILD};
use crate::executor::{ContextId, OUTSIDE};
use crate::ledger::{Ledger, was_accepted};
use crate::remote::SimRemote;
use crate::server::Server;
use afield_domain::{AttachmentId, DeviceId, Timestamp};
use afield_protocol::{EpochId, Mutation, Seq};
use afield_sync::rescue::format::{
    FOOT_BYTES, HEAD_BYTES, RescueError, RescueIndex, RescuedFile, check_head, read_foot,
    read_index,
};
use afield_sync::rescue::requests::{RescueStop, run_file};
use afield_sync::rescue::sending::RescueSending;
use afield_sync::rescue::writing::{plan_written, written};
use afield_sync::testing::fixtures::session;
use afield_sync::{FileStore, LocalFile, OutboxStore, OutboxView, Read, SignedIn};
use std::cell::RefCell;
use std::rc::Rc;

/// The version of the outbox's rows, whatever it is.
const ROWS: u32 = 1;

/// A rescue file, and what has become of it.
pub struct RescueFile {
    /// The phone on which it was written.
    pub device: u8,
    /// Whose work it is.
    pub user: u8,
    /// Its bytes.
    bytes: Rc<Vec<u8>>,
    /// Whether nobody opens it any more.
    pub is_forgotten: bool,
    /// Whether its user has chosen to send it to another data set than it was of.
    any_data: bool,
    /// What was told when it was sent last, and to the end.
    pub told: Option<Told>,
}

/// What is told when a file was sent, early or not.
pub struct Told {
    /// What was in the file.
    pub index: RescueIndex,
    /// What of its changes is where.
    pub sending: RescueSending,
    /// The photos and files that have arrived.
    pub arrived: Vec<AttachmentId>,
    /// Why it went no further.
    pub stop: Option<RescueStop>,
    /// The data set of the server at that time.
    pub epoch: EpochId,
}

/// All rescue files, and who is at one.
#[derive(Default)]
pub(crate) struct RescueFiles {
    /// The files.
    pub files: Vec<RescueFile>,
    /// Who writes or sends one, and of which phone it is.
    busy: Vec<(u8, ContextId)>,
}

/// 64 digits that change with every byte. Nobody here makes up bytes for a hash.
fn hash(bytes: &[u8]) -> String {
    let step = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
    format!("{:064x}", bytes.iter().fold(0xCBF2_9CE4_8422_2325, step))
}

fn part(file: &[u8], at: u64, bytes: u64) -> Option<Vec<u8>> {
    let (from, to) = (usize::try_from(at).ok()?, usize::try_from(at + bytes).ok()?);
    file.get(from..to).map(<[u8]>::to_vec)
}

/// Reads and checks every byte, as the app does.
fn open(file: &[u8]) -> Result<RescueIndex, RescueError> {
    let total = file.len() as u64;
    let part = |at, bytes| part(file, at, bytes).ok_or(RescueError::Damaged);
    check_head(&part(0, HEAD_BYTES)?)?;
    let foot = read_foot(total, &part(total.saturating_sub(FOOT_BYTES), FOOT_BYTES)?)?;
    let bytes = part(foot.at, foot.bytes)?;
    let index = read_index(&foot, &bytes, &hash(&bytes), ROWS)?;
    for piece in index.parts() {
        if hash(&part(piece.at, piece.bytes)?) != piece.sha256 {
            return Err(RescueError::Damaged);
        }
    }
    Ok(index)
}

/// Writes the file as `public/rescue.js` does: the rows in one transaction, the bytes chunk by chunk after it.
async fn write(device: &Rc<Device>, user: u8) -> Option<Vec<u8>> {
    let who = company::user(user);
    device.sim.pause(0, 50).await;
    let marked = device.outbox.transact(Read::All, |view: &OutboxView| {
        Ok(plan_written(view, who.id))
    });
    let entries = marked.await.ok()?;
    // Of the same transaction: nothing here was waited for.
    let (meta, rows) = device.outbox.peek(|all| {
        let rows: Vec<LocalFile> = all.files.values().cloned().collect();
        (all.meta.clone(), rows)
    });
    device.ledger.borrow_mut().touch();
    let mut files = Vec::new();
    for row in rows {
        if row.user == who.id && row.waits(meta.epoch.as_ref()) {
            let mut bytes = Vec::new();
            for number in 0..row.chunks {
                device.sim.pause(0, 20).await;
                match device.outbox.load_chunk(row.id, number).await {
                    Ok(Some(chunk)) => bytes.extend(chunk),
                    // Received meanwhile, or damaged: a part of a photo is of no use.
                    _ => {
                        bytes.clear();
                        break;
                    }
                }
            }
            files.push((row, bytes));
        }
    }
    let info = session(&who);
    let index = RescueIndex {
        made_at: device.clock(),
        rows: ROWS,
        device: meta
            .device
            .or(entries.first().map(|it| it.mutation.device))?,
        user: who.id,
        user_name: info.user.name,
        company: Some(info.company.id),
        epoch: meta.epoch,
        changes: entries.len() as u64,
        entries,
        files: Vec::new(),
    };
    let is_empty = index.entries.is_empty() && files.is_empty();
    (!is_empty).then(|| written(&index, &files, hash))
}

/// Whoever sends a file.
struct Sender {
    remote: SimRemote,
    /// The phone on which it was written.
    of: u8,
    user: u8,
    /// Whether it is sent to whatever data set the server has.
    any_data: bool,
}

impl Sender {
    fn is_signed_in(&self) -> bool {
        let user = company::user(self.user).id;
        let known = self.remote.device.outbox.peek(|rows| {
            let session = rows.meta.session.as_ref();
            session.map(SignedIn::user)
        });
        // A borrowed computer has nothing but the file.
        known.is_none_or(|known| known == user)
    }

    fn device(&self) -> &Device {
        &self.remote.device
    }

    /// Sends the changes, and then the photos, as the page does.
    async fn send(
        &self,
        index: &RescueIndex,
        sending: &mut RescueSending,
        file: &[u8],
        arrived: &mut Vec<AttachmentId>,
    ) -> Result<(), RescueStop> {
        loop {
            if !self.is_signed_in() {
                return Err(RescueStop::FileUnreadable);
            }
            self.note_passed_over(sending);
            if !sending.run_next(&self.remote, self.now()).await? {
                break;
            }
        }
        for file_row in index.files.iter().filter(|row| sending.knows(row)) {
            let read = async |at, bytes| part(file, at, bytes);
            let pause = async |ms: u64| {
                let sim = &self.device().sim;
                sim.sleep_until(sim.now() + ms as i64).await;
            };
            if run_file(&self.remote, file_row, pause, read).await? {
                arrived.push(file_row.row.id);
            }
        }
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.device().clock()
    }

    /// What the server did not decide is passed over: then the rest comes before it.
    fn note_passed_over(&self, sending: &RescueSending) {
        let Some(request) = sending.next_request() else {
            return;
        };
        let last = request.mutations.iter().map(|sent| sent.seq).max();
        let is_over =
            |seq: Seq| Some(seq) < last && !request.mutations.iter().any(|sent| sent.seq == seq);
        if sending.left().iter().any(|left| is_over(left.seq())) {
            let mut ledger = self.device().ledger.borrow_mut();
            ledger.set_aside.insert(request.device);
        }
    }

    /// What is told has arrived the server has, if it has had no other data set since.
    fn check_told(&self, told: &Told, server: &Server) {
        let mut ledger = self.device().ledger.borrow_mut();
        if server.model.epoch != told.epoch {
            return;
        }
        if let Some(what) = told.is_untrue(server) {
            ledger.accuse(format!("of a rescue file: {what}"));
        }
    }

    async fn run(self, file: Rc<Vec<u8>>, server: Rc<RefCell<Server>>) -> Option<Told> {
        self.device().sim.pause(5, 500).await;
        let Ok(index) = open(&file) else {
            let mut ledger = self.device().ledger.borrow_mut();
            ledger.accuse("a rescue file cannot be read");
            return None;
        };
        let info = session(&company::user(self.user));
        if index.author_for(&info.user, info.company.id) != Ok(None) {
            let mut ledger = self.device().ledger.borrow_mut();
            ledger.accuse("a rescue file is not taken from its user");
            return None;
        }
        let mut sending = RescueSending::new(&index);
        if self.any_data {
            sending.take_any_epoch();
            mark_any_data(&mut self.device().ledger.borrow_mut(), &index);
        }
        let epoch = server.borrow().model.epoch.clone();
        let mut arrived = Vec::new();
        let ended = self.send(&index, &mut sending, &file, &mut arrived);
        let stop = ended.await.err();
        let told = Told {
            index,
            sending,
            arrived,
            stop,
            epoch,
        };
        self.check_told(&told, &server.borrow());
        let (of, stop) = (self.of, told.stop.clone());
        let (accepted, waiting) = (told.sending.accepted(), told.sending.waiting());
        self.device().sim.note(|| {
            format!("rescue file of device {of}: {accepted} accepted, {waiting} waiting, {stop:?}")
        });
        Some(told)
    }
}

/// The order of what was lost with a backup is the old phone's to bring back; who sends all the same was told so.
fn mark_any_data(ledger: &mut Ledger, index: &RescueIndex) {
    let devices = index.entries.iter().map(|entry| entry.mutation.device);
    let devices: Vec<DeviceId> = devices.collect();
    ledger.any_data.extend(devices);
}

impl Told {
    /// Whether something is left that may go, so that the page offers to send again.
    fn offers_again(&self) -> bool {
        let mut again = self.sending.clone();
        again.try_again();
        let mut files = self.index.files.iter();
        let waits = |file: &RescuedFile| {
            file.is_whole() && self.sending.knows(file) && !self.arrived.contains(&file.row.id)
        };
        self.stop.is_some() || again.next_request().is_some() || files.any(waits)
    }

    /// What is told to have arrived, and has not.
    fn is_untrue(&self, server: &Server) -> Option<String> {
        let left = self.sending.left();
        let is_left = |seq: Seq| left.iter().any(|left| left.seq() == seq);
        for entry in &self.index.entries {
            let id = entry.mutation.id;
            // What the office has declined since had arrived all the same.
            let mut reviews = server.model.reviews.iter();
            let was_reviewed = reviews.any(|review| review.mutation.id == id);
            // So had that for which its phone has sent another one meanwhile.
            let replaces = |mutation: &Mutation| mutation.replaces.iter().any(|old| old.id == id);
            let mut decided = server.model.verdicts.values();
            let was_replaced = decided.any(|(it, _)| it.as_ref().is_some_and(replaces));
            let has_it = was_accepted(server.model.verdict(id)) || was_reviewed || was_replaced;
            if !is_left(entry.seq()) && !has_it {
                return Some(format!("seq {} has not arrived", entry.seq().0));
            }
        }
        let received = &server.model.files.received;
        let missing = self.arrived.iter().find(|id| !received.contains_key(id));
        missing.map(|id| format!("{id} has not arrived"))
    }
}

impl World {
    /// A rescue file is written on a phone, of whoever is signed in there.
    pub(super) fn write_rescue(&self, device: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let signed_in = phone.device.outbox.peek(|rows| {
            let session = rows.meta.session.as_ref();
            session.map(SignedIn::user)
        });
        let user = (0..company::USERS).find(|user| Some(company::user(*user).id) == signed_in);
        let Some(user) = user else {
            return;
        };
        let is_forgotten = self.sim.draw(|chance| chance.percent(20));
        let context = self.fresh_context();
        let rescues = Rc::clone(&self.rescues);
        rescues.borrow_mut().busy.push((device, context));
        let from = Rc::clone(&phone.device);
        self.sim.spawn(context, async move {
            let Some(bytes) = write(&from, user).await else {
                return;
            };
            from.sim
                .note(|| format!("device {device}: a rescue file of {} bytes", bytes.len()));
            rescues.borrow_mut().files.push(RescueFile {
                device,
                user,
                bytes: Rc::new(bytes),
                is_forgotten,
                any_data: false,
                told: None,
            });
        });
    }

    /// A rescue file is sent: from this phone, if its user is signed in there, or else from a borrowed
    /// computer. With `cut_ms` that is closed after so long.
    pub(super) fn send_rescue(&self, device: u8, file: u8, cut_ms: Option<i64>) {
        let count = self.rescues.borrow().files.len();
        if let Some(place) = usize::from(file).checked_rem(count) {
            let context = self.send_file(Some(device), place, false);
            if let (Some(context), Some(ms)) = (context, cut_ms) {
                let sim = self.sim.clone();
                self.sim.spawn(OUTSIDE, async move {
                    sim.pause(ms, ms).await;
                    sim.kill(context);
                });
            }
        }
    }

    fn send_file(&self, from: Option<u8>, place: usize, any_data: bool) -> Option<ContextId> {
        let (of, user, bytes) = {
            let all = self.rescues.borrow();
            let file = all.files.get(place).filter(|it| !it.bytes.is_empty())?;
            (file.device, file.user, Rc::clone(&file.bytes))
        };
        let phone = from.and_then(|device| self.phone(device));
        let own = phone
            .filter(|phone| phone.device.cookie.get() == Some(user) && !phone.device.revoked.get());
        let device = own.map_or_else(|| self.borrowed(user), |phone| Rc::clone(&phone.device));
        let context = self.fresh_context();
        let sender = Sender {
            remote: SimRemote {
                device,
                context,
                server: Rc::clone(&self.server),
                records_version: NEW_BUILD,
                swarm: Rc::clone(&self.swarm),
                is_pass: false,
            },
            of,
            user,
            any_data,
        };
        let (rescues, server) = (Rc::clone(&self.rescues), Rc::clone(&self.server));
        rescues.borrow_mut().busy.push((of, context));
        self.sim.spawn(context, async move {
            let told = sender.run(bytes, server).await;
            let mut all = rescues.borrow_mut();
            if let (Some(file), Some(told)) = (all.files.get_mut(place), told) {
                file.told = Some(told);
            }
        });
        Some(context)
    }

    /// A computer on which nothing was ever saved, with the user signed in.
    fn borrowed(&self, user: u8) -> Rc<Device> {
        let device = Device::new(u8::MAX, self.sim.clone(), Rc::clone(&self.ledger));
        device.cookie.set(Some(user));
        device
    }

    /// The phone is put back: see above.
    pub(super) fn throw_rescues_away(&self, device: u8) {
        let mut all = self.rescues.borrow_mut();
        for (_, context) in all.busy.iter().filter(|(of, _)| *of == device) {
            self.sim.kill(*context);
        }
        for file in all.files.iter_mut().filter(|file| file.device == device) {
            file.is_forgotten = true;
            file.bytes = Rc::default();
        }
    }

    /// Those rescue files that were not sent to the end are opened once more. What was there before a backup was put
    /// back their user sends when the phones have brought back what they have.
    pub fn open_rescues(&self) {
        let due: Vec<(usize, bool)> = {
            let all = self.rescues.borrow();
            let due = all
                .files
                .iter()
                .enumerate()
                .filter(|(_, file)| file.is_due());
            let other = |file: &RescueFile| {
                let stop = file.told.as_ref().and_then(|told| told.stop.as_ref());
                stop == Some(&RescueStop::OtherData)
            };
            due.map(|(place, file)| (place, other(file))).collect()
        };
        let is_quiet = !self.is_phone_waiting();
        for (place, other_data) in due {
            let mut all = self.rescues.borrow_mut();
            let Some(file) = all.files.get_mut(place) else {
                continue;
            };
            file.any_data |= other_data && is_quiet;
            let any_data = file.any_data;
            drop(all);
            self.send_file(None, place, any_data);
        }
    }

    /// Whether a rescue file is to be opened once more.
    #[must_use]
    pub fn is_rescue_due(&self) -> bool {
        let all = self.rescues.borrow();
        all.files.iter().any(RescueFile::is_due)
    }

    /// Looks at the rescue files.
    pub fn with_rescues<T>(&self, look: impl FnOnce(&[RescueFile]) -> T) -> T {
        look(&self.rescues.borrow().files)
    }
}

impl RescueFile {
    fn is_due(&self) -> bool {
        !self.is_forgotten && self.told.as_ref().is_none_or(Told::offers_again)
    }
}
