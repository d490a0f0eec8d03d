import { eq } from 'drizzle-orm';
import { person } from '../../src/db/schema.ts';
import { becomeAlumni, showInDirectory, type Shown } from '../../src/features/alumni/store.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { people } from '../names/people.ts';
import type { World } from './world.ts';

type Given = Partial<
  Shown & Pick<typeof person.$inferSelect, 'latinName' | 'country' | 'agency' | 'position' | 'email'>
> & {
  username?: string;
};

/** Somebody of test/names/fixtures.tsv, or with a name of their own. `name`: as they write it. */
function profileOf(name: string, given: Given) {
  const { latinName, country, agency = 'Ministry of Justice', position = 'Adviser', email = null } = given;
  const known = people.find(({ native }) => native === name);
  return {
    fullName: name,
    latinName: latinName ?? known?.latin ?? name.toUpperCase(),
    country: country ?? known?.country ?? 'KZ',
    agency,
    position,
    email,
    sex: 'female' as const,
  };
}

const shownOf = ({ showAgency = false, showPosition = false, expertise = [], about = null }: Given) => ({
  showAgency,
  showPosition,
  expertise,
  about,
});

/** Somebody who has attended, and whom the directory hides; they have read the welcome. */
export async function alumna(world: World, language: string, name: string, given: Given = {}): Promise<TelegramUser> {
  const { username } = given;
  const user = await world.arrive(language, { first_name: name, ...(username && { username }) });
  const { id } = await world.row(user);
  await world.db.update(person).set(profileOf(name, given)).where(eq(person.id, id));
  await becomeAlumni(world.db, id, world.clock.now());
  await world.app.drain();
  return user;
}

/** The same, who has opted in; by default with name and country only. */
export async function listed(world: World, language: string, name: string, given: Given = {}): Promise<TelegramUser> {
  const user = await alumna(world, language, name, given);
  await showInDirectory(world.db, (await world.row(user)).id, shownOf(given));
  return user;
}

/** Only the row of somebody who is listed; they are not on Telegram. */
export async function listedRow(
  { db, clock }: World,
  name: string,
  given: Given = {},
): Promise<typeof person.$inferSelect> {
  const now = clock.now();
  const common = { language: 'en', zone: 'Asia/Almaty', createdAt: now, seenAt: now };
  const [made] = await db
    .insert(person)
    .values({ ...common, ...profileOf(name, given) })
    .returning();
  await becomeAlumni(db, made!.id, now);
  await showInDirectory(db, made!.id, shownOf(given));
  return made!;
}

/** Searches the directory through the chat. */
export async function search(user: TelegramUser, words: string): Promise<void> {
  await user.send('/directory');
  await user.press({ data: 'find_alumni' });
  await user.send(words);
}

/** The data of the buttons under the bot's last message. */
export function offered(user: TelegramUser): string[] {
  const markup = user.last().reply_markup;
  if (!markup || !('inline_keyboard' in markup)) return [];
  return markup.inline_keyboard.flat().flatMap((button) => ('callback_data' in button ? [button.callback_data] : []));
}
