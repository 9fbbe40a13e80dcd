// How figures are told.

export function report(name: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (part: number) => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN).toFixed(1);
  console.log(`BENCH ${name}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${at(1)} ms, ${sorted.length} times`);
}
