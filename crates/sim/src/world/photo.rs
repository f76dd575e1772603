//! Photos: saved chunk by chunk, as the page does.
//!
//! Owns what a technician does with the camera. The order is the engine's; a tab may end between any two
//! steps.

use super::{SimEngine, World};
use crate::company;
use afield_domain::AttachmentId;
use afield_sync::driver::Event;
use afield_sync::files::saving::{FileStep, StepEnd, plan_file_step};
use afield_sync::memory::OutboxRows;
use afield_sync::testing::fixtures::{add_with_file, local_file, register};
use afield_sync::{FileStore, LocalFile, SyncError, Written, chunks_of};
use std::rc::Rc;

/// The bytes of a photo: several chunks and several pieces, as small as they are here.
fn taken(number: u128) -> Vec<u8> {
    let text = format!("photo number {number} of this phone, byte for byte");
    let times = if number.is_multiple_of(3) { 2 } else { 1 };
    text.repeat(times).into_bytes()
}

/// The room for photos on a phone, if there is an end of it, and how much of it copies may take. A photo has 40 to 100
/// bytes.
const ROOMS: [(Option<u64>, Option<u64>); 6] = [
    (None, None),
    (None, None),
    (None, Some(0)),
    (None, Some(120)),
    (Some(160), None),
    (Some(300), Some(100)),
];

impl World {
    /// A photo of a job, and then a note that shows it.
    pub(super) fn save_photo(&self, device: u8, tab: u8, job: u8) {
        let Some(phone) = self.phone(device) else {
            return;
        };
        let tab = self.tab_or_new(phone, tab);
        let engine = self.engine(phone, tab.context);
        let (number, job) = (
            u128::from(self.sim.fresh()),
            u128::from(job % company::JOBS),
        );
        let bytes = taken(number);
        let row = LocalFile {
            user: company::user(phone.user.get()).id,
            ..local_file(number, job, &bytes)
        };
        self.server
            .borrow_mut()
            .model
            .files
            .right
            .insert(row.id, bytes.clone());
        let (ledger, sim) = (Rc::clone(&self.ledger), self.sim.clone());
        let device = Rc::clone(&phone.device);
        let is_first = !device.has_photos.replace(true);
        let drawn = is_first.then(|| sim.draw(|chance| chance.pick(&ROOMS)));
        let (room, copies) = drawn.flatten().unwrap_or((device.room.get(), None));
        device.room.set(room);
        self.sim.spawn(tab.context, async move {
            if let Some(most) = copies {
                let _ = engine.run_keep_most(most).await;
            }
            let free = device.room_left().unwrap_or(u64::MAX);
            if engine.run_make_room(bytes.len() as u64, (free, 0)).await != Ok(0) {
                return sim.note(|| "no room for a photo".to_owned());
            }
            let id = row.id;
            let Some(written) = run_save(&engine, row, &bytes).await else {
                return sim.note(|| "no photo saved".to_owned());
            };
            ledger.borrow_mut().said_saved(&written.put);
            ledger.borrow_mut().captured.insert(id, device.number);
            tab.wake.tell(Event::Saved);
            let note = [add_with_file(number, job, number)];
            if let Ok(written) = engine.run_enqueue(&note).await {
                ledger.borrow_mut().said_saved(&written.put);
                tab.wake.tell(Event::Saved);
            }
        });
    }
}

async fn run_save(engine: &SimEngine, row: LocalFile, bytes: &[u8]) -> Option<Written> {
    let (id, count) = (row.id, row.chunks);
    let (intents, rows) = ([register(&row)], [row]);
    let (mut last, mut swept, mut written) = (None, 0, None);
    loop {
        let step = plan_file_step(count, last);
        let done = match step {
            FileStep::Chunk(number) => {
                let chunk = chunks_of(bytes).nth(number as usize).unwrap_or_default();
                let put = engine.outbox.put_chunk(id, number, chunk).await;
                put.map_err(SyncError::from)
            }
            FileStep::Register => {
                let attached = engine.run_attach(&intents, &rows).await;
                attached.map(|attached| written = Some(attached))
            }
            FileStep::Drop => engine.outbox.drop_chunks(id).await.map_err(SyncError::from),
            FileStep::Refer => return written,
            FileStep::Failed => return None,
        };
        last = Some((step, StepEnd::of(&done, &mut swept)));
    }
}

/// The bytes of a file on the phone, if they are whole.
pub(crate) fn bytes_of(rows: &OutboxRows, id: AttachmentId) -> Option<Vec<u8>> {
    let chunks = rows.chunks.range((id, 0)..=(id, u32::MAX));
    let chunks: Vec<Vec<u8>> = chunks.map(|(_, bytes)| bytes.clone()).collect();
    rows.files.get(&id)?.join(&chunks)
}

/// Whether a file is whole on the phone.
pub(crate) fn is_whole(rows: &OutboxRows, id: AttachmentId) -> bool {
    bytes_of(rows, id).is_some()
}
