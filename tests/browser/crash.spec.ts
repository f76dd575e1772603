// The browser killed at any moment around a tap: what was called saved is there, and arrives once.
import type { App } from './support/app';
import { notesOf, todaysJobs } from './support/jobs';
import type { Job } from './support/office';
import { expect, test, type World } from './support/world';

const ROUNDS = 20;
const PREFIX = 'Written before the end, ';

test('a browser killed 20 times around a tap loses nothing that it called saved', async ({ world }) => {
  test.setTimeout(600_000);
  const [job] = await todaysJobs(world);
  const phone = await world.usedPhone();
  const random = dice(20261121);
  const saved: string[] = [];
  const all: string[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    // By turns without and with a network: then a push may be under way as well.
    const isOffline = round % 2 === 0;
    await (isOffline ? world.line.refuse() : world.line.accept());
    const app = await phone.open(`/jobs/${job.id}`);
    await expect(app.heading(job.title)).toBeVisible();
    for (const note of saved) {
      await app.openNotes();
      await expect(app.note(note), 'what was saved before is still there')
        .toHaveCount(1)
        .catch(async (failure: unknown) => {
          throw new Error(await whereIs(world, app, job, note), { cause: failure });
        });
    }

    const note = `${PREFIX}round ${round}.`;
    all.push(note);
    await app.draftNote(note);
    const kill = await phone.prepareKill();
    const said = phone.said();
    const tap = app.noteButton.click().catch(() => {});
    if (round % 4 < 2) {
      await said;
    } else {
      // Somewhere from before the tap is felt to after it was answered.
      await Promise.race([new Promise((resolve) => setTimeout(resolve, random() * 120)), said]);
    }
    if (phone.hasSaid()) {
      saved.push(note);
    }
    await kill();
    await tap;
    await phone.start();
  }
  expect(saved.length).toBeGreaterThanOrEqual(ROUNDS / 2);

  await world.line.accept();
  const app = await phone.open(`/jobs/${job.id}`);
  await app.syncNow();
  await app.expectUnsent(0);
  const arrived = await notesOf(world, job, PREFIX);
  expect(new Set(arrived).size, 'none arrived twice').toBe(arrived.length);
  expect(all).toEqual(expect.arrayContaining(arrived));
  expect(arrived).toEqual(expect.arrayContaining(saved));
  console.log(`  killed ${ROUNDS} times: ${saved.length} notes were called saved, ${arrived.length} of ${all.length} arrived`);
});

/** What is known of a note that the page does not show: only not shown, or gone. */
async function whereIs(world: World, app: App, job: Job, note: string): Promise<string> {
  const unsent = await app.unsent.innerText();
  const atOffice = (await notesOf(world, job, note)).length;
  const asked = world.line.log.slice(-20).map(({ method, path, status }) => `${method} ${path} ${status}`);
  await app.page.reload();
  await app.openNotes();
  const shown = await expect(app.note(note)).toHaveCount(1).then(() => 'shown', () => 'not shown');
  return `"${note}" is not shown: ${unsent} unsent, ${atOffice} at the office, ${shown} when the page is loaded anew\n${asked.join('\n')}`;
}

/** Numbers from 0 to 1, the same ones each time. */
function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
