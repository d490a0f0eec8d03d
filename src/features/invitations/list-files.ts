import { inArray } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import { sheetFile, type Column } from '../../bot/sheet.ts';
import { person } from '../../db/schema.ts';
import type { Reader } from '../events/messages.ts';
import { placeLink } from '../people/named.ts';
import { outlook } from './list-messages.ts';
import { FIELDS, type Field, type Line } from './list.ts';
import type { Done, Plan } from './plan.ts';

const FIELD_NAMES = Object.keys(FIELDS) as Field[];

/** An empty table with the headers that are understood; those that a row must fill have a star. */
export function templateFile({ t }: Reader): Promise<Buffer> {
  const columns = FIELD_NAMES.map((key): Column<never> => {
    const { title, required } = FIELDS[key];
    return { title: required ? `${t(title)} *` : t(title), width: 32, value: () => null };
  });
  return sheetFile(t('places:list'), columns, []);
}

/** As they were sent, so that a file of results can be mended and sent again. */
const sentColumns = <Row>({ t }: Reader, of: (row: Row) => Line): Column<Row>[] =>
  FIELD_NAMES.map((key) => ({ title: t(FIELDS[key].title), width: 28, value: (row) => of(row).cells[key] || null }));

/** What would become of each row. */
export function planFile({ lines }: Plan, reader: Reader): Promise<Buffer> {
  const { t } = reader;
  const columns: Column<Plan['lines'][number]>[] = [
    { title: t('places:row_number'), width: 8, value: ({ number }) => String(number) },
    ...sentColumns<Plan['lines'][number]>(reader, (line) => line),
    { title: t('places:result'), width: 60, value: (line) => outlook(line, reader) },
  ];
  return sheetFile(t('places:list'), columns, lines);
}

/** What became of each row, with the link for those who are not in the chat yet. */
export async function resultFile(
  deps: Pick<Deps, 'db' | 'me' | 'sign'>,
  done: Done[],
  reader: Reader,
): Promise<Buffer> {
  const { t } = reader;
  const ids = done.flatMap(({ personId }) => personId ?? []);
  const people = ids.length === 0 ? [] : await deps.db.select().from(person).where(inArray(person.id, ids));
  const byId = new Map(people.map((one) => [one.id, one]));
  const words = {
    registered: t('places:registered'),
    offered: t('places:invited'),
    full: t('places:no_seat'),
    closed: t('places:closed'),
  };
  const link = ({ personId }: Done) => {
    const found = byId.get(personId ?? 0);
    if (!found) return null;
    return found.telegramId === null ? placeLink(deps, found.id) : t('places:in_chat');
  };
  const columns: Column<Done>[] = [
    { title: t('places:row_number'), width: 8, value: ({ line }) => String(line.number) },
    ...sentColumns<Done>(reader, ({ line }) => line),
    {
      title: t('places:result'),
      width: 40,
      value: ({ line, outcome }) =>
        outcome === 'already' || outcome === 'wrong' ? fallback(line, outcome) : words[outcome],
    },
    { title: t('places:link'), width: 60, value: link },
  ];
  return sheetFile(t('places:list'), columns, done);

  /** Listed since the dry run. */
  function fallback(line: Done['line'], outcome: 'already' | 'wrong'): string {
    const planned = line.plan.kind === 'wrong' || line.plan.kind === 'listed';
    return planned ? outlook(line, reader) : t(outcome === 'already' ? 'places:already' : 'places:rows_wrong');
  }
}
