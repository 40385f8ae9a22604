// The page's icons: 20 × 20, drawn with the colour of the text around them.

const paths = {
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  run: 'M6 4.2v11.6L15.5 10z',
  stop: 'M5.5 5.5h9v9h-9z',
  restart: 'M15.6 7.2A6.2 6.2 0 1 0 16.2 10M16 3.6v3.9h-3.9',
  check: 'M4 10.6l3.9 3.9L16.2 5.6',
  submit: 'M10 13V3.8M6.2 7.4L10 3.6l3.8 3.8M4 13v3.2h12V13',
  help: 'M7.4 7.3a2.6 2.6 0 1 1 3.9 2.3c-.9.5-1.3 1-1.3 2M10 14.4v.2',
  theme: 'M10 3.5a6.5 6.5 0 0 0 0 13z M10 3.5a6.5 6.5 0 0 1 0 13',
  close: 'M5 5l10 10M15 5L5 15',
} as const;

const filled = new Set<keyof typeof paths>(['run', 'stop']);

export function Icon({ name }: { name: keyof typeof paths }) {
  return (
    <svg className="lectern-Icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      {name === 'theme' && <path d="M10 3.5a6.5 6.5 0 0 0 0 13z" fill="currentColor" />}
      <path
        d={paths[name]}
        fill={filled.has(name) ? 'currentColor' : 'none'}
        stroke="currentColor"
        strokeWidth="1.6"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  );
}
