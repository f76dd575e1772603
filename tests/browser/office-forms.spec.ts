// Forms at the office: brought in as a workbook, built by hand, made anew; filled in on phones.
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { App } from './support/app';
import { axe } from './support/axe';
import { DESK, PHONE } from './support/browser';
import { Day, fill } from './support/day';
import { of, type Question, type Submission, type Task, type Template } from './support/office';
import { text } from './support/texts';
import { now } from './support/time';
import { expect, test, type World } from './support/world';

const BOOKS = path.resolve(import.meta.dirname, '../../crates/server/tests/data');
const WORKBOOK = path.join(BOOKS, 'xlsform/UCL_Biomass_Plot_Form.xlsx');
const HOUR = 3_600_000;

async function openForms(board: App): Promise<void> {
  await board.main.getByRole('link', { name: text('modules.forms'), exact: true }).click();
  await expect(board.heading(text('modules.forms'))).toBeVisible();
}

/** A form by its id, as the server has it. */
async function form(world: World, id: string): Promise<Template> {
  const found = await (await world.client()).request<{ form: Template }>('GET', `/api/v1/forms/${id}`);
  return found.form;
}

/** A job of somebody's for now, that asks for these forms; its id. */
async function jobWith(world: World, email: string, title: string, forms: string[]): Promise<string> {
  const { user } = await (await world.client(email)).request<{ user: { id: string } }>('GET', '/api/v1/session');
  const [job, starts] = [randomUUID(), now() + HOUR];
  const plan = { title, description: '', priority: 'normal', starts, ends: starts + HOUR, assignee: user.id, assets: [], forms };
  await (await world.client()).request('POST', `/api/v1/jobs/${job}`, { id: randomUUID(), op: { op: 'plan_job', job, plan } });
  return job;
}

/** Opens the form of a job that has one on a phone that has heard of it. */
async function openOn(world: World, app: App, email: string, job: string): Promise<void> {
  const scope = await (await world.client(email)).scope();
  const task = of<Task>(scope, 'task').find((task) => task.job === job);
  await app.syncNow();
  await app.page.goto(`/jobs/${job}/tasks/${task?.id}`);
  await expect(app.page.getByRole('button', { name: text('form.submit') })).toBeVisible();
}

/** What was submitted on a job, as the server has it. */
async function submitted(world: World, email: string, job: string): Promise<Submission[]> {
  const scope = await (await world.client(email)).scope();
  return of<Submission>(scope, 'submission').filter((submission) => submission.job === job);
}

/** Submits the form that is open. */
async function submit(app: App): Promise<void> {
  await app.saving(() => app.page.getByRole('button', { name: text('form.submit') }).click());
  await app.expectUnsent(0);
}

