// The texts that people read, from the same files as the app's.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

type Texts = { [key: string]: Texts } & { [key: string]: string };

const folder = path.resolve(import.meta.dirname, '../../../locales');

/** One file is one namespace: jobs.json holds what starts with `jobs.`; the office's are in a folder of their own. */
function read(language: string): Texts {
  const files = readdirSync(path.join(folder, language), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
  const namespace = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, language, file), 'utf8'));
  return Object.fromEntries(files.map((file) => [path.basename(file, '.json'), namespace(file)])) as Texts;
}

const all = { en: read('en'), de: read('de') };

/** The text of a key such as `jobs.search`, with its values. */
export function text(key: string, values: Record<string, string | number> = {}, language: keyof typeof all = 'en'): string {
  const found = key.split('.').reduce<Texts | string | undefined>((texts, part) => (texts as Texts | undefined)?.[part], all[language]);
  if (typeof found !== 'string') {
    throw new Error(`no text for ${key}`);
  }
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), found);
}
