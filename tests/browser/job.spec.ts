// One job in a technician's hand: the taps are counted, nobody is kept from finishing, nothing stands over anything.
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import type { Phone } from './support/browser';
import { Day, fill } from './support/day';
import { of, type Job, type Task, type Template } from './support/office';
import { todaysJobs } from './support/jobs';
import { picture } from './support/picture';
import { run } from './support/server';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

/** What the camera gives. */
function shot(name: string, seed: number): { name: string; mimeType: string; buffer: Buffer } {
  return { name: `${name}.png`, mimeType: 'image/png', buffer: picture(seed) };
}

const ANNA = 'anna@nordhaus.example';
/** A small picture: a tap shows the whole one. */
const PICTURE = { name: /^Show \d+: / };

/** Taps, counted. */
class Taps {
  count = 0;

  async tap(what: Locator): Promise<void> {
    this.count += 1;
    await what.tap();
  }
}

/** One of today's jobs with a required question, and one without. */
async function jobs(world: World): Promise<{ asking: Job; plain: Job }> {
  const found = await todaysJobs(world);
  const asks = (job: Job): boolean => (job.checklist ?? []).some(({ required }) => required === true);
  const all = of<{ job: string }>(await (await world.client(ANNA)).scope(), 'task');
  const asking = found.find(asks);
  const plain = found.find((job) => !asks(job) && all.every((task) => task.job !== job.id));
  expect(asking, 'the demo has a job of today with a required question').toBeDefined();
  return { asking: asking!, plain: plain ?? found.find((job) => job !== asking)! };
}

async function more(app: App): Promise<Locator> {
  await app.actions.getByRole('button', { name: text('action.more') }).click();
  return app.page.getByRole('group', { name: text('action.more') });
}

test('the commonest things take few taps', async ({ world }) => {
  const { app } = await world.primedPhone();
  await app.goTo('Today');
  const first = app.main.getByRole('link').filter({ has: app.page.locator('.next-title') });
  const taps = new Taps();
  await app.saving(() => taps.tap(app.main.getByRole('button', { name: text('action.drive'), exact: true })));
  expect(taps.count, 'the next status').toBe(1);

  taps.count = 0;
  await taps.tap(first);
  const camera = app.actions.getByLabel(text('action.photo'), { exact: true });
  taps.count += 1;
  await app.saving(() => camera.setInputFiles(shot('boiler', 1)));
  expect(taps.count, 'a photo on the open job, beside the camera').toBe(2);

  taps.count = 0;
  await app.goTo('Today');
  await taps.tap(first);
  await taps.tap(app.actions.getByRole('link', { name: text('action.note') }));
  await expect(app.noteField).toBeFocused();
  await app.page.keyboard.type('The valve drips');
  taps.count += 1;
  await app.saving(() => app.page.getByLabel(text('files.take')).setInputFiles(shot('valve', 2)));
  await app.saving(() => taps.tap(app.noteButton));
  expect(taps.count, 'a note with a photo').toBe(4);
  await expect(app.note('The valve drips').getByRole('button', PICTURE)).toHaveCount(1);
});

test('an inspection takes two taps beside its answers', async ({ world }) => {
  const all = await (await world.client(ANNA)).scope();
  const job = (await todaysJobs(world)).find(({ id }) => of<Task>(all, 'task').some((task) => task.job === id && task.template !== undefined));
  expect(job, 'the demo has an inspection for today').toBeDefined();
  const own = of<Task>(all, 'task').filter((task) => task.job === job!.id && task.template !== undefined);
  const [task, following] = own.sort((one, other) => one.place - other.place);
  const { app } = await world.primedPhone();
  await app.openJob(job!.number);
  await app.setStatus('Started');
  await app.goTo('Today');
  const taps = new Taps();
  await taps.tap(app.main.getByRole('link', { name: task.title, exact: true }));
  const questions = of<Template>(all, 'form').find(({ id }) => id === task.template)!.questions;
  await fill(new Day(app), questions, new Map(), 1, false);
  await app.saving(() => taps.tap(app.page.getByRole('button', { name: text('form.submit') })));
  await expect(app.page.getByRole('list', { name: text('form.submitted') }).getByRole('listitem')).toHaveCount(1);
  expect(taps.count).toBe(2);

  await app.goTo('Today');
  await expect(app.main.getByRole('link', { name: task.title, exact: true })).toHaveCount(0);
  await expect(app.main.getByRole('link', { name: following?.title ?? task.title, exact: true })).toHaveCount(following === undefined ? 0 : 1);
});

