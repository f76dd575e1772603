// Files that the office attaches to a job: whole or not at all, over a line that breaks, and then on the technician's phone.
import { createHash, randomBytes } from 'node:crypto';
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { todaysJobs } from './support/jobs';
import { of, type Attachment, type Job } from './support/office';
import { isPiece, type Match } from './support/proxy';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const isOffset: Match = ({ method, path }) => method === 'HEAD' && path.startsWith('/api/v1/files/');
const ANY = 'application/octet-stream';
/** A picture of one pixel. */
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==', 'base64');

/** The office's page of the job. */
async function officeJob(world: World, job: Job): Promise<App> {
  const board = await world.board();
  await board.page.goto(`/dispatch/job/${job.id}`);
  await expect(board.heading(job.title)).toBeVisible();
  return board;
}

async function attach(board: App, ...files: [string, Buffer, string?][]): Promise<void> {
  const group = board.page.getByRole('group', { name: text('office.attach'), exact: true });
  const picked = files.map(([name, buffer, mimeType]) => ({ name, buffer, mimeType: mimeType ?? ANY }));
  await group.getByLabel(text('files.choose_file')).setInputFiles(picked);
}

/** What is on its way to the job. */
const onItsWay = (board: App): Locator => board.page.getByRole('list', { name: text('office.on_its_way') }).getByRole('listitem');

/** A file that stands at the job, by its name. */
function there(app: App, name: string): Locator {
  const button = app.page.getByRole('button', { name: new RegExp(name) }).and(app.page.locator('.thumb'));
  return app.page.getByRole('listitem').filter({ has: button });
}

/** The job's attachments of these names, as its technician's phone would get them. */
async function attachments(world: World, job: Job, ...names: string[]): Promise<Attachment[]> {
  const all = of<Attachment>(await (await world.client('anna@nordhaus.example')).scope(), 'attachment');
  return all.filter((file) => file.job === job.id && names.includes(file.name));
}

const sum = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

test('files attached at the office open on the technician’s phone without a network', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app } = await world.primedPhone();
  const board = await officeJob(world, job);
  const [plan, manual] = [randomBytes(900_000), randomBytes(3)];
  await attach(board, ['plan.dwg', plan], ['manual.pdf', manual, 'application/pdf'], ['boiler.png', PNG, 'image/png']);
  for (const name of ['plan.dwg', 'manual.pdf', 'boiler']) {
    await expect(there(board, name)).toHaveCount(1);
    await expect(there(board, name)).not.toContainText(text('office.not_complete'));
  }
  await expect(onItsWay(board)).toHaveCount(0);
  const [stored] = await attachments(world, job, 'plan.dwg');
  expect([stored.kind, stored.sha256, (stored.received_at ?? 0) > 0]).toEqual(['file', sum(plan), true]);
  expect((await (await world.client()).file(stored.id)).equals(plan), 'the same bytes').toBe(true);
  const pictures = await attachments(world, job, 'boiler.png', 'boiler.jpg');
  expect(pictures.map(({ kind }) => kind)).toEqual(['photo']);

  await app.syncNow();
  await app.openJob(job.number);
  await app.openNotes();
  const [, needsConnection] = text('files.needs_connection', { state: '|' }).split('|');
  for (const name of ['plan.dwg', 'manual.pdf', 'boiler']) {
    await expect(there(app, name)).toBeVisible();
    await expect(there(app, name)).not.toContainText(needsConnection);
  }
  await phone.setOffline(true);
  await there(app, 'plan.dwg').locator('.thumb').click();
  const viewer = app.page.getByRole('dialog', { name: 'plan.dwg' });
  await expect(viewer.getByRole('link', { name: text('files.keep_copy') })).toBeVisible();
});

