// The import by the office: a file is chosen, its columns named, tried, imported and told of; the same again; bad files; a cut.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { App } from './support/app';
import { axe } from './support/axe';
import { DESK, PHONE } from './support/browser';
import { of, type Scoped } from './support/office';
import { text } from './support/texts';
import { expect, test, type World } from './support/world';

type Customer = Scoped & { name: string; phone?: string };

const DATA = path.resolve(import.meta.dirname, '../../crates/server/tests/data');

/** What stands at the server under this name. */
async function named(world: World, name: string): Promise<number> {
  const client = await world.client();
  const found = await client.request<{ records: unknown[] }>('GET', `/api/v1/find?module=customer&name=${encodeURIComponent(name)}`);
  return found.records.length;
}

const csv = (name: string, content: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(content) });

async function choose(board: App, file: string | { name: string; mimeType: string; buffer: Buffer }): Promise<void> {
  await board.page.getByLabel(text('imports.choose')).setInputFiles(file);
}

/** Chooses German in the settings. */
async function speakGerman(board: App): Promise<void> {
  await board.page.goto('/settings');
  await board.page.getByRole('button', { name: text('settings.german') }).click();
  await expect(board.heading(text('pages.settings', {}, 'de'))).toBeVisible();
}

const fact = (board: App, label: string) => board.main.locator('.fact').filter({ has: board.page.getByText(label, { exact: true }) }).locator('dd');
const preview = (board: App) => board.main.getByRole('button', { name: text('imports.preview') });
const go = (board: App, count: number) =>
  board.main.getByRole('button', { name: count === 1 ? text('imports.import_one') : text('imports.import', { count }), exact: true });

test('a file of customers is looked at, tried, imported and told of, and its columns are remembered', async ({ world }) => {
  const board = await world.board();
  const { page, main } = board;
  await main.getByRole('link', { name: text('pages.import'), exact: true }).click();
  await expect(board.heading(text('pages.import'))).toBeVisible();
  expect(await axe(board)).toEqual([]);
  // Nothing says what this column means.
  await choose(board, csv('list.csv', 'Who;Tel;Street\n=Zwickl & Söhne;0431 7770199;Mole 1\n;1;\n'));
  await expect(main.getByText(text('imports.suggested'))).toBeVisible();
  await expect(main.getByText(text('imports.missing', { fields: text('edit.name') }))).toBeVisible();
  await expect(preview(board)).toHaveAttribute('aria-disabled', 'true');
  const who = main.getByLabel('Who');
  await who.selectOption(text('imports.needed', { field: text('edit.name') }));
  await expect(main.getByText(text('imports.missing', { fields: text('edit.name') }))).toHaveCount(0);
  expect(await axe(board)).toEqual([]);
  await preview(board).click();
  await expect(main.getByRole('heading', { name: text('imports.will') })).toBeFocused();
  await expect(fact(board, text('imports.to_create'))).toHaveText('1');
  await expect(fact(board, text('imports.refused'))).toHaveText('1');
  await expect(main.getByText(text('imports.line', { line: 3 }))).toBeVisible();
  expect(await axe(board)).toEqual([]);
  expect(await named(world, '=Zwickl & Söhne'), 'a preview writes nothing').toBe(0);
  await go(board, 1).click();
  await expect(main.getByRole('heading', { name: text('imports.done') })).toBeFocused();
  await expect(fact(board, text('imports.created'))).toHaveText('1');
  expect(await named(world, '=Zwickl & Söhne')).toBe(1);
  const coming = page.waitForEvent('download');
  await main.getByRole('button', { name: text('imports.save') }).click();
  const report = await readFile(await (await coming).path(), 'utf8');
  expect(report).toContain(`2,${text('imports.created')},'=Zwickl & Söhne`);
  expect(report).toContain(`3,${text('imports.refused')},`);

  await test.step('the next file with this header is known, and the same rows change nothing', async () => {
    await page.goto('/dispatch/import');
    await choose(board, csv('again.csv', 'Who;Tel;Street\n=Zwickl & Söhne;0431 7770199;Mole 1\n'));
    await expect(main.getByText(text('imports.remembered'))).toBeVisible();
    await expect(main.getByLabel('Who')).toHaveValue('name');
    await preview(board).click();
    await expect(fact(board, text('imports.unchanged'))).toHaveText('1');
    await expect(main.getByText(text('imports.nothing'))).toBeVisible();
  });
});

