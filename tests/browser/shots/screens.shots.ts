// Every screen on a phone and on a desk, light and dark, into one contact sheet.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DESK, PHONE } from '../support/browser';
import type { App } from '../support/app';
import { screens } from '../support/screens';
import { todaysJobs } from '../support/jobs';
import { expect, test } from '../support/world';

const folder = process.env.AFIELD_SHOTS ?? 'shots';
const looks = [
  { name: 'phone-light', viewport: PHONE, colorScheme: 'light' },
  { name: 'phone-dark', viewport: PHONE, colorScheme: 'dark' },
  { name: 'desk-light', viewport: DESK, colorScheme: 'light' },
  { name: 'desk-dark', viewport: DESK, colorScheme: 'dark' },
] as const;
const taken: { screen: string; look: string; file: string }[] = [];

async function shoot(app: App, screen: string): Promise<void> {
  for (const look of looks) {
    await app.page.setViewportSize(look.viewport);
    await app.page.emulateMedia({ colorScheme: look.colorScheme, reducedMotion: 'reduce' });
    const file = `${screen.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.${look.name}.png`;
    await app.page.screenshot({ path: path.join(folder, file) });
    taken.push({ screen, look: look.name, file });
  }
}

test('shots of every screen', async ({ world }) => {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const stranger = await (await world.phone()).open();
  await expect(stranger.heading('Sign in')).toBeVisible();
  await shoot(stranger, 'Sign in');

  const { app } = await world.primedPhone();
  for (const { name, path } of await screens(world)) {
    await app.page.goto(path);
    await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(app.main.locator('.skeleton')).toHaveCount(0);
    await shoot(app, name);
  }
  const [first] = await todaysJobs(world);
  await world.line.refuse();
  await app.openJob(first.number);
  await app.setStatus('En route');
  await app.addNote('The cellar door was locked; the caretaker has the key.');
  await shoot(app, 'Job, unsent note');
  await app.page.goto('/today');
  await expect(app.heading('Today')).toBeVisible();
  await shoot(app, 'Today, unsent');
  await app.page.goto('/sync');
  await expect(app.heading('Sync')).toBeVisible();
  await shoot(app, 'Sync, unsent');
  await world.line.accept();

  await app.page.evaluate(() => localStorage.setItem('afield-language', 'de'));
  for (const { name, path } of (await screens(world)).slice(0, 12)) {
    await app.page.goto(path);
    await expect(app.page.getByRole('heading', { level: 1 })).toBeVisible();
    await shoot(app, `German, ${name}`);
  }
  const board = await world.board();
  await expect(board.heading('Board')).toBeVisible();
  await shoot(board, 'Board');
  await sheets(board);
});

/** One page with all pictures, and a picture of it for each look. */
async function sheets(app: App): Promise<void> {
  const figure = ({ screen, file }: (typeof taken)[number]) =>
    `<figure><img src="${file}" loading="eager"><figcaption>${screen}</figcaption></figure>`;
  const section = (look: string) =>
    `<section id="${look}"><h1>${look}</h1><div>${taken.filter((shot) => shot.look === look).map(figure).join('')}</div></section>`;
  const style =
    'body{font:14px system-ui;margin:16px;background:#888}div{display:flex;flex-wrap:wrap;gap:12px}figure{margin:0}img{display:block;width:260px}[id^=desk] img{width:520px}figcaption{background:#fff;padding:2px 6px}';
  const page = `<!doctype html><meta charset="utf-8"><title>Afield, every screen</title><style>${style}</style>${looks.map(({ name }) => section(name)).join('')}`;
  const file = path.resolve(folder, 'index.html');
  await writeFile(file, page);
  await app.page.setViewportSize({ width: 1680, height: 1200 });
  await app.page.goto(`file://${file}`);
  for (const { name } of looks) {
    await app.page.locator(`#${name}`).screenshot({ path: path.join(folder, `sheet-${name}.png`) });
  }
}
