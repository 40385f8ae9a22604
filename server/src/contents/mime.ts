import path from 'node:path';

const types: Record<string, string> = {
  '.css': 'text/css',
  '.csv': 'text/csv',
  '.gif': 'image/gif',
  '.html': 'text/html',
  '.ico': 'image/x-icon',
  '.ipynb': 'application/x-ipynb+json',
  '.jpeg': 'image/jpeg',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.map': 'application/json',
  '.md': 'text/markdown',
  '.mjs': 'text/javascript',
  '.pdf': 'application/pdf',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ts': 'text/plain',
  '.txt': 'text/plain',
  '.wasm': 'application/wasm',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
};

/** The media type by the file's extension, without a charset. */
export function mimeType(file: string): string | undefined {
  return types[path.extname(file).toLowerCase()];
}

/** The same for a `Content-Type` header. */
export function contentType(file: string): string {
  const type = mimeType(file) ?? 'application/octet-stream';
  const textual = type.startsWith('text/') || type === 'application/json';
  return textual ? `${type}; charset=utf-8` : type;
}
