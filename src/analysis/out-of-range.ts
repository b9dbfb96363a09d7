/** What analyses refuse to look at. */

/**
 * An analysis was asked for more than it looks at, or about a span that is none: its caller's affair. Apart from the RangeErrors of
 * the runtime itself, such as a stack that overflows, which are faults of the program.
 */
export class OutOfRangeError extends RangeError {}
