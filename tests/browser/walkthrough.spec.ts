// A technician's day without a network, from the first tap to the last, on twelve jobs, by roles and labels alone.
// Then one reconnect: the server's state is what was entered, field by field.
import { Day, fill, nextPicture, type Given } from './support/day';
import { of, type Answer, type Asset, type Attachment, type Job, type Note, type Question, type Scoped, type Submission, type Task, type Template } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

const JOBS = 12;
const ANNA = 'anna@nordhaus.example';
const STATUS = { en_route: 'En route', started: 'Started', paused: 'Paused', finished: 'Finished' };
const ODD = `<script>document.title = 'stolen'</script> 🧰👷‍♀️ שלום עולם ${'ä'.repeat(200)}`;

/** What was entered on one job. */
interface Entered {
  job: Job;
  steps: (keyof typeof STATUS)[];
  answers: Map<string, Given>;
  notes: string[];
  files: number;
  tasks: Map<string, string>;
  forms: { template: string; answers: Map<string, Given> }[];
  title?: string;
  linked?: string;
  unlinked?: string;
  part?: { id: string; quantity: string };
}

/** What is done on a job besides its steps. */
type Does = 'checklist' | 'inspection' | 'tasks' | 'notes' | 'material';

/** One job of the day. */
interface Round {
  job: Job;
  does: Does;
}

/** Everything that a day needs to know of the demo. */
interface Before {
  all: Scoped[];
  rounds: Round[];
}

async function before(world: World): Promise<Before> {
  const all = await (await world.client(ANNA)).scope();
  const open = of<Job>(all, 'job').filter((job) => job.status === 'scheduled' && job.acceptance !== 'asked' && job.follows === undefined);
  const jobs = open.sort((one, other) => one.starts - other.starts);
  expect(jobs.length, 'the demo has enough open jobs').toBeGreaterThanOrEqual(JOBS);
  return { all, rounds: plan(all, jobs) };
}

/** Chooses what is done on which job by what each has; what any day's demo has of it is tested beside the demo. */
function plan(all: Scoped[], jobs: Job[]): Round[] {
  const left = [...jobs];
  const rounds: Round[] = [];
  const take = (does: Does, times: number, choose: () => Job | undefined): void => {
    for (let time = 0; time < times; time += 1) {
      const job = choose();
      expect(job, `the demo has a job for ${does}`).toBeDefined();
      if (job !== undefined) {
        left.splice(left.indexOf(job), 1);
        rounds.push({ job, does });
      }
    }
  };
  const kinds = (job: Job) => new Set((job.checklist ?? []).filter(({ when }) => when === undefined).map(({ kind }) => kind.kind));
  const known = new Set<string>();
  take('checklist', 3, () => {
    const fresh = (job: Job) => [...kinds(job)].filter((kind) => !known.has(kind)).length;
    const best = [...left].sort((one, other) => fresh(other) - fresh(one))[0];
    kinds(best).forEach((kind) => known.add(kind));
    return best;
  });
  const first = (job: Job) => of<Task>(all, 'task').find((task) => task.job === job.id && task.place === 1);
  take('inspection', 1, () => left.find((job) => failing(templateOf(all, first(job))) !== undefined));
  take('material', 3, () => left.find(({ assets = [], parts = [] }) => assets.length > 0 && parts.length > 0));
  take('tasks', 2, () => left.find((job) => of<Task>(all, 'task').filter((task) => task.job === job.id).length > 1));
  take('notes', 3, () => left[0]);
  return rounds.sort((one, other) => one.job.starts - other.job.starts);
}

function templateOf(all: Scoped[], task?: Task): Template | undefined {
  return of<Template>(all, 'form').find(({ id }) => id === task?.template);
}

/** The question of a form that a plain no fails. */
function failing(template?: Template): Question | undefined {
  return template?.questions.find((question) => question.kind.kind === 'yes_no' && 'fails' in question);
}