/** The last part of the address, once that is an id: the address changes after what is drawn. */
async function idOf(board: App): Promise<string> {
  await expect(board.page).toHaveURL(/\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  return new URL(board.page.url()).pathname.split('/').pop() ?? '';
}

test('a workbook tells what becomes of each row, becomes a form once, and is filled in on a phone', async ({ world }) => {
  const { app } = await world.primedPhone();
  const board = await world.board();
  const { page } = board;
  await openForms(board);
  expect(await axe(board)).toEqual([]);
  await page.getByRole('link', { name: text('forms.import') }).click();
  await expect(board.heading(text('forms.import'))).toBeVisible();
  const picker = page.getByLabel(text('forms.choose_file'));

  await test.step('what is no form is refused with the reason', async () => {
    for (const [file, said] of [
      [{ name: 'empty.xlsx', mimeType: 'application/octet-stream', buffer: Buffer.alloc(0) }, /no workbook/],
      [path.join(BOOKS, 'jobs.xlsx'), /no sheet "survey"/],
    ] as const) {
      await picker.setInputFiles(file);
      await expect(board.main.getByText(said)).toBeVisible();
      await expect(page.getByRole('button', { name: text('forms.import_now'), exact: true })).toHaveCount(0);
    }
  });

  await picker.setInputFiles(WORKBOOK);
  const found = page.getByRole('region', { name: text('forms.would_be', { name: '' }).trim() });
  await expect(found).toBeVisible();
  await expect(found.getByRole('heading')).toBeFocused();
  expect(await axe(board)).toEqual([]);
  const rows = page.locator('.form-rows > li');
  await page.getByRole('radio', { name: text('forms.all_rows', { count: '' }).split('(')[0].trim() }).check();
  const all = Number(/\d+/.exec((await page.getByRole('radio', { name: /All rows/ }).locator('..').innerText()))?.[0]);
  await expect(rows).toHaveCount(all);
  await page.getByRole('radio', { name: /What is lost/ }).check();
  await expect(rows).not.toHaveCount(all);
  await page.getByRole('button', { name: text('forms.import_now'), exact: true }).click();
  await expect(board.main.getByText(text('forms.never_changes'))).toBeVisible();
  const made = await form(world, await idOf(board));
  await expect(board.heading(made.name)).toBeVisible();
  expect(await axe(board)).toEqual([]);

  await test.step('the same file again changes nothing', async () => {
    await page.goto('/dispatch/forms/import');
    await picker.setInputFiles(WORKBOOK);
    await expect(page.getByText(text('forms.is_there', { name: made.name }))).toBeVisible();
    await expect(page.getByRole('button', { name: text('forms.import_now'), exact: true })).toHaveCount(0);
    await page.getByRole('link', { name: text('forms.open') }).click();
    await expect(board.heading(made.name)).toBeVisible();
  });

  await board.page.goto('/dispatch/new');
  await page.getByLabel(text('edit.title')).fill('Count the trees');
  await page.getByRole('group', { name: text('office.forms') }).locator('label').filter({ hasText: made.name }).getByRole('checkbox').check();
  await page.getByLabel(text('board.technician')).selectOption({ label: 'Anna Berg' });
  await page.getByRole('button', { name: text('common.save') }).click();
  await expect(board.heading('Count the trees')).toBeVisible();
  const job = await idOf(board);
  const anna = 'anna@nordhaus.example';
  await openOn(world, app, anna, job);
  await fill(new Day(app), made.questions, new Map(), 1, false);
  await submit(app);
  const [submission] = await submitted(world, anna, job);
  expect(submission.template).toBe(made.id);
  expect(submission.answers.length).toBeGreaterThan(0);
});

test('what becomes of a workbook is told in the words of the screen', async ({ world }, info) => {
  const board = await world.board('dora@nordhaus.example', { viewport: { width: 320, height: 640 } });
  const { page, main } = board;
  await page.evaluate(() => localStorage.setItem('afield-language', 'de'));
  await page.goto('/dispatch/forms/import');
  const picker = page.getByLabel(text('forms.choose_file', {}, 'de'));
  const photo = { name: 'photo.xlsx', mimeType: 'image/png', buffer: Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1') };
  await picker.setInputFiles(photo);
  const picture = text('said.what_picture', { 0: 'PNG' }, 'de');
  await expect(main.getByText(text('said.other_no_workbook', { 0: picture }, 'de'))).toBeVisible();
  await picker.setInputFiles(path.join(BOOKS, 'jobs.xlsx'));
  await expect(main.getByText(text('said.no_survey', {}, 'de'))).toBeVisible();
  await picker.setInputFiles(WORKBOOK);
  await expect(page.locator('.form-rows > li').first()).toBeVisible();
  await page.getByRole('radio', { name: text('forms.all_rows', { count: '' }, 'de').split('(')[0].trim() }).check();
  await expect(page.locator('.form-rows > li p.wrap').first()).toBeVisible();
  await expect(main.locator('[lang=en]')).toHaveCount(0);
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)).toBeLessThanOrEqual(0);
  await page.screenshot({ path: info.outputPath('forms.png'), fullPage: true });
});

