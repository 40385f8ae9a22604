/** Where the reader is: the course home, or a chapter. */
export type Route = { page: 'home' } | { page: 'chapter'; id: string };

/** @param base the server's base path, with a slash at both ends */
export function parseRoute(pathname: string, base: string): Route {
  const rest = pathname.startsWith(base) ? pathname.slice(base.length) : '';
  const [, id] = /^chapter\/([^/]+)\/?$/.exec(rest) ?? [];
  return id === undefined ? { page: 'home' } : { page: 'chapter', id: decodeURIComponent(id) };
}

export function routePath(route: Route, base: string): string {
  return route.page === 'home' ? base : `${base}chapter/${encodeURIComponent(route.id)}`;
}
