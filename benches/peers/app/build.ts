// Builds the peer as its guides say: bundled, minified, file names by content, a Workbox precache of all of it.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from 'esbuild';
import { injectManifest } from 'workbox-build';

const here = import.meta.dirname;

/** Builds it into `to`. */
export async function buildApp(to: string): Promise<void> {
  const shared = { bundle: true, minify: true, format: 'esm', target: 'es2022', absWorkingDir: path.resolve(here, '../..') } as const;
  const built = await build({
    ...shared,
    entryPoints: [path.join(here, 'main.tsx'), path.join(here, 'style.css')],
    entryNames: '[name]-[hash]',
    outdir: to,
    metafile: true,
  });
  const names = Object.keys(built.metafile.outputs).map((name) => path.basename(name));
  const named = (ending: string) => names.find((name) => name.endsWith(ending)) ?? '';
  const page = await readFile(path.join(here, 'page.html'), 'utf8');
  await writeFile(path.join(to, 'index.html'), page.replace('STYLE', `/${named('.css')}`).replace('SCRIPT', `/${named('.js')}`));
  const worker = path.join(to, 'sw.js');
  await build({ ...shared, format: 'iife', entryPoints: [path.join(here, 'worker.ts')], outfile: worker, define: { 'process.env.NODE_ENV': '"production"' } });
  const { warnings } = await injectManifest({
    swSrc: worker,
    swDest: worker,
    globDirectory: to,
    globPatterns: ['*.{html,js,css}'],
    globIgnores: ['sw.js'],
    dontCacheBustURLsMatching: /-[A-Z0-9]{8}\./,
  });
  warnings.forEach((warning) => console.warn(warning));
}
