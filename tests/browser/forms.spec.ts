// Bad input in the forms of a day: each says what is wrong, at the field, and nothing typed is lost.
import { Day } from './support/day';
import { of, type Job, type Question, type Task, type Template } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const ANNA = 'anna@nordhaus.example';
const ODD = `<script>document.title = 'stolen'</script> 👷‍♀️ صمام שלום '; DROP TABLE jobs; --`;

/** An open job of which this holds. */
async function jobWith(world: World, holds: (job: Job) => boolean): Promise<Job> {
  const all = await (await world.client(ANNA)).scope();
  const found = of<Job>(all, 'job').find((job) => job.status === 'scheduled' && job.acceptance !== 'asked' && holds(job));
  if (found === undefined) {
    throw new Error('the demo has no such job');
  }
  return found;
}

test('a new job says what is wrong with it, and takes what is only odd', async ({ world }) => {
  const { app } = await world.primedPhone();
  await app.goTo('Jobs');
  await app.page.getByRole('link', { name: text('job.new') }).click();
  await app.saveButton.click();
  await expect(app.field('title')).toHaveAccessibleDescription(text('reason.empty'));
  await app.field('title').fill('x'.repeat(201));
  await app.saveButton.click();
  await expect(app.field('title')).toHaveAccessibleDescription(text('reason.too_long', { max: 200 }));
  await app.field('description').fill('y'.repeat(20_001));
  await app.field('title').fill(ODD);
  await app.saveButton.click();
  await expect(app.field('description')).toHaveAccessibleDescription(text('reason.too_long', { max: 20_000 }));
  await app.field('description').fill(ODD);
  const starts = await app.field('starts').inputValue();
  await app.field('ends').fill(starts.replace(/^\d{4}/, '2020'));
  await app.saveButton.click();
  await expect(app.field('ends')).toHaveAccessibleDescription(text('edit.ends_too_early'));
  expect(await app.timesSaved()).toBe(0);
  await app.field('ends').fill(starts.replace(/T.*/, 'T23:59'));
  await app.saving(() => app.saveButton.click());
  await expect(app.heading(ODD)).toBeVisible();
  await app.expectUnsent(0);
  const all = await (await world.client(ANNA)).scope();
  expect(of<Job>(all, 'job').filter((job) => job.title === ODD && job.description === ODD)).toHaveLength(1);
  expect(await app.page.title()).not.toContain('stolen');
});

test('a checklist takes no answer outside of its limits, and says them', async ({ world }) => {
  const isLimited = ({ kind }: Question) => kind.kind === 'number' && kind.max !== undefined;
  const job = await jobWith(world, (job) => (job.checklist ?? []).some((question) => isLimited(question) && question.when === undefined));
  const question = (job.checklist ?? []).find((question) => isLimited(question) && question.when === undefined);
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.openTab(text('job.tab_checklist'));
  if (question === undefined) {
    throw new Error('the demo has no such question');
  }
  const input = new Day(app).input(question);
  for (const [typed, said] of [
    ['many', text('answer.not_a_number', { example: '' }).slice(0, 14)],
    ['1,2,3', text('answer.not_a_number', { example: '' }).slice(0, 14)],
    ['99999999999999', text('answer.too_many_digits')],
    [String(Number(question.kind.max) + 1), text('answer.out_of_range', { limits: '' }).slice(0, 20)],
  ]) {
    await input.fill(typed);
    await input.press('Tab');
    await expect(input, typed).toHaveAccessibleDescription(new RegExp(said.trim()));
    await expect(input, 'what was typed stays').toHaveValue(typed);
  }
  await app.expectUnsent(0);
  await input.fill(question.kind.max ?? '');
  await input.press('Tab');
  await expect(app.page.getByText(text('answer.not_saved'))).toHaveCount(0);
  await app.expectUnsent(0);
  const sent = await (await world.client(ANNA)).job(job.id);
  expect(sent.answers?.find(({ item }) => item === question.item)?.value).toBe(question.kind.max);
});

test('a form says how much is missing, takes the focus there, and keeps a half of it through a crash', async ({ world }) => {
  const all = await (await world.client(ANNA)).scope();
  const templates = of<Template>(all, 'form');
  const open = new Set(of<Job>(all, 'job').filter(({ status }) => status === 'scheduled').map(({ id }) => id));
  const text0 = (template?: Template) => template?.questions.find(({ kind, when }) => kind.kind === 'text' && when === undefined);
  const task = of<Task>(all, 'task').find((task) => open.has(task.job) && text0(templates.find(({ id }) => id === task.template)) !== undefined);
  const template = templates.find(({ id }) => id === task?.template);
  const phone = await world.usedPhone();
  let app = await phone.open(`/jobs/${task?.job}/tasks/${task?.id}`);
  await app.page.getByRole('button', { name: text('form.submit') }).click();
  const first = template?.questions.find((question) => question.required && question.when === undefined);
  const input = app.page.locator(`[id="answer-${first?.item}"]`);
  await expect(input).toBeFocused();
  // One way to the first, from wherever somebody has gone meanwhile.
  await new Day(app).input(text0(template)!).focus();
  await app.page.getByRole('alert').getByRole('button', { name: text('form.to_first') }).click();
  await expect(input).toBeFocused();
  expect(await app.timesSaved()).toBe(0);
  const long = `${'ä'.repeat(9_900)} ${ODD}`.slice(0, 10_000);
  const question = text0(template);
  if (question === undefined) {
    throw new Error('the demo has no such form');
  }
  const field = () => new Day(app).input(question);
  await field().fill(long);
  // A draft is written down within a moment.
  await expect.poll(() => app.writtenDrafts()).toContain(ODD.slice(0, 20));
  await phone.kill();
  await phone.start();
  app = await phone.open(`/jobs/${task?.job}/tasks/${task?.id}`);
  await expect(field()).toHaveValue(long);
  await expect(app.page.getByText(text('form.restored'))).toBeVisible();
  await field().fill('x'.repeat(10_001));
  await app.page.getByRole('button', { name: text('form.submit') }).click();
  await expect(field()).toHaveAccessibleDescription(new RegExp(text('answer.too_long', { max: '10,?000' })));
});
