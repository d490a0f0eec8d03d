import { PAGE_SIZE } from '../../bot/pages.ts';
import { pick } from '../../programme.ts';
import type { Kind } from '../form.ts';
import { acknowledgement } from '../kinds/acknowledgement.ts';
import { choice, scale, several, type Option } from '../kinds/choice.ts';
import { date } from '../kinds/date.ts';
import { email } from '../kinds/email.ts';
import { decimal, inSteps, wholeNumber } from '../kinds/number.ts';
import { pagedChoice } from '../kinds/paged-choice.ts';
import { pagedSeveral } from '../kinds/paged-several.ts';
import { phone } from '../kinds/phone.ts';
import { place } from '../kinds/place.ts';
import { text } from '../kinds/text.ts';
import { upload } from '../kinds/upload.ts';
import { holds, type Scope } from './evaluate.ts';
import { parse } from './expression.ts';
import type { SpecContext } from './questions.ts';
import { OTHER, type AskedItem, type Choice, type FormSpec } from './spec.ts';

/** Characters. */
const SHORT = 300;
const LONG = 2000;
/** XLSForm's whole numbers have at most nine digits. */
const INTEGERS = { min: -999_999_999, max: 999_999_999 };
/** From so many steps on a scale is typed: that many buttons are hard to read on a phone. */
const MOST_STEPS = 12;

/** How an item is answered. */
export function kindOf(item: AskedItem, spec: FormSpec, scope: Scope, context: SpecContext): Kind {
  const { t, lang, answers } = context;
  switch (item.type) {
    case 'text':
      if (item.as === 'email') return email(t);
      if (item.as === 'phone') return phone(t);
      return text(t, { max: item.as === 'multiline' ? LONG : SHORT });
    case 'integer':
      return wholeNumber(t, INTEGERS, t('forms:expect_integer'));
    case 'decimal':
      return decimal(t);
    case 'date':
      return date(t, lang, context.today);
    case 'geopoint':
      return place(t);
    case 'file':
      return upload(t);
    case 'image':
      return upload(t, 'picture');
    case 'acknowledge':
      return acknowledgement(t, t('forms:i_agree'));
    case 'note':
      return acknowledgement(t, t('common:continue'));
    case 'range': {
      const { start, end, step } = item.range;
      if (step === 1 && end - start < MOST_STEPS) return scale(t, start, end);
      return inSteps(t, item.range);
    }
    case 'select_one': {
      const options = optionsOf(item, spec, scope, context);
      return options.length > PAGE_SIZE
        ? pagedChoice(t, options)
        : choice(t, options, { columns: columnsFor(options) });
    }
    case 'select_multiple': {
      const options = optionsOf(item, spec, scope, context);
      if (options.length <= PAGE_SIZE) return several(t, options);
      const say = { nothing: t('forms:nothing_found'), all: t('forms:all_choices') };
      return pagedSeveral(t, options, { current: answers[item.name], say });
    }
  }
}

/** The choices that the filter lets through, in the words of the reader. */
function optionsOf(
  item: Extract<AskedItem, { list: string }>,
  { choices }: FormSpec,
  scope: Scope,
  { t }: SpecContext,
): Option[] {
  const all = choices[item.list] ?? [];
  const { filter } = item;
  const fits = ({ name, columns = {} }: Choice) => {
    if (filter === undefined) return true;
    const parsed = parse(filter);
    return parsed.kind === 'ok' && holds(parsed.expression, { ...scope, columns: { name, ...columns } });
  };
  const options = all.filter(fits).map(({ name, label }) => ({ key: name, label: pick(label, t.reads) || name }));
  return item.orOther ? [...options, { key: OTHER, label: t('forms:other') }] : options;
}

/** Yes and No beside each other. */
const columnsFor = (options: Option[]) =>
  options.length <= 3 && options.every(({ label }) => label.length <= 8) ? options.length : 1;
