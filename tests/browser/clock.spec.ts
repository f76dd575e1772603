// A phone whose clock is wrong shows the office's day, and setting the clock right hides nothing.
import type { BrowserContext, Page } from '@playwright/test';
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

const DAY_MS = 86_400_000;

/** From now on every page of the phone reads a clock that is so wrong, until it is set. */
async function setWrong(context: BrowserContext, by: number): Promise<void> {
  await context.addInitScript((start: number) => {
    const right = Date.now.bind(Date);
    Date.now = () => right() + Number(sessionStorage.getItem('afield-test-wrong') ?? start);
  }, by);
}

/** Somebody sets the clock while the phone is locked: the page looks at the time when it is seen again. */
async function setClock(page: Page, by: number): Promise<void> {
  await page.evaluate((wrongBy) => {
    sessionStorage.setItem('afield-test-wrong', String(wrongBy));
    document.dispatchEvent(new Event('visibilitychange'));
  }, by);
}

for (const [name, wrongBy] of [['behind', -2 * DAY_MS], ['ahead', 2 * DAY_MS]] as const) {
  test(`a phone whose clock is two days ${name} shows today's jobs, also offline and after it was set`, async ({ world }) => {
    const [job] = await todaysJobs(world);
    const phone = await world.phone();
    await setWrong(phone.running, wrongBy);
    const app = await phone.open();
    await app.signIn('anna@nordhaus.example');
    await app.waitReady();
    await app.goTo('Today');
    const shown = app.main.getByRole('link', { name: job.number }).first();
    const day = app.main.locator('.page-head .muted');
    await expect(shown).toBeVisible();
    const today = (await day.textContent()) ?? '';

    await world.line.refuse();
    const expectToday = async (): Promise<void> => {
      await expect(shown).toBeVisible();
      await expect(day).toHaveText(today);
      await expect(app.page.getByText(text('banners.expired'))).toBeHidden();
    };
    for (const set of [0, -wrongBy, 0]) {
      await setClock(app.page, set);
      await expectToday();
    }
    // Another page than the one that heard the office.
    await app.page.reload();
    await expectToday();
  });
}
