import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Exchange, KernelClient } from './client.ts';

let kernel: KernelClient;
beforeAll(async () => {
  kernel = await KernelClient.start();
});
afterAll(() => kernel.stop());

/** What an exchange published to a comm: kind, content, buffers. */
const said = ({ iopub }: Exchange) =>
  iopub
    .filter(({ header }) => header.msg_type.startsWith('comm_'))
    .map(({ header, content, metadata, buffers }) => ({
      type: header.msg_type,
      content,
      metadata,
      buffers: buffers.map((buffer) => [...buffer]),
    }));

let comm_id = '';
const tell = (data: unknown, buffers: Uint8Array[] = []) =>
  kernel.request('comm_msg', { comm_id, data }, { replies: false, buffers });

// The forms were compared with what anywidget 0.11 on ipywidgets 8.1 sends and expects.
it('opens a model as ipywidgets does, with bytes beside the JSON', async () => {
  const opened = await kernel.execute(`
    const widget = new AnyWidget({
      esm: 'export default { render() {} }',
      css: '.x {}',
      state: { value: 0, bytes: new Uint8Array([1, 2]), list: [{ deep: new Float32Array([1]) }] },
    });
    widget`);
  const [open] = said(opened);
  comm_id = String(open!.content.comm_id);
  expect(open).toEqual({
    type: 'comm_open',
    content: {
      comm_id,
      target_name: 'jupyter.widget',
      data: {
        state: {
          _model_module: 'anywidget',
          _model_module_version: '*',
          _model_name: 'AnyModel',
          _view_module: 'anywidget',
          _view_module_version: '*',
          _view_name: 'AnyView',
          _view_count: null,
          _esm: 'export default { render() {} }',
          _css: '.x {}',
          _anywidget_id: 'lectern.AnyWidget',
          value: 0,
          list: [{}],
        },
        buffer_paths: [['bytes'], ['list', 0, 'deep']],
      },
    },
    metadata: { version: '2.1.0' },
    buffers: [
      [1, 2],
      [0, 0, 128, 63],
    ],
  });
  const result = opened.iopub.find(({ header }) => header.msg_type === 'execute_result');
  expect(result?.content.data).toMatchObject({
    'application/vnd.jupyter.widget-view+json': {
      version_major: 2,
      version_minor: 1,
      model_id: comm_id,
    },
  });
});

it('tells the page what the cell sets', async () => {
  const [update] = said(await kernel.execute('widget.set({ value: 3 })'));
  expect(update).toMatchObject({
    type: 'comm_msg',
    content: { comm_id, data: { method: 'update', state: { value: 3 }, buffer_paths: [] } },
  });
});

it('takes what the page sets, echoes it, and calls those who listen', async () => {
  await kernel.execute("widget.on('change:value', (value) => console.log('now', value));");
  const state = { value: 7 };
  const exchange = await tell({ method: 'update', state, buffer_paths: [['bytes']] }, [
    new Uint8Array([9]),
  ]);
  expect(said(exchange)[0]).toMatchObject({
    content: { data: { method: 'echo_update', state, buffer_paths: [['bytes']] } },
    buffers: [[9]],
  });
  expect(exchange.iopub.some(({ content }) => content.text === 'now 7\n')).toBe(true);
  const { result } = await kernel.execute("[widget.get('value'), widget.get('bytes')[0]]");
  expect(result).toBe('[ 7, 9 ]');
});

it('gives its whole state when asked, alone and with all others', async () => {
  const [alone] = said(await tell({ method: 'request_state' }));
  const data = alone!.content.data as { method: string; state: object };
  expect(data).toMatchObject({ method: 'update', state: { value: 7, _model_name: 'AnyModel' } });
  const control = { comm_id: 'control', target_name: 'jupyter.widget.control', data: {} };
  await kernel.request('comm_open', control, { replies: false });
  const all = await kernel.request(
    'comm_msg',
    { comm_id: 'control', data: { method: 'request_states' } },
    { replies: false },
  );
  expect(said(all)[0]).toMatchObject({
    content: {
      comm_id: 'control',
      data: {
        method: 'update_states',
        states: {
          [comm_id]: { model_name: 'AnyModel', model_module: 'anywidget', state: data.state },
        },
        buffer_paths: [
          [comm_id, 'state', 'bytes'],
          [comm_id, 'state', 'list', 0, 'deep'],
        ],
      },
    },
    buffers: [[9], [0, 0, 128, 63]],
  });
});

it('carries messages both ways', async () => {
  await kernel.execute(
    "widget.on('msg:custom', (content, buffers) => widget.send({ got: content }, buffers));",
  );
  const [answer] = said(await tell({ method: 'custom', content: 'hello' }, [new Uint8Array([5])]));
  expect(answer).toMatchObject({
    content: { data: { method: 'custom', content: { got: 'hello' } } },
    buffers: [[5]],
  });
});

it('closes', async () => {
  expect(said(await kernel.execute('widget.close()'))[0]).toMatchObject({
    type: 'comm_close',
    content: { comm_id },
  });
  const { reply } = await kernel.request('comm_info_request', { target_name: 'jupyter.widget' });
  expect(reply.content.comms).toEqual({});
});

it('says what it needs', async () => {
  const { error } = await kernel.execute('new AnyWidget({} as any)');
  expect(error?.evalue).toContain("A widget needs { esm: '…' }");
});
