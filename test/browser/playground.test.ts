import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { createI18n } from '../../src/bot/i18n.ts';
import { CAST, NEWCOMERS } from '../../src/playground/demo/people.ts';
import { countryName, loadProgramme } from '../../src/programme.ts';
import { launch, startPlayground } from './browser.ts';
import { lowContrast } from './contrast.ts';

const ROOT = join(import.meta.dirname, '../..');
const programme = loadProgramme(join(ROOT, 'programme.json'));
const i18n = createI18n(join(ROOT, 'locales'), programme);
const [kk, ru, uz, en] = ['kk', 'ru', 'uz', 'en'].map((language) => i18n.t(language)) as [T, T, T, T];
type T = ReturnType<typeof i18n.t>;

const [AIGERIM, NODIRA] = NEWCOMERS.map(({ id }) => id) as [number, number, number];
const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

let browser: Browser;
let playground: Awaited<ReturnType<typeof startPlayground>>;
beforeAll(async () => {
  [browser, playground] = await Promise.all([launch(), startPlayground()]);
});
afterAll(async () => {
  await browser?.close();
  await playground?.stop();
});

type View = { viewport?: typeof PHONE; colorScheme?: 'light' | 'dark'; query?: string };

/** Opens the page; a complaint of the browser, or a request to somebody else, fails the test. */
async function open({ query = '', ...view }: View = {}): Promise<Page> {
  const context = await browser.newContext({ viewport: DESKTOP, locale: 'en-GB', ...view });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== playground.url) complaints.push(request.url());
  });
  onTestFinished(async () => {
    await context.close();
    expect(complaints).toEqual([]);
  });
  await page.goto(`${playground.url}/${query}`);
  await page.locator('.message').first().waitFor();
  return page;
}

const columnOf = (page: Page, id: number) => page.locator(`#person-${id}`);
const newest = (column: Locator) => column.locator('.message').last();
/** A button under the newest message, by its label. */
const key = (column: Locator, name: string) => newest(column).getByRole('button', { name, exact: true });

/** Answers the question that has just been asked, and waits for the next. */
async function write(column: Locator, text: string): Promise<void> {
  const before = await column.locator('.message.me').count();
  await column.getByRole('textbox').fill(text);
  await column.getByRole('textbox').press('Enter');
  await column.locator('.message.me').nth(before).waitFor();
  await column.locator('.message:last-child.bot').waitFor();
}

