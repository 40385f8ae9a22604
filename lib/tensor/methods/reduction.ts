/** The methods of Tensor that summarise; each is the function of the same name. */

import * as cumulative from '../../functions/cumulative.ts';
import type { Dims, ReduceOptions } from '../../functions/reduction.ts';
import * as f from '../../functions/reduction.ts';
import type { Sorted, SortOptions, TopkOptions } from '../../functions/sorting.ts';
import * as sorting from '../../functions/sorting.ts';
import type { NormOptions, VarianceOptions } from '../../functions/statistics.ts';
import * as statistics from '../../functions/statistics.ts';
import { apply } from '../apply.ts';
import type { Tensor } from '../tensor.ts';
import { ArrangingMethods } from './arranging.ts';

/** `dim` is one dimension or several; where it is left out, all are meant. */
export abstract class ReductionMethods extends ArrangingMethods {
  /** The sum; integers and bools give int64. */
  sum(this: Tensor, dim?: Dims, options?: ReduceOptions): Tensor {
    return f.sum(this, dim, options);
  }

  /** The mean. */
  mean(this: Tensor, dim?: Dims, options?: ReduceOptions): Tensor {
    return statistics.mean(this, dim, options);
  }

  /** The largest element; NaN if there is one. */
  max(this: Tensor, dim?: Dims, options?: ReduceOptions): Tensor {
    return f.max(this, dim, options);
  }

  /** The smallest element; NaN if there is one. */
  min(this: Tensor, dim?: Dims, options?: ReduceOptions): Tensor {
    return f.min(this, dim, options);
  }

  /** The product. */
  prod(this: Tensor, dim?: Dims, options?: ReduceOptions): Tensor {
    return f.prod(this, dim, options);
  }

  /** The variance, unbiased unless `correction` is 0. */
  var(this: Tensor, dim?: Dims, options?: VarianceOptions): Tensor {
    return statistics.variance(this, dim, options);
  }

  /** The standard deviation, unbiased unless `correction` is 0. */
  std(this: Tensor, dim?: Dims, options?: VarianceOptions): Tensor {
    return statistics.std(this, dim, options);
  }

  /** The length of vectors: √Σx², or another p-norm. */
  norm(this: Tensor, dim?: Dims, options?: NormOptions): Tensor {
    return statistics.norm(this, dim, options);
  }

  /** The place of the largest element along `dim`, or among all in order; int64. */
  argmax(this: Tensor, dim?: number, options?: ReduceOptions): Tensor {
    return f.argmax(this, dim, options);
  }

  /** The place of the smallest element along `dim`, or among all in order; int64. */
  argmin(this: Tensor, dim?: number, options?: ReduceOptions): Tensor {
    return f.argmin(this, dim, options);
  }

  /** log Σ eˣ along `dim`, without overflow. */
  logsumexp(this: Tensor, dim: Dims, options?: ReduceOptions): Tensor {
    return statistics.logsumexp(this, dim, options);
  }

  /** Sums of everything up to each place along `dim`. */
  cumsum(this: Tensor, dim: number): Tensor {
    return cumulative.cumsum(this, dim);
  }

  /** Products of everything up to each place along `dim`. */
  cumprod(this: Tensor, dim: number): Tensor {
    return cumulative.cumprod(this, dim);
  }

  /** Whether some element is not zero; bool. */
  any(this: Tensor, dim?: Dims, options?: ReduceOptions): Tensor {
    return f.any(this, dim, options);
  }

  /** Whether no element is zero; bool. */
  all(this: Tensor, dim?: Dims, options?: ReduceOptions): Tensor {
    return f.all(this, dim, options);
  }

  /** The k largest elements along `dim` (the last where left out), in order, and their places. */
  topk(this: Tensor, k: number, dim?: number, options?: TopkOptions): Sorted {
    return sorting.topk(this, k, dim, options);
  }

  /** The elements along `dim` (the last where left out) in rising order, and their places. */
  sort(this: Tensor, dim?: number, options?: SortOptions): Sorted {
    return sorting.sort(this, dim, options);
  }

  /** The places of the elements in rising order; int64. */
  argsort(this: Tensor, dim?: number, options?: SortOptions): Tensor {
    return sorting.argsort(this, dim, options);
  }

  /** @internal Sums over whatever broadcasting repeated, back to `shape`: the reverse of expand. */
  sumTo(this: Tensor, shape: readonly number[]): Tensor {
    const added = this.ndim - shape.length;
    const dims = this.shape.flatMap((size, i) =>
      i < added || (shape[i - added] === 1 && size !== 1) ? [i] : [],
    );
    return dims.length === 0 ? this : apply('sum', [this], { dims }).reshape(shape);
  }
}
