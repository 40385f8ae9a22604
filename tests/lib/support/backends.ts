/** Running one suite over every back end. */

import { type BackendName, getBackend, setBackend } from '@lectern/lib';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { lastRefusal, settings, statistics } from '../../../lib/onnx/backend.ts';
import { statistics as tfjsStatistics } from '../../../lib/tfjs/backend.ts';

/**
 * Declares the suite once for each back end; ONNX compiles even the smallest graph in it, and may
 * refuse none.
 */
export function forEachBackend(title: string, suite: (backend: BackendName) => void): void {
  for (const backend of ['reference', 'onnx', 'tfjs'] as const) {
    describe(`${title}, ${backend}`, () => {
      const before = { backend: getBackend(), smallGraph: settings.smallGraph };
      beforeAll(() => {
        setBackend(backend);
        settings.smallGraph = 0;
      });
      afterAll(() => {
        setBackend(before.backend);
        settings.smallGraph = before.smallGraph;
        expect(statistics.refused, `ONNX Runtime refused a graph: ${lastRefusal}`).toBe(0);
        if (backend === 'onnx') expect(statistics.run).toBeGreaterThan(0);
        expect(
          tfjsStatistics.refused,
          `TensorFlow.js refused a step: ${tfjsStatistics.lastRefusal}`,
        ).toBe(0);
        if (backend === 'tfjs') expect(tfjsStatistics.steps).toBeGreaterThan(0);
      });
      suite(backend);
    });
  }
}
