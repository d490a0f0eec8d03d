import type { Deps } from '../../bot/context.ts';
import { formatDate, formatDays } from '../../bot/format/dates.ts';
import { startLink } from '../../bot/link.ts';
import { pick, text } from '../../programme.ts';
import type { Certified } from '../../db/schema.ts';
import type { EventRow } from '../events/store.ts';
import { grouped } from './code.ts';
import type { Paper } from './paper/paper.ts';
import { printed } from './paper/faces.ts';
import type { Certificate } from './store.ts';

type Words = Pick<Deps, 'programme' | 'i18n' | 'config' | 'me'>;

/** No PDF of one certificate is larger: people on weak networks are told so. A test measures it. */
export const LARGEST = 100 * 1024;

/** Where anybody checks a certificate: a page, or, where the programme has none, the bot. */
export function checkLink(deps: Pick<Words, 'config' | 'me'>, code: string): string {
  return deps.config.PUBLIC_URL ? `${deps.config.PUBLIC_URL}/verify/${code}` : startLink(deps, `verify_${code}`);
}

/** The same for who types it. */
function checkAddress({ config, me }: Pick<Words, 'config' | 'me'>): string {
  return config.PUBLIC_URL ? `${new URL(config.PUBLIC_URL).host}/verify/` : `Telegram · @${me().username} · /verify`;
}

/** The wording of an event's title in the language of the paper, or in the one that its readers know best. */
export const titleIn = ({ title }: Pick<Certified, 'title'>, reads: readonly string[]): string =>
  pick(title, reads) ?? '—';

export const daysIn = (lang: string, { from, to }: Certified): string =>
  formatDays(lang, Temporal.PlainDate.from(from), Temporal.PlainDate.from(to));

type Printed = Pick<Certificate, 'code' | 'name' | 'language' | 'certified'> & { issuedAt: Temporal.Instant };

/** Everything that stands on a certificate. `zone`: by whose calendar the day of issue is. */
export function paperOf(deps: Words, one: Printed, zone: string, specimen = false): Paper {
  const { programme, i18n } = deps;
  const { certified, language, name, code, issuedAt } = one;
  const t = i18n.t(language);
  const kind = t(`events:kind_${certified.kind as EventRow['kind']}`);
  const { attended, of, place } = certified;
  return {
    language,
    heading: t('certificates:paper_heading'),
    programme: text(programme, certified.programme, language),
    lead: t('certificates:paper_lead'),
    name,
    took: t('certificates:paper_took'),
    title: quoted(printed(titleIn(certified, t.reads)), language),
    details: [
      `${kind} · ${daysIn(language, certified)}`,
      place ?? '',
      attended === null || of === null ? '' : t('certificates:paper_sessions', { attended, of }),
    ].filter((line) => printed(line) !== ''),
    partnersLabel: t('certificates:paper_partners'),
    partners: certified.partners.map((names) => text(programme, names, language)),
    issued: t('certificates:paper_issued', { date: formatDate(language, issuedAt, zone) }),
    checkLabel: t('certificates:paper_check'),
    address: checkAddress(deps),
    code: grouped(code),
    link: checkLink(deps, code),
    issuedAt: issuedAt.toString(),
    specimen: specimen ? t('certificates:paper_specimen') : null,
  };
}

/** In the quotation marks of the language, unless the title has some. */
function quoted(title: string, language: string): string {
  if (/[“”„«»"]/.test(title)) return title;
  const guillemets = ['ru', 'kk', 'ky', 'tg', 'hy'].includes(language);
  if (language === 'ka') return `„${title}“`;
  return guillemets ? `«${title}»` : `“${title}”`;
}
