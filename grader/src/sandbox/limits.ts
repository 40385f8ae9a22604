/** What an answer may use up. The tests of an exercise need a hundredth of it. */
export const LIMITS_OF_ANSWER = {
  /** Computing time of one call, in ms; and what may pass on the clock meanwhile. */
  callCpuMs: 1500,
  callWallMs: 10_000,
  /** What may pass on the clock in all calls of one test, and of one exercise's file of tests. */
  testMs: 15_000,
  exerciseMs: 45_000,
  /** Memory of the whole process tree, in bytes, all kinds counted. */
  memory: 512 * 1024 * 1024,
  /** V8's own heap, in MB: within `memory`, so that it fails with a clean error first. */
  heapMb: 256,
  /** Processes and threads together; Node itself has about a dozen. */
  tasks: 48,
  /** Bytes that one call may print before the worker counts as running wild. */
  printed: 1024 * 1024,
  /** Calls back into the harness during one call. */
  callbacks: 20_000,
  openFiles: 64,
  /** Computing time of one worker in its life, in seconds: the kernel's own last word. */
  lifeCpuSeconds: 120,
} as const;

/** What Node has reserved before it does anything, counted by RLIMIT_DATA: mostly room for code. */
export const NODE_DATA_BYTES = 640 * 1024 * 1024;
