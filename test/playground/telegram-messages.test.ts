import { InputFile } from 'grammy';
import { describe, expect, test } from 'vitest';
import { refusal, setUp } from './telegram-support.ts';

const letters = (count: number) => 'ә'.repeat(count);

describe('text', () => {
  test('comes back as the Message that the person sees', async () => {
    const { api, aida } = setUp();
    const sent = await api.sendMessage(aida.id, '<b>Сәлем</b>, Aida', { parse_mode: 'HTML' });
    expect(sent).toMatchObject({
      message_id: 1,
      date: 1_772_442_000,
      chat: { id: aida.id, type: 'private', first_name: 'Aida', last_name: 'Serikova' },
      from: { id: 4242, is_bot: true, username: 'bilim_bot' },
      text: 'Сәлем, Aida',
      entities: [{ type: 'bold', offset: 0, length: 5 }],
    });
    expect(aida.last()).toMatchObject({ from: 'bot', text: 'Сәлем, Aida', html: '<b>Сәлем</b>, Aida', edited: false });
  });

  test.each([
    ['', '400 Bad Request: message text is empty'],
    [' \n ', '400 Bad Request: text must be non-empty'],
    [letters(4096), 'accepted'],
    [letters(4097), '400 Bad Request: message is too long'],
    // Characters are code points, not UTF-16 units.
    ['👍'.repeat(4096), 'accepted'],
  ])('of the wrong length is refused (%#)', async (text, answer) => {
    const { api, aida } = setUp();
    expect(await refusal(api.sendMessage(aida.id, text))).toBe(answer);
  });

  test('is measured after parsing', async () => {
    const { api, aida } = setUp();
    const marked = `<b>${letters(4096)}</b>`;
    expect(await refusal(api.sendMessage(aida.id, marked, { parse_mode: 'HTML' }))).toBe('accepted');
    expect(await refusal(api.sendMessage(aida.id, '<b></b>', { parse_mode: 'HTML' }))).toContain('must be non-empty');
  });

  test('numbers and null in JSON are read as Telegram reads them', async () => {
    const { telegram, aida } = setUp();
    const call = (body: unknown) =>
      telegram.fetch(`http://x/bot${telegram.token}/SENDmessage`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
    expect((await call({ chat_id: String(aida.id), text: 5, reply_markup: null, unknown_parameter: 1 })).status).toBe(
      200,
    );
    expect(aida.texts()).toEqual(['5']);
    const query = new URLSearchParams({ chat_id: String(aida.id), text: 'by GET', disable_notification: 'true' });
    await telegram.fetch(`http://x/bot${telegram.token}/sendMessage?${query}`);
    expect(aida.last().text).toBe('by GET');
  });
});

describe('who can be written to', () => {
  test('nobody the bot has not met', async () => {
    const { telegram, api } = setUp();
    const stranger = telegram.user();
    expect(await refusal(api.sendMessage(stranger.id, 'hi'))).toBe('400 Bad Request: chat not found');
    expect(await refusal(api.sendMessage('@nobody', 'hi'))).toBe('400 Bad Request: chat not found');
    expect(await refusal(api.sendMessage('', 'hi'))).toBe('400 Bad Request: chat_id is empty');
    expect(stranger.chat).toEqual([]);
  });

  test('a person met in a group, only once they have written', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user({ first_name: 'Bek' });
    await telegram.group({ title: 'Cohort', members: [aida, bek] });
    expect(await refusal(api.sendMessage(bek.id, 'hi'))).toBe(
      "403 Forbidden: bot can't initiate conversation with a user",
    );
    await bek.open();
    expect(await refusal(api.sendMessage(bek.id, 'hi'))).toBe('accepted');
  });

  test('not who blocked the bot, until they start it again', async () => {
    const { api, aida } = setUp();
    const { message_id } = await api.sendMessage(aida.id, 'before');
    await aida.block();
    const blocked = '403 Forbidden: bot was blocked by the user';
    expect(await refusal(api.sendMessage(aida.id, 'hi'))).toBe(blocked);
    expect(await refusal(api.sendChatAction(aida.id, 'typing'))).toBe(blocked);
    expect(await refusal(api.editMessageText(aida.id, message_id, 'after'))).toBe(blocked);
    expect(await refusal(api.deleteMessage(aida.id, message_id))).toBe('accepted');
    await expect(aida.send('hi')).rejects.toThrow('unblock() first');
    await aida.open();
    expect(await refusal(api.sendMessage(aida.id, 'hi'))).toBe('accepted');
  });

  test('not who has deleted the account', async () => {
    const { api, aida } = setUp();
    await aida.deactivate();
    expect(await refusal(api.sendMessage(aida.id, 'hi'))).toBe('403 Forbidden: user is deactivated');
  });
});

