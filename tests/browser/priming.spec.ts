// Getting ready for offline use on a line that breaks: what the phone says of it, how far it is, and that it goes on from
// where it stopped.
import { todaysJobs } from './support/jobs';
import { isPull, type Exchange, type Match } from './support/proxy';
import { text } from './support/texts';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';
const LONG_NOTES = 40;

interface Page {
  changes: { record: { module: string } }[];
}

/** Every page of the load but the first. */
const isFurther: Match = (exchange) => isPull(exchange) && exchange.path.includes('cursor=');

/** From where on it asks. */
function cursorOf({ path }: Exchange): string | null {
  return new URL(path, 'http://phone').searchParams.get('cursor');
}

/** Runs in the page before the app: what the app wants to try again by itself never comes. */
function noTries(): void {
  const later = globalThis.setTimeout;
  const without = (work: () => void, ms?: number) => ((ms ?? 0) > 500 ? 0 : later(work, ms));
  Object.assign(globalThis, { setTimeout: without, setInterval: () => 0 });
}

/** Runs in the page before the app: the browser never finds that the network has become slow or quick, which is a reason to try. */
function sameSpeed(): void {
  const connection = Object.assign(new EventTarget(), { effectiveType: '4g', saveData: false });
  Object.defineProperty(navigator, 'connection', { value: connection });
}

test('a line that is cut while the phone gets ready: it says how far it is and why it stopped, and Retry goes on from there', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const office = await world.client();
  // The demo fits into one page; this does not.
  for (let note = 0; note < LONG_NOTES; note += 1) {
    await office.addNote(job.id, `${note} ${'long '.repeat(1_800)}`);
  }
  const phone = await world.phone();
  await phone.running.addInitScript(noTries);
  await phone.running.addInitScript(sameSpeed);
  // Nor does the office give a reason to try.
  world.line.rule(({ path }) => path === '/api/v1/wake', { kind: 'drop' });
  const heal = world.line.rule(isFurther, { kind: 'drop' });
  const app = await phone.open();
  await app.signIn(ANNA);
  const cut = app.main.getByText(text('today.priming_cut'));
  await expect(cut).toBeVisible();
  const [asked] = world.line.log.filter(isPull);
  const first = await (await world.client(ANNA)).request<Page>('GET', asked.path);
  const came = (module: string) => first.changes.filter(({ record }) => record.module === module).length;
  await expect(app.main.getByText('Ready for offline use', { exact: true })).toHaveCount(0);

  const bar = app.main.getByRole('progressbar', { name: text('today.priming') });
  await expect(bar).toHaveJSProperty('value', first.changes.length);
  // What is drawn with that, and not before it.
  const total = Number(await bar.getAttribute('max'));
  expect(total).toBeGreaterThan(first.changes.length);
  const records = text('today.records', { received: first.changes.length, total, bytes: '' }).trim();
  await expect(app.main.getByText(records)).toHaveText(/, [1-9][\d.]* (kB|MB)$/);
  const line = (name: string) => app.main.getByRole('listitem').filter({ hasText: new RegExp(`^${name} \\d+ of \\d+$`) });
  // Jobs come first, and all of them are here; of the notes, which come late, not all are.
  await expect(line(text('modules.jobs'))).toHaveText(`${text('modules.jobs')} ${came('job')} of ${came('job')}`);
  await expect(line(text('modules.notes'))).not.toHaveText(/(\d+) of \1$/);
  // Settings say the same.
  await app.goTo('Settings');
  await expect(cut).toBeVisible();
  await app.goTo('Today');

  heal();
  const from = world.line.now();
  // Nothing goes on by itself here: it is the tap.
  await app.main.getByRole('button', { name: text('common.retry') }).click();
  await app.waitReady();
  await expect(cut).toBeHidden();
  await expect(bar).toHaveCount(0);
  const pulls = world.line.log.filter(isPull);
  const [resumed] = pulls.filter(({ number }) => number >= from);
  const [stopped] = pulls.filter(isFurther);
  expect(cursorOf(resumed), 'it asks for the page that it did not get').toBe(cursorOf(stopped));
  expect(pulls.filter((pull) => !isFurther(pull)).length, 'the first page came once').toBe(1);
});
