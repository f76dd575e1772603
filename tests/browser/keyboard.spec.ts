// A job without a pointer: found, opened, answered and taken on by keys alone.
import type { Locator } from '@playwright/test';
import type { App } from './support/app';
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

test('a job is found, opened and taken on by keys alone', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  const keys = app.page.keyboard;
  await app.goTo('Jobs');
  // A new page's heading takes the focus with the next frame, from whoever has it then.
  await expect(app.heading('Jobs')).toBeFocused();
  await keys.press('/');
  await expect(app.page.getByRole('searchbox')).toBeFocused();
  await keys.type(job.number);
  await expect(app.main.getByRole('link', { name: job.number })).toHaveCount(1);
  await keys.press('ArrowDown');
  await expect(app.main.getByRole('link', { name: job.number })).toBeFocused();
  await keys.press('Enter');
  await expect(app.heading(job.title)).toBeFocused();

  // On to the tab of notes, to its field, and to the step: nothing but Tab and Enter.
  // On some days the job has notes already, and the tab says how many.
  const parts = app.page.getByRole('navigation', { name: text('job.parts') });
  await press(app, 'Tab', parts.getByRole('link', { name: text('job.notes') }));
  await keys.press('Enter');
  await expect(app.noteField).toBeVisible();
  await press(app, 'Tab', app.noteField);
  await keys.type('Typed without a pointer');
  await press(app, 'Tab', app.noteButton);
  await app.saving(() => keys.press('Enter'));
  await expect(app.note('Typed without a pointer')).toBeVisible();
  await press(app, 'Tab', app.statusButton('En route'));
  await app.saving(() => keys.press('Enter'));
  await expect(app.badge('En route')).toBeVisible();
  await expect(app.statusButton('Started').or(app.page.getByRole('button', { name: text('common.undo') })).first()).toBeVisible();
});

/** Presses a key until this has the focus; a trap would end the test. */
async function press(app: App, key: string, wanted: Locator): Promise<void> {
  for (let times = 0; times < 60; times += 1) {
    if (await wanted.evaluate((element) => element === document.activeElement)) {
      return;
    }
    await app.page.keyboard.press(key);
  }
  throw new Error('the keyboard does not get there');
}
