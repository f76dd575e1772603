// Data that is too old is hidden and comes back; unsent work is never hidden.
import { todaysJobs } from './support/jobs';
import { isApi } from './support/proxy';
import { text } from './support/texts';
import { hurryClock } from './support/time';
import { expect, MODES, test } from './support/world';

for (const [mode, name] of MODES) {
  test(`after a day without contact the records are hidden, unsent work is not, and the next contact brings all back${name}`, async ({ world }) => {
    await world.hold(mode);
    const [job, other] = await todaysJobs(world);
    const { app } = await world.primedPhone();
    await hurryClock(app.page);
    await app.openJob(job.number);
    await world.line.refuse();
    await app.addNote('Not sent');
    await app.goTo('Jobs');
    await expect(app.page.getByRole('link', { name: other.number })).toBeVisible();

    await app.page.clock.fastForward('25:00:00');
    const banner = app.page.getByText(text('banners.expired'));
    await expect(banner).toBeVisible();
    await expect(app.page.getByText(text('banners.expired_hint', { hours: 24 }))).toBeVisible();
    await expect(app.page.getByRole('link', { name: other.number })).toHaveCount(0);
    await expect(app.page.getByRole('link', { name: job.number })).toBeVisible();
    await app.goTo('Today');
    await expect(app.main.getByText('Ready for offline use')).toHaveCount(0);
    await app.page.goto(`/jobs/${other.id}`);
    await expect(app.main.getByText(text('jobs.expired'))).toBeVisible();
    await app.page.goto(`/jobs/${job.id}`);
    await app.openNotes();
    await expect(app.note('Not sent')).toBeVisible();
    await app.expectUnsent(1);

    // The first answer takes the banner away, and its button with it: what the page asks by itself is answered after the tap.
    let answer = (): void => {};
    world.line.rule(isApi, { kind: 'hold', until: new Promise<void>((resolve) => (answer = resolve)) });
    await world.line.accept();
    await app.page.getByRole('button', { name: 'Sync now' }).click();
    answer();
    await expect(banner).toBeHidden();
    await app.expectUnsent(0);
    await app.goTo('Jobs');
    await expect(app.page.getByRole('link', { name: other.number })).toBeVisible();
  });
}
