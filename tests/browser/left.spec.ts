// A job that the office gives to somebody else leaves the phone, and says who has it now.
import { todaysJobs } from './support/jobs';
import { text } from './support/texts';
import { expect, test } from './support/world';

test('a job that leaves says who has it, in the day and where its page stood', async ({ world }) => {
  const [job, other] = await todaysJobs(world);
  const office = await world.client();
  const { technicians, jobs } = await office.board();
  const ben = technicians.find(({ name }) => name.startsWith('Ben'))!;
  const { rev } = jobs.find((shown) => shown.job.id === other.id)!;
  const { app } = await world.primedPhone();
  await office.assign(job.id, ben.name);
  await office.request('POST', `/api/v1/assign/${other.id}`, { assignee: null, base_rev: rev });
  await app.syncNow();
  await app.page.goto(`/jobs/${job.id}`);
  await expect(app.main.getByText(text('job.gone_to', { name: ben.name }))).toBeVisible();
  await app.goTo('Today');
  const line = app.main.getByRole('listitem').filter({ hasText: text('job.gone_to', { name: ben.name }) });
  await expect(line).toContainText(job.title);
  await expect(app.main.getByRole('listitem').filter({ hasText: text('job.gone_back') })).toContainText(other.title);
  await app.main.getByRole('button', { name: text('job.gone_read') }).click();
  await expect(line).toHaveCount(0);
  // It stays read.
  await app.page.reload();
  await expect(app.heading('Today')).toBeVisible();
  await expect(line).toHaveCount(0);
});
