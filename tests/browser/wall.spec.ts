// A sign-in page of somebody else in front of the server.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { notesOf, todaysJobs } from './support/jobs';
import { isApi } from './support/proxy';
import { text } from './support/texts';
import { expect, test } from './support/world';

test('a login wall is called by its name, and its page opens past the worker', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const wall = http.createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<!doctype html><title>Wall</title><h1>Sign in to this network</h1>');
  });
  await new Promise<void>((resolve) => wall.listen(0, '127.0.0.1', resolve));
  const location = `http://127.0.0.1:${(wall.address() as AddressInfo).port}/login`;
  const end = world.line.rule(isApi, { kind: 'answer', status: 302, headers: { location } });
  await app.openJob(job.number);
  await app.addNote('Behind the wall');
  await expect(app.page.getByText(text('banners.wall'))).toBeVisible();
  await expect(app.status).toHaveText(text('connection.walled'));
  await app.expectUnsent(1);

  const opened = app.page.waitForEvent('popup');
  await app.page.getByRole('link', { name: text('banners.wall_action') }).click();
  const page = await opened;
  await expect(page.getByRole('heading', { name: 'Sign in to this network' })).toBeVisible();
  expect(page.url()).toBe(location);
  end();
  await page.close();
  await app.syncNow();
  await app.expectUnsent(0);
  await expect(app.page.getByText(text('banners.wall'))).toBeHidden();
  await expect(app.status).toHaveText('Online');
  expect(await notesOf(world, job, 'Behind')).toEqual(['Behind the wall']);
  await new Promise((resolve) => wall.close(resolve));
});
