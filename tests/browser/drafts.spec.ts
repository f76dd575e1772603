// Two windows with the same form: what is typed in one outlives what is saved or cancelled in the other.
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

test('a form keeps what was typed although the same form is cancelled in another window', async ({ world }) => {
  const [job] = await todaysJobs(world);
  const { phone, app: one } = await world.primedPhone();
  const two = await phone.open(`/jobs/${job.id}`);
  for (const app of [one, two]) {
    await app.openJob(job.number);
    await app.editJob();
    await expect(app.field('title')).toHaveValue(job.title);
  }
  await two.field('title').fill('Half a ti');
  // A draft is written a moment after it was typed.
  await expect.poll(() => two.writtenDrafts()).toContain('Half a ti');
  await one.main.getByRole('button', { name: text('common.cancel') }).click();
  await expect(one.heading(job.title)).toBeVisible();
  await expect(two.field('title')).toHaveValue('Half a ti');
  await two.page.reload();
  await expect(two.field('title')).toHaveValue('Half a ti');
  await expect(two.main.getByText(text('form.restored'))).toBeVisible();
});
