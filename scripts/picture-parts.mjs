// @ts-check
/**
 * What the pictures of the documentation are drawn with: boxes, lines and words on a paper of their own, light or dark as the
 * reader has it, with a title and a description that say the same in words.
 */

/** Ink on paper, soft on paper and the marks on paper all reach a contrast of 4.5 to 1. */
const LIGHT = {
  paper: '#ffffff',
  ink: '#1c2330',
  soft: '#5b6575',
  line: '#7c8696',
  box: '#eef2f6',
  good: '#17734b',
  bad: '#b3261e',
};
const DARK = {
  paper: '#12161d',
  ink: '#e8ecf3',
  soft: '#a3adbd',
  line: '#7c8798',
  box: '#1e2530',
  good: '#4cc38e',
  bad: '#ff8a80',
};

/**
 * A whole picture.
 * @param {{ id: string, title: string, description: string, width: number, height: number }} about `id` is unlike that of
 *   every other picture, for a page may hold several
 * @param {readonly string[]} parts
 */
export function picture({ id, title, description, width, height }, parts) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" lang="en" role="img" aria-labelledby="${id}-title ${id}-desc">`,
    `<title id="${id}-title">${escaped(title)}</title>`,
    `<desc id="${id}-desc">${escaped(description)}</desc>`,
    '<style>',
    'text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif}',
    '.head{font-weight:600}.middle{text-anchor:middle}.small{font-size:12px}.code{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:12px}',
    '.line{fill:none;stroke-width:1.5}.faint{stroke-dasharray:4 4}.box{stroke-width:1}',
    colours(LIGHT),
    `@media (prefers-color-scheme:dark){${colours(DARK)}}`,
    '</style>',
    `<defs><marker id="${id}-tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path class="tip" d="M0 0 8 4 0 8z"/></marker></defs>`,
    `<rect class="paper" width="${width}" height="${height}"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

/**
 * Words, from their left end, or around their middle with the class `middle`.
 * @param {number} x
 * @param {number} y the line they stand on
 * @param {string} words
 * @param {string} [classes]
 */
export function text(x, y, words, classes = 'ink') {
  return `<text x="${x}" y="${y}" class="${classes}">${escaped(words)}</text>`;
}

/**
 * A box.
 * @param {number} x
 * @param {number} y
 * @param {number} width
 * @param {number} height
 * @param {string} [classes] `good` and `bad` give it an edge; never the only sign
 */
export function box(x, y, width, height, classes = '') {
  return `<rect class="box ${classes}" x="${x}" y="${y}" width="${width}" height="${height}" rx="5"/>`;
}

/**
 * A line from one point to another, with a tip where a picture is named.
 * @param {readonly [number, number]} from
 * @param {readonly [number, number]} to
 * @param {{ tip?: string, classes?: string }} [how]
 */
export function line([x1, y1], [x2, y2], { tip, classes = '' } = {}) {
  const end = tip === undefined ? '' : ` marker-end="url(#${tip}-tip)"`;
  return `<path class="line ${classes}" d="M${x1} ${y1}L${x2} ${y2}"${end}/>`;
}

/** @param {string} words */
function escaped(words) {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** @param {typeof LIGHT} palette */
function colours(palette) {
  return [
    `.paper{fill:${palette.paper}}.ink{fill:${palette.ink}}.soft{fill:${palette.soft}}`,
    `.line{stroke:${palette.line}}.tip{fill:${palette.line}}`,
    `.box{fill:${palette.box};stroke:${palette.line}}.box.good{stroke:${palette.good};stroke-width:2}.box.bad{stroke:${palette.bad};stroke-width:2}`,
    `text.good{fill:${palette.good}}text.bad{fill:${palette.bad}}.line.good{stroke:${palette.good}}.line.bad{stroke:${palette.bad}}`,
  ].join('');
}
