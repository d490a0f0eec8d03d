import { describe, expect, test } from 'vitest';
import { format, renderHtml } from '../../src/playground/telegram/markup/index.ts';

const refusalOf = (source: string, mode: 'HTML' | 'MarkdownV2') => {
  try {
    return format(source, mode).text;
  } catch (error) {
    return (error as Error).message;
  }
};
/** `bold 0-4` and so on. */
const spans = (source: string, mode?: 'HTML' | 'MarkdownV2') =>
  format(source, mode).entities.map(({ type, offset, length }) => `${type} ${offset}-${offset + length}`);

describe('HTML', () => {
  test.each([
    'no markup at all',
    '<b>bold</b> <i>italic</i> <u>under</u> <s>struck</s> <tg-spoiler>hidden</tg-spoiler>',
    'a &lt;b&gt; &amp; &quot;c&quot;',
    '<b>bold <i>both</i></b>',
    '<a href="https://example.org/?a=1&amp;b=2">link</a>',
    '<code>x &lt; y</code>',
    '<pre>block</pre>',
    '<pre><code class="language-python">print()</code></pre>',
    '<blockquote>quoted</blockquote>',
    '<blockquote expandable>quoted</blockquote>',
    '<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>',
    '<tg-time unix="1647531900" format="wDT">tomorrow</tg-time>',
    '<b>Қазақша</b> 👍 <i>հայերեն</i>',
  ])('survives the round trip: %s', (html) => {
    const { text, entities } = format(html, 'HTML');
    expect(renderHtml(text, entities)).toBe(html);
  });

  test('knows the other names of tags', () => {
    expect(
      spans(
        '<strong>a</strong><em>b</em><ins>c</ins><del>d</del><strike>e</strike><span class="tg-spoiler">f</span>',
        'HTML',
      ),
    ).toEqual(['bold 0-1', 'italic 1-2', 'underline 2-3', 'strikethrough 3-5', 'spoiler 5-6']);
  });

  test.each([
    ['<div>a</div>', 'Unsupported start tag "div" at byte offset 0'],
    ['Ә <h1>a</h1>', 'Unsupported start tag "h1" at byte offset 3'],
    ['5 < 6 and 7 > 6', 'Unsupported start tag "" at byte offset 2'],
    ['a <b', 'Unclosed start tag at byte offset 2'],
    ['<b>a', 'Can\'t find end tag corresponding to start tag "b"'],
    ['a</b>', 'Unexpected end tag at byte offset 1'],
    ['<b><i>a</b></i>', 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'],
    ['<span>a</span>', 'Tag "span" must have class "tg-spoiler" at byte offset 0'],
    ['<a href="x>a</a>', 'Unclosed start tag at byte offset 0'],
    ['<tg-emoji>a</tg-emoji>', 'Invalid custom emoji identifier specified'],
  ])('%s is refused', (source, reason) => {
    expect(refusalOf(source, 'HTML')).toBe(`Bad Request: can't parse entities: ${reason}`);
  });

  test('unknown references and lone ampersands stay as typed', () => {
    expect(format('a & b &nbsp; &#1201; &copy', 'HTML').text).toBe('a & b &nbsp; ұ &copy');
  });

  test('a link that is none is dropped, its text stays', () => {
    expect(format('<a href="localhost">x</a>', 'HTML')).toEqual({ text: 'x', entities: [] });
    expect(format('<a href="EXAMPLE.org">x</a>', 'HTML').entities).toEqual([
      { type: 'text_link', offset: 0, length: 1, url: 'http://example.org/' },
    ]);
  });
});

describe('MarkdownV2', () => {
  test.each([
    [
      '*bold* _italic_ __under__ ~struck~ ||hidden||',
      ['bold 0-4', 'italic 5-11', 'underline 12-17', 'strikethrough 18-24', 'spoiler 25-31'],
    ],
    ['*bold _both_*', ['bold 0-9', 'italic 5-9']],
    ['`code` and ```py\nblock```', ['code 0-4', 'pre 9-14']],
    ['>quoted\n>more\nafter', ['blockquote 0-12']],
    ['>quoted||\nafter', ['expandable_blockquote 0-7']],
    ['1\\. \\*not bold\\*', []],
  ])('%s', (source, expected) => {
    expect(spans(source, 'MarkdownV2')).toEqual(expected);
  });

  test.each([
    ['1.', "Character '.' is reserved and must be escaped with the preceding '\\'"],
    ['a - b', "Character '-' is reserved and must be escaped with the preceding '\\'"],
    ['*a', "Can't find end of Bold entity at byte offset 0"],
    ['Ә `a', "Can't find end of Code entity at byte offset 3"],
    ['[a](b', "Can't find end of a URL at byte offset 4"],
    ['_a *b_ c*', "Can't find end of Bold entity at byte offset 8"],
  ])('%s is refused', (source, reason) => {
    expect(refusalOf(source, 'MarkdownV2')).toBe(`Bad Request: can't parse entities: ${reason}`);
  });

  test('a link', () => {
    expect(format('[a\\]b](https://example.org/\\))', 'MarkdownV2')).toEqual({
      text: 'a]b',
      entities: [{ type: 'text_link', offset: 0, length: 3, url: 'https://example.org/)' }],
    });
  });
});

const bold = (offset: number, length: number) => format('👍 ok', undefined, [{ type: 'bold', offset, length }]);

describe('entities', () => {
  test('given by hand must be in the text, in UTF-16 units', () => {
    expect(bold(0, 5).entities).toEqual([{ type: 'bold', offset: 0, length: 5 }]);
    expect(() => bold(0, 6)).toThrow(
      'entity beginning at UTF-16 offset 0 ends after the end of the text at UTF-16 offset 6',
    );
    expect(() => bold(9, 1)).toThrow('entity begins after the end of the text at UTF-16 offset 9');
    expect(() => bold(1, 2)).toThrow('entity begins in a middle of a UTF-16 symbol');
    expect(() => bold(0, 1)).toThrow('ends in a middle of a UTF-16 symbol');
    expect(() => bold(-1, 1)).toThrow('receive an entity with incorrect offset -1');
  });

  test('shrink and vanish with the blanks around the text', () => {
    expect(format('  <b> a </b>  ', 'HTML')).toEqual({ text: 'a', entities: [{ type: 'bold', offset: 0, length: 1 }] });
    expect(format('a<b> </b>b', 'HTML')).toEqual({ text: 'a b', entities: [] });
  });

  test('are found in any text', () => {
    const text = '/start see https://bilim.example/a, t.me or a@b.kz, @aida_s and #digital';
    expect(spans(text)).toEqual([
      'bot_command 0-6',
      'url 11-34',
      'url 36-40',
      'email 44-50',
      'mention 52-59',
      'hashtag 64-72',
    ]);
  });

  test('inside code nothing is found; styles are cut where links begin and end', () => {
    expect(spans('<code>/start</code>', 'HTML')).toEqual(['code 0-6']);
    expect(spans('<b>see a.org now</b>', 'HTML')).toEqual(['bold 0-4', 'url 4-9', 'bold 4-9', 'bold 10-13']);
  });
});

describe('rendering for a page', () => {
  test('escapes what a person typed and shows addresses as links', () => {
    const { text, entities } = format('<script>alert("1")</script> a.org');
    expect(renderHtml(text, entities)).toBe(
      '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; <a href="http://a.org">a.org</a>',
    );
  });
});
