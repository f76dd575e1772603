// What stands there while the app starts: the picture of Today (whose, until when, and what a tap on it does), and the
// sign-in form, which can be filled in before the app is there.
import type { Page } from '@playwright/test';
import { PASSWORD, type App } from './support/app';
import type { Phone } from './support/browser';
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

declare global {
  interface Window {
    /** Lets the app start. */
    afieldGo: () => void;
  }
}

/** Runs before the app, which then waits with its wasm. What stands in for it does not go by itself after ten seconds. */
function holdStart(): void {
  const later = globalThis.setTimeout;
  Object.assign(globalThis, { setTimeout: (work: () => void, ms?: number) => (ms === 10_000 ? 0 : later(work, ms)) });
  const go = new Promise<void>((resolve) => (window.afieldGo = resolve));
  const { instantiateStreaming, instantiate } = WebAssembly;
  WebAssembly.instantiateStreaming = async (...what: Parameters<typeof instantiateStreaming>) => {
    await go;
    return instantiateStreaming.apply(WebAssembly, what);
  };
  WebAssembly.instantiate = (async (...what: Parameters<typeof instantiate>) => {
    await go;
    return instantiate.apply(WebAssembly, what);
  }) as typeof instantiate;
}

const picture = (page: Page) => page.locator('#stand-in');
const kept = (page: Page) => page.evaluate(() => localStorage.getItem('afield-last-screen'));

/** The script that would show it has run when the page gets it a second time. */
async function hasRun(page: Page): Promise<void> {
  const address = () =>
    page.evaluate(() => performance.getEntriesByType('resource').find(({ name }) => /\/stand-in.*\.js$/.test(name))?.name);
  await expect.poll(address).toBeDefined();
  await page.evaluate(async (name) => void (await import(name ?? '')), await address());
}

/** Waits for the whole Today: half of one is not looked at when it is left, nor one that does not know yet for how long it is true. */
async function drawn(app: App): Promise<void> {
  await expect(app.main.getByRole('heading', { name: text('today.day') })).toBeVisible();
  await expect(app.main.locator('.skeleton')).toHaveCount(0);
  await expect(app.main.locator('[data-left]:not([data-left="0"])')).toHaveCount(1);
}

/** Anna's phone, after Today was drawn and left. */
async function left(world: World): Promise<{ phone: Phone; app: App }> {
  const { phone, app } = await world.primedPhone();
  await app.goTo('Today');
  await drawn(app);
  await app.leave();
  await expect.poll(() => kept(app.page)).not.toBeNull();
  return { phone, app };
}

/** Opens `path` with the app's start held. */
async function openHeld({ phone, app }: { phone: Phone; app: App }, path = '/'): Promise<App> {
  await phone.running.addInitScript(holdStart);
  await app.page.goto(path);
  return app;
}

test('what Today looked like is there before the app, says of when it is, and the app takes its place', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const app = await openHeld(await left(world));
  const copy = picture(app.page);
  await expect(copy.getByText(job.title).first()).toBeVisible();
  await expect(copy.getByText(/^As of \d/)).toBeVisible();
  await expect(app.page.getByText('Opening Afield')).toBeHidden();
  expect(await copy.evaluate((element: HTMLElement) => element.inert)).toBe(true);
  // Nothing in it is a control, and nobody takes a number of then for one of now.
  await expect(app.page.getByRole('button')).toHaveCount(0);
  await expect(copy.locator('.unsent')).toHaveCount(0);
  await app.page.evaluate(() => window.afieldGo());
  await expect(app.heading('Today')).toBeVisible();
  await expect(copy).toHaveCount(0);
  await expect(app.main.getByText(job.title).first()).toBeVisible();
});

test('a tap on a job of the picture opens the job when the app is there', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const app = await openHeld(await left(world), '/today');
  const link = picture(app.page).locator(`a[href="/jobs/${job.id}"]`).first();
  await expect(link).toBeVisible();
  await link.scrollIntoViewIfNeeded();
  const box = await link.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  });
  await app.page.mouse.click(box.x, box.y);
  await app.page.evaluate(() => window.afieldGo());
  await expect(app.page).toHaveURL(new RegExp(`/jobs/${job.id}`));
  await expect(app.heading(job.title)).toBeVisible();
});

/** Somebody who is not Anna. */
const OTHER = '00000000-0000-4000-8000-000000000000';

const notShown: [string, (copy: { user: string; until: number; at: number; language: string }) => object][] = [
  ['of another day, or longer than the phone may show what it holds', (copy) => ({ ...copy, until: copy.at })],
  ['of a time that has not come: the clock was set back', (copy) => ({ ...copy, at: copy.until - 1, until: copy.until })],
  ['of another user', (copy) => ({ ...copy, user: OTHER })],
  ['that does not say whose it is', ({ until, at, language }) => ({ until, at, language })],
  ['in another language', (copy) => ({ ...copy, language: 'de' })],
];
for (const [what, change] of notShown) {
  test(`no picture is shown ${what}`, async ({ world }) => {
    const { phone, app } = await left(world);
    const copy = JSON.parse((await kept(app.page)) ?? '{}') as Parameters<typeof change>[0];
    await app.page.evaluate((json) => localStorage.setItem('afield-last-screen', json), JSON.stringify(change(copy)));
    await openHeld({ phone, app });
    await hasRun(app.page);
    await expect(picture(app.page)).toHaveCount(0);
    await expect(app.page.getByText('Opening Afield')).toBeVisible();
    await app.page.evaluate(() => window.afieldGo());
    await expect(app.heading('Today')).toBeVisible();
  });
}

