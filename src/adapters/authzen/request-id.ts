/** The identifier a request comes with, which its answer repeats. @see AuthZEN 1.0, "Request Identification in a Response" */

/** Whether a value can stand in a header as it came: nothing in it can end the line. @see RFC 9110 §5.5 */
export function isEchoable(value: string): boolean {
  return /^[\t\u0020-\u007e\u0080-\u00ff]{1,256}$/u.test(value);
}
