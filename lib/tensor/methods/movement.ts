/**
 * The methods of Tensor that rearrange or look up elements; most are the function of the same name.
 */

import * as lookup from '../../functions/indexing.ts';
import * as f from '../../functions/movement.ts';
import { apply } from '../apply.ts';
import { zeros } from '../create.ts';
import type { Tensor } from '../tensor.ts';
import { ActivationMethods } from './activations.ts';

type Shape = readonly number[];

export abstract class MovementMethods extends ActivationMethods {
  /**
   * The elements in the same order under another shape; one size may be −1 and is then worked out.
   */
  reshape(this: Tensor, shape: Shape): Tensor {
    return f.reshape(this, shape);
  }

  /** Joins the dimensions from `start` to `end` (included; all where left out) into one. */
  flatten(this: Tensor, start?: number, end?: number): Tensor {
    return f.flatten(this, start, end);
  }

  /** Dimension i of the result is dimension `dims[i]` of this. */
  permute(this: Tensor, dims: Shape): Tensor {
    return f.permute(this, dims);
  }

  /** Swaps two dimensions. */
  transpose(this: Tensor, dim0: number, dim1: number): Tensor {
    return f.transpose(this, dim0, dim1);
  }

  /** Drops dimensions of size 1: all, or those named. */
  squeeze(this: Tensor, dim?: number | Shape): Tensor {
    return f.squeeze(this, dim);
  }

  /** A new dimension of size 1 at place `dim`. */
  unsqueeze(this: Tensor, dim: number): Tensor {
    return f.unsqueeze(this, dim);
  }

  /** Repeats along dimensions of size 1 and along new ones in front; −1 keeps a size. */
  expand(this: Tensor, shape: Shape): Tensor {
    return f.expand(this, shape);
  }

  /**
   * Pieces of `size` along `dim` (0 where left out), the last may be smaller; or of the listed
   * sizes.
   */
  split(this: Tensor, size: number | Shape, dim?: number): Tensor[] {
    return f.split(this, size, dim);
  }

  /**
   * `n` pieces along `dim` (0 where left out), of equal size except that the last may be smaller.
   */
  chunk(this: Tensor, n: number, dim?: number): Tensor[] {
    return f.chunk(this, n, dim);
  }

  /** `length` places along `dim`, from `start` on. */
  narrow(this: Tensor, dim: number, start: number, length: number): Tensor {
    return f.narrow(this, dim, start, length);
  }

  /** One place along `dim`, which disappears; −1 is the last. */
  select(this: Tensor, dim: number, index: number): Tensor {
    return f.select(this, dim, index);
  }

  /** The slices along `dim` that the list of indices names, in its order. */
  indexSelect(this: Tensor, dim: number, indices: Tensor): Tensor {
    return lookup.indexSelect(this, dim, indices);
  }

  /** `result[i][j] = x[index[i][j]][j]` for dim 0; the result has the shape of the index. */
  gather(this: Tensor, dim: number, index: Tensor): Tensor {
    return lookup.gather(this, dim, index);
  }

  /** This with elements of the source, or a number, put at the places that the index names. */
  scatter(this: Tensor, dim: number, index: Tensor, source: Tensor | number): Tensor {
    return lookup.scatter(this, dim, index, source);
  }

  /** This with elements of the source added at the places that the index names. */
  scatterAdd(this: Tensor, dim: number, index: Tensor, source: Tensor): Tensor {
    return lookup.scatterAdd(this, dim, index, source);
  }

  /** This with slices of the source added along `dim`, where the indices say. */
  indexAdd(
    this: Tensor,
    dim: number,
    indices: Tensor,
    source: Tensor,
    options?: { alpha?: number },
  ): Tensor {
    return lookup.indexAdd(this, dim, indices, source, options);
  }

  /** The lower triangle of each matrix, zeros above; `k` moves the diagonal up. */
  tril(this: Tensor, k?: number): Tensor {
    return f.tril(this, k);
  }

  /** The upper triangle of each matrix, zeros below; `k` moves the diagonal up. */
  triu(this: Tensor, k?: number): Tensor {
    return f.triu(this, k);
  }

  /** The order along these dimensions reversed. */
  flip(this: Tensor, dims: number | Shape): Tensor {
    return f.flip(this, dims);
  }

  /** The same values, seen by gradients as a constant. */
  detach(this: Tensor): Tensor {
    return apply('detach', [this], {});
  }

  /** @internal Zeros `before` and after, along one dimension: the reverse of narrow. */
  padDim(this: Tensor, dim: number, before: number, after: number): Tensor {
    return apply('pad', [this], { dim, before, after });
  }

  /** @internal Zeros of this shape and type. */
  zerosLike(this: Tensor): Tensor {
    return zeros(this.shape, { dtype: this.dtype });
  }
}
