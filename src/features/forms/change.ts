import type { Tx } from '../../db/connect.ts';
import { check, type Finding } from '../../forms/spec/check.ts';
import { askedItems, type FormSpec } from '../../forms/spec/spec.ts';
import { saveVersion, type Saving, type Use } from './store.ts';

/** What came of a change to a form. `refused`: it could not be asked any more, so nothing was changed. */
export type Changed = Saving | { kind: 'refused'; problems: Finding[] };

/** What feedback may not ask: a file names its sender, and could never be forgotten, since nobody knows whose it is. */
export function notAnonymous({ purpose }: Pick<Use, 'purpose'>, spec: FormSpec): Finding[] {
  if (purpose !== 'feedback') return [];
  return askedItems(spec)
    .filter(({ type }) => type === 'file' || type === 'image')
    .map((about) => ({ kind: 'no files here', name: about.name, about, column: 'type' }));
}

/** A form may become empty: then nothing is asked. */
export async function change(
  tx: Tx,
  use: Use,
  spec: FormSpec,
  by: Parameters<typeof saveVersion>[3],
): Promise<Changed> {
  const problems = [...check(spec).filter(({ kind }) => kind !== 'no questions'), ...notAnonymous(use, spec)];
  return problems.length > 0 ? { kind: 'refused', problems } : saveVersion(tx, use, spec, by);
}
