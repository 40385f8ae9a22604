import type { Operation } from './operation.ts';
import { anything, listOf, object, ref, text } from './schemas.ts';

const error = ref('Error');
const missing = { 404: error };
const html = 'text/html';
const exercise = '/lectern/api/exercises/{chapter}/{slug}';
const grading = { 404: error, 503: error };
/** Where the page itself is asked for, the form for the token is the answer. */
const refusals = { 403: html, 429: html };
const broken = { 500: error };

/** The course's own routes, and its page. */
export const courseOperations: Operation[] = [
  {
    method: 'get',
    path: '/lectern/api/course',
    summary: 'The course and the learner’s progress.',
    answers: { 200: ref('Course'), ...broken },
  },
  {
    method: 'post',
    path: '/lectern/api/chapters/{id}/open',
    summary: 'Puts the learner’s copy of a chapter in place.',
    answers: { 200: object({ path: text }), ...missing, ...broken },
  },
  {
    method: 'get',
    path: '/lectern/api/chapters/{id}/exercises',
    summary: 'The exercises of a chapter.',
    answers: { 200: listOf(ref('Exercise')), ...missing, ...broken },
  },
  {
    method: 'get',
    path: exercise,
    summary: 'An exercise, as a learner may know it.',
    answers: { 200: ref('Exercise'), ...missing, ...broken },
  },
  {
    method: 'post',
    path: `${exercise}/hint`,
    summary: 'Reveals the next hint.',
    answers: { 200: ref('Exercise'), ...missing, ...broken },
  },
  {
    method: 'post',
    path: `${exercise}/solution`,
    summary: 'The solution, after a pass or with giveUp.',
    body: object({ 'giveUp?': anything }),
    answers: { 200: object({ source: text }), ...grading, ...broken },
  },
  {
    method: 'post',
    path: '/lectern/api/check',
    summary: 'Grades exercises and records the attempt.',
    body: ref('Check'),
    answers: { 200: ref('Report'), ...grading, ...broken },
  },
  {
    method: 'post',
    path: '/lectern/api/submit',
    summary: 'Hands a notebook in.',
    body: object({ path: text }),
    answers: { 200: ref('Receipt'), ...missing, ...broken },
  },
  {
    method: 'put',
    path: '/lectern/api/position',
    summary: 'Where the learner is.',
    body: ref('Position'),
    answers: { 204: null, ...missing, ...broken },
  },
  {
    method: 'get',
    path: '/lectern/api/trash',
    summary: 'What was deleted, the newest first.',
    answers: { 200: listOf(ref('Trashed')) },
  },
  {
    method: 'post',
    path: '/lectern/api/trash/{id}/restore',
    summary: 'Puts it back.',
    answers: { 201: ref('Contents'), 409: ref('Conflict'), ...missing },
  },

  {
    method: 'get',
    path: '/',
    summary: 'The page.',
    answers: { 200: html, ...refusals, 503: html },
  },
  {
    method: 'get',
    path: '/chapter/{id}',
    summary: 'The page, at a chapter.',
    answers: { 200: html, ...refusals, 503: html },
  },
  {
    method: 'get',
    path: '/static/{path}',
    summary: 'A file of the page.',
    answers: { 200: '*/*', 304: null, ...missing },
  },
  {
    method: 'get',
    path: '/favicon.ico',
    summary: 'The page’s icon.',
    answers: { 200: 'image/x-icon', 204: null },
  },
  {
    method: 'get',
    path: '/lectern/sandbox',
    summary: 'The frame for active output.',
    answers: { 200: html },
  },
  { method: 'get', path: '/login', summary: 'The form for the token.', answers: { 200: html } },
  {
    method: 'post',
    path: '/login',
    summary: 'Exchanges the token for a cookie.',
    answers: { 303: null, ...refusals },
  },
];
