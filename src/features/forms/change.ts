import type { Tx } from '../../db/connect.ts';
import { check, type Finding } from '../../forms/spec/check.ts';
import type { FormSpec } from '../../forms/spec/spec.ts';
import { saveVersion, type Saving, type Use } from './store.ts';

/** What came of a change to a form. `refused`: it could not be asked any more, so nothing was changed. */
export type Changed = Saving | { kind: 'refused'; problems: Finding[] };

/** A form may become empty: then nothing is asked. */
export async function change(
  tx: Tx,
  use: Use,
  spec: FormSpec,
  by: Parameters<typeof saveVersion>[3],
): Promise<Changed> {
  const problems = check(spec).filter(({ kind }) => kind !== 'no questions');
  return problems.length > 0 ? { kind: 'refused', problems } : saveVersion(tx, use, spec, by);
}
