/** Finding layers in a model, to put others in their place. */

import { LibraryError } from '../tensor/errors.ts';
import { Module } from './module.ts';

type Fields = Record<string, unknown>;

/** A layer, and where it is: in several places where it is shared. */
interface Found<L extends Module> {
  layer: L;
  places: string[];
  /** Puts another layer in all its places. */
  replace(other: Module): void;
}

/**
 * The layers of a kind whose place matches `targets`; layers within them are not looked at.
 *
 * @throws LibraryError where there are none
 */
export function findLayers<L extends Module>(
  op: string,
  model: Module,
  targets: RegExp,
  isWanted: (layer: Module) => layer is L,
): Found<L>[] {
  const holders = new Map<L, { holder: Fields; name: string; place: string }[]>();
  const visit = (holder: Fields, path: string): void => {
    for (const [name, field] of Object.entries(holder)) {
      const place = `${path}${name}`;
      if (field instanceof Module && isWanted(field) && targets.test(place)) {
        holders.set(field, [...(holders.get(field) ?? []), { holder, name, place }]);
      } else if (field instanceof Module || Array.isArray(field)) {
        visit(field as unknown as Fields, `${place}.`);
      }
    }
  };
  visit(model as unknown as Fields, '');
  if (holders.size === 0) {
    throw new LibraryError(`${op}: no linear layer has a place that matches ${targets}`);
  }
  return [...holders].map(([layer, where]) => ({
    layer,
    places: where.map(({ place }) => place),
    replace(other) {
      for (const { holder, name } of where) holder[name] = other;
    },
  }));
}
