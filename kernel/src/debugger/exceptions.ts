import { type AnyNode, type Node, parse } from 'acorn';
import { offsetAt } from '../compiler/positions.ts';
import type { MainInspector } from '../serving/main-inspector.ts';
import type { CallFrame, ScriptLocation } from './messages.ts';

type Fate = 'caught' | 'passed' | 'async';

/**
 * Whether user code catches what is thrown at the innermost of these frames. V8 itself takes the
 * kernel, which catches everything, for part of the program.
 *
 * @param frames the user's, innermost first
 * @param predicted what V8 thinks of it, which is right for promises
 */
export async function isCaught(
  main: MainInspector,
  frames: readonly CallFrame[],
  predicted: boolean,
): Promise<boolean> {
  for (const { location } of frames) {
    const { scriptId } = location;
    const { scriptSource } = await main.post<{ scriptSource: string }>('Debugger.getScriptSource', {
      scriptId,
    });
    const fate = fateAt(scriptSource, location);
    if (fate === 'caught') return true;
    if (fate === 'async') return predicted;
  }
  return false;
}

/** What becomes of an error at a place, as far as the function around it goes. */
function fateAt(source: string, { lineNumber: line, columnNumber: column }: ScriptLocation): Fate {
  const at = offsetAt(source, { line, column });
  let program: AnyNode;
  try {
    const options = { ecmaVersion: 'latest', sourceType: 'module' } as const;
    program = parse(source, { ...options, allowAwaitOutsideFunction: true }) as AnyNode;
  } catch {
    return 'passed'; // CommonJS that is no module's code
  }
  let fate: Fate = 'passed';
  let depth = 0;
  for (let node: AnyNode | undefined = program; node; node = childAt(node, at)) {
    if (/Function/.test(node.type)) {
      // The outermost function of a cell is the cell.
      const isCell = depth++ === 0 && source.startsWith('(');
      fate = (node as { async?: boolean }).async && !isCell ? 'async' : 'passed';
    } else if (node.type === 'TryStatement' && node.handler && holds(node.block, at)) {
      fate = 'caught';
    }
  }
  return fate;
}

function childAt(node: AnyNode, at: number): AnyNode | undefined {
  for (const value of Object.values(node)) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (typeof (each as AnyNode | null)?.type === 'string' && holds(each as Node, at)) {
        return each as AnyNode;
      }
    }
  }
  return undefined;
}

function holds({ start, end }: Node, at: number): boolean {
  return start <= at && at < end;
}
