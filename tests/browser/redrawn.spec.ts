// A page that goes away under the fingers: what was being typed is kept, and nothing breaks.
import { notesOf, todaysJobs } from './support/jobs';
import { Day } from './support/day';
import { of, type Job } from './support/office';
import { text } from './support/texts';
import { expect, test } from './support/world';

const ANNA = 'anna@nordhaus.example';

test('back while an answer is being typed: it is saved as if the finger had left the field', async ({ world }) => {
  const jobs = of<Job>(await (await world.client(ANNA)).scope(), 'job');
  const job = jobs.find((job) => job.checklist?.some(({ kind, when }) => kind.kind === 'number' && when === undefined) && job.status === 'started')
    ?? jobs.find((job) => job.checklist?.some(({ kind, when }) => kind.kind === 'number' && when === undefined));
  const question = job?.checklist?.find(({ kind, when }) => kind.kind === 'number' && when === undefined);
  if (job === undefined || question === undefined) {
    throw new Error('the demo has no such question');
  }
  const { app } = await world.primedPhone();
  await app.openJob(job.number);
  await app.openTab(text('job.tab_checklist'));
  const input = new Day(app).input(question);
  await input.pressSequentially(question.kind.max ?? '1');
  await app.page.goBack();
  await expect(input).toBeHidden();
  await app.expectUnsent(0);
  await expect.poll(async () => {
    const sent = await (await world.client(ANNA)).job(job.id);
    return sent.answers?.find(({ item }) => item === question.item)?.value;
  }).toBe(question.kind.max ?? '1');
});

test('renamed by the office while a note is being typed: the note stays and is sent', async ({ world }) => {
  const [job] = await todaysJobs(world, ANNA);
  const { app } = await world.primedPhone();
  const office = await world.client('ada@nordhaus.example');
  await app.openJob(job.number);
  await app.openNotes();
  await app.noteField.pressSequentially('Half a ');
  const { user } = await (await world.client(ANNA)).request<{ user: { id: string } }>('GET', '/api/v1/session');
  const from = world.line.now();
  await office.request('POST', `/api/v1/people/${user.id}`, { change: 'rename', name: 'Anna Berg-Lund' });
  const asked = world.line.seen(({ method, path }) => method === 'GET' && path === '/api/v1/session', from);
  for (let pass = 0; pass < 12; pass += 1) {
    await office.addNote(job.id, `Pass ${pass}`);
    await expect(app.note(`Pass ${pass}`)).toBeVisible();
  }
  await asked;
  await app.noteField.pressSequentially('note');
  await app.noteButton.click();
  await expect.poll(() => notesOf(world, job, 'Half')).toEqual(['Half a note']);
});
