import { describe, expect, test } from 'vitest';
import { refusal, setUp } from './telegram-support.ts';

const keyboard = (...rows: string[][]) => ({
  inline_keyboard: rows.map((row) => row.map((text) => ({ text, callback_data: `do:${text}` }))),
});

const sendWith = async (inline_keyboard: unknown) => {
  const { api, aida } = setUp();
  return refusal(api.sendMessage(aida.id, 'x', { reply_markup: { inline_keyboard } as never }));
};
const buttons = (count: number) => Array.from({ length: count }, (_, i) => ({ text: `${i}`, callback_data: `${i}` }));

describe('keyboards', () => {
  test.each([
    [[[{ text: 'a', callback_data: 'ы'.repeat(32) }]], 'accepted'],
    [[[{ text: 'a', callback_data: 'ы'.repeat(33) }]], '400 Bad Request: BUTTON_DATA_INVALID'],
    [
      [[{ text: 'a', callback_data: '' }]],
      "400 Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ],
    [
      [[{ text: 'a', callback_data: 'b', url: 'https://a.org' }]],
      "400 Bad Request: can't parse inline keyboard button: Exactly one action is allowed, found url, callback_data",
    ],
    [[[{ text: ' ', callback_data: 'b' }]], '400 Bad Request: inline keyboard button text must be non-empty'],
    [[[{ callback_data: 'b' }]], '400 Bad Request: can\'t parse inline keyboard button: Can\'t find field "text"'],
    [
      [[{ text: 'a', url: 'localhost:3000' }]],
      "400 Bad Request: inline keyboard button URL 'localhost:3000' is invalid: Wrong HTTP URL",
    ],
    [[[{ text: 'a', url: 'tg://user?id=1' }]], 'accepted'],
    [[[{ text: 'a', web_app: { url: 'http://a.org' } }]], expect.stringContaining('Only HTTPS links are allowed')],
    [[[{ text: 'a', copy_text: { text: '' } }]], '400 Bad Request: BUTTON_COPY_TEXT_INVALID'],
    [
      [{ text: 'a' }],
      '400 Bad Request: field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ],
    [[buttons(9)], '400 Bad Request: reply markup is too long'],
    [Array.from({ length: 101 }, () => buttons(1)), '400 Bad Request: reply markup is too long'],
    [Array.from({ length: 100 }, () => buttons(1)), 'accepted'],
  ])('%#: %j', async (rows, answer) => {
    expect(await sendWith(rows)).toEqual(answer);
  });

  test('an address without scheme gets one', async () => {
    const { api, aida } = setUp();
    const sent = await api.sendMessage(aida.id, 'x', {
      reply_markup: { inline_keyboard: [[{ text: 'a', url: 'Bilim.Example' }]] },
    });
    expect(sent.reply_markup?.inline_keyboard).toEqual([[{ text: 'a', url: 'http://bilim.example/' }]]);
  });
});

describe('pressing', () => {
  test('goes to the newest message that has the button', async () => {
    const { telegram, api, aida } = setUp();
    await api.sendMessage(aida.id, 'old', { reply_markup: keyboard(['Yes', 'No']) });
    await api.sendMessage(aida.id, 'new', { reply_markup: keyboard(['Yes']) });
    const pressed: string[] = [];
    telegram.onUpdate = async ({ callback_query }) => {
      const { message, data } = callback_query!;
      pressed.push(`${message?.text} ${data}`);
    };
    await aida.press('Yes');
    await aida.press(/^N/);
    await aida.press({ data: /Yes$/ });
    await aida.press('Yes', { message: 1 });
    expect(pressed).toEqual(['new do:Yes', 'old do:No', 'new do:Yes', 'old do:Yes']);
  });

  test('tells what can be pressed when the button is not there', async () => {
    const { api, aida } = setUp();
    await expect(aida.press('Yes')).rejects.toThrow('"Yes" is not there to press. There are no buttons at all.');
    await api.sendMessage(aida.id, 'Really?', { reply_markup: keyboard(['Yes', 'No'], ['Later']) });
    await expect(aida.press('yes')).rejects.toThrow('message 1 "Really?": [Yes] [No] / [Later]');
  });

  test('a link gives its address, a reply keyboard sends its text, a contact button the contact', async () => {
    const { api, aida } = setUp();
    await api.sendMessage(aida.id, 'x', {
      reply_markup: { inline_keyboard: [[{ text: 'Open', url: 'https://a.org/' }]] },
    });
    expect(await aida.press('Open')).toEqual({ kind: 'url', url: 'https://a.org/' });
    const reply_markup = { keyboard: [[{ text: 'Hi' }, { text: 'Share', request_contact: true }]] };
    await api.sendMessage(aida.id, 'y', { reply_markup });
    expect(await aida.press('Hi')).toMatchObject({ kind: 'message', message: { text: 'Hi' } });
    expect(await aida.press('Share')).toMatchObject({ message: { contact: { user_id: aida.id, first_name: 'Aida' } } });
    await api.sendMessage(aida.id, 'z', { reply_markup: { remove_keyboard: true } });
    await expect(aida.press('Hi')).rejects.toThrow('not there');
  });

  test('on a deleted message comes with an inaccessible one', async () => {
    const { telegram, api, aida } = setUp();
    const { message_id } = await api.sendMessage(aida.id, 'x', { reply_markup: keyboard(['Go']) });
    await api.deleteMessage(aida.id, message_id);
    telegram.onUpdate = async ({ callback_query }) => {
      expect(callback_query?.message).toEqual({ chat: expect.objectContaining({ id: aida.id }), message_id, date: 0 });
    };
    await aida.press('Go', { message: message_id });
    expect.assertions(1);
  });

  test('is answered once, within 15 minutes, with at most 200 characters', async () => {
    const { telegram, api, aida, pass } = setUp();
    await api.sendMessage(aida.id, 'x', { reply_markup: keyboard(['Go']) });
    const late = '400 Bad Request: query is too old and response timeout expired or query ID is invalid';
    telegram.onUpdate = async ({ callback_query }) => {
      const { id } = callback_query!;
      expect(await refusal(api.answerCallbackQuery(id, { text: 'ы'.repeat(201) }))).toBe(
        '400 Bad Request: MESSAGE_TOO_LONG',
      );
      expect(await refusal(api.answerCallbackQuery(id, { text: 'Done', show_alert: true }))).toBe('accepted');
      expect(await refusal(api.answerCallbackQuery(id))).toBe(late);
    };
    expect(await aida.press('Go')).toMatchObject({ kind: 'callback', answer: { text: 'Done', show_alert: true } });
    expect(aida.alerts).toEqual([{ text: 'Done', show_alert: true }]);
    telegram.onUpdate = undefined;
    const press = await aida.press('Go');
    pass({ minutes: 16 });
    expect(await refusal(api.answerCallbackQuery(press.kind === 'callback' ? press.id : ''))).toBe(late);
    expect(await refusal(api.answerCallbackQuery('123'))).toBe(late);
  });
});

const one = (command: string) => [{ command, description: 'x' }];

describe('people', () => {
  test('open deep links that Telegram would', async () => {
    const { telegram } = setUp();
    const bek = telegram.user();
    expect((await bek.open('event_abc')).text).toBe('/start event_abc');
    await expect(bek.open('a b')).rejects.toThrow('No deep link carries "a b"');
    await expect(bek.open('a'.repeat(65))).rejects.toThrow('No deep link');
  });

  test('edit and delete their own messages', async () => {
    const { telegram, aida } = setUp();
    const updates: string[] = [];
    telegram.onUpdate = async (update) => {
      updates.push(Object.keys(update)[1]!);
    };
    const { message_id } = await aida.send('helo');
    await aida.edit(message_id, 'hello');
    expect(aida.chat.map(({ text, edited }) => [text, edited])).toEqual([['hello', true]]);
    await aida.remove(message_id);
    expect(aida.chat).toEqual([]);
    expect(updates).toEqual(['message', 'edited_message']);
  });

  test('see the commands of their language and chat first', async () => {
    const { telegram, api, aida } = setUp();
    const names = () => aida.commands().map(({ command }) => command);
    expect(names()).toEqual([]);
    await api.setMyCommands(one('default'));
    await api.setMyCommands(one('private'), { scope: { type: 'all_private_chats' } });
    await api.setMyCommands(one('group'), { scope: { type: 'all_group_chats' } });
    expect(names()).toEqual(['private']);
    await api.setMyCommands(one('kk'), { scope: { type: 'all_private_chats' }, language_code: 'kk' });
    expect(names()).toEqual(['kk']);
    await api.setMyCommands(one('hers'), { scope: { type: 'chat', chat_id: aida.id } });
    expect(names()).toEqual(['hers']);
    await api.deleteMyCommands({ scope: { type: 'chat', chat_id: aida.id } });
    expect(names()).toEqual(['kk']);
    const group = await telegram.group({ title: 'Cohort', members: [aida] });
    expect(group.commands(aida)).toEqual(one('group'));
  });

  test.each([
    [{ command: 'Start', description: 'x' }, '400 Bad Request: BOT_COMMAND_INVALID'],
    [{ command: 'бастау', description: 'x' }, '400 Bad Request: BOT_COMMAND_INVALID'],
    [{ command: 'a'.repeat(33), description: 'x' }, '400 Bad Request: command length must not exceed 32'],
    [{ command: '', description: 'x' }, '400 Bad Request: command must be non-empty'],
    [{ command: 'a', description: ' ' }, '400 Bad Request: command description must be non-empty'],
    [{ command: 'a', description: 'ы'.repeat(257) }, '400 Bad Request: command description length must not exceed 256'],
    [{ command: '/a_1', description: 'ы'.repeat(256) }, 'accepted'],
  ])('a wrong command is refused: %#', async (command, answer) => {
    const { api } = setUp();
    expect(await refusal(api.setMyCommands([command]))).toBe(answer);
  });

  test('too many commands, a wrong language or an unknown chat are refused', async () => {
    const { api } = setUp();
    const many = Array.from({ length: 101 }, (_, i) => ({ command: `c${i}`, description: 'x' }));
    expect(await refusal(api.setMyCommands(many))).toBe('400 Bad Request: BOT_COMMANDS_TOO_MUCH');
    const language_code = 'kk-KZ' as 'kk';
    expect(await refusal(api.setMyCommands([], { language_code }))).toBe(
      '400 Bad Request: invalid language code specified',
    );
    const scope = { type: 'chat', chat_id: 1 } as const;
    expect(await refusal(api.setMyCommands([], { scope }))).toBe('400 Bad Request: chat not found');
  });

  test('names and descriptions are kept per language', async () => {
    const { api } = setUp();
    await api.setMyName('Bilim KZ', { language_code: 'kk' });
    await api.setMyShortDescription('short');
    expect(await api.getMyName({ language_code: 'kk' })).toEqual({ name: 'Bilim KZ' });
    expect(await api.getMyName()).toEqual({ name: 'Bilim' });
    expect(await api.getMyShortDescription({ language_code: 'hy' })).toEqual({ short_description: 'short' });
    expect(await refusal(api.setMyDescription('x'.repeat(513)))).toContain('512');
    await api.setChatMenuButton({ menu_button: { type: 'commands' } });
    expect(await api.getChatMenuButton()).toEqual({ type: 'commands' });
  });
});

describe('groups', () => {
  test('add the bot, which hears only what is meant for it', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user({ first_name: 'Bek' });
    const heard: string[] = [];
    telegram.onUpdate = async ({ message, my_chat_member }) => {
      heard.push(message?.text ?? my_chat_member?.new_chat_member.status ?? 'service');
    };
    const group = await telegram.group({ title: 'Cohort', members: [aida, bek] });
    await group.send(bek, 'just talking');
    await group.send(bek, '/start@bilim_bot');
    await group.send(bek, '/start@other_bot');
    await group.send(bek, 'hey @bilim_bot');
    const { message_id } = await api.sendMessage(group.id, 'yes?');
    await group.send(bek, 'a reply', { reply_to: message_id });
    await group.promote('bot');
    await group.send(bek, 'now it hears all');
    expect(heard).toEqual([
      'member',
      'service',
      '/start@bilim_bot',
      'hey @bilim_bot',
      'a reply',
      'administrator',
      'now it hears all',
    ]);
    await group.remove('bot');
    expect(await refusal(api.sendMessage(group.id, 'x'))).toBe(
      '403 Forbidden: bot was kicked from the supergroup chat',
    );
  });

  test('say who is in them', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user();
    const group = await telegram.group({ title: 'Cohort', members: [aida], username: 'cohort' });
    expect((await api.getChatMember(group.id, aida.id)).status).toBe('creator');
    expect((await api.getChatMember(group.id, bek.id)).status).toBe('left');
    await group.add(bek);
    expect(await api.getChatMemberCount(group.id)).toBe(3);
    expect(await api.getChat('@cohort')).toMatchObject({ id: group.id, type: 'supergroup', title: 'Cohort' });
    expect(await refusal(api.getChatMember(group.id, 1))).toBe('400 Bad Request: user not found');
  });
});
