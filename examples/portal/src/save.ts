/** Files that a page makes. */

/** Saves a text. Not by a `data:` address, which browsers cut off at a few megabytes. */
export function saveText(text: string, type: string, name: string): void {
  const address = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