describe('the playground in a browser', () => {
  test('a newcomer registers in Kazakh, the organizer sees her, a day before she is reminded', async () => {
    const page = await open({ query: '?lang=en' });
    const aigerim = columnOf(page, AIGERIM);
    await aigerim.getByRole('button', { name: kk('playground:start') }).click();
    await key(aigerim, '✓ Қазақша').click();
    await key(aigerim, kk('people:agree')).click();
    await key(aigerim, kk('common:menu_events')).click();
    await newest(aigerim).getByRole('button', { name: /^1\. / }).click();
    await key(aigerim, kk('events:register')).click();
    await newest(aigerim).getByText(kk('people:ask_full_name')).waitFor();
    await write(aigerim, 'Сейдахметова Айгерім');
    await write(aigerim, 'SEIDAKHMETOVA AIGERIM');
    await key(aigerim, countryName(programme, 'KZ', 'kk')).click();
    await newest(aigerim).getByText(kk('people:ask_agency')).waitFor();
    await write(aigerim, 'Астана қаласының әкімдігі <b>IT</b>');
    await write(aigerim, 'Бас маман');
    await key(aigerim, kk('people:female')).click();
    await newest(aigerim).getByText(kk('people:ask_email')).waitFor();
    await key(aigerim, kk('common:skip')).click();
    await newest(aigerim).getByText('Сіз үшін қай тақырып маңыздырақ?').waitFor();
    await newest(aigerim).getByRole('button').first().click();
    await newest(aigerim).getByText('Қай қызметті қайта жобалағыңыз келеді?').waitFor();
    await key(aigerim, kk('common:skip')).click();
    await newest(aigerim).getByText('<b>IT</b>').waitFor();
    await key(aigerim, kk('registration:confirm')).click();
    await newest(aigerim).getByText(kk('events:you_are_registered')).waitFor();
    await aigerim.getByText(en('playground:role_participant')).waitFor();

    const organizer = columnOf(page, CAST.organizer);
    await newest(organizer).getByRole('button', { name: /^1\. / }).click();
    await key(organizer, ru('organize:to_participants')).click();
    // 23 people in the order of the alphabet, 20 a page.
    await key(organizer, ru('common:next')).click();
    await newest(organizer).getByText('Сейдахметова Айгерім').first().waitFor();

    await page.getByRole('button', { name: new RegExp(en('playground:clock')) }).click();
    await page.getByRole('button', { name: en('playground:moment_day_before') }).click();
    await newest(aigerim).getByText(kk('reminders:title')).waitFor();
    await page.locator('.clock.moved').waitFor();
    // Everybody else who has a seat is reminded, too, and is not in view.
    expect(await page.locator('.tools .badge').textContent()).toMatch(/^22 /);
  });

  test('by keyboard alone: from the top of the page to the consent', async () => {
    const page = await open({ query: `?lang=en&people=${CAST.alumna},${NODIRA}` });
    const nodira = columnOf(page, NODIRA);
    await tabTo(page, uz('playground:start'));
    await page.keyboard.press('Enter');
    await newest(nodira).getByRole('button').first().waitFor();
    // Where the pressed button was, the focus is on the newest message: her language stands first.
    await expectFocus(page, '✓ Oʻzbekcha');
    await page.keyboard.press('Enter');
    await newest(nodira).getByText(uz('people:consent_title')).waitFor();
    await expectFocus(page, uz('people:agree'));

    await page.keyboard.press('Shift+Tab');
    await tabTo(page, en('playground:people'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('searchbox').fill('Nino');
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /Nino Kartsivadze/ })
      .waitFor();
    // The first Escape empties the search, the second closes the dialog.
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toContain(en('playground:people'));
  });

  test('on a phone one chat is in view, tabs lead to the others, nothing sticks out', async () => {
    const page = await open({ viewport: PHONE, query: '?lang=en' });
    const tabs = page.getByRole('tab');
    expect(await tabs.count()).toBe(3);
    for (const [i, id] of [AIGERIM, CAST.organizer, CAST.alumna].entries()) {
      await tabs.nth(i).click();
      expect(await page.locator('.column:visible').evaluateAll((all) => all.map(({ id }) => id))).toEqual([
        `person-${id}`,
      ]);
      expect(await tabs.nth(i).getAttribute('aria-selected')).toBe('true');
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(PHONE.width);
      expect(await tooSmall(page)).toEqual([]);
    }
    await page.keyboard.press('ArrowLeft');
    expect(await tabs.nth(1).getAttribute('aria-selected')).toBe('true');
  });

  test.each(['light', 'dark'] as const)(
    '%s: everything can be read, has a name and a language',
    async (colorScheme) => {
      const page = await open({ colorScheme, query: '?lang=en' });
      expect(await page.evaluate(lowContrast)).toEqual([]);
      expect(await page.locator('html').getAttribute('lang')).toBe('en');
      expect(await page.getByRole('heading', { level: 1 }).count()).toBe(1);
      expect(await page.getByRole('main').count()).toBe(1);
      const logs = page.getByRole('log');
      expect(await logs.count()).toBe(3);
      for (const log of await logs.all()) expect(await log.getAttribute('aria-label')).toMatch(/\S/);
      const languages = await page
        .locator('.phone')
        .evaluateAll((all) => all.map((phone) => (phone as HTMLElement).lang));
      expect(languages).toEqual(['kk', 'ru', 'hy']);
      expect(await nameless(page)).toEqual([]);

      for (const [name, dialog] of [
        [new RegExp(en('playground:clock')), en('playground:move_clock')],
        [en('playground:people'), en('playground:people')],
        [en('playground:start_over'), en('playground:start_over')],
      ] as const) {
        await page.getByRole('button', { name }).first().click();
        await page.getByRole('dialog', { name: dialog }).waitFor();
        expect(await page.evaluate(lowContrast)).toEqual([]);
        expect(await nameless(page)).toEqual([]);
        await page.keyboard.press('Escape');
        await page.getByRole('dialog').waitFor({ state: 'hidden' });
      }
    },
  );

  test('the language of the page changes, those of the chats stay; who is in view stays too', async () => {
    const page = await open({ query: `?lang=en&people=${CAST.alumna}` });
    await page.getByLabel(en('playground:page_language')).selectOption('ko');
    await page.waitForURL(/lang=ko/);
    await page.locator('.message').first().waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('ko');
    await page.getByRole('heading', { level: 1, name: programme.name.short.ko! }).waitFor();
    expect(await page.locator('.phone').getAttribute('lang')).toBe('hy');
    expect(await page.locator('.column').count()).toBe(1);
  });
});

/** Presses Tab until the focus is on a control with this name. */
async function tabTo(page: Page, name: string, key = 'Tab'): Promise<void> {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press(key);
    const label = await page.evaluate(() => document.activeElement?.textContent ?? '');
    if (label.startsWith(name)) return;
  }
  throw new Error(`${key} does not lead to "${name}"`);
}

async function expectFocus(page: Page, name: string): Promise<void> {
  await page.waitForFunction((wanted) => document.activeElement?.textContent?.startsWith(wanted), name);
}

/** Controls that a screen reader could not name. */
function nameless(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, select, input, textarea, a[href], [role=tab], dialog[open], [role=log]',
      ),
    ]
      .filter((element) => element.checkVisibility() && element.getAttribute('tabindex') !== '-1')
      .filter((element) => {
        const labels = 'labels' in element ? [...((element.labels as NodeListOf<HTMLElement> | null) ?? [])] : [];
        const named = [
          element.getAttribute('aria-label'),
          element.textContent,
          ...labels.map((label) => label.textContent),
        ];
        const fillable = ['SELECT', 'INPUT', 'TEXTAREA'].includes(element.tagName);
        return !(fillable ? [named[0], ...named.slice(2)] : named).some((text) => text?.trim());
      })
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}

/** Controls that a finger misses: WCAG 2.2 asks for 24 pixels. Links within a text are excepted. */
function tooSmall(page: Page): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll('button:not(.link), select, input, textarea')]
      .filter((element) => element.checkVisibility() && !element.classList.contains('hidden'))
      .filter((element) => Math.min(element.clientHeight, element.clientWidth) < 24)
      .map((element) => element.outerHTML.slice(0, 120)),
  );
}