test('a field is one column: another that is chosen for it takes it away', async ({ world }) => {
  const board = await world.board();
  await board.page.goto('/dispatch/import');
  await choose(board, csv('list.csv', 'Name;Nickname\nHansen;Hanni\n'));
  const [name, nick] = [/^Name/, /^Nickname/].map((label) => board.main.getByLabel(label));
  await expect(name).toHaveValue('name');
  await nick.selectOption('name');
  await expect(name).toHaveValue('');
  await expect(nick).toHaveValue('name');
});

test('what is imported is on the phone of whoever works there', async ({ world }) => {
  const { app } = await world.primedPhone();
  const scope = await (await world.client('anna@nordhaus.example')).scope();
  const [{ name }] = of<Customer>(scope, 'customer');
  const board = await world.board();
  await board.page.goto('/dispatch/import');
  await board.page.getByRole('radio', { name: text('modules.assets') }).check();
  await choose(board, csv('assets.csv', `Name;Customer\nPump in the yard;"${name.replaceAll('"', '""')}"\n`));
  await preview(board).click();
  await go(board, 1).click();
  await expect(board.main.getByRole('heading', { name: text('imports.done') })).toBeVisible();
  await expect(fact(board, text('imports.created'))).toHaveText('1');
  await app.syncNow();
  const pumps = async () => of<Scoped & { name: string }>(await (await world.client('anna@nordhaus.example')).scope(), 'asset');
  const pump = (await pumps()).find((asset) => asset.name === 'Pump in the yard');
  await app.page.goto(`/assets/${pump?.id}`);
  await expect(app.heading('Pump in the yard')).toBeVisible();
});

/** Chooses what the rows are and a file with them, on a screen in German, and previews it. */
async function previewGerman(board: App, rows: string, file: ReturnType<typeof csv>): Promise<void> {
  const { page, main } = board;
  await page.getByRole('radio', { name: text(rows, {}, 'de') }).check();
  await page.getByLabel(text('imports.choose', {}, 'de')).setInputFiles(file);
  // Everything is named by what stands above the columns.
  await expect(main.getByText(text('imports.suggested', {}, 'de'))).toBeVisible();
  await main.getByRole('button', { name: text('imports.preview', {}, 'de') }).click();
  await expect(main.getByRole('heading', { name: text('imports.will', {}, 'de') })).toBeFocused();
}

async function importOne(board: App): Promise<void> {
  await board.main.getByRole('button', { name: text('imports.import_one', {}, 'de'), exact: true }).click();
  await expect(board.main.getByRole('heading', { name: text('imports.done', {}, 'de') })).toBeFocused();
}

