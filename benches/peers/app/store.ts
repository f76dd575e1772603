// The peer's storage: Dexie, a table for each kind of record, with the indexes that its screens ask for.
//
// Dexie leaves the durability to the browser, and Chromium's default is "relaxed": a change that is complete
// may be lost with the power. `?strict` in the address makes the same app ask for "strict".
import Dexie, { type EntityTable } from 'dexie';

export interface Job {
  id: string;
  number: string;
  title: string;
  starts: number;
  ends: number;
  status: string;
  customer?: string;
  property?: string;
}

export interface Customer {
  id: string;
  name: string;
}

export interface Property {
  id: string;
  address?: string;
  city?: string;
}

export interface Note {
  id: string;
  job: string;
  text: string;
}

/** A change that the server has not answered. */
export interface Change {
  seq: number;
  id: string;
  job: string;
  note?: string;
  status?: string;
}

export const db = new Dexie('peer', {
  chromeTransactionDurability: new URLSearchParams(location.search).has('strict') ? 'strict' : 'default',
}) as Dexie & {
  jobs: EntityTable<Job, 'id'>;
  customers: EntityTable<Customer, 'id'>;
  properties: EntityTable<Property, 'id'>;
  notes: EntityTable<Note, 'id'>;
  outbox: EntityTable<Change, 'seq'>;
  meta: EntityTable<{ key: string; value: unknown }, 'key'>;
};

db.version(1).stores({
  jobs: 'id, starts',
  customers: 'id',
  properties: 'id',
  notes: 'id, job',
  outbox: '++seq',
  meta: 'key',
});

type Kind = 'jobs' | 'customers' | 'properties' | 'notes';
const KINDS: Record<string, Kind> = { job: 'jobs', customer: 'customers', property: 'properties', note: 'notes' };

/** Writes everything that the server has for this user, in one transaction. */
export async function prime(records: { module: string; id: string }[], user: string): Promise<void> {
  await db.transaction('rw', db.tables, async () => {
    for (const [module, table] of Object.entries(KINDS)) {
      await db.table(table).bulkPut(records.filter((record) => record.module === module));
    }
    await db.meta.put({ key: 'user', value: user });
  });
}

/** The most changes of one request. */
const BATCH = 100;

/** Sends what waits, oldest first; an entry goes when the server has answered. Gives back whether all was sent. */
export async function drain(): Promise<boolean> {
  for (;;) {
    const batch = await db.outbox.orderBy('seq').limit(BATCH).toArray();
    if (batch.length === 0) {
      return true;
    }
    const answer = await fetch('/api/changes', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(batch),
    }).catch(() => undefined);
    if (!answer?.ok) {
      return false;
    }
    await db.outbox.bulkDelete(batch.map(({ seq }) => seq));
  }
}
