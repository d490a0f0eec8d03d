import type { Tx } from '../../db/connect.ts';
import {
  alumniProfile,
  consent,
  consentText,
  event,
  eventText,
  person,
  registration,
  registrationChange,
  role,
} from '../../db/schema.ts';
import type { Person } from '../../bot/context.ts';
import { showInDirectory } from '../../features/alumni/store.ts';
import { saveVersion } from '../../features/forms/store.ts';
import { agencyName, type Programme } from '../../programme.ts';
import type { DemoEvent } from './events.ts';
import { CAST, PEOPLE, POSITIONS, type DemoPerson } from './people.ts';
import { WISHES } from './voices.ts';

/** Somebody of the demo with their row. */
export type Known = DemoPerson & { row: Person };
export type Held = DemoEvent & { id: number; formVersionId: number | null };

const letterOf = ({ key }: DemoEvent) => key[0]!;
export const attended = ({ went }: DemoPerson, held: DemoEvent) => went.includes(letterOf(held));

/** Past rows are written as rows, in bulk: the rules of the present (deadlines, seats) do not apply to the past. */
export async function insertPeople(tx: Tx, programme: Programme, now: Temporal.Instant): Promise<Known[]> {
  const { version, text } = programme.consent;
  const rows = await tx
    .insert(person)
    .values(PEOPLE.map((one, i) => personRow(one, i, programme, now)))
    .returning();
  const known = PEOPLE.map((one) => ({ ...one, row: rows.find(({ telegramId }) => telegramId === one.id)! }));

  const languages = [...new Set(PEOPLE.map(({ language }) => language))];
  await tx.insert(consentText).values(languages.map((language) => ({ version, language, body: text[language]! })));
  // Asked again when the text last changed.
  const givenAt = now.subtract({ hours: 24 * 20 });
  await tx.insert(consent).values(known.map(({ row, language }) => ({ personId: row.id, version, language, givenAt })));

  const owner = known.find(({ id }) => id === CAST.organizer)!;
  const invited = known.find(({ id }) => id === CAST.coOrganizer)!;
  await tx
    .insert(role)
    .values({ kind: 'organizer', personId: invited.row.id, invitedBy: owner.row.id, since: givenAt });
  return known;
}

function personRow(
  one: DemoPerson,
  i: number,
  programme: Programme,
  now: Temporal.Instant,
): typeof person.$inferInsert {
  const country = programme.countries.find(({ code }) => code === one.country);
  const agency = country?.agencies[one.agency];
  return {
    telegramId: one.id,
    language: one.language,
    zone: country?.zone ?? programme.defaultZone,
    fullName: one.name,
    latinName: one.latin,
    country: one.country,
    agency: country && agency ? agencyName(country, agency, one.language) : null,
    position: POSITIONS[one.language]?.[one.position] ?? null,
    sex: one.country === 'KR' ? 'male' : i % 14 === 9 ? 'undisclosed' : 'female',
    email: i % 3 === 0 ? null : `${one.latin.toLowerCase().split(' ').toReversed().join('.')}@example.org`,
    createdAt: now.subtract({ hours: 24 * 45 + i }),
    seenAt: now.subtract({ hours: 3 + i * 5 }),
  };
}

export async function insertEvents(tx: Tx, events: DemoEvent[], by: Known, now: Temporal.Instant): Promise<Held[]> {
  const rows = await tx
    .insert(event)
    .values(
      events.map(({ key: _key, titles: _titles, descriptions: _descriptions, form: _form, ...columns }) => {
        const announced = earlier(columns.beginsAt.subtract({ hours: 24 * 60 }), now.subtract({ hours: 24 * 14 }));
        const times = { createdAt: announced, publishedAt: announced };
        return { ...columns, ...times, status: 'published' as const, createdBy: by.row.id };
      }),
    )
    .returning({ id: event.id, code: event.code });
  const held: Held[] = [];
  for (const one of events) {
    const eventId = rows.find(({ code }) => code === one.code)!.id;
    const use = { eventId, purpose: 'registration' as const };
    const made = one.form && (await saveVersion(tx, use, one.form, { was: null, by: by.row.id, now }));
    held.push({ ...one, id: eventId, formVersionId: made?.kind === 'saved' ? made.version.id : null });
  }
  await tx.insert(eventText).values(
    held.flatMap(({ id, titles, descriptions }) =>
      Object.entries(titles).map(([language, title]) => ({
        eventId: id,
        language,
        title,
        description: descriptions[language] ?? '',
      })),
    ),
  );
  return held;
}

/** Who had a seat, and whether they came; who has one at what is to come, with their answers. */
export async function insertRegistrations(
  tx: Tx,
  events: Held[],
  people: Known[],
  now: Temporal.Instant,
): Promise<void> {
  const rows = events.flatMap((held) => {
    const letter = letterOf(held);
    return people.flatMap((one, i): (typeof registration.$inferInsert)[] => {
      const came = attended(one, held);
      const absent = one.went.includes(letter.toUpperCase());
      const coming = one.coming.includes(letter);
      if (!came && !absent && !coming) return [];
      const at = coming ? now.subtract({ hours: 24 + i * 6 }) : held.beginsAt.subtract({ hours: 24 * 12 + i * 5 });
      const answers = coming && held.form ? answersOf(held, i) : {};
      return [
        {
          eventId: held.id,
          personId: one.row.id,
          status: 'registered',
          country: one.country,
          attended: coming ? null : came,
          answers,
          formVersionId: held.formVersionId,
          createdAt: at,
          changedAt: at,
        },
      ];
    });
  });
  const made = await tx.insert(registration).values(rows).returning();
  await tx.insert(registrationChange).values(
    made.map(({ id, changedAt, status }) => ({
      registrationId: id,
      at: changedAt,
      by: 'person' as const,
      to: status,
    })),
  );
}

function answersOf({ form }: Held, i: number) {
  const topics = form?.choices['topics'] ?? [];
  return { topic: topics[i % topics.length]?.name ?? null, service: WISHES[i % WISHES.length] ?? null };
}

/** Everyone who attended is in the network; those who show themselves can be found in the directory. */
export async function insertAlumni(tx: Tx, events: Held[], people: Known[]): Promise<void> {
  const graduates = people.flatMap((one) => {
    const first = events
      .filter((held) => attended(one, held))
      .toSorted((a, b) => Temporal.Instant.compare(a.endsAt, b.endsAt))[0];
    return first ? [{ ...one, since: first.endsAt }] : [];
  });
  await tx.insert(alumniProfile).values(graduates.map(({ row, since }) => ({ personId: row.id, since })));
  for (const { row, shows } of graduates) {
    if (!shows) continue;
    const { expertise, about = null } = shows;
    await showInDirectory(tx, row.id, { showAgency: true, showPosition: true, expertise, about });
  }
}

export const earlier = (a: Temporal.Instant, b: Temporal.Instant) => (Temporal.Instant.compare(a, b) < 0 ? a : b);
