// Writes the unsent work of a user into one file, straight from this browser's storage: the app need not start for it.
// Owns the form of the file: docs/rescue.md describes it, crates/sync/src/rescue/format.rs reads it. It must never send
// or delete anything, nor hold more of a photo than one chunk.
const NAME = "AFIELD-RESCUE";

const result = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** The database as it is; nothing where there is none, for looking must not make one. */
function open() {
  const request = indexedDB.open("afield-outbox");
  let isNew = false;
  request.onupgradeneeded = () => {
    isNew = true;
    request.transaction.abort();
  };
  return result(request).then(
    (db) => {
      // A newer build of the app must not wait for this page.
      db.onversionchange = () => db.close();
      return db;
    },
    (error) => {
      if (!isNew) {
        throw error;
      }
    },
  );
}

async function sha256(bytes) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Whether the office has not received it: LocalFile::waits of crates/sync. */
function waits({ is_copy, sending }, epoch) {
  const received = sending?.received;
  return !is_copy && !(received && (received.epoch ?? null) === epoch);
}

/** All there is, of everybody, as of one moment. With a `user`, their changes are marked as having left this phone: from
 * then on they are not joined with later ones, nor taken back as if nobody had heard of them. */
async function read(db, user) {
  const mode = user ? "readwrite" : "readonly";
  const all = db.transaction(["meta", "entries", "chunks"], mode, { durability: "strict" });
  const over = new Promise((resolve, reject) => {
    all.oncomplete = resolve;
    all.onabort = () => reject(all.error);
  });
  over.catch(() => {});
  const entries = all.objectStore("entries");
  const [meta, keys, rows, files] = await Promise.all([
    result(all.objectStore("meta").get("meta")),
    result(entries.getAllKeys()),
    result(entries.getAll()),
    result(all.objectStore("chunks").getAll(IDBKeyRange.bound("file/", "file0", false, true))),
  ]);
  rows.forEach((row, place) => {
    if (user && row?.mutation?.user === user && !row.sent) {
      row.sent = true;
      entries.put(row, keys[place]);
    }
  });
  await over;
  const epoch = meta?.epoch ?? null;
  return { meta, rows, files: files.filter((file) => file?.id && waits(file, epoch)) };
}

const of = (user, { rows, files }) => ({
  entries: rows.filter((row) => row?.mutation?.user === user),
  files: files.filter((file) => file.user === user),
});

/** Whose work is unsent here, and how much: of whoever is signed in, or else of everybody. */
export async function look() {
  const db = await open();
  if (!db) {
    return [];
  }
  try {
    const all = await read(db);
    const signedIn = all.meta?.session?.info?.user;
    const users = new Set([...all.rows.map((row) => row?.mutation?.user), ...all.files.map((file) => file.user)]);
    return [...users]
      .filter((user) => user && (!signedIn || user === signedIn.id))
      .map((user) => {
        const { entries, files } = of(user, all);
        return { user, name: signedIn?.name, changes: entries.length, files: files.length };
      });
  } finally {
    db.close();
  }
}

/** The file, and whether its changes could be marked. `tell` hears how much of the photos has been written, from 0 to 1. */
export async function write(user, tell = () => {}) {
  const db = await open();
  try {
    // A storage that cannot be written any more can still be read.
    let isMarked = true;
    const all = await read(db, user).catch(() => {
      isMarked = false;
      return read(db);
    });
    const { meta } = all;
    const { entries, files } = of(user, all);
    const session = meta?.session?.info;
    const isTheirs = session?.user?.id === user;
    const parts = [`${NAME} 0001\n`];
    let at = 19;
    const written = [];
    for (const row of files) {
      tell(written.length / files.length);
      const file = { row, at, chunks: [] };
      const blobs = [];
      for (let number = 0; number < row.chunks; number += 1) {
        const key = `${row.id}/${String(number).padStart(10, "0")}`;
        const bytes = await result(db.transaction("chunks").objectStore("chunks").get(key));
        if (!(bytes instanceof Uint8Array)) {
          // Received meanwhile, or damaged: a part of a photo is of no use.
          file.chunks = [];
          blobs.length = 0;
          break;
        }
        file.chunks.push({ bytes: bytes.length, sha256: await sha256(bytes) });
        // The browser keeps it, and not in the page's memory.
        blobs.push(new Blob([bytes]));
      }
      at += file.chunks.reduce((sum, chunk) => sum + chunk.bytes, 0);
      parts.push(...blobs);
      written.push(file);
    }
    const index = new TextEncoder().encode(
      JSON.stringify({
        made_at: Date.now(),
        rows: db.version,
        device: meta?.device ?? entries[0]?.mutation.device,
        user,
        user_name: isTheirs ? session.user.name : "",
        company: isTheirs ? session.company.id : undefined,
        epoch: meta?.epoch ?? undefined,
        changes: entries.length,
        entries: entries.map(({ marks, ...row }) => row),
        files: written,
      }),
    );
    parts.push(index, `${NAME} ${String(index.length).padStart(12, "0")} ${await sha256(index)}\n`);
    return { blob: new Blob(parts, { type: "application/octet-stream" }), isMarked };
  } finally {
    db?.close();
  }
}

/** Writes the file and hands it to the browser as a download. Whether its changes could be marked here. */
export async function save(user, tell) {
  const { blob, isMarked } = await write(user, tell);
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `afield-rescue-${new Date().toISOString().slice(0, 16).replace(/\D/g, "-")}.afield`;
  document.body.append(link);
  link.click();
  link.remove();
  // Not at once: some browsers begin to read it later.
  setTimeout(() => URL.revokeObjectURL(link.href), 600_000);
  return isMarked;
}
