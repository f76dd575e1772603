// Photos that show a job before and after the work: said on the phone without a network, compared, and seen by the office.
import type { App } from './support/app';
import { DESK } from './support/browser';
import { todaysJobs } from './support/jobs';
import { of, type Job } from './support/office';
import { picture } from './support/picture';
import { text } from './support/texts';
import { expect, test } from './support/world';

type Marked = Job & { photos?: { photo: string; moment: string }[] };

const BEFORE = text('photo.before');
const AFTER = text('photo.after');

/** The small picture of this name, whatever its number; with a word, only if it says so. */
const photo = (app: App, name: string, word = '') => app.page.getByRole('button', { name: new RegExp(`^Show \\d+: ${name}\\.jpg${word === '' ? '' : `, ${word}`}$`) });

test('photos of before and after are told apart without a network, compared, and reach the report and the office', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { app } = await world.primedPhone();
  await world.line.refuse();
  await app.page.goto(`/jobs/${job.id}?tab=notes`);
  const shots = ['wet', 'dry'].map((name, n) => ({ name: `${name}.png`, mimeType: 'image/png', buffer: picture(40 + n) }));
  await app.saving(() => app.page.getByLabel(text('files.choose'), { exact: true }).setInputFiles(shots));
  await app.page.getByRole('button', { name: text('job.without_note') }).click();

  await photo(app, 'wet').click();
  const viewer = app.page.getByRole('dialog');
  const said = (word: string) => viewer.getByRole('button', { name: word, exact: true });
  const compare = viewer.getByRole('button', { name: text('photo.compare') });
  // What is pressed is not saved yet, and the page is loaded again below.
  await app.saving(() => said(BEFORE).click());
  await expect(said(BEFORE)).toHaveAttribute('aria-pressed', 'true');
  await expect(compare, 'there is nothing to compare it with').toHaveCount(0);
  await app.page.keyboard.press('ArrowRight');
  await expect(said(BEFORE)).toHaveAttribute('aria-pressed', 'false');
  await app.saving(() => said(AFTER).click());
  await expect(said(AFTER)).toHaveAttribute('aria-pressed', 'true');

  await compare.click();
  await expect(viewer.getByRole('img', { name: BEFORE })).toBeVisible();
  await expect(viewer.getByRole('img', { name: AFTER })).toBeVisible();
  const slider = viewer.getByRole('slider', { name: text('photo.slider') });
  const phone = app.page.viewportSize() ?? DESK;
  await slider.fill('20');
  await expect(viewer.locator('.compare-both')).toHaveCSS('--at', '20%');
  await app.page.keyboard.press('ArrowRight');
  await expect(slider, 'the arrows move the slider').toHaveValue('21');
  // On its side too a phone shows all of it.
  await app.page.setViewportSize({ width: 740, height: 360 });
  await expect(slider).toBeInViewport({ ratio: 1 });
  // On a wide screen they stand beside each other.
  await app.page.setViewportSize(DESK);
  await expect(slider).toBeHidden();
  const left = (word: string) => viewer.getByRole('img', { name: word }).evaluate((image) => image.getBoundingClientRect().left);
  expect(await left(AFTER)).toBeGreaterThan((await left(BEFORE)) + 200);
  await app.page.setViewportSize(phone);
  await app.page.keyboard.press('Escape');
  await expect(viewer).toBeHidden();

  await app.page.reload();
  await expect(photo(app, 'wet', BEFORE)).toBeVisible();
  await expect(photo(app, 'dry', AFTER)).toBeVisible();
  await app.page.goto(`/jobs/${job.id}/report`);
  const pair = app.main.getByRole('listitem').filter({ hasText: BEFORE }).filter({ hasText: AFTER });
  await expect(pair.getByRole('img')).toHaveCount(2);

  await world.line.accept();
  // By itself it would try again when a back-off ends that has grown with every try: after minutes, maybe.
  await app.syncNow();
  await app.expectUnsent(0);
  const photos = async () => {
    const answer = await (await world.client('anna@nordhaus.example')).scope();
    const found = of<Marked>(answer, 'job').find(({ id }) => id === job.id);
    return (found?.photos ?? []).map(({ moment }) => moment).sort();
  };
  expect(await photos()).toEqual(['after', 'before']);

  const board = await world.board();
  await board.page.goto(`/dispatch/job/${job.id}`);
  await expect(photo(board, 'wet', BEFORE)).toBeVisible();
  await photo(board, 'dry', AFTER).click();
  await board.page.getByRole('dialog').getByRole('button', { name: AFTER, exact: true }).click();
  await expect.poll(photos).toEqual(['before']);
});
