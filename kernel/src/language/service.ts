/**
 * The language service: a process of its own with everything that needs TypeScript, shared by all
 * kernels of one person, because TypeScript and the declarations it reads take more memory than all
 * the rest. It ends soon after the last kernel has left.
 */
import fs from 'node:fs';
import type { Socket } from 'node:net';
import v8 from 'node:v8';
import ts from 'typescript';
import type { LanguageCall, LanguageOpening } from '../threads.ts';
import { Frames } from './frames.ts';
import { Language } from './language.ts';
import { Session } from './session.ts';

/** How long to wait for the kernel that started this, ms. */
const FIRST_PATIENCE = 30_000;

/** How long to wait for another one, ms: one that is restarted comes back at once. */
const PATIENCE = 2000;

/** How long to let in those who found the service just before it hid, ms. */
const LAST_CALL = 100;

/** How often to look whether kernels can still find this service, ms. */
const LOOK_INTERVAL = 500;

/** Declarations are read once for all sessions. */
const registry = ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames);

// With the settings that most notebooks will have: to others, files are others.
const root = process.env.LECTERN_ROOT ?? '/';
new Language({ directory: root, root }, registry, () => {}).warm('');

if (v8.startupSnapshot.isBuildingSnapshot()) v8.startupSnapshot.setDeserializeMainFunction(serve);
else serve();

function serve(): void {
  // not imported: sockets are not for the process that makes the snapshot
  const net = process.getBuiltinModule('node:net');
  const address = process.env.LECTERN_LANGUAGE_SOCKET!;
  const sessions = new Set<Socket>();
  let leaving: NodeJS.Timeout;
  let own: string | null = null;
  // Of two services that start at once, one may have taken the other's place.
  const isFound = () => own === null || own === identityOf(address);
  const leave = () => {
    if (own !== null && isFound()) fs.rmSync(address, { force: true });
    own = null;
    leaving = setTimeout(() => process.exit(0), LAST_CALL);
  };
  const wait = (patience: number) => {
    clearTimeout(leaving);
    if (sessions.size === 0) leaving = setTimeout(leave, patience);
  };
  const server = net.createServer((socket) => {
    sessions.add(socket);
    clearTimeout(leaving);
    const end = attend(socket);
    socket.on('error', () => {}); // 'close' follows
    socket.on('close', () => {
      sessions.delete(socket);
      end();
      wait(PATIENCE);
    });
  });
  server.on('error', () => {
    // Either another service was faster, or one was killed and left its address behind.
    net
      .connect(address)
      .once('connect', () => process.exit(0))
      .once('error', () => {
        fs.rmSync(address, { force: true });
        server.listen(address);
      });
  });
  server.on('listening', () => {
    own = identityOf(address);
    wait(FIRST_PATIENCE);
    setInterval(() => {
      if (sessions.size === 0 && !isFound()) process.exit(0);
    }, LOOK_INTERVAL).unref();
  });
  server.listen(address);
}

/** Tells a socket's file from another of the same name; null for Windows' pipes, which have none. */
function identityOf(address: string): string | null {
  if (process.platform === 'win32') return null;
  const stats = fs.statSync(address, { throwIfNoEntry: false, bigint: true });
  return stats ? `${stats.ino} ${stats.ctimeNs}` : 'gone';
}

/** Answers one kernel; returns what is to be done when it has left. */
function attend(socket: Socket): () => void {
  let session: Session | undefined;
  const frames = new Frames(socket, (message) => {
    if (session) frames.send(session.answer(message as LanguageCall));
    else session = new Session(message as LanguageOpening, registry, (it) => frames.send(it));
  });
  return () => session?.close();
}
