//! What every store of photos and files must do.

use super::{entry, seqs, write};
use crate::files::local_file::{CHUNK_BYTES, LocalFile, chunks_of};
use crate::files::sending::Receipt;
use crate::ports::{FileStore, OutboxPlan, OutboxStore, OutboxWrite, Read};
use crate::testing::fixtures::{attachment_id, local_file};
use crate::{StoreError, SyncError};
use afield_protocol::Seq;

/// Runs every check of the files. `again` opens what `store` wrote, through another connection.
pub async fn file_suite<S: OutboxStore + FileStore>(store: S, again: impl AsyncFn() -> S) {
    chunks_without_a_row_are_seen_by_nobody(&store, &again).await;
    a_row_whose_chunks_are_gone_is_not_written(&store, &again).await;
    a_row_comes_with_its_mutation_or_not_at_all(&store, &again).await;
    two_files_written_in_turn_do_not_mix(&store, &again).await;
    only_chunks_without_a_row_are_dropped(&store, &again).await;
    a_file_that_is_there_is_never_written_over(&store).await;
    a_file_with_a_hole_is_said_to_be_damaged(&store).await;
    files_outlive_every_entry(&store, &again).await;
    a_file_goes_with_all_its_bytes(&store, &again).await;
    one_chunk_is_read_without_the_others(&store).await;
    only_what_was_received_is_removed(&store, &again).await;
}

fn bytes(n: u8, length: usize) -> Vec<u8> {
    let step = usize::from(n) * 2 + 1;
    (0..length)
        .map(|at| (at * step + at / 251).to_le_bytes()[0])
        .collect()
}

async fn put<S: FileStore>(store: &S, n: u128, bytes: &[u8]) {
    for (number, chunk) in (0..).zip(chunks_of(bytes)) {
        let put = store.put_chunk(attachment_id(n), number, chunk).await;
        assert_eq!(put, Ok(()));
    }
}

async fn save<S: OutboxStore>(store: &S, seq: u64, file: LocalFile) {
    let writes = vec![OutboxWrite::Put(entry(seq)), OutboxWrite::File(file)];
    write(store, writes).await;
}

/// A transaction that would write the row although its chunks are not all there: nothing of it is written.
async fn is_refused<S: OutboxStore>(store: &S, seq: u64, file: &LocalFile) {
    let writes = vec![
        OutboxWrite::Put(entry(seq)),
        OutboxWrite::File(file.clone()),
    ];
    let written = store.transact(Read::Meta, |_| {
        let writes = writes.clone();
        Ok(OutboxPlan { writes, value: () })
    });
    assert_eq!(written.await, Err(SyncError::Store(StoreError::NotWhole)));
    let all = store.load(Read::All).await.unwrap();
    assert!(all.entries.iter().all(|other| other.seq().0 != seq));
}

async fn listed<S: FileStore>(store: &S) -> Vec<LocalFile> {
    store.load_files().await.unwrap().files
}

async fn read<S: FileStore>(store: &S, n: u128) -> Option<Vec<u8>> {
    store.load_bytes(attachment_id(n)).await.unwrap()
}

/// A crash between the chunks and the row.
async fn chunks_without_a_row_are_seen_by_nobody<S: OutboxStore + FileStore>(
    store: &S,
    again: &impl AsyncFn() -> S,
) {
    put(store, 9, &bytes(9, 10)).await;
    let other = again().await;
    assert_eq!(listed(&other).await, []);
    assert_eq!(other.load_file(attachment_id(9)).await, Ok(None));
    assert_eq!(read(&other, 9).await, None);
    assert_eq!(other.load(Read::All).await.unwrap(), Default::default());
}

