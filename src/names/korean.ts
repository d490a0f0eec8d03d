/**
 * Korean names: Hangul into Latin, and the family names with the spellings that are in use.
 * A family's Latin spelling is the holder's choice (이 is Lee, Yi, I or Rhee), so it is a list, not a rule.
 */

const INITIALS = 'g kk n d tt r m b pp s ss - j jj ch k t p h'.split(' ').map((sound) => sound.replace('-', ''));
const VOWELS = 'a ae ya yae eo e yeo ye o wa wae oe yo u wo we wi yu eu ui i'.split(' ');
const FINALS = '- k k k n n n t l k m l l l p l m p p t t ng t t k t p t'
  .split(' ')
  .map((sound) => sound.replace('-', ''));

interface Syllable {
  initial: string;
  vowel: string;
  final: string;
}

/** Takes one Hangul syllable apart by the arithmetic of Unicode (section 3.12): 21 vowels × 28 finals per initial. */
function parts(letter: string): Syllable | null {
  const code = (letter.codePointAt(0) ?? 0) - 0xac00;
  if (code < 0 || code >= 11_172) return null;
  return {
    initial: INITIALS[Math.floor(code / 588)] ?? '',
    vowel: VOWELS[Math.floor((code % 588) / 28)] ?? '',
    final: FINALS[code % 28] ?? '',
  };
}

/** The habit that most passports follow: 현 hyun, 영 young, 정 jung, 우 woo, 수 soo, 희 hee, 경 kyung; but 서 seo. */
function habit({ initial, vowel, final }: Syllable): string {
  const consonant = initial === 'g' ? 'k' : initial;
  if (vowel === 'u') return (consonant === '' ? 'w' : consonant) + 'oo' + final;
  if (vowel === 'ui' && consonant !== '') return consonant + 'ee' + final;
  if (vowel === 'yeo' && final !== '') return consonant + (consonant === '' ? 'you' : 'yu') + final;
  if (vowel === 'eo' && final !== '') return consonant + 'u' + final;
  return consonant + vowel + final;
}

const spell = (hangul: string, style: (syllable: Syllable) => string): string =>
  Array.from(hangul)
    .map((letter) => {
      const syllable = parts(letter);
      return syllable === null ? letter : style(syllable);
    })
    .join('');

/**
 * Revised Romanization (2000) as personal names have it: syllable by syllable, without the sound changes between them
 * (한복남 is Han Boknam, not Bongnam: section 3, article 4 (1) of the standard). Other letters stay as they are.
 */
export const romanize = (hangul: string): string =>
  spell(hangul, ({ initial, vowel, final }) => initial + vowel + final);

/** The Latin spellings of a given name to expect: Revised Romanization, and the habit. Only for finding, never suggested. */
export const givenSpellings = (hangul: string): string[] => [romanize(hangul), spell(hangul, habit)];

/**
 * Hangul, the commonest spelling in passports (Ministry of Foreign Affairs, statistics of 2024), then others: Latin, and Cyrillic as
 * Russian and the Koryo-saram write it.
 */
const FAMILIES = `
김 kim gim ким
이 lee yi i rhee ri li rhie ли и лигай ни
박 park pak bak пак
최 choi choe choy chwe tsoi tsoy чхве чой цой
정 jung jeong chung cheong jong chong чон тен тён дён
강 kang gang кан
조 cho jo joe чо те
윤 yoon yun youn юн
장 jang chang чан тян
임 lim im rim yim лим им
한 han hahn хан
오 oh o о огай
서 seo suh su so со шегай
신 shin sin син шин
권 kwon gwon kweon квон кван
황 hwang whang хван фан
안 ahn an ан
송 song сон
류 ryu yoo yu you ryoo lyu lew рю лю ю люгай югай
유 yoo yu you ryu ю юн югай
홍 hong хон
전 jeon jun chun cheon chon чон тен
고 ko koh go goh ко когай
문 moon mun мун
손 son sohn сон
양 yang ян лян
배 bae pae bai bay пэ пя бэ пягай
백 baek paik baik back beck paek пэк пек бэк
허 heo hur huh her hu хо хегай
남 nam нам
심 shim sim сим шим
노 noh no roh ro но ро ногай
하 ha hah ха хагай
곽 kwak gwak kwag квак
성 sung seong sung сон
차 cha ча чагай
주 joo ju chu zoo чу тю дю тюгай
우 woo u wu у угай
구 koo ku gu goo ку кугай
민 min мин
나 na ra rah nah ла на
진 jin chin чин тин
지 ji jee chi чи ти тигай
엄 eom um uhm om ом эм
채 chae chai чхэ цай
원 won weon вон
천 cheon chun chon чхон
방 bang pang пан
공 kong gong кон
현 hyun hyeon hyon хён хен
함 ham hahm хам
여 yeo yuh yo ё ёгай
염 yeom yum youm ём
추 choo chu чху
도 do doh to то до тогай
소 so soh со
석 seok suk sok сок
선 sun seon sunwoo сон
설 seol sul sol соль
마 ma mah ма магай
길 kil gil киль
연 yeon youn yon ён
위 wi we wee ви
표 pyo пхё
명 myung myeong myong мён
기 ki gi kee ки кигай
반 ban pan пан
왕 wang ван
금 keum geum kum кым
옥 ok ock ок
육 yook yuk юк
인 in ihn ин
맹 maeng maing мэн
제 je jae че
모 mo moh мо
탁 tak тхак
국 kook guk kuk кук
어 eo uh о
은 eun ын
편 pyeon pyun пхён
용 yong ryong ён
예 ye yea е егай
봉 bong пон
태 tae tai тхэ
변 byun byeon byon пён
남궁 namgung namkung namgoong намгун
황보 hwangbo хванбо
제갈 jegal chegal чегаль
선우 seonwoo sunwoo sonu сону
사공 sagong sakong сагон
독고 dokgo dokko tokko токко
서문 seomun seomoon сомун
`;

/** By Hangul: the commonest passport spelling first, then the others in any script. */
export const FAMILY_NAMES: ReadonlyMap<string, readonly string[]> = new Map(
  FAMILIES.trim()
    .split('\n')
    .map((line): [string, string[]] => {
      const [hangul = '', ...spellings] = line.split(' ');
      return [hangul, spellings];
    }),
);

export const isHangul = (word: string): boolean => /^\p{Script=Hangul}+$/u.test(word);

/**
 * 김도율 → family 김, given 도율. Names have two to four syllables and no space; null when the word can't be one.
 * A family of two syllables is taken only when a given name is left (선우 alone is 선 + 우; so is 선우진: the single-syllable
 * family is a hundred times as common).
 */
export function splitHangulName(word: string): { family: string; given: string } | null {
  const syllables = Array.from(word);
  if (!isHangul(word) || syllables.length < 2 || syllables.length > 4) return null;
  const pair = syllables.slice(0, 2).join('');
  const ambiguous = pair === '선우' && syllables.length === 3;
  const taken = syllables.length > 2 && FAMILY_NAMES.has(pair) && !ambiguous ? 2 : 1;
  const family = syllables.slice(0, taken).join('');
  return FAMILY_NAMES.has(family) ? { family, given: syllables.slice(taken).join('') } : null;
}
