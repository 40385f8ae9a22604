/** A server in a process of its own, so that a test can kill it. Prints its port. */
import { startServer } from '@lectern/server';

const root = process.argv[2];
if (!root) throw new Error('Usage: spawned-server.ts ROOT');
const { port } = await startServer({ root, port: 0, token: 'test-token', warm: false });
console.log(port);
