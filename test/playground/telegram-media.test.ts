import { InputFile, InputMediaBuilder } from 'grammy';
import QRCode from 'qrcode';
import { describe, expect, test } from 'vitest';
import { refusal, setUp, token } from './telegram-support.ts';

const megabytes = (count: number) => new Uint8Array(count * 1024 * 1024);
const upload = (bytes: Uint8Array) => new InputFile(bytes, 'a.jpg');
const png = () => QRCode.toBuffer('https://t.me/bilim_bot?start=event_abc', { width: 300 });

describe('files', () => {
  test('that a person sends can be sent on by file_id and downloaded', async () => {
    const { telegram, api, aida } = setUp();
    const bytes = new TextEncoder().encode('agenda');
    const { document } = await aida.sendDocument({ file_name: 'Бағдарлама.pdf', bytes, caption: 'see a.org' });
    expect(document).toMatchObject({ file_name: 'Бағдарлама.pdf', mime_type: 'application/pdf', file_size: 6 });
    const sent = await api.sendDocument(aida.id, document!.file_id, { caption: '<i>again</i>', parse_mode: 'HTML' });
    expect(sent.document).toEqual(document);
    expect(aida.last()).toMatchObject({ text: 'again', html: '<i>again</i>', document });
    const { file_path } = await api.getFile(document!.file_id);
    const response = await telegram.fetch(`http://x/file/bot${token}/${file_path}`);
    expect(await response.text()).toBe('agenda');
    expect((await telegram.fetch(`http://x/file/bot${token}/documents/nothing`)).status).toBe(404);
  });

  test('are uploaded', async () => {
    const { api, aida } = setUp();
    const sent = await api.sendDocument(aida.id, new InputFile(Buffer.from('PK'), 'list.xlsx'));
    expect(sent.document).toMatchObject({
      file_name: 'list.xlsx',
      mime_type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    });
    const photo = await api.sendPhoto(aida.id, new InputFile(await png(), 'qr.png'), { caption: 'x' });
    expect(photo.photo?.at(-1)).toMatchObject({ width: 300, height: 300 });
    expect(await refusal(api.sendPhoto(aida.id, photo.photo[0]!.file_id))).toBe('accepted');
  });

  test('of a wrong kind, size or id are refused', async () => {
    const { api, aida } = setUp();
    const { document } = await aida.sendDocument({ file_name: 'a.txt' });
    expect(await refusal(api.sendPhoto(aida.id, document!.file_id))).toBe(
      "400 Bad Request: can't use file of type Document as Photo",
    );
    expect(await refusal(api.sendDocument(aida.id, 'nonsense'))).toBe(
      '400 Bad Request: wrong file identifier/HTTP URL specified',
    );
    expect(await refusal(api.sendDocument(aida.id, 'https://a.org/a.pdf'))).toBe(
      '400 Bad Request: failed to get HTTP URL content',
    );
    expect(await refusal(api.sendDocument(aida.id, upload(new Uint8Array(0))))).toBe(
      '400 Bad Request: file must be non-empty',
    );
    expect(await refusal(api.sendPhoto(aida.id, upload(new Uint8Array(9))))).toBe(
      '400 Bad Request: IMAGE_PROCESS_FAILED',
    );
    expect(await refusal(api.sendPhoto(aida.id, upload(megabytes(11))))).toContain('is too big for a photo');
    expect(await refusal(api.sendDocument(aida.id, upload(megabytes(51))))).toBe('413 Request Entity Too Large');
    expect(await refusal(api.getFile('nonsense'))).toBe('400 Bad Request: invalid file_id');
    const big = await aida.sendDocument({ file_name: 'b.zip', size: 21 * 1024 * 1024 });
    expect(await refusal(api.getFile(big.document!.file_id))).toBe('400 Bad Request: file is too big');
  });

  test('have captions of up to 1024 characters', async () => {
    const { api, aida } = setUp();
    const { document } = await aida.sendDocument({ file_name: 'a.txt' });
    const send = (caption: string) => refusal(api.sendDocument(aida.id, document!.file_id, { caption }));
    expect(await send('ы'.repeat(1024))).toBe('accepted');
    expect(await send('ы'.repeat(1025))).toBe('400 Bad Request: message caption is too long');
    await api.editMessageCaption(aida.id, aida.last().message_id, { caption: 'short' });
    expect(aida.last().text).toBe('short');
  });

  test('replace one another by editMessageMedia', async () => {
    const { api, aida } = setUp();
    const { message_id } = await api.sendMessage(aida.id, 'soon');
    await api.editMessageMedia(
      aida.id,
      message_id,
      InputMediaBuilder.photo(new InputFile(await png()), { caption: 'now' }),
    );
    expect(aida.last()).toMatchObject({ text: 'now', photo: [{}, { width: 300 }] });
    const { photo } = aida.last();
    const edit = (caption: string) =>
      refusal(api.editMessageMedia(aida.id, message_id, InputMediaBuilder.photo(photo!.at(-1)!.file_id, { caption })));
    expect(await edit('now')).toContain('message is not modified');
    expect(await edit('x'.repeat(1025))).toBe('400 Bad Request: message caption is too long');
    expect(await edit('later')).toBe('accepted');
    expect(await refusal(api.editMessageCaption(aida.id, message_id, { caption: 'later' }))).toContain('not modified');
  });

  test('can exist from the start', async () => {
    const { telegram, api, aida } = setUp();
    expect(telegram.file({ file_id: 'demo', file_name: 'study.pdf', size: 1_200_000 })).toBe('demo');
    expect((await api.sendDocument(aida.id, 'demo')).document).toMatchObject({ file_id: 'demo', file_size: 1_200_000 });
  });
});

