/** True when the text is base64 of at least one byte, padding included (RFC 4648 section 4). */
export function isBase64(text: string): boolean {
  return text !== "" && /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text);
}
