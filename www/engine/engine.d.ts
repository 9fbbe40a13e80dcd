/**
 * What real fluentd 1.19 (Ruby 3.4) makes of log lines, as a function.
 *
 * ```js
 * import { run } from "./engine.js";
 * const { events } = run({
 *   conf: `<source>
 *   @type tail
 *   path /var/log/containers/*.log
 *   tag kubernetes.*
 *   read_from_head true
 *   <parse>
 *     @type cri
 *   </parse>
 * </source>
 * <match **>
 *   @type stdout
 * </match>`,
 *   files: { "/var/log/containers/app.log": "2023-02-02T07:48:11.5Z stdout F hello\n" },
 * });
 * console.log(events[0].tag, events[0].record.message);
 * // kubernetes.var.log.containers.app.log hello
 * ```
 */

/** What is run. Same input, same output: there is no clock and no randomness. */
export interface Case {
  /** fluent.conf. */
  conf: string;
  /** Log files: path on the imagined machine, and text. */
  files: Record<string, string>;
  /** Files that the configuration includes. */
  includes?: Record<string, string>;
  /** fluentd's clock at the start, in seconds since the epoch or as a date; 1970 without. */
  now?: number | Date;
  /** The time zone (`TZ`); UTC without. */
  tz?: string;
  /** Seconds between the last line and the shutdown, which timers see; 60 without. */
  runSeconds?: number;
}

/** One event at an output. */
export interface FluentdEvent {
  tag: string;
  /** Seconds since the epoch with nine decimals: JavaScript's numbers would round them. */
  time: string;
  /** The time is the clock's, not the line's. */
  timeIsNow: boolean;
  /** The record; integers beyond 2^53 are rounded by JavaScript. */
  record: Record<string, unknown>;
  /** The record as fluentd writes it: exact. */
  recordJson: string;
  /** The output: its `@id`, or `match PATTERN`. */
  output: string;
}

/** What became of one line. */
export interface Line {
  path: string;
  /** 0-based. */
  line: number;
  /** `Event`, `Joined`, `NotMatched`, `Invalid`, `Dropped`, `NotTailed` … */
  fate: string;
}

/** One finding about the configuration or the lines. */
export interface Diagnostic {
  /** From a closed list, e.g. `config/parse-error`. */
  code: string;
  /** `fatal`, `lost`, `changed`, `hint` or `bug`. */
  severity: string;
  /** Of the text: `/etc/fluent/fluent.conf`, an included file or a log file; empty without a place. */
  path: string;
  /** 1-based, in that text; 0 without a place. */
  line: number;
  message: string;
  /** The same in Japanese. */
  messageJa: string;
}

/** What came out. */
export interface Result {
  /** Why fluentd would not start; then there are no events. */
  bootError: string | null;
  events: FluentdEvent[];
  lines: Line[];
  diagnostics: Diagnostic[];
  /** fluentd's own log, without its time stamps. */
  log: string[];
}

/** Runs fluentd over the files. */
export function run(what: Case): Result;
