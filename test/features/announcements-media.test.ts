import type { MessageEntity } from 'grammy/types';
import { describe, expect, test } from 'vitest';
import { event, material } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import { choose, copies, latest, pressSend, settle, states, write } from './announcements-support.ts';

const bold = (offset: number, length: number): MessageEntity => ({ type: 'bold', offset, length });

/** Opens the form up to the text in English. */
async function upToText(author: TelegramUser): Promise<void> {
  await author.send('/announce');
  await choose(author, 'en', '.');
}

/** The rest of the form: to everyone, without buttons. */
async function rest(author: TelegramUser): Promise<void> {
  await choose(author, 'everyone', '.');
  await author.press({ data: /:ok$/ });
}

describe('a picture or a document', () => {
  test.each(['photo', 'document'] as const)('%s with a caption, formatted as it was typed', async (kind) => {
    const world = await createWorld();
    const owner = await world.owner();
    const [aida] = await settle(world, 1);
    await upToText(owner);
    const caption = { caption: 'Programme <b>2027</b>', entities: [bold(0, 9)] };
    await (kind === 'photo' ? owner.sendPhoto(caption) : owner.sendDocument({ file_name: 'plan.pdf', ...caption }));
    await choose(owner, 'everyone', '.');
    expect(owner.last().text).toContain(kind === 'photo' ? 'Picture · Programme' : 'Document · Programme');
    await owner.press({ data: /:ok$/ });
    const preview = owner.chat.at(-2)!;
    await pressSend(world, owner);
    for (const { message, buttons } of [preview, aida!.last()]) {
      expect(message[kind]).toBeDefined();
      expect(message).toMatchObject({ caption: 'Programme <b>2027</b>', caption_entities: [bold(0, 9)] });
      expect(buttons).toEqual([['Settings']]);
    }
    await aida!.press('Settings');
    expect(aida!.last().text).toContain('Language');
    expect(aida!.chat.at(-2)!.message).toMatchObject({ caption: 'Programme <b>2027</b>' });
  });

  test('a picture without a text; its name in lists is that of its kind', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const [sleeper] = await settle(world, 1, { quietFrom: 9, quietTo: 15 });
    await upToText(owner);
    await owner.sendPhoto();
    await rest(owner);
    await pressSend(world, owner);
    await write(owner, { en: '\n  The second line is the title  \nand this is not' }, ['everyone']);
    await pressSend(world, owner);
    await owner.send('/announcements');
    expect(owner.last().text).toContain('2. Picture');
    world.clock.advance({ hours: 5 });
    await world.tick();
    // What waited arrives as a list; each can be opened from it.
    expect(sleeper!.last().text).toContain('1. Picture\n2. The second line is the title');
    await sleeper!.press('1. Picture');
    expect(sleeper!.last().message.photo).toBeDefined();
    expect((await states(world)).sent).toBe(4);
  });

  test('a caption that is too long, an album and anything else are refused in a sentence', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    await upToText(owner);
    await owner.sendPhoto({ caption: 'x'.repeat(1025) });
    expect(owner.last().text).toContain('at most 1024 characters, this is 1025');
    await owner.sendPhoto({ media_group_id: '7', caption: 'One of two' });
    expect(owner.last().text).toBe('An album cannot be sent. Please send one picture or one document.');
    // Each picture of an album is a message: the sentence is said once.
    await owner.sendPhoto({ media_group_id: '7' });
    await owner.sendPhoto({ media_group_id: '7' });
    expect(copies(owner, 'An album cannot be sent. Please send one picture or one document.')).toBe(1);
    for (const say of [
      () => owner.sendVoice(),
      () => owner.sendVideo(),
      () => owner.sendAnimation(),
      () => owner.sendSticker(),
    ]) {
      await say();
      expect(owner.last().text).toBe('Please send a text, a picture or a document.');
    }
    await owner.sendPhoto({ caption: 'x'.repeat(1024) });
    expect(owner.last().text).toContain('Audience');
  });

  test('is corrected in people’s chats: the text alone, or with another file of its kind', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const [aida] = await settle(world, 1);
    await upToText(owner);
    await owner.sendDocument({ file_name: 'old.pdf', caption: 'Teh plan' });
    await rest(owner);
    await pressSend(world, owner);
    await owner.press({ data: /announce_correct:/ });
    await owner.sendPhoto({ caption: 'The plan' });
    expect(owner.last().text).toContain('It was sent with a document.');
    await owner.send('The plan', { entities: [bold(4, 4)] });
    await owner.press('Correct it');
    expect(aida!.last().message).toMatchObject({
      caption: 'The plan',
      caption_entities: [bold(4, 4)],
      document: { file_name: 'old.pdf' },
    });
    await world.tick();
    await owner.press({ data: /announce_correct:/ });
    await owner.sendDocument({ file_name: 'new.pdf', caption: 'The new plan' });
    await owner.press('Correct it');
    expect(aida!.last().message).toMatchObject({ caption: 'The new plan', document: { file_name: 'new.pdf' } });
    expect(aida!.last().buttons).toEqual([['Settings']]);
    expect(aida!.chat).toHaveLength(1);
  });

  test('a draft with a file is changed without sending it again', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    await upToText(owner);
    await owner.sendPhoto({ caption: 'News' });
    await rest(owner);
    await owner.press('Edit');
    await owner.press({ data: /:ok$/ });
    expect(owner.chat.at(-2)!.message).toMatchObject({ caption: 'News' });
    expect(owner.chat.at(-2)!.message.photo).toBeDefined();
  });
});

