// Reading a code with the camera where the browser has no reader of its own: ours comes when it is needed, and works
// without a network.
import path from 'node:path';
import type { App } from './support/app';
import { Day } from './support/day';
import { ean13, film, onItsSide, qr, type Label } from './support/film';
import { todaysJobs } from './support/jobs';
import { of, type Asset, type Job, type Question } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const EAN = '4006381333931';

/** A phone whose camera sees the label. */
async function looking(world: World, label: Label): Promise<App> {
  const camera = path.join(world.folder, 'label.y4m');
  await film(camera, label);
  const { app } = await world.primedPhone(undefined, { camera });
  test.skip(await app.page.evaluate(() => 'BarcodeDetector' in window), 'this browser has a reader of its own');
  return app;
}

/** One of today's jobs with a question for a code. */
async function asking(world: World): Promise<{ job: Job; question: Question }> {
  const isIt = ({ kind, when }: Question): boolean => kind.kind === 'barcode' && when === undefined;
  const job = (await todaysJobs(world)).find(({ checklist = [] }) => checklist.some(isIt));
  const question = job?.checklist?.find(isIt);
  if (job === undefined || question === undefined) {
    throw new Error('the demo has no such question');
  }
  return { job, question };
}

for (const [how, turn] of [['upright', (label: Label) => label], ['on its side', onItsSide]] as const) {
  test(`an EAN-13 ${how} answers a question, without a network`, async ({ world }) => {
    const { job, question } = await asking(world);
    const app = await looking(world, turn(ean13(EAN)));
    expect(world.line.log.filter(({ path }) => path.startsWith('/codes-')).length, 'kept before it is needed').toBeGreaterThan(0);
    await world.line.refuse();
    await app.openJob(job.number);
    await app.openTab(text('job.tab_checklist'));
    await app.saving(() => app.page.getByRole('button', { name: text('answer.scan') }).click());
    await expect(app.page.getByRole('dialog', { name: text('answer.scan') })).toBeHidden();
    await expect(new Day(app).input(question)).toHaveValue(EAN);
    await world.line.accept();
  });
}

test('a QR code links the asset that has it', async ({ world }) => {
  const client = await world.client('anna@nordhaus.example');
  const all = await client.scope();
  const jobs = await todaysJobs(world);
  const assets = of<Asset>(all, 'asset');
  const isOnce = (code?: string) => assets.filter((one) => one.code === code || one.serial === code).length === 1;
  const [job, asset] = jobs
    .map((job) => [job, assets.find(({ id, code, customer }) => code && customer === job.customer && isOnce(code) && !(job.assets ?? []).includes(id))] as const)
    .find(([, asset]) => asset !== undefined) ?? [];
  if (job === undefined || asset?.code === undefined) {
    throw new Error('the demo has no such asset');
  }
  const app = await looking(world, qr(asset.code));
  await app.openJob(job.number);
  await app.openTab(text('job.tab_material'));
  await app.page.getByRole('button', { name: text('assets.link_open') }).click();
  await app.saving(() => app.page.getByRole('button', { name: text('assets.scan') }).click());
  await expect(app.main.getByText(text('assets.linked_now', { name: asset.name }))).toBeVisible();
});

test('a reader that does not come says so, and what stands below the code is typed', async ({ world }) => {
  const { job, question } = await asking(world);
  const app = await looking(world, ean13(EAN));
  await app.page.evaluate(() => Object.assign(globalThis, { codeReader: () => Promise.reject(new Error('it did not come')) }));
  await world.line.refuse();
  await app.openJob(job.number);
  await app.openTab(text('job.tab_checklist'));
  await app.page.getByRole('button', { name: text('answer.scan') }).click();
  const dialog = app.page.getByRole('dialog', { name: text('answer.scan') });
  await expect(dialog.getByRole('status')).toHaveText(text('assets.scan_trouble'));
  await dialog.getByRole('button', { name: text('common.close') }).click();
  await new Day(app).input(question).fill(EAN);
  await app.saving(() => new Day(app).input(question).press('Tab'));
  await world.line.accept();
});
