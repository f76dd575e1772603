// Teams: an admin puts people into them, and the board shows the jobs of one.
import { text } from './support/texts';
import { expect, test } from './support/world';

test('an admin puts somebody into a team, and the board shows its jobs alone', async ({ world }) => {
  const admin = await world.board('ada@nordhaus.example');
  await admin.page.goto('/dispatch/people');
  await admin.main.getByRole('button', { name: `${text('people.manage')} Anna Berg` }).click();
  await admin.main.getByLabel(text('people.team')).fill('North');
  await admin.main.getByRole('button', { name: text('people.set_team') }).click();
  await expect(admin.main.getByText(text('people.did_team', { who: 'Anna Berg', team: 'North' }))).toBeVisible();
  const board = await world.board();
  const { jobs, technicians } = await (await world.client()).board();
  const anna = technicians.find(({ name }) => name === 'Anna Berg');
  const own = jobs.filter(({ job }) => job.assignee === anna?.id).length;
  expect(own).toBeGreaterThan(0);
  await board.main.getByLabel(text('board.team'), { exact: true }).selectOption('North');
  await expect(board.page).toHaveURL(/team=North/);
  await expect(board.main.getByText(text('board.found', { count: own, jobs: `${jobs.length} jobs` }))).toBeVisible();
  await expect(board.main.getByRole('region', { name: 'Ben Ito' })).toBeHidden();
  // The address is the filter.
  await board.page.reload();
  await expect(board.main.getByText(text('board.found', { count: own, jobs: `${jobs.length} jobs` }))).toBeVisible();
});