test('no picture is shown where somebody else has signed in since', async ({ world }) => {
  const { phone, app } = await left(world);
  await app.page.evaluate((other) => localStorage.setItem('afield-user', other), OTHER);
  await openHeld({ phone, app });
  await hasRun(app.page);
  await expect(picture(app.page)).toHaveCount(0);
  await app.page.evaluate(() => window.afieldGo());
  await expect(app.heading('Today')).toBeVisible();
});

test('none is kept of a Today whose user another tab has replaced', async ({ world }) => {
  const { app } = await left(world);
  await app.page.goto('/');
  await drawn(app);
  await app.page.evaluate((other) => localStorage.setItem('afield-user', other), OTHER);
  await app.leave();
  await expect.poll(() => kept(app.page)).toBeNull();
});

test('switched off, the offline feature takes the picture with it', async ({ world }) => {
  const { app } = await left(world);
  await app.page.goto('/settings');
  const feature = app.page.getByRole('switch', { name: text('settings.offline_label') });
  await expect(feature).toBeChecked();
  expect(await kept(app.page)).not.toBeNull();
  await feature.click();
  await expect(app.main.getByText(text('settings.offline_off'))).toBeVisible();
  await expect.poll(() => kept(app.page)).toBeNull();
});

test('whoever comes by a link gets the form of the link and no other', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(holdStart);
  const { page } = await phone.open(`/sign-in#link=${'0'.repeat(64)}`);
  await hasRun(page);
  await expect(picture(page)).toHaveCount(0);
  await page.evaluate(() => window.afieldGo());
  await expect(page.getByRole('heading', { level: 1, name: text('link.welcome') })).toBeVisible();
  await expect(page.getByLabel(text('link.new_password'))).toBeVisible();
});

test('nothing of it stays after a sign-out, and a dispatcher gets the board', async ({ world }) => {
  const { app } = await left(world);
  await app.page.goto('/');
  await expect(app.heading('Today')).toBeVisible();
  await app.signOut();
  await expect.poll(() => kept(app.page)).toBeNull();
  await app.leave();
  await app.page.goto('/');
  await app.signIn('dora@nordhaus.example');
  await app.goTo('Today');
  await app.leave();
  expect(await kept(app.page)).toBeNull();
});

test('the sign-in form can be filled in and sent before the app is there', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(holdStart);
  const app = await phone.open();
  const [email, password] = [app.page.getByLabel(text('sign_in.email')), app.page.getByLabel(text('sign_in.password'))];
  await email.fill('anna@nordhaus.example');
  await password.fill(PASSWORD);
  await password.press('Enter');
  await expect(app.page.getByRole('button', { name: text('sign_in.busy') })).toBeVisible();
  await app.page.evaluate(() => window.afieldGo());
  await expect(app.heading('Today')).toBeVisible();
  await app.waitReady();
});

test('what is half typed goes on in the form of the app, at the same place', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(holdStart);
  const app = await phone.open('/settings');
  const [email, password] = [app.page.getByLabel(text('sign_in.email')), app.page.getByLabel(text('sign_in.password'))];
  await email.fill('anna@nordhaus.example');
  await password.focus();
  const places = () => app.page.evaluate(() => [...document.querySelectorAll('h1, h1 + p, input, button')].map((part) => [part.tagName, part.textContent, JSON.stringify(part.getBoundingClientRect())]));
  const before = await places();
  await app.page.evaluate(() => window.afieldGo());
  await expect(picture(app.page)).toHaveCount(0);
  await expect(email).toHaveValue('anna@nordhaus.example');
  await expect(password).toBeFocused();
  await expect.poll(places).toEqual(before);
});

test('in German too', async ({ world }) => {
  const phone = await world.phone({ locale: 'de-DE' });
  await phone.running.addInitScript(holdStart);
  const { page } = await phone.open();
  await expect(page.getByLabel('Passwort')).toBeVisible();
  const words = async (): Promise<string[]> => page.locator('main').allInnerTexts();
  const before = await words();
  await page.evaluate(() => window.afieldGo());
  await expect(picture(page)).toHaveCount(0);
  await expect.poll(words).toEqual(before);
});

test('a start that fails says so in the place of the form', async ({ world }) => {
  const phone = await world.phone();
  await phone.running.addInitScript(() => {
    WebAssembly.instantiateStreaming = () => Promise.reject(new Error('no memory'));
    WebAssembly.instantiate = () => Promise.reject(new Error('no memory'));
  });
  const { page } = await phone.open();
  await expect(page.getByRole('alert')).toContainText('Afield could not start');
  await expect(picture(page)).toHaveCount(0);
});
