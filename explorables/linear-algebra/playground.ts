/** A network that trains in the page: choose data and layers, watch boundary, loss and weights. */

import { number } from '../shared/dom.ts';
import { field } from '../shared/field.ts';
import { frame, table } from '../shared/frame.ts';
import { activations, probability } from '../shared/network.ts';
import { type Store, widget } from '../shared/widget.ts';
import { playgroundControls } from './playground/controls.ts';
import { CHOICES, defaults, judge, type PlaygroundState, REACH } from './playground/state.ts';
import { Training } from './playground/training.ts';
import { unitsView } from './playground/view.ts';

export const meta = {
  title: 'Network playground',
  question: 'How large must a network be to tell two kinds of points apart?',
};

/** Time for training within one frame; the rest of its 16 ms is for drawing. */
const SHARE_MS = 7;

function build(el: HTMLElement, store: Store<PlaygroundState>): (state: PlaygroundState) => void {
  const shell = frame(el, store, {
    ...meta,
    ask:
      'Inner points are of one kind, outer points of the other. How many tanh units, in one hidden ' +
      'layer, does it take at least to draw a closed line around the inner ones?',
    choices: CHOICES.map(String),
    choose: (choice) =>
      store.changeAndSave({ feedback: judge(Number(choice)), hidden: [Number(choice)], epoch: 0 }),
  });
  const training = new Training();
  const plane = field('What the network says everywhere', REACH);
  const units = unitsView((unit) => store.changeAndSave({ unit }));
  let running = false;
  let waiting = 0;
  const controls = playgroundControls(store, () => {
    running = !running;
    if (!running) store.save();
    redraw(store.read());
  });
  shell.picture.append(plane.element, units.element);
  shell.controls.append(...controls.elements);

  /** Trains for part of a frame, then draws; goes on while running or behind the wanted epoch. */
  const frameOf = () => {
    waiting = 0;
    if (!el.isConnected) {
      running = false;
      return;
    }
    const end = performance.now() + SHARE_MS;
    const { epoch } = store.read();
    do training.advance();
    while (performance.now() < end && (running || training.epoch < epoch));
    if (running || training.epoch > epoch) store.change({ epoch: training.epoch });
    else redraw(store.read());
  };

  let placed: unknown = null;
  const redraw = (state: PlaygroundState) => {
    training.follow(state);
    if (placed !== training.examples) plane.place(training.examples);
    placed = training.examples;
    const { net } = training;
    const [layer, index] = state.unit ?? [net.layers.length, 0];
    const whole = layer >= net.layers.length || index >= net.layers[layer - 1]!.biases.length;
    plane.paint(
      whole
        ? (x, y) => 2 * probability(net, [x, y]) - 1
        : (x, y) => activations(net, [x, y])[layer]![index]!,
    );
    units.draw(training, whole ? null : [layer, index]);
    controls.draw(state, running);
    shell.update(
      state,
      running ? 'Training …' : training.describe(whole ? null : [layer, index]),
      () => asTable(training),
    );
    if ((running || training.epoch < state.epoch) && waiting === 0) {
      waiting = requestAnimationFrame(frameOf);
    }
  };
  return redraw;
}

function asTable(training: Training): HTMLTableElement {
  const { layers } = training.net;
  const rows = layers.flatMap(({ weights, biases }, l) =>
    weights.map((row, j) => [
      l === layers.length - 1 ? 'output' : `layer ${l + 1}, unit ${j + 1}`,
      row.map((w) => number(w)).join('  '),
      number(biases[j]!),
    ]),
  );
  return table(['unit', 'weights', 'bias'], rows, `Weights after ${training.epoch} epochs.`);
}

export default widget(defaults, build);