describe('albums', () => {
  test('take 2-10 files of kinds that go together', async () => {
    const { api, aida } = setUp();
    const { document } = await aida.sendDocument({ file_name: 'a.txt' });
    const item = InputMediaBuilder.document(document!.file_id);
    await api.sendMediaGroup(aida.id, [item, { ...item, caption: 'two' }]);
    const groups = aida.chat.filter(({ from }) => from === 'bot').map(({ message }) => message.media_group_id);
    expect(groups).toEqual([expect.any(String), groups[0]]);
    expect(aida.texts()).toEqual(['', 'two']);
    expect(await refusal(api.sendMediaGroup(aida.id, [item]))).toContain('2-10');
    expect(
      await refusal(
        api.sendMediaGroup(
          aida.id,
          Array.from({ length: 11 }, () => item),
        ),
      ),
    ).toContain('too many messages');
    const photo = InputMediaBuilder.photo(new InputFile(await png(), 'a.png'));
    expect(await refusal(api.sendMediaGroup(aida.id, [photo, item] as never))).toBe(
      "400 Bad Request: document can't be mixed with other media types",
    );
  });

  test('keep to their kind when edited', async () => {
    const { telegram, api, aida } = setUp();
    const photo = InputMediaBuilder.photo(new InputFile(await png(), 'a.png'));
    const audio = InputMediaBuilder.audio(telegram.file({ kind: 'audio', size: 9 }));
    const [first] = await api.sendMediaGroup(aida.id, [photo, photo]);
    const edit = (media: typeof photo | typeof audio) =>
      refusal(api.editMessageMedia(aida.id, first!.message_id, media));
    expect(await edit(audio)).toBe("400 Bad Request: can't change media type in the album");
    expect(await edit(InputMediaBuilder.animation(telegram.file({ kind: 'animation', size: 9 })) as never)).toContain(
      "can't change media type",
    );
    expect(await edit(InputMediaBuilder.video(telegram.file({ kind: 'video', size: 9 })) as never)).toBe('accepted');
  });
});