async function step(day: Day, done: Entered, to: keyof typeof STATUS): Promise<void> {
  await day.app.setStatus(STATUS[to]);
  done.steps.push(to);
}

async function checklist(day: Day, done: Entered, round: number): Promise<void> {
  await day.app.openTab(text('job.tab_checklist'));
  await fill(day, done.job.checklist ?? [], done.answers, round, true);
}

/** Every service task of a job: the first with its form, the second skipped. */
async function tasks(day: Day, done: Entered, { all }: Before, round: number, fails: boolean): Promise<void> {
  const own = of<Task>(all, 'task').filter((task) => task.job === done.job.id);
  for (const [place, task] of own.sort((one, other) => one.place - other.place).entries()) {
    await day.app.openTab(text('job.tab_tasks'));
    await day.page.getByRole('list', { name: text('tasks.title') }).getByRole('link', { name: task.title }).click();
    await expect(day.app.heading(task.title)).toBeVisible();
    const buttons = day.page.getByRole('group', { name: text('tasks.status') });
    if (place === 1) {
      await day.app.saving(() => buttons.getByRole('button', { name: text('tasks.skip') }).click());
      done.tasks.set(task.id, 'skipped');
    } else {
      const template = templateOf(all, task);
      if (template !== undefined) {
        const answers = new Map<string, Given>();
        await fill(day, template.questions, answers, round, false, fails && place === 0 ? failing(template)?.item : undefined);
        await day.app.saving(() => day.page.getByRole('button', { name: text('form.submit') }).click());
        await expect(day.page.getByRole('list', { name: text('form.submitted') }).getByRole('listitem')).not.toHaveCount(0);
        done.forms.push({ template: template.id, answers });
      }
      await day.app.saving(() => buttons.getByRole('button', { name: text('tasks.done') }).click());
      done.tasks.set(task.id, 'done');
    }
    await day.page.getByRole('link', { name: text('tasks.back'), exact: true }).click();
  }
}

async function notes(day: Day, done: Entered, round: number): Promise<void> {
  await day.app.openNotes();
  const photos = day.page.getByRole('group', { name: text('job.add_photo') });
  await day.app.saving(() => photos.getByLabel(text('files.choose')).setInputFiles(nextPicture(`note-${round}.png`)));
  const words = `Round ${round}: the pump is loud. ${ODD}`;
  await day.app.addNote(words);
  done.notes.push(words.trim());
  const files = day.page.getByRole('group', { name: text('job.add_file') });
  await day.app.saving(() =>
    files.getByLabel(text('files.choose_file')).setInputFiles({ name: `reading-${round}.txt`, mimeType: 'text/plain', buffer: Buffer.from(`Reading ${round}`) }),
  );
  await day.app.addNote(`Round ${round}: with a file`);
  done.notes.push(`Round ${round}: with a file`);
  done.files += 2;
}

/** Links an asset by search, unlinks another, uses a part. Each is saved before the next: the battery may die after this job. */
async function material(day: Day, done: Entered, { all }: Before): Promise<void> {
  await day.app.openTab(text('job.tab_material'));
  const linked = done.job.assets ?? [];
  const assets = of<Asset>(all, 'asset');
  const gone = assets.find((asset) => asset.id === linked[0]);
  // Of the same name, if there is one: the lines must be told apart.
  const others = assets.filter((asset) => !linked.includes(asset.id) && asset.serial !== undefined);
  const other = others.find(({ name }) => name === gone?.name) ?? others[0];
  if (other?.serial !== undefined) {
    await day.page.getByRole('button', { name: text('assets.link_open') }).click();
    await day.page.getByRole('searchbox', { name: text('assets.search') }).fill(other.serial);
    const found = day.page.getByRole('listitem').filter({ hasText: other.serial });
    await day.app.saving(() => found.getByRole('button', { name: new RegExp(`^${text('assets.link')} `) }).click());
    await expect(day.page.getByRole('list', { name: text('assets.assets') })).toContainText(other.serial);
    done.linked = other.id;
  }
  if (gone?.serial !== undefined) {
    // By its name alone if no other line has the same, else by its name and serial number.
    const unlink = new RegExp(`^${text('assets.unlink_name', { name: gone.name })}.*${other?.name === gone.name ? gone.serial : ''}`);
    await day.app.saving(() => day.page.getByRole('list', { name: text('assets.assets') }).getByRole('button', { name: unlink }).click());
    done.unlinked = gone.id;
  }
  const part = (done.job.parts ?? [])[0];
  const known = part && of<{ id: string; name: string }>(all, 'part').find(({ id }) => id === part.part);
  if (part !== undefined && known !== undefined) {
    await day.app.saving(() => day.page.getByRole('button', { name: text('assets.more', { name: known.name }), exact: true }).click());
    done.part = { id: part.part, quantity: String(Number(part.quantity) + 1) };
  }
}

