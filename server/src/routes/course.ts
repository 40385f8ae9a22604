import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CourseService } from '../course/service.ts';
import { RequestError } from '../errors.ts';
import type { GradingService } from '../grading/service.ts';
import type { SubmissionService } from '../grading/submission.ts';
import { Body } from '../http/body.ts';
import { NOTEBOOK_BYTES, paramOf } from '../http/request.ts';

/** nbformat allows 64 characters. */
const LONGEST_CELL_ID = 64;

/** `/lectern/api`: the course, its exercises, checks and the learner's position. */
export function courseRoutes(
  app: FastifyInstance,
  {
    course,
    grading,
    submissions,
  }: { course: CourseService; grading: GradingService; submissions: SubmissionService },
): void {
  app.get('/lectern/api/course', () => course.state());

  app.post('/lectern/api/chapters/:id/open', (request) => course.open(paramOf(request, 'id')));

  app.get('/lectern/api/chapters/:id/exercises', (request) =>
    course.exercises(paramOf(request, 'id')),
  );

  app.get('/lectern/api/exercises/:chapter/:slug', (request) =>
    course.exercise(exerciseId(request)),
  );

  app.post('/lectern/api/exercises/:chapter/:slug/hint', (request) =>
    course.revealHint(exerciseId(request)),
  );

  app.post('/lectern/api/exercises/:chapter/:slug/solution', (request) =>
    grading.solution(exerciseId(request), new Body(request.body).raw('giveUp') === true),
  );

  app.post('/lectern/api/check', { bodyLimit: NOTEBOOK_BYTES }, (request) => {
    const body = new Body(request.body);
    return grading.check({
      path: body.string('path'),
      notebook: body.raw('notebook'),
      exercises: body.strings('exercises'),
    });
  });

  app.post('/lectern/api/submit', (request) =>
    submissions.submit(new Body(request.body).string('path')),
  );

  app.put('/lectern/api/position', async (request, reply) => {
    const body = new Body(request.body);
    const cellId = body.string('cellId');
    if (cellId.length > LONGEST_CELL_ID) {
      throw new RequestError('bad-request', '“cellId” is too long for the id of a cell.');
    }
    await course.setPosition({ chapter: body.string('chapter'), cellId });
    return reply.code(204).send();
  });
}

function exerciseId(request: FastifyRequest): string {
  return `${paramOf(request, 'chapter')}/${paramOf(request, 'slug')}`;
}