/// Whoever swept them, and by whatever clock: between the last chunk and its row there is time for it.
async fn a_row_whose_chunks_are_gone_is_not_written<S: OutboxStore + FileStore>(
    store: &S,
    again: &impl AsyncFn() -> S,
) {
    let whole = bytes(8, 2 * CHUNK_BYTES + 5);
    let cases: [(u128, &[u32]); 5] = [
        (81, &[]),
        (82, &[0]),
        (83, &[1, 2]),
        (84, &[0, 2]),
        (85, &[0, 1, 2, 3]),
    ];
    for (n, numbers) in cases {
        let file = local_file(n, 1, &whole);
        for number in numbers {
            let chunk = chunks_of(&whole).nth(*number as usize).unwrap_or(&[1]);
            assert_eq!(store.put_chunk(file.id, *number, chunk).await, Ok(()));
        }
        is_refused(store, 8, &file).await;
        assert_eq!(store.drop_chunks(file.id).await, Ok(()));
        is_refused(store, 8, &file).await;
        let other = again().await;
        assert_eq!(other.load_file(file.id).await, Ok(None));
        // Written once more it is as good as any.
        put(store, n, &whole).await;
        save(store, 8, file).await;
        assert_eq!(read(&other, n).await.as_ref(), Some(&whole));
        let gone = vec![
            OutboxWrite::Remove(Seq(8)),
            OutboxWrite::DropFile(attachment_id(n)),
        ];
        write(store, gone).await;
    }
}

async fn a_row_comes_with_its_mutation_or_not_at_all<S: OutboxStore + FileStore>(
    store: &S,
    again: &impl AsyncFn() -> S,
) {
    let first = bytes(1, 3 * CHUNK_BYTES + 17);
    put(store, 1, &first).await;
    let failed: Result<(), _> = store
        .transact(Read::All, |_| Err(SyncError::SignedOut))
        .await;
    assert_eq!(failed, Err(SyncError::SignedOut));
    assert_eq!(listed(store).await, []);
    let file = local_file(1, 1, &first);
    save(store, 1, file.clone()).await;
    let other = again().await;
    assert_eq!(seqs(&other, Read::All).await, [1]);
    assert_eq!(other.load_file(file.id).await, Ok(Some(file.clone())));
    assert_eq!(listed(&other).await, [file]);
    assert_eq!(read(&other, 1).await, Some(first));
}

async fn two_files_written_in_turn_do_not_mix<S: OutboxStore + FileStore>(
    store: &S,
    again: &impl AsyncFn() -> S,
) {
    // More than ten chunks: their order is that of numbers, not of their names.
    let (one, two) = (bytes(2, 12 * CHUNK_BYTES), bytes(3, 11 * CHUNK_BYTES + 1));
    for ((number, of_one), of_two) in (0..).zip(chunks_of(&one)).zip(chunks_of(&two)) {
        let put = store.put_chunk(attachment_id(2), number, of_one).await;
        assert_eq!(put, Ok(()));
        let put = store.put_chunk(attachment_id(3), number, of_two).await;
        assert_eq!(put, Ok(()));
    }
    save(store, 3, local_file(3, 1, &two)).await;
    assert_eq!(read(store, 2).await, None);
    save(store, 2, local_file(2, 2, &one)).await;
    let other = again().await;
    assert_eq!(read(&other, 2).await, Some(one));
    assert_eq!(read(&other, 3).await, Some(two));
    let ids: Vec<_> = listed(&other).await.iter().map(|file| file.id).collect();
    assert_eq!(ids, [1, 2, 3].map(attachment_id));
}

async fn only_chunks_without_a_row_are_dropped<S: OutboxStore + FileStore>(
    store: &S,
    again: &impl AsyncFn() -> S,
) {
    let named = store.load_chunk_owners().await.unwrap();
    assert_eq!(named, [1, 2, 3, 9].map(attachment_id));
    // What its maker believes to have failed may have been written all the same.
    for n in [1, 2, 3, 9, 77] {
        assert_eq!(store.drop_chunks(attachment_id(n)).await, Ok(()));
    }
    let other = again().await;
    let named = other.load_chunk_owners().await.unwrap();
    assert_eq!(named, [1, 2, 3].map(attachment_id));
    assert_eq!(
        read(&other, 1).await.map(|all| all.len()),
        Some(3 * CHUNK_BYTES + 17)
    );
    assert_eq!(
        read(&other, 2).await.map(|all| all.len()),
        Some(12 * CHUNK_BYTES)
    );
    // The chunks that were dropped are gone: a row alone does not bring them back.
    is_refused(&other, 9, &local_file(9, 1, &bytes(9, 10))).await;
}

async fn a_file_that_is_there_is_never_written_over<S: FileStore>(store: &S) {
    let before = read(store, 1).await;
    assert_eq!(store.put_chunk(attachment_id(1), 0, &[0; 9]).await, Ok(()));
    assert_eq!(store.put_chunk(attachment_id(1), 40, &[0; 9]).await, Ok(()));
    assert_eq!(read(store, 1).await, before);
}

