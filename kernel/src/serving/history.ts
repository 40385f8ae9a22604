/** One line of `history_reply`: session number, line number, source. */
export type HistoryItem = [number, number, string];

/** The items that a `history_request` asks for. */
export function selectHistory(
  history: readonly HistoryItem[],
  request: Record<string, unknown>,
): readonly HistoryItem[] {
  const { hist_access_type, n, start = 0, stop, pattern, unique } = request;
  const latest = (items: readonly HistoryItem[]) => (n == null ? items : items.slice(-Number(n)));
  // Of earlier sessions nothing is kept.
  if (hist_access_type === 'range' && Number(request.session ?? 0) !== 0) return [];
  if (hist_access_type === 'range') {
    return history.filter(
      ([, line]) => line >= Number(start) && (stop == null || line < Number(stop)),
    );
  }
  if (hist_access_type !== 'search') return latest(history);
  const expression = globExpression(String(pattern ?? '*'));
  const found = history.filter(([, , source]) => expression.test(source));
  return latest(unique ? found.filter(isLastOfItsKind) : found);
}

function isLastOfItsKind(item: HistoryItem, at: number, items: readonly HistoryItem[]): boolean {
  return items.findLastIndex(([, , source]) => source === item[2]) === at;
}

function globExpression(pattern: string): RegExp {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*/g, '[^]*').replace(/\?/g, '[^]')}$`);
}
