// Without a network: the app opens, everything is there, and changes wait in order.
import { todaysJobs } from './support/jobs';
import { expect, test } from './support/world';

test('a deep link opens a job after browser and server were killed', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone } = await world.primedPhone();
  await phone.kill();
  await world.server.kill();
  await world.line.refuse();

  await phone.start();
  const app = await phone.open(`/jobs/${job.id}`);
  await expect(app.heading(job.title)).toBeVisible();
  await expect(app.main.getByText(job.number, { exact: true })).toBeVisible();
});

for (const network of ['switched off', 'out of reach']) {
  test(`three changes on two jobs with the network ${network} arrive in order, once, and live on the board`, async ({ world }) => {
    const office = await world.client();
    const [first, second] = await todaysJobs(world);
    const board = await world.board();
    await board.page.evaluate(() => Object.assign(window, { sameDocument: true }));
    const before = await office.happened(first.id, second.id);
    const phone = await world.usedPhone();
    const away = async (): Promise<void> => {
      await phone.setOffline(network === 'switched off');
      // Also when it is switched off: a browser that starts may wake the worker before the switch is thrown again.
      await world.line.refuse();
    };
    const back = async (): Promise<void> => {
      await world.line.accept();
      await phone.setOffline(false);
    };

    const app = await phone.open();
    await app.expectOnline();
    await away();
    await app.openJob(first.number);
    await app.setStatus('En route');
    await app.setStatus('Started');
    await app.openJob(second.number);
    await app.addNote('Key is at the neighbour');
    await app.expectUnsent(3);
    await phone.close();

    await phone.start();
    const again = await phone.open(`/jobs/${first.id}`);
    await expect(again.badge('Started')).toBeVisible();
    await again.expectUnsent(3);
    await expect(again.status).toHaveText('Working offline');
    await again.openJob(second.number);
    await again.openNotes();
    await expect(again.note('Key is at the neighbour')).toBeVisible();
    expect(await office.happened(first.id, second.id)).toEqual(before);

    await back();
    if (network === 'out of reach') {
      // The browser saw no network come back.
      await again.syncNow();
    }
    await again.expectUnsent(0);
    await again.expectOnline();
    expect(await office.happened(first.id, second.id)).toEqual([
      ...before,
      `${first.number} status en_route`,
      `${first.number} status started`,
      `${second.number} note Key is at the neighbour`,
    ]);
    await expect(board.feed.nth(0)).toContainText('Key is at the neighbour');
    await expect(board.feedJobs.nth(0)).toContainText(second.number);
    await expect(board.feed.nth(1)).toContainText('Started');
    await expect(board.feed.nth(2)).toContainText('En route');
    await expect(board.feedJobs.nth(1)).toContainText(first.number);
    expect(await board.page.evaluate(() => 'sameDocument' in window)).toBe(true);
  });
}