test('contracts and parts as other programs write them are imported, found again, and told of in German', async ({ world }, info) => {
  const scope = await (await world.client('anna@nordhaus.example')).scope();
  const [{ id, name }] = of<Customer>(scope, 'customer');
  const board = await world.board('dora@nordhaus.example', { viewport: PHONE });
  await speakGerman(board);
  const { page, main } = board;
  const german = (key: string, values: Record<string, string> = {}) => text(key, values, 'de');
  const wider = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  const whole = (file: string) => page.screenshot({ path: info.outputPath(file), fullPage: true });
  const customer = `"${name.replaceAll('"', '""')}"`;
  const contracts = (visits: string) =>
    csv(
      'vertraege.csv',
      `Vertragsnr.;Bezeichnung;Kunde;Beginn;Ende;Reaktionszeit (h);Wartungsintervall\nIMP-1;Wartung der Winde;${customer};01.01.2026;unbefristet;4 Std.;${visits}\nIMP-2;Wartung des Tors;${customer};;;;2 jährlich\n`,
    );
  await page.goto('/dispatch/import');

  await test.step('a contract is made and stands at its customer; what does not say how often is refused with what to write', async () => {
    await previewGerman(board, 'modules.contracts', contracts('halbjährlich'));
    await expect(fact(board, german('imports.to_create'))).toHaveText('1');
    await expect(fact(board, german('imports.refused'))).toHaveText('1');
    await expect(main.getByText('alle 3 Monate, alle 2 Wochen oder jährlich')).toBeVisible();
    await expect(main.locator('[lang=en]')).toHaveCount(0);
    await expect.poll(wider).toBeLessThanOrEqual(0);
    expect(await axe(board)).toEqual([]);
    await whole('contracts.png');
    await importOne(board);
    await page.goto(`/dispatch/customers/${id}`);
    await expect(main.getByText('IMP-1 · Wartung der Winde').first()).toBeVisible();
  });

  await test.step('the same with another interval changes it', async () => {
    await page.goto('/dispatch/import');
    await page.getByRole('radio', { name: german('modules.contracts') }).check();
    await page.getByLabel(german('imports.choose')).setInputFiles(contracts('alle 3 Monate'));
    await expect(main.getByText(german('imports.remembered'))).toBeVisible();
    await main.getByRole('button', { name: german('imports.preview') }).click();
    await expect(fact(board, german('imports.to_update'))).toHaveText('1');
    // What changes is named.
    await main.getByText(`${german('imports.to_update')} (1)`, { exact: true }).click();
    await expect(main.locator('p.muted:not(.import-text)').filter({ hasText: german('house.visits') })).toBeVisible();
  });

  await test.step('a part with a price of this country is made, and stands among the parts', async () => {
    const parts = 'Artikelnummer;Bezeichnung;Art;Einheit;Preis (€)\nIMP-4711;Filter der Winde;Teil;Stk.;1.234,50\nIMP-4712;Dichtung;Teil;;auf Anfrage\n';
    await page.goto('/dispatch/import');
    await previewGerman(board, 'modules.parts', csv('artikel.csv', parts));
    await expect(fact(board, german('imports.to_create'))).toHaveText('1');
    const flaw = german('said.no_price', { 0: german('records.price'), 1: '"auf Anfrage"' });
    await expect(main.getByText(flaw)).toBeVisible();
    await expect.poll(wider).toBeLessThanOrEqual(0);
    expect(await axe(board)).toEqual([]);
    await whole('parts.png');
    await importOne(board);
    await page.goto('/dispatch/parts');
    await page.getByLabel(german('house.find_part')).fill('Filter der Winde');
    const row = main.locator('.house-row').filter({ hasText: 'Filter der Winde' });
    await expect(row).toHaveCount(1);
    await expect(row).toContainText('1.234,50');
  });
});

test('files that cannot be imported are told in clear words', async ({ world }) => {
  const board = await world.board();
  const { page, main } = board;
  await page.goto('/dispatch/import');
  await choose(board, { name: 'picture.xlsx', mimeType: 'application/zip', buffer: Buffer.from('PK\x03\x04 and nothing') });
  await expect(main.getByText(text('said.workbook_not_unpacked').replace('{0}', ''))).toBeVisible();
  await choose(board, { name: 'large.csv', mimeType: 'text/csv', buffer: Buffer.alloc(16 * 1024 * 1024 + 1, 'x') });
  await expect(main.getByText(text('imports.too_large'))).toBeVisible();
  await page.getByRole('radio', { name: text('modules.jobs') }).check();
  await choose(board, path.join(DATA, 'jobs_two_sheets.xlsx'));
  await expect(main.getByText(text('imports.which_sheet'))).toBeVisible();
  expect(await axe(board)).toEqual([]);
  await main.getByLabel(text('imports.sheet')).selectOption({ index: 1 });
  await expect(preview(board)).toBeVisible();
  await choose(board, csv('dates.csv', 'Title;Start\nBoiler;04/07/2026\n'));
  await preview(board).click();
  await expect(main.getByText(text('imports.which_dates'))).toBeVisible();
  await main.getByLabel(text('imports.dates')).selectOption('day-first');
  await preview(board).click();
  await expect(fact(board, text('imports.to_create'))).toHaveText('1');
});

