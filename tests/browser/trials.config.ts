// `cargo xtask trials`: what takes an hour and more. Its figures stand in docs/benchmarks.md.
import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig({
  ...tests,
  testDir: './trials',
  testMatch: '*.trial.ts',
  outputDir: '../../test-results/trials',
  globalSetup: './support/prepare.ts',
  workers: 1,
  timeout: 6 * 3_600_000,
});
