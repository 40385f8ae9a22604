import { types } from 'node:util';
import vm from 'node:vm';
import { present } from './display.ts';
import { describeThrown } from './errors.ts';
import type { Engine } from './evaluator.ts';
import { installStackPreparation, registerTranslation } from './frames.ts';

/** Node as the engine of an evaluator: cells are scripts of the main context. */
export const engine: Engine = {
  load: ({ label, source, cell }) => {
    registerTranslation(label, source, cell.map, true);
    installStackPreparation();
    const script = new vm.Script(cell.code, {
      filename: label,
      importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
    });
    return script.runInThisContext();
  },
  isPromise: types.isPromise,
  present,
  describe: describeThrown,
};