async fn a_file_with_a_hole_is_said_to_be_damaged<S: OutboxStore + FileStore>(store: &S) {
    let whole = bytes(4, 2 * CHUNK_BYTES);
    for (number, length) in [(0, 1), (1, CHUNK_BYTES)] {
        let chunk = vec![0; length];
        let put = store.put_chunk(attachment_id(4), number, &chunk).await;
        assert_eq!(put, Ok(()));
    }
    save(store, 4, local_file(4, 1, &whole)).await;
    assert_eq!(
        store.load_bytes(attachment_id(4)).await,
        Err(StoreError::NotWhole)
    );
}

/// No verdict, no revert and no sign-out takes a file along.
async fn files_outlive_every_entry<S: OutboxStore + FileStore>(
    store: &S,
    again: &impl AsyncFn() -> S,
) {
    let view = store.load(Read::All).await.unwrap();
    let seqs = view.entries.iter().map(|entry| entry.seq());
    let mut writes: Vec<_> = seqs.map(OutboxWrite::Remove).collect();
    writes.push(OutboxWrite::Meta(Default::default()));
    write(store, writes).await;
    let other = again().await;
    assert_eq!(other.load(Read::All).await.unwrap(), Default::default());
    assert_eq!(listed(&other).await.len(), 4);
    assert!(read(&other, 1).await.is_some());
}

/// Taken back by its user: the row, every chunk, and nothing of the others.
async fn a_file_goes_with_all_its_bytes<S: OutboxStore + FileStore>(
    store: &S,
    again: &impl AsyncFn() -> S,
) {
    // One that is not there is gone already.
    let gone = [attachment_id(2), attachment_id(77)];
    write(store, gone.map(OutboxWrite::DropFile).to_vec()).await;
    let other = again().await;
    assert_eq!(other.load_file(attachment_id(2)).await, Ok(None));
    let ids: Vec<_> = listed(&other).await.iter().map(|file| file.id).collect();
    assert_eq!(ids, [1, 3, 4].map(attachment_id));
    assert!(read(&other, 3).await.is_some());
    let file = local_file(2, 2, &bytes(2, 12 * CHUNK_BYTES));
    is_refused(&other, 2, &file).await;
}

async fn one_chunk_is_read_without_the_others<S: OutboxStore + FileStore>(store: &S) {
    let id = attachment_id(21);
    let whole = bytes(21, CHUNK_BYTES + 5);
    put(store, 21, &whole).await;
    assert_eq!(store.load_chunk(id, 0).await, Ok(None), "not there yet");
    save(store, 21, local_file(21, 1, &whole)).await;
    for (number, chunk) in (0..).zip(chunks_of(&whole)) {
        let read = store.load_chunk(id, number).await;
        assert_eq!(read.unwrap().as_deref(), Some(chunk));
    }
    assert_eq!(store.load_chunk(id, 2).await, Ok(None));
    assert_eq!(store.load_chunk(attachment_id(404), 0).await, Ok(None));
}

async fn only_what_was_received_is_removed<S: OutboxStore + FileStore>(
    store: &S,
    again: &impl AsyncFn() -> S,
) {
    let [waiting, received] = [31, 32].map(|n| local_file(n, 1, &bytes(7, CHUNK_BYTES + 5)));
    for file in [&waiting, &received] {
        let n = file.id.0.as_u128() - attachment_id(0).0.as_u128();
        put(store, n, &bytes(7, CHUNK_BYTES + 5)).await;
    }
    save(store, 31, waiting.clone()).await;
    let mut told = received.clone();
    told.sending.received = Some(Receipt {
        at: told.made_at,
        epoch: None,
    });
    save(store, 32, told).await;
    for file in [&waiting, &received] {
        assert_eq!(store.drop_received(file.id).await, Ok(()));
    }
    let other = again().await;
    assert_eq!(read(&other, 31).await, Some(bytes(7, CHUNK_BYTES + 5)));
    assert_eq!(read(&other, 32).await, None);
    // Not a byte of it is left for a row of the same id.
    is_refused(store, 33, &received).await;
    assert_eq!(other.load_file(waiting.id).await, Ok(Some(waiting)));
}