test('a line that breaks goes on where it stopped, and nothing half is shown as there', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await officeJob(world, job);
  const bytes = randomBytes(900_000);
  const name = 'plan.dwg';
  // The first piece arrives and its answer does not; the next one does not arrive at all.
  world.officeLine.rule(isPiece, { kind: 'drop' }, 1);
  world.officeLine.rule(isPiece, { kind: 'cut', after: -1 }, 1);
  let goOn = (): void => {};
  const until = new Promise<void>((resolve) => (goOn = resolve));
  const from = world.officeLine.now();
  // Before the last question how far it is, so that there is time to look.
  world.officeLine.rule((exchange) => isPiece(exchange) && world.officeLine.log.slice(from).filter(isPiece).length > 2, { kind: 'hold', until });
  await attach(board, [name, bytes]);
  await world.officeLine.seen((exchange) => isPiece(exchange) && world.officeLine.log.slice(from).filter(isPiece).length > 2, from);
  await expect(onItsWay(board)).toHaveCount(1);
  await expect(onItsWay(board)).toContainText(text('files.sending', { percent: '' }).replace(' %', '').trim());
  await expect(there(board, name), 'not while it is on its way').toHaveCount(0);
  const [half] = await attachments(world, job, name);
  expect(half.received_at, 'no phone takes it for there').toBeUndefined();
  goOn();
  await expect(there(board, name)).toHaveCount(1);
  await expect(onItsWay(board)).toHaveCount(0);
  const asked = world.officeLine.log.slice(from).filter(isOffset);
  // A browser sends once more by itself what is cut on a connection that it had used before.
  expect(asked.length, 'asked before, and after a failure').toBeGreaterThan(1);
  const [whole] = await attachments(world, job, name);
  expect([whole.id, whole.sha256]).toEqual([half.id, sum(bytes)]);
  expect((await (await world.client()).file(whole.id)).equals(bytes)).toBe(true);
});

test('what cannot be attached says why, can be tried again or removed, and keeps up no other', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await officeJob(world, job);
  const end = world.officeLine.rule(isPiece, { kind: 'answer', status: 422 }, 1);
  await attach(board, ['refused.dwg', randomBytes(5)], ['empty.txt', Buffer.alloc(0)], ['good.txt', randomBytes(9)]);
  const line = (name: string) => onItsWay(board).filter({ hasText: name });
  await expect(line('refused.dwg')).toContainText(text('office.attach_refused', { status: 422 }));
  await expect(line('empty.txt')).toContainText(text('trouble.file_empty'));
  await expect(there(board, 'good.txt')).toHaveCount(1);
  await expect(line('good.txt')).toHaveCount(0);
  end();
  for (const name of ['refused.dwg', 'empty.txt']) {
    await expect(line(name).getByRole('button', { name: text('office.retry_named', { name }) })).toHaveCount(0);
    await line(name).getByRole('button', { name: text('office.remove_named', { name }) }).click();
    await expect(line(name)).toHaveCount(0);
  }
  expect(await attachments(world, job, 'refused.dwg', 'empty.txt'), 'nothing is left of them').toEqual([]);

  await world.officeLine.refuse();
  await attach(board, ['later.txt', randomBytes(7)]);
  await expect(line('later.txt')).toContainText(text('office.attach_no_answer'));
  await world.officeLine.accept();
  await line('later.txt').getByRole('button', { name: text('office.retry_named', { name: 'later.txt' }) }).click();
  await expect(there(board, 'later.txt')).toHaveCount(1);
  // One's own can be taken back, by a second tap.
  await there(board, 'later.txt').getByRole('button', { name: /later\.txt/ }).and(board.page.locator('.btn')).click();
  await there(board, 'later.txt').getByRole('button', { name: /later\.txt/ }).and(board.page.locator('.btn')).click();
  await expect(there(board, 'later.txt')).toHaveCount(0);
  expect(await attachments(world, job, 'later.txt')).toEqual([]);
});

test('a window that was closed half-way leaves a file that says so, and goes on when it is attached again', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const board = await officeJob(world, job);
  const [name, bytes] = ['plan.dwg', randomBytes(900_000)];
  const end = world.officeLine.rule(isPiece, { kind: 'hold', until: new Promise(() => {}) });
  await attach(board, [name, bytes]);
  await world.officeLine.seen(isPiece);
  await board.page.goto('/api/v1/health');
  end();
  await board.page.goto(`/dispatch/job/${job.id}`);
  await expect(there(board, name)).toContainText(text('office.not_complete'));
  const [begun] = await attachments(world, job, name);
  await attach(board, [name, bytes]);
  await expect(onItsWay(board)).toHaveCount(0);
  await expect(there(board, name)).toHaveCount(1);
  await expect(there(board, name)).not.toContainText(text('office.not_complete'));
  await expect.poll(async () => (await attachments(world, job, name)).map(({ id, received_at }) => [id, (received_at ?? 0) > 0])).toEqual([[begun.id, true]]);
});
