// A sign-in page of somebody else in front of the server.
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { notesOf, todaysJobs } from './support/jobs';
import { isApi, isPush, type Match } from './support/proxy';
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
  // But for the stream that wakes a phone: a browser follows there by itself, and the page's policy stops it, aloud.
  const isAsked: Match = (exchange) => isApi(exchange) && !exchange.path.startsWith('/api/v1/wake');
  const end = world.line.rule(isAsked, { kind: 'answer', status: 302, headers: { location } });
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
  await app.expectOnline();
  expect(await notesOf(world, job, 'Behind')).toEqual(['Behind the wall']);
  await new Promise((resolve) => {
    wall.close(resolve);
    // Also the connections that the browser has opened for later.
    wall.closeAllConnections();
  });
});

/** 407 is none of them here: Chromium takes that of anybody but its own proxy for a dead line. */
for (const status of [200, 401, 403, 511]) {
  test(`a login wall that answers ${status} with its page is called by its name, and forgotten once the server answers`, async ({ world }) => {
    const [job] = await todaysJobs(world);
    const { app } = await world.primedPhone();
    const body = '<!doctype html><title>Wall</title><h1>Sign in to this network</h1>';
    const headers = { 'content-type': 'Text/HTML; charset=utf-8' };
    const end = world.line.rule(isApi, { kind: 'answer', status, headers, body });
    await app.openJob(job.number);
    await app.addNote(`Behind a wall of ${status}`);
    await expect(app.page.getByText(text('banners.wall'))).toBeVisible();
    await expect(app.status).toHaveText(text('connection.walled'));
    await app.expectUnsent(1);

    const opened = app.page.waitForEvent('popup');
    await app.page.getByRole('link', { name: text('banners.wall_action') }).click();
    const page = await opened;
    await expect(page.getByRole('heading', { name: 'Sign in to this network' })).toBeVisible();
    end();
    await page.close();
    await app.syncNow();
    await app.expectUnsent(0);
    await expect(app.page.getByText(text('banners.wall'))).toBeHidden();
    await app.expectOnline();
    expect(await notesOf(world, job, 'Behind')).toEqual([`Behind a wall of ${status}`]);
  });
}

interface Listening extends Window {
  said?: string[];
}

/** In the page: writes down what the bar says from now on, and the words of a banner whenever they are there. */
function listen([bar, banner]: string[]): void {
  const said: string[] = [];
  const look = (): void => {
    said.push(document.querySelector(`[role=status][aria-label="${bar}"]`)?.textContent ?? '');
    if ((document.body.textContent ?? '').includes(banner)) {
      said.push(banner);
    }
  };
  look();
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
  Object.assign(window, { said });
}

test('a filter that answers one text with its page is no login wall', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const isRefused: Match = (exchange) => isPush(exchange) && exchange.body.includes('forbidden word');
  world.line.rule(isRefused, { kind: 'answer', status: 403, body: '<!doctype html><h1>Blocked</h1>' });
  await app.openJob(job.number);
  await app.page.evaluate(listen, [text('connection.label'), text('banners.wall')]);
  const said = (): Promise<string[]> => app.page.evaluate(() => (window as Listening).said ?? []);
  const from = world.line.now();
  await app.addNote('A forbidden word');
  await world.line.ended(isRefused, from);
  // Who stands there was asked, and our server has answered.
  await world.line.ended((exchange) => exchange.path === '/api/v1/health', from);
  // Between its tries, which may be over by now: after some it waits by itself, and the rest is sent.
  await expect.poll(said).toContain(text('connection.offline'));
  await app.addNote('A plain one');
  await expect.poll(() => notesOf(world, job, '')).toContain('A plain one');
  await app.expectUnsent(1);
  await expect(app.page.getByText(text('banners.wall'))).toBeHidden();
  for (const words of ['banners.wall', 'connection.walled']) {
    expect(await said(), 'never').not.toContain(text(words));
  }
});