describe('replies', () => {
  test('carry the original as it is now', async () => {
    const { api, aida } = setUp();
    const question = await aida.send('question');
    const first = await api.sendMessage(aida.id, 'a', { reply_parameters: { message_id: question.message_id } });
    const second = await api.sendMessage(aida.id, 'b', { reply_parameters: { message_id: first.message_id } });
    expect(first.reply_to_message).toMatchObject({ text: 'question', from: { id: aida.id } });
    expect(second.reply_to_message?.text).toBe('a');
    expect(second.reply_to_message).not.toHaveProperty('reply_to_message');
  });

  test('to nothing are refused, unless they may go without', async () => {
    const { api, aida } = setUp();
    const to = (allow: boolean) =>
      api.sendMessage(aida.id, 'x', { reply_parameters: { message_id: 99, allow_sending_without_reply: allow } });
    expect(await refusal(to(false))).toBe('400 Bad Request: message to be replied not found');
    expect(await refusal(to(true))).toBe('accepted');
  });
});

describe('editing', () => {
  test('changes what the person sees, and takes the keyboard away unless it comes again', async () => {
    const { api, aida, pass } = setUp();
    const reply_markup = { inline_keyboard: [[{ text: 'Go', callback_data: 'go' }]] };
    const { message_id } = await api.sendMessage(aida.id, 'one', { reply_markup });
    pass({ minutes: 1 });
    const edited = await api.editMessageText(aida.id, message_id, 'two', { reply_markup });
    expect(edited).toMatchObject({ text: 'two', edit_date: 1_772_442_060 });
    expect(aida.last()).toMatchObject({ text: 'two', edited: true, buttons: [['Go']] });
    await api.editMessageText(aida.id, message_id, 'three');
    expect(aida.last().buttons).toEqual([]);
    await api.editMessageReplyMarkup(aida.id, message_id, { reply_markup });
    expect(aida.last()).toMatchObject({ text: 'three', buttons: [['Go']] });
  });

  test('is refused when nothing changes', async () => {
    const { api, aida } = setUp();
    const { message_id } = await api.sendMessage(aida.id, '<b>one</b>', { parse_mode: 'HTML' });
    const same =
      '400 Bad Request: message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message';
    expect(await refusal(api.editMessageText(aida.id, message_id, '<b>one</b>', { parse_mode: 'HTML' }))).toBe(same);
    expect(await refusal(api.editMessageReplyMarkup(aida.id, message_id))).toBe(same);
    // The same words without bold are a change.
    expect(await refusal(api.editMessageText(aida.id, message_id, 'one'))).toBe('accepted');
  });

  test('of what is not there, not the bot’s or not a text is refused', async () => {
    const { api, aida } = setUp();
    const { message_id } = await aida.send('mine');
    const withKeyboard = await api.sendMessage(aida.id, 'x', { reply_markup: { keyboard: [[{ text: 'a' }]] } });
    const file = await api.sendDocument(aida.id, new InputFile(Buffer.from('a'), 'a.txt'));
    expect(await refusal(api.editMessageText(aida.id, 99, 'x'))).toBe('400 Bad Request: message to edit not found');
    expect(await refusal(api.editMessageText(aida.id, message_id, 'x'))).toBe(
      "400 Bad Request: message can't be edited",
    );
    expect(await refusal(api.editMessageText(aida.id, withKeyboard.message_id, 'x'))).toContain("can't be edited");
    expect(await refusal(api.editMessageText(aida.id, file.message_id, 'x'))).toBe(
      '400 Bad Request: there is no text in the message to edit',
    );
    expect(await refusal(api.editMessageCaption(aida.id, withKeyboard.message_id))).toContain("can't be edited");
  });
});

describe('deleting', () => {
  test('works for 48 hours, for either side’s messages', async () => {
    const { api, aida, pass } = setUp();
    const own = await api.sendMessage(aida.id, 'own');
    const hers = await aida.send('hers');
    pass({ hours: 48 });
    await api.deleteMessage(aida.id, hers.message_id);
    expect(aida.chat.map(({ text }) => text)).toEqual(['own']);
    pass({ seconds: 1 });
    expect(await refusal(api.deleteMessage(aida.id, own.message_id))).toBe(
      "400 Bad Request: message can't be deleted for everyone",
    );
    expect(await refusal(api.deleteMessage(aida.id, hers.message_id))).toBe(
      '400 Bad Request: message to delete not found',
    );
  });

  test('of many takes up to 100 ids and skips what is gone', async () => {
    const { api, aida } = setUp();
    const ids = [];
    for (const text of ['a', 'b', 'c']) ids.push((await api.sendMessage(aida.id, text)).message_id);
    await api.deleteMessages(aida.id, [ids[0]!, ids[1]!, 77]);
    expect(aida.texts()).toEqual(['c']);
    const many = Array.from({ length: 101 }, (_, i) => i + 1);
    expect(await refusal(api.deleteMessages(aida.id, many))).toContain('too many message identifiers specified');
    expect(await refusal(api.deleteMessages(aida.id, []))).toContain('message identifiers are not specified');
  });
});

