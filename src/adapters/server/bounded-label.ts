/** Labels of metrics: each value that was ever seen is kept for good, so what clients may choose is bounded. */

/** The first `most` values stay as they are, those after them are `other`. So is what is no plain word. */
export function boundedLabel(most: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= most || value.length > 128 || !/^[\w./:{}*-]+$/u.test(value)) return 'other';
    seen.add(value);
    return value;
  };
}
