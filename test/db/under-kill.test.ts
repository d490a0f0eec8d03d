import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { createDatabase } from '../support/database.ts';
import type { Report } from './under-kill.ts';

async function run(driver: 'pool' | 'bare', kills: number): Promise<Report> {
  const { url } = await createDatabase();
  const script = join(import.meta.dirname, 'under-kill.ts');
  const { stdout } = await promisify(execFile)(process.execPath, [script, driver, url, String(kills)]);
  return JSON.parse(stdout) as Report;
}

test('reads and transactions stay right while their backends are killed', async () => {
  const report = await run('pool', 60);
  expect(report.kills).toBeGreaterThanOrEqual(60);
  expect(report.right).toBeGreaterThanOrEqual(60);
  expect(report).toMatchObject({ wrong: 0, hung: 0, uncaught: 0, half: 0 });
});

test('control: with bare postgres.js they do not', async () => {
  const report = await run('bare', 300);
  expect(report.wrong + report.hung + report.uncaught + report.half).toBeGreaterThan(0);
});
