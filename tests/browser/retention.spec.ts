// What a company keeps, and for how long: a file that was kept long enough is gone, and whoever opens it is told why.
import { randomBytes } from 'node:crypto';
import { run } from './support/server';
import { text } from './support/texts';
import { now } from './support/time';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';
const DAY_MS = 86_400_000;

test('a file of a job that ended long ago is deleted, and the office is told so when it opens it', async ({ world }) => {
  const anna = await world.client(ANNA);
  const job = (await anna.records()).jobs.find(({ status }) => status === 'finished');
  expect(job, 'the demo has a job that is finished').toBeDefined();
  const { id, title } = job!;
  const bytes = randomBytes(50_000);
  const file = await anna.addAttachment(id, bytes);
  await anna.sendFile(file, bytes);
  expect((await anna.file(file)).equals(bytes)).toBe(true);
  await run('company', 'set', 'nordhaus', '--keep-files-days', '30', '--data', world.data);

  await world.server.stop();
  await world.server.start(['--today', new Date(now() + 45 * DAY_MS).toISOString()]);
  const dora = await world.client();
  // It keeps house while it begins to answer.
  await expect.poll(async () => (await dora.file(file)).toString()).toContain('removed');
  const board = await world.board();
  await board.page.goto(`/dispatch/job/${id}`);
  await expect(board.heading(title)).toBeVisible();
  const [answer] = await Promise.all([
    world.officeLine.ended(({ path }) => path === `/api/v1/files/${file}`),
    board.page.getByRole('button', { name: new RegExp(file) }).and(board.page.locator('.thumb')).click(),
  ]);
  expect(answer.status).toBe(410);
  await expect(board.page.getByText(text('files.removed'))).toBeVisible();
});
