// The language: the browser's until somebody chooses another, and never at the cost of something typed.
import type { App } from './support/app';
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

const german = (key: string): string => text(key, {}, 'de');

async function expectLanguage(app: App, tag: string, heading: string): Promise<void> {
  await expect(app.heading(heading)).toBeVisible();
  await expect(app.page.locator('html')).toHaveAttribute('lang', tag);
}

function choice(app: App, name: string) {
  return app.main.getByRole('button', { name, exact: true });
}

test('the app speaks the first language of the browser that it knows, else English', async ({ world }) => {
  for (const [locale, tag, heading] of [
    ['de-AT', 'de', german('sign_in.title')],
    ['fr-FR', 'en', text('sign_in.title')],
  ]) {
    const app = await (await world.phone({ locale })).open();
    await expectLanguage(app, tag, heading);
  }
});

test('a chosen language stays until another is chosen', async ({ world }) => {
  const { app } = await world.primedPhone();
  await app.goTo('Settings');
  await choice(app, text('settings.german')).click();
  await expectLanguage(app, 'de', german('pages.settings'));
  await expect(choice(app, text('settings.german'))).toHaveAttribute('aria-pressed', 'true');
  await app.page.reload();
  await expectLanguage(app, 'de', german('pages.settings'));
  await app.page.goto('/');
  await expect(app.main.getByText(german('today.ready'))).toBeVisible();

  await app.page.goto('/settings');
  await choice(app, german('settings.language_system')).click();
  await expectLanguage(app, 'en', text('pages.settings'));
});

test('what is typed and not saved outlives the choice: the language waits', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.draftNote('Half a');
  await app.goTo('Settings');
  await choice(app, text('settings.german')).click();
  await expect(app.page.getByText(text('settings.language_waits'))).toBeVisible();
  await expectLanguage(app, 'en', text('pages.settings'));
  await app.openJob(job.number);
  await app.openNotes();
  await expect(app.noteField).toHaveValue('Half a');
});
