import { type Tensor, where } from '@lectern/lib';

/** All pairs by broadcasting, [n, 1, d] against [1, m, d]. */
export function cosineMatrix(a: Tensor, b: Tensor): Tensor {
  const unit = (rows: Tensor) => {
    const sized = rows.div(rows.abs().max(-1, { keepdim: true }));
    const direction = sized.div(sized.square().sum(-1, { keepdim: true }).sqrt());
    return where(rows.eq(0), 0, direction); // an entry of 0 stays 0, also in a row of zeros
  };
  return unit(a).unsqueeze(1).mul(unit(b).unsqueeze(0)).sum(-1);
}
