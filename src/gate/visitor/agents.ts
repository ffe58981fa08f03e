/** What a `User-Agent` gives away. It is only a hint: whoever pretends to be a browser is asked about like one. */

/** By their own documentation or habit: crawlers, unfurlers, link scanners, monitors. */
const MACHINE =
  /(?<!cu)bot\b|crawl|spider|slurp|unfurl|preview|scanner|facebookexternalhit|facebot|meta-externalagent|skypeuri|embedly|iframely|vkshare|google-read-aloud|imageproxy|imgproxy|yahoo(?:mail|cache)|safelinks|proofpoint|mimecast|barracuda|bitdefender|symantec|lighthouse|pingdom|uptime|statuscake|monitor|archive\.org|heritrix/i;
/** Programs that look at links by themselves under their own name, and that also show pages to people inside a browser of theirs. */
const APP = /whatsapp|telegram|slack|discord|pinterest|mastodon|outlook|ms-?office|microsoft office|skype|teams/i;
/** A browser's engine, as every view inside an app of today names it (`Mozilla/5.0 (…) AppleWebKit/…`). */
const ENGINE = /^Mozilla\/5\.0 \(.*\b(?:AppleWebKit|Gecko)\/\d/;
/**
 * Browsers for a terminal, or for small machines. Some take anything and say no more, and none runs scripts that would
 * fetch by themselves.
 */
const TEXT_BROWSER = /^(?:lynx|e?links|w3m|dillo|netsurf|browsh|edbrowse|retawq|chawan|felinks|offpunk)\b/i;

export function isMachine(userAgent: string): boolean {
  return MACHINE.test(userAgent) || (APP.test(userAgent) && !ENGINE.test(userAgent));
}

export function isTextBrowser(userAgent: string): boolean {
  return TEXT_BROWSER.test(userAgent);
}
