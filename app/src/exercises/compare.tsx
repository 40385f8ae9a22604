import { pairLines } from './diff.ts';
import { withoutStatement } from './statement.ts';

type Props = { own: string; solution: string; onClose(): void };

/** The reader's answer and the course's, line by line. */
export function Compare({ own, solution, onClose }: Props) {
  const pairs = pairLines(withoutStatement(own), withoutStatement(solution));
  return (
    <section
      className="lectern-Compare"
      aria-label="Your answer and the course's"
      data-testid="solution"
    >
      <header>
        <h4>One way to answer it</h4>
        <button type="button" className="lectern-Link" onClick={onClose}>
          Close
        </button>
      </header>
      <div className="lectern-Compare-scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Yours</th>
              <th scope="col">The course's</th>
            </tr>
          </thead>
          <tbody>
            {pairs.map(({ left, right }, line) => (
              <tr
                // Lines have no identity but their place.
                // biome-ignore lint/suspicious/noArrayIndexKey: see above
                key={line}
                data-differs={left !== right}
              >
                <td>{left}</td>
                <td>{right}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