test('a technician’s day on twelve jobs without a network', async ({ world }) => {
  test.setTimeout(600_000);
  const known = await before(world);
  const phone = await world.usedPhone();
  await world.line.refuse();
  // A cold start without a network.
  let app = await phone.open('/today');
  await expect(app.heading('Today')).toBeVisible();
  await expect(app.status).toHaveText('Working offline');
  const entered: Entered[] = [];
  const unfinished = known.rounds.find(({ does }) => does === 'material');
  for (const [round, { job, does }] of known.rounds.entries()) {
    const day = new Day(app);
    const done: Entered = { job, steps: [], answers: new Map(), notes: [], files: 0, tasks: new Map(), forms: [] };
    entered.push(done);
    await app.openJob(job.number);
    await step(day, done, 'en_route');
    await step(day, done, 'started');
    if (does === 'checklist') {
      await checklist(day, done, round);
    }
    if (does === 'tasks' || does === 'inspection') {
      await tasks(day, done, known, round, does === 'inspection');
    }
    if (does === 'notes') {
      await notes(day, done, round);
      await app.edit('title', `Round ${round}: ${job.title}`);
      done.title = `Round ${round}: ${job.title}`;
    }
    if (does === 'material') {
      await material(day, done, known);
      await step(day, done, 'paused');
      await step(day, done, 'started');
    }
    if (job !== unfinished?.job) {
      await app.openTab(text('job.tab_overview'));
      await step(day, done, 'finished');
    }
    if (round === 6) {
      // A battery dies at noon.
      await phone.kill();
      await phone.start();
      app = await phone.open('/today');
      await expect(app.heading('Today')).toBeVisible();
    }
  }

  // Found on site.
  await app.goTo('Jobs');
  await app.page.getByRole('link', { name: text('job.new') }).click();
  await app.field('title').fill('Found: a dripping valve');
  await app.field('description').fill('Behind the boiler.');
  await app.saving(() => app.saveButton.click());
  await expect(app.heading('Found: a dripping valve')).toBeVisible();
  await expect(app.main.getByText(text('job.number_follows'))).not.toHaveCount(0);
  await app.addNote('Needs a new seal.');

  // One reconnect.
  await world.line.accept();
  await app.syncNow();
  // A whole day goes out at once: on a busy machine that takes a while.
  await expect(app.unsent).toHaveText('0', { timeout: 120_000 });
  await expect(app.refused).toHaveCount(0);

  const after = await (await world.client(ANNA)).scope();
  for (const done of entered) {
    check(done, after);
  }
  isWhole(entered, known);
  const made = of<Job>(after, 'job').filter((job) => job.title === 'Found: a dripping valve');
  expect(made).toHaveLength(1);
  expect(made[0].number).toMatch(/^J-\d+$/);
  expect(of<Note>(after, 'note').filter((note) => note.job === made[0].id).map((note) => note.text)).toEqual(['Needs a new seal.']);

  // The office's rule has made its follow-up, and it is on the phone.
  const failed = known.rounds.find(({ does }) => does === 'inspection')?.job;
  const follow = of<Job>(after, 'job').find((job) => failed !== undefined && job.follows === failed.id);
  expect(follow, 'a finished job with a failing inspection is followed up').toBeDefined();
  await app.openJob(follow?.number ?? '');
});

