const RADIUS = 20;
const LENGTH = 2 * Math.PI * RADIUS;

/** How many exercises are done, as a ring that closes and as a number. */
export function Ring({ done, total }: { done: number; total: number }) {
  const part = total === 0 ? 0 : done / total;
  return (
    <svg
      className="lectern-Ring"
      viewBox="0 0 48 48"
      role="img"
      aria-label={`${done} of ${total} exercises done`}
      data-full={total > 0 && done === total}
    >
      <circle className="lectern-Ring-track" cx="24" cy="24" r={RADIUS} />
      <circle
        className="lectern-Ring-done"
        cx="24"
        cy="24"
        r={RADIUS}
        strokeDasharray={`${part * LENGTH} ${LENGTH}`}
        transform="rotate(-90 24 24)"
      />
      <text x="24" y="24">
        {done}/{total}
      </text>
    </svg>
  );
}
