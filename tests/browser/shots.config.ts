// `cargo xtask shots`: pictures of every screen. No tests: nothing here judges.
import { defineConfig } from '@playwright/test';
import tests from './playwright.config';

export default defineConfig({
  ...tests,
  testDir: './shots',
  testMatch: '*.shots.ts',
  outputDir: '../../test-results/shots',
  globalSetup: './support/prepare.ts',
  timeout: 900_000,
});