test('a job that is not possible ends with a reason that the office reads', async ({ world }) => {
  const board = await world.board();
  const { plain } = await jobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(plain.number);
  await (await more(app)).getByRole('link', { name: text('action.not_possible') }).click();
  const sheet = app.page.getByRole('dialog', { name: text('action.not_possible') });
  const end = sheet.getByRole('button', { name: text('action.end_not_possible') });
  await end.click();
  await expect(sheet.getByRole('textbox')).toHaveAccessibleDescription(text('action.reason_missing'));
  await expect(sheet.getByRole('textbox')).toBeFocused();
  await sheet.getByRole('button', { name: text('action.nobody') }).click();
  await sheet.getByLabel(text('files.take')).setInputFiles(shot('door', 3));
  await expect(sheet.getByRole('status')).toHaveText(text('action.photos_added', { count: 1 }));
  await app.saving(() => end.click());
  await expect(sheet).toBeHidden();
  await expect(app.badge(text('action.not_possible'))).toBeVisible();
  await app.openTab(text('job.tab_history'));
  await expect(app.main.getByText(`${text('action.not_possible')}: ${text('action.nobody')}`)).toBeVisible();
  await app.syncNow();
  await expect(board.feed.filter({ hasText: text('board.not_possible', { reason: text('action.nobody') }) })).toHaveCount(1);
});

test('a finish with a required question open asks why, and one by mistake is reopened', async ({ world }) => {
  const board = await world.board();
  const { asking } = await jobs(world);
  const { app } = await world.primedPhone();
  await world.line.refuse();
  await app.openJob(asking.number);
  await app.setStatus('Started');
  await app.statusButton('Finished').click();
  const sheet = app.page.getByRole('dialog', { name: text('action.finish_title') });
  await expect(sheet.getByRole('link').first()).toBeVisible();
  // A way out, by the phone's own Back too.
  await app.page.goBack();
  await expect(sheet).toBeHidden();
  await app.statusButton('Finished').click();
  await sheet.getByRole('button', { name: text('action.finish') }).click();
  await expect(sheet.getByRole('textbox')).toHaveAccessibleDescription(text('action.reason_missing'));
  await sheet.getByRole('textbox').fill('The meter is locked');
  await app.saving(() => sheet.getByRole('button', { name: text('action.finish') }).click());
  await expect(app.badge('Finished')).toBeVisible();
  await app.saving(async () => (await more(app)).getByRole('button', { name: text('action.reopen') }).click());
  await expect(app.badge('Started')).toBeVisible();
  await world.line.accept();
  await app.syncNow();
  await app.expectUnsent(0);
  await expect(board.feed.filter({ hasText: 'The meter is locked' })).toHaveCount(1);
  await expect(board.feed.filter({ hasText: text('board.reopened') })).toHaveCount(1);
  const { status, steps = [] } = await (await world.client(ANNA)).job(asking.id);
  expect([status, steps.map(({ to }) => to)]).toEqual(['started', ['started', 'finished', 'started']]);
});

test('a company that lets nobody finish with required questions open: the phone says what is missing, the server decides', async ({ world }) => {
  const { asking } = await jobs(world);
  const missing = (asking.checklist ?? []).filter(({ required, when }) => required === true && when === undefined);
  const { app } = await world.primedPhone();
  await app.openJob(asking.number);
  await app.setStatus('Started');
  await app.expectUnsent(0);
  // Without a network, and before this phone has heard of the rule.
  await world.line.refuse();
  await app.setStatus('Finished');
  await run('company', 'set', 'nordhaus', '--open-questions', 'refuse', '--data', world.data);
  await world.line.accept();
  await app.syncNow();
  await expect(app.refused.getByText(text('reason.open_questions'))).toBeVisible();
  await app.revert();
  await expect(app.refused).toHaveCount(0);

  // The same contact has brought the rule.
  await app.page.goBack();
  await expect(app.heading(asking.title)).toBeVisible();
  await app.statusButton('Finished').click();
  const sheet = app.page.getByRole('dialog', { name: text('action.finish_missing') });
  await expect(sheet.getByText(text('action.finish_missing_hint'))).toBeVisible();
  await expect(sheet.getByRole('button', { name: text('action.finish') })).toHaveCount(0);
  await sheet.getByRole('link').first().click();
  await expect(sheet).toBeHidden();
  await fill(new Day(app), missing, new Map(), 1, true);
  await app.setStatus('Finished');
  await app.expectUnsent(0);
  expect((await (await world.client(ANNA)).job(asking.id)).status).toBe('finished');
});

