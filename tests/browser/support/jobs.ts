// The demo's jobs that tests work on.
import type { Job } from './office';
import type { World } from './world';

/** Today's jobs of this user that nobody has begun and that wait for no answer, by start. */
export async function todaysJobs(world: World, email = 'anna@nordhaus.example'): Promise<Job[]> {
  const [own, office] = await Promise.all([world.client(email), world.client()]);
  const [{ jobs }, board] = await Promise.all([own.records(), office.board()]);
  const shown = new Set(board.jobs.map(({ job }) => job.id));
  const found = jobs.filter(({ id, status, acceptance }) => shown.has(id) && status === 'scheduled' && acceptance !== 'asked');
  return found.sort((one, other) => one.starts - other.starts);
}

/** The texts of a job's notes on the server, those of the demo aside. */
export async function notesOf(world: World, job: Job, startingWith: string, email = 'anna@nordhaus.example'): Promise<string[]> {
  const { notes } = await (await world.client(email)).records();
  return notes.filter((note) => note.job === job.id && note.text.startsWith(startingWith)).map((note) => note.text);
}
