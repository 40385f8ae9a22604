"""What the PyTorch peers share: two threads, timing, peak memory, one JSON line."""

import json
import os
import resource
import statistics
import time

import torch

threads = int(os.environ.get("BENCH_THREADS", "2"))
torch.set_num_threads(threads)
torch.manual_seed(1)


def timed(step, warmup, repetitions):
    """Milliseconds of each of `repetitions` calls of `step`, after `warmup` calls without a clock."""
    for _ in range(warmup):
        step()
    durations = []
    for _ in range(repetitions):
        started = time.perf_counter()
        step()
        durations.append((time.perf_counter() - started) * 1e3)
    return durations


def report(durations, **more):
    """Prints the figures as one JSON line, which `bench/peers.ts` reads."""
    figures = {"peer": f"PyTorch {torch.__version__.split('+')[0]}", "threads": threads}
    if durations:
        figures["min"] = round(min(durations), 4)
        figures["median"] = round(statistics.median(durations), 4)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # kB on Linux, bytes on macOS
    figures["peakMB"] = round(peak / (1024 if os.uname().sysname == "Linux" else 1024**2), 1)
    print(json.dumps(figures | more), flush=True)
