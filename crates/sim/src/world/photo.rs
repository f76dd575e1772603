//! Photos: saved chunk by chunk, as the page does.
//!
//! Owns what a technician does with the camera. The order is the engine's; a tab may end between any two
//! steps.

use super::{SimEngine, World};
use crate::company;
use afield_domain::AttachmentId;
use afield_sync::driver::Event;
use afield_sync::files::saving::{FileStep, plan_file_step};
use afield_sync::memory::OutboxRows;
use afield_sync::testing::fixtures::{add_with_file, local_file, register};
use afield_sync::{FileStore, LocalFile, Written};
use std::rc::Rc;

/// The bytes of a photo: in one chunk, and long enough to be cut in many places.
fn bytes_of(number: u128) -> Vec<u8> {
    format!("photo number {number} of this phone, byte for byte").into_bytes()
}

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
        let bytes = bytes_of(number);
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
        self.sim.spawn(tab.context, async move {
            let Some(written) = run_save(&engine, row, &bytes).await else {
                return sim.note(|| "no photo saved".to_owned());
            };
            ledger.borrow_mut().said_saved(&written.put);
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
    let (mut last, mut written) = (None, None);
    loop {
        let step = plan_file_step(count, last);
        let is_done = match step {
            FileStep::Chunk(number) => engine.outbox.put_chunk(id, number, bytes).await.is_ok(),
            FileStep::Register => {
                written = engine.run_attach(&intents, &rows).await.ok();
                written.is_some()
            }
            FileStep::Drop => engine.outbox.drop_chunks(id).await.is_ok(),
            FileStep::Refer => return written,
            FileStep::Failed => return None,
        };
        last = Some((step, is_done));
    }
}

/// Whether a file is whole on the phone.
pub(crate) fn is_whole(rows: &OutboxRows, id: AttachmentId) -> bool {
    let chunks = rows.chunks.range((id, 0)..=(id, u32::MAX));
    let chunks: Vec<Vec<u8>> = chunks.map(|(_, bytes)| bytes.clone()).collect();
    let file = rows.files.get(&id);
    file.is_some_and(|file| file.join(&chunks).is_some())
}
