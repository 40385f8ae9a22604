/**
 * What an attacker could do who owns the whole worker process: takes the worker's place inside the sandbox and speaks
 * its frames. Each call names an attempt; the reply is what came of it.
 */
const fs = require('node:fs');

const CHANNEL = 3;

function readExactly(length) {
  const bytes = Buffer.alloc(length);
  for (let filled = 0; filled < length; ) {
    const count = fs.readSync(CHANNEL, bytes, filled, length - filled, null);
    if (count === 0) process.exit(0);
    filled += count;
  }
  return bytes;
}

function read() {
  const header = readExactly(8);
  const rest = readExactly(header.readUInt32LE(0) - 8);
  return JSON.parse(rest.toString('utf8', 0, header.readUInt32LE(4))).message;
}

function write(message) {
  const json = Buffer.from(JSON.stringify({ message, blobs: [] }));
  const header = Buffer.alloc(8);
  header.writeUInt32LE(json.length + 8, 0);
  header.writeUInt32LE(json.length, 4);
  const bytes = Buffer.concat([header, json]);
  for (let done = 0; done < bytes.length; ) done += fs.writeSync(CHANNEL, bytes, done);
}

const attempts = {
  whoami: () => ({ uid: process.getuid(), gid: process.getgid(), groups: process.getgroups() }),
  env: () => process.env,
  list: (directory) => fs.readdirSync(directory),
  readFile: (file) => fs.readFileSync(file, 'utf8').slice(0, 100),
  writeFile: (file) => fs.writeFileSync(file, 'was here'),
  spawn: () => require('node:child_process').spawnSync('/node', ['-v']).error?.code ?? 'spawned',
  thread: () => void new (require('node:worker_threads').Worker)('1', { eval: true }),
  ownMemory: () => fs.openSync('/proc/self/mem', 'r+'),
  interfaces: () => Object.keys(require('node:os').networkInterfaces()),
  connect: (port) =>
    new Promise((resolve) => {
      const socket = require('node:net').connect({ host: '127.0.0.1', port: Number(port) });
      socket.on('connect', () => resolve('connected'));
      socket.on('error', (error) => resolve(error.code));
    }),
  resolve: () =>
    new Promise((resolve) => {
      require('node:dns').lookup('example.com', (error) =>
        resolve(error ? error.code : 'resolved'),
      );
    }),
  buffers: () => {
    const held = [];
    for (;;) held.push(Buffer.alloc(8e6, 1));
  },
  webAssembly: () => {
    const held = [];
    for (;;) {
      const memory = new WebAssembly.Memory({ initial: 200 });
      new Uint8Array(memory.buffer).fill(1);
      held.push(memory);
    }
  },
  forkBomb: () =>
    new Promise((resolve) => {
      const { spawn } = require('node:child_process');
      const sleeper = () =>
        spawn('/node', ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
      setInterval(() => sleeper().on('error', () => {}), 5);
      setTimeout(resolve, 8000);
    }),
  spin: () => {
    for (;;);
  },
  exit: () => process.exit(0),
  abort: () => process.abort(),
  noise: () => fs.writeSync(CHANNEL, Buffer.alloc(4096, 0xff)),
  halfAFrame: () => {
    fs.writeSync(CHANNEL, Buffer.from([0xff, 0xff, 0, 0, 0xff]));
    for (;;);
  },
  flood: () => {
    for (;;) write({ type: 'printed', text: 'x'.repeat(10_000) });
  },
  callBackForEver: () => {
    for (;;) {
      write({ type: 'callback', id: 0, args: ['array', []] });
      read();
    }
  },
  twoAnswers: () => {
    write({ type: 'returned', value: 'first' });
    return 'second';
  },
  verdict: () => write({ type: 'verdict', passed: true, points: 100 }),
  pollute: () => {
    const value = ['object', [['__proto__', ['object', [['passed', true]]]]]];
    write({ type: 'returned', value });
    return 'done';
  },
};

async function attempt(name, argument) {
  try {
    return { did: (await attempts[name](argument)) ?? 'done' };
  } catch (error) {
    return { failed: error.code ?? error.name };
  }
}

async function serve() {
  read();
  if (process.argv.includes('--drop') && process.getuid() === 0) {
    process.setgroups([]);
    process.setgid(65534);
    process.setuid(65534);
  }
  write({ type: 'ready' });
  for (;;) {
    const { target } = read();
    const [name, argument] = target.split(' ');
    write({ type: 'returned', value: JSON.stringify(await attempt(name, argument)) });
  }
}

void serve();
