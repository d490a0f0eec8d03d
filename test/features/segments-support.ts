import readExcel from 'read-excel-file/node';
import { answered, consent, role, person, registration, segment, type Audience } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import type { World } from '../support/world.ts';

/** Presses options of the question that is asked, by their tokens; '.' is "Done". */
export async function choose(user: TelegramUser, ...tokens: string[]): Promise<void> {
  for (const token of tokens) await user.press({ data: new RegExp(`^f:\\d+:\\d+:o:${RegExp.escape(token)}$`) });
}

/** Opens the form of a new segment and names it. */
export async function name(user: TelegramUser, text: string): Promise<void> {
  await user.send('/segments');
  await user.press({ data: 'segment_new' });
  await user.send(text);
}

/** Saves a segment in the chat. `tokens`: those of its conditions and their answers. */
export async function save(user: TelegramUser, text: string, ...tokens: string[]): Promise<void> {
  await name(user, text);
  await choose(user, ...tokens);
  await user.press({ data: /:ok$/ });
}

/** A segment that is there already. */
export async function saved({ db, clock }: World, text: string, audience: Audience): Promise<number> {
  const [made] = await db.insert(segment).values({ name: text, audience, createdAt: clock.now() }).returning();
  return made!.id;
}

export async function makeOrganizer({ db, clock, row }: World, user: TelegramUser): Promise<void> {
  await db.insert(role).values({ kind: 'organizer', personId: (await row(user)).id, since: clock.now() });
}

/** The sheet that came last: its head, and the rows below it. */
export async function sheet(world: World, user: TelegramUser) {
  const { document } = user.last();
  const [first] = await readExcel(await world.download(document!.file_id));
  const [head = [], ...rows] = first!.data;
  const column = (title: string) => rows.map((row) => row[head.indexOf(title)]);
  return { file: document!.file_name, head, rows, column };
}

type Somebody = Partial<typeof person.$inferInsert> & {
  /** At events, by their ids. */
  at?: Record<number, Partial<Pick<typeof registration.$inferInsert, 'status' | 'attended'>>>;
  /** What they have answered. */
  gave?: { form: 'feedback' | 'follow_up'; eventId: number; month: number }[];
  /** Whether they agreed; true. */
  agreed?: boolean;
};

let ids = 5000;

/** People whom the bot knows, by their names. */
export async function populate({ db, clock }: World, people: Record<string, Somebody>): Promise<void> {
  const now = clock.now();
  for (const [fullName, { at = {}, gave = [], agreed = true, ...given }] of Object.entries(people)) {
    const [made] = await db
      .insert(person)
      .values({
        telegramId: ++ids,
        language: 'ru',
        zone: 'Asia/Almaty',
        fullName,
        createdAt: now,
        seenAt: now,
        ...given,
      })
      .returning();
    const personId = made!.id;
    if (agreed) await db.insert(consent).values({ personId, version: 'v1', language: 'ru', givenAt: now });
    for (const [eventId, seat] of Object.entries(at))
      await db.insert(registration).values({
        eventId: Number(eventId),
        personId,
        status: 'registered',
        waitingSince: seat.status === 'waiting' ? now : null,
        createdAt: now,
        changedAt: now,
        ...seat,
      });
    for (const one of gave) await db.insert(answered).values({ ...one, personId });
  }
}
