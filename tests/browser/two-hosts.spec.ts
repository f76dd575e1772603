// The app at one host, the server at another one of the same site: everything works as from one.
import { nextPicture } from './support/day';
import { notesOf, todaysJobs } from './support/jobs';
import { OpenId } from './support/openid';
import { of, type Attachment } from './support/office';
import { isApi, isPiece, isPush } from './support/proxy';
import { text } from './support/texts';
import { apart } from './support/two-hosts';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';

for (const [ownFiles, name] of [[false, 'one server answers both'], [true, 'the app has a web server of its own']] as const) {
  test(`a technician works in the cellar, and a closed app sends (${name})`, async ({ world }) => {
    const { api, end } = await apart(world, ownFiles);
    const [job] = await todaysJobs(world);
    const phone = await world.usedPhone();
    const app = await phone.open();
    await app.openJob(job.number);
    await phone.setOffline(true);
    await app.page.reload();
    await expect(app.heading(job.title)).toBeVisible();
    await app.addNote('From the cellar');
    await app.openNotes();
    const photos = app.page.getByRole('group', { name: text('job.add_photo') });
    await app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture('boiler.png')));
    const from = api.now();
    await app.page.close();
    await phone.setOffline(false);
    await api.ended((exchange) => isPush(exchange) && exchange.status === 200, from);
    expect(await notesOf(world, job, 'From')).toEqual(['From the cellar']);
    await (await phone.open()).expectUnsent(0);
    await api.ended((exchange) => isPiece(exchange) && exchange.status === 204, from);
    const received = async () => {
      const files = of<Attachment>(await (await world.client(ANNA)).scope(), 'attachment');
      return files.filter((file) => file.job === job.id && file.received_at !== undefined).length;
    };
    await expect.poll(received).toBe(1);
    expect(world.line.log.filter(isApi), 'asked of the app’s own host').toEqual([]);
    await end();
  });
}

test('the company’s own sign-in begins and ends at the app', async ({ world }) => {
  const { api, end } = await apart(world, true);
  const provider = await OpenId.start(world, api.address);
  try {
    const phone = await world.phone();
    const app = await phone.open();
    await app.page.getByRole('link', { name: text('sign_in.by_company') }).click();
    await provider.signIn(app.page, 'nora');
    await app.waitReady();
    expect(new URL(app.page.url()).origin).toBe(world.line.address);
    await app.signOut();
    await app.page.getByRole('link', { name: text('sign_in.as_other') }).click();
    await provider.signOut(app.page);
    await expect(app.page).toHaveURL(`${world.line.address}/sign-in`);
  } finally {
    await provider.end();
    await end();
  }
});

test('the office sees what comes, saves an export and looks through a phone', async ({ world }) => {
  const { api, end } = await apart(world, true);
  const [job] = await todaysJobs(world);
  const phone = await world.phone({ viewport: { width: 1280, height: 800 } });
  const board = await phone.open();
  await board.signIn('dora@nordhaus.example');
  await board.goTo('Board');
  const anna = await world.client(ANNA);
  await anna.addNote(job.id, 'Seen at once');
  await expect(board.feed.filter({ hasText: 'Seen at once' })).toBeVisible();
  await board.page.goto('/dispatch/export');
  const coming = board.page.waitForEvent('download');
  await board.main.getByRole('button', { name: text('export.go') }).click();
  expect((await coming).suggestedFilename()).toMatch(/^afield-.*\.csv$/);
  await board.page.goto('/dispatch/preview');
  await board.page.getByLabel(text('preview.whose')).selectOption({ label: 'Anna Berg' });
  const looked = board.page.frameLocator('iframe');
  await expect(looked.getByRole('main').getByText(job.title).first()).toBeVisible();
  expect(world.line.log.filter(isApi), 'asked of the app’s own host').toEqual([]);
  expect(api.log.filter(isApi).length).toBeGreaterThan(0);
  await end();
});
