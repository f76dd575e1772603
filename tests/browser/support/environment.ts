// Where Chromium, the server and the built app are.
import { existsSync } from 'node:fs';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '../../..');

function named(variable: string, otherwise: string[]): string {
  const places = [process.env[variable], ...otherwise].filter((place) => place !== undefined);
  const found = places.find((place) => existsSync(place));
  if (found === undefined) {
    throw new Error(`${variable} names nothing that exists (looked at ${places.join(', ')}): run these tests with \`cargo xtask test --only browser\``);
  }
  return found;
}

const target = process.env.CARGO_TARGET_DIR ?? path.join(root, 'target');

/** The system's Chromium. */
export const chromium = () => named('AFIELD_CHROMIUM', ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']);
/** The server's program. */
export const server = () => named('AFIELD_SERVER', [path.join(target, 'release/afield-server'), path.join(target, 'debug/afield-server')]);
/** The folder of the built app. */
export const dist = () => named('AFIELD_DIST', [path.join(root, 'dist')]);
/** The zone of the devices; the machine's, if none is named. Nothing in the app may depend on it. */
export const zone = (): string | undefined => process.env.AFIELD_DEVICE_ZONE;
/** Files for imports that are too large to be part of the repository. */
export const data = path.resolve(root, '../shared/data');
