import { randomBytes } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';

/** A Jupyter connection file: where a kernel listens and the key that signs its messages. */
export interface ConnectionInfo {
  transport: 'tcp' | 'ipc';
  ip: string;
  shell_port: number;
  control_port: number;
  stdin_port: number;
  iopub_port: number;
  hb_port: number;
  /** Shared secret; empty means unsigned messages. */
  key: string;
  signature_scheme: string;
  kernel_name?: string;
}

/**
 * Asks the system for `count` different free TCP ports on `host`.
 * They are released before they are returned, so another program could take one in between.
 */
export async function freePorts(count: number, host = '127.0.0.1'): Promise<number[]> {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer();
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(0, host, resolve);
      });
      return server;
    }),
  );
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** A connection on free local ports with a fresh key, ready to be written to a connection file. */
export async function newConnection(kernelName: string, ip = '127.0.0.1'): Promise<ConnectionInfo> {
  const [shell, control, stdin, iopub, hb] = await freePorts(5, ip);
  return {
    transport: 'tcp',
    ip,
    shell_port: shell!,
    control_port: control!,
    stdin_port: stdin!,
    iopub_port: iopub!,
    hb_port: hb!,
    key: randomBytes(24).toString('hex'),
    signature_scheme: 'hmac-sha256',
    kernel_name: kernelName,
  };
}

/** The address of one of the connection's sockets, as ZeroMQ wants it. */
export function endpoint(
  connection: ConnectionInfo,
  socket: 'shell' | 'control' | 'stdin' | 'iopub' | 'hb',
): string {
  const separator = connection.transport === 'ipc' ? '-' : ':';
  return `${connection.transport}://${connection.ip}${separator}${connection[`${socket}_port`]}`;
}
