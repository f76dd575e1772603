// A browser that has cleared the storage: its user and the office read of it.
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { axe } from './support/axe';
import { todaysJobs } from './support/jobs';
import type { Match } from './support/proxy';
import { text } from './support/texts';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';

/** A report that the server has heard: one that was cut off is made again after the next pass. */
const tells = (words: string): Match => ({ path, body, status }) => path === '/api/v1/device' && body.includes(words) && status === 200;

test('a browser that comes back empty says what is gone, and so does the board, once', async ({ world }) => {
  const office = await world.client();
  const [taken] = await todaysJobs(world, ANNA);
  const board = await world.board();
  const { phone, app } = await world.primedPhone(ANNA);
  await world.line.ended(tells('"unsent":0'));
  await app.openJob(taken.number);
  // Refused, as by a server that keeps nothing for the office to decide.
  world.line.refusesLate = true;
  await world.line.refuse();
  await app.setStatus('En route');
  await office.assign(taken.id, 'Ben Ito');
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused).toHaveCount(1);
  await world.line.ended(tells('"unsent":1'));

  const protocol = await phone.protocol(app.page);
  await app.page.goto('about:blank');
  const storageTypes = 'indexeddb,local_storage,cache_storage,service_workers';
  await protocol.send('Storage.clearDataForOrigin', { origin: phone.address, storageTypes });
  // Cookies stay: the app asks who is signed in, and it is Anna.
  await app.page.goto('/');
  await app.waitReady();
  const banner = app.page.getByText(text('banners.lost'));
  await expect(banner).toBeVisible();
  await expect(app.page.getByText(`${text('counts.change')}, ${text('counts.files', { count: 0 })}`)).toBeVisible();
  const said = text('board.left_cleared').split('{')[0].trim();
  await expect(board.feed.filter({ hasText: said })).toHaveCount(1);
  await expect(board.feed.filter({ hasText: said })).toContainText('Anna Berg');

  await app.page.reload();
  await expect(banner).toBeVisible();
  await app.page.getByRole('button', { name: text('banners.lost_action') }).click();
  await expect(banner).toBeHidden();
  await app.syncNow();
  await world.line.ended(tells('"heard":true'));
  await app.page.reload();
  await app.expectUnsent(0);
  await expect(banner).toBeHidden();
  await board.page.reload();
  await expect(board.feed.filter({ hasText: said })).toHaveCount(1);
});

test('a browser that has thrown its databases away says so, also where it had told of nothing', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const { phone, app } = await world.primedPhone(ANNA);
  await app.expectUnsent(0);
  await phone.close();
  await rm(path.join(phone.profile, 'Default', 'IndexedDB'), { recursive: true });

  await phone.start();
  const from = world.line.now();
  const again = await phone.open(`/jobs/${job.id}`);
  await expect(again.heading(job.title)).toBeVisible();
  const banner = again.page.getByText(text('banners.lost'));
  await expect(again.page.getByText(text('banners.lost_untold'))).toBeVisible();
  await expect(banner).toBeVisible();
  expect(await axe(again)).toEqual([]);
  await again.syncNow();
  await world.line.ended(tells('"unsent":0'), from);
  await expect(banner, 'that the server knows of nothing takes nothing back').toBeVisible();
  await again.page.getByRole('button', { name: text('banners.lost_action') }).click();
  await expect(banner).toBeHidden();
  const then = world.line.now();
  await again.page.reload();
  await world.line.ended(({ method, path, status }) => method === 'GET' && path === '/api/v1/session' && status === 200, then);
  await again.expectUnsent(0);
  await expect(banner).toBeHidden();
});
