import { serve } from '@hono/node-server';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createSign } from '../../src/bot/sign.ts';
import { screenToken } from '../../src/features/sessions/checkin.ts';
import { createEvent } from '../support/events.ts';
import { createSession } from '../support/sessions.ts';
import { createWorld, TOKEN } from '../support/world.ts';
import { launch } from './browser.ts';

test(
  'the screen of a hall: the code changes with the clock, and is gone rather than old without a network',
  { timeout: 180_000 },
  async () => {
    const world = await createWorld({ PUBLIC_URL: 'https://bot.example.org' });
    const event = await createEvent(world, { beginsAt: world.clock.now(), texts: { en: 'Workshop' } });
    const one = await createSession(world, event, { titles: { en: 'Data exchange' } });
    const server = serve({ fetch: world.app.http.fetch, port: 0, hostname: '127.0.0.1' });
    onTestFinished(() => void server.close());
    await new Promise((ready) => server.once('listening', ready));
    const browser = await launch();
    onTestFinished(() => browser.close());
    const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    const errors: string[] = [];
    page.on('pageerror', ({ message }) => errors.push(message));
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://127.0.0.1:${port}/screen/${screenToken({ sign: createSign(TOKEN) }, one.id)}`);

    const shown = () => page.locator('#code').innerHTML();
    await page.locator('#code svg').waitFor();
    const box = (await page.locator('#code svg').boundingBox())!;
    expect(Math.min(box.width, box.height), 'large enough for the last row').toBeGreaterThan(450);
    const first = await shown();
    world.clock.advance({ seconds: 30 });
    await expect.poll(shown, { timeout: 15_000 }).not.toBe(first);

    await page.context().setOffline(true);
    await expect.poll(() => page.locator('#say').innerText(), { timeout: 30_000 }).toContain('No connection');
    // What it knows of is this code and the next: then there is none.
    await expect.poll(() => page.locator('#code svg').count(), { timeout: 70_000 }).toBe(0);
    await page.context().setOffline(false);
    await page.locator('#code svg').waitFor({ timeout: 20_000 });
    expect(await page.locator('#say').innerText()).toBe('');
    expect(errors).toEqual([]);
  },
);
