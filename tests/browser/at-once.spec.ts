// A day with everybody in it at once: a board, the office's page of a job, a preview, and two phones.
import type { FrameLocator, Locator, Page } from '@playwright/test';
import type { App } from './support/app';
import { App as Pages } from './support/app';
import { nextPicture } from './support/day';
import { todaysJobs } from './support/jobs';
import type { Job } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'Anna Berg';
const BEN = 'Ben Ito';
const BENS = 'ben@nordhaus.example';

/** The office with its board, the page of a job, and a look through a technician's phone, each in a tab of its own. */
interface Office {
  board: App;
  /** The office's page of the job. */
  ofJob: App;
  preview: { page: Page; phone: FrameLocator };
}

async function openOffice(world: World, job: Job): Promise<Office> {
  const board = await world.board();
  const ofJob = new Pages(await board.page.context().newPage());
  await ofJob.page.goto(`/dispatch/job/${job.id}`);
  await expect(ofJob.heading(job.title)).toBeVisible();
  const page = await board.page.context().newPage();
  await page.goto('/dispatch/preview');
  await page.getByLabel(text('preview.whose')).selectOption({ label: ANNA });
  const preview = { page, phone: page.frameLocator('iframe') };
  await expect(preview.phone.getByText('Ready for offline use', { exact: true })).toBeVisible();
  for (const one of [board, ofJob]) {
    await expect(one.page.getByText(text('board.live'), { exact: true })).toBeVisible();
  }
  return { board, ofJob, preview };
}

/** A section of the office's page of a job, by its heading. */
const section = (office: App, title: string): Locator =>
  office.main.locator('section').filter({ has: office.page.getByRole('heading', { name: title, exact: true }) });

/** The job's link on Today of the phone that the office looks through. */
const seen = ({ preview }: Office, { number }: Job): Locator => preview.phone.getByRole('main').getByRole('link', { name: new RegExp(number) });

test('a board, a job page, a preview and two phones see the same day, also what came too late', async ({ world }) => {
  const [begun, given] = await todaysJobs(world);
  const { app: annas } = await world.primedPhone();
  const { app: bens } = await world.primedPhone(BENS);
  const office = await openOffice(world, given);

  // Online: what a phone does is on the board and on the next phone's screen.
  await annas.openJob(begun.number);
  await annas.setStatus('En route');
  await expect(office.board.feedJobs.first()).toHaveText(`${begun.number} · ${begun.title}`);

  await expect(seen(office, given).first()).toBeVisible();

  // In the cellar: Anna works on a job that the office gives to Ben meanwhile.
  await annas.openJob(given.number);
  await annas.openNotes();
  await world.line.refuse();
  const photos = annas.page.getByRole('group', { name: text('job.add_photo') });
  await annas.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('valve.png')));
  await annas.addNote('Valve is worn');
  await (await world.client()).assign(given.id, BEN);
  await expect(office.ofJob.main.getByText(BEN).first()).toBeVisible();
  await expect(seen(office, given)).toHaveCount(0);
  await expect(seen(office, begun).first()).toBeVisible();
  // What Anna has done stays with her, on her phone.
  await expect(annas.note('Valve is worn')).toBeVisible();
  await expect(office.ofJob.main.getByText('Valve is worn')).toHaveCount(0);

  // Back in daylight: Ben has the job, Anna's work waits for the office.
  await world.line.accept();
  await annas.syncNow();
  // All of it, the photo's bytes too.
  await annas.expectUnsent(0);
  await office.board.main.getByRole('link', { name: text('conflict.link', { count: 2 }), exact: true }).click();
  const late = office.board.main.getByRole('article').filter({ hasText: ANNA });
  await expect(late).toContainText('Valve is worn');
  await late.getByRole('button', { name: new RegExp(`^${text('office.late_accept')} `) }).first().click();

  // Accepted: on the job, on Ben's phone, and nothing is unsent anywhere.
  await expect(section(office.ofJob, text('job.notes'))).toContainText('Valve is worn');
  await expect(section(office.ofJob, text('job.notes'))).toContainText(ANNA);
  // The line was cut a moment ago, so that his phone is not called: it asks.
  await bens.syncNow();
  await bens.openJob(given.number);
  await bens.openNotes();
  await expect(bens.note('Valve is worn')).toBeVisible();
  await annas.expectUnsent(0);
  await bens.expectUnsent(0);

  // Ben goes on, and the office sees it on the page that it had open all the time.
  await bens.addNote('Has a new valve');
  await expect(section(office.ofJob, text('job.notes'))).toContainText('Has a new valve');
});
