/** A page in one string for what must work before the app does. `body` is trusted HTML. */
export function simplePage(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · Lectern</title>
<style>
:root { color-scheme: light dark; }
body { max-width: 34rem; margin: 15vh auto; padding: 0 1.5rem; font: 1.125rem/1.6 Georgia, serif; }
h1 { font-size: 1.6rem; font-weight: 600; }
code, input { font: 0.9em/1.5 ui-monospace, monospace; }
input, button { padding: 0.4rem 0.6rem; }
button { font: inherit; }
</style>
</head>
<body>
<h1>${title}</h1>
${body}
</body>
</html>
`;
}
