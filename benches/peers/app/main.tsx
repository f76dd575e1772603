// The peer: what a good front-end developer would write in a week for the same list of jobs.
import { render } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { Workbox } from 'workbox-window';
import { db, drain, prime, type Customer, type Job, type Note, type Property } from './store';

const MOST_ROWS = 200;

interface Row {
  job: Job;
  customer?: Customer;
  property?: Property;
}

const clock = new Intl.DateTimeFormat('en', { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });

/** The day's jobs by their start: only they are read, through the index. */
async function todaysRows(): Promise<{ rows: Row[]; all: number }> {
  const from = new Date().setHours(0, 0, 0, 0);
  const day = () => db.jobs.where('starts').between(from, from + 86_400_000, true, false);
  const [jobs, all] = await Promise.all([day().limit(MOST_ROWS).toArray(), day().count()]);
  const [customers, properties] = await Promise.all([
    db.customers.bulkGet(jobs.map((job) => job.customer ?? '')),
    db.properties.bulkGet(jobs.map((job) => job.property ?? '')),
  ]);
  return { rows: jobs.map((job, n) => ({ job, customer: customers[n], property: properties[n] })), all };
}

function SignIn({ done }: { done: () => void }) {
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const credentials = JSON.stringify(Object.fromEntries(form));
    const signedIn = await fetch('/api/session', { method: 'POST', headers: { 'content-type': 'application/json' }, body: credentials });
    if (signedIn.ok) {
      const records = await fetch('/api/records');
      await prime(await records.json(), String(form.get('email')));
      done();
    }
  };
  return (
    <main>
      <h1>Sign in</h1>
      <form onSubmit={submit}>
        <label>
          Email <input name="email" type="email" required />
        </label>
        <label>
          Password <input name="password" type="password" required />
        </label>
        <button type="submit">Sign in</button>
      </form>
    </main>
  );
}

function Today({ primed }: { primed: boolean }) {
  const [day, setDay] = useState<{ rows: Row[]; all: number }>();
  const [isReady, setReady] = useState(false);
  useEffect(() => {
    void todaysRows().then(setDay);
    if (primed) {
      void navigator.serviceWorker.ready.then(() => setReady(true));
    }
  }, [primed]);
  return (
    <main>
      <h1>Today</h1>
      {isReady && <p>Ready for offline use</p>}
      {day && <p>{day.all} jobs</p>}
      <ol>{day?.rows.map((row) => <JobRow key={row.job.id} row={row} />)}</ol>
    </main>
  );
}

function JobRow({ row: { job, customer, property } }: { row: Row }) {
  return (
    <li>
      <a href={`/jobs/${job.id}`}>
        <time>
          {clock.format(job.starts)}–{clock.format(job.ends)}
        </time>
        <strong>{job.title}</strong>
        <span>
          {job.number} · {customer?.name} · {[property?.address, property?.city].filter(Boolean).join(', ')}
        </span>
        <em>{job.status}</em>
      </a>
    </li>
  );
}

function JobPage({ id, changed }: { id: string; changed: () => void }) {
  const [job, setJob] = useState<Job>();
  const [notes, setNotes] = useState<Note[]>([]);
  const [said, setSaid] = useState(0);
  const [text, setText] = useState('');
  const load = async () => {
    setJob(await db.jobs.get(id));
    setNotes(await db.notes.where({ job: id }).toArray());
  };
  useEffect(() => void load(), [id]);
  const saved = async () => {
    setSaid((times) => times + 1);
    changed();
    await load();
  };
  const addNote = async (event: SubmitEvent) => {
    event.preventDefault();
    const note = { id: crypto.randomUUID(), job: id, text };
    await db.transaction('rw', db.notes, db.outbox, async () => {
      await db.notes.put(note);
      await db.outbox.add({ id: note.id, job: id, note: text });
    });
    setText('');
    await saved();
  };
  const setStatus = async (status: string) => {
    await db.transaction('rw', db.jobs, db.outbox, async () => {
      await db.jobs.update(id, { status });
      await db.outbox.add({ id: crypto.randomUUID(), job: id, status });
    });
    await saved();
  };
  return (
    <main>
      <h1>{job?.title}</h1>
      <p>{job?.status}</p>
      <button type="button" onClick={() => setStatus('en_route')}>
        En route
      </button>
      <form class="note-form" onSubmit={addNote}>
        <label>
          New note <textarea value={text} onInput={(event) => setText(event.currentTarget.value)} required />
        </label>
        <button type="submit">Add note</button>
      </form>
      {said > 0 && (
        <p role="status" key={said}>
          Saved on this phone
        </p>
      )}
      <ul>
        {notes.map((note) => (
          <li key={note.id}>{note.text}</li>
        ))}
      </ul>
    </main>
  );
}

function App({ known }: { known: boolean }) {
  const [user, setUser] = useState(known);
  const [unsent, setUnsent] = useState<number>();
  const count = () => void db.outbox.count().then(setUnsent);
  const sync = async () => {
    await drain();
    count();
  };
  useEffect(() => {
    count();
    const send = () => void sync();
    addEventListener('online', send);
    return () => removeEventListener('online', send);
  }, []);
  if (!user) {
    return <SignIn done={() => setUser(true)} />;
  }
  const job = /^\/jobs\/(.+)$/.exec(location.pathname);
  return (
    <>
      <header>
        <span aria-label="Unsent changes">{unsent}</span>
        <button type="button" id="sync" onClick={sync}>
          Sync now
        </button>
      </header>
      {job ? <JobPage id={job[1]} changed={count} /> : <Today primed={user} />}
    </>
  );
}

const known = (await db.meta.get('user')) !== undefined;
render(<App known={known} />, document.getElementById('app')!);

if ('serviceWorker' in navigator) {
  void new Workbox('/sw.js').register();
}
