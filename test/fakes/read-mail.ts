/** A mail as its reader sees it: words, places a click leads to (those a mail program links by itself included), build. */
import PostalMime from 'postal-mime';

export interface ReadMail {
  readonly messageId: string;
  readonly to: readonly string[];
  readonly headers: ReadonlyMap<string, string>;
  readonly subject: string;
  readonly textPart: string;
  readonly htmlPart: string;
  /** Subject, text part and the words of the HTML part, without what no reader sees. */
  readonly words: string;
  readonly links: readonly string[];
  readonly structure: string;
}

export async function readMail(raw: Buffer): Promise<ReadMail> {
  const mail = await PostalMime.parse(raw);
  const [subject, textPart, htmlPart] = [mail.subject ?? '', mail.text ?? '', mail.html ?? ''];
  const headerNames = mail.headers.map(({ key }) => key);
  const partTypes = [...raw.toString('latin1').matchAll(/^content-type: ([\w/-]+)/gim)].map((match) => match[1]);
  return {
    messageId: mail.messageId ?? '',
    to: (mail.to ?? []).map((one) => one.address ?? ''),
    headers: new Map(mail.headers.map(({ key, value }) => [key, value])),
    subject,
    textPart,
    htmlPart,
    words: [subject, textPart, wordsOf(htmlPart)].join('\n').replaceAll('\u200b', ''),
    links: linksOf(textPart, { htmlPart, subject }),
    structure: [headerNames.join(' '), partTypes.join(' '), tagsOf(htmlPart)].join('\n'),
  };
}

/**
 * Both parts show the same mail, so a place counts as often as the part that names it most often. The site's own name,
 * known from the subject, is not counted in the text part: people copy it, and it leads to the site itself.
 */
export function linksOf(
  textPart: string,
  { htmlPart, subject }: { htmlPart: string; subject: string },
): readonly string[] {
  const ownHost = /^\[[^\]]*\] ([^ ]+?):? /.exec(`${subject} `)?.[1] ?? '';
  const hrefs = [...htmlPart.matchAll(/\s(?:href|src|action|background)\s*=\s*"([^"]*)"/gi)].map((match) =>
    entities(match[1] ?? ''),
  );
  const inHtml = [...hrefs, ...linkified(wordsOf(htmlPart))];
  const rest = [...inHtml];
  const onlyInText = linkified(textPart).filter((link) => {
    if (link === ownHost) return false;
    const at = rest.indexOf(link);
    if (at >= 0) rest.splice(at, 1);
    return at < 0;
  });
  return [...inHtml, ...onlyInText];
}

/** What mail programs make a link of unasked: URLs, bare host names, mail addresses. Generous, so that it errs to more links. */
function linkified(text: string): readonly string[] {
  const found = text.match(
    /(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:)\S+|[\w.+-]+@[\w-]+\.[\w.-]+|\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b\S*/giu,
  );
  return found ?? [];
}

/** What a reader sees of an HTML part. */
export function wordsOf(html: string): string {
  const body = html.replace(/<head>[\s\S]*<\/head>/i, '').replace(/<(style|script)[\s\S]*?<\/\1>/gi, '');
  return entities(body.replace(/<[^>]*>/g, ' '))
    .replace(/[ \t\n]+/g, ' ')
    .trim();
}

/** The tags and the names of their attributes, in order. */
export function tagsOf(html: string): string {
  return [...html.matchAll(/<(\/?[a-z][a-z0-9]*)((?:\s+[a-z-]+(?:="[^"]*")?)*)\s*>/gi)]
    .map(([, name = '', attributes = '']) =>
      [
        name,
        ...attributes
          .replace(/="[^"]*"/g, '')
          .trim()
          .split(/\s+/),
      ]
        .join(' ')
        .trim(),
    )
    .join('\n');
}

function entities(text: string): string {
  return text
    .replaceAll('&nbsp;', ' ')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}
