import readExcel from 'read-excel-file/node';
import { expect, test } from 'vitest';
import writeExcel from 'write-excel-file/node';
import { sheetFile, type Column } from '../../src/bot/sheet.ts';

const columns: Column<string>[] = Array.from({ length: 8 }, (_, column) => ({
  title: `Column ${column}`,
  width: 20,
  value: (row, i) => `${row} ${i} ${column}`,
}));
const rows = Array.from({ length: 20_000 }, () => 'A name');

/** ms of the longest time in which nobody else was answered while this was under way. */
async function longestStop(work: () => Promise<unknown>): Promise<number> {
  let [longest, last] = [0, performance.now()];
  const look = () => {
    const now = performance.now();
    [longest, last] = [Math.max(longest, now - last), now];
  };
  const timer = setInterval(look, 1);
  await work();
  look();
  clearInterval(timer);
  return longest;
}

test('a long table stops nobody; control: made by the thread that answers, it stops everybody', async () => {
  let file: Buffer | undefined;
  const apart = await longestStop(async () => (file = await sheetFile('People', columns, rows)));
  const here = await longestStop(() =>
    writeExcel(rows.map((row, i) => columns.map(({ value }) => ({ value: value(row, i)!, type: String })))).toBuffer(),
  );
  expect(apart).toBeLessThan(here / 4);
  const [first] = await readExcel(file!);
  expect(first!.data).toHaveLength(20_001);
  expect(first!.data.at(-1)).toEqual(columns.map(({ value }) => value('A name', 19_999)));
}, 60_000);

test('what can’t be written is an error of who asked for it', async () => {
  const broken: Column<string> = { title: 'Odd', width: 1, value: () => Symbol('odd') as unknown as string };
  await expect(sheetFile('People', [broken], ['one'])).rejects.toThrow('could not be cloned');
  const unwritable: Column<string> = { title: 'Odd', width: 1, value: () => ({ odd: true }) as unknown as string };
  await expect(sheetFile('People', [unwritable], ['one'])).rejects.toThrow('toWellFormed');
  expect(await readExcel(await sheetFile('People', columns, ['one']))).toHaveLength(1);
});