test('a second job that is started says which one still is, and pauses it', async ({ world }) => {
  const [first, second] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(first.number);
  await app.setStatus('Started');
  await app.openJob(second.number);
  await (await more(app)).getByRole('button', { name: text('action.start'), exact: true }).click();
  const sheet = app.page.getByRole('dialog', { name: text('action.start_title') });
  await expect(sheet).toContainText(first.number);
  await app.saving(() => sheet.getByRole('button', { name: text('action.pause_other') }).click());
  await expect(app.badge('Started')).toBeVisible();
  await app.openJob(first.number);
  await expect(app.badge('Paused')).toBeVisible();
});

const SCREENS = { small: { width: 320, height: 568 }, landscape: { width: 844, height: 390 }, desk: { width: 1280, height: 800 } };

for (const [name, viewport] of Object.entries(SCREENS)) {
  test(`the line of actions is slim and covers nothing on a ${name} screen`, async ({ world }) => {
    const { asking } = await jobs(world);
    const { app } = await world.primedPhone();
    await app.page.setViewportSize(viewport);
    await app.page.evaluate(() => localStorage.setItem('afield-language', 'de'));
    await app.page.goto(`/jobs/${asking.id}?tab=checklist`);
    const bar = app.page.getByRole('group', { name: text('action.label', {}, 'de') });
    await expect(bar).toBeVisible();
    // A bar that is just drawn anew has no box.
    const box = async () => (await bar.boundingBox()) ?? { y: NaN, height: NaN };
    await expect.poll(async () => (await box()).height, 'a seventh of the screen at most').toBeLessThanOrEqual(viewport.height / 7);
    const cut = () => bar.locator('button').evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight).map((one) => one.textContent));
    await expect.poll(cut, 'no word is cut').toEqual([]);
    const last = app.main.getByRole('radio').or(app.main.getByRole('textbox')).last();
    const wide = () => app.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(wide, 'nothing is wider than the screen').toBe(0);
    // A notice that comes late makes the page longer: its end is looked for anew.
    const covered = async () => {
      await app.page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
      const low = await last.evaluate((element) => element.getBoundingClientRect().bottom);
      return low - (await box()).y;
    };
    await expect.poll(covered).toBeLessThanOrEqual(0);
  });
}

/** Two taps on one place as fast as a hand's, by their own clock: a slow machine does not part them. */
async function tapTwice(phone: Phone, app: App, { x, y }: { x: number; y: number }): Promise<void> {
  const protocol = await phone.protocol(app.page);
  const begin = Date.now() / 1000 - 0.2;
  for (const [n, type] of (['mousePressed', 'mouseReleased', 'mousePressed', 'mouseReleased'] as const).entries()) {
    await protocol.send('Input.dispatchMouseEvent', { type, x, y, button: 'left', clickCount: n < 2 ? 1 : 2, timestamp: begin + n * 0.05 });
  }
}