/** Writes in English and Russian, with the buttons that these steps choose. */
async function withButtons(author: TelegramUser, steps: () => Promise<unknown>): Promise<void> {
  await author.send('/announce');
  await choose(author, 'en', 'ru', '.');
  for (const text of ['News', 'Новость']) await author.send(text);
  await choose(author, 'everyone');
  await steps();
  await author.press({ data: /:ok$/ });
}

describe('buttons', () => {
  test('lead to the registration, to a material and to a page, in the recipients’ words', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const open = await createEvent(world);
    await createEvent(world, {
      texts: { en: 'Registration over' },
      deadlineAt: world.clock.now().subtract({ hours: 1 }),
    });
    const library = await addMaterial(world, 'Handbook', null);
    const [english] = await settle(world, 1);
    const [russian] = await settle(world, 1, { language: 'ru' });
    const [georgian] = await settle(world, 1, { language: 'ka' });
    await withButtons(owner, async () => {
      await choose(owner, 'event', 'material', 'link', '.');
      expect(owner.last().text).not.toContain('Registration over');
      await choose(owner, String(open.id));
      await choose(owner, String(library));
      await owner.send('http://example.org');
      expect(owner.last().text).toContain('begins with https://');
      await owner.send('example.org/apply');
      await owner.send('x'.repeat(31));
      expect(owner.last().text).toContain('at most 30');
      await owner.send('Apply here');
      await owner.press('Skip');
    });
    await pressSend(world, owner);
    expect(english!.last().buttons).toEqual([
      ['Register for the event'],
      ['Open the material'],
      ['Apply here'],
      ['Settings'],
    ]);
    expect(russian!.last().buttons).toEqual([
      ['Зарегистрироваться'],
      ['Открыть материал'],
      ['Открыть ссылку'],
      ['Настройки'],
    ]);
    // Reads the Russian text: its link is worded by the language of the reader.
    expect(georgian!.last().text).toBe('Новость');
    expect(georgian!.last().buttons[2]).toEqual(['ბმულის გახსნა']);
    expect(await english!.press('Apply here')).toEqual({ kind: 'url', url: 'https://example.org/apply' });
    await english!.press('Open the material');
    expect(english!.last().text).toContain('Handbook');
    await english!.press('Register for the event');
    expect(english!.last().text).toContain('Digital services workshop');
    expect(copies(english!, 'News')).toBe(1);
    // Called off since: the page says so.
    await world.db.update(event).set({ status: 'cancelled', cancelledAt: world.clock.now() });
    await english!.press('Register for the event');
    expect(english!.last().text).toContain('The event is cancelled');
  });

  test('a material of an event is offered for those who took part in it, once they see it', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const past = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 30 }) });
    const coming = await createEvent(world, { texts: { en: 'Coming' } });
    const slides = await addMaterial(world, 'Slides', past.id);
    await addMaterial(world, 'Not yet', coming.id, 'after');
    const [aida] = await settle(world, 1);
    await seat(world, past, aida!);
    // They are asked for their feedback first, and not at the same moment.
    await world.tick();
    // To everyone: what only some may see is not offered, and there is no library.
    await upToText(owner);
    await owner.send('News');
    await choose(owner, 'everyone');
    expect(owner.last().buttons.flat()).not.toContain('A material');
    await owner.send('/cancel');
    await pressAny(world, owner, `announce_to:${coming.id}`);
    await choose(owner, 'en', '.');
    await owner.send('News');
    await choose(owner, 'registered');
    expect(owner.last().buttons.flat()).not.toContain('A material');
    await owner.send('/cancel');
    await pressAny(world, owner, `announce_to:${past.id}`);
    await choose(owner, 'en', '.');
    await owner.send('News');
    await choose(owner, 'registered', 'material', '.');
    expect(owner.last().buttons[0]).toEqual(['Slides']);
    expect(owner.last().buttons.flat()).not.toContain('Not yet');
    await choose(owner, String(slides));
    await owner.press({ data: /:ok$/ });
    await pressSend(world, owner);
    expect(aida!.last().buttons).toEqual([['Open the material'], ['Show the event'], ['Settings']]);
    await aida!.press('Open the material');
    expect(aida!.last().text).toContain('Slides');
  });

  test('are kept when the draft is changed, and can be taken away', async () => {
    const world = await createWorld();
    const owner = await world.owner();
    await withButtons(owner, async () => {
      await choose(owner, 'link', '.');
      await owner.send('https://example.org');
      await owner.send('Apply');
      await owner.press('Skip');
    });
    const made = [{ kind: 'link', url: 'https://example.org', label: { en: 'Apply' } }];
    expect(await latest(world)).toMatchObject({ buttons: made });
    await owner.press('Edit');
    await owner.press({ data: /:ok$/ });
    expect(await latest(world)).toMatchObject({ buttons: made });
    await owner.press('Edit');
    await owner.press({ data: /:e$/ });
    await owner.press('Buttons');
    await choose(owner, 'link', '.');
    await owner.press({ data: /:ok$/ });
    expect(await latest(world)).toMatchObject({ buttons: [] });
  });
});

test('what Telegram refuses is seen in the preview, and can’t be let go', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await settle(world, 1);
  await upToText(owner);
  await owner.send('News');
  await choose(owner, 'everyone', '.');
  world.telegram.fail({ method: 'sendMessage', error_code: 400, description: 'Bad Request: BUTTON_URL_INVALID' });
  await owner.press({ data: /:ok$/ });
  expect(owner.last().text).toContain('Telegram does not accept this announcement');
  expect(owner.last().text).toContain('Bad Request: BUTTON_URL_INVALID');
  expect(owner.last().buttons.flat()).toEqual(['Edit', 'Discard', 'For organizers']);
});

async function addMaterial(
  { db, clock, telegram }: World,
  title: string,
  eventId: number | null,
  phase: 'before' | 'after' = 'before',
): Promise<number> {
  const fileId = telegram.file({ file_name: `${title}.pdf`, size: 9 });
  const [made] = await db
    .insert(material)
    .values({ kind: 'document', title, eventId, fileId, phase, addedAt: clock.now(), toldAt: clock.now() })
    .returning();
  return made!.id;
}
