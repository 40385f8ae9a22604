/** The grader's process: the trusted harness. Answers requests over IPC and ends when nobody listens. */
import process from 'node:process';
import { CatalogueError } from '../catalogue/index.ts';
import type { ServiceOptions, ServiceReply, ServiceRequest } from '../client/process.ts';
import type { GradeRequest } from '../client/start.ts';
import { SandboxUnavailable } from '../sandbox/pool.ts';
import { NotebookError } from '../slicing/notebook.ts';
import { BadRequest } from './errors.ts';
import { GradingService } from './service.ts';

const service = new GradingService(JSON.parse(process.argv[2]!) as ServiceOptions);

/** Errors whose message tells the caller what to do. */
const CALLERS_FAULT = [BadRequest, CatalogueError, NotebookError, SandboxUnavailable];

async function answer({ method, params }: ServiceRequest): Promise<unknown> {
  if (method === 'grade') return service.grade(params as GradeRequest);
  return service.solution(String(params));
}

process.on('message', async (request: ServiceRequest) => {
  let reply: ServiceReply;
  try {
    reply = { id: request.id, result: await answer(request) };
  } catch (error) {
    const code = CALLERS_FAULT.some((kind) => error instanceof kind) ? 'bad-request' : 'failed';
    if (code === 'failed') process.stderr.write(`grader: ${(error as Error).stack ?? error}\n`);
    reply = { id: request.id, error: { code, message: (error as Error).message } };
  }
  if (process.connected) process.send?.(reply);
});
process.on('disconnect', async () => {
  await service.close();
  process.exit(0);
});

service.warmUp().catch(() => {}); // a request will meet the same error, and say it
