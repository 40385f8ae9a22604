/** The library without the ONNX back end: for the browser, and wherever no native code may run. */

export { type Gradients, grad, valueAndGrad } from './autograd/grad.ts';
export {
  type BackendName,
  type BackendOptions,
  getBackend,
  setBackend,
} from './backend/backend.ts';
export { compile } from './backend/compile.ts';
export { realize } from './backend/realize.ts';
export * as data from './data/index.ts';
export * from './functions/activations.ts';
export * from './functions/arithmetic.ts';
export * from './functions/arranging.ts';
export * from './functions/attention.ts';
export * from './functions/class-losses.ts';
export * from './functions/conv.ts';
export * from './functions/cumulative.ts';
export * from './functions/einsum.ts';
export * from './functions/indexing.ts';
export {
  type BinaryLogitsLossOptions,
  type BinaryLossOptions,
  bceLoss,
  bceWithLogitsLoss,
  type KlDivOptions,
  klDiv,
  type LossOptions,
  l1Loss,
  mseLoss,
  type Reduction,
  smoothL1Loss,
} from './functions/losses.ts';
export * from './functions/movement.ts';
export * from './functions/neural.ts';
export * from './functions/padding.ts';
export {
  all,
  any,
  argmax,
  argmin,
  type Dims,
  max,
  min,
  prod,
  type ReduceOptions,
  sum,
} from './functions/reduction.ts';
export * from './functions/rounding.ts';
export * from './functions/sampling.ts';
export { type ScanStep, scan } from './functions/scan.ts';
export * from './functions/slicing.ts';
export * from './functions/sorting.ts';
export {
  logsumexp,
  mean,
  type NormOptions,
  norm,
  std,
  type VarianceOptions,
  variance,
} from './functions/statistics.ts';
export * from './interop/index.ts';
export * from './models/index.ts';
export * as nn from './nn/index.ts';
export * as optim from './optim/index.ts';
export * as rl from './rl/index.ts';
export { noGrad, type Operand } from './tensor/apply.ts';
export {
  arange,
  type CreateOptions,
  eye,
  full,
  fullLike,
  linspace,
  type NestedArray,
  ones,
  onesLike,
  type TensorOptions,
  tensor,
  zeros,
  zerosLike,
} from './tensor/create.ts';
export type { DType, TypedArray } from './tensor/dtype.ts';
export { DTypeError, FileFormatError, ShapeError } from './tensor/errors.ts';
export { Parameter } from './tensor/parameter.ts';
export {
  Generator,
  type GeneratorState,
  permutation,
  type RandomOptions,
  rand,
  randint,
  randLike,
  randn,
  randnLike,
} from './tensor/random.ts';
export { Tensor } from './tensor/tensor.ts';
export * as text from './text/index.ts';
export { llamaTokenizer } from './text/llama.ts';
export {
  type BatchSource,
  type Checkpoint,
  DivergedError,
  type MeanLossOptions,
  meanLoss,
  type Progress,
  type RunOptions,
  type StepOptions,
  type StepResult,
  Trainer,
  type TrainerOptions,
  trainStep,
} from './train/index.ts';
export {
  barChart,
  type ChartOptions,
  type HeatmapOptions,
  heatmap,
  lineChart,
  palette,
  scatterChart,
  type VegaLiteSpec,
  vegaLite,
} from './viz/charts.ts';
export { type DisplayOptions, display, markdown } from './viz/display.ts';
export { Figure, type MimeBundle } from './viz/mime.ts';
export { type Row, table } from './viz/table.ts';
export {
  type TrainingProgressOptions,
  type TrainingStep,
  trainingProgress,
} from './viz/training.ts';
