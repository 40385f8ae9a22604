import { stack, type Tensor } from '@lectern/lib';

/** One row after the other. */
export function softmaxCrossEntropy(
  scores: Tensor,
  targets: Tensor,
): { probabilities: Tensor; loss: Tensor } {
  const rows = Array.from({ length: scores.shape[0]! }, (_, i) => {
    const row = scores.select(0, i);
    const z = row.sub(row.max());
    return z.sub(z.exp().sum().log()); // [classes]
  });
  const logs = stack(rows, 0);
  const losses = rows.map((row, i) => row.mul(targets.select(0, i)).sum());
  return { probabilities: logs.exp(), loss: stack(losses, 0).mean().mul(-1) };
}