/** The day has touched everything; a demo that lacks something would make this test weaker. */
function isWhole(entered: Entered[], { all }: Before): void {
  const questions = [...of<Template>(all, 'form').flatMap((form) => form.questions), ...entered.flatMap(({ job }) => job.checklist ?? [])];
  const given = entered.flatMap((done) => [...done.answers.keys(), ...done.forms.flatMap((form) => [...form.answers.keys()])]);
  const kinds = new Set(questions.filter(({ item }) => given.includes(item)).map(({ kind }) => kind.kind));
  expect([...kinds].sort()).toEqual(['barcode', 'choice', 'date', 'number', 'photo', 'signature', 'text', 'yes_no']);
  const count = (what: (done: Entered) => number) => entered.reduce((sum, done) => sum + what(done), 0);
  expect(count((done) => done.answers.size)).toBeGreaterThan(8);
  expect(count((done) => done.forms.length)).toBeGreaterThan(2);
  expect([...new Set(entered.flatMap((done) => [...done.tasks.values()]))].sort()).toEqual(['done', 'skipped']);
  expect(count((done) => done.notes.length)).toBe(6);
  expect(entered.filter((done) => done.linked !== undefined && done.unlinked !== undefined && done.part !== undefined)).toHaveLength(3);
}

/** One job on the server is what was entered on it. */
function check(done: Entered, after: Scoped[]): void {
  const job = of<Job>(after, 'job').find(({ id }) => id === done.job.id);
  expect(job, done.job.number).toBeDefined();
  if (job === undefined) {
    return;
  }
  const was = (done.job.steps ?? []).length;
  expect((job.steps ?? []).slice(was).map(({ to }) => to)).toEqual(done.steps);
  expect(job.status).toBe(done.steps.at(-1));
  expect(job.title).toBe(done.title ?? done.job.title);
  const files = of<Attachment>(after, 'attachment').filter((attachment) => attachment.job === job.id);
  same(job.answers ?? [], done.answers, files);
  const own = of<Note>(after, 'note').filter((note) => note.job === job.id && note.text.startsWith('Round'));
  expect(own.map((note) => note.text).sort()).toEqual([...done.notes].sort());
  expect(own.flatMap((note) => note.files ?? [])).toHaveLength(done.files);
  for (const file of files.filter(({ name }) => name.endsWith('.jpg'))) {
    expect(file.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(file.thumbnail ?? '', file.name).not.toBe('');
  }
  for (const [id, status] of done.tasks) {
    expect(of<Task>(after, 'task').find((task) => task.id === id)?.status).toBe(status);
  }
  const submitted = of<Submission>(after, 'submission').filter((submission) => submission.job === job.id);
  expect(submitted).toHaveLength(done.forms.length);
  for (const form of done.forms) {
    const found = submitted.find(({ template }) => template === form.template);
    same(found?.answers ?? [], form.answers, files);
  }
  if (done.linked !== undefined) {
    expect(job.assets).toContain(done.linked);
  }
  if (done.unlinked !== undefined) {
    expect(job.assets ?? []).not.toContain(done.unlinked);
  }
  if (done.part !== undefined) {
    expect(job.parts?.find(({ part }) => part === done.part?.id)?.quantity).toBe(done.part.quantity);
  }
}

/** Every answer that was given is there, and as it was given. */
function same(answers: Answer[], given: Map<string, Given>, files: Attachment[]): void {
  for (const [item, value] of given) {
    const found = answers.find((answer) => answer.item === item)?.value;
    if (typeof value === 'string') {
      expect(found, item).toBe(value);
    } else {
      expect(Array.isArray(found), item).toBe(true);
      const kinds = files.filter(({ id }) => (found as string[]).includes(id)).map(({ kind }) => kind);
      expect(kinds, item).toEqual(['photo' in value ? 'photo' : 'signature']);
    }
  }
}