describe('polls', () => {
  const options = ['Good', 'Bad'];

  test('count votes; the bot learns who voted unless votes are anonymous', async () => {
    const { telegram, api, aida } = setUp();
    const updates: unknown[] = [];
    telegram.onUpdate = async ({ poll, poll_answer }) => {
      updates.push(
        poll
          ? poll.options.map(({ voter_count }) => voter_count)
          : [poll_answer?.user?.first_name, poll_answer?.option_ids],
      );
    };
    const open = await api.sendPoll(aida.id, 'How was it?', options, { is_anonymous: false });
    await aida.vote(open.message_id, ['Bad']);
    await aida.vote(open.message_id, [0]);
    await aida.vote(open.message_id, [0]);
    await aida.retract(open.message_id);
    expect(updates).toEqual([
      ['Aida', [1]],
      [0, 1],
      ['Aida', [0]],
      [1, 0],
      ['Aida', []],
      [0, 0],
    ]);
    updates.length = 0;
    const secret = await api.sendPoll(aida.id, 'And the speakers?', options);
    await aida.vote(secret.message_id, [0]);
    expect(updates).toEqual([[1, 0]]);
    expect(aida.last()).toMatchObject({ poll: { question: 'And the speakers?', total_voter_count: 1 }, vote: [0] });
  });

  test('are stopped once', async () => {
    const { api, aida } = setUp();
    const { message_id } = await api.sendPoll(aida.id, 'Q', options);
    await aida.vote(message_id, [1]);
    expect(await api.stopPoll(aida.id, message_id)).toMatchObject({ is_closed: true, total_voter_count: 1 });
    expect(await refusal(api.stopPoll(aida.id, message_id))).toBe('400 Bad Request: poll has already been closed');
    await expect(aida.vote(message_id, [0])).rejects.toThrow('The poll is closed');
    const text = await api.sendMessage(aida.id, 'x');
    expect(await refusal(api.stopPoll(aida.id, text.message_id))).toBe('400 Bad Request: message is not a poll');
    expect(await refusal(api.stopPoll(aida.id, 99))).toBe('400 Bad Request: message with poll to stop not found');
  });

  test('stopped by the bot are told to it after its call, so that a bot of one update at a time goes on', async () => {
    const { telegram, api, aida } = setUp();
    const happened: string[] = [];
    const { message_id } = await api.sendPoll(aida.id, 'Q', options);
    let turn = Promise.resolve();
    telegram.onUpdate = ({ poll }) => {
      const before = turn;
      turn = (async () => {
        await before;
        if (!poll) await api.stopPoll(aida.id, message_id);
        happened.push(poll ? 'told' : 'answered');
      })();
      return turn;
    };
    await aida.send('stop');
    expect(happened).toEqual(['answered', 'told']);
  });

  test('close by themselves', async () => {
    const { api, aida, pass } = setUp();
    const { message_id } = await api.sendPoll(aida.id, 'Q', options, { open_period: 60 });
    pass({ seconds: 59 });
    await aida.vote(message_id, [0]);
    pass({ seconds: 1 });
    expect(aida.last().poll?.is_closed).toBe(true);
    await expect(aida.retract(message_id)).rejects.toThrow('closed');
  });

  test('are shared by forwards, and begun anew by copies', async () => {
    const { telegram, api, aida } = setUp();
    const bek = telegram.user({ started: true });
    const { message_id } = await api.sendPoll(aida.id, 'Q', options);
    const forwarded = await api.forwardMessage(bek.id, aida.id, message_id);
    await bek.vote(forwarded.message_id, [0]);
    expect(aida.last().poll?.total_voter_count).toBe(1);
    await api.copyMessage(bek.id, aida.id, message_id);
    expect(bek.last().poll?.total_voter_count).toBe(0);
  });

  test.each([
    ['', options, 'text must be non-empty'],
    ['ы'.repeat(301), options, 'poll question length must not exceed 300'],
    ['Q', [], 'poll must have at least one answer option'],
    ['Q', Array.from({ length: 13 }, (_, i) => `${i}`), "poll can't have more than 12 options"],
    ['Q', ['a', ''], 'text must be non-empty'],
    ['Q', ['a', 'ы'.repeat(101)], 'poll options length must not exceed 100'],
  ])('with a wrong question or option are refused: %#', async (question, given, reason) => {
    const { api, aida } = setUp();
    expect(await refusal(api.sendPoll(aida.id, question, given))).toBe(`400 Bad Request: ${reason}`);
  });
});

test('contacts and places', async () => {
  const { api, aida } = setUp();
  expect((await api.sendContact(aida.id, '+77011234567', 'Bek')).contact).toEqual({
    phone_number: '+77011234567',
    first_name: 'Bek',
  });
  expect((await api.sendLocation(aida.id, 51.1, 71.4)).location).toEqual({ latitude: 51.1, longitude: 71.4 });
  await api.setMessageReaction(aida.id, aida.last().message_id, [{ type: 'emoji', emoji: '👍' }]);
  expect(aida.last().reactions).toEqual([{ type: 'emoji', emoji: '👍' }]);
});