describe('forwarding and copying', () => {
  test('a forward tells its origin, a copy does not', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user({ started: true });
    const { message_id } = await aida.send('look');
    const forwarded = await api.forwardMessage(bek.id, aida.id, message_id);
    expect(forwarded.forward_origin).toMatchObject({ type: 'user', sender_user: { id: aida.id } });
    const copied = await api.copyMessage(bek.id, aida.id, message_id);
    expect(bek.chat.find((message) => message.message_id === copied.message_id)?.message).not.toHaveProperty(
      'forward_origin',
    );
    expect(bek.texts()).toEqual(['look', 'look']);
    expect(await refusal(api.copyMessage(bek.id, aida.id, 99))).toBe('400 Bad Request: message to copy not found');
    expect(await refusal(api.forwardMessage(bek.id, aida.id, 99))).toBe(
      '400 Bad Request: message to forward not found',
    );
  });

  test('protected content is not forwarded', async () => {
    const { api, aida } = setUp();
    const { message_id } = await api.sendMessage(aida.id, 'secret', { protect_content: true });
    expect(await refusal(api.forwardMessage(aida.id, aida.id, message_id))).toBe(
      "400 Bad Request: the message can't be forwarded",
    );
  });

  test('of many keeps the order and skips what is gone', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user({ started: true });
    const a = await aida.send('a');
    await aida.sendDocument({ file_name: 'b.pdf', caption: 'b' });
    const copies = await api.copyMessages(bek.id, aida.id, [a.message_id, a.message_id + 1, 99], {
      remove_caption: true,
    });
    expect(copies).toHaveLength(2);
    expect(bek.chat.map(({ text, document }) => [text, document?.file_name])).toEqual([
      ['a', undefined],
      ['', 'b.pdf'],
    ]);
    expect(await refusal(api.copyMessages(bek.id, aida.id, [98, 99]))).toBe(
      '400 Bad Request: there are no messages to forward',
    );
  });
});

test('chat actions last until the next message', async () => {
  const { api, aida } = setUp();
  await api.sendChatAction(aida.id, 'typing');
  expect(aida.action()).toBe('typing');
  await api.sendMessage(aida.id, 'done');
  expect(aida.action()).toBeUndefined();
  expect(await refusal(api.sendChatAction(aida.id, 'dancing' as 'typing'))).toBe(
    '400 Bad Request: wrong parameter action in request',
  );
});

test('private chats share one count of message ids, a supergroup has its own', async () => {
  const { telegram, api, aida } = setUp();
  const bek = telegram.user({ started: true });
  expect((await api.sendMessage(aida.id, 'x')).message_id).toBe(1);
  expect((await api.sendMessage(bek.id, 'x')).message_id).toBe(2);
  const group = await telegram.group({ title: 'Cohort', members: [aida] });
  // 1 is the message that the bot was added.
  expect((await api.sendMessage(group.id, 'x')).message_id).toBe(2);
  expect((await aida.send('x')).message_id).toBe(3);
});

test('a call without its required parameters is refused in Telegram’s words', async () => {
  const { telegram } = setUp();
  const call = async (method: string, body: Record<string, unknown> = {}) => {
    const response = await telegram.fetch(`http://x/bot${telegram.token}/${method}`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { description?: string }).description;
  };
  expect(await call('sendMessage', { chat_id: 1 })).toBe('Bad Request: message text is empty');
  expect(await call('sendMessage', { text: 'x' })).toBe('Bad Request: chat_id is empty');
  expect(await call('editMessageText', { text: 'x' })).toBe('Bad Request: message identifier is not specified');
  expect(await call('deleteMessage', {})).toBe('Bad Request: chat identifier is not specified');
  expect(await call('sendDocument', { chat_id: 1 })).toBe('Bad Request: chat not found');
  expect(await call('getFile', {})).toBe('Bad Request: file_id not specified');
  expect(await call('copyMessage', { chat_id: 1 })).toBe('Bad Request: parameter "from_chat_id" is required');
  expect(await call('sendMessage', { text: 'x', chat_id: 1, reply_markup: '{' })).toBe(
    "Bad Request: can't parse reply keyboard markup JSON object",
  );
});