test('a form is built with a condition and limits, survives leaving the page, and a phone keeps to both', async ({ world }) => {
  const { app } = await world.primedPhone();
  const board = await world.board();
  const { page } = board;
  await openForms(board);
  await page.getByRole('link', { name: text('forms.new') }).click();
  await expect(board.heading(text('forms.new'))).toBeVisible();
  const save = page.getByRole('button', { name: text('common.save') });
  const add = page.getByRole('button', { name: text('builder.add'), exact: true });
  const label = page.getByLabel(text('builder.label'), { exact: true });
  const phone = page.getByRole('region', { name: text('builder.preview') });

  await test.step('what is missing is told, and the focus goes there', async () => {
    await save.click();
    await expect(page.getByText(text('builder.nothing_asked'))).toBeVisible();
    await expect(page.getByLabel(text('builder.name'))).toBeFocused();
    await expect(page.getByLabel(text('builder.name'))).toHaveAccessibleDescription(text('reason.empty'));
    expect(await axe(board)).toEqual([]);
    await page.getByLabel(text('builder.name')).fill('Boiler check');
  });

  await test.step('a question, by the keyboard alone', async () => {
    await add.press('Enter');
    await expect(label).toBeFocused();
    await page.keyboard.type('Is it tight?');
    await page.getByRole('group', { name: text('builder.fails') }).getByRole('checkbox', { name: text('answer.no'), exact: true }).press('Space');
    await expect(phone.getByRole('radiogroup', { name: 'Is it tight?' })).toBeVisible();
    expect(await axe(board)).toEqual([]);
  });

  await test.step('one that hangs on it', async () => {
    await add.click();
    await expect(page.getByLabel(text('builder.kind'))).toHaveValue('yes_no');
    await label.fill('Why not?');
    await page.getByLabel(text('builder.kind')).selectOption('text');
    await page.getByLabel(text('builder.required')).check();
    await page.getByLabel(text('builder.when')).selectOption({ label: 'Is it tight?' });
    await save.click();
    await expect(page.getByLabel(text('builder.when'))).toHaveAccessibleDescription(text('builder.no_test'));
    await page.getByRole('checkbox', { name: text('answer.no'), exact: true }).check();
    await expect(page.getByLabel(text('builder.when'))).toHaveAccessibleDescription('');
    await expect(phone.getByText('Why not?')).toHaveCount(0);
    await phone.getByRole('radio', { name: text('answer.no') }).check();
    await expect(phone.getByText('Why not?')).toBeVisible();
    await expect(phone.getByText(text('answer.not_in_order'))).toBeVisible();
  });

  await test.step('a number with limits, and what is computed from it', async () => {
    await add.click();
    await label.fill('Flow');
    await page.getByLabel(text('builder.kind')).selectOption('number');
    await page.getByLabel(text('builder.min'), { exact: true }).fill('ten');
    await page.getByLabel(text('builder.max'), { exact: true }).fill('90');
    await page.getByLabel(text('builder.unit'), { exact: true }).fill('°C');
    await save.click();
    const least = page.getByLabel(text('builder.min'), { exact: true });
    await expect(least).toBeFocused();
    await expect(least).toHaveAccessibleDescription(text('builder.no_number'));
    await least.fill('10');
    await add.click();
    await label.fill('Twice');
    await page.getByLabel(text('builder.kind')).selectOption('calculation');
    await page.getByRole('button', { name: 'q3 Flow' }).click();
    await expect(page.getByLabel(text('builder.formula'), { exact: true })).toHaveValue('q3');
    await page.getByLabel(text('builder.formula'), { exact: true }).fill('q3 * 2');
    await phone.getByLabel('Flow').fill('20.5');
    await phone.getByLabel('Flow').press('Tab');
    await expect(phone.getByText('41', { exact: true })).toBeVisible();
  });

  await test.step('moved, taken away and brought back', async () => {
    const up = page.getByRole('button', { name: `${text('builder.up')} Why not?` });
    await up.press('Enter');
    await expect(page.getByRole('button', { name: /^1\. Why not\?/ })).toContainText(text('builder.flawed'));
    await expect(up).toBeFocused();
    await page.getByRole('button', { name: `${text('builder.down')} Why not?` }).press('Enter');
    await expect(page.getByText(text('builder.flawed'), { exact: true })).toHaveCount(0);
    await page.getByRole('button', { name: `${text('builder.remove')} Flow` }).click();
    await expect(page.getByRole('button', { name: /Flow/ })).toHaveCount(0);
    await page.getByRole('button', { name: text('common.undo') }).press('Enter');
    await expect(page.getByRole('button', { name: /^3\. Flow/ })).toBeFocused();
  });

  await test.step('what is typed is there again after leaving, and after loading the page anew', async () => {
    await expect.poll(() => board.writtenDrafts()).toMatch(/Flow.*Twice/s);
    await board.main.getByRole('link', { name: text('modules.forms') }).click();
    await page.getByRole('link', { name: text('forms.new') }).click();
    await expect(page.getByRole('button', { name: /^4\. Twice/ })).toBeVisible();
    await page.reload();
    await expect(page.getByText(text('form.restored'))).toBeVisible();
    await expect(page.getByRole('button', { name: /^4\. Twice/ })).toBeVisible();
    await expect(page.getByLabel(text('builder.name'))).toHaveValue('Boiler check');
  });

  // The answer is lost on the way: saved again it is the same form.
  const heal = world.officeLine.rule((request) => request.method === 'POST' && request.path === '/api/v1/forms', { kind: 'cut', after: -1 });
  await save.click();
  await expect(page.locator('.toast-trouble')).toBeVisible();
  heal();
  await save.click();
  await expect(board.heading('Boiler check')).toBeVisible();
  const made = await form(world, await idOf(board));
  const { forms } = await (await world.client()).request<{ forms: { name: string }[] }>('GET', '/api/v1/forms');
  expect(forms.filter(({ name }) => name.startsWith('Boiler check'))).toHaveLength(1);
  await expect.poll(() => board.writtenDrafts()).not.toContain('Twice');

  const anna = 'anna@nordhaus.example';
  const job = await jobWith(world, anna, 'Boiler, yearly', [made.id]);
  await openOn(world, app, anna, job);
  const day = new Day(app);
  const question = (label: string): Question => {
    const found = made.questions.find((question) => question.label === label);
    if (found === undefined) {
      throw new Error(`no question ${label}`);
    }
    return found;
  };
  await expect(app.page.getByText('Why not?')).toHaveCount(0);
  await day.answer(question('Is it tight?'), 'no', false);
  await expect(app.page.getByText('Why not?')).toBeVisible();
  await day.answer(question('Flow'), '91', false);
  await expect(day.input(question('Flow'))).toHaveAccessibleDescription(new RegExp(text('answer.between', { min: 10, max: 90, unit: '°C' })));
  await day.answer(question('Flow'), '60', false);
  await expect(app.page.getByText('120', { exact: true })).toBeVisible();
  await app.page.getByRole('button', { name: text('form.submit') }).click();
  await expect(day.input(question('Why not?'))).toBeFocused();
  await day.answer(question('Why not?'), 'The seal is worn', false);
  await submit(app);
  const [submission] = await submitted(world, anna, job);
  const answer = (item: string) => submission.answers.find((answer) => answer.item === item)?.value;
  expect(['q1', 'q2', 'q3', 'q4'].map(answer)).toEqual(['no', 'The seal is worn', '60', '120']);
});