test('twenty photos go with the note, and are looked at one after the other', async ({ world }) => {
  const { plain } = await jobs(world);
  const { phone, app } = await world.primedPhone();
  await world.line.refuse();
  await app.page.goto(`/jobs/${plain.id}?tab=notes`);
  const many = Array.from({ length: 20 }, (_, n) => shot('image', 100 + n));
  // Every file has the name that phones give: what tells them apart is their number.
  await app.saving(() => app.page.getByLabel(text('files.choose'), { exact: true }).setInputFiles(many));
  const picked = app.page.getByRole('list', { name: text('job.with_note') }).getByRole('button', PICTURE);
  await expect(picked).toHaveCount(20);
  await app.addNote('All of them');
  const photos = app.note('All of them').getByRole('button', PICTURE);
  await expect(photos).toHaveCount(20);
  const names = await photos.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  expect(new Set(names).size, 'every name is its own').toBe(20);

  await app.page.getByRole('button', { name: text('files.show', { number: 2, name: 'image' }) }).click();
  const viewer = app.page.getByRole('dialog', { name: 'image' });
  const place = async (number: number) => {
    await expect(viewer.getByRole('status')).toHaveText(text('files.nth', { number, count: 20 }));
    await expect(viewer.getByRole('img')).toBeVisible();
  };
  await place(2);
  await app.page.keyboard.press('ArrowRight');
  await place(3);
  await app.page.keyboard.press('ArrowLeft');
  await app.page.keyboard.press('ArrowLeft');
  await place(1);
  await app.page.keyboard.press('ArrowLeft');
  await place(1);
  await expect(viewer.getByRole('button', { name: text('files.before') })).toHaveAttribute('aria-disabled', 'true');

  // The whole picture takes the place of the small one: one that is being exchanged has no place.
  await expect(viewer.getByRole('img')).toHaveAttribute('src', /^blob:/);
  const stage = (await viewer.getByRole('img').boundingBox())!;
  const middle = { x: stage.x + stage.width / 2, y: stage.y + stage.height / 2 };
  await app.page.mouse.move(middle.x, middle.y);
  await app.page.mouse.down();
  await app.page.mouse.move(middle.x - 120, middle.y);
  await app.page.mouse.up();
  await place(2);
  await tapTwice(phone, app, middle);
  // A picture that is still being read has no width.
  const width = async () => (await viewer.getByRole('img').boundingBox())?.width ?? NaN;
  await expect.poll(width).toBeGreaterThan(stage.width * 2);
  await app.page.keyboard.press('ArrowRight');
  await place(3);
  await expect.poll(width).toBeLessThan(stage.width * 1.1);
  await app.page.keyboard.press('Escape');
  await expect(viewer).toBeHidden();
  await world.line.accept();
});

test('the customer gets a service report on the spot, without a network', async ({ world }) => {
  const { asking } = await jobs(world);
  const { app } = await world.primedPhone();
  await world.line.refuse();
  await app.openJob(asking.number);
  await app.setStatus('Started');
  await app.saving(() => app.actions.getByLabel(text('action.photo'), { exact: true }).setInputFiles(shot('meter', 7)));
  await app.setStatus('Finished');
  await app.actions.getByRole('link', { name: text('job.report') }).click();
  await expect(app.heading(text('pages.report'))).toBeVisible();
  const report = app.main.getByRole('article');
  await expect(report).toContainText(asking.title);
  await expect(report).toContainText('Anna Berg');
  // That something was left open, not the words that the office reads.
  await expect(report).toContainText(text('report.left_open'));
  await expect(report).not.toContainText('The customer has to leave.');
  await expect(report.getByRole('img', { name: 'meter' })).toBeVisible();
  // This browser has no sheet to share with.
  const share = app.page.getByRole('button', { name: text('report.share'), exact: true });
  await expect(share).toHaveCount(0);
  await app.page.addInitScript(() => {
    const shared: ShareData[] = [];
    Object.assign(globalThis, { shared });
    Object.defineProperty(navigator, 'share', { configurable: true, value: (data: ShareData) => Promise.resolve(shared.push(data)) });
  });
  await app.page.reload();
  // That something was left open, not the words that the office reads.
  await expect(report).toContainText(text('report.left_open'));
  await expect(report).not.toContainText('The customer has to leave.');
  await share.click();
  const [shared] = await app.page.evaluate(() => (globalThis as unknown as { shared: ShareData[] }).shared);
  expect(shared.title).toBe(text('pages.report'));
  for (const said of [asking.title, 'Anna Berg', text('report.left_open'), ...(asking.checklist ?? []).filter(({ when, kind }) => when === undefined && kind.kind === 'yes_no').map(({ label }) => label)]) {
    expect(shared.text).toContain(said);
  }
  expect(shared.text).not.toContain('The customer has to leave.');
  await app.page.emulateMedia({ media: 'print' });
  await expect(app.page.getByRole('button', { name: text('report.print') })).toBeHidden();
  await expect(app.page.getByRole('navigation').first()).toBeHidden();
  await expect(report).toBeVisible();
  await world.line.accept();
});
