// The texts that people read, from the same file as the app's.
import { readFileSync } from 'node:fs';
import path from 'node:path';

type Texts = { [key: string]: Texts } & { [key: string]: string };

const all = JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../../../locales/en.json'), 'utf8')) as Texts;

/** The text of a key such as `jobs.search`, with its values. */
export function text(key: string, values: Record<string, string | number> = {}): string {
  const found = key.split('.').reduce<Texts | string | undefined>((texts, part) => (texts as Texts | undefined)?.[part], all);
  if (typeof found !== 'string') {
    throw new Error(`no text for ${key}`);
  }
  return Object.entries(values).reduce((text, [name, value]) => text.replaceAll(`{${name}}`, String(value)), found);
}
