/** VitePress' own theme with the fonts of the reader's machine, and colours of ours. */
import theme from 'vitepress/theme-without-fonts';
import './site.css';

// biome-ignore lint/style/noDefaultExport: VitePress reads it.
export default theme;