test('a new version is another form: a phone that has the old one goes on with it', async ({ world }) => {
  const [anna, ben] = ['anna@nordhaus.example', 'ben@nordhaus.example'];
  const old = randomUUID();
  const questions = [{ item: 'tight', label: 'Is it tight?', kind: { kind: 'yes_no' } }];
  await (await world.client()).request('POST', '/api/v1/forms', { id: old, name: 'Gas check', questions });
  const before = await jobWith(world, ben, 'Gas, as before', [old]);
  const { app: second } = await world.primedPhone(ben);
  await openOn(world, second, ben, before);
  const { app: first } = await world.primedPhone(anna);
  const board = await world.board();
  const { page } = board;
  await page.goto(`/dispatch/forms/${old}`);
  await page.getByRole('link', { name: text('forms.new_version') }).click();
  await expect(board.heading(text('forms.new_version'))).toBeVisible();
  await expect(page.getByLabel(text('builder.name'))).toHaveValue('Gas check');
  await page.getByRole('button', { name: /^1\. Is it tight\?/ }).click();
  await page.getByLabel(text('builder.label'), { exact: true }).fill('Is it tight everywhere?');
  await page.getByRole('button', { name: text('common.save') }).click();
  await expect(board.heading('Gas check (2)')).toBeVisible();
  const newer = await idOf(board);
  expect(newer).not.toBe(old);
  const versions = page.locator('section').filter({ has: page.getByRole('heading', { name: text('forms.versions') }) });
  await expect(versions.getByRole('listitem')).toHaveCount(2);
  // Whoever opens the old one hears of the new one.
  await versions.getByRole('link', { name: /^Gas check \d|^Gas check(?! \()/ }).last().click();
  await expect(page.getByText(text('forms.is_older'))).toBeVisible();
  const after = await jobWith(world, anna, 'Gas, anew', [newer]);
  await openOn(world, first, anna, after);
  await expect(first.page.getByText('Is it tight everywhere?')).toBeVisible();
  await new Day(first).answer({ ...questions[0], label: 'Is it tight everywhere?' }, 'yes', false);
  await submit(first);
  await expect(second.page.getByText('Is it tight?', { exact: true })).toBeVisible();
  await new Day(second).answer(questions[0], 'no', false);
  await submit(second);
  expect((await submitted(world, anna, after)).map(({ template }) => template)).toEqual([newer]);
  expect((await submitted(world, ben, before)).map(({ template }) => template)).toEqual([old]);
});

test('the list says that the server is away, and a technician has no such page', async ({ world }) => {
  const board = await world.board();
  await world.officeLine.refuse();
  await board.main.getByRole('link', { name: text('modules.forms'), exact: true }).click();
  const retry = board.main.getByRole('button', { name: text('common.retry') });
  await expect(retry).toBeVisible();
  await world.officeLine.accept();
  await retry.click();
  await expect(board.main.getByRole('listitem').first()).toBeVisible();
  await board.page.getByRole('searchbox', { name: text('forms.find') }).fill('no such form');
  await expect(board.page.getByText(text('forms.none'), { exact: true })).toBeVisible();
  const { app } = await world.primedPhone();
  await app.page.goto('/dispatch/forms');
  await expect(app.heading(text('pages.not_found'))).toBeVisible();
});

for (const [look, viewport, language] of [
  ['desk', DESK, 'en'],
  ['phone', PHONE, 'en'],
  ['small phone', { width: 320, height: 640 }, 'de'],
] as const) {
  test(`nothing of the forms is wider than a ${look}`, async ({ world }) => {
    const { forms } = await (await world.client()).request<{ forms: { id: string }[] }>('GET', '/api/v1/forms');
    const board = await world.board('dora@nordhaus.example', { viewport });
    await board.page.evaluate((language) => localStorage.setItem('afield-language', language), language);
    const shows = async (name: string): Promise<void> => {
      await expect.poll(() => board.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth), name).toBeLessThanOrEqual(0);
      expect(await axe(board), name).toEqual([]);
      if (process.env.AFIELD_LOOK !== undefined) {
        await board.page.screenshot({ path: `${process.env.AFIELD_LOOK}/${look.replaceAll(' ', '-')}-${name}.png`, fullPage: true });
      }
    };
    await board.page.goto('/dispatch/forms');
    await expect(board.main.getByRole('listitem').first()).toBeVisible();
    await shows('list');
    await board.page.goto(`/dispatch/forms/${forms[0].id}`);
    await expect(board.main.getByRole('listitem').first()).toBeVisible();
    await shows('form');
    await board.page.goto(`/dispatch/forms/${forms[0].id}/new`);
    const rows = board.page.locator('.built-open');
    await rows.last().click();
    await expect(board.page.locator('.built-fields')).toBeVisible();
    await shows('builder');
    const tabs = board.page.locator('.builder-tabs button');
    if (await tabs.last().isVisible()) {
      await tabs.last().click();
      await expect(board.page.locator('.phone')).toBeVisible();
      await shows('preview');
    }
    await board.page.goto('/dispatch/forms/import');
    await board.page.locator('input[type=file]').setInputFiles(WORKBOOK);
    await expect(board.page.locator('.form-rows > li').first()).toBeVisible();
    await shows('import');
  });
}