test('what is wrong with a file, a column and a row is told in the words of the screen', async ({ world }, info) => {
  const board = await world.board('dora@nordhaus.example', { viewport: { width: 320, height: 640 } });
  await speakGerman(board);
  const { page, main } = board;
  const german = (key: string, values: Record<string, string> = {}) => text(key, values, 'de');
  const pick = (name: string, buffer: Buffer) => page.getByLabel(german('imports.choose')).setInputFiles({ name, mimeType: 'text/csv', buffer });
  await page.goto('/dispatch/import');
  await pick('photo.csv', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'));
  await expect(main.getByText(german('said.no_list_file', { 0: german('said.what_picture', { 0: 'PNG' }) }))).toBeVisible();
  await pick('nothing.csv', Buffer.alloc(0));
  await expect(main.getByText(german('said.empty'))).toBeVisible();
  await pick('header.csv', Buffer.from('Name;Telefon\n'));
  await expect(main.getByText(german('said.only_header'))).toBeVisible();
  await pick('one.csv', Buffer.from('Name;Name;Kunde\n;Hansen & Co;Hansen GmbH\n'));
  await expect(main.getByText(german('imports.count_one'))).toBeVisible();
  // Suggested once; the others say why not, where they stand.
  const column = (name: string) => main.locator('.import-column').filter({ has: page.getByText(name, { exact: true }) });
  await expect(column('Name').getByRole('combobox')).toHaveValue('name');
  await expect(column('Name (2)').getByRole('combobox')).toHaveValue('');
  await expect(column('Name (2)')).toContainText(german('said.column_doubled', { 0: '"Name"', 1: '"Name (2)"' }));
  await expect(column('Kunde')).toContainText(german('said.field_taken', { 0: '"Kunde"', 1: german('edit.name'), 2: '"Name"' }));
  await page.screenshot({ path: info.outputPath('columns.png'), fullPage: true });
  await main.getByRole('button', { name: german('imports.preview') }).click();
  await expect(main.getByText(german('said.missing', { 0: german('edit.name') }))).toBeVisible();
  await expect(main.locator('[lang=en]')).toHaveCount(0);
  const wider = () => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  await expect.poll(wider).toBeLessThanOrEqual(0);
  expect(await axe(board)).toEqual([]);
  await page.screenshot({ path: info.outputPath('rows.png'), fullPage: true });
});

test('a cut while it is imported loses nothing: the same again ends it', async ({ world }) => {
  const board = await world.board();
  const { page, main } = board;
  await page.goto('/dispatch/import');
  const rows = Array.from({ length: 600 }, (_, n) => `Customer ${n};${n}`).join('\n');
  await choose(board, csv('many.csv', `Name;Phone\n${rows}\n`));
  await preview(board).click();
  await expect(fact(board, text('imports.to_create'))).toHaveText('600');
  const heal = world.officeLine.rule((request) => request.path.includes('step=import'), { kind: 'cut', after: -1 });
  await go(board, 600).click();
  await expect(main.getByText(text('imports.again'))).toBeVisible();
  heal();
  await go(board, 600).click();
  await expect(main.getByRole('heading', { name: text('imports.done') })).toBeVisible();
  // However far the first had come: each stands once.
  for (const n of [0, 300, 599]) {
    expect(await named(world, `Customer ${n}`)).toBe(1);
  }
  await preview(board).click();
  await expect(fact(board, text('imports.unchanged'))).toHaveText('600');
});

test('a technician gets neither the page nor the import', async ({ world }) => {
  const { app } = await world.primedPhone();
  await app.page.goto('/dispatch/import');
  await expect(app.heading(text('pages.not_found'))).toBeVisible();
});

for (const [look, viewport, language] of [
  ['desk', DESK, 'en'],
  ['phone', PHONE, 'de'],
  ['small phone', { width: 320, height: 640 }, 'de'],
] as const) {
  test(`nothing of the import is wider than a ${look} (${language})`, async ({ world }, info) => {
    const board = await world.board('dora@nordhaus.example', { viewport });
    if (language === 'de') {
      await speakGerman(board);
    }
    await board.page.goto('/dispatch/import');
    await expect(board.main.getByText(text('imports.lead', {}, language))).toBeVisible();
    await board.page.getByLabel(text('imports.choose', {}, language)).setInputFiles(path.join(DATA, 'customers.csv'));
    await board.main.getByRole('button', { name: text('imports.preview', {}, language) }).click();
    await expect(board.main.getByRole('heading', { name: text('imports.will', {}, language) })).toBeVisible();
    const wider = () => board.page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    await expect.poll(wider).toBeLessThanOrEqual(0);
    expect(await axe(board)).toEqual([]);
    await board.page.screenshot({ path: info.outputPath('import.png'), fullPage: true });
  });
}
