import MarkdownIt from 'markdown-it';

/** Addresses that lead to other places and run nothing. */
const isLink = (href: string): boolean => /^(https?:\/\/|mailto:)/i.test(href.trim());

function reader() {
  const markdown = new MarkdownIt({ html: false, linkify: true, breaks: true });
  // Pictures of other places would tell those places who reads what; a link does that only when it is followed.
  markdown.disable('image');
  markdown.validateLink = isLink;
  markdown.core.ruler.push('attributes', ({ tokens }) => {
    for (const token of tokens.flatMap((each) => [each, ...(each.children ?? [])])) {
      if (token.type === 'link_open') {
        token.attrSet('target', '_blank');
        token.attrSet('rel', 'noopener noreferrer nofollow');
      }
      // The columns of a table are told apart by a class: the pages allow no style of their own.
      if (token.type === 'th_open' || token.type === 'td_open')
        token.attrs = token.attrGet('style') === 'text-align:right' ? [['class', 'right']] : null;
      // The language of a block of code would become a class.
      if (token.type === 'fence') token.info = '';
    }
  });
  return markdown;
}

const markdown = reader();

/**
 * What somebody wrote in Markdown, as HTML that is safe in any page: markup of their own is text, links lead to http,
 * https and mail only, and neither pictures, styles, nor attributes of ours come of it. Sizes are the caller's to bound.
 */
export const renderMarkdown = (text: string): string => markdown.render(text);
