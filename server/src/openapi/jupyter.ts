import type { Operation } from './operation.ts';
import { anyObject, listOf, object, oneOf, orNull, ref, text } from './schemas.ts';

const error = ref('Error');
const missing = { 404: error };
const reading = {
  content: oneOf('0', '1'),
  hash: oneOf('0', '1'),
  type: oneOf('notebook', 'file', 'directory'),
  format: oneOf('text', 'base64', 'json'),
};
const cached = ['If-None-Match'];
const entry = '/api/contents/{path}';
const kernel = '/api/kernels/{id}';
const failing = { 404: error, 500: error };

/** Jupyter Server's routes. */
export const jupyterOperations: Operation[] = [
  {
    method: 'get',
    path: '/api',
    summary: 'The version of Jupyter Server’s API.',
    answers: { 200: object({ version: text }) },
  },
  {
    method: 'get',
    path: '/api/me',
    summary: 'Who asks.',
    answers: { 200: object({ identity: ref('Identity'), permissions: anyObject }) },
  },
  {
    method: 'get',
    path: '/api/status',
    summary: 'How busy the server is.',
    answers: { 200: ref('Status') },
  },
  {
    method: 'get',
    path: '/api/spec.yaml',
    summary: 'This document.',
    answers: { 200: 'text/x-yaml' },
  },
  {
    method: 'post',
    path: '/api/shutdown',
    summary: 'Ends the server and its kernels.',
    answers: { 200: null },
  },
  {
    method: 'post',
    path: '/api/events',
    summary: 'Tells all subscribers of an event.',
    body: object({ schema_id: text, version: oneOf('1'), data: anyObject }),
    answers: { 204: null },
  },

  {
    method: 'get',
    path: '/api/contents',
    summary: 'The content root.',
    query: reading,
    answers: { 200: ref('Contents') },
  },
  {
    method: 'post',
    path: '/api/contents',
    summary: 'A new entry in the content root.',
    body: ref('NewEntry'),
    answers: { 201: ref('Contents'), ...missing },
  },
  {
    method: 'get',
    path: entry,
    summary: 'A file, notebook or directory.',
    query: reading,
    headers: cached,
    answers: { 200: ref('Contents'), 304: null, ...missing },
  },
  {
    method: 'put',
    path: entry,
    summary: 'Saves, where If-Match or expected_hash fits.',
    headers: ['If-Match', 'If-None-Match'],
    body: ref('Save'),
    answers: { 200: ref('Contents'), 201: ref('Contents'), 409: ref('Conflict'), ...failing },
  },
  {
    method: 'patch',
    path: entry,
    summary: 'Renames or moves.',
    body: object({ path: text }),
    answers: { 200: ref('Contents'), 409: ref('Conflict'), ...failing },
  },
  {
    method: 'post',
    path: entry,
    summary: 'A new entry in a directory, or a copy.',
    body: ref('NewEntry'),
    answers: { 201: ref('Contents'), ...failing },
  },
  { method: 'delete', path: entry, summary: 'Into the trash.', answers: { 204: null, ...failing } },
  {
    method: 'get',
    path: `${entry}/checkpoints`,
    summary: 'The checkpoints of a file.',
    answers: { 200: listOf(ref('Checkpoint')), ...missing },
  },
  {
    method: 'post',
    path: `${entry}/checkpoints`,
    summary: 'A new checkpoint.',
    answers: { 201: ref('Checkpoint'), ...missing },
  },
  {
    method: 'post',
    path: `${entry}/checkpoints/{id}`,
    summary: 'Back to a checkpoint.',
    answers: { 204: null, ...missing },
  },
  {
    method: 'delete',
    path: `${entry}/checkpoints/{id}`,
    summary: 'Forgets a checkpoint.',
    answers: { 204: null, ...missing },
  },
  {
    method: 'post',
    path: `${entry}/trust`,
    summary: 'Declares a notebook’s outputs to be trusted.',
    answers: { 201: null, ...missing },
  },
  {
    method: 'get',
    path: '/files/{path}',
    summary: 'A file as it is.',
    query: { download: text },
    answers: { 200: '*/*', ...missing },
  },

  {
    method: 'get',
    path: '/api/kernelspecs',
    summary: 'The kernels on offer.',
    answers: { 200: ref('KernelSpecs') },
  },
  {
    method: 'get',
    path: '/api/kernelspecs/{name}',
    summary: 'One of them.',
    answers: { 200: ref('KernelSpec'), ...missing },
  },
  {
    method: 'get',
    path: '/kernelspecs/{name}/{file}',
    summary: 'A kernel’s logo.',
    answers: { 200: '*/*', ...missing },
  },

  {
    method: 'get',
    path: '/api/kernels',
    summary: 'The kernels that run.',
    answers: { 200: listOf(ref('Kernel')) },
  },
  {
    method: 'post',
    path: '/api/kernels',
    summary: 'Starts a kernel.',
    body: object({ 'name?': orNull(text), 'path?': orNull(text) }),
    answers: { 201: ref('Kernel'), ...failing },
  },
  {
    method: 'get',
    path: kernel,
    summary: 'A kernel.',
    answers: { 200: ref('Kernel'), ...missing },
  },
  { method: 'delete', path: kernel, summary: 'Ends a kernel.', answers: { 204: null, ...missing } },
  {
    method: 'post',
    path: `${kernel}/interrupt`,
    summary: 'Interrupts a kernel.',
    answers: { 204: null, ...missing },
  },
  {
    method: 'post',
    path: `${kernel}/restart`,
    summary: 'Restarts a kernel.',
    answers: { 200: ref('Kernel'), ...failing },
  },

  {
    method: 'get',
    path: '/api/sessions',
    summary: 'Which kernel serves which document.',
    answers: { 200: listOf(ref('Session')) },
  },
  {
    method: 'post',
    path: '/api/sessions',
    summary: 'Starts a document’s kernel.',
    body: object({
      path: text,
      'name?': orNull(text),
      'type?': orNull(text),
      'kernel?': orNull(ref('KernelChoice')),
    }),
    answers: { 201: ref('Session'), ...failing },
  },
  {
    method: 'get',
    path: '/api/sessions/{id}',
    summary: 'A session.',
    answers: { 200: ref('Session'), ...missing },
  },
  {
    method: 'patch',
    path: '/api/sessions/{id}',
    summary: 'Another path, name or kernel.',
    body: object({
      'path?': orNull(text),
      'name?': orNull(text),
      'type?': orNull(text),
      'kernel?': orNull(ref('KernelChoice')),
    }),
    answers: { 200: ref('Session'), ...failing },
  },
  {
    method: 'delete',
    path: '/api/sessions/{id}',
    summary: 'Ends a session and its kernel.',
    answers: { 204: null, ...missing },
  },

  {
    method: 'get',
    path: '/api/config/{section}',
    summary: 'Settings of the classic notebook.',
    answers: { 200: anyObject },
  },
  {
    method: 'put',
    path: '/api/config/{section}',
    summary: 'Replaces a section.',
    body: anyObject,
    answers: { 204: null },
  },
  {
    method: 'patch',
    path: '/api/config/{section}',
    summary: 'Merges into a section.',
    body: anyObject,
    answers: { 200: anyObject },
  },
  {
    method: 'get',
    path: '/lab/api/settings',
    summary: 'JupyterLab’s settings.',
    answers: { 200: object({ settings: listOf(ref('LabSetting')) }) },
  },
  {
    method: 'get',
    path: '/lab/api/settings/{id}',
    summary: 'The settings of a plugin.',
    answers: { 200: ref('LabSetting') },
  },
  {
    method: 'put',
    path: '/lab/api/settings/{id}',
    summary: 'Keeps the settings of a plugin.',
    body: object({ raw: text }),
    answers: { 204: null },
  },
];
