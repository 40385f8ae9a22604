import type { Description } from '../introspection.ts';
import type { MainInspector, RemoteObject } from '../serving/main-inspector.ts';
import { type CallFrame, DebugError } from './messages.ts';

/** A variable as the Debug Adapter Protocol has it. */
export interface DebugVariable {
  name: string;
  value: string;
  /** Left out where the value says it: JupyterLab's tree shows the type instead of the value. */
  type?: string;
  variablesReference: number;
  evaluateName?: string;
}

interface Scope {
  name: string;
  variablesReference: number;
  expensive: boolean;
  presentationHint?: string;
}

/** What a reference number stands for. */
interface Container {
  /** Objects of the main thread whose parts are the variables; the first that has a name wins. */
  objects: RemoteObject[];
  /** Whether they are scopes or lists of names, whose parts are themselves the variables. */
  isNames: boolean;
}

/** Objects of this group live as long as the debugger stands at one place. */
export const GROUP = 'lectern-debugger';

const PLAIN = new Set(['number', 'string', 'boolean', 'bigint', 'symbol', 'null', 'undefined']);

/** Variables of a stopped program, or of one that runs. Names are the user's, boxes are not shown. */
export class Variables {
  readonly #main: MainInspector;
  readonly #containers: Container[] = [];

  constructor(main: MainInspector) {
    this.#main = main;
  }

  /** What was handed out is no longer valid. */
  forget(): void {
    if (this.#containers.length === 0) return;
    this.#containers.length = 0;
    this.#main.post('Runtime.releaseObjectGroup', { objectGroup: GROUP }).catch(() => {});
  }

  /** The scopes that a frame sees, innermost first. */
  async scopes({ scopeChain, this: self }: CallFrame): Promise<Scope[]> {
    const objectsOf = (types: string[]) =>
      scopeChain.filter(({ type }) => types.includes(type)).map(({ object }) => toRemote(object));
    const scopes: Scope[] = [];
    const add = async (name: string, objects: RemoteObject[], hint?: string) => {
      const container = { objects, isNames: true };
      if ((await this.#describe(container)).length === 0) return;
      const variablesReference = this.#contain(container);
      const presentationHint = hint ? { presentationHint: hint } : {};
      scopes.push({ name, variablesReference, expensive: false, ...presentationHint });
    };
    const locals = objectsOf(['local', 'block', 'catch', 'with', 'eval']);
    await add('Locals', locals, 'locals');
    if (self.objectId) {
      const container = { objects: [toRemote(self as { objectId: string })], isNames: false };
      const variablesReference = this.#contain(container);
      scopes.push({ name: 'this', variablesReference, expensive: false });
    }
    await add('Closure', objectsOf(['closure']));
    await add('Module', objectsOf(['module', 'script']));
    const names = await this.notebook();
    scopes.push({ name: 'Notebook', variablesReference: names, expensive: false });
    return scopes;
  }

  /** A reference to the names of the notebook's level. */
  async notebook(): Promise<number> {
    const values = await this.#main.call('values', [], { objectGroup: GROUP });
    return this.#contain({ objects: [values], isNames: true });
  }

  /** @throws DebugError where the reference is of a former stop */
  async list(reference: number): Promise<DebugVariable[]> {
    const container = this.#containers[reference - 1];
    if (!container) throw new DebugError('These variables are of an earlier stop.');
    return await this.#describe(container);
  }

  /** A value as a variable. */
  async show(name: string, value: RemoteObject): Promise<DebugVariable> {
    const described = await this.#main.call('describe', [{ value: name }, value], {
      returnByValue: true,
    });
    return this.#toVariable(described.value as Description, value);
  }

  /** Names of what a frame sees, without those of the notebook's level. */
  async localNames({ scopeChain }: CallFrame): Promise<string[]> {
    const local = scopeChain.filter(({ type }) => type !== 'global' && type !== 'script');
    const objects = local.map(({ object }) => toRemote(object));
    return (await this.#describe({ objects, isNames: true })).map(({ name }) => name);
  }

  async #describe({ objects, isNames }: Container): Promise<DebugVariable[]> {
    const variables = new Map<string, DebugVariable>();
    for (const object of objects) {
      const parts = await this.#main.call('partsOf', [object], { objectGroup: GROUP });
      const [described, { result }] = await Promise.all([
        this.#main.call('describeParts', [parts], { returnByValue: true }),
        this.#main.post<{ result: { name: string; value?: RemoteObject }[] }>(
          'Runtime.getProperties',
          { objectId: parts.objectId, ownProperties: true },
        ),
      ]);
      const values = new Map(result.map(({ name, value }) => [name, value]));
      for (const description of described.value as Description[]) {
        const { name } = description;
        if (variables.has(name) || (isNames && isOurs(name))) continue;
        variables.set(name, this.#toVariable(description, values.get(name)));
      }
    }
    return [...variables.values()];
  }

  #toVariable({ name, preview, type, hasParts }: Description, value?: RemoteObject): DebugVariable {
    const isOpen = hasParts && value?.objectId !== undefined;
    const variablesReference = isOpen ? this.#contain({ objects: [value], isNames: false }) : 0;
    const told = PLAIN.has(type) ? {} : { type };
    return { name, value: preview, ...told, variablesReference, evaluateName: name };
  }

  #contain(container: Container): number {
    return this.#containers.push(container);
  }
}

/** Locals of the compiled cell that the user has not written: boxes and helpers. */
function isOurs(name: string): boolean {
  return /\$\d*\$e?$/.test(name) || name === 'arguments';
}

function toRemote({ objectId }: { objectId: string }): RemoteObject {
  return { type: 'object', objectId };
}
